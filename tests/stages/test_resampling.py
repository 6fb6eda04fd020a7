"""Changing the sample rate of a stream."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.events import Samples
from stages.resampling import Resampler
from tests.stages.sounds import cut


def tone(rate: int, seconds: float = 0.5) -> Samples:
    """A tone that begins and ends in silence, so that its place can be compared."""
    time = np.arange(round(rate * seconds)) / rate
    return (0.5 * np.sin(2 * np.pi * 440 * time) * np.hanning(len(time))).astype(np.float32)


def resampled(pieces: list[Samples], source: int, target: int = 16_000) -> Samples:
    resampler = Resampler(source, target)
    return np.concatenate([*(resampler.feed(piece) for piece in pieces), resampler.flush()])


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_the_output_is_the_same_sound_at_the_same_place(rate: int) -> None:
    """Every usual rate becomes 16 kHz with the right length, shape and alignment."""
    made = resampled([tone(rate)], rate)
    assert len(made) == 8_000
    np.testing.assert_allclose(made, tone(16_000), atol=0.02)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 1000), max_size=30), st.sampled_from([8_000, 22_050, 44_100]))
def test_how_sound_is_cut_does_not_matter(places: list[int], rate: int) -> None:
    """Any re-chunking gives the same samples."""
    np.testing.assert_array_equal(resampled(cut(tone(rate), places), rate), resampled([tone(rate)], rate))


@pytest.mark.parametrize("rate", [0, 1, 2_000_000_000])
def test_an_impossible_rate_is_refused(rate: int) -> None:
    """A damaged header's rate could fill the memory."""
    with pytest.raises(ValueError, match="Hz"):
        Resampler(rate, 16_000)
