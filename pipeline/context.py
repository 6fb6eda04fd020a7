"""What a turn knows of the turns before it: an immutable snapshot that stages read and the session replaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pipeline.events import Citation, Page


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and the answer that was heard. Thoughts are never part of it."""

    question: str
    answer: str
    """What the user heard; after a barge-in, less than what was generated."""
    citations: tuple[Citation, ...] = ()
    unheard: str = ""
    """What was generated but not heard."""
    documents: tuple[str, ...] = ()
    """Names of the documents that were attached with this question; their pages stand before it in a prompt."""


@dataclass(frozen=True, slots=True)
class ConversationContext:
    """The conversation as the next turn sees it."""

    summary: str = ""
    """Of the exchanges that `recent` no longer holds."""
    covers_turns: int = 0
    """How many exchanges the summary stands for."""
    recent: tuple[Exchange, ...] = ()
    """The last exchanges, verbatim, oldest first."""
    pages: tuple[Page, ...] = ()
    """Pages of the attached documents."""
    fresh_documents: tuple[str, ...] = ()
    """Names of documents attached since the last exchange; the next one takes them over."""

    @property
    def documents(self) -> tuple[str, ...]:
        """The names of the attached documents, in the order in which they came."""
        return tuple(dict.fromkeys(page.document for page in self.pages))

    def with_exchange(self, exchange: Exchange) -> ConversationContext:
        """A copy in which `exchange` is the latest, and the fresh documents stand with it."""
        names = dict.fromkeys((*self.fresh_documents, *exchange.documents))
        latest = replace(exchange, documents=tuple(names))
        return replace(self, recent=(*self.recent, latest), fresh_documents=())

    def with_pages(self, pages: Sequence[Page]) -> ConversationContext:
        """A copy with `pages` attached; a page read again replaces the one it repeats, where that stood.

        Pages beyond the number that a new version of their document has are gone.
        """
        read = {(page.document, page.number): page for page in pages}
        counts = {page.document: page.page_count for page in pages}
        kept = tuple(
            read.pop((page.document, page.number), page)
            for page in self.pages
            if page.number <= counts.get(page.document, page.number)
        )
        known = set(self.documents)
        fresh = dict.fromkeys(page.document for page in read.values() if page.document not in known)
        return replace(
            self,
            pages=(*kept, *read.values()),
            fresh_documents=tuple(dict.fromkeys((*self.fresh_documents, *fresh))),
        )

    def without_document(self, name: str) -> ConversationContext:
        """A copy in which the document `name` is no longer attached. What was said about it stays."""
        return replace(
            self,
            pages=tuple(page for page in self.pages if page.document != name),
            fresh_documents=tuple(each for each in self.fresh_documents if each != name),
        )

    def compacted(self, summary: str, exchanges: int) -> ConversationContext:
        """A copy in which `summary` stands for what it stood for and for the `exchanges` oldest recent ones."""
        return replace(
            self, summary=summary, covers_turns=self.covers_turns + exchanges, recent=self.recent[exchanges:]
        )


class Summariser(Protocol):
    """Turns exchanges into a shorter text, between turns."""

    async def summarise(self, summary: str, exchanges: Sequence[Exchange]) -> str:
        """A new summary of `summary` and `exchanges` together; it keeps their numbers and names.

        Bounded in length, however often it is continued. Raises whatever went wrong; the session tries again later.
        """
        ...
