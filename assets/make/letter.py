"""A letter from a landlord's office: prose with dates and sums."""

from __future__ import annotations

from assets.make.sheet import A4, Cell, Face, Sheet

_LEFT = 130
_HEAD = (
    "Rowan House Property Office",
    "9 Canal Street, Brackwater",
    "Phone: 555-0177",
)
_ADDRESSEE = (
    "October 12, 2026",
    "Mr. Daniel Cooper",
    "Flat 6, Rowan House",
    "Reference number: RH-318",
)
_BODY = (
    ("Dear Mr. Cooper,",),
    (
        "Thank you for your letter of October 5. We are sorry that the heating",
        "in your flat has been out of order for a week.",
    ),
    (
        "An engineer from Northway Heating will visit you on Thursday,",
        "October 22, between 9:00 and 11:30. Please make sure that somebody",
        "is at home. The repair is free of charge.",
    ),
    (
        "Please note that the monthly rent will rise from $840 to $865 on",
        "January 1, 2027. Rent is due on the first day of each month. You can",
        "pay by bank transfer or at our office.",
    ),
    (
        "Parking in the yard will not be possible during the repair. The garage",
        "remains open.",
    ),
    ("If you have any questions, please call me before October 20.",),
    ("Yours sincerely,",),
)


def letter() -> Sheet:
    """A letter about a repair and a new rent, from invented people."""
    sheet = Sheet(*A4)
    for number, line in enumerate(_HEAD):
        sheet.write(Cell(line, _LEFT, Face.SERIF_BOLD if number == 0 else Face.SERIF, 15 if number == 0 else 11))
    sheet.skip(50)
    for line in _ADDRESSEE:
        sheet.write(Cell(line, _LEFT, Face.SERIF))
    sheet.write(Cell("Subject: Heating repair and new rent", _LEFT, Face.SERIF_BOLD), leading=90)
    for paragraph in _BODY:
        sheet.skip(28)
        for line in paragraph:
            sheet.write(Cell(line, _LEFT, Face.SERIF))
    sheet.write(Cell("Maria Baker", _LEFT, Face.SERIF), leading=130)
    sheet.write(Cell("Property Manager", _LEFT, Face.SERIF))
    return sheet
