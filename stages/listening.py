"""Waiting for somebody to speak: from an endless live source to utterances, each of which is the source of one turn.

    listener = UtteranceListener(microphone, VoiceModel())
    while (utterance := await listener.utterance()) is not None:
        async with pipeline.turn(context, utterance) as turn:
            ...

While nobody speaks, only the last half second is held. An utterance begins with what came just before its first
spoken sound, and goes on with the live chunks until the turn closes it; then the listener goes on with the same source.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import dataclass, field

import numpy as np

from pipeline.errors import ContractError, InputError
from pipeline.events import Audio, Samples
from stages.noise_floor import NoiseGate
from stages.resampling import Resampler
from stages.vad import FRAME, VAD_RATE, VoiceActivity, VoiceModel, VoiceOptions, VoiceSwitch

SILENT_DB = -100.0
"""The level that is told of digital silence, in dB of full scale."""


@dataclass(frozen=True, slots=True)
class ListenerOptions:
    """When speech has certainly begun, and how much before it is kept."""

    pre_roll_s: float = 0.5
    """Sound before the first frame of speech that belongs to the utterance: soft consonants are found late."""
    certain_s: float = 0.5
    """`voice.min_speech_s` of speech within this time is no click."""
    voice: VoiceOptions = field(default_factory=lambda: VoiceOptions(min_speech_s=0.22, gate=NoiseGate()))

    def __post_init__(self) -> None:
        if not 0 < self.voice.min_speech_s <= self.certain_s:
            raise ValueError(f"{self.voice.min_speech_s} s of speech cannot be found within {self.certain_s} s")


class SpeechOnset:
    """Finds where speech begins in one stream of 16 kHz audio. What it finds does not depend on how that was cut."""

    def __init__(self, model: VoiceModel, options: ListenerOptions) -> None:
        self._activity = VoiceActivity(model)
        self._switch = VoiceSwitch(options.voice)
        self._least = options.voice.least_frames
        self._window = max(self._least, round(options.certain_s * VAD_RATE / FRAME))
        self._judged = 0
        self._spoken: deque[int] = deque()

    def feed(self, samples: Samples) -> int | None:
        """Position of the first frame of speech, once there is enough of it; None as long as there is not."""
        found: int | None = None
        for frame, score in zip(*self._activity.feed(samples), strict=True):
            if self._switch.judge(frame, float(score)):
                self._spoken.append(self._judged)
            while self._spoken and self._spoken[0] <= self._judged - self._window:
                self._spoken.popleft()
            if found is None and len(self._spoken) >= self._least:
                found = self._spoken[0] * FRAME
            self._judged += 1
        return found

    def forget(self) -> None:
        """The speech up to here has been dealt with. What is known of the noise stays known."""
        self._spoken.clear()


class UtteranceListener:
    """Waits at a live source for speech. It has one reader at a time: whoever asks next closes the utterance before.

    Nothing is read from the source while nobody asks. A reader that is cancelled loses no chunk. A source that fails
    raises through the reader and is asked again by the next one.
    """

    def __init__(
        self,
        source: AsyncIterable[Audio],
        model: VoiceModel,
        options: ListenerOptions | None = None,
        on_level: Callable[[float], None] | None = None,
    ) -> None:
        """`on_level` is told the loudness of every chunk that is read, in dB of full scale, for a level meter."""
        self._options = options or ListenerOptions()
        self._chunks = aiter(source)
        self._onset = SpeechOnset(model, self._options)
        self._on_level = on_level
        self._resampler: Resampler | None = None
        self._rate = 0
        self._position = 0  # samples read so far
        self._held: deque[Samples] = deque()  # the last of them that nobody has been given
        self._held_length = 0
        self._reading: asyncio.Task[Audio | None] | None = None
        self._reader: object = None
        self._over = False

    @property
    def position(self) -> int:
        """Samples that were read from the source so far."""
        return self._position

    async def utterance(self) -> Utterance | None:
        """Wait until somebody has certainly begun to speak; None when the source has ended.

        Raises `ContractError` when the source changes its sample rate, or when somebody else has begun to read.
        """
        self._reader = reader = object()
        self._onset.forget()
        while (audio := await self._read(reader)) is not None:
            onset = self._hear(audio)
            self._held.append(audio.samples)
            self._held_length += len(audio.samples)
            if onset is not None:
                self._reader = utterance = Utterance(self, self._begin(onset), self._position, self._rate)
                return utterance
            self._trim()
        if self._reader is not reader:
            raise ContractError("two wait for an utterance at once; there is one reader at a time")
        return None

    async def discard(self) -> None:
        """Read the source and drop what it gives, until cancelled or until it ends: the assistant is speaking."""
        self._reader = reader = object()
        self._drop_held()
        while (audio := await self._read(reader)) is not None:
            self._hear(audio)

    async def aclose(self) -> None:
        """Stop reading and close the source."""
        self._over, self._reader = True, None
        self._drop_held()
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.cancel()
            await asyncio.wait({reading})
            if not reading.cancelled():
                reading.exception()
        close = getattr(self._chunks, "aclose", None)
        if close is not None:
            await close()

    async def next_of(self, utterance: Utterance) -> Audio | None:
        """The next live chunk for `utterance`; None when it is closed or the source has ended."""
        audio = await self._read(utterance)
        if audio is not None:
            self._hear(audio)
        return audio

    def released(self, utterance: Utterance) -> None:
        """`utterance` has been closed: the sound from here on is for whoever asks next."""
        if self._reader is utterance:
            self._reader = None

    async def _read(self, reader: object) -> Audio | None:
        """The next chunk, for `reader` as long as there is no other. Reading goes on when that is cancelled."""
        if self._over or self._reader is not reader:
            return None
        if self._reading is None:
            self._reading = asyncio.create_task(self._next(), name="listening")
        await asyncio.wait({self._reading})
        if self._reader is not reader or self._reading is None:
            return None
        reading, self._reading = self._reading, None
        audio = reading.result()
        self._over = audio is None
        return audio

    async def _next(self) -> Audio | None:
        return await anext(self._chunks, None)

    def _hear(self, audio: Audio) -> int | None:
        """Judge a chunk; the onset that it makes certain, in samples of the source."""
        if self._resampler is None:
            self._rate = audio.sample_rate
            try:
                self._resampler = Resampler(self._rate, VAD_RATE)
            except ValueError as error:
                raise InputError(f"the sound cannot be used: it says it has {error}") from error
        if audio.sample_rate != self._rate:
            raise ContractError(
                f"the source changed its sample rate from {self._rate} to {audio.sample_rate} Hz; resample to one rate"
            )
        self._position += len(audio.samples)
        if self._on_level is not None:
            self._on_level(level_db(audio.samples))
        onset = self._onset.feed(self._resampler.feed(audio.samples))
        return None if onset is None else onset * self._rate // VAD_RATE

    def _begin(self, onset: int) -> Samples:
        """The held sound from the pre-roll on, which the utterance now owns."""
        held = np.concatenate(self._held)
        start = onset - round(self._options.pre_roll_s * self._rate)
        sound = held[max(0, start - (self._position - len(held))) :].copy()
        self._drop_held()
        return sound

    def _trim(self) -> None:
        """Hold no more than an onset that becomes certain with the next chunk can need."""
        longest_s = self._options.pre_roll_s + self._options.certain_s + 4 * FRAME / VAD_RATE
        while self._held and self._held_length - len(self._held[0]) >= longest_s * self._rate:
            self._held_length -= len(self._held.popleft())

    def _drop_held(self) -> None:
        self._held.clear()
        self._held_length = 0


class Utterance:
    """What somebody says, as the source of a turn: the sound from just before it, then the live chunks.

    The first chunk holds all that was heard until the onset was certain, in one piece: its last sample has just been
    captured, so that the ledger can date every sample in it.
    """

    live = True

    def __init__(self, listener: UtteranceListener, first: Samples, position: int, rate: int) -> None:
        """`first` is the sound that ends at sample number `position` of the listener's source."""
        self._listener = listener
        self._first: Samples | None = first
        self.start = position - len(first)
        """Position of its first sample, counted from the first that the listener read, at the source's rate."""
        self.sample_rate = rate
        """Samples per second."""
        self._closed = False

    def __aiter__(self) -> AsyncIterator[Audio]:
        return self

    async def __anext__(self) -> Audio:
        if self._closed:
            raise StopAsyncIteration
        if self._first is not None:
            first, self._first = self._first, None
            return Audio(first, self.sample_rate)
        audio = await self._listener.next_of(self)
        if audio is None:
            raise StopAsyncIteration
        return audio

    async def aclose(self) -> None:
        """The turn has heard enough; the listener goes on with the next chunk. Harmless when that was done."""
        self._closed, self._first = True, None
        self._listener.released(self)


def level_db(samples: Samples) -> float:
    """Loudness in dB of full scale: about -20 for a near voice, -100 for digital silence."""
    power = float(np.square(samples).mean()) if len(samples) else 0.0
    return max(SILENT_DB, 10 * float(np.log10(power))) if power > 0 else SILENT_DB
