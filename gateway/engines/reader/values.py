"""Values that can be recognised by their form: money, dates, times, quantities, telephone numbers and the like.

All patterns run over text as `lines.clean` leaves it: full-width digits and marks made ASCII, one character for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from gateway.engines.reader.numbers import CHINESE_NUMERALS, ORDINALS, SCALES, UNITS, words_to_digits

Kind = Literal[
    "money", "percent", "date", "weekday", "time", "duration", "quantity", "number", "phone", "email", "web", "code"
]

MONTHS = "january february march april may june july august september october november december".split()
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
CHINESE_WEEKDAYS = "一二三四五六日"

_MONTH = "|".join([*(month for month in MONTHS), *(month[:3] for month in MONTHS), "sept"])
_PLAIN_MONTH = "|".join(month for month in MONTHS if month not in ("march", "may"))
_WEEKDAY = "|".join([*WEEKDAYS, "mon", "tues?", "wed", "thu", "thurs", "fri", "sat", "sun"])
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_ZH = f"[{CHINESE_NUMERALS}\\d]"
_HALF_DAY = "(?:上午|下午|早上|晚上|中午|凌晨|傍晚)?"
_TIME_UNIT = "seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|nights?"
_UNIT = (
    "kg|g|grams?|mg|ml|cl|dl|l|lit(?:er|re)s?|cups?|teaspoons?|tablespoons?|tsp|tbsp|km|cm|mm|m|met(?:er|re)s?|miles?"
    "|kilomet(?:er|re)s?|°\\s?[CF]|degrees?(?: celsius| fahrenheit)?|kwh|gb|mb|pages?|persons?|people|pieces?|watts?|w|v|milli(?:lit(?:er|re)s?|met(?:er|re)s?)|centimet(?:er|re)s?|kilo(?:gram)?s?|spoons?|ounces?|oz|lbs?|pints?|cans?"
    "|slices?|pinch(?:es)?"
)
_COUNTED_ZH = "个|位|名|人|本|张|件|只|次|克|千克|公斤|斤|毫升|升|米|公里|厘米|度|页|号|路|勺|杯|岁|层|楼|步|支|种|间|辆|份|盒|瓶|颗|台|套|双|条|把|根|碗|节|题|块|片|排|座|桶|户|车|趟"
_NUMBER_WORD = "|".join([*UNITS, "dozen"])

_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("email", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("web", r"(?:https?://|www\.)[^\s,;)]+"),
    ("date", rf"(?:(?:{_WEEKDAY})\.?,? )?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})\b\.?(?:,? \d{{4}})?"),
    ("date", rf"(?:(?:{_WEEKDAY})\.?,? )?\b(?:{_MONTH})\b\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?!:)(?:,? \d{{4}})?"),
    ("date", r"\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})\b|\b\d{4}/\d{1,2}/\d{1,2}\b"),
    ("date", rf"(?:{_ZH}{{2,4}}年)?{_ZH}{{1,3}}月{_ZH}{{1,3}}[日号](?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"),
    ("date", r"\b(?:first|last|\d{1,2}(?:st|nd|rd|th)) (?:working )?day of (?:the|each|every) (?:month|week|year)\b"),
    ("date", rf"\b(?:{_MONTH}) \d{{4}}\b|{_ZH}{{2,4}}年{_ZH}{{1,3}}月"),
    (
        "time",
        rf"(?<!\d){_HALF_DAY}\d{{1,2}}[:.]\d{{2}}(?::\d{{2}})? ?(?:[ap]\.?m\b\.?)|\b\d{{1,2}} ?(?:[ap]\.m\.|[ap]m\b)"
        rf"|(?<!\d){_HALF_DAY}\d{{1,2}}:\d{{2}}(?!\d)",
    ),
    ("time", r"\b(?:noon|midnight)\b|\b\d{1,2} o['’]clock\b|\b(?:half past|quarter (?:past|to)) \w+"),
    (
        "time",
        rf"{_HALF_DAY}{_ZH}{{1,3}}(?:点(?:钟|半|{_ZH}{{1,3}}分?)?|时(?:{_ZH}{{1,3}}分)?)",
    ),
    ("date", rf"\b(?:{_PLAIN_MONTH}|spring|summer|autumn|winter)\b|(?<=in )(?:march|may)\b"),
    ("weekday", rf"\b(?:{_WEEKDAY})s?\b|(?:星期|周|礼拜)[一二三四五六日天]"),
    (
        "phone",
        r"(?<![\d,.])(?=(?:[ ()+-]*\d){7})(?:\+\d{1,3}[ -]?)?(?:\(\d{2,5}\)[ -]?)?\d{2,5}(?:[ -]\d{2,5}){1,4}(?!,?\d)|\b1[3-9]\d{9}\b|\b0\d{9,10}\b",
    ),
    ("money", rf"(?:US\$|[$€£¥]|USD|EUR|GBP|RMB|CNY) ?(?:{_DIGITS})|人民币 ?(?:{_DIGITS})元?"),
    (
        "money",
        rf"(?:{_DIGITS}) ?(?:€|£|dollars?\b|euros?\b|pounds? sterling|yuan\b|USD\b|EUR\b|GBP\b|cents?\b|p\b|万?元|块)",
    ),
    ("money", r"(?<!feel )\bfree(?: of charge)?\b|\b(?:no|without) (?:extra )?charge\b|免费"),
    ("percent", rf"(?:{_DIGITS}) ?(?:%|per ?cent\b)|百分之{_ZH}+"),
    (
        "duration",
        rf"\b(?:(?:{_DIGITS})(?:-| to )?)+[ -]?(?:{_TIME_UNIT})\b|\b(?:a|an|{_NUMBER_WORD})[ -](?:{_TIME_UNIT})\b",
    ),
    ("duration", rf"{_ZH}+(?:个半|个)?(?:分钟|小时|秒钟?|天|周|星期|个月|月|年)|半(?:个)?(?:小时|天|年)"),
    ("quantity", rf"(?:\d+ )?\d+/\d+ ?(?:{_UNIT})?\b|(?:{_DIGITS}) ?(?:{_UNIT})(?!\w)"),
    ("quantity", rf"{_ZH}+ ?(?:{_COUNTED_ZH})"),
    (
        "code",
        r"\b(?!\d+(?:st|nd|rd|th)\b)(?=[A-Za-z0-9/-]*\d)(?=[A-Za-z0-9/-]*[A-Za-z])[A-Za-z0-9]+(?:[-/][A-Za-z0-9]+)*\b|#\d+",
    ),
    ("number", rf"(?<![A-Za-z\d.,])(?:{_DIGITS})(?![A-Za-z\d])|\b(?:{_NUMBER_WORD}|both)\b"),
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)
_WITHOUT_DIGITS = tuple(
    (kind, pattern) for kind, pattern in _COMPILED if kind in ("email", "web", "date", "time", "weekday", "money", "duration", "number", "percent", "quantity")
)
_ANY_DIGIT = re.compile(f"[\\d{CHINESE_NUMERALS}]")
_VALUE_WORD = re.compile(
    rf"\b(?:{_PLAIN_MONTH}|{_WEEKDAY}|{_NUMBER_WORD}|both|spring|summer|autumn|winter|in march|in may|first|last|noon|midnight"
    rf"|half|quarter|free|charge|an?(?= (?:{_TIME_UNIT})))s?\b|@|www|http|免费|星期|周|礼拜|半",
    re.IGNORECASE,
)
_DIGIT_RUN = re.compile(_DIGITS)


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


@lru_cache(maxsize=8192)
def find_values(text: str) -> tuple[Value, ...]:
    """Every value in `text`, in order, none overlapping: earlier patterns of the table win over later ones."""
    digits = _ANY_DIGIT.search(text) is not None
    if not digits and not _VALUE_WORD.search(text):
        return ()
    taken = [False] * len(text)
    found: list[Value] = []
    for kind, pattern in _COMPILED if digits else _WITHOUT_DIGITS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if start < end and not any(taken[start:end]):
                taken[start:end] = [True] * (end - start)
                found.append(Value(kind, match[0].strip(), start, end))
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
    named = [(match.span(), weekday_of(match[0])) for match in _COMPILED_WEEKDAY.finditer(text)]
    for place, (span, day) in enumerate(named):
        if day is None:
            continue
        days.add(day)
        before = named[place - 1] if place else None
        if before is not None and before[1] is not None and _RANGE.fullmatch(text[before[0][1] : span[0]]):
            days.update((before[1] + step) % 7 for step in range((day - before[1]) % 7 + 1))
    lowered = text.lower()
    for words, meant in _DAY_GROUPS:
        if any(word in lowered for word in words):
            days.update(meant)
    return frozenset(days)


_COMPILED_WEEKDAY = next(pattern for kind, pattern in _COMPILED if kind == "weekday")
_RANGE = re.compile(r"\s*(?:to|until|till|through|-|–|—|至|到|~)\s*", re.IGNORECASE)
_DAY_GROUPS = (
    (("weekend", "周末"), range(5, 7)),
    (("weekday", "working day", "工作日"), range(5)),
    (("every day", "daily", "每天", "每日"), range(7)),
)

ORDINAL_WORDS = frozenset(ORDINALS)
NUMBER_WORDS = frozenset(UNITS) | frozenset(SCALES)
