"""Numbers in words become digits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from gateway.engines.reader.words.numbers import (
    chinese_numbers_to_digits,
    ordinal_of,
    ordinals_to_digits,
    parse_chinese,
    words_to_digits,
)


@given(st.integers(0, 10**9))
def test_every_english_number_is_understood(number: int) -> None:
    """What another program spells is read back, with hyphens and "and" as they come, commas aside."""
    assert words_to_digits(num2words(number).replace(",", "")) == str(number)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("bus twelve", "bus 12"),
        ("the second one", "the second one"),
        ("one of the items", "one of the items"),
        ("order number one two three four", "order number 1234"),
        ("nineteen eighty four", "1984"),
        ("twenty twenty six", "2026"),
        ("three point one four", "3.14"),
        ("a hundred and one", "101"),
        ("five and six", "5 and 6"),
        ("someone often weighs tender stones", "someone often weighs tender stones"),
    ],
)
def test_english(said: str, written: str) -> None:
    """Numbers inside a sentence are found, and words that only look like them are left."""
    assert words_to_digits(said) == written


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("十七", 17),
        ("二百三十", 230),
        ("一万二千", 12000),
        ("三亿五千万", 350_000_000),
        ("二〇二六", 2026),
        ("两千零六", 2006),
    ],
)
def test_chinese(said: str, value: int) -> None:
    """Both spoken numbers and digit by digit."""
    assert parse_chinese(said) == value


def test_chinese_details() -> None:
    """Fractions, negatives, and text that is no number."""
    assert parse_chinese("负三点五") == Decimal("-3.5")
    assert parse_chinese("三点十") is None and parse_chinese("苹果") is None and parse_chinese("") is None
    assert chinese_numbers_to_digits("十七乘以二十三") == "17乘以23"


def test_ordinals() -> None:
    """Words, digits and compounds."""
    assert [ordinal_of(word) for word in ("third", "3rd", "twenty-first", "three")] == [3, 3, 21, None]
    assert ordinals_to_digits("march twenty first") == "march 21st"
