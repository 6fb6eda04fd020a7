"""Several prompts in one request: fewer round trips, and nobody left without an answer."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from gateway.embedded import EmbeddedGateway
from pipeline.testing import VirtualClock
from r1 import BatchResult, ClientParts, R1Client, open_cache
from tests.r1.upstream import Upstream, answering, guide_options, stream


def choice(index: int, text: str, finish_reason: str = "stop") -> dict[str, Any]:
    return {"index": index, "text": text, "reasoning": "Hm.", "finish_reason": finish_reason}


def together(*choices: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"choices": list(choices), "x_r1": {"served_by": "scripted"}})


def results(*infer: Any, prompts: int = 3) -> tuple[Upstream, list[BatchResult]]:
    upstream = Upstream(infer)

    async def main() -> list[BatchResult]:
        async with upstream.client(replace(guide_options(), redact=False)) as client:
            asked = client.infer_many([f"Prompt {number}?" for number in range(prompts)])
            return sorted([result async for result in asked], key=lambda result: result.index)

    return upstream, VirtualClock().run(main())


def answers(found: list[BatchResult]) -> list[str]:
    return [result.completion.answer if result.completion else f"{result.error}" for result in found]


def test_one_request_answers_them_all() -> None:
    """In whatever order the choices come; thoughts are kept apart, and who answered is told."""
    upstream, found = results(together(choice(2, "Two."), choice(0, "Zero."), choice(1, "One.")))
    assert answers(found) == ["Zero.", "One.", "Two."]
    assert upstream.bodies == [
        {**upstream.bodies[0], "prompt": ["Prompt 0?", "Prompt 1?", "Prompt 2?"], "stream": False, "priority": "low"}
    ]
    assert found[0].completion is not None
    assert (found[0].completion.thoughts, found[0].completion.served_by) == ("Hm.", "scripted")


def test_what_is_missing_empty_or_cut_is_asked_by_itself() -> None:
    """With the retries and the closed thinking of a call of its own."""
    single = stream(answering("By itself."))
    upstream, found = results(together(choice(0, "Zero."), choice(1, ""), choice(2, "Tw", "length")), single)
    assert answers(found) == ["Zero.", "By itself.", "By itself."]
    assert upstream.count("POST") == 3


@pytest.mark.parametrize(
    "refusal",
    [
        httpx.Response(400, json={"error": {"message": "prompt must be a text", "field": "prompt"}}),
        httpx.Response(200, json={"choices": [{"text": "no index"}]}),
        httpx.Response(200, text="<html>"),
        httpx.ConnectError("refused"),
        together(choice(7, "To nobody.")),
    ],
)
def test_a_server_that_takes_no_lists_is_asked_one_by_one(refusal: Any) -> None:
    """Nothing is lost by having tried."""
    _, found = results(refusal, stream(answering("By itself.")))
    assert answers(found) == ["By itself."] * 3


def test_a_cache_or_a_second_server_needs_each_call_by_itself() -> None:
    """A list passes them by."""
    upstream = Upstream([stream(answering("By itself."))])

    async def main() -> list[str]:
        parts = ClientParts(cache=open_cache("memory"))
        client = R1Client(guide_options(), parts, httpx.MockTransport(upstream))
        return answers([result async for result in client.infer_many(["a", "b"])])

    assert asyncio.run(main()) == ["By itself."] * 2
    assert all(isinstance(body["prompt"], str) for body in upstream.bodies)


def test_the_gateway_answers_a_list() -> None:
    """The real one, with the reader behind it."""

    async def main() -> list[BatchResult]:
        async with EmbeddedGateway() as gateway, R1Client(gateway.options) as client:
            prompts = [f"What is {number} times three?" for number in range(40)]
            return [result async for result in client.infer_many(prompts)]

    found = sorted(asyncio.run(main()), key=lambda result: result.index)
    assert answers(found) == [f"{number} times 3 is {number * 3}." for number in range(40)]
    assert all(json.dumps(result.completion.usage.counts()) for result in found if result.completion)
