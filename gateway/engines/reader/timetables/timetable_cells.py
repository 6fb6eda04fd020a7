"""The cells of a line of times, as a timetable prints them: labels, times with their marks, and dashes for no stop."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.words.amounts import minutes_of

LEAST_SHARE = 0.5
"""So many of a line's cells must be times or dashes."""
TIME = re.compile(
    r"(?P<time>\d{1,2}[:.]\d{2}(?i: ?[ap]\.?m\.?)?|[01]\d[0-5]\d|2[0-3][0-5]\d) ?(?P<mark>[A-Za-z]{1,2}"
    r"|[*†‡#§]{1,2}|[①-⑨])?"
)
NO_STOP = re.compile(r"[-–—~|/.·…xX→↓_]{1,4}|\.{2,}|不停|通过|无")
_JOINED = re.compile(r"(?P<label>.*[^\W\d].*) (?P<time>\d{2}[:.]\d{2})")
"""A label with the first time behind one narrow space; the time may be misread."""
_CLOCK = re.compile(r"(?<![\d:.])(?P<time>\d{1,2}[:.]\d{2})(?P<half> ?[ap] ?\.?m(?![^\W_])\.?)", re.IGNORECASE)
"""A time with its half of the day, which no other sign of the line can be taken for."""
_SPECKS = re.compile(r"[\s_‘'’—–-]*")
_LEADS_ON = re.compile(r"(?:[:：,(–-]|\b(?:at|by|from|to|until|till|before|after|between|and|or))$", re.IGNORECASE)


def bare(written: str) -> str:
    """The time without its mark, with a colon where four digits stand."""
    found = TIME.fullmatch(written)
    time = found["time"] if found else written
    return f"{time[:2]}:{time[2:]}" if re.fullmatch(r"\d{4}", time) else time


def is_time(text: str) -> bool:
    """True for one time and nothing else but a mark."""
    return (found := TIME.fullmatch(text)) is not None and minutes_of(bare(found[0])) is not None


def is_no_stop(text: str) -> bool:
    """True for the dash that stands where nothing stops."""
    return NO_STOP.fullmatch(text) is not None


def cells_of(line: SourceLine) -> tuple[str, ...]:
    """The cells of a line of times; a line whose spaces were read as narrow ones is parted at its times."""
    cells = tuple(piece for cell in line.cells for piece in _parted(cell))
    if len(cells) > 1:
        joined = _JOINED.fullmatch(cells[0])
        return (joined["label"], joined["time"], *cells[1:]) if joined else cells
    words = line.text.split()
    first = next((place for place, word in enumerate(words) if is_time(word)), len(words))
    rest = words[first:]
    if len(rest) > 1 and all(is_time(word) or is_no_stop(word) for word in rest):
        return (" ".join(words[:first]), *rest) if first else tuple(rest)
    return line.cells


def _parted(cell: str) -> tuple[str, ...]:
    """A label and the times behind it: "Lake View 4.50 am", "9.10am 1.25pm"; whole where anything else stands there."""
    found = list(_CLOCK.finditer(cell))
    label = cell[: found[0].start()].strip(" _‘'’—–-") if found else ""
    if not found or _LEADS_ON.search(label) or (label and label[-1] in "!?。") or len(label) > 40:
        return (cell,)
    ends = [*(clock.start() for clock in found[1:]), len(cell)]
    between = [cell[clock.end() : end] for clock, end in zip(found, ends, strict=True)]
    if not all(_SPECKS.fullmatch(text) for text in between):
        return (cell,)
    times = tuple(f"{clock['time']} {clock['half'].replace(' ', '')}" for clock in found)
    return (label, *times) if label else times


def is_timed(cells: Sequence[str]) -> bool:
    """True for a row of times, with a label before them or without."""
    timed = sum(map(is_time, cells))
    placed = timed + sum(map(is_no_stop, cells))
    return timed > 0 and len(cells) > 1 and placed >= LEAST_SHARE * (len(cells) - 1)


def is_passed(cells: Sequence[str]) -> bool:
    """True for a row of a stop that nothing of this table makes: a label, and dashes alone."""
    return len(cells) > 1 and any(map(str.isalpha, cells[0])) and all(map(is_no_stop, cells[1:]))
