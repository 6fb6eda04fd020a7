"""Every sample document by file name: what draws it and in which language it is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assets.make.invoice import invoice
from assets.make.sheet import DOTS_PER_INCH, Sheet

PICTURES: dict[str, Callable[[], Sheet]] = {
    "invoice.png": invoice,
}
"""Documents of one page, kept as pictures."""


def write_picture(folder: Path, name: str) -> None:
    """Draws one document and writes it beside its expected text."""
    sheet = PICTURES[name]()
    file = folder / name
    sheet.finished().save(file, optimize=True, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    file.with_suffix(".txt").write_text("\n".join(sheet.lines) + "\n", encoding="utf-8")
