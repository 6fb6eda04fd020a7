"""Faults: events that are cut, garbled, of another kind, or that never end."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from r1 import ProtocolError, UpstreamError
from tests.r1.faults.case import Answers, Case, Check, Fails
from tests.r1.faults.wire import (
    ANSWER,
    GOOD,
    Move,
    Step,
    at_once,
    chat,
    finished,
    good,
    spoken,
    streamed,
    thought,
    until_closed,
    whole,
)
from tests.r1.upstream import DONE, data, guide_event

_WHOLE = "".join(good())
_FAILED_ONCE = ("UpstreamError", "answered")
_TEN_MEGABYTES = b"x" * 1_000_000


def _says(name: str, server: str, caller: str, check: Check, *parts: Step | str, **changed: Any) -> Case:
    """A case whose first reply streams `parts`, and any later one is good."""
    return replace(Case(name, server, caller, check, (streamed(*parts), GOOD)), **changed)


def _error(message: str) -> str:
    return f"data: {json.dumps({'error': {'message': message}})}\n\n"


SHAPES = (
    _says(
        "line-ends-crlf",
        "ends its lines with CR LF",
        "The answer.",
        Answers(),
        *(event.replace("\n", "\r\n") for event in good()),
    ),
    _says("line-ends-cr", "ends its lines with CR", "The answer.", Answers(), *(e.replace("\n", "\r") for e in good())),
    _says(
        "line-ends-cut",
        "cuts its chunks between CR and LF",
        "The answer.",
        Answers(),
        *(part for event in good() for part in event.replace("\n", "\r\n").partition("\r") if part),
    ),
    _says(
        "characters-cut",
        "cuts its chunks in the middle of characters",
        "The answer, with every character whole.",
        Answers(),
        *(_WHOLE.encode()[start : start + 3] for start in range(0, len(_WHOLE.encode()), 3)),
    ),
    _says(
        "byte-order-mark",
        "starts with a byte order mark",
        "The answer.",
        Answers(),
        "\ufeff",
        *chat(),
        dialect="openai",
    ),
    _says(
        "blank-lines-first",
        "sends blank lines and comments before and between its events",
        "The answer.",
        Answers(),
        "\n\n\n: ping\n",
        *(f": keep-alive\n\n{event}\n\n" for event in good()),
    ),
    _says(
        "data-in-lines",
        "spreads an event over several data lines",
        "The answer.",
        Answers(),
        *thought(),
        *(f"data: {part}\n" for part in json.dumps(guide_event(ANSWER, "", "stop"), indent=1).split("\n")),
        "\n",
        DONE,
    ),
    _says(
        "other-fields",
        "numbers its events, and says when to connect again",
        "The answer.",
        Answers(),
        *(f"id: {number}\nretry: 10\nwhat: ever\n{event}" for number, event in enumerate(good())),
    ),
    _says(
        "named-events",
        "gives its events names of its own",
        "The answer.",
        Answers(),
        *(f"event: completion.chunk\n{event}" for event in good()),
    ),
    _says(
        "line-separators",
        "sends U+2028, U+0085 and NUL inside a text",
        "The answer, with those characters in it.",
        Answers(answer="One\u2028two\x85three\x00."),
        *good(["One\u2028two", "\x85three\x00."]),
    ),
    _says(
        "half-character-escaped",
        "sends half a surrogate pair",
        "The answer, with a question mark in its place.",
        Answers(answer="420 ?."),
        *thought(),
        'data: {"choices": [{"text": "420 \\ud83d.", "reasoning": ""}]}\n\n',
        *finished(),
    ),
    _says(
        "half-character-last",
        "ends in the middle of a character",
        "The answer: what is cut stood after its end.",
        Answers(),
        *good(),
        ": 总".encode()[:-1],
    ),
    _says(
        "empty-data",
        "sends events without data",
        "The answer.",
        Answers(),
        "data:\n\n",
        *(f"data\n\nevent: what\n\n{event}" for event in good()),
    ),
    _says(
        "huge-event",
        "sends a megabyte of what nobody asked for with its events",
        "The answer.",
        Answers(),
        *thought(),
        *spoken(padding="x" * 1_000_000),
        *finished(),
    ),
    Case(
        "huge-line",
        "sends a line of ten megabytes without an end",
        "`ProtocolError` as soon as it is larger than any event: check the address.",
        Fails(ProtocolError, "more than 8192 KiB without an end: check the address"),
        (streamed("data: ", *[_TEN_MEGABYTES] * 10, Move.HOLD), GOOD),
        within_s=10.0,
    ),
)

ENDS = (
    _says("done-missing", "leaves out `[DONE]`", "The answer.", Answers(), *good()[:-1]),
    _says(
        "reason-missing",
        "leaves out the finish reason",
        "The answer; `[DONE]` says that it is whole.",
        Answers(),
        *thought(),
        *spoken(),
        DONE,
    ),
    _says(
        "both-missing",
        "leaves out `[DONE]` and the finish reason",
        "What had come, then `UpstreamError`: it may be a fragment.",
        Fails(UpstreamError, "broke off before its end: see that server's log", heard=ANSWER),
        *thought(),
        *spoken(),
    ),
    _says(
        "nothing",
        "ends the stream without an event, once",
        "The answer, at the second try.",
        Answers(tries=_FAILED_ONCE),
    ),
    Case(
        "closes-after-reason",
        "closes the connection right after the finish reason",
        "The answer.",
        Answers(),
        (until_closed(*good()[:-1]),),
    ),
    _says(
        "after-done",
        "goes on after `[DONE]`",
        "The answer, without what follows it.",
        Answers(),
        *good(),
        *spoken(["Again."]),
        "data: {oops\n\n",
    ),
    _says(
        "reason-twice",
        "gives its finish reason twice",
        "The answer.",
        Answers(),
        *thought(),
        *spoken(),
        *finished()[:-1],
        *finished(),
    ),
    _says(
        "usage-alone",
        "sends the counts in an event of their own, with empty `choices`",
        "The answer, with those counts.",
        Answers(completion_tokens=21),
        *thought(),
        *spoken(),
        *data(guide_event("", "", "stop"), {"choices": [], "usage": {"completion_tokens": 21}}),
        DONE,
    ),
    _says(
        "usage-everywhere",
        "sends counts with every event, and before any text",
        "The answer.",
        Answers(),
        *data({"choices": [], "usage": {"completion_tokens": 0}}),
        *thought(),
        *spoken(usage={"completion_tokens": 1}),
        *finished(),
    ),
    _says(
        "usage-nonsense",
        "sends counts that are none",
        "The answer; the counts are estimated or 0.",
        Answers(),
        *thought(),
        *spoken(usage={"completion_tokens": "many", "prompt_tokens": -1, "completion_tokens_details": 7}),
        *data(guide_event("", "", "stop", usage=[1])),
        DONE,
    ),
)

GARBAGE = (
    _says(
        "error-event-first",
        "sends `event: error` before anything else, once",
        "The answer, at the second try.",
        Answers(tries=_FAILED_ONCE),
        f"event: error\n{_error('out of memory')}",
    ),
    _says(
        "error-data-first",
        "sends an `error` object as its first event, once",
        "The answer, at the second try.",
        Answers(tries=_FAILED_ONCE),
        _error("out of memory"),
    ),
    _says(
        "error-event-later",
        "sends `event: error` in the middle of the answer",
        "What had come, then `UpstreamError` with the server's own words.",
        Fails(UpstreamError, "failed while answering: out of memory; see its log, or try", heard="The total is 420"),
        *spoken()[:2],
        f"event: error\n{_error('out of memory')}",
    ),
    _says(
        "error-data-later",
        "sends an `error` object in the middle of the answer",
        "What had come, then `UpstreamError` with the server's own words.",
        Fails(UpstreamError, "failed while answering: out of memory; see its log, or try", heard="The total is 420"),
        *spoken()[:2],
        _error("out of memory"),
    ),
    _says(
        "error-event-plain",
        "sends `event: error` with a text that is no JSON",
        "What had come, then `UpstreamError`.",
        Fails(UpstreamError, "failed while answering; see its log", heard="The total is 420"),
        *spoken()[:2],
        "event: error\ndata: <html>oops\n\n",
    ),
    _says(
        "garbage-first",
        "sends an event that is no JSON",
        "`ProtocolError`: check the address. No second try: it speaks another API.",
        Fails(ProtocolError, "sent what is no JSON: check the address"),
        "data: {oops\n\n",
    ),
    _says(
        "garbage-later",
        "sends an event that is no JSON in the middle of the answer",
        "What had come, then `ProtocolError`.",
        Fails(ProtocolError, "sent what is no JSON: check the address", heard="The total is 420"),
        *spoken()[:2],
        "data: {oops\n\n",
    ),
    _says(
        "nested-deeply",
        "sends 100,000 opening brackets",
        "`ProtocolError`: check the address.",
        Fails(ProtocolError, "sent what is no JSON: check the address"),
        f"data: {'[' * 100_000}\n\n",
    ),
    _says(
        "no-object",
        "sends a list where an object should be",
        "`ProtocolError`: check the address.",
        Fails(ProtocolError, "JSON that is no object: check the address"),
        "data: [1, 2]\n\n",
    ),
    _says(
        "text-is-number",
        "sends a number where a text should be",
        "`ProtocolError` that names the API expected, and how the other is written.",
        Fails(ProtocolError, "not in the form of the 'guide' API.*write openai:URL"),
        'data: {"choices": [{"text": 7}]}\n\n',
    ),
    _says(
        "other-api",
        "speaks another API's events",
        "`ProtocolError` that names the API expected.",
        Fails(ProtocolError, "not in the form of the 'guide' API"),
        'data: {"candidates": [{"content": "420"}]}\n\n',
    ),
    Case(
        "html",
        "answers 200 with a page of HTML, as a captive portal does",
        "`ProtocolError`: check the address.",
        Fails(ProtocolError, "answered with text/html, not events: check the address"),
        (whole(200, "<html>Welcome</html>", "text/html"),),
    ),
    Case(
        "no-content-type",
        "does not say what it sends",
        "`ProtocolError`: check the address.",
        Fails(ProtocolError, "answered with nothing at all, not events: check"),
        ((b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",),),
    ),
    Case(
        "json-at-once",
        "does not stream, and starts its JSON with blank lines",
        "The answer, all at once.",
        Answers(),
        (whole(200, b"\n\n\n" + at_once()),),
    ),
    Case(
        "json-cut",
        "does not stream, and its JSON is cut",
        "`ProtocolError`: what came is no JSON.",
        Fails(ProtocolError, "no JSON: check the address"),
        (whole(200, at_once()[:-20]),),
    ),
    Case(
        "json-error",
        "answers 200 with an `error` object, once",
        "The answer, at the second try.",
        Answers(tries=_FAILED_ONCE),
        (whole(200, '{"error": {"message": "overloaded"}}'), GOOD),
    ),
    Case(
        "gzip-lie",
        "says that its reply is compressed, and it is not",
        "`ProtocolError`: check the address.",
        Fails(ProtocolError, "is no R1 server .*: check the address"),
        (whole(200, at_once(), content_encoding="gzip"),),
    ),
)
