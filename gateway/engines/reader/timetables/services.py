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

from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.page.missing_times import with_gaps
from gateway.engines.reader.timetables.service_notes import Note, days_after, notes_of
from gateway.engines.reader.timetables.timetable_blocks import Block, Cell, blocks_of, is_coded
from gateway.engines.reader.timetables.timetable_cells import TIME, bare, is_no_stop, is_time
from gateway.engines.reader.timetables.told_services import told_departures
from gateway.engines.reader.words.amounts import minutes_of
from gateway.engines.reader.words.values import weekdays_in

Role = Literal["leaves", "arrives", ""]
LEAST_SHARE = 0.5
"""So many of a column's cells, or of the heads, must be of a kind for all to be taken so."""
EVERY_DAY = frozenset(range(7))
_ARRIVES = re.compile(r"\b(?:arr(?:\.|ives?|ivals?)?)(?!\w)|到达?$|到站|抵达", re.IGNORECASE)
_LEAVES = re.compile(r"\b(?:dep(?:\.|arts?|artures?)?|leaves?|sails?)(?!\w)|开$|发车?|出发|开车?时?间?$", re.IGNORECASE)
_DOWN = re.compile(r"\b(?:stops?|stations?|places?|piers?)\b|站[点名]?$|^站|地点", re.IGNORECASE)
_ACROSS = re.compile(
    r"\b(?:trains?|bus(?:es)?|services?|days?|trips?|sailings?|boats?|ferry|no)\b|车次|班次|[日星]期|航班|日子",
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
class _Grid:
    """Rows of one table, or of one half of it: a label and the cells beside it."""

    corner: str
    heads: tuple[str, ...]
    labels: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    days: frozenset[int]


_NO_STOPS = frozenset({"time", "times", "when", "hours", "时间", "时刻"})


def services_of(document: SourceDocument) -> tuple[Service, ...]:
    """Every service of every timetable in `document`."""
    notes = notes_of(document)
    found: list[Service] = []
    for block in blocks_of(document):
        stops = tuple(dict.fromkeys(call.stop for service in found for call in service.calls))
        for grid in _halves(block):
            across = _runs_across(grid)
            made = [service for service in (_across(grid) if across else _down(grid)) if _calls_somewhere(service)]
            if block.torn:
                made = [replace(service, unread=stops, days=service.days or EVERY_DAY) for service in made]
            found.extend(_noted(service, notes) for service in made)
    named = list(dict.fromkeys(call.stop for service in found for call in service.calls if call.stop))
    for stop, minute, written, line, days in told_departures(document, notes, named):
        found.append(Service("", (Call(stop, minute, written, "leaves", line),), (), (), days))
    return tuple(found)


def _calls_somewhere(service: Service) -> bool:
    """Not one whose only "stop" is the word for time: that is a table of visits or lessons."""
    return any(call.stop.casefold() not in _NO_STOPS for call in service.calls)


def _noted(service: Service, notes: Sequence[Note]) -> Service:
    """The service with the notes that its marks, or its name, lead to, and the days that they leave it."""
    marks = {found["mark"] for call in service.calls if (found := TIME.fullmatch(call.written)) and found["mark"]}
    name, _, last = service.name.rpartition(" ")
    if any(note.mark == last for note in notes if note.mark) and (weekdays_in(name) or name.isdigit()):
        marks.add(last)
        service = replace(service, name=name)
    if re.fullmatch(r"[A-Za-z]", service.name) and any(note.mark == service.name.upper() for note in notes):
        marks.add(service.name.upper())
        service = replace(service, name="")
    elif re.fullmatch(r"[a-z]", service.name):
        service = replace(service, name=service.name.upper())  # small and capital letters look alike in print
    suffix = re.fullmatch(r"[A-Z]?\d+(?P<mark>[A-Z]|[*†‡#§]{1,2})", service.name)
    if suffix is not None and not suffix["mark"].isalpha():
        service = replace(service, name=service.name.removesuffix(suffix["mark"]))
    marks |= {suffix["mark"]} if suffix else set()
    its = tuple(note for note in notes if (note.mark and note.mark in marks) or note.names(service.name))
    calls = tuple(replace(call, written=bare(call.written)) for call in service.calls)
    days = service.days
    for note in its:
        days = days_after(note.text, days)
    return replace(service, calls=calls, notes=its, days=days)


def _halves(block: Block) -> Iterator[_Grid]:
    """The table, parted where a second column of labels begins."""
    rows, heads = list(block.rows), list(block.heads)
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
        yield _Grid(corner, tuple(heads[first:last]), labels, tuple(row[first:last] for row in rows), block.days)


def _is_timed_column(rows: Sequence[Sequence[Cell]], at: int) -> bool:
    cells = [row[at].text for row in rows if row[at].text]
    return sum(is_time(cell) or is_no_stop(cell) for cell in cells) > LEAST_SHARE * len(cells)


def _whole(rows: list[tuple[Cell, ...]], width: int) -> list[tuple[Cell, ...]]:
    """The rows that have all their cells, gaps filled where only one place will do."""
    kept = [row for row in rows if len(row) in (width, width - 1)]
    grid = [tuple(bare(cell.text) for cell in row) for row in kept]
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
            whole.append((*row[:gap], Cell("", row[0].line, row[0].days), *row[gap:]))
    return whole


def _runs_across(grid: _Grid) -> bool:
    """True where each row is a service and the heads are its stops."""
    if not any(grid.labels):
        return not all(weekdays_in(head) for head in grid.heads)
    if not any(grid.heads):
        return all(is_coded(label) for label in grid.labels)
    if sum(_ARRIVES.search(head) is not None or _LEAVES.search(head) is not None for head in grid.heads) * 2 > len(
        grid.heads
    ):
        return True
    heads, labels = (sum(map(is_coded, texts)) / len(texts) for texts in (grid.heads, grid.labels))
    if (heads > LEAST_SHARE) != (labels > LEAST_SHARE):
        return labels > heads
    if _DOWN.search(grid.corner) or _ACROSS.search(grid.corner):
        return _DOWN.search(grid.corner) is None
    return _mean_step(grid.rows) < _mean_step(list(zip(*grid.rows, strict=True)))


def _mean_step(runs: Sequence[Sequence[Cell]]) -> float:
    """Minutes between two times side by side, on average: those of one service are near each other."""
    steps = []
    for run in runs:
        minutes = [minute for cell in run if is_time(cell.text) and (minute := minutes_of(bare(cell.text))) is not None]
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


def _ways(named: list[tuple[str, Cell]]) -> Iterator[list[tuple[str, Cell]]]:
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
    name = _LEAVES.sub("", _ARRIVES.sub("", text)).strip(" .,:()（）") if role else text.strip(" ·.")
    return (name, role) if name else (text, "")


def _service(name: str, named: Sequence[tuple[str, Cell]], days: frozenset[int] | None) -> Service:
    calls: list[Call] = []
    passed: list[tuple[str, SourceLine]] = []
    unread: list[str] = []
    for label, cell in named:
        stop, role = _stop("" if is_no_stop(label) else label)
        minute = minutes_of(bare(cell.text)) if is_time(cell.text) else None
        if minute is not None:
            calls.append(Call(stop, minute, cell.text, role, cell.line))
        elif is_no_stop(cell.text):
            passed.append((stop, cell.line))
        elif cell.text:
            unread.append(stop)
    made = {call.stop for call in calls}
    return Service(name, tuple(calls), tuple(entry for entry in passed if entry[0] not in made), tuple(unread), days)
