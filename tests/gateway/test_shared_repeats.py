"""An Idempotency-Key at two gateways that share a Redis: one run, one reply, for both."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from gateway import shared_repeats as module
from gateway.erasures import Erasures
from gateway.errors import ApiError
from gateway.repeats import RepeatName, Repeats
from gateway.shared_repeats import SharedRepeats
from r1.cache import open_cache
from r1.results import Completion, Delta, Timing, Usage
from tests.r1.cache.redis_server import RedisServer

NAME = RepeatName("t1", "mei", "c1", "order-17")
DIGEST = "0" * 64


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    started = RedisServer()
    yield started
    started.stop()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("LEASE_S", 0.4), ("RENEWED_S", 0.1), ("POLL_S", 0.01)):
        monkeypatch.setattr(module, name, seconds)


def whole(answer: str, finish_reason: str = "stop") -> Completion:
    return Completion(answer, "", finish_reason, Usage(1, 1, 2), "scripted", (), Timing())


class Run:
    """What an engine says, and how often it was asked; waits for `go` half-way."""

    def __init__(self, answer: str = "So.", finish_reason: str = "stop") -> None:
        self.answer, self.finish_reason = answer, finish_reason
        self.count = 0
        self.go = asyncio.Event()
        self.begun = asyncio.Event()
        self.go.set()

    async def __call__(self) -> Any:
        self.count += 1
        self.begun.set()
        yield Delta("answer", self.answer)
        await self.go.wait()
        yield whole(self.answer, self.finish_reason)


class Gateway:
    """What a gateway process has of it."""

    def __init__(self, shared: SharedRepeats) -> None:
        self.shared, self.repeats, self.erasures = shared, Repeats(shared=shared), Erasures()

    async def ask(self, run: Run, name: RepeatName = NAME, digest: str = DIGEST) -> Completion:
        fence = self.erasures.fence(name.tenant, name.owner)
        async with aclosing(self.repeats.stream(name, digest, run, fence)) as items:
            async for item in items:
                if isinstance(item, Completion):
                    if item.served_by != "cache":
                        self.repeats.ended(name)
                    return item
        raise AssertionError


@asynccontextmanager
async def gateways(url: str, count: int = 2) -> AsyncIterator[list[Gateway]]:
    """So many on one Redis, which is emptied first."""
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(count):
            client = Redis.from_url(url, socket_timeout=0.3, socket_connect_timeout=0.3)
            stack.push_async_callback(client.aclose)
            cache = open_cache(url)
            stack.push_async_callback(cache.close)
            made.append(Gateway(SharedRepeats(client, cache)))
        await Redis.flushall(made[0].shared._client)
        yield made


def played(url: str, main: Callable[[Gateway, Gateway], Any]) -> Any:
    async def play() -> Any:
        async with gateways(url) as (one, two):
            result = await main(one, two)
            await one.repeats.settle()
            await two.repeats.settle()
            return result

    return asyncio.run(play())


def test_another_gateway_gives_the_same_reply(server: RedisServer) -> None:
    """The engine runs once, and the exchange is remembered once."""
    run = Run()

    async def main(one: Gateway, two: Gateway) -> None:
        first = await one.ask(run)
        assert one.repeats.is_first_to_remember(NAME)
        await one.repeats.settle()
        second = await two.ask(run)
        assert (first.answer, second.answer, second.served_by) == ("So.", "So.", "cache")
        assert not two.repeats.is_first_to_remember(NAME)

    played(server.url, main)
    assert run.count == 1


def test_who_comes_while_it_runs_elsewhere_waits_for_the_reply(server: RedisServer) -> None:
    """For longer than a claim stands that is not renewed."""
    run = Run()

    async def main(one: Gateway, two: Gateway) -> list[Completion]:
        run.go.clear()
        calls = [asyncio.create_task(one.ask(run))]
        await run.begun.wait()
        calls += [asyncio.create_task(two.ask(run)) for _ in range(3)]
        await asyncio.sleep(2.5 * module.LEASE_S)
        assert not any(call.done() for call in calls)
        run.go.set()
        return list(await asyncio.gather(*calls))

    replies = played(server.url, main)
    assert {reply.answer for reply in replies} == {"So."} and run.count == 1


def test_another_request_with_the_key_is_refused_elsewhere_too(server: RedisServer) -> None:
    """422; the gateway that refused it knows no more of it than before. Another client's key is its own."""
    run = Run()

    async def main(one: Gateway, two: Gateway) -> None:
        await one.ask(run)
        await one.repeats.settle()
        for _ in range(2):
            with pytest.raises(ApiError) as refused:
                await two.ask(run, digest="1" * 64)
            assert (refused.value.status, refused.value.kind) == (422, "idempotency_key_reused")
        assert (await two.ask(run)).served_by == "cache"
        other = RepeatName("t1", "mei", "c2", "order-17")
        assert (await two.ask(run, other, "1" * 64)).served_by == "scripted"

    played(server.url, main)
    assert run.count == 2


def test_a_call_that_came_to_nothing_frees_the_key(server: RedisServer) -> None:
    """One that was cut, and one whose caller left: the next one, at another gateway, runs."""

    async def main(one: Gateway, two: Gateway) -> None:
        await one.ask(Run(finish_reason="length"))
        await one.repeats.settle()
        left = Run()
        left.go.clear()
        leaving = asyncio.create_task(two.ask(left))
        await left.begun.wait()
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        await two.repeats.settle()
        assert await two.shared._client.keys("*") == []
        assert (await one.ask(Run("Third."))).answer == "Third."

    played(server.url, main)


def test_a_gateway_that_died_holds_no_key_for_long(server: RedisServer) -> None:
    """Its claim runs out, and whoever waits runs the call."""

    async def main(one: Gateway, two: Gateway) -> None:
        dead = module._Claim(NAME, DIGEST)
        assert await one.shared._begun(dead) == dead.running  # and nobody renews it
        run = Run("Anew.")
        assert (await two.ask(run)).answer == "Anew."
        assert run.count == 1

    played(server.url, main)


def test_an_erasure_frees_the_keys_and_leaves_nothing(server: RedisServer) -> None:
    """Of this owner alone; also of a call that is under way at the time."""
    tom = RepeatName("t1", "tom", "c1", "order-18")

    async def main(one: Gateway, two: Gateway) -> None:
        run = Run()
        for name in (NAME, tom):
            await one.ask(run, name)
        await one.repeats.settle()
        keys = len(await one.shared._client.keys("*"))
        assert await two.repeats.erase("t1", "mei") == 1
        left = await one.shared._client.keys("*")
        assert len(left) == keys / 2 and not any(b"mei" in key for key in left)
        one.repeats = Repeats(shared=one.shared)
        assert (await one.ask(Run("New."), digest="1" * 64)).answer == "New."
        assert (await two.ask(run, tom)).served_by == "cache"

    played(server.url, main)


def test_nothing_in_redis_tells_what_was_asked_but_the_reply(server: RedisServer) -> None:
    """Neither the key nor the request's digest."""

    async def main(one: Gateway, _two: Gateway) -> None:
        await one.ask(Run())
        await one.repeats.settle()
        client = one.shared._client
        for key in await client.keys("*"):
            value = await client.get(key) if await client.type(key) == b"string" else b""
            assert b"order-17" not in key + value and DIGEST.encode() not in key + value
            assert await client.pttl(key) > 0

    played(server.url, main)


def test_without_redis_a_gateway_goes_on_by_itself(caplog: pytest.LogCaptureFixture) -> None:
    """Each runs the call once; that is said once, and when it is over."""
    server = RedisServer()
    run = Run()

    async def main(one: Gateway, two: Gateway) -> None:
        now = [0.0]
        for gateway in (one, two):
            gateway.shared._clock = lambda: now[0]
        server.kill()
        with caplog.at_level(logging.INFO, "gateway.shared_repeats"):
            for gateway in (one, two, one, two):
                assert (await gateway.ask(run)).answer == "So."
            assert run.count == 2
            with pytest.raises(Exception, match=r"onnect|ocket|refused|No such file"):
                await one.repeats.erase("t1", "mei")
            server.start()
            now[0] += module.AWAY_S + 1
            await one.ask(run, RepeatName("t1", "mei", "c1", "another"))
            await one.repeats.settle()

    try:
        played(server.url, main)
    finally:
        server.stop()
    said = [record.message for record in caplog.records]
    assert sum("this gateway alone" in line for line in said) == 2 and sum("is back" in line for line in said) == 1
