"""Words with boxes as rows."""

from __future__ import annotations

from documents.layout.line_text import line_text
from documents.layout.word_rows import rows_of
from pipeline.events import Word


def word(text: str, left: int, top: int, width: int = 60, height: int = 20) -> Word:
    return Word(text, left, top, width, height, 1.0)


def test_words_of_one_height_are_a_row() -> None:
    """Rows come from the top, words from the left, whatever order they came in; wide gaps part cells."""
    words = [word("6:55", 400, 102), word("Stop", 10, 40), word("Harbour", 10, 100), word("East", 75, 101)]
    assert [line_text(row) for row in rows_of(words)] == ["Stop", "Harbour East   6:55"]


def test_rows_may_slope() -> None:
    """Each word is compared with its neighbour: a row that falls by more than its height stays one."""
    words = [word(f"w{number}", 70 * number, 5 * number) for number in range(12)]
    assert len(rows_of(words)) == 1


def test_a_large_letter_does_not_join_two_rows() -> None:
    """Two rows beside a tall word stay two."""
    words = [word("A", 0, 0, 60, 60), word("upper", 80, 2), word("lower", 80, 36)]
    assert sorted(len(row) for row in rows_of(words)) == [1, 2]
    assert rows_of([]) == []
