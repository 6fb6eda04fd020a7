"""A fast cache in front of a slow one."""

from __future__ import annotations

from r1.cache.key import CacheKey
from r1.cache.reply import CachedReply
from r1.cache.result_cache import ResultCache, TimedCache

LONGEST_FAST_S = 60.0
"""An answer that another process erases is gone from this one's memory after this time at the latest."""


class TieredCache:
    """Asks `fast`, then `slow`; what only the slow one had goes into the fast one for what is left of its life.

    In the fast one an answer lives `longest_fast_s` seconds at most. Fails as its parts do: give it guarded ones.
    """

    def __init__(self, fast: ResultCache, slow: TimedCache, longest_fast_s: float = LONGEST_FAST_S) -> None:
        self._fast = fast
        self._slow = slow
        self._longest_fast_s = longest_fast_s
        self._erasures = 0

    async def get(self, key: CacheKey) -> CachedReply | None:
        reply = await self._fast.get(key)
        if reply is not None:
            return reply
        erasures = self._erasures
        found = await self._slow.find(key)
        if found is None:
            return None
        if erasures == self._erasures:  # else it may have been read just before it was erased
            await self._fast.put(key, found.reply, min(found.life_s, self._longest_fast_s))
        return found.reply

    async def put(self, key: CacheKey, reply: CachedReply, ttl_s: float) -> None:
        await self._fast.put(key, reply, min(ttl_s, self._longest_fast_s))
        await self._slow.put(key, reply, ttl_s)

    async def erase_user(self, tenant: str, user_id: str) -> int:
        """Raises when the slow one fails; the fast one is erased all the same."""
        erased = 0
        self._erasures += 1
        try:
            erased = await self._slow.erase_user(tenant, user_id)
        finally:
            self._erasures += 1
            # What stands in both is one answer.
            erased = max(erased, await self._fast.erase_user(tenant, user_id))
        return erased

    async def close(self) -> None:
        try:
            await self._fast.close()
        finally:
            await self._slow.close()
