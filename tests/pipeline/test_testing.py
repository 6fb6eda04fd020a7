"""The tools for testing stages, tested: the virtual clock and the contract check."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from pipeline.errors import StageError
from pipeline.events import Answer, Question, Thought
from pipeline.stage import Inbox, JobDone, TurnInfo
from pipeline.testing import Action, DeadlockError, Emit, FakeStage, RunawayError, VirtualClock, Work, check_stage


class Sound:
    """A stage that keeps the contract."""

    name, accepts, emits = "sound", (Question,), (Answer,)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
        async for item in inbox:
            await asyncio.sleep(0.01)
            yield Answer(item.text, item.text.upper())


def check(make: Any, **options: Any) -> list[Any]:
    return VirtualClock(most_steps=10_000).run(check_stage(make, [Question("a"), Question("b")], **options))


def test_virtual_time_is_exact_and_takes_no_time() -> None:
    """An hour of sleeping ends at once, on the nanosecond, in the order of the timers."""

    async def main() -> list[int]:
        loop, moments = asyncio.get_running_loop(), []

        async def sleeper(ns: int) -> None:
            await asyncio.sleep(ns / 1e9)
            moments.append(round(loop.time() * 1e9))

        await asyncio.gather(*(sleeper(ns) for ns in (3_600_000_000_001, 3, 2, 1, 1_000_000_007)))
        return moments

    started = time.perf_counter()
    assert VirtualClock().run(main()) == [1, 2, 3, 1_000_000_007, 3_600_000_000_001]
    assert time.perf_counter() - started < 5


def test_waiting_for_nothing_is_a_deadlock() -> None:
    """It is raised, not slept through."""

    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(DeadlockError):
        VirtualClock().run(main())


def test_a_runaway_script_is_stopped() -> None:
    """A loop that never ends hits the limit of steps."""

    async def main() -> None:
        while True:
            await asyncio.sleep(0.001)

    with pytest.raises(RunawayError):
        VirtualClock(most_steps=500).run(main())


def test_a_sound_stage_passes_and_its_events_are_returned() -> None:
    """So that a test can go on to look at them."""
    assert [event.text for event in check(Sound)] == ["A", "B"]


def test_a_stage_that_never_ends_is_caught() -> None:
    """For instance because it waits for more than its input."""

    class Endless(Sound):
        async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
            while True:
                await inbox.take(0.1)
                yield Answer("q", "a")
                await asyncio.sleep(60)

    with pytest.raises((AssertionError, RunawayError), match=r"does not end on empty input|more steps"):
        check(Endless)


def test_a_stage_that_spawns_on_each_result_is_caught() -> None:
    """Its inbox would stay open for ever."""

    class Spawning(Sound):
        async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
            async for item in inbox:
                turn.spawn(asyncio.sleep(1), "again")
                if type(item) is JobDone:
                    yield Answer("q", "a")

    with pytest.raises(AssertionError, match="'sound' does not end with its input"):
        check(Spawning)


def test_a_stage_that_does_not_close_is_caught() -> None:
    """Clean-up that takes for ever would hold the next turn."""

    class Clinging(Sound):
        async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
            try:
                async for item in inbox:
                    await asyncio.sleep(1)
                    yield Answer(item.text, "a")
            except asyncio.CancelledError:
                await asyncio.sleep(10_000)
                raise

    with pytest.raises(AssertionError, match="'sound' does not close when cancelled"):
        check(Clinging, patience_s=5)


def test_a_stage_that_mixes_two_runs_is_caught() -> None:
    """State on the stage object is shared by turns that overlap."""

    class Shared(Sound):
        def __init__(self) -> None:
            self.waiting: list[Any] = []

        async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
            async for item in inbox:
                self.waiting.append(item)
                await asyncio.sleep(0.1)
            while self.waiting:
                yield Answer(self.waiting.pop().text, "a")

    with pytest.raises(AssertionError, match="'sound' mixes two runs"):
        check(Shared)


def test_a_stage_that_emits_what_it_does_not_declare_is_caught() -> None:
    """By the engine itself."""
    with pytest.raises(StageError, match="emitted Thought"):
        check(lambda: FakeStage("fake", (Question,), (Answer,), on_item={Question: [Emit(Thought("x"))]}))


def test_a_scripted_stage_keeps_the_contract_too() -> None:
    """Whatever its script, also when it stops in the middle."""
    script: list[Action] = [Work(0.1), Emit(Answer("q", "a"))]
    assert len(check(lambda: FakeStage("fake", (Question,), (Answer,), on_item={Question: script}))) == 2
