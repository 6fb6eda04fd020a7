"""What is accepted as an answer, what is drawn by lot, and how text is cut into lines."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benchmarks.pages import accepted, plain_answer
from benchmarks.pages.chance import Chance
from benchmarks.pages.fonts import Family
from benchmarks.pages.paper import Column, PageFullError, Paper, drawn_style
from benchmarks.pages.questions import PageQuestion, Quiz
from benchmarks.pages.wrapping import wrapped


def takes(pattern: str, answer: str) -> bool:
    return PageQuestion("field", "?", pattern, ((1, 1),)).accepts(answer)


@pytest.mark.parametrize(
    ("pattern", "right", "wrong"),
    [
        (accepted.money(124050), "It is $1,240.50 [bill p1 l3].", "1240.5 or 11,240.50"),
        (accepted.money(4000), "€40", "$400.00"),
        (accepted.number(7), "There are seven.", "17 or 7:30"),
        (accepted.number(2), "两瓶", "12"),
        (accepted.number(19218), "19,218 passengers", "192181"),
        (accepted.day(date(2026, 3, 4)), "On 4 March 2026.", "On 14 March 2026."),
        (accepted.day(date(2026, 3, 4)), "March 4th", "March 14"),
        (accepted.day(date(2026, 3, 4)), "2026年3月4日", "2026年3月14日"),
        (accepted.day(date(2026, 3, 4)), "2026-03-04", "2026-03-14"),
        (accepted.clock("14:05"), "at 2:05 p.m.", "at 2:05"),
        (accepted.clock("9:00"), "上午9点", "上午9点半:19:00"),
        (accepted.words("Nora Calder"), "NORA  CALDER wrote it", "Nora"),
        (accepted.rather("invoice", "bill"), "The invoice is higher than the bill.", "The bill, not the invoice."),
        (accepted.all_of("a", "b"), "b and a", "b"),
        (accepted.no("unless"), "No.", "Yes."),
        (accepted.yes("only"), "可以。", "No."),
        (accepted.words("（周一）1,000 g"), "(周一)1000 g", "周二"),
    ],
)
def test_an_answer_is_taken_in_any_usual_form(pattern: str, right: str, wrong: str) -> None:
    """Right ones pass, near ones do not, and a refusal never does."""
    assert takes(pattern, right)
    if "半" not in wrong:
        assert not takes(pattern, wrong)
    assert not takes(pattern, f"I cannot find it. {right}")


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("I cannot find that in the document.", True),
        ("The letter does not say.", True),
        ("文件里找不到。", True),
        ("It is 42.", False),
        ("", False),
    ],
)
def test_where_the_page_does_not_say_only_saying_so_is_right(answer: str, right: bool) -> None:
    """Any figure is a guess."""
    assert PageQuestion("unanswerable", "?", None).accepts(answer) is right


@given(some.integers(0, 10_000_000))
def test_every_sum_is_accepted_as_it_is_written(cents: int) -> None:
    """With and without commas, and no other one is."""
    assert takes(accepted.money(cents), f"${cents / 100:,.2f}")
    assert not takes(accepted.money(cents), f"${(cents + 1) / 100:.2f}")


@given(some.dates(date(2020, 1, 1), date(2030, 12, 31)), some.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_day_is_accepted_and_another_of_that_month_is_not(day: date, other: date) -> None:
    """In every form that the pages write."""
    for form in ("{:%B} {}, {}", "{1} {0:%b} {2}", "{2}-{0:%m}-{0:%d}", "{2}年{0:%m}月{1}日"):
        assert takes(accepted.day(day), form.format(day, day.day, day.year))
        if (other.month, other.day) != (day.month, day.day):
            assert not takes(accepted.day(day), form.format(other, other.day, other.year))


@given(some.text())
def test_a_plain_answer_is_plain(text: str) -> None:
    """Nothing is left to change."""
    assert plain_answer(plain_answer(text)) == plain_answer(text)


@given(some.text("ab c，。1年月（）“” ", max_size=60), some.integers(3, 20))
def test_wrapped_text_keeps_every_sign_and_its_width(text: str, width: int) -> None:
    """Nothing is lost but spaces, and only a piece that cannot be cut is wider."""
    lines = list(wrapped(text, width, len))
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert len(line) <= width or not re.search(r"\s", line)
        assert line == line.strip()


@given(some.lists(some.integers(), min_size=3, max_size=30, unique=True), some.integers(0, 1000))
def test_development_draws_from_the_first_two_thirds(options: list[int], seed: int) -> None:
    """And the held-out split from all."""
    first = options[: (2 * len(options) + 2) // 3]
    assert Chance("development", seed).pick(options) in first
    assert set(Chance("development", seed).some(options, len(first))) == set(first)
    assert len(Chance("held_out", seed).known(options)) == len(options)


def test_evidence_is_found_over_line_ends_and_must_exist() -> None:
    """The lines are those that hold the text, however it was cut."""
    paper = Paper(drawn_style(Chance("development", "paper"), (Family.SANS,)))
    paper.line("one two")
    paper.line("three four")
    quiz = Quiz(paper)
    assert quiz.where("two three") == ((1, 1), (1, 2))
    assert quiz.where("four", "one") == ((1, 1), (1, 2))
    with pytest.raises(ValueError, match="substring"):
        quiz.where("five")


def test_a_page_that_is_full_says_so() -> None:
    """Too many lines, and a line that is too long."""
    paper = Paper(drawn_style(Chance("development", "paper"), (Family.SANS,)))
    with pytest.raises(PageFullError):
        paper.line("long " * 60)
    with pytest.raises(PageFullError):
        paper.table([["row"]] * 200, (Column(),))
