"""Scenes of `sound_session` on a virtual sound card, seen from the test."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.events import Samples
from tests.conftest import ROOT
from tests.stages.sound_card import SoundCard


class Scene:
    """A child process at its scene."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def told(self) -> dict[str, Any]:
        """The next thing it says. Fails when it says no more."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the child ended with {self._process.wait(10)}: {self.errors}"
        found: dict[str, Any] = json.loads(line)
        return found

    def go_on(self) -> None:
        """What it waits for has happened."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    @property
    def errors(self) -> str:
        """What it printed on stderr; waits for its end."""
        self._process.wait(30)
        assert self._process.stderr is not None
        return self._process.stderr.read()


@contextmanager
def scene(card: SoundCard, *words: str) -> Iterator[Scene]:
    """A child process in a scene; it is over at the latest when the block is."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.stages.sound_session", *words], env=card.environment, cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield Scene(process)
            process.wait(30)
        finally:
            process.kill()


@dataclass(frozen=True, slots=True)
class Find:
    """A sound found again in a recording."""

    share: float
    """Of its audible pieces, those that are in the recording: 1 when nothing is missing."""
    place: int
    """Where it begins there, in samples: the median of its pieces."""


def find(sound: Samples, recording: Samples, piece: int = 3200) -> Find:
    """Look for each piece of `sound`, 0.2 s long, by itself: on a busy machine the virtual card's sound has gaps."""
    starts = [start for start in range(0, len(sound) - piece, piece) if _power(sound[start : start + piece]) > 1e-5]
    found = [(start, *_found(sound[start : start + piece], recording)) for start in starts]
    places = [place - start for start, place, likeness in found if likeness > 0.9]
    return Find(len(places) / len(starts), round(float(np.median(places))) if places else 0)


def _found(part: Samples, whole: Samples) -> tuple[int, float]:
    """Where in `whole` it is most like `part`, and how much: 1 for the same sound, however loud."""
    size = len(part) + len(whole)
    products = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(part, size)), size)
    energy = np.concatenate(([0.0], np.cumsum(np.square(whole, dtype=np.float64))))
    energies = energy[len(part) :] - energy[: -len(part)]
    likeness = products[: len(energies)] / np.sqrt(np.maximum(energies, 1e-3) * np.square(part).sum())
    place = int(likeness.argmax())
    return place, float(likeness[place])


def _power(samples: Samples) -> float:
    return float(np.square(samples).mean())
