"""Sound files in the place of microphone and loudspeaker, at the pace of speech and by the event loop's clock."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np

from pipeline.events import Audio, Samples
from stages.audio_files import READ_RATE, WavWriter, check_readable, check_writable, read_audio
from stages.microphone import CHUNK, level_db
from stages.sound_ports import QUIETEST_DB, Overruns, Underruns

WATCH_S = 0.05
"""Whoever waits for the end of a reply looks so often whether it was stopped."""

INSTANT_S = 1e-6
"""What remains of a wait after rounding; a clock would not move for it."""


@dataclass(frozen=True, slots=True)
class FileMicrophoneOptions:
    """How the files are spoken."""

    as_spoken: bool = True
    """At the pace of speech; else as fast as it is taken."""
    gap_s: float = 2.0
    """Seconds of silence after each file: what shows that its speaker has finished."""


class FileMicrophone:
    """Sound files that are spoken one after another. Implements `stages.sound_ports.SoundInput`.

    It is a patient speaker: while it is paused its time stands still, and it goes on where it was, so that questions
    do not fall into the replies. It ends after the silence that follows the last file.
    """

    lost = False
    """Files do not go away: each is opened when its turn comes, and a missing one is an `InputError` by then."""

    overruns = Overruns()
    """None: a file waits."""

    def __init__(self, paths: Path | str | Sequence[Path | str], options: FileMicrophoneOptions | None = None) -> None:
        """One file or several, in any format that is read."""
        self.options = options or FileMicrophoneOptions()
        self._paths = [paths] if isinstance(paths, Path | str) else list(paths)
        self._chunks: Generator[Samples, None, None] | None = None
        self._spoken_s = 0.0
        self._started_s: float | None = None
        self._paused_at_s: float | None = None
        self._resumed = asyncio.Event()
        self._level_db = QUIETEST_DB

    async def __aenter__(self) -> FileMicrophone:
        """Begin. Raises `InputError` for the first file that cannot be read."""
        for path in self._paths:
            check_readable(path)
        self._chunks = self._spoken()
        self._spoken_s, self._started_s, self._paused_at_s = 0.0, None, None
        self._resumed.set()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def live(self) -> bool:
        return self.options.as_spoken

    @property
    def ended(self) -> bool:
        return self._chunks is None

    @property
    def level_db(self) -> float:
        return QUIETEST_DB if self._paused_at_s is not None or self.ended else self._level_db

    def pause(self) -> None:
        """Stop speaking, in mid-word if it must be."""
        if self._paused_at_s is None:
            self._paused_at_s = asyncio.get_running_loop().time()
            self._resumed.clear()

    def resume(self) -> None:
        """Go on."""
        if self._paused_at_s is not None:
            if self._started_s is not None:
                self._started_s += asyncio.get_running_loop().time() - self._paused_at_s
            self._paused_at_s = None
            self._resumed.set()

    def __aiter__(self) -> FileMicrophone:
        return self

    async def __anext__(self) -> Audio:
        """The next 32 ms, once they have been spoken. Raises `InputError` for a file that has gone since."""
        if self.ended:
            raise StopAsyncIteration
        loop = asyncio.get_running_loop()
        await self._resumed.wait()
        if self.options.as_spoken:
            self._started_s = loop.time() if self._started_s is None else self._started_s
            while (wait_s := self._started_s + self._spoken_s + CHUNK / READ_RATE - loop.time()) > INSTANT_S:
                await asyncio.sleep(wait_s)
                await self._resumed.wait()
        else:
            await asyncio.sleep(0)  # whoever takes must be able to stop it
        # Decoded here and not in a thread, which would be outside a virtual clock's time: 32 ms of sound cost
        # some 0.1 ms.
        samples = next(self._chunks, None) if self._chunks is not None else None
        if samples is None:
            self._end()
            raise StopAsyncIteration
        self._spoken_s += CHUNK / READ_RATE
        self._level_db = level_db(samples)
        return Audio(samples, READ_RATE)

    def _end(self) -> None:
        chunks, self._chunks = self._chunks, None
        self._resumed.set()
        if chunks is not None:
            chunks.close()

    def _spoken(self) -> Generator[Samples, None, None]:
        """Everything, in chunks of `CHUNK`."""
        for path in self._paths:
            rest = np.empty(0, np.float32)
            for samples in self._with_gap(path):
                waiting = np.concatenate((rest, samples))
                whole = len(waiting) // CHUNK * CHUNK
                for start in range(0, whole, CHUNK):
                    yield waiting[start : start + CHUNK]
                rest = waiting[whole:]
            if len(rest):
                yield np.concatenate((rest, np.zeros(CHUNK - len(rest), np.float32)))

    def _with_gap(self, path: Path | str) -> Iterator[Samples]:
        for audio in read_audio(path):
            yield audio.samples
        for _ in range(round(self.options.gap_s * READ_RATE / CHUNK)):
            yield np.zeros(CHUNK, np.float32)


@dataclass(slots=True)
class _Stretch:
    """Sound with the time at which it is heard."""

    start_s: float
    samples: Samples
    rate: int

    @property
    def end_s(self) -> float:
        return self.start_s + len(self.samples) / self.rate

    def heard(self, now_s: float) -> int:
        """How many of its samples have been heard by now."""
        return min(len(self.samples), max(0, round((now_s - self.start_s) * self.rate)))


class FileSpeaker:
    """A WAV file that takes as long as a loudspeaker. Implements `stages.sound_ports.SoundOutput`.

    The file holds what would have been heard, reply after reply without the silence between them.
    """

    def __init__(self, path: Path | str, *, queue_s: float = 10.0, latency_s: float = 0.0) -> None:
        """`queue_s`: how much may wait to be played. `latency_s`: that of the device that it stands for."""
        self.latency_s = latency_s
        self.underruns = Underruns()
        self._path = path
        self._queue_s = queue_s
        self._writer = WavWriter(path)
        self._stretches: deque[_Stretch] = deque()
        self._heard_s = 0.0
        self._until_s = 0.0
        self._dry = False
        self._cuts = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> FileSpeaker:
        """Raises `InputError` when the file cannot be written."""
        check_writable(self._path)
        self._loop = asyncio.get_running_loop()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._writer.close()

    @property
    def heard_ms(self) -> float:
        now_s = self._now()
        return 1000 * (self._heard_s + sum(part.heard(now_s) / part.rate for part in self._stretches))

    def begin(self) -> None:
        self.stop()
        self._heard_s = 0.0

    async def play(self, samples: Samples, sample_rate: int) -> None:
        """Queue a stretch of the reply. Raises `InputError` when the file cannot be written any more."""
        cuts = self._cuts
        while self._cuts == cuts and (queued_s := self._until_s - self._now()) > INSTANT_S:
            over_s = queued_s + len(samples) / sample_rate - self._queue_s
            if over_s <= INSTANT_S:
                break
            await asyncio.sleep(min(over_s, WATCH_S))
        if self._cuts != cuts or not len(samples):
            return
        self._write(self._now())
        start_s = max(self._now() + self.latency_s, self._until_s)
        if self._dry and start_s > self._until_s + INSTANT_S:
            self.underruns = Underruns(self.underruns.count + 1, self.underruns.silent_s + start_s - self._until_s)
        part = _Stretch(start_s, samples, sample_rate)
        self._stretches.append(part)
        self._until_s, self._dry = part.end_s, True

    async def drained(self) -> None:
        self._dry = False
        while (remaining_s := self._until_s - self._now()) > INSTANT_S:  # noqa: ASYNC110 - a time, which `stop` moves
            await asyncio.sleep(min(remaining_s, WATCH_S))
        self._write(self._now())

    def stop(self) -> None:
        self._cuts += 1
        self._dry = False
        if self._stretches:
            now_s = self._now()
            self._until_s = min(self._until_s, now_s)
            self._write(now_s)
            for part in list(self._stretches):
                self._put(part, part.heard(now_s))
            self._stretches.clear()

    def _write(self, now_s: float) -> None:
        """Write what has been heard to its end."""
        while self._stretches and self._stretches[0].end_s <= now_s + INSTANT_S:
            part = self._stretches.popleft()
            self._put(part, len(part.samples))

    def _put(self, part: _Stretch, count: int) -> None:
        self._heard_s += count / part.rate
        if count:
            self._writer.write(part.samples[:count], part.rate)

    def _now(self) -> float:
        return self._loop.time() if self._loop else 0.0
