"""The lines of read pages with their places, document by document, as what is found in them needs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from text.placed_lines import Place, PlacedLine

if TYPE_CHECKING:
    from pipeline.events import Page


def lines_by_document(pages: Sequence[Page]) -> dict[str, list[PlacedLine]]:
    """The lines of each document in reading order; the documents in the order in which they came."""
    lines: dict[str, list[PlacedLine]] = {page.document: [] for page in pages}
    for page in sorted(pages, key=lambda page: page.number):
        lines[page.document] += (
            PlacedLine(line.text, Place(page.number, line.number), line.words) for line in page.lines
        )
    return lines
