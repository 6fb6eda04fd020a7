"""Cutting speech into windows, on the real voice model."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.events import Samples
from stages.noise_floor import NoiseGate
from stages.speech_windows import SpeechWindow, WindowCutter, WindowOptions
from stages.vad import VoiceModel, VoiceOptions
from tests.stages.sounds import RATE, cut, silence, speech

MODEL = VoiceModel()
FIRST, SECOND, THIRD = (speech(text) for text in ("What is the total?", "Who signed the letter?", "Set a timer."))
THREE = np.concatenate((silence(0.4), FIRST, silence(0.6), SECOND, silence(2.5), THIRD))
TALK = np.concatenate([speech("one two three four five six seven eight nine ten")[: 3 * RATE]] * 5)
SINGLE = WindowOptions(longest_s=10.0, enough_s=0.0)
PACKED = WindowOptions(longest_s=30.0, enough_s=8.0, long_pause_s=1.5, voice=VoiceOptions(pause_s=0.5))
TIGHT = WindowOptions(longest_s=2.0, enough_s=0.0)


def windows_of(pieces: list[Samples], options: WindowOptions) -> list[SpeechWindow]:
    cutter = WindowCutter(MODEL, options)
    return [window for piece in pieces for window in cutter.feed(piece)] + cutter.flush()


def test_each_sentence_gets_its_window() -> None:
    """With single sentences wanted, every pause cuts."""
    windows = windows_of([THREE], SINGLE)
    starts = [0.4, 0.4 + len(FIRST) / RATE + 0.6, (len(THREE) - len(THIRD)) / RATE]
    assert [window.speech_start / RATE for window in windows] == pytest.approx(starts, abs=0.15)


def test_short_sentences_share_a_window_until_a_long_silence() -> None:
    """A window that is not full yet goes on over a short pause, and ends at a long one."""
    first, second = windows_of([THREE], PACKED)
    assert first.speech_s > (len(FIRST) + len(SECOND)) / RATE
    assert second.speech_s == pytest.approx(len(THIRD) / RATE, abs=0.15)


def test_the_end_of_speech_is_exact_in_quiet() -> None:
    """The last audible sample is the end, to a few milliseconds, not to a frame."""
    (window,) = windows_of([np.concatenate((silence(1.0), FIRST, silence(0.6)))], SINGLE)
    assert window.speech_end == pytest.approx(RATE + len(FIRST), abs=0.01 * RATE)


@pytest.mark.parametrize("options", [SINGLE, PACKED, TIGHT])
@pytest.mark.parametrize("sound", [THREE, TALK])
def test_windows_are_bounded_and_in_order(sound: Samples, options: WindowOptions) -> None:
    """No window is longer than allowed; each is cut out of the sound where it says; they follow each other."""
    windows = windows_of([sound], options)
    assert windows
    for window in windows:
        assert len(window.samples) <= options.longest_s * RATE
        np.testing.assert_array_equal(window.samples, sound[window.start : window.start + len(window.samples)])
        assert window.start <= window.speech_start < window.speech_end <= window.start + len(window.samples)
    for one, other in itertools.pairwise(windows):
        assert one.speech_end <= other.speech_start


def test_speech_without_a_pause_is_cut_without_loss() -> None:
    """Between the windows of one long stretch nothing spoken is left out, and the cuts are in the later half."""
    windows = windows_of([TALK], TIGHT)
    assert len(windows) >= 7
    for one, other in itertools.pairwise(windows):
        missed = TALK[one.start + len(one.samples) : other.start]
        assert len(missed) == 0 or float(np.abs(missed).max()) < 0.02
        assert len(one.samples) >= 0.4 * RATE


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 1000), max_size=30), st.sampled_from([SINGLE, PACKED, TIGHT]))
def test_how_sound_is_cut_does_not_matter(places: list[int], options: WindowOptions) -> None:
    """Any re-chunking gives the same windows, sample for sample."""
    whole, pieces = windows_of([THREE], options), windows_of(cut(THREE, places), options)
    for one, other in zip(whole, pieces, strict=True):
        assert (one.start, one.speech_start, one.speech_end) == (other.start, other.speech_start, other.speech_end)
        np.testing.assert_array_equal(one.samples, other.samples)


def test_a_window_comes_out_while_sound_still_runs() -> None:
    """The pause completes a window; nobody has to wait for the end."""
    cutter = WindowCutter(MODEL, SINGLE)
    assert cutter.feed(np.concatenate((FIRST, silence(0.2)))) == []
    assert len(cutter.feed(silence(0.2))) == 1


def test_the_window_under_way_can_be_looked_at() -> None:
    """In a pause that does not end it, the open window is what it would be if the speech had ended there."""
    cutter = WindowCutter(MODEL, PACKED)
    assert cutter.feed(np.concatenate((silence(0.4), FIRST, silence(0.3)))) == []
    looked = cutter.open_window
    assert looked is not None
    assert looked.speech_end == pytest.approx(0.4 * RATE + len(FIRST), abs=0.01 * RATE)
    assert cutter.quiet_s == pytest.approx(0.3, abs=0.1)
    (closed,) = cutter.feed(silence(1.5))
    assert (closed.start, closed.speech_end) == (looked.start, looked.speech_end)
    np.testing.assert_array_equal(closed.samples, looked.samples)
    assert cutter.judged - cutter.last_spoken == pytest.approx(cutter.quiet_s * RATE)


def test_without_speech_there_is_no_window_under_way() -> None:
    """Before anybody speaks, and after a pause has closed the window."""
    cutter = WindowCutter(MODEL, PACKED)
    assert (cutter.open_window, cutter.quiet_s, cutter.last_spoken) == (None, 0.0, 0)
    cutter.feed(np.concatenate((silence(0.4), FIRST, silence(2.0))))
    assert cutter.open_window is None


def test_voices_in_the_background_are_told_from_silence() -> None:
    """With a gate, a silence that murmurs on is known to be one of loudness only."""
    gated = WindowOptions(longest_s=30.0, voice=VoiceOptions(gate=NoiseGate()))
    murmur = np.concatenate(
        [0.05 * speech("what is the total of it", voice) for voice in ("en-us", "en-gb", "en-us+f3")]
    )
    for behind, expected in ((murmur[: 2 * RATE], True), (silence(2.0), False)):
        cutter = WindowCutter(MODEL, gated)
        cutter.feed(np.concatenate((murmur[:RATE], FIRST + murmur[: len(FIRST)], behind[: round(0.6 * RATE)])))
        assert cutter.distant_voices is expected


def test_silence_and_clicks_give_no_window() -> None:
    """Without words there is nothing to transcribe."""
    click = silence(1.0)
    click[:200] = 0.9
    assert windows_of([silence(3.0), click, click], SINGLE) == []
    assert windows_of([], SINGLE) == []
