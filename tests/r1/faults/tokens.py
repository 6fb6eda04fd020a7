"""Faults: proving who calls."""

from __future__ import annotations

import json

from r1 import AuthenticationError, ProtocolError, RateLimitedError, SettingsError, UnreachableError, UpstreamError
from tests.r1.faults.case import Answers, Case, Fails
from tests.r1.faults.server import Request
from tests.r1.faults.wire import GOOD, Move, Reply, chat, models, refused, streamed, token, whole

_NO_TOKEN = "without an access_token: check that this is an R1 server"
_CHAT = (streamed(*chat()),)


def _second_only(request: Request) -> Reply:
    return GOOD if request.headers["authorization"] == "Bearer token-canary-2" else refused(401, "expired")


def _shape(name: str, server: str, reply: str | bytes, step: str = _NO_TOKEN) -> Case:
    caller = "`ProtocolError`: check that this is an R1 server."
    kind = "text/html" if name == "token-html" else "application/json"
    return Case(name, server, caller, Fails(ProtocolError, step, tries=0), token=(whole(200, reply, kind),))


CASES = (
    Case(
        "401-once",
        "refuses a token that it has given, once",
        "The answer, with a new token.",
        Answers(exchanges=2),
        (_second_only,),
        (token("token-canary-1"), token("token-canary-2")),
    ),
    Case(
        "401-always",
        "refuses every token",
        "`AuthenticationError` after one new token: check the key and its rights.",
        Fails(AuthenticationError, "HTTP 401: unknown; check the key", tries=2),
        (refused(401, "unknown"),),
    ),
    Case(
        "401-key",
        "does not know the key (OpenAI-style)",
        "`AuthenticationError`: check the key and its rights. No second try.",
        Fails(AuthenticationError, "HTTP 401: unknown; check the key"),
        (refused(401, "unknown"),),
        dialect="openai",
    ),
    Case(
        "token-refused",
        "refuses the key or its signature",
        "`AuthenticationError`: check the key, the secret and this machine's clock.",
        Fails(AuthenticationError, "check R1_API_KEY and R1_API_SECRET", tries=0),
        token=(refused(401),),
    ),
    Case(
        "token-missing",
        "has no token endpoint",
        "`ProtocolError`: check the address, and how an OpenAI-style server is written.",
        Fails(ProtocolError, "has no /auth/token.*written openai:URL", tries=0),
        token=(refused(404),),
    ),
    Case(
        "token-down-once",
        "answers 503 to the exchange of a token, once",
        "The answer, at the second try.",
        Answers(tries=("UpstreamError", "answered")),
        token=(refused(503), token()),
    ),
    Case(
        "token-down",
        "answers 503 to every exchange of a token",
        "`UpstreamError`, after three tries.",
        Fails(UpstreamError, "HTTP 503: no; see that server's log", tries=0),
        token=(refused(503),),
    ),
    Case(
        "token-busy",
        "answers 429 to every exchange of a token",
        "`RateLimitedError`: try again later.",
        Fails(RateLimitedError, "too many requests, try again later", tries=0),
        token=(refused(429),),
    ),
    Case(
        "token-reset-once",
        "resets the connection during the exchange, once",
        "The answer, at the second try.",
        Answers(tries=("UnreachableError", "answered")),
        token=((Move.RESET,), token()),
    ),
    Case(
        "token-reset",
        "resets the connection during every exchange",
        "`UnreachableError`: see that server's log.",
        Fails(UnreachableError, "closed the connection before answering: see", tries=0),
        token=((Move.RESET,),),
    ),
    Case(
        "token-expires",
        "gives tokens that are valid for no time",
        "The answer, call after call.",
        Answers(exchanges=None),
        token=(token(expires_in=-5),),
        calls=2,
    ),
    Case(
        "token-endless",
        "does not say how long its token is valid",
        "The answer; a day is assumed.",
        Answers(),
        token=(token(expires_in=None),),
        calls=2,
    ),
    Case(
        "token-seconds-as-text",
        "gives the life of its token as a text",
        "The answer.",
        Answers(),
        token=(token(expires_in="3600"),),
    ),
    _shape("token-html", "answers the exchange with a page of HTML", "<html>Welcome</html>"),
    _shape("token-list", "answers the exchange with a list", "[]"),
    _shape("token-other-name", "gives its token another name", '{"token": "token-canary-1"}'),
    _shape("token-number", "gives a number as its token", '{"access_token": 7}', "that is no token: check"),
    _shape("token-empty", "gives an empty token", '{"access_token": ""}', "that is no token: check"),
    _shape(
        "token-lines",
        "gives a token with a line break, which could smuggle a header in",
        json.dumps({"access_token": "token-canary-1\r\nX-Evil: 1"}),
        "that is no token: check",
    ),
    _shape("token-soon", "gives a token that is valid until soon", '{"access_token": "x", "expires_in": "soon"}'),
    Case(
        "models-two",
        "has two models, where none is configured (OpenAI-style)",
        "`SettingsError` with their names: choose one.",
        Fails(SettingsError, "has these models: r1-small, r1-large; choose one with --model or R1_MODEL", tries=0),
        _CHAT,
        models=(models("r1-small", "r1-large"),),
        dialect="openai",
        model="",
    ),
    Case(
        "models-none",
        "has no model, where none is configured (OpenAI-style)",
        "`SettingsError`: choose one.",
        Fails(SettingsError, "has these models: none; choose one with --model or R1_MODEL", tries=0),
        _CHAT,
        models=(models(),),
        dialect="openai",
        model="",
    ),
)
