"""The status line."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.talk_devices import TalkEnds
from commands.talk_status import METER_WIDTH, Phase, TalkStatus, bar, loudness


@dataclass
class Gauge:
    """A microphone, as far as the line looks at it."""

    level_db: float = -96.0
    lost: bool = False


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def status(width: int = 80, gauge: Gauge | None = None) -> tuple[TalkStatus, Clock]:
    ends, clock = TalkEnds(), Clock()
    ends.microphone = cast("Any", gauge)
    return TalkStatus(ends, lambda: width, clock), clock


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (80, " thinking 3.2 s  Enter or Ctrl-C stops me"),
        (40, " thinking 3.2 s  Enter stops"),
        (20, " thinking 3.2 s"),
        (9, " thinking"),
    ],
)
def test_what_it_does_and_for_how_long(width: int, line: str) -> None:
    """With what can be done about it, in as many words as there is room for."""
    shown, clock = status(width)
    shown.enter(Phase.THINKING)
    clock.now = 2.0
    shown.enter(Phase.THINKING)
    clock.now = 3.2
    assert shown.line() == line


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (80, " listening  {}  speak, or type a question; /help, Ctrl-C ends"),
        (60, " listening  {}  speak or type; /help"),
        (40, " listening  {}  /help"),
        (24, " listening  {}"),
        (3, " li"),
    ],
)
def test_the_level_meter(width: int, line: str) -> None:
    """The last readings, the newest to the right."""
    gauge = Gauge()
    shown, _ = status(width, gauge)
    shown.enter(Phase.LISTENING)
    for level_db in (-70.0, -60.0, -35.0, -10.0, 0.0):
        gauge.level_db = level_db
        drawn = shown.line()
    assert drawn == line.format("▁" * (METER_WIDTH - 3) + "▅██")


def test_a_microphone_that_is_looked_for() -> None:
    """Nobody listens then, and the line says so."""
    gauge = Gauge(lost=True)
    shown, clock = status(80, gauge)
    shown.enter(Phase.LISTENING)
    clock.now = 4.0
    assert shown.line() == " the microphone is gone; looking for it  4.0 s"
    gauge.lost = False
    assert shown.line().startswith(" listening")


@given(st.sampled_from(Phase), st.integers(0, 120), st.booleans(), st.floats(0, 1e6))
def test_it_never_wraps(phase: Phase, width: int, there: bool, seconds: float) -> None:
    """Whatever the phase and the width."""
    shown, clock = status(width, Gauge() if there else None)
    shown.enter(phase)
    clock.now = seconds
    assert len(shown.line()) <= width


@given(st.floats(allow_nan=False))
def test_any_level_can_be_drawn(level_db: float) -> None:
    """Between silence and the loudest there is."""
    assert len(bar(loudness(level_db))) == 1


def test_louder_is_higher() -> None:
    """The meter rises with the level."""
    heights = [bar(loudness(level_db)) for level_db in (-96, -50, -40, -30, -20, -10)]
    assert all(lower < higher for lower, higher in pairwise(heights)) and heights[0] == "▁"
