"""Audio files in every format and state."""

from __future__ import annotations

import asyncio
import contextlib
import os
import struct
import wave
from contextlib import aclosing
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.events import Samples
from stages.audio_files import WavWriter, audio_source, check_readable, check_writable, read_audio
from tests.stages.sounds import RATE, encode, silence, write_wav


def tone(seconds: float = 1.0) -> Samples:
    return (0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def whole(path: Path) -> Samples:
    return np.concatenate([audio.samples for audio in read_audio(path)])


def sound_or_complaint(path: Path) -> list[Samples]:
    """What is read, or nothing where an `InputError` names the file; anything else fails the test."""
    chunks: list[Samples] = []
    with contextlib.suppress(InputError):
        try:
            chunks += [audio.samples for audio in read_audio(path)]
        except InputError as error:
            if not str(error).startswith(str(path)):
                raise RuntimeError("the message does not begin with the file") from error
            raise
    return chunks


def complaint(path: Path | str) -> str:
    with pytest.raises(InputError) as caught:
        list(read_audio(path))
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "codec", "sample_format", "layout", "rate"),
    [
        ("8bit.wav", "pcm_u8", "u8", "mono", 8_000),
        ("16bit.wav", "pcm_s16le", "s16", "mono", 11_025),
        ("24bit.wav", "pcm_s24le", "s32", "stereo", 48_000),
        ("32bit.wav", "pcm_s32le", "s32", "stereo", 44_100),
        ("float.wav", "pcm_f32le", "flt", "stereo", 96_000),
        ("telephone.wav", "pcm_alaw", "s16", "mono", 8_000),
        ("five-one.wav", "pcm_s16le", "s16", "5.1", 48_000),
        ("speech.mp3", "libmp3lame", "fltp", "stereo", 44_100),
        ("speech.flac", "flac", "s16", "stereo", 44_100),
        ("speech.ogg", "libopus", "s16", "stereo", 48_000),
        ("speech.opus", "libopus", "s16", "mono", 48_000),
        ("speech.m4a", "aac", "fltp", "stereo", 44_100),
        ("speech.webm", "libopus", "s16", "mono", 48_000),
    ],
)
def test_every_usual_format_is_read(
    name: str, codec: str, sample_format: str, layout: str, rate: int, tmp_path: Path
) -> None:
    """Any depth, rate, number of channels and codec becomes 16 kHz mono of the same length, pitch and loudness."""
    sound = whole(encode(tmp_path / name, tone(), codec, sample_format, layout, rate))
    assert len(sound) == pytest.approx(RATE, abs=0.06 * RATE)
    middle = sound[4_000:12_000]
    loudest = np.fft.rfftfreq(len(middle), 1 / RATE)[np.abs(np.fft.rfft(middle)).argmax()]
    assert loudest == pytest.approx(440, abs=3)
    assert 0.3 < float(np.abs(middle).max()) <= 0.75


def test_the_chunks_are_short_and_whole(tmp_path: Path) -> None:
    """Every chunk but the last has 64 ms, and together they are the file."""
    chunks = list(read_audio(write_wav(tmp_path / "a.wav", tone(0.75))))
    assert [len(chunk.samples) for chunk in chunks] == [1_024] * 11 + [736]
    assert {chunk.sample_rate for chunk in chunks} == {RATE}
    np.testing.assert_allclose(np.concatenate([chunk.samples for chunk in chunks]), tone(0.75), atol=1e-4)


@pytest.mark.parametrize("share", [0.3, 0.501, 0.9])
def test_a_wav_cut_short_gives_what_is_there(share: float, tmp_path: Path) -> None:
    """The header promises more than there is; what is there is heard."""
    content = write_wav(tmp_path / "a.wav", tone(2.0)).read_bytes()
    (tmp_path / "cut.wav").write_bytes(content[: round(len(content) * share)])
    assert len(whole(tmp_path / "cut.wav")) == pytest.approx(2.0 * RATE * share, abs=30)


@pytest.mark.parametrize("promised", [0, 0xFFFFFFFF])
def test_a_wav_whose_length_was_never_filled_in_is_read(promised: int, tmp_path: Path) -> None:
    """A recorder that crashed or wrote to a pipe leaves a length of nothing or of everything."""
    content = bytearray(write_wav(tmp_path / "a.wav", tone()).read_bytes())
    content[40:44] = struct.pack("<I", promised)
    (tmp_path / "a.wav").write_bytes(content)
    assert len(whole(tmp_path / "a.wav")) == RATE


@pytest.mark.parametrize(("name", "codec"), [("a.mp3", "libmp3lame"), ("a.flac", "flac")])
def test_a_compressed_file_cut_short_gives_what_is_there(name: str, codec: str, tmp_path: Path) -> None:
    """Formats without a table of contents can be read up to the cut."""
    form = "fltp" if codec == "libmp3lame" else "s16"
    path = encode(tmp_path / name, tone(3.0), codec, form, "mono", 44_100)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert RATE < len(whole(path)) < 2 * RATE


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The message names the file and says what to check."""
    assert "gone.wav: there is no such file; check the name" in complaint(tmp_path / "gone.wav")
    assert "no such file" in complaint("a/b/gone.wav")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder, a device and an impossible name say so."""
    assert "this is a folder" in complaint(tmp_path)
    assert "device" in complaint("/dev/zero")
    assert "cannot be opened" in complaint("x" * 300 + ".wav")
    assert "cannot be opened" in complaint("a\0b.wav")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """No bytes at all is a fault of its own."""
    (tmp_path / "a.wav").touch()
    assert "a.wav: the file is empty; record it again" in complaint(tmp_path / "a.wav")


@pytest.mark.parametrize(
    "content",
    [
        b"Dear Sir,\nthis is a letter.\n" * 50,
        "发票".encode() * 200,
        b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(256)) * 4,
        b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"RIFF",
    ],
)
def test_text_renamed_wav_is_refused(content: bytes, tmp_path: Path) -> None:
    """Text, a broken header and playlists (which could open other files) are no audio."""
    (tmp_path / "letter.wav").write_bytes(content)
    message = complaint(tmp_path / "letter.wav")
    assert message.startswith(str(tmp_path / "letter.wav"))
    assert "not an audio file" in message and "mp3, flac" in message


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tail=st.binary(max_size=3000),
    head=st.sampled_from([b"", b"RIFF\xff\xff\xff\xffWAVE", b"OggS\0", b"fLaC", b"ID3", b"\xff\xfb"]),
)
def test_random_bytes_never_break_the_reader(tail: bytes, head: bytes, tmp_path: Path) -> None:
    """Whatever the bytes, there is sound or an `InputError` that names the file."""
    path = tmp_path / "random.wav"
    path.write_bytes(head + tail)
    assert all(np.isfinite(samples).all() for samples in sound_or_complaint(path))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=st.lists(st.tuples(st.integers(0, 59), st.integers(0, 255)), max_size=12))
def test_a_damaged_header_never_breaks_the_reader(damage: list[tuple[int, int]], tmp_path: Path) -> None:
    """Any bytes of a good WAV may be wrong: there is sound, within its bounds, or an `InputError`."""
    path = write_wav(tmp_path / "damaged.wav", tone(0.3))
    content = bytearray(path.read_bytes())
    for place, value in damage:
        content[place] = value
    path.write_bytes(content)
    assert all(float(np.abs(samples).max()) <= 1.0 for samples in sound_or_complaint(path))


@pytest.mark.parametrize(("samples", "length"), [(0, "0 ms"), (16, "1 ms"), (1599, "99 ms")])
def test_hardly_any_audio_is_too_short(samples: int, length: str, tmp_path: Path) -> None:
    """Less than a tenth of a second is refused, with the minimum."""
    message = complaint(write_wav(tmp_path / "a.wav", np.zeros(samples, np.float32)))
    assert f"a.wav: {length} of audio is too short; at least 0.1 s is needed" in message


def test_the_shortest_audio_is_read(tmp_path: Path) -> None:
    """Exactly the minimum is enough."""
    assert len(whole(write_wav(tmp_path / "a.wav", silence(0.1)))) == 1_600


@pytest.mark.parametrize("length", [1_600, 1_601, 2_047, 2_048, 2_049, 20_000])
def test_no_sample_is_lost_at_the_end(length: int, tmp_path: Path) -> None:
    """Whatever does not fill a chunk comes as a shorter one."""
    assert len(whole(write_wav(tmp_path / "a.wav", np.full(length, 0.1, np.float32)))) == length


def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    """A video without a sound track says that there is no sound."""
    with av.open(str(tmp_path / "film.mp4"), "w") as container:
        stream: Any = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert "film.mp4: there is no sound in this file" in complaint(tmp_path / "film.mp4")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root to become somebody who may not read")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    """Missing permission is named, with the way to change it."""
    path = write_wav(tmp_path / "a.wav", tone())
    path.chmod(0)
    os.seteuid(65_534)
    try:
        message = complaint(path)
    finally:
        os.seteuid(0)
    assert "may not be read; change its permissions" in message


def test_a_rate_that_cannot_be_is_refused(tmp_path: Path) -> None:
    """One sample a second would become 16,000 for each: the header is damaged."""
    content = bytearray(write_wav(tmp_path / "a.wav", tone()).read_bytes())
    content[24:28] = struct.pack("<I", 1)
    (tmp_path / "a.wav").write_bytes(content)
    assert "1 samples a second" in complaint(tmp_path / "a.wav")


@pytest.mark.parametrize("tag", [0x0000, 0x9999])
def test_an_unknown_coding_is_refused(tag: int, tmp_path: Path) -> None:
    """A WAV whose format tag names no codec is no sound."""
    content = bytearray(write_wav(tmp_path / "a.wav", tone()).read_bytes())
    content[20:22] = struct.pack("<H", tag)
    (tmp_path / "a.wav").write_bytes(content)
    assert "coding that is not known" in complaint(tmp_path / "a.wav")


def test_channels_without_a_known_place_are_refused(tmp_path: Path) -> None:
    """Nine channels have no agreed places, so that FFmpeg cannot mix them: the message says what would be accepted."""
    with wave.open(str(tmp_path / "nine.wav"), "wb") as file:
        file.setnchannels(9)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(2 * 9 * RATE))
    assert "nine.wav: 9 channels of sound cannot be mixed into one" in complaint(tmp_path / "nine.wav")


def test_a_file_can_be_checked_before_work_begins(tmp_path: Path) -> None:
    """Checking says what reading would say."""
    check_readable(write_wav(tmp_path / "a.wav", tone()))
    with pytest.raises(InputError, match="no such file"):
        check_readable(tmp_path / "b.wav")


def test_the_source_gives_the_same_chunks(tmp_path: Path) -> None:
    """As a pipeline source a file gives what reading it gives."""
    path = write_wav(tmp_path / "a.wav", tone(2.3))

    async def main() -> list[Samples]:
        return [audio.samples async for audio in audio_source(path)]

    np.testing.assert_array_equal(np.concatenate(asyncio.run(main())), whole(path))


def test_a_source_left_early_closes_its_file(tmp_path: Path) -> None:
    """Leaving in the middle leaves no file open."""
    path = write_wav(tmp_path / "a.wav", tone(30.0))

    async def main() -> None:
        async with aclosing(audio_source(path)) as source:
            await anext(source)
            assert str(path) in [file.path for file in psutil.Process().open_files()]
        for _ in range(1000):
            if str(path) not in [file.path for file in psutil.Process().open_files()]:
                return
            await asyncio.sleep(0.001)
        raise AssertionError("the file is still open")

    asyncio.run(main())


def test_the_source_raises_what_the_file_deserves(tmp_path: Path) -> None:
    """A bad file fails the source with the reader's message."""

    async def main() -> None:
        async for _ in audio_source(tmp_path / "gone.wav"):
            pass

    with pytest.raises(InputError, match=r"gone\.wav"):
        asyncio.run(main())


def test_a_long_file_is_read_in_bounded_memory(tmp_path: Path) -> None:
    """A quarter of an hour, 58 MB once decoded, is never decoded at once."""
    path = tmp_path / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for _ in range(15):
            file.writeframes(bytes(2 * 60 * RATE))
    check_readable(path)
    before, most, seconds = psutil.Process().memory_info().rss, 0, 0.0
    for number, audio in enumerate(read_audio(path)):
        seconds += audio.seconds
        if number % 1000 == 0:
            most = max(most, psutil.Process().memory_info().rss)
    assert seconds == pytest.approx(900)
    assert most - before < 11_000_000


# -- writing


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    """Samples come back as they were, to 16 bits."""
    with WavWriter(tmp_path / "a.wav") as writer:
        writer.write(tone(0.5), RATE)
        writer.write(tone(0.5), RATE)
        assert writer.seconds == 1.0
    np.testing.assert_allclose(whole(tmp_path / "a.wav"), np.concatenate((tone(0.5), tone(0.5))), atol=1e-4)


def test_a_crash_leaves_what_was_written(tmp_path: Path) -> None:
    """The file is whole after every write, closed or not."""
    writer = WavWriter(tmp_path / "a.wav")
    for count in (1, 2, 3):
        writer.write(tone(0.2), RATE)
        with wave.open(str(tmp_path / "a.wav")) as file:
            assert file.getnframes() == count * 3_200
            assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
    writer.close()
    writer.close()


def test_another_rate_is_fitted_in(tmp_path: Path) -> None:
    """A voice with another rate does not change the pitch or the length."""
    with WavWriter(tmp_path / "a.wav") as writer:
        writer.write(tone(0.5), RATE)
        writer.write(tone(0.5)[::2], RATE // 2)
        assert writer.seconds == pytest.approx(1.0)


def test_too_loud_is_clipped_not_wrapped(tmp_path: Path) -> None:
    """Samples beyond the range, and broken ones, do no harm."""
    with WavWriter(tmp_path / "a.wav") as writer:
        writer.write(np.array([2.0, -2.0, np.nan] * 1000, np.float32), RATE)
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert np.frombuffer(file.readframes(3), "<i2").tolist() == [32767, -32767, 0]


def test_nothing_written_leaves_no_file(tmp_path: Path) -> None:
    """An answer that was never spoken leaves no empty file behind."""
    with WavWriter(tmp_path / "a.wav"):
        pass
    assert not (tmp_path / "a.wav").exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A missing folder, a folder as the file and a file as the folder are refused before and during writing."""
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "none" / "a.wav", tmp_path, tmp_path / "file" / "a.wav"):
        with pytest.raises(InputError, match="cannot be written"):
            check_writable(place)
        with pytest.raises(InputError, match="cannot be written"), WavWriter(place) as writer:
            writer.write(tone(0.1), RATE)


def test_checking_changes_nothing(tmp_path: Path) -> None:
    """The check makes no file, and leaves one that is there as it is."""
    check_writable(tmp_path / "a.wav")
    assert not (tmp_path / "a.wav").exists()
    (tmp_path / "b.wav").write_bytes(b"kept")
    check_writable(tmp_path / "b.wav")
    assert (tmp_path / "b.wav").read_bytes() == b"kept"


def test_a_full_disk_is_said_once() -> None:
    """With the file's name; closing it afterwards is harmless."""
    writer = WavWriter("/dev/full")
    with pytest.raises(InputError, match=r"/dev/full: the file cannot be written \(No space left on device\)"):
        writer.write(tone(5.0), RATE)
    writer.close()


def test_a_pipe_that_nobody_reads(tmp_path: Path) -> None:
    """It is refused at once; to open it would wait for ever."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="nobody reads from this pipe"):
        check_writable(tmp_path / "pipe")
