"""The R1 client: `stream` a prompt, or `infer` it whole. One client is one upstream and keeps its connection open."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from types import TracebackType

import httpx

from r1.call import Call, ignore
from r1.connection import open_connection
from r1.dialects import dialect_named
from r1.errors import RequestRefusedError, SettingsError
from r1.exchange import Upstream, fetch
from r1.options import R1Options, ThinkingMode
from r1.parameters import InferParameters, check_prompt
from r1.results import Completion, Delta, Status
from r1.timers import Deadlines

_NO_SUCH_PAGE = frozenset({404, 405, 501})
_LISTED_MODELS = 8


class R1Client:
    """Speaks to the upstream that `options` name. Calls may run concurrently; use it as an async context manager.

    `transport` replaces the network, as `httpx.MockTransport` does in tests.
    """

    def __init__(self, options: R1Options, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.options = options
        dialect = dialect_named(options.dialect)
        http = open_connection(options, transport)
        self._upstream = Upstream(options, dialect, http, dialect.auth(options))
        self._model = options.model
        self._thinking: ThinkingMode = options.thinking

    async def __aenter__(self) -> R1Client:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._upstream.http.aclose()

    async def warm_up(self) -> None:
        """Connect, fetch a token and learn the model's name ahead of the first call.

        Raises the errors of `status`, except for a server that has no status page.
        """
        try:
            await self.status()
        except RequestRefusedError as error:
            if error.status not in _NO_SUCH_PAGE:
                raise
            return
        await self._find_model()

    async def status(self) -> Status:
        """What the server says of itself. Raises `R1Error`."""
        now = asyncio.get_running_loop().time()
        timeouts = self.options.timeouts
        deadlines = Deadlines(timeouts, now, now + min(timeouts.total_s, timeouts.first_event_s))
        reply = await fetch(self._upstream, self._upstream.dialect.status_path, deadlines)
        return self._upstream.dialect.read_status(reply)

    async def infer(self, prompt: str, parameters: InferParameters | None = None) -> Completion:
        """The whole reply to `prompt`. Raises as `stream` does."""
        async with aclosing(self.stream(prompt, parameters)) as items:
            async for item in items:
                if isinstance(item, Completion):
                    return item
        raise AssertionError("a stream ends with its completion")

    async def stream(
        self,
        prompt: str,
        parameters: InferParameters | None = None,
        on_phase: Callable[[str], None] | None = None,
        on_duration: Callable[[str, float], None] | None = None,
    ) -> AsyncGenerator[Delta | Completion, None]:
        """The reply to `prompt` as it comes: deltas, and last its `Completion`.

        `on_phase` is called as a phase begins: "connect", "prefill", "thinking", "first sentence" (the answer has
        begun); and "gateway queue" while a busy server is waited for. `on_duration` is called with "gateway queue" and
        the seconds, out of those just gone, that the server says the request waited. Close the generator to stop the
        upstream. Raises `ParameterError` before anything is sent, and `R1Error` of every kind after.
        """
        check_prompt(prompt)
        on_phase, on_duration = on_phase or ignore, on_duration or ignore
        on_phase("connect")
        call = Call(prompt, parameters or InferParameters(), await self._find_model(), self._thinking)
        call.on_phase, call.on_duration = on_phase, on_duration
        async with aclosing(call.run(self._upstream, random.random)) as items:
            async for item in items:
                if call.plain:
                    # The model does not think: from now on its answer need not be held back for a closing tag.
                    self._thinking = "tagged"
                yield item

    async def _find_model(self) -> str:
        """The model to name in requests; for an OpenAI-style server without one configured, the only one it has."""
        if self._model or self.options.dialect == "guide":
            return self._model
        names = [name for name in (await self.status()).engine.split(", ") if name]
        if len(names) != 1:
            listed = ", ".join(names[:_LISTED_MODELS]) or "none"
            raise SettingsError(f"R1 at {self.options.address} has these models: {listed}; choose one with R1_MODEL")
        self._model = names[0]
        return self._model
