"""A microphone and a loudspeaker by the clock, which tell when they were open and audible, and can be lost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import SetupError
from pipeline.events import Audio, Samples
from stages.sound_files import FileMicrophone
from stages.sound_ports import QUIETEST_DB, Overruns, Underruns

RATE = 16_000
_CHUNK = 512


class ScriptedMicrophone:
    """Sound files in a room that is silent for ever after. Implements `stages.sound_ports.SoundInput`.

    It tells when it was open, and can be lost. Like a device, and unlike `FileMicrophone`, it does not end.
    """

    live = True
    lost = False
    ended = False

    def __init__(self, *files: Path, gone_s: float | None = None) -> None:
        self.overruns = Overruns()
        self.open: list[tuple[float, float]] = []
        """Seconds from and to which it listened."""
        self._files = FileMicrophone(files)
        self._gone_s = gone_s
        self._since_s: float | None = None
        self._resumed = asyncio.Event()

    async def __aenter__(self) -> ScriptedMicrophone:
        await self._files.__aenter__()
        self.pause()
        return self

    async def __aexit__(self, *failure: Any) -> None:
        self.pause()
        await self._files.__aexit__(None, None, None)

    @property
    def level_db(self) -> float:
        return QUIETEST_DB

    def pause(self) -> None:
        self._files.pause()
        self._resumed.clear()
        if self._since_s is not None:
            self.open.append((self._since_s, asyncio.get_running_loop().time()))
            self._since_s = None

    def resume(self) -> None:
        self._files.resume()
        self._resumed.set()
        if self._since_s is None:
            self._since_s = asyncio.get_running_loop().time()

    def __aiter__(self) -> ScriptedMicrophone:
        return self

    async def __anext__(self) -> Audio:
        loop = asyncio.get_running_loop()
        if self._gone_s is not None and loop.time() >= self._gone_s:
            self._gone_s = None
            raise SetupError("the microphone “test” is gone: plug it in again")
        audio = await anext(self._files, None)
        if audio is None:
            await self._resumed.wait()
            await asyncio.sleep(_CHUNK / RATE)
            audio = Audio(np.zeros(_CHUNK, np.float32), RATE)
        return audio


class ScriptedSpeaker:
    """Plays by the clock, so much later than it was told. Implements `stages.sound_ports.SoundOutput`."""

    def __init__(self, latency_s: float = 0.05, gone_s: float | None = None) -> None:
        self.latency_s = latency_s
        self.underruns = Underruns()
        self.sounded: list[tuple[float, float]] = []
        """Seconds from and to which something was audible."""
        self._gone_s = gone_s
        self._first = 0
        self._cuts = 0

    async def __aenter__(self) -> ScriptedSpeaker:
        return self

    async def __aexit__(self, *failure: Any) -> None:
        self.stop()

    @property
    def heard_ms(self) -> float:
        now_s = self._now()
        return 1000 * sum(max(0.0, min(end_s, now_s) - start_s) for start_s, end_s in self.sounded[self._first :])

    def begin(self) -> None:
        self.stop()
        self._first = len(self.sounded)

    async def play(self, samples: Samples, sample_rate: int) -> None:
        self._check()
        start_s = max(self._now() + self.latency_s, self.sounded[-1][1] if self.sounded else 0.0)
        self.sounded.append((start_s, start_s + len(samples) / sample_rate))

    async def drained(self) -> None:
        cuts = self._cuts
        while self._cuts == cuts and self.sounded and (left_s := self.sounded[-1][1] - self._now()) > 1e-9:
            await asyncio.sleep(min(left_s, 0.05))
            self._check()

    def stop(self) -> None:
        self._cuts += 1
        self._cut(self._now() + self.latency_s)  # what the device has taken is still heard

    def _check(self) -> None:
        if self._gone_s is not None and self._now() >= self._gone_s:
            self._gone_s = None
            self._cut(self._now())
            raise SetupError("the loudspeaker “test” went away while it was speaking: plug it in again")

    def _cut(self, until_s: float) -> None:
        kept = [(start_s, min(end_s, until_s)) for start_s, end_s in self.sounded]
        self.sounded = [(start_s, end_s) for start_s, end_s in kept if end_s > start_s]

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
