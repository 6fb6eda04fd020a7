"""What a line of a document stands under: the heading above it, and the first row of its table.

Judged by the text alone, one line after another, so that it works for pages that have come over a wire too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from text.script import count_cjk, has_ideographs

LONGEST_HEADING = 60
"""Characters; a Chinese one has at most half as many."""
MOST_WORDS = 9
MOST_DIGITS = 4
"""A year, or a number of the thing; more of them are a value."""

_CELLS = re.compile(r"\S(?: {3,}|\t+| +\| +)(?=\S)")
_SENTENCE_END = re.compile(r"[.!?;,。！？；，、…]['\"”’」』）)]*$")
_ENDED = re.compile(r"[.!?:;。！？：；…]['\"”’」』）)]*$")
_FIELD = re.compile(r"[:：]\s*\S")
_NUMBERED = re.compile(
    r"(?:(?:section|part|chapter|article|appendix|annex|schedule|step|day|week|unit)\s+(?:\d+|[ivxlc]+|[a-z])\b"
    r"|\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+[A-Z\u3400-\u9fff]"
    r"|第[一二三四五六七八九十百\d]+[章节条部分编款]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Places, counted from 0 among the lines of the page; None where there is no such line."""

    heading: int | None
    """The nearest heading above."""
    head_row: int | None
    """The first row of the table that the line is a row of, when it is another."""


def standings(lines: Sequence[str]) -> list[Standing]:
    """What each of `lines`, those of one page in reading order, stands under. One pass."""
    found: list[Standing] = []
    heading: int | None = None
    widths: list[tuple[int, int]] = []  # of the table so far: rows that are wider than all above, with their cells
    for place, line in enumerate(lines):
        cells = count_cells(line)
        if cells < 2:
            widths = []
            found.append(Standing(heading, None))
            heading = place if is_heading(lines, place) else heading
            continue
        found.append(Standing(heading, _head_row(widths, cells)))
        if not widths or cells > widths[-1][1]:
            widths.append((place, cells))
    return found


def _head_row(widths: Sequence[tuple[int, int]], cells: int) -> int | None:
    """The first row with as many cells, or but one: the corner of a table is often empty."""
    for least in (cells, cells - 1):
        head = next((place for place, width in widths if width >= least), None)
        if head is not None:
            return head
    return None


def count_cells(line: str) -> int:
    """How many cells a line consists of: stretches that wide spaces or bars part."""
    return 1 + len(_CELLS.findall(line.strip()))


def is_row(line: str) -> bool:
    """Whether a line consists of several cells."""
    return count_cells(line) > 1


def is_heading(lines: Sequence[str], place: int) -> bool:
    """Whether the line at `place` names what follows it, rather than saying something itself."""
    line = lines[place].strip()
    if not any(map(str.isalpha, line)) or _SENTENCE_END.search(line) or _FIELD.search(line) or is_row(line):
        return False
    if len(line) + count_cjk(line) > LONGEST_HEADING or len(line.split()) > MOST_WORDS or place + 1 == len(lines):
        return False
    if _NUMBERED.match(line):
        return True
    first = next(character for character in line if character.isalnum())
    if first.islower() or sum(map(str.isdigit, line)) > MOST_DIGITS or (has_ideographs(line) and "，" in line):
        return False
    before = lines[place - 1].strip() if place else ""
    after = lines[place + 1].strip()
    return _stands_apart(before) and not after[:1].islower()


def _stands_apart(before: str) -> bool:
    """Whether a new thing can begin behind the line `before`."""
    return not before or bool(_ENDED.search(before)) or is_row(before) or len(before) + count_cjk(before) < 30
