"""When speech has begun, in noise and without: what starts an utterance and what does not."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.noisy_speech import noise, scene
from stages.listening import ListenerOptions, SpeechOnset
from stages.vad import VoiceModel
from tests.stages.sounds import RATE, noises

MODEL = VoiceModel()


@pytest.mark.parametrize("level_db", [-40.0, -20.0])
@pytest.mark.parametrize("kind", ["white", "pink", "brown", "babble"])
def test_a_minute_of_noise_is_no_utterance(kind: str, level_db: float) -> None:
    """Noise alone, faint or as loud as a near voice, twenty voices at once among it, begins no turn."""
    sound = noise(kind, 60.0) * np.float32(10 ** (level_db / 20))
    assert SpeechOnset(MODEL, ListenerOptions()).feed(sound) is None


@pytest.mark.parametrize("name", noises())
def test_hum_tones_and_knocks_are_no_utterance(name: str) -> None:
    """A minute of what machines do."""
    assert SpeechOnset(MODEL, ListenerOptions()).feed(noises(60.0)[name]) is None


@pytest.mark.parametrize("snr_db", [20.0, 10.0, 5.0])
@pytest.mark.parametrize("kind", ["white", "pink", "babble"])
def test_every_utterance_is_heard_in_noise(kind: str, snr_db: float) -> None:
    """In noise, all 24 samples are heard while they are spoken; at 5 dB, 0.15 s of a beginning may be cut off."""
    there, onset, heard = scene(kind, snr_db), SpeechOnset(MODEL, ListenerOptions()), []
    for start in range(0, len(there.sound), 1_024):
        found = onset.feed(there.sound[start : start + 1_024])
        if found is not None:
            heard.append((found, start + 1_024))
            onset.forget()
    first = [next(((at, sure) for at, sure in heard if begin < sure < end), None) for begin, end in there.places]
    assert None not in first
    for pair, (begin, _) in zip(first, there.places, strict=True):
        lost_s = 0.15 if snr_db < 10 else 0.0
        assert pair is not None and pair[0] / RATE - ListenerOptions().pre_roll_s <= begin / RATE + lost_s
