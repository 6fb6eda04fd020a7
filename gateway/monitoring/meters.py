"""Metrics for Prometheus: counters and histograms of calls, and gauges that are read when they are asked for.

The numbers are kept here, plainly, and become metrics only when somebody scrapes: so a call costs a few microseconds.
Every label has a bounded set of values. `docs/monitoring.md` lists the metrics.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from gateway.calls import CallRecord
from gateway.monitoring.client_names import NOBODY, OTHER, ClientNames
from gateway.monitoring.outcome import ASKING_ROUTES, outcome_of

PREFIX = "r1_gateway"
QUICK_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Upper bounds of the buckets for what the gateway itself takes; both sets have the guide's 0.5 s."""
SLOW_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)
"""For what an engine or a queue takes."""
MOST_SERIES = 500
"""Of calls, by route, status and error class; there are far fewer unless something is wrong."""

_TIMES = (
    ("overhead", QUICK_S, "What the gateway itself took of an answered call: neither the queue nor the engine."),
    ("queue", SLOW_S, "What a call waited for a place in front of the engine."),
    ("first_event", SLOW_S, "From the start of an answered call to the engine's first piece, thought or answer."),
    ("first_answer", SLOW_S, "From the start of an answered call to the first piece of its answer."),
    ("call", SLOW_S, "From the first byte of an answered call to the last of its reply."),
)


class _Times:
    """One histogram of Prometheus' kind."""

    def __init__(self, bounds_s: Sequence[float]) -> None:
        self._bounds_s = bounds_s
        self._counts = [0] * (len(bounds_s) + 1)
        self._sum_s = 0.0

    def add(self, value_ms: float | None) -> None:
        if value_ms is not None:
            value_s = value_ms / 1000
            self._counts[bisect_left(self._bounds_s, value_s)] += 1
            self._sum_s += value_s

    def metric(self, name: str, says: str) -> Metric:
        below = zip([*map(str, self._bounds_s), "+Inf"], accumulate(self._counts), strict=True)
        return HistogramMetricFamily(name, says, buckets=list(below), sum_value=self._sum_s)


class Gauges(Collector):
    """Values that are what they are now, by name (without the prefix). Whoever knows them sets them."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[str, float]] = {}
        """What each says, and its value."""
        self.by_label: dict[str, tuple[str, str, Mapping[str, float]]] = {}
        """What each says, its label, and the value for each of that label's values."""

    def collect(self) -> Iterator[Metric]:
        for name, (says, value) in self.values.items():
            yield GaugeMetricFamily(f"{PREFIX}_{name}", says, value=value)
        for name, (says, label, values) in self.by_label.items():
            family = GaugeMetricFamily(f"{PREFIX}_{name}", says, labels=[label])
            for labelled, value in values.items():
                family.add_metric([labelled], value)
            yield family


class Meters(Collector):
    """A `CallSink`, and what Prometheus collects from it. For the event loop's thread alone."""

    def __init__(self, most_clients: int = 20) -> None:
        self._calls: dict[tuple[str, int, str], int] = {}
        self._times = {name: _Times(bounds_s) for name, bounds_s, _ in _TIMES}
        self._tokens = dict.fromkeys(("prompt", "reasoning", "answer", "cached"), 0)
        self._cache = dict.fromkeys(("hit", "miss"), 0)
        self._clients = ClientNames(most_clients)
        self._client_calls: dict[tuple[str, str], int] = {}
        self._client_tokens: dict[str, int] = {}
        self.gauges = Gauges()
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)
        self.registry.register(self.gauges)
        ProcessCollector(registry=self.registry)

    def note(self, record: CallRecord) -> None:
        status = record.status if 100 <= record.status < 600 else 0
        key = (record.route or NOBODY, status, record.error_class)
        if key not in self._calls and len(self._calls) >= MOST_SERIES:
            key = (OTHER, status // 100 * 100, OTHER)
        self._calls[key] = self._calls.get(key, 0) + 1
        if record.route in ASKING_ROUTES:
            self._note_asking(record)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """All metrics as text, and its media type: the form that the `Accept` header asks for."""
        encode, media_type = choose_encoder(accept)
        return encode(self.registry), media_type

    def collect(self) -> Iterator[Metric]:
        yield self._calls_metric()
        for name, _, says in _TIMES:
            yield self._times[name].metric(f"{PREFIX}_{name}_seconds", says)
        yield _counter("tokens", "Tokens of calls that an engine answered.", "kind", self._tokens)
        yield _counter("cache_lookups", "Calls that looked for their answer in the cache.", "result", self._cache)
        yield self._client_calls_metric()
        yield _counter("client_tokens", "Tokens by client, the busiest by name.", "client", self._client_tokens)

    def _note_asking(self, record: CallRecord) -> None:
        outcome, timing, times = outcome_of(record), record.timing, self._times
        times["queue"].add(timing.queued_ms)
        if outcome == "answered":
            times["overhead"].add(timing.overhead_ms)
            times["first_event"].add(timing.first_event_ms)
            times["first_answer"].add(timing.first_answer_ms)
            times["call"].add(timing.total_ms)
        spent = record.tokens
        client = self._clients.label(record.caller.name if record.caller is not None else "")
        if self._clients.left:
            self._forget()
        self._client_calls[client, outcome] = self._client_calls.get((client, outcome), 0) + 1
        if record.cache != "off":
            self._cache[record.cache] += 1
        if record.cache != "hit":
            tokens = self._tokens
            tokens["prompt"] += spent.prompt
            tokens["reasoning"] += spent.reasoning
            tokens["answer"] += max(0, spent.completion - spent.reasoning)
            tokens["cached"] += spent.cached
            used = spent.prompt + spent.completion
            self._client_tokens[client] = self._client_tokens.get(client, 0) + used

    def _forget(self) -> None:
        """Drop the series of clients that others took over from; should one come back, it begins at 0."""
        gone = set(self._clients.left)
        self._clients.left.clear()
        self._client_calls = {key: count for key, count in self._client_calls.items() if key[0] not in gone}
        self._client_tokens = {name: count for name, count in self._client_tokens.items() if name not in gone}

    def _calls_metric(self) -> Metric:
        labels = ["route", "status", "error_class"]
        family = CounterMetricFamily(f"{PREFIX}_calls", "Calls that have ended, denied ones too.", labels=labels)
        for (route, status, error_class), count in self._calls.items():
            family.add_metric([route, str(status), error_class], count)
        return family

    def _client_calls_metric(self) -> Metric:
        says = "Calls that ask the engine, by client, the busiest by name, and by how they ended."
        family = CounterMetricFamily(f"{PREFIX}_client_calls", says, labels=["client", "outcome"])
        for (client, outcome), count in self._client_calls.items():
            family.add_metric([client, outcome], count)
        return family


def _counter(name: str, says: str, label: str, counts: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(f"{PREFIX}_{name}", says, labels=[label])
    for labelled, count in counts.items():
        family.add_metric([labelled], count)
    return family
