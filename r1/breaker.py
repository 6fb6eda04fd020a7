"""Sparing a server that fails: a circuit breaker for each, and a budget of retries for all calls together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Entry = Literal["free", "trial", "barred"]


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When a server is left alone, and for how long."""

    failures: int = 5
    """So many calls failing there, none answering in between, open the breaker."""
    rest_s: float = 30.0
    """Then nothing is asked for this long; after it one call tries, and the others wait for what comes of that."""


class Breaker:
    """Of one server. Times are those of the event loop, in seconds.

    Each entry that is not barred is followed by `succeeded`, `failed`, `dropped` or `left`. Source of the pattern:
    Michael Nygard, "Release It!", 2007, "Circuit Breaker".
    """

    def __init__(self, policy: BreakerPolicy | None = None) -> None:
        self._policy = policy or BreakerPolicy()
        self._failures = 0
        self._open_until: float | None = None
        self._trying = False

    def enter(self, now: float) -> Entry:
        """Whether to ask now: freely, as the one trial after the rest, or not at all."""
        if self._open_until is None:
            return "free"
        if now < self._open_until or self._trying:
            return "barred"
        self._trying = True
        return "trial"

    def rests_for(self, now: float) -> float:
        """Seconds until the next call may try; 0 when it may now."""
        return 0.0 if self._open_until is None else max(0.0, self._open_until - now)

    def succeeded(self) -> None:
        """The server has answered."""
        self._failures, self._open_until, self._trying = 0, None, False

    def failed(self, entry: Entry, now: float) -> None:
        """A call has failed there for good."""
        self._failures += 1
        if entry == "trial":
            self._trying = False
        if self._failures >= self._policy.failures:
            self._open_until = now + self._policy.rest_s

    def dropped(self, entry: Entry) -> None:
        """The call ended in a way that says nothing of the server's health: it was busy, say."""
        if entry == "trial":
            self._trying = False

    def left(self, entry: Entry, *, answering: bool) -> None:
        """The caller went away: a server that was answering is well, of another nothing is known."""
        if answering:
            self.succeeded()
        else:
            self.dropped(entry)


class RetryBudget:
    """Retries that all calls of a client share, so that an outage is not met with a multiple of the load.

    Each call adds a share of a retry, each retry takes one. Source: the documentation of Finagle's RetryBudget
    (Twitter); the numbers are ours.
    """

    SHARE = 0.2
    MOST = 10.0
    """What may be saved up, and what a client begins with."""

    def __init__(self) -> None:
        self._left = self.MOST

    def called(self) -> None:
        """A call begins."""
        self._left = min(self.MOST, self._left + self.SHARE)

    def take(self) -> bool:
        """Whether one more retry is within the budget; it is spent then."""
        if self._left < 1:
            return False
        self._left -= 1
        return True
