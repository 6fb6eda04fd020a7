"""Answers in this process's memory."""

from __future__ import annotations

import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from r1.cache.key import CacheKey, user_prefix
from r1.cache.reply import CachedReply
from r1.cache.result_cache import Found

ENTRY_BYTES = 1024
"""What an entry takes beside its texts: objects, key and table. Measured as 0.9 KiB on CPython 3.11."""


@dataclass(frozen=True, slots=True)
class _Entry:
    reply: CachedReply
    expires_at: float
    size: int


class MemoryCache:
    """A bounded number of answers and bytes; the one that was not asked for the longest goes first. Never fails."""

    def __init__(
        self,
        most_entries: int = 10_000,
        most_bytes: int = 64 * 1024 * 1024,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most_entries = most_entries
        self._most_bytes = most_bytes
        self._clock = clock
        self._entries: OrderedDict[CacheKey, _Entry] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size(self) -> int:
        """Bytes in use, as far as they are counted."""
        return self._bytes

    async def get(self, key: CacheKey) -> CachedReply | None:
        found = await self.find(key)
        return None if found is None else found.reply

    async def find(self, key: CacheKey) -> Found | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        life_s = entry.expires_at - self._clock()
        if life_s <= 0:
            self._remove(key)
            return None
        self._entries.move_to_end(key)
        return Found(entry.reply, life_s)

    async def put(self, key: CacheKey, reply: CachedReply, ttl_s: float) -> None:
        if key in self._entries:
            self._remove(key)
        size = ENTRY_BYTES + sys.getsizeof(reply.answer) + sys.getsizeof(reply.thoughts)
        if ttl_s <= 0 or size > self._most_bytes:
            return
        self._entries[key] = _Entry(reply, self._clock() + ttl_s, size)
        self._bytes += size
        while self._bytes > self._most_bytes or len(self._entries) > self._most_entries:
            self._remove(next(iter(self._entries)))

    async def erase_user(self, tenant: str, user_id: str) -> int:
        prefix = user_prefix(tenant, user_id)
        theirs = [key for key in self._entries if key.key.startswith(prefix)]
        for key in theirs:
            self._remove(key)
        return len(theirs)

    async def close(self) -> None:
        self._entries.clear()
        self._bytes = 0

    def _remove(self, key: CacheKey) -> None:
        self._bytes -= self._entries.pop(key).size
