"""Marks for words that were hard to read: put on, and taken off without a trace."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.events import Word
from text.unsure_words import UNSURE_WORD, ReadLine, UnsureStripper, is_unsure, marked, unmarked

PIECES = st.sampled_from(
    ["Total", "$4.20", "(", "?", ")", "(?)", "(\\?)", "\\", "总", "额：", "a(?)b", "？", "-", " ", "  "]
)
CONFIDENCES = st.sampled_from([0.0, 0.3, 0.59, 0.6, 0.9, 1.0])


def word(text: str, confidence: float = 0.9) -> Word:
    """A word of that confidence."""
    return Word(text, 0, 0, 1, 1, confidence)


@st.composite
def read_lines(draw: st.DrawFn) -> tuple[str, list[Word]]:
    """A line with the words that it was read from; they join to it but for spaces, or do not."""
    text = "".join(draw(st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=8)))
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=5)) | {0, len(text)})
    parts = [text[begin:end].strip() for begin, end in itertools.pairwise(places)]
    words = [word(part, draw(CONFIDENCES)) for part in parts if part]
    if draw(st.booleans()):
        words = words[1:]
    return text, words


@given(read_lines())
def test_a_line_is_as_it_was_without_its_marks(line: tuple[str, list[Word]]) -> None:
    """Whatever its words, and whatever on it looks like a mark."""
    text, words = line
    assert unmarked(marked(text, words)).text == text


@given(st.text(), st.lists(st.tuples(st.text(max_size=5), CONFIDENCES), max_size=4))
def test_words_of_another_line_do_no_harm(text: str, words: list[tuple[str, float]]) -> None:
    """They are not found, or found by chance; the line stays the same."""
    assert unmarked(marked(text, [word(*each) for each in words])).text == text


@given(st.text())
def test_anything_can_be_unmarked(text: str) -> None:
    """The places of the words lie in the text, in order, and do not overlap."""
    line = unmarked(text)
    edges = [edge for span in line.unsure for edge in span]
    assert edges == sorted(edges) and all(0 <= edge <= len(line.text) for edge in edges)


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Total   $42.00", [word("Total"), word("$42.00", 0.3)], "Total   $42.00(?)"),
        ("Tota1   $42.00", [word("Tota1", 0.59), word("$42.00")], "Tota1(?)   $42.00"),
        ("总额：420元", [word("总额"), word("："), word("420", 0.2), word("元")], "总额：420(?)元"),
        ("总额420", [word("总", 0.2), word("额", 0.2), word("420")], "总(?)额(?)420"),
        ("a | b", [word("a"), word("|", 0.1), word("b")], "a | b"),
        ("sure (?) thing", [word("sure"), word("(?)"), word("thing", 0.1)], "sure (\\?) thing(?)"),
        ("one two", [word("two", 0.1)], "one two(?)"),
        ("one two", [word("three", 0.1)], "one two"),
        ("one two", [], "one two"),
        ("额：", [word("额:", 0.1)], "额：(?)"),
    ],
)
def test_where_the_marks_stand(text: str, words: list[Word], shown: str) -> None:
    """Directly behind the word; signs alone get none, nor do words that are not in the line."""
    assert marked(text, words) == shown


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("Tota1(?) $42.00(?)", ReadLine("Tota1 $42.00", ((0, 5), (6, 12)))),
        ("总额：420(?)元", ReadLine("总额：420元", ((3, 6),))),
        ("总额(?)：420", ReadLine("总额：420", ((1, 2),))),
        ("really (\\?)", ReadLine("really (?)")),
        ("really (\\\\?)", ReadLine("really (\\?)")),
        ("(?)", ReadLine("", ((0, 0),))),
    ],
)
def test_which_words_were_marked(line: str, read: ReadLine) -> None:
    """A word is what stands between spaces and Chinese characters; of Chinese ones the last is taken."""
    assert unmarked(line) == read


@given(st.lists(st.sampled_from(["(?)", "(", "?", ")", "a", " ", "[a p1 l1]"]), max_size=12).map("".join), st.data())
def test_an_answer_loses_its_marks_however_it_is_cut(text: str, data: st.DataObject) -> None:
    """Piece by piece as in one; nothing else is lost."""
    whole = UnsureStripper()
    wanted = whole.feed(text) + whole.flush()
    edges = [0, *sorted(data.draw(st.sets(st.integers(0, len(text))))), len(text)]
    stripper = UnsureStripper()
    pieces = [stripper.feed(text[begin:end]) for begin, end in itertools.pairwise(edges)]
    assert "".join([*pieces, stripper.flush()]) == wanted == text.replace("(?)", "")


def test_the_threshold_is_the_shared_one() -> None:
    """Sure from the threshold on."""
    assert is_unsure(word("x", UNSURE_WORD - 0.01)) and not is_unsure(word("x", UNSURE_WORD))
