"""The status line of `talk`: what the assistant is doing, for how long, and how loud the microphone is."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from commands.talk_devices import TalkEnds

_BARS = "▁▂▃▄▅▆▇█"
_QUIET_DB, _LOUD_DB = -60.0, -10.0
"""The two ends of the level meter."""

METER_WIDTH = 12
"""Characters; each shows one reading, the newest to the right."""


class Phase(StrEnum):
    """What the assistant is doing."""

    STARTING = "starting"
    LISTENING = "listening"
    HEARING = "hearing you"
    RECORDING = "recording"
    READING = "reading"
    THINKING = "thinking"
    ANSWERING = "answering"
    SPEAKING = "speaking"
    TYPING = "waiting for your question"
    READY = "ready"


_STOP = ("Enter or Ctrl-C stops me", "Enter stops")
_HINTS: dict[Phase, tuple[str, ...]] = {
    Phase.LISTENING: ("speak, or type a question; /help, Ctrl-C ends", "speak or type; /help", "/help"),
    Phase.HEARING: ("I answer when you pause",),
    Phase.RECORDING: ("Enter ends the recording", "Enter ends"),
    Phase.READING: ("Ctrl-C breaks it off",),
    Phase.THINKING: _STOP,
    Phase.ANSWERING: _STOP,
    Phase.SPEAKING: _STOP,
    Phase.TYPING: ("type it; /help, Ctrl-D ends", "/help"),
    Phase.READY: ("Enter records, or type a question; /help, Ctrl-C ends", "Enter records; /help", "/help"),
}
"""What can be done in each phase, from the most words to the fewest."""

_METERED = (Phase.LISTENING, Phase.HEARING, Phase.RECORDING)
_TIMED = (Phase.READING, Phase.THINKING, Phase.ANSWERING, Phase.SPEAKING)

_GONE = "the microphone is gone; looking for it"


class TalkStatus:
    """Holds the phase and draws the line."""

    def __init__(self, ends: TalkEnds, width: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> None:
        """`width` gives the columns there are at this moment, `clock` seconds."""
        self._ends = ends
        self._width = width
        self._clock = clock
        self._phase = Phase.STARTING
        self._since = clock()
        self._levels = [0.0] * METER_WIDTH

    @property
    def phase(self) -> Phase:
        """What the assistant is doing."""
        return self._phase

    def enter(self, phase: Phase) -> None:
        """A phase begins; entering the present one again changes nothing."""
        if phase is not self._phase:
            self._phase, self._since = phase, self._clock()

    def line(self) -> str:
        """The status line as of now, no longer than there are columns."""
        microphone, width = self._ends.microphone, self._width()
        if microphone is not None and microphone.lost and self._phase in _METERED:
            return f" {_GONE}  {self._elapsed()}"[:width]
        line = f" {self._phase}"
        if self._phase in _METERED and microphone is not None:
            self._levels = [*self._levels[1:], loudness(microphone.level_db)]
            line += f"  {''.join(bar(level) for level in self._levels)}"
        elif self._phase in _TIMED:
            line += f" {self._elapsed()}"
        hints = (f"{line}  {hint}" for hint in _HINTS.get(self._phase, ()))
        return next((whole for whole in hints if len(whole) < width), line[:width])

    def _elapsed(self) -> str:
        return f"{self._clock() - self._since:.1f} s"


def loudness(level_db: float) -> float:
    """A level in dB of full scale as a share of the meter, 0..1."""
    return min(1.0, max(0.0, (level_db - _QUIET_DB) / (_LOUD_DB - _QUIET_DB)))


def bar(share: float) -> str:
    """One character of the meter."""
    return _BARS[round(share * (len(_BARS) - 1))]
