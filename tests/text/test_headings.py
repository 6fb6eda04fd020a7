"""What a line stands under."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from text.headings import standings


def above(page: str) -> list[tuple[str, str]]:
    """For each line the heading above it, and the first row of its table; empty for none."""
    lines = page.strip().split("\n")
    named = [*lines, ""]
    return [
        (named[-1 if each.heading is None else each.heading], named[-1 if each.head_row is None else each.head_row])
        for each in standings(lines)
    ]


AGREEMENT = """
Rental agreement
3  Deposit
The tenant pays a deposit of 900 euro before moving in, which the landlord keeps
on an account of its own.
Pets
Pets are not allowed, except fish.
"""


def test_headings_of_prose() -> None:
    """Numbered ones, and short lines that say nothing themselves; a wrapped line is none."""
    found = [heading for heading, _ in above(AGREEMENT)]
    assert found == ["", "Rental agreement", "3  Deposit", "3  Deposit", "3  Deposit", "Pets"]


TIMETABLE = """
Bus timetable
Line 12   Mondays to Fridays
   Stop   Bus A   Bus B
Station   8:00   8:30
University   8:20   8:50
Not on holidays.
Fares
Single   $2.40
"""


def test_the_first_row_of_a_table() -> None:
    """The one with as many cells, not a line above it that happens to have two."""
    rows = dict(zip(TIMETABLE.strip().split("\n"), above(TIMETABLE), strict=True))
    assert rows["University   8:20   8:50"] == ("Bus timetable", "   Stop   Bus A   Bus B")
    assert rows["Station   8:00   8:30"][1] == "   Stop   Bus A   Bus B"
    assert rows["Not on holidays."] == ("Bus timetable", "")
    assert rows["Single   $2.40"] == ("Fares", "")


def test_a_table_with_an_empty_corner() -> None:
    """Its head has a cell less than its rows."""
    assert above("Bus A   Bus B\nStation   8:00   8:30")[1][1] == "Bus A   Bus B"


NOTICE = """
停水通知
一、时间
2026年3月3日上午9点至下午5点停水，请提前储水。
二、范围
1号楼至5号楼。
收费标准
项目   单价   数量
水费   3元   12吨
"""


def test_chinese_headings_and_tables() -> None:
    """By their numerals, or by being short and not a sentence."""
    found = above(NOTICE)
    assert found[2][0] == "一、时间" and found[4][0] == "二、范围"
    assert found[7] == ("收费标准", "项目   单价   数量")


@given(
    st.lists(st.one_of(st.text(max_size=20), st.sampled_from(["Head", "a   b", "a   b   c", "End.", "一、时间", ""])))
)
def test_any_lines(lines: list[str]) -> None:
    """A heading and a first row stand above the line, and are not the line itself."""
    found = standings(lines)
    assert len(found) == len(lines)
    for place, each in enumerate(found):
        assert all(other is None or 0 <= other < place for other in (each.heading, each.head_row))
