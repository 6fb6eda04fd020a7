"""The R1 client: `stream` a prompt, or `infer` it whole. One client has one upstream, or several to fall back on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING

import httpx

from r1.admission import Admission
from r1.batch import BatchOptions, BatchResult, infer_many
from r1.breaker import RetryBudget
from r1.cache import CacheKey, Caching, ResultCache, cache_key
from r1.call import Call, CallPolicy, Listener
from r1.errors import R1Error, RequestRefusedError, SettingsError
from r1.exchange import Exchange, ignore
from r1.learned import LearnedModels
from r1.options import R1Options
from r1.parameters import InferParameters, check_prompt
from r1.request import CallOptions
from r1.results import Completion, Delta, Status
from r1.timers import Deadlines
from r1.upstream import Upstream

if TYPE_CHECKING:
    from r1.redaction import Redactor

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
        for upstream in self._upstreams:
            try:
                upstream.heard(await self._status(upstream))
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
        return await self._status(self._upstreams[0])

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
        if self._redactor is not None:
            return self._redacted(self._redactor, prompt, parameters, options, listener)
        return self._stream(prompt, parameters, options, listener)

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
        options = options or CallOptions(priority="low")

        async def one(prompt: str) -> Completion:
            return await self.infer(prompt, parameters, options)

        async with aclosing(infer_many(prompts, one, batch or BatchOptions())) as results:
            async for result in results:
                yield result

    async def _redacted(
        self, redactor: Redactor, prompt: str, parameters: InferParameters, options: CallOptions, listener: Listener
    ) -> AsyncGenerator[Delta | Completion, None]:
        """Asked with placeholders, told with the values."""
        from r1.redaction.restoring import restored

        long = len(prompt) > LONG_PROMPT
        redaction = await asyncio.to_thread(redactor.redact, prompt) if long else redactor.redact(prompt)
        stream = self._stream(redaction.text, parameters, options, listener)
        async with aclosing(restored(stream, redaction)) as items:
            async for item in items:
                yield item

    def _stream(
        self, prompt: str, parameters: InferParameters, options: CallOptions, listener: Listener
    ) -> AsyncGenerator[Delta | Completion, None]:
        """From the cache where it may, else asked."""

        def ask() -> AsyncGenerator[Delta | Completion, None]:
            call = Call(prompt, parameters, options, self._parts.policy, listener)
            running = call.run(self._upstreams, self._budget)
            admission = self._parts.admission
            return running if admission is None else _admitted(running, admission, options, listener)

        if self._caching is None or not options.use_cache:
            return ask()
        return self._caching.stream(self._cache_key(prompt, parameters, options), ask)

    def _cache_key(self, prompt: str, parameters: InferParameters, options: CallOptions) -> CacheKey:
        """Everything that can change the answer (rule R8)."""
        request = {
            "upstreams": [[each.address, each.options.dialect, each.model, each.account] for each in self._upstreams],
            "parameters": asdict(parameters),
            "policy": asdict(self._parts.policy),
        }
        return cache_key(options.caller, prompt, request)

    async def _status(self, upstream: Upstream) -> Status:
        now = asyncio.get_running_loop().time()
        timeouts = upstream.options.timeouts
        deadlines = Deadlines(timeouts, now, now + min(timeouts.total_s, timeouts.first_event_s))
        return await Exchange(upstream, deadlines).status()


async def _admitted(
    running: AsyncGenerator[Delta | Completion, None], admission: Admission, options: CallOptions, listener: Listener
) -> AsyncGenerator[Delta | Completion, None]:
    """`running`, once there is a place for it."""
    listener.on_phase("gateway queue")
    async with admission.slot(options.priority), aclosing(running) as items:
        async for item in items:
            yield item
