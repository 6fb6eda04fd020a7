"""The project's spoken samples at known places in noise of known strength; the same seed gives the same sound."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.events import AUDIBLE_PEAK, Samples

RATE = 16_000
BABBLE_VOICES = 20
NOISES = ("white", "pink", "babble")

_SAMPLES = Path(__file__).resolve().parents[1] / "assets" / "audio"

Sound = npt.NDArray[np.float64]


@cache
def spoken_samples() -> tuple[Samples, ...]:
    """The shipped samples, English and Chinese, from their first audible sample to their last, at 16 kHz."""
    made = []
    for path in sorted(_SAMPLES.glob("*/*.wav")):
        with wave.open(str(path)) as file:
            assert file.getframerate() == RATE, path
            sound = np.frombuffer(file.readframes(-1), "<i2").astype(np.float32) / np.float32(32768)
        audible = np.flatnonzero(np.abs(sound) > AUDIBLE_PEAK)
        made.append(sound[audible[0] : audible[-1] + 1])
    return tuple(made)


def noise(kind: str, seconds: float, seed: int = 1) -> Samples:
    """`white`, `pink`, `brown`, or `babble` (many of the samples at once), at a root mean square of 1."""
    random = np.random.default_rng(seed)
    length = round(seconds * RATE)
    if kind == "babble":
        made = _babble(length, random)
    else:
        spectrum = np.fft.rfft(random.standard_normal(length))
        hertz = np.maximum(np.fft.rfftfreq(length, 1 / RATE), 20.0)
        made = np.fft.irfft(spectrum / hertz ** {"white": 0.0, "pink": 0.5, "brown": 1.0}[kind], length)
    scaled: Samples = (made / np.sqrt(np.square(made).mean())).astype(np.float32)
    return scaled


def _babble(length: int, random: np.random.Generator) -> Sound:
    samples = spoken_samples()
    mixed = np.zeros(length)
    for _ in range(BABBLE_VOICES):
        begin = int(random.integers(0, 4 * RATE))
        voice: list[Samples] = []
        while sum(map(len, voice)) < begin + length:
            sample = samples[random.integers(len(samples))]
            voice += [sample / np.sqrt(np.square(sample).mean()), np.zeros(random.integers(1_600, 8_000), np.float32)]
        mixed += np.concatenate(voice)[begin : begin + length] * random.uniform(0.6, 1.2)
    return mixed


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All samples one after another, with pauses of 1.5 to 3 s."""

    sound: Samples
    places: tuple[tuple[int, int], ...]
    """Where each begins, and the position after its end."""


def scene(kind: str | None = None, snr_db: float = 0.0, seed: int = 5) -> Scene:
    """A scene in noise; None is silence. `snr_db` compares the root mean squares of the samples and of the noise."""
    random = np.random.default_rng(seed)
    parts, places = [np.zeros(3 * RATE, np.float32)], []
    position = len(parts[0])
    for sample in spoken_samples():
        pause = np.zeros(round(random.uniform(1.5, 3.0) * RATE), np.float32)
        parts += [sample, pause]
        places.append((position, position + len(sample)))
        position += len(sample) + len(pause)
    sound = np.concatenate(parts)
    if kind is not None:
        loudness = np.sqrt(np.square(np.concatenate(spoken_samples())).mean()) * 10 ** (-snr_db / 20)
        sound = sound + noise(kind, len(sound) / RATE, seed)[: len(sound)] * np.float32(loudness)
    return Scene(sound.astype(np.float32), tuple(places))


@dataclass(frozen=True, slots=True)
class Score:
    """How well stretches of speech that were found fit those that are there."""

    found: int
    false: int
    """Stretches where nobody speaks."""
    joined: int
    """Samples that were taken together with the one before."""
    onset_ms: tuple[float, ...]
    """For each found sample: late is positive."""
    end_ms: tuple[float, ...]


def score(spans: list[tuple[int, int]], places: tuple[tuple[int, int], ...]) -> Score:
    """Compare `spans` with `places`, both as first position and position after the last."""
    onset, end, joined = [], [], 0
    used: set[int] = set()
    for begin, over in places:
        inside = [number for number, span in enumerate(spans) if span[0] < over and span[1] > begin]
        if not inside:
            continue
        joined += inside[0] in used
        used.update(inside)
        onset.append((spans[inside[0]][0] - begin) * 1000 / RATE)
        end.append((spans[inside[-1]][1] - over) * 1000 / RATE)
    return Score(len(onset), len(spans) - len(used), joined, tuple(onset), tuple(end))
