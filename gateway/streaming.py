"""Server-sent events out of a run: keep-alives while the engine thinks, and an end as soon as the caller goes away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from typing import Protocol

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.errors import STOPPING, ApiError
from gateway.generation import Run
from gateway.leaving import ClientGone, unless_gone
from gateway.recording import CallUnderWay
from r1.results import Completion, Delta

COMMIT_SECONDS = 2.0
"""How long the first piece is awaited before status 200 is sent, so that an early failure has its own status."""
KEEP_ALIVE_SECONDS = 15.0
"""Between keep-alives. Proxies commonly close a connection that is silent for 60 s."""
LONGEST_TURN_S = 0.002
"""How long a stream may go on without letting the event loop do anything else."""
KEEP_ALIVE = b": ping\n"
"""A comment, without the blank line that would make old clients dispatch an empty event."""

# The first of them keeps nginx and its like from buffering.
_HEADERS = {"X-Accel-Buffering": "no", "Content-Type": "text/event-stream; charset=utf-8"}


class Form(Protocol):
    """How one API writes the pieces of a stream."""

    def delta(self, delta: Delta) -> bytes:
        """The event of one piece; empty where it has none for that."""
        ...

    def end(self, completion: Completion) -> bytes:
        """The events at the end of a stream."""
        ...

    def error(self, error: ApiError) -> bytes:
        """The event of a stream that failed."""
        ...


class EventStream(Response):
    """The run as server-sent events. It is closed when the stream has ended and when the caller has gone.

    Nothing is sent before the first piece has come, for `COMMIT_SECONDS` at most: an error by then is raised, so that
    it gets a status of its own. `headers` is asked when the head goes out.
    """

    def __init__(self, run: Run, form: Form, call: CallUnderWay, headers: Callable[[], Mapping[str, str]]) -> None:
        self.background = None
        self.status_code = 200
        self._run = run
        self._form = form
        self._call = call
        self._told = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        line = _Line(send, self._told)
        try:
            await unless_gone(receive, self._sent(line))
        except ClientGone:
            self._call.error_class = "client_gone"
        except asyncio.CancelledError:
            self._call.error_class = STOPPING.kind
            await line.broken_off(self._form.error(STOPPING))
            raise
        finally:
            line.close()
            await self._run.aclose()  # it may never have begun

    async def _sent(self, line: _Line) -> None:
        last = b""
        try:
            async with aclosing(self._run) as items:
                async for item in items:
                    if isinstance(item, Completion):
                        last = self._form.end(item)  # sent once the run is over, and what it keeps is kept
                    elif event := self._form.delta(item):
                        await line.piece(event)
            await line.last(last)
        except ApiError as error:
            if not line.begun:
                raise
            self._call.error_class = error.kind
            await line.last(self._form.error(error))


class _Line:
    """What is sent, and keep-alives while nothing is. There is one timer for them, and a task only when it rings."""

    def __init__(self, send: Send, headers: Callable[[], Mapping[str, str]]) -> None:
        self._send = send
        self._headers = headers
        self._loop = asyncio.get_running_loop()
        self.begun = False
        self._sending = False
        self._sent_at = self._turned_at = self._loop.time()
        self._silent: asyncio.Task[None] | None = None
        self._timer = self._loop.call_later(COMMIT_SECONDS, self._ring)

    async def piece(self, data: bytes) -> None:
        """Send it."""
        await self._give(data)

    async def last(self, data: bytes) -> None:
        """Send it, and the end of the body with it."""
        await self._give(data, more=False)

    async def broken_off(self, data: bytes) -> None:
        """Send it as the last, where the body has begun and the caller reads."""
        if self.begun and not self._sending and self._silent is None:
            await self._give(data, more=False)

    def close(self) -> None:
        """No more keep-alives."""
        self._timer.cancel()
        if self._silent is not None:
            self._silent.cancel()

    async def _give(self, data: bytes, *, more: bool = True) -> None:
        self._sending = True  # until the next one comes the line is free for keep-alives
        if self._silent is not None:
            await self._silent
            self._silent = None
        if not self.begun:
            await self._begin()
        await self._send({"type": "http.response.body", "body": data, "more_body": more})
        self._sent_at, self._sending = self._loop.time(), False
        if self._sent_at - self._turned_at > LONGEST_TURN_S:
            # An engine that never waits would keep all others waiting, and never hear that its caller has gone.
            await asyncio.sleep(0)
            self._turned_at = self._loop.time()

    async def _begin(self) -> None:
        self.begun = True
        head = MutableHeaders(headers={**_HEADERS, **self._headers()})
        await self._send({"type": "http.response.start", "status": 200, "headers": head.raw})

    def _ring(self) -> None:
        now = self._loop.time()
        silent_s = now - self._sent_at
        if not self._sending and self._silent is None and (silent_s >= KEEP_ALIVE_SECONDS or not self.begun):
            self._sent_at, silent_s = now, 0.0
            self._silent = self._loop.create_task(self._keep_alive(), name="keep-alive")
        # While a caller does not read nothing more is sent, however long that takes.
        wait_s = KEEP_ALIVE_SECONDS - silent_s if silent_s < KEEP_ALIVE_SECONDS else KEEP_ALIVE_SECONDS
        self._timer = self._loop.call_later(wait_s, self._ring)

    async def _keep_alive(self) -> None:
        if not self.begun:
            await self._begin()
        await self._send({"type": "http.response.body", "body": KEEP_ALIVE, "more_body": True})
        self._silent = None
