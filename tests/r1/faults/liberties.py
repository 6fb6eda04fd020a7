"""Faults: servers that take liberties with the rules, or repeat what they were told in confidence."""

from __future__ import annotations

import json

from r1 import AuthenticationError, ProtocolError, RateLimitedError, RequestRefusedError, UpstreamError
from tests.r1.faults.case import PROMPT, Answers, Case, Fails
from tests.r1.faults.server import Request
from tests.r1.faults.wire import Move, Reply, chat, good, refused, streamed, token, whole
from tests.r1.upstream import KEY

_USAGE = 'data: {"usage": {"prompt_tokens": 9, "completion_tokens": 21, "total_tokens": 30}}\n\n'
_HEADER = "text/event-stream; charset="


def _charset(name: str) -> Case:
    return Case(
        f"charset-{name}",
        f"calls its events {name}",
        "The answer: events are always UTF-8.",
        Answers(),
        (streamed(*good(), content_type=_HEADER + name),),
    )


def _listing(name: str, server: str, models: object) -> Case:
    return Case(
        name,
        server,
        "`ProtocolError`: check the address.",
        Fails(ProtocolError, "not in the form of the 'openai' API.*check the address", tries=0),
        models=(whole(200, json.dumps(models)),),
        dialect="openai",
        model="",
    )


def _echo(request: Request) -> Reply:
    return refused(403, f"no rights for {request.headers['authorization']}")


CASES = (
    *map(_charset, ("hex", "undefined", "rot13", "idna", "iso-8859-1", "gbk", "no-such-thing")),
    Case(
        "content-type-case",
        "writes its content type in capitals",
        "The answer.",
        Answers(),
        (streamed(*good(), content_type="Text/Event-Stream"),),
    ),
    Case(
        "byte-order-mark-joined",
        "starts its first event with a byte order mark",
        "The answer.",
        Answers(),
        (streamed("\ufeff" + good()[0], *good()[1:]),),
    ),
    Case(
        "closed-after-done",
        "ends the connection after `[DONE]` without the last chunk",
        "The answer.",
        Answers(),
        (streamed(*good(), Move.CLOSE),),
    ),
    Case(
        "reset-after-finish",
        "breaks the connection off after the finish reason",
        "The answer.",
        Answers(),
        (streamed(*good()[:-1], 0.02, Move.RESET),),
    ),
    Case(
        "foreign-event",
        "sends events of a kind and shape of its own among the others",
        "The answer.",
        Answers(),
        (streamed(good()[0], 'event: ping\ndata: {"type": "ping"}\n\n', *good()[1:]),),
    ),
    Case(
        "usage-without-choices",
        "sends the usage in an event without choices",
        "The answer.",
        Answers(),
        (streamed(*chat()[:-1], _USAGE, chat()[-1]),),
        dialect="openai",
    ),
    Case(
        "retry-after-overflow",
        "asks to come back at a date beyond all calendars",
        "`RateLimitedError` once the tries are used up: try again later.",
        Fails(RateLimitedError, "try again later", tries=3),
        (refused(429, retry_after="Mon, 01 Jan 2024 00:00:00 +99999999999999"),),
    ),
    Case(
        "retry-after-infinite",
        "asks to come back after `inf` seconds",
        "`RateLimitedError` once the tries are used up: try again later.",
        Fails(RateLimitedError, "try again later", tries=3),
        (refused(429, retry_after="inf"),),
    ),
    Case(
        "token-life-huge",
        "gives a token that lives for longer than numbers reach",
        "The answer.",
        Answers(),
        token=(whole(200, f'{{"access_token": "token-canary-1", "expires_in": 1{"0" * 400}}}'), token()),
    ),
    _listing("models-nameless", "lists models without a name", {"data": [{"name": "x"}]}),
    _listing("models-number", "lists a number of models", {"data": 7}),
    _listing("models-strings", "lists models as texts", {"data": ["x"]}),
    Case(
        "echo-prompt",
        "refuses the prompt and repeats it, with the key",
        "`RequestRefusedError`, with both hidden.",
        Fails(RequestRefusedError, r"invalid prompt: \[hidden\] key \[hidden\]"),
        (refused(422, f"invalid prompt: {PROMPT} key {KEY}"),),
    ),
    Case(
        "echo-key",
        "refuses the key and repeats it (OpenAI-style)",
        "`AuthenticationError`, with the key hidden.",
        Fails(AuthenticationError, r"Incorrect API key provided: \[hidden\]"),
        (refused(401, f"Incorrect API key provided: {KEY}"),),
        dialect="openai",
    ),
    Case(
        "echo-token",
        "repeats the token it does not like",
        "`AuthenticationError`, with the token hidden.",
        Fails(AuthenticationError, r"no rights for Bearer \[hidden\]"),
        (_echo,),
    ),
    Case(
        "echo-in-stream",
        "fails in its stream and repeats the prompt",
        "`UpstreamError` once the tries are used up, with the prompt hidden.",
        Fails(UpstreamError, r"cannot answer \[hidden\]", tries=3),
        (streamed(f"data: {json.dumps({'error': {'message': f'cannot answer {PROMPT}'}})}\n\n"),),
    ),
)
