"""The microphone: on a scripted device by a virtual clock, and on the virtual sound card."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.context import ConversationContext
from pipeline.errors import InputError, SetupError, StageError
from pipeline.events import Audio, Samples
from pipeline.runner import Pipeline
from pipeline.testing import FakeStage, VirtualClock
from stages.microphone import CHUNK, Microphone, MicrophoneOptions, level_db
from stages.resampling import Resampler
from stages.sound_ports import QUIETEST_DB, Overruns, SoundInput
from stages.sound_system import SoundSystem
from tests.conftest import ROOT
from tests.stages.sound_card import WHY_NOT, SoundCard
from tests.stages.sound_children import find, scene
from tests.stages.sound_driver import BUILT_IN, HEADSET, FakeDriver
from tests.stages.sounds import cut
from tests.stages.test_audio_files import whole

QUESTION = ROOT / "assets" / "audio" / "en" / "invoice-total.wav"
MONO_16K = replace(HEADSET, default_rate=16_000)


def microphone_on(driver: FakeDriver, options: MicrophoneOptions | None = None) -> Microphone:
    return Microphone(SoundSystem(driver), None, options)


def tone(seconds: float, rate: int) -> Samples:
    return (0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


async def taken(microphone: Microphone, count: int) -> Samples:
    return np.concatenate([(await anext(microphone)).samples for _ in range(count)])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 1000), max_size=12))
def test_any_blocks_become_chunks_of_32_ms_at_16_khz(places: list[int]) -> None:
    """Two channels at 44.1 kHz, however the device cuts them: the sound is that of one resampling."""
    sound = tone(0.5, 44_100)
    resampler = Resampler(44_100, 16_000)
    expected = np.concatenate((resampler.feed(sound), resampler.flush()))

    async def session() -> None:
        driver = FakeDriver(BUILT_IN)
        driver.refused = {(44_100, 1)}
        async with microphone_on(driver) as microphone:
            for block in cut(sound, places):
                driver.stream.give(block)
            got = await taken(microphone, 14)
            assert np.allclose(got, expected[: len(got)], atol=1e-6)
            assert microphone.live and not microphone.ended

    VirtualClock().run(session())


def test_channels_are_mixed() -> None:
    """A voice on one of two channels is heard."""

    async def session() -> None:
        driver = FakeDriver(replace(BUILT_IN, default_rate=16_000))
        driver.refused = {(16_000, 1)}
        async with microphone_on(driver) as microphone:
            left = np.zeros((CHUNK, 2), np.float32)
            left[:, 0] = 0.5
            driver.stream._on_block(left, 0.0, False)
            assert np.allclose(await taken(microphone, 1), 0.25)

    VirtualClock().run(session())


def test_what_nobody_takes_in_time_is_lost_from_its_oldest_end_and_counted() -> None:
    """However long it goes on it is one overrun, until somebody takes again; the device's own are counted too."""

    async def session() -> None:
        driver = FakeDriver(MONO_16K)
        async with microphone_on(driver, MicrophoneOptions(buffer_s=0.32)) as microphone:
            for number in range(15):
                driver.stream.give(np.full(CHUNK, number / 100))
            assert microphone.overruns.count == 1 and microphone.overruns.lost_s == pytest.approx(5 * 0.032)
            assert (await taken(microphone, 10))[::CHUNK] == pytest.approx(np.arange(5, 15) / 100)
            for _ in range(11):
                driver.stream.give(np.zeros(CHUNK))
            driver.stream.give(np.zeros(8), overflowed=True)
            assert microphone.overruns.count == 3 and microphone.overruns.lost_s == pytest.approx(7 * 0.032)

    VirtualClock().run(session())


def test_while_paused_nothing_comes_and_afterwards_nothing_old() -> None:
    """Neither what was waiting, nor what came meanwhile, nor what the device still held."""

    async def session() -> None:
        driver = FakeDriver(MONO_16K)
        async with microphone_on(driver, MicrophoneOptions(device_latency_s=0.064)) as microphone:
            driver.stream.give(np.full(700, 0.1))
            assert microphone.level_db == QUIETEST_DB
            await anext(microphone)
            assert microphone.level_db == pytest.approx(-20, abs=0.01)
            microphone.pause()
            assert microphone.level_db == QUIETEST_DB
            driver.stream.give(np.full(CHUNK, 0.2))
            microphone.resume()
            driver.stream.give(np.full(1000, 0.3))  # 64 ms are 1,024 samples
            driver.stream.give(np.concatenate((np.full(24, 0.3), np.full(CHUNK, 0.4))))
            assert np.allclose(await taken(microphone, 1), 0.4)
            assert microphone.overruns == Overruns()

    VirtualClock().run(session())


def test_pausing_twice_is_pausing_once() -> None:
    """And a `resume` without a pause throws nothing away."""

    async def session() -> None:
        driver = FakeDriver(MONO_16K)
        async with microphone_on(driver) as microphone:
            driver.stream.give(np.full(CHUNK, 0.1))
            microphone.resume()
            assert np.allclose(await taken(microphone, 1), 0.1)
            microphone.pause()
            microphone.pause()
            waiting = asyncio.create_task(taken(microphone, 1))
            await asyncio.sleep(1.0)
            assert not waiting.done()
            microphone.resume()
            driver.stream.give(np.full(2 * CHUNK + 800, 0.2))
            assert np.allclose(await waiting, 0.2)

    VirtualClock().run(session())


def test_a_cancelled_wait_loses_nothing() -> None:
    """Each turn iterates over the same microphone: the next goes on where the last was cut off."""

    async def session() -> None:
        driver = FakeDriver(MONO_16K)
        async with microphone_on(driver) as microphone:
            driver.stream.give(np.full(300, 0.1))
            waiting = asyncio.create_task(taken(microphone, 1))
            await asyncio.sleep(0.1)
            waiting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await waiting
            driver.stream.give(np.full(212, 0.1))
            assert np.allclose(await taken(microphone, 1), 0.1)

    VirtualClock().run(session())


def test_closing_ends_the_iteration() -> None:
    """Also for somebody who waits; and there is nothing to iterate over before the opening."""

    async def session() -> None:
        driver = FakeDriver(MONO_16K)
        microphone = microphone_on(driver)
        assert (microphone.ended, microphone.device_name, microphone.lost) == (True, "", False)
        assert [audio async for audio in microphone] == []
        async with microphone:
            waiting = asyncio.create_task(anext(microphone, None))
            await asyncio.sleep(0.1)
            assert microphone.device_name == "USB headset"
        assert await waiting is None
        assert (microphone.ended, microphone.lost, driver.stream.is_open) == (True, False, False)

    VirtualClock().run(session())


async def lost(microphone: Microphone) -> None:
    while not microphone.lost:
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("announced", [True, False])
def test_a_device_that_goes_and_comes_back_is_heard_again(announced: bool) -> None:
    """Whether the library tells of its end or its blocks just stop; `lost` shows it meanwhile."""

    async def session() -> None:
        loop = asyncio.get_running_loop()
        driver = FakeDriver(MONO_16K, BUILT_IN)
        async with Microphone(SoundSystem(driver), "headset") as microphone:
            driver.stream.give(np.full(CHUNK, 0.1))
            await anext(microphone)
            driver.plugged.remove(MONO_16K)
            if announced:
                driver.stream.end()
            waiting = asyncio.create_task(taken(microphone, 1))
            start = loop.time()
            await lost(microphone)
            assert loop.time() - start < (0.05 if announced else 2.0)
            await asyncio.sleep(1.0)
            driver.plugged.append(replace(MONO_16K, default_rate=48_000))
            await asyncio.sleep(1.0)
            assert not microphone.lost
            driver.stream.give(tone(0.1, 48_000))
            assert np.abs(await waiting).max() > 0.4

    VirtualClock().run(session())


def test_a_device_that_does_not_come_back_fails_the_turn_with_a_way_on() -> None:
    """The turn's failure names the microphone; a later turn looks for it again."""

    async def session() -> None:
        driver = FakeDriver(MONO_16K)
        async with microphone_on(driver, MicrophoneOptions(reopen_patience_s=3.0)) as microphone:
            pipeline = Pipeline(FakeStage("listener", (Audio,), ()), inputs=(Audio,))
            driver.plugged.clear()
            driver.stream.end()
            with pytest.raises(StageError, match=r"“USB headset” is gone and did not come back within 3 s: plug it in"):
                async with pipeline.turn(ConversationContext(), microphone) as turn:
                    assert [event async for event in turn] == []
            driver.plugged.append(MONO_16K)
            waiting = asyncio.create_task(taken(microphone, 1))
            await asyncio.sleep(0.5)
            driver.stream.give(np.full(CHUNK, 0.1))
            assert np.allclose(await waiting, 0.1)

    VirtualClock().run(session())


def test_a_loss_during_a_pause_is_noticed_when_it_matters() -> None:
    """Whoever listens after the pause waits for the device, not for ever."""

    async def session() -> None:
        driver = FakeDriver(MONO_16K)
        async with microphone_on(driver) as microphone:
            microphone.pause()
            driver.plugged.clear()
            driver.stream.end()
            await asyncio.sleep(60.0)
            microphone.resume()
            with pytest.raises(SetupError, match="did not come back within 10 s"):
                await anext(microphone)

    VirtualClock().run(session())


def test_a_microphone_that_is_not_there_is_said_at_the_opening() -> None:
    """A wrong name is the user's to mend, an empty machine the owner's."""

    async def session() -> None:
        with pytest.raises(InputError, match="there is no microphone 'telephone'; there are: 0 “USB headset”"):
            async with Microphone(SoundSystem(FakeDriver(HEADSET)), "telephone"):
                pass
        with pytest.raises(SetupError, match="there is no microphone on this machine"):
            async with Microphone(SoundSystem(FakeDriver())):
                pass

    VirtualClock().run(session())


def test_a_microphone_is_a_sound_input() -> None:
    """What takes a `SoundInput` takes a `Microphone`; the type checker holds it."""
    source: SoundInput = microphone_on(FakeDriver(HEADSET))
    assert not source.lost and source.overruns == Overruns()


def test_levels() -> None:
    """Full scale is 0 dB, silence -96."""
    assert level_db(np.ones(8, np.float32)) == 0.0
    assert level_db(np.full(8, 0.1, np.float32)) == pytest.approx(-20)
    assert level_db(np.zeros(8, np.float32)) == level_db(np.empty(0, np.float32)) == QUIETEST_DB


# -- on the virtual sound card

on_the_card = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


@pytest.fixture(scope="module")
def card() -> Iterator[SoundCard]:
    with SoundCard() as card:
        yield card


@pytest.mark.slow
@on_the_card
@pytest.mark.parametrize("device", ["", "MICRO"])
def test_what_is_played_into_the_real_microphone_is_captured(card: SoundCard, tmp_path: Path, device: str) -> None:
    """A shipped question, by way of PulseAudio, ALSA and PortAudio at 44.1 kHz, is the same sound at 16 kHz."""
    file, captured = whole(QUESTION), tmp_path / "captured.npy"
    with scene(card, "capture", device, str(captured), str(len(file) / 16_000 + 1)) as child:
        assert child.told() == {"ready": True}
        card.play_into_microphone(QUESTION)
        told = child.told()
    assert told["device"] == ("microphone" if device else "default") and told["lost_s"] == 0.0
    assert find(file, np.load(captured)).share > 0.6


@pytest.mark.slow
@on_the_card
def test_the_real_microphone_hears_nothing_of_its_pause(card: SoundCard, tmp_path: Path) -> None:
    """What was said during the pause is not there afterwards."""
    captured = tmp_path / "captured.npy"
    with scene(card, "pauses", str(captured)) as child:
        child.told()
        card.play_into_microphone(QUESTION)
        child.go_on()
        assert child.told() == {"lost_s": 0.0}
    assert np.abs(np.load(captured)).max() < 0.001


@pytest.mark.slow
@on_the_card
def test_a_real_microphone_that_is_unplugged_and_plugged_in_again(card: SoundCard, tmp_path: Path) -> None:
    """It is noticed, found again, and heard; nothing but our own words reaches the user."""
    captured = tmp_path / "captured.npy"
    with scene(card, "unplugged_microphone", "20", str(captured)) as child:
        child.told()
        card.unplug()
        assert child.told() == {"lost": True}
        card.plug_in()
        assert child.told() == {"back": True}
        card.play_into_microphone(QUESTION)
        assert child.told() == {"done": True}
        assert child.errors == ""
    assert np.abs(np.load(captured)).max() > 0.05


@pytest.mark.slow
@on_the_card
def test_a_real_microphone_that_stays_unplugged(card: SoundCard) -> None:
    """After the patience given there is a sentence, and the process ends."""
    with scene(card, "unplugged_microphone", "1", "nowhere") as child:
        child.told()
        card.unplug()
        try:
            assert child.told() == {"lost": True}
            told = child.told()
        finally:
            card.plug_in()
    assert told["error"] == "SetupError"
    assert "the microphone “default” is gone and did not come back within 1 s: plug it in again" in told["message"]
