"""What `POST /v1/feedback` takes, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from gateway.feedback.correction import Scalar
from gateway.feedback.reasons import SAID, Reason

LONGEST_TEXT = 200_000
"""Characters that are looked at at all; what is kept is less (`FilterOptions.longest_characters`)."""
LONGEST_NAME = 200
MOST_PARAMETERS = 32

Name = Annotated[str, StringConstraints(max_length=LONGEST_NAME)]


class FeedbackBody(BaseModel):
    """A correction. Both texts come from the caller, since the gateway keeps no content of its own accord."""

    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)

    answer_id: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)] = Field(
        description="The `id` of the reply that is corrected."
    )
    original: Annotated[str, StringConstraints(max_length=LONGEST_TEXT)] = Field(description="The answer as it was.")
    corrected: Annotated[str, StringConstraints(max_length=LONGEST_TEXT)] = Field(description="As it should be.")
    consent: bool = Field(
        default=False, description="The author agrees that this is kept, redacted, to improve a model."
    )
    prompt: Annotated[str, StringConstraints(max_length=LONGEST_TEXT)] = Field(
        default="", description="What was asked."
    )
    user_id: Name = Field(default="", description="Who corrects, by your own name for them; erasure goes by it.")
    language: Name = Field(default="", description="Such as en or zh; without it, it is told from the text.")
    served_by: Name = Field(default="", description="From the reply's x_r1.")
    model: Name = Field(default="", description="That answered.")
    parameters: Annotated[dict[Name, Scalar], Field(max_length=MOST_PARAMETERS)] = Field(
        default_factory=dict, description="Numbers and switches that the answer was made with."
    )

    @field_validator("answer_id", "user_id", "language", "served_by", "model")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("must hold printable characters only")
        return value

    @field_validator("original", "corrected", "prompt")
    @classmethod
    def _is_text(cls, value: str) -> str:
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError("must be text: half of a surrogate pair is none") from None
        return value

    @field_validator("parameters")
    @classmethod
    def _are_numbers(cls, value: dict[str, Scalar]) -> dict[str, Scalar]:
        for name, number in value.items():
            if not name.isprintable() or not abs(number) < 1e15:  # not a number and infinity fail this too
                raise ValueError("must be names with finite numbers below 1e15")
        return value


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a correction."""

    kept: bool
    correction_id: str = ""
    """By which it is known here; empty when it was not kept."""
    reason: Reason | None = None
    """Why it was not kept."""
    redacted: Mapping[str, int] = field(default_factory=dict)
    """Values that were taken out of the texts, counted by kind."""

    @property
    def message(self) -> str:
        """For a person."""
        return "kept" if self.reason is None else SAID[self.reason]

    def body(self) -> dict[str, Any]:
        """The JSON that is sent, with status 200 whether it was kept or not."""
        return {
            "object": "feedback",
            "kept": self.kept,
            "id": self.correction_id or None,
            "reason": None if self.reason is None else str(self.reason),
            "message": self.message,
            "redacted": dict(self.redacted),
        }
