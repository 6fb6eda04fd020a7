"""`check asr` and `check ocr`: one stage, ours or the user's, on files beside their expected text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.settings import SHIPPED_MODEL, Settings
from evaluation.comparable import speech_language
from evaluation.measurement import measure
from evaluation.named_stage import Task, load_stage, warmed
from evaluation.outcomes import Outcome, StageOutcome, Trial
from evaluation.pairs import FilePair
from evaluation.scores import print_score, speech_score
from pipeline.errors import InputError
from pipeline.events import Audio, Document, Page, Transcript

if TYPE_CHECKING:
    from pipeline.stage import Stage

SHIPPED_ADVICE = (
    "the shipped speech model understands the project's own samples only; for the speech of people use "
    "`--asr-model small`, another Whisper, or a folder with one"
)


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How cases are run and judged."""

    limit: float
    """The highest error rate that passes."""
    repeat: int = 1
    timeout_s: float = 600.0
    """For each run."""
    stage: str | None = None
    """`module:Class` of the user's own stage; None for ours."""
    language: str | None = None
    """As the user gave it; None lets the script of the expected text decide."""


class AsrCheck:
    """Sound files against what is said in them."""

    kind = "asr"

    def __init__(self, settings: Settings, options: CheckOptions, pairs: Sequence[FilePair]) -> None:
        """Raises `InputError` for a stage that cannot be had, and for a file that the shipped model cannot know."""
        self._settings = settings
        self._options = options
        self._own = None if options.stage is None else load_stage(options.stage, Task(Audio, Transcript))
        self._pairs: dict[str, list[FilePair]] = {}
        for pair in pairs:
            language = speech_language(pair.expected, options.language, settings.language)
            if self._own is None:
                refuse_unknown(str(pair.path), language, options, settings)
            self._pairs.setdefault(language, []).append(pair)
        self.names = [str(pair.path) for pair in pairs]
        self.advice = SHIPPED_ADVICE if self._own is None and settings.asr_model == SHIPPED_MODEL else ""

    async def run(self, on_outcome: Callable[[Outcome], None]) -> None:
        """Language by language, since a recogniser is made for one."""
        for language, pairs in self._pairs.items():
            async with self._recognizer(language) as stage:
                for pair in pairs:
                    trials = await repeated(partial(self._listen, stage, pair, language), self._options.repeat)
                    on_outcome(StageOutcome(str(pair.path), language, pair.expected, self._options.limit, trials))

    async def _listen(self, stage: Stage[Any], pair: FilePair, language: str) -> Trial:
        from stages.audio_files import audio_source

        run = await measure(stage, audio_source(pair.path), Audio, self._options.timeout_s)
        heard = " ".join(transcript.text for transcript in run.made(Transcript)).strip()
        return Trial(
            total_ms=run.total_s * 1000,
            heard=heard,
            score=None if run.fault else speech_score(pair.expected, heard, language),
            first_output_ms=None if run.first_s is None else run.first_s * 1000,
            sound_s=run.sound_s or None,
            fault=run.fault,
        )

    def _recognizer(self, language: str) -> AbstractAsyncContextManager[Stage[Any]]:
        if self._own is not None:
            return warmed(self._own)
        return recognizer_for(self._settings, self._options.language or language)


class OcrCheck:
    """Pictures and PDFs against what stands on them."""

    kind = "ocr"
    advice = ""

    def __init__(self, settings: Settings, options: CheckOptions, pairs: Sequence[FilePair]) -> None:
        """Raises `InputError` for a stage that cannot be had."""
        self._settings = settings
        self._options = options
        self._pairs = pairs
        self._own = None if options.stage is None else load_stage(options.stage, Task(Document, Page))
        self.names = [str(pair.path) for pair in pairs]

    async def run(self, on_outcome: Callable[[Outcome], None]) -> None:
        """One document after the other."""
        async with warmed(self._own) if self._own is not None else _reader(self._settings) as stage:
            for pair in self._pairs:
                language = speech_language(pair.expected)
                trials = await repeated(partial(self._read, stage, pair, language), self._options.repeat)
                on_outcome(StageOutcome(str(pair.path), language, pair.expected, self._options.limit, trials))

    async def _read(self, stage: Stage[Any], pair: FilePair, language: str) -> Trial:
        run = await measure(stage, _document(pair.path), Document, self._options.timeout_s)
        pages = run.made(Page)
        read = "\n".join(page.text for page in pages)
        return Trial(
            total_ms=run.total_s * 1000,
            heard=read,
            score=None if run.fault else print_score(pair.expected, read, language),
            first_output_ms=None if run.first_s is None else run.first_s * 1000,
            pages=len(pages),
            fault=run.fault,
        )


async def repeated(once: Callable[[], Awaitable[Trial]], times: int) -> tuple[Trial, ...]:
    """So many runs of a case; one that cannot be judged is the last."""
    trials: list[Trial] = []
    while len(trials) < times and not (trials and trials[-1].fault):
        trials.append(await once())
    return tuple(trials)


def refuse_unknown(name: str, language: str, options: CheckOptions, settings: Settings) -> None:
    """Raise `InputError` when a case, by its script, is for another model than the shipped one, naming the case.

    A language that the user asked for is left to the recogniser, which knows all codes.
    """
    if settings.asr_model == SHIPPED_MODEL and language != "en" and options.language in (None, "auto"):
        said = "Chinese" if language == "zh" else f"'{language}'"
        raise InputError(
            f"{name}: this is {said}, and the shipped speech model understands English only; give another, such as "
            "`--asr-model small` or a folder with a multilingual Whisper, or check English files alone"
        )


@asynccontextmanager
async def recognizer_for(settings: Settings, language: str) -> AsyncIterator[Stage[Any]]:
    """Our recogniser, told to hear `language`, warmed up."""
    from commands.assembly import Workshop

    async with Workshop(settings.chosen(language=language)) as workshop:
        recognizer = await workshop.recognizer()
        await workshop.ready()
        yield recognizer


@asynccontextmanager
async def _reader(settings: Settings) -> AsyncIterator[Stage[Any]]:
    from commands.assembly import Workshop

    async with Workshop(settings) as workshop:
        reader = await workshop.reader()
        await workshop.ready()
        yield reader


async def _document(path: Path) -> AsyncIterator[Document]:
    """The file as a source. What is wrong with it fails the run and not the check."""
    from documents.files.opening import load_document

    yield load_document(path)
