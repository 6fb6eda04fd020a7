"""One turn from the command line: what was asked, running it, and what came of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.assembly import Needs, assembled
from commands.settings import Settings

if TYPE_CHECKING:
    from pipeline.events import Answer, Audio, Document, Page, Transcript
    from pipeline.latency import LatencyLedger


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """A question, spoken or typed, and the documents that go with it."""

    audio: Path | None = None
    text: str | None = None
    documents: tuple[Document, ...] = ()
    out: Path | None = None
    """Where the spoken reply goes."""
    as_spoken: bool = False
    """Hand the sound over at the speed of speech, as a microphone would, instead of as fast as it is taken."""


@dataclass(slots=True)
class TurnResult:
    """Everything that came of a turn."""

    transcript: Transcript | None = None
    pages: list[Page] = field(default_factory=list)
    thoughts: str = ""
    answer: Answer | None = None
    reply: Path | None = None
    """The file with the spoken reply; None when nothing was spoken."""
    ledger: LatencyLedger | None = None

    @property
    def heard_nothing(self) -> bool:
        """True when there was sound and no speech in it."""
        return self.transcript is not None and not self.transcript.text


async def run_turn(
    settings: Settings, request: TurnRequest, on_event: Callable[[Any], None] = lambda event: None
) -> TurnResult:
    """Load the parts, run the turn, write the reply. `on_event` sees every event as it comes.

    Raises what the stages raise, as `StageError`.
    """
    from pipeline.context import ConversationContext

    needs = Needs(audio=request.audio is not None, documents=bool(request.documents))
    result = TurnResult()
    async with assembled(settings, needs) as assembly:
        async with assembly.pipeline.turn(ConversationContext(), _source(request)) as turn:
            with _Recording(result, request.out) as recording:
                async for event in turn:
                    recording.keep(event)
                    on_event(event)
        result.ledger = turn.ledger.with_cold_start(assembly.cold_start_ns)
    return result


def documents_at(paths: list[Path]) -> tuple[Document, ...]:
    """The files as documents. Each is named by its file name, or by its path where two file names are the same.

    Raises `InputError`, naming the file, when one cannot be used.
    """
    from stages.document_files import load_document

    unique = list(dict.fromkeys(paths))
    times = Counter(path.name for path in unique)
    names = (path.name if times[path.name] == 1 else str(path) for path in unique)
    return tuple(replace(load_document(path), name=name) for path, name in zip(unique, names, strict=True))


async def _source(request: TurnRequest) -> AsyncIterator[Any]:
    """The documents first: they are read while the question is still being spoken."""
    from pipeline.events import Question
    from stages.audio_files import audio_source

    for document in request.documents:
        yield document
    if request.text is not None:
        yield Question(request.text)
    if request.audio is not None:
        async with aclosing(audio_source(request.audio)) as chunks:
            async for chunk in _as_spoken(chunks) if request.as_spoken else chunks:
                yield chunk


async def _as_spoken(chunks: AsyncIterator[Audio]) -> AsyncIterator[Audio]:
    """Each chunk at the moment at which a microphone would have it complete."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    async for chunk in chunks:
        due += chunk.seconds
        await asyncio.sleep(due - loop.time())
        yield chunk


class _Recording:
    """Sorts the events of a turn into its result, and writes the reply as it is spoken."""

    def __init__(self, result: TurnResult, out: Path | None) -> None:
        from stages.audio_files import WavWriter

        self._result = result
        self._out = out
        self._writer = None if out is None else WavWriter(out)

    def __enter__(self) -> _Recording:
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def keep(self, event: Any) -> None:
        """Put `event` where it belongs."""
        from pipeline.events import Answer, Page, Speech, Thought, Transcript

        match event:
            case Transcript():
                self._result.transcript = event
            case Page():
                self._result.pages.append(event)
            case Thought():
                self._result.thoughts += event.text
            case Answer():
                self._result.answer = event
            case Speech() if self._writer is not None and len(event.samples):
                self._writer.write(event.samples, event.sample_rate)
                self._result.reply = self._out
