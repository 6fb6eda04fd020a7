"""What a sentence of a conversation is: a question, a request, a courtesy, a refusal, or a statement of something.

Pure, English and Chinese. A transcript may lack its question marks, so the words decide too.
"""

from __future__ import annotations

import re

from text.abbreviations import ABBREVIATIONS, NUMBERED, TITLES

_IDEOGRAPH = "\u3400-\u9fff"
_END = re.compile(
    rf"[。！？；｡]+[”’」』）]*|[.!?…]+[\"”’')\]]*(?=\s|$)|[?!](?=[{_IDEOGRAPH}])|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+"
)
_LAST_WORD = re.compile(r"[\w.]*\w(?=\.$)")
_INITIAL = re.compile(r"[A-Z]")

_LEAD = r"(?:(?:and|but|so|then|now|well|ok|okay|oh|um|uh|hey|hello|hi|yes|no|right|also|please|actually)\b[\s,]*+)*+"
_SUBJECT = r"(?:i|you|he|she|it|we|they|there|that|this|the|my|our|your|his|her|their|a|an|any|anyone)"
_QUESTION = re.compile(
    rf"{_LEAD}(?:"
    r"how (?:much|many|long|old|far|often|late|big|high)\b"
    r"|(?:what|who|where|how|when)['’]s\b"
    rf"|(?:what|who|whom|whose|when|where|why|how|which)\b(?! (?:i|we|you|he|she|they|it|my|our|the)\b)"
    r"(?: [\w'’-]+){0,4}? (?:is|are|was|were|am|do|does|did|can|could|will|would|shall|should|must|may|has|have|had)\b"
    r"|(?:what|how) about\b"
    rf"|(?:is|are|was|were|do|does|did|can|could|will|would|shall|should|may|has|have|had) {_SUBJECT}\b"
    r")",
    re.IGNORECASE,
)
_QUESTION_ZH = re.compile(
    r"什么|谁|哪[里儿个位天年家些本张种]|在哪|多少|[吗呢么][。！\s]*$|怎么|怎样|为何|是否|是不是|有没有|能不能|可不可以|请问|多久|多大"
    r"|(?<![好十])(?<!我有)几(?:点|号|岁|个|位|月|层|楼|天|块|次|本|张|路|分|年|页|栋|室)"
)
_REQUEST = re.compile(
    rf"{_LEAD}(?:let me (?:know|hear|see)|go on|(?:tell|show|read|find|give|list|summari[sz]e|translate|explain"
    r"|describe|calculate|add|repeat|say|spell|look|check|help|compare|continue|stop|start|try|open|write|wait|speak)"
    r"(?!(?: [\w'’-]+){0,2} (?:is|are|was|were)\b))\b"
    r"|\bi(?:['’]d| would)? (?:want|need|like|wish|wanted)(?: you)? to (?:know|ask|hear|see|find|tell)\b"
    r"|\bi (?:wonder|have (?:a|another|one) (?:more )?question)\b",
    re.IGNORECASE,
)
_REQUEST_ZH = re.compile(
    r"我(?:想|要|还想)(?:知道|问|了解|听)|^请?(?:你|您)?(?:再|先|能|可以)?(?:告诉我|帮我|给我|读|念|总结|翻译|解释|说明|查|找|重复|算)"
)
_STANDING = re.compile(
    rf"{_LEAD}(?:(?:please )?(?:call me|remember|note that|always|never|from now on|do not|don['’]t))\b", re.IGNORECASE
)
_STANDING_ZH = re.compile(r"记住|请记|叫我|以后|从现在起|不要|^别")
"""Requests that hold for what comes later: they are kept like statements."""

_COURTESIES = (
    "hello|hi|hey|good (?:morning|afternoon|evening|night|day)|thank you|thanks|many|very much|a lot|so much|okay|ok"
    "|yes|yeah|no|nope|right|great|good|nice|fine|cool|perfect|wonderful|excellent|lovely|sure|of course|please|bye"
    "|goodbye|sorry|excuse me|well|um|uh|hmm|oh|ah|i see|i (?:understand|know|agree|think so|do not know|don['’]t know)"
    "|got it|never mind|you are welcome|welcome|you too|see you|later|have a (?:nice|good|great) \\w+|how are you"
    "|there|again|that(?: is|['’]s) (?:all|great|good|nice|right|fine|it|correct|wrong|true|perfect)"
    "|i(?: am|['’]m) (?:fine|good|well|ok|okay|back|here|ready|sorry|listening|done)|noted|exactly|indeed|and|so|then"
    "|now|all|for (?:now|today|that|your help)"
)
# What has matched is not tried otherwise: words that begin alike would else be tried in every combination.
_COURTESY = re.compile(rf"(?:(?>(?:{_COURTESIES})\b)[\s,!.…-]*+)++", re.IGNORECASE)
_GREETING = re.compile(r"(?:hello|hi|hey|good (?:morning|afternoon|evening))\b(?:[\s,]+[\w'’-]+){0,2}", re.IGNORECASE)
_COURTESY_ZH = re.compile(
    r"(?>早上好|上午好|下午好|晚上好|你好|您好|晚安|非常|太|谢谢|多谢|感谢|好的|好吧|好|嗯|啊|哦|是的|不是|是|对|没错|明白|知道|没事"
    r"|没关系|再见|拜拜|不客气|不用谢|不用|不|辛苦|可以|行|没问题|我|你|您|记住|了|呀|的|吧|那|就|先|这样|[，,、\s])++"
)
_ACKNOWLEDGED = re.compile(
    r"(?:(?:thank you|thanks|okay|ok|sure|great|all right|noted|understood|got it)[\s,.!]*)*"
    r"i(?: will|['’]ll|['’]ve| have)? (?:remember(?:ed)?|note[d]?|keep|got|understand|understood)\b.*"
    r"|(?:好的?|嗯|明白)?[，,]?我?(?:会|已|已经)?(?:记住|记下|知道|明白)(?:了|的|它|这|来)?.{0,4}",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\bi(?: am|['’]m)? (?:cannot|can['’]?t|can not|could not|couldn['’]t|do not (?:know|see|have)"
    r"|don['’]t (?:know|see|have)|did(?: not|n['’]t) (?:hear|find|catch)|was unable|unable|not able|not sure|afraid)\b"
    r"|\b(?:it|document|page|letter|text|files?) (?:does not|doesn['’]t|do not) (?:say|mention|state|contain)\b"
    r"|\b(?:no document is attached|needs a real r1|have not told me|haven['’]t told me|but no question)\b"
    r"|我(?:[自在己].{0,10}?)?(?:找不到|无法|不能|没有?(?:找到|听到|听清)|不知道|不清楚|不确定)"
    r"|(?:您|你)?还?没有告诉|需要真正的|没有附上|(?:文件|文档|里面?|中)(?:里|中)?(?:并?没有|未)(?:提到|提及|说明|写)|但没有听到问题",
    re.IGNORECASE,
)
_OF_SPEAKER = re.compile(r"\b(?:my|mine|our|ours|i|we|me|us)\b|我|咱", re.IGNORECASE)
_LASTING = re.compile(
    rf"{_LEAD}(?:(?:remember|note)(?: that)?[\s,:]*)?(?:"
    r"(?:my|our)\b.*\b(?:is|are|was|were|called|named|has|have|lives?|works?)\b"
    r"|(?:i|we)(?: am|['’]m| are|['’]re| have| live| work| like| prefer| hate| love| need| always| never| usually| plan"
    r"| was born| were born| cannot| can['’]t| do not| don['’]t| will| want| decided| have decided)\b"
    r"|(?:the )?user['’]?s?\b.*\b(?:is|are|was|were|called|named|has|have|lives?|works?|likes?|prefers?|wants?)\b)",
    re.IGNORECASE,
)
_LASTING_ZH = re.compile(
    r"(?:我|用户).{0,12}(?:是|叫|有|住|姓|喜欢|讨厌|爱|过敏|不吃|不能|想|要|打算|决定|来自|出生|生于|在)"
)


def sentences_of(text: str) -> list[str]:
    """The sentences of `text`, each on one line with single spaces. Line breaks end one; linear in its length."""
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        if end[0] == "." and _goes_on(text[max(start, end.end() - 20) : end.end()], text[end.end() : end.end() + 2]):
            continue
        found.append(" ".join(text[start : end.end()].split()))
        start = end.end()
    found.append(" ".join(text[start:].split()))
    return [sentence for sentence in found if any(map(str.isalnum, sentence))]


def is_question(sentence: str) -> bool:
    """True for a question or a request: something that wants an answer now, and states nothing."""
    bare = sentence.rstrip("\"”’')）」』 ")
    if bare.endswith(("?", "？")):
        return True
    if is_standing(bare):
        return False
    return any(pattern.search(bare) for pattern in (_QUESTION_ZH, _REQUEST_ZH) if not bare.isascii()) or bool(
        _QUESTION.match(bare) or _REQUEST.match(bare)
    )


def is_standing(sentence: str) -> bool:
    """True for a request that holds from now on, such as "Call me Tom" or "Always answer in French"."""
    return bool(_STANDING.match(sentence) or _STANDING_ZH.search(sentence))


def is_courtesy(sentence: str) -> bool:
    """True for greetings, thanks, agreement and acknowledgement: nothing to keep."""
    bare = sentence.strip(" .,!?…。，！？、~")
    if not bare:
        return True
    if len(bare) > 120:
        return False
    return any(pattern.fullmatch(bare) for pattern in (_COURTESY, _GREETING, _COURTESY_ZH, _ACKNOWLEDGED))


def is_refusal(sentence: str) -> bool:
    """True where the assistant says that it cannot answer."""
    return _REFUSAL.search(sentence) is not None


def concerns_speaker(sentence: str) -> bool:
    """True when the speaker, or what is theirs, is in it."""
    return _OF_SPEAKER.search(sentence) is not None


def is_lasting(sentence: str) -> bool:
    """True when it says what the speaker (or "the user") is, has, likes or plans, or asks for something to be kept."""
    return bool(
        _LASTING.match(sentence) or is_standing(sentence) or (not sentence.isascii() and _LASTING_ZH.search(sentence))
    )


def _goes_on(before: str, after: str) -> bool:
    """True when the full stop at the end of `before` is that of an abbreviation or an initial."""
    found = _LAST_WORD.search(before)
    word = found[0] if found else ""
    following = after.strip()
    if word.lower() in TITLES or (_INITIAL.fullmatch(word) and word != "I"):
        return bool(following)
    if word.lower() in NUMBERED:
        return following[:1].isdigit()
    return word.lower() in ABBREVIATIONS and following[:1].islower()
