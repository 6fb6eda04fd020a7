"""The loudspeaker: on a scripted device by a virtual clock, and on the virtual sound card."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np
import pytest

from pipeline.errors import InputError, SetupError
from pipeline.events import Samples
from pipeline.testing import VirtualClock
from stages.sound_ports import SoundOutput, Underruns
from stages.sound_system import SoundSystem
from stages.speaker import Speaker, SpeakerOptions
from tests.conftest import ROOT
from tests.stages.sound_card import RECORDING_RATE, WHY_NOT, Recording, SoundCard
from tests.stages.sound_children import find, scene
from tests.stages.sound_driver import BUILT_IN, HEADSET, FakeDriver
from tests.stages.test_audio_files import whole

QUESTION = ROOT / "assets" / "audio" / "en" / "invoice-total.wav"
BLOCK_S, DELAY_S = 0.01, 0.03


def ones(seconds: float, rate: int = 16_000) -> Samples:
    return np.full(round(seconds * rate), 0.5, np.float32)


@asynccontextmanager
async def speaker_on(driver: FakeDriver, options: SpeakerOptions | None = None) -> AsyncIterator[Speaker]:
    """An open speaker whose device works."""
    async with Speaker(SoundSystem(driver), None, options) as speaker:
        device = asyncio.create_task(driver.stream.run(BLOCK_S, DELAY_S))
        await asyncio.sleep(0)
        yield speaker
    device.cancel()


def test_a_reply_is_played_and_heard_to_its_end() -> None:
    """Two sentences of different rates, on both sides of a 48 kHz device; `drained` returns when the last is heard."""

    async def session() -> None:
        driver, loop = FakeDriver(HEADSET), asyncio.get_running_loop()
        async with speaker_on(driver) as speaker:
            speaker.begin()
            await speaker.play(ones(0.5, 22_050), 22_050)
            await speaker.play(ones(0.25), 16_000)
            assert speaker.heard_ms == 0
            await asyncio.sleep(0.3)
            assert speaker.heard_ms == pytest.approx(300 - 1000 * DELAY_S, abs=1000 * BLOCK_S)
            await speaker.drained()
            assert loop.time() == pytest.approx(0.75 + DELAY_S, abs=2 * BLOCK_S)
            assert speaker.heard_ms == pytest.approx(750, abs=0.1)
            assert speaker.underruns == Underruns() and speaker.latency_s == DELAY_S
            played = np.concatenate(driver.stream.played)
            assert played.shape[1] == 2 and (played[:, 0] == played[:, 1]).all()
            assert np.abs(played[:, 0]).sum() / 48_000 == pytest.approx(0.375, abs=0.002)

    VirtualClock().run(session())


def test_more_than_can_wait_is_held_back() -> None:
    """`play` returns when its stretch has found room in the queue; one longer than the queue makes no gap."""

    async def session() -> None:
        loop = asyncio.get_running_loop()
        async with speaker_on(FakeDriver(HEADSET), SpeakerOptions(queue_s=1.0)) as speaker:
            speaker.begin()
            await speaker.play(ones(0.8), 16_000)
            assert loop.time() == 0
            await speaker.play(ones(0.8), 16_000)
            assert loop.time() == pytest.approx(0.6, abs=0.06)
            await speaker.play(ones(3.0), 16_000)
            assert loop.time() == pytest.approx(3.6, abs=0.06)
            await speaker.drained()
            assert loop.time() == pytest.approx(4.6 + DELAY_S, abs=0.06)
            assert speaker.heard_ms == pytest.approx(4600, abs=1) and speaker.underruns == Underruns()

    VirtualClock().run(session())


def test_stop_is_silence_after_one_block() -> None:
    """What waits is dropped, whoever waits goes on, and only what was heard counts."""

    async def session() -> None:
        driver, loop = FakeDriver(HEADSET), asyncio.get_running_loop()
        async with speaker_on(driver, SpeakerOptions(queue_s=1.0)) as speaker:
            speaker.begin()
            await speaker.play(ones(0.9), 16_000)
            held = asyncio.create_task(speaker.play(ones(0.9), 16_000))
            await asyncio.sleep(0.2)
            speaker.stop()
            start = loop.time()
            await held
            await speaker.drained()
            assert loop.time() - start <= BLOCK_S + DELAY_S + 0.05
            await asyncio.sleep(1.0)
            assert 200 - 1000 * DELAY_S <= speaker.heard_ms <= 200 + 1000 * BLOCK_S + 5
            blocks = driver.stream.played
            assert np.abs(blocks[19]).max() > 0 and not np.concatenate(blocks[22:]).any()
            speaker.begin()
            await speaker.play(ones(0.1), 16_000)
            await speaker.drained()
            assert speaker.heard_ms == pytest.approx(100, abs=0.1)

    VirtualClock().run(session())


def test_a_reply_that_comes_too_slowly_is_counted() -> None:
    """The gap between two sentences of one reply, and not that between two replies."""

    async def session() -> None:
        async with speaker_on(FakeDriver(HEADSET)) as speaker:
            for _ in range(2):
                speaker.begin()
                await speaker.play(ones(0.2), 16_000)
                await asyncio.sleep(0.7)
                await speaker.play(ones(0.2), 16_000)
                await speaker.drained()
                await asyncio.sleep(5.0)
            assert speaker.underruns.count == 2
            assert speaker.underruns.silent_s == pytest.approx(2 * 0.5, abs=4 * BLOCK_S)

    VirtualClock().run(session())


@pytest.mark.parametrize("announced", [True, False])
def test_a_device_that_goes_in_mid_sentence_ends_the_reply(announced: bool) -> None:
    """Within two seconds, with a way on; what was heard stands, and the next reply finds the device again."""

    async def session() -> None:
        driver, loop = FakeDriver(HEADSET), asyncio.get_running_loop()
        async with speaker_on(driver) as speaker:
            speaker.begin()
            await speaker.play(ones(5.0), 16_000)
            await asyncio.sleep(0.5)
            gone = driver.stream
            gone.is_open = False  # its blocks stop
            if announced:
                gone.end()
            start = loop.time()
            with pytest.raises(SetupError, match="the loudspeaker “USB headset” went away while it was speaking: plug"):
                await speaker.drained()
            assert loop.time() - start < (0.1 if announced else 2.0)
            assert speaker.heard_ms == pytest.approx(500 if not announced else 470, abs=20)
            with pytest.raises(SetupError, match="went away"):
                await speaker.play(ones(0.1), 16_000)
            speaker.begin()
            driver.plugged = [replace(HEADSET, default_rate=44_100)]
            playing = asyncio.create_task(speaker.play(ones(0.1), 16_000))
            await asyncio.sleep(0.1)
            device = asyncio.create_task(driver.stream.run())
            await playing
            await speaker.drained()
            assert speaker.heard_ms == pytest.approx(100, abs=0.1)
            assert driver.stream.shape.rate == 44_100
        device.cancel()

    VirtualClock().run(session())


def test_a_loudspeaker_that_stays_away_fails_the_next_reply() -> None:
    """After two seconds of looking, with what else there is."""

    async def session() -> None:
        driver = FakeDriver(BUILT_IN, HEADSET)
        async with Speaker(SoundSystem(driver), "headset") as speaker:
            driver.plugged.remove(HEADSET)
            driver.stream.end()
            speaker.begin()
            with pytest.raises(SetupError, match=r"did not come back within 2 s: .*\(there are: 1 “Built-in Audio”\)"):
                await speaker.play(ones(0.1), 16_000)

    VirtualClock().run(session())


def test_a_loudspeaker_that_is_not_there_is_said_at_the_opening() -> None:
    """A wrong name, and a device that another program holds."""

    async def session() -> None:
        with pytest.raises(InputError, match="there is no loudspeaker 'radio'; there are: 0 “USB headset”"):
            async with Speaker(SoundSystem(FakeDriver(HEADSET)), "radio"):
                pass
        driver = FakeDriver(HEADSET)
        driver.busy = "Device or resource busy"
        with pytest.raises(SetupError, match=r"cannot be opened \(Device or resource busy\)"):
            async with Speaker(SoundSystem(driver)):
                pass

    VirtualClock().run(session())


def test_damaged_samples_do_no_harm() -> None:
    """Nothing beyond full scale and no NaN reaches the ear; an empty stretch is none."""

    async def session() -> None:
        driver = FakeDriver(replace(HEADSET, default_rate=16_000))
        async with speaker_on(driver) as speaker:
            speaker.begin()
            await speaker.play(np.array([np.nan, 7.0, -np.inf], np.float32), 16_000)
            await speaker.play(np.empty(0, np.float32), 22_050)
            await speaker.drained()
            played = np.concatenate(driver.stream.played)[:, 0]
            assert played[played != 0].tolist() == [1.0, -1.0] and not np.isnan(played).any()

    VirtualClock().run(session())


def test_a_driver_without_a_clock_is_believed_its_latency() -> None:
    """Some give no time for a block: then the latency that the device promised stands for it."""

    async def session() -> None:
        driver = FakeDriver(HEADSET)
        async with Speaker(SoundSystem(driver)) as speaker:
            assert speaker.latency_s == 0.08
            speaker.begin()
            await speaker.play(ones(0.1), 16_000)
            driver.stream.take(4800, -1e9)
            await asyncio.sleep(0.1)
            assert speaker.heard_ms == pytest.approx(20)

    VirtualClock().run(session())


def test_closing_in_mid_reply_is_quick() -> None:
    """Nothing is waited for; a speaker that was never opened has heard nothing."""

    async def session() -> None:
        driver = FakeDriver(HEADSET)
        speaker = Speaker(SoundSystem(driver))
        assert speaker.heard_ms == 0 and speaker.device_name == ""
        async with speaker:
            speaker.begin()
            await speaker.play(ones(5), 16_000)
            assert speaker.device_name == "USB headset"
        assert asyncio.get_running_loop().time() < 0.1 and not driver.stream.is_open

    VirtualClock().run(session())


def test_a_speaker_is_a_sound_output() -> None:
    """What takes a `SoundOutput` takes a `Speaker`; the type checker holds it."""
    sink: SoundOutput = Speaker(SoundSystem(FakeDriver(HEADSET)))
    assert sink.underruns == Underruns()


# -- on the virtual sound card

on_the_card = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


@pytest.fixture(scope="module")
def card() -> Iterator[SoundCard]:
    with SoundCard() as card:
        yield card


@pytest.mark.slow
@on_the_card
@pytest.mark.parametrize("device", ["", "loud"])
def test_the_real_loudspeaker_plays_the_reply_and_knows_how_far(card: SoundCard, device: str) -> None:
    """Recorded from the speaker it is the same sound; at each moment `heard_ms` is within 0.1 s of the recording."""
    reply = whole(QUESTION)
    with card.record_speaker() as recording, scene(card, "speak", device, str(QUESTION), str(recording.file)) as child:
        told = child.told()
    found = find(reply, recording.samples)
    assert found.share > 0.6
    notes = [(recorded_s, heard_ms) for recorded_s, heard_ms in told["notes"] if 0 < heard_ms < told["given_ms"] - 1]
    errors = [1000 * (recorded_s - found.place / RECORDING_RATE) - heard_ms for recorded_s, heard_ms in notes]
    assert len(errors) > 10 and np.median(np.abs(errors)) < 100
    assert told["heard_ms"] == pytest.approx(told["given_ms"], abs=1) and told["heard_ms"] <= told["given_ms"] + 1e-6
    assert 0 < told["latency_s"] < 0.5
    assert told["device"] == ("loudspeaker" if device else "default")


@pytest.mark.slow
@on_the_card
def test_the_real_loudspeaker_really_stops(card: SoundCard) -> None:
    """Soon after `stop` there is silence, and what was heard is what was recorded."""
    with card.record_speaker() as recording, scene(card, "stop", str(QUESTION), str(recording.file)) as child:
        told = child.told()
    audible = np.flatnonzero(np.abs(recording.samples) > 0.003) / RECORDING_RATE
    assert audible[-1] - told["stopped_at_s"] < 0.4  # the recorder itself lags behind
    lead_s = np.flatnonzero(np.abs(whole(QUESTION)) > 0.003)[0] / RECORDING_RATE
    assert audible[-1] - audible[0] + lead_s == pytest.approx(told["heard_ms"] / 1000, abs=0.2)


@pytest.mark.slow
@on_the_card
def test_a_real_loudspeaker_unplugged_in_mid_sentence(card: SoundCard) -> None:
    """A sentence with a way on, nothing else on stderr; plugged in again, the next reply is heard."""
    with scene(card, "unplugged_speaker", str(QUESTION)) as child:
        child.told()
        card.unplug()
        told = child.told()
        assert told["error"] == "SetupError"
        assert told["message"].startswith("the loudspeaker “default” went away while it was speaking: plug it in again")
        assert 200 < told["heard_ms"] < 15_000
        card.plug_in()
        child.go_on()
        assert child.told() == {"heard_ms": pytest.approx(1000, abs=1)}
        assert child.errors == ""


def test_a_recording_may_be_read_while_it_grows(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Half a sample at its end is left for later."""
    file = tmp_path_factory.mktemp("recording") / "r.raw"
    file.write_bytes(b"\x00\x40\x00")
    assert Recording(file).samples.tolist() == [0.5]
