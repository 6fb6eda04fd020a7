"""The one retry loop (rule R5): full jitter, the server's own wish first, and never after something was delivered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeVar

from r1.errors import R1Error, RateLimitedError, TimedOutError, UnreachableError, UpstreamError
from r1.options import RetryPolicy
from r1.results import Attempt

Item = TypeVar("Item")


class Attempts:
    """Runs a stream again when it fails before its first item. Keeps what became of each try in `record`."""

    def __init__(self, policy: RetryPolicy, upstream: str, deadline: float, chance: Callable[[], float]) -> None:
        self._policy = policy
        self._upstream = upstream
        self._deadline = deadline
        self._chance = chance
        self.record: list[Attempt] = []

    async def run(
        self, once: Callable[[], AsyncGenerator[Item, None]], waiting: Callable[[R1Error], None]
    ) -> AsyncGenerator[Item, None]:
        """The items of the first try that delivers any. `waiting` is told of each failure that is waited for.

        Raises the last try's error when none is left, when waiting would not help or would pass the deadline.
        """
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            delivered = False
            try:
                async with aclosing(once()) as items:
                    async for item in items:
                        delivered = True
                        yield item
                return
            except R1Error as error:
                self.note(type(error).__name__, loop.time() - started)
                wait_s = self._wait_s(error)
                if delivered or wait_s is None or loop.time() + wait_s >= self._deadline:
                    raise
                waiting(error)
            await asyncio.sleep(wait_s)

    def note(self, outcome: str, seconds: float) -> None:
        """Record how a try went."""
        self.record.append(Attempt(self._upstream, outcome, seconds))

    def _wait_s(self, error: R1Error) -> float | None:
        """Seconds to wait before the next try; None when there is to be none."""
        if len(self.record) >= self._policy.attempts or not _may_pass(error):
            return None
        asked_s = error.retry_after_s if isinstance(error, RateLimitedError | UpstreamError) else None
        if asked_s is not None:
            return asked_s if asked_s <= self._policy.longest_retry_after_s else None
        # "Full jitter" (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
        bound = min(self._policy.longest_wait_s, self._policy.first_wait_s * 2.0 ** (len(self.record) - 1))
        return self._chance() * bound


def _may_pass(error: R1Error) -> bool:
    # A call that has already used up a timer would only use it up again.
    return isinstance(error, UnreachableError | RateLimitedError | UpstreamError) and not isinstance(
        error, TimedOutError
    )
