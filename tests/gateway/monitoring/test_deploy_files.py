"""The files for Grafana and Prometheus name nothing that the gateway does not have."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from gateway.monitoring.alerts import AlertLimits, gateway_rules
from gateway.monitoring.meters import Meters
from gateway.monitoring.monitoring import Monitoring, MonitoringOptions
from gateway.monitoring.webhook import WebhookOptions
from r1.credentials import Secret
from tests.conftest import ROOT
from tests.gateway.monitoring.calls import record
from tests.gateway.monitoring.clock import Places

DASHBOARD = json.loads((ROOT / "docs/monitoring/grafana-dashboard.json").read_text(encoding="utf-8"))
RULES = yaml.safe_load((ROOT / "docs/monitoring/prometheus-alerts.yaml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/monitoring.md").read_text(encoding="utf-8")
OUTCOMES = {"answered", "refused", "failed", "gone"}


async def works() -> str:
    return ""


@pytest.fixture(scope="module")
def labels() -> dict[str, set[str]]:
    """All names of samples that a busy gateway has, with the labels of each."""
    options = MonitoringOptions(maximum_qps=5, webhook=WebhookOptions(Secret("https://hooks.test/x")))
    monitoring = Monitoring("scripted", Places(), options, {"audit": works})
    monitoring.note(record())
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(monitoring.exposition()[0].decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def expressions() -> list[str]:
    """All of both files."""
    panels = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
    return panels + [rule["expr"] for group in RULES["groups"] for rule in group["rules"]]


def test_every_metric_is_there(labels: dict[str, set[str]]) -> None:
    """Each name in either file is one of a running gateway's; there are some."""
    names = {name for each in expressions() for name in re.findall(r"\b(?:r1_gateway|process)_\w+", each)}
    assert len(names) > 15
    assert names <= set(labels)


def test_every_label_is_there(labels: dict[str, set[str]]) -> None:
    """What is selected by or grouped by are labels of that metric, or what Prometheus itself adds."""
    added = {"instance", "job", "le"}
    for each in expressions():
        for name, selectors in re.findall(r"\b((?:r1_gateway|process)_\w+)\{([^}]*)\}", each):
            assert set(re.findall(r"(\w+)[=!]", selectors)) <= labels[name] | added, each
        mine = set().union(*(labels[name] for name in re.findall(r"\b(?:r1_gateway|process)_\w+", each)), added)
        for group in re.findall(r"\b(?:by|on) \(([^)]*)\)", each):
            assert set(re.split(r",\s*", group)) <= mine, each
    assert set(re.findall(r'outcome="(\w+)"', " ".join(expressions()))) <= OUTCOMES


def test_brackets_are_balanced() -> None:
    """No expression was cut short."""
    for each in expressions():
        for begin, end in ("()", "[]", "{}"):
            assert each.count(begin) == each.count(end), each


def test_the_dashboard_is_whole() -> None:
    """Panels have names and numbers of their own, a place that no other takes, and a source that the reader picks."""
    panels: list[dict[str, Any]] = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["title"] for panel in panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells
        if panel["type"] != "row":
            assert panel["datasource"]["uid"] == "${datasource}"
            assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


def test_the_rules_are_whole_and_have_the_gateway_s_limits() -> None:
    """Each has a severity and says what to do; the limits are those of the gateway's own alerts."""
    rules = {rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]}
    for rule in rules.values():
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert rule["annotations"]["summary"] and rule["annotations"]["remedy"]
    limits = AlertLimits()
    for name, limit in {
        "NearMaximum": limits.load_share,
        "OverheadSlow": limits.overhead_p99_ms / 1000,
        "FirstEventSlow": limits.first_event_p99_ms / 1000,
        "Failures": limits.failed_share,
        "QueueSlow": limits.queue_p95_ms / 1000,
    }.items():
        rule = rules[f"R1Gateway{name}"]
        assert re.search(rf">=? {limit:g}\b", rule["expr"]), name
        assert rule["for"] == f"{limits.raise_after_s:g}s"
        assert rule["keep_firing_for"] == f"{limits.end_after_s:g}s"


def test_the_docs_name_every_metric_and_every_alert() -> None:
    """And no metric that there is not."""
    options = MonitoringOptions(maximum_qps=5, webhook=WebhookOptions(Secret("https://hooks.test/x")))
    monitoring = Monitoring("scripted", Places(), options, {"audit": works})
    monitoring.note(record())
    families = text_string_to_metric_families(monitoring.exposition()[0].decode())
    ours = {family.name + ("_total" if family.type == "counter" else "") for family in families}
    ours = {name for name in ours if name.startswith("r1_gateway_")}
    assert set(re.findall(r"`(r1_gateway_\w+)", PAGE)) == ours
    for rule in gateway_rules(AlertLimits(), []):
        assert f"`{rule.name}`" in PAGE


def test_names_follow_prometheus_convention() -> None:
    """One prefix; seconds for times; `_total` for what only grows."""
    meters = Meters()
    meters.note(record())
    for family in meters.collect():
        assert family.name.startswith("r1_gateway_")
        assert family.type in ("counter", "histogram")
        assert family.type != "histogram" or family.name.endswith("_seconds")
