"""Server-sent events out of a run: keep-alives while the engine thinks, and an end as soon as the caller goes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.errors import ApiError
from gateway.generation import Run
from gateway.recording import CallUnderWay
from r1.results import Completion, Delta

Result = TypeVar("Result")

COMMIT_SECONDS = 2.0
"""How long the first piece is awaited before status 200 is sent, so that an early failure has its own status."""
KEEP_ALIVE_SECONDS = 15.0
"""Between keep-alives. Proxies commonly close a connection that is silent for 60 s."""
KEEP_ALIVE = ": ping\n"
"""A comment, without the blank line that would make old clients dispatch an empty event."""

# The first of them keeps nginx and its like from buffering.
_HEADERS = {"X-Accel-Buffering": "no", "Content-Type": "text/event-stream; charset=utf-8"}


class ClientGone(Exception):  # noqa: N818  it is no error: nobody is left to be told
    """The caller closed the connection."""


class Paced:
    """Iterates a run, and gives None whenever it has been silent for `KEEP_ALIVE_SECONDS`. `close` stops the engine."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._next: asyncio.Task[Delta | Completion | None] | None = None

    async def ready(self, wait_s: float) -> None:
        """Wait for the first piece, at most `wait_s` seconds. Raises what the run raises by then."""
        self._next = asyncio.ensure_future(anext(self._run, None))
        await asyncio.wait({self._next}, timeout=wait_s)
        if self._next.done():
            self._next.result()

    async def __aiter__(self) -> AsyncIterator[Delta | Completion | None]:
        while True:
            if self._next is None:
                self._next = asyncio.ensure_future(anext(self._run, None))
            if not self._next.done():
                await asyncio.wait({self._next}, timeout=KEEP_ALIVE_SECONDS)
            if not self._next.done():
                yield None
                continue
            item = self._next.result()
            self._next = None
            if item is None:
                return
            yield item

    async def close(self) -> None:
        """Stop the engine, wherever it is."""
        if self._next is not None and not self._next.done():
            self._next.cancel()
            with suppress(asyncio.CancelledError, ApiError):
                await self._next
        await self._run.aclose()


class Form(Protocol):
    """How one API writes the pieces of a stream."""

    def delta(self, delta: Delta) -> str:
        """The event of one piece; empty where it has none for that."""
        ...

    def end(self, completion: Completion) -> str:
        """The events at the end of a stream."""
        ...

    def error(self, error: ApiError) -> str:
        """The event of a stream that failed."""
        ...


class EventStream(StreamingResponse):
    """The run as server-sent events. It is closed when the stream has ended and when the caller has gone."""

    def __init__(self, source: Paced, form: Form, call: CallUnderWay, headers: Mapping[str, str]) -> None:
        super().__init__(_events(source, form, call), headers={**_HEADERS, **headers})
        self._source = source

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._source.close()


async def unless_gone(request: Request, sources: Sequence[Paced], work: Coroutine[Any, Any, Result]) -> Result:
    """The result of `work`, which reads `sources`. Stops all and raises `ClientGone` if the caller leaves first."""
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientGone
    except BaseException:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        for source in sources:
            await source.close()
        raise
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _events(source: Paced, form: Form, call: CallUnderWay) -> AsyncIterator[str]:
    ended = False
    try:
        async for item in source:
            if item is None:
                yield KEEP_ALIVE
            elif isinstance(item, Completion):
                ended = True
                yield form.end(item)
            elif event := form.delta(item):
                yield event
    except ApiError as error:
        call.error_class, ended = error.kind, True
        yield form.error(error)
    finally:
        if not ended:
            call.error_class = "client_gone"
