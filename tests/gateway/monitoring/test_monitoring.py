from __future__ import annotations

import asyncio
import json
import logging
from datetime import datetime
from typing import Any

import httpx
import pytest

from gateway.calls import CallTiming
from gateway.errors import GatewayError
from gateway.monitoring.alerts import AlertLimits
from gateway.monitoring.monitoring import MOST_PAST_ALERTS, Monitoring, MonitoringOptions
from gateway.monitoring.webhook import Webhook, WebhookOptions
from pipeline.testing import VirtualClock
from r1.credentials import Secret
from tests.gateway.monitoring.calls import caller, record
from tests.gateway.monitoring.clock import Places


def watched(
    caplog: pytest.LogCaptureFixture,
    script: Any,
    options: MonitoringOptions | None = None,
    probes: Any = None,
    webhook: Webhook | None = None,
) -> tuple[Monitoring, list[dict[str, Any]]]:
    """Run `script` against a gateway that is watched, on the virtual clock: what it left, and the alerts in the log."""
    caplog.set_level(logging.INFO, "gateway.alerts")

    async def main() -> Monitoring:
        clock = asyncio.get_running_loop().time
        monitoring = Monitoring("scripted", Places(), options, probes, clock, webhook)
        async with monitoring.watching():
            await script(monitoring)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return monitoring

    monitoring = VirtualClock().run(main())
    lines = [entry.getMessage() for entry in caplog.records if entry.name == "gateway.alerts"]
    return monitoring, [json.loads(line.removeprefix("alert ")) for line in lines]


async def steady(monitoring: Monitoring, seconds: int, per_second: int, call: Any) -> None:
    for _ in range(seconds):
        for _ in range(per_second):
            monitoring.note(call)
        await asyncio.sleep(1)


QUICK = record(timing=CallTiming(20.0, 1.0, 5.0, 10.0, 18.0))
SLOW = record(timing=CallTiming(3000.0, 2500.0, 2600.0, 2700.0, 400.0))


def test_load_at_80_percent_of_the_maximum_raises_an_alert(caplog: pytest.LogCaptureFixture) -> None:
    """The guide's threshold, against the configured maximum; it ends when the load has gone."""

    async def script(monitoring: Monitoring) -> None:
        await steady(monitoring, 30, 7, QUICK)
        assert not monitoring.alerts.active
        await steady(monitoring, 60, 8, QUICK)
        assert [alert.rule.name for alert in monitoring.alerts.active] == ["load"]
        await steady(monitoring, 60, 2, QUICK)

    _, told = watched(caplog, script, MonitoringOptions(maximum_qps=10))
    assert [(alert["alert"], alert["state"]) for alert in told] == [("load", "raised"), ("load", "ended")]
    assert told[0]["value"] == pytest.approx(0.8)
    assert told[0]["limit"] == 0.8
    assert told[0]["unit"] == "share"


def test_against_the_measured_maximum(caplog: pytest.LogCaptureFixture) -> None:
    """Four places that each call holds for half a second take eight calls a second: seven are too many."""

    async def script(monitoring: Monitoring) -> None:
        await steady(monitoring, 60, 7, record(timing=CallTiming(500.0, 0.0, 5.0, 10.0, 500.0)))

    _, told = watched(caplog, script)
    assert [alert["alert"] for alert in told] == ["load"]


def test_slow_calls_and_failures_raise_theirs(caplog: pytest.LogCaptureFixture) -> None:
    """First event, queue and overhead by their percentiles, failures by their share."""

    async def script(monitoring: Monitoring) -> None:
        await steady(monitoring, 40, 1, SLOW)
        await steady(monitoring, 40, 1, record(timing=CallTiming(900.0, 0.0, 5.0, 10.0, 100.0)))
        await steady(monitoring, 40, 1, record(status=503, error_class="engine_unavailable"))

    _, told = watched(caplog, script, MonitoringOptions(maximum_qps=1000))
    assert {alert["alert"] for alert in told} == {"first_event", "queue", "overhead", "failures"}


def test_few_calls_raise_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """One slow or failed call in an hour is no percentile."""

    async def script(monitoring: Monitoring) -> None:
        for call in (SLOW, record(status=500, error_class="internal"), SLOW):
            monitoring.note(call)
            await asyncio.sleep(60)

    _, told = watched(caplog, script)
    assert told == []


def test_a_dependency_that_is_down_is_told_as_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """At the level of an error, with its fault, which cannot begin a line of its own."""
    fault = ""

    async def probe() -> str:
        return fault

    async def script(monitoring: Monitoring) -> None:
        nonlocal fault
        await asyncio.sleep(20)
        fault = "disk\nERROR forged \x1b[31m"
        await asyncio.sleep(20)
        assert monitoring.snapshot()["alerts"][0]["detail"] == fault
        fault = ""
        await asyncio.sleep(60)

    _, told = watched(caplog, script, probes={"audit": probe})
    assert [(alert["alert"], alert["state"], alert["severity"]) for alert in told] == [
        ("audit_down", "raised", "critical"),
        ("audit_down", "ended", "critical"),
    ]
    entries = [entry for entry in caplog.records if entry.name == "gateway.alerts"]
    assert [entry.levelname for entry in entries] == ["ERROR", "INFO"]
    assert all(entry.getMessage().isprintable() for entry in entries)


def test_the_webhook_gets_what_a_chat_can_show(caplog: pytest.LogCaptureFixture) -> None:
    """The facts, and a sentence; the fault in a dependency's own words stays here."""
    bodies: list[dict[str, Any]] = []

    def receive(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(200)

    async def down() -> str:
        return "fault-canary"

    async def script(monitoring: Monitoring) -> None:
        await steady(monitoring, 60, 9, QUICK)

    options = MonitoringOptions(name="r1-kitchen", maximum_qps=10)
    webhook = Webhook(WebhookOptions(Secret("https://hooks.test/x")), httpx.MockTransport(receive))
    watched(caplog, script, options, {"cache": down}, webhook)
    texts = {body["alert"]: body["text"] for body in bodies}
    assert texts["load"] == (
        "r1-kitchen: calls come close to the most that the gateway can take: 90%, limit 80%; "
        "add an engine or a gateway, or lower the clients' limits"
    )
    assert texts["cache_down"].startswith("r1-kitchen: the result cache does not work; see that")
    assert "canary" not in json.dumps(bodies)
    assert all(datetime.fromisoformat(body["at"]) for body in bodies)


def test_a_webhook_that_hangs_holds_nothing_up(caplog: pytest.LogCaptureFixture) -> None:
    """Readings go on being taken on time, and the gateway stops at once."""

    async def hang(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(10_000)
        raise AssertionError

    async def script(monitoring: Monitoring) -> None:
        await steady(monitoring, 60, 9, QUICK)
        await steady(monitoring, 90, 1, QUICK)

    webhook = Webhook(WebhookOptions(Secret("https://hooks.test/x")), httpx.MockTransport(hang))
    _, told = watched(caplog, script, MonitoringOptions(maximum_qps=10), None, webhook)
    assert [alert["state"] for alert in told] == ["raised", "ended"]


def test_the_watch_goes_on_whatever_it_meets(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in it is logged by its type, and the next look is taken."""

    async def script(monitoring: Monitoring) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(monitoring.windows, "maximum", lambda: 1 / 0)
            await asyncio.sleep(12)
        await steady(monitoring, 40, 9, QUICK)

    _, told = watched(caplog, script, MonitoringOptions(maximum_qps=10))
    assert "the watch met ZeroDivisionError and goes on" in caplog.text
    assert [alert["alert"] for alert in told] == ["load"]


def test_a_record_that_cannot_be_counted_raises_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """A sink must not; it is said once, without content."""
    monitoring = Monitoring("scripted", Places())
    for _ in range(3):
        monitoring.note(None)  # type: ignore[arg-type]  # a fault elsewhere
    assert caplog.text.count("calls are not counted") == 1


def test_the_snapshot_is_json_without_content(caplog: pytest.LogCaptureFixture) -> None:
    """All that the panel needs, small, and nothing of users, sessions or addresses."""

    async def script(monitoring: Monitoring) -> None:
        await steady(monitoring, 400, 3, record(client=caller("客厅")))

    monitoring, _ = watched(caplog, script)
    for minutes in (1, 5, 60):
        text = json.dumps(monitoring.snapshot(minutes), allow_nan=False)
        assert len(text) < 60_000
        assert "canary" not in text
        assert "key-of" not in text
    said = monitoring.snapshot(5)
    assert said["window"]["clients"][0]["name"] == "客厅"
    assert said["now"]["maximum"] == "measured"
    assert said["now"]["slots"] == 4
    assert len(said["history"]) == 60


def test_viewers_share_a_snapshot() -> None:
    """However many look, figures are reckoned once a second at most for each window."""
    now_s = 0.0
    monitoring = Monitoring("scripted", Places(), clock=lambda: now_s)
    first = monitoring.snapshot(5)
    assert monitoring.snapshot(5) is first
    assert monitoring.snapshot(60) is not first
    now_s = 1.0
    assert monitoring.snapshot(5) is not first


def test_past_alerts_are_bounded() -> None:
    """The latest changes are kept, the newest first."""
    now_s, down = 0.0, False

    async def probe() -> str:
        return "down" if down else ""

    async def main() -> Monitoring:
        nonlocal now_s, down
        limits = AlertLimits(raise_after_s=0, end_after_s=0)
        monitoring = Monitoring("x", Places(), MonitoringOptions(alerts=limits), {"cache": probe}, lambda: now_s)
        for _ in range(50):
            down, now_s = not down, now_s + 5
            await monitoring.look()
        return monitoring

    past = asyncio.run(main()).snapshot()["past_alerts"]
    assert len(past) == MOST_PAST_ALERTS
    assert [each["state"] for each in past[:3]] == ["ended", "raised", "ended"]


@pytest.mark.parametrize("wrong", [{"maximum_qps": 0}, {"maximum_qps": float("nan")}, {"interval_s": 0}])
def test_options_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    """Before anything runs."""
    with pytest.raises(GatewayError, match="above 0"):
        MonitoringOptions(**wrong)  # type: ignore[arg-type]  # numbers each
