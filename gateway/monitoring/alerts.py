"""Alerts: readings that have been too high for long enough, until they have been low enough for long enough.

Pure: whoever watches hands over readings and the time, and is told what changed. Between the two thresholds nothing
changes, so that a reading that trembles about one of them raises no storm.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Literal

from gateway.errors import GatewayError

Unit = Literal["share", "ms", "down"]
Severity = Literal["warning", "critical"]


@dataclass(frozen=True, slots=True)
class AlertLimits:
    """When to raise an alert. Raises `GatewayError` for a limit that is none."""

    load_share: float = 0.8
    """Calls a second, as a share of the maximum (the guide, part 4.3)."""
    overhead_p99_ms: float = 500.0
    """The guide's limit for the 99th percentile. It asks it of the whole answer, which no reasoning model can keep."""
    first_event_p99_ms: float = 500.0
    failed_share: float = 0.05
    """Calls that failed by the gateway's or the engine's fault, of all that ask."""
    queue_p95_ms: float = 2000.0
    least_calls: int = 20
    """In the last minute, for percentiles and shares to mean something."""
    raise_after_s: float = 10.0
    """A reading must stay too high for so long."""
    end_after_s: float = 30.0
    """And low enough for so long."""
    ends_below: float = 0.8
    """Low enough is below this share of the limit."""

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
                raise GatewayError(f"the alert limit {each.name} must be a number, 0 or more, not {value!r}")
        if not 0 < self.ends_below <= 1:
            raise GatewayError(f"the alert limit ends_below must be above 0 and at most 1, not {self.ends_below!r}")


@dataclass(frozen=True, slots=True)
class Rule:
    """What raises one alert, and what ends it."""

    name: str
    raise_at: float
    end_below: float
    unit: Unit
    severity: Severity
    says: str
    """What is wrong, for a person."""
    remedy: str
    """What that person can do."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A value now; None where there is none, which counts as low."""

    value: float | None
    detail: str = ""
    """Why, where that is known; stays in the log and on the panel."""


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert at the moment of a change."""

    rule: Rule
    state: Literal["raised", "ended"]
    value: float | None
    """The reading then."""
    detail: str
    since_s: float
    """When it was raised, by the clock of whoever watches."""
    at_s: float
    """When it came to this state."""


@dataclass(slots=True)
class _Standing:
    """How one rule stands."""

    turning_since_s: float | None = None
    """Since when the reading speaks for a change."""
    raised: Alert | None = None


class Alerts:
    """How all rules stand. `rules` have names of their own."""

    def __init__(self, rules: Iterable[Rule], raise_after_s: float, end_after_s: float) -> None:
        self.rules = {rule.name: rule for rule in rules}
        self._raise_after_s = raise_after_s
        self._end_after_s = end_after_s
        self._standing = {name: _Standing() for name in self.rules}

    @property
    def active(self) -> tuple[Alert, ...]:
        """Those that are raised, the longest first."""
        raised = [standing.raised for standing in self._standing.values() if standing.raised is not None]
        return tuple(sorted(raised, key=lambda alert: alert.since_s))

    def check(self, readings: Mapping[str, Reading], now_s: float) -> list[Alert]:
        """What changes with these readings, by name of the rule; a rule without one reads None."""
        changes = []
        for name, rule in self.rules.items():
            change = self._changed(rule, readings.get(name, Reading(None)), now_s)
            if change is not None:
                changes.append(change)
        return changes

    def _changed(self, rule: Rule, reading: Reading, now_s: float) -> Alert | None:
        standing, value = self._standing[rule.name], reading.value
        if standing.raised is None:
            turns, after_s = value is not None and value >= rule.raise_at, self._raise_after_s
        else:
            turns, after_s = value is None or value < rule.end_below, self._end_after_s
        if not turns:
            standing.turning_since_s = None
            return None
        if standing.turning_since_s is None:
            standing.turning_since_s = now_s
        if now_s - standing.turning_since_s < after_s:
            return None
        standing.turning_since_s = None
        if standing.raised is None:
            standing.raised = Alert(rule, "raised", value, reading.detail, now_s, now_s)
            return standing.raised
        since_s, standing.raised = standing.raised.since_s, None
        return Alert(rule, "ended", value, reading.detail, since_s, now_s)


def gateway_rules(limits: AlertLimits, dependencies: Iterable[str]) -> list[Rule]:
    """The rules of a gateway: load, times, failures, queue, and one for each thing that it depends on."""

    def high(name: str, limit: float, unit: Unit, says: str, remedy: str) -> Rule:
        return Rule(name, limit, limit * limits.ends_below, unit, "warning", says, remedy)

    return [
        high(
            "load",
            limits.load_share,
            "share",
            "calls come close to the most that the gateway can take",
            "add an engine or a gateway, or lower the clients' limits",
        ),
        high(
            "overhead",
            limits.overhead_p99_ms,
            "ms",
            "the gateway itself is slow (p99 of the last minute)",
            "see its processor, its database and its cache",
        ),
        high(
            "first_event",
            limits.first_event_p99_ms,
            "ms",
            "the engine is slow to begin (p99 of the last minute)",
            "see the engine's load, shorten prompts, or raise the limit if this model is slower",
        ),
        high(
            "failures",
            limits.failed_share,
            "share",
            "many calls fail, by no fault of their callers",
            "see the errors by class, and the gateway's log",
        ),
        high(
            "queue",
            limits.queue_p95_ms,
            "ms",
            "calls wait long for the engine (p95 of the last minute)",
            "add an engine, or more slots if it has room",
        ),
        *(_down(name) for name in dependencies),
    ]


_THINGS = {"audit": "audit log", "cache": "result cache"}


def thing_called(name: str) -> str:
    """What people call a dependency whose name is shorter."""
    return _THINGS.get(name, name)


def _down(name: str) -> Rule:
    thing = thing_called(name)
    return Rule(
        f"{name}_down",
        1.0,
        1.0,
        "down",
        "critical",
        f"the {thing} does not work",
        f"see that the {thing} runs and can be reached; the gateway goes on without it as well as it can",
    )
