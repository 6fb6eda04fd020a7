"""What was counted in one stretch of time; two of them add up to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.calls import CallRecord
from gateway.monitoring.client_names import NOBODY, OTHER
from gateway.monitoring.histogram import LogHistogram, bucket_of
from gateway.monitoring.outcome import ASKING_ROUTES, OUTCOMES, Outcome, outcome_of

MEASURES = ("overhead", "queue", "first_event", "first_answer", "call")
"""Durations that are kept, of calls that were answered; the queue's of all that got a place."""
PERCENTS = (50.0, 95.0, 99.0)
MOST_CLIENTS = 200
"""Counted by name in one stretch; those who come after them count as `(other)`."""
MOST_ERROR_CLASSES = 50

Percentiles = tuple[float, ...] | None


@dataclass(slots=True)
class ClientTally:
    """Calls that ask, of one client."""

    calls: int = 0
    refused: int = 0
    failed: int = 0
    tokens: int = 0
    """Prompt and completion."""

    def merge(self, other: ClientTally) -> None:
        """Count all that `other` counted."""
        self.calls += other.calls
        self.refused += other.refused
        self.failed += other.failed
        self.tokens += other.tokens


@dataclass(slots=True)
class TokenTally:
    """As in `usage`."""

    prompt: int = 0
    completion: int = 0
    """Thoughts and answer."""
    reasoning: int = 0
    cached: int = 0
    """Of `prompt`, what the engine had in its own cache."""

    def merge(self, other: TokenTally) -> None:
        """Count all that `other` counted."""
        self.prompt += other.prompt
        self.completion += other.completion
        self.reasoning += other.reasoning
        self.cached += other.cached


class Measured:
    """What a tally takes of a record, worked out once for all tallies that count it."""

    __slots__ = ("asks", "buckets", "client", "engine_ms", "outcome", "record")

    def __init__(self, record: CallRecord) -> None:
        timing = record.timing
        self.record = record
        self.asks = record.route in ASKING_ROUTES
        self.outcome: Outcome = outcome_of(record)
        self.client = record.caller.name if record.caller is not None else NOBODY
        self.engine_ms = timing.engine_ms or 0.0
        answered = self.asks and self.outcome == "answered"
        queued_ms = timing.queued_ms if self.asks else None
        times = (
            (timing.overhead_ms, queued_ms, timing.first_event_ms, timing.first_answer_ms, timing.total_ms)
            if answered
            else (None, queued_ms, None, None, None)
        )
        self.buckets = tuple(None if value is None else bucket_of(value) for value in times)


class Tally:
    """Counts of calls; empty at first."""

    def __init__(self) -> None:
        self.calls = 0
        """That ask the engine, however they ended."""
        self.outcomes: dict[Outcome, int] = dict.fromkeys(OUTCOMES, 0)
        self.errors: dict[str, int] = {}
        """By class, of all routes but those of watchers."""
        self.tokens = TokenTally()
        self.hits = self.misses = 0
        self.engine_ms = 0.0
        """Time that calls were with the engine, together."""
        self.clients: dict[str, ClientTally] = {}
        self.in_flight = self.queued = 0
        """The most at once."""
        self._histograms = tuple(LogHistogram() for _ in MEASURES)

    @property
    def anything(self) -> bool:
        """Whether it holds anything."""
        return bool(self.calls or self.errors or self.in_flight or self.queued)

    def count(self, call: Measured) -> None:
        """Count one more call."""
        record = call.record
        if call.outcome != "answered":
            name = record.error_class or f"status_{record.status}"
            if name not in self.errors and len(self.errors) >= MOST_ERROR_CLASSES:
                name = OTHER
            self.errors[name] = self.errors.get(name, 0) + 1
        if not call.asks:
            return
        self.calls += 1
        self.outcomes[call.outcome] += 1
        self.engine_ms += call.engine_ms
        for histogram, bucket in zip(self._histograms, call.buckets, strict=True):
            if bucket is not None:
                histogram.add(bucket)
        self._count_tokens(record)
        client = self._client(call.client)
        client.calls += 1
        client.refused += call.outcome == "refused"
        client.failed += call.outcome == "failed"
        client.tokens += record.tokens.prompt + record.tokens.completion

    def merge(self, other: Tally) -> None:
        """Count all that `other` counted."""
        self.calls += other.calls
        for outcome, count in other.outcomes.items():
            self.outcomes[outcome] += count
        for name, count in other.errors.items():
            self.errors[name] = self.errors.get(name, 0) + count
        self.tokens.merge(other.tokens)
        self.hits += other.hits
        self.misses += other.misses
        self.engine_ms += other.engine_ms
        for name, tally in other.clients.items():
            self._client(name).merge(tally)
        self.saw(other.in_flight, other.queued)
        for mine, theirs in zip(self._histograms, other._histograms, strict=True):
            mine.merge(theirs)

    def saw(self, in_flight: int, queued: int) -> None:
        """So many calls were with the engine, or waited, at a moment."""
        self.in_flight = max(self.in_flight, in_flight)
        self.queued = max(self.queued, queued)

    def percentiles(self) -> Mapping[str, Percentiles]:
        """Milliseconds at `PERCENTS`, by measure."""
        found = (histogram.percentiles(PERCENTS) for histogram in self._histograms)
        return dict(zip(MEASURES, found, strict=True))

    def measured(self, measure: str) -> int:
        """How many durations the percentiles of `measure` rest on."""
        return self._histograms[MEASURES.index(measure)].count

    def _count_tokens(self, record: CallRecord) -> None:
        spent, tokens = record.tokens, self.tokens
        if record.cache == "hit":
            self.hits += 1
            return  # The engine spent none.
        self.misses += record.cache == "miss"
        tokens.prompt += spent.prompt
        tokens.completion += spent.completion
        tokens.reasoning += spent.reasoning
        tokens.cached += spent.cached

    def _client(self, name: str) -> ClientTally:
        tally = self.clients.get(name)
        if tally is None:
            if len(self.clients) >= MOST_CLIENTS:
                name = OTHER
            tally = self.clients.setdefault(name, ClientTally())
        return tally
