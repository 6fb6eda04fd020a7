"""Where cache and call meet: a stored answer is replayed as a stream, and a new one is stored once it is complete."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace

from r1.cache.failures import Failures
from r1.cache.key import CacheKey
from r1.cache.reply import CachedReply
from r1.cache.result_cache import ResultCache, jittered
from r1.progress import Relay
from r1.results import Completion, Delta, Timing
from r1.single_flight import SingleFlight
from r1.stopwatch import Stopwatch

Stream = AsyncGenerator[Delta | Completion, None]

SERVED_BY = "cache"
"""What the completion of a replayed answer says served it."""
DEFAULT_TTL_S = 3600.0
"""Life of a stored answer (the guide, part 4.1)."""


class Caching:
    """Answers calls from `cache` where it can. Identical calls at the same time cause one call upstream.

    Only complete answers are stored: those that stopped by themselves, in the model's own words, of a stream that
    ended. Storing goes on beside the call; `settle` waits for it. Give it a guarded cache, as `open_cache` does: one
    that raises fails no call here either, but only a guarded one holds none up.
    """

    def __init__(
        self, cache: ResultCache, ttl_s: float = DEFAULT_TTL_S, chance: Callable[[], float] = random.random
    ) -> None:
        self._cache = cache
        self._ttl_s = ttl_s
        self._chance = chance
        self._flights: SingleFlight[Relay | Delta | Completion] = SingleFlight()
        self._storing: set[asyncio.Task[None]] = set()
        self._failures = Failures(cache)

    async def stream(
        self,
        key: CacheKey,
        inner: Callable[[], Stream],
        lane: str = "",
        worth_keeping: Callable[[Completion], bool] = lambda _: True,
        relay: Relay | None = None,
    ) -> Stream:
        """The stored answer under `key` as a stream, else what `inner` says.

        Only calls in the same `lane` share one: who is urgent joins nobody who may wait. `relay` holds this caller's
        listener and is told by `inner`: whoever joins a call is told by that call's relay.

        A replay gives the thoughts in one delta, the answer in another, and a completion with `served_by="cache"`, no
        attempts, and this call's own times. Who joined another's call has times of its own as well, and used no tokens
        in its attempts: whoever began the call did. Raises what `inner` raises.
        """
        watch = Stopwatch()
        reply = await self._look_up(key)
        if reply is not None:
            for delta in _deltas(reply):
                watch.hear(delta)
                yield delta
            yield _completion(reply, watch.timing())
            return
        leads = False

        def lead() -> AsyncGenerator[Relay | Delta | Completion, None]:
            nonlocal leads
            leads = True
            return self._kept(key, inner, worth_keeping, relay)

        async with aclosing(self._flights.stream((key, lane), lead)) as items:
            async for item in items:
                if isinstance(item, Relay):
                    if relay is not None and item is not relay:
                        item.join(relay.told)
                elif isinstance(item, Delta):
                    watch.hear(item)
                    yield item
                else:
                    yield item if leads else _joined(item, watch.timing())

    async def settle(self) -> None:
        """Wait until what is being stored is stored. To be called before the cache is closed."""
        while self._storing:
            await asyncio.wait(self._storing)

    async def _kept(
        self,
        key: CacheKey,
        inner: Callable[[], Stream],
        worth_keeping: Callable[[Completion], bool],
        relay: Relay | None,
    ) -> AsyncGenerator[Relay | Delta | Completion, None]:
        """What `inner` says, after what tells of it; stored in the end."""
        if relay is not None:
            yield relay
        completion: Completion | None = None
        async with aclosing(inner()) as items:
            async for item in items:
                if isinstance(item, Completion):
                    completion = item
                yield item
        if completion is not None and _is_complete(completion) and worth_keeping(completion):
            task = asyncio.get_running_loop().create_task(self._store(key, _reply(completion)))
            self._storing.add(task)
            task.add_done_callback(self._storing.discard)

    async def _look_up(self, key: CacheKey) -> CachedReply | None:
        try:
            return await self._cache.get(key)
        except Exception as error:  # noqa: BLE001 - a broken cache never fails a call
            self._failures.note(error)
            return None

    async def _store(self, key: CacheKey, reply: CachedReply) -> None:
        try:
            await self._cache.put(key, reply, jittered(self._ttl_s, self._chance))
        except Exception as error:  # noqa: BLE001 - a broken cache never fails a call
            self._failures.note(error)


def _joined(completion: Completion, timing: Timing) -> Completion:
    """`completion` as it is for one that joined: it did not wait as long as the other did, and cost nothing more."""
    attempts = tuple(replace(attempt, usage=None) for attempt in completion.attempts)
    return replace(completion, attempts=attempts, timing=timing)


def _is_complete(completion: Completion) -> bool:
    return completion.finish_reason == "stop" and not completion.fallback and bool(completion.answer)


def _reply(completion: Completion) -> CachedReply:
    return CachedReply(
        completion.answer,
        completion.thoughts,
        completion.finish_reason,
        completion.usage,
        completion.served_by,
        completion.parameters,
    )


def _deltas(reply: CachedReply) -> list[Delta]:
    deltas = [Delta("thought", reply.thoughts)] if reply.thoughts else []
    return [*deltas, Delta("answer", reply.answer)]


def _completion(reply: CachedReply, timing: Timing) -> Completion:
    return Completion(
        answer=reply.answer,
        thoughts=reply.thoughts,
        finish_reason=reply.finish_reason,
        usage=reply.usage,
        served_by=SERVED_BY,
        attempts=(),
        timing=timing,
        parameters=reply.parameters,
    )
