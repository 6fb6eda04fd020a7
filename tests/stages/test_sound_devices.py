"""Which sound device is meant."""

from __future__ import annotations

import contextlib
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError, SetupError
from stages.sound_devices import Direction, SoundDevice, catalogue, choose_device, list_devices
from tests.conftest import ROOT
from tests.stages.sound_card import WHY_NOT, SoundCard
from tests.stages.sound_children import scene

DEVICES = (
    SoundDevice(0, "HDA Intel: ALC (hw:0,0)", 2, 2, 44_100),
    SoundDevice(1, "HDMI", 0, 8, 48_000),
    SoundDevice(2, "USB Headset", 1, 2, 48_000, is_default_input=True),
    SoundDevice(3, "USB Headset Pro", 1, 2, 48_000),
    SoundDevice(4, "麦克风阵列", 2, 0, 16_000),
    SoundDevice(5, "扬声器", 0, 2, 48_000, is_default_output=True),
)


@pytest.mark.parametrize(
    ("direction", "wanted", "number"),
    [
        ("input", None, 2),
        ("output", None, 5),
        ("input", 0, 0),
        ("input", "3", 3),
        ("input", "intel", 0),
        ("input", "  麦克风 ", 4),
        ("input", "usb headset", 2),
        ("output", "PRO", 3),
        ("output", "hdmi", 1),
    ],
)
def test_a_device_is_meant_by_number_name_or_part_of_it(
    direction: Direction, wanted: str | int | None, number: int
) -> None:
    """A whole name goes before a part of one; nothing named is the system's default."""
    assert choose_device(DEVICES, direction, wanted).number == number


@pytest.mark.parametrize("wanted", ["telephone", 1, "1", 99, "", "扬声器"])
def test_a_device_that_is_not_there_is_said_with_those_that_are(wanted: str | int) -> None:
    """A name or number without a microphone behind it is refused; the message lists the microphones."""
    with pytest.raises(InputError, match=r"there is no microphone '.*'; there are: 0 “HDA.*4 “麦克风阵列”$"):
        choose_device(DEVICES, "input", wanted)


def test_a_name_that_fits_several_is_refused() -> None:
    """The message names those that it fits, by number."""
    with pytest.raises(InputError, match="'headset' fits several devices; give the number of one: 2 “USB Headset”, 3"):
        choose_device(DEVICES, "input", "headset")


def test_of_one_device_in_several_systems_the_usual_one_is_taken() -> None:
    """Windows lists each device once a sound system, under one name."""
    devices = (
        SoundDevice(0, "Microphone (Realtek)", 2, 0, 44_100, is_default_input=True, system="MME"),
        SoundDevice(1, "Microphone (Realtek)", 2, 0, 44_100, system="Windows WASAPI"),
        SoundDevice(2, "Line (USB)", 2, 0, 44_100, system="Windows WASAPI"),
    )
    assert choose_device(devices, "input", "realtek").number == 0
    assert choose_device(devices, "input", "usb").number == 2
    assert choose_device(devices, "input", "1").number == 1


def test_without_a_default_the_first_is_taken() -> None:
    """Some systems name no default."""
    assert choose_device(DEVICES[:2], "output").number == 0


@pytest.mark.parametrize(("direction", "noun"), [("input", "microphone"), ("output", "loudspeaker")])
def test_a_machine_without_sound_is_told_so(direction: Direction, noun: str) -> None:
    """No device of that kind: the message says what can be done."""
    with pytest.raises(SetupError, match=f"there is no {noun} on this machine: plug one in"):
        choose_device((), direction, "anything")


@given(
    st.lists(st.builds(SoundDevice, st.integers(0, 9), st.text(), st.integers(0, 2), st.integers(0, 2), st.just(8000))),
    st.none() | st.integers() | st.text(),
)
def test_any_wish_gives_a_fitting_device_or_a_message(devices: list[SoundDevice], wanted: str | int | None) -> None:
    """Whatever the devices are called and whatever is asked for."""
    with contextlib.suppress(InputError, SetupError):
        assert choose_device(devices, "input", wanted).inputs


def test_a_catalogue_of_nothing() -> None:
    """It still is a word in a sentence."""
    assert catalogue(()) == "none"


def test_a_missing_library_is_said_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without PortAudio the message says what to install."""
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(
        SetupError, match=r"PortAudio, which microphone and loudspeaker need, is missing .*libportaudio2"
    ):
        list_devices()


def test_the_sound_library_is_not_loaded_before_it_is_used() -> None:
    """The modules can be imported for their names alone, on a machine without PortAudio, and at once."""
    code = "import sys, stages.speaker, stages.sound_files; print({'sounddevice', 'av'} & {*sys.modules})"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"


@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
def test_real_devices_are_listed() -> None:
    """The virtual card's microphone, loudspeaker and default, as PortAudio sees them; none when it is unplugged."""
    with SoundCard() as card:
        with scene(card, "devices") as child:
            devices = child.told()["devices"]
        assert {name for name, *_ in devices} >= {"default", "microphone", "loudspeaker"}
        assert [name for name, *_, default in devices if default] == ["default"]
        card.unplug()
        with scene(card, "capture", "", "nowhere", "1") as child:
            told = child.told()
        assert told["error"] == "SetupError" and "there is no microphone on this machine" in told["message"]
