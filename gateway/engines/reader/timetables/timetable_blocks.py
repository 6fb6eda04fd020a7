"""The blocks of times of a page: rows, heads and days of each, columns that were read apart put back beside their rows.

A page of columns far apart may be read as the left part of one table, then its right part without the labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.timetables.timetable_cells import bare, cells_of, is_no_stop, is_passed, is_time, is_timed
from gateway.engines.reader.words.amounts import minutes_of
from gateway.engines.reader.words.values import weekdays_in

MOST_HEADS = 3
"""Lines of heads over one table."""
LEAST_ROWS = 3
"""Fewer rows than this may have as many as another table by chance."""
_HEAD = re.compile(r"[^\W\d]+ (?:[A-Z]?\d{1,4}|[A-Z])(?!\w)|\S+")
_NOTES = re.compile(r"notes?|remarks?|备注|附注", re.IGNORECASE)
_CODED = re.compile(
    r"(?:[A-Za-z]+\.? )?[A-Z]{0,2}\d{1,4}[A-Z]?[路班次号线]?|(?:[A-Za-z]+ )?[A-Z]|[A-Z]班?车?"
    r"|(?:首|末|头|第?[一二三四五六七八九十]{1,2})[班趟](?:车)?|(?:first|last|\d(?:st|nd|rd|th)) ?\w*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row."""

    text: str
    line: SourceLine
    days: frozenset[int]
    """Of a line of days above it within the table."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of times that follow each other."""

    rows: tuple[tuple[Cell, ...], ...]
    heads: tuple[str, ...]
    """One for each column, empty texts where none stand over them."""
    days: frozenset[int]
    """Of the heading over it."""
    skipped: frozenset[int] = frozenset()
    """Rows with a dash where it was first read: other columns may have nothing but dashes there."""
    torn: bool = False
    """True for a part without labels that belongs to a table on its page, which it is not known."""

    @property
    def is_labelled(self) -> bool:
        """True when most rows begin with words."""
        named = sum(any(map(str.isalpha, row[0].text)) and not is_time(row[0].text) for row in self.rows)
        return named * 2 > len(self.rows)


def is_coded(text: str) -> bool:
    """True for what services are called, and stops are not: a number, a letter, a day, the first and the last."""
    return not text or _CODED.fullmatch(text) is not None or bool(weekdays_in(text))


def blocks_of(document: SourceDocument) -> Iterator[Block]:
    """Every block of times of `document`, in its order."""
    blocks: list[Block] = []
    handed_down: frozenset[int] = frozenset()
    for found in _as_read(document):
        for block in (found,) if found.is_labelled else _by_width(found, blocks):
            at = None if block.is_labelled else _its_table(block, blocks)
            if at is not None:
                blocks[at] = _joined(blocks[at], block)
                handed_down = block.days or handed_down  # the heading stands over the next table of the left part
                continue
            blocks.append(replace(block, days=block.days or handed_down) if block.is_labelled else block)
            handed_down = frozenset()
    labelled = any(block.is_labelled for block in blocks)
    general: frozenset[int] = next((block.days for block in blocks), frozenset())
    for block in blocks:
        days = block.days or general
        yield replace(block, days=days, torn=labelled and not block.is_labelled and _goes_down(block))


def _its_table(block: Block, blocks: Sequence[Block]) -> int | None:
    """The place of the nearest table before it with as many rows, all of whose columns go on in time as its own do."""
    page = block.rows[0][0].line.page
    for at in range(len(blocks) - 1, -1, -1):
        other = blocks[at]
        if other.rows[0][0].line.page != page:
            return None
        if (
            other.is_labelled
            and len(block.rows) >= LEAST_ROWS
            and len(block.rows) in (len(other.rows), len(other.rows) - len(other.skipped))
        ):
            return at if _goes_down(block) and _goes_down(other) else None
    return None


def _by_width(block: Block, blocks: Sequence[Block]) -> Sequence[Block]:
    """The parts of two tables that follow each other, told by their numbers of columns; whole where it is one."""
    if _its_table(block, blocks) is not None:
        return (block,)
    runs = [tuple(run) for _, run in groupby(block.rows, key=len)]
    parts = [replace(block, rows=run, heads=("",) * len(run[0])) for run in runs]
    return parts if all(_its_table(part, blocks) is not None for part in parts) else (block,)


def _joined(whole: Block, part: Block) -> Block:
    """The table with the columns of `part`; a row of nothing but dashes may be missing there, which leaves no print."""
    rest = iter(part.rows)
    width = max(map(len, part.rows))
    complete = len(part.rows) == len(whole.rows)
    rows = []
    for place, row in enumerate(whole.rows):
        passed = not complete and place in whole.skipped
        more = tuple(Cell("-", row[0].line, row[0].days) for _ in range(width)) if passed else next(rest)
        rows.append((*row, *more))
    return replace(whole, rows=tuple(rows), heads=(*whole.heads, *part.heads))


def _goes_down(block: Block) -> bool:
    """True when the times of every column grow from row to row, but for what was misread in one."""
    width = min(map(len, block.rows))
    falls = 0
    for at in range(width):
        known = [minutes_of(bare(row[at].text)) or 0 for row in block.rows if is_time(row[at].text)]
        falls += sum(first > second for first, second in pairwise(known))
    return falls == 0


def _as_read(document: SourceDocument) -> Iterator[Block]:
    lines = document.lines
    place, before = 0, 0
    while place < len(lines):
        if not is_timed(cells_of(lines[place])):
            place += 1
            continue
        rows, end = _rows_from(lines, place)
        over = [line for line in lines[before:place] if line.page == lines[place].page]
        if len(rows) > 1 or (len(rows) == 1 and len(rows[0]) > 2):
            skipped = {place for place, row in enumerate(rows) if any(is_no_stop(cell.text) for cell in row[1:])}
            yield Block(
                tuple(rows),
                tuple(_heads(over, max(map(len, rows)), is_time(rows[0][0].text))),
                _days_over(over),
                frozenset(skipped),
            )
        place = before = end


def _days_over(over: Sequence[SourceLine]) -> frozenset[int]:
    """The days that the lines over a table name; the nearest line has the word, and no sentence or hours of a desk."""
    for line in reversed(over):
        days = weekdays_in(line.text)
        if days and len(line.cells) < 3 and not line.text.endswith((".", "。")) and minutes_of(line.text) is None:
            return days
    return frozenset()


def _rows_from(lines: Sequence[SourceLine], place: int) -> tuple[list[tuple[Cell, ...]], int]:
    """The rows of times from `place` on, labels that run over onto a second line joined; and where they end."""
    rows: list[tuple[Cell, ...]] = []
    days: frozenset[int] = frozenset()
    labelled = not is_time(cells_of(lines[place])[0])
    for at in range(place, len(lines)):
        line = lines[at]
        cells = cells_of(line)
        if line.page != lines[place].page:
            return rows, at
        if is_timed(cells) or (rows and is_passed(cells) and len(cells) == len(rows[-1])):
            if labelled == (is_time(cells[0]) or is_no_stop(cells[0])) and len(rows) >= LEAST_ROWS:
                return rows, at
            rows.append(tuple(Cell(cell, line, days) for cell in cells))
        elif len(cells) == 1 and rows and len(line.text) <= 24 and weekdays_in(line.text):
            label = rows[-1][0]
            if label.text.endswith((",", "，", "、", "&", "and")):
                rows[-1] = (replace(label, text=f"{label.text} {line.text}"), *rows[-1][1:])
            elif at + 1 < len(lines) and is_timed(cells_of(lines[at + 1])) and not _begins_anew(lines, place, at):
                days = weekdays_in(line.text)
            else:
                return rows, at
        else:
            return rows, at
    return rows, len(lines)


def _begins_anew(lines: Sequence[SourceLine], place: int, at: int) -> bool:
    """True when the rows under a line of days are a table of their own: labelled otherwise, or from the first stop."""
    first, under = cells_of(lines[place])[0], cells_of(lines[at + 1])[0]
    return is_time(first) != is_time(under) or (first == under and not is_time(first))


def _heads(over: Sequence[SourceLine], width: int, bare_times: bool) -> list[str]:
    """What stands over each of `width` columns, the nearest lines of heads joined; empty texts without any."""
    heads = [""] * width
    for line in list(reversed(over))[:MOST_HEADS]:
        cells: Sequence[str] = line.cells
        if len(cells) < 2 < width or (bare_times and len(cells) < width):
            cells = _parted_heads(line.text, width)
        if len(cells) == 1 and width < 3:
            break
        if not bare_times:
            cells = _spread(cells, width)
        if len(cells) != width or line.text.endswith((".", "。")):
            break
        heads = [f"{cell} {head}".strip() for cell, head in zip(cells, heads, strict=True)]
    return heads


def _spread(cells: Sequence[str], width: int) -> Sequence[str]:
    """Heads over a column of labels, which has none, or over several columns each."""
    if 1 < len(cells) < width - 1 and (width - 1) % len(cells) == 0:
        return ["", *(cell for cell in cells for _ in range((width - 1) // len(cells)))]
    if len(cells) == width - 1:
        return [""] * width if _NOTES.fullmatch(cells[0]) else ["", *cells]
    return cells


def _parted_heads(text: str, width: int) -> Sequence[str]:
    """Heads whose spaces were read as narrow ones: "Stop Bus A Bus B"; the whole text where they cannot be parted."""
    for cells in (text.split(), _HEAD.findall(text)):
        named = cells[1:] if len(cells) == width else cells
        if len(cells) in (width, width - 1) and all(map(_is_head, named)) and "and" not in cells:
            return cells
    return (text,)


def _is_head(text: str) -> bool:
    return (
        is_coded(text) or re.fullmatch(r"(?i:early|morning|midday|noon|afternoon|evening|night|late)", text) is not None
    )
