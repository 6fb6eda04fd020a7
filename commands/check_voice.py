"""`check tts`: a line is spoken, heard again by a recogniser, and compared."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from commands.assembly import Workshop
from commands.check_stages import SHIPPED_ADVICE, CheckOptions, refuse_unknown, repeated
from commands.settings import SHIPPED_MODEL, Settings
from evaluation.comparable import speech_language
from evaluation.measurement import Measurement, measure
from evaluation.named_stage import Task, load_stage, warmed
from evaluation.outcomes import Outcome, StageOutcome, Trial
from evaluation.scores import speech_score
from pipeline.errors import InputError
from pipeline.events import AnswerDelta, Audio, Sentence, Speech, Transcript
from pipeline.runner import Pipeline
from stages.audio_files import WavWriter, audio_source
from stages.resampling import FASTEST_RATE, SLOWEST_RATE
from stages.sentences import SentenceSplitter

if TYPE_CHECKING:
    from pipeline.stage import Stage


class TtsCheck:
    """A line of text against what is heard when it is spoken."""

    kind = "tts"

    def __init__(self, settings: Settings, options: CheckOptions, text: str) -> None:
        """Raises `InputError` for an empty line, a stage that cannot be had, and a line that the shipped model cannot
        hear.
        """
        if not any(map(str.isalnum, text)):
            raise InputError(f"TEXT {text!r}: there is nothing in it that can be said; give words or numbers")
        self._text = text
        self._language = speech_language(text, options.language, settings.language)
        refuse_unknown(f"“{text}”", self._language, options, settings)
        self._settings = settings.chosen(language=options.language or self._language)
        self._options = options
        self._own = None if options.stage is None else load_stage(options.stage, Task(Sentence, Speech))
        self.names = [text]
        self.advice = SHIPPED_ADVICE if settings.asr_model == SHIPPED_MODEL else ""

    async def run(self, on_outcome: Callable[[Outcome], None]) -> None:
        """Speak and hear the line, as often as asked."""
        async with AsyncExitStack() as parts:
            workshop = await parts.enter_async_context(Workshop(self._settings))
            voice: Stage[Any] = await workshop.voice() if self._own is None else self._own
            ears = await workshop.recognizer()
            await workshop.ready()
            if self._own is not None:
                await parts.enter_async_context(warmed(self._own))
            sentences = await _sentences(self._text)
            trials = await repeated(partial(self._say, voice, ears, sentences), self._options.repeat)
        on_outcome(StageOutcome(self._text, self._language, self._text, self._options.limit, trials))

    async def _say(self, voice: Stage[Any], ears: Stage[Any], sentences: Sequence[Sentence]) -> Trial:
        spoken = await measure(voice, _each(sentences), Sentence, self._options.timeout_s)
        speeches = spoken.made(Speech)
        fault = spoken.fault or _fault_in(speeches)
        if fault:
            return Trial(total_ms=spoken.total_s * 1000, fault=fault)
        with tempfile.TemporaryDirectory(prefix="check-tts-") as folder:
            file = Path(folder) / "spoken.wav"
            with WavWriter(file) as sound:
                for speech in speeches:
                    sound.write(speech.samples, speech.sample_rate)
            heard = await measure(ears, audio_source(file), Audio, self._options.timeout_s)
        text = " ".join(transcript.text for transcript in heard.made(Transcript)).strip()
        return Trial(
            total_ms=spoken.total_s * 1000,
            heard=text,
            score=None if heard.fault else speech_score(self._text, text, self._language),
            first_output_ms=_first_sound_ms(spoken),
            sound_s=sound.seconds,
            fault=f"what was spoken cannot be heard: {heard.fault}" if heard.fault else "",
        )


async def _sentences(text: str) -> list[Sentence]:
    """The line as an answer would be cut for the voice."""

    async def once() -> AsyncIterator[AnswerDelta]:
        yield AnswerDelta(text)

    events = await Pipeline(SentenceSplitter(), inputs=(AnswerDelta,)).collect(once())
    return [event for event in events if isinstance(event, Sentence)]


async def _each(sentences: Sequence[Sentence]) -> AsyncIterator[Sentence]:
    for sentence in sentences:
        yield sentence


def _fault_in(speeches: Sequence[Speech]) -> str:
    """What makes the sound unfit to be heard, if anything does."""
    if not any(len(speech.samples) for speech in speeches):
        return "the voice made no sound"
    for speech in speeches:
        samples: Any = speech.samples  # a user's stage may hold anything there
        rate: Any = speech.sample_rate
        if not isinstance(samples, np.ndarray) or samples.ndim != 1 or samples.dtype.kind != "f":
            what = f"{samples.dtype} of shape {samples.shape}" if isinstance(samples, np.ndarray) else type(samples)
            return f"the samples of `Speech` must be float32 in -1..1, mono, in shape (n,); these are {what}"
        if not SLOWEST_RATE <= rate <= FASTEST_RATE:
            return f"the sample rate of `Speech` is {rate}; sound has {SLOWEST_RATE} to {FASTEST_RATE} samples a second"
    if all(speech.leading_silence_s is None for speech in speeches):
        return "the voice made silence only: no sample is louder than -50 dB of full scale"
    return ""


def _first_sound_ms(spoken: Measurement) -> float | None:
    """From the first sentence handed over to the first audible sample, were all sound played as it comes."""
    play_head = 0.0
    for each in spoken.stamped:
        if type(each.event) is Speech:
            start = max(play_head, each.after_s)
            silence = each.event.leading_silence_s
            if silence is not None:
                return (start + silence) * 1000
            play_head = start + each.event.seconds
    return None
