"""The stage that answers: gathers the question and the pages, asks R1, and streams the answer with its citations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from pipeline.context import ConversationContext
from pipeline.events import Answer, AnswerDelta, Citation, Line, Page, Question, Thought, Transcript
from pipeline.stage import Inbox, TurnInfo
from r1 import CallOptions, Completion, InferParameters, R1Client
from text.marks import Mark, MarkStripper, safe_name
from text.passages import PassageIndex, words_of
from text.prompt import PromptPage, PromptParts, build_prompt
from text.script import Language, language_of
from text.tokens import estimate_tokens

NO_SPEECH = "no_speech"
"""Finish reason when nothing was said or typed."""
NO_QUESTION = "no_question"
"""Finish reason when there is a document, and no question about it."""

_NOTHING_HEARD: dict[Language, str] = {"en": "I did not hear anything.", "zh": "我没有听到任何内容。"}
_NOTHING_ASKED: dict[Language, str] = {
    "en": "I have the document, but no question. What would you like to know?",
    "zh": "我收到了文件，但没有听到问题。您想知道什么？",
}
_TOKENS_PER_MARK = 8
"""What the mark before each line costs, roughly; an empty line has one too."""


@dataclass(frozen=True, slots=True)
class ReasonerOptions:
    """How to ask."""

    parameters: InferParameters = field(default_factory=InferParameters)
    call: CallOptions = field(default_factory=lambda: CallOptions(priority="high"))
    """Somebody is listening: the call goes before any batch."""
    page_tokens: int = 8000
    """Tokens that pages may take in a prompt. Of longer documents the lines that the question is about are kept."""


@dataclass(slots=True)
class _Asked:
    """What came in before the inbox ended."""

    texts: list[str] = field(default_factory=list)
    language: str = ""
    heard: bool = False
    pages: list[Page] = field(default_factory=list)

    @property
    def question(self) -> str:
        joint = "" if language_of("".join(self.texts)) == "zh" else " "
        return joint.join(text for text in self.texts if text)

    def add(self, item: Transcript | Question | Page) -> None:
        if isinstance(item, Page):
            self.pages.append(item)
            return
        self.heard = True
        self.language = item.language or self.language
        self.texts.append(item.text.strip())


class Reasoner:
    """Asks `client` once everything has come in. Without a question it says so itself, and asks nobody.

    Marks in the answer are checked against the pages: those that name a line become citations, all are taken out.
    Raises `r1.R1Error` when the call fails.
    """

    name = "reasoner"
    accepts = (Transcript, Question, Page)
    emits = (Thought, AnswerDelta, Answer)

    def __init__(self, client: R1Client, options: ReasonerOptions | None = None) -> None:
        self._client = client
        self._options = options or ReasonerOptions()

    async def warm_up(self) -> None:
        """Connect and fetch a token ahead of the first turn. Raises `r1.R1Error`."""
        await self._client.warm_up()

    async def run(
        self, inbox: Inbox[Transcript | Question | Page], turn: TurnInfo
    ) -> AsyncIterator[Answer | AnswerDelta | Thought]:
        """One answer per turn; none when nothing at all came in."""
        turn.mark("context")
        asked = _Asked()
        async for given in inbox:
            asked.add(given)
        if not asked.question:
            for event in _unasked(asked, turn.context):
                yield event
            return
        context = turn.context.with_pages(asked.pages)
        prompt = await turn_prompt(asked.question, context, self._options.page_tokens)
        answering = _Answering(asked.question, context.pages)
        stream = self._client.stream(prompt, self._options.parameters, turn.mark, turn.report, self._options.call)
        async with aclosing(stream):
            async for item in stream:
                if isinstance(item, Completion):
                    for event in answering.end(item):
                        yield event
                elif item.kind == "thought":
                    yield Thought(item.text)
                else:
                    delta = answering.add(item.text)
                    if delta:
                        yield AnswerDelta(delta)


async def turn_prompt(question: str, context: ConversationContext, page_tokens: int) -> str:
    """The prompt that asks `question`, with the pages of `context` within `page_tokens`."""
    exchanges = tuple((exchange.question, exchange.answer) for exchange in context.recent)
    pages = prompt_pages(context)
    if sum(map(_page_cost, pages)) > page_tokens:
        # A follow-up seldom repeats what it is about, so the last question helps to find it.
        asked = " ".join((*(question for question, _ in exchanges[-1:]), question))
        fitting = await asyncio.to_thread(fit_pages, pages, asked, page_tokens)
        # The choice changes with the question: it stands last, so that all before it stays as it was.
        pages = tuple(replace(page, after=len(exchanges)) for page in fitting)
    return build_prompt(PromptParts(question, pages, context.summary, exchanges))


def answer_of(question: str, completion: Completion, pages: Sequence[Page]) -> Answer:
    """The answer of a call that came whole: its marks checked against `pages`, and taken out."""
    answering = _Answering(question, pages)
    answering.add(completion.answer)
    return answering.whole(completion)


class _Answering:
    """The answer while it streams in: text without marks, and the marks that hold."""

    def __init__(self, question: str, pages: Sequence[Page]) -> None:
        self._question = question
        self._pages = {(safe_name(page.document), page.number): page for page in pages}
        self._stripper = MarkStripper()
        self._text: list[str] = []
        self._citations: dict[Citation, None] = {}

    def add(self, chunk: str) -> str:
        """The text that is certain after `chunk`."""
        return self._keep(self._stripper.feed(chunk))

    def end(self, completion: Completion) -> list[AnswerDelta | Answer]:
        """The rest of the text, and the whole answer."""
        rest = self._keep(self._stripper.flush())
        answer = self.whole(completion)
        return [AnswerDelta(rest), answer] if rest else [answer]

    def whole(self, completion: Completion) -> Answer:
        """The answer, after all of its text was added."""
        self._keep(self._stripper.flush())
        return Answer(
            question=self._question,
            text="".join(self._text).strip(),
            citations=tuple(self._citations),
            served_by=completion.served_by,
            finish_reason=completion.finish_reason,
            usage=completion.usage.counts(),
            thinking_s=completion.timing.thinking_s,
        )

    def _keep(self, pieces: list[str | Mark]) -> str:
        kept: list[str] = []
        for piece in pieces:
            if isinstance(piece, str):
                kept.append(piece)
            elif (citation := self._citation(piece)) is not None:
                self._citations[citation] = None
        self._text += kept
        return "".join(kept)

    def _citation(self, mark: Mark) -> Citation | None:
        page = self._pages.get((mark.document, mark.page))
        line = _line(page, mark.line) if page else None
        return Citation(page.document, page.number, line.number, line.text) if page and line else None


def fit_pages(pages: Sequence[PromptPage], question: str, tokens: int) -> tuple[PromptPage, ...]:
    """The pages with only those lines that fit into `tokens`: the ones `question` is about, each with its neighbours.

    When no line shares a word with the question, the first ones are kept. Lines keep their numbers; one that is left
    out is empty, and a page without any is dropped.
    """
    places = [(page, line) for page in range(len(pages)) for line in range(len(pages[page].lines))]
    texts = [pages[page].lines[line] for page, line in places]
    ranked = PassageIndex(texts).best(words_of(question), len(texts)) or list(range(len(texts)))
    chosen: dict[int, dict[int, str]] = {}
    left = tokens
    for place in ranked:
        page, line = places[place]
        lines = chosen.get(page, {})
        near = range(max(0, line - 1), min(line + 2, len(pages[page].lines)))
        fresh = {number: pages[page].lines[number] for number in near if number not in lines}
        # Lines count from the top of the page, so the empty ones above a kept one cost their marks.
        longer = max(0, near.stop - (max(lines, default=-1) + 1))
        cost = _TOKENS_PER_MARK * longer + sum(map(estimate_tokens, fresh.values()))
        if cost > left:
            continue
        chosen[page] = lines | fresh
        left -= cost
    return tuple(
        replace(pages[page], lines=tuple(lines.get(number, "") for number in range(max(lines) + 1)))
        for page, lines in sorted(chosen.items())
    )


def _unasked(asked: _Asked, context: ConversationContext) -> list[AnswerDelta | Answer]:
    """What to say when there is no question; nothing when there is nothing at all."""
    if not asked.heard and not asked.pages:
        return []
    spoken = asked.language or (language_of(context.recent[-1].question) if context.recent else "")
    if not spoken and asked.pages:
        spoken = language_of(asked.pages[0].text)
    language: Language = "zh" if spoken == "zh" else "en"
    text, reason = (_NOTHING_HEARD, NO_SPEECH) if asked.heard else (_NOTHING_ASKED, NO_QUESTION)
    return [AnswerDelta(text[language]), Answer("", text[language], finish_reason=reason)]


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


def _prompt_page(page: Page, after: int | None) -> PromptPage:
    texts = {line.number: line.text for line in page.lines}
    lines = tuple(texts.get(number, "") for number in range(1, max(texts, default=0) + 1))
    return PromptPage(page.document, page.number, lines, after)


def _page_cost(page: PromptPage) -> int:
    return sum(_TOKENS_PER_MARK + estimate_tokens(line) for line in page.lines)


def _line(page: Page, number: int) -> Line | None:
    return next((line for line in page.lines if line.number == number), None)
