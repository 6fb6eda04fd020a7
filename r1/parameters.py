"""What an infer request may say: the guide's matrix (part 2.1), each range checked before anything is sent."""

from __future__ import annotations

import math
from dataclasses import dataclass

from r1.errors import ParameterError

TEMPERATURE_RANGE = (0.0, 1.0)
MAX_TOKENS_RANGE = (1, 131_072)
"""The guide names no upper bound; this is the largest context that public R1 deployments offer."""
REASONING_BUDGET_RANGE = (0, 131_072)
DEFAULT_REASONING_BUDGET = 8192
"""Tokens that thoughts may take where nothing else is asked. Current servers count them in `max_tokens`, so that the
guide's 2048 alone gives empty answers; public R1 transcripts seldom think longer than this."""
MAX_STOP_SEQUENCES = 16
MAX_STOP_LENGTH = 256
"""Characters of one stop sequence. Neither bound is the guide's; they keep a request's cost bounded."""


@dataclass(frozen=True, slots=True)
class InferParameters:
    """The parameters beside the prompt, with the guide's defaults. Raises `ParameterError`, naming the field."""

    temperature: float = 0.7
    """0..1. Open-weight R1 wants 0.5-0.7; above, it can repeat itself endlessly."""
    max_tokens: int = 2048
    """Tokens of the answer. Servers count thoughts too: what is sent is this plus the reasoning budget."""
    top_p: float = 0.9
    """Above 0, at most 1."""
    stop_sequences: tuple[str, ...] = ()
    """The answer ends before the first of these. Matched here, on the answer alone, and never sent on."""
    reasoning_budget: int | None = None
    """Tokens of the thoughts. None: what the server does by itself; 0: answer without thinking."""

    def __post_init__(self) -> None:
        _check_number("temperature", self.temperature, *TEMPERATURE_RANGE)
        _check_number("top_p", self.top_p, 0.0, 1.0)
        if self.top_p == 0:
            raise ParameterError("top_p", "must be above 0; use temperature=0 for the most likely answer")
        _check_tokens("max_tokens", self.max_tokens, *MAX_TOKENS_RANGE)
        if self.reasoning_budget is not None:
            _check_tokens("reasoning_budget", self.reasoning_budget, *REASONING_BUDGET_RANGE)
        _check_stop_sequences(self.stop_sequences)


def check_prompt(prompt: object) -> None:
    """Raise `ParameterError` unless `prompt` is a text with something in it."""
    if not isinstance(prompt, str) or not prompt.strip():
        raise ParameterError("prompt", "must be a text that is not empty")
    try:
        prompt.encode()
    except UnicodeEncodeError as error:
        raise ParameterError("prompt", "holds half a character: it was not decoded as UTF-8") from error


def _check_tokens(name: str, number: object, low: int, high: int) -> None:
    if not isinstance(number, int) or isinstance(number, bool) or not low <= number <= high:
        raise ParameterError(name, f"must be a whole number from {low} to {high}, not {number!r}")


def _check_number(name: str, number: object, low: float, high: float) -> None:
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        raise ParameterError(name, f"must be a number from {low} to {high}, not {number!r}")
    if not low <= number <= high:
        raise ParameterError(name, f"must lie between {low} and {high}, not {number!r}")


def _check_stop_sequences(stops: object) -> None:
    if not isinstance(stops, tuple) or not all(isinstance(stop, str) and stop for stop in stops):
        raise ParameterError("stop_sequences", "must be texts that are not empty")
    if len(stops) > MAX_STOP_SEQUENCES or any(len(stop) > MAX_STOP_LENGTH for stop in stops):
        limit = f"at most {MAX_STOP_SEQUENCES} texts of at most {MAX_STOP_LENGTH} characters"
        raise ParameterError("stop_sequences", f"must be {limit}")
