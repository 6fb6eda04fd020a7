"""What a turn asks: the conversation's documents, within a budget, and what was said, as one prompt."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.context import ConversationContext, Exchange
from pipeline.events import Page
from text.document_replies import WITHDRAWN, about_documents
from text.headings import Standing, standings
from text.marks import safe_name
from text.passages import PassageIndex, words_of
from text.prompt import PromptPage, PromptParts, PromptUse, build_prompt
from text.summary import build_summary, parse_summary, rests_on_others
from text.tokens import estimate_tokens
from text.unsure_words import marked, unmarked

_TOKENS_PER_MARK = 8
"""What the mark before each line costs, roughly."""
HEADING_SHARE = 0.5
"""So much of what its heading has in common with the question counts for a line."""
IN_USE_FACTOR = 1.5
"""So much more a line of the document in use counts than one of another."""


async def turn_prompt(question: str, context: ConversationContext, page_tokens: int) -> str:
    """The prompt that asks `question`, with the pages of `context` within `page_tokens`."""
    exchanges = prompt_exchanges(context)
    pages = prompt_pages(context)
    if sum(map(_page_cost, pages)) > page_tokens:
        # A follow-up seldom repeats what it is about, so the last question helps to find it.
        before = [asked for asked, answer in exchanges if not about_documents(asked, answer, context.documents)]
        asked = " ".join((*before[-1:], question))
        fitting = await asyncio.to_thread(fit_pages, pages, asked, page_tokens, context.document_in_use)
        # The choice changes with the question: it stands last, so that all before it stays as it was.
        pages = tuple(replace(page, after=len(exchanges)) for page in fitting)
    return build_prompt(PromptParts(question, pages, prompt_summary(context), exchanges, prompt_uses(context)))


def prompt_exchanges(context: ConversationContext) -> tuple[tuple[str, str], ...]:
    """The recent questions and answers. An answer that rests on a line that is no longer there is withdrawn: its
    document was dropped, or has come again with other lines.
    """
    lines: dict[str, set[str]] = {}
    for page in context.pages:
        lines.setdefault(page.document, set()).update(line.text for line in page.lines)
    return tuple(
        (exchange.question, exchange.answer if _still_stands(exchange, lines) else WITHDRAWN)
        for exchange in context.recent
    )


def prompt_summary(context: ConversationContext) -> str:
    """The summary without the answers that it says rested on a document that is no longer attached."""
    parts = parse_summary(context.summary)
    attached = {safe_name(name) for name in context.documents}
    kept = tuple(answer for answer in parts.answered if not rests_on_others(answer, attached))
    return context.summary if len(kept) == len(parts.answered) else build_summary(replace(parts, answered=kept))


def _still_stands(exchange: Exchange, lines: Mapping[str, Collection[str]]) -> bool:
    return all(place.quote in lines.get(place.document, ()) for place in exchange.citations)


def prompt_pages(context: ConversationContext) -> tuple[PromptPage, ...]:
    """The attached pages, each document where it came in: before the exchange that names it, before the question when
    it is fresh, and in front when what it came with is in the summary. Of pages with equal marks, the last.
    """
    places: dict[str, int] = dict.fromkeys(context.fresh_documents, len(context.recent))
    for place, exchange in reversed(list(enumerate(context.recent))):
        places.update(dict.fromkeys(exchange.documents, place))
    pages = {(safe_name(page.document), page.number): page for page in context.pages}
    placed = [_prompt_page(page, places.get(page.document)) for page in pages.values()]
    return tuple(sorted(placed, key=lambda page: -1 if page.after is None else page.after))


def prompt_uses(context: ConversationContext) -> tuple[PromptUse, ...]:
    """Which document was put in use, where that was: what the summary has swallowed stands in front."""
    uses = [PromptUse(context.in_use_before)] if context.in_use_before in context.documents else []
    changes = [*(exchange.in_use for exchange in context.recent), context.fresh_in_use]
    return (*uses, *(PromptUse(name, place) for place, name in enumerate(changes) if name is not None))


def fit_pages(pages: Sequence[PromptPage], question: str, tokens: int, in_use: str = "") -> tuple[PromptPage, ...]:
    """The pages with only those lines that fit into `tokens`: the ones `question` is about, each with its neighbours,
    the heading above it, and the first row of its table.

    When no line shares a word with the question, the first ones are kept, those of the document `in_use` before others.
    Lines keep their numbers; one that is left out is empty, and a page without any is dropped.
    """
    choice = _Choice(pages, tokens)
    for page, line in _ranked(pages, question, in_use):
        choice.take(page, line)
    return choice.pages()


def _ranked(pages: Sequence[PromptPage], question: str, in_use: str) -> list[tuple[int, int]]:
    """(page, line), most telling first; all from the beginning when none tells anything."""
    places = [(page, line) for page in range(len(pages)) for line in range(len(pages[page].lines))]
    first = {page: place for place, (page, line) in enumerate(places) if line == 0}
    index = PassageIndex(unmarked(pages[page].lines[line]).text for page, line in places)
    own = index.scores(words_of(question))
    used = [page.document == in_use for page in pages]
    scores: list[float] = []
    for page, start in first.items():
        for line, standing in enumerate(standings(pages[page].lines)):
            score = own[start + line]
            if standing.heading is not None:
                score += HEADING_SHARE * own[start + standing.heading]
            scores.append(score * (IN_USE_FACTOR if used[page] else 1))
    found = [place for place, score in enumerate(scores) if score > 0]
    if not found:
        return sorted(places, key=lambda place: not used[place[0]])
    return [places[place] for place in sorted(found, key=lambda place: (-scores[place], place))]


@dataclass(slots=True)
class _Choice:
    """Lines taken one after another, as long as there is room."""

    sheets: Sequence[PromptPage]
    left: int
    """Tokens."""
    _taken: dict[int, set[int]] = field(default_factory=dict)
    _standings: dict[int, list[Standing]] = field(default_factory=dict)

    def take(self, page: int, line: int) -> None:
        """The line and what it needs to be understood; nothing of it when that does not fit."""
        lines = self.sheets[page].lines
        taken = self._taken.setdefault(page, set())
        wanted = {line, *range(max(0, line - 1), min(line + 2, len(lines)))}
        if page not in self._standings:
            self._standings[page] = standings(lines)
        above = self._standings[page][line]
        wanted |= {place for place in (above.heading, above.head_row) if place is not None}
        cost = sum(_TOKENS_PER_MARK + estimate_tokens(lines[place]) for place in wanted - taken)
        if cost <= self.left:
            taken |= wanted
            self.left -= cost

    def pages(self) -> tuple[PromptPage, ...]:
        """The pages with what was taken of them."""
        kept: list[PromptPage] = []
        for page, taken in sorted(self._taken.items()):
            if taken:
                lines = self.sheets[page].lines
                texts = tuple(lines[place] if place in taken else "" for place in range(max(taken) + 1))
                kept.append(replace(self.sheets[page], lines=texts))
        return tuple(kept)


def _prompt_page(page: Page, after: int | None) -> PromptPage:
    texts = {line.number: marked(line.text, line.words) for line in page.lines}
    lines = tuple(texts.get(number, "") for number in range(1, max(texts, default=0) + 1))
    return PromptPage(page.document, page.number, lines, after)


def _page_cost(page: PromptPage) -> int:
    return sum(_TOKENS_PER_MARK + estimate_tokens(line) for line in page.lines)
