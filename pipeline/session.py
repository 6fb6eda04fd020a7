"""A conversation: turns one after another, what was heard committed, older exchanges summarised in between.

    async with Session(pipeline, Memory(summariser)) as session:
        async with session.turn(source) as turn:
            async for event in turn:
                ...

A turn reads a snapshot of the context; the session swaps in the next one when the turn is over. Summaries are made
beside the turns, never in the way of a reply: a turn that begins meanwhile reads the longer, older snapshot.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Collection
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

from pipeline.context import ConversationContext, Exchange, Summariser
from pipeline.events import Page
from pipeline.memory import MemoryOptions, exchanges_to_cover, tokens_of
from pipeline.open_conversation import OpenConversation
from pipeline.records import TurnOutcome
from pipeline.runner import Pipeline
from pipeline.session_turn import SessionTurn


@dataclass(frozen=True, slots=True)
class Memory:
    """What summarises, and when."""

    summariser: Summariser
    last_resort: Summariser | None = None
    """Takes over when `summariser` has failed and the exchanges have outgrown `options.ceiling_tokens`."""
    options: MemoryOptions = field(default_factory=MemoryOptions)


class Session:
    """One conversation; an async context manager. `journal` keeps it on disk and says how it stood before."""

    def __init__(
        self, pipeline: Pipeline, memory: Memory, journal: OpenConversation | None = None, cold_start_ns: int = 0
    ) -> None:
        """`cold_start_ns`: loading and connecting took so long; the first turn's ledger tells it."""
        self.summary_trouble = ""
        """Why the last summary failed; empty when it did not. It is tried again after the next turn."""
        self.output_latency_s = 0.0
        """What plays the replies makes them heard so much later; see `pipeline.runner.Turn.output_latency_s`."""
        self._pipeline = pipeline
        self._memory = memory
        self._journal = journal
        self._context = journal.context if journal is not None else ConversationContext()
        self._cold_start_ns = cold_start_ns
        self._cold = True
        self._left_over = False
        self._summarising: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Session:
        # an earlier process ended before it could summarise; with so much left, it must have tried in vain
        self._left_over = tokens_of(self._context.recent) > self._memory.options.ceiling_tokens
        self._summarise_if_due()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def context(self) -> ConversationContext:
        """As the next turn would see it."""
        return self._context

    @property
    def journal_trouble(self) -> str:
        """Why something of this conversation is not on disk yet; empty when all is."""
        return "" if self._journal is None else self._journal.trouble

    def turn(self, source: AsyncIterable[Any]) -> SessionTurn:
        """The next turn, over `source`; enter it to begin. It is committed when it is left."""
        return SessionTurn(self._pipeline, self._context, source, self)

    async def attach(self, source: AsyncIterable[Any]) -> tuple[Page, ...]:
        """Read documents ahead of any question: `source` gives `Document`s; returns their pages.

        All or none: when one cannot be read, or reading is broken off, what was attached before stands as it was.
        Raises `StageError` as a turn does.
        """
        pages: list[Page] = []
        unread: dict[str, int] = {}
        before = self._context
        try:
            async with self.turn(source) as turn:
                async for event in turn:
                    if type(event) is Page:
                        pages.append(event)
                        unread[event.document] = unread.get(event.document, event.page_count) - 1
                    elif not any(unread.values()):
                        break  # all is read; what the assistant says to documents without a question is left out
        except BaseException:
            self._undo({page.document for page in pages}, before)
            raise
        return tuple(pages)

    def drop_document(self, name: str) -> bool:
        """Detach a document; False when none of that name is attached."""
        if name not in self._context.documents:
            return False
        self._context = self._context.without_document(name)
        if self._journal is not None:
            self._journal.drop_document(name)
            self._journal.fresh(self._context)
        return True

    def use_document(self, name: str) -> bool:
        """Put a document in use, with an empty `name` all of them; False when none of that name is attached."""
        if name and name not in self._context.documents:
            return False
        self._context = self._context.using(name)
        if self._journal is not None:
            self._journal.fresh(self._context)
        return True

    async def settled(self) -> None:
        """Wait until the summary under way, if there is one, is made or has failed."""
        if self._summarising is not None:
            await asyncio.wait({self._summarising})

    async def close(self) -> None:
        """Leave the summary under way; it is begun again when the conversation goes on."""
        if self._summarising is not None:
            self._summarising.cancel()
            await asyncio.wait({self._summarising})

    # -- what a turn tells its session

    def begun(self, turn_id: str, question: str) -> int:
        """A turn has a question; returns its number."""
        return 0 if self._journal is None else self._journal.begin(turn_id, question, cold=self._cold)

    def asked(self, number: int, question: str) -> None:
        """The whole question of a turn that has begun."""
        if self._journal is not None:
            self._journal.question(number, question)

    def read(self, page: Page) -> None:
        """A page has been read. It is attached at once, whatever becomes of the turn."""
        self._context = self._context.with_pages((page,))
        if self._journal is not None:
            self._journal.page(page)
            self._journal.fresh(self._context)

    def said(self, number: int, sentence: str) -> None:
        """A sentence of the answer is certain."""
        if self._journal is not None:
            self._journal.answer_piece(number, sentence)

    def over(self, number: int, outcome: TurnOutcome, exchange: Exchange | None) -> None:
        """A turn has ended; `exchange` is what the conversation is to remember of it."""
        if exchange is not None:
            self._context = self._context.with_exchange(exchange)
            exchange = self._context.recent[-1]
        if self._journal is not None:
            self._journal.end(number, outcome, exchange)
            self._journal.fresh(self._context)
        self._cold = False
        self._summarise_if_due()

    def _undo(self, documents: Collection[str], before: ConversationContext) -> None:
        """Take back that `documents` were read; nothing else has happened since `before`."""
        for name in documents:
            self.drop_document(name)
        for page in before.pages:
            if page.document in documents:
                self.read(page)
        self._context = replace(
            self._context,
            pages=before.pages,
            fresh_documents=before.fresh_documents,
            fresh_in_use=before.fresh_in_use,
        )
        if self._journal is not None:
            self._journal.fresh(self._context)

    @property
    def cold_start_ns(self) -> int:
        """What loading took, while no turn has shown it; else 0."""
        return self._cold_start_ns if self._cold else 0

    # -- the summary

    def _summarise_if_due(self) -> None:
        under_way = self._summarising is not None and not self._summarising.done()
        count = exchanges_to_cover(self._context, self._memory.options)
        if count and not under_way:
            self._summarising = asyncio.create_task(self._summarise(count), name="summary")

    async def _summarise(self, count: int) -> None:
        context = self._context
        summariser = self._memory.summariser
        outgrown = tokens_of(context.recent) > self._memory.options.ceiling_tokens
        if (self.summary_trouble or self._left_over) and outgrown and self._memory.last_resort is not None:
            summariser = self._memory.last_resort
        try:
            summary = await summariser.summarise(context.summary, context.recent[:count])
        except Exception as error:  # noqa: BLE001  # whatever it was, the conversation goes on, and it is tried again
            self.summary_trouble = str(error) or type(error).__name__
            return
        self.summary_trouble = ""
        self._left_over = False
        self._context = self._context.compacted(summary, count)  # exchanges that came meanwhile stand behind
        if self._journal is not None:
            self._journal.compacted(self._context)
