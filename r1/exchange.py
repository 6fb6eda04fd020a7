"""One attempt on the wire: a request out, pieces in, under the timers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from httpx_sse import EventSource

from r1.connection import connection_error
from r1.dialects import Piece
from r1.errors import ProtocolError, R1Error, UpstreamError
from r1.replies import http_error, queued_s, reason_in
from r1.request import Request
from r1.timers import Deadlines
from r1.upstream import Upstream

Result = TypeVar("Result")

DONE = "[DONE]"
LARGEST_REFUSAL = 65_536
"""Bytes of an error's body that are read."""


@dataclass(frozen=True, slots=True)
class Ears:
    """Who is told what happens on the wire."""

    sent: Callable[[], None]
    """The request is out."""
    queued: Callable[[float], None]
    """The server says that the request had to wait so many seconds."""


async def pieces(upstream: Upstream, request: Request, deadlines: Deadlines, ears: Ears) -> AsyncGenerator[Piece, None]:
    """The pieces of one reply.

    Closing the generator closes the connection, so that the upstream stops. Raises the errors of `r1.errors`; among
    them `UpstreamError` when the stream ends before the reply has.
    """
    response = await _send(upstream, request, deadlines, ears.sent)
    try:
        wait_s = queued_s(response.headers.get("server-timing"))
        if wait_s:
            ears.queued(wait_s)
        # A transport that does not tell its steps has sent the request by the time it is answered.
        ears.sent()
        if response.status_code != 200:
            raise await _refusal(upstream, response, deadlines)
        kind = response.headers.get("content-type", "")
        if "json" in kind and "ndjson" not in kind:
            # A server that does not stream answers all at once.
            whole = await _within(upstream, deadlines, response.aread())
            yield _read(upstream, _object(upstream, whole))
            return
        events = _lines(upstream, response, deadlines) if "ndjson" in kind else _events(upstream, response, deadlines)
        async with aclosing(events):
            async for event in events:
                yield _read(upstream, event)
    except httpx.HTTPError as error:
        raise connection_error(error, upstream.options, streaming=True) from error
    finally:
        await response.aclose()


async def fetch(upstream: Upstream, path: str, deadlines: Deadlines) -> Mapping[str, Any]:
    """The JSON object at `path`. Raises the errors of `r1.errors`."""
    request = upstream.http.build_request("GET", f"{upstream.options.base_url.rstrip('/')}{path}")
    response = await _sent(upstream, request, deadlines)
    try:
        if response.status_code != 200:
            raise await _refusal(upstream, response, deadlines)
        return _object(upstream, await _within(upstream, deadlines, response.aread()))
    except httpx.HTTPError as error:
        raise connection_error(error, upstream.options, streaming=True) from error
    finally:
        await response.aclose()


async def _send(upstream: Upstream, asked: Request, deadlines: Deadlines, sent: Callable[[], None]) -> httpx.Response:
    async def trace(step: str, _details: Mapping[str, Any]) -> None:
        if step.endswith("send_request_body.complete"):
            sent()

    request = upstream.http.build_request(
        "POST",
        f"{upstream.options.base_url.rstrip('/')}{upstream.dialect.infer_path}",
        json=upstream.dialect.body(asked, upstream.profile),
        headers={"Accept": "text/event-stream", "Idempotency-Key": asked.options.idempotency_key},
        extensions={"trace": trace},
    )
    return await _sent(upstream, request, deadlines)


async def _sent(upstream: Upstream, request: httpx.Request, deadlines: Deadlines) -> httpx.Response:
    try:
        return await _within(upstream, deadlines, upstream.http.send(request, auth=upstream.auth, stream=True))
    except httpx.HTTPError as error:
        raise connection_error(error, upstream.options, streaming=False) from error


async def _events(
    upstream: Upstream, response: httpx.Response, deadlines: Deadlines
) -> AsyncGenerator[Mapping[str, Any], None]:
    if "text/event-stream" not in response.headers.get("content-type", ""):
        kind = response.headers.get("content-type", "nothing at all")[:100]
        raise ProtocolError(f"R1 at {upstream.options.address} answered with {kind}, not events: check the address")
    done = False
    async with aclosing(EventSource(response).aiter_sse()) as stream:
        while (event := await _next(stream, upstream, deadlines)) is not None:
            if event.event == "error":
                raise _stream_error(upstream, event.data)
            if event.data == DONE:
                # What follows is the end of the body; reading it lets the connection be used again.
                done = True
                deadlines.ended(asyncio.get_running_loop().time())
            elif event.data and not done:
                yield _object(upstream, event.data)
    if not (done or deadlines.closing):
        raise _broke_off(upstream)


async def _lines(
    upstream: Upstream, response: httpx.Response, deadlines: Deadlines
) -> AsyncGenerator[Mapping[str, Any], None]:
    """One JSON object a line, as Ollama streams."""
    stream = response.aiter_lines()  # closed with the response
    while (line := await _next(stream, upstream, deadlines)) is not None:
        if line.strip():
            yield _object(upstream, line)
    if not deadlines.closing:
        raise _broke_off(upstream)


async def _next(stream: AsyncIterator[Result], upstream: Upstream, deadlines: Deadlines) -> Result | None:
    """The next event; None at the end of the stream, and when it is not closed in time after a finished reply."""
    at, timer = deadlines.next()
    try:
        async with asyncio.timeout_at(at):
            return await anext(stream, None)
    except TimeoutError:
        if timer == "closing":
            return None
        raise deadlines.error(timer, upstream.options.address) from None


async def _within(upstream: Upstream, deadlines: Deadlines, work: Coroutine[Any, Any, Result]) -> Result:
    at, timer = deadlines.next()
    try:
        async with asyncio.timeout_at(at):
            return await work
    except TimeoutError:
        raise deadlines.error(timer, upstream.options.address) from None


async def _refusal(upstream: Upstream, response: httpx.Response, deadlines: Deadlines) -> R1Error:
    """The error for a reply that is no success, with as much of its body as is needed."""

    async def read() -> bytes:
        body = b""
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LARGEST_REFUSAL:
                return b""
        return body

    return http_error(response, await _within(upstream, deadlines, read()), upstream.options)


def _broke_off(upstream: Upstream) -> R1Error:
    return UpstreamError(
        f"the reply of R1 at {upstream.options.address} broke off before its end: see that server's log, or try again"
    )


def _stream_error(upstream: Upstream, data: str | Mapping[str, Any]) -> R1Error:
    reason, _ = reason_in(data)
    said = f": {reason}" if reason else ""
    return UpstreamError(f"R1 at {upstream.options.address} failed while answering{said}; see its log, or try again")


def _read(upstream: Upstream, event: Mapping[str, Any]) -> Piece:
    if event.get("error"):
        raise _stream_error(upstream, event)
    try:
        return upstream.dialect.read(event)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise ProtocolError(
            f"R1 at {upstream.options.address} sent an event that is not in the form of the "
            f"'{upstream.options.dialect}' API ({type(error).__name__}): check the address, or write openai:URL"
        ) from error


def _object(upstream: Upstream, data: bytes | str) -> Mapping[str, Any]:
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"R1 at {upstream.options.address} sent what is no JSON: check the address") from error
    if not isinstance(parsed, dict):
        raise ProtocolError(f"R1 at {upstream.options.address} sent JSON that is no object: check the address")
    return parsed
