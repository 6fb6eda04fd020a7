"""From a checked request to a run: the client's allowance, the session's past, the caches, a place, the engine."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from contextlib import aclosing, nullcontext
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from gateway.calls import Caller
from gateway.engine import EngineRequest
from gateway.errors import ApiError
from gateway.generation import Place, Run, admitted, generate
from gateway.recording import CallUnderWay
from r1.parameters import InferParameters
from r1.request import Caller as Scope
from r1.request import Priority
from r1.results import Completion

if TYPE_CHECKING:
    from gateway.parts import GatewayParts
    from r1.cache import Caching

IDEMPOTENCY_TTL_S = 600.0
"""For how long a call with the same Idempotency-Key gets the reply of the first."""
MOST_IDEMPOTENCY_KEYS = 10_000
LONGEST_IDEMPOTENCY_KEY = 255
"""Characters; the draft of the header (IETF httpapi) sets none, payment services take this."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One prompt, checked, and on whose behalf it is asked."""

    prompt: str = field(repr=False)
    parameters: InferParameters
    caller: Caller
    priority: Priority = "normal"
    user_id: str = ""
    session_id: str = ""
    remember: bool = False
    """The session's exchanges go before the prompt, and this one is kept with them."""
    use_cache: bool = True
    idempotency_key: str = ""

    @property
    def scope(self) -> Scope:
        """Who may see what is kept of it."""
        return Scope(self.caller.tenant, self.user_id, self.session_id)


class Asking:
    """Makes runs. One serves all calls of a gateway."""

    def __init__(self, parts: GatewayParts) -> None:
        self._parts = parts
        self._caching: Caching | None = None
        self._repeats: Caching | None = None
        self._bodies: OrderedDict[tuple[str, str], str] = OrderedDict()
        """Digest of what was asked with each Idempotency-Key."""
        if parts.cache is not None and getattr(parts.engine, "keeps", True):
            from r1.cache import Caching

            self._caching = Caching(parts.cache)

    @property
    def caches(self) -> bool:
        """Whether answers are kept."""
        return self._caching is not None

    async def run(self, ask: Ask, call: CallUnderWay) -> Run:
        """The pieces of the answer and its completion. Raises `ApiError`."""
        prompt, allowance = ask.prompt, self._parts.allowance
        if ask.remember and self._parts.sessions is not None:
            prompt = await self._parts.sessions.prompt(ask.scope, prompt)
        allowed = nullcontext() if allowance is None else allowance.call(ask.caller)
        async with allowed, aclosing(self._source(ask, prompt, call)) as items:
            async for item in items:
                if isinstance(item, Completion):
                    await self._ended(ask, item, call)
                else:
                    call.heard(item.kind)
                yield item

    async def settle(self) -> None:
        """Wait until what is being kept is kept."""
        for caching in (self._caching, self._repeats):
            if caching is not None:
                await caching.settle()

    def _source(self, ask: Ask, prompt: str, call: CallUnderWay) -> Run:
        place = Place(self._parts.admission, ask.priority)
        call.places.append(place)
        request = EngineRequest(
            prompt,
            ask.parameters.temperature,
            ask.parameters.max_tokens,
            ask.parameters.top_p,
            ask.parameters.reasoning_budget,
            ask.priority,
            ask.scope,
        )

        def fresh() -> Run:
            return admitted(place, generate(self._parts.engine, request, ask.parameters.stop_sequences))

        if ask.idempotency_key:
            return self._once(ask, lambda: self._cached(ask, prompt, call, fresh))
        return self._cached(ask, prompt, call, fresh)

    def _cached(self, ask: Ask, prompt: str, call: CallUnderWay, fresh: Callable[[], Run]) -> Run:
        """From the result cache where that may be."""
        if self._caching is None or not ask.use_cache:
            return fresh()
        from r1.cache import cache_key

        call.cache = "miss"
        whole = {"engine": self._parts.engine.name, "parameters": _plain(ask.parameters)}
        return self._caching.stream(cache_key(ask.scope, prompt, whole), fresh, ask.priority)

    def _once(self, ask: Ask, inner: Callable[[], Run]) -> Run:
        """What the first call with this key got, else a run of its own. Raises `ApiError` (422) for another request."""
        from r1.cache import Caching, cache_key, open_cache

        name = (ask.caller.client_id, ask.idempotency_key)
        asked = repr((ask.prompt, ask.parameters, ask.scope)).encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(asked).hexdigest()
        if self._bodies.setdefault(name, digest) != digest:
            message = "this Idempotency-Key came with another request before: give each request its own"
            raise ApiError(422, "idempotency_key_reused", message)
        while len(self._bodies) > MOST_IDEMPOTENCY_KEYS:
            self._bodies.popitem(last=False)
        if self._repeats is None:
            self._repeats = Caching(open_cache("memory"), IDEMPOTENCY_TTL_S)
        scope = Scope(ask.caller.tenant, ask.caller.client_id, ask.idempotency_key)
        return self._repeats.stream(cache_key(scope, ask.prompt, {"once": digest}), inner)

    async def _ended(self, ask: Ask, completion: Completion, call: CallUnderWay) -> None:
        if completion.served_by == "cache":
            call.cache = "hit"
        call.completions.append(completion)
        if self._parts.allowance is not None and call.cache != "hit":
            await self._parts.allowance.spend(ask.caller, completion.usage.total_tokens)
        if ask.remember and self._parts.sessions is not None and not completion.fallback:
            await self._parts.sessions.add(ask.scope, ask.prompt, completion.answer)


def checked_idempotency_key(header: str | None) -> str:
    """The key as it came, or empty. Raises `ApiError` (400)."""
    key = (header or "").strip()
    if len(key) > LONGEST_IDEMPOTENCY_KEY or not (key.isascii() and (key.isprintable() or not key)):
        message = f"the header must be of at most {LONGEST_IDEMPOTENCY_KEY} printable ASCII characters"
        raise ApiError(400, "invalid_parameter", message, "Idempotency-Key")
    return key


def _plain(parameters: InferParameters) -> dict[str, object]:
    return json.loads(json.dumps(asdict(parameters)))  # type: ignore[no-any-return]  # of plain values alone
