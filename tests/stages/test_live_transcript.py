"""Live turns: the text while the silence is still running, and the end of the turn; on the virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.noisy_speech import noise
from pipeline.context import ConversationContext
from pipeline.errors import ContractError, StageError
from pipeline.events import Audio, Samples, Transcript
from pipeline.latency import LatencyLedger
from pipeline.runner import Pipeline
from pipeline.testing import VirtualClock, check_stage
from stages.endpointing import EndpointOptions
from stages.speech_windows import SpeechWindow, WindowOptions
from tests.stages.live_turns import PACKED, SINGLE, FakeModel, LiveStage, microphone_of, said, turn
from tests.stages.sounds import RATE, chunks, silence, speech

FIRST, SECOND = speech("What is the total?"), speech("Who signed the letter?")
FRAME_S = 0.032


# -- the end


@pytest.mark.parametrize("windows", [SINGLE, PACKED])
@pytest.mark.parametrize(
    ("text", "silence_s"),
    [("What is the total?", 0.45), ("The third line.", 0.75), ("What is the.", 1.5), ("发票的", 1.5)],
)
def test_the_words_decide_how_long_the_silence_is(text: str, silence_s: float, windows: WindowOptions) -> None:
    """The turn ends so long after the last sample, to a frame and a chunk; the text was known before."""
    outcome = turn(said(FIRST), lambda: LiveStage(FakeModel([text]), windows))
    assert outcome.transcript.text == text
    assert outcome.transcript.speech_end == pytest.approx(0.5 * RATE + len(FIRST), abs=0.03 * RATE)
    assert silence_s <= outcome.silence_s + 1e-9 <= silence_s + 2 * FRAME_S


@pytest.mark.parametrize("windows", [SINGLE, PACKED])
def test_the_wait_is_the_endpoint_line(windows: WindowOptions) -> None:
    """A quick model adds nothing: all the time after the last spoken sample is `endpoint`, and t0 is that sample."""
    outcome = turn(said(FIRST), lambda: LiveStage(FakeModel(["What is the total?"], 0.1), windows))
    assert outcome.ledger.total_ms == pytest.approx(1000 * outcome.silence_s, abs=0.01)
    assert outcome.line_ms("endpoint") == pytest.approx(outcome.ledger.total_ms)
    assert outcome.ledger.unattributed_ms == 0


def test_a_slow_model_is_charged_for_what_it_adds() -> None:
    """When the text comes later than the silence would have needed, the rest of the wait is `asr`."""
    outcome = turn(said(FIRST), lambda: LiveStage(FakeModel(["What is the total?"], 0.7)))
    assert outcome.line_ms("asr") == pytest.approx(700)
    assert outcome.line_ms("endpoint") == pytest.approx(250, abs=70)
    assert outcome.line_ms("endpoint") + outcome.line_ms("asr") == pytest.approx(outcome.ledger.total_ms)
    assert outcome.silence_s == pytest.approx(outcome.ledger.total_ms / 1000)


def test_speech_that_goes_on_in_time_is_the_same_turn() -> None:
    """A pause shorter than the words ask for ends nothing; the last words decide anew."""
    model = FakeModel(["I would like to know the.", "Total?"])
    outcome = turn(said(FIRST, 1.2, SECOND), lambda: LiveStage(model))
    assert outcome.transcript.text == "I would like to know the. Total?"
    assert outcome.silence_s == pytest.approx(0.45, abs=0.08)
    assert len(outcome.transcript.segments) == 2


def test_speech_after_the_end_is_not_of_this_turn() -> None:
    """A question is answered; what is said a second later is the next turn's."""
    outcome = turn(said(FIRST, 1.0, SECOND), lambda: LiveStage(FakeModel(["What is the total?", "no"])))
    assert outcome.transcript.text == "What is the total?"


def test_speech_that_goes_on_while_the_model_is_busy_is_the_same_turn() -> None:
    """As long as the words are not known, nothing is decided."""
    model = FakeModel(["What is the total?", "Who signed the letter?"], 1.5)
    outcome = turn(said(FIRST, 0.8, SECOND), lambda: LiveStage(model))
    assert outcome.transcript.text == "What is the total? Who signed the letter?"
    assert outcome.overruns == 0


@pytest.mark.parametrize("windows", [SINGLE, PACKED])
def test_a_noise_behind_the_words_does_not_hold_the_turn(windows: WindowOptions) -> None:
    """What was taken for speech and proves to be none ends the turn as soon as that is known."""
    cough = speech("uh")[:5_000]
    model = FakeModel(["What is the total?", "" if windows is SINGLE else "What is the total?"])
    outcome = turn(said(FIRST, 0.35, cough), lambda: LiveStage(model, windows))
    assert outcome.transcript.text == "What is the total?"
    assert outcome.ended_s < (len(said(FIRST, 0.35, cough)) / RATE) + 0.8


# -- nothing said, or very much


def test_a_turn_in_which_nobody_speaks_ends() -> None:
    """After three and a half seconds, with an empty transcript, and without asking the model."""
    model = FakeModel(["never"])
    outcome = turn(said(), lambda: LiveStage(model))
    assert outcome.transcript == Transcript("", "en")
    assert outcome.ended_s == pytest.approx(3.5, abs=0.1) and model.windows == []


def test_a_sound_without_words_ends_with_patience() -> None:
    """Where the model hears nothing in what was taken for speech, the turn waits a second and a half and is empty."""
    outcome = turn(said(FIRST), lambda: LiveStage(FakeModel([""])))
    assert outcome.transcript == Transcript("", "en")
    assert outcome.ended_s - (0.5 + len(FIRST) / RATE) == pytest.approx(1.5, abs=0.1)


@pytest.mark.parametrize("windows", [SINGLE, PACKED])
def test_the_longest_turn_ends_in_the_middle_of_speech(windows: WindowOptions) -> None:
    """What was said until then is transcribed."""
    endpoint = EndpointOptions(longest_s=1.2)
    model = FakeModel(["What is the total of"])
    outcome = turn(said(FIRST, SECOND, SECOND), lambda: LiveStage(model, windows, endpoint))
    assert outcome.transcript.text == "What is the total of"
    assert outcome.ended_s == pytest.approx(1.2 + model.seconds, abs=0.07)


def test_somebody_who_speaks_for_long_is_heard_out() -> None:
    """A talk with breaths but no pause goes on; only windows that nobody has transcribed yet are held."""
    talk = np.concatenate([np.concatenate((FIRST, silence(0.3))) for _ in range(30)])
    model = FakeModel(["And then."] * 29 + ["What is the total?"])
    outcome = turn(said(talk), lambda: LiveStage(model))
    assert outcome.transcript.text.count("And then.") == len(model.windows) - 1 >= 25
    assert outcome.overruns == 0


def test_a_model_that_cannot_keep_up_slows_the_source_down() -> None:
    """Windows do not pile up: a turn waits when five are behind, and nothing is lost."""
    sound = said(*[part for _ in range(12) for part in (FIRST, 0.3)])
    model = FakeModel(["And."] * 11 + ["What is the total?"], 20.0)

    async def main() -> Transcript:
        loop, most = asyncio.get_running_loop(), 0

        async def watch() -> None:
            nonlocal most
            while True:
                most = max(most, len(model.windows) - model.begun)
                await asyncio.sleep(0.1)

        watching = loop.create_task(watch())
        (transcript,) = await Pipeline(LiveStage(model), inputs=(Audio,)).collect(microphone_of(sound, 2048))
        watching.cancel()
        assert most <= 5
        assert isinstance(transcript, Transcript)
        return transcript

    transcript = VirtualClock(most_steps=3_000_000).run(main())
    assert transcript.text == " ".join(["And."] * 11 + ["What is the total?"])


# -- what it costs


def test_closed_windows_are_transcribed_once() -> None:
    """With windows that each pause closes, every sample of speech goes to the model once."""
    model = FakeModel(["And.", "So.", "What is the total?"])
    turn(said(FIRST, 0.5, SECOND, 0.5, FIRST), lambda: LiveStage(model))
    assert len(model.windows) == 3
    for one, other in zip(model.windows, model.windows[1:], strict=False):
        assert one.speech_end <= other.speech_start


def test_an_open_window_is_transcribed_again_only_when_speech_goes_on() -> None:
    """One pass a pause; the last one is the transcript, also when the window closes behind it."""
    model = FakeModel(["And.", "And then the."])
    outcome = turn(said(FIRST, 0.4, SECOND), lambda: LiveStage(model, PACKED))
    assert outcome.transcript.text == "And then the." and outcome.silence_s == pytest.approx(1.5, abs=0.1)
    assert [window.speech_start for window in model.windows] == [model.windows[0].speech_start] * 2
    assert len(outcome.transcript.segments) == 1


def test_a_pass_that_nobody_waits_for_any_more_is_withdrawn() -> None:
    """While the model is busy, only the last look at a window stays in its queue."""
    model = FakeModel(["And.", "And.", "And.", "What is the total?"], 8.0)
    outcome = turn(said(FIRST, 0.4, FIRST, 0.4, FIRST, 0.4, FIRST), lambda: LiveStage(model, PACKED))
    assert outcome.transcript.text == "What is the total?"
    assert len(model.windows) == 4 and model.begun == 2


def test_another_turn_s_window_is_a_line_of_its_own() -> None:
    """Waiting until the model has done with what another turn gave it is `model wait`, not `asr`."""

    async def main() -> LatencyLedger:
        model = FakeModel(["What is the total?"], 0.3)

        async def other() -> None:
            await asyncio.sleep(0.5 + len(FIRST) / RATE)
            model.texts = ["other", "What is the total?"]
            model.seconds = 1.0
            model.transcribe(SpeechWindow(FIRST, 0, 0, len(FIRST)), None)
            await asyncio.sleep(0.5)
            model.seconds = 0.3

        busy = asyncio.get_running_loop().create_task(other())
        pipeline = Pipeline(LiveStage(model), inputs=(Audio,))
        async with pipeline.turn(ConversationContext(), microphone_of(said(FIRST))) as running:
            [event async for event in running]
        await busy
        return running.ledger

    ledger = VirtualClock().run(main())
    lines = {line.name: line.ms for line in ledger.lines}
    assert lines["asr"] == pytest.approx(300)
    assert lines["endpoint"] + lines["model wait"] == pytest.approx(1000, abs=70)
    assert lines["model wait"] > 600 and ledger.unattributed_ms == 0


# -- sound


def test_voices_in_the_background_do_not_hold_the_turn() -> None:
    """Twenty people murmur on at 10 dB below the user, whom the voice model alone would hear for ever."""
    murmur = noise("babble", 12.0) * np.float32(np.sqrt(np.square(FIRST).mean()) * 10 ** (-10 / 20))
    sound = murmur.copy()
    sound[RATE // 2 : RATE // 2 + len(FIRST)] += FIRST
    outcome = turn(sound, lambda: LiveStage(FakeModel(["What is the total?"])))
    assert outcome.transcript.text == "What is the total?"
    assert outcome.ended_s - (0.5 + len(FIRST) / RATE) < 1.5


@settings(max_examples=15, deadline=None)
@given(chunk=st.integers(50, 6_000), windows=st.sampled_from([SINGLE, PACKED]))
def test_what_was_said_does_not_depend_on_chunks(chunk: int, windows: WindowOptions) -> None:
    """Any cutting gives the same transcript; the end is as exact as chunks are short."""
    sound, texts = said(FIRST, 1.0, SECOND), ["I want to.", "Know the total."]
    usual = turn(sound, lambda: LiveStage(FakeModel(texts), windows))
    other = turn(sound, lambda: LiveStage(FakeModel(texts), windows), chunk)
    assert other.transcript == usual.transcript
    assert other.ended_s == pytest.approx(usual.ended_s, abs=chunk / RATE + FRAME_S)


def test_the_end_of_the_source_ends_the_turn() -> None:
    """A source that runs dry before the silence is long enough, in the middle of a word, or without any sound."""

    async def main(sound: Samples) -> list[Any]:
        stage = LiveStage(FakeModel(["What is the"]))
        return await Pipeline(stage, inputs=(Audio,)).collect(microphone_of(sound, behind_s=0.0))

    for sound in (said(FIRST, 0.1), said(FIRST, 0.35), said(FIRST[:12_000])):
        (transcript,) = VirtualClock().run(main(sound))
        assert transcript.text == "What is the"
    assert VirtualClock().run(main(said())) == [Transcript("", "en")]
    assert VirtualClock().run(main(np.empty(0, np.float32))) == []


def test_the_stage_keeps_its_contract() -> None:
    """It ends with its input, is silent without input, closes when cancelled, and keeps two turns apart."""
    inputs = chunks(said(FIRST, 0.5))
    (transcript,) = VirtualClock().run(check_stage(lambda: LiveStage(FakeModel(["What is the total?"])), inputs))
    assert transcript.text == "What is the total?"


def test_a_model_that_fails_fails_the_turn() -> None:
    """By the stage's name, with the reason."""
    with pytest.raises(StageError, match="'asr' failed: out of memory") as caught:
        turn(said(FIRST), lambda: LiveStage(FakeModel([RuntimeError("out of memory")])))
    assert isinstance(caught.value.cause, RuntimeError)


def test_a_rate_that_changes_within_a_turn_is_refused() -> None:
    """Positions would mean nothing."""

    async def source() -> AsyncIterator[Audio]:
        yield Audio(silence(0.1), RATE)
        yield Audio(silence(0.1), 8_000)

    async def main() -> None:
        await Pipeline(LiveStage(FakeModel(["x"])), inputs=(Audio,)).collect(source())

    with pytest.raises(StageError, match="from 16000 to 8000 Hz") as caught:
        VirtualClock().run(main())
    assert isinstance(caught.value.cause, ContractError)


@pytest.mark.slow
@pytest.mark.parametrize("windows", [SINGLE, PACKED])
def test_two_hours_of_speech_are_one_turn(windows: WindowOptions) -> None:
    """Somebody who breathes but never pauses is heard for two hours, in memory that does not grow with the sound."""
    piece, process = np.concatenate((FIRST, silence(0.3))), psutil.Process()
    memory: list[int] = []

    async def talk() -> AsyncIterator[Audio]:
        sent = 0.0
        while sent < 7_200:
            for chunk in chunks(piece, 0.1):
                sent += chunk.seconds
                await asyncio.sleep(chunk.seconds)
                yield chunk
            memory.append(process.memory_info().rss)

    async def main() -> Transcript:
        stage = LiveStage(FakeModel(["And so on."], keep=False), windows)
        (transcript,) = await Pipeline(stage, inputs=(Audio,)).collect(talk())
        assert isinstance(transcript, Transcript)
        return transcript

    transcript = VirtualClock(most_steps=10_000_000).run(main())
    assert transcript.segments[-1].end_s > 7_190
    print(f"two hours of speech: {(max(memory) - memory[20]) / 1e6:.0f} MB more than after a minute")
    assert max(memory) - memory[20] < 60_000_000
