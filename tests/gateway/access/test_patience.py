"""Failed exchanges slow down, and nobody can be kept out for good by them."""

from __future__ import annotations

import logging
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.access.patience import CYCLE_SECONDS, FORGOTTEN_SECONDS, FREE_FAILURES, OPEN_SECONDS, Patience
from gateway.errors import ApiError
from tests.gateway.access.clock import Clock

START = CYCLE_SECONDS * 1000 + OPEN_SECONDS
"""Just after all doors stood open."""


def wait_s(patience: Patience, client_id: str = "victim", address: str = "192.0.2.1") -> float:
    """How long this one is told to wait; 0 when it is let in."""
    try:
        patience.admit(client_id, address)
    except ApiError as refused:
        return refused.retry_after_s or math.nan
    return 0.0


def fail(patience: Patience, times: int, client_id: str = "victim", address: str = "192.0.2.1") -> None:
    for _ in range(times):
        patience.failed(client_id, address)


def test_a_few_failures_cost_nothing() -> None:
    """A mistyped secret is tried again at once."""
    patience = Patience(Clock(START))
    fail(patience, FREE_FAILURES - 1)
    assert wait_s(patience) == 0


def test_each_further_failure_doubles_the_wait() -> None:
    """Up to the next time that all doors open."""
    clock = Clock(START)
    patience = Patience(clock)
    fail(patience, FREE_FAILURES - 1)
    waits = []
    for _ in range(8):
        fail(patience, 1)
        waits.append(wait_s(patience))
        clock.now += waits[-1]
        assert wait_s(patience) == 0
    assert waits[:5] == [1, 2, 4, 8, 16]
    assert max(waits) <= CYCLE_SECONDS - OPEN_SECONDS
    assert clock.now % CYCLE_SECONDS in {0, *range(64)}


def test_a_refused_try_prolongs_nothing() -> None:
    """It is not checked and not counted."""
    clock = Clock(START)
    patience = Patience(clock)
    fail(patience, FREE_FAILURES + 3)
    until = clock.now + wait_s(patience)
    for _ in range(100):
        clock.now += (until - clock.now) / 2
        assert wait_s(patience) == pytest.approx(until - clock.now)
    clock.now = until
    assert wait_s(patience) == 0


def test_id_and_address_count_apart() -> None:
    """One id from many addresses is slowed down, and many ids from one address."""
    patience = Patience(Clock(START))
    for number in range(FREE_FAILURES + 3):
        patience.failed("victim", f"192.0.2.{number}")
        patience.failed(f"id {number}", "198.51.100.7")
    assert wait_s(patience, "victim", "203.0.113.1") > 0
    assert wait_s(patience, "somebody", "198.51.100.7") > 0
    assert wait_s(patience, "somebody", "203.0.113.1") == 0


def test_a_subscriber_s_ipv6_addresses_are_one() -> None:
    """The /64; and an IPv4 address is itself, however it is written."""
    patience = Patience(Clock(START))
    for number in range(FREE_FAILURES + 3):
        patience.failed(f"id {number}", f"2001:db8:1:2::{number:x}")
        patience.failed(f"id {number}", f"::ffff:192.0.2.{7}")
    assert wait_s(patience, "x", "2001:db8:1:2:ffff::1") > 0
    assert wait_s(patience, "x", "2001:db8:1:3::1") == 0
    assert wait_s(patience, "x", "192.0.2.7") > 0


def test_without_an_address_the_id_alone_counts() -> None:
    """As on a private socket."""
    patience = Patience(Clock(START))
    fail(patience, FREE_FAILURES + 2, "", "")
    assert len(patience) == 0
    assert wait_s(patience, "x", "") == 0


def test_quiet_clears_the_sheet() -> None:
    """After ten minutes without a failure."""
    clock = Clock(START)
    patience = Patience(clock)
    fail(patience, FREE_FAILURES + 4)
    clock.now += FORGOTTEN_SECONDS + 1
    fail(patience, FREE_FAILURES - 1)
    assert wait_s(patience) == 0


@settings(max_examples=40, deadline=None)
@given(
    start=st.floats(0, 1000),
    arrives=st.floats(0, 300),
    every_s=st.sampled_from([0.2, 0.9, 3.0]),
    same_address=st.booleans(),
    latency_s=st.floats(0, 6),
)
def test_nobody_is_kept_out_for_good(
    start: float, arrives: float, every_s: float, same_address: bool, latency_s: float
) -> None:
    """An attacker who tries without a pause, on the victim's id and from its address too, delays it for a bounded time:
    one cycle, and what it is late by itself.
    """
    clock = Clock(start)
    patience = Patience(clock)
    attacker = "192.0.2.1" if same_address else "198.51.100.7"
    victim_at = begun = start + arrives
    attack_at = start
    while True:
        clock.now = min(attack_at, victim_at)
        if attack_at <= victim_at:
            if wait_s(patience, "victim", attacker) == 0:
                fail(patience, 1, "victim", attacker)
            attack_at += every_s
        elif (told_s := wait_s(patience)) == 0:
            break
        else:
            victim_at += math.ceil(told_s) + latency_s  # as Retry-After says it, in whole seconds
    assert clock.now - begun <= CYCLE_SECONDS + 1 + latency_s


@pytest.mark.parametrize("start", [0.0, 4.0, 30.0, 63.9])
def test_guesses_get_few_chances(start: float) -> None:
    """One that is tried five times a second for ten minutes is mostly not even checked."""
    clock = Clock(start)
    patience = Patience(clock)
    tries = checked = 0
    while clock.now < start + 600:
        tries += 1
        if wait_s(patience) == 0:
            checked += 1
            fail(patience, 1)
        clock.now += 0.2
    assert checked < tries / 5


def test_a_flood_of_ids_stays_small() -> None:
    """Memory is bounded; who fails at last is remembered."""
    clock = Clock(START)
    patience = Patience(clock, most_keys=100)
    for number in range(5000):
        patience.failed(f"id {number}" * 50, f"198.51.{number // 250}.{number % 250}")
        if number % 20 == 0:
            patience.failed("victim", "192.0.2.1")
    assert len(patience) <= 200
    assert wait_s(patience) > 0


def test_what_is_told_says_nothing_of_the_id(caplog: pytest.LogCaptureFixture) -> None:
    """Ids that exist and ids that do not get the same words, and none is logged; an address is, on one line."""
    clock = Clock(START)
    patience = Patience(clock)
    caplog.set_level(logging.DEBUG)
    for _ in range(FREE_FAILURES + 6):
        fail(patience, 1, "canary\nforged", "10.0.0.1\nforged line")
        clock.now += wait_s(patience, "canary\nforged", "10.0.0.1\nforged line")
    fail(patience, 1, "canary\nforged", "10.0.0.1\nforged line")
    clock.now += OPEN_SECONDS
    with pytest.raises(ApiError) as caught:
        patience.admit("canary\nforged", "")
    assert caught.value.status == 429
    assert "canary" not in str(caught.value)
    assert caplog.records
    for record in caplog.records:
        assert "\n" not in record.getMessage()
        assert "canary" not in record.getMessage()
