"""What is asked: once by the caller (`CallOptions`), and once for each try at an upstream (`Request`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from r1.parameters import InferParameters

Priority = Literal["high", "normal", "low"]
"""A user who waits for the answer now; a request; a batch."""


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf a call is made. An answer kept for one is given to nobody else; a gateway is told the ids."""

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
    """The same for every try of one call, so that a gateway runs it once. Empty: one is made."""
    patience_s: float | None = None
    """After so many seconds without a first event the next upstream is asked, where there is one."""
    use_cache: bool = True


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
