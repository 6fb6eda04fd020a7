"""What is said under a timetable of one service or another: notes under a letter or a star, and sentences by name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.words.synonyms import STOP_WORDS
from gateway.engines.reader.words.values import MONTHS, weekdays_in

ALL_DAYS = frozenset(range(7))
SHORTEST_FULL_LINE = 60
"""Characters: a shorter line does not run on."""
_MARKED = re.compile(r"(?P<mark>[A-Z]|[a-z]{1,2}|[*†‡#§]{1,2}|[①-⑨])(?: ?[-–:=.)] ?| )(?P<text>\S.{8,})")
_KEY = re.compile(
    r"(?P<mark>[A-Z]|[*†‡#§]{1,2}|[①-⑨])(?: ?[-–:=] ?| )"
    r"(?P<text>[A-Z\u3400-\u9fff].{3,60}|(?<=[-–=:] ).{4,60})"
)
"""A sign and what it stands for."""
_SENTENCE_END = re.compile(r"(?<=[.!])\s+(?=[A-Z—–*†‡#§])|(?<=[。；;])|(?<=[a-z])\s+(?=(?:[A-Z]|[-*†‡#§]) [-–=:] )")
_ONLY = re.compile(r"\b(?:only|runs? on|operates? on|sails? on)\b|只|仅|才", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:not|no|never|except|cancelled|suspended)\b|n['’]t\b|停[开运驶]|不[开运]|除|没有", re.IGNORECASE
)
_MONTH_NAMES = "|".join(month[:3] for month in MONTHS)
_SPAN = re.compile(
    rf"(?P<day>\d{{1,2}}) (?P<month>{_MONTH_NAMES})\w*\D{{1,9}}(?P<day2>\d{{1,2}}) (?P<month2>{_MONTH_NAMES})\w*"
    rf"|(?P<zhm>\d{{1,2}})月(?P<zhd>\d{{1,2}})日?(?:至|到|-|–|—|~)(?P<zhm2>\d{{1,2}})月(?P<zhd2>\d{{1,2}})日",
    re.IGNORECASE,
)
_WHEN = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_MONTH_NAMES})\w*"
    rf"|\b(?P<alone>{_MONTH_NAMES})\w*(?: (?P<after>\d{{1,2}})(?!\d))?"
    rf"|(?P<zhm>\d{{1,2}})月(?:(?P<zhd>\d{{1,2}})[日号])?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Note:
    """One note or sentence."""

    mark: str
    """The letter or star it stands behind; empty for a sentence."""
    text: str
    lines: tuple[SourceLine, ...]

    def names(self, service: str) -> bool:
        """True for a sentence that says the service's name; a letter alone is none."""
        if self.mark or len(service) < 2 or weekdays_in(service):
            return False
        return re.search(rf"(?<![\w]){re.escape(service)}(?![A-Za-z\d])", self.text, re.IGNORECASE) is not None or (
            not service.isascii() and service in self.text
        )


def notes_of(document: SourceDocument) -> tuple[Note, ...]:
    """The notes and the sentences of `document`, lines that run on joined."""
    found: list[Note] = []
    for line in document.lines:
        if len(line.cells) > 2:
            continue
        last = found[-1] if found else None
        marked = _MARKED.fullmatch(line.text)
        if marked is not None and not _is_word(marked):
            found.append(Note(marked["mark"], marked["text"], (line,)))
        elif last is not None and last.lines[-1].index == line.index - 1 and _runs_on(last.lines[-1].text):
            found[-1] = Note(last.mark, f"{last.text} {line.text}", (*last.lines, line))
        else:
            found.append(Note("", line.text, (line,)))
    return tuple(
        _marked(note, text, first=not place)
        for note in found
        for place, text in enumerate(filter(None, _SENTENCE_END.split(note.text)))
    )


def _marked(note: Note, text: str, *, first: bool) -> Note:
    """One sentence of a note; a key may stand in a line: "X Express. F Fridays only"."""
    own = _KEY.fullmatch(text)
    if own is not None and not (own["mark"] in ("A", "I") and own["text"][0].islower()):
        return Note(own["mark"], own["text"], note.lines)
    return Note(note.mark if first else "", text, note.lines)


def _is_word(marked: re.Match[str]) -> bool:
    """True for a short word that begins a line, which is no mark: "a lift to the deck"."""
    mark = marked["mark"]
    plain = marked.string[len(mark) : len(mark) + 1] == " " and marked["text"][0].islower()
    return plain and (mark.lower() in STOP_WORDS or len(mark) > 1)


def _runs_on(text: str) -> bool:
    return len(text) > SHORTEST_FULL_LINE and not text.endswith((".", "。", "!", ":"))


def days_after(text: str, days: frozenset[int] | None) -> frozenset[int] | None:
    """The days that are left when `text` is true: it may name the only ones, or take some away."""
    named = weekdays_in(text)
    if not named:
        return days
    if _NOT.search(text):
        return (ALL_DAYS if days is None else days) - named
    return named if _ONLY.search(text) else days


def is_outside(text: str, question: str) -> bool | None:
    """True when the month, or the day, in the question lies outside the dates in `text`; None when either has none."""
    span, when = _SPAN.search(text), _WHEN.search(question)
    if span is None or when is None:
        return None
    if span["day"]:
        first, last = (_month(span["month"]), int(span["day"])), (_month(span["month2"]), int(span["day2"]))
    else:
        first, last = (int(span["zhm"]), int(span["zhd"])), (int(span["zhm2"]), int(span["zhd2"]))
    month = int(when["zhm"]) if when["zhm"] else _month(when["month"] or when["alone"])
    day = when["day"] or when["after"] or when["zhd"]
    if day is None:
        inside = first[0] <= month <= last[0] if first <= last else month >= first[0] or month <= last[0]
    else:
        at = (month, int(day))
        inside = first <= at <= last if first <= last else at >= first or at <= last
    return not inside


def _month(name: str) -> int:
    return [month[:3] for month in MONTHS].index(name[:3].lower()) + 1


def has_span(text: str) -> bool:
    """True when `text` says from which day of the year to which."""
    return _SPAN.search(text) is not None
