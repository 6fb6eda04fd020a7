"""From a checked request to a run: the client's allowance, the session's past, the caches, a place, the engine."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Hashable
from contextlib import aclosing, nullcontext, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from gateway.calls import Caller
from gateway.engine import EngineRequest
from gateway.erasures import Erasures, Fence, owner_of
from gateway.errors import ApiError
from gateway.generation import Place, Run, generate
from gateway.recording import CallUnderWay
from gateway.repeats import RepeatName, Repeats
from r1.parameters import InferParameters
from r1.request import Caller as Scope
from r1.request import Priority
from r1.results import Completion, Delta, Usage
from text.tokens import estimate_tokens

if TYPE_CHECKING:
    from gateway.parts import GatewayParts
    from r1.cache import Caching, Canonical

SETTLE_S = 2.0
"""How long an erasure waits for what is on its way into the caches; each takes a fraction of a second."""


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
        """On whose behalf, as the engine is told."""
        return Scope(self.caller.tenant, self.user_id, self.session_id)

    @property
    def kept_scope(self) -> Scope:
        """Who may see what is kept of it: the user, or for want of one the client."""
        return Scope(self.caller.tenant, owner_of(self.caller, self.user_id), self.session_id)

    @property
    def repeat_name(self) -> RepeatName | None:
        """Where the reply is kept for those who ask again; None without a key."""
        if not self.idempotency_key:
            return None
        scope = self.kept_scope
        return RepeatName(scope.tenant, scope.user_id, self.caller.client_id, self.idempotency_key)


@dataclass(slots=True)
class _Bill:
    """What a run of the engine has cost those who hear it: together once, whoever ends first."""

    paid: Usage = field(default_factory=Usage)

    def share(self, used: Usage) -> Usage:
        """What of `used` nobody has paid; from now on somebody has."""
        paid, self.paid = self.paid, _each(max, self.paid, used)
        return replace(_each(lambda now, before: max(0, now - before), used, paid), estimated=used.estimated)


@dataclass(slots=True)
class _Run:
    """One run of an ask, as far as it has come."""

    ask: Ask
    prompt: str = field(repr=False)
    """With the session's past."""
    fence: Fence
    place: Place
    said: dict[str, list[str]] = field(default_factory=lambda: {"thought": [], "answer": []}, repr=False)
    leads: bool = False
    """The engine runs for it; others may hear that run too."""
    is_live: bool = False
    """What was heard is the engine's, not a reply that was kept."""
    bill: _Bill | None = None
    """Of the engine's run that it hears, once that is known."""
    whole: Usage | None = None
    """What the engine used, once it has ended, though the caller may not have read so far."""

    @property
    def names(self) -> tuple[Hashable, ...]:
        """What runs that may share an engine's are found by."""
        ask = self.ask
        shared: tuple[Hashable, ...] = ((ask.kept_scope, self.prompt, ask.parameters, ask.priority),)
        return shared if ask.repeat_name is None else (*shared, ask.repeat_name)

    @property
    def usage(self) -> Usage | None:
        """An estimate for a run that was broken off; None when the engine had nothing to do with it."""
        thoughts, answer = ("".join(self.said[kind]) for kind in ("thought", "answer"))
        if not self.is_live and self.place.waited_s is None:
            return None
        if self.whole is not None:
            return self.whole
        thought, asked = estimate_tokens(thoughts), estimate_tokens(self.prompt)
        completion = thought + estimate_tokens(answer)
        return Usage(asked, completion, asked + completion, thought, estimated=True)


class Asking:
    """Makes runs. One serves all calls of a gateway. `clock` never goes back; seconds."""

    def __init__(self, parts: GatewayParts, clock: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._caching: Caching | None = None
        self._repeats = Repeats(clock, parts.repeats)
        self._erasures = Erasures()
        self._runs: Counter[Hashable] = Counter()
        """Under way, by name."""
        self._bills: dict[Hashable, _Bill] = {}
        """Of the engine's last run for each name, as long as a run of that name is under way, which may hear it."""
        if parts.cache is not None and parts.engine.keeps:
            from r1.cache import Caching

            self._caching = Caching(parts.cache)

    @property
    def caches(self) -> bool:
        """Whether answers are kept."""
        return self._caching is not None

    async def run(self, ask: Ask, call: CallUnderWay) -> Run:
        """The pieces of the answer and its completion. Raises `ApiError`."""
        fence = self._erasures.fence(ask.caller.tenant, ask.kept_scope.user_id)
        prompt, allowance = ask.prompt, self._parts.allowance
        if ask.remember and self._parts.sessions is not None:
            prompt = await self._parts.sessions.prompt(ask.kept_scope, prompt)
        run = _Run(ask, prompt, fence, Place(self._parts.admission, ask.priority))
        call.places.append(run.place)
        started, ended = asyncio.get_running_loop().time(), False
        self._runs.update(run.names)
        allowed = nullcontext() if allowance is None else allowance.call(ask.caller)
        async with allowed:
            try:
                async with aclosing(self._source(run, call)) as items:
                    async for item in items:
                        if isinstance(item, Completion):
                            ended = True
                            await self._ended(run, item, call)
                        else:
                            self._heard(run, item, call)
                        yield item
            except ApiError:
                ended = ended or not run.is_live  # the engine gave nothing: it costs nothing
                raise
            finally:
                if not run.leads and (run.is_live or ask.idempotency_key):
                    # It waited for an engine all the same, for another call's.
                    run.place.held_s = asyncio.get_running_loop().time() - started
                if not ended:
                    await self._broken_off(run, call)
                self._left(run)

    async def settle(self) -> None:
        """Wait until what is being kept is kept."""
        if self._caching is not None:
            await self._caching.settle()
        await self._repeats.settle()

    async def erase(self, tenant: str, owner: str) -> int:
        """Remove what is kept for repeated calls of this owner, and let calls under way keep nothing; how many."""
        self._erasures.erase(tenant, owner)
        with suppress(TimeoutError):  # other owners' calls may keep it busy for as long as they come
            async with asyncio.timeout(SETTLE_S):
                await self.settle()
        return await self._repeats.erase(tenant, owner)

    def _source(self, run: _Run, call: CallUnderWay) -> Run:
        ask = run.ask
        request = EngineRequest(
            run.prompt,
            ask.parameters.temperature,
            ask.parameters.max_tokens,
            ask.parameters.top_p,
            ask.parameters.reasoning_budget,
            ask.priority,
            ask.scope,
        )

        def fresh() -> Run:
            made = generate(self._parts.engine, request, ask.parameters.stop_sequences, run.place)
            return self._noted(run, made)

        name = ask.repeat_name
        if name is None:
            return self._cached(run, call, fresh)
        asked = repr((ask.prompt, ask.parameters, ask.scope, ask.remember)).encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(asked).hexdigest()
        return self._repeats.stream(name, digest, lambda: self._cached(run, call, fresh), run.fence)

    def _cached(self, run: _Run, call: CallUnderWay, fresh: Callable[[], Run]) -> Run:
        """From the result cache where that may be."""
        ask, fence = run.ask, run.fence
        if self._caching is None or not ask.use_cache:
            return fresh()
        from r1.cache import cache_key

        call.cache = "miss" if call.cache == "off" else call.cache
        key = cache_key(ask.kept_scope, run.prompt, _canonical(self._parts.engine.name, ask.parameters))
        return self._caching.stream(key, fresh, ask.priority, lambda _: not fence.erased)

    async def _noted(self, run: _Run, source: Run) -> Run:
        """`source`, which is known to be with the engine while it runs; what it says counts as `run`'s."""
        run.leads, run.bill = True, _Bill()
        self._bills.update(dict.fromkeys(run.names, run.bill))
        async with aclosing(source) as items:
            async for item in items:
                if isinstance(item, Completion):
                    run.whole = item.usage
                else:
                    run.is_live = True
                    run.said[item.kind].append(item.text)
                yield item

    def _left(self, run: _Run) -> None:
        for name in run.names:
            self._runs[name] -= 1
            if not self._runs[name]:
                del self._runs[name]
                self._bills.pop(name, None)

    def _heard(self, run: _Run, delta: Delta, call: CallUnderWay) -> None:
        call.heard(delta.kind)
        if not run.leads:
            run.said[delta.kind].append(delta.text)
            run.bill = run.bill or next((self._bills[name] for name in run.names if name in self._bills), None)
            run.is_live = run.bill is not None

    async def _ended(self, run: _Run, completion: Completion, call: CallUnderWay) -> None:
        ask, name, is_kept = run.ask, run.ask.repeat_name, completion.served_by == "cache"
        share = None if is_kept else (run.bill or _Bill()).share(completion.usage)
        call.ended(completion, share)
        if self._parts.allowance is not None and share is not None and share.total_tokens:
            await self._parts.allowance.spend(ask.caller, share.total_tokens)
        if name is not None and not is_kept:
            self._repeats.ended(name)
        sessions = self._parts.sessions if ask.remember and not completion.fallback else None
        if sessions is not None and (name is None or self._repeats.is_first_to_remember(name)):
            await sessions.add(ask.kept_scope, ask.prompt, completion.answer, run.fence)

    async def _broken_off(self, run: _Run, call: CallUnderWay) -> None:
        """The caller left, or the engine failed half-way: what it had done by then counts, estimated."""
        usage = run.usage
        if usage is None:
            return
        share = (run.bill or _Bill()).share(usage)
        call.broken_off.append(share)
        if self._parts.allowance is not None and share.total_tokens:
            await self._parts.allowance.spend(run.ask.caller, share.total_tokens)


def _each(choose: Callable[[int, int], int], one: Usage, other: Usage) -> Usage:
    """Count by count."""
    return Usage(
        choose(one.prompt_tokens, other.prompt_tokens),
        choose(one.completion_tokens, other.completion_tokens),
        choose(one.total_tokens, other.total_tokens),
        choose(one.reasoning_tokens, other.reasoning_tokens),
    )


@lru_cache(maxsize=256)
def _canonical(engine: str, parameters: InferParameters) -> Canonical:
    from r1.cache import canonical

    return canonical({"engine": engine, "parameters": asdict(parameters)})
