"""What the client makes of replies: deltas, phases, times, usage."""

from __future__ import annotations

import itertools
import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1 import (
    Completion,
    Delta,
    InferParameters,
    R1Options,
)
from r1.parameters import DEFAULT_REASONING_BUDGET
from tests.r1.calls import THINKING, call, run
from tests.r1.upstream import (
    DONE,
    Upstream,
    answering,
    data,
    gather,
    guide_event,
    guide_options,
    openai_event,
    openai_options,
    said,
    stream,
)


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
    """Stop sequences would fire inside the thoughts; they are matched here. Thoughts get tokens of their own."""
    upstream = Upstream([stream(answering("Hello.\nUser: and on"))])
    parameters = InferParameters(0.3, 512, 0.95, ("\nUser:",))
    _, completion = run(gather(upstream.client(), "Why?", parameters))
    assert upstream.bodies == [
        {"prompt": "Why?", "temperature": 0.3, "max_tokens": 512 + DEFAULT_REASONING_BUDGET, "top_p": 0.95,
         "stream": True, "reasoning": True}
    ]  # fmt: skip
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
    first, second = run(firsts(openai_options("llama"), openai_event({"content": "One. "}), openai_event({}, "stop")))
    assert first == pytest.approx(1.0, abs=1e-6)
    assert second == pytest.approx(0.0, abs=1e-6)


def test_r1_that_says_nothing_of_its_thoughts_is_always_held_back() -> None:
    """Behind the guide's API stands a model that thinks: a reply without thoughts does not make the next one safe."""
    both = run(firsts(guide_options(), guide_event("One. "), guide_event("Two.", None, "stop")))
    assert both == pytest.approx([1.0, 1.0], abs=1e-6)


async def firsts(options: R1Options, *events: dict[str, Any]) -> list[float | None]:
    """When two calls got the first of their answers, with a second between the two events of each."""
    begin, end = data(*events)
    upstream = Upstream([lambda _: stream([begin, 1.0, end, DONE])])
    async with upstream.client(options) as client:
        return [(await client.infer("Why?")).timing.first_answer_s for _ in range(2)]


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
