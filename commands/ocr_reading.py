"""The reading that `ocr` does: documents fed to the reader as it has room, pages printed as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from commands.terminal import complain, notes, screen

if TYPE_CHECKING:
    from commands.ocr_drawings import DrawingPlace
    from commands.ocr_intake import Intake
    from commands.ocr_output import OcrOutput
    from pipeline.events import Document, Page
    from stages.ocr import DocumentReader, DocumentReaderOptions, MissingPage


async def read_documents(
    intake: Intake, options: DocumentReaderOptions, output: OcrOutput, places: Sequence[DrawingPlace]
) -> bool:
    """Read and print all of `intake`; what is missing is said. Returns whether nothing is.

    Raises `StageError` when an engine or a language is missing, and the fault of the only page there is.
    """
    from pipeline.context import ConversationContext
    from pipeline.events import Document
    from pipeline.runner import Pipeline
    from stages.ocr import DocumentReader

    with _bar(intake.page_total) as bar:
        reading = _Reading(intake, options, output, bar)
        reader = DocumentReader(options, reading.miss)
        try:
            pipeline = Pipeline(reader, inputs=(Document,))
            async with pipeline.turn(ConversationContext(), reading.source()) as turn:
                async for page in turn:
                    reading.take(page)
            reading.finish()
            await reading.draw(reader, places)
        finally:
            await reader.close()
    return not reading.missing


class _Bar:
    """Grows by a page at a time; stands aside while results are printed to the same terminal."""

    def __init__(self, advance: Callable[[], None], aside: Callable[[], None], again: Callable[[], None]) -> None:
        self.advance = advance
        self._aside = aside
        self._again = again

    @contextmanager
    def printing(self) -> Iterator[None]:
        """Around what is printed."""
        self._aside()
        try:
            yield
        finally:
            self._again()


@contextmanager
def _bar(total: int) -> Iterator[_Bar]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    shown = notes().is_terminal and total > 1
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Redirected, results that go to a file would end up on the terminal.
    progress = Progress(
        *columns, console=notes(), transient=True, disable=not shown, redirect_stdout=False, redirect_stderr=False
    )
    task = progress.add_task("reading pages", total=total)
    shared = shown and screen().is_terminal

    def nothing() -> None:
        """The bar and the results do not meet."""

    with progress:
        yield _Bar(
            lambda: progress.advance(task), progress.stop if shared else nothing, progress.start if shared else nothing
        )


class _Reading:
    """How far it is."""

    def __init__(self, intake: Intake, options: DocumentReaderOptions, output: OcrOutput, bar: _Bar) -> None:
        self.missing: list[MissingPage] = list(intake.missing)
        self._documents = {document.name: document for document in intake.documents}
        self._options = options
        self._output = output
        self._bar = bar
        self._pages: dict[str, list[Page]] = {}
        self._room = asyncio.Semaphore(2 * options.workers)
        for one in self.missing:
            complain(str(one.error))

    async def source(self) -> AsyncIterator[Document]:
        """The documents, each loaded when those before it are nearly done: a folder may hold more than memory."""
        from pipeline.errors import InputError
        from stages.ocr import MissingPage

        for intended in self._documents.values():
            await self._room.acquire()
            try:
                document = await asyncio.to_thread(intended.load, self._options)
            except InputError as error:  # changed since it was looked at
                self.miss(MissingPage(intended.name, None, error))
            else:
                yield document

    def take(self, page: Page) -> None:
        """The next page: print it."""
        with self._bar.printing():
            self._output.add(page)
        self._pages.setdefault(page.document, []).append(page)
        self._advance(page.document, page.number)

    def miss(self, missing: MissingPage) -> None:
        """A page, or all of a document, cannot be read: say so, or fail if that is all there is."""
        if len(self._documents) == 1 and missing.is_all:
            raise missing.error
        self.missing.append(missing)
        with self._bar.printing():
            complain(str(missing.error))
        self._advance(missing.document, missing.number)

    def finish(self) -> None:
        """Everything was read."""
        with self._bar.printing():
            self._output.finish(self.missing)

    async def draw(self, reader: DocumentReader, places: Sequence[DrawingPlace]) -> None:
        """Draw the pages that were read."""
        from commands.ocr_drawings import draw

        for name, pages in self._pages.items() if places else ():
            document = await asyncio.to_thread(self._documents[name].load, self._options)
            await draw(reader, document, pages, places)

    def _advance(self, name: str, number: int | None) -> None:
        numbers = self._documents[name].page_numbers
        for _ in numbers if number is None else (number,):
            self._bar.advance()
        if number is None or number == numbers[-1]:
            self._room.release()
