"""Live turns for tests: the stage that ends them, with a scripted speech model, on the virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline.context import ConversationContext
from pipeline.events import Audio, Samples, Transcript
from pipeline.latency import LatencyLedger
from pipeline.runner import Pipeline
from pipeline.stage import Inbox, TurnInfo
from pipeline.testing import VirtualClock
from stages.endpointing import EndpointOptions
from stages.live_transcript import LiveTranscript, follow
from stages.model_thread import Job
from stages.noise_floor import NoiseGate
from stages.speech_model import Heard
from stages.speech_windows import Ears, SpeechWindow, WindowCutter, WindowOptions
from stages.vad import VoiceModel, VoiceOptions
from tests.stages.live_sound import PacedSource
from tests.stages.sounds import RATE, silence

VOICES = VoiceModel()
GATED = VoiceOptions(gate=NoiseGate())
SINGLE = WindowOptions(longest_s=10.0, enough_s=0.0, voice=GATED)
"""Every pause closes a window, as with the shipped model."""
PACKED = WindowOptions(longest_s=30.0, enough_s=8.0, voice=VoiceOptions(pause_s=0.5, gate=NoiseGate()))
"""Windows stay open over short pauses, as with an ordinary Whisper."""


class FakeJob(Job[Heard]):
    """A piece of work of the fake model."""

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self.result = asyncio.get_running_loop().create_future()
        self.result.add_done_callback(lambda _: self.started.set())


@dataclass
class FakeModel:
    """Takes `seconds` for a window, one after another; what it hears is scripted, the last text repeating."""

    texts: Sequence[str | Exception]
    seconds: float = 0.1
    busy: bool = False
    keep: bool = True
    """Whether `windows` holds what it was given."""
    windows: list[SpeechWindow] = field(default_factory=list)
    asked: int = 0
    begun: int = 0
    free: asyncio.Lock = field(default_factory=asyncio.Lock)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def transcribe(self, window: SpeechWindow, language: str | None) -> FakeJob:
        job = FakeJob()
        text = self.texts[min(self.asked, len(self.texts) - 1)]
        self.asked += 1
        if self.keep:
            self.windows.append(window)
        task = asyncio.get_running_loop().create_task(self._work(job, text))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return job

    async def _work(self, job: FakeJob, text: str | Exception) -> None:
        async with self.free:
            if job.result.done():  # withdrawn
                return
            self.busy, self.begun = True, self.begun + 1
            job.started.set()
            await asyncio.sleep(self.seconds)
            self.busy = False
            if job.result.done():
                return
            if isinstance(text, Exception):
                job.result.set_exception(text)
            else:
                job.result.set_result(Heard(text, "en"))


@dataclass
class LiveStage:
    """The stage `asr` with a scripted model."""

    model: FakeModel
    windows: WindowOptions = SINGLE
    endpoint: EndpointOptions = field(default_factory=EndpointOptions)
    name: str = "asr"
    accepts: tuple[type, ...] = (Audio,)
    emits: tuple[type, ...] = (Transcript,)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Transcript]:
        async def begin(first: Audio) -> LiveTranscript:
            ears = Ears(first.sample_rate, WindowCutter(VOICES, self.windows))
            return LiveTranscript(ears, self.model, self.endpoint, None, turn)

        transcript = await follow(inbox, turn, begin)
        if transcript is not None:
            yield transcript


@dataclass(frozen=True)
class Outcome:
    """A turn that is over."""

    transcript: Transcript
    ledger: LatencyLedger
    ended_s: float
    """Seconds from the first sample to the transcript."""
    overruns: int

    @property
    def silence_s(self) -> float:
        """From the last spoken sample to the transcript."""
        assert self.transcript.speech_end is not None
        return self.ended_s - self.transcript.speech_end / RATE

    def line_ms(self, name: str) -> float:
        return sum(line.ms for line in self.ledger.lines if line.name == name)


def microphone_of(sound: Samples, chunk: int = 512, behind_s: float = 60.0) -> PacedSource:
    """A live source of `sound`, with silence behind it."""
    return PacedSource(np.concatenate((sound, silence(behind_s))), [chunk])


def turn(sound: Samples, make: Callable[[], LiveStage], chunk: int = 512) -> Outcome:
    """One live turn on the virtual clock."""

    async def main() -> Outcome:
        microphone = microphone_of(sound, chunk)
        async with Pipeline(make(), inputs=(Audio,)).turn(ConversationContext(), microphone) as running:
            (transcript,) = [event async for event in running]
        ledger = running.ledger
        assert ledger.record.end is not None
        ended_s = ledger.record.end / 1e9 - microphone.started
        return Outcome(transcript, ledger, ended_s, ledger.record.track.overruns)

    return VirtualClock(most_steps=3_000_000).run(main())


def said(*parts: Samples | float) -> Samples:
    """Sounds, and silences in seconds, with half a second before."""
    return np.concatenate([silence(0.5), *(silence(part) if isinstance(part, float) else part for part in parts)])
