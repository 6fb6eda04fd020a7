"""The parts of a letter that carry no label: letterhead, date, salutation, signature."""

from __future__ import annotations

import re

from gateway.engines.reader.page.evidence import Study
from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.words.values import of_kinds
from text.script import has_ideographs

_CLOSING = re.compile(
    r"^(?:yours (?:sincerely|faithfully|truly)|(?:kind|best|warm) (?:regards|wishes)|regards|sincerely(?: yours)?"
    r"|with love"
    r"|love|cheers|best|respectfully|此致|敬礼|祝好|顺颂)\b.*$|^(?:此致|敬礼).*$",
    re.IGNORECASE,
)
_SALUTATION = re.compile(r"^(?:dear|hello|hi|尊敬的|亲爱的) ?(.+?)[,:，!]?$", re.IGNORECASE)
_BY = re.compile(r"\b[Bb]y ((?:[A-Z][\w.'-]+ ?){2,4})$")
_ADDRESSED_ZH = re.compile(r"^(各位.+?|.{2,12}(?:先生|女士|同学|老师|家长|住户|业主))[:，]$")
_KINDS_OF_DOCUMENT = frozenset(
    "invoice receipt bill notice letter memo report form order statement timetable menu".split()
)
_PLACE_AND_DATE = re.compile(r"[A-Z\u00c0-\u00de][\w' -]{1,40}, (?:the )?")
_IN_SENTENCE = re.compile(r"[，,;；].*[于在自至到]$|(?:将于|定于|订于|于)$|\b(?:on|by|until|from)(?: the)? $")
WHOLE_DATE = 0.85
"""A line of which so much is a date is a dateline; with `MOSTLY_DATE` it may be one."""
MOSTLY_DATE = 0.5
_HEAD_LINES = 10
_FOOT_LINES = 4


def letter_part(study: Study, name: str) -> tuple[str, SourceLine] | None:
    """The sender, author, recipient or date of a document without such a label, and its line; None without one."""
    document = study.document
    if name == "recipient":
        return _recipient(document)
    if name == "date":
        return _date(document)
    signature = _signature(document)
    if name == "author":
        return signature or _by_line(document)
    if signature is None:
        return _by_line(document) or _letterhead(document)
    head = _letterhead(document)
    if head is None or head[0] in signature[0]:
        return signature
    return f"{signature[0]}, {head[0]}", signature[1]


def _signature(document: SourceDocument) -> tuple[str, SourceLine] | None:
    for line in document.lines:
        if _CLOSING.match(line.text):
            for below in document.after(line, 2):
                if not _CLOSING.match(below.text) and not below.values and len(below.text.split()) <= 5:
                    return below.text.rstrip(".,"), below
    return None


def _by_line(document: SourceDocument) -> tuple[str, SourceLine] | None:
    for line in document.lines[:_HEAD_LINES]:
        found = _BY.search(line.text)
        if found:
            return found[1], line
    return None


def _letterhead(document: SourceDocument) -> tuple[str, SourceLine] | None:
    """The first line, when it names somebody; in a Chinese notice the line above the closing date."""
    if document.lines and of_kinds(document.lines[-1].values, ("date",)) and len(document.lines) > 2:
        above = document.lines[-2]
        if (
            not above.values
            and ":" not in above.text
            and "\u3400" <= above.text[0] <= "\u9fff"
            and above.text[-1] not in "。！"
        ):
            return above.text, above
    for line in document.lines[:2]:
        words = {word.strip(":,.").lower() for word in line.text.split()}
        if (
            not line.values
            and not words & _KINDS_OF_DOCUMENT
            and (
                line.text[:1].isupper() or (has_ideographs(line.text) and ":" not in line.text and len(line.text) <= 16)
            )
            and not _SALUTATION.match(line.text)
        ):
            return line.text, line
    return None


def _recipient(document: SourceDocument) -> tuple[str, SourceLine] | None:
    for line in document.lines[: 2 * _HEAD_LINES]:
        found = _SALUTATION.match(line.text) or _ADDRESSED_ZH.match(line.text)
        if found is None or len(line.text) > 60:
            continue
        surname = found[1].split()[-1]
        for above in document.lines[: line.index]:
            if above.text.endswith(surname) and len(above.text.split()) <= 5:
                return above.text, above
        return found[1], line
    return None


def _date(document: SourceDocument) -> tuple[str, SourceLine] | None:
    """A line that is a date, near the beginning or the end, or mostly one; one in the middle of a sentence is not."""
    dated = [
        (found[0], line)
        for line in (*document.lines[:_HEAD_LINES], *document.lines[-_FOOT_LINES:])
        if (found := of_kinds(line.values, ("date",))) and ":" not in line.text
    ]
    for alone in (True, False):
        for value, line in dated:
            lead = line.text[: value.start]
            share = len(value.text) / len(line.text)
            dateline = share >= (WHOLE_DATE if alone else MOSTLY_DATE) or _PLACE_AND_DATE.fullmatch(lead)
            if dateline and not _IN_SENTENCE.search(lead):
                return value.text, line
    return None
