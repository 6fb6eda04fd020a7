"""The adaptive noise floor."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.noisy_speech import noise
from pipeline.events import Samples
from stages.noise_floor import NoiseFloor, NoiseGate
from tests.stages.sounds import RATE

FRAME = 512


def rises(sound: Samples, memory_s: float = 8.0) -> list[float]:
    floor = NoiseFloor(FRAME, RATE, memory_s)
    return [floor.rise_db(frame) for frame in sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)]


@pytest.mark.parametrize("kind", ["white", "pink", "babble"])
@pytest.mark.parametrize("level", [0.001, 0.01, 0.3])
def test_steady_noise_does_not_stand_out(kind: str, level: float) -> None:
    """Noise of any strength stays within 7 dB of its floor, once that is known after a quarter of a second."""
    assert max(rises(noise(kind, 20.0) * np.float32(level))[8:]) < 7.0


def test_a_louder_sound_stands_out_at_once() -> None:
    """Sound 12 dB louder is seen in the frame in which it begins, and gone soon after it ends."""
    murmur = noise("pink", 6.0) * np.float32(0.01)
    murmur[2 * RATE : 3 * RATE] *= 4
    rise = rises(murmur)
    begin, end = 2 * RATE // FRAME, 3 * RATE // FRAME
    assert max(rise[8 : begin - 1]) < 5 and min(rise[begin + 1 : end - 1]) > 7 and max(rise[end + 4 :]) < 5


def test_noise_that_sets_in_becomes_the_floor() -> None:
    """After the memory has passed, new noise is no news any more."""
    murmur = noise("pink", 12.0) * np.float32(0.01)
    murmur[2 * RATE :] *= 10
    rise = rises(murmur, memory_s=4.0)
    assert min(rise[70:150]) > 12 and max(rise[6 * RATE // FRAME + 16 :]) < 6


def test_hum_and_offset_do_not_raise_the_floor() -> None:
    """Mains hum and a constant offset leave what stands out as it was."""
    murmur = noise("pink", 4.0) * np.float32(0.01)
    murmur[2 * RATE :] *= 4
    time = np.arange(len(murmur)) / RATE
    humming = murmur + (0.2 * np.sin(2 * np.pi * 50 * time) + 0.1).astype(np.float32)
    np.testing.assert_allclose(rises(humming)[8:], rises(murmur)[8:], atol=1.5)


def test_digital_silence_has_a_floor() -> None:
    """Zeros are no lower than a quiet room: the faintest sound does not stand out endlessly."""
    assert max(rises(np.zeros(RATE, np.float32))) == 0.0
    faint = np.concatenate((np.zeros(RATE, np.float32), noise("white", 1.0) * np.float32(1e-4)))
    assert max(rises(faint)) < 7.0


def test_rises_in_the_wrong_order_are_refused() -> None:
    """Going on may not take more than starting."""
    with pytest.raises(ValueError, match="offset <= onset"):
        NoiseGate(onset_rise_db=4.0, offset_rise_db=6.0)
