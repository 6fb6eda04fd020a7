"""The context cache: what was said in a session, kept here, so that a device need not send it again with each question.

The last exchanges are kept word for word and put before the next prompt; what is older goes, the oldest first. Kept for
a time after the last call, for one tenant, user and session alone.
"""

from __future__ import annotations

import json
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, unquote

from gateway.erasures import Fence
from gateway.session_layouts import Exchanges, SessionLayout, plain_layout
from r1.cache.key import user_prefix
from r1.request import Caller
from text.tokens import estimate_tokens

SESSION_TTL_S = 3600.0
"""From the last call on (the guide keeps results as long)."""
MOST_TOKENS = 4000
"""Of the exchanges that are kept of one session."""
MOST_SESSIONS = 10_000
"""In memory."""
REST_S = 5.0
"""For so long calls do not wait, each, for a store that failed."""

_log = logging.getLogger(__name__)


class SessionStore(Protocol):
    """Where sessions are kept: bytes by key, each for a time. Raises whatever goes wrong; sessions go on without."""

    async def get(self, key: str) -> bytes | None:
        """What is kept under `key`."""
        ...

    async def put(self, key: str, content: bytes, ttl_s: float) -> None:
        """Keep it for so long."""
        ...

    async def matching(self, prefix: str) -> list[str]:
        """The keys that begin with `prefix`."""
        ...

    async def delete(self, keys: list[str]) -> int:
        """Remove them; how many there were."""
        ...


class MemorySessions:
    """In this process; what was used longest ago goes first."""

    def __init__(self, most: int = MOST_SESSIONS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    async def get(self, key: str) -> bytes | None:
        ends_at, content = self._kept.get(key, (0.0, b""))
        if ends_at <= self._clock():
            self._kept.pop(key, None)
            return None
        self._kept.move_to_end(key)
        return content

    async def put(self, key: str, content: bytes, ttl_s: float) -> None:
        self._kept[key] = (self._clock() + ttl_s, content)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    async def matching(self, prefix: str) -> list[str]:
        now = self._clock()
        return [key for key, (ends_at, _) in self._kept.items() if key.startswith(prefix) and ends_at > now]

    async def delete(self, keys: list[str]) -> int:
        return sum(self._kept.pop(key, None) is not None for key in keys)


class RedisSessions:
    """In Redis, shared by several gateways. `client` is a `redis.asyncio.Redis`."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def get(self, key: str) -> bytes | None:
        content: bytes | None = await self._client.get(key)
        return content

    async def put(self, key: str, content: bytes, ttl_s: float) -> None:
        await self._client.set(key, content, px=max(1, round(ttl_s * 1000)))

    async def matching(self, prefix: str) -> list[str]:
        return [key.decode() async for key in self._client.scan_iter(match=f"{prefix}*", count=1000)]

    async def delete(self, keys: list[str]) -> int:
        return int(await self._client.delete(*keys)) if keys else 0

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How much is kept of a session, and for how long."""

    ttl_s: float = SESSION_TTL_S
    most_tokens: int = MOST_TOKENS
    rest_s: float = REST_S
    """How long a store that failed is left alone."""


class Sessions:
    """What was said in each session. A store that fails fails no call: the question is asked without its past.

    `layout` is how the engine is told what was said before. `clock` never goes back; seconds.
    """

    def __init__(
        self,
        store: SessionStore,
        limits: SessionLimits | None = None,
        layout: SessionLayout = plain_layout,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._limits = limits or SessionLimits()
        self._layout = layout
        self._clock = clock
        self._rests_until = 0.0
        self._away = False

    async def prompt(self, scope: Caller, question: str) -> str:
        """`question` with what was said before it; as it is when there is nothing."""
        exchanges = await self.exchanges(scope)
        return self._layout(question, exchanges) if exchanges else question

    async def exchanges(self, scope: Caller) -> Exchanges:
        """What is kept of the session."""
        content = await self._guarded(lambda: self._store.get(_key(scope)), None)
        try:
            return tuple((str(question), str(answer)) for question, answer in json.loads(content or b"[]"))
        except (ValueError, TypeError):
            return ()

    async def add(self, scope: Caller, question: str, answer: str, fence: Fence | None = None) -> None:
        """Keep an exchange, without those that are too old for the room there is; nothing once `fence` says erased."""
        exchanges = [*await self.exchanges(scope), (question, answer)]
        while len(exchanges) > 1 and sum(map(_cost, exchanges)) > self._limits.most_tokens:
            del exchanges[0]
        content = json.dumps(exchanges, ensure_ascii=False).encode("utf-8", "surrogatepass")
        if fence is not None and fence.erased:
            return
        await self._guarded(lambda: self._store.put(_key(scope), content, self._limits.ttl_s), None)
        if fence is not None and fence.erased:  # while it was on its way
            await self._guarded(lambda: self._store.delete([_key(scope)]), None)

    async def of_user(self, tenant: str, user_id: str) -> dict[str, Exchanges]:
        """Everything kept of a user, by key; `session_name` has a key's session.

        Raises what the store raises: a copy of the data must be whole.
        """
        found: dict[str, Exchanges] = {}
        for key in await self._store.matching(_prefix(tenant, user_id)):
            content = await self._store.get(key)
            if content is not None:
                found[key] = tuple((str(question), str(answer)) for question, answer in json.loads(content))
        return found

    async def forget_user(self, tenant: str, user_id: str) -> int:
        """Erase everything of a user; how many sessions that were. Raises what the store raises."""
        return await self._store.delete(await self._store.matching(_prefix(tenant, user_id)))

    async def _guarded(self, work: Callable[[], Awaitable[Any]], otherwise: Any) -> Any:
        if self._clock() < self._rests_until:
            return otherwise
        try:
            result = await work()
        except Exception as error:  # noqa: BLE001 - a store that is gone must not fail a call
            if not self._away:
                _log.warning("sessions are not remembered: their store failed (%s)", type(error).__name__)
            self._away, self._rests_until = True, self._clock() + self._limits.rest_s
            return otherwise
        if self._away:
            _log.info("sessions are remembered again: their store is back")
        self._away = False
        return result


def session_name(key: str) -> str:
    """The session that lies under `key`, as its caller named it."""
    return unquote(key.rpartition(":")[2], errors="surrogatepass")


def _prefix(tenant: str, user_id: str) -> str:
    return f"session-{user_prefix(tenant, user_id)}"


def _key(scope: Caller) -> str:
    return f"{_prefix(scope.tenant, scope.user_id)}{quote(scope.session_id, safe='@', errors='surrogatepass')}"


def _cost(exchange: tuple[str, str]) -> int:
    return estimate_tokens(exchange[0]) + estimate_tokens(exchange[1])
