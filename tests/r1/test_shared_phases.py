"""Callers that share a call hear its phases, each from when it joined, so that their ledgers' lines are true."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import httpx
import pytest

from pipeline.testing import VirtualClock
from r1 import ClientParts, Completion, R1Client
from r1.cache import MemoryCache
from r1.progress import Listener, Relay
from tests.r1.calls import run
from tests.r1.upstream import DONE, Upstream, data, guide_event, guide_options, stream

_THOUGHT, _ANSWER, _END = data(guide_event("", "Hm."), guide_event("Yes.", ""), guide_event("", "", "stop"))
REPLY: list[str | float | Exception] = [10.0, _THOUGHT, 10.0, _ANSWER, 10.0, _END, DONE]
"""Ten seconds of prefill, of thinking, and of answering."""


@dataclass
class Heard:
    """What one caller was told, and when."""

    phases: list[tuple[float, str]] = field(default_factory=list)
    durations: list[tuple[str, float]] = field(default_factory=list)

    def phase(self, name: str) -> None:
        self.phases.append((round(asyncio.get_running_loop().time(), 3), name))

    def duration(self, name: str, seconds: float) -> None:
        self.durations.append((name, round(seconds, 3)))


def callers(upstream: Upstream, *visits: tuple[float, float], posts: int = 1) -> list[Heard]:
    """Identical calls that come at the first number of seconds and leave at the second."""
    heard = [Heard() for _ in visits]

    async def main() -> None:
        client = R1Client(guide_options(), ClientParts(cache=MemoryCache()), httpx.MockTransport(upstream))

        async def call(told: Heard, comes: float) -> None:
            await asyncio.sleep(comes)
            async for item in client.stream("Why?", on_phase=told.phase, on_duration=told.duration):
                assert not isinstance(item, Completion) or item.answer == "Yes."

        tasks = [asyncio.create_task(call(told, comes)) for told, (comes, _) in zip(heard, visits, strict=True)]
        for task, (_, leaves) in zip(tasks, visits, strict=True):
            asyncio.get_running_loop().call_later(leaves, task.cancel)
        await asyncio.wait(tasks)

    run(main())
    assert upstream.count("POST") == posts
    return heard


def test_who_joins_hears_the_phase_that_the_call_is_in_and_those_that_follow() -> None:
    """Whenever it joins; one that comes in the middle of the thinking is not told that it waits for the first token."""
    first, early, late, last = callers(Upstream([stream(REPLY)]), (0, 99), (5, 99), (15, 99), (25, 99))
    assert first.phases == [(0, "prefill"), (0, "connect"), (0, "prefill"), (10, "thinking"), (20, "first sentence")]
    assert early.phases == [(5, "prefill"), (5, "prefill"), (10, "thinking"), (20, "first sentence")]
    assert late.phases == [(15, "prefill"), (15, "thinking"), (20, "first sentence")]
    assert last.phases == [(25, "prefill"), (25, "first sentence")]


def test_who_has_left_hears_no_more_and_the_others_do() -> None:
    """Also when it was the one that began the call."""
    first, second = callers(Upstream([stream(REPLY)]), (0, 5), (1, 99))
    assert [name for _, name in first.phases] == ["prefill", "connect", "prefill"]
    assert second.phases[-2:] == [(10, "thinking"), (20, "first sentence")]


def test_waiting_for_a_busy_server_is_told_to_all() -> None:
    """A retry within the call, with its wait."""
    busy = httpx.Response(429, headers={"retry-after": "30"})
    _, joined = callers(Upstream([busy, stream(REPLY)]), (0, 99), (20, 99), posts=2)
    assert joined.phases == [
        *[(20, "prefill"), (20, "gateway queue"), (30, "connect"), (30, "prefill")],
        *[(40, "thinking"), (50, "first sentence")],
    ]


@pytest.mark.parametrize(("joined_s", "told_s"), [(1.0, 9.0), (9.0, 1.0), (10.0, 0.0)])
def test_a_wait_is_told_only_as_far_as_it_was_one_s_own(joined_s: float, told_s: float) -> None:
    """The server's queue of nine seconds began before some had joined."""

    async def main() -> None:
        first, second = Heard(), Heard()
        relay = Relay(Listener(first.phase, first.duration))
        await asyncio.sleep(joined_s)
        relay.join(Listener(second.phase, second.duration))
        await asyncio.sleep(10.0 - joined_s)
        relay.told.on_duration("gateway queue", 9.0)
        assert first.durations == [("gateway queue", 9.0)]
        assert second.durations == [("gateway queue", told_s)]

    VirtualClock().run(main())
