"""What callers send, and what they get back: the guide's shapes (parts 2.1 and 3.1) and our additions beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from gateway.calls import CacheUse
from gateway.errors import ApiError
from r1.errors import ParameterError
from r1.parameters import InferParameters, check_prompt
from r1.request import Priority
from r1.results import Completion as Answered
from r1.results import ParameterReport

MOST_PROMPTS = 32
"""In one request (the guide, part 4.1)."""
LONGEST_NAME = 256
"""Characters of a user's or session's name."""
MODEL = "r1-standard"
"""The model name that the guide's responses carry; who really answered is said in `x_r1.served_by`."""


DONE = b"data: [DONE]\n\n"
"""The end mark of a stream."""

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
    reasoning_budget: int | None = Field(None, description="Tokens that thoughts may take; 0: answer at once.")
    priority: Priority = Field("normal", description="high for somebody who waits and listens, low for a batch.")
    user_id: str = Field("", max_length=LONGEST_NAME, description="Whom it is for: a name of yours, no address.")
    session_id: str = Field("", max_length=LONGEST_NAME, description="The conversation that it belongs to.")
    remember: bool = Field(False, description="Put what was said in the session before the prompt, and keep this.")

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
        if self.remember and not (self.session_id and isinstance(self.prompt, str)):
            raise ApiError(400, "invalid_parameter", "remember: needs a session_id, and a single prompt", "remember")
        for name in ("user_id", "session_id"):
            if not _is_name(getattr(self, name)):
                raise ApiError(400, "invalid_parameter", f"{name}: has characters that cannot be printed", name)
        try:
            for prompt in self.prompts:
                check_prompt(prompt)
            return InferParameters(
                self.temperature, self.max_tokens, self.top_p, tuple(self.stop_sequences), self.reasoning_budget
            )
        except ParameterError as error:
            raise ApiError(400, "invalid_parameter", str(error), error.field) from None


def _is_name(text: str) -> bool:
    """Whether it can stand in a log, a key and a header: no control characters, no halves of characters."""
    return text.isprintable()


class Completion:
    """Builds the JSON of one reply: whole, or piece by piece."""

    def __init__(self, identity: str, created: int, reasoning: bool) -> None:
        self._head = {"id": identity, "object": "text_completion", "created": created, "model": MODEL}
        self._reasoning = reasoning

    def whole(self, answered: Answered, cache: CacheUse) -> dict[str, Any]:
        """The reply to a request that does not stream."""
        return self._object(answered.answer, answered.thoughts, answered, cache)

    def several(self, replies: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The replies to a list of prompts as one: a choice for each, in order, with the usage of all."""
        choices = [
            {**reply["choices"][0], "index": index, "usage": reply["usage"], "x_r1": reply["x_r1"]}
            for index, reply in enumerate(replies)
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

    def piece(self, text: str, thought: str) -> bytes:
        """One `data:` event of a stream."""
        return event(self._object(text, thought, None, "off"))

    def last(self, answered: Answered, cache: CacheUse) -> bytes:
        """The event that says how the reply ended, and the end mark."""
        return event(self._object("", "", answered, cache)) + DONE

    def _object(self, text: str, thought: str, answered: Answered | None, cache: CacheUse) -> dict[str, Any]:
        choice: dict[str, Any] = {"text": text}
        if self._reasoning:
            choice["reasoning"] = thought
        choice |= {"index": 0, "logprobs": None, "finish_reason": answered.finish_reason if answered else None}
        reply: dict[str, Any] = {**self._head, "choices": [choice]}
        if answered is not None:
            reply |= {"usage": usage_of(answered), "x_r1": told_of(answered, cache)}
        return reply


def usage_of(answered: Answered) -> dict[str, Any]:
    """The counts as both APIs name them."""
    counts = answered.usage.counts()
    thought = counts.pop("reasoning_tokens")
    return {**counts, _DETAILS: {"reasoning_tokens": thought}}


def told_of(answered: Answered, cache: CacheUse, report: ParameterReport | None = None) -> dict[str, Any]:
    """`x_r1`: what the guide's reply has no place for. `report` in place of the answer's own."""
    report = report or answered.parameters
    return {
        "served_by": answered.served_by,
        "cache": cache,
        "parameters": {
            "applied": list(report.applied),
            "ignored": list(report.ignored),
            "rejected": list(report.rejected),
            "adjusted": dict(report.adjusted),
        },
        "attempts": [{"outcome": each.outcome, "ms": _ms(each.seconds)} for each in answered.attempts],
        "timing": {
            "first_event_ms": _ms(answered.timing.first_event_s),
            "first_answer_ms": _ms(answered.timing.first_answer_s),
            "thinking_ms": _ms(answered.timing.thinking_s),
            "total_ms": _ms(answered.timing.total_s),
        },
        "redacted": dict(answered.redacted),
    }


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)


def error_event(error: ApiError) -> bytes:
    """The event that ends a stream which failed."""
    return b"event: error\n" + event(error.body())


def event(reply: dict[str, Any]) -> bytes:
    """One event of a stream."""
    return b"data: " + to_json(reply) + b"\n\n"
