"""Voice activity, on the real model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.noisy_speech import NOISES, noise, scene, score
from pipeline.errors import SetupError
from pipeline.events import Samples
from stages.noise_floor import NoiseGate
from stages.vad import FRAME, SpeechSpan, SpeechSpans, VoiceActivity, VoiceModel, VoiceOptions, VoiceSwitch
from tests.stages.sounds import RATE, cut, noises, silence, speech

MODEL = VoiceModel()
TWO = np.concatenate(
    (silence(0.5), speech("What is the total?"), silence(0.7), speech("Who signed the letter?"), silence(0.5))
)


GATED = VoiceOptions(gate=NoiseGate())


def scores_of(pieces: list[Samples]) -> Samples:
    activity = VoiceActivity(MODEL)
    return np.concatenate([*(activity.feed(piece)[1] for piece in pieces), activity.flush()[1]])


def spans_of(pieces: list[Samples], options: VoiceOptions | None = None) -> list[SpeechSpan]:
    spans = SpeechSpans(MODEL, options)
    return [span for piece in pieces for span in spans.feed(piece)] + spans.flush()


@pytest.mark.parametrize(
    ("voice", "text"), [("en-us", "What is the total on this invoice?"), ("zh", "发票的总金额是多少")]
)
def test_speech_is_found_where_it_is(voice: str, text: str) -> None:
    """Speech in both languages is found, to a tenth of a second."""
    spoken = speech(text, voice)
    (span,) = spans_of([np.concatenate((silence(1.0), spoken, silence(1.0)))], VoiceOptions(pause_s=0.5))
    assert span.start == pytest.approx(RATE, abs=0.1 * RATE)
    assert span.end == pytest.approx(RATE + len(spoken), abs=0.1 * RATE)


def test_a_pause_parts_two_sentences() -> None:
    """A pause as long as the one asked for ends a stretch; a longer one asked for joins both."""
    assert len(spans_of([TWO])) == 2
    assert len(spans_of([TWO], VoiceOptions(pause_s=1.0))) == 1


@pytest.mark.parametrize("word", ["No.", "Yes.", "Stop."])
def test_the_shortest_words_are_heard(word: str) -> None:
    """One short word is speech, not a click."""
    assert len(spans_of([np.concatenate((silence(0.3), speech(word), silence(0.3)))])) == 1


@pytest.mark.parametrize("name", noises())
def test_noise_is_no_speech(name: str) -> None:
    """Silence, noise, hum, tones and knocks hold no stretch of speech."""
    assert spans_of([noises()[name]]) == []


def test_the_scores_are_the_library_s_own() -> None:
    """Judged piece by piece, a recording gets the scores that faster-whisper's call gives it as a whole."""
    from faster_whisper.vad import get_vad_model

    whole = TWO[: len(TWO) // FRAME * FRAME]
    expected = get_vad_model()(whole.copy()).reshape(-1)
    np.testing.assert_allclose(scores_of(cut(whole, [13, 200, 500])), expected, atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 1000), max_size=40))
def test_how_sound_is_cut_does_not_matter(places: list[int]) -> None:
    """Any re-chunking gives the same scores and the same stretches."""
    pieces = cut(TWO, places)
    np.testing.assert_array_equal(scores_of(pieces), scores_of([TWO]))
    assert spans_of(pieces) == spans_of([TWO])
    assert spans_of(pieces, GATED) == spans_of([TWO], GATED)


def test_single_samples_are_enough() -> None:
    """Sound may come a sample at a time."""
    activity = VoiceActivity(MODEL)
    counts = [len(activity.feed(TWO[n : n + 1])[1]) for n in range(2 * FRAME)]
    assert sum(counts) == 2 and counts[FRAME - 1] == 1


def test_the_last_frame_is_judged_too() -> None:
    """What is left at the end is filled up with silence; an exact number of frames leaves nothing."""
    assert len(scores_of([silence(0.1)])) == 4
    assert len(scores_of([np.zeros(2 * FRAME, np.float32)])) == 2
    assert len(scores_of([])) == 0


def test_going_on_takes_less_than_starting() -> None:
    """Between the two thresholds the last decision holds."""
    switch, frame = VoiceSwitch(VoiceOptions(onset=0.5, offset=0.35)), np.zeros(FRAME, np.float32)
    assert [switch.judge(frame, score) for score in (0.4, 0.6, 0.4, 0.3, 0.4)] == [False, True, True, False, False]


def test_a_voice_that_does_not_stand_out_is_distant() -> None:
    """With a gate, steady sound is no speech whatever the model says of it, and louder sound is."""
    switch = VoiceSwitch(VoiceOptions(gate=NoiseGate()))
    murmur = noise("white", 3.0) * np.float32(0.01)
    frames = murmur[: 90 * FRAME].reshape(-1, FRAME)
    judged = [(switch.judge(frame, 0.9), switch.is_distant) for frame in frames]
    assert set(judged[10:]) == {(False, True)}
    louder = [(switch.judge(10 * frames[0], score), switch.is_distant) for score in (0.9, 0.1)]
    assert louder == [(True, False), (False, False)]


@pytest.mark.parametrize("snr_db", [20.0, 10.0, 5.0])
@pytest.mark.parametrize("kind", NOISES)
def test_speech_is_found_in_noise(kind: str, snr_db: float) -> None:
    """In noise of three kinds and strengths every sample is found, alone, and nothing else: its beginning within 0.1 s
    (median) and 0.3 s (19 of 20), its end within 0.12 s and 0.45 s.
    """
    there = scene(kind, snr_db)
    found = spans_of([there.sound], VoiceOptions(pause_s=0.5, gate=NoiseGate()))
    result = score([(span.start, span.end) for span in found], there.places)
    assert (result.found, result.false, result.joined) == (len(there.places), 0, 0)
    assert abs(np.median(result.onset_ms)) < 100 and np.percentile(np.abs(result.onset_ms), 95) < 300
    assert abs(np.median(result.end_ms)) < 120 and np.percentile(np.abs(result.end_ms), 95) < 450


def test_the_gate_changes_nothing_in_quiet() -> None:
    """Without noise, speech begins and ends where it did, also a quiet voice, and one beside a loud hum."""
    there = scene()
    time = np.arange(len(there.sound)) / RATE
    hum = (0.1 * np.sin(2 * np.pi * 50 * time) + 0.05).astype(np.float32)
    for sound in (there.sound, there.sound * np.float32(0.03), there.sound * np.float32(0.1) + hum):
        found = spans_of([sound], VoiceOptions(pause_s=0.5, gate=NoiseGate()))
        result = score([(span.start, span.end) for span in found], there.places)
        assert (result.found, result.false, result.joined) == (len(there.places), 0, 0)
        assert np.percentile(np.abs(result.end_ms), 95) < 100


def test_thresholds_in_the_wrong_order_are_refused() -> None:
    """An offset above the onset would flicker."""
    with pytest.raises(ValueError, match="onset"):
        VoiceOptions(onset=0.3, offset=0.5)


def test_a_damaged_model_is_a_matter_of_set_up(tmp_path: Path) -> None:
    """A file that is no model names itself and what to do."""
    broken = tmp_path / "voice.onnx"
    broken.write_bytes(b"not a model")
    with pytest.raises(SetupError, match=r"voice\.onnx.*reinstall"):
        VoiceModel(broken)
