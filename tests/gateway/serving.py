"""A gateway on a real port of loopback, and bytes sent to it by hand."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import httpx
import uvloop

from gateway.access import Access
from gateway.app import create_app
from gateway.engine import Engine
from gateway.parts import GatewayParts
from gateway.server import GatewayServer, ServerOptions
from gateway.serving.limits import ConnectionLimits
from tests.gateway.engine import KEY, SECRET, authorised

INFER = "/v1/models/r1/infer"
HEALTH = b"GET /health HTTP/1.1\r\nHost: gateway\r\n\r\n"
SOON_S = 0.1
Result = TypeVar("Result")


def run(main: Callable[[], Coroutine[Any, Any, Result]], loop: Callable[[], Any] = uvloop.new_event_loop) -> Result:
    """On the loop that the command serves with."""
    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(main())


async def until(holds: Callable[[], bool], limit_s: float = 5.0) -> float:
    """Wait until `holds`; the seconds that it took."""
    started = time.perf_counter()
    while not holds():
        assert time.perf_counter() - started < limit_s
        await asyncio.sleep(0.002)
    return time.perf_counter() - started


def options(**limits: Any) -> ServerOptions:
    """A free port, and these limits."""
    return ServerOptions(port=0, limits=ConnectionLimits(**limits), drain_s=5.0)


@asynccontextmanager
async def serving(
    engine: Engine, chosen: ServerOptions | None = None, **parts: Any
) -> AsyncIterator[tuple[GatewayServer, httpx.AsyncClient]]:
    """The server, and a client with an access token."""
    app = create_app(GatewayParts(engine, Access({KEY: SECRET}), **parts))
    async with GatewayServer(app, chosen or options()) as server:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=server.address, timeout=10, limits=limits, trust_env=False) as client:
            client.headers.update(await authorised(client))
            yield server, client


class Wire:
    """One connection, as bytes; a context manager."""

    def __init__(self, port: int, context: ssl.SSLContext | None = None) -> None:
        self._place = (port, context)

    async def __aenter__(self) -> Wire:
        port, context = self._place
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.transport.abort()

    async def send(self, content: bytes) -> None:
        """Give it to the system."""
        self.writer.write(content)
        await self.writer.drain()

    async def ended(self) -> bytes:
        """All that comes until the server closes."""
        try:
            return await asyncio.wait_for(self.reader.read(), 10)
        except ConnectionError:
            return b""

    async def reply(self) -> bytes:
        """Head and body of one reply that says its length."""
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 10)
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        return head + await asyncio.wait_for(self.reader.readexactly(length), 10)


def request(token: str, prompt: str = "Why?", *, stream: bool = False) -> bytes:
    """An infer request. `token` is the whole header's value."""
    body = json.dumps({"prompt": prompt, "stream": stream}).encode()
    return (
        f"POST {INFER} HTTP/1.1\r\nHost: gateway\r\nAuthorization: {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def free_port() -> int:
    """One that nobody had a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
