"""One call from question to completion: thinking that leads nowhere, budgets, cut answers, refusals, other servers."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from r1 import Completion, Delta, InferParameters, R1Client, R1Options, RetryPolicy
from r1.call import CallPolicy, OnLength
from r1.client import ClientParts
from r1.learned import LearnedModels
from r1.parameters import DEFAULT_REASONING_BUDGET
from r1.request import Caller, CallOptions
from r1.thinking_budget import ThinkingBudget
from tests.r1.calls import THINKING, call, run
from tests.r1.upstream import (
    DONE,
    SECRET,
    Upstream,
    answering,
    data,
    gather,
    guide_options,
    openai_event,
    openai_options,
    said,
    stream,
)


def chat(*deltas: dict[str, Any], finish: str = "stop") -> httpx.Response:
    return stream([*data(*(openai_event(delta) for delta in deltas), openai_event({}, finish)), DONE])


def asked(upstream: Upstream, options: Any = None, policy: CallPolicy | None = None, **arguments: Any) -> Any:
    """Deltas and completion of one call."""
    client = R1Client(options or openai_options(), ClientParts(policy or CallPolicy()), httpx.MockTransport(upstream))
    return run(gather(client, **arguments))


THOUGHT_ONLY = {"reasoning_content": "Hm, hm."}
ANSWER = {"content": "Yes."}


# -- thinking that gives no answer


def test_an_empty_answer_is_asked_for_once_more_without_thinking() -> None:
    """The user hears the second reply; thoughts, usage and tries of both are told."""
    upstream = Upstream([chat(THOUGHT_ONLY, finish="length"), chat(ANSWER)])
    deltas, completion = asked(upstream)
    assert said(deltas) == completion.answer == "Yes."
    assert completion.thoughts == "Hm, hm."
    assert (completion.finish_reason, completion.fallback) == ("stop", False)
    assert [attempt.outcome for attempt in completion.attempts] == ["no answer", "answered"]
    assert upstream.bodies[1]["messages"][-1] == {"role": "assistant", "content": "<think>\n\n</think>\n\n"}
    assert upstream.bodies[1]["max_tokens"] == upstream.bodies[0]["max_tokens"] - DEFAULT_REASONING_BUDGET


def test_if_there_is_still_no_answer_the_user_is_told_so() -> None:
    """Two tries and no more; an honest sentence, and the finish reason says why."""
    upstream = Upstream([chat(THOUGHT_ONLY), chat(THOUGHT_ONLY)])
    deltas, completion = asked(upstream)
    assert (completion.finish_reason, completion.fallback) == ("empty_answer", True)
    assert said(deltas) == completion.answer
    assert "did not reach an answer" in completion.answer
    assert upstream.count("POST") == 2


def test_a_server_that_thinks_all_the_same_has_its_thoughts_kept_back() -> None:
    """Asking for no thoughts proves nothing: a cut reply without tags may be all thought, and is never spoken."""
    cut = data(openai_event({"content": "secret thoughts"}), openai_event({}, "length"))
    _, completion = asked(Upstream([lambda _: stream([*cut, DONE])]))
    assert completion.fallback
    assert "secret" not in completion.answer


# -- the thinking budget


def slow_thoughts(count: int) -> list[str | float]:
    parts: list[str | float] = []
    for number in range(count):
        parts += [1.0, *data(openai_event({"reasoning_content": f"thought {number} "}))]
    return parts


def test_thinking_that_takes_too_long_is_broken_off_and_closed() -> None:
    """After the budget's seconds the stream is closed and the question asked again without thoughts."""
    thinking = stream([*slow_thoughts(100), *data(openai_event(ANSWER), openai_event({}, "stop")), DONE])
    upstream = Upstream([thinking, chat({"content": "No."})])
    _, completion = asked(upstream, policy=CallPolicy(ThinkingBudget(seconds=5.5)))
    assert completion.answer == "No."
    assert completion.timing.first_answer_s == pytest.approx(6.5, abs=1e-3)
    assert [attempt.outcome for attempt in completion.attempts] == ["thinking too long", "answered"]
    assert "thought 5" in completion.thoughts
    assert "thought 7" not in completion.thoughts


def test_a_silent_thinker_is_broken_off_too() -> None:
    """The budget ends a model that says nothing more, without waiting for its next thought."""
    thinking = stream([*data(openai_event({"reasoning_content": "Hm"})), 50.0, *data(openai_event(ANSWER)), DONE])
    _, completion = asked(Upstream([thinking, chat({"content": "No."})]), policy=CallPolicy(ThinkingBudget(seconds=3)))
    assert completion.answer == "No."
    assert completion.timing.first_answer_s == pytest.approx(3.0, abs=1e-3)


def test_thinking_may_be_limited_by_tokens() -> None:
    """Estimated from the text."""
    thinking = stream([*slow_thoughts(100), DONE])
    policy = CallPolicy(ThinkingBudget(tokens=20))
    _, completion = asked(Upstream([thinking, chat(ANSWER)]), policy=policy)
    assert completion.answer == "Yes."
    assert 3 < completion.thoughts.count("thought") < 9


def test_the_budget_may_switch_to_brief_thinking_instead() -> None:
    """The second try is the preset `realtime`: it may think, for a short while."""
    upstream = Upstream([stream([*slow_thoughts(100), DONE]), chat(THOUGHT_ONLY, ANSWER)])
    _, completion = asked(upstream, policy=CallPolicy(ThinkingBudget(seconds=2, then="switch")))
    assert completion.answer == "Yes."
    assert upstream.bodies[1]["max_tokens"] == 2048 + 1024


def test_a_budget_that_is_only_a_wish_breaks_nothing_off() -> None:
    """`wait` leaves it to the server."""
    thinking = stream([*slow_thoughts(9), *data(openai_event(ANSWER), openai_event({}, "stop")), DONE])
    _, completion = asked(Upstream([thinking]), policy=CallPolicy(ThinkingBudget(seconds=2, then="wait")))
    assert completion.answer == "Yes."


def test_no_thinking_can_be_asked_for_from_the_start() -> None:
    """A budget of 0 closes thinking in the way that the server knows."""
    upstream = Upstream([chat(ANSWER)])
    options = R1Options("https://api.deepseek.com", "key", dialect="openai", model="deepseek-reasoner")
    asked(upstream, options, parameters=InferParameters(reasoning_budget=0))
    assert upstream.bodies[0]["thinking"] == {"type": "disabled"}


# -- answers that are cut


def test_a_cut_answer_says_so() -> None:
    """The finish reason is `length`, and the answer is what came."""
    _, completion = asked(Upstream([chat({"reasoning_content": "Hm."}, {"content": "It is"}, finish="length")]))
    assert (completion.answer, completion.finish_reason, completion.fallback) == ("It is", "length", False)


@pytest.mark.parametrize("on_length", ["continue"])
def test_a_cut_answer_can_be_gone_on_with(on_length: OnLength) -> None:
    """The model sees what it has said; nothing is said twice, and the usage is that of both replies."""
    upstream = Upstream(
        [chat({"reasoning_content": "Hm."}, {"content": "It is"}, finish="length"), chat({"content": " 420."})]
    )
    deltas, completion = asked(upstream, policy=CallPolicy(on_length=on_length))
    assert said(deltas) == completion.answer == "It is 420."
    assert completion.finish_reason == "stop"
    assert {"role": "assistant", "content": "It is"} in upstream.bodies[1]["messages"]
    assert [attempt.outcome for attempt in completion.attempts] == ["cut by length", "answered"]


def test_an_answer_that_outgrows_its_own_budget_is_cut_here() -> None:
    """Servers count thoughts and answer together; an answer that eats the thoughts' tokens is ended by us."""
    long = [{"content": "word " * 10} for _ in range(200)]
    _, completion = asked(
        Upstream([chat({"reasoning_content": "Hm."}, *long)]), parameters=InferParameters(max_tokens=100)
    )
    assert completion.finish_reason == "length"
    assert len(completion.answer) < 1000


def test_a_finished_answer_is_not_cut_by_an_estimate() -> None:
    """The server counted 1,000 tokens, which is what was asked for; our estimate says more."""
    words = [{"content": "word "} for _ in range(1000)]
    _, completion = asked(
        Upstream([chat({"reasoning_content": "Hm."}, *words)]), parameters=InferParameters(max_tokens=1000)
    )
    assert completion.finish_reason == "stop"
    assert len(completion.answer) == 5000


# -- refusals


def refusal(message: str, field: str | None = None, status: int = 400) -> httpx.Response:
    return httpx.Response(status, json={"error": {"message": message, "param": field}})


def test_a_parameter_that_the_server_refuses_is_left_out_once_and_remembered() -> None:
    """The result says so, and the next call does not try it again."""
    upstream = Upstream([refusal("unsupported", "temperature"), chat(ANSWER), chat(ANSWER)])

    async def two() -> list[Completion]:
        async with upstream.client(openai_options()) as client:
            return [await client.infer("Why?") for _ in range(2)]

    first, second = run(two())
    assert first.parameters.rejected == second.parameters.rejected == ("temperature",)
    assert first.parameters.applied == ("max_tokens", "top_p")
    assert ["temperature" in body for body in upstream.bodies] == [True, False, False]


def test_too_many_tokens_become_as_many_as_the_server_allows() -> None:
    """The number stands in its message; what it was changed from and to is told."""
    upstream = Upstream([refusal("max_tokens must be at most 4096"), chat(ANSWER)])
    _, completion = asked(upstream)
    assert upstream.bodies[1]["max_tokens"] == 4096
    assert completion.parameters.adjusted == {"max_tokens": f"{2048 + DEFAULT_REASONING_BUDGET} to 4096"}


def test_a_context_that_the_reply_would_burst_leaves_it_what_is_left() -> None:
    """VLLM counts prompt and reply together, and says how much there is."""
    words = (
        "'max_tokens' or 'max_completion_tokens' is too large: 10240. This model's maximum context length is 4096 "
        "tokens and your request has 96 input tokens (10240 > 4096 - 96)."
    )
    upstream = Upstream([refusal(words), chat(ANSWER)])
    _, completion = asked(upstream)
    assert upstream.bodies[1]["max_tokens"] == 4000
    assert completion.answer == "Yes."


def test_a_conversation_that_is_too_long_loses_its_oldest_turns() -> None:
    """Documents and the question stay."""
    from text.prompt import PromptPage, PromptParts, build_prompt, parse_prompt

    exchanges = tuple((f"question {n}", f"answer {n}") for n in range(4))
    parts = PromptParts("And now?", (PromptPage("a.png", 1, ("Total 420",)),), exchanges=exchanges)
    words = "This model's maximum context length is 100 tokens. However, your messages have 180 input tokens."
    upstream = Upstream([refusal(words), chat(ANSWER)])
    _, completion = asked(upstream, prompt=build_prompt(parts))
    sent = parse_prompt(upstream.bodies[1]["messages"][0]["content"])
    assert (sent.question, sent.pages) == (parts.question, parts.pages)
    assert sent.exchanges == exchanges[2:]
    assert "oldest turns left out" in completion.parameters.adjusted["prompt"]


def test_a_refusal_is_mended_once_only() -> None:
    """The second one is final: nothing loops."""
    from r1 import RequestRefusedError

    upstream = Upstream([refusal("unsupported", "temperature"), refusal("unsupported", "top_p")])
    with pytest.raises(RequestRefusedError, match="unsupported"):
        asked(upstream)
    assert upstream.count("POST") == 2


@pytest.mark.parametrize(
    ("message", "field", "status"),
    [
        ("no", "model", 400),
        ("temperature is too warm", None, 400),
        ("no", "temperature", 422),
        ("no balance", None, 402),
    ],
)
def test_what_is_not_on_the_white_list_is_not_changed(message: str, field: str | None, status: int) -> None:
    """A wrong model, a value out of range, 422 and 402 are the caller's."""
    from r1 import RequestRefusedError

    upstream = Upstream([refusal(message, field, status)])
    with pytest.raises(RequestRefusedError):
        asked(upstream)
    assert upstream.count("POST") == 1


# -- several servers


def test_the_next_server_answers_when_the_first_does_not() -> None:
    """Each is asked in its own way; the tries say where the answer came from."""

    def network(request: httpx.Request) -> httpx.Response:
        if request.url.host == "r1.test":
            return Upstream([httpx.Response(503)])(request)
        assert json.loads(request.content)["messages"]
        return chat(ANSWER)

    first = guide_options(retry=RetryPolicy(attempts=2, first_wait_s=0.1))
    client = R1Client([first, openai_options()], transport=httpx.MockTransport(network))
    _, completion = run(gather(client))
    assert completion.answer == "Yes."
    assert [(attempt.upstream, attempt.outcome) for attempt in completion.attempts] == [
        ("http://r1.test", "UpstreamError"),
        ("http://r1.test", "UpstreamError"),
        ("http://openai.test/v1", "answered"),
    ]


def test_a_caller_in_a_hurry_turns_to_the_next_server_after_two_seconds() -> None:
    """The first one has not begun by then; the last one is waited for as usual."""
    late = Upstream([stream([60.0, *answering("Late.")])])
    slow = stream([5.0, *data(openai_event(ANSWER), openai_event({}, "stop")), DONE])

    def network(request: httpx.Request) -> httpx.Response:
        return late(request) if request.url.host == "r1.test" else slow

    client = R1Client([guide_options(), openai_options()], transport=httpx.MockTransport(network))

    async def main() -> Completion:
        return await client.infer("Why?", options=CallOptions(patience_s=2.0))

    completion = run(main())
    assert completion.answer == "Yes."
    assert completion.timing.first_answer_s == pytest.approx(7.0, abs=1e-3)


# -- who asks


def test_the_guide_s_server_is_told_who_asks_and_how_urgently() -> None:
    """Only what says something is added; each try of a call carries the same idempotency key."""
    upstream = Upstream([httpx.Response(503), stream(THINKING)])
    options = CallOptions("high", Caller("tenant", "u1", "s1"))
    client = R1Client(guide_options(), transport=httpx.MockTransport(upstream))

    async def main() -> Completion:
        return await client.infer("Why?", options=options)

    run(main())
    body = upstream.bodies[0]
    assert (body["user_id"], body["session_id"], body["priority"]) == ("u1", "s1", "high")
    keys = [request.headers["idempotency-key"] for request in upstream.requests if "infer" in request.url.path]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert SECRET not in keys[0]


def test_what_was_learned_of_a_model_serves_other_clients() -> None:
    """The second client does not hold back what a plain model says."""
    learned = LearnedModels()
    parts = ClientParts(learned=learned)

    def slow(_: httpx.Request) -> httpx.Response:
        return stream([*data(openai_event(ANSWER)), 1.0, *data(openai_event({}, "stop")), DONE])

    firsts = []
    for _ in range(2):
        client = R1Client(openai_options("llama"), parts, httpx.MockTransport(Upstream([slow])))
        firsts.append(run(gather(client))[1].timing.first_answer_s)
    assert firsts == pytest.approx([1.0, 0.0], abs=1e-6)


def test_a_known_thinker_that_skips_thinking_once_stays_one() -> None:
    """Otherwise the next reply's thoughts, if their opening tag is missing, would be spoken."""
    upstream = Upstream([chat(ANSWER), chat({"content": "secret</think>No."})])

    async def main() -> list[Delta]:
        async with upstream.client(openai_options("deepseek-r1:7b")) as client:
            await client.infer("Why?")
            return (await gather(client))[0]

    assert said(run(main())) == "No."


def test_an_ordinary_reply_reports_its_parameters() -> None:
    """All of them were applied; nothing had to be changed."""
    _, completion = call(stream(THINKING))
    assert completion.parameters.applied == ("max_tokens", "temperature", "top_p")
    assert not completion.parameters.ignored
    assert not completion.parameters.rejected
    assert not completion.parameters.adjusted
