from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from gateway.serving.quick_transport import quick_transport
from r1 import R1Client, R1Error, R1Options, RetryPolicy, options_for
from r1.tls import TlsOptions
from tests.commands.servers import OpenAIServer
from tests.gateway.serving import free_port

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
EVENT = b'data: {"choices":[{"delta":{"content":"Yes."}}]}\n\n'


async def hangs_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def closes(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def speaks_no_http(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\x01garbage\r\n\r\n")


async def dies_in_mid_stream(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(STREAM.replace(b"\r\n\r\n", b"\r\ntransfer-encoding: chunked\r\n\r\n"))
    writer.write(b"%x\r\n" % len(EVENT) + EVENT + b"\r\n")
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.transport.abort()


@asynccontextmanager
async def server(behaviour: Behaviour, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Its port."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await behaviour(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(one, "127.0.0.1", 0, ssl=context)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


def once(address: str, tls: TlsOptions | None = None) -> R1Options:
    """A server that is tried once."""
    return replace(
        options_for(f"openai:{address}/v1", model="m"), retry=RetryPolicy(attempts=1), tls=tls or TlsOptions()
    )


async def said(options: R1Options, *, quick: bool) -> str:
    """What the client's caller is told, without the port."""
    transport = quick_transport([options]) if quick else None
    assert (transport is not None) is quick
    async with R1Client(options, transport=transport) as client:
        with pytest.raises(R1Error) as caught:
            await client.infer("Why?")
    return f"{type(caught.value).__name__}: {caught.value}".replace(options.address, "")


@pytest.mark.parametrize("behaviour", [hangs_up, closes, speaks_no_http, dies_in_mid_stream])
def test_failures_are_told_as_by_the_usual_transport(behaviour: Behaviour) -> None:
    """The same error with the same words."""

    async def main() -> tuple[str, str]:
        async with server(behaviour) as port:
            options = once(f"http://127.0.0.1:{port}")
            return await said(options, quick=False), await said(options, quick=True)

    usual, quick = asyncio.run(main())
    assert usual == quick


def test_nobody_there_is_told_as_by_the_usual_transport() -> None:
    """With the next step."""

    async def main() -> tuple[str, str]:
        options = once(f"http://127.0.0.1:{free_port()}")
        return await said(options, quick=False), await said(options, quick=True)

    usual, quick = asyncio.run(main())
    assert usual == quick
    assert "check that the server runs" in quick


def test_a_certificate_that_is_not_trusted_is_told(tmp_path: Path) -> None:
    """And one that is, is accepted: the failure is then the server's own."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    async def main() -> tuple[str, str, str]:
        async with server(closes, context) as port:
            stranger = once(f"https://127.0.0.1:{port}")
            friend = once(f"https://127.0.0.1:{port}", TlsOptions(str(tmp_path / "ca.pem")))
            return (
                await said(stranger, quick=False),
                await said(stranger, quick=True),
                await said(friend, quick=True),
            )

    usual, quick, trusted = asyncio.run(main())
    assert usual == quick
    assert "R1_CA_FILE" in quick
    assert "closed the connection before answering" in trusted


def test_answers_come_and_connections_are_kept() -> None:
    """From a real server, several at once."""

    async def main(server: OpenAIServer) -> list[str]:
        options = options_for(f"openai:{server.url}", model="deepseek-r1")
        async with R1Client(options, transport=quick_transport([options])) as client:
            return [(await client.infer(f"Why {number}?")).answer for number in range(3)]

    with OpenAIServer("Because.", thought="Hm.") as server:
        assert asyncio.run(main(server)) == ["Because."] * 3


def test_a_caller_who_leaves_closes_the_connection() -> None:
    """Within 100 ms, so that the model behind stops."""

    async def main() -> float:
        gone = asyncio.Event()

        async def forever(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(STREAM + EVENT.replace(b"content", b"reasoning_content"))
            while await reader.read(65_536):
                pass
            gone.set()

        async with server(forever) as port:
            options = once(f"http://127.0.0.1:{port}")
            async with R1Client(options, transport=quick_transport([options])) as client:
                stream = client.stream("Why?")
                await anext(stream)
                started = time.perf_counter()
                await stream.aclose()
                await asyncio.wait_for(gone.wait(), 5)
                return time.perf_counter() - started

    assert min(asyncio.run(main()) for _ in range(3)) < 0.1


def test_it_stands_aside_where_it_cannot_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy to go through, a Unix socket, differing TLS, or not installed."""
    local, remote = options_for("openai:http://127.0.0.1/v1"), options_for("openai:http://r1.example.com/v1")
    assert quick_transport([local, remote]) is not None
    other = replace(options_for("openai:https://r1.example.com/v1"), tls=TlsOptions("/other.pem"))
    assert quick_transport([options_for("openai:https://127.0.0.1/v1"), other]) is None
    assert quick_transport([replace(local, unix_socket="/run/r1")]) is None
    monkeypatch.setenv("http_proxy", "http://proxy.example.com:3128")
    assert quick_transport([remote]) is None
    assert quick_transport([local]) is not None
    monkeypatch.setattr("gateway.serving.quick_transport.find_spec", lambda name: None)
    assert quick_transport([local]) is None
