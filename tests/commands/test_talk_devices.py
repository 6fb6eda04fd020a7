"""The sound ends of a conversation: opened at the start, lost, opened again; and the list of devices."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from commands.talk_devices import SoundChoice, TalkDevices, print_devices
from pipeline.errors import InputError, SetupError
from pipeline.testing import VirtualClock
from stages import sound_devices
from stages.sound_devices import SoundDevice
from stages.sound_files import FileMicrophone, FileSpeaker
from tests.commands.talking import TOTAL, voices

SCREEN = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without sound devices, whatever this one has."""

    async def devices(self: object) -> tuple[SoundDevice, ...]:
        return ()

    async def restart(self: object) -> None:
        return None

    monkeypatch.setattr("stages.port_audio.PortAudio.devices", devices)
    monkeypatch.setattr("stages.port_audio.PortAudio.restart", restart)


def test_no_device_at_all(capsys: SCREEN) -> None:
    """Each missing end is one sentence, with the way on; opening it again says the same."""

    async def session() -> None:
        async with TalkDevices(SoundChoice()) as devices:
            assert devices.ends.microphone is None and devices.ends.speaker is None
            devices.wait_for_speech(voices())
            for opening in (devices.open_microphone, devices.open_speaker):
                with pytest.raises(SetupError, match="on this machine"):
                    await opening()
            assert devices.ends.listener is None

    asyncio.run(session())
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert told[0].startswith("there is no microphone") and told[0].endswith("/microphone tries again")
    assert told[1].startswith("there is no loudspeaker") and told[1].endswith("/speaker tries again")


@pytest.mark.parametrize("choice", [SoundChoice(microphone="Blue"), SoundChoice(speaker="7")])
def test_a_device_that_none_is(choice: SoundChoice, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends the command before anything is loaded: the user meant another."""

    async def devices(self: object) -> tuple[SoundDevice, ...]:
        return (SoundDevice(3, "Built-in", 1, 2, 48_000, is_default_input=True, is_default_output=True),)

    async def refuse(*_: object) -> None:
        raise SetupError("busy")

    monkeypatch.setattr("stages.port_audio.PortAudio.devices", devices)
    monkeypatch.setattr("stages.port_audio.PortAudio.open", refuse)

    async def session() -> None:
        async with TalkDevices(choice):
            raise AssertionError("it was opened")

    with pytest.raises(InputError, match="3 “Built-in”"):
        asyncio.run(session())


def test_files(tmp_path: Path) -> None:
    """Files stand in for both; the microphone begins paused, and the replies so far outlast `/speaker`."""
    out = tmp_path / "replies.wav"

    async def session() -> None:
        async with TalkDevices(SoundChoice(questions=(TOTAL,), out=out)) as devices:
            devices.wait_for_speech(voices())
            first, speaker = devices.ends.microphone, devices.ends.speaker
            assert isinstance(first, FileMicrophone) and isinstance(speaker, FileSpeaker)
            hearing = asyncio.create_task(devices.ends.listener.utterance())  # type: ignore[union-attr]  # there is one
            assert not (await asyncio.wait({hearing}, timeout=5.0))[0]
            devices.ends.listen()
            assert await hearing is not None
            devices.ends.stop_listening()
            await speaker.play(np.full(16_000, 0.5, np.float32), 16_000)
            await speaker.drained()
            await devices.open_speaker()
            assert devices.ends.speaker is speaker
            await devices.open_microphone()
            assert devices.ends.microphone is not first and first.ended

    VirtualClock().run(session())
    assert out.stat().st_size > 32_000


def test_push_to_talk_needs_no_listener() -> None:
    """Then the user says when he speaks."""

    async def session() -> None:
        async with TalkDevices(SoundChoice(questions=(TOTAL,), push_to_talk=True)) as devices:
            assert devices.ends.microphone is not None and devices.ends.listener is None

    asyncio.run(session())


def test_the_list(capsys: SCREEN, monkeypatch: pytest.MonkeyPatch) -> None:
    """Number, name, and what each can do; names steer no terminal."""
    there = (
        SoundDevice(0, "USB [Blue]\x1b", 1, 0, 48_000, is_default_input=True),
        SoundDevice(1, "声卡", 0, 2, 48_000, is_default_output=True),
    )
    monkeypatch.setattr(sound_devices, "list_devices", lambda: there)
    print_devices()
    rows = capsys.readouterr().out.splitlines()
    assert rows[1].split() == ["0", "USB", "[Blue]\\x1b", "1", "channel,", "default"]
    assert rows[2].split() == ["1", "声卡", "2", "channels,", "default"]
    monkeypatch.setattr(sound_devices, "list_devices", tuple)
    print_devices()
    assert "there is no sound device on this machine" in capsys.readouterr().err
