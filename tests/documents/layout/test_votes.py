"""Several readings of the same print made one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from documents.layout.votes import voted
from documents.read_words import ReadLine
from tests.documents.scripted_reader import read_line


def letters(text: str, confidence: float = 0.9) -> ReadLine:
    return read_line(*((letter, 0) for letter in text), confidence=confidence)


def told(first: ReadLine, *others: ReadLine) -> str:
    return "".join(read.word.text for read in voted(first, others, [True] * len(first)))


def test_what_two_of_three_tell_is_taken() -> None:
    """Against the one reading that tells something else, though that is surer."""
    assert told(letters("胶塞", 0.6), letters("胶囊", 0.4), letters("胶囊", 0.5)) == "胶囊"


def test_of_two_the_surer_is_taken() -> None:
    """And the first of two that are as sure."""
    assert told(letters("1会", 0.3), letters("1盒", 0.8)) == "1盒"
    assert told(letters("1会", 0.8), letters("1盒", 0.8)) == "1会"


def test_a_sign_that_the_others_do_not_know_goes() -> None:
    """Where it takes no room. One that all others have comes; what stands at the ends belongs to what is beside."""
    ghost, *rest = letters("有具体", 0.4)
    narrow = replace(ghost, word=replace(ghost.word, width=10))
    assert told((narrow, *rest), letters("具体", 0.9), letters("具体", 0.9)) == "具体"
    assert told((ghost, *rest), letters("具体", 0.9), letters("具体", 0.9)) == "有具体"
    assert told(letters("雷定", 0.3), letters("雷他定", 0.9), letters("雷他定", 0.9)) == "雷他定"
    assert told(letters("具体", 0.3), letters("、具体如", 0.9), letters("、具体如", 0.9)) == "具体"


def test_words_that_were_sure_stay() -> None:
    """They show where the doubtful one stands, and are not voted on."""
    line = (*letters("贺", 0.9), *letters("帅", 0.2))
    (first, second) = voted(line, [letters("费师", 0.95), letters("费师", 0.95)], [False, True])
    assert (first.word.text, second.word.text) == ("贺", "师")
    assert first.word.confidence == 0.9


def test_readings_that_agree_are_surer() -> None:
    """The surest of those that agree counts; a word that nothing bears out is less sure than it said."""
    (borne_out,) = voted(letters("盒", 0.2), [letters("盒", 0.8)], [True])
    assert borne_out.word.confidence == 0.8
    (alone,) = voted(letters("盒", 0.8), [letters("会", 0.1)], [True])
    assert alone.word.confidence < 0.8


def test_without_another_reading_nothing_changes() -> None:
    """Nothing was read, or nothing is there to be voted on."""
    line = letters("盒", 0.2)
    assert voted(line, [(), ()], [True]) == line
    assert voted((), [letters("盒")], []) == ()


@given(st.text("盒会12", min_size=1, max_size=8), st.lists(st.text("盒会12", max_size=8), max_size=3))
def test_every_sign_comes_from_a_reading(first: str, others: list[str]) -> None:
    """Nothing is made up, and a line never becomes empty."""
    out = told(letters(first), *map(letters, others))
    assert out
    assert set(out) <= set(first).union(*others)
    assert told(letters(first), letters(first)) == first
