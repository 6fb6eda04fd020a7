"""How far a call is: phases told as they begin, and when things happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from r1.results import Delta, Timing


def ignore(*_told: object) -> None:
    """A callback for a caller that wants to hear nothing."""


@dataclass(slots=True)
class Listener:
    """Who is told of phases and durations: see `R1Client.stream`."""

    on_phase: Callable[[str], None] = ignore
    on_duration: Callable[[str, float], None] = ignore

    def leave(self) -> None:
        """The caller has gone; the call may go on for others."""
        self.on_phase = self.on_duration = ignore


class Relay:
    """The listeners of all callers that share a call. Each hears what it tells from then on, as if it were its own."""

    def __init__(self, first: Listener) -> None:
        self._now = asyncio.get_running_loop().time
        self._joined = [(first, self._now())]
        self._phase = ""
        self.told = Listener(self._tell_phase, self._tell_duration)
        """Give this one to the call."""

    def join(self, listener: Listener) -> None:
        """Tell `listener` too, and now the phase that the call is in."""
        self._joined.append((listener, self._now()))
        if self._phase:
            listener.on_phase(self._phase)

    def _tell_phase(self, phase: str) -> None:
        self._phase = phase
        for listener, _ in self._joined:
            listener.on_phase(phase)

    def _tell_duration(self, name: str, seconds: float) -> None:
        now = self._now()
        for listener, since in self._joined:
            listener.on_duration(name, min(seconds, now - since))  # who joined later did not wait as long


class Progress:
    """Of one call. Times are those of the event loop, in seconds."""

    def __init__(self, listener: Listener, waited_s: float = 0.0) -> None:
        """`waited_s` were spent on waiting for a place before the call began."""
        self._listener = listener
        self._now = asyncio.get_running_loop().time
        self.started = self._now() - waited_s
        self._queued_s = waited_s or None
        self._phase = ""
        self._first_event: float | None = None
        self._first_thought: float | None = None
        self._first_answer: float | None = None

    def enter(self, phase: str) -> None:
        """A phase begins; once the answer has begun, none does."""
        if phase != self._phase and (self._first_answer is None or phase == "first sentence"):
            self._phase = phase
            self._listener.on_phase(phase)

    def queued(self, seconds: float) -> None:
        """The server says that the request had to wait."""
        self._queued_s = (self._queued_s or 0.0) + seconds
        self._listener.on_duration("gateway queue", seconds)

    def heard(self, deltas: Sequence[Delta], *, thinking: bool) -> None:
        """Note what came, before the caller sees it. `thinking`: what is held back may be a thought."""
        if self._first_answer is not None or not (deltas or thinking):
            return
        now = self._now()
        self._first_event = now if self._first_event is None else self._first_event
        kinds = {delta.kind for delta in deltas}
        if "thought" in kinds or thinking:
            self._first_thought = now if self._first_thought is None else self._first_thought
            self.enter("thinking")
        if "answer" in kinds:
            self._first_answer = now
            self.enter("first sentence")

    def timing(self) -> Timing:
        """What the completion tells."""
        now, started = self._now(), self.started
        thought_until = now if self._first_answer is None else self._first_answer
        return Timing(
            queued_s=self._queued_s,
            first_event_s=None if self._first_event is None else self._first_event - started,
            first_answer_s=None if self._first_answer is None else self._first_answer - started,
            thinking_s=0.0 if self._first_thought is None else max(0.0, thought_until - self._first_thought),
            total_s=now - started,
        )
