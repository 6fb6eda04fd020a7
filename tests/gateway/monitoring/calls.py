"""Records of calls, and a gateway that is watched."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from gateway.calls import CacheUse, Caller, CallRecord, CallTiming, CallTokens
from gateway.roles import Role

INFER = "/v1/models/r1/infer"


def caller(name: str = "kitchen", role: Role = "developer") -> Caller:
    """A client."""
    return Caller(f"key-of-{name}", name, role, "default")


KITCHEN = caller()
USUAL = CallTiming(120.0, 10.0, 40.0, 80.0, 105.0)
"""5 ms of it the gateway's own."""


def record(
    route: str = INFER,
    status: int = 200,
    error_class: str = "",
    client: Caller | None = KITCHEN,
    timing: CallTiming = USUAL,
    tokens: CallTokens | None = None,
    cache: CacheUse = "off",
) -> CallRecord:
    """One call that has ended; an answered one of the kitchen, unless said otherwise."""
    return CallRecord(
        call_id="infer-1",
        started_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        method="POST",
        route=route,
        status=status,
        error_class=error_class,
        caller=client,
        user_id="user-canary",
        session_id="session-canary",
        remote_address="127.0.0.1",
        timing=timing,
        tokens=tokens or (CallTokens() if error_class else CallTokens(100, 60, 40, 20)),
        served_by="scripted",
        cache=cache,
    )


def lifelike(chance: random.Random, load: float = 1.0) -> CallRecord:
    """A call as one might be; times grow with `load`."""
    name = chance.choices(["kitchen", "客厅", "workshop", "night-batch"], [50, 30, 15, 5])[0]
    kind = chance.random()
    if kind < 0.012:
        return record(status=429, error_class="overloaded", client=caller(name), timing=CallTiming(5.0))
    if kind < 0.018:
        return record(status=503, error_class="engine_unavailable", client=caller(name), timing=CallTiming(90.0))
    if kind < 0.06:
        return record(status=400, error_class="invalid_parameter", client=caller(name), timing=CallTiming(1.0))
    if kind < 0.07:
        return record(status=401, error_class="unauthorised", client=None, timing=CallTiming(0.8))
    overhead_ms = chance.lognormvariate(0.3, 0.5)
    if kind < 0.25:
        whole_ms = overhead_ms + 1
        return record(client=caller(name), timing=CallTiming(whole_ms, None, whole_ms, whole_ms), cache="hit")
    queued_ms = max(0.0, chance.lognormvariate(2.5, 1.0) * load - 10)
    first_ms = overhead_ms + queued_ms + chance.lognormvariate(4.6, 0.35) * load
    answer_ms = first_ms + chance.lognormvariate(6.5, 0.4)
    total_ms = answer_ms + chance.lognormvariate(6.8, 0.3)
    timing = CallTiming(total_ms, queued_ms, first_ms, answer_ms, total_ms - queued_ms - overhead_ms)
    prompt, thoughts, said = (round(chance.lognormvariate(mean, 0.4)) for mean in (6.0, 5.2, 4.4))
    tokens = CallTokens(prompt, thoughts + said, thoughts, prompt // 3)
    return record(client=caller(name), timing=timing, tokens=tokens, cache="miss")
