"""Audio files: read in any common format as a stream of 16 kHz mono chunks, written as WAV.

Memory stays bounded: an hour of audio is never decoded at once. Decoding is FFmpeg's, through PyAV.
"""

from __future__ import annotations

import asyncio
import errno
import os
import stat
import struct
from collections.abc import AsyncGenerator, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np

from pipeline.errors import InputError
from pipeline.events import Audio, Samples
from stages.resampling import FASTEST_RATE, SLOWEST_RATE, Resampler

READ_RATE = 16_000
"""Samples per second of what is read, whatever the file has: what speech models take."""

SHORTEST_S = 0.1
"""A file with less audio than this is refused: no word is that short."""

CHUNK_S = 0.064
"""Length of the chunks that are read: two frames of the voice activity model. The ledger's zero is as exact as a
chunk is short."""

ACCEPTED = "wav, mp3, flac, ogg, opus, m4a and most other audio or video files are read"

_CONTAINERS = (
    "wav,w64,rf64,mp3,flac,ogg,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,aac,ac3,eac3,aiff,au,caf,amr,amrnb,amrwb,asf,"
    "avi,mpeg,mpegts,flv,wv,tta,ape,dsf,voc,gsm"
)
"""Formats that FFmpeg may take a file for. Playlists, which could make it open other files, are not among them."""

_TURN_S = 1.0
"""Seconds of audio decoded at a time off the event loop."""


def read_audio(path: Path | str) -> Generator[Audio, None, None]:
    """The audio of a file as 16 kHz mono chunks of 64 ms; a file cut short gives what is there.

    Raises `InputError`, naming the file, the fault and the remedy, for a file that is missing, empty, no regular
    file, not readable, not audio, without sound, or shorter than 0.1 s: always before the first chunk.
    """
    size = round(CHUNK_S * READ_RATE)
    least = round(SHORTEST_S * READ_RATE)
    waiting = np.empty(0, np.float32)
    begun = False
    with _opened(path) as file:
        for samples in _decoded(path, file):
            waiting = np.concatenate((waiting, samples))
            if not begun and len(waiting) < least:
                continue
            whole = len(waiting) // size * size
            for start in range(0, whole, size):
                begun = True
                yield Audio(waiting[start : start + size], READ_RATE)
            waiting = waiting[whole:]
    if not begun and len(waiting) < least:
        raise InputError(
            f"{path}: {len(waiting) * 1000 // READ_RATE} ms of audio is too short; at least {SHORTEST_S:g} s is needed"
        )
    if len(waiting):
        yield Audio(waiting, READ_RATE)


def check_readable(path: Path | str) -> None:
    """Raise the `InputError` that reading `path` would raise, before any other work is done. Decodes 0.1 s."""
    with closing(read_audio(path)) as chunks:
        next(chunks)


async def audio_source(path: Path | str) -> AsyncGenerator[Audio, None]:
    """A pipeline source: the chunks of `read_audio`, as fast as they are taken, decoded off the event loop.

    Raises `InputError` as `read_audio` does. Close it (`contextlib.aclosing`) when it is left early.
    """
    chunks = read_audio(path)
    thread = ThreadPoolExecutor(1, thread_name_prefix="audio file")  # in order: a slice under way, then the closing
    loop = asyncio.get_running_loop()
    try:
        while batch := await loop.run_in_executor(thread, _batch, chunks):
            for audio in batch:
                yield audio
    finally:
        thread.submit(chunks.close)
        thread.shutdown(wait=False)


def check_writable(path: Path | str) -> None:
    """Raise `InputError` when a file cannot be written at `path`; leaves no trace. For use before work is done."""
    file = Path(path)
    try:
        existed = file.exists()
        if file.is_fifo():  # to open it would wait for a reader
            os.close(os.open(file, os.O_WRONLY | os.O_NONBLOCK))
            return
        with file.open("ab"):
            pass
        if not existed:
            file.unlink()
    except OSError as error:
        raise _unwritable(path, error) from error


class WavWriter:
    """A 16-bit mono WAV file that is whole after every `write`: what was written before a crash can be heard.

    The file appears with the first write; nothing written leaves no file. A context manager.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._file: BinaryIO | None = None
        self._rate = 0
        self._samples = 0
        self._resamplers: dict[int, Resampler] = {}

    @property
    def seconds(self) -> float:
        """Length of what has been written."""
        return self._samples / self._rate if self._rate else 0.0

    def write(self, samples: Samples, sample_rate: int) -> None:
        """Append `samples`, float32 in -1..1. The first call's rate is the file's; others are resampled to it.

        Raises `InputError` when the file cannot be written.
        """
        try:
            if self._file is None:
                self._rate = sample_rate
                self._file = self._path.open("wb")
                self._file.write(_wav_header(sample_rate, 0))
            if sample_rate != self._rate:
                resampler = Resampler(sample_rate, self._rate)
                samples = np.concatenate((resampler.feed(samples), resampler.flush()))
            self._append(self._file, samples)
        except OSError as error:
            with suppress(InputError):  # what is left of it cannot be written either
                self.close()
            raise _unwritable(self._path, error) from error

    def close(self) -> None:
        """Close the file. Harmless when that was done. Raises `InputError` when its end cannot be written."""
        file, self._file = self._file, None
        if file is None:
            return
        try:
            file.close()
        except OSError as error:
            raise _unwritable(self._path, error) from error

    def __enter__(self) -> WavWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _append(self, file: BinaryIO, samples: Samples) -> None:
        clipped = np.clip(np.nan_to_num(samples), -1.0, 1.0)
        file.write((clipped * 32767).round().astype("<i2").tobytes())
        self._samples += len(samples)
        file.seek(0)
        file.write(_wav_header(self._rate, self._samples))
        file.seek(0, os.SEEK_END)
        file.flush()


def _opened(path: Path | str) -> BinaryIO:
    try:
        about = Path(path).stat()
        if stat.S_ISDIR(about.st_mode):
            raise InputError(f"{path}: this is a folder; name an audio file in it ({ACCEPTED})")
        if not stat.S_ISREG(about.st_mode):
            raise InputError(f"{path}: this is a pipe or a device; name an audio file ({ACCEPTED})")
        if about.st_size == 0:
            raise InputError(f"{path}: the file is empty; record it again, or name another ({ACCEPTED})")
        return Path(path).open("rb")
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file; check the name and the folder") from error
    except PermissionError as error:
        raise InputError(f"{path}: the file may not be read; change its permissions (chmod +r) or copy it") from error
    except (OSError, ValueError) as error:  # a name too long, a null character in it, a failing disk
        raise InputError(f"{path}: the file cannot be opened ({error}); check the name") from error


def _decoded(path: Path | str, file: BinaryIO) -> Iterator[Samples]:
    """The file's sound as mono stretches at `READ_RATE`, of any length."""
    import av

    try:
        # A file object instead of the name: FFmpeg reads meaning into names ("a:b.wav" would be a protocol).
        container: Any = av.open(file, metadata_errors="ignore", options={"format_whitelist": _CONTAINERS})
    except (av.FFmpegError, OSError, ValueError) as error:
        raise InputError(
            f"{path}: this is not an audio file, or it is damaged ({_reason(error)}); {ACCEPTED}"
        ) from error
    with container:
        stream = next(iter(container.streams.audio), None)
        if stream is None:
            raise InputError(f"{path}: there is no sound in this file; {ACCEPTED}")
        if stream.codec_context is None:
            raise InputError(
                f"{path}: the sound in this file has a coding that is not known, or it is damaged; {ACCEPTED}"
            )
        if not SLOWEST_RATE <= (stream.rate or 0) <= FASTEST_RATE:
            raise InputError(
                f"{path}: the file says that it has {stream.rate} samples a second, so it is damaged; "
                f"{SLOWEST_RATE} to {FASTEST_RATE} are accepted"
            )
        yield from _resampled(path, _frames(path, container, stream))


def _frames(path: Path | str, container: Any, stream: Any) -> Iterator[Any]:
    """Decoded frames; damaged packets are passed over. Raises `InputError` when not one can be decoded."""
    import av

    count, fault = 0, ""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                break
            for frame in packet.decode():
                count += 1
                yield frame
        except (av.FFmpegError, ValueError) as error:
            fault = _reason(error)
            if isinstance(error, av.EOFError):
                break
    if fault and not count:
        raise InputError(f"{path}: the sound in this file cannot be decoded ({fault}); {ACCEPTED}")


def _resampled(path: Path | str, frames: Iterator[Any]) -> Iterator[Samples]:
    import av

    shape: tuple[Any, ...] | None = None
    resampler: Any = None
    for frame in frames:
        frame.pts = None  # gaps in damaged files are no reason to stop
        now = (frame.format.name, frame.layout.name, frame.sample_rate)
        if now != shape:
            if resampler is not None:
                yield _mono(path, resampler, None)
            # 16-bit on purpose: FFmpeg keeps the sum of channels within bounds for integers only
            resampler, shape = av.AudioResampler(format="s16", layout="mono", rate=READ_RATE), now
        yield _mono(path, resampler, frame)
    if resampler is not None:
        yield _mono(path, resampler, None)


def _mono(path: Path | str, resampler: Any, frame: Any) -> Samples:
    """What the resampler makes of `frame`; of None: what it still holds."""
    import av

    try:
        made = [piece.to_ndarray().reshape(-1) for piece in resampler.resample(frame)]
    except (av.FFmpegError, ValueError) as error:
        channels = "its" if frame is None else f"{frame.layout.nb_channels}"
        raise InputError(
            f"{path}: {channels} channels of sound cannot be mixed into one ({_reason(error)}); "
            "save it as mono or stereo first"
        ) from error
    return np.concatenate(made).astype(np.float32) / np.float32(32768) if made else np.empty(0, np.float32)


def _batch(chunks: Iterator[Audio]) -> list[Audio]:
    """The next second of a file; empty at its end."""
    batch: list[Audio] = []
    while len(batch) < round(_TURN_S / CHUNK_S) and (audio := next(chunks, None)) is not None:
        batch.append(audio)
    return batch


def _wav_header(rate: int, samples: int) -> bytes:
    """RIFF header of 16-bit mono PCM (Microsoft, Multimedia Programming Interface and Data Specifications 1.0)."""
    size = min(2 * samples, 0xFFFFFFFF - 36)
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16, b"data", size
    )


def _unwritable(path: Path | str, error: OSError) -> InputError:
    reason = "nobody reads from this pipe" if error.errno == errno.ENXIO else error.strerror or error
    return InputError(f"{path}: the file cannot be written ({reason}); name another place")


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
