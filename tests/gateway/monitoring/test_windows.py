from __future__ import annotations

import random

import numpy as np
import pytest

from gateway.calls import CallRecord, CallTiming, CallTokens
from gateway.monitoring.client_names import NOBODY, OTHER
from gateway.monitoring.figures import Maximum
from gateway.monitoring.histogram import RELATIVE_ERROR
from gateway.monitoring.outcome import outcome_of
from gateway.monitoring.tally import MOST_CLIENTS
from gateway.monitoring.windows import MINUTES, MOST_CLIENTS_SHOWN, Windows
from tests.gateway.monitoring.calls import caller, record
from tests.gateway.monitoring.clock import Clock, Places


def windows(clock: Clock, places: Places | None = None, maximum_qps: float | None = None) -> Windows:
    return Windows(places or Places(), maximum_qps, clock)


def steady(made: Windows, clock: Clock, seconds: int, per_second: int = 1, call: CallRecord | None = None) -> None:
    """So many calls in each second."""
    for _ in range(seconds):
        for _ in range(per_second):
            made.note(call or record())
        clock.now_s += 1


def test_rates_are_of_the_time_that_is_covered() -> None:
    """Three calls a second are three, in the first minute as in the second hour."""
    clock = Clock()
    made = windows(clock)
    steady(made, clock, 40, 3)
    assert [made.figures(minutes).qps for minutes in MINUTES] == pytest.approx([3, 3, 3])
    assert made.qps_now() == 3
    steady(made, clock, 7000, 3)
    assert [made.figures(minutes).qps for minutes in MINUTES] == pytest.approx([3, 3, 3], rel=0.02)
    assert [made.figures(minutes).calls for minutes in MINUTES] == pytest.approx([180, 900, 10_800], rel=0.1)


def test_the_peak_is_the_busiest_second() -> None:
    """It is kept for as long as its window lasts."""
    clock = Clock()
    made = windows(clock)
    steady(made, clock, 1, 25)
    steady(made, clock, 120, 2)
    assert [made.figures(minutes).qps_peak for minutes in MINUTES] == [2, 25, 25]
    clock.now_s += 3600
    assert [made.figures(minutes).qps_peak for minutes in MINUTES] == [0, 0, 0]


def test_old_calls_leave_each_window() -> None:
    """What was before a silence of five minutes is in the hour alone; after an hour it is nowhere."""
    clock = Clock()
    made = windows(clock)
    steady(made, clock, 10)
    clock.now_s += 301
    assert [made.figures(minutes).calls for minutes in MINUTES] == [0, 0, 10]
    clock.now_s += 3600
    assert [made.figures(minutes).calls for minutes in MINUTES] == [0, 0, 0]
    assert made.figures(1).percentile_ms("call", 99.0) is None
    assert made.figures(1).failed_share is None


def test_figures_asked_for_again_are_of_now() -> None:
    """What was summed up before does not hide what came since, in the same slot or another."""
    clock, chance = Clock(), random.Random(1)
    made = windows(clock)
    for total in range(1, 400):
        made.note(record())
        clock.now_s += chance.random() / 10
        assert made.figures(60).calls == total


def test_percentiles_are_of_answered_calls() -> None:
    """Each measure has those of all answered calls in the window, within 2 %; the others are not in them."""
    clock, chance = Clock(), random.Random(2)
    made = windows(clock)
    times = [chance.lognormvariate(5, 1) for _ in range(1000)]
    for time_ms in times:
        made.note(record(timing=CallTiming(time_ms + 50, 40, time_ms / 4, time_ms / 2, time_ms)))
        made.note(record(status=400, error_class="invalid_parameter", timing=CallTiming(0.1)))
        made.note(record(status=503, error_class="engine_unavailable", timing=CallTiming(90_000, 20)))
        clock.now_s += 0.05
    figures = made.figures(5)
    exact = np.percentile(times, (50, 95, 99), method="inverted_cdf")
    for measure, scale, add in (("first_event", 0.25, 0), ("first_answer", 0.5, 0), ("call", 1, 50)):
        assert figures.percentiles_ms[measure] == pytest.approx(exact * scale + add, rel=RELATIVE_ERROR + 1e-6)
        assert figures.measured[measure] == 1000
    assert figures.percentile_ms("overhead", 99.0) == pytest.approx(10, rel=RELATIVE_ERROR)
    assert figures.measured["queue"] == 2000


def test_tokens_and_cache() -> None:
    """What the engine spent, in its parts; a hit in our cache spends nothing."""
    clock = Clock()
    made = windows(clock)
    for cache in ("miss", "miss", "off"):
        made.note(record(tokens=CallTokens(300, 100, 60, 150), cache=cache))
    made.note(record(tokens=CallTokens(300, 100, 60, 150), cache="hit"))
    said = made.figures(1).as_object()
    assert said["tokens"] == {
        "prompt": 900, "reasoning": 180, "answer": 120, "cached": 450, "total": 1200, "prompt_share": 0.75,
    }  # fmt: skip
    assert said["cache"] == {"hits": 1, "misses": 2, "hit_ratio": 0.3333}


@pytest.mark.parametrize(
    ("status", "error_class", "outcome"),
    [
        (200, "", "answered"),
        (200, "engine_failed", "failed"),
        (200, "client_gone", "gone"),
        (499, "client_gone", "gone"),
        (400, "invalid_parameter", "refused"),
        (401, "unauthorised", "refused"),
        (429, "rate_limited", "refused"),
        (429, "overloaded", "failed"),
        (429, "engine_busy", "failed"),
        (500, "internal", "failed"),
        (503, "", "failed"),
    ],
)
def test_how_calls_ended(status: int, error_class: str, outcome: str) -> None:
    """Whose fault it was decides; a stream that broke has status 200 and failed."""
    assert outcome_of(record(status=status, error_class=error_class)) == outcome


def test_errors_by_class_and_client() -> None:
    """Errors are those of all routes, the most frequent first; clients have their own counts, also in Chinese."""
    clock = Clock()
    made = windows(clock)
    for _ in range(3):
        made.note(record("/auth/token", 401, "unauthorised", None))
    made.note(record(client=caller("客厅"), tokens=CallTokens(5, 6)))
    made.note(record(status=503, error_class="engine_unavailable", client=caller("客厅")))
    made.note(record(status=403, error_class="forbidden", client=None))
    figures = made.figures(1)
    assert list(figures.errors.items()) == [("unauthorised", 3), ("engine_unavailable", 1), ("forbidden", 1)]
    assert figures.outcomes == {"answered": 1, "refused": 1, "failed": 1, "gone": 0}
    assert figures.failed_share == pytest.approx(1 / 3)
    rows = [(each.name, each.calls, each.refused, each.failed, each.tokens) for each in figures.clients]
    assert rows == [("客厅", 2, 0, 1, 11), (NOBODY, 1, 1, 0, 0)]


def test_those_who_watch_are_not_counted() -> None:
    """Looking at the panel does not change what it shows."""
    clock = Clock()
    made = windows(clock)
    for route in ("/metrics", "/panel/data", "/health", "/v1/models/r1/status"):
        made.note(record(route, 401, "unauthorised", None))
    figures = made.figures(1)
    assert figures.calls == 0
    assert figures.errors == {}


def test_a_crowd_of_clients_is_bounded() -> None:
    """Beyond some, clients of one stretch count as others, and the busiest are shown."""
    clock = Clock()
    made = windows(clock)
    for number in range(MOST_CLIENTS * 2):
        made.note(record(client=caller(f"client {number}")))
    made.note(record(client=caller("client 7")))
    shown = made.figures(5).clients
    assert [each.name for each in shown[:2]] == [OTHER, "client 7"]
    assert len(shown) == MOST_CLIENTS_SHOWN
    assert shown[0].calls == MOST_CLIENTS


def test_a_crowd_of_error_classes_is_bounded() -> None:
    """So nothing grows without end, whatever an engine calls its errors."""
    clock = Clock()
    made = windows(clock)
    for number in range(1000):
        made.note(record(status=503, error_class=f"class_{number}"))
    errors = made.figures(60).errors
    assert sum(errors.values()) == 1000
    assert len(errors) <= 51


def test_the_maximum_is_configured_or_measured() -> None:
    """Four places, each taken for 105 ms by a call, can take 38 calls a second; with too few calls nobody knows."""
    clock = Clock()
    made = windows(clock)
    steady(made, clock, 10)
    assert made.maximum() == Maximum(None, "unknown")
    assert made.maximum().share(5) is None
    steady(made, clock, 20)
    measured = made.maximum()
    assert measured.source == "measured"
    assert measured.qps == pytest.approx(4 / 0.105)
    assert measured.share(4 / 0.105 / 2) == pytest.approx(0.5)
    assert windows(clock, maximum_qps=50).maximum() == Maximum(50, "configured")


def test_the_measured_maximum_outlasts_a_quiet_night() -> None:
    """When nobody called in the last minutes, the hour's calls tell."""
    clock = Clock()
    made = windows(clock)
    steady(made, clock, 30)
    clock.now_s += 1800
    assert made.maximum().source == "measured"


def test_history_has_a_point_for_each_slot() -> None:
    """Those without calls too, the oldest first, and none from before the gateway began."""
    clock, places = Clock(), Places(running=3, waiting=2)
    made = windows(clock, places)
    steady(made, clock, 30, 2)
    places.taken = places.wanted = 0
    clock.now_s += 30
    points = made.history(5)
    assert [round(point.ago_s) for point in points] == list(range(60, 0, -5))
    assert [point.qps for point in points] == [2.0] * 6 + [0.0] * 6
    assert {point.seconds for point in points} == {5}
    assert [(point.in_flight, point.queued) for point in points] == [(3, 2)] * 6 + [(0, 0)] * 6
    assert points[0].percentiles_ms["call"] is not None
    assert points[-1].percentiles_ms["call"] is None
    clock.now_s += 7200
    assert len(made.history(60)) == len(made.history(5)) == 60


def test_a_slot_that_has_hardly_begun_is_left_out() -> None:
    """It would look like a sudden silence, or a sudden storm."""
    clock = Clock()
    made = windows(clock)
    steady(made, clock, 10)
    clock.now_s += 2
    assert len(made.history(5)) == 2
    clock.now_s += 1
    assert [point.seconds for point in made.history(5)] == [5, 5, 3]


def test_what_goes_on_is_seen_without_calls_that_end() -> None:
    """A long call is in flight though nothing has ended yet."""
    clock, places = Clock(), Places(running=1)
    made = windows(clock, places)
    made.look()
    clock.now_s += 4
    assert made.history(5)[-1].in_flight == 1


def test_the_past_is_bounded() -> None:
    """After three busy hours no more is kept than after one: sixty slots of each width, an hour of seconds."""
    clock = Clock()
    made = windows(clock)
    steady(made, clock, 3 * 3600)
    made.figures(60)
    assert len(made._fine._slots) <= 61
    assert len(made._coarse._slots) <= 61
    assert len(made._seconds) <= 3600
