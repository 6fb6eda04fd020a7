"""What a call gives: pieces while it streams, and one `Completion` at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from r1.profiles import Profile

Kind = Literal["thought", "answer"]


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of the stream."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    """Thoughts and answer together."""
    total_tokens: int = 0
    reasoning_tokens: int = 0
    """Of `completion_tokens`, those spent on thoughts."""
    estimated: bool = False
    """True when the server reported none and they were estimated from the text."""

    def __add__(self, other: Usage) -> Usage:
        """Of two replies to one call; an estimate as soon as one of them is."""
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.total_tokens + other.total_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
            self.estimated or other.estimated,
        )

    def counts(self) -> dict[str, int]:
        """The four counts by the names the API gives them."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.total_tokens,
            "reasoning_tokens": self.reasoning_tokens,
        }


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at the upstream, as the retry loop saw it."""

    upstream: str
    """The address it went to."""
    outcome: str
    """"answered", "no answer", "thinking too long", "cut by length", "closed" when the caller left, "spared" when
    nothing was asked because it had failed too often, or the name of the error.
    """
    seconds: float
    usage: Usage | None = None
    """What it used: the server's counts if it gave them, else an estimate; an estimate too when it was broken off. None
    when nothing of a reply had come.
    """


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, all from the start of the call unless said otherwise; None for what did not happen."""

    queued_s: float | None = None
    """How long the gateway says the request waited for its turn."""
    first_event_s: float | None = None
    """To the first piece of any kind (TTFT)."""
    first_answer_s: float | None = None
    """To the first piece of the answer (TTFA)."""
    thinking_s: float = 0.0
    """From the first thought to the first piece of the answer, or to the end."""
    total_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ParameterReport:
    """What became of the parameters that were asked for, by name."""

    applied: tuple[str, ...] = ()
    """Sent as asked, and the upstream is known to heed them."""
    ignored: tuple[str, ...] = ()
    """Accepted by the upstream without effect, or left out because it has none there."""
    rejected: tuple[str, ...] = ()
    """Refused by the upstream and left out of a second try."""
    adjusted: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Changed on the way; what from and to what, such as "4096 to 2048"."""


@dataclass(frozen=True, slots=True)
class Completion:
    """The whole of one call. The answer is exactly what the answer deltas add up to."""

    answer: str
    """Without thoughts and stop sequences. When `fallback` is true, a sentence of ours that says what happened."""
    thoughts: str = field(repr=False)
    finish_reason: str
    """"stop", "length", or "empty_answer" when the model ended without saying anything outside its thoughts."""
    usage: Usage
    """Of the replies that it is made of; see `spent` for all."""
    served_by: str
    """The engine or model that answered, as the server says."""
    attempts: tuple[Attempt, ...]
    timing: Timing
    fallback: bool = False
    """True when the model gave no answer, so that `answer` is not its own."""
    parameters: ParameterReport = field(default_factory=ParameterReport)
    redacted: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """How many values of each kind were kept from leaving; the answer holds them again."""

    @property
    def spent(self) -> Usage:
        """The tokens of all tries, failed ones included; none for an answer from the cache, or from a call joined."""
        return sum((attempt.usage for attempt in self.attempts if attempt.usage is not None), start=Usage())

    @property
    def thinking_rate(self) -> float | None:
        """Tokens of thought a second; None without thoughts, or where they came all at once."""
        tokens, seconds = self.usage.reasoning_tokens, self.timing.thinking_s
        return round(tokens / seconds, 1) if tokens and seconds > 0 else None


@dataclass(frozen=True, slots=True)
class Status:
    """What the server says of itself."""

    ready: bool
    engine: str = ""
    """The engine or models behind it."""
    queued: int | None = None
    """Requests that wait there now; None when it does not say."""
    profile: Profile | None = None
    """The kind of server, where its list of models tells."""
