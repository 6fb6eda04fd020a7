from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import httpx
import jwt
import pytest

from pipeline.testing import VirtualClock
from r1 import (
    AuthenticationError,
    ProtocolError,
    RateLimitedError,
    RetryPolicy,
    SettingsError,
    UpstreamError,
)
from r1.auth import R1Auth
from tests.r1.tokens import Service, shown
from tests.r1.upstream import KEY, SECRET, Upstream, answering, gather, guide_options, stream, token_reply

ONCE = guide_options(retry=RetryPolicy(attempts=1))


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return VirtualClock().run(work)


def ok(request: httpx.Request) -> httpx.Response:
    return stream(answering("Yes."))


class Tokens:
    """A token endpoint that numbers its tokens, and an infer endpoint that accepts only some."""

    def __init__(self, accepted: set[str], expires_in: float | None = 86400) -> None:
        self.issued = 0
        self.accepted = accepted
        self.expires_in = expires_in

    def issue(self, _: httpx.Request) -> httpx.Response:
        self.issued += 1
        return token_reply(f"token-{self.issued}", self.expires_in)

    def infer(self, request: httpx.Request) -> httpx.Response:
        good = request.headers["authorization"].removeprefix("Bearer ") in self.accepted
        return ok(request) if good else httpx.Response(401, json={"error": {"message": "expired"}})


def test_the_assertion_is_what_the_guide_asks_for_and_short_lived() -> None:
    """HS256 over iss, iat and exp, with aud and jti besides, valid for minutes rather than a day."""
    upstream = Upstream([ok])
    run(gather(upstream.client()))
    exchange = upstream.requests[0]
    assertion = exchange.headers["authorization"].removeprefix("Bearer ")
    assert jwt.get_unverified_header(assertion)["alg"] == "HS256"
    claims = jwt.decode(assertion, SECRET, algorithms=["HS256"], audience="r1")
    assert claims["iss"] == KEY
    assert 0 < claims["exp"] - claims["iat"] <= 300
    assert len(claims["jti"]) == 32
    assert json.loads(exchange.content) == {"grant_type": "client_credentials"}


def test_the_audience_can_be_left_out() -> None:
    """A server made after the guide's own example rejects an `aud` it does not expect."""
    upstream = Upstream([ok])
    run(gather(upstream.client(guide_options(audience=""))))
    assertion = upstream.requests[0].headers["authorization"].split()[1]
    payload = assertion.split(".")[1]
    assert "aud" not in json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def test_a_token_is_fetched_once_and_kept() -> None:
    """Later calls use the token of the first."""
    tokens = Tokens({"token-1"})
    upstream = Upstream([tokens.infer], token=tokens.issue)

    async def calls() -> None:
        async with upstream.client() as client:
            await gather(client)
            await gather(client)

    run(calls())
    assert tokens.issued == 1


def test_concurrent_first_calls_cause_one_exchange() -> None:
    """Fifty calls that start together share one token."""
    tokens = Tokens({"token-1"})
    upstream = Upstream([tokens.infer], token=tokens.issue)

    async def calls() -> None:
        async with upstream.client() as client:
            await asyncio.gather(*(gather(client) for _ in range(50)))

    run(calls())
    assert tokens.issued == 1


def test_a_refused_token_is_replaced_and_the_call_sent_again_once() -> None:
    """A 401 costs one new token and one replay."""
    tokens = Tokens({"token-2"})
    upstream = Upstream([tokens.infer], token=tokens.issue)
    _, completion = run(gather(upstream.client()))
    assert completion.answer == "Yes."
    assert (tokens.issued, upstream.count("POST")) == (2, 2)


def test_a_second_refusal_is_final() -> None:
    """A key without rights does not loop."""
    tokens = Tokens(set())
    upstream = Upstream([tokens.infer], token=tokens.issue)
    with pytest.raises(AuthenticationError, match="check the key"):
        run(gather(upstream.client()))
    assert (tokens.issued, upstream.count("POST")) == (2, 2)


def test_a_late_refusal_does_not_throw_a_newer_token_away() -> None:
    """Two calls that are refused with the same old token fetch one new token between them."""
    tokens = Tokens({"token-1"})
    upstream = Upstream([tokens.infer], token=tokens.issue)

    async def calls() -> None:
        async with upstream.client() as client:
            await gather(client)
            tokens.accepted = {"token-2"}
            await asyncio.gather(gather(client), gather(client))

    run(calls())
    assert tokens.issued == 2


def test_a_wrong_secret_says_what_to_check() -> None:
    """The exchange is not tried again, and the message names no secret."""
    upstream = Upstream([ok], token=lambda _: httpx.Response(401, json={"error": {"message": "bad signature"}}))
    with pytest.raises(AuthenticationError, match="R1_API_SECRET") as caught:
        run(gather(upstream.client()))
    assert upstream.count(path="/auth/token") == 1
    assert KEY not in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(200, json={"token": "x"}),
        httpx.Response(200, json=["x"]),
        httpx.Response(200, text="[" * 100_000),
        httpx.Response(200, text="<html>welcome</html>"),
        httpx.Response(200, json={"access_token": 7}),
        httpx.Response(200, json={"access_token": "two\nlines"}),
        httpx.Response(200, json={"access_token": "x", "expires_in": "soon"}),
    ],
)
def test_a_token_reply_of_the_wrong_shape_is_a_protocol_error(reply: httpx.Response) -> None:
    """What answers is not an R1 server, and the message says so."""
    with pytest.raises(ProtocolError, match="R1 server"):
        run(gather(Upstream([ok], token=lambda _: reply).client(ONCE)))


@pytest.mark.parametrize("status", [404, 405])
def test_a_server_without_a_token_endpoint_is_told_at_once(status: int) -> None:
    """Warming up says so, and how a server of the other kind is written."""
    upstream = Upstream([ok], token=lambda _: httpx.Response(status))
    with pytest.raises(ProtocolError, match="openai:URL"):
        run(upstream.client().warm_up())


@pytest.mark.parametrize(
    ("reply", "error"), [(httpx.Response(429), RateLimitedError), (httpx.Response(503), UpstreamError)]
)
def test_a_busy_token_endpoint_is_tried_again(reply: httpx.Response, error: type[Exception]) -> None:
    """It is part of the call, so the call's one retry loop covers it."""
    with pytest.raises(error):
        run(gather(Upstream([ok], token=lambda _: reply).client(ONCE)))
    replies = iter([reply, token_reply()])
    _, completion = run(gather(Upstream([ok], token=lambda _: next(replies)).client()))
    assert completion.answer == "Yes."


def test_the_assertion_says_the_time_of_day() -> None:
    """By a clock of its own, which need not be the one that a token's life is counted by."""
    auth = R1Auth(guide_options(), clock=lambda: 5.0, wall_clock=lambda: 1_800_000_000.9)
    service = Service()
    run(service.call(auth))
    claims = jwt.decode(service.assertions[0], options={"verify_signature": False})
    assert (claims["iat"], claims["exp"]) == (1_800_000_000, 1_800_000_300)


@pytest.mark.parametrize("secret", ["ssh-rsa secret-canary-9b1d", "secret-canary-9b1d \ud800"])
def test_a_secret_that_cannot_sign_is_refused_by_name(secret: str) -> None:
    """A key of another kind was put where the shared secret belongs."""
    options = replace(guide_options(), api_secret=secret)
    with pytest.raises(SettingsError, match="R1_API_SECRET cannot sign") as caught:
        run(gather(Upstream([ok]).client(options)))
    assert "canary" not in shown(caught.value)


def test_a_secret_in_another_encoding_signs_as_it_stands() -> None:
    """The environment gives bytes that are no UTF-8 as such."""
    secret = (SECRET.encode() + b"\xff").decode(errors="surrogateescape")
    service = Service()
    run(service.call(R1Auth(replace(guide_options(), api_secret=secret))))
    jwt.decode(service.assertions[0], SECRET.encode() + b"\xff", algorithms=["HS256"], audience="r1")


def test_the_representation_shows_no_secret() -> None:
    """The object may be printed."""
    assert repr(R1Auth(guide_options())) == "R1Auth(http://r1.test)"
