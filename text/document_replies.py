"""What is answered to a request about the documents themselves, and how such an exchange is known again later.

document_reply(request, (Attached("invoice.png", 1), Attached("report.pdf", 3)), "", "en")
# "I have 2 documents: invoice.png, 1 page; report.pdf, 3 pages."
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from text.document_requests import EVERYTHING, LONGEST, DocumentRequest, document_request
from text.marks import safe_name
from text.script import Language

MOST_LISTED = 8
"""Documents named in a list; of more, the number must do: it is listened to."""
MOST_OFFERED = 4
"""Documents named in a question which one is meant."""
WITHDRAWN = "(This answer rested on a document that is no longer attached.)"
"""Stands in a prompt where an answer was: with the document goes what was read in it."""

_EVERYTHING_GONE: dict[Language, str] = {
    "en": "All documents are gone; what you told me yourself stays.",
    "zh": "所有文件都已经拿掉了，您自己告诉我的还记得。",
}


@dataclass(frozen=True, slots=True)
class Attached:
    """A document that is attached."""

    name: str
    pages: int


def document_reply(request: DocumentRequest, attached: Sequence[Attached], in_use: str, language: Language) -> str:
    """One or two sentences. `attached` and `in_use` are as they stand before the request is met."""
    english = language == "en"
    if request.action == "list":
        return _listed_english(attached, in_use) if english else _listed_chinese(attached, in_use)
    if request.candidates:
        return _which_english(request.candidates) if english else _which_chinese(request.candidates)
    if not request.names:
        return _no_such_english(request.said, attached) if english else _no_such_chinese(request.said, attached)
    if request.said == EVERYTHING:
        return _EVERYTHING_GONE[language]
    names, whole = request.names, len(request.names) == len(attached)
    if request.action == "switch":
        return _used_english(names, whole) if english else _used_chinese(names, whole)
    return _dropped_english(names, whole) if english else _dropped_chinese(names, whole)


def about_documents(question: str, answer: str, attached: Sequence[str]) -> bool:
    """Whether an exchange was a request about the documents and its reply; `attached` are those there are now.

    Such an exchange tells nothing of what stands in them, and is out of date with the next one of its kind.
    """
    if len(question) <= LONGEST and _REPLY.fullmatch(answer.strip()):
        return True
    return document_request(question, attached) is not None


# ----------------------------------------------------------------------------------------------------------- English


def _listed_english(attached: Sequence[Attached], in_use: str) -> str:
    if not attached:
        return "No document is attached."
    shown = [f"{safe_name(each.name)}, {each.pages} page{'' if each.pages == 1 else 's'}" for each in attached]
    if len(shown) > MOST_LISTED:
        shown = [*shown[:MOST_LISTED], f"and {len(shown) - MOST_LISTED} more"]
    count = "one document" if len(attached) == 1 else f"{len(attached)} documents"
    using = f" The one in use is {safe_name(in_use)}." if in_use and len(attached) > 1 else ""
    return f"I have {count}: {'; '.join(shown)}.{using}"


def _which_english(names: Sequence[str]) -> str:
    if len(names) > MOST_OFFERED:
        return f"Which one of the {len(names)}: {_joined([*names[:MOST_OFFERED], 'another'], ', ', ' or ')}?"
    return f"Which one: {_joined(names, ', ', ' or ')}?"


def _no_such_english(said: str, attached: Sequence[Attached]) -> str:
    if not attached:
        return "No document is attached."
    bare = _DETERMINER.sub("", said.strip())
    article = "" if _PLURAL.search(bare) else "no "
    return f"There {'are no' if not article else 'is no'} {bare} among the documents."


_DETERMINER = re.compile(r"^(?:the|a|an|my|our|your|this|that|these|those)\s+", re.IGNORECASE)
_PLURAL = re.compile(r"^(?:documents|files|papers|attachments)$", re.IGNORECASE)


def _used_english(names: Sequence[str], whole: bool) -> str:
    if whole and len(names) > 1:
        return "I am using all documents now."
    return f"I am using {_joined(names, ', ', ' and ')} now."


def _dropped_english(names: Sequence[str], whole: bool) -> str:
    if whole and len(names) > 1:
        return "All documents are gone: none is attached any more."
    return f"{_joined(names, ', ', ' and ')} {'is' if len(names) == 1 else 'are'} no longer attached."


# ----------------------------------------------------------------------------------------------------------- Chinese


def _listed_chinese(attached: Sequence[Attached], in_use: str) -> str:
    if not attached:
        return "还没有附上文件。"
    shown = [f"{safe_name(each.name)}，{each.pages}页" for each in attached]
    if len(shown) > MOST_LISTED:
        shown = [*shown[:MOST_LISTED], f"还有{len(shown) - MOST_LISTED}份"]
    using = f"正在用的是{safe_name(in_use)}。" if in_use and len(attached) > 1 else ""
    return f"我有{len(attached)}份文件：{'；'.join(shown)}。{using}"


def _which_chinese(names: Sequence[str]) -> str:
    if len(names) > MOST_OFFERED:
        return f"{len(names)}份里是哪一份：{_joined([*names[:MOST_OFFERED], '别的'], '、', '，还是')}？"
    return f"是哪一份：{_joined(names, '、', '，还是')}？"


def _no_such_chinese(said: str, attached: Sequence[Attached]) -> str:
    bare = re.sub(r"^(?:那|这|我的|的|份|张|封|个|一)+", "", said.strip())
    return f"附上的文件里没有{bare}。" if attached else "还没有附上文件。"


def _used_chinese(names: Sequence[str], whole: bool) -> str:
    return "好，现在所有文件都用。" if whole and len(names) > 1 else f"好，现在用的是{_joined(names, '、', '和')}。"


def _dropped_chinese(names: Sequence[str], whole: bool) -> str:
    return "所有文件都已经拿掉了。" if whole and len(names) > 1 else f"{_joined(names, '、', '和')}已经拿掉了。"


# ------------------------------------------------------------------------------------------------------------ of both


def _joined(names: Sequence[str], between: str, last: str) -> str:
    shown = [safe_name(name) for name in names]
    return f"{between.join(shown[:-1])}{last}{shown[-1]}" if len(shown) > 1 else shown[0]


_REPLY = re.compile(
    r"No document is attached\.|I have (?:one document|\d+ documents): .+ pages?.*\."
    r"|Which one(?: of the \d+)?: .+\?"
    r"|There (?:is|are) no .+ among the documents\.|I am using .+ now\.|.+ (?:is|are) no longer attached\."
    r"|All documents are gone; what you told me yourself stays\.|所有文件都已经拿掉了，您自己告诉我的还记得。"
    r"|All documents are gone: none is attached any more\."
    r"|还没有附上文件。|我有\d+份文件：.+页.*。|(?:\d+份里)?是哪一份：.+？|附上的文件里没有.+。|好，现在用的是.+。|好，现在所有文件都用。"
    r"|.+已经拿掉了。",
    re.DOTALL,
)
