"""Replies to calls with an Idempotency-Key: whoever sends the same request again gets the first one's reply."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.erasures import Fence
from gateway.errors import ApiError
from gateway.generation import Run
from r1.request import Caller as Scope
from r1.results import Completion

if TYPE_CHECKING:
    from gateway.shared_repeats import SharedRepeats
    from r1.cache import Caching, MemoryCache

IDEMPOTENCY_TTL_S = 600.0
"""For how long a call with the same Idempotency-Key gets the reply of the first."""
MOST_IDEMPOTENCY_KEYS = 10_000
LONGEST_IDEMPOTENCY_KEY = 255
"""Characters; the draft of the header (IETF httpapi) sets none, payment services take this."""


@dataclass(frozen=True, slots=True)
class RepeatName:
    """Which key of which client, and whose data the reply is."""

    tenant: str
    owner: str
    client_id: str
    key: str


@dataclass(slots=True)
class _Asked:
    """What came with a key."""

    owner: tuple[str, str]
    digest: str
    ends_at: float
    remembered: bool = False
    """Whether a session has the exchange already."""


class Repeats:
    """In this process, and with `shared` in all that share it. `clock` never goes back; seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, shared: SharedRepeats | None = None) -> None:
        self._clock = clock
        self._shared = shared
        self._asked: OrderedDict[tuple[str, str], _Asked] = OrderedDict()
        self._cache: MemoryCache | None = None
        self._caching: Caching | None = None

    def stream(self, name: RepeatName, digest: str, inner: Callable[[], Run], fence: Fence) -> Run:
        """The reply that is kept, or under way, else what `inner` says. `digest` is that of the whole request.

        Raises `ApiError` (422) when the key came with another request.
        """
        from r1.cache import Caching, MemoryCache, cache_key

        if self._caching is None:
            self._cache = MemoryCache(clock=self._clock)
            # No jitter: the reply must not outlive, nor end before, what is known of the key.
            self._caching = Caching(self._cache, IDEMPOTENCY_TTL_S, lambda: 0.5)
        self._check(name, digest)
        scope = Scope(name.tenant, name.owner, f"{name.client_id}\x1f{name.key}")
        key = cache_key(scope, digest, {"once": digest})
        if self._shared is None:
            return self._caching.stream(key, inner, worth_keeping=lambda _: not fence.erased)
        ours: list[bool] = []

        def runs() -> Run:
            ours.append(True)
            return inner()

        def worth_keeping(_: Completion) -> bool:
            return not fence.erased

        # A reply from elsewhere is not kept here too, where it would outlive the one there.
        return self._caching.stream(
            key,
            lambda: self._through(name, digest, runs, worth_keeping, ours),
            worth_keeping=lambda _: bool(ours) and not fence.erased,
        )

    def ended(self, name: RepeatName) -> None:
        """The reply is there: from now on it counts as long as the kept one does."""
        asked = self._asked.get((name.client_id, name.key))
        if asked is not None:
            asked.ends_at = self._clock() + IDEMPOTENCY_TTL_S
            self._asked.move_to_end((name.client_id, name.key))

    def is_first_to_remember(self, name: RepeatName) -> bool:
        """Whether the exchange is yet to be put into its session; from now on it is not."""
        asked = self._asked.get((name.client_id, name.key))
        if asked is None:
            return True
        first, asked.remembered = not asked.remembered, True
        return first

    async def settle(self) -> None:
        """Wait until what is being kept is kept."""
        if self._caching is not None:
            await self._caching.settle()
        if self._shared is not None:
            await self._shared.settle()

    async def erase(self, tenant: str, owner: str) -> int:
        """Remove all of this owner; how many replies that were. Raises what shared ones raise when they cannot be."""
        for place in [place for place, asked in self._asked.items() if asked.owner == (tenant, owner)]:
            del self._asked[place]
        here = 0 if self._cache is None else await self._cache.erase_user(tenant, owner)
        return here if self._shared is None else max(here, await self._shared.erase(tenant, owner))

    async def _through(
        self,
        name: RepeatName,
        digest: str,
        runs: Callable[[], Run],
        worth_keeping: Callable[[Completion], bool],
        ours: Sequence[bool],
    ) -> Run:
        """What is kept elsewhere, or under way there, else what `runs` says; `ours` is not empty when that was called.

        Of what came from elsewhere nothing is known here for long: whoever runs a call knows its key.
        """
        assert self._shared is not None
        place = (name.client_id, name.key)
        try:
            async with aclosing(self._shared.stream(name, digest, runs, worth_keeping)) as items:
                async for item in items:
                    asked = self._asked.get(place)
                    if isinstance(item, Completion) and not ours and asked is not None:
                        asked.remembered, asked.ends_at = True, self._clock()
                    yield item
        except ApiError:
            if not ours:
                self._asked.pop(place, None)  # the key is another request's
            raise

    def _check(self, name: RepeatName, digest: str) -> None:
        now, place = self._clock(), (name.client_id, name.key)
        while self._asked:
            oldest = next(iter(self._asked))
            if self._asked[oldest].ends_at > now and len(self._asked) < MOST_IDEMPOTENCY_KEYS:
                break
            del self._asked[oldest]
        asked = self._asked.get(place)
        if asked is None or asked.ends_at <= now:
            self._asked.pop(place, None)  # so that it stands last
            self._asked[place] = _Asked((name.tenant, name.owner), digest, now + IDEMPOTENCY_TTL_S)
        elif asked.digest != digest:
            raise reused()


def reused() -> ApiError:
    """For a key that came with another request."""
    message = "this Idempotency-Key came with another request before: give each request its own"
    return ApiError(422, "idempotency_key_reused", message)


def checked_idempotency_key(header: str | None) -> str:
    """The key as it came, or empty. Raises `ApiError` (400)."""
    key = (header or "").strip()
    if len(key) > LONGEST_IDEMPOTENCY_KEY or not (key.isascii() and (key.isprintable() or not key)):
        message = f"the header must be of at most {LONGEST_IDEMPOTENCY_KEY} printable ASCII characters"
        raise ApiError(400, "invalid_parameter", message, "Idempotency-Key")
    return key
