"""What a check shows of its cases: rows that fit, and differences under each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from commands.check_alignment import aligned
from commands.check_table import CaseTable, shortened
from commands.terminal import escaped
from evaluation.scores import print_score, speech_score
from tests.evaluation.checked import EXPECTED, heard, outcome


def lines(expected: str, said: str, language: str = "en", width: int = 80) -> list[str]:
    return [line.plain for line in aligned(speech_score(expected, said, language), width)]


def test_words_stand_under_each_other() -> None:
    """What is missing on one side is stars as wide as the word; letters say what happened."""
    assert lines("what is the big red total on top", "what was the total on top now") == [
        "expected  what is  the big red total on top ***",
        "heard     what was the *** *** total on top now",
        "               S       D   D                I",
    ]


def test_chinese_stands_under_each_other_by_cells() -> None:
    """A character is two cells wide, and so are the stars for one."""
    top, bottom, marks = lines("停水日期", "停电日", "zh")
    assert (top, bottom) == ("expected  停水日期", "heard     停电日**")
    assert [place for place, mark in enumerate(marks) if mark != " "] == [
        cell_len("heard     停"),
        cell_len("heard     停电日"),
    ]


def test_what_is_the_same_is_left_out_when_it_is_long() -> None:
    """Some words around a difference stay."""
    far = "a b c d e f g h i j k l m n p q r s t u"
    top, *others = lines(f"{far} red {far}", f"{far} blue {far}")
    assert top == "expected  … p q r s t u red  a b c d e f …"
    assert len(others) == 2
    assert lines(far, f"{far} blue")[0] == "expected  … p q r s t u ****"


def test_spaces_of_a_page_can_be_seen() -> None:
    """One that is missing is an error like any other."""
    top, bottom, marks = (line.plain for line in aligned(print_score("to day", "today", "en"), 80))
    assert (top, bottom, marks) == ("expected  to␣day", "heard     to*day", "            D")


def test_much_that_differs_is_cut_off() -> None:
    """What is left is counted; the object has all."""
    shown = lines(" ".join(f"a{n}" for n in range(500)), " ".join(f"b{n}" for n in range(500)), width=60)
    assert len(shown) < 50
    assert shown[-1].endswith("more differences; --json has all of them")


@given(st.text("ab 停水\x1b\n", max_size=200), st.text("ab 停水\x1b\n", max_size=200), st.integers(20, 100))
def test_lines_fit(expected: str, said: str, width: int) -> None:
    """No line is wider than asked, unless a single word is; nothing in them steers the terminal."""
    for language in ("en", "zh"):
        longest = max((cell_len(escaped(word)) for word in (expected + " " + said).split()), default=0)
        for line in lines(expected, said, language, width):
            assert cell_len(line) <= max(width, 12 + longest) or "more differences" in line
            assert "\x1b" not in line
    for each in aligned(print_score(expected, said, "en"), width):
        assert "\x1b" not in each.plain
        assert "\n" not in each.plain


def test_long_names_are_shortened() -> None:
    """Of a path the end stays, of a line its beginning; Chinese is measured in cells."""
    assert shortened("folder/sound.wav", 10, keep_end=True) == "…sound.wav"
    assert shortened("The total is", 10, keep_end=False) == "The total…"
    assert shortened("声音/停水日期.wav", 10, keep_end=True) == "…日期.wav"
    assert shortened("short", 10, keep_end=True) == "short"


def test_a_shared_folder_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the names with it are too long for the table."""
    names = [f"a/very/long/way/down/to/the/folder/with/the/sounds/{name}.wav" for name in ("one", "two")]
    table = CaseTable("asr", names)
    assert capsys.readouterr().out == ""
    for name in names:
        table.add(outcome(heard(EXPECTED), name=name))
    shown = capsys.readouterr().out
    assert shown.startswith("in a/very/long/way/down/to/the/folder/with/the/sounds/:\n")
    assert "pass   one.wav" in shown
    assert "pass   two.wav" in shown


def test_no_figure_is_cut_in_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line runs on instead."""
    monkeypatch.setenv("COLUMNS", "40")
    table = CaseTable("asr", ["sound.wav"])
    table.add(outcome(heard(EXPECTED, 1234.0), name="sound.wav"))
    row = capsys.readouterr().out.splitlines()[-1]
    assert row.split() == ["pass", "sound.wav", "0.0", "%", "2.0", "s", "617", "ms", "1.2", "s", "0.62"]
