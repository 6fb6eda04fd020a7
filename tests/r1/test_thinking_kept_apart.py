"""Whatever was learned of a model, and whatever it is asked, its thoughts are never told as its answer."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from pipeline.testing import VirtualClock
from r1 import Completion, InferParameters, R1Options
from tests.r1.upstream import DONE, Upstream, data, openai_event, openai_options, stream


def chat(*deltas: dict[str, Any], finish: str = "stop", usage: dict[str, int] | None = None) -> httpx.Response:
    last = openai_event({}, finish, **({"usage": usage} if usage else {}))
    return stream([*data(*(openai_event(delta) for delta in deltas), last), DONE])


def calls(*replies: httpx.Response, options: R1Options | None = None, **first: Any) -> list[Completion]:
    """As many calls as can be made of the replies, the first with arguments of its own."""
    upstream = Upstream(replies)

    async def main() -> list[Completion]:
        async with upstream.client(options or openai_options("mystery")) as client:
            made = [await client.infer("Why?", **first)]
            while upstream.count("POST") < len(replies):
                made.append(await client.infer("Why?"))
            return made

    return VirtualClock().run(main())


INLINE = {"content": "SECRET THOUGHT </think>Answer two."}


def test_a_reply_that_was_asked_for_without_thoughts_shows_nothing_of_the_model() -> None:
    """After an empty reply was mended, the next one's thoughts are still looked for."""
    first, second = calls(chat({"content": "SECRET"}, finish="length"), chat({"content": "Answer one."}), chat(INLINE))
    assert (first.answer, second.answer) == ("Answer one.", "Answer two.")


def test_nor_does_one_with_a_budget_of_nothing() -> None:
    """It was told not to think."""
    budget = InferParameters(reasoning_budget=0)
    first, second = calls(chat({"content": "Answer one."}), chat(INLINE), parameters=budget)
    assert (first.answer, second.answer) == ("Answer one.", "Answer two.")


def test_a_server_that_changes_its_ways_is_noticed() -> None:
    """Thoughts that came in a field come inline after a restart without the parser, and are found there."""
    first, second = calls(chat({"reasoning_content": "Hm."}, {"content": "Answer one."}), chat(INLINE))
    assert (first.answer, second.answer) == ("Answer one.", "Answer two.")
    assert second.thoughts.strip() == "SECRET THOUGHT"


def test_a_plain_model_that_begins_to_think_is_held_back_from_then_on() -> None:
    """The first such reply shows that what was known is wrong."""
    _, _, third = calls(chat({"content": "Answer one."}), chat(INLINE), chat(INLINE))
    assert third.answer == "Answer two."


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("[THINK]", "[/THINK]"), ("◁think▷", "◁/think▷"), ("<think >", "</think >"), ("<Think>", "</THINK>")],
)
def test_other_models_tags_are_known(opening: str, closing: str) -> None:
    """Magistral's, Kimi's, and untidy ones."""
    (completion,) = calls(chat({"content": f"{opening}SECRET{closing}Answer."}))
    assert (completion.answer, completion.thoughts) == ("Answer.", "SECRET")


@pytest.mark.parametrize("reason", ["STOP", "eos_token", "end", "COMPLETE"])
def test_servers_have_many_words_for_having_ended(reason: str) -> None:
    """Only known words say that a reply was cut."""
    (completion,) = calls(chat({"content": "Answer."}, finish=reason))
    assert (completion.answer, completion.finish_reason) == ("Answer.", "stop")


def test_an_answer_that_a_filter_took_away_is_not_asked_for_again() -> None:
    """It would be taken away again."""
    (completion,) = calls(chat({"reasoning_content": "Hm."}, finish="content_filter"))
    assert (completion.fallback, completion.finish_reason) == (True, "content_filter")


def test_a_reply_that_cannot_be_asked_for_without_thoughts_is_told_honestly() -> None:
    """The server refuses to answer without thinking: that is no reason to fail."""
    refused = httpx.Response(400, json={"error": {"message": "cannot do that"}})
    (completion,) = calls(chat({"reasoning_content": "SECRET"}), refused)
    assert completion.fallback
    assert "SECRET" not in completion.answer


def test_tokens_of_thought_are_counted_where_the_server_does_not() -> None:
    """It reports one number for all; the share is estimated, and said to be."""
    counted = {"prompt_tokens": 5, "completion_tokens": 100, "total_tokens": 105}
    (completion,) = calls(chat({"reasoning_content": "think " * 30}, {"content": "word " * 10}, usage=counted))
    assert completion.usage.completion_tokens == 100
    assert 60 < completion.usage.reasoning_tokens < 90
    assert completion.usage.estimated


@pytest.mark.parametrize("address", ["http://openai.test/v1", "https://api.deepseek.com"])
def test_a_reasoning_budget_holds_where_the_server_takes_none(address: str) -> None:
    """We see to it ourselves: the thought is broken off, and asked for without."""
    endless = stream([*data(*(openai_event({"reasoning_content": "word " * 20}) for _ in range(50))), DONE])
    options = R1Options(address, "key", dialect="openai", model="mystery", redact=False)
    (completion,) = calls(
        endless, chat({"content": "Answer."}), options=options, parameters=InferParameters(reasoning_budget=100)
    )
    assert completion.answer == "Answer."
    assert completion.attempts[0].outcome == "thinking too long"


def test_a_refusal_of_a_value_is_no_refusal_of_the_parameter() -> None:
    """The next call's temperature is sent again; what the server does not know at all is not."""
    refused = httpx.Response(400, json={"error": {"message": "temperature: invalid, 0 to 0.9", "param": "temperature"}})
    upstream = Upstream([refused, chat({"content": "One."}), chat({"content": "Two."})])

    async def main() -> None:
        async with upstream.client(openai_options()) as client:
            await client.infer("Why?", InferParameters(temperature=1.0))
            await client.infer("Why?", InferParameters(temperature=0.2))

    VirtualClock().run(main())
    assert [body.get("temperature") for body in upstream.bodies] == [1.0, None, 0.2]


def test_what_is_asked_anew_carries_a_key_of_its_own() -> None:
    """A server that heeds keys would give the empty reply again."""
    upstream = Upstream([chat({"reasoning_content": "Hm."}), httpx.Response(503), chat({"content": "Yes."})])

    async def main() -> None:
        async with upstream.client(openai_options()) as client:
            await client.infer("Why?")

    VirtualClock().run(main())
    posts = [request for request in upstream.requests if request.method == "POST"]
    first, second, third = (request.headers["idempotency-key"] for request in posts)
    assert first != second
    assert second == third, "a mere repetition is the same request"


def test_a_caller_who_takes_time_spends_none_of_the_model_s() -> None:
    """A budget of seconds is the model's; what the caller does between two pieces is not counted."""
    import asyncio

    from r1 import CallOptions, Delta, ThinkingBudget

    thoughts = [openai_event({"reasoning_content": f"thought {number} "}) for number in range(4)]
    upstream = Upstream([stream([*data(*thoughts, openai_event({"content": "Yes."}), openai_event({}, "stop")), DONE])])

    async def main() -> str:
        said = ""
        options = CallOptions(thinking=ThinkingBudget(seconds=2))
        async for item in upstream.client(openai_options()).stream("Why?", options=options):
            await asyncio.sleep(5)
            said += item.text if isinstance(item, Delta) and item.kind == "answer" else ""
        return said

    assert VirtualClock().run(main()) == "Yes."


def test_a_tag_that_is_spoken_of_is_text_once_the_thoughts_came_in_their_field() -> None:
    """An answer about HTML is not taken apart."""
    text = "Use the tag `<think>` like <think>this</think>."
    pieces = [{"content": text[start : start + 5]} for start in range(0, len(text), 5)]
    (completion,) = calls(chat({"reasoning_content": "Hm."}, *pieces))
    assert (completion.answer, completion.thoughts) == (text, "Hm.")
