"""What the client makes of failures: types with a next step, timers, retries, closing, secrets."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import httpx
import pytest

from r1 import (
    AuthenticationError,
    Delta,
    ParameterError,
    ProtocolError,
    RateLimitedError,
    RequestRefusedError,
    TimedOutError,
    Timeouts,
    UnreachableError,
    UpstreamError,
)
from tests.r1.calls import ONCE, THINKING, call, run
from tests.r1.upstream import (
    KEY,
    SECRET,
    Chunks,
    Upstream,
    answering,
    data,
    gather,
    guide_event,
    guide_options,
    stream,
)


@pytest.mark.parametrize(
    ("reply", "kind", "message"),
    [
        (
            httpx.ConnectError("refused"),
            UnreachableError,
            "no R1 answers at http://r1.test.*check that the server runs",
        ),
        (httpx.ConnectTimeout("slow"), UnreachableError, "within 5 s"),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]"), UnreachableError, "SSL_CERT_FILE"),
        (httpx.RemoteProtocolError("closed"), UnreachableError, "closed the connection before answering"),
        (httpx.UnsupportedProtocol("what"), ProtocolError, "no R1 server"),
        (httpx.Response(400, json={"error": {"message": "no", "field": "top_p"}}), RequestRefusedError, "no"),
        (httpx.Response(403), AuthenticationError, "rights"),
        (httpx.Response(429), RateLimitedError, "too many"),
        (httpx.Response(500, text="x" * 100_000), UpstreamError, "HTTP 500"),
        (httpx.Response(302, headers={"location": "/login"}), ProtocolError, "HTTP 302"),
        (httpx.Response(200, text="<html>", headers={"content-type": "text/html"}), ProtocolError, "text/html"),
        (httpx.Response(200, text="{", headers={"content-type": "application/json"}), ProtocolError, "no JSON"),
        (httpx.Response(200, json=[1]), ProtocolError, "no object"),
        (stream(["data: {oops\n\n"]), ProtocolError, "no JSON"),
        (stream([f"data: {'[' * 100_000}\n\n"]), ProtocolError, "no JSON"),
        (stream(['data: {"choices": [{"text": 7}]}\n\n']), ProtocolError, "openai:URL"),
        (stream(['data: {"choices": "abc"}\n\n']), ProtocolError, "'guide' API"),
        (stream(['data: {"choices": [{"text": "", "finish_reason": ["stop"]}]}\n\n']), ProtocolError, "'guide' API"),
        (stream(['event: error\ndata: {"error": {"message": "disk full"}}\n\n']), UpstreamError, "disk full"),
        (stream(['data: {"error": {"message": "disk full"}}\n\n']), UpstreamError, "disk full"),
        (stream(data(guide_event("", "Hm."))), UpstreamError, "broke off before its end"),
        (stream([httpx.ReadError("reset")]), UpstreamError, "broke off"),
        (stream([httpx.RemoteProtocolError("incomplete chunked read")]), UpstreamError, "broke off"),
        (stream([]), UpstreamError, "broke off"),
    ],
)
def test_each_failure_has_its_type_and_its_next_step(reply: Any, kind: type[Exception], message: str) -> None:
    """Nothing else comes out, whatever goes wrong."""
    with pytest.raises(kind, match=message) as caught:
        call(reply, options=ONCE)
    assert type(caught.value) is kind


def test_ollama_that_is_not_running_is_named() -> None:
    """The next step is the command that starts it."""
    from r1 import options_for

    upstream = Upstream([httpx.ConnectError("refused")])
    with pytest.raises(UnreachableError, match="ollama serve"):
        run(gather(upstream.client(options_for("ollama", model="deepseek-r1:1.5b"))))


def test_a_cut_answer_is_not_taken_for_the_answer_nor_said_twice() -> None:
    """What was said stays said, the failure is told, and no second try repeats it."""
    upstream = Upstream([stream([*data(guide_event("The total is", "")), httpx.ReadError("reset")]), stream(THINKING)])
    heard: list[str] = []

    async def main() -> None:
        async for item in upstream.client().stream("Why?"):
            assert isinstance(item, Delta)
            heard.append(item.text)

    with pytest.raises(UpstreamError, match="broke off"):
        run(main())
    assert heard == ["The total is"]
    assert upstream.count("POST") == 1


def test_a_stream_that_breaks_before_its_first_piece_is_tried_again() -> None:
    """Nothing was said yet, so nothing can be said twice."""
    _, completion = call(stream([": ping\n", httpx.ReadError("reset")]), stream(THINKING))
    assert [attempt.outcome for attempt in completion.attempts] == ["UpstreamError", "answered"]


def test_a_bad_parameter_is_refused_before_anything_is_sent() -> None:
    """No request leaves."""
    upstream = Upstream([stream(THINKING)])
    with pytest.raises(ParameterError, match="prompt"):
        run(gather(upstream.client(), " "))
    assert not upstream.requests


@pytest.mark.parametrize(
    ("parts", "timer"),
    [
        ([1000.0], "first_event"),
        ([": ping\n", 4.0] * 10, "first_event"),
        ([*data(guide_event("", ""))] + [3.0, *data(guide_event("", ""))] * 10, "first_event"),
        ([*data(guide_event("", "Hm.")), 1000.0], "idle"),
        ([*data(guide_event("Yes", ""))] + [": ping\n", 3.0] * 10, "idle"),
        ([*data(guide_event("", "Hm.")), 3.0] * 20, "first_answer"),
        ([*data(guide_event("Yes", "")), 3.0] * 20, "total"),
    ],
)
def test_each_timer_ends_a_call_that_hangs(parts: list[Any], timer: str) -> None:
    """Keep-alives and empty events reset none of them."""
    timeouts = Timeouts(first_event_s=10, first_answer_s=20, idle_s=5, total_s=40)
    with pytest.raises(TimedOutError) as caught:
        call(stream(parts), options=guide_options(timeouts=timeouts))
    assert caught.value.timer == timer
    assert "http://r1.test" in str(caught.value)


def test_a_caller_who_takes_time_is_not_the_server_s_fault() -> None:
    """While speech is played nothing is read, and no timer runs."""
    parts: list[str | float] = [
        *data(guide_event("One. ", "")),
        3.0,
        *data(guide_event("Two. ", "")),
        3.0,
        *answering("Three."),
    ]
    timeouts = Timeouts(first_event_s=10, first_answer_s=20, idle_s=5, total_s=40)

    async def main() -> list[str]:
        heard: list[str] = []
        async for item in Upstream([stream(parts)]).client(guide_options(timeouts=timeouts)).stream("Why?"):
            if isinstance(item, Delta):
                heard.append(item.text)
            await asyncio.sleep(100)
        return heard

    assert run(main()) == ["One. ", "Two. ", "Three."]


def test_a_server_that_never_answers_the_request_is_given_up() -> None:
    """The timer runs while the response has not begun, too."""

    async def silent(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(1e6)
        raise AssertionError

    from r1 import R1Client

    with pytest.raises(TimedOutError, match="said nothing after 120 s"):
        run(gather(R1Client(guide_options(), transport=httpx.MockTransport(silent))))


def test_closing_the_stream_closes_the_connection() -> None:
    """So that the upstream stops."""
    body = Chunks([*data(guide_event("Yes", "")), 1000.0])
    upstream = Upstream([httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=body)])

    async def main() -> bool:
        items = upstream.client().stream("Why?")
        await anext(items)
        await items.aclose()
        return body.closed

    assert run(main())


def test_cancelling_a_silent_call_closes_the_connection() -> None:
    """Also while nothing comes."""
    body = Chunks([1000.0])
    upstream = Upstream([httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=body)])

    async def main() -> bool:
        calling = asyncio.create_task(gather(upstream.client()))
        await asyncio.sleep(1)
        calling.cancel()
        await asyncio.wait({calling})
        return calling.cancelled() and body.closed

    assert run(main())


# -- beside the call itself


def test_status_says_what_the_server_says() -> None:
    """Ready, engine and queue."""
    status = run(Upstream([]).client().status())
    assert (status.ready, status.engine, status.queued) == (True, "test", 2)


def test_warming_up_fetches_the_token_ahead() -> None:
    """The first call then only infers, and a server without a status page does not matter."""
    upstream = Upstream([stream(THINKING)], status=lambda _: httpx.Response(404))

    async def main() -> None:
        async with upstream.client() as client:
            await client.warm_up()
            assert upstream.count(path="/auth/token") == 1
            await client.infer("Why?")

    run(main())
    assert upstream.count(path="/auth/token") == 1


def test_warming_up_tells_when_nobody_is_there() -> None:
    """Better now than after the first question."""
    upstream = Upstream([], status=lambda _: httpx.ConnectError("refused"))
    with pytest.raises(UnreachableError):
        run(upstream.client().warm_up())


def test_nothing_secret_is_logged_or_told(caplog: pytest.LogCaptureFixture) -> None:
    """Key, secret, token and prompt stay out of all logs at every level, and out of errors."""
    caplog.set_level(logging.DEBUG)
    upstream = Upstream([httpx.Response(500), stream(THINKING), httpx.Response(400)])

    async def main() -> str:
        async with upstream.client() as client:
            await client.infer("prompt-canary")
            with pytest.raises(RequestRefusedError) as caught:
                await client.infer("prompt-canary")
            return f"{caught.value!r} {client!r} {client.options!r}"

    told = run(main()) + caplog.text
    assert "http://r1.test" in caplog.text
    for canary in (KEY, SECRET, "token-canary", "prompt-canary"):
        assert canary not in told
