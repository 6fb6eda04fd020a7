"""From a place, as the configuration names it, to a cache that is ready to use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from r1.cache.guarded import PATIENCE_S, REST_S, GuardedCache
from r1.cache.memory import MemoryCache
from r1.cache.result_cache import ResultCache, TimedCache
from r1.cache.tiered import LONGEST_FAST_S, TieredCache
from r1.errors import SettingsError

REDIS_SCHEMES = ("redis://", "rediss://", "unix://")


@dataclass(frozen=True, slots=True)
class CacheLimits:
    """How much a cache may take, and how long it may take."""

    memory_entries: int = 10_000
    memory_bytes: int = 64 * 1024 * 1024
    disk_bytes: int = 256 * 1024 * 1024
    longest_fast_s: float = LONGEST_FAST_S
    """How long an answer from disk or Redis is given from memory, without looking whether it is still there."""
    patience_s: float = PATIENCE_S
    """How long disk or Redis may take to answer before a call goes on without."""
    rest_s: float = REST_S
    """How long they are left alone after a failure."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not getattr(self, name) > 0:
                raise SettingsError(f"cache limit {name} must be above 0, not {getattr(self, name)!r}")


def open_cache(location: str, limits: CacheLimits | None = None) -> ResultCache:
    """The cache at `location`: "" or "memory", a path on this machine, or a redis://, rediss:// or unix:// URL.

    Nothing is opened before it is used. Disk and Redis stand behind memory and a guard, so that they fail no call.
    Raises `SettingsError` for a URL of another kind, and for Redis where its client is not installed.
    """
    limits = limits or CacheLimits()
    memory = MemoryCache(limits.memory_entries, limits.memory_bytes)
    location = location.strip()
    if location in {"", "memory"}:
        return memory
    guarded = GuardedCache(_slow_cache(location, limits), limits.patience_s, limits.rest_s)
    return TieredCache(memory, guarded, limits.longest_fast_s)


def _slow_cache(location: str, limits: CacheLimits) -> TimedCache:
    if location.startswith(REDIS_SCHEMES):
        from r1.cache.redis import RedisCache

        return RedisCache(location)
    if "://" in location:
        # Not repeated as a whole: it may hold credentials.
        scheme = location.partition("://")[0]
        raise SettingsError(
            f"the cache cannot be kept at a {scheme}:// address: write memory, a path, or redis://HOST:PORT/0"
        )
    from r1.cache.sqlite import SqliteCache

    return SqliteCache(Path(location).expanduser(), limits.disk_bytes)
