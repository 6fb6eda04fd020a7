"""How turns end: failures, cancellation, early ends, the end of the input."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from pipeline.errors import ContractError, StageError
from pipeline.events import Answer, Audio, Question, Sentence, Speech, Thought, Transcript
from pipeline.links import Limits
from pipeline.runner import Pipeline
from pipeline.stage import Inbox, TurnInfo
from pipeline.testing import (
    DeadlockError,
    Emit,
    EndInput,
    Fail,
    FakeStage,
    Stop,
    VirtualClock,
    Work,
    scripted,
)

from .turns import EMPTY, run_turn
from .voice_agent import INPUTS, SPOKEN, audio, voice_agent


def test_an_undeclared_event_fails_by_name() -> None:
    """The message names the stage and the event."""
    liar = FakeStage("liar", (Question,), (Answer,), on_end=[Emit(Thought("x"))])
    with pytest.raises(StageError, match="stage 'liar' emitted Thought, which it does not declare") as caught:
        run_turn(liar, inputs=(Question,), items=[(0, Question("q"))])
    assert isinstance(caught.value.cause, ContractError)


def test_an_undeclared_input_fails_by_name() -> None:
    """A source that sends what the pipeline does not take is named too."""
    stage = FakeStage("s", (Question,), (Answer,))
    with pytest.raises(StageError, match="the source sent Audio; this pipeline's inputs are Question"):
        run_turn(stage, inputs=(Question,), items=[(0, audio(1))])


def test_a_failing_stage_ends_the_turn_after_all_others_are_closed() -> None:
    """`StageError` names stage and cause; events made before it still reach the caller; every generator is closed."""
    stages = voice_agent(
        tts=FakeStage("tts", (Sentence,), (Speech,), on_item={Sentence: [Work(0.01), Fail(RuntimeError("no voice"))]})
    )

    async def main() -> tuple[list[Any], StageError, list[int]]:
        events: list[Any] = []
        async with Pipeline(*stages, inputs=INPUTS).turn(EMPTY, scripted(*SPOKEN)) as turn:
            try:
                async for event in turn:
                    events.append(event)  # noqa: PERF401 - what came before the failure is wanted
            except StageError as error:
                return events, error, [stage.open_runs for stage in stages]
        raise AssertionError("the failure did not reach the caller")

    events, error, open_runs = VirtualClock().run(main())
    assert (error.stage, str(error.cause)) == ("tts", "no voice")
    assert str(error) == "stage 'tts' failed: no voice"
    assert open_runs == [0] * 5
    assert type(events[-1]) is Sentence


def test_a_stage_that_is_no_generator_is_refused_by_name() -> None:
    """Forgetting the `yield` is the commonest mistake; the message says so."""

    class Forgetful(FakeStage):
        async def run(self, inbox: Any, turn: Any) -> Any:  # type: ignore[override]  # the very mistake
            return None

    stage: Any = Forgetful("f", (Question,), (Answer,))
    with pytest.raises(StageError, match="must be an async generator"):
        run_turn(stage, inputs=(Question,), items=[(0, Question("q"))])


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.65, 1.35, 1.52, 1.66, 1.8])
def test_cancelling_closes_every_stage_at_once_and_no_event_follows(moment: float) -> None:
    """At any moment of the turn: no virtual time passes, no generator stays open, the iteration ends."""
    stages = voice_agent()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with Pipeline(*stages, inputs=INPUTS).turn(EMPTY, scripted(*SPOKEN)) as turn:
            await asyncio.sleep(moment)
            await turn.cancel(heard_ms=12.0)
            assert loop.time() == pytest.approx(moment)
            assert [stage.open_runs for stage in stages] == [0] * 5
            assert [event async for event in turn] == []
            assert turn.heard_ms == 12.0
        assert turn.ledger.outcome == "cancelled"
        assert sum(line.ns for line in turn.ledger.lines) == turn.ledger.total_ns

    VirtualClock().run(main())


def test_leaving_the_turn_early_cancels_it() -> None:
    """A `break` out of the events, or an exception, leaves nothing running."""
    stages = voice_agent()

    async def main() -> None:
        with contextlib.suppress(ZeroDivisionError):
            async with Pipeline(*stages, inputs=INPUTS).turn(EMPTY, scripted(*SPOKEN)) as turn:
                async for _ in turn:
                    raise ZeroDivisionError
        assert [stage.open_runs for stage in stages] == [0] * 5
        assert len(asyncio.all_tasks()) == 1

    VirtualClock().run(main())


def test_a_stage_that_ends_early_releases_what_waits_for_it() -> None:
    """Its producers are not held, and the source is closed once nobody is left to take."""
    stage = FakeStage("picky", (Audio,), (Answer,), on_item=[[Emit(Answer("q", "enough")), Stop()]])
    items = [(0.1, audio(1.0))] * 100
    events, ledger = run_turn(stage, inputs=(Audio,), items=items, limits=Limits(audio_s=1.0))
    assert [event.text for _, event in events] == ["enough"]
    assert ledger.record.finished == 100_000_000


def test_ending_the_input_closes_a_source_that_runs_on() -> None:
    """ASR found the end of speech: the microphone is not waited for."""
    asr = FakeStage(
        "asr", (Audio,), (Transcript,),
        on_item=[[], [EndInput()]], on_end=[Work(0.1), Emit(Transcript("q", "en", (), 1600))],
    )  # fmt: skip
    closed: list[bool] = []

    async def microphone() -> AsyncIterator[Audio]:
        try:
            while True:
                await asyncio.sleep(0.1)
                yield audio(0.1)
        finally:
            closed.append(True)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with Pipeline(asr, inputs=(Audio,)).turn(EMPTY, microphone()) as turn:
            events = [event async for event in turn]
        assert [event.text for event in events] == ["q"]
        assert loop.time() == pytest.approx(0.3)
        assert closed == [True]
        assert {line.name: round(line.ms) for line in turn.ledger.lines} == {
            "endpoint": 100, "asr": 100, "unattributed": 0,
        }  # fmt: skip

    VirtualClock().run(main())


def test_spawning_on_a_closing_turn_is_a_cancellation() -> None:
    """A stage that spawns in its clean-up gets `CancelledError`, and no task is left behind."""
    seen: list[str] = []

    class Late(FakeStage):
        async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
            try:
                async for _ in inbox:
                    yield Answer("q", "a")
            finally:
                try:
                    turn.spawn(asyncio.sleep(1), "late")
                except asyncio.CancelledError:
                    seen.append("cancelled")

    async def main() -> None:
        async with Pipeline(Late("late", (Question,), (Answer,)), inputs=(Question,)).turn(
            EMPTY, scripted((100, Question("q")))
        ) as turn:
            await asyncio.sleep(1)
            await turn.cancel()
        assert len(asyncio.all_tasks()) == 1

    VirtualClock().run(main())
    assert seen == ["cancelled"]


def test_a_failing_job_fails_its_stage() -> None:
    """The error names the stage that spawned it."""

    async def broken() -> None:
        raise RuntimeError("lost")

    class Spawner(FakeStage):
        async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
            turn.spawn(broken(), "look up")
            async for _ in inbox:
                yield Answer("q", "a")

    with pytest.raises(StageError, match="stage 'spawner' failed: lost"):
        run_turn(Spawner("spawner", (Question,), (Answer,)), inputs=(Question,), items=[])


def test_a_failing_source_ends_the_turn() -> None:
    """The error says that it was the source."""

    async def broken() -> AsyncIterator[Any]:
        yield Question("q")
        raise OSError("device unplugged")

    async def main() -> None:
        async with Pipeline(FakeStage("s", (Question,), (Answer,)), inputs=(Question,)).turn(EMPTY, broken()) as turn:
            async for _ in turn:
                pass

    with pytest.raises(StageError, match="stage 'source' failed: device unplugged"):
        VirtualClock().run(main())


def test_a_stage_that_waits_for_ever_is_a_deadlock_on_the_virtual_clock() -> None:
    """The clock says so instead of hanging."""

    class Waiting(FakeStage):
        async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
            await asyncio.get_running_loop().create_future()
            yield Answer("q", "a")

    with pytest.raises(DeadlockError, match="deadlock"):
        run_turn(Waiting("w", (Question,), (Answer,)), inputs=(Question,), items=[])
