"""Values that can be recognised by their form: money, dates, times, quantities, telephone numbers and the like.

All patterns run over text as `lines.clean` leaves it: full-width digits and marks made ASCII, one character for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from gateway.engines.reader.words.numbers import words_to_digits
from gateway.engines.reader.words.value_patterns import (
    CHINESE_WEEKDAYS,
    DIGITS,
    MONTHS,
    PATTERNS,
    WEEKDAYS,
    Kind,
    keys_of,
)

__all__ = ["MONTHS", "WEEKDAYS", "Kind", "Value", "amount_of", "find_values", "of_kinds", "weekday_of", "weekdays_in"]

KEPT_LINES = 8192
"""Lines whose values are kept: a conversation asks about the same pages again and again."""
_DIGIT = re.compile(r"\d")
_DIGIT_RUN = re.compile(DIGITS)


@dataclass(frozen=True, slots=True)
class Value:
    """A recognised value and where it stands in its line."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def amount(self) -> Decimal | None:
        """The first number in it; None when there is none in digits or English words."""
        return amount_of(self.text)


def amount_of(text: str) -> Decimal | None:
    """The first number in `text`: "$1,250.00" is 1250.00, "two eggs" is 2."""
    found = _DIGIT_RUN.search(text) or _DIGIT_RUN.search(words_to_digits(text))
    if found is None:
        return None
    digits = found[0]
    if re.fullmatch(r"\d+,\d{1,2}", digits):
        digits = digits.replace(",", ".")
    return Decimal(digits.replace(",", ""))


_ALLOWED = re.compile(
    r"\d{1,2} may (?:(?:only|not|also|never) )?(?:be|come|enter|use|take|go|have|join|apply|attend|swim|play|visit"
    r"|bring|travel|stay|ride|vote|drink|buy|borrow|park|ask|leave|request|pay|receive|participate|only|not|also)\b"
)
"""For "children under 16 may come": a permission, not the month, which has a capital."""


@lru_cache(maxsize=KEPT_LINES)
def find_values(text: str) -> tuple[Value, ...]:
    """Every value in `text`, in order, none overlapping: earlier patterns of the table win over later ones."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter that changes its length in lower case would shift all places
        lowered = text
    keys = keys_of(lowered)
    digits = len(_DIGIT.findall(text))
    taken = bytearray(len(text))
    found: list[Value] = []
    for form in PATTERNS:
        if digits < form.digits or (form.hints and form.hints.isdisjoint(keys)):
            continue
        for match in form.pattern.finditer(lowered):
            start, end = match.span()
            if form.kind == "date" and _ALLOWED.match(text, max(start, end - len("16 may"))):
                continue
            if start < end and not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(Value(form.kind, text[start:end].strip(), start, end))
    return tuple(sorted(found, key=lambda value: value.start))


def of_kinds(values: Iterable[Value], kinds: Iterable[Kind]) -> list[Value]:
    """Those of `values` that are of one of `kinds`."""
    wanted = frozenset(kinds)
    return [value for value in values if value.kind in wanted]


def weekday_of(text: str) -> int | None:
    """The day that `text` names, 0 for Monday; None when it names none."""
    word = text.strip().lower().rstrip("s.")
    for place, weekday in enumerate(WEEKDAYS):
        if word == weekday or (len(word) >= 3 and weekday.startswith(word)):
            return place
    if word[:-1] in ("星期", "周", "礼拜") and word[-1] in CHINESE_WEEKDAYS + "天":
        return 6 if word[-1] == "天" else CHINESE_WEEKDAYS.index(word[-1])
    return None


def weekdays_in(text: str) -> frozenset[int]:
    """All days that `text` names, ranges included: "Monday to Friday" is 0..4, "weekends" 5 and 6."""
    days: set[int] = set()
    lowered = text.lower()
    named = [(match.span(), weekday_of(match[0])) for match in _WEEKDAY_FORM.finditer(lowered)]
    for place, (span, day) in enumerate(named):
        if day is None:
            continue
        days.add(day)
        before = named[place - 1] if place else None
        if before is not None and before[1] is not None and _RANGE.fullmatch(text[before[0][1] : span[0]]):
            days.update((before[1] + step) % 7 for step in range((day - before[1]) % 7 + 1))
    for words, meant in _DAY_GROUPS:
        if any(word in lowered for word in words):
            days.update(meant)
    return frozenset(days)


_WEEKDAY_FORM = next(form.pattern for form in PATTERNS if form.kind == "weekday")
_RANGE = re.compile(r"\s*(?:to|until|till|through|-|–|—|至|到|~)\s*", re.IGNORECASE)
_DAY_GROUPS = (
    (("weekend", "周末"), range(5, 7)),
    (("weekday", "working day", "工作日"), range(5)),
    (("every day", "daily", "每天", "每日"), range(7)),
)
