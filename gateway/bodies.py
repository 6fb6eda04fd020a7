"""What callers send, and what they get back: the guide's shapes (parts 2.1 and 3.1) and our additions beside them."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from gateway.errors import ApiError
from gateway.generation import Ended
from r1.errors import ParameterError
from r1.parameters import InferParameters, check_prompt

MODEL = "r1-standard"
"""The model name that the guide's responses carry; who really answered is said in `x_r1.served_by`."""


class InferBody(BaseModel):
    """An infer request. Ranges are those of `r1.parameters`; fields it does not know are ignored."""

    model_config = ConfigDict(strict=True)

    prompt: str = Field(description="The text to answer; it may hold earlier turns.")
    temperature: float = Field(0.7, description="Randomness, 0 to 1.")
    max_tokens: int = Field(2048, description="Limit for thoughts and answer together.")
    top_p: float = Field(0.9, description="Nucleus sampling threshold, above 0, at most 1.")
    stop_sequences: list[str] = Field(default_factory=list, description="The answer ends before the first of these.")
    stream: bool = Field(False, description="Answer as server-sent events.")
    reasoning: bool = Field(False, description="Send the thoughts too, as choices[0].reasoning.")

    def parameters(self) -> InferParameters:
        """The checked parameters. Raises `ApiError` (400) with the field named."""
        try:
            check_prompt(self.prompt)
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
            details = {"completion_tokens_details": {"reasoning_tokens": counts.pop("reasoning_tokens")}}
            reply["usage"] = counts | details
            reply["x_r1"] = {"served_by": ended.served_by, "timing": ended.timing_ms()}
        return reply


def error_event(error: ApiError) -> str:
    """The event that ends a stream which failed."""
    return f"event: error\n{_event(error.body())}"


def _event(reply: dict[str, Any]) -> str:
    return f"data: {json.dumps(reply, ensure_ascii=False, separators=(',', ':'))}\n\n"
