"""The reader's reasoning: each way of answering is tried in turn on what it is told, and what is missing is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from gateway.engines.reader import clock, phrasing
from gateway.engines.reader.across import answer_across
from gateway.engines.reader.analysis import analyse
from gateway.engines.reader.another import is_number_of, is_of_another
from gateway.engines.reader.arithmetic import calculate, spoken_result
from gateway.engines.reader.bill_answers import answer_bill, is_unstated, lacks_value
from gateway.engines.reader.cells import answer_cell, answer_corner
from gateway.engines.reader.charges import answer_charge
from gateway.engines.reader.checkboxes import answer_box
from gateway.engines.reader.choices import answer_choice
from gateway.engines.reader.columns import answer_column
from gateway.engines.reader.consequences import answer_consequence, asks_for_case
from gateway.engines.reader.conversation import Conversation, asks_about_user
from gateway.engines.reader.counted_lists import answer_counted_list
from gateway.engines.reader.dates import parse_date
from gateway.engines.reader.decisions import asks_for_mention, compare, decide, mentioned
from gateway.engines.reader.departures import answer_departure
from gateway.engines.reader.differences import answer_difference
from gateway.engines.reader.ends import answer_end
from gateway.engines.reader.evidence import Finding, Study
from gateway.engines.reader.fields import (
    answer_deadline,
    answer_field,
    answer_place,
    answer_when,
    field_sentence,
    prose_kinds,
)
from gateway.engines.reader.foreign import in_language_of, told
from gateway.engines.reader.hard_to_read import with_doubt
from gateway.engines.reader.headcounts import answer_headcount
from gateway.engines.reader.hourly_rates import answer_hourly
from gateway.engines.reader.in_use import advantage, in_use_first, without_requests
from gateway.engines.reader.intervals import answer_enumeration, answer_interval, answer_ride, answer_turnaround
from gateway.engines.reader.journey_questions import is_unknown_ride
from gateway.engines.reader.journeys import answer_journey
from gateway.engines.reader.labels import concept_of
from gateway.engines.reader.lifetimes import answer_age, answer_term_end
from gateway.engines.reader.lines import documents_of
from gateway.engines.reader.lookups import answer_apiece, answer_listed, answer_row
from gateway.engines.reader.named_entries import answer_named
from gateway.engines.reader.nearest import answer_nearest, arbitrated, says_most
from gateway.engines.reader.numbered_things import answer_numbered, is_left_open
from gateway.engines.reader.open_questions import needs_reasoning
from gateway.engines.reader.opening_hours import answer_opening, is_another_place
from gateway.engines.reader.outline import answer_outline
from gateway.engines.reader.own_words import in_own_words
from gateway.engines.reader.parties import answer_party
from gateway.engines.reader.passages import answer_passage, answer_role, answer_where_to
from gateway.engines.reader.payments import answer_payment
from gateway.engines.reader.piece_lines import answer_piece
from gateway.engines.reader.provisions import answer_provision
from gateway.engines.reader.question import Question
from gateway.engines.reader.record_lookups import answer_record
from gateway.engines.reader.reductions import answer_around_reduction, asks_around_reduction
from gateway.engines.reader.settled import settled
from gateway.engines.reader.several import answer_several
from gateway.engines.reader.sheet_answers import answer_sheet, is_unmarked
from gateway.engines.reader.sides import answer_side, asks_for_side
from gateway.engines.reader.signing import answer_signing, asks_signing
from gateway.engines.reader.solutions import solved
from gateway.engines.reader.spoken import plainly
from gateway.engines.reader.stops import answer_stops
from gateway.engines.reader.sums import answer_sum
from gateway.engines.reader.tariffs import answer_tariff
from gateway.engines.reader.tasks import answer_task
from gateway.engines.reader.tiers import answer_tier
from gateway.engines.reader.trace import Trace
from gateway.engines.reader.units import convert
from gateway.engines.reader.verdicts import answer_verdict
from gateway.engines.reader.vocabulary import FIELDS_BY_NAME
from text.document_replies import WITHDRAWN
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
    asked, *otherwise = conversation.completions(parts.question)
    question = analyse(asked)
    trace = Trace(question, parts)
    if asked != parts.question:
        trace.understood(asked)
    in_use = parts.document_in_use
    studies = in_use_first([Study(document) for document in documents_of(parts.pages)], in_use)
    answer = (
        _without_documents(asked, question, conversation, now, studies, trace)
        or answer_across(question, studies, now, _in_document)
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
        return _date_in_documents(phrase, studies, now)

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
    asks_nothing = not question.concepts and question.field is None
    said = () if asks_nothing or question.asks == "whether" else conversation.said()
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
    """What the document answers to the question as it is put, or put in the document's own words."""
    finding = _as_put(study, question)
    if finding is not None or is_unstated(study, question) or is_unmarked(study, question):
        return finding
    reworded = in_own_words(study, question)
    return _as_put(study, reworded) if reworded is not None else None


def _as_put(study: Study, question: Question) -> Finding | None:
    """The first way of reading that gives an answer; a question in another language is put in the page's first."""
    if is_unstated(study, question):
        return None
    billed = answer_bill(study, question)
    if billed is not None:
        return billed
    if is_unmarked(study, question) or is_unknown_ride(study, question):
        return None
    known = answer_record(study, question) or answer_journey(study, question) or answer_sheet(study, question, _read_on)
    if known is not None:
        return known
    put = in_language_of(study, question)
    if put is not None and (finding := _in_document(study, put)) is not None:
        return None if lacks_value(study, question, finding) else told(finding, question.language)
    finding = _in_own_language(study, question)
    return None if finding is None or lacks_value(study, question, finding) else finding


def _read_on(passage: Study, task: str) -> Finding | None:
    """What the text on a worksheet answers to one of its own questions."""
    return _in_own_language(passage, analyse(task))


def _in_own_language(study: Study, question: Question) -> Finding | None:
    """The first way of reading that gives an answer; the order is from the most to the least exact."""
    question = settled(study, study.misread(question))
    if question.asks == "whether":
        if is_left_open(study, question) or is_another_place(study, question):
            return None
        return _settled_at_once(study, question) or _verdict(study, question)
    if asks_signing(question):
        return answer_signing(study, question)
    if asks_for_case(question):
        return answer_consequence(study, question)
    if asks_for_side(question):
        return answer_side(study, question)
    if asks_around_reduction(question):
        return answer_around_reduction(study, question) or answer_payment(study, question)
    for reader in _READERS:
        finding = reader(study, question)
        if finding is not None and not _names_nothing(finding, question):
            return finding
    return None


def _names_nothing(finding: Finding, question: Question) -> bool:
    """True for what says no name where a name is asked for, and for what says it of another day or class."""
    if (question.asks == "who" or _ASKS_NAME_ZH.search(question.text)) and is_number_of(finding, question):
        return True
    if _ASKS_NAME_ZH.search(question.text) is not None and _NAMES_ZH.search(finding.text) is None:
        return True
    return is_of_another(finding.text, question)


def _settled_at_once(study: Study, question: Question) -> Finding | None:
    """Yes or no from boxes, hours or a table, which say it more exactly than any sentence."""
    for reader in (answer_charge, answer_box, answer_opening, answer_stops, answer_listed):
        found = reader(study, question)
        if found is not None:
            return found
    return None


def _several(study: Study, question: Question) -> Finding | None:
    return answer_several(study, question, lambda its, one: answer_cell(its, settled(its, its.misread(one))))


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


def _field_sentence(study: Study, question: Question) -> Finding | None:
    """What a sentence says of the field, unless another is much nearer to all that is asked: a late fee is no fee."""
    found = field_sentence(study, question)
    if found is None:
        return None
    loose = question.with_field_as_concept(prose_kinds(question))
    return arbitrated(study, loose, found) or (found if says_most(study, loose, found) else None)


def _difference(study: Study, question: Question) -> Finding | None:
    return answer_difference(study, question, (answer_field, answer_cell, answer_column, answer_named, answer_nearest))


def _fee(study: Study, question: Question) -> Finding | None:
    """The fee, for "how much does it cost" and 要交多少钱, where the document states no total."""
    if question.field is None or question.field.name != "total" or not _ASKS_FEE.search(question.text):
        return None
    price = FIELDS_BY_NAME["price"]
    return answer_field(study, replace(question, field=price, field_words=price.labels[1], kinds=price.kinds))


_ASKS_FEE = re.compile(r"\b(?:costs?|charged?|admission|fee)\b|交多少|收多少|收费|费用|门票", re.IGNORECASE)


def _passage(study: Study, question: Question) -> Finding | None:
    loose = question.with_field_as_concept(prose_kinds(question))
    return arbitrated(study, loose, answer_passage(study, loose)) or answer_when(study, question)


_ASKS_NAME_ZH = re.compile(r"(?:叫|是)什么名[字称]|叫什么$|叫什么[?？]")
_NAMES_ZH = re.compile(r"[叫姓]|名为|名[字称][是为:：]|^(?!文件里写着)")
"""What a sentence must say to tell a name; an entry tells it by itself."""


_READERS: tuple[_Reader, ...] = (
    answer_choice,
    answer_record,
    answer_party,
    answer_counted_list,
    answer_tier,
    answer_hourly,
    answer_task,
    answer_outline,
    answer_opening,
    answer_place,
    answer_departure,
    answer_tariff,
    answer_piece,
    answer_provision,
    answer_term_end,
    answer_turnaround,
    answer_ride,
    answer_box,
    answer_consequence,
    answer_payment,
    answer_apiece,
    answer_stops,
    _several,
    answer_row,
    answer_column,
    _difference,
    answer_sum,
    answer_corner,
    answer_cell,
    answer_named,
    answer_field,
    _fee,
    answer_headcount,
    answer_end,
    answer_deadline,
    _field_sentence,
    answer_role,
    answer_enumeration,
    answer_where_to,
    _passage,
    answer_interval,
)
"""From the most to the least exact."""


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
