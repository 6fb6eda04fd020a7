"""Numbers and names that can be compared, in English and Chinese."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.facts import Evidence, facts_in, masked
from text.spoken_chinese import numeral


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("The total is $1,200.00.", {"1200"}),
        ("four hundred and twenty", {"420"}),
        ("a hundred and five thousand", {"105000"}),
        ("flat forty-seven", {"47"}),
        ("in nineteen eighty four", {"1984"}),
        ("the code is four seven two", {"472"}),
        ("1.2 million", {"1200000"}),
        ("one of them", set()),
        ("2026-11-03 at 8:05", {"2026", "11", "3", "8", "5"}),
        ("call 010-5555 0123", {"01055550123"}),
        ("PIN 0047", {"0047"}),
        ("她住在四十七号", {"47"}),
        ("二〇二六年三月十二日", {"2026", "3", "12"}),
        ("一千二百元", {"1200"}),
        ("三万五", {"35000"}),
        ("百分之二十，三点五", {"20", "3.5"}),
        ("五块钱，１２个", {"5", "12"}),
        ("一个人十分高兴，千万别忘", set()),
    ],
)
def test_numbers_are_read_by_value(text: str, numbers: set[str]) -> None:
    """Digits, words and numerals of one value are one number; words of all work are none."""
    assert facts_in(text).numbers == numbers


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("My sister is called Mei.", {"mei"}),
        ("Mei's flat is small. Kevin pays.", {"mei", "kevin"}),
        ("my sister is called mei", {"mei"}),
        ("The total is due. Payment is late. Running helps.", set()),
        ("It is due on Monday, 3 November, or may be on Tue.", {"weekday 0", "weekday 1", "month 11"}),
        ("我的妹妹叫小梅，她住在四十七号。", {"小梅"}),
        ("叫我王小明", {"王小", "小明"} | {"王小明"}),
        ("周三去北京市看《红楼梦》", {"weekday 2", "北京", "红楼梦"}),
        ("发票来自 ACME 公司", {"acme"}),
        ("发票来自ACME公司", {"acme"}),
    ],
)
def test_names_are_found(text: str, names: set[str]) -> None:
    """People, places, days and months; not the words that merely begin a sentence."""
    assert facts_in(text).names <= names and bool(facts_in(text).names) == bool(names)


@pytest.mark.parametrize(
    ("source", "claim", "missing"),
    [
        ("My sister Mei pays 1,200.", "Mei's bill is twelve hundred.", set()),
        ("她住在四十七号", "She lives at number 47.", set()),
        ("due on 2026-11-03", "It is due on 3 November 2026.", set()),
        ("see you on Wednesday", "周三见", set()),
        ("call 02079460000", "The number is 0207 946 0000.", set()),
        ("My sister is Mei.", "Kevin owes 12 on Friday.", {"kevin", "12", "weekday 4"}),
        ("我的妹妹叫小梅。", "用户的妹妹叫小兰，住在五十号。", {"小兰", "50"}),
        ("I was paid on Monday.", "Payments came in.", set()),
    ],
)
def test_what_a_source_does_not_hold_is_named(source: str, claim: str, missing: set[str]) -> None:
    """However it was written; names and numbers that were never said are found out."""
    assert Evidence(source).lacks(facts_in(claim)) == missing


def test_masked_texts_differ_only_in_words() -> None:
    """Numbers, amounts and codes all look alike."""
    assert masked("My code is A-47.") == masked("My code is seven.") == "my code is #."
    assert masked("密码是四十七") == masked("密码是8") == "密码是#"


TEXTS = st.text(max_size=60) | st.text(alphabet="aB1,. -’'万一三十点年Mei周号hundred", max_size=40)


@given(TEXTS)
def test_a_text_supports_itself(text: str) -> None:
    """Whatever is stated is held by the same text: strict and generous reading agree."""
    assert Evidence(text).lacks(facts_in(text)) == frozenset()


@given(st.integers(11, 10**12))
def test_chinese_numerals_are_read_back(value: int) -> None:
    """Every number as it is spoken in Chinese means what was said."""
    assert facts_in(f"共{numeral(value)}元").numbers == {str(value)}


@given(st.integers(0, 10**9), st.booleans())
def test_thousands_separators_change_nothing(value: int, cents: bool) -> None:
    """With and without them, and with needless decimals."""
    written = f"{value:,}" + (".00" if cents else "")
    assert facts_in(f"It costs ${written} now").numbers == {str(value)}
