"""Reads documents: from pictures, scans and PDFs to pages of text with boxes and confidence.

    reader = DocumentReader(DocumentReaderOptions(languages=("auto",)))
    Pipeline(reader, ..., inputs=(Document, ...))

Pages are read in worker processes, one a core, and come out in order, each as soon as it and all before it are read.
What happens to a page is told in `documents.page_reading`; which pages were read before is known to `documents.cache`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from documents.engines.choice import ENGINES, Engine
from documents.files.limits import DocumentLimits
from documents.files.selection import ALL_PAGES, PageSelection, chosen_pages
from documents.languages import AUTO
from documents.messages import DrawPage, OpenDocument, ReadPage
from documents.pool import ReadingError, ReadingPool
from pipeline.errors import PipelineError, SetupError
from pipeline.events import Document, Page
from pipeline.stage import Inbox, JobDone, TurnInfo

if TYPE_CHECKING:
    from documents.cache import PageCache

__all__ = ["DocumentReader", "DocumentReaderOptions", "MissingPage", "ReadingError"]


Drawings = Literal["overlay", "explanation"]
"""What was read, drawn over the page; or the steps in which its picture is mended, side by side."""


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class DocumentReaderOptions:
    """How documents are read."""

    languages: tuple[str, ...] = (AUTO,)
    """Tesseract's codes, most likely first. "auto": English, and simplified Chinese where English makes no sense."""
    engine: Engine = "tesseract"
    workers: int = field(default_factory=_cores)
    """Pages read at once; each takes one core."""
    limits: DocumentLimits = field(default_factory=DocumentLimits)
    pages: PageSelection = ALL_PAGES
    """Of every document."""
    use_text_layer: bool = True
    """Take the text that a PDF holds, page by page, where it is sound, instead of reading the picture."""
    passwords: tuple[str, ...] = field(default=(), repr=False)
    """Tried one after another on encrypted PDFs."""
    page_timeout_s: float = 60.0
    """Longest time for one page."""
    cache_file: Path | None = None
    """Where pages that were read are kept; None keeps none."""

    def __post_init__(self) -> None:
        if not self.languages or not all(self.languages):
            raise ValueError('languages must name at least one, for example ("auto",) or ("eng", "chi_sim")')
        if self.workers < 1 or self.page_timeout_s <= 0:
            raise ValueError("workers must be at least 1 and page_timeout_s above 0")
        if self.engine not in ENGINES:
            raise ValueError(f"engine must be one of {', '.join(ENGINES)}")


@dataclass(frozen=True, slots=True)
class MissingPage:
    """A page that could not be read, or a whole document."""

    document: str
    number: int | None
    """None for the whole document."""
    error: PipelineError
    """Names document and page, and says what is wrong."""
    is_all: bool = True
    """Whether nothing else of the document was to be read."""


class DocumentReader:
    """The stage "ocr": takes `Document`, makes one `Page` per page, in order; a blank page has no lines.

    Belongs to one event loop. `warm_up` loads a worker beforehand; `close` ends the workers and removes their files.
    What cannot be read (`InputError`: the document cannot be used; `ReadingError`: its page cannot be read) fails the
    turn after all pages before it were emitted; with `on_missing` it is told there, and the pages after it follow.
    `SetupError` (an engine or a language is missing) always fails the turn.
    """

    name = "ocr"
    accepts: tuple[type, ...] = (Document,)
    emits: tuple[type, ...] = (Page,)

    def __init__(
        self,
        options: DocumentReaderOptions | None = None,
        on_missing: Callable[[MissingPage], None] | None = None,
    ) -> None:
        self._options = options or DocumentReaderOptions()
        self._on_missing = on_missing
        chosen = self._options
        self._pool = ReadingPool(chosen.workers, chosen.languages, chosen.engine, chosen.page_timeout_s)
        self._shelf = _Shelf(self._options) if chosen.cache_file is not None else None

    async def warm_up(self) -> None:
        """Start one worker and look for the engine and its languages. Raises `SetupError`."""
        await self._pool.warm_up()

    async def close(self) -> None:
        """End the workers. The stage can be used again; it starts new ones."""
        await self._pool.close()
        if self._shelf is not None:
            await asyncio.to_thread(self._shelf.close)

    async def drawn(self, document: Document, pages: Sequence[Page], drawing: Drawings) -> AsyncIterator[bytes]:
        """A drawing of each of these pages of `document`, as PNG. Raises `InputError` and `ReadingError`."""
        options = self._options
        file = await self._pool.keep(document.content)
        try:
            opening = OpenDocument(file, document.name, options.limits, options.passwords)
            for page in pages:
                read = page if drawing == "overlay" else None
                yield await self._pool.draw(DrawPage(opening, page.number, options.languages, read))
        finally:
            file.unlink(missing_ok=True)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Page]:
        """Read each document of the turn."""
        turn.mark("ocr")
        desk = _Desk(_Reading(self._pool, self._options, self._shelf), turn, self._on_missing)
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
    opening: bool = False
    numbers: tuple[int, ...] | None = None
    """The pages to be read; None until the document has been opened."""
    failure: PipelineError | None = None
    """Why it cannot be opened."""
    asked: int = 0
    """Of `numbers`, how many have been asked for."""
    emitted: int = 0
    results: dict[int, Page | PipelineError] = field(default_factory=dict)
    """Read and not yet emitted, by page number."""
    key: str | None = None
    """Under which its pages are kept; None when they are not."""
    file: Path | None = None
    """Where the workers find its bytes; None before they need it, and after the last page."""
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while `file` is being made."""

    @property
    def done(self) -> bool:
        """Whether nothing more will come of it."""
        return self.failure is not None or (self.numbers is not None and self.emitted == len(self.numbers))

    def remove_file(self) -> None:
        """Remove the bytes that were written for the workers."""
        if self.file is not None:
            with contextlib.suppress(OSError):
                self.file.unlink()
            self.file = None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a page, or of opening a document."""

    order: _Order
    number: int | None
    """None for the opening."""
    result: Page | tuple[int, ...] | PipelineError


class _Desk:
    """The documents of one turn: which pages are asked for, which are read, and which is to be emitted next."""

    def __init__(self, reading: _Reading, turn: TurnInfo, on_missing: Callable[[MissingPage], None] | None) -> None:
        self._reading = reading
        self._turn = turn
        self._on_missing = on_missing
        self._orders: list[_Order] = []
        self._under_way = 0

    def add(self, document: Document) -> None:
        """Begin to read `document`."""
        self._orders.append(_Order(document))
        self._ask()

    def receive(self, outcome: _Outcome) -> None:
        """Take what a job brought."""
        order, result = outcome.order, outcome.result
        if outcome.number is not None:
            assert not isinstance(result, tuple)
            order.results[outcome.number] = result
        else:
            self._under_way -= 1
            if isinstance(result, tuple):
                order.numbers = result
            else:
                assert isinstance(result, PipelineError)
                order.failure = result
        self._ask()

    def finished(self) -> Iterator[Page]:
        """The pages that are next in order and read. What failed is raised or told when it is its turn."""
        while self._orders:
            order = self._orders[0]
            if order.failure is not None:
                self._tell(MissingPage(order.document.name, None, order.failure))
            elif order.numbers is None:
                return
            if order.done:
                order.remove_file()
                del self._orders[0]
                self._ask()
                continue
            assert order.numbers is not None
            number = order.numbers[order.emitted]
            result = order.results.pop(number, None)
            if result is None:
                return
            order.emitted += 1
            self._under_way -= 1
            self._ask()
            if isinstance(result, Page):
                yield result
            else:
                self._tell(MissingPage(order.document.name, number, result, is_all=len(order.numbers) == 1))

    def clear(self) -> None:
        """Remove the files of all documents that are not finished."""
        for order in self._orders:
            order.remove_file()

    def _tell(self, missing: MissingPage) -> None:
        if self._on_missing is None or isinstance(missing.error, SetupError):
            raise missing.error
        self._on_missing(missing)

    def _ask(self) -> None:
        """Ask for pages, earliest first. Read pages that cannot be emitted yet count too, which bounds memory.

        Since the earliest document comes first, the page that all others wait for is always among those asked for.
        """
        for order in self._orders:
            name = order.document.name
            if not order.opening and self._under_way < self._reading.most_under_way:
                order.opening = True
                self._under_way += 1
                self._turn.spawn(self._outcome(order, None), f"opening {name}")
            while order.numbers is not None and order.asked < len(order.numbers):
                if self._under_way >= self._reading.most_under_way:
                    return
                number = order.numbers[order.asked]
                order.asked += 1
                self._under_way += 1
                self._turn.spawn(self._outcome(order, number), f"page {number} of {name}")

    async def _outcome(self, order: _Order, number: int | None) -> _Outcome:
        try:
            if number is None:
                return _Outcome(order, None, await self._reading.opened(order))
            return _Outcome(order, number, await self._reading.page(order, number))
        except PipelineError as error:
            return _Outcome(order, number, error)


class _Reading:
    """How one page is come by: from those read before, else through the pool."""

    def __init__(self, pool: ReadingPool, options: DocumentReaderOptions, shelf: _Shelf | None) -> None:
        self._pool = pool
        self._options = options
        self._shelf = shelf
        self.most_under_way = 2 * options.workers
        """Pages asked for and not yet emitted."""

    async def opened(self, order: _Order) -> tuple[int, ...]:
        """The numbers of the pages to be read. Raises `InputError` for a document that cannot be used."""
        document, options = order.document, self._options
        count = None
        if self._shelf is not None:
            order.key, count = await asyncio.to_thread(self._shelf.known, document.content)
        if count is None:
            opened = await self._pool.open(await self._request(order))
            count = opened.page_count
            if opened.encrypted:
                order.key = None
            elif self._shelf is not None and order.key is not None:
                await asyncio.to_thread(self._shelf.pages.keep_page_count, order.key, count)
        return chosen_pages(document.name, count, options.pages, options.limits)

    async def page(self, order: _Order, number: int) -> Page:
        """Page `number`. Raises as `ReadingPool.read` does."""
        shelf, key, name = self._shelf, order.key, order.document.name
        if shelf is not None and key is not None:
            known = await asyncio.to_thread(shelf.pages.find, key, number, name)
            if known is not None:
                return known
        options = self._options
        request = ReadPage(await self._request(order), number, options.languages, options.use_text_layer)
        page = await self._pool.read(request)
        if shelf is not None and key is not None:
            await asyncio.to_thread(shelf.pages.put, key, page)
        return page

    async def _request(self, order: _Order) -> OpenDocument:
        async with order.writing:
            if order.file is None:
                order.file = await self._pool.keep(order.document.content)
        return OpenDocument(order.file, order.document.name, self._options.limits, self._options.passwords)


class _Shelf:
    """The pages read before, and under which key a document's are found. Blocking; called from threads."""

    def __init__(self, options: DocumentReaderOptions) -> None:
        from documents.cache import PageCache

        assert options.cache_file is not None
        self.pages: PageCache = PageCache(options.cache_file)
        self._options = options
        self._version = ""

    def known(self, content: bytes) -> tuple[str, int | None]:
        """The key for a document's pages, and how many it has if it was opened before."""
        from documents.version import reading_version

        options = self._options
        self._version = self._version or reading_version(options.engine, options.languages)
        parts = (self._version, options.use_text_layer, options.limits.most_bytes, options.limits.most_pixels)
        key = hashlib.sha256(repr(parts).encode() + hashlib.sha256(content).digest()).hexdigest()
        return key, self.pages.page_count(key)

    def close(self) -> None:
        """Let the cache's file go."""
        self.pages.close()
