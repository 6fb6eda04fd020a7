"""What is asked: once by the caller (`CallOptions`), and once for each try at an upstream (`Request`)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from r1.errors import ParameterError
from r1.parameters import InferParameters
from r1.thinking_budget import ThinkingBudget

if TYPE_CHECKING:
    from r1.results import Attempt

Priority = Literal["high", "normal", "low"]
"""A user who waits for the answer now; a request; a batch."""


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf a call is made. An answer kept for one is given to nobody else.

    User and session are sent as they are to a server that speaks the guide's API, and to no other: its cache, its log
    and its erasure go by them. So give identifiers there, not names or addresses. The tenant stays here.
    """

    tenant: str = ""
    user_id: str = ""
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class CallOptions:
    """How one call is made, beside what is asked of the model."""

    priority: Priority = "normal"
    """high: somebody is waiting and listening; low: a batch."""
    caller: Caller = field(default_factory=Caller)
    idempotency_key: str = ""
    """The same for every try of one request, so that a gateway runs it once. Empty: one is made."""
    patience_s: float | None = None
    """After so many seconds without a first event the next upstream is asked, where there is one."""
    use_cache: bool = True
    thinking: ThinkingBudget | None = None
    """Instead of the client's, for this call."""
    on_attempt: Callable[[Attempt], object] | None = field(default=None, compare=False)
    """Is told of each try as it ends, with the tokens that it used: also of one that failed, or that the caller closed
    before its end, which no completion tells. Of a call that others joined, whoever began it is told, even after having
    left. It must not raise.
    """

    def __post_init__(self) -> None:
        if self.priority not in get_args(Priority):
            raise ParameterError("priority", f"must be one of {', '.join(get_args(Priority))}, not {self.priority!r}")
        if self.patience_s is not None and not 0 < self.patience_s < math.inf:
            raise ParameterError("patience_s", f"must be above 0 seconds, not {self.patience_s!r}")
        key = self.idempotency_key
        if not (key.isascii() and (key.isprintable() or not key)):
            raise ParameterError("idempotency_key", "must be of ASCII characters without line breaks, as a header is")
        for name in Caller.__slots__:
            if not _is_text(getattr(self.caller, name)):
                raise ParameterError(name, "holds half a character: it was not decoded as UTF-8")


def _is_text(text: str) -> bool:
    return text.isascii() or text == text.encode(errors="replace").decode()


@dataclass(frozen=True, slots=True)
class Request:
    """One try."""

    prompt: str = field(repr=False)
    model: str
    parameters: InferParameters
    options: CallOptions = field(default_factory=CallOptions)
    thinks: bool = True
    """Whether the model is believed to think; an unknown one is."""
    closed: bool = False
    """Thinking is to be skipped: it was tried, and gave no answer."""
    said: str = field(default="", repr=False)
    """The answer so far, which the model is to go on with: it was cut by its length."""
    left_out: frozenset[str] = frozenset()
    """Fields of the body that this server refuses."""
    idempotency_key: str = ""
    """As it is sent: the call's, with a number once what is asked has changed."""
