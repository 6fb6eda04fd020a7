"""Sentences that are about the attached documents themselves: "use the invoice", "forget the letter", "有哪些文件？".

    document_request("Forget the letter.", ["invoice.png", "letter.png"])  # drop letter.png

Only a sentence that is nothing else is one: "use the invoice to find the total" is a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from text.document_names import matching, names_a_kind
from text.script import has_ideographs

Action = Literal["list", "switch", "drop"]

LONGEST = 120
"""Characters; a longer sentence is about something else."""
EVERYTHING = "everything"
"""What was to be forgotten, where it was not only documents; see `DocumentRequest.said`."""


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """What is to be done with which document."""

    action: Action
    names: tuple[str, ...] = ()
    """As attached. One, or all where all were meant; empty for a list, and where it must be asked which."""
    candidates: tuple[str, ...] = ()
    """Those between which the sentence does not decide; empty with empty `names`: none of that name is attached."""
    said: str = ""
    """What the document was called, for an answer such as "There is no contract."."""


def document_request(sentence: str, attached: Sequence[str], in_use: str = "") -> DocumentRequest | None:
    """What a sentence asks for, or None when it is a sentence like any other. `attached`: names, in their order.

    "The other one" is another than the one `in_use`. A document that is not attached is only taken for one when it is
    called one: "forget the contract" is a request, "forget the meeting" is none.
    """
    if not sentence.strip() or len(sentence) > LONGEST:
        return None
    text = " ".join(sentence.strip().split())
    asking = _Asking(tuple(attached), in_use)
    return _chinese(text, asking) if has_ideographs(text) else _english(text, asking)


@dataclass(frozen=True, slots=True)
class _Asking:
    """What there is to choose from."""

    attached: tuple[str, ...]
    in_use: str


# ----------------------------------------------------------------------------------------------------------- English

_POLITE = re.compile(
    r"^(?:(?:please|now|ok|okay|so|and|then|hey|hello|well|alright|actually|no|yes|can you|could you|would you|will you"
    r"|can we|let's|let us|i want you to|i'd like you to|i want to|you can|you may|just)[,.]?\s+)+",
    re.IGNORECASE,
)
_AFTERTHOUGHT = re.compile(
    r"(?:[,.]?\s+(?:please|now|again|instead|from now on|for now|any ?more|then|thanks|thank you|for me|this time))+$",
    re.IGNORECASE,
)
_DOCUMENTS = r"(?:documents?|files?|papers?|attachments?)"
_LIST = re.compile(
    rf"(?:what|which|how many) {_DOCUMENTS}(?: do (?:you|we|i) have| have (?:you|we|i)(?: got)?| can you see"
    r"| are (?:there|attached|open|loaded|in use|here)| did i (?:give|attach|show)(?: you)?"
    r"| have i (?:given|attached|shown)(?: you)?)"
    r"(?: (?:open|attached|loaded|there|so far|at the moment|right now|got))*"
    r"|(?:list|show|show me|tell me|name|read me) (?:all )?(?:of )?(?:the |my |your |our )?(?:attached |open |loaded )?"
    rf"{_DOCUMENTS}(?: (?:you|we|i) have)?(?: attached)?"
    r"|(?:do you have|are there|have you got|is there) (?:any |a )?(?:open |attached )?"
    rf"{_DOCUMENTS}(?: (?:open|attached|loaded))?"
    r"|what (?:have i|did i) (?:attached|attach|given you|give you|shown you|show you)",
    re.IGNORECASE,
)
_SWITCH = re.compile(
    r"(?:use|switch(?: over| back)? to|go (?:back )?to|change (?:back )?to|turn to|back to|take|open|look at"
    r"|work with|read from|answer from|continue with|i mean|i meant|consult|refer to|use only)\s+(?P<what>.+)",
    re.IGNORECASE,
)
_DROP = re.compile(
    r"(?:forget(?: about)?|drop|remove|detach|close|delete|discard|put away|ignore|get rid of|throw away|take away"
    r"|let go of|clear|(?:i|we) (?:don't|do not|no longer) need)\s+(?P<what>.+)",
    re.IGNORECASE,
)
_ALL = re.compile(rf"(?:all|every|each|all of|both)(?: of)?(?: the| my| these| those)? {_DOCUMENTS}", re.IGNORECASE)
_EVERYTHING = re.compile(r"all|all of (?:it|them)|everything|both|both of them|(?:所有|全部)的?|都", re.IGNORECASE)
"""Enough where something is to be used; to be forgotten it must be all there is: "drop both" may mean anything."""
_FORGETS_EVERYTHING = re.compile(
    r"(?:forget|drop|clear|delete|discard|remove)(?: about)? (?:absolutely )?everything", re.IGNORECASE
)
_NUMBERED = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|last|other|1st|2nd|3rd|\d{1,2}th)"
_BARE = re.compile(
    rf"(?:the |my |that )?{_NUMBERED} (?:document|file|paper|attachment)|(?:document|file|paper) number \w+",
    re.IGNORECASE,
)
"""A document named by its place and no more: it is to be used."""
_OTHER = re.compile(r"(?:the )?other(?P<kind> .+)?|another (?P<kind2>.+)", re.IGNORECASE)
_MORE_THAN_A_NAME = re.compile(
    r"\b(?:to|because|so that|if|when|what|who|how|that is|is|are|was|says?|which)\b|[?,;:]", re.IGNORECASE
)


def _english(text: str, asking: _Asking) -> DocumentRequest | None:
    bare = text.rstrip(".!?… ")
    bare = _AFTERTHOUGHT.sub("", _POLITE.sub("", bare)).rstrip(".!?, ")
    if _LIST.fullmatch(bare):
        return DocumentRequest("list")
    if _FORGETS_EVERYTHING.fullmatch(bare) and not text.endswith("?"):
        return DocumentRequest("drop", asking.attached, said=EVERYTHING)
    if _BARE.fullmatch(bare) and not text.endswith("?"):
        return _request("switch", bare, asking)
    for action, pattern in (("switch", _SWITCH), ("drop", _DROP)):
        found = pattern.fullmatch(bare)
        if found is not None and not text.endswith("?"):
            return _request("switch" if action == "switch" else "drop", found["what"], asking)
    return None


# ----------------------------------------------------------------------------------------------------------- Chinese

_ZH_POLITE = re.compile(r"^(?:请|麻烦|那|好|现在|你|您|帮我|可以|能不能|能|，|,|吧|先|再)+(?=\S)")
_ZH_AFTERTHOUGHT = re.compile(r"(?:吧|了|呢|啊|吗|好了|谢谢|，|来回答|回答|就行|就好)+$")
_ZH_DOCUMENTS = "(?:文件|文档|资料|附件)"
_ZH_LIST = re.compile(
    rf"(?:我们|我|你|您|现在|目前|这里|手上|手里|一共|总共|都)*有(?:哪些|什么|哪几个|几个|几份|多少)(?:个|份)?{_ZH_DOCUMENTS}"
    rf"|(?:列出|列一下|列|显示|看看|告诉我|说说)(?:一下)?(?:所有|全部|有哪些|现有|已有)?的?{_ZH_DOCUMENTS}(?:列表|清单|名)?"
    rf"|(?:哪些|什么){_ZH_DOCUMENTS}(?:是)?(?:打开|附上|加载|上传)(?:着|的)?|(?:现在|这里)?有{_ZH_DOCUMENTS}"
)
_ZH_SWITCH = re.compile(
    r"(?:把文件)?(?:改用|使用|换成|换到|换回|切换到|切换回|切换成|切到|切回|转到|打开|参考|回到|看看|用|看|查看|我是说|我说的是|换(?=另|别))"
    r"(?:一下|回)?(?P<what>.+)"
)
_ZH_DROP = re.compile(
    r"(?:忘掉|忘了|忘记|去掉|删掉|删除|移除|关掉|关闭|丢掉|扔掉|拿掉|撤掉|清除|清空|拿走|不要|不用|别管|忽略)(?P<what>.+)"
    r"|把(?P<taken>.+?)(?:忘掉|忘了|忘记|去掉|删掉|删了|删除|移除|关掉|关了|关上|丢掉|扔掉|拿掉|拿走|清除|收起来)"
    r"|(?P<unwanted>.+?)(?:不要|不用|不需要|用不着)"
)
_ZH_ALL = re.compile(rf"(?:所有|全部|这些|那些)的?{_ZH_DOCUMENTS}|{_ZH_DOCUMENTS}(?:全部|全|都)")
_ZH_FORGETS_EVERYTHING = re.compile(
    r"(?:忘掉|忘了|忘记|清除|清空|删掉|删除)(?:掉)?(?:一切|全部|所有(?:的)?(?:内容|东西)?)|(?:把)?(?:一切|全部|所有(?:的)?(?:内容|东西)?|全)(?:都)?"
    r"(?:忘掉|忘了|忘记|忘|清除|清空)"
)
_ZH_BARE = re.compile(rf"(?:第[一二三四五六七八九十\d]+|最后一?|另外?一|别的)[个份张封]?{_ZH_DOCUMENTS}")
_ZH_OTHER = re.compile(r"(?:那)?(?:另外?一?[个份张封]?|别的|其他的?)(?P<kind>.*)")
_ZH_MORE_THAN_A_NAME = re.compile(r"[？?，,。；;：:]|什么|多少|怎么|为什么|是不是|如果|因为|上写|里的|上的|里面")


def _chinese(text: str, asking: _Asking) -> DocumentRequest | None:
    bare = _ZH_AFTERTHOUGHT.sub("", text.rstrip("。！？.!? "))
    polite = _ZH_POLITE.sub("", bare)
    for said in dict.fromkeys((bare, polite)):
        if _ZH_LIST.fullmatch(said):
            return DocumentRequest("list")
    if text.endswith(("?", "？", "吗")):
        return None
    if _ZH_FORGETS_EVERYTHING.fullmatch(polite):
        return DocumentRequest("drop", asking.attached, said=EVERYTHING)
    if _ZH_BARE.fullmatch(polite):
        return _request("switch", polite, asking)
    if found := _ZH_DROP.fullmatch(polite):
        return _request("drop", next(group for group in found.groups() if group), asking)
    if found := _ZH_SWITCH.fullmatch(polite):
        return _request("switch", found["what"], asking)
    return None


# ----------------------------------------------------------------------------------------------------------- of both


def _request(action: Literal["switch", "drop"], what: str, asking: _Asking) -> DocumentRequest | None:
    what, attached = what.strip(), asking.attached
    whole = _ALL.fullmatch(what) or _ZH_ALL.fullmatch(what)
    if whole or (action == "switch" and _EVERYTHING.fullmatch(what)):
        return DocumentRequest(action, attached, said=what)
    if _MORE_THAN_A_NAME.search(what) or _ZH_MORE_THAN_A_NAME.search(what):
        return None
    if other := _OTHER.fullmatch(what) or _ZH_OTHER.fullmatch(what):
        return _other(action, next(filter(None, other.groups()), "").strip(), what, asking)
    parts = [part for part in re.split(r"\s+and\s+|和|与|跟|、", what) if part.strip()]
    if len(parts) > 1 and action == "drop":
        each = [matching(attached, part) for part in parts]
        if all(len(found) == 1 for found in each):
            return DocumentRequest(action, tuple(dict.fromkeys(name for found in each for name in found)), said=what)
        return None
    found = matching(attached, what)
    if len(found) == 1:
        return DocumentRequest(action, found, said=what)
    if found or (names_a_kind(what) and (has_ideographs(what) or _POINTS_AT_ONE.search(what))):
        return DocumentRequest(action, candidates=found, said=what)
    return None


def _other(action: Action, kind: str, what: str, asking: _Asking) -> DocumentRequest | None:
    """Another document than the one in use, of a `kind` where one was named."""
    rest = tuple(name for name in asking.attached if name != asking.in_use)
    bare = not kind or _ANY_ONE.fullmatch(kind) is not None
    if not bare and not names_a_kind(kind) and not matching(rest, kind):
        return None
    fitting = rest if bare else matching(rest, kind)
    if len(fitting) == 1 and len(asking.attached) > 1:
        return DocumentRequest(action, fitting, said=what)
    return DocumentRequest(action, candidates=fitting if len(fitting) > 1 else (), said=what)


_ANY_ONE = re.compile(rf"ones?|{_DOCUMENTS}|{_ZH_DOCUMENTS}", re.IGNORECASE)
_POINTS_AT_ONE = re.compile(
    r"\b(?:the|my|our|your|that|this|those|these|all|number|documents?|files?)\b|\.\w{2,4}$|^\w*[^\Ws]$", re.IGNORECASE
)
"""Of a document that is not attached: "the notes" are one, as is "invoice"; "take notes" speaks of none."""


# -------------------------------------------------------------------------------------------------------- which one?

_BOTH = re.compile(r"(?:both|all|all of them|both of them|every one)", re.IGNORECASE)
_I_MEAN = re.compile(r"^(?:i mean|i meant|that is)\s+|^(?:我是说|我说的是|我指的是|是)", re.IGNORECASE)
_ZH_BOTH = re.compile(r"(?:两|所有|全部|每)[个份张封]?(?:都要?|文件)?|都要?")


def document_choice(
    sentence: str, asked: DocumentRequest, attached: Sequence[str] = (), in_use: str = ""
) -> DocumentRequest | None:
    """`asked` with the one of its candidates that `sentence` chooses: "the second one", "the March one".

    After a list, or after another was put in use, it chooses from all that are `attached`, the one to be used. None
    when it chooses none; it is then a sentence like any other.
    """
    if asked.action == "list" or (asked.action == "switch" and asked.names):
        asked = DocumentRequest("switch", candidates=tuple(attached))
    if not asked.candidates or len(sentence) > LONGEST or sentence.rstrip().endswith(("?", "？")):
        return None
    bare = _AFTERTHOUGHT.sub("", _POLITE.sub("", " ".join(sentence.split()).rstrip(".!。！… ")))
    bare = _ZH_AFTERTHOUGHT.sub("", _ZH_POLITE.sub("", bare)) if has_ideographs(bare) else bare
    bare = _I_MEAN.sub("", bare)
    if _BOTH.fullmatch(bare) or _ZH_BOTH.fullmatch(bare):
        return replace(asked, names=asked.candidates, candidates=()) if asked.action == "drop" else None
    if other := _OTHER.fullmatch(bare) or _ZH_OTHER.fullmatch(bare):
        return _other(
            asked.action, next(filter(None, other.groups()), "").strip(), bare, _Asking(asked.candidates, in_use)
        )
    found = () if _MORE_THAN_A_NAME.search(bare) or not bare else matching(asked.candidates, bare)
    return replace(asked, names=found, candidates=()) if len(found) == 1 else None
