"""The services of a timetable, whichever way it is printed: where each calls and when, and on which days it runs.

Stops may stand down the side or across the top, two directions side by side, days in a column or over the columns,
heads on two lines, notes under a letter or a star.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from gateway.engines.reader.amounts import minutes_of
from gateway.engines.reader.lines import SourceDocument, SourceLine
from gateway.engines.reader.missing_times import with_gaps
from gateway.engines.reader.service_notes import Note, days_after, notes_of
from gateway.engines.reader.values import weekdays_in

Role = Literal["leaves", "arrives", ""]
LEAST_SHARE = 0.5
"""So many of a column's cells, or of the heads, must be of a kind for all to be taken so."""
MOST_HEADS = 3
"""Lines of heads over one table."""
_TIME = re.compile(
    r"(?P<time>\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\.?)?|[01]\d[0-5]\d|2[0-3][0-5]\d) ?(?P<mark>[A-Za-z]{1,2}"
    r"|[*†‡#§]{1,2}|[①-⑨])?"
)
_JOINED = re.compile(r"(?P<label>.*[^\W\d].*) (?P<time>\d{2}[:.]\d{2})")
"""A label with the first time behind one narrow space; the time may be misread."""
_NONE = re.compile(r"[-–—~|/.·…xX→↓]{1,4}|\.{2,}|不停|通过|无")
_ARRIVES = re.compile(r"\b(?:arr(?:\.|ives?|ivals?)?)(?!\w)|到达?$|到站|抵达", re.IGNORECASE)
_LEAVES = re.compile(r"\b(?:dep(?:\.|arts?|artures?)?|leaves?|sails?)(?!\w)|开$|发车?|出发|开车?时?间?$", re.IGNORECASE)
_DOWN = re.compile(r"\b(?:stops?|stations?|places?|piers?)\b|站[点名]?$|^站|地点", re.IGNORECASE)
_ACROSS = re.compile(
    r"\b(?:trains?|bus(?:es)?|services?|days?|trips?|sailings?|boats?|ferry|no)\b|车次|班次|[日星]期|航班|日子",
    re.IGNORECASE,
)
_HEAD = re.compile(r"[^\W\d]+ (?:[A-Z]?\d{1,4}|[A-Z])(?!\w)|\S+")
_CODED = re.compile(
    r"(?:[A-Za-z]+\.? )?[A-Z]{0,2}\d{1,4}[A-Z]?[路班次号线]?|(?:[A-Za-z]+ )?[A-Z]|[A-Z]班?车?"
    r"|(?:首|末|头|第?[一二三四五六七八九十]{1,2})[班趟](?:车)?|(?:first|last|\d(?:st|nd|rd|th)) ?\w*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Call:
    """A stop of one service."""

    stop: str
    minute: int
    """From midnight."""
    written: str
    role: Role
    """Empty where the page does not say: it arrives and leaves then."""
    line: SourceLine


@dataclass(frozen=True, slots=True)
class Service:
    """One bus, train or boat from its first stop to its last."""

    name: str
    """What the page calls it; empty for one that has only times."""
    calls: tuple[Call, ...]
    """In the order in which they are made."""
    passed: tuple[tuple[str, SourceLine], ...]
    """Stops of its table that it does not make."""
    unread: tuple[str, ...]
    """Stops whose time could not be read."""
    days: frozenset[int] | None
    """0 for Monday; None where the page says nothing of days."""
    notes: tuple[Note, ...] = ()

    @property
    def has_own_name(self) -> bool:
        """True when its name is more than the days it runs on."""
        return bool(self.name) and not weekdays_in(self.name)

    @property
    def lines(self) -> tuple[SourceLine, ...]:
        """Those its calls stand on."""
        return tuple(dict.fromkeys(call.line for call in self.calls))


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    line: SourceLine
    days: frozenset[int]
    """Of a line of days above it within the table."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """Rows of one table, or of one half of it: a label and the cells beside it."""

    corner: str
    heads: tuple[str, ...]
    labels: tuple[str, ...]
    rows: tuple[tuple[_Cell, ...], ...]
    days: frozenset[int]


def services_of(document: SourceDocument) -> tuple[Service, ...]:
    """Every service of every timetable in `document`."""
    notes = notes_of(document)
    found: list[Service] = []
    for grid in _grids(document):
        across = _runs_across(grid)
        found.extend(_noted(service, notes) for service in (_across(grid) if across else _down(grid)) if service.calls)
    return tuple(found)


def _noted(service: Service, notes: Sequence[Note]) -> Service:
    """The service with the notes that its marks, or its name, lead to, and the days that they leave it."""
    marks = {found["mark"] for call in service.calls if (found := _TIME.fullmatch(call.written)) and found["mark"]}
    name, _, last = service.name.rpartition(" ")
    if any(note.mark == last for note in notes if note.mark) and (weekdays_in(name) or name.isdigit()):
        marks.add(last)
        service = replace(service, name=name)
    its = tuple(note for note in notes if (note.mark and note.mark in marks) or note.names(service.name))
    calls = tuple(replace(call, written=_bare(call.written)) for call in service.calls)
    days = service.days
    for note in its:
        days = days_after(note.text, days)
    return replace(service, calls=calls, notes=its, days=days)


def _bare(written: str) -> str:
    """The time without its mark, with a colon where four digits stand."""
    found = _TIME.fullmatch(written)
    time = found["time"] if found else written
    return f"{time[:2]}:{time[2:]}" if re.fullmatch(r"\d{4}", time) else time


def _is_time(text: str) -> bool:
    return (found := _TIME.fullmatch(text)) is not None and minutes_of(_bare(found[0])) is not None


def _cells_of(line: SourceLine) -> tuple[str, ...]:
    """The cells of a line of times; a line whose spaces were read as narrow ones is parted at its times."""
    if len(line.cells) > 1:
        joined = _JOINED.fullmatch(line.cells[0])
        return (joined["label"], joined["time"], *line.cells[1:]) if joined else line.cells
    words = line.text.split()
    first = next((place for place, word in enumerate(words) if _is_time(word)), len(words))
    rest = words[first:]
    if len(rest) > 1 and all(_is_time(word) or _NONE.fullmatch(word) for word in rest):
        return (" ".join(words[:first]), *rest) if first else tuple(rest)
    return line.cells


def _is_timed(cells: Sequence[str]) -> bool:
    timed = sum(_is_time(cell) for cell in cells)
    placed = timed + sum(_NONE.fullmatch(cell) is not None for cell in cells)
    return timed > 0 and len(cells) > 1 and placed >= LEAST_SHARE * (len(cells) - 1)


def _grids(document: SourceDocument) -> Iterator[_Grid]:
    lines = document.lines
    place, before = 0, 0
    general: frozenset[int] = frozenset()
    while place < len(lines):
        if not _is_timed(_cells_of(lines[place])):
            place += 1
            continue
        rows, end = _rows_from(lines, place)
        over = [line for line in lines[before:place] if line.page == lines[place].page]
        stated = _days_over(over)
        general = general or (stated if not before else frozenset())
        if len(rows) > 1 or (len(rows) == 1 and len(rows[0]) > 2):
            yield from _halves(rows, _heads(over, max(map(len, rows))), stated or general)
        place = before = end


def _days_over(over: Sequence[SourceLine]) -> frozenset[int]:
    """The days that the lines over a table name; the nearest line has the word, and no sentence or hours of a desk."""
    for line in reversed(over):
        days = weekdays_in(line.text)
        if days and len(line.cells) < 3 and not line.text.endswith((".", "。")) and minutes_of(line.text) is None:
            return days
    return frozenset()


def _rows_from(lines: Sequence[SourceLine], place: int) -> tuple[list[tuple[_Cell, ...]], int]:
    """The rows of times from `place` on, labels that run over onto a second line joined; and where they end."""
    rows: list[tuple[_Cell, ...]] = []
    days: frozenset[int] = frozenset()
    for at in range(place, len(lines)):
        line = lines[at]
        cells = _cells_of(line)
        if line.page != lines[place].page:
            return rows, at
        if _is_timed(cells):
            rows.append(tuple(_Cell(cell, line, days) for cell in cells))
        elif len(cells) == 1 and rows and len(line.text) <= 24 and weekdays_in(line.text):
            label = rows[-1][0]
            if label.text.endswith((",", "，", "、", "&", "and")):
                rows[-1] = (replace(label, text=f"{label.text} {line.text}"), *rows[-1][1:])
            elif at + 1 < len(lines) and _is_timed(_cells_of(lines[at + 1])):
                days = weekdays_in(line.text)
            else:
                return rows, at
        else:
            return rows, at
    return rows, len(lines)


def _heads(over: Sequence[SourceLine], width: int) -> list[str]:
    """What stands over each of `width` columns, the nearest lines of heads joined; empty texts without any."""
    heads = [""] * width
    for line in list(reversed(over))[:MOST_HEADS]:
        cells: Sequence[str] = line.cells
        if len(cells) < 2 < width:
            cells = _parted_heads(line.text, width)
        spread = len(cells) < width - 1 and len(cells) > 1 and (width - 1) % len(cells) == 0
        if spread:
            cells = ["", *(cell for cell in cells for _ in range((width - 1) // len(cells)))]
        if len(cells) == width - 1:
            cells = ["", *cells]
        if len(cells) != width or line.text.endswith((".", "。")):
            break
        heads = [f"{cell} {head}".strip() for cell, head in zip(cells, heads, strict=True)]
    return heads


def _parted_heads(text: str, width: int) -> Sequence[str]:
    """Heads whose spaces were read as narrow ones: "Stop Bus A Bus B"; the whole text where they cannot be parted."""
    for cells in (text.split(), _HEAD.findall(text)):
        if len(cells) == width and all(map(_is_coded, cells[1:])) and "and" not in cells:
            return cells
    return (text,)


def _halves(rows: list[tuple[_Cell, ...]], heads: list[str], days: frozenset[int]) -> Iterator[_Grid]:
    """The table, parted where a second column of labels begins."""
    width = Counter(map(len, rows)).most_common(1)[0][0]
    heads = heads[-width:] if len(heads) > width else heads
    rows = _whole(rows, width)
    if not rows:
        return
    timed = [_is_timed_column(rows, at) for at in range(width)]
    starts = [at for at in range(1, width - 1) if not timed[at] and timed[at + 1] and any(timed[:at])]
    for start, end in zip([0, *starts], [*starts, width], strict=True):
        first = next((at for at in range(start, end) if timed[at]), end)
        last = next((at for at in range(first, end) if not timed[at]), end)
        if first == end:
            continue
        labels = tuple(" ".join(cell.text for cell in row[start:first] if cell.text).strip() for row in rows)
        corner = " ".join(heads[start:first]).strip()
        yield _Grid(corner, tuple(heads[first:last]), labels, tuple(row[first:last] for row in rows), days)


def _is_timed_column(rows: Sequence[Sequence[_Cell]], at: int) -> bool:
    cells = [row[at].text for row in rows if row[at].text]
    return sum(_is_time(cell) or _NONE.fullmatch(cell) is not None for cell in cells) > LEAST_SHARE * len(cells)


def _whole(rows: list[tuple[_Cell, ...]], width: int) -> list[tuple[_Cell, ...]]:
    """The rows that have all their cells, gaps filled where only one place will do."""
    kept = [row for row in rows if len(row) in (width, width - 1)]
    grid = [tuple(_bare(cell.text) for cell in row) for row in kept]
    placed = with_gaps(grid, width)
    if placed is None:
        return [row for row in kept if len(row) == width]
    whole = []
    for row, cells in zip(kept, placed, strict=True):
        if len(row) == width:
            whole.append(row)
            continue
        gap = next((at for at, cell in enumerate(cells) if cell == ""), width)
        if cells.count("") == 1:
            whole.append((*row[:gap], _Cell("", row[0].line, row[0].days), *row[gap:]))
    return whole


def _runs_across(grid: _Grid) -> bool:
    """True where each row is a service and the heads are its stops."""
    if not any(grid.labels):
        return not all(weekdays_in(head) for head in grid.heads)
    if not any(grid.heads):
        return all(_is_coded(label) for label in grid.labels)
    if sum(_ARRIVES.search(head) is not None or _LEAVES.search(head) is not None for head in grid.heads) * 2 > len(
        grid.heads
    ):
        return True
    heads, labels = (sum(map(_is_coded, texts)) / len(texts) for texts in (grid.heads, grid.labels))
    if (heads > LEAST_SHARE) != (labels > LEAST_SHARE):
        return labels > heads
    if _DOWN.search(grid.corner) or _ACROSS.search(grid.corner):
        return _DOWN.search(grid.corner) is None
    return _mean_step(grid.rows) < _mean_step(list(zip(*grid.rows, strict=True)))


def _is_coded(text: str) -> bool:
    """True for what services are called, and stops are not: a number, a letter, a day, the first and the last."""
    return not text or _CODED.fullmatch(text) is not None or bool(weekdays_in(text))


def _mean_step(runs: Sequence[Sequence[_Cell]]) -> float:
    """Minutes between two times side by side, on average: those of one service are near each other."""
    steps = []
    for run in runs:
        minutes = [
            minute for cell in run if _is_time(cell.text) and (minute := minutes_of(_bare(cell.text))) is not None
        ]
        steps += [abs(later - earlier) for earlier, later in pairwise(minutes)]
    return sum(steps) / len(steps) if steps else float("inf")


def _down(grid: _Grid) -> Iterator[Service]:
    """Each column is a service; where nothing is called a stop, each time is."""
    if not any(grid.labels):
        for head, column in zip(grid.heads, zip(*grid.rows, strict=True), strict=True):
            for cell in column:
                yield _service(head, [("", cell)], weekdays_in(head) or cell.days or grid.days or None)
        return
    for head, column in zip(grid.heads, zip(*grid.rows, strict=True), strict=True):
        for days in dict.fromkeys(cell.days for cell in column):
            named = [(label, cell) for label, cell in zip(grid.labels, column, strict=True) if cell.days == days]
            yield _service(head, named, weekdays_in(head) or days or grid.days or None)


def _across(grid: _Grid) -> Iterator[Service]:
    """Each row is a service, or two where it comes back."""
    for label, row in zip(grid.labels, grid.rows, strict=True):
        days = weekdays_in(label) or row[0].days or grid.days or None
        for part in _ways(list(zip(grid.heads, row, strict=True))):
            yield _service(label, part, days)


def _ways(named: list[tuple[str, _Cell]]) -> Iterator[list[tuple[str, _Cell]]]:
    """There and back apart, where the last stop is the first."""
    stops = [_stop(head)[0] for head, _ in named]
    turn = next((at for at in range(1, len(stops) - 1) if stops[at] == stops[at - 1]), None)
    if turn is None or len(stops) < 4 or stops[0] not in stops[turn:]:
        yield named
        return
    yield named[:turn]
    yield named[turn:]


def _stop(text: str) -> tuple[str, Role]:
    """The name without the word that says whether it arrives or leaves, and which it is."""
    role: Role = "arrives" if _ARRIVES.search(text) else "leaves" if _LEAVES.search(text) else ""
    bare = _LEAVES.sub("", _ARRIVES.sub("", text)).strip(" .,:()（）") if role else text
    return (bare, role) if bare else (text, "")


def _service(name: str, named: Sequence[tuple[str, _Cell]], days: frozenset[int] | None) -> Service:
    calls: list[Call] = []
    passed: list[tuple[str, SourceLine]] = []
    unread: list[str] = []
    for label, cell in named:
        stop, role = _stop("" if _NONE.fullmatch(label) else label)
        minute = minutes_of(_bare(cell.text)) if _is_time(cell.text) else None
        if minute is not None:
            calls.append(Call(stop, minute, cell.text, role, cell.line))
        elif _NONE.fullmatch(cell.text):
            passed.append((stop, cell.line))
        elif cell.text:
            unread.append(stop)
    made = {call.stop for call in calls}
    return Service(name, tuple(calls), tuple(entry for entry in passed if entry[0] not in made), tuple(unread), days)
