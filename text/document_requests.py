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


def document_request(sentence: str, attached: Sequence[str]) -> DocumentRequest | None:
    """What a sentence asks for, or None when it is a sentence like any other. `attached`: names, in their order.

    A document that is not attached is only taken for one when it is called one: "forget the contract" is a request,
    "forget the meeting" is none.
    """
    if not sentence.strip() or len(sentence) > LONGEST:
        return None
    text = " ".join(sentence.strip().split())
    return _chinese(text, attached) if has_ideographs(text) else _english(text, attached)


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
"""Enough where something is to be used; nobody is made to forget everything by the way."""
_MORE_THAN_A_NAME = re.compile(
    r"\b(?:to|because|so that|if|when|what|who|how|that is|is|are|was|says?|which)\b|[?,;:]", re.IGNORECASE
)


def _english(text: str, attached: Sequence[str]) -> DocumentRequest | None:
    bare = text.rstrip(".!?… ")
    bare = _AFTERTHOUGHT.sub("", _POLITE.sub("", bare)).rstrip(".!?, ")
    if _LIST.fullmatch(bare):
        return DocumentRequest("list")
    for action, pattern in (("switch", _SWITCH), ("drop", _DROP)):
        found = pattern.fullmatch(bare)
        if found is not None and not text.endswith("?"):
            return _request("switch" if action == "switch" else "drop", found["what"], attached)
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
    r"(?:把文件)?(?:改用|使用|换成|换到|换回|切换到|切换回|切换成|切到|切回|转到|打开|参考|回到|看看|用|看|查看|我是说|我说的是)"
    r"(?:一下|回)?(?P<what>.+)"
)
_ZH_DROP = re.compile(
    r"(?:忘掉|忘了|忘记|去掉|删掉|删除|移除|关掉|关闭|丢掉|扔掉|拿掉|撤掉|清除|清空|拿走|不要|不用|别管|忽略)(?P<what>.+)"
    r"|把(?P<taken>.+?)(?:忘掉|忘了|忘记|去掉|删掉|删了|删除|移除|关掉|关了|关上|丢掉|扔掉|拿掉|拿走|清除|收起来)"
    r"|(?P<unwanted>.+?)(?:不要|不用|不需要|用不着)"
)
_ZH_ALL = re.compile(rf"(?:所有|全部|这些|那些)的?{_ZH_DOCUMENTS}|{_ZH_DOCUMENTS}(?:全部|全|都)")
_ZH_MORE_THAN_A_NAME = re.compile(r"[？?，,。；;：:]|什么|多少|怎么|为什么|是不是|如果|因为|上写|里的|上的|里面")


def _chinese(text: str, attached: Sequence[str]) -> DocumentRequest | None:
    bare = _ZH_AFTERTHOUGHT.sub("", text.rstrip("。！？.!? "))
    polite = _ZH_POLITE.sub("", bare)
    for said in dict.fromkeys((bare, polite)):
        if _ZH_LIST.fullmatch(said):
            return DocumentRequest("list")
    if text.endswith(("?", "？", "吗")):
        return None
    if found := _ZH_DROP.fullmatch(polite):
        return _request("drop", next(group for group in found.groups() if group), attached)
    if found := _ZH_SWITCH.fullmatch(polite):
        return _request("switch", found["what"], attached)
    return None


# ----------------------------------------------------------------------------------------------------------- of both


def _request(action: Literal["switch", "drop"], what: str, attached: Sequence[str]) -> DocumentRequest | None:
    what = what.strip()
    whole = _ALL.fullmatch(what) or _ZH_ALL.fullmatch(what)
    if whole or (action == "switch" and _EVERYTHING.fullmatch(what)):
        return DocumentRequest(action, tuple(attached), said=what)
    if _MORE_THAN_A_NAME.search(what) or _ZH_MORE_THAN_A_NAME.search(what):
        return None
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


_POINTS_AT_ONE = re.compile(
    r"\b(?:the|my|our|your|that|this|those|these|all|number|documents?|files?)\b|\.\w{2,4}$|^\w*[^\Ws]$", re.IGNORECASE
)
"""Of a document that is not attached: "the notes" are one, as is "invoice"; "take notes" speaks of none."""


# -------------------------------------------------------------------------------------------------------- which one?

_BOTH = re.compile(r"(?:both|all|all of them|both of them|every one)", re.IGNORECASE)
_I_MEAN = re.compile(r"^(?:i mean|i meant|that is)\s+|^(?:我是说|我说的是|我指的是|是)", re.IGNORECASE)
_ZH_BOTH = re.compile(r"(?:两|所有|全部|每)[个份张封]?(?:都要?|文件)?|都要?")


def document_choice(sentence: str, asked: DocumentRequest) -> DocumentRequest | None:
    """`asked` with the one of its candidates that `sentence` chooses: "the second one", "the March one".

    None when it chooses none; it is then a sentence like any other.
    """
    if not asked.candidates or len(sentence) > LONGEST or sentence.rstrip().endswith(("?", "？")):
        return None
    bare = _AFTERTHOUGHT.sub("", _POLITE.sub("", " ".join(sentence.split()).rstrip(".!。！… ")))
    bare = _ZH_AFTERTHOUGHT.sub("", _ZH_POLITE.sub("", bare)) if has_ideographs(bare) else bare
    bare = _I_MEAN.sub("", bare)
    if _BOTH.fullmatch(bare) or _ZH_BOTH.fullmatch(bare):
        return replace(asked, names=asked.candidates, candidates=()) if asked.action == "drop" else None
    found = () if _MORE_THAN_A_NAME.search(bare) or not bare else matching(asked.candidates, bare)
    return replace(asked, names=found, candidates=()) if len(found) == 1 else None
