"""What the lines of a page are told to be: from their text and from where their words stand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.layout.cells import CELL_GAP, cells_of, words_at
from documents.layout.structure import (
    Block,
    Field,
    Heading,
    ListItem,
    Paragraph,
    Table,
    lines_of_block,
    structure_of,
    unsure_words,
)
from pipeline.events import Line, Page, Word

LETTER = 12
"""Pixels that a letter takes on these pages."""


def line(number: int, *cells: tuple[int, str], top: int | None = None, height: int = 20) -> Line:
    """A line of cells that begin at these pixels; lines stand 40 pixels apart."""
    words = []
    for left, text in cells:
        at = left
        for word in text.split():
            words.append(Word(word, at, 40 * number if top is None else top, LETTER * len(word), height, 0.95))
            at += LETTER * (len(word) + 1)
    return Line(number, CELL_GAP.join(text for _, text in cells), tuple(words))


def page(*lines: Line) -> Page:
    return Page("page.png", 1, 1, tuple(lines), 1200, 1600)


def blocks(*lines: Line) -> tuple[Block, ...]:
    return structure_of(page(*lines)).blocks


def table_of(*lines: Line) -> Table:
    (table,) = blocks(*lines)
    assert isinstance(table, Table)
    return table


# ------------------------------------------------------------------------------------------------------------- cells


def test_cells_have_their_words() -> None:
    """A line falls into cells at its wide gaps, each with its words, also where joining changed signs."""
    first, second = cells_of(line(1, (0, "Front light"), (600, "$20.00")))
    assert (first.text, [word.text for word in first.words]) == ("Front light", ["Front", "light"])
    assert (second.left, second.right) == (600, 600 + 6 * LETTER)
    words = (Word("日期", 0, 0, 40, 20, 0.9), Word(":", 40, 0, 5, 20, 0.9), Word("3月", 300, 0, 40, 20, 0.9))
    read = Line(1, "日期：   3月", words)
    assert [[word.text for word in cell.words] for cell in cells_of(read)] == [["日期", ":"], ["3月"]]
    assert [word.text for word in words_at(read, 6, 8)] == ["3月"]


def test_words_that_do_not_spell_the_line_are_left_out() -> None:
    """A text layer whose words say something else gives cells without boxes, not wrong ones."""
    odd = Line(1, "Total   $5", (Word("T0tal!", 0, 0, 60, 20, 0.9),))
    assert [(cell.text, cell.words, cell.left) for cell in cells_of(odd)] == [("Total", (), -1), ("$5", (), -1)]
    assert words_at(odd, 0, 5) == ()


# ------------------------------------------------------------------------------------------------------------ tables


def amount(text: str) -> tuple[int, str]:
    """A cell that ends where all amounts end."""
    return 912 - LETTER * len(text), text


INVOICE = (
    line(1, (40, "Description"), (500, "Quantity"), (840, "Amount")),
    line(2, (40, "Bicycle, blue"), (500, "1"), amount("$295.00")),
    line(3, (40, "Helmet"), (500, "2"), amount("$60.00")),
    line(4, (40, "Shipping"), amount("$5.00")),
)


def test_a_table_is_kept_with_its_empty_cells() -> None:
    """Every row has as many cells as there are columns, each in its column, and the head is told."""
    table = table_of(*INVOICE)
    assert table.has_head
    assert table.column_count == 3
    assert table.texts[0] == ("Description", "Quantity", "Amount")
    assert table.texts[-1] == ("Shipping", "", "$5.00")


def test_a_head_of_names_with_figures_is_a_head() -> None:
    """Bus 10 above times names a column."""
    rows = [("Stop", "Bus 10", "Bus 12"), ("Harbour", "6:55", "7:10"), ("Hospital", "7:19", "7:34")]
    assert table_of(*(line(n, *zip((40, 400, 700), row, strict=True)) for n, row in enumerate(rows, 1))).has_head


def test_a_table_without_a_head_has_none() -> None:
    """Rows that are all alike begin at once."""
    rows = [("Milk", "$1.20"), ("Bread", "$2.40"), ("Eggs", "$3.10")]
    assert not table_of(*(line(n, *zip((40, 400), row, strict=True)) for n, row in enumerate(rows, 1))).has_head


def test_a_wrapped_cell_stays_in_its_row() -> None:
    """A line that follows more closely than rows do, and stands in a column, is the rest of a cell."""
    table = table_of(
        line(1, (40, "Item"), (500, "Note"), (900, "Price"), top=40),
        line(2, (40, "Wheel"), (500, "new spokes and"), (900, "$45.00"), top=120),
        line(3, (500, "a new rim"), top=150),
        line(4, (40, "Chain"), (500, "oiled"), (900, "$8.00"), top=230),
    )
    assert table.texts[1] == ("Wheel", "new spokes and a new rim", "$45.00")
    assert [len(row.lines) for row in table.rows] == [1, 2, 1]


def test_a_total_with_a_colon_ends_the_table() -> None:
    """Below a column of amounts it belongs to the table though it looks like a field."""
    table = table_of(*INVOICE, line(5, (700, "Total:"), amount("$360.00")))
    assert "Total:" in table.texts[-1]
    assert table.texts[-1][-1] == "$360.00"


# ------------------------------------------------------------------------------------------------------------ fields


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Name: Nathan Walker", [("Name", "Nathan Walker")]),
        ("Name:   Nathan Walker", [("Name", "Nathan Walker")]),
        ("Date: 3 May   Number: 17", [("Date", "3 May"), ("Number", "17")]),
        ("Signature: ________", [("Signature", "")]),
        ("停水日期：2026年12月8日", [("停水日期", "2026年12月8日")]),
        ("联系人：   王建国   电话：   555-0126", [("联系人", "王建国"), ("电话", "555-0126")]),
        ("Open: 9:00 to 17:00", [("Open", "9:00 to 17:00")]),
    ],
)
def test_labels_and_values_are_fields(text: str, fields: list[tuple[str, str]]) -> None:
    """A label with a colon, beside or before its value; a blank has no value; a line may hold two."""
    found = [block for block in blocks(Line(1, text)) if isinstance(block, Field)]
    assert [(field.key, field.value) for field in found] == fields


@pytest.mark.parametrize(
    "text",
    [
        "The meeting begins at 9:40 and ends at noon.",
        "各位住户：",
        "因更换供水管道，本小区将暂停供水，具体安排如下：",
        "Note: bring your card.",
        "see https://library.example",
    ],
)
def test_colons_in_prose_make_no_field(text: str) -> None:
    """Times, greetings, addresses of pages and clauses are no labels."""
    assert not [block for block in blocks(Line(1, text)) if isinstance(block, Field)]


def test_a_field_knows_the_words_of_its_value() -> None:
    """The value's boxes are there for a highlight."""
    (field,) = blocks(line(1, (40, "Name:"), (300, "Nathan Walker")))
    assert isinstance(field, Field)
    assert [word.text for word in field.words] == ["Nathan", "Walker"]


# ------------------------------------------------------------------------------- headings, paragraphs, lists, flags


def test_headings_are_told_by_their_size() -> None:
    """The largest line is the title, a smaller one inside the page a heading, and text is neither."""
    texts = ["Happy days by the lightly flying", "leafy fly-by hedges, playfully."]
    found = blocks(
        line(1, (40, "Today Daily"), height=40),
        line(2, (40, texts[0])),
        line(3, (40, texts[1])),
        line(5, (40, "Bridge Day"), height=25),
        line(6, (40, texts[0])),
        line(7, (40, texts[1])),
    )
    assert [(type(block), getattr(block, "level", 0)) for block in found] == [
        (Heading, 1),
        (Paragraph, 0),
        (Heading, 2),
        (Paragraph, 0),
    ]


def test_paragraphs_end_where_their_last_line_is_short() -> None:
    """Lines of one paragraph are joined, and the next begins after a short line or a wider gap."""
    long = "one two three four five six seven eight nine ten"
    found = blocks(*(line(n, (40, text)) for n, text in enumerate([long, long, "the end.", long, long], 1)))
    assert [len(block.lines) for block in found if isinstance(block, Paragraph)] == [3, 2]
    (chinese,) = blocks(Line(1, "请提前储备用水，"), Line(2, "并关好水龙头。"))
    assert isinstance(chinese, Paragraph)
    assert chinese.text == "请提前储备用水，并关好水龙头。"


@pytest.mark.parametrize(
    ("text", "marker", "rest", "ordered"),
    [
        ("1. What is 17 times 23?", "1.", "What is 17 times 23?", True),
        ("(4) There are many.", "(4)", "There are many.", True),
        ("2、一年有几个季节？", "2、", "一年有几个季节？", True),
        ("一、总则", "一、", "总则", True),
        ("（三）附则", "（三）", "附则", True),
        ("• 575 g leek", "•", "575 g leek", False),
        ("- an apron", "-", "an apron", False),
    ],
)
def test_list_items_keep_their_markers(text: str, marker: str, rest: str, ordered: bool) -> None:
    """Numbers, letters, bullets and Chinese numerals in front make an item."""
    (item,) = blocks(Line(1, text))
    assert isinstance(item, ListItem)
    assert (item.marker, item.text, item.ordered) == (marker, rest, ordered)


def test_an_item_goes_on_in_indented_lines() -> None:
    """Lines below that stand further in belong to it; the next marker begins the next."""
    found = blocks(
        line(1, (40, "1. Heat the oven and")), line(2, (76, "butter a pan.")), line(3, (40, "2. Mix all of it."))
    )
    assert [(block.text, len(block.lines)) for block in found if isinstance(block, ListItem)] == [
        ("Heat the oven and butter a pan.", 2),
        ("Mix all of it.", 1),
    ]


@pytest.mark.parametrize("text", ["-5 degrees", "1.5 litres of milk", "2026 was a good year."])
def test_figures_are_no_markers(text: str) -> None:
    """A minus sign, a decimal and a year do not make a list."""
    (block,) = blocks(Line(1, text))
    assert isinstance(block, Paragraph)


def test_unsure_words_are_flagged() -> None:
    """Words below the threshold come out, and no others."""
    read = Line(1, "Dear Mum", (Word("Dear", 0, 0, 40, 20, 0.95), Word("Mum", 50, 0, 40, 20, 0.41)))
    assert [word.text for word in unsure_words([read])] == ["Mum"]


WORD = st.sampled_from(["Total", "due:", "$5.00", "1.", "•", "停水", "：", "10:30", "a", "Bus", "____"])
CELLS = st.lists(st.tuples(st.integers(0, 1000), st.lists(WORD, min_size=1, max_size=4)), min_size=1, max_size=4)


@given(st.lists(st.tuples(CELLS, st.integers(0, 1500), st.integers(8, 60)), max_size=12))
def test_every_line_stands_in_a_block_in_order(rows: Sequence[tuple[list[tuple[int, list[str]]], int, int]]) -> None:
    """Whatever a page looks like, none of its lines gets lost or comes twice, and tables are rectangular."""
    lines = [
        line(number, *((left, " ".join(words)) for left, words in cells), top=top, height=height)
        for number, (cells, top, height) in enumerate(rows, 1)
    ]
    structure = structure_of(page(*lines))
    numbers = [one.number for block in structure.blocks for one in lines_of_block(block)]
    assert list(dict.fromkeys(numbers)) == [one.number for one in lines]
    for table in structure.tables:
        assert {len(row.cells) for row in table.rows} == {table.column_count}
        said = "".join("".join(cell.text for cell in row.cells) for row in table.rows)
        meant = "".join(one.text for row in table.rows for one in row.lines)
        assert sorted(said.replace(" ", "")) == sorted(meant.replace(" ", ""))
