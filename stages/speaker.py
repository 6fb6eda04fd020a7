"""The loudspeaker: plays replies on a sound device, and knows how much of each has been heard."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType

import numpy as np

from pipeline.errors import SetupError
from pipeline.events import Samples
from stages.playback import LONGEST_DELAY_S, Playback
from stages.port_audio import Block, StreamShape
from stages.resampling import Resampler
from stages.sound_ports import Underruns
from stages.sound_system import DeviceStream, SoundSystem, StreamOwner

WATCH_S = 0.05
"""Whoever waits for the device looks at it so often."""

PIECE_S = 0.5
"""A longer stretch is queued in pieces of this length."""

INSTANT_S = 0.001
"""The shortest wait; a clock may not move for a shorter one."""


@dataclass(frozen=True, slots=True)
class SpeakerOptions:
    """How to play."""

    queue_s: float = 10.0
    """Seconds of sound that may wait to be played; `play` waits beyond."""
    device_latency_s: float = 0.08
    """How much the device is asked to hold: `stop` is heard so much later, a busy machine is borne so long."""
    reopen_patience_s: float = 2.0
    """How long a new reply waits for a device that went away."""


class Speaker:
    """A loudspeaker on a device. Implements `stages.sound_ports.SoundOutput`.

    A device that goes away in mid-reply ends that reply with a `SetupError`, once; the next `begin` and `play` look
    for it again.
    """

    def __init__(
        self, system: SoundSystem, device: str | int | None = None, options: SpeakerOptions | None = None
    ) -> None:
        """`device` is a name, a part of one, or a number; None is the system's default."""
        self.options = options or SpeakerOptions()
        owner = StreamOwner(self._block, self._opened, self._ended, self._in_use)
        self._stream = DeviceStream(system, "output", device, self.options.device_latency_s, owner)
        self._playback = Playback(self._stream.shape.rate)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._cuts = 0

    async def __aenter__(self) -> Speaker:
        """Open the device. Raises `InputError` when it is not there, `SetupError` when it cannot be opened."""
        self._loop = asyncio.get_running_loop()
        await self._stream.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        await self._stream.close()

    @property
    def device_name(self) -> str:
        """The device that is open; empty before."""
        return self._stream.device.name if self._stream.device else ""

    @property
    def heard_ms(self) -> float:
        return self._playback.heard_s(self._now()) * 1000

    @property
    def latency_s(self) -> float:
        """As the device said last; before its first block, what it promised."""
        return self._playback.delay_s if self._stream.blocks else self._stream.latency_s

    @property
    def underruns(self) -> Underruns:
        return self._playback.underruns

    def begin(self) -> None:
        self._cuts += 1
        self._playback.begin()

    async def play(self, samples: Samples, sample_rate: int) -> None:
        """Queue a stretch of the reply, float32 in -1..1; waits while more than `queue_s` are queued.

        Raises `SetupError` when the device is gone, or has gone since the reply began.
        """
        cuts = self._cuts
        await self._revived()
        rate = self._playback.rate
        whole, piece = _at_rate(samples, sample_rate, rate), round(PIECE_S * rate)
        for start in range(0, len(whole), piece):
            part = whole[start : start + piece]
            most_s = max(0.0, self.options.queue_s - len(part) / rate)
            while self._cuts == cuts and (over_s := self._playback.queued_s - most_s) > 0:
                await self._watched(over_s)
            self._check()
            if self._cuts != cuts:
                return
            self._playback.add(part)

    async def drained(self) -> None:
        """Wait until the last sample has been heard. Raises `SetupError` when the device goes away before."""
        self._playback.complete()
        while (remaining_s := self._playback.remaining_s(self._now())) > 0:
            await self._watched(remaining_s)
        self._check()

    def stop(self) -> None:
        self._cuts += 1
        self._playback.stop()

    async def _watched(self, wish_s: float) -> None:
        """Wait for `wish_s` or less, with an eye on the device."""
        waited_s = max(INSTANT_S, min(wish_s, WATCH_S))
        await asyncio.sleep(waited_s)
        if self._stream.gone_after(waited_s):
            self._playback.fail(self._now())
        self._check()

    async def _revived(self) -> None:
        """See to it that the device is there for a reply that has not begun."""
        if self._playback.broken or not self._stream.lost:
            return
        await self._stream.reopen(self.options.reopen_patience_s)

    def _check(self) -> None:
        if self._playback.broken:
            raise SetupError(
                f"the {self._stream.name} went away while it was speaking: plug it in again, or choose another "
                "(`python run_agent.py doctor` lists them)"
            )

    def _now(self) -> float:
        return self._loop.time() if self._loop else 0.0

    # -- called by the stream, the first three in any thread

    def _block(self, block: Block, delay_s: float, fault: bool) -> None:
        if not 0 <= delay_s <= LONGEST_DELAY_S:  # some drivers have no clock
            delay_s = self._stream.latency_s
        self._playback.fill(block, self._now(), delay_s, ran_dry=fault)

    def _ended(self) -> None:
        if self._playback.remaining_s(self._now()) > 0:
            self._playback.fail(self._now())

    def _opened(self, shape: StreamShape) -> None:
        self._playback.rate = shape.rate

    def _in_use(self) -> bool:
        return self._playback.remaining_s(self._now()) > 0


def _at_rate(samples: Samples, rate: int, wanted: int) -> Samples:
    """All of a stretch at the rate `wanted`."""
    clean = np.clip(np.nan_to_num(samples), -1.0, 1.0).astype(np.float32)
    if rate == wanted:
        return clean
    resampler = Resampler(rate, wanted)
    whole = np.concatenate((resampler.feed(clean), resampler.flush()))
    return whole[: len(clean) * wanted // rate]  # a sample too many, and more would be heard than was given
