"""The room's door: one sink of calls that feeds metrics and windows, and the watch that raises alerts.

monitoring = Monitoring("reader", admission, MonitoringOptions(maximum_qps=50), {"audit": audit_probe})
create_app(GatewayParts(engine, access, admission, sinks=(monitoring,)))
async with monitoring.watching():
    ...
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from gateway.calls import CallRecord
from gateway.errors import GatewayError
from gateway.monitoring.alerts import Alert, AlertLimits, Alerts, Reading, gateway_rules, thing_called
from gateway.monitoring.meters import Meters
from gateway.monitoring.probes import Probe, Probes
from gateway.monitoring.webhook import Webhook, WebhookOptions
from gateway.monitoring.windows import Windows
from r1.admission import Admission

MOST_PAST_ALERTS = 20
"""Changes that the panel shows."""
SNAPSHOT_S = 1.0
"""For so long all viewers of the panel share one set of figures."""

_log = logging.getLogger("gateway.monitoring")
_alert_log = logging.getLogger("gateway.alerts")


@dataclass(frozen=True, slots=True)
class MonitoringOptions:
    """How a gateway is watched. Raises `GatewayError`."""

    name: str = "r1-gateway"
    """How alerts call this gateway."""
    maximum_qps: float | None = None
    """The most calls a second that it is meant to take; None: measured."""
    alerts: AlertLimits = field(default_factory=AlertLimits)
    webhook: WebhookOptions | None = None
    interval_s: float = 5.0
    """Between two looks at readings and probes."""
    named_clients: int = 20
    """With metrics of their own."""

    def __post_init__(self) -> None:
        maximum = self.maximum_qps
        if maximum is not None and not (0 < maximum < math.inf):
            raise GatewayError(
                f"the maximum of calls a second must be above 0, not {maximum!r}: leave it out to measure"
            )
        if not 0 < self.interval_s < math.inf or self.named_clients < 0:
            raise GatewayError("monitoring needs an interval above 0 s, and 0 or more named clients")


class Monitoring:
    """A `CallSink`. For the event loop's thread alone. `clock` gives seconds and never goes back."""

    def __init__(
        self,
        engine: str,
        admission: Admission,
        options: MonitoringOptions | None = None,
        probes: Mapping[str, Probe] | None = None,
        clock: Callable[[], float] = time.monotonic,
        webhook: Webhook | None = None,
    ) -> None:
        self.options = options or MonitoringOptions()
        self._engine = engine
        self._admission = admission
        self._clock = clock
        self._probes = Probes(probes or {})
        self._webhook = webhook or (Webhook(self.options.webhook) if self.options.webhook is not None else None)
        limits = self.options.alerts
        rules = gateway_rules(limits, self._probes.faults)
        self.meters = Meters(self.options.named_clients)
        self.windows = Windows(admission, self.options.maximum_qps, clock)
        self.alerts = Alerts(rules, limits.raise_after_s, limits.end_after_s)
        self._past: deque[Alert] = deque(maxlen=MOST_PAST_ALERTS)
        self._taken: dict[int, tuple[float, dict[str, Any]]] = {}
        self._complained = False

    def note(self, record: CallRecord) -> None:
        try:
            self.meters.note(record)
            self.windows.note(record)
        except Exception as error:  # noqa: BLE001  a sink raises nothing, and the message may hold content
            if not self._complained:
                _log.error("calls are not counted: %s", type(error).__name__)
            self._complained = True

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look at readings every interval, and send alerts, while the context is open."""
        work = [self._watch()] if self._webhook is None else [self._watch(), self._webhook.run()]
        tasks = [asyncio.create_task(each, name="gateway monitoring") for each in work]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._probes.close()

    async def look(self) -> None:
        """Take the readings, and tell of what changes."""
        self.windows.look()
        await self._probes.ask()
        now_s = self._clock()
        for alert in self.alerts.check(self._readings(), now_s):
            self._past.appendleft(alert)
            self._tell(alert)

    def exposition(self, accept: str = "") -> tuple[bytes, str]:
        """All metrics for Prometheus, and their media type."""
        self._set_gauges()
        return self.meters.exposition(accept)

    def snapshot(self, minutes: int = 5) -> dict[str, Any]:
        """What the panel shows of the last so many minutes, 1, 5 or 60, for JSON."""
        now_s = self._clock()
        taken_s, taken = self._taken.get(minutes, (-math.inf, {}))
        if now_s - taken_s >= SNAPSHOT_S:
            taken = self._snapshot(now_s, minutes)
            self._taken[minutes] = (now_s, taken)
        return taken

    async def _watch(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001  the watch must go on, whatever it met
                _log.error("the watch met %s and goes on", type(error).__name__)
            await asyncio.sleep(self.options.interval_s)

    def _readings(self) -> dict[str, Reading]:
        minute = self.windows.figures(1)
        least = self.options.alerts.least_calls

        def slow(measure: str, percent: float) -> Reading:
            return Reading(minute.percentile_ms(measure, percent) if minute.measured[measure] >= least else None)

        readings = {
            "load": Reading(self.windows.maximum().share(self.windows.qps_now())),
            "overhead": slow("overhead", 99.0),
            "first_event": slow("first_event", 99.0),
            "queue": slow("queue", 95.0),
            "failures": Reading(minute.failed_share if minute.calls >= least else None),
        }
        for name, fault in self._probes.faults.items():
            readings[f"{name}_down"] = Reading(1.0 if fault else 0.0, fault)
        return readings

    def _tell(self, alert: Alert) -> None:
        """As one line of the log, and to the webhook."""
        message = self._message(alert)
        level = logging.INFO if alert.state == "ended" else logging.WARNING
        level = logging.ERROR if alert.state == "raised" and alert.rule.severity == "critical" else level
        # ASCII, so that no text from elsewhere can end or colour the line.
        _alert_log.log(level, "alert %s", json.dumps({**message, "detail": alert.detail}))
        if self._webhook is not None:
            self._webhook.give({**message, "text": _sentence(message)})

    def _message(self, alert: Alert) -> dict[str, Any]:
        rule = alert.rule
        return {
            "event": "r1_gateway_alert",
            "gateway": self.options.name,
            "alert": rule.name,
            "state": alert.state,
            "severity": rule.severity,
            "value": None if alert.value is None else round(alert.value, 4),
            "limit": rule.raise_at,
            "unit": rule.unit,
            "since": self._at(alert.since_s),
            "at": self._at(alert.at_s),
            "says": rule.says,
            "remedy": rule.remedy,
        }

    def _at(self, moment_s: float) -> str:
        """A moment of the clock as UTC."""
        moment = datetime.fromtimestamp(time.time() - (self._clock() - moment_s), UTC)
        return moment.isoformat(timespec="seconds").replace("+00:00", "Z")

    def _set_gauges(self) -> None:
        places, gauges, maximum = self._admission, self.meters.gauges, self.windows.maximum()
        gauges.values = {
            "in_flight": ("Calls that are with the engine now.", places.running),
            "slots": ("Calls that may be with the engine at once.", places.limits.slots),
            "queued": ("Calls that wait for a place now.", places.waiting),
            "load_ratio": ("Share of the places that is taken.", places.load),
            "calls_per_second": ("Calls that ended a second, of the last 10 s.", self.windows.qps_now()),
        }
        if maximum.qps is not None:
            gauges.values["maximum_calls_per_second"] = (
                "The most that the gateway can take, configured or measured.",
                maximum.qps,
            )
        active = {alert.rule.name for alert in self.alerts.active}
        gauges.by_label = {
            "dependency_up": (
                "Whether what the gateway depends on works.",
                "dependency",
                {name: float(not fault) for name, fault in self._probes.faults.items()},
            ),
            "alert_active": (
                "Whether the gateway's own alert is raised.",
                "alert",
                {name: float(name in active) for name in self.alerts.rules},
            ),
        }
        if self._webhook is not None:
            gauges.values["webhook_alerts_lost"] = ("Alerts that the webhook never took.", self._webhook.lost)

    def _snapshot(self, now_s: float, minutes: int) -> dict[str, Any]:
        places, maximum, qps = self._admission, self.windows.maximum(), self.windows.qps_now()
        return {
            "at": self._at(now_s),
            "gateway": self.options.name,
            "engine": self._engine,
            "uptime_s": round(self.windows.uptime_s, 1),
            "now": {
                "qps": round(qps, 3),
                "maximum_qps": None if maximum.qps is None else round(maximum.qps, 3),
                "maximum": maximum.source,
                "share_of_maximum": None if maximum.qps is None else round(qps / maximum.qps, 4),
                "in_flight": places.running,
                "slots": places.limits.slots,
                "queued": places.waiting,
                "load": round(places.load, 4),
            },
            "limits": asdict(self.options.alerts),
            "window": self.windows.figures(minutes).as_object(),
            "history": [point.as_object() for point in self.windows.history(minutes)],
            "dependencies": {thing_called(name): fault for name, fault in self._probes.faults.items()},
            "alerts": [{**self._message(alert), "detail": alert.detail} for alert in self.alerts.active],
            "past_alerts": [self._message(alert) for alert in self._past],
        }


def _sentence(message: Mapping[str, Any]) -> str:
    """An alert for a person; chat services show a field `text`."""
    ended = message["state"] == "ended"
    head = f"{message['gateway']}: {'over: ' if ended else ''}{message['says']}"
    tail = "" if ended else f"; {message['remedy']}"
    if message["unit"] == "down" or message["value"] is None:
        return head + tail
    shown = {"share": "{:.0%}", "ms": "{:,.0f} ms"}[message["unit"]].format
    return f"{head}: {shown(message['value'])}, limit {shown(message['limit'])}{tail}"
