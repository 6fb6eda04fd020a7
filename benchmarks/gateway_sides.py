"""The servers that `benchmarks.gateway` measures, one a process: `python -m benchmarks.gateway_sides SIDE UPSTREAM`.

Each prints its port when it listens, and what a caller must send as its credential; it stops on SIGTERM. `upstream` is
the instant server that all the others stand before: it answers chat completions, whole or as a stream, with one fixed
answer and no pause.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from gateway.serving import garbage

ANSWER = "The total is 420."
MODEL = "bench"
Ready = Callable[[int, str], None]


async def upstream(_address: str, ready: Ready) -> None:
    """Written by hand, so that it is no bottleneck."""
    server = await asyncio.get_running_loop().create_server(_Instant, "127.0.0.1", 0, backlog=1024)
    ready(server.sockets[0].getsockname()[1], "")
    await asyncio.Event().wait()


class _Instant(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._buffer) < end + 4 + length:
                return
            body, self._buffer = self._buffer[end + 4 : end + 4 + length], self._buffer[end + 4 + length :]
            stream = b'"stream":true' in body.replace(b" ", b"")
            self._transport.write(_LISTED if head.startswith(b"get") else _STREAM if stream else _WHOLE)


def _response(kind: str, body: bytes) -> bytes:
    return f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


def _chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    usage = {"prompt_tokens": 8, "completion_tokens": 6, "total_tokens": 14}
    event = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": MODEL, "choices": [choice]}
    return b"data: " + json.dumps(event | ({"usage": usage} if finish else {})).encode() + b"\n\n"


_MESSAGE = {"role": "assistant", "content": ANSWER}
_LISTED = _response("application/json", json.dumps({"object": "list", "data": [{"id": MODEL}]}).encode())
_WHOLE = _response(
    "application/json",
    json.dumps(
        {
            "id": "x",
            "object": "chat.completion",
            "created": 0,
            "model": MODEL,
            "choices": [{"index": 0, "message": _MESSAGE, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 8, "completion_tokens": 6, "total_tokens": 14},
        }
    ).encode(),
)
_STREAM = _response(
    "text/event-stream",
    _chunk({"role": "assistant", "content": "The total "})
    + _chunk({"content": "is 420."})
    + _chunk({}, "stop")
    + b"data: [DONE]\n\n",
)


async def bare_aiohttp(address: str, ready: Ready) -> None:
    """The least that passes a call on, by aiohttp."""
    from aiohttp import ClientSession, TCPConnector, web

    async def passed(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = {"Content-Type": "application/json"}
        async with session.post(f"{address}/chat/completions", data=body, headers=headers) as reply:
            if reply.content_type != "text/event-stream":
                return web.Response(body=await reply.read(), content_type=reply.content_type)
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(request)
            async for chunk in reply.content.iter_any():
                await response.write(chunk)
            await response.write_eof()
            return response

    app = web.Application()
    app.router.add_post("/v1/chat/completions", passed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    ready(runner.addresses[0][1], "")
    async with ClientSession(connector=TCPConnector(limit=0)) as session:
        await asyncio.Event().wait()


async def bare_httpx(address: str, ready: Ready) -> None:
    """The least that passes a call on, by uvicorn, starlette and httpx."""
    import httpx
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response, StreamingResponse
    from starlette.routing import Route

    client = httpx.AsyncClient(limits=httpx.Limits(max_connections=None, max_keepalive_connections=100), timeout=60)

    async def passed(request: Request) -> Response:
        content = await request.body()
        asked = client.build_request("POST", f"{address}/chat/completions", content=content)
        reply = await client.send(asked, stream=True)
        if reply.headers["content-type"].startswith("text/event-stream"):
            return StreamingResponse(reply.aiter_raw(), media_type="text/event-stream")
        return Response(await reply.aread(), media_type="application/json")

    await _uvicorn(uvicorn, Starlette(routes=[Route("/v1/chat/completions", passed, methods=["POST"])]), ready)


async def _uvicorn(uvicorn: Any, app: Any, ready: Ready) -> None:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn has no event to wait for
        await asyncio.sleep(0.01)
    ready(server.servers[0].sockets[0].getsockname()[1], "")
    await serving


async def ours_auth(address: str, ready: Ready) -> None:
    """Our gateway with tokens and nothing else."""
    from gateway.access import Access
    from gateway.app import create_app
    from gateway.engines.upstream import Server, UpstreamEngine
    from gateway.parts import GatewayParts
    from gateway.server import GatewayServer, ServerOptions
    from gateway.serving.quick_transport import quick_transport
    from r1.admission import Admission, AdmissionLimits
    from r1.options import options_for

    key, secret = "bench", "0123456789abcdef" * 4
    access = Access({key: secret})
    options = options_for(f"openai:{address}", model=MODEL)
    async with UpstreamEngine([Server(options)], transport=quick_transport([options])) as engine:
        parts = GatewayParts(engine, access, Admission(AdmissionLimits(slots=256)))
        async with GatewayServer(create_app(parts), ServerOptions(port=0, drain_s=1)) as server:
            ready(server.port, access.exchange(_assertion(key, secret)))
            await server.serve()


async def ours_all(address: str, ready: Ready) -> None:
    """With audit, limits, redaction, metrics, cache and sessions, as `gateway` serves it."""
    from dataclasses import replace

    from commands.gateway_assembly import assembled_gateway
    from commands.gateway_clients import opened_registry
    from commands.gateway_settings import GatewaySettings
    from gateway.access import ClientLimits
    from gateway.app import create_app
    from gateway.engines.upstream import Server
    from gateway.routes.monitoring import add_monitoring
    from gateway.server import GatewayServer, ServerOptions
    from r1.options import options_for

    with opened_registry(None, None) as registry:  # as `gateway client add` leaves it
        limits = ClientLimits(10_000_000, 1_000_000_000, 1_000_000_000, 1000)
        client, secret = registry.add("bench", "developer", "bench", limits)
    options = replace(options_for(f"openai:{address}", model=MODEL), redact=True)
    async with assembled_gateway(GatewaySettings(slots=256), [Server(options)]) as gateway:
        app = create_app(gateway.parts)
        add_monitoring(app, gateway.parts.access, gateway.monitoring)
        async with GatewayServer(app, ServerOptions(port=0, drain_s=1)) as server:
            ready(server.port, gateway.parts.access.exchange(_assertion(client.client_id, secret.reveal())))
            await server.serve()


def _assertion(key: str, secret: str) -> str:
    import time

    import jwt

    now = int(time.time())
    return jwt.encode({"iss": key, "iat": now, "exp": now + 300, "aud": "r1", "jti": "bench"}, secret, "HS256")


SIDES: dict[str, Callable[[str, Ready], Awaitable[None]]] = {
    "upstream": upstream,
    "bare-aiohttp": bare_aiohttp,
    "bare-httpx": bare_httpx,
    "ours-auth": ours_auth,
    "ours-all": ours_all,
}
OURS = ("ours-auth", "ours-all")


def main() -> None:
    """Command line."""
    side, address = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    if side in OURS:
        garbage.put_off()  # as the command does until it listens

    def ready(port: int, credential: str) -> None:
        if side in OURS:
            garbage.begin()
        print(json.dumps({"port": port, "credential": credential}), flush=True)

    def factory() -> Any:
        # For aiohttp it makes no difference; uvicorn's own set-up uses it where it is installed.
        import uvloop

        return uvloop.new_event_loop()

    with tempfile.TemporaryDirectory() as folder:
        for kind in ("DATA", "CONFIG", "STATE", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = str(Path(folder) / kind.lower())
        if side not in OURS:
            signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        if profile := os.environ.get("GATEWAY_BENCHMARK_PROFILE"):
            import cProfile

            profiler = cProfile.Profile()
            profiler.enable()
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(SIDES[side](address, ready))  # type: ignore[arg-type]  # each is a coroutine function
        if profile:
            profiler.dump_stats(profile)


if __name__ == "__main__":
    main()
