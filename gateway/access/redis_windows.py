"""Counts that several gateways share, in Redis, by the `limits` library's scripts."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from gateway.access.windows import MemoryWindows, Used, Windows
from gateway.errors import GatewayError

REDIS_SECONDS = 0.5
"""A Redis that takes longer has failed."""
MOST_CONNECTIONS = 16
AWAY_SECONDS = 5.0
"""After a failure this gateway counts alone for so long, so that calls do not wait for Redis each."""

_log = logging.getLogger(__name__)


class RedisWindows:
    """Counts in Redis; while that is away, in this process alone, and says so once.

    Moments are by the machines' clocks, which gateways that share a Redis must agree on. Raises `GatewayError` for a
    URL that is none, and where `limits` or the Redis client is not installed.
    """

    def __init__(
        self,
        url: str,
        alone: Windows | None = None,
        wall_clock: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._alone = alone or MemoryWindows(clock)
        self._wall_clock = wall_clock
        self._clock = clock
        self._pool = _pool(url)
        self._storage = _storage(self._pool)
        self._away_until = 0.0
        self._away = False

    async def take(self, key: str, most: int, window_s: int) -> float:
        if not self._reachable():
            return await self._alone.take(key, most, window_s)
        try:
            if await self._storage.acquire_entry(f"r1/{key}", most, window_s):
                self._back()
                return 0.0
            start: float
            start, _ = await self._storage.get_moving_window(f"r1/{key}", most, window_s)
        except self._storage.base_exceptions as error:
            self._failed(error)
            return await self._alone.take(key, most, window_s)
        self._back()
        return min(max(start + window_s - self._wall_clock(), 0.1), float(window_s))

    async def used(self, key: str, window_s: int) -> Used:
        if not self._reachable():
            return await self._alone.used(key, window_s)
        index, within_s = divmod(self._wall_clock(), window_s)
        try:
            before = await self._storage.get(_counter(key, int(index) - 1))
            now = await self._storage.get(_counter(key, int(index)))
        except self._storage.base_exceptions as error:
            self._failed(error)
            return await self._alone.used(key, window_s)
        self._back()
        return Used(before, now, within_s / window_s)

    async def add(self, key: str, amount: int, window_s: int) -> None:
        await self._alone.add(key, amount, window_s)  # so that an outage does not begin with a clean sheet
        if not self._reachable():
            return
        try:
            await self._storage.incr(_counter(key, int(self._wall_clock() // window_s)), 2 * window_s, amount)
        except self._storage.base_exceptions as error:
            self._failed(error)
        else:
            self._back()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._pool.disconnect()

    def _reachable(self) -> bool:
        return self._clock() >= self._away_until

    def _failed(self, error: Exception) -> None:
        if not self._away:
            _log.warning("limits are counted by this gateway alone: Redis failed (%s)", type(error).__name__)
        self._away = True
        self._away_until = self._clock() + AWAY_SECONDS

    def _back(self) -> None:
        if self._away:
            _log.info("limits are counted for all gateways again: Redis is back")
        self._away = False


def _counter(key: str, index: int) -> str:
    return f"r1/{key}/{index}"


def _pool(url: str) -> Any:
    """The connections, typed as anything: redis-py's own types differ from version to version."""
    try:
        from redis.asyncio import BlockingConnectionPool
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import ConnectionError as BrokenConnection
    except ImportError as error:
        raise _missing() from error
    try:
        return BlockingConnectionPool.from_url(
            url,
            max_connections=MOST_CONNECTIONS,
            timeout=REDIS_SECONDS,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
            retry=Retry(
                NoBackoff(), 1, (BrokenConnection,)
            ),  # an idle one may have been closed by a server that is well
        )
    except (ValueError, TypeError):
        raise GatewayError(
            "the address of Redis is none: write it as redis://HOST:PORT/0, with rediss:// for TLS, or unix:///PATH "
            "for a socket"
        ) from None  # the cause repeats parts of the address


def _storage(pool: Any) -> Any:
    try:
        from limits.aio.storage import RedisStorage
    except ImportError as error:
        raise _missing() from error
    # The address is the pool's; this one only says which kind of server it is.
    return RedisStorage("async+redis://", implementation="redispy", connection_pool=pool)


def _missing() -> GatewayError:
    return GatewayError(
        "limits in Redis need `limits` and the Redis client, which are not installed; "
        "install the extra: .venv/bin/pip install '.[redis]'"
    )
