"""The stage that answers: gathers the question and the pages, asks R1, and streams the answer with its citations."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from pipeline.context import ConversationContext
from pipeline.events import Answer, AnswerDelta, Page, Question, Thought, Transcript
from pipeline.stage import Inbox, TurnInfo
from r1 import CallOptions, Completion, InferParameters, R1Client
from stages.citing import Citing
from stages.document_answers import document_answer
from stages.turn_prompt import turn_prompt
from text.marks import Mark, MarkStripper
from text.script import Language, language_of
from text.unsure_words import UnsureStripper

NO_SPEECH = "no_speech"
"""Finish reason when nothing was said or typed."""
NO_QUESTION = "no_question"
"""Finish reason when there is a document, and no question about it."""

_NOTHING_HEARD: dict[Language, str] = {"en": "I did not hear anything.", "zh": "我没有听到任何内容。"}
_NOTHING_ASKED: dict[Language, str] = {
    "en": "I have the document, but no question. What would you like to know?",
    "zh": "我收到了文件，但没有听到问题。您想知道什么？",
}


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
    """Asks `client` once everything has come in. Without a question, and to requests about the documents themselves, it
    answers itself, and asks nobody.

    Marks in the answer are checked against the pages: those that hold become citations, all are taken out. Where the
    answer stands is an aside behind it, for the voice. Raises `r1.R1Error` when the call fails.
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
        about_documents = document_answer(asked.question, context)
        if about_documents is not None:
            yield AnswerDelta(about_documents.text)
            yield about_documents
            return
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


def answer_of(question: str, completion: Completion, pages: Sequence[Page]) -> Answer:
    """The answer of a call that came whole: its marks checked against `pages`, and taken out."""
    answering = _Answering(question, pages)
    answering.add(completion.answer)
    return answering.whole(completion)


class _Answering:
    """The answer while it streams in: text without marks, and the marks that hold."""

    def __init__(self, question: str, pages: Sequence[Page]) -> None:
        self._question = question
        self._citing = Citing(pages)
        self._stripper = MarkStripper()
        self._unsure = UnsureStripper()
        self._text: list[str] = []

    def add(self, chunk: str) -> str:
        """The text that is certain after `chunk`."""
        return self._keep(self._stripper.feed(self._unsure.feed(chunk)))

    def end(self, completion: Completion) -> list[AnswerDelta | Answer]:
        """The rest of the text, where it stands, and the whole answer."""
        rest = self._rest()
        answer = self.whole(completion)
        place = self._citing.spoken(answer.text, answer.citations)
        deltas = ([AnswerDelta(rest)] if rest else []) + ([AnswerDelta(place, aside=True)] if place else [])
        return [*deltas, answer]

    def whole(self, completion: Completion) -> Answer:
        """The answer, after all of its text was added."""
        self._rest()
        text = "".join(self._text).strip()
        places = self._citing.checked(text)
        return Answer(
            question=self._question,
            text=text,
            citations=places.citations,
            unproven=places.unproven,
            served_by=completion.served_by,
            finish_reason=completion.finish_reason,
            usage=completion.usage.counts(),
            thinking_s=completion.timing.thinking_s,
        )

    def _rest(self) -> str:
        last = self._keep(self._stripper.feed(self._unsure.flush()))
        return last + self._keep(self._stripper.flush())

    def _keep(self, pieces: list[str | Mark]) -> str:
        kept: list[str] = []
        for piece in pieces:
            if isinstance(piece, str):
                kept.append(piece)
            else:
                self._citing.add(piece)
        self._text += kept
        return "".join(kept)


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
