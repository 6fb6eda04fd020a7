"""Waiting for speech at a live source, on the virtual clock."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.noisy_speech import noise
from pipeline.errors import ContractError, InputError
from pipeline.events import Audio, Samples, Transcript
from pipeline.runner import Pipeline
from pipeline.stage import Inbox, TurnInfo
from pipeline.testing import VirtualClock
from stages.listening import SILENT_DB, ListenerOptions, Utterance, UtteranceListener, level_db
from stages.vad import FRAME, VoiceModel, VoiceOptions
from tests.stages.live_sound import PacedSource, spoken_at
from tests.stages.sounds import RATE, silence, speech

MODEL = VoiceModel()
QUESTION = speech("What is the total on this invoice?")
OTHER = speech("Who signed this letter?")


async def taken(utterance: Utterance, seconds: float) -> Samples:
    """At least so much of an utterance, then it is closed."""
    parts: list[Samples] = []
    async for audio in utterance:
        parts.append(audio.samples)
        if sum(map(len, parts)) >= seconds * utterance.sample_rate:
            break
    await utterance.aclose()
    return np.concatenate(parts)


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return VirtualClock().run(work)


# -- hearing that somebody speaks


def test_an_utterance_begins_before_its_first_sound() -> None:
    """What came just before the speech belongs to it, about half a second; the speech is whole."""

    async def main() -> tuple[Utterance, float]:
        listener = UtteranceListener(PacedSource(spoken_at((3.0, QUESTION))), MODEL)
        utterance = await listener.utterance()
        assert utterance is not None
        return utterance, asyncio.get_running_loop().time()

    utterance, heard_s = run(main())
    assert 3.0 - 0.55 <= utterance.start / RATE <= 3.0 - 0.25
    assert 3.2 <= heard_s <= 3.6


@pytest.mark.parametrize("word", ["No.", "Yes.", "Stop.", "Hi."])
def test_one_short_word_is_an_utterance(word: str) -> None:
    """The shortest answers are heard."""

    async def main() -> Utterance | None:
        return await UtteranceListener(PacedSource(spoken_at((2.0, speech(word)), seconds=4.0)), MODEL).utterance()

    assert run(main()) is not None


def test_a_click_is_no_utterance() -> None:
    """Knocks and a twentieth of a second of speech are passed over; what follows is heard."""

    async def main() -> Utterance | None:
        knock = 0.8 * noise("white", 0.05)
        sound = spoken_at((1.0, knock), (2.0, QUESTION[4000:4800]), (4.0, knock), (5.0, QUESTION))
        return await UtteranceListener(PacedSource(sound), MODEL).utterance()

    utterance = run(main())
    assert utterance is not None and utterance.start / RATE > 4.4


# -- nothing lost, nothing twice


@settings(max_examples=15, deadline=None)
@given(
    sizes=st.lists(st.sampled_from([1, 37, 160, 512, 800, 1024, 5_000, 30_000]), min_size=1, max_size=5).filter(
        lambda sizes: sum(sizes) > 100
    ),
    onset_s=st.floats(0.0, 2.0),
    wanted_s=st.floats(0.0, 2.5),
)
def test_utterances_are_the_source_s_own_samples(sizes: list[int], onset_s: float, wanted_s: float) -> None:
    """However the source is cut and whenever a turn ends, an utterance is one stretch of the source, sample for sample,
    and the next begins no earlier than it ended.
    """
    sound = spoken_at((onset_s, QUESTION), (onset_s + 3.5, OTHER), seconds=onset_s + 6.0)

    async def main() -> list[tuple[int, Samples]]:
        listener = UtteranceListener(PacedSource(sound, sizes), MODEL)
        found = []
        while (utterance := await listener.utterance()) is not None:
            found.append((utterance.start, await taken(utterance, wanted_s)))
        return found

    found = run(main())
    assert found
    before = 0
    for start, samples in found:
        assert start >= before
        before = start + len(samples)
        np.testing.assert_array_equal(samples, sound[start:before])


@settings(max_examples=15, deadline=None)
@given(sizes=st.lists(st.integers(1, 4_000), min_size=1, max_size=5), onset_s=st.floats(0.5, 2.0))
def test_where_an_utterance_begins_does_not_depend_on_chunks(sizes: list[int], onset_s: float) -> None:
    """Any cutting of the same sound gives the same beginning."""
    sound = spoken_at((onset_s, QUESTION), seconds=onset_s + 2.5)

    async def begin(sizes: list[int]) -> int | None:
        utterance = await UtteranceListener(PacedSource(sound, sizes), MODEL).utterance()
        return None if utterance is None else utterance.start

    assert VirtualClock(most_steps=10_000_000).run(begin(sizes)) == run(begin([FRAME]))


def test_speech_that_goes_on_behind_a_closed_utterance_is_the_next() -> None:
    """A turn that is closed in the middle of a sentence leaves the rest, without a gap."""

    async def main() -> tuple[int, int]:
        sound = spoken_at((1.0, np.concatenate((QUESTION, OTHER))))
        listener = UtteranceListener(PacedSource(sound), MODEL)
        first = await listener.utterance()
        assert first is not None
        end = first.start + len(await taken(first, 1.0))
        second = await listener.utterance()
        assert second is not None
        return end, second.start

    end, start = run(main())
    assert start == end


def test_a_stage_ends_the_turn_and_the_listener_goes_on() -> None:
    """Through the pipeline: the turn closes its input in the middle of a wait, and no chunk is lost to it."""
    sound = spoken_at((1.0, QUESTION), (3.4, OTHER))
    seen: list[tuple[int, Samples]] = []

    class Ending:
        name = "ending"
        accepts: tuple[type, ...] = (Audio,)
        emits: tuple[type, ...] = (Transcript,)

        async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Transcript]:
            parts = []
            async for audio in inbox:
                parts.append(audio.samples)
                if sum(map(len, parts)) >= 1.5 * RATE:
                    await asyncio.sleep(0.02)  # the source is in the middle of its next chunk
                    turn.end_input()
                    break
            seen.append((-1, np.concatenate(parts)))
            yield Transcript("x", "en")

    async def main() -> list[int]:
        source = PacedSource(sound)
        listener = UtteranceListener(source, MODEL)
        pipeline, starts = Pipeline(Ending(), inputs=(Audio,)), []
        while (utterance := await listener.utterance()) is not None:
            starts.append(utterance.start)
            await pipeline.collect(utterance)
        await listener.aclose()
        assert source.closed
        return starts

    starts = run(main())
    assert len(starts) >= 2
    for start, (_, samples) in zip(starts, seen, strict=True):
        np.testing.assert_array_equal(samples, sound[start : start + len(samples)])
    assert starts[1] == starts[0] + len(seen[0][1])  # the same sentence went on


def test_a_reader_that_is_cancelled_loses_nothing() -> None:
    """Waiting can be broken off at any moment and taken up again: the sound has no hole."""
    sound = spoken_at((4.0, QUESTION))

    async def main() -> tuple[int, Samples]:
        listener = UtteranceListener(PacedSource(sound, [800]), MODEL)
        for _ in range(150):
            waiting = asyncio.ensure_future(listener.utterance())
            await asyncio.sleep(0.0251)
            waiting.cancel()
            await asyncio.wait({waiting})
            assert waiting.cancelled()
        utterance = await listener.utterance()
        assert utterance is not None
        return utterance.start, await taken(utterance, 2.0)

    start, samples = run(main())
    assert 3.4 < start / RATE < 3.8
    np.testing.assert_array_equal(samples, sound[start : start + len(samples)])


def test_only_the_last_second_is_held() -> None:
    """However long nobody speaks, no more than what an utterance could begin with is kept."""
    given: list[weakref.ref[Samples]] = []

    async def quiet() -> AsyncIterator[Audio]:
        for _ in range(2_000):
            chunk = np.zeros(512, np.float32)
            given.append(weakref.ref(chunk))
            yield Audio(chunk, RATE)

    async def main() -> None:
        listener = UtteranceListener(quiet(), MODEL)
        assert await listener.utterance() is None
        assert sum(chunk() is not None for chunk in given) * 512 < 1.3 * RATE

    run(main())


# -- endings and faults


def test_the_source_s_end_ends_the_listening() -> None:
    """Without anybody speaking there is no utterance; within one, the utterance ends too."""

    async def main() -> None:
        assert await UtteranceListener(PacedSource(silence(1.0)), MODEL).utterance() is None
        listener = UtteranceListener(PacedSource(spoken_at((0.5, QUESTION), seconds=3.0)), MODEL)
        utterance = await listener.utterance()
        assert utterance is not None
        rest = await taken(utterance, 60.0)
        assert utterance.start + len(rest) == 3 * RATE == listener.position
        assert await listener.utterance() is None
        assert [audio async for audio in utterance] == []

    run(main())


def test_while_the_assistant_speaks_sound_is_dropped() -> None:
    """`discard` reads on and keeps nothing: what was said meanwhile starts no utterance."""

    async def main() -> Utterance | None:
        sound = spoken_at((1.0, QUESTION), (5.0, OTHER))
        listener = UtteranceListener(PacedSource(sound), MODEL)
        deaf = asyncio.ensure_future(listener.discard())
        await asyncio.sleep(4.0)
        deaf.cancel()
        await asyncio.wait({deaf})
        return await listener.utterance()

    utterance = run(main())
    assert utterance is not None and 4.4 < utterance.start / RATE < 4.8


def test_the_level_is_told() -> None:
    """A level meter hears of every chunk: silence, then a voice."""
    levels: list[float] = []

    async def main() -> None:
        sound = np.concatenate((silence(1.0), QUESTION))
        await UtteranceListener(PacedSource(sound), MODEL, on_level=levels.append).utterance()

    run(main())
    assert levels[0] == SILENT_DB and max(levels) > -30
    assert level_db(np.ones(4, np.float32)) == pytest.approx(0.0)
    assert level_db(np.empty(0, np.float32)) == SILENT_DB


def test_a_source_that_fails_can_come_back() -> None:
    """Its error reaches who waits; asked again, it goes on."""

    class Unsteady(PacedSource):
        failed = False

        async def __anext__(self) -> Audio:
            if not self.failed and self.position > RATE:
                self.failed = True
                raise InputError("the microphone is gone")
            return await super().__anext__()

    async def main() -> Utterance | None:
        listener = UtteranceListener(Unsteady(spoken_at((2.0, QUESTION))), MODEL)
        with pytest.raises(InputError, match="microphone is gone"):
            await listener.utterance()
        return await listener.utterance()

    assert run(main()) is not None


def test_asking_for_the_next_closes_the_utterance_before() -> None:
    """A turn that was cancelled before it began cannot close its source; the next question may come all the same."""

    async def main() -> None:
        listener = UtteranceListener(PacedSource(spoken_at((0.5, QUESTION), (4.0, OTHER))), MODEL)
        first = await listener.utterance()
        assert first is not None
        await anext(first)
        second = await listener.utterance()
        assert second is not None and second.start > first.start
        assert [audio async for audio in first] == []
        assert len(await taken(second, 1.0)) >= RATE

    run(main())


def test_two_that_wait_at_once_are_refused() -> None:
    """The first of two readers is told; the second is served."""

    async def main() -> None:
        listener = UtteranceListener(PacedSource(spoken_at((1.0, QUESTION))), MODEL)
        first, second = (asyncio.ensure_future(listener.utterance()) for _ in range(2))
        with pytest.raises(ContractError, match="one reader at a time"):
            await first
        assert await second is not None

    run(main())


def test_closing_ends_a_reading_under_way() -> None:
    """`aclose` while a chunk is awaited leaves nothing running and closes the source."""

    async def main() -> None:
        source = PacedSource(silence(4.0))
        listener = UtteranceListener(source, MODEL)
        waiting = asyncio.ensure_future(listener.utterance())
        await asyncio.sleep(1.0)
        waiting.cancel()
        await listener.aclose()
        assert source.closed and await listener.utterance() is None

    run(main())


@pytest.mark.parametrize(
    ("rates", "error", "message"),
    [((RATE, 8_000), ContractError, "from 16000 to 8000 Hz"), ((1,), InputError, "1 Hz")],
)
def test_a_rate_that_changes_or_cannot_be_is_refused(
    rates: tuple[int, ...], error: type[Exception], message: str
) -> None:
    """Positions would mean nothing."""

    async def chunks() -> AsyncIterator[Audio]:
        for rate in rates:
            yield Audio(silence(0.1), rate)

    with pytest.raises(error, match=message):
        run(UtteranceListener(chunks(), MODEL).utterance())


def test_any_rate_is_heard() -> None:
    """At 48 kHz the same speech begins at the same time, in samples of the source."""

    async def main() -> tuple[int, int]:
        said = speech("What is the total on this invoice?", rate=48_000)
        sound = np.concatenate((silence(2.0, 48_000), said))
        utterance = await UtteranceListener(PacedSource(sound, [1_536], 48_000), MODEL).utterance()
        assert utterance is not None
        return utterance.start, utterance.sample_rate

    start, rate = run(main())
    assert rate == 48_000 and 1.5 <= start / rate <= 1.75


@pytest.mark.parametrize(
    "make",
    [
        lambda: ListenerOptions(certain_s=0.1),
        lambda: ListenerOptions(voice=VoiceOptions(min_speech_s=0.0)),
    ],
)
def test_what_can_never_be_found_is_refused(make: Callable[[], ListenerOptions]) -> None:
    """More speech than there is time for."""
    with pytest.raises(ValueError, match="cannot be found"):
        make()
