"""A sound library without sound, for tests: what the devices do is scripted, by the event loop's clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from stages.port_audio import Block, BlockTaker, DriverFault, DriverStream, ShapeRefused, StreamShape
from stages.sound_devices import SoundDevice

HEADSET = SoundDevice(0, "USB headset", 1, 2, 48_000)
BUILT_IN = SoundDevice(1, "Built-in Audio", 2, 2, 44_100, is_default_input=True, is_default_output=True)


class FakeStream:
    """An open stream: the test gives it blocks, or takes them. Implements `DriverStream`."""

    def __init__(
        self, device: SoundDevice, shape: StreamShape, on_block: BlockTaker, on_end: Callable[[], None]
    ) -> None:
        self.device = device
        self.shape = shape
        self.latency_s = shape.latency_s
        self.is_open = True
        self.played: list[Block] = []
        """What `run` has taken."""
        self._on_block = on_block
        self.end = on_end
        """The device goes."""

    def give(self, samples: npt.NDArray[np.floating[Any]], *, overflowed: bool = False) -> None:
        """The microphone hears `samples`, shape (n,): the same on every channel."""
        block = np.tile(samples.astype(np.float32)[:, None], (1, self.shape.channels))
        self._on_block(block, 0.0, overflowed)
        block[:] = 9.0  # a driver uses its memory again

    def take(self, frames: int, delay_s: float = 0.03, *, underflowed: bool = False) -> Block:
        """The loudspeaker wants `frames` more, which are heard after `delay_s`."""
        block = np.full((frames, self.shape.channels), 9.0, np.float32)
        self._on_block(block, delay_s, underflowed)
        return block

    async def run(self, block_s: float = 0.01, delay_s: float = 0.03) -> None:
        """Be a device that works: a block every `block_s` seconds."""
        frames = round(block_s * self.shape.rate)
        while self.is_open:
            if self.shape.direction == "input":
                self.give(np.full(frames, 0.1, np.float32))
            else:
                self.played.append(self.take(frames, delay_s))
            await asyncio.sleep(block_s)

    async def close(self) -> None:
        self.is_open = False
        self.end()  # PortAudio calls it for every end


class FakeDriver:
    """Implements `SoundDriver`."""

    def __init__(self, *devices: SoundDevice) -> None:
        self.plugged = list(devices)
        """What is there; seen at the next `restart`."""
        self.known = list(devices)
        self.streams: list[FakeStream] = []
        self.restarts = 0
        self.busy: str = ""
        """A reason why no device can be opened."""
        self.refused: set[tuple[int, int]] = set()
        """Rates and channels that no device takes."""
        self.tried: list[tuple[int, int]] = []

    @property
    def stream(self) -> FakeStream:
        """The latest."""
        return self.streams[-1]

    async def devices(self) -> tuple[SoundDevice, ...]:
        return tuple(self.known)

    async def restart(self) -> None:
        assert not [stream for stream in self.streams if stream.is_open], "a stream was open at the restart"
        self.restarts += 1
        self.known = list(self.plugged)

    async def open(
        self, device: SoundDevice, shape: StreamShape, on_block: BlockTaker, on_end: Callable[[], None]
    ) -> DriverStream:
        await asyncio.sleep(0)
        self.tried.append((shape.rate, shape.channels))
        if device not in self.plugged:
            raise DriverFault("Device unavailable")
        if self.busy:
            raise DriverFault(self.busy)
        if (shape.rate, shape.channels) in self.refused or shape.channels > device.channels(shape.direction):
            raise ShapeRefused("Invalid sample rate")
        self.streams.append(FakeStream(device, shape, on_block, on_end))
        return self.stream
