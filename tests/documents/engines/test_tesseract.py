"""Tesseract's own output, and what it can be asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.engines.tesseract import (
    TesseractFailedError,
    check_languages,
    installed_languages,
    lines_of,
    read_picture,
)
from documents.languages import needed_languages
from pipeline.errors import SetupError
from tests.documents.pages import written

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


def row(line: int, number: int, text: str, level: int = 5, confidence: float = 96.5) -> str:
    return f"{level}\t1\t1\t1\t{line}\t{number}\t{100 * number}\t{50 * line}\t80\t30\t{confidence}\t{text}\n"


def test_words_are_gathered_into_lines_with_their_gaps() -> None:
    """Words come line by line; the gap before each is counted in the text, where it is written out."""
    table = (
        HEAD + row(1, 0, "", level=4, confidence=-1) + row(1, 1, "Total") + row(1, 2, "$420.00") + row(2, 1, "Thanks")
    )
    first, second = lines_of(table, "Total       $420.00\nThanks\n\f")
    assert [(read.word.text, read.gap) for read in first] == [("Total", 0), ("$420.00", 7)]
    assert [(read.word.text, read.gap) for read in second] == [("Thanks", 0)]
    assert (first[1].word.left, first[1].word.top, first[1].word.width, first[1].word.height) == (200, 50, 80, 30)
    assert first[1].word.confidence == pytest.approx(0.965)


def test_chinese_words_have_no_gap() -> None:
    """Tesseract splits Chinese into words and writes them without spaces: the gaps are 0."""
    (line,) = lines_of(HEAD + row(1, 1, "停水") + row(1, 2, "通知"), "停水通知\n")
    assert [read.gap for read in line] == [0, 0]


def test_text_that_does_not_agree_gives_one_space() -> None:
    """When the text file says something else, words are still kept, a space apart."""
    (line,) = lines_of(HEAD + row(1, 1, "one") + row(1, 2, "two") + row(1, 3, "three"), "one   too   three")
    assert [(read.word.text, read.gap) for read in line] == [("one", 0), ("two", 1), ("three", 1)]


def test_empty_words_and_other_rows_are_left_out() -> None:
    """Rows of blocks, blank words and rows cut short are no words."""
    table = HEAD + row(1, 1, "  ") + row(1, 1, "", level=3) + "5\t1\t1\n" + row(1, 2, "word")
    assert [[read.word.text for read in line] for line in lines_of(table, "word")] == [["word"]]


@given(
    st.lists(st.lists(st.text("ab三停$ .", min_size=1, max_size=5), max_size=4), max_size=4),
    st.text(" \nab三", max_size=40),
)
def test_no_word_is_lost_whatever_the_text_says(words: list[list[str]], text: str) -> None:
    """Every word that is not blank comes out once, in order, and no gap is negative."""
    table = HEAD + "".join(row(line, n, word) for line, its in enumerate(words) for n, word in enumerate(its))
    found = [read for line in lines_of(table, text) for read in line]
    assert [read.word.text for read in found] == [word.strip() for its in words for word in its if word.strip()]
    assert all(read.gap >= 0 for read in found)


def test_languages_behind_an_option() -> None:
    """The option "auto" stands for English and Chinese; nothing is named twice."""
    assert needed_languages(("auto",)) == ("eng", "chi_sim")
    assert needed_languages(("deu", "auto", "eng")) == ("deu", "eng", "chi_sim")
    assert {"eng", "chi_sim"} <= installed_languages()


def test_missing_languages_are_named_together() -> None:
    """All that is missing stands in one command."""
    with pytest.raises(SetupError, match="apt-get install tesseract-ocr-xxx tesseract-ocr-yyy-vert "):
        check_languages(("eng", "xxx", "yyy_vert"))


def test_a_program_that_does_not_run_is_told_from_a_missing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken installation is not called missing."""
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\nexit 127\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match="does not run; install it anew"):
        installed_languages()
    program.unlink()
    with pytest.raises(SetupError, match="is not installed; install it with"):
        installed_languages()


def test_a_picture_is_read_and_its_files_are_removed(tmp_path: Path) -> None:
    """The words of a picture come out, and nothing stays in the folder, not even after a failure."""
    picture = written(["Harbour master"])
    (line,) = read_picture(picture, "eng", tmp_path, light_on_dark=True)
    assert [read.word.text for read in line] == ["Harbour", "master"]
    with pytest.raises(TesseractFailedError, match="status 1"):
        read_picture(picture, "no_such_language", tmp_path, light_on_dark=False)
    assert list(tmp_path.iterdir()) == []
