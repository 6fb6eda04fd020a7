"""Synthetic speech: which voices may be trained on, how a sentence is spoken, and noise to lay under it.

Waveforms are float32 mono at 16 kHz in [-1, 1].
"""

from __future__ import annotations

import random
import subprocess
import tempfile
from dataclasses import dataclass
from math import gcd
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Waveform = NDArray[np.float32]

SAMPLE_RATE = 16000
ESPEAK_ACCENTS = ("en-us",) * 5 + (
    "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbcwmd", "en-gb-x-gbclan", "en-029", "en-us-nyc",
)  # fmt: skip
ESPEAK_VARIANTS = tuple(
    """m1 m2 m3 m4 m5 m6 m8 f1 f2 f3 f4 Alex Alicia Andrea Annie Diogo Gene Gene2 Henrique Hugo Jacky Lee Marco Mario
    Michael Mike Nguyen adam anika antonio aunty belinda boris caleb david ed edward edward2 grandma grandpa iven iven2
    iven3 john kaukovalta klatt klatt2 klatt4 klatt6 marcelo max michel norbert pablo paul pedro quincy rob robert
    sandro shelby steph steph3 travis victor zac""".split()
)
# "" is the plain voice, twice as often as any variant
ESPEAK_TRAINED = ("", "", *ESPEAK_VARIANTS)
# Never trained on: they measure how far the model carries.
ESPEAK_UNSEEN = ("f5", "m7", "Andy", "linda", "steph2", "benjamin", "Denis", "miguel")
FLITE_TRAINED = ("kal16", "awb", "rms")
FLITE_UNSEEN = "slt"


@dataclass(frozen=True, slots=True)
class Voice:
    """One way to speak."""

    engine: str
    """"espeak" or "flite"."""
    name: str
    """The engine's own name of the voice, for espeak with its variant: "en-us+m3"."""
    rate: float
    """Words per minute for espeak; how many times longer than usual for flite."""
    pitch: int
    """0 to 99 for espeak; mean pitch in hertz for flite (0: the voice's own)."""
    shift: float = 1.0
    """Pitch and formants together are multiplied by this: one recorded speaker stands for several."""


def trained_voice(source: random.Random, engine: str) -> Voice:
    """A voice that training may hear."""
    if engine == "flite":
        shift = source.uniform(0.9, 1.3) if source.random() < 0.6 else 1.0
        pitch = source.randint(90, 190) if source.random() < 0.4 else 0
        return Voice("flite", source.choice(FLITE_TRAINED), source.uniform(0.85, 1.25), pitch, shift)
    shift = source.uniform(0.92, 1.12) if source.random() < 0.25 else 1.0
    return _espeak_voice(source, ESPEAK_TRAINED, shift)


def unseen_voice(source: random.Random, engine: str) -> Voice:
    """A voice that training never hears."""
    if engine == "flite":
        return Voice("flite", FLITE_UNSEEN, source.uniform(0.9, 1.2), 0)
    return _espeak_voice(source, ESPEAK_UNSEEN, 1.0)


def plain_voice(source: random.Random) -> Voice:
    """An espeak voice of training as it is, not shifted: what evaluation calls a trained voice."""
    return _espeak_voice(source, ESPEAK_TRAINED, 1.0)


def _espeak_voice(source: random.Random, variants: tuple[str, ...], shift: float) -> Voice:
    variant = source.choice(variants)
    name = source.choice(ESPEAK_ACCENTS) + (f"+{variant}" if variant else "")
    return Voice("espeak", name, source.randint(120, 195), source.randint(25, 75), shift)


def speak(text: str, voice: Voice) -> Waveform:
    """The sentence in that voice, silence trimmed off, peak 0.6. Empty when the engine said nothing."""
    speech = _flite(text, voice) if voice.engine == "flite" else _espeak(text, voice)
    speech = _trim(speech)
    peak = float(np.abs(speech).max(initial=0.0))
    return speech / peak * 0.6 if peak > 0 else speech


def _espeak(text: str, voice: Voice) -> Waveform:
    rate = round(voice.rate / voice.shift)
    command = ["espeak-ng", "-v", voice.name, "-s", str(rate), "-p", str(voice.pitch), "--stdout", text]
    return _decode(subprocess.run(command, capture_output=True, check=True).stdout, voice.shift)


def _flite(text: str, voice: Voice) -> Waveform:
    with tempfile.NamedTemporaryFile(suffix=".wav") as output:
        stretch = f"duration_stretch={voice.rate * voice.shift:.3f}"
        pitch = ["--setf", f"int_f0_target_mean={voice.pitch}"] if voice.pitch else []
        command = ["flite", "-voice", voice.name, "--setf", stretch, *pitch, "-t", text, "-o", output.name]
        subprocess.run(command, capture_output=True, check=True)
        return _decode(Path(output.name).read_bytes(), voice.shift)


def _decode(riff: bytes, shift: float) -> Waveform:
    """16-bit mono WAV to a waveform; parsed by hand, since espeak's stream states a length that is not true."""
    rate = round(int.from_bytes(riff[24:28], "little") * shift)
    data = riff[riff.index(b"data") + 8 :]
    samples = np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32) / np.float32(32768)
    return _resample(samples, rate)


def _resample(samples: Waveform, rate: int) -> Waveform:
    from scipy.signal import resample_poly

    rate = round(rate / 50) * 50  # keeps the filter short; 0.3 % of pitch is not heard
    divisor = gcd(rate, SAMPLE_RATE)
    if rate == SAMPLE_RATE or len(samples) == 0:
        return samples
    return np.asarray(resample_poly(samples, SAMPLE_RATE // divisor, rate // divisor), dtype=np.float32)


def _trim(samples: Waveform) -> Waveform:
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max(initial=1e-4))
    if len(loud) == 0:
        return samples[:0]
    return samples[max(0, loud[0] - 160) : loud[-1] + 320]


def coloured_noise(length: int, source: np.random.Generator, slope: float) -> Waveform:
    """Noise of unit power; slope 0 is white, 1 pink, 2 brown."""
    from scipy.fft import next_fast_len

    longer = next_fast_len(length)  # a length with large prime factors takes the transform many times as long
    spectrum = np.fft.rfft(source.standard_normal(longer))
    noise = np.fft.irfft(spectrum / (np.arange(len(spectrum)) + 1.0) ** (slope / 2), longer)[:length]
    return np.asarray(noise / (noise.std() + 1e-9), dtype=np.float32)


def with_noise(samples: Waveform, ratio_db: float, source: np.random.Generator, slope: float) -> Waveform:
    """The waveform with noise that much below the power of its sounding part."""
    sounding = samples[np.abs(samples) > 1e-3]
    power = float(np.sqrt(np.mean(sounding**2))) if len(sounding) else 1e-4
    return samples + coloured_noise(len(samples), source, slope) * np.float32(power * 10 ** (-ratio_db / 20))
