"""Every sample document by file name: what draws it, and its expected text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assets.make.chinese import notice
from assets.make.form import form
from assets.make.invoice import invoice
from assets.make.letter import letter
from assets.make.recipe import recipe
from assets.make.report import report, report_lines
from assets.make.sheet import DOTS_PER_INCH, Sheet
from assets.make.timetable import timetable
from assets.make.worksheet import worksheet

PICTURES: dict[str, Callable[[], Sheet]] = {
    "invoice.png": invoice,
    "letter.png": letter,
    "timetable.png": timetable,
    "form.png": form,
    "recipe.png": recipe,
    "worksheet.png": worksheet,
    "notice-zh.png": notice,
}
"""Documents of one page, kept as pictures."""

PAGE_BREAK = "\f"
"""Stands between the pages in the expected text of a document of several pages."""


def write_picture(folder: Path, name: str) -> None:
    """Draws one document and writes it beside its expected text."""
    sheet = PICTURES[name]()
    file = folder / name
    sheet.finished().save(file, optimize=True, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    _write_text(file, [sheet.lines])


def write_report(folder: Path) -> None:
    """Writes the PDF beside its expected text."""
    file = folder / "report.pdf"
    file.write_bytes(report())
    _write_text(file, report_lines())


def _write_text(file: Path, pages: list[list[str]]) -> None:
    text = PAGE_BREAK.join("".join(f"{line}\n" for line in lines) for lines in pages)
    file.with_suffix(".txt").write_text(text, encoding="utf-8")
