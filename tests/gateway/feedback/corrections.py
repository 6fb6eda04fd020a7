"""What tests of the learning loop share: authors, texts, and a clock that only goes when it is told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from gateway.calls import Caller
from gateway.feedback.body import FeedbackBody
from gateway.feedback.correction import Author, Correction, Provenance, Texts

ANNA = Author("north", "key-1", "anna")
CALLER = Caller("key-1", "app", "developer", "north")

TEXT = st.one_of(
    st.text(max_size=60),
    st.text("abc ABC.,;:!?'-‐–1234567890%$€ \n总额是四百二十元，。！？「」ｶﾅかな한글é́👨‍👩‍👧️", max_size=60),
    st.sampled_from(["<EMAIL_1>", "4.20", "-5 °C", "It's U.S.A.", "１２３", "ﬁ", "ß", "İ", "ſ", "①", "", "\u200d"]),
)
"""Anything, and much of what is awkward to compare."""


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 12, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Forward, or back for less than nothing."""
        self.now += timedelta(**by)


def feedback_body(**changed: Any) -> FeedbackBody:
    """A correction that is kept, unless `changed` makes it another one."""
    usual: dict[str, Any] = {
        "answer_id": "infer-1",
        "original": "The total is $420.",
        "corrected": "The total is $470.",
        "prompt": "What is the total of the invoice?",
        "consent": True,
        "user_id": "anna",
    }
    return FeedbackBody(**(usual | changed))


def correction(number: int, author: Author = ANNA, **texts: str) -> Correction:
    """The correction of that number; no two are alike."""
    usual = {
        "original": f"Item {number} costs {number} euros.",
        "corrected": f"Item {number} costs {number + 1} euros.",
        "prompt": f"What does item {number} cost?",
    }
    made = Provenance("reader", "r1-standard", {"temperature": 0.5})
    return Correction(f"infer-{number}", author, Texts(**(usual | texts)), "en", made)
