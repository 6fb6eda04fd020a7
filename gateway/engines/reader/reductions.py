"""What a document comes to before and after its discount: an amount that is stated there, never the discount itself."""

from __future__ import annotations

import re

from gateway.engines.reader.entries import Entry, spoken_value
from gateway.engines.reader.evidence import Finding, Study
from gateway.engines.reader.fields import stated
from gateway.engines.reader.labels import field_of_label
from gateway.engines.reader.phrasing import field_is
from gateway.engines.reader.question import Question
from gateway.engines.reader.values import Kind
from gateway.engines.reader.vocabulary import FIELDS_BY_NAME

_REDUCTION = "discount|rebate|reduction|deduction"
_BEFORE = re.compile(
    rf"\b(?:before|without|excluding|prior to) (?:the |any |that |your )?(?:{_REDUCTION})s?\b"
    r"|(?:折扣|优惠|打折|减免|折)(?:之|以)?前|(?:不算|不含|没有)(?:折扣|优惠)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"\b(?:after|with|including|less|minus) (?:the |any |that |your )?(?:{_REDUCTION})s?\b"
    r"|(?:折扣|优惠|打折|减免|折)(?:之|以)?后",
    re.IGNORECASE,
)
_KINDS: tuple[Kind, ...] = ("money", "number")
_ADDED = ("tax", "shipping", "deposit")
"""Fields that change the sum again."""


def asks_around_reduction(question: Question) -> bool:
    """True for "what is the total before the discount", and after it."""
    wanted = question.asks in ("what", "much", "many")
    return wanted and (_BEFORE.search(question.text) or _AFTER.search(question.text)) is not None


def answer_around_reduction(study: Study, question: Question) -> Finding | None:
    """The amount that a label states for it, or the subtotal above the discount, or the sum right after it; or None."""
    before = _BEFORE.search(question.text) is not None
    entries = [entry for entry in study.entries if spoken_value(entry, _KINDS)]
    said = next((entry for entry in entries if (_BEFORE if before else _AFTER).search(entry.key.text)), None)
    if said is not None:
        return Finding(stated(said.key.text, spoken_value(said, _KINDS), question), said.lines, 3.0)
    discount = next((entry for entry in entries if _name(entry) == "discount"), None)
    if discount is None:
        return None
    place = discount.lines[0].index
    if before:
        above = [entry for entry in entries if _name(entry) == "subtotal" and entry.lines[0].index < place]
        return _told(above[-1], question) if above else None
    for entry in entries:
        if entry.lines[0].index <= place:
            continue
        if _name(entry) in _ADDED:
            return None
        if _name(entry) in ("subtotal", "total"):
            return _told(entry, question)
    return None


def _name(entry: Entry) -> str:
    field = field_of_label(entry.key.text)
    return field.name if field is not None else ""


def _told(entry: Entry, question: Question) -> Finding:
    field, value = FIELDS_BY_NAME[_name(entry)], spoken_value(entry, _KINDS)
    return Finding(field_is(field, entry.key.lowered, value, question.language), entry.lines, 3.0, value)
