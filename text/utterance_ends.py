"""Has somebody finished what he is saying, by the words alone? English and Chinese.

For spoken text as a recogniser writes it, which puts a full stop behind everything: "And." is not finished because of
its mark, and "what time is it" is without one. Only commas, dots that trail off and question marks are evidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from text.script import count_cjk, is_cjk
from text.sentence_ends import CutLimits, SentenceCutter


class Ending(Enum):
    """How finished a text sounds."""

    COMPLETE = "a question or a sentence that needs nothing more"
    UNCLEAR = "it may be all, or not"
    OPEN = "something must follow"


_TRAILING = re.compile(r"(?:[,;:，、；：—–-]|\.\.+|…+)[\s\"'”’」』)）]*$")
_MARKS = re.compile(r"[\s.!?。！？,;:，、；：…\"'“”‘’「」『』()（）—–-]+$")
_QUESTION_MARK = re.compile(r"[?？][\s\"'”’」』)）]*$")
_CLAUSE = re.compile(r"[,;:，、；：]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def continued(texts: Sequence[str]) -> str:
    """The last of `texts`, together with those before it that it goes on with.

    A recogniser that hears a sentence in pieces ends each with a full stop: "What is the." and "Total?".
    """
    said = ""
    for text in reversed(texts):
        if said and ending_of(text) is not Ending.OPEN:
            break
        before = _MARKS.sub("", text) if said else text
        said = f"{before} {said}" if said and not is_cjk(said[0]) else before + said
    return said


def ending_of(text: str) -> Ending:
    """How finished `text` sounds. Its last sentence decides; without a letter or digit it is open."""
    if not any(map(str.isalnum, text)) or _TRAILING.search(text.rstrip()):
        return Ending.OPEN
    cutter = SentenceCutter(CutLimits(10_000, 10_000))
    pieces = cutter.feed(text) + cutter.end()
    last = pieces[-1] if pieces else text
    if len(pieces) > 1 and _words(last) == ["please"]:
        last = pieces[-2]
    asked = _QUESTION_MARK.search(last) is not None
    bare = _MARKS.sub("", last)
    return _chinese(bare, asked) if is_cjk(bare[-1]) else _english(bare, asked)


# -- English

_CONNECTING = frozenset(
    "and or but nor because cause if when while although though since unless until than whether as plus minus versus"
    " however therefore meanwhile otherwise except instead besides".split()
)
_DETERMINING = frozenset("the a an my your its our their every another whose very really quite".split())
_CONTRACTED = frozenset(
    "i'm you're we're they're he's she's it's what's who's there's here's that's where's let's i'll you'll we'll i'd"
    " you'd we'd i've you've we've they've".split()
)
_FILLERS = frozenset("um uh uhm umm er erm hm hmm mm".split())
_FILLERS_ALONE = frozenset("well so like okay ok right now eh ah oh".split())
_PREPOSITIONS = frozenset(
    "of to from with at by about into for in on per via during between without within toward towards under over".split()
)
_PARTICLES = frozenset("in on over".split())
"""Prepositions that also end a command: "turn it on"."""
_LINKING = frozenset("is are was were am be been has do does did had have will would should could can".split())
_SUBJECTS = frozenset("i we they he she".split())
_PRONOUNS = _SUBJECTS | frozenset("it you this that these those them him her there not to".split())
_STRANDING = frozenset("look looking made talk talking come coming go going written signed sent addressed used".split())
"""Verbs that a preposition may end a question with: "what are you looking at"."""
_BELIEVING = frozenset("think know say said mean means believe hope see guess is was so".split())
_ASKING = frozenset("what when where who whom which why how whose".split())
_INVERTED = frozenset(
    "is are was were do does did can could will would should has have had may must am isn't aren't doesn't don't didn't"
    " can't won't".split()
)
_NUMBERS = frozenset(
    "zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million point".split()
)
_VERBS = (
    _INVERTED
    | _CONTRACTED
    | frozenset(
        "read tell show give set turn open close find make write send call play stop start put take get let say explain"
        " describe compare list count check translate summarize repeat remind add delete print bring buy pay need needs"
        " want wants know knows think thinks like likes go goes went said says told came come costs cost means bought"
        " paid saw sent got made took wrote found looks help uses used works signed lives wasn't couldn't wouldn't"
        " it's be".split()
    )
)
_OPENINGS = frozenset(
    (
        "can you", "could you", "would you", "will you", "can i", "could i", "may i", "should i", "can we", "do you",
        "can you tell me", "could you tell me", "can you please", "could you please", "please tell me", "tell me",
        "do you know", "i want", "i need", "i would like", "i'd like", "i was wondering", "i wonder", "i think",
        "i guess", "i mean", "you know", "let me", "let me see", "let me think", "hold on", "wait", "please",
        "what about", "how about", "show me", "give me", "is there", "are there", "there is", "there are", "kind of",
        "sort of", "for example", "in order", "hey", "hello", "what kind", "what time", "how many", "how much",
        "how long", "i don't know", "i'm not sure", "the thing is", "one more thing", "by the way", "wait a minute",
    )
)  # fmt: skip
"""Said alone, these begin something, whatever mark stands behind them."""
_WHOLE = frozenset(
    (
        "yes please", "no thanks", "no thank you", "thank you", "thanks", "thank you very much", "thanks a lot", "stop",
        "goodbye", "bye", "that's all", "that is all", "never mind", "go on", "good night", "cancel", "why not",
    )
)  # fmt: skip
"""Short answers and commands that are all there is."""


def _words(text: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]


def _english(bare: str, asked: bool) -> Ending:
    words = _words(bare)
    phrase = " ".join(words)
    opening = phrase.removeprefix("and ").removeprefix("so ")
    if phrase in _WHOLE:
        return Ending.COMPLETE
    if opening in _OPENINGS or " ".join(_words(_CLAUSE.split(bare)[-1])) in _FILLERS_ALONE:
        return Ending.OPEN
    question = asked or words[0] in _ASKING or words[0] in _INVERTED
    if _leads_on(words, question):
        return Ending.OPEN
    if len(words) < 3:
        return Ending.COMPLETE if asked and len(words) == 2 else Ending.UNCLEAR
    if asked or (question and len(words) >= 4):
        return Ending.COMPLETE
    dictated = words[-1] in _NUMBERS or words[-1].isdecimal()  # numbers come in groups
    return Ending.COMPLETE if not dictated and not _VERBS.isdisjoint(words) else Ending.UNCLEAR


def _leads_on(words: list[str], question: bool) -> bool:
    """True when the last word leads on to another."""
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last in _CONNECTING or last in _DETERMINING or last in _CONTRACTED or last in _FILLERS:
        return True
    if last in _SUBJECTS:
        return not (question and len(words) >= 3)
    if last in _PREPOSITIONS:
        stranded = before in _PRONOUNS or before in _STRANDING
        if question:
            return not (stranded and before != "to")
        return last not in _PARTICLES
    if last == "that":
        return not question and before in _BELIEVING
    if last == "so":
        return before not in _BELIEVING
    if last in _LINKING:
        asks = question or not _ASKING.isdisjoint(words)
        embedded = asks and not _VERBS.isdisjoint(words[:-1])  # "tell me what the total is"
        return before not in _PRONOUNS and not embedded
    return False


# -- Chinese

_ZH_OPEN = re.compile(
    "(?:和|跟|或|或者|还有|然后|因为|所以|但是|可是|不过|而且|如果|要是|虽然|即使|那么|以及|并且|比如|比如说|例如|就是说|关于|对于|由于|除了|为了|至于|首先|其次"
    "|另外|请问|帮我|我想|我想要|想知道|想问|想问一下|告诉我|我要|我需要|我觉得|我认为|能不能|可不可以|能否|把|被|从|给|的时候|嗯|呃|唔"
    "|(?<![现存不正])在|正在|(?<=.)(?<![不也都])是)$"
)
"""What something must follow."""
_ZH_OPEN_ALONE = frozenset(
    "那个 这个 那 这 额 就是 喂 你好 您好 你能 你可以 可以 请 请你 你知道 有没有 是不是 为什么是 我不知道 等一下"
    " 等等 让我想想 我想想".split()
)
"""Open only when they are all that was said since the last mark."""
_ZH_ASKING = re.compile(
    "什么|多少|几[个点时岁天月号页次]|哪|谁|怎么|为何|何时|如何|是不是|有没有|能不能|可不可以|对不对|好不好|多[大长久远高重]|[吗呢么嘛]$"
)
_ZH_VERBS = re.compile(
    "[是有要想读念关说看写找帮请会取停叫买付签去来做给用问]|打开|需要|知道|可以|能|翻译|总结|解释|告诉|比较|列出|提醒|播放"
)
_ZH_WHOLE = frozenset("谢谢 谢谢你 多谢 再见 停 停止 没有了 就这些 不用了 算了 是的 好的 对的".split())
_ZH_DIGITS = frozenset("零〇一二两三四五六七八九十百千万亿幺点")


def _chinese(bare: str, asked: bool) -> Ending:
    clause = _CLAUSE.split(bare)[-1].strip()
    if clause in _ZH_WHOLE:
        return Ending.COMPLETE
    if clause in _ZH_OPEN_ALONE or _ZH_OPEN.search(clause):
        return Ending.OPEN
    if asked or _ZH_ASKING.search(clause):
        return Ending.COMPLETE if asked or count_cjk(clause) >= 3 else Ending.UNCLEAR
    if clause.endswith("的"):
        return Ending.UNCLEAR if "是" in clause else Ending.OPEN
    if clause[-1] in _ZH_DIGITS:  # numbers come in groups
        return Ending.UNCLEAR
    finished = clause.endswith(("了", "吧")) or _ZH_VERBS.search(clause) is not None
    return Ending.COMPLETE if finished and count_cjk(clause) >= 4 else Ending.UNCLEAR
