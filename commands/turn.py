"""One turn from the command line: what was asked, running it, and what came of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.assembly import Needs, assembled
from commands.keeping import opened_conversation
from commands.settings import Settings
from commands.terminal import complain, remark

if TYPE_CHECKING:
    from commands.document_passwords import Passwords
    from pipeline.context import ConversationContext
    from pipeline.events import Answer, Audio, Document, Page, Transcript
    from pipeline.latency import LatencyLedger
    from pipeline.open_conversation import OpenConversation
    from pipeline.session import Session
    from stages.ocr import MissingPage

_SUMMARY_PATIENCE_S = 60.0
"""A summary that takes longer is left for the next turn."""


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """A question, spoken or typed, and the documents that go with it."""

    audio: Path | None = None
    text: str | None = None
    documents: tuple[Document, ...] = ()
    out: Path | None = None
    """Where the spoken reply goes."""
    conversation: str | None = None
    """The stored conversation that this turn continues, or begins."""
    passwords: tuple[str, ...] = field(default=(), repr=False)
    """Of encrypted documents."""
    as_spoken: bool = False
    """Hand the sound over at the speed of speech, as a microphone would, instead of as fast as it is taken."""


@dataclass(slots=True)
class TurnResult:
    """Everything that came of a turn."""

    transcript: Transcript | None = None
    pages: list[Page] = field(default_factory=list)
    thoughts: str = ""
    missing: list[MissingPage] = field(default_factory=list)
    """Pages that could not be read; the answer knows nothing of them."""
    answer: Answer | None = None
    reply: Path | None = None
    """The file with the spoken reply; None when nothing was spoken."""
    ledger: LatencyLedger | None = None
    context: ConversationContext | None = None
    """The stored conversation after the turn; None without one."""
    kept: bool = True
    """False when the conversation could not be written to the end; that has been said."""

    @property
    def heard_nothing(self) -> bool:
        """True when there was sound and no speech in it."""
        return self.transcript is not None and not self.transcript.text


@dataclass(frozen=True, slots=True)
class TurnWatch:
    """Whom a turn tells how it goes."""

    event: Callable[[Any], None] = lambda event: None
    """Sees every event as it comes."""
    result: Callable[[TurnResult], None] = lambda result: None
    """Gets the result as soon as it is there: before a conversation's summary is made."""


async def run_turn(settings: Settings, request: TurnRequest, watch: TurnWatch | None = None) -> TurnResult:
    """Load the parts, run the turn, write the reply; with a conversation, continue and keep that.

    Raises what the stages raise, as `StageError`; `SetupError` for a conversation that cannot be kept or is in use.
    """
    from pipeline.session import Session

    watch = watch or TurnWatch()
    needs = Needs(audio=request.audio is not None, documents=bool(request.documents), passwords=request.passwords)
    result = TurnResult()
    with opened_conversation(request.conversation) as journal, _let_go(journal, result):
        async with (
            assembled(settings, needs, on_missing(result.missing)) as assembly,
            Session(assembly.pipeline, assembly.memory, journal, assembly.cold_start_ns) as session,
        ):
            async with session.turn(_source(request)) as turn:
                with _Recording(result, request.out) as recording:
                    async for event in turn:
                        recording.keep(event)
                        watch.event(event)
            result.ledger = turn.ledger
            watch.result(result)
            if journal is not None:
                await _settled(session)
                result.context = session.context
    return result


def on_missing(noted: list[MissingPage]) -> Callable[[MissingPage], None]:
    """Notes and says which pages cannot be read. A document of which nothing can be read fails the turn."""

    def told(missing: MissingPage) -> None:
        if missing.is_all:
            raise missing.error
        noted.append(missing)
        complain(f"{missing.error} The answer knows nothing of that page.")

    return told


@contextmanager
def _let_go(journal: OpenConversation | None, result: TurnResult) -> Iterator[None]:
    """Close the conversation in the end. What could not be written is said, and hides neither answer nor failure."""
    from pipeline.errors import SetupError

    try:
        yield
    finally:
        try:
            if journal is not None:
                journal.close()
        except SetupError as error:
            result.kept = False
            complain(str(error))


async def _settled(session: Session) -> None:
    """Give a summary its time, and say when there was none."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_SUMMARY_PATIENCE_S):
            await session.settled()
    if session.summary_trouble:
        remark(f"the conversation could not be summarised ({session.summary_trouble}); the next turn tries again")


def documents_at(paths: Sequence[Path], passwords: Passwords | None = None) -> tuple[Document, ...]:
    """The files as documents, and those in folders. Each is named by its file name, or by its path where two file names
    are the same.

    Raises `InputError`, naming the file, when one that was named cannot be used; one in a folder is left out, and said.
    """
    from commands.document_passwords import Passwords
    from documents.files.opening import load_document
    from pipeline.errors import InputError

    known = passwords or Passwords(may_ask=False)
    unique = {file: file in paths for path in paths for file in _files_at(path)}
    times = Counter(path.name for path in unique)
    loaded: list[Document] = []
    for path, is_named in unique.items():
        try:
            document = known.opened(str(path), partial(load_document, path, None))
        except InputError as error:
            if is_named or len(unique) == 1:
                raise
            complain(f"{error} It is left out.")
        else:
            loaded.append(replace(document, name=path.name if times[path.name] == 1 else str(path)))
    return tuple(loaded)


def _files_at(path: Path) -> Sequence[Path]:
    from os.path import isdir

    from documents.files.opening import documents_in

    folder = isdir(path)  # noqa: PTH112  # `Path`'s raises for a name that is too long
    return documents_in(path)[0] if folder else [path]


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
