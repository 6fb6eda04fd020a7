"""What each try used, whatever became of it: answered, failed, broken off by us, or left by the caller."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import httpx
import pytest

from r1 import (
    Attempt,
    CallOptions,
    ClientParts,
    Completion,
    InferParameters,
    R1Client,
    R1Error,
    R1Options,
    RetryPolicy,
    ThinkingBudget,
    Usage,
)
from r1.cache import MemoryCache
from tests.r1.calls import run
from tests.r1.upstream import (
    DONE,
    Upstream,
    answering,
    data,
    guide_event,
    guide_options,
    openai_event,
    openai_options,
    stream,
)

PROMPT = "Why is the sky blue?"
ASKED = 6
"""Tokens of the prompt, by estimate."""
COUNTS = {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14}
THOUGHTS = ["Let me think ", "about this."]
"""24 characters: 8 tokens, by estimate."""


RESET = httpx.ReadError("reset")
Script = list[str | float | Exception]


def thinking() -> list[str]:
    return data(*(guide_event("", text) for text in THOUGHTS))


def asked(
    upstream: Upstream, options: R1Options | None = None, leaves_after: int | None = None, **call: Any
) -> tuple[list[Attempt], Completion | None, R1Error | None]:
    """The attempts as they were told, and the completion or the error of one call."""
    told: list[Attempt] = []

    async def main() -> tuple[Completion | None, R1Error | None]:
        heard = 0
        client = R1Client(options or guide_options(retry=RetryPolicy(2)), transport=httpx.MockTransport(upstream))
        parameters = call.pop("parameters", None)
        try:
            async with aclosing(
                client.stream(PROMPT, parameters, options=CallOptions(on_attempt=told.append, **call))
            ) as items:
                async for item in items:
                    if isinstance(item, Completion):
                        return item, None
                    heard += 1
                    if heard == leaves_after:
                        return None, None
        except R1Error as error:
            return None, error
        raise AssertionError("a stream ends with its completion")

    completion, error = run(main())
    return told, completion, error


def outcomes(attempts: list[Attempt]) -> list[tuple[str, Usage | None]]:
    return [(attempt.outcome, attempt.usage) for attempt in attempts]


def test_a_try_that_answered_used_what_the_server_counted() -> None:
    """The attempt has the completion's own usage, and is told as it stands in the completion."""
    events = [*data(guide_event("Yes.", ""), guide_event("", "", "stop", usage=COUNTS)), DONE]
    told, completion, _ = asked(Upstream([stream(events)]))
    assert completion is not None
    assert outcomes(told) == [("answered", Usage(5, 9, 14))]
    assert tuple(told) == completion.attempts
    assert completion.spent == completion.usage == Usage(5, 9, 14)


def test_a_try_that_broke_while_thinking_used_what_had_come() -> None:
    """By estimate, prompt included; the completion's usage is that of its own reply, and `spent` has both."""
    broke = stream([*thinking(), RESET])
    whole = stream([*data(guide_event("Yes.", "", "stop", usage=COUNTS)), DONE])
    told, completion, _ = asked(Upstream([broke, whole]))
    assert completion is not None
    assert outcomes(told) == [
        ("UpstreamError", Usage(ASKED, 8, ASKED + 8, 8, estimated=True)),
        ("answered", Usage(5, 9, 14)),
    ]
    assert completion.usage == Usage(5, 9, 14)
    assert completion.spent == Usage(ASKED + 5, 17, ASKED + 22, 8, estimated=True)


@pytest.mark.parametrize("refusal", [httpx.Response(503), httpx.ConnectError("refused"), stream([])])
def test_a_try_to_which_nothing_came_tells_no_usage(refusal: Any) -> None:
    """Nobody knows of any; the try itself is told."""
    told, completion, _ = asked(Upstream([refusal, stream(answering("Yes."))]))
    assert completion is not None
    assert [attempt.usage is None for attempt in told] == [True, False]


def test_a_call_that_fails_in_the_answer_tells_what_it_used() -> None:
    """There is no completion; the tokens were spent all the same, and are told."""
    told, completion, error = asked(Upstream([stream([*thinking(), *data(guide_event("Yes,", "")), 1.0])]))
    assert completion is None
    assert type(error).__name__ == "UpstreamError"
    assert outcomes(told) == [("UpstreamError", Usage(ASKED, 10, ASKED + 10, 8, estimated=True))]


@pytest.mark.parametrize(("leaves_after", "tokens"), [(1, 4), (2, 8), (3, 10)])
def test_a_stream_that_its_caller_closes_tells_what_it_used(leaves_after: int, tokens: int) -> None:
    """Until then, by estimate."""
    events: Script = [
        *thinking(),
        *data(guide_event("Yes, ", "")),
        1.0,
        *data(guide_event("because.", "", "stop")),
        DONE,
    ]
    told, _, _ = asked(Upstream([stream(events)]), leaves_after=leaves_after)
    ((outcome, usage),) = outcomes(told)
    assert outcome == "closed"
    assert usage is not None and usage.estimated
    assert usage.completion_tokens == tokens


def test_counts_that_a_server_sends_along_are_estimates_when_the_stream_is_cut() -> None:
    """It went on for a while after its last word reached us."""
    events = data(guide_event("", THOUGHTS[0], usage=COUNTS), guide_event("Yes, ", "", usage=COUNTS))
    told, _, _ = asked(Upstream([stream([*events, 60.0])]), leaves_after=2)
    ((_, usage),) = outcomes(told)
    assert usage is not None
    assert (usage.completion_tokens, usage.estimated) == (9, True)


def test_counts_of_a_reply_that_we_cut_are_estimates_too() -> None:
    """A stop sequence ends it here; the server knows nothing of that."""
    events = [*data(guide_event("Yes. END", "", usage=COUNTS), guide_event(" and on", "", "stop", usage=COUNTS)), DONE]
    told, completion, _ = asked(Upstream([stream(events)]), parameters=InferParameters(stop_sequences=("END",)))
    assert completion is not None
    assert completion.answer == "Yes. "
    assert completion.usage.estimated
    assert told[0].usage == completion.usage


def test_what_was_held_back_counts_as_well() -> None:
    """An unknown model's text that may still be a thought has been paid for too."""
    events: Script = [*data(openai_event({"content": "Let me think about this."})), RESET]
    told, _, _ = asked(Upstream([stream(events)] * 2), openai_options())
    assert [attempt.usage and attempt.usage.reasoning_tokens for attempt in told] == [8, 8, 8]


def test_a_cancelled_call_tells_what_it_used() -> None:
    """As one that is closed: `infer` has no stream to close."""
    told: list[Attempt] = []

    async def main() -> None:
        client = Upstream([stream([*thinking(), 60.0])]).client()
        task = asyncio.create_task(client.infer(PROMPT, options=CallOptions(on_attempt=told.append)))
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run(main())
    assert outcomes(told) == [("closed", Usage(ASKED, 8, ASKED + 8, 8, estimated=True))]


def test_one_that_leaves_before_anything_came_is_told_too() -> None:
    """The server was asked, and nothing is known of what that cost."""
    told: list[Attempt] = []

    async def main() -> None:
        task = asyncio.create_task(
            Upstream([stream([60.0])]).client().infer(PROMPT, options=CallOptions(on_attempt=told.append))
        )
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run(main())
    assert outcomes(told) == [("closed", None)]


def test_thinking_that_was_broken_off_is_counted_apart_from_the_answer_s_try() -> None:
    """Both replies make up the completion, so its usage is what was spent."""
    slow: Script = []
    for text in THOUGHTS * 4:
        slow += [1.0, *data(guide_event("", text))]
    whole = stream([*data(guide_event("Yes.", "", "stop", usage=COUNTS)), DONE])
    told, completion, _ = asked(Upstream([stream(slow), whole]), thinking=ThinkingBudget(seconds=2.5))
    assert completion is not None
    assert [attempt.outcome for attempt in told] == ["thinking too long", "answered"]
    assert told[0].usage is not None and told[0].usage.estimated
    assert told[1].usage == Usage(5, 9, 14)
    assert completion.usage == completion.spent
    assert completion.usage.completion_tokens == told[0].usage.completion_tokens + 9


def test_a_server_that_is_spared_used_nothing() -> None:
    """Its try is on record, without a usage."""
    told: list[Attempt] = []

    async def main() -> None:
        client = Upstream([httpx.Response(503)]).client(guide_options(retry=RetryPolicy(1)))
        for message in ["HTTP 503"] * 5 + ["left alone"]:
            with pytest.raises(R1Error, match=message):
                await client.infer(PROMPT, options=CallOptions(on_attempt=told.append))

    run(main())
    assert outcomes(told) == [("UpstreamError", None)] * 5 + [("spared", None)]


# -- shared calls


def test_a_shared_call_is_counted_once() -> None:
    """By whoever began it, even after having left; to the one who joined nothing is told, and nothing was spent."""
    begun: list[Attempt] = []
    joined: list[Attempt] = []
    upstream = Upstream([stream([*thinking(), 5.0, *data(guide_event("Yes.", "", "stop", usage=COUNTS)), DONE])])

    async def main() -> Completion:
        client = R1Client(guide_options(), ClientParts(cache=MemoryCache()), httpx.MockTransport(upstream))
        first = asyncio.create_task(client.infer(PROMPT, options=CallOptions(on_attempt=begun.append)))
        await asyncio.sleep(1)
        second = asyncio.create_task(client.infer(PROMPT, options=CallOptions(on_attempt=joined.append)))
        await asyncio.sleep(1)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return await second

    completion = run(main())
    assert completion.answer == "Yes."
    assert [attempt.outcome for attempt in begun] == ["answered"]
    assert begun[0].usage == Usage(5, 9, 14, 7, estimated=True)
    assert joined == []
    assert completion.spent == Usage()
    assert completion.usage == begun[0].usage


def test_a_kept_answer_spends_nothing() -> None:
    """No attempt is told."""
    told: list[Attempt] = []

    async def main() -> Completion:
        client = R1Client(
            guide_options(),
            ClientParts(cache=MemoryCache()),
            httpx.MockTransport(Upstream([stream(answering("Yes."))])),
        )
        await client.infer(PROMPT)
        await asyncio.sleep(0)  # it is stored beside the call
        return await client.infer(PROMPT, options=CallOptions(on_attempt=told.append))

    completion = run(main())
    assert (completion.served_by, completion.spent, told) == ("cache", Usage(), [])


def test_the_prompts_of_one_request_are_counted_each() -> None:
    """By the counts of each choice, not by those of the whole reply; an answer that is not used counts too."""
    own = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
    choices = [
        {"index": 0, "text": "Zero.", "reasoning": "", "finish_reason": "stop", "usage": own},
        {"index": 1, "text": "One.", "reasoning": "", "finish_reason": "stop"},
        {"index": 2, "text": "Tw", "reasoning": "", "finish_reason": "length", "usage": own},
    ]
    together = httpx.Response(200, json={"choices": choices, "usage": {**own, "completion_tokens": 900}})
    told: list[Attempt] = []

    async def main() -> list[Completion | None]:
        upstream = Upstream([together, stream(answering("Two."))])
        options = guide_options()
        client = upstream.client(R1Options(options.base_url, options.api_key, options.api_secret, redact=False))
        results = client.infer_many(["a", "b", "c"], options=CallOptions("low", on_attempt=told.append))
        return [result.completion async for result in results]

    run(main())
    assert [(attempt.outcome, attempt.usage and attempt.usage.completion_tokens) for attempt in told] == [
        ("answered", 2),
        ("answered", 2),
        ("cut by length", 2),
        ("answered", 2),
    ]
    assert [attempt.usage and attempt.usage.estimated for attempt in told] == [False, True, False, True]


def test_who_is_told_is_no_part_of_what_is_asked() -> None:
    """Options with different callbacks are the same options."""
    assert CallOptions(on_attempt=print) == CallOptions()


def test_a_refusal_to_close_thinking_ends_the_list_of_tries() -> None:
    """The reply without an answer is on record once, with what it used; the refusal used nothing."""
    thought_only = stream([*thinking(), *data(guide_event("", "", "stop", usage=COUNTS)), DONE])
    refusal = httpx.Response(400, json={"error": {"message": "thinking cannot be closed"}})
    told, completion, _ = asked(Upstream([thought_only, refusal]))
    assert completion is not None and completion.fallback
    assert [attempt.outcome for attempt in completion.attempts] == ["no answer", "RequestRefusedError"]
    assert tuple(told) == completion.attempts
    assert completion.spent == completion.usage
