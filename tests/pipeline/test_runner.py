"""Turns: routing, overlap, back-pressure, jobs, marks and context."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import numpy as np
import pytest

from pipeline.context import ConversationContext
from pipeline.errors import PipelineError
from pipeline.events import Answer, AnswerDelta, Audio, Document, Page, Question, Sentence, Speech, Thought, Transcript
from pipeline.links import Limits
from pipeline.runner import Pipeline
from pipeline.stage import Inbox, MapStage, TurnInfo
from pipeline.testing import (
    Emit,
    FakeStage,
    Spawn,
    VirtualClock,
    Work,
    scripted,
)
from pipeline.timeline import MOST_STEPS

from .turns import EMPTY, run_turn
from .voice_agent import INPUTS, SPOKEN, audio, speech, voice_agent


def test_a_spoken_turn_with_a_document_is_charged_line_by_line() -> None:
    """Endpoint silence, ASR, prefill, thinking, first sentence and TTS add up; reading was overlapped with speech."""
    events, ledger = run_turn(*voice_agent(), inputs=INPUTS, items=SPOKEN)
    lines = {line.name: round(line.ms) for line in ledger.lines}
    assert lines == {
        "endpoint": 300, "asr": 100, "prefill": 50, "thinking": 200, "first sentence": 30, "tts": 80, "unattributed": 0,
    }  # fmt: skip
    assert round(ledger.total_ms) == 760
    assert next(s for s in ledger.stages if s.name == "ocr").overlapped_ns == 500_000_000
    kinds = [type(event).__name__ for _, event in events]
    assert kinds.count("Speech") == 2
    assert "Document" not in kinds, "inputs are not echoed"


def test_all_events_of_a_turn_can_be_had_at_once() -> None:
    """`collect` gives every event of a whole turn, in order."""
    echo = FakeStage(
        "echo", (Question,), (AnswerDelta,), on_item={Question: [Emit(AnswerDelta("a")), Emit(AnswerDelta("b"))]}
    )
    pipeline = Pipeline(echo, inputs=(Question,))
    events = VirtualClock().run(pipeline.collect(scripted((0.0, Question("q", "en")))))
    assert events == [AnswerDelta("a"), AnswerDelta("b")]


def test_a_document_that_is_read_slowly_gates_the_answer() -> None:
    """When the page comes after the transcript, the reading shows on the path and the transcript does not."""
    slow = FakeStage("ocr", (Document,), (Page,), on_item={Document: [Work(5.0), Emit(Page("d", 1, 1, ()))]})
    _, ledger = run_turn(*voice_agent(ocr=slow), inputs=INPUTS, items=SPOKEN)
    lines = {line.name: round(line.ms) for line in ledger.lines}
    assert lines["ocr"] == 4000
    assert "asr" not in lines
    assert sum(lines.values()) == round(ledger.total_ms)


def test_stages_overlap_instead_of_running_in_lockstep() -> None:
    """Ten pieces of 100 ms reasoning into 80 ms of speech each take 1.08 s, not 1.8 s."""
    reasoner = FakeStage(
        "reasoner", (Question,), (Sentence,), on_end=[a for _ in range(10) for a in (Work(0.1), Emit(Sentence("s", 0)))]
    )
    tts = FakeStage("tts", (Sentence,), (Speech,), on_item={Sentence: [Work(0.08), Emit(speech())]})
    events, _ = run_turn(reasoner, tts, inputs=(Question,), items=[(0, Question("q"))])
    assert events[-1][0] == pytest.approx(1.08)


def test_thoughts_have_no_route_to_the_voice() -> None:
    """The caller sees thoughts; no stage receives one."""
    seen: list[Any] = []

    class Listening(FakeStage):
        async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
            async for item in inbox:
                seen.append(item)
                yield speech()

    tts = Listening("tts", (Sentence,), (Speech,))
    events, _ = run_turn(*voice_agent(tts=tts), inputs=INPUTS, items=SPOKEN)
    assert any(type(event) is Thought for _, event in events)
    assert {type(item) for item in seen} == {Sentence}


def test_an_hour_of_audio_before_the_first_event_is_read() -> None:
    """No deadlock, and memory stays bounded: the source is pumped by the turn and held by the inbox."""
    alive: dict[int, Any] = {}
    sent = most_alive = 0

    def forget(number: int, _: Any) -> None:
        del alive[number]

    async def hour() -> AsyncIterator[Audio]:
        nonlocal sent, most_alive
        for number in range(36_000):
            sent += 1
            samples = np.zeros(1600, np.float32)
            alive[number] = weakref.ref(samples, partial(forget, number))
            most_alive = max(most_alive, len(alive))
            yield Audio(samples, 16_000)

    asr = FakeStage(
        "asr", (Audio,), (Transcript,), on_item={Audio: [Work(0.0005)]}, on_end=[Emit(Transcript("q", "en"))]
    )

    async def main() -> None:
        async with Pipeline(asr, inputs=(Audio,)).turn(EMPTY, hour()) as turn:
            await asyncio.sleep(30.0)  # long enough on the virtual clock for the whole hour
            assert sent == 36_000
            assert [type(event) async for event in turn] == [Transcript]
        assert sum(line.ns for line in turn.ledger.lines) == turn.ledger.total_ns
        assert all(len(worker.steps) <= MOST_STEPS for worker in turn.record.workers.values())

    VirtualClock(most_steps=3_000_000).run(main())
    assert most_alive < 310, "30 s of audio wait at most"


def test_reply_audio_is_bounded_and_the_callers_delay_is_called_hand_off() -> None:
    """A caller that does not read holds the voice, and only the voice; its delay is a line of its own."""
    tts = FakeStage("tts", (Question,), (Speech,), on_start=[Emit(speech(2.0))] * 5)

    async def main() -> None:
        limits = Limits(reply_s=4.0)
        async with Pipeline(tts, inputs=(Question,), limits=limits).turn(EMPTY, scripted((0, Question("q")))) as turn:
            await asyncio.sleep(10)
            seconds = [event.seconds async for event in turn]
        assert seconds == [2.0] * 5
        assert next(s for s in turn.ledger.stages if s.name == "tts").blocked_ns == 10_000_000_000

    VirtualClock().run(main())


def test_other_events_never_hold_a_stage_back() -> None:
    """Ten thousand tokens that nobody reads do not stop the reasoner."""
    reasoner = FakeStage("reasoner", (Question,), (AnswerDelta,), on_end=[Emit(AnswerDelta("x"))] * 10_000)
    events, _ = run_turn(reasoner, inputs=(Question,), items=[(0, Question("q"))])
    assert len(events) == 10_000


def test_a_spawned_job_reports_through_the_inbox_and_is_charged_to_its_stage() -> None:
    """The inbox stays open until the job is done; its time carries the mark of the moment it was spawned at."""
    stage = FakeStage(
        "reader", (Question,), (Answer,),
        on_item=[[Work(0.01, "plan"), Spawn(0.5, "look up")], [Work(0.02, "write"), Emit(Answer("q", "a"))]],
    )  # fmt: skip
    events, ledger = run_turn(stage, inputs=(Question,), items=[(0, Question("q"))])
    assert events[-1][0] == pytest.approx(0.53)
    assert {line.name: round(line.ms) for line in ledger.lines if line.ns} == {"plan": 510, "write": 20}
    assert ledger.stages[0].busy_ns == 530_000_000


def test_a_far_side_duration_relabels_the_end_of_the_run() -> None:
    """What the gateway says it queued is taken out of the stage's own line."""

    class Client(FakeStage):
        async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
            async for _ in inbox:
                turn.mark("prefill")
                await asyncio.sleep(0.1)
                turn.report("gateway queue", 0.03)
                await asyncio.sleep(0.05)
                yield Answer("q", "a")

    _, ledger = run_turn(Client("client", (Question,), (Answer,)), inputs=(Question,), items=[(0, Question("q"))])
    assert {line.name: round(line.ms) for line in ledger.lines if line.ns} == {"prefill": 120, "gateway queue": 30}


def test_a_live_source_that_is_held_is_counted_as_overrun() -> None:
    """Nothing is dropped, and the record says how often the microphone was held."""

    class Microphone:
        live = True

        async def __aiter__(self) -> AsyncIterator[Audio]:
            for _ in range(5):
                await asyncio.sleep(0.1)
                yield audio(0.1)

    slow = FakeStage("asr", (Audio,), (Transcript,), on_item={Audio: [Work(1.0)]}, on_end=[Emit(Transcript("q", "en"))])

    async def main() -> None:
        limits = Limits(audio_s=0.15)
        async with Pipeline(slow, inputs=(Audio,), limits=limits).turn(EMPTY, Microphone()) as turn:
            async for _ in turn:
                pass
        track = turn.record.track
        assert len(track.ends) == 5
        assert track.overruns == 3
        assert track.held > 2_000_000_000

    VirtualClock().run(main())


def test_a_live_source_that_is_never_held_is_no_overrun() -> None:
    """On a real clock handing over takes microseconds; that is not waiting."""

    class Microphone:
        live = True

        async def __aiter__(self) -> AsyncIterator[Audio]:
            for _ in range(20):
                yield audio(0.01)

    async def main() -> int:
        ear = FakeStage("asr", (Audio,), (Transcript,), on_end=[Emit(Transcript("q", "en"))])
        async with Pipeline(ear, inputs=(Audio,)).turn(EMPTY, Microphone()) as turn:
            async for _ in turn:
                pass
        return turn.record.track.overruns

    assert asyncio.run(main()) == 0


def test_a_map_stage_makes_one_event_of_each_item() -> None:
    """The loop is the engine's; None means no event."""

    class Reader(MapStage):
        name, accepts, emits = "ocr", (Document,), (Page,)

        async def __call__(self, item: Document, turn: TurnInfo) -> Page | None:
            return Page(item.name, 1, 1, ()) if item.content else None

    items: list[tuple[float, Any]] = [(0, Document("a", b"x")), (0, Document("b", b"")), (0, Document("c", b"x"))]
    events, _ = run_turn(Reader(), inputs=(Document,), items=items)
    assert [event.document for _, event in events] == ["a", "c"]


def test_a_turn_sees_the_context_it_was_given() -> None:
    """The snapshot reaches every stage, and turns do not share identity."""
    seen: list[tuple[str, str]] = []

    class Reading(FakeStage):
        async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
            seen.append((turn.context.summary, turn.turn_id))
            async for _ in inbox:
                yield Answer("q", "a")

    async def main() -> None:
        pipeline = Pipeline(Reading("r", (Question,), (Answer,)), inputs=(Question,))
        for summary in ("one", "two"):
            async with pipeline.turn(ConversationContext(summary=summary), scripted((0, Question("q")))) as turn:
                async for _ in turn:
                    pass

    VirtualClock().run(main())
    assert [summary for summary, _ in seen] == ["one", "two"]
    assert seen[0][1] != seen[1][1]


def test_the_ledger_cannot_be_read_before_anything_was_heard() -> None:
    """Asking too early is an error that says what to wait for."""

    async def main() -> None:
        stage = FakeStage("s", (Question,), (Speech,), on_end=[Work(1.0), Emit(speech()), Work(1.0)])
        async with Pipeline(stage, inputs=(Question,)).turn(EMPTY, scripted((0, Question("q")))) as turn:
            with pytest.raises(PipelineError, match="closes with the first audible reply"):
                _ = turn.ledger
            await anext(turn)
            assert round(turn.ledger.total_ms) == 1000

    VirtualClock().run(main())
