"""PortAudio, by way of the package sounddevice: the one place that talks to sound hardware.

What it is to the rest is the protocol `SoundDriver`; tests put a scripted one there. Its calls can block for seconds
(Bluetooth), or for ever (ALSA's bridge to a sound server that has just died, now and then).
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from pipeline.errors import SetupError
from stages.driver_calls import DriverCalls
from stages.sound_devices import Direction, SoundDevice

Block = npt.NDArray[np.float32]
"""Samples of one callback, shape (frames, channels), float32 in -1..1. Valid during the callback only."""

BlockTaker = Callable[[Block, float, bool], None]
"""Called in PortAudio's thread for each block, to read it (input) or to fill it (output). Its other arguments: seconds
between now and the moment that the block's first sample is heard, or was captured; and whether the device reports
that it has lost sound (input) or had none to play (output)."""

PATIENCE_S = 5.0
"""A device that has not opened by then hangs."""

CLOSING_PATIENCE_S = 2.0
"""The same for closing: less, because a person waits for the program's end."""

_OF_FORMAT = ("paInvalidChannelCount", "paInvalidSampleRate", "paSampleFormatNotSupported")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class StreamShape:
    """How a stream is asked for."""

    direction: Direction
    rate: int
    """Samples per second."""
    channels: int
    latency_s: float
    """How much the device should hold: less is sooner heard, more bears a busier machine."""


class DriverFault(Exception):  # noqa: N818 - a fault of a device, which callers turn into an error for the user
    """A device could not be opened."""


class ShapeRefused(DriverFault):
    """The device is there, and does not take this rate or number of channels."""


class DriverStream(Protocol):
    """A stream that runs."""

    @property
    def latency_s(self) -> float:
        """Seconds of sound that the device holds, by its own account."""
        ...

    async def close(self) -> None:
        """Stop at once and let the device go. Never raises."""
        ...


class SoundDriver(Protocol):
    """What is needed of a sound library."""

    async def devices(self) -> tuple[SoundDevice, ...]:
        """The devices there were at the last `restart`. Raises `SetupError` when the library does not work."""
        ...

    async def restart(self) -> None:
        """Look for devices anew. Every stream must have been closed."""
        ...

    async def open(
        self, device: SoundDevice, shape: StreamShape, on_block: BlockTaker, on_end: Callable[[], None]
    ) -> DriverStream:
        """Start a stream. `on_end` is called, in any thread, when it ends. Raises `DriverFault`."""
        ...


class PortAudio:
    """The real `SoundDriver`."""

    def __init__(self) -> None:
        self._calls = DriverCalls()

    async def devices(self) -> tuple[SoundDevice, ...]:
        return await self._calls.make(listed, "list the sound devices", PATIENCE_S)

    async def restart(self) -> None:
        if not self._calls.hung:  # else this would hang as well; a device that was there can be opened still
            await self._call(_restart, "look for sound devices", PATIENCE_S)

    async def open(
        self, device: SoundDevice, shape: StreamShape, on_block: BlockTaker, on_end: Callable[[], None]
    ) -> DriverStream:
        what = f"open “{device.name}”"
        stream = await self._call(lambda: _started(device, shape, on_block, on_end), what, PATIENCE_S, _closed)
        return _PortAudioStream(stream, self._closed)

    async def _closed(self, stream: Any) -> None:
        with contextlib.suppress(SetupError):  # one that hangs is left behind
            await self._call(lambda: _closed(stream), "close the sound device", CLOSING_PATIENCE_S)

    async def _call(
        self, call: Callable[[], Value], what: str, limit_s: float, undo: Callable[[Value], None] | None = None
    ) -> Value:
        try:
            return await self._calls.make(call, what, limit_s, undo)
        finally:
            if self._calls.hung:
                _leave_at_exit()


class _PortAudioStream:
    """A stream of sounddevice. Implements `DriverStream`."""

    def __init__(self, stream: Any, close: Callable[[Any], Awaitable[None]]) -> None:
        self._stream = stream
        self._close = close
        self.latency_s = float(stream.latency)

    async def close(self) -> None:
        await self._close(self._stream)


def listed() -> tuple[SoundDevice, ...]:
    """Every device that PortAudio knows. Blocks. Raises `SetupError` when it is missing or does not work."""
    library = _library()
    try:
        systems = library.query_hostapis()
        found = [dict(device) for device in library.query_devices()]
        defaults = [library.default.device[0], library.default.device[1]]
    except library.PortAudioError as error:
        raise SetupError(
            f"PortAudio does not work ({error}): `python run_agent.py doctor` looks for the cause"
        ) from error
    return tuple(
        SoundDevice(
            number=number,
            name=_one_line(device["name"]),
            inputs=int(device["max_input_channels"]),
            outputs=int(device["max_output_channels"]),
            default_rate=round(device["default_samplerate"]) or 48_000,
            is_default_input=number == defaults[0],
            is_default_output=number == defaults[1],
            system=str(systems[device["hostapi"]]["name"]),
        )
        for number, device in enumerate(found)
    )


def _library() -> Any:
    try:
        import sounddevice
    except (ImportError, OSError) as error:  # OSError: the package is there, the library is not
        raise SetupError(
            f"PortAudio, which microphone and loudspeaker need, is missing ({error}): on Debian or Ubuntu "
            "`apt-get install libportaudio2`, elsewhere `make setup`"
        ) from error
    return sounddevice


def _restart() -> None:
    library = _library()
    try:
        # PortAudio makes its list of devices once, and has no other way to make it again; sounddevice has no public
        # name for it: https://github.com/spatialaudio/python-sounddevice/issues/382
        with contextlib.suppress(library.PortAudioError):  # not started: the last start failed
            library._terminate()
        library._initialize()
    except library.PortAudioError as error:
        raise SetupError(
            f"PortAudio does not start ({error}): `python run_agent.py doctor` looks for the cause"
        ) from error


def _started(device: SoundDevice, shape: StreamShape, on_block: BlockTaker, on_end: Callable[[], None]) -> Any:
    library = _library()
    _hush()
    listening = shape.direction == "input"
    kind = library.InputStream if listening else library.OutputStream

    def callback(block: Block, frames: int, time: Any, status: Any) -> None:
        if listening:
            on_block(block, time.currentTime - time.inputBufferAdcTime, bool(status.input_overflow))
        else:
            on_block(block, time.outputBufferDacTime - time.currentTime, bool(status.output_underflow))

    try:
        stream = kind(
            device=device.number, samplerate=shape.rate, channels=shape.channels, dtype="float32",
            latency=shape.latency_s, callback=callback, finished_callback=on_end,
        )  # fmt: skip
        try:
            stream.start()
        except BaseException:
            stream.close()
            raise
    except (library.PortAudioError, ValueError) as error:
        raise _fault(library, error) from error
    return stream


@cache
def _hush() -> None:
    """Send what C libraries print on their stderr to nowhere: Python's own does not go that way.

    PortAudio and ALSA print a dozen lines of source places there when a device goes, in the middle of whatever the
    user is looking at, and offer no way to ask them not to (PortAudio, pa_debugprint.c).
    """
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None)
    library.fopen.restype = ctypes.c_void_p
    with contextlib.suppress(ValueError, AttributeError):  # another C library than glibc or musl
        variable = ctypes.c_void_p.in_dll(library, "stderr")
        variable.value = library.fopen(os.devnull.encode(), b"w") or variable.value


def _fault(library: Any, error: Exception) -> DriverFault:
    words, code = str(error.args[0]), error.args[1] if len(error.args) > 1 else None
    if code in {getattr(library._lib, name) for name in _OF_FORMAT}:
        return ShapeRefused(words)
    if len(error.args) > 2:
        words = f"{words}: {error.args[2][2]}"
    return DriverFault(_one_line(words))


def _closed(stream: Any) -> None:
    stream.abort()  # errors are ignored by sounddevice: a device that is gone cannot be stopped
    stream.close()


def _leave_at_exit() -> None:
    """Do not let sounddevice end PortAudio when the program ends: that would wait for the call that hangs."""
    library = sys.modules.get("sounddevice")
    if library is not None:
        atexit.unregister(library._exit_handler)


def _one_line(words: str) -> str:
    return " ".join(str(words).split())
