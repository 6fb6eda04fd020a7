"""Rows of a timetable with one cell that was not read: where the gap is, told by the times above and below it."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.engines.reader.words.amounts import minutes_of

LEAST_TIMED = 0.7
"""So many of the cells beside the labels must be times, or dashes, for the rows to be those of a timetable."""


def with_gaps(grid: Sequence[tuple[str, ...]], width: int) -> list[tuple[str, ...]] | None:
    """`grid` with an empty cell in each row that is one short; all its cells empty where two places would do.

    None when the rows are those of no timetable, or none is short.
    """
    short = [cells for cells in grid if len(cells) == width - 1]
    cells = [cell for row in grid for cell in row[1:]]
    timed = sum(minutes_of(cell) is not None or not any(map(str.isalnum, cell)) for cell in cells)
    if not short or width < 3 or timed < LEAST_TIMED * len(cells):
        return None
    placed: list[tuple[str, ...]] = []
    for place, row in enumerate(grid):
        if len(row) != width - 1:
            placed.append(row)
            continue
        fitting = [
            candidate
            for at in range(1, width)
            if _fits(candidate := (*row[:at], "", *row[at:]), grid[:place], width)
            and _fits(candidate, grid[place + 1 :], width, later=True)
        ]
        placed.append(fitting[0] if len(fitting) == 1 else (row[0], *[""] * (width - 1)))
    return placed


def _fits(row: Sequence[str], others: Sequence[Sequence[str]], width: int, *, later: bool = False) -> bool:
    """True when every time of the row is after those of the whole rows before it, or before those of the later ones."""
    for other in others:
        if len(other) != width:
            continue
        for mine, its in zip(row[1:], other[1:], strict=True):
            first, second = minutes_of(mine), minutes_of(its)
            if first is not None and second is not None and ((first > second) if later else (first < second)):
                return False
    return True
