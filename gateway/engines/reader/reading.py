"""The reader's reasoning: each way of answering is tried in turn on what it is told, and what is missing is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from gateway.engines.reader import clock, phrasing
from gateway.engines.reader.across import answer_across
from gateway.engines.reader.arithmetic import calculate, spoken_result
from gateway.engines.reader.asked.analysis import analyse
from gateway.engines.reader.asked.conversation import Conversation, asks_about_user
from gateway.engines.reader.asked.in_use import advantage, in_use_first, without_requests
from gateway.engines.reader.asked.open_questions import needs_reasoning
from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.asked.spoken import plainly
from gateway.engines.reader.fields import answer_field
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.hard_to_read import with_doubt
from gateway.engines.reader.page.lines import documents_of
from gateway.engines.reader.prose.passages import answer_passage
from gateway.engines.reader.reckoning.lifetimes import answer_age
from gateway.engines.reader.trace import Trace
from gateway.engines.reader.ways import answer_in_document
from gateway.engines.reader.words.dates import parse_date
from gateway.engines.reader.words.labels import concept_of
from gateway.engines.reader.words.units import convert
from gateway.engines.reader.worksheets.solutions import solved
from text.document_replies import WITHDRAWN
from text.marks import MARK_PATTERN
from text.prompt import PromptPage, PromptParts
from text.script import Language

MOST_CITED = 3
"""Lines cited for one answer."""
CLEARLY_BETTER = 0.75
"""So much higher a document must score to be chosen over another that answers too."""

_TYPED_MARK = re.compile(rf"\s*{MARK_PATTERN}\s*")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of a prompt."""

    thoughts: str
    """A short trace of what it looked at."""
    answer: str
    """One or two sentences, followed by the marks of the lines relied on."""


def read(parts: PromptParts, now: datetime) -> Reading:
    """Answer `parts` from nothing but `parts` and the time `now`.

    Pure: the same parts and time give the same reading. Some 20 milliseconds per page.
    """
    parts = without_requests(_without_typed_marks(parts))
    parts = replace(parts, question=plainly(parts.question))
    conversation = Conversation(parts)
    asked, *otherwise = conversation.completions(parts.question)
    question = analyse(asked)
    trace = Trace(question, parts)
    if asked != parts.question:
        trace.understood(asked)
    in_use = parts.document_in_use
    studies = in_use_first([Study(document) for document in documents_of(parts.pages)], in_use)
    answer = (
        _without_documents(asked, question, conversation, now, studies, trace)
        or answer_across(question, studies, now, answer_in_document)
        or _age(question, studies, now)
        or _from_documents(question, studies, trace, in_use)
        or next(filter(None, (_from_documents(analyse(other), studies, trace, in_use) for other in otherwise)), None)
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
    problem = solved(asked, asked, question.language)
    if problem is not None:
        return problem[0]

    def resolve(phrase: str) -> tuple[date, str] | None:
        return _dateanswer_in_documents(phrase, studies, now)

    if not studies or clock.is_about_now(asked) or question.field is None or question.field.name != "date":
        told = clock.tell(asked, now, question.language, resolve)
        if told is not None:
            trace.looked_at_clock(now)
            return f"{told.text} {told.mark}".strip()
    if needs_reasoning(asked, question, with_documents=bool(studies)):
        trace.needs_r1()
        return phrasing.NEEDS_R1[question.language]
    return conversation.recall_own(question)


def _age(question: Question, studies: Sequence[Study], now: datetime) -> str | None:
    found = answer_age(question, studies, now)
    return f"{found.text} {_marks(found)}" if found is not None else None


def _dateanswer_in_documents(phrase: str, studies: Sequence[Study], now: datetime) -> tuple[date, str] | None:
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
    found = [(finding, study) for study in chosen if (finding := answer_in_document(study, question)) is not None]
    found = found or [
        (finding, study)
        for study in studies
        if study not in chosen and (finding := answer_in_document(study, question)) is not None
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
    asks_nothing = not question.concepts and question.field is None
    said = () if asks_nothing or question.asks == "whether" else conversation.said()
    if said:
        (document,) = documents_of((PromptPage("conversation", 1, tuple(said)),))
        finding = answer_in_document(Study(document), question)
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


def _refusal(question: Question, parts: PromptParts, studies: Sequence[Study]) -> str:
    """Why there is no answer."""
    if asks_about_user(question) and not parts.pages:
        return phrasing.NOT_TOLD[question.language]
    if not parts.pages:
        withdrawn = any(answer == WITHDRAWN for _, answer in parts.exchanges)
        of_document = withdrawn or question.speaks_of_document or question.field is not None
        known = phrasing.NO_DOCUMENT if of_document else phrasing.NEEDS_R1
        return known[question.language]
    if not any(study.document.lines for study in studies):
        return phrasing.NO_TEXT[question.language]
    missing = phrasing.NOT_FOUND if len(studies) == 1 else phrasing.NOT_FOUND_IN_MANY
    return missing[question.language]
