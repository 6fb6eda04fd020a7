"""Faults: the connection itself, and how a body is framed on it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from r1 import ProtocolError, TimedOutError, UnreachableError, UpstreamError
from tests.r1.faults.case import CALM, Answers, Case, Fails, Stops
from tests.r1.faults.server import FaultServer
from tests.r1.faults.wire import (
    GOOD,
    LAST_CHUNK,
    Every,
    Move,
    chunk,
    finished,
    good,
    head,
    spoken,
    streamed,
    thought,
    until_closed,
)

_LOST_ONCE = ("UnreachableError", "answered")
_FAILED_ONCE = ("UpstreamError", "answered")
_EVENT_HEAD = head(content_type="text/event-stream", transfer_encoding="chunked")
_WHOLE = "".join(good()).encode()


async def _moment(_: FaultServer) -> None:
    await asyncio.sleep(0.15)


CASES = (
    Case(
        "nobody",
        "is not there: nobody listens",
        "`UnreachableError` after all tries: check that the server runs and that the address is right.",
        Fails(UnreachableError, "no R1 answers at .*check that the server runs", tries=0),
        listens=False,
    ),
    Case(
        "closes-once",
        "closes the connection without a word, once",
        "The answer, at the second try.",
        Answers(tries=_LOST_ONCE),
        ((Move.CLOSE,), GOOD),
    ),
    Case(
        "closes-always",
        "closes every connection without a word",
        "`UnreachableError`: see that server's log.",
        Fails(UnreachableError, "closed the connection before answering: see", tries=3),
        ((Move.CLOSE,),),
    ),
    Case(
        "reset-before-headers",
        "resets the connection before its headers, once",
        "The answer, at the second try.",
        Answers(tries=_LOST_ONCE),
        ((Move.RESET,), GOOD),
    ),
    Case(
        "half-headers",
        "closes in the middle of its headers, once",
        "The answer, at the second try.",
        Answers(tries=_LOST_ONCE),
        ((b"HTTP/1.1 200 OK\r\ncontent-ty", Move.CLOSE), GOOD),
    ),
    Case(
        "headers-too-large",
        "sends 200 kB of headers",
        "`UnreachableError`: see that server's log.",
        Fails(UnreachableError, "see that server's log", tries=3),
        ((head(set_cookie="x" * 200_000), Move.HOLD),),
    ),
    Case(
        "no-http",
        "answers in another protocol",
        "`ProtocolError`: check the port.",
        Fails(ProtocolError, "speaks no HTTP: check the port"),
        ((b"-ERR unknown command\r\n\r\n", Move.HOLD),),
    ),
    Case(
        "no-http-greeting",
        "greets in another protocol and waits",
        "`TimedOutError` when the first_event timer runs out.",
        Fails(TimedOutError, "said nothing after 0.2 s.*try again"),
        ((b"220 mail.test ESMTP ready\r\n", Move.HOLD),),
        timeouts=replace(CALM, first_event_s=0.2),
    ),
    Case(
        "reset-after-headers",
        "resets the connection after its headers, once",
        "The answer, at the second try: nothing had been said.",
        Answers(tries=_FAILED_ONCE),
        ((_EVENT_HEAD, 0.01, Move.RESET), GOOD),
    ),
    Case(
        "reset-mid-answer",
        "resets the connection in the middle of the answer",
        "What had come, then `UpstreamError`; no second try, which would say it twice.",
        Fails(UpstreamError, "broke off: see that server's log", heard="The total is 420"),
        (streamed(*spoken()[:2], 0.05, Move.RESET), GOOD),
    ),
    Case(
        "closes-mid-answer",
        "closes the connection in the middle of the answer, in good order",
        "What had come, then `UpstreamError`: a fragment is not taken for the answer.",
        Fails(UpstreamError, "broke off before its end", heard="The total is 420"),
        (until_closed(*spoken()[:2]), GOOD),
    ),
    Case(
        "closes-mid-chunk",
        "closes the connection in the middle of a chunk",
        "What had come, then `UpstreamError`.",
        Fails(UpstreamError, "broke off: see that server's log", heard="The total is 420"),
        ((*streamed(*spoken()[:2], ends=False), b"40\r\nda", Move.CLOSE), GOOD),
    ),
    Case(
        "closes-while-thinking",
        "closes the connection while the model thinks, once",
        "The answer, at the second try; thoughts had been shown, but nothing of the answer.",
        Answers(tries=_FAILED_ONCE),
        (until_closed(*thought()), streamed(*spoken(), *finished())),
    ),
    Case(
        "length-too-long",
        "promises more bytes than it sends",
        "`UpstreamError` when the connection closes; what had come was not the whole.",
        Fails(UpstreamError, "broke off", tries=3),
        ((head(content_type="application/json", content_length="5000"), b'{"choices": [', Move.CLOSE),),
    ),
    Case(
        "length-too-short",
        "promises fewer bytes than it sends",
        "`ProtocolError`: what came is no JSON.",
        Fails(ProtocolError, "no JSON: check the address"),
        ((head(content_type="application/json", content_length="9"), b'{"choices": []}', Move.CLOSE),),
    ),
    Case(
        "rest-on-the-connection",
        "sends more, once its reply has ended",
        "The answer, and that of the next call too: the connection is given up.",
        Answers(),
        ((*GOOD, 0.05, b"HTTP/1.1 500 Leftover\r\n\r\n"), GOOD),
        calls=2,
        between=_moment,
    ),
    Case(
        "bad-chunk",
        "sends a chunk whose length is no number",
        "What had come, then `UpstreamError`.",
        Fails(UpstreamError, "broke off: see that server's log", heard="The total "),
        ((*streamed(spoken()[0], ends=False), b"zz\r\nwhat\r\n", Move.HOLD), GOOD),
    ),
    Case(
        "no-chunks",
        "closes the connection at the end instead of framing its body",
        "The answer.",
        Answers(),
        (until_closed(*good()),),
    ),
    Case(
        "http-1.0",
        "speaks HTTP/1.0",
        "The answer.",
        Answers(),
        ((b"HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n\r\n", _WHOLE, Move.CLOSE),),
    ),
    Case(
        "chunk-a-byte",
        "makes a chunk of every byte",
        "The answer, with every character whole.",
        Answers(),
        ((_EVENT_HEAD, *(chunk(bytes([number])) for number in _WHOLE), LAST_CHUNK),),
    ),
    Case(
        "idle-closed",
        "closes an idle connection between two calls",
        "The second answer, over a new connection.",
        Answers(),
        calls=2,
        between=FaultServer.drop_connections,
    ),
    Case(
        "caller-leaves",
        "goes on answering while the caller closes the stream",
        "The connection closes within 100 ms, so that the server can stop.",
        Stops(heard=3),
        (streamed(*thought(), *spoken()[:1], Move.HOLD),),
        leaves_after=3,
    ),
    Case(
        "caller-leaves-early",
        "says nothing yet when the caller cancels the call",
        "The connection closes within 100 ms.",
        Stops(heard=0),
        ((Move.HOLD,),),
        cancelled_after_s=0.1,
    ),
    Case(
        "deaf-server",
        "goes on sending although the caller has closed the stream",
        "The caller is free at once.",
        Stops(heard=3),
        (streamed(*thought(), Every(spoken(["x"])[0].encode(), 0.002, heeds_close=False)),),
        leaves_after=3,
    ),
)
