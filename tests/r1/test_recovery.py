from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from pipeline.testing import VirtualClock
from r1.errors import (
    AuthenticationError,
    ProtocolError,
    R1Error,
    RateLimitedError,
    RequestRefusedError,
    TimedOutError,
    UnreachableError,
    UpstreamError,
)
from r1.options import RetryPolicy
from r1.recovery import Attempts

BUSY = RateLimitedError("busy")
DOWN = UnreachableError("down")


def run(
    *outcomes: R1Error | str, policy: RetryPolicy | None = None, deadline: float = 1e6, chance: float = 1.0
) -> tuple[list[str], list[str], float]:
    """Items, the outcome of each failed try, and the seconds it took, for tries that fail or give a word."""
    made = iter(outcomes)

    async def once() -> AsyncGenerator[str, None]:
        outcome = next(made)
        if isinstance(outcome, R1Error):
            raise outcome
        yield outcome

    async def main() -> tuple[list[str], list[str], float]:
        attempts = Attempts(policy or RetryPolicy(), "http://r1.test", deadline, lambda: chance)
        items = [item async for item in attempts.run(once, lambda _: None)]
        return items, [attempt.outcome for attempt in attempts.record], asyncio.get_running_loop().time()

    return VirtualClock().run(main())


def test_a_failure_that_may_pass_is_tried_again() -> None:
    """Refused connections, 429 and 5xx; each try is on record."""
    items, outcomes, _ = run(DOWN, UpstreamError("", 503), "yes")
    assert items == ["yes"]
    assert outcomes == ["UnreachableError", "UpstreamError"]


def test_waits_double_and_are_drawn_by_chance() -> None:
    """Full jitter: anything from nothing to the bound, which doubles up to its limit."""
    policy = RetryPolicy(attempts=5, first_wait_s=1, longest_wait_s=3)
    assert run(DOWN, DOWN, DOWN, DOWN, "yes", policy=policy)[2] == pytest.approx(1 + 2 + 3 + 3, abs=1e-6)
    assert run(DOWN, DOWN, DOWN, DOWN, "yes", policy=policy, chance=0.5)[2] == pytest.approx(4.5, abs=1e-6)
    assert run(DOWN, "yes", policy=policy, chance=0.0)[2] == pytest.approx(0, abs=1e-6)


def test_the_server_s_wish_wins() -> None:
    """Retry-After is waited for exactly, unless it is longer than anyone would wait."""
    assert run(RateLimitedError("", 7.5), "yes")[2] == pytest.approx(7.5, abs=1e-6)
    with pytest.raises(RateLimitedError):
        run(RateLimitedError("", 500), "yes")


def test_the_last_error_is_raised_when_tries_run_out() -> None:
    """The caller learns why the last one failed."""
    with pytest.raises(RateLimitedError, match="busy"):
        run(DOWN, DOWN, BUSY)


def test_no_wait_passes_the_deadline() -> None:
    """An error now is better than the same error after the caller has given up."""
    with pytest.raises(RateLimitedError):
        run(RateLimitedError("", 7), "yes", deadline=5)


@pytest.mark.parametrize(
    "error",
    [
        RequestRefusedError("no", 400),
        AuthenticationError("no"),
        ProtocolError("what"),
        TimedOutError("slow", "first_event"),
    ],
)
def test_what_would_fail_again_is_not_tried_again(error: R1Error) -> None:
    """Bad requests, wrong keys, wrong protocols and used-up timers are final."""
    with pytest.raises(type(error)):
        run(error, "yes")


def test_nothing_is_tried_again_after_something_was_delivered() -> None:
    """A second try would say the beginning twice."""
    tries = 0

    async def once() -> AsyncGenerator[str, None]:
        nonlocal tries
        tries += 1
        yield "The total"
        raise UpstreamError("cut", 503)

    async def main() -> None:
        attempts = Attempts(RetryPolicy(), "http://r1.test", 1e6, lambda: 1.0)
        async for item in attempts.run(once, lambda _: None):
            heard.append(item)  # noqa: PERF401  what came before the error counts

    heard: list[str] = []
    with pytest.raises(UpstreamError):
        VirtualClock().run(main())
    assert heard == ["The total"]
    assert tries == 1


def test_the_caller_is_told_what_is_waited_for() -> None:
    """So that the time goes to the right phase."""
    told: list[R1Error] = []

    async def once() -> AsyncGenerator[str, None]:
        if len(told) < 1:
            raise BUSY
        yield "yes"

    async def main() -> None:
        attempts = Attempts(RetryPolicy(), "http://r1.test", 1e6, lambda: 1.0)
        assert [item async for item in attempts.run(once, told.append)] == ["yes"]

    VirtualClock().run(main())
    assert told == [BUSY]
