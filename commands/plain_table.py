"""A table for whoever reads standard output line by line: a line a row, however long, in columns."""

from __future__ import annotations

from collections.abc import Sequence


def plain_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of `rows`, which have as many cells each. Characters of double width count as two."""
    from rich.cells import cell_len, set_cell_size

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(set_cell_size, row, widths)).rstrip() for row in rows]
