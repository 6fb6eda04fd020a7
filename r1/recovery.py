"""The one retry loop (rule R5): the same server again, or the next one; never after a piece of the answer was heard.

Waits are drawn with full jitter, unless the server says how long to wait. A server that keeps failing is spared by its
breaker, and all calls of a client share a budget of retries.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TypeVar

from r1.breaker import RetryBudget
from r1.errors import (
    ParameterError,
    R1Error,
    RateLimitedError,
    RequestRefusedError,
    TimedOutError,
    UnreachableError,
    UpstreamError,
)
from r1.results import Attempt, Delta
from r1.upstream import Upstream

Item = TypeVar("Item")

FINAL_STATUSES = frozenset({400, 413, 422})
"""The request itself is at fault: no other server would take it either."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call may go on trying. Times are those of the event loop, in seconds."""

    deadline: float
    """Nothing is begun after it."""
    per_upstream_s: float | None = None
    """With another server to turn to, no more than this is spent on waiting for one."""


@dataclass(slots=True)
class Recovery:
    """Tries one call at `upstreams`, in order. Keeps what became of each try in `record`."""

    upstreams: Sequence[Upstream]
    patience: Patience
    budget: RetryBudget
    chance: Callable[[], float]
    """Numbers from 0 to 1, for the jitter."""
    record: list[Attempt] = field(default_factory=list)

    async def run(
        self,
        once: Callable[[Upstream], AsyncGenerator[Item, None]],
        mended: Callable[[Upstream, R1Error], bool],
        waiting: Callable[[R1Error], None],
    ) -> AsyncGenerator[Item, None]:
        """The items of the first try that answers.

        `mended` says whether the caller has changed the request so that the same server may take it now; `waiting` is
        told of each failure that is waited for. Raises the error of the first server when none is left or would help.
        """
        errors: list[R1Error] = []
        for upstream in self.upstreams:
            last = upstream is self.upstreams[-1]
            try:
                async with aclosing(self._at(upstream, last, once, mended, waiting)) as items:
                    async for item in items:
                        yield item
                return
            except _NextError as gone:
                errors.append(gone.error)
        raise errors[0]  # of the server that is meant to answer

    async def _at(
        self,
        upstream: Upstream,
        last: bool,
        once: Callable[[Upstream], AsyncGenerator[Item, None]],
        mended: Callable[[Upstream, R1Error], bool],
        waiting: Callable[[R1Error], None],
    ) -> AsyncGenerator[Item, None]:
        """Tries at one server. Raises `_NextError` when another one should be asked."""
        loop = asyncio.get_running_loop()
        began, tries = loop.time(), 0
        while True:
            if not upstream.breaker.allows(loop.time()):
                raise _NextError(self._spared(upstream, loop.time()))
            started, delivered, tries = loop.time(), False, tries + 1
            try:
                async with aclosing(once(upstream)) as items:
                    async for item in items:
                        delivered = delivered or (isinstance(item, Delta) and item.kind == "answer")
                        yield item
                upstream.breaker.succeeded()
                return
            except R1Error as error:
                self.note(upstream, type(error).__name__, loop.time() - started)
                _tell(upstream, error, loop.time())
                if delivered or isinstance(error, ParameterError):
                    raise
                if mended(upstream, error):
                    continue
                wait_s = self._wait_s(upstream, error, tries)
                now = loop.time()
                if wait_s is not None and not last and self._hurried(now + wait_s - began):
                    wait_s = None
                if wait_s is None or now + wait_s >= self.patience.deadline or not self.budget.take():
                    if isinstance(error, RequestRefusedError) and error.status in FINAL_STATUSES:
                        raise
                    raise _NextError(error) from None
                waiting(error)
            except BaseException:
                upstream.breaker.dropped()
                raise
            await asyncio.sleep(wait_s)

    def note(self, upstream: Upstream, outcome: str, seconds: float) -> None:
        """Record how a try went."""
        self.record.append(Attempt(upstream.address, outcome, seconds))

    def _hurried(self, spent_s: float) -> bool:
        return self.patience.per_upstream_s is not None and spent_s > self.patience.per_upstream_s

    def _spared(self, upstream: Upstream, now: float) -> R1Error:
        self.note(upstream, "spared", 0.0)
        rest_s = upstream.breaker.rests_for(now)
        return UnreachableError(
            f"R1 at {upstream.address} has failed several times in a row and is left alone for {rest_s:.0f} s: "
            "see that server's log"
        )

    def _wait_s(self, upstream: Upstream, error: R1Error, tries: int) -> float | None:
        """Seconds to wait before the next try; None when there is to be none."""
        policy = upstream.options.retry
        if tries >= policy.attempts or not _may_pass(error):
            return None
        asked_s = error.retry_after_s if isinstance(error, RateLimitedError | UpstreamError) else None
        if asked_s is not None:
            return asked_s if asked_s <= policy.longest_retry_after_s else None
        # "Full jitter" (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
        bound = min(policy.longest_wait_s, policy.first_wait_s * 2.0 ** (tries - 1))
        return self.chance() * bound


class _NextError(Exception):
    """This server will not answer; the next one may."""

    def __init__(self, error: R1Error) -> None:
        super().__init__()
        self.error = error


def _tell(upstream: Upstream, error: R1Error, now: float) -> None:
    """Let the breaker know: only what is the server's own failure counts."""
    if isinstance(error, UnreachableError | UpstreamError):
        upstream.breaker.failed(now)
    else:
        upstream.breaker.dropped()


def _may_pass(error: R1Error) -> bool:
    # A call that has already used up a timer would only use it up again.
    return isinstance(error, UnreachableError | RateLimitedError | UpstreamError) and not isinstance(
        error, TimedOutError
    )
