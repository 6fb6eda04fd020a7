"""What a bill is about beside its items: the car, the machine or the animal, and when that was bought."""

from __future__ import annotations

import re
from dataclasses import replace

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.bills.bill_parts import Bill
from gateway.engines.reader.bills.bill_sums import told
from gateway.engines.reader.bills.bill_wants import Wanted
from gateway.engines.reader.page.evidence import Finding
from gateway.engines.reader.words.meanings import meant_by

_SUBJECTS = frozenset(("pet", "appliance", "vehicle"))
_ASKS_BOUGHT = re.compile(
    r"\b(?:bought|buy|purchased?)\b|\bwhen\b.*\bnew\b|什么时候买|哪年买|何时购|几年买|哪天买", re.IGNORECASE
)
_BOUGHT = re.compile(r"^(?:bought|purchased|date of purchase|purchase date|购机|购买|购入|购置)", re.IGNORECASE)
_WHEN = frozenset(("date", "time", "due"))


def without_subject(bill: Bill, wanted: Wanted) -> Wanted:
    """`wanted` without the words for what all of the bill is about, where something is asked of it but its price."""
    about = _words(bill, wanted)
    rest = tuple(word for word in wanted.required if word not in about)
    if wanted.want == "money" or not about or not (rest or wanted.triggered):
        return wanted
    return replace(wanted, required=rest)


def _words(bill: Bill, wanted: Wanted) -> frozenset[str]:
    """The words of the question that name the subject of the bill."""
    subjects = [one for one in bill.stated if one.meant.keys & _SUBJECTS]
    return frozenset(
        word
        for word in wanted.meant.all
        if any(word in one.meant.keys & _SUBJECTS or meant_by(one.value).says(word) for one in subjects)
        and not any(item.meant.says(word) for item in bill.items)
    )


def asks_when_bought(bill: Bill, wanted: Wanted, question: Question) -> bool:
    """True where the day is asked for on which the subject of the bill, and no item of it, was bought."""
    return wanted.want in _WHEN and _ASKS_BOUGHT.search(question.text) is not None and bool(_words(bill, wanted))


def answer_bought(bill: Bill, question: Question) -> Finding | None:
    """When the subject was bought, as a label states it."""
    for one in bill.stated:
        if _BOUGHT.match(one.label):
            return told(one.label, one.value, one, question)
    return None
