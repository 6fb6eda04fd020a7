"""The ledger in a few lines after each turn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from commands import ledger_bar
from commands.ledger_bar import intervals, print_ledger_bar, rows, widths
from pipeline.context import ConversationContext
from pipeline.events import Question, Speech
from pipeline.latency import LatencyLedger, LedgerLine
from pipeline.runner import Pipeline
from pipeline.testing import Emit, FakeStage, VirtualClock, Work, scripted

STEPS = (
    ("connect", 0.300), ("gateway queue", 0.004), ("prefill", 0.250), ("thinking", 0.730), ("first sentence", 0.020),
    ("tts", 0.090), ("model wait", 0.003),
)  # fmt: skip
MS = 1_000_000


def ledger() -> LatencyLedger:
    """Of a turn that went through `STEPS`."""
    speech = Speech(np.full(160, 0.5, np.float32), 16_000)
    script = [Work(seconds, name) for name, seconds in STEPS]
    stage = FakeStage("mind", (Question,), (Speech,), on_item={Question: [*script, Emit(speech)]})

    async def turn() -> LatencyLedger:
        pipeline = Pipeline(stage, inputs=(Question,))
        async with pipeline.turn(ConversationContext(), scripted((0.0, Question("Why?")))) as turn:
            assert [type(event) async for event in turn] == [Speech]
        return turn.ledger

    made: LatencyLedger = VirtualClock().run(turn())
    return made


def printed(width: int, monkeypatch: pytest.MonkeyPatch, **options: Any) -> list[str]:
    """The lines on a terminal of that width."""
    console = Console(width=width, force_terminal=True, highlight=False, legacy_windows=False, **options)
    monkeypatch.setattr(ledger_bar, "screen", lambda: console)
    with console.capture() as capture:
        print_ledger_bar(ledger())
    return capture.get().splitlines()


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
def test_it_fits_the_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar stands on one line, with the total; the figures below, wrapped between them."""
    lines = printed(width, monkeypatch, no_color=True, color_system=None)
    assert max(map(len, lines)) <= width
    assert lines[0].startswith("latency   █") and lines[0].endswith(" 1397 ms")
    figures = [figure for line in lines[1:] for figure in line.strip().split("  ")]
    assert figures == [
        "█ connect 300", "▓ prefill 250", "▒ thinking 730", "░ tts 90", "█ rest 27",
    ]  # fmt: skip
    assert all(line.startswith(" " * 10) for line in lines[1:])


def test_the_marks_are_those_of_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without colours too, the bar can be read: the figures' marks are its segments, in the same order."""
    bar, *below = printed(80, monkeypatch, no_color=True, color_system=None)
    drawn = bar.removeprefix("latency   ").split(" ")[0]
    segments = [mark for place, mark in enumerate(drawn) if place == 0 or drawn[place - 1] != mark]
    assert segments == [figure[0] for line in below for figure in line.strip().split("  ")]
    assert len(drawn) == 60


def test_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are some on a terminal that has them, none with NO_COLOR."""
    assert any("\x1b[3" in line for line in printed(80, monkeypatch, color_system="standard"))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not any("\x1b[3" in line for line in printed(80, monkeypatch, color_system="standard"))


@pytest.mark.parametrize("what", ["pipe", "dumb", "latin"])
def test_where_nothing_can_be_drawn(
    what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pipe gets the answer alone: the figures are one line on stderr."""
    if what == "dumb":
        monkeypatch.setenv("TERM", "dumb")
        console = Console(force_terminal=True)
        monkeypatch.setattr(ledger_bar, "screen", lambda: console)
    elif what == "latin":
        monkeypatch.setattr(ledger_bar, "screen", lambda: Console(force_terminal=True))
        monkeypatch.setattr(ledger_bar, "_drawable", lambda encoding: False)
    print_ledger_bar(ledger())
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.replace("\x1b[2m", "").replace("\x1b[0m", "") == (
        "latency   1397 ms: connect 300, prefill 250, thinking 730, tts 90, rest 27\n"
    )


def test_what_can_be_drawn() -> None:
    """Shades exist in UTF-8, and in the old code page of consoles; not in Latin-1."""
    assert [ledger_bar._drawable(name) for name in ("utf-8", "cp437", "latin-1", "no such thing")] == [
        True, True, False, False,
    ]  # fmt: skip


@given(st.lists(st.integers(0, 10**10), max_size=12), st.integers(-5, 200))
def test_widths_add_up(parts: list[int], width: int) -> None:
    """All of the width is used, and a longer part is never shorter by more than the rounding."""
    found = widths(parts, width)
    assert len(found) == len(parts) and min(found, default=0) >= 0
    assert sum(found) == (max(0, width) if sum(parts) else 0)
    for part, got in zip(parts, found, strict=True):
        assert abs(got - part * max(0, width) / max(1, sum(parts))) <= 1.01


@given(st.lists(st.integers(1, 40), max_size=30), st.integers(1, 120))
def test_rows_hold_every_piece_in_order(lengths: list[int], width: int) -> None:
    """None is lost or broken; only one that is alone may be too long."""
    made = list(rows(lengths, width))
    assert [place for row in made for place in row] == list(range(len(lengths)))
    for row in made:
        assert len(row) == 1 or sum(lengths[place] for place in row) + 2 * (len(row) - 1) <= width


@given(st.lists(st.tuples(st.sampled_from(("asr", "tts", "unattributed")), st.integers(0, 10**10)), max_size=9))
def test_the_figures_are_the_total(drawn: list[tuple[str, int]]) -> None:
    """Nothing is left out but a rest of less than a millisecond; what belongs to none is always named."""
    lines = [LedgerLine(name, "", ns) for name, ns in drawn]
    shown = intervals(lines)
    assert 0 <= sum(line.ns for line in lines) - sum(interval.ns for interval in shown) < MS
    for line in lines:
        if line.name == "unattributed" and line.ns >= MS:
            assert any((interval.name, interval.ns) == (line.name, line.ns) for interval in shown)


def test_a_turn_without_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has an empty bar."""

    async def turn() -> LatencyLedger:
        async with Pipeline(FakeStage("mute", (Question,), (Speech,)), inputs=(Question,)).turn(
            ConversationContext(), scripted()
        ) as turn:
            assert [event async for event in turn] == []
        return turn.ledger

    empty = VirtualClock().run(turn())
    monkeypatch.setattr(ledger_bar, "screen", lambda: Console(width=80, force_terminal=True))
    print_ledger_bar(empty)
    assert intervals(empty.lines) == []
