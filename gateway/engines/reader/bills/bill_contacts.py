"""The address and the telephone number of a bill's two sides: the firm's in its letterhead, the customer's by the name.

A label alone does not say whose it is: "Address" under "Bill to" is the customer's, "Phone" over it is the firm's.
"""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.bills.bill_parts import Bill, Stated
from gateway.engines.reader.bills.bill_sums import told
from gateway.engines.reader.bills.bill_wants import Wanted
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.meanings import meant_by

SCORE = 4.0
HEAD_LINES = 8
LINES_UNDER_NAME = 3
"""So many lines under the customer's name may say where and how to reach them."""
_PARTICULARS = frozenset(("address", "phone", "email", "fax", "customer", "customer number"))
_OF_FIRM = re.compile(
    r"\b(?:shop|store|branch|company|firm|our|office|service|support|help)\b|店|公司|商家|客服|服务|咨询|投诉",
    re.IGNORECASE,
)
"""In the label of what is the firm's wherever it stands."""
_FIRM = meant_by("workshop business seller").keys
"""Words for any firm that writes bills."""
_STREET = re.compile(
    r"\b\d+ .*\b(?:road|street|lane|avenue|ave|st|rd|drive|way|yard|row|close|square"
    r"|court|hill)\b|\bunit \d|\b[A-Z]{1,2}\d{1,2} \d[A-Z]{2}\b"
    r"|[路街道巷]\d*号?",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<!\d)(?:\(\d{3}\) ?|\d{3}[- ])\d{3}[- ]\d{4}(?!\d)"
    r"|(?<!\d)0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}(?!\d)|\+\d{2}[\d ]{8,}\d"
)
_REACHED = re.compile(r"\d[\d -]{5,}")


def answer_contact(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """The address or telephone number of the side that the question names; None where it names neither."""
    required = set(wanted.required) | ({wanted.triggered} if wanted.triggered else set())
    kinds = required & {"address", "phone"}
    if len(kinds) != 1:
        return None
    (kind,) = kinds
    of_any_firm = bool(required & _FIRM) or wanted.triggered == "address"
    named = required - kinds - _FIRM
    theirs = customer_lines(study, bill)
    if named == {"customer"}:
        return _stated(bill, kind, theirs, question) or (_street(theirs[1:], question) if kind == "address" else None)
    if not named and not of_any_firm:
        return None
    ends = min((line.index for line in theirs), default=HEAD_LINES)
    head = study.document.lines[: min(ends, HEAD_LINES)]
    if not all(any(meant_by(line.text).says(word) for line in head) for word in named):
        return None
    return _stated(bill, kind, head, question) or (_street(head, question) if kind == "address" else None)


def customer_lines(study: Study, bill: Bill) -> tuple[SourceLine, ...]:
    """The line with the customer's name, and those under it that say where and how to reach them."""
    name = next((one for one in bill.stated if "customer" in one.meant.keys), None)
    if name is None:
        return ()
    found = [name.line]
    for line in study.document.after(name.line, LINES_UNDER_NAME):
        labelled = [one for one in bill.stated if one.line is line]
        of_firm = any(_OF_FIRM.search(one.label) or not one.meant.keys <= _PARTICULARS for one in labelled)
        if of_firm or not (labelled or line.text in name.value or _STREET.match(line.text)):
            break
        found.append(line)
    return tuple(found)


def _stated(bill: Bill, kind: str, lines: tuple[SourceLine, ...], question: Question) -> Finding | None:
    """What a label on one of `lines` states of that kind."""
    for one in bill.stated:
        if one.line in lines and kind in one.meant.keys and _fits(one, kind):
            return told(one.label, one.value, one, question)
    return None


def _fits(stated: Stated, kind: str) -> bool:
    return re.search(_REACHED if kind == "phone" else r"\d|[路街道市区县镇村]", stated.value) is not None


def _street(lines: tuple[SourceLine, ...], question: Question) -> Finding | None:
    """A cell of one of `lines` that has the form of an address, without the telephone number that may follow it."""
    for line in lines:
        for cell in line.cells:
            if _STREET.search(cell):
                street = re.split(r"\s(?:tel|phone|t:)\b", cell, flags=re.IGNORECASE)[0]
                return Finding(sentence(street, question.language), (line,), SCORE, street)
    return None


def answer_unlabelled(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """The address or the telephone of the firm at the head of its paper, and the customer's address by the name."""
    required = set(wanted.required) | ({wanted.triggered} if wanted.triggered else set())
    if required == {"address", "customer"}:
        for stated in bill.stated:
            street = stated.value.partition(",")[2].strip()
            if "customer" in stated.meant.keys and _STREET.search(street):
                return told(stated.label, street, stated, question)
    if required not in ({"address"}, {"phone"}):
        return None
    theirs = customer_lines(study, bill) if wanted.triggered == "address" else ()
    head = tuple(line for line in study.document.lines[:HEAD_LINES] if line not in theirs)
    if required == {"address"}:
        return _street(head, question)
    for line in head:
        for cell in line.cells:
            number = _PHONE.search(cell)
            if number and not re.search(r"\b(?:nif|vat|tax|reg|no)\b", cell, re.IGNORECASE):
                return Finding(sentence(number[0], question.language), (line,), SCORE, number[0])
    return None
