"""A label, and the text beside it."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.console import Console

from commands import talk_lines, terminal
from commands.talk_lines import tell

LONG = "The total on this invoice is four hundred and twenty dollars, which is due on the thirty-first of March."


def shown(width: int, text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    console = Console(width=width, force_terminal=True, color_system=None, highlight=False)
    monkeypatch.setattr(talk_lines, "screen", lambda: console)
    monkeypatch.setattr(terminal, "screen", lambda: console)
    with console.capture() as capture:
        tell("answer", text)
    return capture.get().splitlines()


@pytest.mark.parametrize("width", [24, 40, 80])
def test_lines_are_broken_between_words(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The label stands before the first, the others are indented; no word is lost or broken."""
    lines = shown(width, LONG, monkeypatch)
    assert lines[0].startswith("answer    The") and all(line.startswith(" " * 10) for line in lines[1:])
    assert " ".join(" ".join(lines).removeprefix("answer").split()) == LONG
    assert max(map(len, lines)) <= width


def test_chinese_is_broken_between_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes two columns."""
    text = "这张发票的总额是四百二十美元，三月三十一日到期。" * 3
    lines = shown(40, text, monkeypatch)
    assert max(map(cell_len, lines)) <= 40
    assert "".join(lines).removeprefix("answer").replace(" ", "") == text


def test_a_word_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is broken where it must be."""
    lines = shown(30, "x" * 50, monkeypatch)
    assert [line.count("x") for line in lines] == [20, 20, 10]


def test_elsewhere_a_text_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe, whose reader wants it whole; nothing in it steers a terminal or is taken for markup."""
    tell("answer", LONG + " [bold]\x1b[1m")
    assert capsys.readouterr().out == f"answer    {LONG} [bold][1m\n"


def test_a_terminal_that_is_very_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """It breaks the lines itself."""
    assert shown(20, LONG, monkeypatch) == [f"answer    {LONG}"]
