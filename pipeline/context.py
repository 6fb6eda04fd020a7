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

    def with_exchange(self, exchange: Exchange) -> ConversationContext:
        """A copy in which `exchange` is the latest."""
        return replace(self, recent=(*self.recent, exchange))

    def with_pages(self, pages: Sequence[Page]) -> ConversationContext:
        """A copy with `pages` attached; a page read again replaces the one it repeats."""
        fresh = {(page.document, page.number) for page in pages}
        kept = tuple(page for page in self.pages if (page.document, page.number) not in fresh)
        return replace(self, pages=(*kept, *pages))


class Summariser(Protocol):
    """Turns exchanges into a shorter text, between turns."""

    async def summarise(self, summary: str, exchanges: Sequence[Exchange]) -> str:
        """A new summary of `summary` and `exchanges` together; it keeps their numbers and names."""
        ...
