"""The sound devices of a machine: which there are, and which one is meant by a name or a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import InputError, SetupError

Direction = Literal["input", "output"]

NOUNS: dict[Direction, str] = {"input": "microphone", "output": "loudspeaker"}


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """One device, as PortAudio lists it. Many can do both: record and play."""

    number: int
    """PortAudio's. It changes when devices come and go."""
    name: str
    inputs: int
    """Channels that can be recorded; 0 for a mere loudspeaker."""
    outputs: int
    """Channels that can be played; 0 for a mere microphone."""
    default_rate: int
    """Samples per second that it runs at by itself."""
    is_default_input: bool = False
    is_default_output: bool = False
    system: str = ""
    """The sound system that offers it (ALSA, WASAPI, Core Audio...). Windows lists each device once for each system."""

    def channels(self, direction: Direction) -> int:
        """How many channels there are in that direction."""
        return self.inputs if direction == "input" else self.outputs

    def is_default(self, direction: Direction) -> bool:
        """Whether it is used when none is named."""
        return self.is_default_input if direction == "input" else self.is_default_output


def list_devices() -> tuple[SoundDevice, ...]:
    """Every device there is now. Raises `SetupError` when PortAudio is missing or does not work."""
    from stages.port_audio import listed

    return listed()


def choose_device(devices: Sequence[SoundDevice], direction: Direction, wanted: str | int | None = None) -> SoundDevice:
    """The device meant by `wanted`: its number, its name or a part of it in any case; None is the system's default.

    Raises `InputError`, listing what there is, when it names none or several; `SetupError` when there is none at all.
    """
    noun = NOUNS[direction]
    fitting = [device for device in devices if device.channels(direction)]
    if not fitting:
        raise SetupError(
            f"there is no {noun} on this machine: plug one in or switch it on, and look at "
            "`python run_agent.py doctor`; questions and replies as sound files work without"
        )
    if wanted is None:
        return next((device for device in fitting if device.is_default(direction)), fitting[0])
    text = str(wanted).strip()
    found = _numbered(fitting, int(text)) if text.isdecimal() else _named(fitting, direction, text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(f"there is no {noun} '{wanted}'; there are: {catalogue(fitting)}")
    raise InputError(f"'{wanted}' fits several devices; give the number of one: {catalogue(found)}")


def catalogue(devices: Sequence[SoundDevice]) -> str:
    """The devices with their numbers, for a message."""
    return ", ".join(f"{device.number} “{device.name}”" for device in devices) or "none"


def _numbered(devices: Sequence[SoundDevice], number: int) -> list[SoundDevice]:
    return [device for device in devices if device.number == number]


def _named(devices: Sequence[SoundDevice], direction: Direction, name: str) -> list[SoundDevice]:
    """Devices with that name; failing that, with that in their name. One of several systems: the default's."""
    wanted = name.casefold()
    found = [device for device in devices if device.name.casefold() == wanted]
    found = found or [device for device in devices if wanted and wanted in device.name.casefold()]
    usual = {device.system for device in devices if device.is_default(direction)}
    return [device for device in found if device.system in usual] or found
