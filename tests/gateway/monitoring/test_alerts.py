from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import GatewayError
from gateway.monitoring.alerts import Alert, AlertLimits, Alerts, Reading, Rule, gateway_rules

RULE = Rule("load", 0.8, 0.64, "share", "warning", "too many calls", "add an engine")


def alerts(rules: tuple[Rule, ...] = (RULE,)) -> Alerts:
    return Alerts(rules, raise_after_s=10, end_after_s=30)


def states(values: Sequence[float | None], step_s: float = 5) -> list[tuple[float, str]]:
    """When each change came, of one rule read every `step_s` seconds."""
    made = alerts()
    return [
        (number * step_s, change.state)
        for number, value in enumerate(values)
        for change in made.check({"load": Reading(value)}, number * step_s)
    ]


def test_a_reading_must_stay_too_high() -> None:
    """Ten seconds at the limit raise the alert, once."""
    assert states([0.8] * 20) == [(10, "raised")]


def test_a_short_peak_raises_nothing() -> None:
    """One low reading, or none at all, and the time begins anew."""
    assert states([0.9, 0.9, 0.7, 0.9, 0.9, None, 0.9, 0.9]) == []


def test_it_ends_when_the_reading_has_been_low_for_long_enough() -> None:
    """Below the lower threshold for thirty seconds; no reading is low."""
    assert states([1.0] * 3 + [0.6] * 3 + [None] * 5) == [(10, "raised"), (45, "ended")]


def test_between_the_thresholds_nothing_changes() -> None:
    """A reading that trembles about the limit raises one alert and no storm."""
    assert states([0.9] * 3 + [0.79, 0.81] * 50) == [(10, "raised")]
    assert states([0.79, 0.81] * 50) == []
    assert states([0.9] * 3 + [0.6, 0.6, 0.7] * 30) == [(10, "raised")]


@given(st.lists(st.one_of(st.none(), st.floats(0, 2)), max_size=200))
def test_raised_and_ended_take_turns(values: list[float | None]) -> None:
    """Whatever the readings, and each change is at least its duration after the one before."""
    changes = states(values)
    assert [state for _, state in changes] == (["raised", "ended"] * len(changes))[: len(changes)]
    for (before_s, _), (after_s, state) in pairwise(changes):
        assert after_s - before_s >= (10 if state == "raised" else 30)


def test_each_rule_stands_for_itself() -> None:
    """Those that are raised are told with their reading and since when, the longest first."""
    other = Rule("audit_down", 1.0, 1.0, "down", "critical", "the audit log does not work", "see to it")
    made = alerts((RULE, other))
    for second in range(0, 25, 5):
        readings = {"audit_down": Reading(float(second >= 5), "disk full"), "load": Reading(0.9 if second else 0.1)}
        made.check(readings, second)
    assert [(alert.rule.name, alert.since_s, alert.detail) for alert in made.active] == [
        ("load", 15, ""),
        ("audit_down", 15, "disk full"),
    ]
    ended: list[Alert] = []
    for second in range(25, 65, 5):
        ended += made.check({"audit_down": Reading(0.0), "load": Reading(0.9)}, second)
    (over,) = ended
    assert (over.rule.name, over.state, over.since_s, over.at_s) == ("audit_down", "ended", 15, 55)
    assert [alert.rule.name for alert in made.active] == ["load"]


def test_the_gateway_has_the_guide_s_limits() -> None:
    """80 % of the maximum, 500 ms at the 99th percentile, and one rule for each thing that it depends on."""
    rules = {rule.name: rule for rule in gateway_rules(AlertLimits(), ["audit", "cache"])}
    assert rules["load"].raise_at == 0.8
    assert rules["overhead"].raise_at == rules["first_event"].raise_at == 500
    assert set(rules) == {"load", "overhead", "first_event", "failures", "queue", "audit_down", "cache_down"}
    assert all(rule.says and rule.remedy and rule.end_below <= rule.raise_at for rule in rules.values())
    assert rules["audit_down"].says == "the audit log does not work"


@pytest.mark.parametrize("limits", [{"load_share": -1}, {"queue_p95_ms": float("nan")}, {"ends_below": 0}])
def test_a_limit_that_is_none_is_refused(limits: dict[str, float]) -> None:
    """By its name."""
    with pytest.raises(GatewayError, match=next(iter(limits))):
        AlertLimits(**limits)  # type: ignore[arg-type]  # numbers each
