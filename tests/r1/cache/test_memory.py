"""The bounds of the cache in memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.testing import VirtualClock
from r1.cache import CacheKey, MemoryCache
from r1.cache.memory import ENTRY_BYTES
from tests.r1.cache.answers import Clock, reply_of


def _key(number: int) -> CacheKey:
    return CacheKey(f"r1:::{number}", str(number))


def test_the_one_not_asked_for_the_longest_goes_first() -> None:
    """A hit counts as being asked for."""

    async def main() -> None:
        cache = MemoryCache(most_entries=3)
        for number in range(3):
            await cache.put(_key(number), reply_of(), 60.0)
        assert await cache.get(_key(0)) is not None
        await cache.put(_key(3), reply_of(), 60.0)
        assert [number for number in range(4) if await cache.get(_key(number)) is not None] == [0, 2, 3]

    VirtualClock().run(main())


def test_an_answer_larger_than_the_cache_is_not_kept() -> None:
    """It does not drive out the others, but the one whose place it takes."""

    async def main() -> None:
        cache = MemoryCache(most_bytes=10_000)
        await cache.put(_key(1), reply_of(), 60.0)
        await cache.put(_key(2), reply_of(), 60.0)
        await cache.put(_key(2), reply_of("x" * 10_000), 60.0)
        assert await cache.get(_key(1)) is not None
        assert await cache.get(_key(2)) is None
        assert len(cache) == 1

    VirtualClock().run(main())


puts = st.tuples(st.just("put"), st.integers(0, 9), st.integers(0, 4000), st.floats(0.0, 20.0))
gets = st.tuples(st.just("get"), st.integers(0, 9), st.just(0), st.just(0.0))
waits = st.tuples(st.just("wait"), st.just(0), st.just(0), st.floats(0.0, 20.0))


@given(st.lists(puts | gets | waits, max_size=60))
def test_bounds_hold_whatever_happens(steps: list[tuple[str, int, int, float]]) -> None:
    """Entries and bytes stay under their bounds, the count of bytes is right, and only what was put last is given."""

    async def main() -> None:
        clock = Clock()
        cache = MemoryCache(5, 20_000, clock)
        last: dict[int, tuple[str, float]] = {}
        for what, number, length, seconds in steps:
            if what == "put":
                text = chr(97 + length % 26) * length
                await cache.put(_key(number), reply_of(text), seconds)
                last[number] = (text, clock.now + seconds)
            elif what == "wait":
                clock.now += seconds
            elif (reply := await cache.get(_key(number))) is not None:
                assert reply.answer == last[number][0]
                assert clock.now < last[number][1]
            assert len(cache) <= 5
            assert len(cache) * ENTRY_BYTES <= cache.size <= 20_000
        await cache.close()
        assert (len(cache), cache.size) == (0, 0)

    VirtualClock().run(main())
