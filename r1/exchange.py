"""One attempt on the wire: a request out, pieces in, under the timers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from r1.alarm import Alarm
from r1.bounded_body import BoundedBody
from r1.connection import connection_error
from r1.dialects import Piece
from r1.errors import ProtocolError, R1Error, UpstreamError
from r1.events import Events, Lines
from r1.progress import ignore
from r1.replies import discreet, http_error, queued_s, reason_in
from r1.request import Request
from r1.results import Status
from r1.timers import Deadlines
from r1.upstream import Upstream

Result = TypeVar("Result")

DONE = "[DONE]"
LARGEST_REFUSAL = 65_536
"""Bytes of an error's body that are read."""
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError)


@dataclass(frozen=True, slots=True)
class Ears:
    """Who is told what happens on the wire."""

    sent: Callable[[], None] = ignore
    """The request is out."""
    queued: Callable[[float], None] = ignore
    """The server says that the request had to wait so many seconds."""


class Exchange:
    """One request to one server and its reply. Raises the errors of `r1.errors`, whatever comes."""

    def __init__(self, upstream: Upstream, deadlines: Deadlines, ears: Ears | None = None) -> None:
        self._upstream = upstream
        self._deadlines = deadlines
        self._ears = ears or Ears()
        self._address = upstream.options.address
        self._prompt = ""
        self._alarm = Alarm()
        self._body: BoundedBody

    async def status(self) -> Status:
        """What the server says of itself."""
        upstream = self._upstream
        base = upstream.options.base_url.rstrip("/")
        request = upstream.http.build_request("GET", f"{base}{upstream.dialect.status_path}")
        response = await self._sent(request)
        try:
            await self._check(response)
            reply = self._object(await self._within(response.aread()))
        except httpx.HTTPError as error:
            raise connection_error(error, upstream.options, streaming=True) from error
        finally:
            self._alarm.close()
            await response.aclose()
        try:
            return upstream.dialect.read_status(reply)
        except _UNREADABLE as error:
            raise self._unreadable(error) from error

    async def pieces(self, asked: Request) -> AsyncGenerator[Piece, None]:
        """The pieces of the reply to `asked`.

        Closing the generator closes the connection, so that the upstream stops. Raises, among others, `UpstreamError`
        when the stream ends before the reply has.
        """
        self._prompt = asked.prompt
        response = await self._sent(self._request(asked))
        try:
            wait_s = queued_s(response.headers.get("server-timing"))
            if wait_s:
                self._ears.queued(wait_s)
            # A transport that does not tell its steps has sent the request by the time it is answered.
            self._ears.sent()
            await self._check(response)
            kind = response.headers.get("content-type", "").lower()
            if "json" in kind and "ndjson" not in kind:
                # A server that does not stream answers all at once.
                yield self._read(self._object(await self._within(response.aread())))
                return
            said = self._lines() if "ndjson" in kind else self._events(kind)
            async with aclosing(self._chunks(response)) as chunks:
                async for chunk in chunks:
                    for event in said(chunk):
                        yield self._read(event)
                for event in said(b""):
                    yield self._read(event)
            if not self._deadlines.closing:
                raise self._broke_off()
        except httpx.HTTPError as error:
            if self._deadlines.closing:
                return  # the reply was whole; how the connection ended does not matter
            raise connection_error(error, self._upstream.options, streaming=True) from error
        finally:
            self._alarm.close()
            await response.aclose()

    async def together(self, asked: Request, prompts: Sequence[str]) -> list[tuple[int, Piece]]:
        """The reply to several prompts in one request: each one's place in the list, and all of its reply.

        `asked` holds all but the prompts. For servers that take lists (`Profile.takes_lists`).
        """
        self._prompt = "\n".join(prompts)
        request = self._request(asked, {"prompt": list(prompts), "stream": False})
        response = await self._sent(request)
        try:
            self._ears.sent()
            await self._check(response)
            reply = self._object(await self._within(response.aread()))
        except httpx.HTTPError as error:
            raise connection_error(error, self._upstream.options, streaming=True) from error
        finally:
            self._alarm.close()
            await response.aclose()
        try:
            return [
                (int(choice["index"]), self._read({**reply, "usage": None, **choice, "choices": [choice]}))
                for choice in reply["choices"]
            ]
        except _UNREADABLE as error:
            raise self._unreadable(error) from error

    # -- the request

    def _request(self, asked: Request, changed: Mapping[str, Any] | None = None) -> httpx.Request:
        upstream, sent = self._upstream, self._ears.sent

        # It must not lead back to this exchange, which leads to the request: that is 60 objects of garbage a call.
        async def trace(step: str, _details: Mapping[str, Any]) -> None:
            if step.endswith("send_request_body.complete"):
                sent()

        body = {**upstream.dialect.body(asked, upstream.profile), **(changed or {})}
        return upstream.http.request_of(upstream.infer_url, body, asked.idempotency_key, trace)

    async def _sent(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._within(self._upstream.http.send(request, auth=self._upstream.auth, stream=True))
        except BaseException as error:
            self._alarm.close()
            if isinstance(error, httpx.HTTPError):
                raise connection_error(error, self._upstream.options, streaming=False) from error
            raise

    async def _check(self, response: httpx.Response) -> None:
        """Raise the error of a reply that is no success, with as much of its body as is needed; bound the others."""
        if response.status_code == 200:
            response.stream = self._body = BoundedBody(response.stream, self._address)
            return

        async def read() -> bytes:
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LARGEST_REFUSAL:
                    return b""
            return body

        raise http_error(response, await self._within(read()), self._upstream.options, self._prompt)

    # -- the reply

    async def _chunks(self, response: httpx.Response) -> AsyncGenerator[bytes, None]:
        """The body as it comes; none is waited for once the reply has ended and the time to close it is up.

        Without httpx's layers, which cost as much as all else here: they are for a body that a server has packed,
        though it was asked not to.
        """
        stream = response.stream
        assert isinstance(stream, httpx.AsyncByteStream)
        body = aiter(response.aiter_bytes() if "content-encoding" in response.headers else stream)
        try:
            while True:
                at, timer = self._deadlines.next()
                try:
                    chunk = await self._alarm.wait(anext(body, None), at)
                except TimeoutError:
                    if timer == "closing":
                        return
                    raise self._deadlines.error(timer, self._address) from None
                if chunk is None:
                    return
                yield chunk
        finally:
            if isinstance(body, AsyncGenerator):
                await body.aclose()

    def _events(self, kind: str) -> Callable[[bytes], Iterator[Mapping[str, Any]]]:
        """What server-sent events say of the reply, chunk by chunk; an empty one ends it."""
        if "text/event-stream" not in kind:
            raise ProtocolError(
                f"R1 at {self._address} answered with {kind[:100] or 'nothing at all'}, not events: check the address"
            )
        events, done = Events(), False

        def said(chunk: bytes) -> Iterator[Mapping[str, Any]]:
            nonlocal done
            for event in events.feed(chunk):
                self._body.taken()
                if event.name == "error":
                    raise self._stream_error(event.data)
                if event.data == DONE:
                    # What follows is the end of the body; reading it lets the connection be used again.
                    done = True
                    self._deadlines.ended(asyncio.get_running_loop().time())
                elif event.data and not done and (event.name == "message" or '"choices"' in event.data):
                    yield self._object(event.data)

        return said

    def _lines(self) -> Callable[[bytes], Iterator[Mapping[str, Any]]]:
        """The same of one JSON object a line, as Ollama streams."""
        lines = Lines()

        def said(chunk: bytes) -> Iterator[Mapping[str, Any]]:
            for line in lines.feed(chunk) if chunk else lines.finish():
                self._body.taken()
                if line.strip():
                    yield self._object(line)

        return said

    async def _within(self, work: Awaitable[Result]) -> Result:
        at, timer = self._deadlines.next()
        try:
            return await self._alarm.wait(work, at)
        except TimeoutError:
            raise self._deadlines.error(timer, self._address) from None

    def _read(self, event: Mapping[str, Any]) -> Piece:
        if event.get("error"):
            raise self._stream_error(event)
        try:
            return self._upstream.dialect.read(event)
        except _UNREADABLE as error:
            raise self._unreadable(error) from error

    def _object(self, data: bytes | str) -> Mapping[str, Any]:
        try:
            parsed = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ProtocolError(f"R1 at {self._address} sent what is no JSON: check the address") from error
        if not isinstance(parsed, dict):
            raise ProtocolError(f"R1 at {self._address} sent JSON that is no object: check the address")
        return parsed

    # -- what went wrong

    def _stream_error(self, data: str | Mapping[str, Any]) -> R1Error:
        reason = discreet(reason_in(data)[0], self._upstream.options, self._prompt)
        said = f": {reason}" if reason else ""
        return UpstreamError(f"R1 at {self._address} failed while answering{said}; see its log, or try again")

    def _broke_off(self) -> R1Error:
        return UpstreamError(
            f"the reply of R1 at {self._address} broke off before its end: see that server's log, or try again"
        )

    def _unreadable(self, error: Exception) -> R1Error:
        return ProtocolError(
            f"R1 at {self._address} sent an event that is not in the form of the "
            f"'{self._upstream.options.dialect}' API ({type(error).__name__}): check the address, or write openai:URL"
        )
