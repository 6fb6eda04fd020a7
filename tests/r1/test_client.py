from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections.abc import Coroutine
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.testing import VirtualClock
from r1 import (
    AuthenticationError,
    Completion,
    Delta,
    InferParameters,
    ParameterError,
    ProtocolError,
    RateLimitedError,
    RequestRefusedError,
    RetryPolicy,
    TimedOutError,
    Timeouts,
    UnreachableError,
    UpstreamError,
)
from tests.r1.upstream import (
    DONE,
    KEY,
    SECRET,
    Chunks,
    Upstream,
    answering,
    data,
    gather,
    guide_event,
    guide_options,
    said,
    stream,
)

THINKING = [
    *data(
        guide_event("", "Let me see."),
        guide_event("", " Yes."),
        guide_event("The total ", ""),
        guide_event("is 420.", ""),
        guide_event(
            "",
            "",
            "stop",
            usage={
                "prompt_tokens": 5,
                "completion_tokens": 9,
                "total_tokens": 14,
                "completion_tokens_details": {"reasoning_tokens": 6},
            },
            x_r1={"served_by": "reader"},
        ),
    ),
    DONE,
]
ONCE = guide_options(retry=RetryPolicy(attempts=1))


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return VirtualClock().run(work)


def call(*infer: Any, options: Any = None, **arguments: Any) -> tuple[list[Delta], Completion]:
    """One call to an upstream that answers with `infer`."""
    result: tuple[list[Delta], Completion] = run(gather(Upstream(infer).client(options), **arguments))
    return result


def test_a_streamed_reply_comes_as_deltas_and_a_completion() -> None:
    """Thoughts and answer apart; the completion sums them up, with usage and who answered."""
    deltas, completion = call(stream(THINKING))
    assert said(deltas, "thought") == completion.thoughts == "Let me see. Yes."
    assert said(deltas) == completion.answer == "The total is 420."
    assert completion.finish_reason == "stop"
    assert completion.served_by == "reader"
    assert completion.usage.counts() == {
        "prompt_tokens": 5,
        "completion_tokens": 9,
        "total_tokens": 14,
        "reasoning_tokens": 6,
    }
    assert [attempt.outcome for attempt in completion.attempts] == ["answered"]
    assert not completion.fallback


def test_the_request_carries_the_guide_s_parameters_and_no_stop_sequences() -> None:
    """Stop sequences would fire inside the thoughts; they are matched here."""
    upstream = Upstream([stream(answering("Hello.\nUser: and on"))])
    parameters = InferParameters(0.3, 512, 0.95, ("\nUser:",))
    _, completion = run(gather(upstream.client(), "Why?", parameters))
    assert upstream.bodies == [
        {"prompt": "Why?", "temperature": 0.3, "max_tokens": 512, "top_p": 0.95, "stream": True, "reasoning": True}
    ]
    assert completion.answer == "Hello."
    assert completion.finish_reason == "stop"


def test_a_stop_sequence_inside_the_thoughts_stops_nothing() -> None:
    """Only the answer is searched."""
    events = [*data(guide_event("", "So END it?"), guide_event("Yes. END no", "")), DONE]
    _, completion = call(stream(events), parameters=InferParameters(stop_sequences=("END",)))
    assert (completion.thoughts, completion.answer) == ("So END it?", "Yes. ")


def test_phases_begin_in_order() -> None:
    """The ledger's lines, as they happen."""
    phases: list[str] = []
    call(stream(THINKING), phases=phases)
    assert phases == ["connect", "prefill", "thinking", "first sentence"]


def test_times_are_measured_from_the_call() -> None:
    """First event, first answer and the thinking between them, on the loop's clock."""
    thought, answer, *rest = [*data(guide_event("", "Hm."), guide_event("Yes.", "")), *THINKING[-2:]]
    _, completion = call(stream([0.5, thought, 2.0, answer, 1.0, *rest]))
    timing = completion.timing
    assert timing.first_event_s == pytest.approx(0.5, abs=1e-6)
    assert timing.first_answer_s == pytest.approx(2.5, abs=1e-6)
    assert timing.thinking_s == pytest.approx(2.0, abs=1e-6)
    assert timing.total_s == pytest.approx(3.5, abs=1e-6)


def test_a_queue_at_the_gateway_is_reported() -> None:
    """What the far side says of its queue reaches the caller as a duration."""
    reported: list[tuple[str, float]] = []

    async def main() -> Completion:
        client = Upstream([stream(THINKING, **{"server-timing": "queue;dur=250"})]).client()
        async for item in client.stream("Why?", on_duration=lambda name, seconds: reported.append((name, seconds))):
            if isinstance(item, Completion):
                return item
        raise AssertionError

    assert run(main()).timing.queued_s == 0.25
    assert reported == [("gateway queue", 0.25)]


def test_waiting_for_a_busy_server_is_the_gateway_s_queue() -> None:
    """The wait before the next try is not counted as connecting."""
    phases: list[str] = []
    busy = httpx.Response(429, headers={"retry-after": "3"})
    _, completion = call(busy, stream(THINKING), phases=phases)
    assert phases == ["connect", "prefill", "gateway queue", "connect", "prefill", "thinking", "first sentence"]
    assert [attempt.outcome for attempt in completion.attempts] == ["RateLimitedError", "answered"]
    assert completion.timing.total_s == pytest.approx(3.0, abs=1e-6)


def test_a_server_that_answers_all_at_once_is_understood() -> None:
    """The guide's own example reply (3.1), which does not stream."""
    whole = {
        "id": "infer-123456",
        "object": "text_completion",
        "created": 1672538400,
        "model": "r1-standard",
        "choices": [{"text": "推理结果内容...", "index": 0, "logprobs": None, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 42, "completion_tokens": 128, "total_tokens": 170},
    }
    _, completion = call(
        httpx.Response(200, text="\n\n" + json.dumps(whole), headers={"content-type": "application/json"})
    )
    assert completion.answer == "推理结果内容..."
    assert completion.usage.total_tokens == 170
    assert completion.served_by == "r1-standard"


@settings(max_examples=40)
@given(st.lists(st.integers(0, 2000), max_size=30), st.sampled_from(["\n", "\r\n", "\r"]))
def test_bytes_may_be_cut_anywhere(cuts: list[int], line_end: str) -> None:
    """Half a line, half a character and any line ends give the same reply."""
    events = [*data(guide_event("", "想一想"), guide_event("总额是 420 元。", ""), guide_event("", "", "stop")), DONE]
    body = "".join([": ping\n", *events]).replace("\n", line_end).encode()
    edges = [0, *sorted(cut % len(body) for cut in cuts), len(body)]
    parts = [body[start:end] for start, end in itertools.pairwise(edges) if start < end]
    deltas, completion = call(stream(parts))
    assert (said(deltas), said(deltas, "thought")) == ("总额是 420 元。", "想一想")
    assert completion.finish_reason == "stop"


def test_half_a_character_is_replaced() -> None:
    """JSON can carry one, and printing or speaking it would fail."""
    half = ['data: {"choices": [{"text": "caf\\u00e9 \\ud83d!", "reasoning": "\\udc00"}]}\n\n', DONE]
    deltas, completion = call(stream(half))
    assert completion.answer == said(deltas) == "café ?!"
    assert completion.thoughts == "?"


def test_comments_and_blank_lines_are_no_events() -> None:
    """Keep-alives in every form, and data over several lines."""
    spread = 'data: {"choices": [\ndata: {"text": "Yes."}]}\n\n'
    deltas, _ = call(stream([": keep-alive\n\n", "\n\n\n", ": ping\n", "event: message\n", spread, *answering("")]))
    assert said(deltas) == "Yes."


@pytest.mark.parametrize("missing", ["done", "finish_reason"])
def test_either_sign_of_the_end_is_enough(missing: str) -> None:
    """A finish reason without [DONE], and [DONE] without a finish reason."""
    events = answering("Yes.")[:-1] if missing == "done" else [*data(guide_event("Yes.", "")), DONE]
    _, completion = call(stream(events))
    assert (completion.answer, completion.finish_reason) == ("Yes.", "stop")


def test_a_stream_left_open_after_its_end_is_not_waited_for() -> None:
    """A server that keeps the connection open costs a second at most."""
    _, completion = call(stream([*answering("Yes."), 100.0]))
    assert completion.timing.total_s <= 1.01


def test_usage_is_estimated_when_the_server_sends_none() -> None:
    """And marked as such."""
    _, completion = call(stream([*data(guide_event("", "abcdefghij"), guide_event("Yes.", "", "stop")), DONE]))
    assert completion.usage.estimated
    assert completion.usage.reasoning_tokens == 3
    assert completion.usage.completion_tokens == 5


# -- thoughts without a field of their own


def test_thoughts_between_tags_are_kept_apart() -> None:
    """A guide-style server in front of a model that writes its thoughts into the text."""
    events = [*data(guide_event("<thi"), guide_event("nk>secret</think>\n"), guide_event("Yes.", None, "stop")), DONE]
    deltas, completion = call(stream(events))
    assert said(deltas) == completion.answer == "Yes."
    assert completion.thoughts == "secret"


def test_a_model_without_thoughts_is_held_back_only_once() -> None:
    """The first reply of an unknown model waits for a closing tag until its end; the second comes as it is made."""
    slow: list[str | float] = [data(guide_event("One. "))[0], 1.0, *data(guide_event("Two.", None, "stop")), DONE]
    upstream = Upstream([lambda _: stream(slow)])

    async def firsts() -> list[float | None]:
        async with upstream.client() as client:
            return [(await client.infer("Why?")).timing.first_answer_s for _ in range(2)]

    first, second = run(firsts())
    assert first == pytest.approx(1.0, abs=1e-6)
    assert second == pytest.approx(0.0, abs=1e-6)


def test_a_cut_reply_does_not_show_that_a_model_has_no_thoughts() -> None:
    """Thoughts that ran into the limit look like an answer; the next reply is held back again."""
    cut = stream([*data(guide_event("secret thoughts", None, "length")), DONE])
    closed = stream([*data(guide_event("more secret"), guide_event("</think>Yes.", None, "stop")), DONE])
    upstream = Upstream([cut, closed])

    async def second() -> list[Delta]:
        async with upstream.client() as client:
            await client.infer("Why?")
            return (await gather(client))[0]

    assert said(run(second())) == "Yes."


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        (data(guide_event("<think>secret"), guide_event(" thoughts", None, "length")), "length"),
        (data(guide_event("secret thoughts", None, "length")), "length"),
        (data(guide_event("", "secret"), guide_event("", "", "stop")), "empty_answer"),
        (data(guide_event("", None, "stop")), "empty_answer"),
    ],
)
def test_a_reply_without_an_answer_says_so_and_never_the_thoughts(events: list[str], reason: str) -> None:
    """An honest sentence instead of silence."""
    deltas, completion = call(stream([*events, DONE]))
    assert completion.fallback
    assert completion.finish_reason == reason
    assert "did not reach an answer" in completion.answer
    assert said(deltas) == completion.answer
    assert "secret" not in completion.answer


def test_the_honest_sentence_speaks_the_question_s_language() -> None:
    """Chinese for a Chinese question."""
    _, completion = call(
        stream([*data(guide_event("", "想", "length")), DONE]), prompt="User: 总额是多少？\nAssistant:"
    )
    assert "没有得出答案" in completion.answer


# -- failures


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
        run(gather(R1Client(guide_options(), httpx.MockTransport(silent))))


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
