"""An assertion that names itself (`jti`) is accepted once: noted in memory, and in the Redis that gateways share.

Of what only memory knew, a restart forgets: an assertion can then be replayed for the rest of its life, which is five
minutes with R1 clients of this project. Redis outlives the gateway.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

from gateway.errors import ApiError, GatewayError

MOST_FOR_A_CLIENT = 10_000
"""Assertions remembered at once. Only who has the secret can fill this, and shuts out only itself."""
SET_BACK_SECONDS = 3600.0
"""Remembered for so much longer than it is valid, for a clock that is set back."""
SWEEP_SECONDS = 60.0
REDIS_SECONDS = 1.0
"""A Redis that takes longer has failed."""

_log = logging.getLogger(__name__)


class Replays(Protocol):
    """Remembers assertions. For any thread; may block."""

    def first(self, client_id: str, token_id: str, life_s: float) -> bool:
        """Whether this one was never seen; it is noted. Raises `ApiError` (429) when too many are remembered."""
        ...


class MemoryReplays:
    """Remembers for this process, by a clock that never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until: dict[bytes, tuple[float, str]] = {}
        self._counts: Counter[str] = Counter()
        self._swept_at = clock()

    def __len__(self) -> int:
        return len(self._until)

    def first(self, client_id: str, token_id: str, life_s: float) -> bool:
        now, name = self._clock(), _name(client_id, token_id)
        with self._lock:
            if now - self._swept_at > SWEEP_SECONDS:
                self._sweep(now)
            if name in self._until:
                return False
            if self._counts[client_id] >= MOST_FOR_A_CLIENT:
                raise ApiError(
                    429,
                    "too_many_exchanges",
                    f"this key had {MOST_FOR_A_CLIENT} assertions exchanged lately; an access token serves for a day",
                    retry_after_s=SWEEP_SECONDS,
                )
            self._until[name] = (now + life_s + SET_BACK_SECONDS, client_id)
            self._counts[client_id] += 1
        return True

    def _sweep(self, now: float) -> None:
        self._swept_at = now
        for name in [name for name, (until, _) in self._until.items() if until <= now]:
            _, client_id = self._until.pop(name)
            self._counts[client_id] -= 1
            if not self._counts[client_id]:
                del self._counts[client_id]


class RedisReplays:
    """Remembers for all gateways that share a Redis; while that is away, for this process, and says so once.

    Raises `GatewayError` for a URL that is none, and where the Redis client is not installed.
    """

    def __init__(self, url: str, memory: MemoryReplays | None = None) -> None:
        self._memory = MemoryReplays() if memory is None else memory
        self._redis = _connected(url)
        self._away = False

    def first(self, client_id: str, token_id: str, life_s: float) -> bool:
        if not self._memory.first(client_id, token_id, life_s):
            return False
        from redis.exceptions import RedisError

        name = b"r1:assertion:" + _name(client_id, token_id).hex().encode()
        try:
            new = self._redis.set(name, b"1", nx=True, px=max(1, round((life_s + SET_BACK_SECONDS) * 1000)))
        except RedisError as error:
            if not self._away:
                _log.warning("replays are known to this gateway alone: Redis failed (%s)", type(error).__name__)
            self._away = True
            return True
        if self._away:
            _log.info("replays are known to all gateways again: Redis is back")
        self._away = False
        return bool(new)

    def close(self) -> None:
        """Let go of the connections."""
        self._redis.close()


def _connected(url: str) -> Any:
    try:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError as error:
        raise GatewayError(
            "replays in Redis need the Redis client, which is not installed; "
            "install the extra: .venv/bin/pip install '.[redis]'"
        ) from error
    broken = redis.exceptions.ConnectionError
    try:
        return redis.Redis.from_url(
            url,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
            retry=Retry(NoBackoff(), 1, (broken,)),  # an idle connection may have been closed by a server that is well
        )
    except (ValueError, TypeError):
        raise GatewayError(
            "the address of Redis is none: write it as redis://HOST:PORT/0, with rediss:// for TLS, or unix:///PATH "
            "for a socket"
        ) from None  # the cause repeats parts of the address


def _name(client_id: str, token_id: str) -> bytes:
    return hashlib.sha256(f"{client_id}\0{token_id}".encode(errors="surrogatepass")).digest()
