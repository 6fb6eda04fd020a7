"""What a result cache is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from r1.cache.key import CacheKey
from r1.cache.reply import CachedReply

JITTER = 0.1
"""Answers stored together expire up to this share of their life earlier or later, so that they do not end together."""


class ResultCache(Protocol):
    """Keeps complete answers for a time. Implementations may raise anything: `GuardedCache` makes that a miss."""

    async def get(self, key: CacheKey) -> CachedReply | None:
        """The answer under `key`; None when there is none, or its time is over."""
        ...

    async def put(self, key: CacheKey, reply: CachedReply, ttl_s: float) -> None:
        """Keep `reply` under `key` for `ttl_s` seconds, in place of what was there. A cache may drop it sooner."""
        ...

    async def erase_user(self, tenant: str, user_id: str) -> int:
        """Remove all answers of this user of this tenant, and no others; how many there were."""
        ...

    async def close(self) -> None:
        """Let go of files and connections. What was put stays for the next one, where it is kept at all."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, and how long it may still be given."""

    reply: CachedReply
    life_s: float


@runtime_checkable
class TimedCache(ResultCache, Protocol):
    """A cache that can stand behind a faster one, since it tells what is left of an answer's life."""

    async def find(self, key: CacheKey) -> Found | None:
        """As `get`, with the seconds left."""
        ...


def jittered(ttl_s: float, chance: Callable[[], float]) -> float:
    """`ttl_s`, up to a tenth shorter or longer; `chance` gives numbers from 0 to 1."""
    return ttl_s * (1.0 + JITTER * (2.0 * chance() - 1.0))
