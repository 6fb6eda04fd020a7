"""Answers from grids of records: when the first visit is, who leads class 4 (2), how long the water is off in 3."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gateway.engines.reader.asked.question import Question, ordinal_concepts
from gateway.engines.reader.grids.records import (
    Grid,
    Record,
    Said,
    compact,
    grids_of,
    has_number,
    is_numbered,
    kinds_of_head,
    numbers_in,
)
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import BY_RELATION, Sought, sought_of
from gateway.engines.reader.phrasing import sentence, shortened
from gateway.engines.reader.words.values import amount_of
from gateway.engines.reader.words.wording import Wording
from text.script import has_ideographs

LEAST_COVERED = 0.6
"""So much of what is asked, by weight, the record, the head and what is around must say."""
OF_CELL = 0.9
"""How far a word counts that another cell of the record says."""
OF_TITLE = 0.5
SAID_BY_HEAD = 0.8
"""A word that a head says names no record, though cells say it too."""
LEAST_LEAD = 0.15
"""By so much a record must be nearer than the next one."""
_SPAN = re.compile(r"(\d{1,2})[:.](\d{2})\D{1,4}(\d{1,2})[:.](\d{2})")
_ALL = re.compile(
    r"\b(?:in all|altogether|total|all (?:the )?\w+ (?:together|classes|groups))\b|一共|总共|合计|全部|共",
    re.IGNORECASE,
)
_CLOCK_ONLY = re.compile(r"\b(?:what time|which time|at what)\b|几点", re.IGNORECASE)
_DAY_ONLY = re.compile(r"\b(?:what|which) (?:day|date)\b|哪[一]?天|几号(?![楼车班])|星期几", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|Nurse)\b|^[A-Z][a-z]+ [A-Z][a-z]+$|^[\u3400-\u9fff]{2,4}$")
_ORDINAL_ZH = re.compile(r"第[一二三四五六七八九十\d]+[次个]?")
_IS_NUMBER = re.compile(r"\D{0,2}(\d+)\D{0,2}")


@dataclass(frozen=True, slots=True)
class _Choice:
    record: Record
    said: tuple[Said, ...]
    score: float


def answer_record(study: Study, question: Question) -> Finding | None:
    """What the record that the question names says under the head that it asks for; None where it names none."""
    if question.asks in ("whether", "why", "how", "order"):
        return None
    plain = replace(question, text=_ORDINAL_ZH.sub("", question.text))
    asked = [word for word in sought_of(study, plain) if not word.word.isdigit()]
    for grid in grids_of(study.document):
        summed = _summed(grid, question, asked)
        if summed is not None:
            return summed
        choice = _choice(study, grid, question, asked)
        if choice is not None:
            return _finding(grid, choice, question)
    return None


def _choice(study: Study, grid: Grid, question: Question, asked: Sequence[Sought]) -> _Choice | None:
    wanted = _numbers(grid, question)
    if wanted is None:
        return None
    scored = sorted(
        (
            (_record_score(record, question, asked) + 2.0 * _has(record, wanted), place)
            for place, record in enumerate(grid.records)
        ),
        reverse=True,
    )
    (best, place), (second, _) = scored[0], scored[1]
    record = grid.records[place]
    if best <= 0 or best < second + LEAST_LEAD or (wanted and not _has(record, wanted)):
        return None
    said = _said(record, question, asked)
    if not said:
        return None
    covered = _covered(study, record, said, asked, bool(wanted))
    return _Choice(record, said, covered) if covered >= LEAST_COVERED else None


def _numbers(grid: Grid, question: Question) -> tuple[int, ...] | None:
    """The numbers by which the question may name a record; None where it names one that the grid does not have."""
    if not all(is_numbered(record.label) for record in grid.records):
        return ()
    wanted = numbers_in(question.text)
    if wanted and not any(has_number(record.label, wanted) for record in grid.records):
        return None
    return wanted


def _has(record: Record, wanted: tuple[int, ...]) -> bool:
    return bool(wanted) and has_number(record.label, wanted)


def _record_score(record: Record, question: Question, asked: Sequence[Sought]) -> float:
    """How far the question names this record: by its label, or by something else that it says."""
    label = Wording.of(record.label)
    score = 0.0
    heads = Wording.of(" ".join(said.head for said in record.said))
    for word in asked:
        own = max((word.found_in(Wording.of(said.text)) for said in record.said[1:]), default=0.0)
        if word.found_in(heads) > SAID_BY_HEAD or own <= BY_RELATION:
            own = 0.0
        score += max(0.4, word.weight) * max(word.found_in(label), OF_CELL * own)
    score += sum(label.speaks_of(place) for place in ordinal_concepts(question.ordinal))
    said_whole = [said for said in record.said if _stands_in(said.text, question.text)]
    return score + 0.7 * len(said_whole)


def _stands_in(text: str, question: str) -> bool:
    piece = compact(text)
    return len(piece) >= 2 and has_ideographs(piece) and piece in compact(question)


def _said(record: Record, question: Question, asked: Sequence[Sought]) -> tuple[Said, ...]:
    """What is asked for of the record: by the words of a head, else by what kind of thing the head is of."""
    named = [(_head_score(said, question, asked), said) for said in record.said if said.text]
    best = max(score for score, _ in named)
    if best <= 0:
        return ()
    chosen = [said for score, said in named if score >= best - 0.05]
    if question.asks == "when" and not _CLOCK_ONLY.search(question.text):
        times = [said for said in record.said if "when" in kinds_of_head(said.head)]
        if len(times) > 1 and not _DAY_ONLY.search(question.text):
            return tuple(times)
    return tuple(chosen[:1])


def _head_score(said: Said, question: Question, asked: Sequence[Sought]) -> float:
    head = Wording.of(said.head)
    own = Wording.of(said.text)
    score = sum(max(0.4, word.weight) * word.found_in(head) for word in asked)
    kinds = kinds_of_head(said.head)
    wanted = "when" if question.kinds and set(question.kinds) <= {"date", "time", "weekday"} else question.asks
    if wanted in kinds and wanted != "what":
        score += 1.0
    if wanted == "long" and "when" in kinds and _SPAN.search(said.text):
        score += 0.9
    if wanted == "when" and (
        (_CLOCK_ONLY.search(question.text) and re.search(r"\d[:.]\d\d|点", said.text))
        or (
            _DAY_ONLY.search(question.text)
            and re.search(r"\d{4}|月|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day", said.text, re.IGNORECASE)
        )
    ):
        score += 0.5
    if wanted == "who":
        score += 0.5 if _PERSON.search(said.text) else -1.0
    if question.asks == "what" and re.search(r"\b(?:which|what) (\w+)", question.text, re.IGNORECASE):
        score += 0.6 * _sort_named(question, own)
    asked_sort = re.search(r"哪[一]?[个栋间位辆]?([\u3400-\u9fff])", question.text)
    if asked_sort is not None and asked_sort[1] in said.head:
        score += 0.8
    return score


def _sort_named(question: Question, own: Wording) -> float:
    """1 where the cell says what sort of thing is asked for: "Room 9" for "which room"."""
    found = re.search(r"\b(?:which|what) (\w+)", question.text, re.IGNORECASE)
    return float(found is not None and found[1].lower() in own.lowered.split())


def _covered(study: Study, record: Record, said: Sequence[Said], asked: Sequence[Sought], numbered: bool) -> float:
    """How much of the question's weight the record says; a number that names it counts as one word of it."""
    total = sum(word.weight for word in asked) + numbered
    if not total:
        return 0.0
    near = [
        *((Wording.of(part.head), 1.0) for part in said),
        *((Wording.of(part.text), OF_CELL) for part in record.said),
        (Wording.of(record.label), 1.0),
        (study.title, OF_TITLE),
    ]
    got = sum(word.weight * max(word.found_in(text) * factor for text, factor in near) for word in asked)
    return (got + numbered) / total


def _summed(grid: Grid, question: Question, asked: Sequence[Sought]) -> Finding | None:
    """All records together, for 四个班一共多少人: the sum of the numbers under the head that counts them."""
    if question.asks != "many" or not _ALL.search(question.text):
        return None
    if any(_stands_in(record.label, question.text) for record in grid.records):
        return None
    for place, head in enumerate(grid.heads):
        cells = [record.said[place] for record in grid.records]
        numbers = [_IS_NUMBER.fullmatch(cell.text) for cell in cells]
        named = any(word.found_in(Wording.of(head)) > 0 for word in asked) or "many" in kinds_of_head(head)
        if not place or not named or any(number is None for number in numbers):
            continue
        total = sum((amount_of(cell.text) or Decimal(0) for cell in cells), Decimal(0))
        plus = " + ".join(str(amount_of(cell.text)) for cell in cells)
        return Finding(f"{plus} = {total}", tuple(cell.line for cell in cells), 2.0, str(total))
    return None


def _finding(grid: Grid, choice: _Choice, question: Question) -> Finding:
    text = ", ".join(said.text for said in choice.said)
    head = choice.said[0].head
    lines = tuple(dict.fromkeys(said.line for said in choice.said))
    chinese = question.language == "zh"
    if question.asks == "long" and (length := _length(text)) is not None:
        minutes = length
        hours = f"{minutes // 60}小时" if chinese else f"{minutes // 60} hours"
        rest = f"{minutes % 60}分钟" if chinese else f" {minutes % 60} minutes"
        shown = (hours if minutes >= 60 else "") + (rest if minutes % 60 else "")
        put = f"{shown.strip()}（{text}）" if chinese else f"{shown.strip()} ({text})"
        return Finding(sentence(put, question.language), lines, 2.0, shown)
    if choice.said[0] is choice.record.said[0]:
        return Finding(sentence(text, question.language), lines, 2.0, text)
    known = head if has_ideographs(head) == chinese else ""
    label = choice.record.label
    put = f"{label}的{known}是{text}" if chinese and known else f"{label}{'：' if chinese else ': '}{text}"
    return Finding(sentence(shortened(put), question.language), (*lines, grid.line), 2.0, text)


def _length(text: str) -> int | None:
    """Minutes between the two times of a span; None where it is none."""
    span = _SPAN.search(text)
    if span is None:
        return None
    start, end = int(span[1]) * 60 + int(span[2]), int(span[3]) * 60 + int(span[4])
    return end - start if end > start else None
