"""Values are recognised by their form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engines.reader.page.lines import clean
from gateway.engines.reader.words.values import amount_of, find_values, weekdays_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Total $1,420.50", [("money", "$1,420.50")]),
        ("Tax (5%) $20.00", [("percent", "5%"), ("money", "$20.00")]),
        ("November 3, 2026", [("date", "November 3, 2026")]),
        ("Tuesday, 14 April at 10:30 a.m.", [("date", "Tuesday, 14 April"), ("time", "10:30 a.m.")]),
        ("2026-03-12 or 12/03/2026", [("date", "2026-03-12"), ("date", "12/03/2026")]),
        ("call 020 7946 0018, please", [("phone", "020 7946 0018")]),
        ("write to a.b@c.org", [("email", "a.b@c.org")]),
        ("FB-2047", [("code", "FB-2047")]),
        ("bake for 25 minutes at 180 °C", [("duration", "25 minutes"), ("quantity", "180 °C")]),
        ("three weeks", [("duration", "three weeks")]),
        ("11,200 21,800 310", [("number", "11,200"), ("number", "21,800"), ("number", "310")]),
        ("2026年3月12日（星期四）下午两点半", [("date", "2026年3月12日(星期四)"), ("time", "下午两点半")]),
        ("每人50元，带2本书", [("money", "50元"), ("quantity", "2本")]),
        ("The repair is free of charge.", [("money", "free of charge")]),
        ("Feel free to march on in a secure way", []),
    ],
)
def test_forms(text: str, found: list[tuple[str, str]]) -> None:
    """Each kind of value in English and Chinese, and nothing where there is none."""
    assert [(value.kind, value.text) for value in find_values(clean(text))] == found


def test_clean_mends_what_tesseract_misreads() -> None:
    """Spaces inside Chinese, full-width marks, and letters among the digits of amounts and times."""
    assert clean("会 议 时 间 ： ２０２６ 年") == "会议时间:2026年"
    assert clean("$42O.00 at 1O:3O") == "$420.00 at 10:30"
    assert clean("Bell Oil SOS") == "Bell Oil SOS"


def test_ranges_of_days() -> None:
    """A range names the days between its ends; a group names all its days."""
    assert weekdays_in("Monday to Friday") == frozenset(range(5))
    assert weekdays_in("周六至周一") == {5, 6, 0}
    assert weekdays_in("closed on weekends") == {5, 6} and weekdays_in("no days") == frozenset()


def test_amounts() -> None:
    """The number in a value, in digits or words."""
    assert [amount_of(text) for text in ("$1,250.00", "two eggs", "3,5 %", "free")] == [1250, 2, amount_of("3.5"), None]


@given(st.text(max_size=60))
def test_values_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    """Any text can be searched."""
    end = 0
    for value in find_values(text):
        assert end <= value.start < value.end <= len(text)
        assert value.text == text[value.start : value.end].strip()
        end = value.end
