from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import httpx
import pytest

from pipeline.testing import VirtualClock
from r1.breaker import BreakerPolicy, RetryBudget
from r1.errors import (
    AuthenticationError,
    ParameterError,
    ProtocolError,
    R1Error,
    RateLimitedError,
    RequestRefusedError,
    TimedOutError,
    UnreachableError,
    UpstreamError,
)
from r1.learned import LearnedModels
from r1.options import R1Options, RetryPolicy
from r1.recovery import Patience, Recovery
from r1.results import Delta
from r1.upstream import Upstream

BUSY = RateLimitedError("busy")
DOWN = UnreachableError("down")
YES = Delta("answer", "yes")
HM = Delta("thought", "hm")

Outcome = R1Error | Delta | tuple[Delta, R1Error]


@dataclass
class Told:
    """What came of a call."""

    items: list[Delta] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    error: R1Error | None = None
    seconds: float = 0.0
    patience: list[float | None] = field(default_factory=list)
    """What each try was given."""


def upstream(name: str, retry: RetryPolicy | None = None, breaker: BreakerPolicy | None = None) -> Upstream:
    options = R1Options(
        f"http://{name}.test/v1", dialect="openai", retry=retry or RetryPolicy(), breaker=breaker or BreakerPolicy()
    )
    return Upstream(options, LearnedModels(), httpx.MockTransport(lambda _: httpx.Response(500)))


def run(
    *scripts: Sequence[Outcome],
    policy: RetryPolicy | None = None,
    patience: Patience | None = None,
    chance: float = 1.0,
    mended: Callable[[Upstream, R1Error], bool] = lambda _upstream, _error: False,
    waiting: Callable[[R1Error], None] = lambda _: None,
) -> Told:
    """One call to as many servers as there are scripts; each try at a server takes its script's next outcome."""
    told = Told()

    async def once(
        made: dict[Upstream, list[Outcome]], at: Upstream, patience_s: float | None
    ) -> AsyncGenerator[Delta, None]:
        told.patience.append(patience_s)
        outcome = made[at].pop(0)
        for step in outcome if isinstance(outcome, tuple) else (outcome,):
            if isinstance(step, R1Error):
                raise step
            yield step

    async def main() -> None:
        servers = [upstream(f"r{number}", policy) for number in range(len(scripts))]
        made = {server: list(script) for server, script in zip(servers, scripts, strict=True)}
        recovery = Recovery(servers, patience or Patience(1e6), RetryBudget(), lambda: chance)
        try:
            async for item in recovery.run(partial(once, made), mended, waiting):
                told.items.append(item)
        except R1Error as error:
            told.error = error
        told.outcomes = [attempt.outcome for attempt in recovery.record]
        told.seconds = asyncio.get_running_loop().time()

    VirtualClock().run(main())
    return told


def test_a_failure_that_may_pass_is_tried_again() -> None:
    """Refused connections, 429 and 5xx; each try is on record."""
    told = run([DOWN, UpstreamError("", 503), YES])
    assert told.items == [YES]
    assert told.outcomes == ["UnreachableError", "UpstreamError"]


def test_waits_double_and_are_drawn_by_chance() -> None:
    """Full jitter: anything from nothing to the bound, which doubles up to its limit."""
    policy = RetryPolicy(attempts=5, first_wait_s=1, longest_wait_s=3)
    script: list[Outcome] = [DOWN, DOWN, DOWN, DOWN, YES]
    assert run(script, policy=policy).seconds == pytest.approx(1 + 2 + 3 + 3, abs=1e-6)
    assert run(script, policy=policy, chance=0.5).seconds == pytest.approx(4.5, abs=1e-6)
    assert run([DOWN, YES], policy=policy, chance=0.0).seconds == pytest.approx(0, abs=1e-6)


def test_the_server_s_wish_wins() -> None:
    """Retry-After is waited for exactly, unless it is longer than anyone would wait."""
    assert run([RateLimitedError("", 7.5), YES]).seconds == pytest.approx(7.5, abs=1e-6)
    assert isinstance(run([RateLimitedError("", 500), YES]).error, RateLimitedError)


def test_the_last_error_is_raised_when_tries_run_out() -> None:
    """The caller learns why the last one failed."""
    assert run([DOWN, DOWN, BUSY]).error is BUSY


def test_no_wait_passes_the_deadline() -> None:
    """An error now is better than the same error after the caller has given up."""
    assert isinstance(run([RateLimitedError("", 7), YES], patience=Patience(5)).error, RateLimitedError)


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
    """Bad requests, wrong keys, wrong protocols and used-up timers are final at that server."""
    told = run([error, YES])
    assert told.error is error
    assert told.items == []


def test_nothing_is_tried_again_after_a_piece_of_the_answer() -> None:
    """A second try would say the beginning twice, here or at another server."""
    told = run([(YES, UpstreamError("cut", 503)), YES], [YES])
    assert isinstance(told.error, UpstreamError)
    assert told.items == [YES]


def test_a_stream_that_broke_while_thinking_is_tried_again() -> None:
    """Nothing of the answer was said yet; the thoughts that were shown stay shown."""
    told = run([(HM, UpstreamError("cut")), YES])
    assert told.items == [HM, YES]


def test_the_caller_is_told_what_is_waited_for() -> None:
    """So that the time goes to the right phase."""
    waited: list[R1Error] = []
    assert run([BUSY, YES], waiting=waited.append).items == [YES]
    assert waited == [BUSY]


@pytest.mark.parametrize(
    "error",
    [DOWN, BUSY, AuthenticationError("no"), ProtocolError("what"), TimedOutError("slow", "idle"),
     RequestRefusedError("balance", 402), RequestRefusedError("no such model", 404)],
)  # fmt: skip
def test_the_next_server_is_asked_when_one_does_not_answer(error: R1Error) -> None:
    """Whatever is wrong with the first, as long as it is not the request."""
    told = run([error] * 3, [YES])
    assert told.items == [YES]
    assert set(told.outcomes) == {type(error).__name__}


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_request_at_fault_is_asked_nowhere_else(status: int) -> None:
    """Another server would refuse it too, and might not say so."""
    told = run([RequestRefusedError("no", status)], [YES])
    assert isinstance(told.error, RequestRefusedError)


def test_a_parameter_at_fault_is_raised_at_once() -> None:
    """It is the caller's."""
    assert isinstance(run([ParameterError("top_p", "no")], [YES]).error, ParameterError)


def test_when_all_fail_the_first_server_s_error_is_told() -> None:
    """It is the one that should have answered, and that someone will mend."""
    first = AuthenticationError("key")
    told = run([first], [DOWN] * 3)
    assert told.error is first
    assert told.outcomes == ["AuthenticationError"] + ["UnreachableError"] * 3


def test_a_mended_request_goes_to_the_same_server_at_once() -> None:
    """Without a wait and without using up a try."""
    told = run([RequestRefusedError("top_p", 400), YES], mended=lambda _upstream, _error: True)
    assert told.items == [YES]
    assert told.seconds == pytest.approx(0, abs=1e-6)


def test_a_caller_in_a_hurry_does_not_wait_where_another_server_may_answer() -> None:
    """Two seconds a server, but the last one is waited for as usual."""
    busy = RateLimitedError("", 30)
    told = run([busy, YES], [busy, YES], patience=Patience(1e6, per_upstream_s=2.0))
    assert told.items == [YES]
    assert told.seconds == pytest.approx(30, abs=1e-6)
    assert told.patience == [2.0, None, None]


def test_a_dead_stand_in_costs_no_answer() -> None:
    """The first server is slow, not broken: with nobody else there it is given its time."""
    slow = TimedOutError("slow", "first_event")
    told = run([slow, YES], [DOWN, DOWN, DOWN], patience=Patience(1e6, per_upstream_s=2.0))
    assert told.items == [YES]


def test_our_own_impatience_is_not_the_server_s_failure() -> None:
    """Its breaker stays closed for those who can wait."""

    async def main() -> None:
        now = asyncio.get_running_loop().time
        first = upstream("r1", breaker=BreakerPolicy(failures=1))
        servers = [first, upstream("r2")]

        async def once(at: Upstream, patience_s: float | None) -> AsyncGenerator[Delta, None]:
            if at is first and patience_s is not None:
                raise TimedOutError("slow", "first_event")
            yield YES

        recovery = Recovery(servers, Patience(1e6, 2.0), RetryBudget(), lambda: 1.0)
        assert [item async for item in recovery.run(once, lambda _upstream, _error: False, lambda _: None)] == [YES]
        assert first.breaker.enter(now()) == "free"

    VirtualClock().run(main())


def test_a_server_that_keeps_failing_is_left_alone_for_a_while() -> None:
    """The breaker opens after the failures, lets one call try after the rest, and closes when that one answers."""
    asked: list[float] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = upstream("r", RetryPolicy(attempts=1), BreakerPolicy(failures=2, rest_s=30))
        broken = True

        async def once(_: Upstream, __: float | None) -> AsyncGenerator[Delta, None]:
            asked.append(loop.time())
            if broken:
                raise DOWN
            yield YES

        async def call() -> list[Delta]:
            recovery = Recovery([server], Patience(1e6), RetryBudget(), lambda: 1.0)
            return [item async for item in recovery.run(once, lambda _upstream, _error: False, lambda _: None)]

        for _ in range(2):
            with pytest.raises(UnreachableError, match="down"):
                await call()
        with pytest.raises(UnreachableError, match="left alone for 30 s"):
            await call()
        await asyncio.sleep(31)
        broken = False
        assert await call() == [YES]
        assert await call() == [YES]

    VirtualClock().run(main())
    assert asked == pytest.approx([0, 0, 31, 31], abs=1e-6)


def test_a_trial_that_its_caller_gives_up_lets_the_next_one_try() -> None:
    """Otherwise nobody would ever ask again."""

    async def main() -> list[Delta]:
        server = upstream("r", RetryPolicy(attempts=1), BreakerPolicy(failures=1, rest_s=1))
        server.breaker.failed("free", asyncio.get_running_loop().time())
        await asyncio.sleep(2)

        async def silent(_: Upstream, __: float | None) -> AsyncGenerator[Delta, None]:
            await asyncio.sleep(3600)
            yield YES

        async def answering(_: Upstream, __: float | None) -> AsyncGenerator[Delta, None]:
            yield YES

        async def call(once: Callable[[Upstream, float | None], AsyncGenerator[Delta, None]]) -> list[Delta]:
            recovery = Recovery([server], Patience(1e6), RetryBudget(), lambda: 1.0)
            return [item async for item in recovery.run(once, lambda _upstream, _error: False, lambda _: None)]

        given_up = asyncio.create_task(call(silent))
        await asyncio.sleep(1)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        return await call(answering)

    assert VirtualClock().run(main()) == [YES]


def test_retries_are_a_share_of_the_calls() -> None:
    """In an outage a client does not send a multiple of its load: the budget runs out, and fills as calls go on."""
    budget = RetryBudget()
    assert [budget.take() for _ in range(11)] == [True] * 10 + [False]
    for _ in range(5):
        budget.called()
    assert [budget.take() for _ in range(2)] == [True, False]
