"""The composition root: the only place that builds real parts and joins them into a pipeline."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.loading import Loading
from commands.settings import CACHE_OFF, Settings, cache_folder, state_folder

if TYPE_CHECKING:
    from pipeline.runner import Pipeline
    from pipeline.session import Memory
    from r1.cache import ResultCache
    from r1.client import R1Client
    from stages.asr import SpeechRecognizer
    from stages.ocr import DocumentReader, DocumentReaderOptions, MissingPage
    from stages.tts import SpeechSynthesizer


@dataclass(frozen=True, slots=True)
class Needs:
    """What a turn takes in besides a typed question."""

    audio: bool
    documents: bool
    endpoint: bool = False
    """The sound is live: the recogniser decides when the user has finished."""
    passwords: tuple[str, ...] = field(default=(), repr=False)
    """Of encrypted documents, besides the one in the settings."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """A pipeline that is ready for turns."""

    pipeline: Pipeline
    voice: SpeechSynthesizer
    """The last stage of the pipeline."""
    memory: Memory
    """What summarises a conversation between its turns."""
    cold_start_ns: int
    """Loading and connecting took this long, all parts side by side."""


class Workshop:
    """Builds parts, loads them side by side, and closes them in the end; an async context manager."""

    def __init__(self, settings: Settings, *, quiet: bool = False) -> None:
        """`quiet` shows no progress."""
        self._settings = settings
        self._parts = AsyncExitStack()
        self._loading = Loading(quiet=quiet)

    async def __aenter__(self) -> Workshop:
        await self._loading.__aenter__()
        return self

    async def __aexit__(self, *failure: Any) -> None:
        try:
            await self._loading.__aexit__(*failure)  # first: what is still loading must not outlive what it loads
        finally:
            await self._parts.__aexit__(*failure)

    async def ready(self) -> int:
        """Wait until every part is loaded; returns the nanoseconds that it took."""
        return await self._loading.finished()

    async def recognizer(self, *, endpoint: bool = False) -> SpeechRecognizer:
        """Speech to text; with `endpoint` it ends the turn when the user has finished."""
        from stages.asr import SpeechRecognizer, SpeechRecognizerOptions
        from stages.endpointing import EndpointOptions

        settings = self._settings
        options = SpeechRecognizerOptions(
            model=settings.asr_model, language=settings.language, endpoint=EndpointOptions() if endpoint else None
        )
        recognizer = SpeechRecognizer(options, on_progress=self._loading.note)
        self._parts.push_async_callback(recognizer.close)
        await self._loading.add("speech recogniser", recognizer.warm_up)
        return recognizer

    async def reader(
        self, on_missing: Callable[[MissingPage], None] | None = None, passwords: tuple[str, ...] = ()
    ) -> DocumentReader:
        """Pictures and PDFs to text. A page that cannot be read is told to `on_missing`, and fails the turn without."""
        from stages.ocr import DocumentReader

        options = reader_options(self._settings)
        reader = DocumentReader(replace(options, passwords=(*options.passwords, *passwords)), on_missing)
        self._parts.push_async_callback(reader.close)
        await self._loading.add("document reader", reader.warm_up)
        return reader

    async def voice(self) -> SpeechSynthesizer:
        """Text to speech, in a child process."""
        from stages.tts import SpeechSynthesizer, SpeechSynthesizerOptions

        voice = SpeechSynthesizer(SpeechSynthesizerOptions())
        self._parts.push_async_callback(voice.close)
        await self._loading.add("voice", voice.warm_up)
        return voice

    async def client(self) -> R1Client:
        """The R1 client: of the configured endpoint, or of the gateway inside this process."""
        from r1 import R1Client
        from r1.admission import Admission
        from r1.client import ClientParts
        from r1.learned import LearnedModels

        settings, parts = self._settings, ClientParts()
        if settings.r1:
            upstreams = settings.r1_options()
            learned = LearnedModels(state_folder() / "models.json")
            parts = replace(parts, learned=learned, cache=self._cache(), admission=Admission())
        else:
            from gateway.embedded import EmbeddedGateway

            # The reader answers from the clock too, and faster than any cache: nothing of it is kept.
            upstreams = [(await self._parts.enter_async_context(EmbeddedGateway())).options]
        client = await self._parts.enter_async_context(R1Client(upstreams, parts))
        name = f"reasoner at {upstreams[0].address}" if settings.r1 else "reasoner"
        await self._loading.add(name, client.warm_up)
        return client

    def memory(self, client: R1Client) -> Memory:
        """What summarises: the configured R1, with the plain summariser behind it, or that alone."""
        from pipeline.session import Memory
        from stages.summary import ExtractiveSummariser, R1Summariser

        plain = ExtractiveSummariser()
        return Memory(R1Summariser(client), last_resort=plain) if self._settings.r1 else Memory(plain)

    def _cache(self) -> ResultCache | None:
        """Complete answers of the configured endpoint, kept for an hour."""
        import os

        from pipeline.errors import InputError
        from r1.cache import open_cache

        chosen = self._settings.cache.strip()
        if chosen.lower() in CACHE_OFF:
            return None
        if chosen and chosen != "memory" and "/" not in chosen and os.sep not in chosen:
            raise InputError(
                f"R1_CACHE {chosen!r} is no place: give off, memory, a path such as ./{chosen}, or redis://HOST"
            )
        cache = open_cache(chosen or str(cache_folder() / "answers.sqlite"))
        self._parts.push_async_callback(cache.close)
        return cache


def reader_options(settings: Settings) -> DocumentReaderOptions:
    """How documents are read. Raises `InputError` for a setting that cannot be."""
    import re

    from documents.engines.choice import ENGINES
    from documents.languages import AUTO
    from pipeline.errors import InputError
    from stages.ocr import DocumentReaderOptions

    name = settings.ocr_engine.strip().lower() or ENGINES[0]
    engine = next((known for known in ENGINES if known == name), None)
    if engine is None:
        raise InputError(f"--ocr-engine (OCR_ENGINE) {name}: there is no such engine; choose {' or '.join(ENGINES)}")
    languages = settings.ocr_languages.strip() or AUTO
    codes = tuple(code for code in re.split(r"[+,\s]+", languages) if code)
    if not codes or not all(re.fullmatch(r"[A-Za-z0-9_/-]+", code) for code in codes):
        raise InputError(
            f"--languages (OCR_LANGUAGES) {languages!r}: name Tesseract's codes with + between, such as eng+chi_sim,"
            " or auto"
        )
    chosen = settings.ocr_cache.strip()
    cache = None if chosen.lower() in CACHE_OFF else Path(chosen).expanduser() if chosen else _page_cache()
    passwords = (settings.document_password,) if settings.document_password else ()
    return DocumentReaderOptions(languages=codes, engine=engine, cache_file=cache, passwords=passwords)


def _page_cache() -> Path:
    return cache_folder() / "pages.sqlite"


@asynccontextmanager
async def assembled(
    settings: Settings, needs: Needs, on_missing: Callable[[MissingPage], None] | None = None
) -> AsyncIterator[Assembly]:
    """The whole chain as `settings` and `needs` ask for it, warmed up; closed on leaving.

    Pages that cannot be read are told to `on_missing`; without it they fail the turn.
    """
    from pipeline.events import Audio, Document, Question
    from pipeline.runner import Pipeline
    from stages.reasoning import Reasoner, ReasonerOptions
    from stages.sentences import SentenceSplitter

    async with Workshop(settings) as workshop:
        # In this order: what loads in threads and child processes goes on while the gateway is being imported.
        voice = await workshop.voice()
        stages: list[Any] = [await workshop.recognizer(endpoint=needs.endpoint)] if needs.audio else []
        if needs.documents:
            stages.append(await workshop.reader(on_missing, needs.passwords))
        client = await workshop.client()
        cold_start_ns = await workshop.ready()
        inputs = (Question, *((Audio,) if needs.audio else ()), *((Document,) if needs.documents else ()))
        stages += [Reasoner(client, ReasonerOptions()), SentenceSplitter(), voice]
        yield Assembly(Pipeline(*stages, inputs=inputs), voice, workshop.memory(client), cold_start_ns)
