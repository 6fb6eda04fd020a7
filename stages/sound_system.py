"""The sound of one process: the streams that are open, kept open, and opened again when their device comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pipeline.errors import InputError, SetupError
from stages.port_audio import (
    Block,
    BlockTaker,
    DriverFault,
    DriverStream,
    PortAudio,
    ShapeRefused,
    SoundDriver,
    StreamShape,
)
from stages.sound_devices import NOUNS, Direction, SoundDevice, catalogue, choose_device

USUAL_RATES = (48_000, 44_100, 16_000)
"""Tried after the device's own rate: samples per second."""

LOST_AFTER_S = 1.5
"""A device that has given or taken no block for so long is gone: some say nothing when they are unplugged."""

START_PATIENCE_S = 5.0
"""The same before its first block: Bluetooth and sleeping cards take seconds to begin."""

RETRY_S = 0.5
"""Between two attempts to open a device that is gone."""


@dataclass(frozen=True, slots=True)
class StreamOwner:
    """What a stream tells its microphone or loudspeaker, and asks of it."""

    block: BlockTaker
    """Called in PortAudio's thread for each block."""
    opened: Callable[[StreamShape], None]
    """Called before the first block, at each opening: the shape may differ from the one before."""
    ended: Callable[[], None]
    """Called in any thread when the device has ended the stream."""
    in_use: Callable[[], bool]
    """Whether a gap of some 50 ms would be heard or would lose something."""


class SoundSystem:
    """The devices, and the streams that are open on them. One a process: microphone and loudspeaker share it.

    New devices are only seen when the sound library is started anew, which ends every stream: only who knows all of
    them can do that.
    """

    def __init__(self, driver: SoundDriver | None = None) -> None:
        """`driver` is PortAudio unless given."""
        self.driver: SoundDriver = driver or PortAudio()
        self._streams: set[DeviceStream] = set()
        self._one_at_a_time = asyncio.Lock()

    async def devices(self) -> tuple[SoundDevice, ...]:
        """Every device there was at the last look. Raises `SetupError` when the library is missing or fails."""
        return await self.driver.devices()

    async def open(self, stream: DeviceStream, *, look_again: bool) -> None:
        """Open `stream`; after a new look for devices if asked, and if no other stream would be disturbed.

        Raises `InputError`, `SetupError`.
        """
        async with self._one_at_a_time:
            self._streams.add(stream)
            await stream.release()
            if look_again:
                await self._look_again([other for other in self._streams - {stream} if other.is_open])
            await stream.acquire()

    async def close(self, stream: DeviceStream) -> None:
        """Close `stream` for good. Harmless when that was done."""
        async with self._one_at_a_time:
            self._streams.discard(stream)
            await stream.release()

    async def _look_again(self, others: list[DeviceStream]) -> None:
        if any(other.disturbable for other in others):
            return
        for other in others:
            await other.release()
        await self.driver.restart()
        for other in others:
            await other.acquire_quietly()


class DeviceStream:
    """One direction of one device: opened at whatever rate it takes, watched, and opened again after a loss."""

    def __init__(
        self,
        system: SoundSystem,
        direction: Direction,
        wanted: str | int | None,
        latency_s: float,
        owner: StreamOwner,
    ) -> None:
        self.shape = StreamShape(direction, 48_000, 1, latency_s)
        """As it is open; before that, as it is wished."""
        self.device: SoundDevice | None = None
        """The one that is open, or was last."""
        self.latency_s = latency_s
        """What the device holds, by its own account."""
        self.blocks = 0
        """How many have come since it was opened."""
        self._system = system
        self._wanted = wanted
        self._owner = owner
        self._stream: DriverStream | None = None
        self._opening = 0
        self._ended = False
        self._silent_s = 0.0
        self._blocks_seen = 0

    @property
    def is_open(self) -> bool:
        """True from its opening to its closing, also when its device has gone since."""
        return self._stream is not None

    @property
    def lost(self) -> bool:
        """True when it was opened and its device is gone, as far as was noticed."""
        return self.device is not None and (self._stream is None or self._ended)

    @property
    def disturbable(self) -> bool:
        """True when closing it now would be noticed."""
        return not self.lost and self._owner.in_use()

    @property
    def name(self) -> str:
        """For messages: “microphone” or “loudspeaker”, with the device's name."""
        noun = NOUNS[self.shape.direction]
        return f"{noun} “{self.device.name}”" if self.device else noun

    async def open(self) -> None:
        """Open it. Raises `InputError` when the wanted device is not there, `SetupError` when none can be opened."""
        again = self.device is not None
        try:
            await self._system.open(self, look_again=again)
        except (InputError, SetupError):
            if again:
                raise
            await self._system.open(self, look_again=True)  # it may have been plugged in since the program began

    async def close(self) -> None:
        """Let the device go."""
        await self._system.close(self)

    def gone_after(self, waited_s: float) -> bool:
        """Whether the device is gone, told that `waited_s` more seconds were waited for it.

        Waits are added up instead of reading a clock: a process that was stopped for a while has missed no device.
        """
        if self.lost:
            return True
        if self.blocks != self._blocks_seen:
            self._blocks_seen, self._silent_s = self.blocks, 0.0
            return False
        self._silent_s += waited_s
        self._ended = self._silent_s >= (LOST_AFTER_S if self.blocks else START_PATIENCE_S)
        return self._ended

    async def reopen(self, patience_s: float) -> None:
        """Open it again as soon as its device is back. Raises `SetupError` when it is not back by then."""
        loop = asyncio.get_running_loop()
        name, start = self.name, loop.time()
        while True:
            try:
                await self._system.open(self, look_again=True)
                return
            except (InputError, SetupError) as error:
                if loop.time() - start >= patience_s:
                    raise SetupError(
                        f"the {name} is gone and did not come back within {patience_s:g} s: "
                        f"plug it in again, or choose another ({await self._others()})"
                    ) from error
            await asyncio.sleep(RETRY_S)

    # -- for the sound system

    async def acquire(self) -> None:
        """Open the device. Raises `InputError`, `SetupError`."""
        device = self._chosen(await self._system.driver.devices())
        refusal: DriverFault | None = None
        for shape in self._shapes(device):
            try:
                await self._acquire(device, shape)
                return
            except ShapeRefused as error:
                refusal = error
            except DriverFault as error:
                raise self._cannot_open(device, error) from error
        raise self._cannot_open(device, refusal) from refusal

    async def acquire_quietly(self) -> None:
        """Open the device after a new look; when that fails it counts as lost, and its owner finds out."""
        try:
            await self.acquire()
        except (InputError, SetupError):
            self._owner.ended()

    async def release(self) -> None:
        """Close the device, for now."""
        stream, self._stream = self._stream, None
        self._opening += 1
        if stream is not None:
            await stream.close()

    async def _acquire(self, device: SoundDevice, shape: StreamShape) -> None:
        self._opening += 1
        opening = self._opening

        def block(samples: Block, delay_s: float, fault: bool) -> None:
            if opening == self._opening:
                self.blocks += 1
                self._owner.block(samples, delay_s, fault)

        def ended() -> None:
            if opening == self._opening:  # and not closed by us
                self._ended = True
                self._owner.ended()

        self.blocks = self._blocks_seen = 0
        self._silent_s, self._ended = 0.0, False
        self._owner.opened(shape)
        self._stream = await self._system.driver.open(device, shape, block, ended)
        self.device, self.shape, self.latency_s = device, shape, self._stream.latency_s

    def _chosen(self, devices: tuple[SoundDevice, ...]) -> SoundDevice:
        """The wanted device; one that was chosen by its number is known by its name when it is opened again."""
        number = isinstance(self._wanted, int) or str(self._wanted).isdecimal()
        if self.device is None or not number:
            return choose_device(devices, self.shape.direction, self._wanted)
        same = [d for d in devices if d.name == self.device.name and d.channels(self.shape.direction)]
        if not same:
            raise InputError(f"the {self.name} is not there; there are: {catalogue(devices)}")
        return next((device for device in same if device.number == self.device.number), same[0])

    def _shapes(self, device: SoundDevice) -> Iterator[StreamShape]:
        most = device.channels(self.shape.direction)
        # A loudspeaker with two sides would play a single channel on one of them, with some drivers.
        channels = (1, min(2, most), most) if self.shape.direction == "input" else (min(2, most), 1, most)
        for rate in dict.fromkeys((device.default_rate, *USUAL_RATES)):
            for count in dict.fromkeys(channels):
                yield replace(self.shape, rate=rate, channels=count)

    def _cannot_open(self, device: SoundDevice, reason: Exception | None) -> SetupError:
        noun = NOUNS[self.shape.direction]
        return SetupError(
            f"the {noun} “{device.name}” cannot be opened ({reason}): another program may be using it, or it was "
            "unplugged; close that program, plug it in again, or choose another "
            "(`python run_agent.py doctor` lists them)"
        )

    async def _others(self) -> str:
        try:
            devices = await self._system.devices()
        except SetupError:
            return "none is there now"
        fitting = [device for device in devices if device.channels(self.shape.direction)]
        return f"there are: {catalogue(fitting)}" if fitting else "none is there now"
