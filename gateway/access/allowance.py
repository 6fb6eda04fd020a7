"""How much each client may ask for: requests per minute, tokens per minute and per day, calls at once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.access.clients import ClientLimits, Directory
from gateway.access.windows import MemoryWindows, Windows
from gateway.calls import Caller
from gateway.errors import ApiError

MINUTE, DAY = 60, 86_400


class Allowance:
    """Holds callers to their clients' limits, as the directory has them at each call. Belongs to one event loop.

    Tokens are known only afterwards: a client is refused while it has used up its tokens, and may overrun them by the
    calls it then has under way. Calls at once are counted by this gateway, the rest where `windows` counts.
    """

    def __init__(self, directory: Directory, windows: Windows | None = None) -> None:
        self._directory = directory
        self._windows = windows or MemoryWindows()
        self._under_way: Counter[str] = Counter()

    async def check(self, caller: Caller) -> None:
        """Count a request. Raises `ApiError` (429), which names the limit that is used up."""
        self._check_at_once(caller)
        await self._count(caller)

    async def spend(self, caller: Caller, tokens: int) -> None:
        """Count what a call used, `prompt` and `completion` together."""
        if tokens > 0:
            for name, _, window_s in _token_limits(self._limits(caller)):
                await self._windows.add(f"{caller.client_id}/{name}", tokens, window_s)

    @asynccontextmanager
    async def call(self, caller: Caller) -> AsyncIterator[None]:
        """`check`, and then one of the calls at once while the context is open. Raises `ApiError` (429)."""
        self._check_at_once(caller)
        self._under_way[caller.client_id] += 1  # before anything is awaited, so that no two take the last place
        try:
            await self._count(caller)
            yield
        finally:
            self._under_way[caller.client_id] -= 1
            if not self._under_way[caller.client_id]:
                del self._under_way[caller.client_id]

    def _check_at_once(self, caller: Caller) -> None:
        most = self._limits(caller).calls_at_once
        if most is not None and self._under_way[caller.client_id] >= most:
            raise _refused("calls at once", most, 1.0)

    async def _count(self, caller: Caller) -> None:
        limits = self._limits(caller)
        for name, most, window_s in _token_limits(limits):
            used = await self._windows.used(f"{caller.client_id}/{name}", window_s)
            if used.estimate >= most:
                raise _refused(name, most, used.wait_share(most) * window_s)
        # Last, so that a call that is refused for another reason does not count.
        requests = limits.requests_per_minute
        if requests is not None:
            wait_s = await self._windows.take(f"{caller.client_id}/requests", requests, MINUTE)
            if wait_s > 0:
                raise _refused("requests per minute", requests, wait_s)

    def _limits(self, caller: Caller) -> ClientLimits:
        client = self._directory.client(caller.client_id)
        return client.limits if client is not None else ClientLimits()


def _token_limits(limits: ClientLimits) -> list[tuple[str, int, int]]:
    named = (
        ("tokens per minute", limits.tokens_per_minute, MINUTE),
        ("tokens per day", limits.tokens_per_day, DAY),
    )
    return [(name, most, window_s) for name, most, window_s in named if most is not None]


def _refused(name: str, most: int, wait_s: float) -> ApiError:
    wait_s = max(wait_s, 1.0)
    return ApiError(
        429,
        "limit_reached",
        f"the limit of this client is used up: {most} {name}; try again in {math.ceil(wait_s)} s",
        retry_after_s=wait_s,
    )
