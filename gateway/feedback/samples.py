"""Corrections in the forms that fine-tune APIs take: one JSON object a line."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from gateway.feedback.correction import Texts
from gateway.feedback.form import Form
from r1.redaction.placeholders import PLACEHOLDER, kind_and_number


class Unfit(StrEnum):
    """Why a correction that is kept makes no sample."""

    WITHOUT_PROMPT = "without_prompt"
    """A model would learn an answer to nothing."""
    HIDDEN_VALUE = "hidden_value"
    """The right answer holds a value that was taken out and that the question does not: the model could only learn to
    make placeholders up."""


def unfit(texts: Texts) -> Unfit | None:
    """Why `texts` make no sample; None when they do."""
    if not texts.prompt.strip():
        return Unfit.WITHOUT_PROMPT
    return None if _placeholders(texts.corrected) <= _placeholders(texts.prompt) else Unfit.HIDDEN_VALUE


def sample(texts: Texts, form: Form) -> dict[str, Any]:
    """The object for a correction that is fit for one.

    Source of the forms: OpenAI's API reference, "Fine-tuning", training file formats, November 2026.
    """
    asked = {"role": "user", "content": texts.prompt}
    right = {"role": "assistant", "content": texts.corrected}
    if form is Form.CHAT:
        return {"messages": [asked, right]}
    wrong = {"role": "assistant", "content": texts.original}
    return {"input": {"messages": [asked]}, "preferred_output": [right], "non_preferred_output": [wrong]}


def line(texts: Texts, form: Form) -> bytes:
    """The sample as a line of JSONL, with its line end; empty for texts that are unfit. The same for the same texts."""
    if unfit(texts):
        return b""
    return f"{json.dumps(sample(texts, form), ensure_ascii=False, separators=(',', ':'))}\n".encode()


def _placeholders(text: str) -> set[tuple[str, int]]:
    return {kind_and_number(found) for found in PLACEHOLDER.finditer(text)}
