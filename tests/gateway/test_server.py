from __future__ import annotations

import asyncio
import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvloop
from starlette.responses import JSONResponse

from gateway.access import Access
from gateway.app import create_app
from gateway.calls import CallRecord
from gateway.errors import GatewayError
from gateway.parts import GatewayParts
from gateway.server import GatewayServer, ServerOptions, is_loopback
from gateway.serving.certificates import TlsFiles
from gateway.serving.limits import ConnectionLimits
from tests.gateway.engine import FOREVER, KEY, SECRET, TOTAL, ScriptedEngine, answer
from tests.gateway.serving import INFER, options, run, serving, until

# -- what it serves


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
@pytest.mark.parametrize("parser", ["httptools", "h11"])
def test_calls_are_answered_by_either_parser(parser: str, loop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole and as a stream, several on one connection, on either event loop."""
    if parser == "h11":
        monkeypatch.setattr("gateway.server.find_spec", lambda name: None)

    async def main() -> list[httpx.Response]:
        async with serving(ScriptedEngine(TOTAL)) as (server, client):
            replies = [await client.post(INFER, json={"prompt": "Why?", "stream": way}) for way in (False, True, False)]
            assert server.connections == 1
            return replies

    whole, stream, _ = run(main, loop)
    assert whole.json()["choices"][0]["text"] == "The total is 420."
    assert stream.text.endswith("data: [DONE]\n\n")
    assert "server" not in whole.headers and "date" in whole.headers


def test_a_port_that_is_taken_is_named() -> None:
    """With what to do."""

    async def main() -> None:
        async with serving(ScriptedEngine(TOTAL)) as (server, _):
            app = create_app(GatewayParts(ScriptedEngine(TOTAL), Access({KEY: SECRET})))
            async with GatewayServer(app, ServerOptions(port=server.port)):
                pass

    with pytest.raises(GatewayError, match=r"127\.0\.0\.1:\d+ .*choose another port"):
        run(main)


@pytest.mark.parametrize(
    ("host", "closed"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("0.0.0.0", False), ("10.1.2.3", False), ("r1", False)],
)
def test_what_other_machines_can_reach_is_known(host: str, closed: bool) -> None:
    """Without TLS it is exposed."""
    assert is_loopback(host) is closed
    assert ServerOptions(host).exposed is not closed
    assert not ServerOptions(host, tls=TlsFiles(Path("x"))).exposed


@pytest.mark.parametrize(
    ("proxies", "seen"), [("", "127.0.0.1"), ("127.0.0.1", "192.0.2.7"), ("10.0.0.0/8", "127.0.0.1")]
)
def test_only_trusted_proxies_say_who_calls(proxies: str, seen: str) -> None:
    """Else a caller could take on any address, and have others locked out."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await JSONResponse(scope["client"][0])(scope, receive, send)

    async def main() -> str:
        chosen = replace(options(), trusted_proxies=proxies)
        async with GatewayServer(app, chosen) as server, httpx.AsyncClient(trust_env=False) as client:
            said: str = (await client.get(server.address, headers={"X-Forwarded-For": "192.0.2.7"})).json()
            return said

    assert run(main) == seen


def test_limits_must_be_above_zero() -> None:
    """Each is named."""
    with pytest.raises(GatewayError, match="head_s"):
        ConnectionLimits(head_s=0)


# -- stopping


class Noted:
    def __init__(self) -> None:
        self.records: list[CallRecord] = []

    def note(self, record: CallRecord) -> None:
        self.records.append(record)


def test_stopping_lets_calls_finish_and_accepts_no_more() -> None:
    """Whole and streamed; each is on record before the end."""

    async def main() -> tuple[list[httpx.Response], list[int]]:
        noted, engine = Noted(), ScriptedEngine([answer("The total "), 0.3, answer("is 420.")])
        async with serving(engine, sinks=(noted,)) as (server, client):
            calls = [
                asyncio.create_task(client.post(INFER, json={"prompt": "Why?", "stream": way})) for way in (False, True)
            ]
            await until(lambda: engine.running == 2)
            server.stop()
            await asyncio.sleep(0.15)
            with pytest.raises(OSError):  # noqa: PT011  its kind is the system's
                await asyncio.open_connection("127.0.0.1", server.port)
            replies = await asyncio.gather(*calls)
            await server.serve()
            return replies, [record.status for record in noted.records[1:]]

    replies, statuses = run(main)
    assert [reply.status_code for reply in replies] == [200, 200] == statuses
    assert replies[0].json()["choices"][0]["text"] == "The total is 420."
    assert replies[1].text.endswith("data: [DONE]\n\n")
    assert replies[0].headers["connection"] == "close"


@pytest.mark.parametrize("how", ["limit", "at once"])
def test_calls_that_outlast_the_limit_are_broken_off(how: str) -> None:
    """With 503 where nothing had been sent; all let go, and all on record."""

    async def main() -> tuple[int, float]:
        noted, engine = Noted(), ScriptedEngine([FOREVER])
        chosen = replace(options(), drain_s=0.3 if how == "limit" else FOREVER)
        async with serving(engine, chosen, sinks=(noted,)) as (server, client):
            call = asyncio.create_task(client.post(INFER, json={"prompt": "Why?"}))
            await engine.started.wait()
            started = time.perf_counter()
            (server.stop if how == "limit" else server.stop_at_once)()
            await server.serve()
            took = time.perf_counter() - started
            assert (engine.running, server.connections, len(noted.records)) == (0, 0, 2)
            return (await call).status_code, took

    status, took = run(main)
    assert status == 503
    assert took < 3


def test_a_stream_that_is_broken_off_says_so() -> None:
    """As an event, so that its caller tries again; on record as stopped, not as a caller who left or a fault."""

    async def main() -> tuple[str, list[tuple[int, str]]]:
        noted, engine = Noted(), ScriptedEngine([answer("The total "), FOREVER])
        async with serving(engine, replace(options(), drain_s=0.2), sinks=(noted,)) as (server, client):
            bodies = [{"prompt": "Why?", "stream": True}, {"prompt": "Who?"}]
            calls = [asyncio.create_task(client.post(INFER, json=body)) for body in bodies]
            await until(lambda: engine.running == 2)
            server.stop()
            await server.serve()
            streamed, whole = await asyncio.gather(*calls)
            assert whole.status_code == 503 and whole.json()["error"]["type"] == "stopping"
            return streamed.text, sorted((each.status, each.error_class) for each in noted.records[1:])

    text, records = run(main)
    assert "The total " in text and text.rstrip().rpartition("\n\n")[2].startswith("event: error\ndata: ")
    assert "stopping" in text
    assert records == [(200, "stopping"), (503, "stopping")]


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no such signals")
def test_signals_stop_it_and_are_given_back() -> None:
    """The first lets calls finish, the second does not."""

    async def main() -> tuple[int | None, int]:
        engine = ScriptedEngine([FOREVER])
        async with serving(engine) as (server, client):
            serve = asyncio.create_task(server.serve())
            call = asyncio.create_task(client.post(INFER, json={"prompt": "Why?"}))
            await engine.started.wait()
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(0.3)
            assert not serve.done() and engine.running == 1
            os.kill(os.getpid(), signal.SIGTERM)
            await serve
            return server.stopped_by, (await call).status_code

    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]
    assert run(main) == (signal.SIGTERM, 503)
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)] == before
