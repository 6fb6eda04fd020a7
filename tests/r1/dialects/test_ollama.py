"""Ollama's own API: lines of JSON, thoughts in a field, a context that is large enough."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from pipeline.testing import VirtualClock
from r1 import InferParameters, RequestRefusedError, UpstreamError, options_for
from r1.dialects.ollama import CONTEXT_SIZES, context_size
from tests.r1.upstream import Chunks, Upstream, gather, said

OPTIONS = options_for("ollama", model="deepseek-r1:1.5b")


def lines(*events: dict[str, Any]) -> httpx.Response:
    body = [json.dumps({"model": "deepseek-r1:1.5b", "done": False, **event}) + "\n" for event in events]
    return httpx.Response(200, headers={"content-type": "application/x-ndjson"}, stream=Chunks(body))


def message(content: str = "", thinking: str = "") -> dict[str, Any]:
    return {"message": {"role": "assistant", "content": content, "thinking": thinking}}


LAST = {**message(), "done": True, "done_reason": "stop", "prompt_eval_count": 7, "eval_count": 9}


def ask(upstream: Upstream, parameters: InferParameters | None = None) -> Any:
    return VirtualClock().run(gather(upstream.client(OPTIONS), "Why?", parameters))


def test_thoughts_and_answer_come_line_by_line() -> None:
    """With Ollama's own counts and its model's name."""
    upstream = Upstream([lines(message(thinking="Hm."), message("Yes"), message("."), LAST)])
    deltas, completion = ask(upstream)
    assert said(deltas) == completion.answer == "Yes."
    assert completion.thoughts == "Hm."
    assert completion.served_by == "deepseek-r1:1.5b"
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (7, 9)


def test_inline_tags_are_understood_too() -> None:
    """Models that Ollama does not know to think write them into the content."""
    deltas, completion = ask(Upstream([lines(message("<think>Hm."), message("</think>Yes."), LAST)]))
    assert said(deltas) == "Yes."
    assert completion.thoughts == "Hm."


def test_the_context_is_asked_for_large_enough() -> None:
    """Ollama would cut a longer prompt in silence."""
    upstream = Upstream([lines(message("Yes."), LAST)])
    ask(upstream, InferParameters(0.6, 100, 0.95, reasoning_budget=1000))
    body = upstream.bodies[0]
    assert body["options"] == {"temperature": 0.6, "top_p": 0.95, "num_predict": 1100, "num_ctx": 8192}
    assert str(upstream.requests[0].url) == "http://localhost:11434/api/chat"
    assert context_size("word " * 20_000, 1100) == 65_536
    assert context_size("word " * 1_000_000, 1100) == CONTEXT_SIZES[-1]


def test_thinking_is_closed_by_its_switch() -> None:
    """After an empty answer."""
    upstream = Upstream([lines(message(thinking="Hm."), LAST), lines(message("Yes."), LAST)])
    _, completion = ask(upstream)
    assert completion.answer == "Yes."
    assert ["think" in body for body in upstream.bodies] == [False, True]
    assert upstream.bodies[1]["think"] is False


def test_a_model_that_knows_no_thinking_is_asked_without_the_switch() -> None:
    """Ollama refuses the switch for such a model."""
    refused = httpx.Response(400, json={"error": '"llama3" does not support thinking'})
    upstream = Upstream([refused, lines(message("Yes."), LAST)])
    _, completion = ask(upstream, InferParameters(reasoning_budget=0))
    assert completion.answer == "Yes."
    assert completion.parameters.rejected == ("think",)


def test_an_error_in_the_stream_is_an_error() -> None:
    """Not an answer."""
    upstream = Upstream([lambda _: lines(message("Ye"), {"error": "out of memory"})])
    with pytest.raises(UpstreamError, match="out of memory"):
        ask(upstream, None)


def test_a_stream_that_ends_too_early_is_an_error() -> None:
    """Without the line that says `done`."""
    upstream = Upstream([lambda _: lines(message(thinking="Hm."))])
    with pytest.raises(UpstreamError, match="broke off"):
        ask(upstream)


def test_a_missing_model_says_how_to_get_it() -> None:
    """The command is in the message."""
    upstream = Upstream([httpx.Response(404, json={"error": "model 'deepseek-r1:1.5b' not found"})])
    with pytest.raises(RequestRefusedError, match="ollama pull"):
        ask(upstream)


def test_its_models_are_listed() -> None:
    """The only one is taken when none is named."""
    upstream = Upstream(
        [lambda _: lines(message("Yes."), LAST)],
        status=lambda _: httpx.Response(200, json={"models": [{"name": "qwq:32b"}]}),
    )
    VirtualClock().run(gather(upstream.client(options_for("ollama"))))
    assert upstream.bodies[0]["model"] == "qwq:32b"
    assert upstream.requests[0].url.path == "/api/tags"
