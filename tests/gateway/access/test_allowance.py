"""Each client is held to its limits, and told which one it has used up and when to come back."""

from __future__ import annotations

import asyncio
import math
import signal
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.allowance import Allowance
from gateway.access.clients import ClientLimits
from gateway.access.fixed import FixedClients
from gateway.access.redis_windows import REDIS_SECONDS, RedisWindows
from gateway.access.registry import Registry
from gateway.access.registry_watch import WatchedRegistry
from gateway.access.windows import MemoryWindows, Used, Windows
from gateway.calls import Caller
from gateway.errors import ApiError, GatewayError
from tests.gateway.access.clock import Clock
from tests.r1.cache.redis_server import RedisServer

ME, OTHER = Caller("me", "me", "developer", "t"), Caller("other", "other", "developer", "t")


def allowance_of(clock: Clock, limits: ClientLimits, windows: Windows | None = None) -> Allowance:
    secrets = {"me": "m" * 32, "other": "o" * 32}
    return Allowance(FixedClients(secrets, limits=limits), windows or MemoryWindows(clock))


async def refusal(attempt: Coroutine[Any, Any, None]) -> tuple[str, float]:
    """What a refused one is told, and when to come back; nothing when it is let in."""
    try:
        await attempt
    except ApiError as error:
        return f"{error.status} {error.kind} {error}", error.retry_after_s or math.nan
    return "", 0.0


def test_without_limits_all_is_let_in() -> None:
    """And nothing is counted."""

    async def main() -> None:
        allowance = allowance_of(Clock(), ClientLimits())
        for _ in range(1000):
            async with allowance.call(ME):
                await allowance.spend(ME, 10**9)

    asyncio.run(main())


def test_requests_per_minute_are_a_moving_window() -> None:
    """The fourth waits until the first is a minute old, and there is no border at which twice as many fit."""
    clock = Clock()

    async def main() -> None:
        allowance = allowance_of(clock, ClientLimits(requests_per_minute=3))
        for _ in range(3):
            await allowance.check(ME)
            clock.now += 10
        said, wait_s = await refusal(allowance.check(ME))
        assert said.startswith("429 limit_reached")
        assert "3 requests per minute" in said
        assert wait_s == pytest.approx(30)
        assert await refusal(allowance.check(OTHER)) == ("", 0)
        clock.now += 29.9
        assert (await refusal(allowance.check(ME)))[0]
        clock.now += 0.2
        await allowance.check(ME)
        assert (await refusal(allowance.check(ME)))[0]

    asyncio.run(main())


@pytest.mark.parametrize(("limit", "window_s"), [("tokens_per_minute", 60), ("tokens_per_day", 86_400)])
def test_tokens_are_counted_after_the_call(limit: str, window_s: int) -> None:
    """A call may overrun them, and the next one waits as long as it is told; then it is let in."""
    clock = Clock(window_s * 1000.0)

    async def main() -> None:
        allowance = allowance_of(clock, ClientLimits(**{limit: 1000}))
        await allowance.check(ME)
        await allowance.spend(ME, 999)
        await allowance.check(ME)
        await allowance.spend(ME, 1001)
        said, wait_s = await refusal(allowance.check(ME))
        assert f"1000 {limit.replace('_', ' ')}" in said
        assert wait_s == pytest.approx(1.5 * window_s)
        clock.now += wait_s - 0.1 * window_s
        assert (await refusal(allowance.check(ME)))[0]
        clock.now += 0.1 * window_s + 1
        await allowance.check(ME)

    asyncio.run(main())


def test_calls_at_once() -> None:
    """The third waits for one to end, however that ends; others' calls do not count."""

    async def main() -> None:
        allowance = allowance_of(Clock(), ClientLimits(calls_at_once=2))

        async def one_call() -> None:
            async with allowance.call(ME):
                pass

        async with allowance.call(ME), allowance.call(OTHER):
            with suppress(ZeroDivisionError):
                async with allowance.call(ME):
                    said, wait_s = await refusal(one_call())
                    assert "2 calls at once" in said
                    assert wait_s == 1
                    raise ZeroDivisionError
            assert await refusal(one_call()) == ("", 0)
            task = asyncio.create_task(held(allowance))
            await asyncio.sleep(0)
            assert (await refusal(one_call()))[0]
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert await refusal(one_call()) == ("", 0)

    async def held(allowance: Allowance) -> None:
        async with allowance.call(ME):
            await asyncio.sleep(3600)

    asyncio.run(main())


def test_the_last_place_is_given_once() -> None:
    """Even when counting takes time, as it does in Redis."""

    class Slow(MemoryWindows):
        async def take(self, key: str, most: int, window_s: int) -> float:
            await asyncio.sleep(0)
            return await super().take(key, most, window_s)

    async def main() -> int:
        limits = ClientLimits(requests_per_minute=100, calls_at_once=1)
        allowance = allowance_of(Clock(), limits, Slow())

        async def one_call() -> int:
            async with allowance.call(ME):
                await asyncio.sleep(0)
            return 1

        answers = await asyncio.gather(*(one_call() for _ in range(10)), return_exceptions=True)
        return sum(answer for answer in answers if isinstance(answer, int))

    assert asyncio.run(main()) == 1


def test_a_refused_call_is_not_counted_as_a_request() -> None:
    """Whoever waits for tokens keeps its requests."""
    clock = Clock(60_000.0)

    async def main() -> None:
        allowance = allowance_of(clock, ClientLimits(requests_per_minute=2, tokens_per_minute=10))
        await allowance.spend(ME, 1000)
        for _ in range(10):
            assert "tokens" in (await refusal(allowance.check(ME)))[0]
        clock.now += 300
        await allowance.check(ME)
        await allowance.check(ME)
        assert "requests" in (await refusal(allowance.check(ME)))[0]

    asyncio.run(main())


def test_limits_that_change_count_at_once(registry: Registry, clock: Clock) -> None:
    """For a gateway that runs; what was used is not forgotten."""
    client, _ = registry.add("kitchen", "developer", limits=ClientLimits(requests_per_minute=2))
    watch = WatchedRegistry(registry, clock=clock)

    async def main() -> None:
        allowance = Allowance(watch, MemoryWindows(clock))
        for _ in range(2):
            await allowance.check(client.caller())
        assert (await refusal(allowance.check(client.caller())))[0]
        registry.change("kitchen", limits=ClientLimits(requests_per_minute=3))
        watch.refresh()
        await allowance.check(client.caller())
        registry.change("kitchen", limits=ClientLimits(requests_per_minute=1))
        watch.refresh()
        assert (await refusal(allowance.check(client.caller())))[1] == pytest.approx(60)
        registry.revoke("kitchen")
        watch.refresh()
        await allowance.check(client.caller())  # its token is what no longer counts

    asyncio.run(main())


@given(st.lists(st.tuples(st.floats(0, 40), st.integers(1, 400)), max_size=30), st.integers(1, 1000), st.floats(0, 1e6))
def test_who_waits_as_told_is_let_in(spent: list[tuple[float, int]], most: int, start: float) -> None:
    """Whatever was spent when; and not 2 s earlier."""
    clock = Clock(start)

    async def main() -> None:
        windows = MemoryWindows(clock)
        for pause_s, amount in spent:
            await windows.add("k", amount, 60)
            clock.now += pause_s
        used = await windows.used("k", 60)
        wait_s = used.wait_share(most) * 60
        assert 0 <= wait_s <= 120
        assert (wait_s == 0) == (used.estimate < most)
        told_at = clock.now
        if wait_s > 2:
            clock.now = told_at + wait_s - 2
            assert (await windows.used("k", 60)).estimate >= most - 0.01
        clock.now = told_at + wait_s + 0.01
        assert (await windows.used("k", 60)).estimate < most

    asyncio.run(main())


def test_setting_the_machine_s_clock_changes_no_count() -> None:
    """Memory counts by a clock that never goes back; only that one is asked."""
    clock = Clock(0)
    windows = MemoryWindows(clock)

    async def main() -> None:
        assert await windows.take("k", 1, 60) == 0
        assert await windows.take("k", 1, 60) == 60
        clock.now += 60
        assert await windows.take("k", 1, 60) == 0

    asyncio.run(main())


def test_a_window_s_estimate() -> None:
    """A quarter into this one, three quarters of the one before count."""
    assert Used(100, 10, 0.25).estimate == pytest.approx(85)
    assert Used(0, 0, 0.5).wait_share(1) == 0
    assert Used(0, 100, 0.0).wait_share(100) == pytest.approx(1.0)


# In Redis


@pytest.mark.parametrize("url", ["postgres://user:canary@host/0", "nonsense canary", "redis://host:canary/0"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """Without being repeated, since it may hold a password."""
    with pytest.raises(GatewayError, match="redis://") as caught:
        RedisWindows(url)
    assert "canary" not in str(caught.value)


@pytest.mark.slow
def test_gateways_share_their_counts(shared_redis: RedisServer) -> None:
    """Requests and tokens, through Redis."""

    async def main() -> None:
        one, two = RedisWindows(shared_redis.url), RedisWindows(shared_redis.url)
        limits = ClientLimits(requests_per_minute=3, tokens_per_day=100)
        here, there = allowance_of(Clock(), limits, one), allowance_of(Clock(), limits, two)
        await here.check(ME)
        await there.check(ME)
        await here.check(ME)
        said, wait_s = await refusal(there.check(ME))
        assert "3 requests per minute" in said
        assert 50 < wait_s <= 60
        await here.check(OTHER)
        await here.spend(OTHER, 40)
        await there.check(OTHER)
        await there.spend(OTHER, 70)
        assert "100 tokens per day" in (await refusal(here.check(OTHER)))[0]
        await one.close()
        await two.close()

    asyncio.run(main())


@pytest.mark.slow
def test_without_redis_each_gateway_counts_alone(mortal_redis: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """Calls go on, limits still hold here, it says so once, and Redis counts again when it is back."""
    caplog.set_level("INFO", logger="gateway")
    clock = Clock()

    async def main() -> None:
        windows = RedisWindows(mortal_redis.url, clock=clock)
        allowance = allowance_of(clock, ClientLimits(requests_per_minute=2, tokens_per_minute=10), windows)
        await allowance.check(ME)
        await allowance.spend(ME, 1)
        mortal_redis.kill()
        for _ in range(2):
            await allowance.check(ME)
        assert "requests" in (await refusal(allowance.check(ME)))[0]
        await allowance.spend(ME, 10)
        assert "tokens" in (await refusal(allowance.check(ME)))[0]
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        mortal_redis.start()
        clock.now += 6
        await allowance.check(OTHER)
        assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
        await windows.close()

    asyncio.run(main())


@pytest.mark.slow
def test_a_redis_that_hangs_holds_calls_up_once(mortal_redis: RedisServer) -> None:
    """For half a second; then this gateway counts alone for a while."""
    clock = Clock()

    async def main() -> tuple[float, float]:
        windows = RedisWindows(mortal_redis.url, clock=clock)
        allowance = allowance_of(clock, ClientLimits(requests_per_minute=100, tokens_per_day=100), windows)
        await allowance.check(ME)
        with mortal_redis_paused(mortal_redis):
            times = []
            for _ in range(2):
                started = time.perf_counter()
                for _ in range(10):
                    async with allowance.call(ME):
                        await allowance.spend(ME, 1)
                times.append(time.perf_counter() - started)
        await windows.close()
        return times[0], times[1]

    first_s, second_s = asyncio.run(main())
    assert first_s < 5 * REDIS_SECONDS
    assert second_s < REDIS_SECONDS


@contextmanager
def mortal_redis_paused(server: RedisServer) -> Iterator[None]:
    assert server._process is not None
    server._process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server._process.send_signal(signal.SIGCONT)
