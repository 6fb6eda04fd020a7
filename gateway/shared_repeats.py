"""Replies to calls with an Idempotency-Key that several gateways share, in Redis.

Who comes first with a key claims it for as long as its call runs, and renews the claim; whoever comes with the same key
meanwhile waits, and gets the reply that was kept. A gateway that dies lets its claims run out, and the next one runs
the call anew. While Redis is away each gateway knows its own keys alone, and says so once: a call then runs once at
each of them.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
import uuid
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar
from urllib.parse import quote

from gateway.generation import Run
from gateway.repeats import IDEMPOTENCY_TTL_S, RepeatName, reused
from r1.cache import Caching, ResultCache, cache_key
from r1.cache.key import user_prefix
from r1.request import Caller as Scope
from r1.results import Completion

LEASE_S = 10.0
"""How long a claim stands that is not renewed."""
RENEWED_S = 3.0
POLL_S = 0.1
"""Between two looks of whoever waits for another gateway's reply."""
AWAY_S = 5.0
"""After a failure Redis is left alone for so long, so that calls do not wait for it each."""
_IF_MINE = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
_RENEW = f"{_IF_MINE} redis.call('PEXPIRE', KEYS[2], ARGV[2]) return redis.call('PEXPIRE', KEYS[1], ARGV[2])"
_DONE = (
    f"{_IF_MINE} redis.call('SET', KEYS[2], '', 'PX', ARGV[2]) "
    "redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[2]) return 1"
)
_RELEASE = f"{_IF_MINE} return redis.call('DEL', KEYS[1], KEYS[2])"

_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class SharedRepeats:
    """`client` is a `redis.asyncio.Redis` with time-outs, `cache` one on the same Redis. Who gives them closes them.

    Belongs to one event loop.
    """

    def __init__(self, client: Any, cache: ResultCache, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._cache = cache
        # No jitter: reply and claim must end together.
        self._caching = Caching(cache, IDEMPOTENCY_TTL_S, lambda: 0.5)
        self._clock = clock
        self._away_until = 0.0
        self._away = False
        self._noting: set[asyncio.Task[None]] = set()

    async def stream(
        self, name: RepeatName, digest: str, inner: Callable[[], Run], worth_keeping: Callable[[Completion], bool]
    ) -> Run:
        """What another gateway kept under this name, else what `inner` says. Raises `ApiError` (422), and `inner`'s."""
        claim = _Claim(name, digest)
        is_ours = await self._turn(claim)
        scope = Scope(name.tenant, _shelf(name.owner), claim.number)
        renewing = asyncio.create_task(self._renewed(claim)) if is_ours else None
        kept = False
        try:
            source = self._caching.stream(
                cache_key(scope, digest, {"once": digest}), inner, worth_keeping=worth_keeping
            )
            async with aclosing(source) as items:
                async for item in items:
                    if isinstance(item, Completion):
                        kept = _is_whole(item) and worth_keeping(item)
                    yield item
        finally:
            if renewing is not None:
                renewing.cancel()
                self._beside(self._concluded(claim, kept=kept))

    async def settle(self) -> None:
        """Wait until what is being kept, and what is being noted of it, is."""
        await self._caching.settle()
        while self._noting:
            await asyncio.wait(self._noting)

    async def erase(self, tenant: str, owner: str) -> int:
        """Remove all of this owner, and set the keys free; how many replies that were. Raises when Redis fails."""
        prefix = _mark(tenant, owner, "")
        marks = [mark.decode() async for mark in self._client.scan_iter(match=f"{prefix}*", count=1000)]
        if marks:
            await self._client.delete(*marks, *(_place(mark.removeprefix(prefix)) for mark in marks))
        return await self._cache.erase_user(tenant, _shelf(owner))

    async def _turn(self, claim: _Claim) -> bool:
        """Wait while another gateway is at it; whether the claim is ours then. Raises `ApiError` (422)."""
        while True:
            held = await self._asked(lambda: self._begun(claim), "")
            if not held:
                return False  # Redis is away: this gateway is by itself
            if held == claim.running:
                return True
            digest, _, state = held.split(":")
            if digest != claim.digest:
                raise reused()
            if state == "done":
                return False
            await asyncio.sleep(POLL_S)

    async def _begun(self, claim: _Claim) -> str:
        """What the claim says now; it is made where there was none."""
        if await self._client.set(claim.place, claim.running, nx=True, px=_ms(LEASE_S)):
            await self._client.set(claim.mark, "", px=_ms(LEASE_S))
            return claim.running
        held = await self._client.get(claim.place)
        return await self._begun(claim) if held is None else str(held.decode())

    async def _renewed(self, claim: _Claim) -> None:
        while True:
            await asyncio.sleep(RENEWED_S)
            await self._asked(
                lambda: self._client.eval(_RENEW, 2, claim.place, claim.mark, claim.running, _ms(LEASE_S)), 0
            )

    async def _concluded(self, claim: _Claim, *, kept: bool) -> None:
        """Say that the reply can be had, once it can; without one the key is free."""
        if not kept:
            await self._asked(lambda: self._client.eval(_RELEASE, 2, claim.place, claim.mark, claim.running), 0)
            return
        await self._caching.settle()
        values = (claim.running, _ms(IDEMPOTENCY_TTL_S), claim.done)
        await self._asked(lambda: self._client.eval(_DONE, 2, claim.place, claim.mark, *values), 0)

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    async def _asked(self, ask: Callable[[], Coroutine[Any, Any, Answer]], otherwise: Answer) -> Answer:
        """What Redis answers, or `otherwise` while it is away."""
        if self._clock() < self._away_until:
            return otherwise
        from redis.exceptions import RedisError

        try:
            answer = await ask()
        except (RedisError, OSError) as error:
            if not self._away:
                _log.warning(
                    "Idempotency-Keys are known to this gateway alone: Redis failed (%s)", type(error).__name__
                )
            self._away, self._away_until = True, self._clock() + AWAY_S
            return otherwise
        if self._away:
            _log.info("Idempotency-Keys are known to all gateways again: Redis is back")
        self._away = False
        return answer


class _Claim:
    """One gateway's word that it is at work on a key. Nothing in it can be read back to what was asked."""

    def __init__(self, name: RepeatName, digest: str) -> None:
        secret = f"{name.client_id}\0{name.key}"
        self.number = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
        self.place = _place(self.number)
        self.mark = _mark(name.tenant, name.owner, self.number)
        # Together with the key, which is often a random one: a digest of a short text alone could be found by trying.
        self.digest = hashlib.sha256(f"{secret}\0{digest}".encode("utf-8", "surrogatepass")).hexdigest()
        mine = f"{self.digest}:{uuid.uuid4().hex}"
        self.running, self.done = f"{mine}:running", f"{mine}:done"


def _place(number: str) -> str:
    return f"r1-claim:{number}"


def _mark(tenant: str, owner: str, number: str) -> str:
    """Stands beside a claim, so that an erasure finds it by its owner."""
    return f"r1-claimed-{user_prefix(tenant, owner)}{number}"


def _shelf(owner: str) -> str:
    """Whom replies are kept for; apart from the same owner's answers in the result cache, which are counted apart."""
    return f"\x1e{quote(owner, safe='', errors='surrogatepass')}"


def _is_whole(completion: Completion) -> bool:
    """As the cache has it: others than these it does not keep."""
    return completion.finish_reason == "stop" and bool(completion.answer) and not completion.fallback


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
