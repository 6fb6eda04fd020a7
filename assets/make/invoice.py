"""The invoice of the demo: fields, a table of items and sums that add up."""

from __future__ import annotations

from assets.make.sheet import A4, Cell, Face, Sheet

LEFT, RIGHT = 110, 1130
_QUANTITY, _UNIT_PRICE = 690, 920
_ITEMS = (
    ("City bicycle, blue", 1, 295),
    ("Helmet, medium", 2, 30),
    ("Front light", 1, 20),
    ("Bicycle bell", 5, 5),
)
_TAX_PERCENT = 5


def invoice() -> Sheet:
    """An invoice over $420.00 from an invented workshop."""
    sheet = Sheet(*A4)
    sheet.write(Cell("Fernhill Bicycle Workshop", LEFT, Face.SANS_BOLD, 20))
    sheet.write(Cell("48 Tinder Lane, Port Aldwin", LEFT))
    sheet.write(Cell("Phone: 555-0142", LEFT))
    sheet.rule(LEFT, RIGHT, 30, 4)
    sheet.write(Cell("Invoice", LEFT, Face.SANS_BOLD, 18), leading=76)
    sheet.skip(14)
    for name, value in (
        ("Invoice number:", "FB-2047"),
        ("Invoice date:", "November 3, 2026"),
        ("Due date:", "December 3, 2026"),
        ("Bill to:", "Alice Turner"),
        ("Address:", "17 Willow Street, Port Aldwin"),
    ):
        sheet.write(Cell(name, LEFT), Cell(value, LEFT + 270))
    sheet.skip(30)
    _table(sheet)
    sheet.write(Cell("Please pay by bank transfer within 30 days.", LEFT), leading=110)
    sheet.write(Cell("Bank account: 4400 1187 203", LEFT))
    sheet.write(Cell("Thank you for your business.", LEFT))
    return sheet


def _table(sheet: Sheet) -> None:
    bold = Face.SANS_BOLD
    sheet.write(
        Cell("Description", LEFT, bold),
        Cell("Quantity", _QUANTITY, bold, align="right"),
        Cell("Unit price", _UNIT_PRICE, bold, align="right"),
        Cell("Amount", RIGHT, bold, align="right"),
        leading=60,
    )
    sheet.rule(LEFT, RIGHT)
    subtotal = 0
    for name, quantity, price in _ITEMS:
        subtotal += quantity * price
        sheet.write(
            Cell(name, LEFT),
            Cell(str(quantity), _QUANTITY, align="right"),
            Cell(f"${price}.00", _UNIT_PRICE, align="right"),
            Cell(f"${quantity * price}.00", RIGHT, align="right"),
            leading=46,
        )
    sheet.rule(LEFT, RIGHT, 24)
    tax = subtotal * _TAX_PERCENT // 100
    for name, value, face in (
        ("Subtotal", subtotal, Face.SANS),
        (f"Tax ({_TAX_PERCENT}%)", tax, Face.SANS),
        ("Total", subtotal + tax, bold),
    ):
        sheet.write(
            Cell(name, _UNIT_PRICE, face, align="right"), Cell(f"${value}.00", RIGHT, face, align="right"), leading=48
        )
