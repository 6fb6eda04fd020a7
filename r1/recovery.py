"""The one retry loop (rule R5): the same server again, or the next one; never after a piece of the answer was heard.

Waits are drawn with full jitter, unless the server says how long to wait; who waits holds no place of the client's. A
server that keeps failing is spared by its breaker, and all calls of a client share a budget of retries.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TypeVar

from r1.breaker import Entry, RetryBudget
from r1.errors import (
    ParameterError,
    R1Error,
    RateLimitedError,
    RequestRefusedError,
    TimedOutError,
    UnreachableError,
    UpstreamError,
)
from r1.progress import ignore
from r1.results import Attempt, Delta, Usage
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
class _Stay:
    """The tries at one server."""

    upstream: Upstream
    began: float
    patience_s: float | None
    """How long it is waited for here; None: as its own timers say."""
    tries: int = 0
    entry: Entry = "barred"


@dataclass(slots=True)
class Recovery:
    """Tries one call at `upstreams`, in order. Keeps what became of each try in `record`.

    For a caller in a hurry each server but the last has a short while; the last is waited for as usual, and if that one
    fails, so is the first.
    """

    upstreams: Sequence[Upstream]
    patience: Patience
    budget: RetryBudget
    chance: Callable[[], float]
    """Numbers from 0 to 1, for the jitter."""
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    """Waits so many seconds before another try."""
    used: Callable[[], Usage | None] = ignore
    """The tokens of the try that has just ended; None when nothing of a reply had come."""
    told: Callable[[Attempt], object] = ignore
    """Is told of each try as it ends, also of one that the caller ends."""
    record: list[Attempt] = field(default_factory=list)

    async def run(
        self,
        once: Callable[[Upstream, float | None], AsyncGenerator[Item, None]],
        mended: Callable[[Upstream, R1Error], bool],
        waiting: Callable[[R1Error], None],
    ) -> AsyncGenerator[Item, None]:
        """The items of the first try that answers.

        `once` is given the seconds in which a server must begin, or None. `mended` says whether the caller has changed
        the request so that the same server may take it now; `waiting` is told of each failure that is waited for.
        Raises the error of the first server when none is left or would help.
        """
        loop = asyncio.get_running_loop()
        stays = self._stays()
        errors: list[R1Error] = []
        at = next(stays)
        while True:
            started, delivered = loop.time(), False
            try:
                self._enter(at, started)
                async with aclosing(once(at.upstream, at.patience_s)) as items:
                    async for item in items:
                        delivered = delivered or (isinstance(item, Delta) and item.kind == "answer")
                        yield item
                at.upstream.breaker.succeeded()
                return
            except R1Error as error:
                if at.entry != "barred":
                    self.note(at.upstream, type(error).__name__, loop.time() - started)
                wait_s = None if delivered else self._wait_s(at, error, loop.time())
                if not delivered and at.entry != "barred" and mended(at.upstream, error):
                    at.upstream.breaker.dropped(at.entry)
                    continue
                _tell(at, error, loop.time(), gives_up=wait_s is None)
                if delivered or _is_the_caller_s(error):
                    raise
                if wait_s is None:
                    errors.append(error)
                    following = next(stays, None)
                    if following is None and errors[0] is error:
                        raise
                    if following is None:
                        raise errors[0] from None  # of the server that is meant to answer
                    at = following
                    continue
                waiting(error)
            except BaseException as error:
                at.upstream.breaker.left(at.entry, answering=delivered)
                left = isinstance(error, GeneratorExit | asyncio.CancelledError)
                self.note(at.upstream, "closed" if left else type(error).__name__, loop.time() - started)
                raise
            await self.pause(wait_s)

    def note(self, upstream: Upstream, outcome: str, seconds: float) -> None:
        """Record how a try went, and what it used."""
        self._keep(Attempt(upstream.address, outcome, seconds, self.used()))

    def _keep(self, attempt: Attempt) -> None:
        self.record.append(attempt)
        self.told(attempt)

    def _stays(self) -> Iterator[_Stay]:
        now = asyncio.get_running_loop().time
        hurry_s = self.patience.per_upstream_s
        *before, last = self.upstreams
        for upstream in before:
            yield _Stay(upstream, now(), hurry_s)
        yield _Stay(last, now(), None)
        if before and hurry_s is not None:
            yield _Stay(before[0], now(), None)

    def _enter(self, at: _Stay, now: float) -> None:
        """Begin a try. Raises `UnreachableError` for a server that is left alone for now."""
        at.entry = at.upstream.breaker.enter(now)
        if at.entry == "barred":
            self._keep(Attempt(at.upstream.address, "spared", 0.0))
            rest_s = at.upstream.breaker.rests_for(now)
            raise UnreachableError(
                f"R1 at {at.upstream.address} has failed several times in a row and is left alone for {rest_s:.0f} s: "
                "see that server's log"
            )
        at.tries += 1

    def _wait_s(self, at: _Stay, error: R1Error, now: float) -> float | None:
        """Seconds to wait before the next try at that server; None when there is to be none."""
        policy = at.upstream.options.retry
        if at.entry == "barred" or at.tries >= policy.attempts or not _may_pass(error):
            return None
        asked_s = error.retry_after_s if isinstance(error, RateLimitedError | UpstreamError) else None
        # "Full jitter" (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
        bound = min(policy.longest_wait_s, policy.first_wait_s * 2.0 ** (at.tries - 1))
        wait_s = self.chance() * bound if asked_s is None else asked_s
        if asked_s is not None and asked_s > policy.longest_retry_after_s:
            return None
        hurried = at.patience_s is not None and now + wait_s - at.began > at.patience_s
        if hurried or now + wait_s >= self.patience.deadline or not self.budget.take():
            return None
        return wait_s


def _tell(at: _Stay, error: R1Error, now: float, *, gives_up: bool) -> None:
    """Let the breaker know: what counts is a call that failed for good, by the server's own fault."""
    breaker = at.upstream.breaker
    impatient = isinstance(error, TimedOutError) and at.patience_s is not None
    if at.entry == "barred":
        return
    if isinstance(error, RequestRefusedError):
        breaker.succeeded()  # it is there, and says what it does not like
    elif isinstance(error, UnreachableError | UpstreamError) and gives_up and not impatient:
        breaker.failed(at.entry, now)
    else:
        breaker.dropped(at.entry)


def _is_the_caller_s(error: R1Error) -> bool:
    """Whether the request itself is at fault, so that no other server would take it either."""
    refused = isinstance(error, RequestRefusedError) and error.status in FINAL_STATUSES
    return refused or isinstance(error, ParameterError)


def _may_pass(error: R1Error) -> bool:
    # A call that has already used up a timer would only use it up again.
    return isinstance(error, UnreachableError | RateLimitedError | UpstreamError) and not isinstance(
        error, TimedOutError
    )
