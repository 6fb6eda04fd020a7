"""Arithmetic is calculated exactly, or left alone."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engines.reader.arithmetic import calculate, spoken_result


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is seventeen times twenty-three?", "17 times 23 is 391."),
        ("what is 15 percent of 80", "15 percent of 80 is 12."),
        ("how much is 2 + 2 * 3", "That is 8."),
        ("(3 + 4) * 6", "That is 42."),
        ("10 divided by 3", "10 divided by 3 is about 3.333."),
        ("what is the square root of 144", "That is 12."),
        ("subtract five from twenty", "20 minus 5 is 15."),
        ("what is the sum of 12, 15 and 20", "That is 47."),
        ("the average of 2 and 4", "That is 3."),
        ("what is -5 plus 3", "That is -2."),
        ("5 divided by zero", "That has no result."),
        ("what is 9^9^9^9", "That has no result."),
        ("what is $420 minus $20", "420 minus 20 is 400."),
        ("十七乘以二十三等于多少？", "17乘以23等于391。"),
        ("八十的百分之十五是多少", "80的15%等于12。"),
        ("9的平方根是多少", "结果等于3。"),
        ("四十的一半", "40除以2等于20。"),
    ],
)
def test_results(question: str, said: str) -> None:
    """In digits, words and Chinese, with the usual precedence."""
    calculation = calculate(question)
    assert calculation is not None
    assert spoken_result(calculation, "zh" if "\u4e00" <= question[-2] <= "\u9fff" else "en") == said


@pytest.mark.parametrize(
    "question", ["what is the total", "555-0142", "What is 2026-11-23", "bus 12", "", "plus", "3 +", "1/2/2026", "42"]
)
def test_everything_else_is_left_alone(question: str) -> None:
    """Telephone numbers, dates, lone numbers and ordinary questions are no arithmetic."""
    assert calculate(question) is None


def test_the_last_number_is_meant_by_that() -> None:
    """A question may go on from the answer before it."""
    assert [calculate(text, "420") for text in ("times two", "divide that by 2", "再乘以二")] == [
        calculate("420*2"),
        calculate("420/2"),
        calculate("420*2"),
    ]


@given(st.integers(-999, 999), st.integers(1, 999), st.sampled_from("+-*/"), st.integers(1, 99))
def test_against_python(first: int, second: int, operator: str, third: int) -> None:
    """The result of an expression is Python's, as a fraction."""
    wanted = eval(f"Fraction({first}){operator}Fraction({second})-Fraction({third})", {"Fraction": Fraction})
    calculation = calculate(f"{first} {operator} {second} - {third}")
    assert calculation is not None and calculation.result == wanted
