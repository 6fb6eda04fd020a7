"""Sounds for the tests of the listening side: synthetic speech, noise, and files in many formats."""

from __future__ import annotations

import io
import subprocess
import wave
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np

from pipeline.events import Audio, Samples
from stages.resampling import Resampler

RATE = 16_000


@cache
def speech(text: str, voice: str = "en-us", rate: int = RATE) -> Samples:
    """`text` spoken by espeak-ng, without the silence around it."""
    made = subprocess.run(["espeak-ng", "-v", voice, "-s", "160", "--stdout", text], check=True, capture_output=True)
    with wave.open(io.BytesIO(made.stdout)) as file:
        sound: Samples = np.frombuffer(file.readframes(-1), "<i2").astype(np.float32) / np.float32(32768)
        resampler = Resampler(file.getframerate(), rate)
    sound = np.concatenate((resampler.feed(sound), resampler.flush()))
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    return sound[loud[0] : loud[-1] + 1]


def silence(seconds: float, rate: int = RATE) -> Samples:
    """Digital silence."""
    return np.zeros(round(seconds * rate), np.float32)


def noises(seconds: float = 4.0) -> dict[str, Samples]:
    """What no recogniser should hear words in."""
    random = np.random.default_rng(7)
    time = np.arange(round(seconds * RATE)) / RATE
    clicks = np.zeros(len(time))
    clicks[::4000] = 0.9
    made = {
        "silence": np.zeros(len(time)),
        "hiss": 0.01 * random.standard_normal(len(time)),
        "loud noise": 0.3 * random.standard_normal(len(time)),
        "hum": 0.5 * np.sin(2 * np.pi * 50 * time),
        "tone": 0.5 * np.sin(2 * np.pi * 440 * time),
        "clicks": clicks,
        "buzz": 0.3 * np.sign(np.sin(2 * np.pi * 120 * time)),
        "bursts": 0.3 * random.standard_normal(len(time)) * (np.sin(2 * np.pi * 4 * time) > 0),
    }
    return {name: sound.astype(np.float32) for name, sound in made.items()}


def chunks(sound: Samples, seconds: float = 0.1, rate: int = RATE) -> list[Audio]:
    """`sound` as a source would hand it over."""
    step = round(seconds * rate)
    return [Audio(sound[start : start + step], rate) for start in range(0, len(sound), step)]


def cut(sound: Samples, places: list[int]) -> list[Samples]:
    """`sound` in pieces, cut at `places` in thousandths of its length."""
    borders = sorted(len(sound) * place // 1000 for place in places)
    return np.split(sound, borders)


def write_wav(path: Path, sound: Samples, rate: int = RATE) -> Path:
    """A plain 16-bit WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def encode(path: Path, sound: Samples, codec: str, sample_format: str, layout: str, rate: int) -> Path:
    """`sound`, at 16 kHz, as a file of another format; every channel carries it."""
    resampler = Resampler(RATE, rate)
    sound = np.concatenate((resampler.feed(sound), resampler.flush()))
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.codec_context.format = sample_format
        stream.codec_context.layout = layout
        planes = np.tile(sound, (stream.codec_context.layout.nb_channels, 1))
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
        frame.sample_rate = rate
        size = stream.codec_context.frame_size or 1024
        converter = av.AudioResampler(format=sample_format, layout=layout, rate=rate, frame_size=size)
        for piece in [*converter.resample(frame), *converter.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path
