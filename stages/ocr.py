"""Reads documents: from pictures, scans and PDFs to pages of text with boxes and confidence.

    reader = DocumentReader(DocumentReaderOptions(languages=("auto",)))
    Pipeline(reader, ..., inputs=(Document, ...))

Pages are read by Tesseract in worker processes, one a core, and come out in order, each as soon as it and all before it
are read. What happens to a page is told in `stages.page_text` (parts, languages) and `stages.tesseract`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.events import Document, Page
from pipeline.stage import Inbox, JobDone, TurnInfo
from stages.document_files import DocumentLimits
from stages.ocr_messages import ReadPage
from stages.ocr_process import ReadingError, ReadingPool
from stages.tesseract import AUTO

__all__ = ["DocumentReader", "DocumentReaderOptions", "ReadingError"]


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class DocumentReaderOptions:
    """How documents are read."""

    languages: tuple[str, ...] = (AUTO,)
    """Tesseract's codes, most likely first. "auto": English, and simplified Chinese where English makes no sense."""
    workers: int = field(default_factory=_cores)
    """Pages read at once; each takes one core."""
    limits: DocumentLimits = field(default_factory=DocumentLimits)
    page_timeout_s: float = 60.0
    """Longest time for one page."""

    def __post_init__(self) -> None:
        if not self.languages or not all(self.languages):
            raise ValueError('languages must name at least one, for example ("auto",) or ("eng", "chi_sim")')
        if self.workers < 1 or self.page_timeout_s <= 0:
            raise ValueError("workers must be at least 1 and page_timeout_s above 0")


class DocumentReader:
    """The stage "ocr": takes `Document`, makes one `Page` per page, in order; a blank page has no lines.

    Belongs to one event loop. `warm_up` loads a worker beforehand; `close` ends the workers and removes their files.
    A turn fails with `InputError` (document cannot be used), `ReadingError` (page cannot be read), both naming
    document and page, or `SetupError` (Tesseract or a language is missing), after all pages before it were emitted.
    """

    name = "ocr"
    accepts: tuple[type, ...] = (Document,)
    emits: tuple[type, ...] = (Page,)

    def __init__(self, options: DocumentReaderOptions | None = None) -> None:
        self._options = options or DocumentReaderOptions()
        self._pool = ReadingPool(self._options.workers, self._options.languages, self._options.page_timeout_s)

    async def warm_up(self) -> None:
        """Start one worker and look for Tesseract and its languages. Raises `SetupError`."""
        await self._pool.warm_up()

    async def close(self) -> None:
        """End the workers. The stage can be used again; it starts new ones."""
        await self._pool.close()

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Page]:
        """Read each document of the turn."""
        turn.mark("ocr")
        desk = _Desk(self._pool, self._options, turn)
        try:
            async for item in inbox:
                if isinstance(item, JobDone):
                    desk.receive(item.value)
                else:
                    desk.add(item)
                for page in desk.finished():
                    yield page
        finally:
            desk.clear()


@dataclass(slots=True)
class _Order:
    """A document under way."""

    document: Document
    file: Path | None = None
    """Where the workers find its bytes; None before the first page is asked for, and after the last was read."""
    page_count: int | None = None
    """None until page 1 has been read."""
    asked: int = 0
    emitted: int = 0
    results: dict[int, Page | PipelineError] = field(default_factory=dict)
    """Read and not yet emitted, by page number."""

    @property
    def wants_page(self) -> bool:
        """Page 1 is asked for alone: it tells how many there are."""
        return self.asked == 0 or (self.page_count is not None and self.asked < self.page_count)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of one page."""

    order: _Order
    number: int
    result: Page | PipelineError


class _Desk:
    """The documents of one turn: which pages are asked for, which are read, and which is to be emitted next."""

    def __init__(self, pool: ReadingPool, options: DocumentReaderOptions, turn: TurnInfo) -> None:
        self._pool = pool
        self._options = options
        self._turn = turn
        self._orders: list[_Order] = []
        self._under_way = 0
        self._most_under_way = 2 * options.workers

    def add(self, document: Document) -> None:
        """Begin to read `document`."""
        self._orders.append(_Order(document))
        self._ask()

    def receive(self, outcome: _Outcome) -> None:
        """Take what a job brought."""
        order, result = outcome.order, outcome.result
        order.results[outcome.number] = result
        if isinstance(result, Page):
            order.page_count = result.page_count
        self._ask()

    def finished(self) -> Iterator[Page]:
        """The pages that are next in order and read. Raises what made one fail, when it is its turn."""
        while self._orders:
            order = self._orders[0]
            result = order.results.pop(order.emitted + 1, None)
            if result is None:
                return
            if isinstance(result, PipelineError):
                raise result
            order.emitted += 1
            self._under_way -= 1
            if order.emitted == order.page_count:
                _remove(self._orders.pop(0))
            self._ask()
            yield result

    def clear(self) -> None:
        """Remove the files of all documents that are not finished."""
        for order in self._orders:
            _remove(order)

    def _ask(self) -> None:
        """Ask for pages, earliest first. Read pages that cannot be emitted yet count too, which bounds memory.

        Since the earliest document comes first, the page that all others wait for is always among those asked for.
        """
        for order in self._orders:
            while order.wants_page and self._under_way < self._most_under_way:
                order.asked += 1
                self._under_way += 1
                self._turn.spawn(self._read(order, order.asked), f"page {order.asked} of {order.document.name}")

    async def _read(self, order: _Order, number: int) -> _Outcome:
        try:
            if order.file is None:
                order.file = await self._pool.keep(order.document.content)
            request = ReadPage(order.file, order.document.name, number, self._options.languages, self._options.limits)
            return _Outcome(order, number, await self._pool.read(request))
        except PipelineError as error:
            return _Outcome(order, number, error)


def _remove(order: _Order) -> None:
    if order.file is not None:
        with contextlib.suppress(OSError):
            order.file.unlink()
        order.file = None
