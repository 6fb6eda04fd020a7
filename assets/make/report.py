"""A report of two pages, as a PDF with a text layer: prose, a table, a conclusion."""

from __future__ import annotations

from assets.make.pdf import Run, Type, pdf

TITLE = "Annual Report 2026"

_LEFT, _TOP = 72, 760
_COLUMNS = (72, 160, 245, 320)

_Row = tuple[str, ...]

_PAGE_1: tuple[tuple[str, _Row], ...] = (
    ("title", ("Annual Report 2026",)),
    ("text", ("Brackwater City Library",)),
    ("text", ("Author: Samuel Parker, Director",)),
    ("text", ("Date: January 11, 2027",)),
    ("heading", ("Summary",)),
    ("text", ("This was a good year for the library. The number of visitors rose by",)),
    ("text", ("12 percent to 48,300. The new reading room opened on March 9, 2026.",)),
    ("text", ("The library lent 91,450 items, most of them books for children.",)),
    ("heading", ("Visitors and loans",)),
    ("head", ("Quarter", "Visitors", "Loans", "New members")),
    ("row", ("First", "11,200", "21,800", "310")),
    ("row", ("Second", "12,450", "23,100", "355")),
    ("row", ("Third", "10,900", "20,650", "240")),
    ("row", ("Fourth", "13,750", "25,900", "415")),
    ("heading", ("Budget",)),
    ("text", ("The budget for the year was $640,000. We spent $412,000 on staff,",)),
    ("text", ("$118,000 on books and $75,000 on the building. The remaining",)),
    ("text", ("$35,000 will be used for computers.",)),
)
_PAGE_2: tuple[tuple[str, _Row], ...] = (
    ("heading", ("Energy and safety",)),
    ("text", ("The library used 18 percent less energy than in the previous year,",)),
    ("text", ("because the old windows were replaced. There were no accidents.",)),
    ("heading", ("Plans for next year",)),
    ("text", ("The library will open on Sundays from 10:00 to 16:00, beginning on",)),
    ("text", ("February 7, 2027. A course in Spanish will start in April.",)),
    ("text", ("The garden cafe will stay closed until summer.",)),
    ("heading", ("Conclusion",)),
    ("text", ("The library needs two more members of staff and a larger room for",)),
    ("text", ("children. We ask the city to approve a budget of $690,000 for 2027.",)),
    ("heading", ("Contact",)),
    ("text", ("Email: office@brackwater-library.example",)),
    ("text", ("Phone: 555-0190",)),
    ("text", ("Address: 3 Bridge Street, Brackwater",)),
)
_PAGES = (_PAGE_1, _PAGE_2)

_STYLES = {  # kind of line: size in points, leading in points, type
    "title": (22, 30, Type.BOLD),
    "heading": (15, 44, Type.BOLD),
    "text": (12, 22, Type.ROMAN),
    "head": (12, 26, Type.BOLD),
    "row": (12, 22, Type.ROMAN),
}


def report() -> bytes:
    """The report as the bytes of a PDF."""
    return pdf(TITLE, [_runs(page) for page in _PAGES])


def report_lines() -> list[list[str]]:
    """The lines of each page in reading order."""
    return [[" ".join(cells) for _, cells in page] for page in _PAGES]


def _runs(page: tuple[tuple[str, _Row], ...]) -> list[Run]:
    runs = []
    y = float(_TOP)
    for kind, cells in page:
        size, leading, type_ = _STYLES[kind]
        y -= leading
        runs += [Run(text, x, y, size, type_) for text, x in zip(cells, _COLUMNS, strict=False)]
    return runs
