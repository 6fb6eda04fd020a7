"""The R1 client: `stream` a prompt, or `infer` it whole. One client has one upstream, or several to fall back on."""

from __future__ import annotations

import asyncio
import itertools
import math
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

import httpx

from r1.admission import Admission
from r1.batch import BatchOptions, BatchResult, infer_many
from r1.breaker import RetryBudget
from r1.cache import CacheKey, Caching, ResultCache, cache_key
from r1.call import Call, CallPolicy
from r1.errors import R1Error, RequestRefusedError, SettingsError
from r1.exchange import Exchange
from r1.group import infer_group
from r1.learned import LearnedModels
from r1.options import R1Options
from r1.parameters import InferParameters, check_prompt
from r1.progress import Listener, Relay, ignore
from r1.request import CallOptions, Request
from r1.results import Completion, Delta, Status
from r1.timers import Deadlines
from r1.upstream import Upstream

if TYPE_CHECKING:
    from r1.redaction import Redaction, Redactor

STATUS_SECONDS = 10.0
"""In which a server must say that it is there. It needs no model for that."""
LONG_PROMPT = 10_000
"""Characters; redacting more than this would hold up the event loop, and goes to a thread."""
_NO_SUCH_PAGE = frozenset({404, 405, 501})


@dataclass(frozen=True, slots=True)
class ClientParts:
    """What a client is built with beside its upstreams; clients of one event loop may share each part."""

    policy: CallPolicy = field(default_factory=CallPolicy)
    learned: LearnedModels = field(default_factory=LearnedModels)
    cache: ResultCache | None = None
    """Complete answers, kept for an hour; see `r1.cache.open_cache`. None: every call is made."""
    admission: Admission | None = None
    """Bounds the calls at once, by priority. None: they go as they come."""
    redactor: Redactor | None = None
    """For upstreams that redact; None: one that takes every kind of value."""


class R1Client:
    """Speaks to the upstreams that `options` name, the next one when one fails before it has answered.

    Calls may run concurrently; use it as an async context manager. Connections are kept open. `transport` replaces the
    network, as `httpx.MockTransport` does in tests.
    """

    def __init__(
        self,
        options: R1Options | Sequence[R1Options],
        parts: ClientParts | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        several = (options,) if isinstance(options, R1Options) else tuple(options)
        if not several:
            raise SettingsError("no R1 is configured: name one upstream at least")
        self.options = several[0]
        self._parts = parts or ClientParts()
        self._upstreams = [Upstream(each, self._parts.learned, transport) for each in several]
        self._budget = RetryBudget()
        self._redactor = None
        if any(each.redacts for each in several):
            self._redactor = self._parts.redactor
        if self._redactor is None and any(each.redacts for each in several):
            from r1.redaction import Redactor  # its patterns take 40 ms to build, for nothing where all stays here

            self._redactor = Redactor()
        self._caching = None if self._parts.cache is None else Caching(self._parts.cache)

    async def __aenter__(self) -> R1Client:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections, once what is being stored is stored. The parts are their owner's to close."""
        if self._caching is not None:
            await self._caching.settle()
        for upstream in self._upstreams:
            await upstream.close()

    async def warm_up(self) -> None:
        """Connect, fetch a token and learn the model's name ahead of the first call.

        Raises the errors of `status`, except for a server that has no status page.
        """
        errors: list[R1Error] = []
        limit_s = STATUS_SECONDS if len(self._upstreams) == 1 else STATUS_SECONDS / 5  # with another one to turn to
        for upstream in self._upstreams:
            try:
                upstream.heard(await self._status(upstream, limit_s))
                return
            except RequestRefusedError as error:
                if error.status in _NO_SUCH_PAGE:
                    return
                errors.append(error)
            except R1Error as error:
                errors.append(error)
        raise errors[0]

    async def status(self) -> Status:
        """What the first server says of itself. Raises `R1Error`."""
        return await self._status(self._upstreams[0], STATUS_SECONDS)

    async def infer(
        self, prompt: str, parameters: InferParameters | None = None, options: CallOptions | None = None
    ) -> Completion:
        """The whole reply to `prompt`. Raises as `stream` does."""
        async with aclosing(self.stream(prompt, parameters, options=options)) as items:
            async for item in items:
                if isinstance(item, Completion):
                    return item
        raise AssertionError("a stream ends with its completion")

    def stream(
        self,
        prompt: str,
        parameters: InferParameters | None = None,
        on_phase: Callable[[str], None] | None = None,
        on_duration: Callable[[str, float], None] | None = None,
        options: CallOptions | None = None,
    ) -> AsyncGenerator[Delta | Completion, None]:
        """The reply to `prompt` as it comes: deltas, and last its `Completion`.

        `on_phase` is called as a phase begins: "connect", "prefill", "thinking", "first sentence" (the answer has
        begun); and "gateway queue" while a busy server is waited for. `on_duration` is called with "gateway queue" and
        the seconds, out of those just gone, that the server says the request waited. Close the generator to stop the
        upstream. Raises `ParameterError` before anything is sent, and `R1Error` of every kind after.
        """
        check_prompt(prompt)
        listener = Listener(on_phase or ignore, on_duration or ignore)
        parameters, options = parameters or InferParameters(), options or CallOptions()
        if self._redactor is None:
            return self._stream(prompt, parameters, options, listener)
        if len(prompt) > LONG_PROMPT:
            return self._redacted_beside(self._redactor, prompt, parameters, options, listener)
        return self._restored(self._redactor.redact(prompt), parameters, options, listener)

    async def infer_many(
        self,
        prompts: Iterable[str] | AsyncIterable[str],
        parameters: InferParameters | None = None,
        options: CallOptions | None = None,
        batch: BatchOptions | None = None,
    ) -> AsyncGenerator[BatchResult, None]:
        """What becomes of each prompt, as they finish or in their order; an error is the result of its prompt alone.

        Of low priority unless `options` say otherwise, so that nobody who listens waits behind it.
        """
        parameters, options = parameters or InferParameters(), options or CallOptions(priority="low")
        numbers = itertools.count()

        async def one(prompt: str) -> Completion:
            key = options.idempotency_key and f"{options.idempotency_key}-{next(numbers)}"
            return await self.infer(prompt, parameters, replace(options, idempotency_key=key))

        # One request for many prompts passes by cache, admission, placeholders and a second server: it is for a client
        # that has none of them. What it leaves unanswered is asked singly.
        passed_by = (self._caching, self._parts.admission, self._redactor, *self._upstreams[1:])
        lists = self._upstreams[0].profile.takes_lists and not any(part is not None for part in passed_by)
        group = partial(infer_group, self._upstreams[0], parameters, options) if lists else None
        async with aclosing(infer_many(prompts, one, batch or BatchOptions(), group)) as results:
            async for result in results:
                yield result

    def _restored(
        self, redaction: Redaction, parameters: InferParameters, options: CallOptions, listener: Listener
    ) -> AsyncGenerator[Delta | Completion, None]:
        """Asked with placeholders, told with the values."""
        from r1.redaction.restoring import restored

        stream = self._stream(redaction.text, parameters, options, listener)
        return restored(stream, redaction) if redaction.counts else stream

    async def _redacted_beside(
        self, redactor: Redactor, prompt: str, parameters: InferParameters, options: CallOptions, listener: Listener
    ) -> AsyncGenerator[Delta | Completion, None]:
        """The same for a prompt that takes long to redact."""
        redaction = await asyncio.to_thread(redactor.redact, prompt)
        async with aclosing(self._restored(redaction, parameters, options, listener)) as items:
            async for item in items:
                yield item

    def _stream(
        self, prompt: str, parameters: InferParameters, options: CallOptions, listener: Listener
    ) -> AsyncGenerator[Delta | Completion, None]:
        """From the cache where it may, else asked."""
        request = Request(prompt, "", parameters, options)
        if self._caching is None or not options.use_cache or any(each.needs_model for each in self._upstreams):
            return self._asked(request, listener)
        return self._cached(self._caching, request, listener)

    def _asked(self, request: Request, listener: Listener) -> AsyncGenerator[Delta | Completion, None]:
        """Asked, once there is a place for it."""
        admission, policy = self._parts.admission, self._parts.policy
        if admission is None:
            return Call(request, policy, listener).run(self._upstreams, self._budget)
        return self._admitted(admission, request, listener)

    async def _admitted(
        self, admission: Admission, request: Request, listener: Listener
    ) -> AsyncGenerator[Delta | Completion, None]:
        policy, priority = self._parts.policy, request.options.priority
        listener.on_phase("gateway queue")
        # A batch may wait for as long as it takes; whoever listens is told when it takes too long.
        slot = admission.slot(priority, math.inf if priority == "low" else None)
        async with slot as waited_s:
            call = Call(request, policy, listener, waited_s, slot.stand_aside)
            async with aclosing(call.run(self._upstreams, self._budget)) as items:
                async for item in items:
                    yield item

    async def _cached(
        self, caching: Caching, request: Request, listener: Listener
    ) -> AsyncGenerator[Delta | Completion, None]:
        """From the cache, from an identical call that is under way with the same priority, or asked."""
        first = self._upstreams[0].address

        def worth_keeping(completion: Completion) -> bool:
            return completion.attempts[-1].upstream == first  # not what a stand-in said

        listener.on_phase("prefill")  # as far as this caller is concerned, until a call says more
        relay = Relay(listener)
        ask = partial(self._asked, request, relay.told)
        try:
            stream = caching.stream(self._cache_key(request), ask, request.options.priority, worth_keeping, relay)
            async with aclosing(stream) as items:
                async for item in items:
                    yield item
        finally:
            listener.leave()

    def _cache_key(self, request: Request) -> CacheKey:
        """Everything that can change the answer (rule R8)."""
        thinking = request.options.thinking
        whole = {
            "upstreams": [each.identity for each in self._upstreams],
            "parameters": asdict(request.parameters),
            "policy": asdict(self._parts.policy),
            "thinking": None if thinking is None else asdict(thinking),
        }
        return cache_key(request.options.caller, request.prompt, whole)

    async def _status(self, upstream: Upstream, limit_s: float) -> Status:
        now = asyncio.get_running_loop().time()
        timeouts = upstream.options.timeouts
        timeouts = replace(timeouts, first_event_s=min(timeouts.first_event_s, limit_s))
        deadlines = Deadlines(timeouts, now, now + timeouts.total_s)
        return await Exchange(upstream, deadlines).status()
