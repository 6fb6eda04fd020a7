"""When somebody heard what, from the start of a call on."""

from __future__ import annotations

import asyncio

from r1.results import Delta, Timing


class Stopwatch:
    """Starts when it is made, on the event loop's clock."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._started = self._loop.time()
        self._first_s: dict[str, float] = {}

    def hear(self, delta: Delta) -> None:
        """A piece has come."""
        self._first_s.setdefault(delta.kind, self._loop.time() - self._started)

    def timing(self) -> Timing:
        """What was heard when, if it ends now."""
        total_s = self._loop.time() - self._started
        thought_s, answer_s = self._first_s.get("thought"), self._first_s.get("answer")
        return Timing(
            first_event_s=min(self._first_s.values(), default=None),
            first_answer_s=answer_s,
            thinking_s=0.0 if thought_s is None else max(0.0, (total_s if answer_s is None else answer_s) - thought_s),
            total_s=total_s,
        )
