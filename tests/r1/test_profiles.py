"""What each kind of server is asked, and how it is found out."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from pipeline.testing import VirtualClock
from r1 import InferParameters, R1Options, SettingsError
from r1.dialects import dialect_named
from r1.dialects.openai import EMPTY_THOUGHT
from r1.profiles import PROFILES, profile_for
from r1.request import Request
from tests.r1.upstream import DONE, Upstream, data, gather, openai_event, stream


def body(profile: str, model: str = "qwen3", **changes: Any) -> dict[str, Any]:
    request = Request("Why?", model, InferParameters(reasoning_budget=changes.pop("budget", None)), **changes)
    return dialect_named("openai").body(request, PROFILES[profile])


@pytest.mark.parametrize(
    ("address", "profile"),
    [
        ("https://api.deepseek.com", "deepseek"),
        ("https://api.deepseek.com/v1", "deepseek"),
        ("https://notdeepseek.com/v1", "openai"),
        ("http://localhost:11434/v1", "ollama/v1"),
        ("http://gpu:8000/v1", "openai"),
    ],
)
def test_the_address_tells_the_server(address: str, profile: str) -> None:
    """As far as it can."""
    assert profile_for("openai", address).name == profile


@pytest.mark.parametrize(
    ("owner", "profile"), [("vllm", "vllm"), ("llamacpp", "llama.cpp"), ("sglang", "sglang"), ("library", "ollama/v1")]
)
def test_the_list_of_models_tells_the_server(owner: str, profile: str) -> None:
    """By who is said to own its model: thinking is then closed in that server's way."""
    upstream = Upstream(
        [stream([*data(openai_event({"content": "Yes."}), openai_event({}, "stop")), DONE])],
        status=lambda _: httpx.Response(200, json={"data": [{"id": "qwen3", "owned_by": owner}]}),
    )
    client = upstream.client(R1Options("http://gpu:8000/v1", dialect="openai"))
    VirtualClock().run(gather(client, parameters=InferParameters(reasoning_budget=0)))
    assert set(PROFILES[profile].closing_fields) <= set(upstream.bodies[0])


def test_a_named_profile_wins_and_an_unknown_one_is_refused() -> None:
    """The names are listed."""
    options = R1Options("http://gpu:8000/v1", dialect="openai", model="m", profile="esperanto")
    with pytest.raises(SettingsError, match=r"llama\.cpp"):
        Upstream([]).client(options)


@pytest.mark.parametrize(
    ("profile", "model", "field"),
    [
        ("deepseek", "deepseek-reasoner", {"thinking": {"type": "disabled"}}),
        ("vllm", "qwen3", {"chat_template_kwargs": {"enable_thinking": False, "thinking": False}}),
        ("vllm", "DeepSeek-R1-Distill-Qwen-7B", {"continue_final_message": True, "add_generation_prompt": False}),
        ("llama.cpp", "DeepSeek-R1", {"thinking_budget_tokens": 0}),
        ("ollama/v1", "deepseek-r1", {"reasoning_effort": "none"}),
    ],
)
def test_thinking_is_closed_as_the_server_knows_it(profile: str, model: str, field: dict[str, Any]) -> None:
    """By a switch, or by an answer that has begun with an empty thought where a model has none."""
    sent = body(profile, model, closed=True)
    assert field.items() <= sent.items()
    assert (sent["messages"][-1]["content"] == EMPTY_THOUGHT) == ("continue_final_message" in sent)
    assert sent["max_tokens"] == 2048


@pytest.mark.parametrize(
    ("profile", "field"),
    [("vllm", "thinking_token_budget"), ("llama.cpp", "thinking_budget_tokens"), ("deepseek", ""), ("openai", "")],
)
def test_the_reasoning_budget_goes_where_the_server_takes_it(profile: str, field: str) -> None:
    """Only when it was asked for; `max_tokens` makes room for it everywhere."""
    sent = body(profile, budget=500)
    assert sent["max_tokens"] == 2548
    assert sent.get(field) == (500 if field else None)
    assert not field or field not in body(profile)


def test_a_model_that_does_not_think_gets_no_tokens_for_it() -> None:
    """Some servers reserve what is asked for."""
    assert body("openai", thinks=False)["max_tokens"] == 2048


def test_what_a_server_ignores_is_told() -> None:
    """DeepSeek accepts the sampling parameters without effect."""
    options = R1Options("https://api.deepseek.com", "key", dialect="openai", model="deepseek-reasoner")
    reply = stream([*data(openai_event({"content": "Yes."}), openai_event({}, "stop")), DONE])
    _, completion = VirtualClock().run(gather(Upstream([reply]).client(options)))
    assert completion.parameters.ignored == ("temperature", "top_p")
    assert completion.parameters.applied == ("max_tokens",)
