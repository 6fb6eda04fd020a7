"""Clock times in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from documents.layout.times import UNSURE, with_times_mended
from documents.read_words import ReadLine, ReadWord
from tests.documents.scripted_reader import read_line, texts_of


def column(*texts: str) -> list[ReadLine]:
    return [read_line(("Stop", 0), (text, 9), top=50 * row) for row, text in enumerate(texts)]


def never(words: Sequence[ReadWord]) -> list[list[ReadLine]]:
    raise AssertionError(f"read again: {words}")


def test_what_is_no_time_among_times_is_read_again_alone() -> None:
    """And what most of its readings tell is taken."""
    asked: list[str] = []

    def again(words: Sequence[ReadWord]) -> list[list[ReadLine]]:
        asked.extend(read.word.text for read in words)
        return [[read_line(("97-15", 0)), read_line(("”07:15", 0)), read_line(("07:15", 0))]]

    lines = with_times_mended(column("06:15", "97.15", "08:15"), again)
    assert texts_of(lines) == ["Stop 06:15", "Stop 07:15", "Stop 08:15"]
    assert asked == ["97.15"]


def test_what_stays_no_time_is_unsure() -> None:
    """However sure it was read."""
    for wrong in ("97:15", "T:41", "12.6O"):
        lines = with_times_mended(column("06:15", wrong, "08:15"), lambda words: [[] for _ in words])
        assert lines[1][1].word.text == wrong
        assert lines[1][1].word.confidence <= UNSURE


def test_prices_dates_and_words_are_no_times() -> None:
    """Beside a column of times, in a column of their own, or too long for one."""
    with_times_mended(column("06:15", "24:00", "9:05"), never)
    with_times_mended(column("9.50", "8.25", "06:15", "08:15"), never)
    with_times_mended(column("06:15", "via Orsa", "12.50.1", "08:15"), never)


def test_figures_beside_a_column_are_none_of_its_times() -> None:
    """They stand elsewhere."""
    lines = column("06:15", "07:15")
    price = read_line(("Fare", 0), ("6.90", 9), top=100)
    moved = (price[0], replace(price[1], word=replace(price[1].word, left=400)))
    assert with_times_mended([*lines, moved], never)[2] == moved
