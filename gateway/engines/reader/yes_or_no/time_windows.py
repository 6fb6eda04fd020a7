"""Times of the day that a sentence speaks of, and whether the time in a question lies within them.

windows_in("not before 7 a.m. or after 10 p.m.")  # 0:00 to 7:00 and 22:00 to 24:00
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.engines.reader.words.numbers import words_to_digits

DAY_MIN = 24 * 60
"""Minutes."""

_DIGITS_ZH = "零一二三四五六七八九十"
_T_EN = r"(?:\d{1,2}(?:[:.]\d{2})? ?[ap]\.?m\b\.?|\d{1,2}:\d{2}|\d{1,2} ?o['’]clock|noon|midday|midnight)"
_LOOSE_EN = rf"(?:{_T_EN}|\d{{1,2}}(?![\d:/]))"
_PART_ZH = r"(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜里|夜间|晚间|晚)"
_T_ZH = (
    rf"(?:{_PART_ZH}?\d{{1,2}}(?:[:：]\d{{2}}|[点时](?:半|\d{{1,2}}分?|整|钟)?)"
    rf"|{_PART_ZH}?[一二三四五六七八九十]{{1,3}}点(?:半|钟|整)?)"
)
_T = rf"(?:{_T_ZH}|{_T_EN})"
_RANGE = re.compile(
    rf"(?:from|between)? ?(?P<start>{_T_ZH}|{_LOOSE_EN})\s*(?:to|until|till|and|through|-|–|—|~|至|到)\s*"
    rf"(?:次日|第二天)?(?P<end>{_T})",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"\b(?:before|until|till|up to|by|earlier than|no later than) (?P<time>{_T})"
    rf"|(?P<time2>{_T_ZH})(?:之?前|以前|为止)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"\b(?:after|from|since|later than|no earlier than) (?P<time>{_T})|(?P<time2>{_T_ZH})(?:之?后|以后|起)",
    re.IGNORECASE,
)
_ONE = re.compile(_T, re.IGNORECASE)
_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[:.：](?P<minute>\d{2}))? ?(?P<half>[ap])?", re.IGNORECASE)
_PARTS = (
    (r"\bin the morning\b|\bmornings?\b|早上|上午", 7 * 60, 12 * 60),
    (r"\bin the afternoon\b|\bafternoons?\b|下午", 13 * 60, 17 * 60),
    (r"\bin the evening\b|\bevenings?\b|晚上|傍晚", 19 * 60, 22 * 60),
    (r"\bat night\b|\bnights?\b|夜里|夜间|半夜|深夜", 23 * 60, DAY_MIN),
    (r"\bat noon\b|\bmidday\b|中午", 12 * 60, 13 * 60),
)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the day, in minutes from midnight; a moment has its start for its end."""

    start_min: int
    end_min: int


def windows_in(text: str) -> tuple[Window, ...]:
    """The stretches that `text` names by their limits; empty where it names none, or only a moment."""
    found: list[Window] = []
    rest = text
    for match in _RANGE.finditer(text):
        end = minute_of_day(match["end"])
        start = minute_of_day(match["start"], match["end"])
        if start is not None and end is not None:
            overnight = end <= start
            found += [Window(start, DAY_MIN), Window(0, end)] if overnight else [Window(start, end)]
            rest = rest.replace(match[0], " ", 1)
    for match in _BEFORE.finditer(rest):
        minute = minute_of_day(match["time"] or match["time2"])
        if minute is not None:
            found.append(Window(0, minute))
    for match in _AFTER.finditer(rest):
        minute = minute_of_day(match["time"] or match["time2"])
        if minute is not None:
            found.append(Window(minute, DAY_MIN))
    return tuple(found)


def time_asked(question: str) -> Window | None:
    """The moment or part of the day that `question` supposes; None for none, or for several."""
    spoken = words_to_digits(question) if question.isascii() else question
    moments = [minute for match in _ONE.finditer(spoken) if (minute := minute_of_day(match[0])) is not None]
    if len(moments) == 1:
        return Window(moments[0], moments[0])
    if moments:
        return None
    parts = [Window(start, end) for words, start, end in _PARTS if re.search(words, question, re.IGNORECASE)]
    return parts[0] if len(parts) == 1 else None


def lies_within(asked: Window, windows: tuple[Window, ...]) -> bool | None:
    """Whether `asked` lies in one of `windows`; None where it does so in part. A limit itself is within."""
    if any(window.start_min <= asked.start_min and asked.end_min <= window.end_min for window in windows):
        return True
    apart = all(asked.end_min < window.start_min or asked.start_min > window.end_min for window in windows)
    return False if apart else None


def minute_of_day(time: str, like: str = "") -> int | None:
    """Minutes from midnight; a time without a half of the day takes that of `like`, where it comes before it."""
    text = time.lower().strip()
    if text.startswith(("noon", "midday")):
        return 12 * 60
    if text.startswith("midnight"):
        return DAY_MIN
    for digit in re.findall(r"[一二三四五六七八九十]+", text):
        text = text.replace(digit, str(_chinese_number(digit)), 1)
    match = _CLOCK.search(text)
    if match is None or int(match["hour"]) > 24 or int(match["minute"] or 0) > 59:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or (30 if "半" in text else 0))
    after = re.search(r"[点时](\d{1,2})", text)
    minute = int(after[1]) if after and int(after[1]) < 60 else minute
    half = match["half"] or ""
    if not half and like and hour <= 12 and (shared := re.search(r"([ap])\.?m", like.lower())):
        half = shared[1]
        end = minute_of_day(like)
        if end is not None and (hour % 12 + (12 if half == "p" else 0)) * 60 + minute > end:
            half = "a"
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif re.search("下午|傍晚|晚|夜", text) and hour < 12:
        hour += 12
    return hour * 60 + minute


def _chinese_number(digits: str) -> int:
    tens, ten, ones = digits.partition("十")
    if not ten:
        return _DIGITS_ZH.index(digits[0])
    return (_DIGITS_ZH.index(tens) if tens else 1) * 10 + (_DIGITS_ZH.index(ones) if ones else 0)
