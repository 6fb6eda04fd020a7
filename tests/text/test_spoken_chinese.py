"""Chinese text as it is said."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from text.spoken import spoken
from text.spoken_chinese import digits, number, numeral

CASES = {
    "总金额是$420.00。": "总金额是四百二十美元。",
    "付¥420.50元或420.00元": "付四百二十点五元或四百二十元",
    "1.5万元，€3，12 USD，￥2": "一点五万元，三欧元，十二美元，两元",
    "2026-03-03和2026年12月5日": "二零二六年三月三日和二零二六年十二月五日",
    "2026年，二〇二六年": "二零二六年，二零二六年",
    "14:30，9:05，2:00": "十四点三十分，九点零五分，两点",
    "电话13812345678": "电话幺三八幺二三四五六七八",
    "拨打010-12345678": "拨打零幺零幺二三四五六七八",
    "订单号是10458，房间007": "订单号是一零四五八，房间零零七",
    "3.5%到5%，5~8%": "百分之三点五到百分之五，百分之五到八",
    "-5°C，100 km/h，2kg": "负五摄氏度，一百公里每小时，两公斤",
    "2个，12个，2月，第2页，2页": "两个，十二个，二月，第二页，两页",
    "3/4，3-5天，10–12 kg": "四分之三，三到五天，十到十二公斤",
    "版本1.2.3，比分3:2": "版本一点二点三，比分三比二",
    "17×23=391": "十七乘以二十三等于三百九十一",
    "发票 INV 的 total 是 4。": "发票 INV 的 total 是 四。",
    "写信给a.b@example.com。": "写信给a dot b at example dot com。",
    "你好。": "你好。",
}


@pytest.mark.parametrize("written", CASES)
def test_figures_are_written_out(written: str) -> None:
    """Each kind of figure is said as a person would."""
    assert spoken(written, "zh") == CASES[written]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "零"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (200, "二百"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (2000, "两千"),
        (2222, "两千二百二十二"),
        (10_001, "一万零一"),
        (12_000, "一万二千"),
        (20_000, "两万"),
        (110_000, "十一万"),
        (100_010_000, "一亿零一万"),
        (10**12, "一万亿"),
    ],
)
def test_numerals(value: int, said: str) -> None:
    """Numerals as grammars give them."""
    assert numeral(value) == said


def value_of(said: str) -> int:
    """What a numeral means."""
    total = part = digit = 0
    for character in said:
        if character in "零一二三四五六七八九两":
            digit = 2 if character == "两" else "零一二三四五六七八九".index(character)
        elif character in "十百千":
            part += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
        else:
            size = {"万": 10**4, "亿": 10**8}[character]
            section = part + digit
            total = (total + section) * size if size == 10**8 else total + section * size
            part = digit = 0
    return total + part + digit


@given(st.integers(0, 10**12 - 1))
@example(10**12 - 1)
def test_numerals_can_be_read_back(value: int) -> None:
    """A numeral means its number, has no doubled or last zero, and 十 begins it only from 10 to 19 of its section."""
    said = numeral(value)
    assert value_of(said) == value
    assert "零零" not in said
    assert value == 0 or not said.endswith("零")


def test_refuses_what_has_no_numeral() -> None:
    """Negative and huge numbers are refused by the numeral, and read digit by digit in a text."""
    for value in (-1, 10**16):
        with pytest.raises(ValueError, match="0 to 10"):
            numeral(value)
    assert number("9" * 17) == "九" * 17
    assert digits("4-2") == "四二"
