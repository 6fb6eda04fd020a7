"""The OpenAI API's chat completions: what comes in, and what goes out, also as a stream.

Only what a caller of an R1 needs of it: other fields are accepted and have no effect, as the reply's `x_r1` says.
Thoughts go out as `reasoning_content`, as DeepSeek's own API and vLLM send them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gateway.bodies import DONE, LONGEST_NAME, event, told_of, usage_of
from gateway.calls import CacheUse
from gateway.errors import ApiError
from r1.errors import ParameterError
from r1.parameters import InferParameters, check_prompt
from r1.request import Priority
from r1.results import Completion, Delta, ParameterReport
from text.transcript import transcript

MOST_MESSAGES = 1000
DEFAULT_MAX_TOKENS = 2048
HOTTEST = 1.0
"""OpenAI's temperatures go up to 2; the guide's, and R1's, up to this."""
MOST_FIELDS, LONGEST_FIELD = 50, 64
"""How many fields without effect are named, and characters of each."""

_OPENAI, _GUIDE = ("/v1/chat/", "/v1/models"), "/v1/models/r1/"
"""Paths of OpenAI's API, and those among them that are the guide's."""
_FINISH = {"empty_answer": "stop"}
"""Our words for an end, where OpenAI's clients know others."""


class ContentPart(BaseModel):
    """A part of a message; text alone is taken."""

    model_config = ConfigDict(extra="allow")

    type: str
    text: str = ""


class Message(BaseModel):
    """One message of the conversation."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        """What it says. Raises `ApiError` (400) for a part that is no text."""
        if isinstance(self.content, str):
            return self.content
        parts = self.content or []
        if any(part.type != "text" for part in parts):
            raise ApiError(400, "invalid_parameter", "messages: only parts of type text can be answered", "messages")
        return "\n".join(part.text for part in parts)


class StreamOptions(BaseModel):
    """What a stream carries besides."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool = False


class ChatBody(BaseModel):
    """A request for a chat completion."""

    model_config = ConfigDict(extra="allow")  # to say which of them had no effect

    messages: list[Message] = Field(
        min_length=1, max_length=MOST_MESSAGES, description="The conversation; the last message is the user's."
    )
    model: str = Field("r1", description="There is one: any name is taken, and x_r1.served_by says who answered.")
    temperature: float | None = Field(None, description="Randomness; above 1 it counts as 1, as x_r1 then says.")
    top_p: float | None = Field(None, description="Nucleus sampling threshold, above 0, at most 1.")
    max_tokens: int | None = Field(None, description="Limit for thoughts and answer together (2048).")
    max_completion_tokens: int | None = Field(None, description="The same by its newer name, which goes before.")
    stop: str | list[str] | None = Field(None, description="The answer ends before the first of these.")
    stream: bool = Field(False, description="Answer as server-sent events; thoughts come as reasoning_content.")
    stream_options: StreamOptions | None = Field(None, description="include_usage: one more event, with the counts.")
    n: int = Field(1, description="1: one answer is given to each request.")
    user: str = Field("", max_length=LONGEST_NAME, description="Whom it is for: a name of yours, no address.")
    reasoning_budget: int | None = Field(None, description="Tokens that thoughts may take; 0: answer at once.")
    priority: Priority = Field(
        "normal", description="high for somebody who waits and listens, low for a batch. An addition of ours."
    )
    session_id: str = Field(
        "", max_length=LONGEST_NAME, description="The conversation that it belongs to. An addition of ours."
    )

    def report(self, report: ParameterReport) -> ParameterReport:
        """`report` of an engine, with what was left out or changed before it came there."""
        sent = {name: value for name, value in (self.model_extra or {}).items() if value is not None}
        unknown = [name[:LONGEST_FIELD] for name in list(sent)[:MOST_FIELDS]]
        if self.temperature is None or self.temperature <= HOTTEST:
            adjusted = report.adjusted
        else:
            adjusted = {"temperature": f"{self.temperature:g} to {HOTTEST:g}"} | dict(report.adjusted)
        if not unknown and adjusted is report.adjusted:
            return report
        ignored = (*report.ignored, *(name for name in unknown if name not in report.ignored))
        return replace(report, ignored=ignored, adjusted=adjusted)

    def prompt(self) -> str:
        """The conversation as one prompt. Raises `ApiError` (400)."""
        if not self.user.isprintable() or not self.session_id.isprintable():
            name = "session_id" if self.user.isprintable() else "user"
            raise ApiError(400, "invalid_parameter", f"{name}: has characters that cannot be printed", name)
        if self.n != 1:
            raise ApiError(400, "invalid_parameter", "n: one answer is given to each request", "n")
        turns = [(message.role, message.text) for message in self.messages if message.text.strip()]
        if not turns or turns[-1][0] in ("assistant", "system", "developer"):
            raise ApiError(
                400, "invalid_parameter", "messages: the last one must be the user's, and not empty", "messages"
            )
        prompt = transcript(turns)
        try:
            check_prompt(prompt)
        except ParameterError as error:
            raise ApiError(400, "invalid_parameter", f"messages: {error}", "messages") from None
        return prompt

    def parameters(self) -> InferParameters:
        """The checked parameters. Raises `ApiError` (400) with the field named as it was sent."""
        stops = (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())
        most = self.max_completion_tokens if self.max_completion_tokens is not None else self.max_tokens
        try:
            return InferParameters(
                0.7 if self.temperature is None else min(self.temperature, HOTTEST),
                DEFAULT_MAX_TOKENS if most is None else most,
                0.9 if self.top_p is None else self.top_p,
                stops,
                self.reasoning_budget,
            )
        except ParameterError as error:
            field = "stop" if error.field == "stop_sequences" else error.field
            if field == "max_tokens" and self.max_completion_tokens is not None:
                field = "max_completion_tokens"
            raise ApiError(400, "invalid_parameter", str(error), field) from None


class ChatForm:
    """Writes the pieces of one chat completion."""

    def __init__(
        self, identity: str, created: int, body: ChatBody, cache_use: Callable[[Completion], CacheUse]
    ) -> None:
        self._body = body
        self._head = {"id": identity, "created": created, "model": body.model}
        self._wants_usage = body.stream_options is not None and body.stream_options.include_usage
        self._begun = False
        self._cache_use = cache_use

    def whole(self, completion: Completion) -> dict[str, Any]:
        """The reply to a request that does not stream."""
        message: dict[str, Any] = {"role": "assistant", "content": completion.answer}
        if completion.thoughts:
            message["reasoning_content"] = completion.thoughts
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(completion)}
        return {
            **self._head,
            "object": "chat.completion",
            "choices": [choice],
            "usage": usage_of(completion),
            "x_r1": self._told(completion),
        }

    def delta(self, delta: Delta) -> bytes:
        """One chunk."""
        said = {"content" if delta.kind == "answer" else "reasoning_content": delta.text}
        role = {} if self._begun else {"role": "assistant"}
        self._begun = True
        return event(self._chunk([self._choice({**role, **said})]))

    def end(self, completion: Completion) -> bytes:
        """How it ended, its usage where that was asked for, and the end mark."""
        last = self._chunk([self._choice({}, _finish(completion))])
        events = [event(last | {"x_r1": self._told(completion)})]
        if self._wants_usage:
            events.append(event(self._chunk([]) | {"usage": usage_of(completion)}))
        return b"".join([*events, DONE])

    def error(self, error: ApiError) -> bytes:
        """As OpenAI's servers send one in a stream."""
        return event(openai_error(error))

    def _told(self, completion: Completion) -> dict[str, Any]:
        return told_of(completion, self._cache_use(completion), self._body.report(completion.parameters))

    def _choice(self, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}

    def _chunk(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {**self._head, "object": "chat.completion.chunk", "choices": choices}


def speaks_openai(path: str) -> bool:
    """Whether callers of `path` read errors as OpenAI's servers write them."""
    return path.startswith(_OPENAI) and not path.startswith(_GUIDE)


def openai_error(error: ApiError) -> dict[str, Any]:
    """An error in the shape that OpenAI's clients read."""
    kind = "invalid_request_error" if error.status < 500 else "server_error"
    return {"error": {"message": str(error), "type": kind, "param": error.field, "code": error.kind}}


def model_list(name: str, created: int) -> dict[str, Any]:
    """What `GET /v1/models` says: the one model there is, by the name that it is asked for."""
    return {"object": "list", "data": [the_model(name, created)]}


def the_model(name: str, created: int) -> dict[str, Any]:
    """What `GET /v1/models/r1` says."""
    return {"id": "r1", "object": "model", "created": created, "owned_by": name}


def _finish(completion: Completion) -> str:
    return _FINISH.get(completion.finish_reason, completion.finish_reason)
