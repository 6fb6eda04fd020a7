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
    in_use: str | None = None
    """The document that was put in use before this question, empty for all of them; None where nothing changed."""


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
    fresh_in_use: str | None = None
    """What was put in use since the last exchange, as in `Exchange.in_use`; the next one takes it over."""
    in_use_before: str = ""
    """The document that was in use where the summary ends; empty for all."""

    @property
    def document_in_use(self) -> str:
        """The attached document that questions are about unless they name another; empty when it is any of them."""
        name = self._settled_in_use if self.fresh_in_use is None else self.fresh_in_use
        return name if name in self.documents else ""

    @property
    def _settled_in_use(self) -> str:
        """As the last exchange left it."""
        changes = (exchange.in_use for exchange in reversed(self.recent))
        return next((name for name in changes if name is not None), self.in_use_before)

    @property
    def documents(self) -> tuple[str, ...]:
        """The names of the attached documents, in the order in which they came."""
        return tuple(dict.fromkeys(page.document for page in self.pages))

    def with_exchange(self, exchange: Exchange) -> ConversationContext:
        """A copy in which `exchange` is the latest, and what is fresh stands with it."""
        names = dict.fromkeys((*self.fresh_documents, *exchange.documents))
        latest = replace(exchange, documents=tuple(names), in_use=self.fresh_in_use)
        return replace(self, recent=(*self.recent, latest), fresh_documents=(), fresh_in_use=None)

    def with_pages(self, pages: Sequence[Page]) -> ConversationContext:
        """A copy with `pages` attached; a page read again replaces the one it repeats, where that stood.

        Pages beyond the number that a new version of their document has are gone. A document that comes to others is
        put in use: who shows one means it. When several have come since the last exchange, it may be any.
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
        grown = replace(
            self,
            pages=(*kept, *read.values()),
            fresh_documents=tuple(dict.fromkeys((*self.fresh_documents, *fresh))),
        )
        if not fresh or set(grown.documents) == set(grown.fresh_documents):
            return grown
        return grown.using(grown.fresh_documents[0] if len(grown.fresh_documents) == 1 else "")

    def without_document(self, name: str) -> ConversationContext:
        """A copy in which the document `name` is no longer attached. What was said about it stays."""
        left = replace(
            self,
            pages=tuple(page for page in self.pages if page.document != name),
            fresh_documents=tuple(each for each in self.fresh_documents if each != name),
        )
        return left.using("") if self.document_in_use == name else left

    def using(self, name: str) -> ConversationContext:
        """A copy in which the document `name` is in use; with an empty name, all of them."""
        return replace(self, fresh_in_use=None if name == self._settled_in_use else name)

    def compacted(self, summary: str, exchanges: int) -> ConversationContext:
        """A copy in which `summary` stands for what it stood for and for the `exchanges` oldest recent ones."""
        changes = (exchange.in_use for exchange in reversed(self.recent[:exchanges]))
        return replace(
            self,
            summary=summary,
            covers_turns=self.covers_turns + exchanges,
            recent=self.recent[exchanges:],
            in_use_before=next((name for name in changes if name is not None), self.in_use_before),
        )


class Summariser(Protocol):
    """Turns exchanges into a shorter text, between turns."""

    async def summarise(self, summary: str, exchanges: Sequence[Exchange]) -> str:
        """A new summary of `summary` and `exchanges` together; it keeps their numbers and names.

        Bounded in length, however often it is continued. Raises whatever went wrong; the session tries again later.
        """
        ...
