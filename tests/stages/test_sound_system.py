"""Streams that are kept open: shapes, losses, and two ends that share one sound library."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from pipeline.errors import InputError, SetupError
from pipeline.testing import VirtualClock
from stages.port_audio import StreamShape
from stages.sound_system import LOST_AFTER_S, START_PATIENCE_S, DeviceStream, SoundSystem, StreamOwner
from tests.stages.sound_driver import BUILT_IN, HEADSET, FakeDriver


def stream_on(
    driver: FakeDriver | SoundSystem, wanted: str | int | None = None, *, in_use: bool = False, output: bool = False
) -> DeviceStream:
    system = driver if isinstance(driver, SoundSystem) else SoundSystem(driver)
    owner = StreamOwner(lambda *_: None, lambda _: None, lambda: None, lambda: in_use)
    return DeviceStream(system, "output" if output else "input", wanted, 0.05, owner)


def test_the_device_opens_at_its_own_rate() -> None:
    """A microphone with one channel, a loudspeaker with two, at the rate the device runs at."""

    async def session() -> None:
        driver = FakeDriver(HEADSET, BUILT_IN)
        await stream_on(driver, "headset").open()
        await stream_on(driver).open()
        await stream_on(driver, output=True).open()
        assert [(s.device.name, s.shape.rate, s.shape.channels) for s in driver.streams] == [
            ("USB headset", 48_000, 1),
            ("Built-in Audio", 44_100, 1),
            ("Built-in Audio", 44_100, 2),
        ]

    VirtualClock().run(session())


def test_a_device_that_refuses_is_asked_for_other_shapes() -> None:
    """Other channels first, then other rates; what it takes is what the stream says."""

    async def session() -> None:
        driver = FakeDriver(BUILT_IN)
        driver.refused = {(44_100, 1), (44_100, 2), (48_000, 1)}
        stream = stream_on(driver)
        await stream.open()
        assert driver.tried == [(44_100, 1), (44_100, 2), (48_000, 1), (48_000, 2)]
        assert stream.shape == StreamShape("input", 48_000, 2, 0.05)

    VirtualClock().run(session())


def test_a_device_that_refuses_everything_is_named() -> None:
    """The message carries the library's own reason."""

    async def session() -> None:
        driver = FakeDriver(HEADSET)
        driver.refused = {(rate, 1) for rate in (48_000, 44_100, 16_000)}
        with pytest.raises(SetupError, match=r"the microphone “USB headset” cannot be opened \(Invalid sample rate\)"):
            await stream_on(driver).open()

    VirtualClock().run(session())


def test_a_busy_device_is_said_at_once() -> None:
    """One attempt, one more after a new look; no tour of all shapes."""

    async def session() -> None:
        driver = FakeDriver(HEADSET)
        driver.busy = "Device unavailable"
        with pytest.raises(SetupError, match="another program may be using it"):
            await stream_on(driver).open()
        assert len(driver.tried) == 2

    VirtualClock().run(session())


def test_a_device_plugged_in_since_the_start_is_found() -> None:
    """The first failure looks again before it complains."""

    async def session() -> None:
        driver = FakeDriver(BUILT_IN)
        driver.plugged.append(HEADSET)
        stream = stream_on(driver, "headset")
        await stream.open()
        assert stream.device == HEADSET and driver.restarts == 1
        await stream.close()
        with pytest.raises(InputError, match="there is no microphone 'telephone'"):
            await stream_on(driver, "telephone").open()

    VirtualClock().run(session())


def test_a_silent_device_is_gone_after_a_while() -> None:
    """Blocks that stop coming are noticed within two seconds; the first one may take longer."""

    async def session() -> None:
        driver = FakeDriver(HEADSET)
        stream = stream_on(driver)
        await stream.open()
        waits = [stream.gone_after(0.25) for _ in range(round(START_PATIENCE_S / 0.25))]
        assert waits == [False] * (len(waits) - 1) + [True] and stream.lost
        await stream.open()
        driver.stream.take(10)
        assert not stream.gone_after(3600.0)  # a process that slept has missed nothing
        waits = [stream.gone_after(0.25) for _ in range(round(LOST_AFTER_S / 0.25))]
        assert waits == [False] * (len(waits) - 1) + [True] and LOST_AFTER_S < 2

    VirtualClock().run(session())


def test_a_stream_that_ends_is_lost_at_once_and_a_closed_one_is_not_missed() -> None:
    """The library tells of every end; only those that we did not make are losses."""

    async def session() -> None:
        driver, ends = FakeDriver(HEADSET), []
        system = SoundSystem(driver)
        owner = StreamOwner(lambda *_: None, lambda _: None, lambda: ends.append(1), lambda: False)
        stream = DeviceStream(system, "input", None, 0.05, owner)
        await stream.open()
        await stream.close()
        assert ends == []
        await stream.open()
        old = driver.streams[0]
        old.end()
        assert (ends, stream.lost) == ([], False)
        driver.stream.end()
        assert (ends, stream.lost, stream.gone_after(0.0)) == ([1], True, True)

    VirtualClock().run(session())


def test_a_device_that_comes_back_is_opened_again() -> None:
    """By its name where it was chosen by number: numbers change when devices come and go."""

    async def session() -> None:
        driver = FakeDriver(HEADSET, BUILT_IN)
        stream = stream_on(driver, 0)
        await stream.open()
        driver.plugged.remove(HEADSET)
        driver.stream.end()
        loop = asyncio.get_running_loop()
        loop.call_later(3.2, driver.plugged.append, replace(HEADSET, number=4))
        await stream.reopen(10.0)
        assert stream.device is not None and stream.device.number == 4
        assert 3.2 <= loop.time() <= 3.8 and not stream.lost

    VirtualClock().run(session())


def test_a_device_that_stays_away_is_given_up() -> None:
    """After the patience given, with what else there is; a later attempt looks again."""

    async def session() -> None:
        driver = FakeDriver(HEADSET, BUILT_IN)
        stream = stream_on(driver, "headset")
        await stream.open()
        driver.plugged.remove(HEADSET)
        driver.stream.end()
        message = (
            "the microphone “USB headset” is gone and did not come back within 5 s: .*there are: 1 “Built-in Audio”"
        )
        with pytest.raises(SetupError, match=message):
            await stream.reopen(5.0)
        assert 5.0 <= asyncio.get_running_loop().time() < 6.0 and stream.lost
        driver.plugged.append(HEADSET)
        await stream.reopen(5.0)
        assert not stream.lost

    VirtualClock().run(session())


def test_a_new_look_spares_the_other_end() -> None:
    """The library can only look when every stream is closed: an idle one is closed for it and opened again."""

    async def session() -> None:
        driver = FakeDriver(HEADSET, BUILT_IN)
        system = SoundSystem(driver)
        speaker, microphone = stream_on(system, "built", output=True), stream_on(system, "headset")
        await speaker.open()
        await microphone.open()
        driver.stream.end()
        await microphone.reopen(5.0)
        assert driver.restarts == 1
        assert not speaker.lost and not microphone.lost
        assert [stream.is_open for stream in driver.streams] == [False, False, True, True]

    VirtualClock().run(session())


def test_a_new_look_waits_for_an_end_in_use() -> None:
    """A reply that is being played is not broken to look for a microphone; a device that came back alone is opened."""

    async def session() -> None:
        driver = FakeDriver(HEADSET, BUILT_IN)
        system = SoundSystem(driver)
        speaker, microphone = stream_on(system, "built", in_use=True, output=True), stream_on(system, "headset")
        await speaker.open()
        await microphone.open()
        driver.stream.end()
        await microphone.reopen(5.0)
        assert driver.restarts == 0 and driver.streams[0].is_open and not microphone.lost

    VirtualClock().run(session())


def test_an_end_whose_device_went_with_the_look_finds_out() -> None:
    """It counts as lost, and its owner is told."""

    async def session() -> None:
        driver, told = FakeDriver(HEADSET, BUILT_IN), []
        system = SoundSystem(driver)
        owner = StreamOwner(lambda *_: None, lambda _: None, lambda: told.append(1), lambda: False)
        speaker, microphone = DeviceStream(system, "output", "built", 0.05, owner), stream_on(system, "headset")
        await speaker.open()
        await microphone.open()
        driver.plugged.remove(BUILT_IN)
        await microphone.reopen(5.0)
        assert told == [1] and speaker.lost and not microphone.lost

    VirtualClock().run(session())
