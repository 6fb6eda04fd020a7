"""Sound files in the place of the devices, by a virtual clock."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.events import Audio, Samples
from pipeline.testing import VirtualClock
from stages.microphone import CHUNK
from stages.sound_files import FileMicrophone, FileMicrophoneOptions, FileSpeaker
from stages.sound_ports import QUIETEST_DB, Overruns, SoundInput, SoundOutput, Underruns
from tests.stages.sounds import RATE, write_wav
from tests.stages.test_audio_files import whole

SECONDS_OF_CHUNK = CHUNK / RATE


def sound_of(seconds: float, level: float = 0.5) -> Samples:
    return np.full(round(seconds * RATE), level, np.float32)


def test_a_file_is_spoken_at_the_pace_of_speech(tmp_path: Path) -> None:
    """Each chunk of 32 ms comes when its last sample has been said; silence shows the end, then comes nothing."""
    file = write_wav(tmp_path / "question.wav", sound_of(0.5))

    async def session() -> list[tuple[float, Audio]]:
        loop = asyncio.get_running_loop()
        async with FileMicrophone(file, FileMicrophoneOptions(gap_s=0.32)) as microphone:
            assert (microphone.live, microphone.ended) == (True, False)
            heard = [(loop.time(), audio) async for audio in microphone]
            assert microphone.ended and await anext(microphone, None) is None
        return heard

    heard = VirtualClock().run(session())
    assert [time for time, _ in heard] == pytest.approx([SECONDS_OF_CHUNK * (n + 1) for n in range(len(heard))])
    assert {(len(audio.samples), audio.sample_rate) for _, audio in heard} == {(CHUNK, RATE)}
    sound = np.concatenate([audio.samples for _, audio in heard])
    assert np.allclose(sound[:8000], 0.5, atol=1e-3) and not sound[8000:].any()
    assert 0.8 <= len(sound) / RATE <= 0.9


def test_files_follow_each_other(tmp_path: Path) -> None:
    """With the silence after each; as fast as they are taken where that is asked for."""
    files = [write_wav(tmp_path / f"{n}.wav", sound_of(0.32, n / 10)) for n in (1, 2)]

    async def session() -> Samples:
        options = FileMicrophoneOptions(as_spoken=False, gap_s=0.064)
        async with FileMicrophone(files, options) as microphone:
            assert not microphone.live and microphone.overruns == Overruns()
            sound = np.concatenate([audio.samples async for audio in microphone])
            assert asyncio.get_running_loop().time() == 0
        return sound

    levels = VirtualClock().run(session())[::CHUNK]
    assert levels == pytest.approx([0.1] * 10 + [0.0] * 2 + [0.2] * 10 + [0.0] * 2, abs=1e-3)


def test_a_paused_file_waits_and_goes_on_where_it_was(tmp_path: Path) -> None:
    """So that questions do not fall into the replies; also when it is paused in the middle of a wait."""
    file = write_wav(tmp_path / "question.wav", np.repeat(np.arange(10) / 10, CHUNK))

    async def session() -> None:
        loop = asyncio.get_running_loop()
        async with FileMicrophone(file, FileMicrophoneOptions(gap_s=0)) as microphone:
            await anext(microphone)
            await anext(microphone)
            assert microphone.level_db == pytest.approx(-20, abs=0.1)
            waiting = asyncio.create_task(anext(microphone))
            await asyncio.sleep(0.010)
            microphone.pause()
            microphone.pause()
            assert microphone.level_db == QUIETEST_DB
            await asyncio.sleep(5.0)
            assert not waiting.done()
            microphone.resume()
            microphone.resume()
            assert (await waiting).samples[0] == pytest.approx(0.2, abs=1e-3)
            assert loop.time() == pytest.approx(5.0 + 3 * SECONDS_OF_CHUNK)
            assert (await anext(microphone)).samples[0] == pytest.approx(0.3, abs=1e-3)

    VirtualClock().run(session())


def test_closing_releases_whoever_waits(tmp_path: Path) -> None:
    """Also during a pause; before the opening there is nothing."""
    file = write_wav(tmp_path / "question.wav", sound_of(1.0))

    async def session() -> None:
        microphone = FileMicrophone(file)
        assert microphone.ended and await anext(microphone, None) is None
        async with microphone:
            microphone.pause()
            waiting = asyncio.create_task(anext(microphone, None))
            await asyncio.sleep(1.0)
        assert await waiting is None and microphone.ended
        async with microphone:
            assert (await anext(microphone)).samples[0] == pytest.approx(0.5, abs=1e-3)

    VirtualClock().run(session())


def test_a_bad_file_is_said_before_anything_is_spoken(tmp_path: Path) -> None:
    """Any of several."""
    good = write_wav(tmp_path / "good.wav", sound_of(0.5))

    async def session() -> None:
        with pytest.raises(InputError, match=r"missing\.wav: there is no such file"):
            async with FileMicrophone([good, tmp_path / "missing.wav"]):
                pass

    VirtualClock().run(session())


def test_a_reply_takes_as_long_as_on_a_loudspeaker(tmp_path: Path) -> None:
    """`heard_ms` grows with time, `drained` returns at the end, and the file holds the reply."""
    file = tmp_path / "reply.wav"

    async def session() -> None:
        loop = asyncio.get_running_loop()
        async with FileSpeaker(file, latency_s=0.1) as speaker:
            speaker.begin()
            await speaker.play(sound_of(1.0), RATE)
            await speaker.play(sound_of(0.5), RATE)
            assert loop.time() == 0 and speaker.heard_ms == 0
            await asyncio.sleep(0.6)
            assert speaker.heard_ms == pytest.approx(500)
            await asyncio.sleep(0.7)
            assert speaker.heard_ms == pytest.approx(1200)
            await speaker.drained()
            assert loop.time() == pytest.approx(1.6) and speaker.heard_ms == pytest.approx(1500)
            speaker.begin()
            assert speaker.heard_ms == 0
            await speaker.play(sound_of(0.5), RATE)
            await speaker.drained()
            assert speaker.underruns == Underruns()
        assert speaker.heard_ms == pytest.approx(500)

    VirtualClock().run(session())
    assert len(whole(file)) == pytest.approx(2.0 * RATE, abs=1)


def test_a_stopped_reply_is_cut_where_it_was_heard(tmp_path: Path) -> None:
    """The file holds what was heard; whoever waits goes on."""
    file = tmp_path / "reply.wav"

    async def session() -> None:
        loop = asyncio.get_running_loop()
        async with FileSpeaker(file, queue_s=1.0) as speaker:
            speaker.begin()
            await speaker.play(sound_of(0.5), RATE)
            await speaker.play(sound_of(0.5), RATE)
            held = asyncio.create_task(speaker.play(sound_of(1.0), RATE))
            draining = asyncio.create_task(speaker.drained())
            await asyncio.sleep(0.7)
            speaker.stop()
            assert speaker.heard_ms == pytest.approx(700)
            await held
            await draining
            assert loop.time() <= 0.8
            await asyncio.sleep(3.0)
            assert speaker.heard_ms == pytest.approx(700)
            speaker.begin()
            await speaker.play(sound_of(0.1), RATE)
        assert speaker.heard_ms == 0  # closed before it was heard

    VirtualClock().run(session())
    assert len(whole(file)) == pytest.approx(0.7 * RATE, abs=1)


def test_a_file_speaker_holds_back_and_counts_gaps(tmp_path: Path) -> None:
    """As a device would."""

    async def session() -> None:
        loop = asyncio.get_running_loop()
        async with FileSpeaker(tmp_path / "reply.wav", queue_s=1.0) as speaker:
            speaker.begin()
            await speaker.play(sound_of(0.8), RATE)
            await speaker.play(sound_of(0.8), RATE)
            assert loop.time() == pytest.approx(0.6)
            await asyncio.sleep(1.5)
            await speaker.play(np.empty(0, np.float32), RATE)
            await speaker.play(sound_of(0.1), RATE)
            assert speaker.underruns.count == 1 and speaker.underruns.silent_s == pytest.approx(0.5)

    VirtualClock().run(session())


def test_a_place_where_no_file_can_be_is_said_at_the_opening(tmp_path: Path) -> None:
    """Before anything is played."""

    async def session() -> None:
        with pytest.raises(InputError, match="cannot be written"):
            async with FileSpeaker(tmp_path / "missing" / "reply.wav"):
                pass

    VirtualClock().run(session())


def test_files_are_sound_ends(tmp_path: Path) -> None:
    """What takes a microphone or a loudspeaker takes files; the type checker holds it."""
    source: SoundInput = FileMicrophone(tmp_path / "question.wav")
    sink: SoundOutput = FileSpeaker(tmp_path / "reply.wav")
    assert source.ended and sink.heard_ms == 0
