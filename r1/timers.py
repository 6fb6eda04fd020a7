"""The five timers of a call as one question: until when may the next event take, and which timer says so? (rule R7)."""

from __future__ import annotations

from r1.errors import TimedOutError
from r1.options import Timeouts
from r1.thinking_budget import ThinkingSpentError

CLOSING_SECONDS = 1.0
"""How long a server may keep the stream open after it has said why the reply ended."""

_WHAT = {
    "first_event": "said nothing",
    "first_answer": "was still thinking",
    "idle": "fell silent in the middle of its reply",
    "total": "had not finished",
}
_REMEDY = {
    "first_event": "it may be loading or overloaded: try again, or raise the first_event timer",
    "first_answer": "ask something simpler, or raise the first_answer timer",
    "idle": "see that server's log",
    "total": "ask for less, or raise the total timer",
}


class Deadlines:
    """Of one attempt. Times are those of the event loop, in seconds."""

    def __init__(self, timeouts: Timeouts, started: float, total_at: float) -> None:
        self._timeouts = timeouts
        self._total_at = total_at
        self._first_answer_at = started + timeouts.first_answer_s
        self._next_at = started + timeouts.first_event_s
        self._next_timer = "first_event"
        self._answering = False
        self._closing_at: float | None = None
        self._thinking_at: float | None = None

    @property
    def closing(self) -> bool:
        """True once the reply has ended and only the end of the stream is awaited."""
        return self._closing_at is not None

    def heard(self, now: float) -> None:
        """A piece of thought or answer came."""
        self._next_at, self._next_timer = now + self._timeouts.idle_s, "idle"

    def held(self, seconds: float) -> None:
        """The caller took so long to ask for more, which is not the server's doing: all timers stood still."""
        self._total_at += seconds
        self._first_answer_at += seconds
        self._next_at += seconds
        if self._closing_at is not None:
            self._closing_at += seconds
        if self._thinking_at is not None:
            self._thinking_at += seconds

    def thinking_until(self, at: float | None) -> None:
        """Thinking is to be broken off then. The first word counts: only `held` moves it."""
        self._thinking_at = at if self._thinking_at is None else self._thinking_at

    def answering(self) -> None:
        """A piece of the answer came."""
        self._answering = True
        self._thinking_at = None

    def ended(self, now: float) -> None:
        """The server has said why the reply ended."""
        if self._closing_at is None:
            self._closing_at = now + CLOSING_SECONDS

    def next(self) -> tuple[float, str]:
        """Until when the next event may take, and the timer that says so."""
        if self._closing_at is not None:
            return self._closing_at, "closing"
        at, timer = self._next_at, self._next_timer
        if not self._answering and self._first_answer_at < at:
            at, timer = self._first_answer_at, "first_answer"
        if self._thinking_at is not None and self._thinking_at < at:
            at, timer = self._thinking_at, "thinking"
        return (self._total_at, "total") if self._total_at < at else (at, timer)

    def error(self, timer: str, address: str) -> TimedOutError | ThinkingSpentError:
        """What to raise when `timer` has run out."""
        if timer == "thinking":
            return ThinkingSpentError()
        seconds: float = getattr(self._timeouts, f"{timer}_s")
        return TimedOutError(f"R1 at {address} {_WHAT[timer]} after {seconds:g} s; {_REMEDY[timer]}", timer)
