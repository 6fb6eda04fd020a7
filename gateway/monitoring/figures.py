"""What the windows tell: numbers for people, the panel and the alerts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gateway.monitoring.outcome import Outcome
from gateway.monitoring.tally import MEASURES, PERCENTS, Percentiles, TokenTally


@dataclass(frozen=True, slots=True)
class Maximum:
    """The most calls a second that the gateway can take, and how that is known.

    Measured, it is the number of slots over the mean time that a call holds one: what all slots together would
    complete if none were ever idle (Little's law). Calls that the cache answers hold none, and raise it.
    """

    qps: float | None
    source: Literal["configured", "measured", "unknown"]

    def share(self, qps: float) -> float | None:
        """`qps` as a share of it."""
        return None if not self.qps else qps / self.qps


@dataclass(frozen=True, slots=True)
class ClientFigures:
    """One client in a window."""

    name: str
    calls: int
    qps: float
    refused: int
    failed: int
    tokens: int


@dataclass(frozen=True, slots=True)
class WindowFigures:
    """The calls of a window that ask the engine; errors are those of all routes."""

    minutes: int
    seconds: float
    """That it covers."""
    calls: int
    qps: float
    """Its mean."""
    qps_peak: int
    """The most that ended in one second."""
    outcomes: Mapping[Outcome, int]
    errors: Mapping[str, int]
    """By class, the most frequent first."""
    percentiles_ms: Mapping[str, Percentiles]
    measured: Mapping[str, int]
    """How many durations those rest on."""
    tokens: TokenTally
    hits: int
    misses: int
    clients: tuple[ClientFigures, ...]
    """The busiest first."""

    @property
    def failed_share(self) -> float | None:
        """Calls that failed by the gateway's or the engine's fault, of all; None without calls."""
        return self.outcomes["failed"] / self.calls if self.calls else None

    def percentile_ms(self, measure: str, percent: float) -> float | None:
        """One of the percentiles."""
        found = self.percentiles_ms[measure]
        return None if found is None else found[PERCENTS.index(percent)]

    def as_object(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "minutes": self.minutes,
            "seconds": round(self.seconds, 1),
            "calls": self.calls,
            "qps": round(self.qps, 3),
            "qps_peak": self.qps_peak,
            "outcomes": dict(self.outcomes),
            "failed_share": _rounded(self.failed_share, 5),
            "errors": dict(self.errors),
            "latency_ms": {
                measure: {"calls": self.measured[measure], **_named(self.percentiles_ms[measure])}
                for measure in MEASURES
            },
            "tokens": tokens_object(self.tokens),
            "cache": {
                "hits": self.hits,
                "misses": self.misses,
                "hit_ratio": _rounded(_ratio(self.hits, self.hits + self.misses), 4),
            },
            "clients": [
                {
                    "name": client.name,
                    "calls": client.calls,
                    "qps": round(client.qps, 3),
                    "refused": client.refused,
                    "failed": client.failed,
                    "tokens": client.tokens,
                }
                for client in self.clients
            ],
        }


@dataclass(frozen=True, slots=True)
class Point:
    """One slot of the past."""

    ago_s: float
    """Since it began."""
    seconds: float
    """How long it has run."""
    qps: float
    outcomes: Mapping[Outcome, int]
    percentiles_ms: Mapping[str, Percentiles]
    tokens: TokenTally
    in_flight: int
    """The most at once; `queued` too."""
    queued: int

    def as_object(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "ago_s": round(self.ago_s, 1),
            "seconds": round(self.seconds, 1),
            "qps": round(self.qps, 3),
            "outcomes": dict(self.outcomes),
            "latency_ms": {measure: _named(self.percentiles_ms[measure]) for measure in MEASURES},
            "tokens": tokens_object(self.tokens),
            "in_flight": self.in_flight,
            "queued": self.queued,
        }


def tokens_object(tokens: TokenTally) -> dict[str, Any]:
    """Counts, and the prompt's share of all: how the guide's token utilisation is reckoned."""
    total = tokens.prompt + tokens.completion
    return {
        "prompt": tokens.prompt,
        "reasoning": tokens.reasoning,
        "answer": max(0, tokens.completion - tokens.reasoning),
        "cached": tokens.cached,
        "total": total,
        "prompt_share": _rounded(_ratio(tokens.prompt, total), 4),
    }


def _named(percentiles: Percentiles) -> dict[str, float | None]:
    values = percentiles or (None,) * len(PERCENTS)
    return {f"p{percent:g}": _rounded(value, 3) for percent, value in zip(PERCENTS, values, strict=True)}


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
