"""What callers send, and what they get back: the guide's shapes (parts 2.1 and 3.1) and our additions beside them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from gateway.errors import ApiError
from gateway.generation import Ended
from r1.errors import ParameterError
from r1.parameters import InferParameters, check_prompt
from r1.request import Priority

MOST_PROMPTS = 32
"""In one request (the guide, part 4.1)."""
MODEL = "r1-standard"
"""The model name that the guide's responses carry; who really answered is said in `x_r1.served_by`."""


_DETAILS = "completion_tokens_details"


class InferBody(BaseModel):
    """An infer request. Ranges are those of `r1.parameters`; fields it does not know are ignored."""

    model_config = ConfigDict(strict=True)

    prompt: str | list[str] = Field(description="The text to answer; it may hold earlier turns. Or up to 32 of them.")
    temperature: float = Field(0.7, description="Randomness, 0 to 1.")
    max_tokens: int = Field(2048, description="Limit for thoughts and answer together.")
    top_p: float = Field(0.9, description="Nucleus sampling threshold, above 0, at most 1.")
    stop_sequences: list[str] = Field(default_factory=list, description="The answer ends before the first of these.")
    stream: bool = Field(False, description="Answer as server-sent events.")
    reasoning: bool = Field(False, description="Send the thoughts too, as choices[0].reasoning.")
    priority: Priority = Field("normal", description="high for somebody who waits and listens, low for a batch.")

    @property
    def prompts(self) -> list[str]:
        """All of them."""
        return [self.prompt] if isinstance(self.prompt, str) else self.prompt

    def parameters(self) -> InferParameters:
        """The checked parameters. Raises `ApiError` (400) with the field named."""
        if not 1 <= len(self.prompts) <= MOST_PROMPTS:
            raise ApiError(400, "invalid_parameter", f"prompt: a list holds 1 to {MOST_PROMPTS} texts", "prompt")
        if self.stream and not isinstance(self.prompt, str):
            raise ApiError(400, "invalid_parameter", "stream: a list of prompts is answered whole", "stream")
        try:
            for prompt in self.prompts:
                check_prompt(prompt)
            return InferParameters(self.temperature, self.max_tokens, self.top_p, tuple(self.stop_sequences))
        except ParameterError as error:
            raise ApiError(400, "invalid_parameter", str(error), error.field) from None


class Completion:
    """Builds the JSON of one reply: whole, or piece by piece."""

    def __init__(self, identity: str, created: int, reasoning: bool) -> None:
        self._head = {"id": identity, "object": "text_completion", "created": created, "model": MODEL}
        self._reasoning = reasoning

    def whole(self, text: str, thoughts: str, ended: Ended) -> dict[str, Any]:
        """The reply to a request that does not stream."""
        return self._object(text, thoughts, ended)

    def several(self, replies: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The replies to a list of prompts as one: a choice for each, in order, with the usage of all."""
        choices = [
            {**reply["choices"][0], "index": index, "usage": reply["usage"]} for index, reply in enumerate(replies)
        ]
        counted = [reply["usage"] for reply in replies]
        usage = {name: sum(usage[name] for usage in counted) for name in counted[0] if name != _DETAILS}
        thought = sum(usage[_DETAILS]["reasoning_tokens"] for usage in counted)
        return {
            **self._head,
            "choices": choices,
            "usage": usage | {_DETAILS: {"reasoning_tokens": thought}},
            "x_r1": {"served_by": replies[0]["x_r1"]["served_by"]},
        }

    def piece(self, text: str, thought: str) -> str:
        """One `data:` event of a stream."""
        return _event(self._object(text, thought, None))

    def last(self, ended: Ended) -> str:
        """The event that says how the reply ended, and the end mark."""
        return f"{_event(self._object('', '', ended))}data: [DONE]\n\n"

    def _object(self, text: str, thought: str, ended: Ended | None) -> dict[str, Any]:
        choice: dict[str, Any] = {"text": text}
        if self._reasoning:
            choice["reasoning"] = thought
        choice |= {"index": 0, "logprobs": None, "finish_reason": ended.finish_reason if ended else None}
        reply: dict[str, Any] = {**self._head, "choices": [choice]}
        if ended is not None:
            counts = ended.usage.counts()
            details = {_DETAILS: {"reasoning_tokens": counts.pop("reasoning_tokens")}}
            reply["usage"] = counts | details
            reply["x_r1"] = {"served_by": ended.served_by, "timing": ended.timing_ms()}
        return reply


def error_event(error: ApiError) -> str:
    """The event that ends a stream which failed."""
    return f"event: error\n{_event(error.body())}"


def _event(reply: dict[str, Any]) -> str:
    return f"data: {json.dumps(reply, ensure_ascii=False, separators=(',', ':'))}\n\n"
