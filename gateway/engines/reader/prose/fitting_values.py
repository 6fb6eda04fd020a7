"""The values of a text that can answer a question: of the kind asked for, and not said by the question itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.words.values import Kind, Value, find_values, of_kinds

WHEN_WORDS = re.compile(
    r"\b(?:(?:school|working|week|market|public) ?days?|weekdays?|weekends?|daily|every (?:day|week|month"
    r"|evening|morning)|mornings?"
    r"|evenings?|bedtime|holidays)\b|每天|每周|周末|工作日",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"\d ?(?:(?:kilo|centi|milli)?met(?:er|re)s?|km|cm|mm|m|miles?|feet|yards?|米|公里|厘米)$",
    re.IGNORECASE,
)
AFTER_VALUE = re.compile(r"^\s*(?:(?:before|after|earlier|in advance|prior)\b|以前|之前|前|后)", re.IGNORECASE)
_LASTING = re.compile(r"\b(?:lasts?|takes?|took|duration)\b", re.IGNORECASE)
_ASKS_LEAD = re.compile(
    r"\b(?:before|after|advance|early|earlier|ahead|notice|cancel\w*|prior|within|stop)\b|提前|前|后|以内|之内",
    re.IGNORECASE,
)


def new_values(text: str, values: Sequence[Value], question: Question) -> list[Value]:
    """Those of `values` that are of the kind asked for and that the question does not say itself."""
    said = {value.text.lower() for value in find_values(question.text)}
    values = [
        value for value in values if not (value.start == 0 and text[value.end : value.end + 1] in (".", "、", ")"))
    ]
    unit = _ASKED_UNIT.search(question.text)
    if unit is not None:
        values = [value for value in values if value.kind != "duration" or _comparable(unit[1], value.text)]
    if question.asks == "long" and len([value for value in values if value.kind == "time"]) < 2:
        values = [value for value in values if value.kind != "time"]
    if _LASTING.search(question.text) and not _ASKS_LEAD.search(question.text):
        values = [value for value in values if value.kind != "duration" or not AFTER_VALUE.match(text[value.end :])]
    kinds: tuple[Kind, ...] = question.kinds
    if question.asks == "long" and (lengths := [value for value in values if _LENGTH.search(value.text)]):
        return lengths
    if "phone" in kinds:
        kinds = ("phone",)
    if "多少钱" in question.text:
        kinds = ("money",)
    if question.asks == "many":
        kinds = (*kinds, "percent", "money") if "percent" in question.text or "%" in question.text else kinds
    return [value for value in of_kinds(values, kinds) if value.text.lower() not in said]


SUM_IN_WORDS = re.compile(
    r"\b(?:equal to|equivalent to|half (?:of|the)|twice|double|the cost of|months?['’] (?:rent|pay))"
    r"|一半|等于|相当于|\d+倍",
    re.IGNORECASE,
)
"""A sum that is given by another."""
_ASKED_UNIT = re.compile(r"\bhow many (?:working |more )?(minutes|hours|days|weeks|months|years)\b", re.IGNORECASE)
_UNITS_BY_LENGTH = ("minute", "hour", "day", "week", "month", "year")


def _comparable(unit: str, length: str) -> bool:
    """False for a length in a unit far from the one asked for: 12 months are no answer in hours."""
    known = [place for place, name in enumerate(_UNITS_BY_LENGTH) if name in length.lower()]
    wanted = _UNITS_BY_LENGTH.index(unit.lower().removesuffix("s"))
    return not known or min(abs(place - wanted) for place in known) <= 1
