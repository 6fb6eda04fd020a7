"""What an engine is: one async generator from a prompt to pieces of thought and answer.

The gateway does for every engine what no engine should do by itself: token checks, parameter ranges, stop sequences
(matched on the answer alone, so they are no part of a request), the wire format, and usage where an engine has no
tokeniser. An engine only generates.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from r1.request import Caller, Priority
from r1.results import Attempt, Delta, ParameterReport

EngineDelta = Delta
"""The next piece. Thoughts are never sent as answer: whoever separates them, it happens inside the engine."""


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """One call, its ranges already checked. The defaults are the guide's."""

    prompt: str = field(repr=False)
    """Everything the engine may know: see `text.prompt` for how ours is laid out."""
    temperature: float = 0.7
    """0..1."""
    max_tokens: int = 2048
    """Limit for thoughts and answer together. The engine keeps to it, by its tokeniser or `text.tokens`."""
    top_p: float = 0.9
    """Above 0, at most 1."""
    reasoning_budget: int | None = None
    """Tokens of the thoughts; None: as the engine likes; 0: none. An engine without thoughts takes no notice."""
    priority: Priority = "normal"
    caller: Caller = field(default_factory=Caller)
    """On whose behalf, for an engine that passes it on."""


@dataclass(frozen=True, slots=True)
class EngineEnd:
    """How generation ended: the last item, for an engine that has something to say about it.

    An engine that ends without one has finished by itself ("stop"), and its tokens are estimated.
    """

    finish_reason: str = "stop"
    """"length" when `max_tokens` cut it, "empty_answer" when nothing but thoughts came, or a server's own word."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    """Thoughts and answer together."""
    reasoning_tokens: int | None = None
    """Of `completion_tokens`, those spent on thoughts."""
    served_by: str = ""
    """The model that answered; empty for the engine's own name."""
    attempts: tuple[Attempt, ...] = ()
    """For an engine that asks servers: each try."""
    parameters: ParameterReport | None = None
    """What became of them, where the engine knows."""
    redacted: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """How many values of each kind were kept from leaving this machine."""
    fallback: bool = False
    """The answer is a sentence of ours: the model gave none."""


class EngineError(Exception):
    """The engine cannot answer: its message says why and what to do, without the prompt. Served as 503.

    `field` names a parameter that the engine refuses; it is then served as 400. With `retry_after_s` it is a matter of
    time: served as 429.
    """

    def __init__(self, message: str, field: str | None = None, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.retry_after_s = retry_after_s


class Engine(Protocol):
    """Whatever answers prompts. One instance serves concurrent calls, which share no mutable state."""

    @property
    def name(self) -> str:
        """Said as `served_by`, for example "reader"."""
        ...

    @property
    def keeps(self) -> bool:
        """Whether its answers may be kept, and given again to the same question."""
        ...

    def generate(self, request: EngineRequest) -> AsyncIterator[EngineDelta | EngineEnd]:
        """Stream the answer to `request`: an async generator, closed early when the caller goes away.

        It must stop soon after it is closed or cancelled, and must not block the event loop for more than a few
        milliseconds at a time. Raises `EngineError` when it cannot answer.
        """
        ...
