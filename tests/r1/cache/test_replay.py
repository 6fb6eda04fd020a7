"""Where cache and call meet: replays, what is stored, and calls that share one."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.testing import VirtualClock
from r1 import Completion, Delta, Timing, UpstreamError
from r1.cache import CachedReply, CacheKey, Caching, GuardedCache, MemoryCache, jittered
from tests.r1.cache.answers import CANARY, completion_of, heard, key_of, script_of


class Failing(MemoryCache):
    """Raises, after `seconds`."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__()
        self.seconds = seconds

    async def get(self, key: CacheKey) -> CachedReply | None:
        await asyncio.sleep(self.seconds)
        raise OSError(CANARY)

    async def put(self, key: CacheKey, reply: CachedReply, ttl_s: float) -> None:
        await asyncio.sleep(self.seconds)
        raise OSError(CANARY)


def test_a_second_call_is_a_replay() -> None:
    """Thoughts, answer and a completion that says it came from the cache, at no time and with no attempt."""

    async def main() -> None:
        caching, script = Caching(MemoryCache()), script_of()
        first = await heard(caching.stream(key_of(), script))
        assert first == script.items
        again = await heard(caching.stream(key_of(), script))
        whole = completion_of()
        assert again[:-1] == [Delta("thought", whole.thoughts), Delta("answer", whole.answer)]
        assert again[-1] == Completion(
            whole.answer, whole.thoughts, "stop", whole.usage, "cache", (), Timing(None, 0.0, 0.0, 0.0, 0.0)
        )
        assert script.calls == 1
        await heard(caching.stream(key_of(model="other"), script))
        assert script.calls == 2

    VirtualClock().run(main())


def test_a_replay_s_times_are_this_call_s() -> None:
    """Measured as its caller heard it, not those of the call that was stored."""

    async def main() -> None:
        caching = Caching(MemoryCache())
        await heard(caching.stream(key_of(), script_of()))
        items = []
        async for item in caching.stream(key_of(), script_of()):
            items.append(item)
            await asyncio.sleep(0.5)
        completion = items[-1]
        assert isinstance(completion, Completion)
        assert completion.timing == Timing(None, 0.0, 0.5, 0.5, 1.0)

    VirtualClock().run(main())


@pytest.mark.parametrize(
    "completion",
    [completion_of(finish_reason="length"), completion_of(finish_reason="empty_answer", fallback=True),
     completion_of(fallback=True), completion_of(answer="")],
    ids=["cut", "empty", "fallback", "nothing said"],
)  # fmt: skip
def test_only_complete_answers_are_stored(completion: Completion) -> None:
    """Not one that was cut short, and not a sentence of ours."""

    async def main() -> None:
        cache = MemoryCache()
        caching, script = Caching(cache), script_of(completion)
        await heard(caching.stream(key_of(), script))
        await caching.settle()
        assert len(cache) == 0

    VirtualClock().run(main())


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_stream_that_broke_off_is_not_stored(cut: int) -> None:
    """Even after its completion; and its error reaches the caller as it is."""

    async def main() -> None:
        cache = MemoryCache()
        caching, script = Caching(cache), script_of()
        script.items[cut:] = [UpstreamError("broke off")]
        with pytest.raises(UpstreamError, match="broke off"):
            await heard(caching.stream(key_of(), script))
        await caching.settle()
        assert len(cache) == 0

    VirtualClock().run(main())


def test_a_stream_that_was_left_is_not_stored() -> None:
    """Its upstream is stopped at once."""

    async def main() -> None:
        cache = MemoryCache()
        caching, script = Caching(cache), script_of()
        async with aclosing(caching.stream(key_of(), script)) as items:
            await anext(items)
        assert script.ends == ["closed"]
        await caching.settle()
        assert len(cache) == 0

    VirtualClock().run(main())


def test_a_caller_that_stops_at_the_completion_has_it_stored() -> None:
    """As `infer` does, which never asks for the end of the stream."""

    async def main() -> None:
        caching, script = Caching(MemoryCache()), script_of()
        async with aclosing(caching.stream(key_of(), script)) as items:
            async for item in items:
                if isinstance(item, Completion):
                    break
        await caching.settle()
        again = await heard(caching.stream(key_of(), script))
        assert isinstance(again[-1], Completion) and again[-1].served_by == "cache"

    VirtualClock().run(main())


def test_identical_calls_at_once_are_one_upstream() -> None:
    """A hundred callers, one call; who joins late has all of it, and its own times."""

    async def main() -> None:
        caching, script = Caching(MemoryCache()), script_of()
        loop = asyncio.get_running_loop()

        async def late() -> list[Delta | Completion]:
            await asyncio.sleep(2.5)
            started = loop.time()
            items = await heard(caching.stream(key_of(), script))
            assert loop.time() - started == pytest.approx(0.5)
            return items

        *replies, joined = await asyncio.gather(*(heard(caching.stream(key_of(), script)) for _ in range(100)), late())
        assert script.calls == 1
        assert replies[0] == script.items
        assert all(reply[:-1] == script.items[:-1] for reply in (*replies, joined))
        completion = joined[-1]
        assert isinstance(completion, Completion)
        assert completion.served_by == "deepseek-r1"
        assert completion.timing.total_s == pytest.approx(0.5)
        assert completion.timing.first_event_s == completion.timing.first_answer_s == 0.0

    VirtualClock().run(main())


@pytest.mark.parametrize("seconds", [0.0, 1e6], ids=["fails", "hangs"])
def test_a_broken_cache_fails_no_call(seconds: float, caplog: pytest.LogCaptureFixture) -> None:
    """Behind its guard it adds a quarter of a second at most, and nothing at the end."""
    caplog.set_level(0)

    async def main() -> None:
        caching, script = Caching(GuardedCache(Failing(seconds))), script_of()
        loop = asyncio.get_running_loop()
        assert await heard(caching.stream(key_of(), script)) == script.items
        assert loop.time() <= 3.0 + 0.25 + 1e-6
        started = loop.time()
        assert (await heard(caching.stream(key_of(), script)))[:2] == script.items[:2]
        assert loop.time() - started == pytest.approx(3.0)
        await caching.settle()

    VirtualClock().run(main())
    assert CANARY not in caplog.text


def test_a_cache_without_a_guard_fails_no_call_either(caplog: pytest.LogCaptureFixture) -> None:
    """What it raises is noted by its kind."""
    caplog.set_level(0)

    async def main() -> None:
        caching, script = Caching(Failing()), script_of()
        assert await heard(caching.stream(key_of(), script)) == script.items
        await caching.settle()

    VirtualClock().run(main())
    assert "Failing failed (OSError)" in caplog.text and CANARY not in caplog.text


def test_storing_does_not_hold_up_the_end() -> None:
    """The caller has its last item, and the end of the stream, while the cache still writes."""

    class Slow(MemoryCache):
        async def put(self, key: CacheKey, reply: CachedReply, ttl_s: float) -> None:
            await asyncio.sleep(100)
            await super().put(key, reply, ttl_s)

    async def main() -> None:
        cache = Slow()
        caching, script = Caching(cache), script_of()
        await heard(caching.stream(key_of(), script))
        assert asyncio.get_running_loop().time() == pytest.approx(3.0)
        assert len(cache) == 0
        await caching.settle()
        assert len(cache) == 1

    VirtualClock().run(main())


@given(st.floats(0.001, 1e6), st.floats(0.0, 1.0))
def test_lives_differ_by_a_tenth_at_most(ttl_s: float, chance: float) -> None:
    """Answers stored together do not all expire together."""
    life_s = jittered(ttl_s, lambda: chance)
    assert 0.9 * ttl_s * (1 - 1e-9) <= life_s <= 1.1 * ttl_s * (1 + 1e-9)
    assert jittered(ttl_s, lambda: 0.5) == pytest.approx(ttl_s)


def test_the_life_is_an_hour_give_or_take() -> None:
    """By the chance that was given."""

    async def main() -> None:
        for chance, life_s in ((0.0, 3240.0), (1.0, 3960.0)):
            cache = MemoryCache(clock=lambda: 0.0)
            caching = Caching(cache, chance=partial(float, chance))
            await heard(caching.stream(key_of(), script_of()))
            await caching.settle()
            found = await cache.find(key_of())
            assert found is not None and found.life_s == pytest.approx(life_s)

    VirtualClock().run(main())
