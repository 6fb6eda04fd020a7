"""The result cache: complete answers, kept for a time, for the one user and session that asked (rule R8).

    cache = open_cache("redis://localhost/0")
    caching = Caching(cache)
    key = cache_key(Caller(tenant, user_id, session_id), prompt, request)
    async for item in caching.stream(key, lambda: client.stream(prompt)):
        ...

A cache that is slow, full, broken or gone is a cache without answers, and never a call that fails.
"""

from r1.cache.guarded import GuardedCache
from r1.cache.key import CacheKey, Canonical, cache_key, canonical
from r1.cache.memory import MemoryCache
from r1.cache.opening import CacheLimits, open_cache
from r1.cache.replay import Caching
from r1.cache.reply import CachedReply
from r1.cache.result_cache import Found, ResultCache, TimedCache, jittered
from r1.cache.tiered import TieredCache

__all__ = [
    "CacheKey",
    "CacheLimits",
    "CachedReply",
    "Caching",
    "Canonical",
    "Found",
    "GuardedCache",
    "MemoryCache",
    "ResultCache",
    "TieredCache",
    "TimedCache",
    "cache_key",
    "canonical",
    "jittered",
    "open_cache",
]
