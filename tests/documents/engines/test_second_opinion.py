"""Two engines together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from documents.engines.second_opinion import SecondOpinion
from documents.layout.line_text import line_text
from documents.picture import Grey, Region
from documents.read_words import ReadLine, ReadWord
from pipeline.events import Word

PART = np.full((400, 800), 255, np.uint8)


def row(*words: tuple[str, float, int], top: int = 0) -> ReadLine:
    """Words as (text, confidence, gap)."""
    return tuple(
        ReadWord(Word(text, 100 * place, top, 80, 20, confidence), gap)
        for place, (text, confidence, gap) in enumerate(words)
    )


class First:
    def __init__(self, *lines: ReadLine) -> None:
        self.lines = list(lines)
        self.asked: list[str] = []

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        self.asked.append(languages)
        return self.lines


class Second(First):
    def __init__(self, *lines: ReadLine, told: Sequence[ReadLine] = ()) -> None:
        super().__init__(*lines)
        self.told = told
        self.places: list[Region] = []

    def read_at(self, part: Grey, places: Sequence[Region]) -> list[ReadLine]:
        self.places += places
        return list(self.told)


SURE = [row(("Dear", 0.97, 0), ("Mr", 0.96, 1), ("Cooper", 0.97, 1), top=40 * n) for n in range(9)]


def texts(first: First, second: Second) -> list[str]:
    return [line_text(line) for line in SecondOpinion(first, second)(PART, "eng", light_on_dark=False)]


def test_who_is_sure_is_not_contradicted() -> None:
    """A clear part costs nothing more."""
    second = Second(row(("other", 1.0, 0)))
    assert texts(First(*SURE), second) == ["Dear Mr Cooper"] * 9
    assert (second.asked, second.places) == ([], [])


def test_a_doubtful_cell_is_read_again_alone() -> None:
    """Only the cell in which a word is doubtful is read again, in a place as high as its line."""
    line = (*row(("Total", 0.98, 0), ("$4Z0.00", 0.5, 9), top=380), *row(("paid", 0.97, 9), top=370))
    second = Second(told=[row(("$420.00", 0.99, 0))])
    assert texts(First(*SURE, line), second)[-1] == "Total   $420.00   paid"
    assert second.asked == []
    (place,) = second.places
    assert place.right - place.left < 120
    assert place.top < 370


@pytest.mark.parametrize(
    "told", [row(("Tota1", 0.7, 0), ("$4Z", 0.7, 1)), row(("$", 0.99, 0)), ()], ids=["unsure", "short", "nothing"]
)
def test_a_reading_that_does_not_convince_changes_nothing(told: ReadLine) -> None:
    """Less sure than the first, or with letters missing."""
    line = row(("Total", 0.98, 0), ("$4Z0.00", 0.5, 1), top=380)
    assert texts(First(*SURE, line), Second(told=[told]))[-1] == "Total $4Z0.00"


def test_two_who_agree_are_believed() -> None:
    """The same text from both raises its confidence."""
    line = row(("port", 0.98, 0), ("Aldwin", 0.6, 1), top=380)
    second = Second(told=[row(("port", 0.95, 0), ("Aldwin", 0.95, 1))])
    agreed = SecondOpinion(First(*SURE, line), second)(PART, "eng", light_on_dark=False)[-1]
    assert [read.word.confidence for read in agreed] == [0.98, 0.95]


def test_sure_words_of_a_doubtful_cell_stay() -> None:
    """Where both see as many words, each is taken from the one that is sure of it; their places stay."""
    line = row(("Trave1", 0.6, 0), ("heavy", 0.97, 1), top=380)
    second = Second(told=[row(("Travel", 0.99, 0), ("héavy", 0.98, 1))])
    assert texts(First(*SURE, line), second)[-1] == "Travel heavy"


def test_other_words_take_the_whole_cell() -> None:
    """Where the second sees other words, its words and their places are taken, after the same gap."""
    line = row(("to", 0.98, 0), ("portAldwin", 0.6, 9), top=380)
    second = Second(told=[row(("port", 0.99, 0), ("Aldwin", 0.99, 1), top=382)])
    mended = SecondOpinion(First(*SURE, line), second)(PART, "eng", light_on_dark=False)[-1]
    assert line_text(mended) == "to   port Aldwin"
    assert [read.word.top for read in mended] == [380, 382, 382]


def test_blanks_and_lone_signs_are_left_to_the_first() -> None:
    """A neural reader leaves out what is to be filled in, and sees letters in a full stop that stands alone."""
    line = row(("mouse", 0.7, 0), ("is", 0.9, 1), ("______", 0.9, 1), (".", 0.7, 1), ("•", 0.7, 9), top=380)
    second = Second(told=[row(("mouse", 0.99, 0), ("is", 0.99, 1))])
    assert texts(First(*SURE, line), second)[-1] == "mouse is ______ .   •"
    (place,) = second.places
    assert place.right < 200


def test_a_doubtful_part_is_read_again_whole() -> None:
    """Where much is unsure, or nothing was found, the surer of both readings counts."""
    doubtful = [row(("|||", 0.3, 0), ("~~", 0.4, 1))]
    better = row(("停水通知", 0.99, 0))
    assert texts(First(*doubtful), Second(better)) == ["停水通知"]
    assert texts(First(), Second(better)) == ["停水通知"]
    assert texts(First(*doubtful), Second(row(("?", 0.0, 0)))) == ["||| ~~"]
    assert texts(First(*doubtful), Second()) == ["||| ~~"]


def test_one_part_is_read_once_whatever_the_language() -> None:
    """The second reads all languages alike: it is not asked twice about one part, but about each part."""
    second = Second(row(("??", 0.2, 0)))
    opinion = SecondOpinion(First(row(("|||", 0.3, 0))), second)
    opinion(PART, "eng", light_on_dark=False)
    opinion(PART, "chi_sim", light_on_dark=False)
    assert len(second.asked) == 1
    opinion(PART.copy(), "eng", light_on_dark=False)
    assert len(second.asked) == 2


def test_print_on_its_head_is_not_read_in_chinese_too() -> None:
    """What the second sees upside down makes no sense in any language; the next part is read by both again."""
    first, second = First(row(("|||", 0.3, 0))), Second(row(("xxx", 0.0, 0)))
    opinion = SecondOpinion(first, second)
    assert [line_text(line) for line in opinion(PART, "eng", light_on_dark=False)] == ["|||"]
    assert [line_text(line) for line in opinion(PART, "chi_sim", light_on_dark=False)] == ["xxx"]
    assert first.asked == ["eng"]
    opinion(PART.copy(), "eng", light_on_dark=False)
    first.lines = SURE
    opinion(PART, "eng", light_on_dark=False)
    opinion(PART, "chi_sim", light_on_dark=False)
    assert first.asked == ["eng", "eng", "eng", "chi_sim"]
