"""Tables are found in lines of text, and the cell that a question leads to in them."""

import pytest

from gateway.engines.reader.page.lines import documents_of
from gateway.engines.reader.page.tables import Table, tables_of
from text.prompt import PromptPage


def tables(*lines: str) -> list[Table]:
    (document,) = documents_of((PromptPage("a", 1, lines),))
    return list(tables_of(document))


def heads(table: Table) -> list[str]:
    return [table.corner, *(head.text for head in table.header)]


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("Stop Bus 10 Bus 12", "Harbor 6:55 7:10", ["Stop", "Bus 10", "Bus 12"]),
        ("Item Qty Unit price Amount", "Chair 2 $45.00 $90.00", ["Item", "Qty", "Unit price", "Amount"]),
        ("Stop 10 12 14", "City Hall 6:55 7:10 7:25", ["Stop", "10", "12", "14"]),
        ("Line From To Departs Arrives", "12 Central Park 8:05 8:40", ["Line From To", "Departs", "Arrives"]),
        ("Stop   City Hall   Main Street", "Bus 7   8:05   8:15", ["Stop", "City Hall", "Main Street"]),
        ("Time   Monday   Tuesday", "9:00   Maths   English", ["Time", "Monday", "Tuesday"]),
    ],
)
def test_headers(header: str, row: str, expected: list[str]) -> None:
    """The header is cut into as many heads as the rows have cells, with wide spaces or without."""
    (table,) = tables("A title", header, row, row, "The end of it.")
    assert heads(table) == expected
    assert len(table.rows) == 2


@pytest.mark.parametrize(
    "lines",
    [
        ("Invoice", "Invoice number: FB-2047", "Date: 3 May 2026", "Due: 4 May 2026"),
        ("Subtotal $400.00", "Tax $20.00", "Total $420.00"),
        ("Dear Ann,", "we met on 3 May.", "You were 5."),
        ("Contact", "Phone: 555-0142", "Fax: 555-0143"),
    ],
)
def test_other_lines_are_no_table(lines: tuple[str, ...]) -> None:
    """Labelled values, sums and sentences are not taken for rows."""
    assert tables(*lines) == []
