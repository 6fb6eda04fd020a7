"""Worksheets: options as they are read, tasks that are arithmetic, and points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engines.reader.worksheets.options import listed, opens, parted
from gateway.engines.reader.worksheets.solutions import solved
from tests.gateway.engines.reader.asking import ask

SHEET = """Worksheet 6B
1. Work out 36 x 12. (2 marks)
2. A notebook costs $3.20. How much do 5 notebooks cost? (3 marks)
3. Which number is prime? (2 marks)
A. 21
8. 27
Cc. 29
D. 33
4. Why does ice float? (1 mark)
5. A rectangle is 8 cm long and 5 cm wide. Find its area and its perimeter. (4 marks)"""
TEST = """Class test
Question 1 (3 marks)
Calculate 125 + 379.
Question 2 (5 marks)
A film starts at 18:45 and ends at 20:30. How long is it?"""


@pytest.mark.parametrize(
    ("question", "page", "said"),
    [
        ("What is the answer to question 1?", SHEET, "36 times 12 is 432."),
        ("Solve number 2", SHEET, "$16.00 (5 × $3.20)."),
        ("What is the area in question 5?", SHEET, "The area is 40 square cm."),
        ("What is the solution of question 1?", TEST, "125 plus 379 is 504."),
        ("How long is the film in question 2?", TEST, "105 minutes (1 hour 45 minutes)."),
        (
            "What is the answer to question 4?",
            SHEET,
            "I cannot find the answer in the document. It asks: “Why does ice float?”",
        ),
        ("Which options does question 3 offer?", SHEET, "A) 21, B) 27, C) 29, D) 33."),
        ("How many questions are there?", SHEET, "There are 5."),
        ("How many marks are there in total?", SHEET, "12 points in all."),
        ("Which questions are worth two marks?", SHEET, "Questions 1, 3 (2 points)."),
    ],
)
def test_tasks(question: str, page: str, said: str) -> None:
    """What is arithmetic from end to end is solved, anything else is not guessed."""
    assert ask(question, page) == said


@pytest.mark.parametrize(
    ("task", "value"),
    [
        ("What is 25 % of 240?", "60"),
        ("Find the product of 7 and 8.", "56"),
        ("Write 3/4 as a decimal.", "0.75"),
        ("36 x 12 = ____", "432"),
        ("一支铅笔7元，5支铅笔多少元？", "35元"),
        ("长方形长8厘米，宽5厘米，面积是多少？", "40平方厘米"),
    ],
)
def test_solutions(task: str, value: str) -> None:
    """Sums, shares, prices and rectangles, English and Chinese."""
    found = solved(task, task, "en" if task.isascii() else "zh")
    assert found is not None
    assert found[1] == value


@pytest.mark.parametrize(
    "task", ["Why does ice float?", "A car drives 180 km in 3 hours. What is its average speed?", "1千克等于______克。"]
)
def test_unsolved(task: str) -> None:
    """What needs a fact or a method is left alone."""
    assert solved(task, task, "en" if task.isascii() else "zh") is None


def test_garbled_options() -> None:
    """Letters are set right by their places when most of them are; else the options stay as they were read."""
    assert parted("A, 22 B. 35 Cc. 42 D. 50", ("A, 22", "B. 35", "Cc. 42", "D. 50")) == (
        "A, 22",
        "B. 35",
        "Cc. 42",
        "D. 50",
    )
    assert listed(("A, 22", "B. 35", "Cc. 42", "D. 50")) == "A) 22, B) 35, C) 42, D) 50"
    assert listed(("x 22", "y 35", "B. 42")) == "x 22   y 35   B. 42"
    assert opens("8) 27", 1)
    assert not opens("8) 27", 0)


@given(st.text(max_size=60), st.integers(0, 9))
def test_any_line(text: str, due: int) -> None:
    """No line is too strange to be looked at for options."""
    opens(text, due, tuple(text.split("  ")))
    assert all(option for option in parted(text))
