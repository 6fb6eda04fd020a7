"""What holds for every store: memory, a file, a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from r1.cache import MemoryCache, TimedCache
from r1.cache.redis import RedisCache
from r1.cache.sqlite import SqliteCache
from tests.r1.cache.answers import Clock, key_of, reply_of

Open = Callable[[Clock], TimedCache]


@pytest.fixture(params=["memory", "sqlite", "redis"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens an empty store with the given clock."""
    if request.param == "memory":
        return lambda clock: MemoryCache(clock=clock)
    if request.param == "sqlite":
        return lambda clock: SqliteCache(tmp_path / "cache.db", clock=clock, busy_s=10.0)
    return lambda clock: RedisCache(request.getfixturevalue("shared_redis").url, clock)


def run(open_store: Open, work: Callable[[TimedCache, Clock], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        clock = Clock()
        store = open_store(clock)
        try:
            if isinstance(store, RedisCache):
                await store._redis.execute_command("FLUSHALL")
            await work(store, clock)
        finally:
            await store.close()

    asyncio.run(main())


def test_what_was_put_is_found(open_store: Open) -> None:
    """The whole reply, with what is left of its life."""

    async def work(store: TimedCache, clock: Clock) -> None:
        assert await store.get(key_of()) is None
        await store.put(key_of(), reply_of(), 60.0)
        assert await store.get(key_of()) == reply_of()
        clock.now += 20
        found = await store.find(key_of())
        assert found is not None
        assert found.reply == reply_of()
        assert found.life_s == pytest.approx(40.0)

    run(open_store, work)


def test_a_later_reply_takes_the_place(open_store: Open) -> None:
    """And begins a life of its own; a reply without a life is not kept."""

    async def work(store: TimedCache, clock: Clock) -> None:
        await store.put(key_of(), reply_of("old"), 60.0)
        clock.now += 50
        await store.put(key_of(), reply_of("new"), 60.0)
        clock.now += 50
        assert await store.get(key_of()) == reply_of("new")
        await store.put(key_of("Else?"), reply_of(), 0.0)
        assert await store.get(key_of("Else?")) is None

    run(open_store, work)


def test_a_reply_expires(open_store: Open) -> None:
    """By the clock that was given, at the second."""

    async def work(store: TimedCache, clock: Clock) -> None:
        await store.put(key_of(), reply_of(), 60.0)
        clock.now += 59.9
        assert await store.get(key_of()) is not None
        clock.now += 0.1
        assert await store.get(key_of()) is None

    run(open_store, work)


def test_fields_of_one_hash_expire_apart(open_store: Open) -> None:
    """The same prompt with another model is another answer, with its own time."""

    async def work(store: TimedCache, clock: Clock) -> None:
        await store.put(key_of(model="long"), reply_of("long"), 100.0)
        await store.put(key_of(model="short"), reply_of("short"), 10.0)
        assert key_of(model="long").key == key_of(model="short").key
        clock.now += 50
        assert await store.get(key_of(model="long")) == reply_of("long")
        assert await store.get(key_of(model="short")) is None

    run(open_store, work)


IDS = ["ann", "ann2", "an", "", "*", "a?n", "[a-z]", "ann:1", "ann%3A1", "安", "\\", "ANN", "ann;"]


@pytest.mark.parametrize("user", IDS)
def test_erasing_takes_exactly_one_user_s_answers(open_store: Open, user: str) -> None:
    """Of exactly that tenant, in all sessions, however alike the others' ids are; and says how many."""

    async def work(store: TimedCache, _: Clock) -> None:
        keys = {
            (tenant, id_, session, model): key_of("p", tenant, id_, session, model)
            for tenant in ("acme", "acme:ann", "")
            for id_ in IDS
            for session in ("1", "2")
            for model in ("r1", "v3")
        }
        for key in keys.values():
            await store.put(key, reply_of(), 60.0)
        assert await store.erase_user("acme", user) == 4
        left = {name for name, key in keys.items() if await store.get(key) is not None}
        assert set(keys) - left == {("acme", user, session, model) for session in ("1", "2") for model in ("r1", "v3")}
        assert await store.erase_user("acme", user) == 0

    run(open_store, work)


def test_many_calls_at_once_get_their_own_answers(open_store: Open) -> None:
    """Concurrent calls do not mix up replies, also when some are cancelled while they wait."""

    async def work(store: TimedCache, _: Clock) -> None:
        keys = [key_of(f"p{number}", user=f"user{number % 7}") for number in range(60)]
        await asyncio.gather(*(store.put(key, reply_of(key.field), 60.0) for key in keys))
        for round_ in range(5):
            tasks = [asyncio.create_task(store.get(key)) for key in keys]
            for number, task in enumerate(tasks):
                if number % 3 == round_ % 3:
                    asyncio.get_running_loop().call_later(0.0005 * (number % 5), task.cancel)
            replies = await asyncio.gather(*tasks, return_exceptions=True)
            for key, reply in zip(keys, replies, strict=True):
                assert isinstance(reply, asyncio.CancelledError) or reply == reply_of(key.field)

    run(open_store, work)
