"""The transcript of a live turn while it is being spoken, and the decision that the user has finished.

The model works on what was said while the silence after it is still running, so that the words can tell how much of
it is needed. What it costs: at each silence of `EndpointOptions.look_s` one pass of the model. With windows that such
a silence closes (the shipped model) nothing is transcribed twice. A model that hears better with more around each word
keeps its window open; speech that goes on in it is then transcribed again from the window's start, and the pass before
was for the decision only.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from pipeline.errors import ContractError
from pipeline.events import Audio, Segment, Transcript
from pipeline.stage import Inbox, JobDone, TurnInfo
from stages.endpointing import EndpointOptions
from stages.model_thread import Job
from stages.speech_model import Heard
from stages.speech_windows import Ears, SpeechWindow, slices
from stages.vad import VAD_RATE
from text.script import is_cjk
from text.utterance_ends import continued

_STAGE = "asr"
_WAIT = "model wait"

_SLICE_S = 0.1
"""Longer chunks are heard in slices of this length, each in well under a millisecond, on the event loop."""

_MOST_WAITING = 4
"""Windows that may wait for the model; then the source has to."""


class WindowModel(Protocol):
    """The speech model, which other turns use too."""

    @property
    def busy(self) -> bool:
        """True while it transcribes a window, for whatever turn."""
        ...

    def transcribe(self, window: SpeechWindow, language: str | None) -> Job[Heard]:
        """Queue `window`."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A window that is with the model, or was."""

    window: SpeechWindow
    job: Job[Heard]

    @property
    def done(self) -> bool:
        return self.job.result.done()

    @property
    def heard(self) -> Heard:
        return self.job.result.result()


class LiveTranscript:
    """One live turn. Feed it with `hear` and `resume`; when `is_over`, or when the source has ended, `finish`."""

    def __init__(
        self, ears: Ears, model: WindowModel, endpoint: EndpointOptions, language: str | None, turn: TurnInfo
    ) -> None:
        """`language` None lets the model guess it from the first window."""
        self._ears = ears
        self._model = model
        self._options = endpoint
        self._language = language
        self._turn = turn
        self._received = 0
        self._parts: deque[_Part] = deque()  # closed windows whose text is not known, or was not taken yet
        self._open: _Part | None = None  # the window under way, as it stood when it was looked at
        self._looked_at = 0
        self._segments: list[Segment] = []
        self._text_end = 0  # position after the last word that was understood
        self._sound_end = 0  # the same for what was taken for speech

    async def hear(self, audio: Audio) -> None:
        """Take the next chunk. Waits only when the model is several windows behind."""
        if audio.sample_rate != self._ears.rate:
            raise ContractError(
                f"the source changed its sample rate from {self._ears.rate} to {audio.sample_rate} Hz within a turn; "
                "resample to one rate"
            )
        for piece in slices(audio, _SLICE_S):
            self._received += len(piece)
            for window in self._ears.hear(piece):
                self._watch(self._closed(window))
            self._look()
            if len(piece) < len(audio.samples):
                await asyncio.sleep(0)
        while len(self._parts) > _MOST_WAITING:
            await self._until_done(self._parts[0])
            self._settle()

    def resume(self, done: JobDone) -> None:
        """Take the news that a job of this turn has ended."""
        if done.name == _WAIT:
            self._turn.spawn(_end_of(done.value), "transcribe")

    def is_over(self) -> bool:
        """True when the user has certainly finished: enough silence for the words before it, or the longest turn."""
        options, cutter = self._options, self._ears.cutter
        self._settle()
        if options.longest_s is not None and self._received >= options.longest_s * self._ears.rate:
            return True
        if self._parts or cutter.quiet_s < options.look_s or (self._open is not None and not self._open.done):
            return False
        text, end = self._so_far()
        if text:
            return (cutter.judged - end) / VAD_RATE >= options.silence_s(text, distant_voices=cutter.distant_voices)
        if cutter.judged >= options.no_speech_s * VAD_RATE:
            return True
        return bool(self._sound_end) and (cutter.judged - self._sound_end) / VAD_RATE >= options.open_s

    async def finish(self) -> Transcript:
        """The transcript of everything heard. Windows that were transcribed already are not transcribed again."""
        for window in self._ears.finish():
            self._closed(window)
        while self._parts:
            await self._until_done(self._parts[0])
            self._settle()
        spoken = round(self._text_end * self._ears.rate / VAD_RATE)
        return Transcript(
            joined(self._segments),
            self._language or "en",
            tuple(self._segments),
            min(spoken, self._received) if self._segments else None,
        )

    def abandon(self) -> None:
        """Stop: windows that wait for the model are withdrawn, one that is being transcribed is forgotten."""
        for part in (*self._parts, *((self._open,) if self._open else ())):
            part.job.abandon()

    def _closed(self, window: SpeechWindow) -> _Part | None:
        """Take a window that is complete; returns it if it is newly with the model."""
        looked, self._open = self._open, None
        known = looked is not None and (looked.window.start, looked.window.speech_end) == (
            window.start,
            window.speech_end,
        )
        if looked is not None and known:
            self._parts.append(looked)
            return None
        if looked is not None:
            looked.job.abandon()
        part = _Part(window, self._model.transcribe(window, self._language))
        self._parts.append(part)
        return part

    def _look(self) -> None:
        """In a silence, ask for the text of the window under way."""
        cutter = self._ears.cutter
        if cutter.quiet_s < self._options.look_s or cutter.last_spoken == self._looked_at:
            return
        self._looked_at = cutter.last_spoken
        window = cutter.open_window
        if window is None:
            return
        if self._open is not None:
            self._open.job.abandon()
        self._open = _Part(window, self._model.transcribe(window, self._language))
        self._watch(self._open)

    def _watch(self, part: _Part | None) -> None:
        """Let the stage be woken when the model has come to the end of `part`."""
        if part is None:
            return
        own = any(each.job.started.is_set() and not each.done for each in (*self._parts, self._open) if each)
        if self._model.busy and not own:  # a window of another turn, or one that nobody waits for any more
            self._turn.mark(_WAIT)
            self._turn.spawn(_begin_of(part.job), _WAIT)
            self._turn.mark(_STAGE)
        else:
            self._turn.spawn(_end_of(part.job), "transcribe")

    async def _until_done(self, part: _Part) -> None:
        if not part.job.started.is_set() and not part.done:
            self._turn.mark(_WAIT)
            await part.job.started.wait()
            self._turn.mark(_STAGE)
        await asyncio.wait({part.job.result})

    def _settle(self) -> None:
        """Take the texts that are known, in order."""
        while self._parts and self._parts[0].done:
            part = self._parts.popleft()
            self._sound_end = part.window.speech_end
            if not part.heard.text:
                continue
            self._language = self._language or part.heard.language
            self._text_end = part.window.speech_end
            start_s, end_s = part.window.speech_start / VAD_RATE, part.window.speech_end / VAD_RATE
            self._segments.append(Segment(start_s, end_s, part.heard.text))

    def _so_far(self) -> tuple[str, int]:
        """The last words that were understood, and the position after them."""
        texts, end = [segment.text for segment in self._segments[-3:]], self._text_end
        if self._open is not None:
            self._sound_end = self._open.window.speech_end
            if self._open.heard.text:
                texts, end = [*texts, self._open.heard.text], self._open.window.speech_end
        return continued(texts), end


async def follow(
    inbox: Inbox[Any], turn: TurnInfo, begin: Callable[[Audio], Awaitable[LiveTranscript]]
) -> Transcript | None:
    """The transcript of a turn whose input is ended here, when the user has finished; None without any audio.

    `begin` makes the live transcript when the first chunk is there.
    """
    live: LiveTranscript | None = None
    try:
        async for item in inbox:
            if isinstance(item, Audio):
                live = live or await begin(item)
                await live.hear(item)
            elif live is not None:
                live.resume(item)
            if live is not None and live.is_over():
                turn.end_input()
                break
        return None if live is None else await live.finish()
    finally:
        if live is not None:
            live.abandon()


def joined(segments: list[Segment]) -> str:
    """The text of all segments; no space between Chinese ones."""
    text = ""
    for segment in segments:
        apart = text and not (is_cjk(text[-1]) or is_cjk(segment.text[0]))
        text += f" {segment.text}" if apart else segment.text
    return text


async def _begin_of(job: Job[Any]) -> Job[Any]:
    """Wait until the model has come to `job`."""
    await job.started.wait()
    return job


async def _end_of(job: Job[Any]) -> None:
    """Wait for `job`; raises what it raised. One that was withdrawn has ended too."""
    await asyncio.wait({job.result})
    if not job.result.cancelled():
        job.result.result()
