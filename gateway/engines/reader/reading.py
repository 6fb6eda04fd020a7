"""The reader's reasoning: each way of answering is tried in turn on what it is told, and what is missing is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from gateway.engines.reader import clock, phrasing
from gateway.engines.reader.across import answer_across
from gateway.engines.reader.analysis import analyse
from gateway.engines.reader.arithmetic import calculate, spoken_result
from gateway.engines.reader.cells import answer_cell, answer_corner
from gateway.engines.reader.checkboxes import answer_box
from gateway.engines.reader.columns import answer_column
from gateway.engines.reader.consequences import answer_consequence
from gateway.engines.reader.conversation import Conversation, asks_about_user
from gateway.engines.reader.dates import parse_date
from gateway.engines.reader.decisions import asks_for_mention, compare, decide, mentioned
from gateway.engines.reader.evidence import Finding, Study
from gateway.engines.reader.fields import (
    answer_deadline,
    answer_field,
    answer_place,
    answer_when,
    field_sentence,
    prose_kinds,
)
from gateway.engines.reader.hard_to_read import with_doubt
from gateway.engines.reader.in_use import advantage, in_use_first, without_requests
from gateway.engines.reader.intervals import answer_enumeration, answer_interval, answer_ride, answer_turnaround
from gateway.engines.reader.labels import concept_of
from gateway.engines.reader.lines import documents_of
from gateway.engines.reader.named_entries import answer_named
from gateway.engines.reader.nearest import arbitrated
from gateway.engines.reader.numbered_things import answer_numbered, is_left_open
from gateway.engines.reader.open_questions import needs_reasoning
from gateway.engines.reader.outline import answer_outline
from gateway.engines.reader.passages import answer_passage, answer_role
from gateway.engines.reader.question import Question
from gateway.engines.reader.reductions import answer_around_reduction, asks_around_reduction
from gateway.engines.reader.settled import settled
from gateway.engines.reader.spoken import plainly
from gateway.engines.reader.sums import answer_sum
from gateway.engines.reader.tasks import answer_task
from gateway.engines.reader.trace import Trace
from gateway.engines.reader.units import convert
from gateway.engines.reader.verdicts import answer_verdict
from text.marks import MARK_PATTERN
from text.prompt import PromptPage, PromptParts
from text.script import Language

MOST_CITED = 3
"""Lines cited for one answer."""
CLEARLY_BETTER = 0.75
"""So much higher a document must score to be chosen over another that answers too."""
CLEARLY_NEAR = 0.75
"""So much of a yes-or-no question, by weight, a sentence says that decides it before any other."""

_TYPED_MARK = re.compile(rf"\s*{MARK_PATTERN}\s*")
_Reader = Callable[[Study, Question], Finding | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of a prompt."""

    thoughts: str
    """A short trace of what it looked at."""
    answer: str
    """One or two sentences, followed by the marks of the lines relied on."""


def read(parts: PromptParts, now: datetime) -> Reading:
    """Answer `parts` from nothing but `parts` and the time `now`.

    Pure: the same parts and time give the same reading. A few milliseconds per page.
    """
    parts = without_requests(_without_typed_marks(parts))
    parts = replace(parts, question=plainly(parts.question))
    conversation = Conversation(parts)
    asked = conversation.complete(parts.question)
    question = analyse(asked)
    trace = Trace(question, parts)
    if asked != parts.question:
        trace.understood(asked)
    in_use = parts.document_in_use
    studies = in_use_first([Study(document) for document in documents_of(parts.pages)], in_use)
    answer = (
        _without_documents(asked, question, conversation, now, studies, trace)
        or answer_across(question, studies, now, _in_document)
        or _from_documents(question, studies, trace, in_use)
        or _from_conversation(question, conversation)
        or _refusal(question, parts, studies)
    )
    return Reading(trace.text(), answer)


def _without_typed_marks(parts: PromptParts) -> PromptParts:
    """`parts` without the marks in what the user says: only a page's own lines carry marks that mean something."""
    return replace(
        parts,
        question=_unmarked(parts.question),
        summary="\n".join(map(_unmarked, parts.summary.split("\n"))),
        exchanges=tuple((_unmarked(question), answer) for question, answer in parts.exchanges),
    )


def _unmarked(said: str) -> str:
    return _TYPED_MARK.sub(" ", said).strip() if _TYPED_MARK.search(said) else said


def _without_documents(
    asked: str, question: Question, conversation: Conversation, now: datetime, studies: Sequence[Study], trace: Trace
) -> str | None:
    """What needs no document: courtesy, facts told, arithmetic, the calendar."""
    if not asked.strip():
        return phrasing.NO_QUESTION[question.language]
    courtesy = conversation.courtesy(asked, question)
    if courtesy is not None:
        return courtesy
    converted = convert(asked)
    if converted is not None:
        return converted
    calculation = calculate(asked, conversation.last_number())
    if calculation is not None:
        trace.calculated(calculation)
        return spoken_result(calculation, question.language)

    def resolve(phrase: str) -> tuple[date, str] | None:
        return _date_in_documents(phrase, studies, now)

    if not studies or clock.is_about_now(asked) or question.field is None or question.field.name != "date":
        told = clock.tell(asked, now, question.language, resolve)
        if told is not None:
            trace.looked_at_clock(now)
            return f"{told.text} {told.mark}".strip()
    if needs_reasoning(asked, question):
        trace.needs_r1()
        return phrasing.NEEDS_R1[question.language]
    return conversation.recall_own(question)


def _date_in_documents(phrase: str, studies: Sequence[Study], now: datetime) -> tuple[date, str] | None:
    question = analyse(f"when is {phrase}" if phrase.isascii() else f"{phrase}是什么时候")
    for study in studies:
        finding = answer_field(study, question) or answer_passage(study, question)
        day = parse_date(finding.value or finding.text, now.date()) if finding else None
        if finding and day:
            return day, finding.lines[0].mark
    return None


def _from_documents(question: Question, studies: Sequence[Study], trace: Trace, in_use: str) -> str | None:
    """The best answer that any document gives, with its marks; two, when two documents answer equally well.

    When the question names no document, the one in use has the word, unless it says nothing, or little to the point.
    """
    chosen = _named(question, studies)
    for study in chosen:
        trace.looked_at(study)
    found = [(finding, study) for study in chosen if (finding := _in_document(study, question)) is not None]
    found = found or [
        (finding, study)
        for study in studies
        if study not in chosen and (finding := _in_document(study, question)) is not None
    ]
    if not found:
        trace.found_nothing()
        return None
    found.sort(key=lambda entry: -entry[0].score - advantage(entry[1], in_use))
    best = found[0][0]
    trace.relied_on(best)
    rivals = [
        finding for finding, _ in found[1:] if finding.score > best.score - CLEARLY_BETTER and finding.text != best.text
    ]
    if not rivals or found[0][1].document.name == in_use:
        return f"{with_doubt(best, question.language)} {_marks(best)}".strip()
    return " ".join(f"{_within(finding, question.language)} {_marks(finding)}" for finding in (best, rivals[0]))


def _within(finding: Finding, language: Language) -> str:
    return phrasing.within(with_doubt(finding, language), finding.lines[0].document, language)


def _from_conversation(question: Question, conversation: Conversation) -> str | None:
    """What was said before, read like a document, or as it was answered then."""
    if asks_about_user(question):
        return None
    said = conversation.said() if question.asks != "whether" else ()
    if said:
        (document,) = documents_of((PromptPage("conversation", 1, tuple(said)),))
        finding = _in_document(Study(document), question)
        if finding is not None:
            return phrasing.recalled(finding.text, question.language)
    return conversation.recall_answer(question)


def _marks(finding: Finding) -> str:
    return " ".join(dict.fromkeys(line.mark for line in finding.lines[:MOST_CITED]))


def _named(question: Question, studies: Sequence[Study]) -> list[Study]:
    """The documents of the kind that the question speaks of; all, when none is, or all are."""
    if not question.document_kind:
        return list(studies)
    kind = concept_of("document", question.document_kind, optional=False)
    return [study for study in studies if study.title.speaks_of(kind)] or list(studies)


def _in_document(study: Study, question: Question) -> Finding | None:
    """The first way of reading that gives an answer; the order is from the most to the least exact."""
    question = settled(study, study.misread(question))
    if question.asks == "whether":
        return None if is_left_open(study, question) else _verdict(study, question)
    if asks_around_reduction(question):
        return answer_around_reduction(study, question)
    for reader in _READERS:
        finding = reader(study, question)
        if finding is not None:
            return finding
    return None


def _verdict(study: Study, question: Question) -> Finding | None:
    """Yes or no: from a sentence that is very near, from one that covers all of the question, or from a near one."""
    return (
        compare(study, question)
        or answer_numbered(study, question)
        or answer_verdict(study, question, CLEARLY_NEAR)
        or decide(study, question.with_field_as_concept())
        or answer_verdict(study, question)
        or (mentioned(study, question.with_field_as_concept()) if asks_for_mention(question) else None)
    )


def _passage(study: Study, question: Question) -> Finding | None:
    loose = question.with_field_as_concept(prose_kinds(question))
    return arbitrated(study, loose, answer_passage(study, loose)) or answer_when(study, question)


_READERS: tuple[_Reader, ...] = (
    answer_task,
    answer_outline,
    answer_place,
    answer_ride,
    answer_box,
    answer_consequence,
    answer_column,
    answer_sum,
    answer_corner,
    answer_cell,
    answer_named,
    answer_field,
    answer_deadline,
    field_sentence,
    answer_role,
    answer_enumeration,
    answer_turnaround,
    _passage,
    answer_interval,
)
"""From the most to the least exact."""


def _refusal(question: Question, parts: PromptParts, studies: Sequence[Study]) -> str:
    """Why there is no answer."""
    if asks_about_user(question) and not parts.pages:
        return phrasing.NOT_TOLD[question.language]
    if not parts.pages:
        known = phrasing.NO_DOCUMENT if question.speaks_of_document or question.field is not None else phrasing.NEEDS_R1
        return known[question.language]
    if not any(study.document.lines for study in studies):
        return phrasing.NO_TEXT[question.language]
    missing = phrasing.NOT_FOUND if len(studies) == 1 else phrasing.NOT_FOUND_IN_MANY
    return missing[question.language]
