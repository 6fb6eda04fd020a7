"""Key, secret, assertion and token show nowhere: not in messages, causes, logs, nor the locals of a traceback."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any

import httpx
import pytest

from r1 import R1Client, R1Error, R1Options
from r1.auth import BearerAuth, R1Auth
from tests.r1.calls import ONCE, run
from tests.r1.tokens import DAY, Service, renewing, shown
from tests.r1.upstream import KEY, SECRET, Handler, Upstream, answering, gather, guide_options, stream, token_reply


def ok(_: httpx.Request) -> httpx.Response:
    return stream(answering("Yes."))


def echo(request: httpx.Request) -> httpx.Response:
    """A server that repeats the assertion and the secret in its reason."""
    proof = request.headers["authorization"]
    return httpx.Response(500, json={"error": {"message": f"bad proof: {proof}, wanted {SECRET}"}})


LIBRARY = """
def send(request, error):
    headers = request.headers.raw
    raise error("could not be written")
"""
"""A frame as the HTTP library has them, whose locals hold what is being sent."""


def broken(request: httpx.Request) -> httpx.Response:
    """A connection that breaks while the request is written."""
    library: dict[str, Any] = {}
    exec(compile(LIBRARY, "library.py", "exec"), library)  # so that the frame is none of these tests
    reply: httpx.Response = library["send"](request, httpx.WriteError)
    return reply


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (lambda _: httpx.Response(401, json={"error": {"message": f"no: {SECRET}"}}), "refuses the key"),
        (echo, r"bad proof: Bearer \[hidden\], wanted \[hidden\]"),
        (lambda _: httpx.Response(200, text='{"access_token": "token-canary-1'), "without an access_token"),
        (lambda _: httpx.Response(200, json={"token": "token-canary-1"}), "without an access_token"),
        (lambda _: token_reply("token-canary\nsecond line"), "no token"),
        (lambda _: httpx.Response(200, json={"access_token": "token-canary", "expires_in": []}), "without"),
        (broken, "closed the connection"),
    ],
)
def test_a_failed_exchange_shows_no_secret(token: Handler, reason: str, caplog: pytest.LogCaptureFixture) -> None:
    """Not in the message, its causes, the logs, nor the locals of any frame of the traceback."""
    caplog.set_level(logging.DEBUG)
    upstream = Upstream([ok], token=token)
    with pytest.raises(R1Error, match=reason) as caught:
        run(gather(upstream.client(ONCE)))
    proof = upstream.requests[0].headers["authorization"].removeprefix("Bearer ")
    told = shown(caught.value) + caplog.text + repr(upstream.requests[0]) + repr(upstream.requests[0].headers)
    assert "r1.test" in told
    for canary in (SECRET, KEY, "token-canary", proof, proof.rsplit(".", 1)[0]):
        assert canary not in told


def test_a_failed_call_shows_no_token() -> None:
    """Nor when the connection breaks while the call itself is written."""
    upstream = Upstream([broken])
    with pytest.raises(R1Error, match="closed the connection") as caught:
        run(gather(upstream.client(ONCE)))
    assert "WriteError" in shown(caught.value)
    assert "token-canary" not in shown(caught.value) + repr(upstream.requests[-1])


def test_a_renewal_that_fails_logs_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    """It says that the old token serves on, and why."""
    caplog.set_level(logging.DEBUG)

    async def main() -> str:
        service = Service()
        auth = renewing(service)
        await service.call(auth)
        service.failures = [httpx.Response(500, json={"error": {"message": f"wanted {SECRET}"}})]
        await service.call(auth, DAY - 1000)
        await asyncio.sleep(1)
        return service.assertions[1]

    proof = run(main())
    assert "serves on: R1 at http://r1.test answered HTTP 500: wanted [hidden]" in caplog.text
    assert proof not in caplog.text


def test_nothing_on_the_wire_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The HTTP library's own log at its most talkative, against a real server."""
    caplog.set_level(logging.DEBUG)
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for body in (b'{"access_token": "token-canary-1"}', b'{"ready": true}'):
            heard.append(await reader.readuntil(b"\r\n\r\n"))
            length = re.search(rb"content-length: (\d+)", heard[-1].lower())
            await reader.readexactly(int(length[1]) if length else 0)
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    async def main() -> None:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with R1Client(R1Options(f"http://127.0.0.1:{port}", KEY, SECRET)) as client:
                assert (await client.status()).ready

    asyncio.run(main())
    assert b"Bearer token-canary-1" in heard[1]
    assert "send_request_headers" in caplog.text
    proof = heard[0].split(b"Bearer ")[1].split()[0].decode()
    for canary in (SECRET, KEY, "token-canary", proof):
        assert canary not in caplog.text


@pytest.mark.parametrize("auth", [R1Auth(guide_options()), BearerAuth(KEY)])
def test_the_auth_itself_shows_no_secret(auth: httpx.Auth) -> None:
    """Printed with all that it holds."""
    told = f"{auth!r} {vars(auth)}"
    for canary in (SECRET, KEY):
        assert canary not in told
