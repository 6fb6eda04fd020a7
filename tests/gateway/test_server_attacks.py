from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gateway.engine import EngineDelta, EngineEnd, EngineError, EngineRequest
from gateway.server import GatewayServer
from r1.admission import Admission, AdmissionLimits
from tests.gateway.engine import FOREVER, TOTAL, ScriptedEngine, answer
from tests.gateway.serving import HEALTH, INFER, SOON_S, Wire, options, request, run, serving, until
from tests.gateway.test_asking import Noted

# -- attacks


def test_a_large_head_is_refused_and_not_kept() -> None:
    """1 MB of headers: 431, long before it is all there."""

    async def main() -> tuple[bytes, bytes]:
        async with serving(ScriptedEngine(TOTAL)) as (server, _):
            async with Wire(server.port) as wire:
                head = b"GET /health HTTP/1.1\r\nHost: gateway\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n"
                wire.writer.write(head)
                one = await wire.ended()
            async with Wire(server.port) as wire:
                await wire.send(b"GET /health HTTP/1.1\r\nHost: gateway\r\n")
                for number in range(4000):
                    wire.writer.write(f"X-{number}: aaaaaaaaaaaaaaaa\r\n".encode())
                several = await wire.ended()
            return one, several

    for reply in run(main):
        assert reply == b"" or reply.startswith(b"HTTP/1.1 431 "), reply


def test_a_head_just_within_the_limit_passes_in_any_pieces() -> None:
    """Also where its end lies across two of them, with a body behind it."""

    async def main() -> list[bytes]:
        replies = []
        async with serving(ScriptedEngine(TOTAL), options(head_bytes=1000)) as (server, client):
            token = client.headers["authorization"]
            whole = request(token, "a" * 3000)
            end = whole.index(b"\r\n\r\n")
            for cut in (1, end - 1, end + 1, end + 2, end + 3, end + 4, end + 5, len(whole) - 1):
                async with Wire(server.port) as wire:
                    await wire.send(whole[:cut])
                    await asyncio.sleep(0.01)
                    await wire.send(whole[cut:])
                    replies.append(await wire.reply())
                    await wire.send(whole)
                    replies.append(await wire.reply())
        return replies

    assert all(reply.startswith(b"HTTP/1.1 200 ") for reply in run(main))


def test_empty_lines_before_a_request_are_passed_over() -> None:
    """RFC 9112, 2.2 asks for that; the connection then lives on as any other."""

    async def main() -> list[bytes]:
        async with serving(ScriptedEngine(TOTAL), options(head_s=0.3)) as (server, _), Wire(server.port) as wire:
            replies = []
            for before in (b"\r\n", b"\r\n\r\n", b""):
                await wire.send(before + HEALTH)
                replies.append(await wire.reply())
                await asyncio.sleep(1.1)
            return replies

    assert all(reply.startswith(b"HTTP/1.1 200 ") for reply in run(main))


def test_a_large_body_is_refused_while_it_comes() -> None:
    """10 MB: 413, which a client that goes on sending can still read."""

    async def main() -> httpx.Response:
        async with serving(ScriptedEngine(TOTAL), options(linger_s=0.2)) as (_, client):
            reply = await client.post(INFER, json={"prompt": "a" * 10_000_000})
            assert (await client.get("/health")).status_code == 200
            return reply

    reply = run(main)
    assert (reply.status_code, reply.json()["error"]["type"]) == (413, "too_large")


@pytest.mark.parametrize("at", ["nothing", "head", "next head", "body"])
def test_a_client_that_sends_a_byte_at_a_time_is_cut_off(at: str) -> None:
    """In the head, in the body, in the second request, and when it sends nothing at all."""

    async def main() -> bytes:
        async with serving(ScriptedEngine(TOTAL), options(head_s=0.3, body_s=0.3)) as (server, client):
            whole = request(client.headers["authorization"], "a" * 500)
            slow = {"head": whole, "next head": HEALTH, "nothing": b"", "body": whole[whole.index(b"\r\n\r\n") + 4 :]}
            async with Wire(server.port) as wire:
                if at == "next head":
                    await wire.send(HEALTH)
                    await wire.reply()
                if at == "body":
                    await wire.send(whole[: whole.index(b"\r\n\r\n") + 4])
                started = time.perf_counter()
                ended = asyncio.create_task(wire.ended())
                for byte in slow[at]:
                    if ended.done():
                        break
                    wire.writer.write(bytes([byte]))
                    await asyncio.sleep(0.05)
                said = await ended
                assert time.perf_counter() - started < 5
                await until(lambda: server.connections == 1)
                return said

    said = run(main)
    # A byte that arrives after the connection was closed resets it, and with that the reply may be lost on the way.
    assert said == b"" or (at != "nothing" and said.startswith(b"HTTP/1.1 408 "))


def test_a_client_that_does_not_read_is_cut_off() -> None:
    """The engine stops, and the connection is let go."""

    class Flood:
        name = "flood"
        keeps = True
        running = 0

        async def generate(self, request: EngineRequest) -> AsyncIterator[EngineDelta | EngineEnd]:
            self.running += 1
            try:
                while True:
                    yield answer("a" * 10_000)
            finally:
                self.running -= 1

    async def main() -> None:
        engine = Flood()
        async with (
            serving(engine, options(unread_s=0.3)) as (server, client),
            Wire(server.port) as wire,
        ):
            await wire.send(request(client.headers["authorization"], stream=True))
            await until(lambda: engine.running == 1)
            await until(lambda: engine.running == 0)
            await until(lambda: server.connections == 1)

    run(main)


def test_a_client_that_does_not_read_costs_nothing_while_it_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep-alives that cannot be sent are not tried over and over."""
    monkeypatch.setattr("gateway.streaming.KEEP_ALIVE_SECONDS", 0.05)

    async def main() -> float:
        engine = ScriptedEngine([answer("a" * 1_000_000) for _ in range(40)])
        async with serving(engine, options(unread_s=5.0)) as (server, client), Wire(server.port) as wire:
            await wire.send(request(client.headers["authorization"], stream=True))
            await until(lambda: engine.running == 1)
            await asyncio.sleep(0.3)
            before = time.process_time()
            await asyncio.sleep(0.6)
            return time.process_time() - before

    assert min(run(main) for _ in range(2)) < 0.3


def test_a_client_that_leaves_in_its_body_is_no_fault_of_the_gateway() -> None:
    """It is on record as one who left, whatever route it was at."""

    async def main(path: str) -> tuple[int, str]:
        noted = Noted()
        async with serving(ScriptedEngine(TOTAL), sinks=(noted,)) as (server, client):
            async with Wire(server.port) as wire:
                token = client.headers["authorization"]
                await wire.send(
                    f"POST {path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: {token}\r\n"
                    "Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{".encode()
                )
                await asyncio.sleep(0.1)
            await until(lambda: len(noted.records) == 2)
        return noted.records[1].status, noted.records[1].error_class

    for path in (INFER, "/v1/chat/completions"):
        assert run(lambda path=path: main(path)) == (499, "client_gone")  # type: ignore[misc]  # bound at once


def test_an_offer_to_change_the_protocol_is_passed_over() -> None:
    """As Java's client makes one (h2c) with every request: the body is read, in one packet with the head or not."""

    async def main() -> list[bytes]:
        replies = []
        async with serving(ScriptedEngine(TOTAL)) as (server, client):
            head, _, body = request(client.headers["authorization"]).partition(b"\r\n\r\n")
            offer = b"\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n\r\n"
            for parts in ([head + offer + body], [head + offer, body]):
                async with Wire(server.port) as wire:
                    for part in parts:
                        await wire.send(part)
                        await asyncio.sleep(0.05)
                    replies.append(await wire.reply())
        return replies

    assert all(reply.startswith(b"HTTP/1.1 200") for reply in run(main))


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\xff\xfe\x80" * 100,
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /\xff\xfe HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_http_is_closed(garbage: bytes) -> None:
    """And the next client is served."""

    async def main() -> tuple[bytes, int]:
        async with serving(ScriptedEngine(TOTAL), options(head_s=0.3)) as (server, client):
            async with Wire(server.port) as wire:
                await wire.send(garbage)
                said = await wire.ended()
            return said, (await client.get("/health")).status_code

    said, after = run(main)
    assert said == b"" or said.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 408 ", b"HTTP/1.1 404 "))
    assert after == 200


def test_a_body_that_is_no_utf_8_is_refused() -> None:
    """400, also half a character and a bomb of brackets."""

    async def main() -> list[int]:
        async with serving(ScriptedEngine(TOTAL)) as (_, client):
            bodies = [b'{"prompt": "\xff\xfe"}', b'{"prompt": "\xe4\xb8"}', b"[" * 100_000, b'{"a":' * 50_000, b"\x00"]
            headers = {"Content-Type": "application/json"}
            return [(await client.post(INFER, content=body, headers=headers)).status_code for body in bodies]

    assert set(run(main)) == {400}


@pytest.mark.parametrize("behind", [HEALTH, HEALTH * 5000, b"\x00garbage\r\n" * 20_000], ids=["one", "many", "garbage"])
@pytest.mark.parametrize("together", [True, False])
def test_what_is_sent_ahead_is_not_served(behind: bytes, together: bool) -> None:
    """The first request gets its reply, and then the connection is closed."""

    async def main() -> bytes:
        async with (
            serving(ScriptedEngine([0.1, *TOTAL])) as (server, client),
            Wire(server.port) as wire,
        ):
            first = request(client.headers["authorization"])
            wire.writer.write(first + behind if together else first)
            if not together:
                await asyncio.sleep(0.03)
                wire.writer.write(behind)
            return await wire.ended()

    said = run(main)
    assert said == b"" or (said.count(b"HTTP/1.1 ") == 1 and b"The total is 420." in said)
    assert said or behind != HEALTH  # a client that floods may lose the reply, one that only hurries may not


def test_a_client_that_leaves_after_sending_ahead_is_noticed() -> None:
    """Its engine stops as soon."""

    async def main() -> float:
        engine = ScriptedEngine([FOREVER])
        async with serving(engine) as (server, client), Wire(server.port) as wire:
            await wire.send(request(client.headers["authorization"]) + HEALTH * 3)
            await engine.started.wait()
            wire.writer.transport.abort()
            return await until(lambda: engine.running == 0)

    assert min(run(main) for _ in range(2)) < SOON_S


def test_one_connection_too_many_is_answered_503() -> None:
    """Those that are open go on."""

    async def main() -> tuple[bytes, int]:
        async with serving(ScriptedEngine(TOTAL), options(connections=3)) as (server, client):
            async with Wire(server.port), Wire(server.port):
                await until(lambda: server.connections == 3)
                async with Wire(server.port) as wire:
                    refused = await wire.ended()
                still = (await client.get("/health")).status_code
            await until(lambda: server.connections == 1)
            async with Wire(server.port) as wire:
                await wire.send(HEALTH)
                assert (await wire.reply()).startswith(b"HTTP/1.1 200 ")
            return refused, still

    refused, still = run(main)
    assert refused.startswith(b"HTTP/1.1 503 ") and b"retry-after: 5" in refused
    assert still == 200


@pytest.mark.parametrize("count", [50, pytest.param(1000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("stream", [True, False])
def test_clients_that_leave_all_at_once_leave_nothing(stream: bool, count: int) -> None:
    """A thousand: no task, place or connection; those in the queue, too."""

    async def main() -> None:
        engine, admission = ScriptedEngine([answer("Yes"), FOREVER]), Admission(AdmissionLimits(slots=count // 2))
        async with serving(engine, admission=admission) as (server, client):
            content = request(client.headers["authorization"], stream=stream)
            tasks_before = len(asyncio.all_tasks())
            wires = [Wire(server.port) for _ in range(count)]
            for wire in wires:
                await wire.__aenter__()
                wire.writer.write(content)
            await until(lambda: admission.running + admission.waiting == count, 30)
            for wire in wires:
                wire.writer.transport.abort()
            await until(lambda: engine.running == admission.running == admission.waiting == 0, 30)
            await until(lambda: server.connections == 1)
            await until(lambda: len(asyncio.all_tasks()) <= tasks_before)
            assert (await client.get("/health")).status_code == 200

    run(main)


@pytest.mark.parametrize("stream", [True, False])
def test_a_caller_who_leaves_stops_the_engine(stream: bool) -> None:
    """Within 100 ms."""

    async def main() -> float:
        engine = ScriptedEngine([answer("Yes"), FOREVER] if stream else [FOREVER])
        async with serving(engine) as (server, client), Wire(server.port) as wire:
            await wire.send(request(client.headers["authorization"], stream=stream))
            await engine.started.wait()
            await asyncio.sleep(0.02)
            wire.writer.transport.abort()
            return await until(lambda: engine.running == 0)

    assert min(run(main) for _ in range(3)) < SOON_S


def test_an_engine_that_dies_in_mid_stream_is_said() -> None:
    """As an event, and the connection can be used again."""

    async def main() -> tuple[str, int]:
        async with serving(ScriptedEngine([answer("The "), EngineError("upstream died")])) as (server, client):
            stream = await client.post(INFER, json={"prompt": "Why?", "stream": True})
            again = await client.get("/health")
            assert server.connections == 1
            return stream.text, again.status_code

    said, again = run(main)
    assert "event: error" in said and "upstream died" in said
    assert again == 200


def test_an_application_that_fails_is_answered_for(caplog: pytest.LogCaptureFixture) -> None:
    """500 without details, and a line in the log without the message, which may hold a prompt."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for kind in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{kind}.complete"})
            return
        raise RuntimeError("prompt-canary")

    async def main() -> httpx.Response:
        async with GatewayServer(app, options()) as server, httpx.AsyncClient(trust_env=False) as client:
            return await client.get(f"{server.address}/x")

    reply = run(main)
    assert (reply.status_code, reply.json()["error"]["type"]) == (500, "internal")
    assert "RuntimeError at app" in caplog.text and "canary" not in caplog.text
