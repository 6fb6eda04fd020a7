"""What a document comes to before and after its tax, its discount or another charge: stated, or reckoned from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.fields import stated
from gateway.engines.reader.page.entries import Entry, spoken_value
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import field_is, sentence
from gateway.engines.reader.words.amounts import written_like
from gateway.engines.reader.words.labels import field_of_label
from gateway.engines.reader.words.values import Kind, amount_of


@dataclass(frozen=True, slots=True)
class _Change:
    """Something that changes a sum."""

    words: str
    """How questions and labels call it: alternatives of a regular expression."""
    words_zh: str
    sign: int
    """1 for what is added, -1 for what is taken off."""
    said: tuple[str, str]
    """In English and in Chinese."""


_CHANGES = (
    _Change("tax|vat|gst|sales tax|value added tax", "税", 1, ("tax", "税")),
    _Change("discount|rebate|reduction|deduction", "折扣|优惠|打折|减免|折", -1, ("discount", "优惠")),
    _Change("service charge|service fee|tip|gratuity|service", "服务费", 1, ("service", "服务费")),
    _Change("delivery|shipping|postage", "运费|配送费|邮费", 1, ("delivery", "运费")),
)
_BEFORE = (
    r"\b(?:before|without|excluding|exclusive of|prior to|net of|less|not counting|ex)"
    r" (?:the |any |that |your )?(?:{})s?\b"
)
_BEFORE_ZH = r"(?:{0})(?:之|以)?前|(?:不算|不含|没有|不包括|除去|扣除)(?:{0})|(?:{0})不算"
_AFTER = r"\b(?:after|with|including|inclusive of|minus|plus) (?:the |any |that |your )?(?:{})s?\b"
_AFTER_ZH = r"(?:{0})(?:之|以)?后|(?:含|包括|加上|算上)(?:{0})"
_SUMS = frozenset("total subtotal amount balance".split())
_SUM = re.compile(
    r"\b(?:totals?|sub-?total|net|gross|sum|payable)\b|合计|总计|总额|小计|应付|应收|实付|实收|消费金额|总价|共计|金额",
    re.IGNORECASE,
)
_NO_SUM = re.compile(
    r"\b(?:deposit|paid|change|balance|per|each|unit|opening|closing)\b|找零|余额|单价|押金|收款|单|号", re.IGNORECASE
)
_PLAIN_TOTAL = frozenset(
    ("total", "total due", "grand total", "total amount", "amount due", "总计", "合计", "总额", "实付")
)
_KINDS: tuple[Kind, ...] = ("money", "number")


@dataclass(frozen=True, slots=True)
class _Sum:
    entry: Entry
    amount: Decimal
    written: str


def asks_around_reduction(question: Question) -> bool:
    """True for "what is the total before the discount", "how much is it without tax", and after them."""
    wanted = question.asks in ("what", "much", "many")
    return wanted and _asked(question) is not None


def answer_around_reduction(study: Study, question: Question) -> Finding | None:
    """The amount that a label states for it, or that others bear out; else the total and the change reckoned."""
    asked = _asked(question)
    if asked is None:
        return None
    change, before = asked
    entries = [entry for entry in study.entries if spoken_value(entry, _KINDS)]
    said = next((entry for entry in entries if _direction(entry.key.text, change) is before), None)
    if said is not None:
        return Finding(stated(said.key.text, spoken_value(said, _KINDS), question), said.lines, 3.0)
    sums = list(_sums(entries))
    changed = next((one for one in _changed(entries, change)), None)
    if changed is None:
        return _subtotal(sums, question) if before and change.sign > 0 else None
    return _borne_out(sums, changed, change, before, question) or _reckoned(sums, changed, change, before, question)


def _asked(question: Question) -> tuple[_Change, bool] | None:
    """What changes the sum, and whether the sum before it is asked for."""
    for change in _CHANGES:
        direction = _direction(question.text, change)
        if direction is not None:
            return change, direction
    return None


def _direction(text: str, change: _Change) -> bool | None:
    """True when `text` says before it, False when after it, None when neither."""
    for form, form_zh, before in ((_BEFORE, _BEFORE_ZH, True), (_AFTER, _AFTER_ZH, False)):
        if re.search(f"{form.format(change.words)}|{form_zh.format(change.words_zh)}", text, re.IGNORECASE):
            return before
    return None


def _changed(entries: Sequence[Entry], change: _Change) -> Iterator[_Sum]:
    """What the document states for the change itself, in money."""
    for entry in entries:
        key = _bare(entry.key.text)
        known = field_of_label(key)
        named = re.search(rf"\b(?:{change.words})\b|{change.words_zh}", key, re.IGNORECASE)
        other = known is not None and known.name in _SUMS
        if named is None or other or _direction(key, change) is not None or _SUM.search(key):
            continue
        written = spoken_value(entry, ("money",)) or spoken_value(entry, ("number",))
        amount = amount_of(written)
        if amount is not None:
            yield _Sum(entry, amount, written)


def _sums(entries: Sequence[Entry]) -> Iterator[_Sum]:
    for entry in entries:
        key = _bare(entry.key.text)
        known = field_of_label(key)
        if (known is not None and known.name in _SUMS) or (_SUM.search(key) and len(key.split()) <= 4):
            written = spoken_value(entry, _KINDS)
            amount = amount_of(written)
            if amount is not None and not _NO_SUM.search(key):
                yield _Sum(entry, amount, written)


def _bare(key: str) -> str:
    return re.sub(r"[(（][^)）]*[)）]|\d+(?:\.\d+)? ?%", "", key).strip(" :：")


def _borne_out(
    sums: Sequence[_Sum], changed: _Sum, change: _Change, before: bool, question: Question
) -> Finding | None:
    """The sum that is stated, where another is it with the change."""
    for first in sums:
        for second in sums:
            if first is not second and first.amount + change.sign * changed.amount == second.amount:
                told = first if before else second
                return _told(told, question)
    return None


def _reckoned(sums: Sequence[_Sum], changed: _Sum, change: _Change, before: bool, question: Question) -> Finding | None:
    """The total without the change, as a difference or a sum; the total itself when it already has it."""
    place = changed.entry.lines[0].index
    above = [one for one in sums if one.entry.lines[0].index < place and _is_subtotal(one)]
    if change.sign < 0 and before and above:
        return _told(above[-1], question)
    below = [one for one in sums if one.entry.lines[0].index > changed.entry.lines[0].index]
    if not below:
        return None
    total = next((one for one in below if one.entry.key.lowered in _PLAIN_TOTAL), below[0])
    if not before and change.sign < 0 and _changes_between(changed, below[0]):
        return None
    if not before:
        total = below[0] if change.sign < 0 else total
        return _told(total, question)
    between = [
        one for one in sums if changed.entry.lines[0].index < one.entry.lines[0].index < total.entry.lines[0].index
    ]
    if between:
        total = between[0]
    if change.sign < 0 and _changes_between(changed, total):
        return None
    amount = total.amount - change.sign * changed.amount
    if amount <= 0:
        return None
    result = written_like(amount, [total.written])
    chinese = question.language == "zh"
    sign = "-" if change.sign > 0 else "+"
    said = change.said[chinese]
    terms = f"{total.written} {sign} {changed.written.lstrip('-')}"
    text = f"{result}（{terms}{said}）" if chinese else f"{result} ({terms} {said})"
    lines: tuple[SourceLine, ...] = (*total.entry.lines, *changed.entry.lines)
    return Finding(sentence(text, question.language), tuple(dict.fromkeys(lines)), 3.0, result)


def _changes_between(changed: _Sum, total: _Sum) -> bool:
    """True when lines stand between the discount and the total: another charge may depend on it."""
    return total.entry.lines[0].index - changed.entry.lines[-1].index > 1


def _is_subtotal(one: _Sum) -> bool:
    known = field_of_label(_bare(one.entry.key.text))
    return known is not None and known.name == "subtotal"


def _told(one: _Sum, question: Question) -> Finding:
    known = field_of_label(one.entry.key.text)
    if known is None or one.entry.key.lowered not in known.labels or known.name not in _SUMS:
        return Finding(stated(one.entry.key.text, one.written, question), one.entry.lines, 3.0, one.written)
    return Finding(
        field_is(known, one.entry.key.lowered, one.written, question.language), one.entry.lines, 3.0, one.written
    )


def _subtotal(sums: Sequence[_Sum], question: Question) -> Finding | None:
    for one in sums:
        if _is_subtotal(one):
            return _told(one, question)
    return None
