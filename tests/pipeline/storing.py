"""What tests of the store write."""

from __future__ import annotations

from pipeline.events import Citation, Line, Page, Word
from pipeline.open_conversation import OpenConversation
from pipeline.records import TurnOutcome, TurnState

PAGE = Page("发票.png", 1, 2, (Line(1, "总额", (Word("总额", 1, 2, 3, 4, 0.5),)), Line(3, "420")), 800, 600)
DONE = TurnOutcome(
    TurnState.DONE, "The total is $420.", "", (Citation("发票.png", 1, 3, "420"),), "reader", "stop",
    {"prompt_tokens": 5}, 0.25, {"outcome": "answered", "total_ms": 12.5},
)  # fmt: skip


def say(conversation: OpenConversation, question: str, outcome: TurnOutcome = DONE) -> int:
    """A whole turn; returns its number."""
    number = conversation.begin("id", question, cold=False)
    conversation.end(number, outcome)
    return number
