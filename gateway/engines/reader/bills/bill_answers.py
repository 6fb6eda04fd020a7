"""Answers to questions on a bill or receipt, from its layout; and what a bill does not say."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.bills.bill_contacts import answer_contact
from gateway.engines.reader.bills.bill_items import answer_item
from gateway.engines.reader.bills.bill_limits import answer_limit
from gateway.engines.reader.bills.bill_parts import Bill
from gateway.engines.reader.bills.bill_rules import answer_early, answer_rule
from gateway.engines.reader.bills.bill_single_answers import answer_single, is_of_another_kind
from gateway.engines.reader.bills.bill_statements import answer_statement
from gateway.engines.reader.bills.bill_subject import answer_bought, asks_when_bought, without_subject
from gateway.engines.reader.bills.bill_sums import answer_before_discount, answer_reduced
from gateway.engines.reader.bills.bill_times import answer_stay
from gateway.engines.reader.bills.bill_wants import Wanted, wanted_of
from gateway.engines.reader.bills.reductions import asks_around_reduction
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.words.meanings import attributes, has_word_of, meant_by

_OWN = frozenset(("customer", "member", "patient"))
_REACH = frozenset(("phone", "email", "age"))
_COLOURS = re.compile(
    (
        r"\b(?:black|white|silver|gr[ea]y|red|blue|green|yellow|brown|beige|orange|gold"
        r"|charcoal)\b|[黑白银灰红蓝绿黄棕金]色?"
    ),
    re.IGNORECASE,
)
_PERSONS = frozenset(("customer", "member", "patient", "mechanic", "cashier", "pharmacist", "doctor"))


def answer_bill(study: Study, question: Question) -> Finding | None:
    """What a bill says to `question`; None when the document is no bill, or says nothing of it that way."""
    bill = study.bill
    if bill is None:
        return None
    wanted = wanted_of(question)
    if asks_when_bought(bill, wanted, question):
        return answer_bought(bill, question)
    wanted = without_subject(bill, wanted)
    if question.asks == "whether":
        return answer_rule(study, bill, wanted, question)
    before = answer_reduced(bill, question) or answer_before_discount(bill, question)
    if before is not None:
        return before
    told = answer_stay(study.document, wanted, question) or answer_single(bill.single, wanted, question)
    if told is not None:
        return told
    if asks_around_reduction(question):
        return answer_item(bill, wanted, question) if wanted.required else None
    return (
        answer_early(study, bill, question)
        or answer_limit(study, bill, wanted, question)
        or answer_item(bill, wanted, question)
        or answer_statement(study, bill, wanted, question)
        or answer_rule(study, bill, wanted, question)
    )


def is_unstated(study: Study, question: Question) -> bool:
    """True for what a bill says nothing of: a colour, an origin, the customer's telephone, a name beside a number."""
    bill = study.bill
    if bill is None:
        return False
    wanted = wanted_of(question)
    if asks_when_bought(bill, wanted, question) and answer_bought(bill, question) is None:
        return True
    if "points total" in wanted.required and not any("points total" in one.meant.keys for one in bill.stated):
        return True
    if bill.single is not None and is_of_another_kind(bill.single, question):
        return True
    for name in attributes():
        if name in wanted.required and not _speaks_of(study, name):
            return True
    required = set(wanted.required)
    if required & _OWN and required & _REACH:
        named = any(stated.meant.keys & _OWN and stated.meant.keys & _REACH for stated in bill.stated)
        return not named and answer_contact(study, bill, wanted, question) is None
    return _nameless(bill, wanted, study)


def _nameless(bill: Bill, wanted: Wanted, study: Study) -> bool:
    """True when the name of somebody is asked for of whom only a number is stated."""
    role = set(wanted.required) & _PERSONS
    if wanted.want != "person" or len(role) != 1 or set(wanted.required) - role:
        return False
    (asked,) = role
    named = any(stated.meant.says(asked) and re.search(r"[^\W\d_号]{2,}", stated.value) for stated in bill.stated)
    return not named and not any(
        meant_by(said.text).says(asked) and re.search(r"\w[a-z]+ [A-Z]|先生|女士", said.text)
        for said in study.sentences
    )


def _speaks_of(study: Study, name: str) -> bool:
    lines = study.document.lines
    if name == "illness" and study.bill and any("finding" in one.meant.keys for one in study.bill.stated):
        return True
    if name == "colour" and any(_COLOURS.search(line.text) for line in lines):
        return True
    if name == "expiry" and any(re.search(r"有效|\bvalid\b|\bexpir", line.text, re.IGNORECASE) for line in lines):
        return True
    if name == "email":
        return any("@" in line.text for line in lines)
    if name == "website":
        return any(re.search(r"www\.|http|\.com|\.cn\b|\.org", line.text) for line in lines)
    return any(name in meant_by(line.text).keys or has_word_of(name, line.text) for line in lines)
