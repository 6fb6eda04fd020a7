"""The ways of reading one document: each is tried in turn, from the most to the least exact."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from gateway.engines.reader.asked.analysis import analyse
from gateway.engines.reader.asked.foreign import in_language_of, told
from gateway.engines.reader.asked.own_words import in_own_words
from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.asked.relative_years import is_of_another_year, is_of_year, with_year
from gateway.engines.reader.asked.settled import settled
from gateway.engines.reader.bills.bill_answers import answer_bill, is_unstated
from gateway.engines.reader.bills.bill_proof import lacks_value
from gateway.engines.reader.bills.payments import answer_payment
from gateway.engines.reader.bills.reductions import answer_around_reduction, asks_around_reduction
from gateway.engines.reader.checks.another import is_number_of, is_of_another
from gateway.engines.reader.checks.borne_out import is_borne_out, lacks_attribute
from gateway.engines.reader.checks.demands import lacks_demanded
from gateway.engines.reader.checks.roles import is_another_role
from gateway.engines.reader.checks.unsaid import leaves_unsaid
from gateway.engines.reader.fields import (
    answer_deadline,
    answer_field,
    answer_place,
    answer_when,
    field_sentence,
    prose_kinds,
)
from gateway.engines.reader.grids.cells import answer_cell, answer_corner
from gateway.engines.reader.grids.columns import answer_column
from gateway.engines.reader.grids.lookups import answer_listed, answer_row
from gateway.engines.reader.grids.numbered_rows import answer_numbered_row, names_others_only
from gateway.engines.reader.grids.numbered_things import answer_numbered, is_left_open
from gateway.engines.reader.grids.ranges import answer_result
from gateway.engines.reader.grids.record_lookups import answer_record
from gateway.engines.reader.grids.several import answer_several
from gateway.engines.reader.named_entries import answer_named
from gateway.engines.reader.outline import answer_outline
from gateway.engines.reader.page.checkboxes import answer_box
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.prose.consequences import answer_consequence, asks_for_case
from gateway.engines.reader.prose.doses import answer_dose
from gateway.engines.reader.prose.headcounts import answer_headcount
from gateway.engines.reader.prose.marked_places import answer_marked_place
from gateway.engines.reader.prose.names_told import answer_name_told, lacks_name
from gateway.engines.reader.prose.nearest import answer_nearest, arbitrated, says_most
from gateway.engines.reader.prose.notice_statements import answer_notice
from gateway.engines.reader.prose.numbers_to_ring import answer_number_to_ring
from gateway.engines.reader.prose.opening_hours import answer_opening, is_another_place
from gateway.engines.reader.prose.parties import answer_party
from gateway.engines.reader.prose.passages import answer_passage, answer_role, answer_where_to
from gateway.engines.reader.prose.provisions import answer_provision
from gateway.engines.reader.prose.sides import answer_side, asks_for_side
from gateway.engines.reader.prose.signing import answer_signing, asks_signing
from gateway.engines.reader.prose.visit_answers import answer_visit
from gateway.engines.reader.reckoning.counted_lists import answer_counted_list
from gateway.engines.reader.reckoning.derived_sums import answer_derived
from gateway.engines.reader.reckoning.differences import answer_difference
from gateway.engines.reader.reckoning.ends import answer_end
from gateway.engines.reader.reckoning.intervals import (
    answer_enumeration,
    answer_interval,
    answer_ride,
    answer_turnaround,
)
from gateway.engines.reader.reckoning.lifetimes import answer_term_end
from gateway.engines.reader.reckoning.sums import answer_sum
from gateway.engines.reader.reckoning.terms import answer_term
from gateway.engines.reader.reckoning.tiers import answer_tier
from gateway.engines.reader.timetables.fares import answer_fare, is_unknown_fare
from gateway.engines.reader.timetables.journey_notes import answer_noted_place, answer_stop_count
from gateway.engines.reader.timetables.journey_questions import is_unknown_ride
from gateway.engines.reader.timetables.journey_stops import answer_faster, answer_served
from gateway.engines.reader.timetables.journeys import answer_journey, is_unsure_ride
from gateway.engines.reader.timetables.only_named import unless_only_others
from gateway.engines.reader.timetables.tariffs import answer_tariff
from gateway.engines.reader.timetables.vehicles import is_another_vehicle
from gateway.engines.reader.words.vocabulary import FIELDS_BY_NAME
from gateway.engines.reader.worksheets.choices import answer_choice
from gateway.engines.reader.worksheets.sheet_answers import answer_sheet, is_unmarked
from gateway.engines.reader.worksheets.tasks import answer_task
from gateway.engines.reader.yes_or_no.charges import answer_charge
from gateway.engines.reader.yes_or_no.decisions import asks_for_mention, compare, decide, mentioned
from gateway.engines.reader.yes_or_no.existence import is_unheard_of
from gateway.engines.reader.yes_or_no.limits import answer_limit
from gateway.engines.reader.yes_or_no.permissions import answer_permission
from gateway.engines.reader.yes_or_no.verdicts import answer_verdict

CLEARLY_NEAR = 0.75
"""So much of a yes-or-no question, by weight, a sentence says that decides it before any other."""

_Reader = Callable[[Study, Question], Finding | None]


def answer_in_document(study: Study, question: Question) -> Finding | None:
    """What the document answers to the question as it is put, or put in the document's own words."""
    if is_another_vehicle(study, question):
        return None
    finding = _held(study, question, _as_put(study, question))
    if finding is not None or is_unstated(study, question) or is_unmarked(study, question):
        return finding
    dated = with_year(study, question)
    reworded = in_own_words(study, dated or question) or dated
    found = _held(study, dated or question, _as_put(study, reworded)) if reworded is not None else None
    if dated is not None and found is not None and not is_of_year(dated, found):
        return None
    return None if found is None or lacks_value(study, question, found) else found


def _held(study: Study, question: Question, finding: Finding | None) -> Finding | None:
    """`finding`, or None where it holds nothing of what is asked for."""
    if finding is None or any(
        fails(study, question, finding)
        for fails in (lacks_demanded, is_another_role, leaves_unsaid, is_of_another_year)
    ):
        return None
    return finding


def _as_put(study: Study, question: Question) -> Finding | None:
    """The first way of reading that gives an answer; a question in another language is put in the page's first."""
    if is_unstated(study, question):
        return None
    billed = answer_visit(study, question) or answer_bill(study, question)
    if billed is not None:
        return billed
    if is_unmarked(study, question) or is_unknown_ride(study, question) or is_unknown_fare(study, question):
        return None
    ridden = answer_fare(study, question) or answer_journey(study, question) or answer_noted_place(study, question)
    ridden = ridden or answer_stop_count(study, question) or answer_served(study, question)
    ridden = ridden or answer_faster(study, question)
    if ridden is not None or is_unsure_ride(study, question):
        return ridden
    known = answer_record(study, question) or answer_sheet(study, question, _read_on)
    known = known or answer_dose(study, question) or answer_result(study, question)
    known = known or answer_term(study, question) or answer_derived(study, question)
    if known is not None:
        return None if lacks_value(study, question, known) else known
    put = in_language_of(study, question)
    if put is not None and (finding := answer_in_document(study, put)) is not None:
        amiss = lacks_value(study, question, finding) or lacks_attribute(question, finding)
        return None if amiss else told(finding, question.language)
    finding = _in_own_language(study, question)
    return None if finding is None or lacks_value(study, question, finding) else finding


def _read_on(passage: Study, task: str) -> Finding | None:
    """What the text on a worksheet answers to one of its own questions."""
    return _in_own_language(passage, analyse(task))


def _in_own_language(study: Study, question: Question) -> Finding | None:
    """The first way of reading that gives an answer; the order is from the most to the least exact."""
    question = settled(study, study.misread(question))
    if question.asks == "whether":
        if is_unheard_of(study, question) or is_left_open(study, question) or is_another_place(study, question):
            return None
        return _settled_at_once(study, question) or unless_only_others(question, _verdict(study, question))
    if names_others_only(study, question):
        return None
    if asks_signing(question):
        return answer_signing(study, question)
    if asks_for_case(question):
        return answer_consequence(study, question)
    if asks_for_side(question):
        return answer_side(study, question)
    if asks_around_reduction(question):
        return answer_around_reduction(study, question) or answer_payment(study, question)
    for reader in _READERS:
        finding = _held(study, question, reader(study, question))
        if finding and not _is_amiss(study, question, finding):
            return finding
    return None


def _is_amiss(study: Study, question: Question, finding: Finding) -> bool:
    """True for an answer that does not bear out its question."""
    return (
        _names_nothing(finding, question)
        or lacks_value(study, question, finding)
        or not is_borne_out(study, question, finding)
    )


def _names_nothing(finding: Finding, question: Question) -> bool:
    """True for what says no name where a name is asked for, and for what says it of another day or class."""
    if (question.asks == "who" or _ASKS_NAME_ZH.search(question.text)) and is_number_of(finding, question):
        return True
    if _ASKS_NAME_ZH.search(question.text) is not None and _NAMES_ZH.search(finding.text) is None:
        return True
    return is_of_another(finding.text, question) or lacks_name(question, finding)


def _settled_at_once(study: Study, question: Question) -> Finding | None:
    """Yes or no from boxes, hours or a table, which say it more exactly than any sentence."""
    for reader in (
        answer_charge,
        answer_box,
        answer_limit,
        answer_permission,
        answer_opening,
        answer_listed,
    ):
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
    answer_number_to_ring,
    answer_name_told,
    answer_marked_place,
    answer_numbered_row,
    answer_notice,
    answer_record,
    answer_party,
    answer_counted_list,
    answer_tier,
    answer_task,
    answer_outline,
    answer_opening,
    answer_place,
    answer_tariff,
    answer_provision,
    answer_term_end,
    answer_turnaround,
    answer_ride,
    answer_box,
    answer_consequence,
    answer_payment,
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
