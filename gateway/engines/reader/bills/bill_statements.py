"""Answers from what a bill states by label or in a sentence: numbers, people, dates, sums, terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.bills.bill_contacts import answer_contact, answer_unlabelled, customer_lines
from gateway.engines.reader.bills.bill_items import named_items
from gateway.engines.reader.bills.bill_parts import Bill, Stated
from gateway.engines.reader.bills.bill_sums import (
    AMOUNT,
    LONGEST_LABEL,
    answer_discounts,
    answer_points,
    answer_rate,
    answer_whole,
    priority,
    told,
)
from gateway.engines.reader.bills.bill_wants import Want, Wanted
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.sentences import SourceSentence
from gateway.engines.reader.phrasing import LONGEST_QUOTE, quoted, sentence
from gateway.engines.reader.words.dates import named, parse_date
from gateway.engines.reader.words.meanings import meant_by, shared_run
from gateway.engines.reader.words.values import Kind, amount_of, find_values, of_kinds
from text.script import has_ideographs

SCORE = 4.0
_SUMS = frozenset(("total", "balance", "subtotal"))
_COUNTED = frozenset(
    (
        "mileage",
        "pieces",
        "people",
        "age",
        "weight",
        "points total",
        "points earned",
        "points",
        "change",
        "cash",
        "total",
        "table number",
    )
)
_PEOPLE = frozenset(
    ("customer", "member", "patient", "mechanic", "cashier", "pharmacist", "dispenser", "checker", "doctor")
)
_KINDS: dict[Want, tuple[Kind, ...]] = {
    "date": ("date", "weekday"),
    "due": ("date",),
    "time": ("time",),
    "duration": ("duration",),
    "percent": ("percent",),
    "phone": ("phone", "number"),
}
_OF_PAYMENT = frozenset(
    ("due", "balance", "total", "date", "terms", "document number", "latest", "deadlin", "settl", "rest")
)
_DAY_LABELS = (frozenset(("date",)), frozenset(("date", "time")))
_ODD_DATE = re.compile(r"(?<!\d)\d{1,2}-\d{1,2}-\d{4}(?!\d)")


def answer_statement(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """What a label or a sentence of the bill says to `question`, or None."""
    if wanted.want == "due" or (wanted.want == "date" and "due" in wanted.required):
        due = _due(study, bill, wanted, question)
        if due is not None:
            return due
    return (
        answer_rate(study, bill, wanted, question)
        or answer_discounts(bill, wanted, question)
        or answer_points(study, bill, wanted, question)
        or answer_contact(study, bill, wanted, question)
        or _labelled(_of_firm(study, bill, wanted), wanted, question)
        or _when(study, bill, wanted, question)
        or answer_whole(bill, wanted, question)
        or answer_unlabelled(study, bill, wanted, question)
        or _in_sentence(study, bill, wanted, question)
        or _labelled(_of_firm(study, bill, wanted), wanted, question, beside=True)
    )


def _of_firm(study: Study, bill: Bill, wanted: Wanted) -> Bill:
    """The bill without what it states of the customer, where the firm's address is asked for."""
    if wanted.triggered != "address":
        return bill
    theirs = customer_lines(study, bill)
    return replace(bill, stated=tuple(one for one in bill.stated if one.line not in theirs))


def _labelled(bill: Bill, wanted: Wanted, question: Question, *, beside: bool = False) -> Finding | None:
    """The value of the label that speaks of all that is required, or whose line does; and of least beside."""
    required = list(wanted.required)
    if wanted.triggered:
        required = [wanted.triggered, *(word for word in required if word != wanted.triggered)]
        if wanted.triggered == "date":
            hits = named_items(bill, question.text)[1]
            required = [word for word in required if word not in hits]
    if not required:
        return None
    for name in _INSTEAD.get(required[0], ()):
        if not any(stated.meant.says(required[0]) for stated in bill.stated):
            required = [name, *required[1:]]
    best: tuple[float, Stated, str] | None = None
    for stated in bill.stated:
        said = stated.meant
        around = meant_by(stated.line.text)
        near = [word for word in required if beside and around.says(word) and word not in _PEOPLE]
        if not any(said.says(word) for word in required) or not all(
            said.says(word) or word in near for word in required
        ):
            continue
        value = _fitting(stated, wanted, question)
        if not value:
            continue
        extra = sum(not any(meant_by(word).says(other) or word == other for word in required) for other in said.all)
        score = 0.3 * shared_run(stated.label, question.text) if has_ideographs(stated.label) else 0.0
        score += (
            -extra
            - 2 * sum(not said.says(word) for word in required)
            + (0.5 if stated.label.lower() in question.text.lower() else 0.0)
            + priority(stated.label, question)
        )
        if best is None or score > best[0]:
            best = (score, stated, value)
    if best is None:
        return None
    _, stated, value = best
    label = re.sub(r"\s+", " ", stated.label).strip()
    return told(label, value, stated, question)


def _fitting(stated: Stated, wanted: Wanted, question: Question) -> str:
    """The part of the value that answers; empty when nothing does."""
    value = stated.value
    if wanted.want == "money" or (wanted.want == "any" and wanted.required and set(wanted.required) <= _SUMS):
        found = AMOUNT.fullmatch(value.strip())
        if found is not None:
            return value.lstrip("-–− ").strip() if amount_of(value) else value
        money = of_kinds(find_values(value), ("money",))
        return money[0].text if money else ""
    if wanted.want == "person":
        return _name(value)
    if wanted.want == "count":
        return value if re.match(r"[-–−]?\d", value) and stated.meant.keys & _COUNTED else ""
    if wanted.want == "place":
        return value if re.search(r"\d|[路街道市区县镇村]", value) and len(value) > 5 else ""
    if wanted.want == "percent":
        found = re.search(r"\d+(?:[.,]\d+)?\s?%", f"{stated.label} {value}")
        return found[0] if found else ""
    if wanted.want in _KINDS:
        return _of_kind(stated, wanted)
    return value if len(value) <= LONGEST_QUOTE else ""


def _of_kind(stated: Stated, wanted: Wanted) -> str:
    """The day, hour, length of time or telephone number that a label states; empty when it states none."""
    value = stated.value
    kinds = _KINDS[wanted.want]
    values = of_kinds(find_values(value), kinds)
    if wanted.want == "phone":
        return value if re.search(r"\d[\d -]{5,}", value) else ""
    if wanted.want in ("date", "due") and not values and re.match(r"\d", value) and len(value) < LONGEST_LABEL:
        return value if re.search(r"\d[/.年-]\d", value) else ""
    if wanted.want == "time" and "hours" in stated.meant.keys:
        return value
    if wanted.want == "date" and not values:
        values = of_kinds(find_values(stated.label), kinds)
        return values[0].text if values else ""
    if wanted.want == "date" and values and re.fullmatch(r"[^\d]{0,20}[\d].{0,40}", value):
        return value if len(value) < 40 else values[0].text
    return values[0].text if values else ""


def _name(value: str) -> str:
    """The name in a value that may hold a number beside it; empty when it holds none."""
    text = re.sub(r"[(（][^)）]*[)）]|\b\d+\b|^\d+", " ", value)
    text = re.split(r",\s*(?=\d)", re.sub(r"\s+", " ", text).strip(" ,·-"))[0]
    if re.fullmatch(r"号|[A-Z]?\d*|\W*", text):
        return ""
    return value if len(value) <= 60 and "," not in value and not re.match(r"\d", value) else text[:60]


_INSTEAD = {
    "cashier": ("waiter", "attendant"),
    "work date": ("date out", "date"),
    "date in": ("date",),
    "date out": ("date",),
    "mechanic": ("cashier",),
    "illness": ("finding",),
}
"""What answers where the label that is asked for is missing."""


def _when(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """The day or hour of the purchase, where no label names it: the first on the page."""
    if wanted.triggered not in ("date", "time", "work date") and wanted.required not in {("date",), ("time",)}:
        return None
    if set(wanted.required) - {"date", "time"} - named_items(bill, question.text)[1]:
        return None
    kinds: tuple[Kind, ...] = ("time",) if wanted.want == "time" else ("date",)
    for line in study.document.lines:
        values = of_kinds(line.values, kinds)
        dated = (
            wanted.want != "time"
            or of_kinds(line.values, ("date",))
            or re.search(r"\d-\d|时间|time", line.text, re.IGNORECASE)
        )
        if wanted.want != "time" and (odd := _ODD_DATE.search(line.text)):
            return Finding(sentence(odd[0], question.language), (line,), SCORE, odd[0])
        if values and dated and not re.search(r"营业|hours|open|有效", line.text, re.IGNORECASE):
            value = values[0].text
            return Finding(sentence(value, question.language), (line,), SCORE, value)
    return None


def _due(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """The day by which to pay: as stated, or counted from the day of the bill."""
    if set(wanted.required) - _OF_PAYMENT:
        return None
    for stated in bill.stated:
        about = stated.meant.keys & {"due", "balance"}
        for text in (stated.value, stated.label):
            values = of_kinds(find_values(text), ("date",))
            if values and about and re.search(r"\bdue\b|pay by|期限|截止|payable", stated.label, re.IGNORECASE):
                return told("付款期限" if question.language == "zh" else "Due", values[0].text, stated, question)
    for said in (*(one.wording.text for one in study.sentences),):
        found = re.search(
            r"\b(?:within|net|in|terms:?) (\d+) (?:calendar )?days\b|(?:于|在"
            r"|请)?(\d+)\s*[天日](?:之?内|以内).{0,6}付",
            said,
            re.IGNORECASE,
        )
        if not found or not re.search(r"\bpay|\bdue\b|\bsettle|\btransfer|\bremit|terms|付", said, re.IGNORECASE):
            continue
        if re.search(r"discount|% off|take .* off|优惠", said, re.IGNORECASE):
            continue
        source = next(one for one in study.sentences if one.wording.text == said)
        days = int(found[1] or found[2])
        day = stated_day(bill, study)
        text = quoted(said, question.language)
        if day is not None and len(text) < 130:
            text = f"{plain_date(day + timedelta(days=days), question)} {text}"
        return Finding(text, source.lines, SCORE)
    return None


def plain_date(day: date, question: Question) -> str:
    """A day in the question's language, as a sentence."""
    spoken = named(day, question.language)
    return f"{spoken}。" if question.language == "zh" else f"{day.day} {day.strftime('%B %Y')}."


def stated_day(bill: Bill, study: Study) -> date | None:
    """The day of the bill."""
    issued = next((stated for stated in bill.stated if stated.meant.keys in _DAY_LABELS), None)
    texts = (
        [issued.value]
        if issued
        else [value.text for line in study.document.lines[:8] for value in of_kinds(line.values, ("date",))]
    )
    for text in texts:
        if re.search(r"\d{4}", text) and (day := parse_date(text, date(2000, 1, 1))) is not None:
            return day
    return None


def _in_sentence(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """The sentence that speaks of all that is required and holds what is wanted."""
    required = tuple(word for word in wanted.required if word != "time")
    if not required or wanted.want in ("person", "code", "count") or question.asks == "whether":
        return None
    if wanted.want == "any" and not re.search(r"[\u3400-\u9fff]", question.text):
        return None
    found = [said for said in sentences_with_heads(study) if _holds(said, required, wanted)]
    if not found:
        return None
    best = min(found, key=lambda said: len(meant_by(said[0]).all))
    return Finding(quoted(best[0], question.language), best[1].lines, SCORE - 1)


def sentences_with_heads(study: Study) -> list[tuple[str, SourceSentence]]:
    """The sentences that are none of a table's rows; one after a label's first sentence goes on with its label."""
    rows = {line for table in study.tables for line in table.lines if len(line.cells) > 2}
    found: list[tuple[str, SourceSentence]] = []
    head = ""
    for said in study.sentences:
        if set(said.lines) & rows:
            continue
        if said.text.endswith(":"):
            head = f"{said.text} "
            continue
        found.append((f"{head}{said.text}", said))
        head = ""
    return found


def _holds(said: tuple[str, SourceSentence], required: Sequence[str], wanted: Wanted) -> bool:
    text = said[0]
    if not all(meant_by(text).says(word) for word in required):
        return False
    if wanted.want == "money":
        return bool(of_kinds(find_values(text), ("money", "percent")))
    if wanted.want == "place":
        return re.search(r"[到在]|\b(?:at|to|in)\b", text) is not None and "address" not in required
    kinds = _KINDS.get(wanted.want)
    if wanted.want in ("date", "due") and re.search(r"每[周月]|\bevery\b|当日|当天|当月", text):
        return True
    if wanted.want == "date" and re.search(r"20\d\d-\d\d-\d\d", text):
        return True
    return kinds is None or bool(of_kinds(find_values(text), kinds))
