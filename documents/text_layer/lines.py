"""The lines of a page from its text layer, in the order and form in which they are read from a picture."""

from __future__ import annotations

from collections.abc import Sequence

from documents.layout.columns import text_regions
from documents.layout.line_text import line_text
from documents.layout.word_rows import rows_of
from documents.picture import Grey, Region
from documents.rules import without_rules
from pipeline.events import Line, Word


def layer_lines(words: Sequence[Word], picture: Grey) -> tuple[Line, ...]:
    """`words` as lines, numbered from 1, columns of prose one after another; `picture` is what they stand in."""
    regions = text_regions(without_rules(picture))
    shares: list[list[Word]] = [[] for _ in regions]
    for word in words:
        x, y = word.left + word.width / 2, word.top + word.height / 2
        nearest = min(range(len(regions)), key=lambda number: _outside(regions[number], x, y))
        shares[nearest].append(word)
    rows = [row for share in shares for row in rows_of(share)]
    return tuple(
        Line(number, line_text(row), tuple(read.word for read in row)) for number, row in enumerate(rows, start=1)
    )


def _outside(region: Region, x: float, y: float) -> float:
    """How far a point lies from the region; 0 inside."""
    return max(region.left - x, 0, x - region.right) + max(region.top - y, 0, y - region.bottom)
