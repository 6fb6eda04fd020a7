"""Speaks the sample questions with espeak-ng and flite: 16 kHz, one channel, 16 bits.

Every voice, speed and pitch is written down, so that another run of the same programs gives the same samples.
"""

from __future__ import annotations

import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import av
import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 16_000
PEAK = 0.6
"""Full scale is 1; the loudest sample of each question lies here."""
_LEAD_S, _TAIL_S = 0.25, 0.35

Pcm = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Utterance:
    """One spoken sample: what is said, by which voice."""

    name: str
    """The file's name without its suffix."""
    text: str
    voice: str
    """An espeak-ng voice with its variant ("en-gb+m3"), or a flite voice."""
    speed: int = 155
    """Words per minute; espeak-ng only."""
    pitch: int = 50
    """0 to 99; espeak-ng only."""
    engine: Literal["espeak-ng", "flite"] = "espeak-ng"
    about: str | None = None
    """The sample document that the question is about."""


def speak(utterance: Utterance) -> Pcm:
    """The utterance as samples at `SAMPLE_RATE`, trimmed, levelled, with a short silence at both ends.

    Raises FileNotFoundError when the program is not installed, CalledProcessError when it does not know the voice.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "speech.wav"
        subprocess.run(_command(utterance, file), check=True, capture_output=True)
        samples = _trimmed(_decoded(file))
    levelled = samples * (PEAK / np.abs(samples).max())
    padded = np.pad(levelled, (int(_LEAD_S * SAMPLE_RATE), int(_TAIL_S * SAMPLE_RATE)))
    return np.round(padded * 32767).astype(np.int16)


def write_wave(file: Path, samples: Pcm) -> None:
    """Writes 16-bit samples of one channel at `SAMPLE_RATE`."""
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(samples.astype("<i2").tobytes())


def _command(utterance: Utterance, file: Path) -> list[str]:
    if utterance.engine == "flite":
        return ["flite", "-voice", utterance.voice, "-t", utterance.text, "-o", str(file)]
    speed, pitch = str(utterance.speed), str(utterance.pitch)
    return ["espeak-ng", "-v", utterance.voice, "-s", speed, "-p", pitch, "-w", str(file), utterance.text]


def _decoded(file: Path) -> npt.NDArray[np.float32]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    with av.open(str(file)) as container:
        frames = [piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
    frames.extend(resampler.resample(None))
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)


def _trimmed(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Without the silence at both ends; what lies 40 dB under the peak counts as silence."""
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    return samples[max(0, int(loud[0]) - 160) : int(loud[-1]) + 320]
