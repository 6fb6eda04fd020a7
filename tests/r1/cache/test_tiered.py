"""A fast cache in front of a slow one."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.testing import VirtualClock
from r1.cache import Found, MemoryCache, TieredCache
from r1.cache.key import CacheKey
from tests.r1.cache.answers import Clock, key_of, reply_of


class Slow(MemoryCache):
    """Memory that takes a second to answer, by when what it read may be out of date."""

    async def find(self, key: CacheKey) -> Found | None:
        found = await super().find(key)
        await asyncio.sleep(1)
        return found


class Broken(MemoryCache):
    """Cannot erase."""

    async def erase_user(self, tenant: str, user_id: str) -> int:
        raise OSError


def test_a_hit_in_the_slow_one_fills_the_fast_one() -> None:
    """For what is left of the answer's life, no longer."""

    async def main() -> None:
        clock = Clock()
        fast, slow = MemoryCache(clock=clock), MemoryCache(clock=clock)
        cache = TieredCache(fast, slow, longest_fast_s=1000.0)
        await slow.put(key_of(), reply_of(), 100.0)
        clock.now += 70
        assert await fast.get(key_of()) is None
        assert await cache.get(key_of()) == reply_of()
        found = await fast.find(key_of())
        assert found is not None and found.life_s == pytest.approx(30.0)
        await slow.erase_user("acme", key_of().key.split(":")[2])
        assert await cache.get(key_of()) == reply_of()
        clock.now += 30
        assert await cache.get(key_of()) is None

    VirtualClock().run(main())


def test_an_answer_is_put_into_both() -> None:
    """In the fast one for a minute at most, so that an erasure elsewhere holds here too."""

    async def main() -> None:
        clock = Clock()
        fast, slow = MemoryCache(clock=clock), MemoryCache(clock=clock)
        cache = TieredCache(fast, slow)
        await cache.put(key_of(), reply_of(), 3600.0)
        lives = [found.life_s for tier in (fast, slow) if (found := await tier.find(key_of()))]
        assert lives == [60.0, 3600.0]

    VirtualClock().run(main())


def test_erasing_reaches_both() -> None:
    """And counts an answer that stands in both once."""

    async def main() -> None:
        fast, slow = MemoryCache(), MemoryCache()
        cache = TieredCache(fast, slow)
        await cache.put(key_of(user="ann"), reply_of(), 60.0)
        await slow.put(key_of("Else?", user="ann"), reply_of(), 60.0)
        assert await cache.erase_user("acme", "ann") == 2
        assert (len(fast), len(slow)) == (0, 0)

    VirtualClock().run(main())


def test_a_slow_one_that_cannot_erase_raises_after_the_fast_one_is_erased() -> None:
    """As much as can be done is done, and the rest is told."""

    async def main() -> None:
        fast, slow = MemoryCache(), Broken()
        cache = TieredCache(fast, slow)
        await cache.put(key_of(user="ann"), reply_of(), 60.0)
        with pytest.raises(OSError):  # noqa: PT011 - raised without a message
            await cache.erase_user("acme", "ann")
        assert len(fast) == 0

    VirtualClock().run(main())


def test_an_answer_read_just_before_it_was_erased_does_not_come_back() -> None:
    """The fast one is not filled with it."""

    async def main() -> None:
        fast, slow = MemoryCache(), Slow()
        cache = TieredCache(fast, slow)
        await slow.put(key_of(user="ann"), reply_of(), 60.0)
        task = asyncio.create_task(cache.get(key_of(user="ann")))
        await asyncio.sleep(0.5)
        assert await cache.erase_user("acme", "ann") == 1
        assert await task == reply_of()
        assert len(fast) == 0

    VirtualClock().run(main())
