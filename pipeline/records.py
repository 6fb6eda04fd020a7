"""What is kept of a conversation: one immutable record a turn, and the conversation around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pipeline.context import ConversationContext
from pipeline.events import Citation


class TurnState(StrEnum):
    """How a stored turn stands."""

    RUNNING = "running"
    """Under way in the process that holds the conversation."""
    DONE = "done"
    CANCELLED = "cancelled"
    """Broken off by the user; `answer` is what was heard until then."""
    FAILED = "failed"
    """A stage failed; `error` says how."""
    UNFINISHED = "unfinished"
    """The process that ran it died; what it had written by then is there."""


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """What is known of a turn once it is over."""

    state: TurnState
    answer: str = ""
    """What the user heard."""
    unheard: str = ""
    """What was generated but not heard."""
    citations: tuple[Citation, ...] = ()
    served_by: str = ""
    """The engine or model that answered."""
    finish_reason: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)
    thinking_s: float = 0.0
    ledger: Mapping[str, Any] | None = None
    """`LatencyLedger.to_json()`; None when the turn ended before it could close."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn as the store has it."""

    number: int
    """Counted from 1 within the conversation."""
    turn_id: str
    started_at: datetime
    """UTC."""
    ended_at: datetime | None
    """UTC; None while it runs, and for one that never ended."""
    question: str
    cold: bool
    """The first turn of its process: its lines hold first-time costs, and are counted apart."""
    documents: tuple[str, ...]
    """Names of the documents that were attached with it."""
    outcome: TurnOutcome
    in_use: str | None = None
    """As in `pipeline.context.Exchange`."""


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """A conversation as the store has it."""

    name: str
    created_at: datetime
    """UTC."""
    updated_at: datetime
    """UTC."""
    context: ConversationContext
    """As the next turn would see it."""
    turns: tuple[StoredTurn, ...] = ()


@dataclass(frozen=True, slots=True)
class ConversationEntry:
    """A line of the list of conversations."""

    name: str
    created_at: datetime
    """UTC."""
    updated_at: datetime
    """UTC."""
    turns: int
    documents: tuple[str, ...]
    last_question: str = ""
