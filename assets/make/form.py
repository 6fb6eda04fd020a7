"""A filled-in form: labels with ruled boxes, and values in another hand."""

from __future__ import annotations

from assets.make.sheet import A4, GREY, Cell, Face, Sheet

_LEFT, _RIGHT, _VALUE = 110, 1130, 480
_PERSON = (
    ("First name:", "Nathan"),
    ("Last name:", "Walker"),
    ("Date of birth:", "May 14, 1998"),
    ("Nationality:", "Canadian"),
    ("Address:", "22 Orchard Road, Brackwater"),
    ("Phone number:", "555-0118"),
    ("Email address:", "nathan.walker@example.com"),
    ("Occupation:", "Teacher"),
)
_CARD = (
    ("Card type:", "Adult"),
    ("Annual fee:", "$15.00"),
    ("Payment method:", "Cash"),
    ("Start date:", "November 16, 2026"),
    ("Emergency contact:", "Grace Walker"),
)
_NOTES = (
    "Books may be kept for three weeks.",
    "A lost card costs $4.00 to replace.",
    "Please bring proof of your address.",
)


def form() -> Sheet:
    """An application for a library card by an invented teacher."""
    sheet = Sheet(*A4)
    sheet.write(Cell("Brackwater City Library", _LEFT, Face.SANS_BOLD, 18))
    sheet.write(Cell("Application for a Library Card", _LEFT, size=15), leading=56)
    _section(sheet, "Part A: Personal details", _PERSON)
    _section(sheet, "Part B: Card", _CARD)
    sheet.skip(30)
    for note in _NOTES:
        sheet.write(Cell(note, _LEFT, size=11))
    sheet.write(Cell("Signature:", _LEFT), Cell("Nathan Walker", _VALUE, Face.SERIF, 13), leading=100)
    sheet.draw.line((_VALUE - 10, sheet.baseline + 14, _RIGHT, sheet.baseline + 14), GREY, 2)
    sheet.write(Cell("Date:", _LEFT), Cell("November 9, 2026", _VALUE, Face.SERIF, 13), leading=70)
    sheet.draw.line((_VALUE - 10, sheet.baseline + 14, _RIGHT, sheet.baseline + 14), GREY, 2)
    return sheet


def _section(sheet: Sheet, title: str, fields: tuple[tuple[str, str], ...]) -> None:
    sheet.write(Cell(title, _LEFT, Face.SANS_BOLD, 13), leading=90)
    sheet.skip(8)
    for name, value in fields:
        sheet.write(Cell(name, _LEFT), Cell(value, _VALUE, Face.SERIF, 13), leading=62)
        box = (_VALUE - 20, sheet.baseline - 40, _RIGHT, sheet.baseline + 16)
        sheet.draw.rectangle(box, outline=170, width=1)
