"""How much of a conversation stays word for word, and when the rest becomes a summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.context import ConversationContext, Exchange
from text.tokens import token_weight


@dataclass(frozen=True, slots=True)
class MemoryOptions:
    """Until one of the thresholds is passed nothing is rewritten, so that a provider's prefix cache keeps hitting."""

    threshold_tokens: int = 2_000
    """Estimated tokens of the recent exchanges from which on the older ones are summarised."""
    threshold_exchanges: int = 8
    """The same in exchanges: short ones are of little use long after, and cost time in every prompt."""
    keep_exchanges: int = 4
    """So many of the last exchanges stay word for word, as long as they fit into `threshold_tokens`."""
    ceiling_tokens: int = 8_000
    """When summaries fail again and again, the plain summariser takes over at this size."""

    def __post_init__(self) -> None:
        if not 0 <= self.keep_exchanges < self.threshold_exchanges:
            raise ValueError(
                f"keep_exchanges {self.keep_exchanges}: 0 to {self.threshold_exchanges - 1} stay below the threshold"
            )
        if not 0 < self.threshold_tokens <= self.ceiling_tokens:
            raise ValueError(f"threshold_tokens {self.threshold_tokens}: 1 to {self.ceiling_tokens} is possible")


def tokens_of(exchanges: Sequence[Exchange]) -> float:
    """Estimated tokens that the exchanges take in a prompt."""
    return sum(token_weight(exchange.question) + token_weight(exchange.answer) for exchange in exchanges)


def exchanges_to_cover(context: ConversationContext, options: MemoryOptions) -> int:
    """How many of the oldest recent exchanges a summary should now cover; 0 while no threshold is passed."""
    recent = context.recent
    if len(recent) <= options.threshold_exchanges and tokens_of(recent) <= options.threshold_tokens:
        return 0
    keep = min(options.keep_exchanges, len(recent))
    while keep and tokens_of(recent[-keep:]) > options.threshold_tokens:
        keep -= 1
    return len(recent) - keep
