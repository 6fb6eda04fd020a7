"""Answers in a Redis that several machines share. Needs Redis 7.0 or a server that speaks like it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from r1.cache.key import CacheKey, user_prefix
from r1.cache.reply import CachedReply
from r1.cache.result_cache import Found
from r1.errors import SettingsError

MOST_CONNECTIONS = 32
COMMAND_S = 5.0
"""A command, a connection, or a wait for a free one, that takes longer has failed."""
MOST_FIELDS = 64
"""Answers to one prompt of one session, with other parameters or in another context; above, the hash is tidied."""
SCANNED = 512
"""Keys looked at in one step of an erasure."""


class RedisCache:
    """One hash a prompt, one field an answer (`CacheKey`); the hash expires with the last of its answers.

    Redis 7.0 has no expiry per field, so each value says itself until when it may be given, by `clock`, which the
    machines that share the server must agree on. How much memory is used is the server's to bound (`maxmemory`).
    The URL is one of redis://, rediss:// or unix://, and may hold credentials: no error and no `repr` repeats it.
    Raises `SettingsError` for a URL that is none, and where the Redis client is not installed.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.time) -> None:
        self._redis = _connected(url)
        self._clock = clock

    async def get(self, key: CacheKey) -> CachedReply | None:
        found = await self.find(key)
        return None if found is None else found.reply

    async def find(self, key: CacheKey) -> Found | None:
        value = await self._redis.execute_command("HGET", key.key, key.field)
        return None if value is None else _read(value, key.field, self._clock())

    async def put(self, key: CacheKey, reply: CachedReply, ttl_s: float) -> None:
        if ttl_s <= 0:
            return
        life_ms = max(1, round(ttl_s * 1000))
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.execute_command("HSET", key.key, key.field, _written(reply, key.field, self._clock() + ttl_s))
        # GT counts a key without an expiry as one that never ends, so the first answer's is set by NX.
        pipeline.execute_command("PEXPIRE", key.key, life_ms, "NX")
        pipeline.execute_command("PEXPIRE", key.key, life_ms, "GT")
        pipeline.execute_command("HLEN", key.key)
        *_, answers = await pipeline.execute()
        if answers > MOST_FIELDS:
            await self._tidy(key.key)

    async def erase_user(self, tenant: str, user_id: str) -> int:
        pattern, erased, cursor = f"{user_prefix(tenant, user_id)}*", 0, 0
        while True:
            cursor, keys = await self._redis.execute_command("SCAN", cursor, "MATCH", pattern, "COUNT", SCANNED)
            if keys:
                pipeline = self._redis.pipeline(transaction=True)
                for name in set(keys):
                    pipeline.execute_command("HLEN", name)
                pipeline.execute_command("UNLINK", *set(keys))
                *counts, _ = await pipeline.execute()
                erased += sum(counts)
            if not int(cursor):
                return erased

    async def close(self) -> None:
        await self._redis.aclose()

    async def _tidy(self, name: str) -> None:
        """Drop the half of a hash's answers that expire first, those already expired among them."""
        stored = await self._redis.execute_command("HGETALL", name)
        first = sorted(stored, key=lambda field: _expiry(stored[field]))[: len(stored) // 2]
        if first:
            await self._redis.execute_command("HDEL", name, *first)


def _connected(url: str) -> Any:
    """The client, typed as anything: its own types differ from version to version."""
    try:
        from redis.asyncio import BlockingConnectionPool, Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import ConnectionError as BrokenConnection
    except ImportError as error:
        raise SettingsError(
            "a cache in Redis needs the Redis client, which is not installed; "
            "install the extra: .venv/bin/pip install '.[redis]'"
        ) from error
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=MOST_CONNECTIONS,
            timeout=COMMAND_S,
            socket_timeout=COMMAND_S,
            socket_connect_timeout=COMMAND_S,
            # Once more, at once: a connection that was idle may have been closed by a server that is well.
            retry=Retry(NoBackoff(), 1, (BrokenConnection,)),
        )
    except (ValueError, TypeError):
        # Without its cause, which repeats parts of the address.
        raise SettingsError(
            "the address of the cache is no Redis URL: write it as redis://HOST:PORT/0, with rediss:// for TLS, or "
            "unix:///PATH for a socket"
        ) from None
    return Redis.from_pool(pool)


def _written(reply: CachedReply, field: str, expires_at: float) -> bytes:
    return f"{field} {expires_at!r}\n".encode() + reply.to_bytes()


def _read(value: bytes, field: str, now: float) -> Found | None:
    """What a value says; None for one that has expired, that is none of ours, or that belongs to another field.

    The field is compared since a connection that mixed up its replies would hand out somebody else's answer.
    """
    head, _, body = value.partition(b"\n")
    if head.split(b" ")[0] != field.encode():
        return None
    life_s = _expiry(value) - now
    if not life_s > 0:
        return None
    try:
        return Found(CachedReply.from_bytes(body), life_s)
    except ValueError:
        return None


def _expiry(value: bytes) -> float:
    """When a value expires; long ago for one that does not say."""
    try:
        return float(value.partition(b"\n")[0].split(b" ")[1])
    except (ValueError, IndexError):
        return 0.0
