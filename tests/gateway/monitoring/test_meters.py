from __future__ import annotations

import time

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from gateway.calls import CallTiming, CallTokens
from gateway.monitoring.client_names import NOBODY, OTHER, RANK_EVERY
from gateway.monitoring.meters import MOST_SERIES, Meters
from gateway.monitoring.monitoring import Monitoring
from r1.admission import Admission
from tests.gateway.monitoring.calls import INFER, caller, record

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(meters: Meters) -> Samples:
    """All samples by name and labels."""
    text, _ = meters.exposition("")
    families = plain(text.decode())
    return {(each.name, tuple(sorted(each.labels.items()))): each.value for one in families for each in one.samples}


def labelled(meters: Meters, name: str, label: str) -> dict[str, float]:
    """Values of one metric by one of its labels, added up over the others."""
    found: dict[str, float] = {}
    for (sample, labels), value in samples(meters).items():
        if sample == name:
            found[dict(labels)[label]] = found.get(dict(labels)[label], 0) + value
    return found


def test_calls_are_counted_by_route_status_and_class() -> None:
    """Denied ones too, of all routes; a path that is no route is not named."""
    meters = Meters()
    for _ in range(2):
        meters.note(record())
    meters.note(record("/auth/token", 401, "unauthorised", None))
    meters.note(record("", 404, "no_such_route", None))
    found = {labels: value for (name, labels), value in samples(meters).items() if name == "r1_gateway_calls_total"}
    assert found == {
        (("error_class", ""), ("route", INFER), ("status", "200")): 2,
        (("error_class", "unauthorised"), ("route", "/auth/token"), ("status", "401")): 1,
        (("error_class", "no_such_route"), ("route", NOBODY), ("status", "404")): 1,
    }


def test_times_are_histograms_in_seconds() -> None:
    """Each value stands in the first bucket that holds it; what did not happen is not counted."""
    meters = Meters()
    meters.note(record(timing=CallTiming(500.0, None, 50.0, None, 499.5)))
    meters.note(record(status=503, error_class="engine_failed", timing=CallTiming(9000.0, 8000.0)))
    found = samples(meters)
    assert found["r1_gateway_call_seconds_bucket", (("le", "0.25"),)] == 0
    assert found["r1_gateway_call_seconds_bucket", (("le", "0.5"),)] == 1
    assert found["r1_gateway_call_seconds_bucket", (("le", "+Inf"),)] == 1
    assert found["r1_gateway_call_seconds_sum", ()] == 0.5
    assert found["r1_gateway_overhead_seconds_bucket", (("le", "0.0005"),)] == 1
    assert found["r1_gateway_first_answer_seconds_count", ()] == 0
    assert found["r1_gateway_queue_seconds_bucket", (("le", "10.0"),)] == 1
    assert found["r1_gateway_queue_seconds_bucket", (("le", "5.0"),)] == 0


def test_tokens_and_cache_lookups() -> None:
    """By kind, all kinds from the start; a hit spends nothing."""
    meters = Meters()
    assert labelled(meters, "r1_gateway_cache_lookups_total", "result") == {"hit": 0, "miss": 0}
    meters.note(record(tokens=CallTokens(100, 60, 40, 30), cache="miss"))
    meters.note(record(tokens=CallTokens(100, 60, 40, 30), cache="hit"))
    meters.note(record(tokens=CallTokens(1, 2)))
    assert labelled(meters, "r1_gateway_cache_lookups_total", "result") == {"hit": 1, "miss": 1}
    kinds = {"prompt": 101, "reasoning": 40, "answer": 22, "cached": 30}
    assert labelled(meters, "r1_gateway_tokens_total", "kind") == kinds
    assert labelled(meters, "r1_gateway_client_tokens_total", "client") == {"kitchen": 163}


def test_clients_cannot_explode_the_series() -> None:
    """The busiest have their own, the rest share one, and no call is lost."""
    meters = Meters(most_clients=3)
    for number in range(500):
        meters.note(record(client=caller(f"client {number}")))
    found = labelled(meters, "r1_gateway_client_calls_total", "client")
    assert set(found) == {"client 0", "client 1", "client 2", OTHER}
    assert sum(found.values()) == 500


def test_a_series_only_grows_while_it_is_there() -> None:
    """One client takes over from another: its series begins at 0, that of the other goes, and the shared one stays."""
    meters = Meters(most_clients=1)
    meters.note(record(client=caller("first")))
    shared = 0.0
    for _ in range(RANK_EVERY + 10):
        meters.note(record(client=caller("second")))
        now = labelled(meters, "r1_gateway_client_calls_total", "client") if _ % 500 == 0 else {}
        assert now.get(OTHER, shared) >= shared
        shared = now.get(OTHER, shared)
    found = labelled(meters, "r1_gateway_client_calls_total", "client")
    assert set(found) == {"second", OTHER}
    assert found[OTHER] + found["second"] == RANK_EVERY + 10


def test_error_classes_and_routes_cannot_explode_them_either() -> None:
    """Beyond a bound they count as others, by the hundred of their status."""
    meters = Meters()
    for number in range(MOST_SERIES * 2):
        meters.note(record(status=503, error_class=f"class_{number}"))
    found = labelled(meters, "r1_gateway_calls_total", "error_class")
    assert len(found) <= MOST_SERIES + 6
    assert found[OTHER] == MOST_SERIES
    assert sum(found.values()) == MOST_SERIES * 2


def test_a_hostile_client_name_stays_a_label() -> None:
    """Quotes, line ends and Chinese survive the way there and back, and add no line."""
    name = 'a"b\\c\nr1_gateway_calls_total 99 # 客厅'
    meters = Meters()
    meters.note(record(client=caller(name)))
    assert labelled(meters, "r1_gateway_client_calls_total", "client") == {name: 1}


def test_both_forms_can_be_read() -> None:
    """OpenMetrics for those who ask for it, else the older text; every metric says what it is."""
    monitoring = Monitoring("scripted", Admission())
    monitoring.note(record())
    text, media_type = monitoring.exposition("application/openmetrics-text; version=1.0.0")
    assert media_type.startswith("application/openmetrics-text")
    families = [*openmetrics(text.decode())]  # type: ignore[no-untyped-call]  # the one parser without types
    assert all(family.documentation for family in families)
    older, media_type = monitoring.exposition("*/*")
    assert media_type.startswith("text/plain")
    assert {family.name for family in plain(older.decode())} >= {"r1_gateway_in_flight", "process_cpu_seconds"}


def test_nothing_of_the_user_is_in_it() -> None:
    """Neither user nor session nor address."""
    monitoring = Monitoring("scripted", Admission())
    monitoring.note(record())
    text, _ = monitoring.exposition()
    assert b"canary" not in text
    assert b"127.0.0.1" not in text


def test_a_call_costs_little() -> None:
    """Microseconds of the processor: 8 measured; the bound allows for a machine that is far slower."""
    monitoring, call = Monitoring("scripted", Admission()), record()
    best_s = 1.0
    for _ in range(10):
        began_s = time.thread_time()
        for _ in range(500):
            monitoring.note(call)
        best_s = min(best_s, (time.thread_time() - began_s) / 500)
    assert best_s < 100e-6
