"""Dates as they are written or said, and their names. English and Chinese."""

from __future__ import annotations

import re
from datetime import date, timedelta

from gateway.engines.reader.words.numbers import CHINESE_NUMERALS, ordinals_to_digits, parse_chinese, words_to_digits
from gateway.engines.reader.words.values import MONTHS, WEEKDAYS, weekday_of

_RELATIVE = {
    "day after tomorrow": 2,
    "day before yesterday": -2,
    "tomorrow": 1,
    "yesterday": -1,
    "today": 0,
    "now": 0,
    "大后天": 3,
    "后天": 2,
    "前天": -2,
    "明天": 1,
    "昨天": -1,
    "今天": 0,
    "现在": 0,
}
_FEASTS = {
    "christmas eve": (12, 24),
    "christmas": (12, 25),
    "new year's eve": (12, 31),
    "new year": (1, 1),
    "圣诞节": (12, 25),
    "元旦": (1, 1),
    "国庆节": (10, 1),
}
_ISO = re.compile(r"\b(\d{4})[-/](\d{1,2})[-/](\d{1,2})\b")
_NUMERIC = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})\b")
_MONTH_NAMES = "|".join(month[:3] for month in MONTHS)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH_NAMES})[a-z]*\.?(?:,? (\d{{4}}))?\b")
_MONTH_DAY = re.compile(rf"\b({_MONTH_NAMES})[a-z]*\.? (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?\b")
_NUMERAL = f"[{CHINESE_NUMERALS}\\d]"
_CHINESE = re.compile(rf"(?:({_NUMERAL}{{2,4}})年)?({_NUMERAL}{{1,3}})月({_NUMERAL}{{1,3}})[日号]?")
_NEXT_WEEKDAY = re.compile(rf"\b(?:(?:next|this|on|coming) )?({'|'.join(WEEKDAYS)})\b")


def parse_date(text: str, today: date) -> date | None:
    """The date that `text` names, or None. Without a year, the one nearest to come after `today`.

    In 3/4/2026 the day comes first unless only the other order is a date.
    """
    lowered = ordinals_to_digits(words_to_digits(text.lower()))
    for word, days in _RELATIVE.items():
        if word in lowered:
            return today + timedelta(days=days)
    for name, (month, day) in _FEASTS.items():
        if name in lowered:
            return _to_come(month, day, today)
    if found := _ISO.search(lowered):
        return _date(found[1], found[2], found[3], today)
    if found := _NUMERIC.search(lowered):
        return _date(found[3], found[2], found[1], today) or _date(found[3], found[1], found[2], today)
    if found := _DAY_MONTH.search(lowered):
        return _date(found[3], str(_month(found[2])), found[1], today)
    if found := _MONTH_DAY.search(lowered):
        return _date(found[3], str(_month(found[1])), found[2], today)
    if found := _CHINESE.search(text):
        return _date(found[1], found[2], found[3], today)
    if found := _NEXT_WEEKDAY.search(lowered):
        ahead = ((weekday_of(found[1]) or 0) - today.weekday()) % 7
        return today + timedelta(days=ahead or 7)
    return None


def named(day: date, language: str) -> str:
    """The date in words: "Monday, November 23, 2026" or "2026年11月23日，星期一"."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日，{weekday_name(day, language)}"
    return f"{weekday_name(day, language)}, {MONTHS[day.month - 1].capitalize()} {day.day}, {day.year}"


def weekday_name(day: date, language: str) -> str:
    """The name of its weekday."""
    return "星期" + "一二三四五六日"[day.weekday()] if language == "zh" else WEEKDAYS[day.weekday()].capitalize()


def shifted(day: date, count: int, unit: str) -> date | None:
    """`day` moved by `count` days, weeks, months or years; a month's missing last days fall on its last one.

    None outside the calendar.
    """
    try:
        if unit in ("day", "week"):
            return day + timedelta(days=count * (7 if unit == "week" else 1))
        months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
        first = date(months // 12, months % 12 + 1, 1)
        length = ((first + timedelta(days=31)).replace(day=1) - first).days
        return first.replace(day=min(day.day, length))
    except (OverflowError, ValueError):
        return None


def _month(abbreviation: str) -> int:
    return [month[:3] for month in MONTHS].index(abbreviation) + 1


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    value = parse_chinese(text)
    return int(value) if value is not None else 0


def _date(year: str | None, month: str, day: str, today: date) -> date | None:
    if not year:
        return _to_come(_number(month), _number(day), today)
    whole = _number(year)
    try:
        return date(whole + 2000 if whole < 100 else whole, _number(month), _number(day))
    except ValueError:
        return None


def _to_come(month: int, day: int, today: date) -> date | None:
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None
