"""Sound files of every kind that the command line takes, or refuses."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt


def quiet(path: Path, seconds: float) -> Path:
    """A 16 kHz WAV of digital silence."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(2 * round(16_000 * seconds)))
    return path


def samples_of(path: Path) -> tuple[npt.NDArray[np.float32], int]:
    """The samples of a 16-bit mono WAV, and their rate."""
    with wave.open(str(path), "rb") as file:
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return frames.astype(np.float32) / np.float32(32768), file.getframerate()


def encoded(source: Path, target: Path, codec: str, rate: int, layout: str = "mono") -> Path:
    """`source` (a 16-bit mono WAV) in another format; the name's ending says which container."""
    samples, source_rate = samples_of(source)
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    planes = np.repeat(samples[np.newaxis, :], channels, axis=0)
    with av.open(str(target), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.layout = layout
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(planes), format="fltp", layout=layout)
        frame.sample_rate = source_rate
        frame.time_base = Fraction(1, source_rate)
        resampler = av.AudioResampler(
            format=stream.codec_context.format.name if stream.codec_context.format else "fltp",
            layout=layout, rate=rate, frame_size=stream.frame_size or 0,
        )  # fmt: skip
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return target
