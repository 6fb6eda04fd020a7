from __future__ import annotations

from typing import Any

import httpx
import pytest

from pipeline.testing import VirtualClock
from r1 import InferParameters, ProtocolError, R1Options, SettingsError
from r1.parameters import DEFAULT_REASONING_BUDGET
from tests.r1.upstream import DONE, KEY, Upstream, data, gather, openai_event, openai_options, said, stream

USAGE = {
    "model": "deepseek-r1",
    "choices": [],
    "usage": {
        "prompt_tokens": 5,
        "completion_tokens": 9,
        "total_tokens": 14,
        "completion_tokens_details": {"reasoning_tokens": 6},
    },
}

WIRES = {
    "deepseek": [
        openai_event({"role": "assistant", "content": None, "reasoning_content": ""}),
        openai_event({"content": None, "reasoning_content": "secret"}),
        openai_event({"content": "Answer.", "reasoning_content": None}),
        openai_event({"content": "", "reasoning_content": None}, "stop"),
        USAGE,
    ],
    "ollama": [
        openai_event({"role": "assistant", "content": "", "reasoning": "secret"}),
        openai_event({"role": "assistant", "content": "Answer."}),
        openai_event({"role": "assistant", "content": ""}, "stop"),
    ],
    "openrouter": [
        openai_event(
            {"content": "", "reasoning": "sec", "reasoning_details": [{"type": "reasoning.text", "text": "sec"}]}
        ),
        openai_event({"content": "", "reasoning_details": [{"type": "reasoning.summary", "summary": "ret"}]}),
        openai_event(
            {"content": "", "reasoning_details": [{"type": "reasoning.text", "signature": "x", "text": None}]}
        ),
        openai_event({"content": "", "reasoning": None, "reasoning_details": [{"type": "reasoning.encrypted"}]}),
        openai_event({"content": "Answer.", "reasoning": None, "reasoning_details": []}),
        openai_event({"content": ""}, "stop"),
    ],
    "vllm without a parser": [
        openai_event({"role": "assistant", "content": ""}),
        openai_event({"content": "secret\n</th"}),
        openai_event({"content": "ink>\n\nAnswer."}),
        openai_event({"content": ""}, "stop"),
        USAGE,
    ],
    "llama.cpp deepseek-legacy": [
        openai_event({"reasoning_content": "secret", "content": "<think>secret"}),
        openai_event({"content": "</think>Answer."}),
        openai_event({}, "stop"),
    ],
    "fireworks": [openai_event({"content": "<think>secret</think>Answer."}), openai_event({}, "stop")],
    "whole": [
        {"model": "deepseek-r1", "choices": [{"message": {"content": "Answer.", "reasoning_content": "secret"}}]}
    ],
}


@pytest.mark.parametrize("server", WIRES)
def test_every_server_s_thoughts_are_kept_apart(server: str) -> None:
    """Whatever field or tag they stand in, the answer is the same."""
    upstream = Upstream([stream([*data(*WIRES[server]), DONE])])
    deltas, completion = VirtualClock().run(gather(upstream.client(openai_options())))
    assert said(deltas) == completion.answer == "Answer."
    assert completion.thoughts.strip() == "secret"
    assert completion.served_by == "deepseek-r1"


def test_usage_may_come_in_a_chunk_of_its_own() -> None:
    """After the finish reason, with no choices."""
    upstream = Upstream([stream([*data(*WIRES["deepseek"]), DONE])])
    _, completion = VirtualClock().run(gather(upstream.client(openai_options())))
    assert not completion.usage.estimated
    assert completion.usage.reasoning_tokens == 6


def test_the_prompt_is_one_user_turn() -> None:
    """R1 wants no system prompt; the key is sent as it is, and stop sequences are not."""
    upstream = Upstream([stream([*data(*WIRES["ollama"]), DONE])])
    parameters = InferParameters(0.6, 100, 0.95, ("END",))
    VirtualClock().run(gather(upstream.client(openai_options("qwq")), "Why?", parameters))
    assert upstream.bodies == [
        {
            "model": "qwq",
            "messages": [{"role": "user", "content": "Why?"}],
            "temperature": 0.6,
            "max_tokens": 100 + DEFAULT_REASONING_BUDGET,
            "top_p": 0.95,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]
    assert str(upstream.requests[0].url) == "http://openai.test/v1/chat/completions"
    assert upstream.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_no_key_means_no_header() -> None:
    """As Ollama wants it."""
    upstream = Upstream([stream([*data(*WIRES["ollama"]), DONE])])
    options = R1Options("http://localhost:11434/v1", dialect="openai", model="qwq")
    VirtualClock().run(gather(upstream.client(options)))
    assert "authorization" not in upstream.requests[0].headers


def models(*names: str) -> Any:
    return lambda _: httpx.Response(200, json={"object": "list", "data": [{"id": name} for name in names]})


def test_the_only_model_is_found() -> None:
    """Asked for once, when none is configured."""
    upstream = Upstream([lambda _: stream([*data(*WIRES["ollama"]), DONE])], status=models("qwq"))

    async def main() -> None:
        async with upstream.client(openai_options("")) as client:
            await client.warm_up()
            await client.infer("Why?")
            await client.infer("Why?")

    VirtualClock().run(main())
    assert [body["model"] for body in upstream.bodies] == ["qwq", "qwq"]
    assert upstream.count("GET") <= 2


@pytest.mark.parametrize("names", [(), ("qwq", "deepseek-r1")])
def test_without_one_model_the_choice_is_the_user_s(names: tuple[str, ...]) -> None:
    """The message lists what there is and names the variable."""
    upstream = Upstream([], status=models(*names))
    with pytest.raises(SettingsError, match="choose one with --model or R1_MODEL") as caught:
        VirtualClock().run(gather(upstream.client(openai_options(""))))
    assert all(name in str(caught.value) for name in names)


@pytest.mark.parametrize("details", ["text", {"text": "x"}, [7], [{"text": 7}]])
def test_details_of_another_shape_are_no_thoughts(details: Any) -> None:
    """The error says which API was expected."""
    event = openai_event({"content": "", "reasoning_details": details})
    with pytest.raises(ProtocolError, match="not in the form of the 'openai' API"):
        VirtualClock().run(gather(Upstream([stream([*data(event), DONE])]).client(openai_options())))
