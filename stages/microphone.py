"""The microphone: what a sound device hears, as a source of turns."""

from __future__ import annotations

import asyncio
import contextlib
import math
import threading
from collections import deque
from dataclasses import dataclass
from types import TracebackType

import numpy as np

from pipeline.events import Audio, Samples
from stages.port_audio import Block, StreamShape
from stages.resampling import Resampler
from stages.sound_ports import QUIETEST_DB, Overruns
from stages.sound_system import DeviceStream, SoundSystem, StreamOwner

MICROPHONE_RATE = 16_000
"""Samples per second of what is handed over: what speech models take."""

CHUNK = 512
"""Samples of a chunk: 32 ms, one frame of the voice activity model."""

WATCH_S = 0.25
"""Whoever waits for sound looks at the device so often."""


@dataclass(frozen=True, slots=True)
class MicrophoneOptions:
    """How to listen."""

    buffer_s: float = 10.0
    """Seconds of sound that are kept while nobody takes them; beyond, the oldest is lost and counted."""
    device_latency_s: float = 0.05
    """How much the device is asked to hold: sound comes so much later, a busy machine is borne so long."""
    reopen_patience_s: float = 10.0
    """How long a device that went away is waited for."""


class Microphone:
    """A microphone on a device. Implements `stages.sound_ports.SoundInput`.

    A device that goes away is looked for; `lost` tells so meanwhile. When it is not back in time, the iteration ends
    with a `SetupError`; iterating again looks again.
    """

    live = True
    """Sound comes at its own pace: the turn counts what it holds up."""

    def __init__(
        self, system: SoundSystem, device: str | int | None = None, options: MicrophoneOptions | None = None
    ) -> None:
        """`device` is a name, a part of one, or a number; None is the system's default."""
        self.options = options or MicrophoneOptions()
        owner = StreamOwner(self._block, self._opened, self._wake_from_outside, self._in_use)
        self._stream = DeviceStream(system, "input", device, self.options.device_latency_s, owner)
        self._buffer = _Buffer()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._arrival: asyncio.Event | None = None
        self._resampler = Resampler(MICROPHONE_RATE, MICROPHONE_RATE)
        self._rest = np.empty(0, np.float32)
        self._level_db = QUIETEST_DB

    async def __aenter__(self) -> Microphone:
        """Open the device. Raises `InputError` when it is not there, `SetupError` when it cannot be opened."""
        self._loop, self._arrival = asyncio.get_running_loop(), asyncio.Event()
        await self._stream.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        arrival, self._arrival = self._arrival, None
        await self._stream.close()
        if arrival is not None:
            arrival.set()

    @property
    def device_name(self) -> str:
        """The device that is open; empty before."""
        return self._stream.device.name if self._stream.device else ""

    @property
    def ended(self) -> bool:
        return self._arrival is None

    @property
    def lost(self) -> bool:
        return not self.ended and self._stream.lost

    @property
    def level_db(self) -> float:
        return QUIETEST_DB if self._buffer.paused else self._level_db

    @property
    def overruns(self) -> Overruns:
        return self._buffer.overruns

    def pause(self) -> None:
        """Stop listening: what comes until `resume` is thrown away, with what was not handed over yet."""
        self._buffer.pause()
        self._forget()

    def resume(self) -> None:
        """Listen again, from now on: sound that is older, but still in the device, is thrown away."""
        if self._buffer.paused:
            self._forget()
            self._buffer.resume(max(self._stream.latency_s, self.options.device_latency_s))

    def __aiter__(self) -> Microphone:
        return self

    async def __anext__(self) -> Audio:
        """The next 32 ms. Raises `SetupError` when the device is gone for good; ends when it is closed."""
        while (arrival := self._arrival) is not None:
            arrival.clear()
            while len(self._rest) < CHUNK and (block := self._buffer.take()) is not None:
                self._rest = np.concatenate((self._rest, self._resampler.feed(block)))
            if len(self._rest) >= CHUNK:
                samples, self._rest = self._rest[:CHUNK], self._rest[CHUNK:]
                self._level_db = level_db(samples)
                return Audio(samples, MICROPHONE_RATE)
            await self._more(arrival)
        raise StopAsyncIteration

    async def _more(self, arrival: asyncio.Event) -> None:
        """Wait until something has come; see to the device when it has not."""
        try:
            async with asyncio.timeout(WATCH_S):
                await arrival.wait()
            waited_s = 0.0
        except TimeoutError:
            waited_s = WATCH_S
        if not self.ended and self._stream.gone_after(waited_s):
            self._level_db = QUIETEST_DB
            await self._stream.reopen(self.options.reopen_patience_s)

    def _forget(self) -> None:
        self._rest = np.empty(0, np.float32)
        self._resampler = Resampler(self._stream.shape.rate, MICROPHONE_RATE)

    # -- called by the stream, the first and the third in any thread

    def _block(self, block: Block, delay_s: float, fault: bool) -> None:
        if self._buffer.put(block, overflowed=fault):
            self._wake_from_outside()

    def _opened(self, shape: StreamShape) -> None:
        self._buffer.reopen(shape, self.options.buffer_s)
        self._rest = np.empty(0, np.float32)
        self._resampler = Resampler(shape.rate, MICROPHONE_RATE)

    def _wake_from_outside(self) -> None:
        arrival, loop = self._arrival, self._loop
        if arrival is not None and loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has gone
                loop.call_soon_threadsafe(arrival.set)

    def _in_use(self) -> bool:
        return not self._buffer.paused


class _Buffer:
    """Between the device's thread, which may never wait, and the event loop: blocks as they came, bounded."""

    def __init__(self) -> None:
        self.paused = False
        self.overruns = Overruns()
        self._lock = threading.Lock()
        self._blocks: deque[Block] = deque()
        self._frames = 0
        self._rate = MICROPHONE_RATE
        self._most = 0
        self._stale = 0
        self._full = False

    def reopen(self, shape: StreamShape, buffer_s: float) -> None:
        """Begin anew for a device of that shape."""
        with self._lock:
            self._rate, self._most = shape.rate, round(buffer_s * shape.rate)
            self._stale = 0
            self._clear()

    def pause(self) -> None:
        """Throw away what is here and what comes."""
        with self._lock:
            self.paused = True
            self._clear()

    def resume(self, stale_s: float) -> None:
        """Take in again, after the `stale_s` seconds that the device may have held since before."""
        with self._lock:
            self.paused = False
            self._stale = round(stale_s * self._rate)

    def put(self, block: Block, *, overflowed: bool) -> bool:
        """Take in a copy of `block`. True when somebody may be waiting for it."""
        with self._lock:
            if self.paused:
                return False
            if overflowed:
                self.overruns = Overruns(self.overruns.count + 1, self.overruns.lost_s)
            if self._stale > 0:
                stale = min(self._stale, len(block))
                self._stale -= stale
                block = block[stale:]
            if not len(block):
                return False
            self._blocks.append(block.copy())
            self._frames += len(block)
            self._drop_oldest()
            return True

    def take(self) -> Samples | None:
        """The oldest block as mono; None when there is none."""
        with self._lock:
            if not self._blocks:
                return None
            block = self._blocks.popleft()
            self._frames -= len(block)
            self._full = False
        return block[:, 0] if block.shape[1] == 1 else block.mean(axis=1, dtype=np.float32)

    def _drop_oldest(self) -> None:
        """Down to what may be kept. However much is lost until somebody takes again, it is one overrun."""
        while self._frames > self._most and len(self._blocks) > 1:
            lost = len(self._blocks.popleft())
            self._frames -= lost
            self.overruns = Overruns(self.overruns.count + (not self._full), self.overruns.lost_s + lost / self._rate)
            self._full = True

    def _clear(self) -> None:
        self._full = False
        self._blocks.clear()
        self._frames = 0


def level_db(samples: Samples) -> float:
    """Root mean square of `samples` in dB of full scale, at least -96."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
    return max(QUIETEST_DB, 10 * math.log10(power)) if power > 0 else QUIETEST_DB
