"""Speech to text: sound in as it comes, a transcript out right after its end.

Three things happen while the sound still runs: it is resampled, judged by the voice activity model, and cut at
silences into windows, each of which goes to the speech model at once. After the last sample only the last window
remains. Memory holds one window being filled and one being transcribed, however long the sound is.

The input ends with its source or, with `SpeechRecognizerOptions.endpoint`, when the user has finished: see
`stages/live_transcript.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import ContractError, InputError
from pipeline.events import Audio, Segment, Transcript
from pipeline.stage import Inbox, TurnInfo
from stages.audio_files import audio_source
from stages.endpointing import EndpointOptions
from stages.live_transcript import LiveTranscript, follow, joined
from stages.model_thread import Job, ModelThread
from stages.noise_floor import NoiseGate
from stages.speech_model import SHIPPED, WINDOW_S, Heard, SpeechModel, SpeechModelOptions
from stages.speech_windows import Ears, SpeechWindow, WindowCutter, WindowOptions, slices
from stages.vad import VAD_RATE, VoiceModel, VoiceOptions

_INLINE_S = 0.11
"""Sound that is heard on the event loop, in well under a millisecond; more goes to a thread, which costs as much."""

_SLICE_S = 1.0
"""Long chunks are heard in slices of this length, so that a cancellation is noticed between them."""

_WARM_UP_S = 1.0


@dataclass(frozen=True, slots=True)
class SpeechRecognizerOptions:
    """What to listen with."""

    model: str = SHIPPED
    """`shipped`, a name that faster-whisper knows, or a folder."""
    language: str = "en"
    """ISO 639-1 code, or `auto`: then the first window decides, which doubles what it costs."""
    device: str = "cpu"
    """`cpu`, `cuda` or `auto`."""
    compute_type: str = "int8"
    cpu_threads: int = 0
    """0 chooses by model and machine."""
    beam_size: int = 5
    windows: WindowOptions | None = None
    """How to cut; None fits it to the model."""
    endpoint: EndpointOptions | None = None
    """When silence ends a turn, for sources that run in real time; None: only the end of the source does."""

    @property
    def forced_language(self) -> str | None:
        """The language that the model is told; None when it is to guess."""
        return None if self.language == "auto" else self.language

    def of_model(self) -> SpeechModelOptions:
        """What the model needs to know."""
        return SpeechModelOptions(self.model, self.device, self.compute_type, self.cpu_threads, self.beam_size)


class SpeechRecognizer:
    """The stage `asr`. One instance holds one model and serves any number of turns, one window after another.

    A turn without any `Audio` gives no transcript; sound without speech gives one with empty text. Ledger lines:
    `asr`, `model wait` while another turn's window holds the model, `model load` when nobody warmed it up.
    """

    name = "asr"
    accepts: tuple[type, ...] = (Audio,)
    emits: tuple[type, ...] = (Transcript,)

    def __init__(
        self,
        options: SpeechRecognizerOptions | None = None,
        on_progress: Callable[[str], None] | None = None,
    ) -> None:
        """`on_progress` is told, from another thread, what is being loaded or fetched.

        Raises `InputError` when the shipped model is asked for another language than English.
        """
        self.options = options or SpeechRecognizerOptions()
        if self.options.model == SHIPPED:
            _check_language(self.options, ["en"])
        self._model = SpeechModel(self.options.of_model(), on_progress or _unheard)
        self._voices: VoiceModel | None = None
        self._thread = ModelThread(self.name)  # turns queue for it
        self._queue = _QueuedModel(self._model, self._thread)

    async def warm_up(self) -> None:
        """Load both models and run one inference. Raises `InputError` or `SetupError` when that cannot be done."""
        await self._until_done(self._thread.submit(self._load_and_run))

    async def close(self) -> None:
        """Give the thread back, after the window under way. The stage cannot be used any more."""
        self._model.stop()
        await self._thread.close()

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Transcript]:
        """Listen until the inbox ends or the user has finished, then give the transcript of all of it."""
        endpoint = self.options.endpoint
        if endpoint is None:
            transcript = await self._listen(inbox, turn.mark, _unheard)
        else:
            transcript = await follow(inbox, turn, lambda first: self._live(first, turn, endpoint))
        if transcript is not None:
            yield transcript

    async def transcribe(
        self, source: AsyncIterable[Audio], on_segment: Callable[[Segment], None] | None = None
    ) -> Transcript:
        """The transcript of a whole source, without a pipeline; `on_segment` gets each segment once it is known."""
        transcript = await self._listen(source, _unheard, on_segment or _unheard)
        return transcript or Transcript("", self.options.forced_language or "en")

    async def _listen(
        self, source: AsyncIterable[Audio], mark: Callable[[str], None], on_segment: Callable[[Segment], None]
    ) -> Transcript | None:
        listening: _Listening | None = None
        try:
            async for audio in source:
                if listening is None:
                    voices = await self._ready(mark)
                    ears = Ears(audio.sample_rate, WindowCutter(voices, self._window_options()))
                    listening = _Listening(ears, self._queue.transcribe, self.options.forced_language, mark, on_segment)
                await listening.hear(audio)
            return await listening.finish() if listening is not None else None
        finally:
            if listening is not None:
                listening.abandon()

    async def _live(self, first: Audio, turn: TurnInfo, endpoint: EndpointOptions) -> LiveTranscript:
        voices = await self._ready(turn.mark)
        ears = Ears(first.sample_rate, WindowCutter(voices, _gated(self._window_options())))
        return LiveTranscript(ears, self._queue, endpoint, self.options.forced_language, turn)

    async def _ready(self, mark: Callable[[str], None]) -> VoiceModel:
        if self._voices is None:
            mark("model load")
            await self._until_done(self._thread.submit(self._load))
            mark(self.name)
        assert self._voices is not None
        return self._voices

    async def _until_done(self, job: Job[None]) -> None:
        try:
            await job.result
        except asyncio.CancelledError:
            if job.started.is_set():
                self._model.stop()
            raise

    def _load(self) -> None:
        if self._voices is None:
            self._model.load()
            _check_language(self.options, self._model.languages)
            self._voices = VoiceModel()

    def _load_and_run(self) -> None:
        self._load()
        silence = np.zeros(round(_WARM_UP_S * VAD_RATE), np.float32)
        self._model.transcribe(silence, _WARM_UP_S, self.options.forced_language)

    def _window_options(self) -> WindowOptions:
        if self.options.windows is not None:
            return self.options.windows
        longest = self._model.window_s
        if longest < WINDOW_S:  # such a model was trained on single sentences and hears one in a window
            return WindowOptions(longest_s=longest, enough_s=0.0)
        return WindowOptions(longest_s=longest, voice=VoiceOptions(pause_s=0.5))


class _QueuedModel:
    """The speech model as turns see it: windows wait in line for its thread."""

    def __init__(self, model: SpeechModel, thread: ModelThread) -> None:
        self._model = model
        self._thread = thread
        self.busy = False
        """True while a window is being transcribed, for whatever turn."""

    def transcribe(self, window: SpeechWindow, language: str | None) -> Job[Heard]:
        """Queue `window`."""

        def work() -> Heard:
            self.busy = True
            try:
                return self._model.transcribe(window.samples, window.speech_s, language)
            finally:
                self.busy = False

        return self._thread.submit(work)


class _Listening:
    """One turn's listening: at most one window is with the model while the next one fills."""

    def __init__(
        self,
        ears: Ears,
        transcribe: Callable[[SpeechWindow, str | None], Job[Heard]],
        language: str | None,
        mark: Callable[[str], None],
        on_segment: Callable[[Segment], None],
    ) -> None:
        self._ears = ears
        self._transcribe = transcribe
        self._language = language
        self._mark = mark
        self._on_segment = on_segment
        self._pending: tuple[SpeechWindow, Job[Heard]] | None = None
        self._segments: list[Segment] = []
        self._received = 0
        self._speech_end: int | None = None

    async def hear(self, audio: Audio) -> None:
        """Take the next chunk; waits when the model is a whole window behind."""
        if audio.sample_rate != self._ears.rate:
            raise ContractError(
                f"the source changed its sample rate from {self._ears.rate} to {audio.sample_rate} Hz within a turn; "
                "resample to one rate"
            )
        self._received += len(audio.samples)
        if self._pending is not None and self._pending[1].result.done():
            await self._settle()
        for piece in slices(audio, _SLICE_S):
            if len(piece) <= _INLINE_S * audio.sample_rate:
                windows = self._ears.hear(piece)
            else:
                windows = await asyncio.to_thread(self._ears.hear, piece)
            for window in windows:
                await self._hand_over(window)

    async def finish(self) -> Transcript:
        """The transcript of everything heard."""
        for window in self._ears.finish():
            await self._hand_over(window)
        await self._settle()
        return Transcript(joined(self._segments), self._language or "en", tuple(self._segments), self._speech_end)

    def abandon(self) -> None:
        """Stop: a window that waits for the model is withdrawn, one that is being transcribed is forgotten."""
        if self._pending is not None:
            self._pending[1].abandon()

    async def _hand_over(self, window: SpeechWindow) -> None:
        await self._settle()
        self._pending = window, self._transcribe(window, self._language)

    async def _settle(self) -> None:
        """Wait for the window that is with the model."""
        if self._pending is None:
            return
        window, job = self._pending
        if not job.started.is_set() and not job.result.done():
            self._mark("model wait")
            await job.started.wait()
            self._mark(SpeechRecognizer.name)
        heard = await job.result
        self._pending = None
        if heard.text:
            self._language = self._language or heard.language
            self._speech_end = min(round(window.speech_end * self._ears.rate / VAD_RATE), self._received)
            segment = Segment(window.speech_start / VAD_RATE, window.speech_end / VAD_RATE, heard.text)
            self._segments.append(segment)
            self._on_segment(segment)


async def transcribe_file(
    recognizer: SpeechRecognizer, path: Path | str, on_segment: Callable[[Segment], None] | None = None
) -> Transcript:
    """The transcript of an audio file in any format that PyAV reads, in bounded memory.

    Raises `InputError` for a file that cannot be used.
    """
    async with aclosing(audio_source(path)) as source:
        return await recognizer.transcribe(source, on_segment)


_SPOKEN = frozenset(
    (
        "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy "
        "id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru "
        "sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh yue"
    ).split()
)
"""The languages of the multilingual Whisper models, as their tokenizer names them."""


def _check_language(options: SpeechRecognizerOptions, known: list[str]) -> None:
    language = options.forced_language
    if language is None or language in known:
        return
    if language not in _SPOKEN:
        raise InputError(
            f"language '{language}': that is no language code known; give one of ISO 639-1 such as en or zh, or auto"
        )
    if known == ["en"]:
        raise InputError(
            f"the speech model '{options.model}' understands English only, and language '{language}' was asked for; "
            "use `--asr-model small` or another multilingual model"
        )
    raise InputError(
        f"the speech model '{options.model}' does not know the language '{language}'; choose another model, or auto"
    )


def _gated(options: WindowOptions) -> WindowOptions:
    """The same for a microphone: voices in the background are no speech, and silence around words costs nothing."""
    return replace(options, margin_s=0.25, voice=replace(options.voice, gate=NoiseGate()))


def _unheard(_: object) -> None:
    """What becomes of news that nobody asked for."""
