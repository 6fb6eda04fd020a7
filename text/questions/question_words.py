"""What tells a question by its words. English and Chinese; sentences without their number."""

from __future__ import annotations

import re

from text.script import has_ideographs

_ASKS = re.compile(r"[?？][\s\"”’'」』)）]*$")
_WH = r"(?:what|which|who|whom|whose|when|where|why|how)(?:'s|’s)?"
_AUXILIARY = (
    r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|isn't|aren't"
    r"|don't|doesn't|didn't|can't|couldn't|won't|wouldn't)"
)
_ASKING_START = re.compile(
    rf"(?:(?:and|but|so|also|then|please|in|on|at|by|to|for|from|of|with|until|since|under),?\s+){{0,2}}{_WH}\b",
    re.IGNORECASE,
)
_WH_QUESTION = re.compile(
    rf"(?:(?:and|but|so|also|then|in|on|at|by|to|for|from|of|with|until|since)\s+){{0,2}}"
    rf"(?:what(?:'s|’s)|where(?:'s|’s)|who(?:'s|’s)|{_WH}\s+(?:[\w'’-]+\s+){{0,4}}?{_AUXILIARY}\b"
    rf"|(?:which|how (?:many|much))\s+[\w-]+\s+\w+|who\s+\w+(?:ed|ote|ade|ook|ent|aid|ave|an|on|uilt)\b)",
    re.IGNORECASE,
)
_NO_WH_QUESTION = re.compile(
    r"(?:what|where|who|how|when|why|which)\s+(?:to|we|you|they|i|he|she|it|not)\b"
    r"|when\s+(?:the|a|an|this|your|all)\b|(?:who|which|where)\s+(?:has|have)\b|whose?ver|what a\b",
    re.IGNORECASE,
)
_POLAR_QUESTION = re.compile(
    rf"(?:please\s+)?(?!do (?:the|this|that|these|not|your)\b|have (?:a|an|the|your)\b|may the\b){_AUXILIARY}\s+"
    r"(?:the|a|an|this|that|these|those|there|you|i|we|they|he|she|it|your|my|our|their|his|her|any|all|some)\b",
    re.IGNORECASE,
)
_INDIRECT = re.compile(
    rf"\b(?:(?:please|kindly|can you|could you|would you)\s+(?:\w+\s+)?(?:let me know|let us know|tell (?:me|us)"
    rf"|confirm|advise|check|explain)|(?:i|we)\s+(?:would like|'d like|want|need|wanted)\s+to\s+(?:know|ask|find out)"
    rf"|(?:i|we)\s+(?:was|were|am|are)\s+wondering|let (?:me|us) know|tell me)\s+(?:{_WH}|whether|if)\b",
    re.IGNORECASE,
)
_IDIOM = re.compile(
    r"(?:let (?:me|us) know|tell (?:me|us)) if (?:you|there|anything)\b.*\b(?:question|need|anything|problem|change)",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"(?:(?:any )?(?:questions?|problems?) (?:about|with|on|regarding) [^?？]{0,40}"
    r"|(?:do you have |got |have you )?(?:any )?(?:more |other |further )?(?:questions?|problems?|comments?)"
    r"|how are (?:you|things)(?: doing)?(?: today)?|how do you do|need (?:any )?(?:help|more)(?: \w+)?|why not .*"
    r"|(?:did you know|ready|interested|sounds good|ok|okay|right)\b.{0,12}"
    r"|你好吗|最近(?:好吗|怎么样)|(?:还有|有)?(?:什么|任何)?(?:疑问|问题)吗?|有?(?:需要)?帮助吗?|您好吗)\s*[?？]",
    re.IGNORECASE,
)
_ZH_ASKING = re.compile(
    r"什么|多少|几[个点时岁天月号页次种位名人元分倍度]|哪|谁|怎[么样]|为何|何时|何地|如何|是否|是不是|有没有|能不能|可不可以|会不会|要不要"
    r"|对不对|多[大长久远高重宽深快]|[吗呢][。.]?$"
)
_ZH_NO_QUESTION = re.compile(r"无论|不管|不论|任何|尽管|不知不觉|没什么|什么的|有什么(?:问题|疑问|事)|[:：]\S.*[。.]$")
_ZH_INDIRECT = re.compile(
    r"(?:请|麻烦|烦请|能否|希望|恳请)(?:您|你)?(?:告诉|告知|确认|回复|说明|答复|通知)|(?:我|我们)?想(?:知道|问|了解|请问|咨询)|请问"
)


def asks(sentence: str, *, listed: bool) -> bool:
    """Whether a sentence is a question. `listed`: it stands in a numbered item, where no mark is needed."""
    if _COURTESY.fullmatch(sentence.strip()) or _IDIOM.search(sentence):
        return False
    if _ASKS.search(sentence):
        return listed or _is_whole_question(sentence)
    return _asks_in_chinese(sentence, listed=listed) if has_ideographs(sentence) else _asks(sentence, listed=listed)


def _is_whole_question(sentence: str) -> bool:
    """No catchword such as "Lost your card?" or "Refunds?"."""
    bare = re.sub(r"^[\"“‘'(（「]+", "", sentence)
    if has_ideographs(bare):
        return _ZH_ASKING.search(bare.rstrip("?？ ")) is not None or len(bare) > 8
    return bool(_ASKING_START.match(bare) or _POLAR_QUESTION.match(bare)) or len(bare.split()) > 4


def _asks(sentence: str, *, listed: bool) -> bool:
    if _INDIRECT.search(sentence):
        return True
    if _NO_WH_QUESTION.match(sentence):
        return False
    closed = sentence.endswith((".", ":", "!"))
    if _WH_QUESTION.match(sentence):
        return (listed or not closed) and not sentence.endswith(":")
    return _POLAR_QUESTION.match(sentence) is not None and not closed and len(sentence.split()) >= 4


def _asks_in_chinese(sentence: str, *, listed: bool) -> bool:
    asking = _ZH_ASKING.search(sentence)
    if asking is None or _ZH_NO_QUESTION.search(sentence) or sentence.endswith(("：", ":")):
        return False
    if _ZH_INDIRECT.search(sentence):
        return True
    if listed:
        return True
    closed = sentence.endswith(("。", ".", "！", "；"))
    return not closed and not sentence.startswith("如何") and len(sentence) >= 5
