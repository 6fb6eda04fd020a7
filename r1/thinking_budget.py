"""How long a model may think, and what happens when it thinks longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from r1.errors import SettingsError
from text.tokens import token_weight

Exit = Literal["close", "switch", "wait"]
"""close: the thought is broken off and the question asked again with thinking closed. switch: it is asked again under
the preset `realtime`, which thinks briefly. wait: the budget is only told to the server."""


@dataclass(frozen=True, slots=True)
class ThinkingBudget:
    """Limits of one call's thinking; without any, the timers of `Timeouts` alone end it."""

    seconds: float | None = None
    """From the first thought on."""
    tokens: int | None = None
    """Estimated from the text; servers that take a limit are sent `InferParameters.reasoning_budget` as well."""
    then: Exit = "close"

    def __post_init__(self) -> None:
        if self.then not in get_args(Exit):
            raise SettingsError(f"thinking budget: {self.then!r} is unknown: use one of {', '.join(get_args(Exit))}")
        for name in ("seconds", "tokens"):
            limit = getattr(self, name)
            if limit is not None and not limit > 0:
                raise SettingsError(f"thinking budget: {name} must be above 0, not {limit!r}")


class ThinkingSpentError(Exception):
    """The budget is spent while the model still thinks. Never leaves the package: the call goes on without thinking."""


class ThinkingMeter:
    """Watches one reply's thoughts against a budget."""

    def __init__(self, budget: ThinkingBudget) -> None:
        heeded = budget.then != "wait"
        self.seconds = budget.seconds if heeded else None
        """How long thinking may take; None without such a limit."""
        self._most = budget.tokens if heeded else None
        self._tokens = 0.0

    def exceeded_by(self, text: str) -> bool:
        """Whether thinking is to be broken off after this piece of it."""
        if self._most is None:
            return False
        self._tokens += token_weight(text)
        return self._tokens > self._most
