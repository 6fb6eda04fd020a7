"""Two engines together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from documents.engines.rapid_ocr import Recognised
from documents.engines.second_opinion import SecondOpinion
from documents.layout.line_text import line_text
from documents.picture import Grey
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

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        return self.lines


class Second(First):
    def __init__(self, *lines: ReadLine, told: Sequence[Recognised] = ()) -> None:
        super().__init__(*lines)
        self.told = told
        self.whole = 0
        self.pieces: list[tuple[int, int]] = []

    def __call__(self, part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        self.whole += 1
        return super().__call__(part, languages, light_on_dark=light_on_dark)

    def recognise(self, pieces: Sequence[Grey]) -> list[Recognised]:
        self.pieces += [(piece.shape[0], piece.shape[1]) for piece in pieces]
        return list(self.told)


SURE = [row(("Dear", 0.97, 0), ("Mr", 0.96, 1), ("Cooper", 0.97, 1), top=40 * n) for n in range(9)]


def texts(first: First, second: Second) -> list[str]:
    return [line_text(line) for line in SecondOpinion(first, second)(PART, "eng", light_on_dark=False)]


def test_who_is_sure_is_not_contradicted() -> None:
    """A clear part costs nothing more."""
    second = Second(row(("other", 1.0, 0)))
    assert texts(First(*SURE), second) == ["Dear Mr Cooper"] * 9
    assert (second.whole, second.pieces) == (0, [])


def test_a_doubtful_cell_is_read_again_alone() -> None:
    """Only the cell in which a word is doubtful is cut out; a convincing reading takes its place."""
    line = row(("Total", 0.98, 0), ("$4Z0.00", 0.5, 9), ("paid", 0.97, 9), top=380)
    second = Second(told=[Recognised("$420.00", 0.99)])
    assert texts(First(*SURE, line), second)[-1] == "Total   $420.00   paid"
    assert second.whole == 0
    assert len(second.pieces) == 1
    assert second.pieces[0][1] < 120


def test_a_reading_that_does_not_convince_changes_nothing() -> None:
    """Less sure than the first, or with letters missing."""
    line = row(("Total", 0.98, 0), ("$4Z0.00", 0.5, 1), top=380)
    for told in (Recognised("Tota1 $4Z", 0.7), Recognised("$", 0.99), Recognised("", 0.0)):
        assert texts(First(*SURE, line), Second(told=[told]))[-1] == "Total $4Z0.00"


def test_two_who_agree_are_believed() -> None:
    """The same text from both raises its confidence; another number of words is laid out over the cell."""
    line = row(("port", 0.98, 0), ("Aldwin", 0.6, 1), top=380)
    opinion = SecondOpinion(First(*SURE, line), Second(told=[Recognised("port Aldwin", 0.95)]))
    agreed = opinion(PART, "eng", light_on_dark=False)[-1]
    assert [read.word.confidence for read in agreed] == [0.98, 0.95]
    opinion = SecondOpinion(First(*SURE, line), Second(told=[Recognised("the port Aldwin", 0.95)]))
    laid = opinion(PART, "eng", light_on_dark=False)[-1]
    assert line_text(laid) == "the port Aldwin"
    assert [read.word.left for read in laid] == sorted(read.word.left for read in laid)
    assert laid[-1].word.left + laid[-1].word.width == 180


def test_a_doubtful_part_is_read_again_whole() -> None:
    """Where much is unsure, or nothing was found, the surer of both readings counts."""
    doubtful = [row(("|||", 0.3, 0), ("~~", 0.4, 1))]
    better = row(("停水通知", 0.99, 0))
    assert texts(First(*doubtful), Second(better)) == ["停水通知"]
    assert texts(First(), Second(better)) == ["停水通知"]
    assert texts(First(*doubtful), Second(row(("?", 0.0, 0)))) == ["||| ~~"]
    assert texts(First(*doubtful), Second()) == ["||| ~~"]
