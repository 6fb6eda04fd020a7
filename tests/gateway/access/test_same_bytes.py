"""An assertion without a jti, as the guide's clients sign them, can be replayed for a few seconds and no more."""

from __future__ import annotations

import pytest

from gateway.access import Access
from gateway.access.access import SAME_BYTES_SECONDS
from gateway.access.replays import MemoryReplays
from gateway.errors import ApiError
from tests.gateway.access.clock import Clock
from tests.gateway.engine import KEY, SECRET, assertion


def signed(clock: Clock, skew_s: int = 0) -> str:
    """For a day, as the guide has it, by a client whose clock is off."""
    now = int(clock()) + skew_s
    return assertion(iat=now, exp=now + 86_400)


def refused(access: Access, text: str) -> str:
    with pytest.raises(ApiError) as caught:
        access.exchange(text)
    assert caught.value.status == 401
    return str(caught.value)


@pytest.mark.parametrize("skew_s", [0, -50, 50])
def test_the_same_bytes_count_for_some_seconds(skew_s: int) -> None:
    """From when they first came, whatever the client's clock says; then never again in their life of a day."""
    clock = Clock()
    access = Access({KEY: SECRET}, clock=clock)
    text = signed(clock, skew_s)
    for _ in range(3):
        assert access.exchange(text)
        clock.now += SAME_BYTES_SECONDS / 3
    clock.now += max(skew_s, 0) + 6.0
    for _ in range(3):
        assert "used before" in refused(access, text)
        clock.now += 25_000
    assert access.exchange(signed(clock, skew_s))


def test_gateways_that_share_their_replays_allow_the_same_second() -> None:
    """Two processes of a client may meet two gateways; a day later, or a minute, is a replay at either."""
    clock = Clock()
    replays = MemoryReplays(clock)
    one, two = (Access({KEY: SECRET}, replays=replays, clock=clock) for _ in range(2))
    text = signed(clock)
    assert one.exchange(text) and two.exchange(text)
    clock.now += 60
    assert "used before" in refused(one, text)
    assert "used before" in refused(two, text)


def test_a_jti_still_counts_once() -> None:
    """At once, too."""
    access = Access({KEY: SECRET})
    text = assertion(jti="one")
    assert access.exchange(text)
    assert "used before" in refused(access, text)
