"""From a place to a cache."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from r1 import SettingsError, UnreachableError
from r1.cache import CacheLimits, MemoryCache, TieredCache, open_cache
from tests.r1.cache.answers import CANARY, key_of, reply_of
from tests.r1.cache.redis_server import RedisServer

PATIENT = CacheLimits(patience_s=20.0)


@pytest.mark.parametrize("location", ["", "memory", " memory "])
def test_memory_is_the_default(location: str) -> None:
    """It cannot fail, and needs no guard."""
    assert isinstance(open_cache(location), MemoryCache)


def test_a_path_is_a_file_behind_memory(tmp_path: Path) -> None:
    """It is made with the first answer, and outlives the cache."""

    async def main() -> None:
        for _ in range(2):
            cache = open_cache(str(tmp_path / "cache.db"), PATIENT)
            assert isinstance(cache, TieredCache)
            found = await cache.get(key_of())
            await cache.put(key_of(), reply_of(), 60.0)
            assert await cache.get(key_of()) == reply_of()
            await cache.close()
        assert found == reply_of()

    asyncio.run(main())
    assert [file.name for file in tmp_path.iterdir()] == ["cache.db"]


def test_a_redis_that_dies_leaves_the_answers_in_memory(mortal_redis: RedisServer) -> None:
    """And erasing says that it could not be done."""

    async def main() -> None:
        cache = open_cache(mortal_redis.url, PATIENT)
        await cache.put(key_of(user="ann"), reply_of(), 60.0)
        mortal_redis.kill()
        assert await cache.get(key_of(user="ann")) == reply_of()
        assert await cache.get(key_of("Else?")) is None
        with pytest.raises(UnreachableError):
            await cache.erase_user("acme", "ann")
        assert await cache.get(key_of(user="ann")) is None
        await cache.close()

    asyncio.run(main())


def test_an_address_of_another_kind_is_refused() -> None:
    """By its scheme, without what follows."""
    with pytest.raises(SettingsError, match="memcached://") as caught:
        open_cache(f"memcached://user:{CANARY}@host")
    assert CANARY not in str(caught.value)


def test_limits_are_above_zero() -> None:
    """Each names itself."""
    with pytest.raises(SettingsError, match="disk_bytes"):
        CacheLimits(disk_bytes=0)
