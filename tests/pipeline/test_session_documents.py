"""Documents in a conversation: put in use and dropped by what was said, attached all or none; on the virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from pipeline.context import Exchange
from pipeline.errors import InputError, StageError
from pipeline.events import Answer, AnswerDelta, Document, Line, Page, Question, Sentence, Speech
from pipeline.memory import MemoryOptions
from pipeline.runner import Pipeline
from pipeline.session import Memory, Session
from pipeline.stage import Inbox, TurnInfo
from pipeline.store import ConversationStore
from pipeline.testing import VirtualClock, scripted

Result = TypeVar("Result")

RATE = 16_000


class Eye:
    """Reads a document of n bytes as n pages, each in half a second; one that is named "broken" after its first."""

    name = "ocr"
    accepts = (Document,)
    emits = (Page,)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Page]:
        async for document in inbox:
            count = len(document.content)
            for number in range(1, count + 1):
                await asyncio.sleep(0.5)
                if document.name.startswith("broken") and number == count:
                    raise InputError("damaged")
                yield Page(document.name.removeprefix("broken "), number, count, (Line(1, f"of {count}"),))


class Clerk:
    """Does what it is told: "use a", "drop a b", "use" for all; of everything else it says where it stands."""

    name = "reasoner"
    accepts = (Question, Page)
    emits = (AnswerDelta, Answer)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
        texts = [item.text async for item in inbox if isinstance(item, Question)]
        if not texts:
            return
        verb, *names = texts[0].split()
        text = "Very well, it is done as you wish."
        yield AnswerDelta(text)
        if verb == "use":
            yield Answer(texts[0], text, in_use=names[0] if names else "")
        elif verb == "drop":
            yield Answer(texts[0], text, dropped=tuple(names))
        else:
            yield AnswerDelta("On page 2.", aside=True)
            yield Answer(texts[0], text)


class Mouth:
    """Speaks each piece for four seconds."""

    name = "tts"
    accepts = (AnswerDelta,)
    emits = (Sentence, Speech)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
        async for piece in inbox:
            yield Sentence(piece.text, 0, piece.aside)
            yield Speech(np.full(4 * RATE, 0.5, np.float32), RATE, piece.text)


class Silent:
    """A summary of nothing."""

    async def summarise(self, summary: str, exchanges: Sequence[Exchange]) -> str:
        return "summary"


def session(journal: Any = None) -> Session:
    memory = Memory(Silent(), options=MemoryOptions(threshold_exchanges=3, keep_exchanges=1))
    return Session(Pipeline(Eye(), Clerk(), Mouth(), inputs=(Document, Question)), memory, journal)


def run(main: Coroutine[Any, Any, Result]) -> Result:
    return VirtualClock().run(main)


async def attach(conversation: Session, **pages: int) -> None:
    """Documents of so many pages."""
    await conversation.attach(scripted(*((0.0, Document(name, b"x" * count)) for name, count in pages.items())))


async def ask(conversation: Session, text: str) -> list[Any]:
    async with conversation.turn(scripted((0.0, Question(text)))) as turn:
        return [event async for event in turn]


def in_use(conversation: Session) -> str:
    """The document in use."""
    return conversation.context.document_in_use


def test_what_was_asked_for_is_done() -> None:
    """A document is put in use, dropped, all are used again; names that are not attached change nothing."""

    async def main() -> None:
        async with session() as conversation:
            await attach(conversation, a=1, b=1, c=1)
            await ask(conversation, "use b")
            assert in_use(conversation) == "b"
            assert conversation.context.fresh_in_use == "b"  # it holds from the next question on
            await ask(conversation, "drop a gone")
            assert conversation.context.documents == ("b", "c") and in_use(conversation) == "b"
            assert conversation.context.recent[-1].in_use == "b"
            await ask(conversation, "use gone")
            assert in_use(conversation) == "b"
            await ask(conversation, "use")
            assert in_use(conversation) == ""

    run(main())


def test_it_is_done_even_if_nobody_wanted_to_hear_it() -> None:
    """The user broke in while it was said: the request had been made."""

    async def main() -> None:
        async with session() as conversation:
            await attach(conversation, a=1, b=1)
            for request in ("use a", "drop b"):
                async with conversation.turn(scripted((0.0, Question(request)))) as turn:
                    async for event in turn:
                        if isinstance(event, Speech):
                            await turn.cancel(heard_ms=1000)
                assert conversation.context.recent[-1].answer == "Very"
            assert conversation.context.documents == ("a",) and conversation.context.document_in_use == "a"

    run(main())


def test_a_place_is_said_and_not_remembered() -> None:
    """It is heard after the answer, and is part neither of what was answered nor of what was not heard."""

    async def main() -> None:
        async with session() as conversation:
            events = await ask(conversation, "where")
            assert [event.text for event in events if isinstance(event, Speech)][-1] == "On page 2."
            assert conversation.context.recent[-1].answer == "Very well, it is done as you wish."

    run(main())


@pytest.mark.parametrize(
    ("heard_ms", "heard", "unheard"),
    [(1000, "Very", "well, it is done as you wish."), (5000, "Very well, it is done as you wish.", "")],
)
def test_broken_off_around_a_place(heard_ms: float, heard: str, unheard: str) -> None:
    """In the answer, or when all that was left to say was the place."""

    async def main() -> None:
        async with session() as conversation:
            async with conversation.turn(scripted((0.0, Question("where")))) as turn:
                async for _ in turn:
                    pass
                await turn.cancel(heard_ms=heard_ms)
            exchange = conversation.context.recent[-1]
            assert (exchange.answer, exchange.unheard) == (heard, unheard)

    run(main())


def test_what_is_in_use_outlives_the_process(tmp_path: Path) -> None:
    """And the summary: another process finds it as it was left."""

    async def talk(*requests: str) -> Session:
        with ConversationStore(tmp_path) as store, store.open("work") as journal:
            async with session(journal) as conversation:
                for request in requests:
                    if request.startswith("/"):
                        await attach(conversation, **dict.fromkeys(request[1:].split(), 1))
                    else:
                        await ask(conversation, request)
                        await conversation.settled()
                return conversation

    before = run(talk("/a b", "what", "use a")).context
    assert before.document_in_use == "a" and before.fresh_in_use == "a"
    assert run(talk()).context == before
    before = run(talk("what", "what", "what", "what")).context
    assert before.covers_turns and before.in_use_before == before.document_in_use == "a"
    assert run(talk()).context == before
    assert run(talk("/c")).context.document_in_use == "c"
    assert run(talk("drop c", "what")).context.document_in_use == ""


@pytest.mark.parametrize("broken", [True, False])
def test_documents_are_attached_all_or_none(tmp_path: Path, broken: bool) -> None:
    """One that cannot be read, or an end put to the reading, leaves everything as it was, in memory and on disk."""

    async def main() -> None:
        with ConversationStore(tmp_path) as store, store.open("work") as journal:
            async with session(journal) as conversation:
                await attach(conversation, a=2, b=1)
                await ask(conversation, "what")
                conversation.use_document("b")
                before = conversation.context
                name = "broken a" if broken else "a"
                inputs = ((0.0, Document("c", b"x")), (0.0, Document(name, b"xxx")))
                reading = asyncio.ensure_future(conversation.attach(scripted(*inputs)))
                if broken:
                    with pytest.raises(StageError):
                        await reading
                else:
                    await asyncio.sleep(1.2)
                    reading.cancel()
                    with pytest.raises(asyncio.CancelledError):
                        await reading
                assert conversation.context == before
        with ConversationStore(tmp_path) as store:
            stored = store.load("work").context
            assert set(stored.pages) == set(before.pages) and stored.document_in_use == "b"

    run(main())
