"""A cache that cannot fail a call, nor hold it up for long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TypeVar

from r1.cache.failures import Failures
from r1.cache.key import CacheKey
from r1.cache.reply import CachedReply
from r1.cache.result_cache import Found, ResultCache, TimedCache
from r1.errors import UnreachableError

Result = TypeVar("Result")

PATIENCE_S = 0.25
REST_S = 5.0
ERASURE_S = 60.0
"""How long an erasure may take: it goes through all that is stored."""
CLOSING_S = 5.0


class GuardedCache:
    """Any cache, whose failures are misses, and whose answer is waited for `patience_s` seconds at most.

    After a failure it is left alone for `rest_s` seconds; then one call tries it, while the others go on without. Being
    cancelled is no failure, and passes through. Erasing is the exception: whoever erases must know whether it was done,
    so `erase_user` raises `UnreachableError`, waits longer and heeds no rest.
    """

    def __init__(self, cache: ResultCache, patience_s: float = PATIENCE_S, rest_s: float = REST_S) -> None:
        self._cache = cache
        self._find = cache.find if isinstance(cache, TimedCache) else partial(_find_untimed, cache)
        self._patience_s = patience_s
        self._rest_s = rest_s
        self._rests_until: float | None = None
        self._failures = Failures(cache)

    @property
    def failures(self) -> Mapping[str, int]:
        """How often it failed, by kind."""
        return MappingProxyType(self._failures.counts)

    async def get(self, key: CacheKey) -> CachedReply | None:
        return await self._ask(partial(self._cache.get, key))

    async def find(self, key: CacheKey) -> Found | None:
        """As `get`, with the seconds left; none for a cache that does not tell them."""
        return await self._ask(partial(self._find, key))

    async def put(self, key: CacheKey, reply: CachedReply, ttl_s: float) -> None:
        await self._ask(partial(self._cache.put, key, reply, ttl_s))

    async def erase_user(self, tenant: str, user_id: str) -> int:
        try:
            async with asyncio.timeout(ERASURE_S):
                return await self._cache.erase_user(tenant, user_id)
        except Exception as error:  # noqa: BLE001 - whatever a cache raises, its caller is told only this
            kind = self._failures.note(error)
            # Without its cause, whose message may hold an address with credentials.
            raise UnreachableError(
                f"the result cache could not erase a user's answers ({kind}), and they may still be stored: "
                "see that it runs, then erase again"
            ) from None

    async def close(self) -> None:
        try:
            async with asyncio.timeout(CLOSING_S):
                await self._cache.close()
        except Exception as error:  # noqa: BLE001 - a program that ends must not fail for its cache
            self._failures.note(error)

    async def _ask(self, question: Callable[[], Awaitable[Result]]) -> Result | None:
        loop = asyncio.get_running_loop()
        if self._rests_until is not None:
            if loop.time() < self._rests_until:
                return None
            # This call tries it; until it is known how that went, the others do not.
            self._rests_until = loop.time() + self._rest_s
        try:
            async with asyncio.timeout(self._patience_s):
                result = await question()
        except Exception as error:  # noqa: BLE001 - a broken cache never fails a call
            self._failures.note(error)
            self._rests_until = loop.time() + self._rest_s
            return None
        self._rests_until = None
        return result


async def _find_untimed(cache: ResultCache, key: CacheKey) -> Found | None:
    reply = await cache.get(key)
    return None if reply is None else Found(reply, 0.0)
