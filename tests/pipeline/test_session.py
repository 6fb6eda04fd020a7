"""A conversation: what is committed, remembered and summarised, on the virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from pipeline.context import Exchange, Summariser
from pipeline.errors import StageError
from pipeline.events import Answer, AnswerDelta, Document, Line, Page, Question, Sentence, Speech
from pipeline.memory import MemoryOptions, tokens_of
from pipeline.records import TurnState
from pipeline.runner import Pipeline
from pipeline.session import Memory, Session
from pipeline.stage import Inbox, TurnInfo
from pipeline.store import ConversationStore
from pipeline.testing import Emit, FakeStage, VirtualClock, Work, scripted

Result = TypeVar("Result")

INPUTS = (Document, Question)
KEEP_TWO = MemoryOptions(threshold_tokens=1000, threshold_exchanges=4, keep_exchanges=2)


class Parrot:
    """Answers each question after 100 ms with its text and what it knows of before."""

    name = "reasoner"
    accepts = (Question, Page)
    emits = (AnswerDelta, Answer)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
        texts = [item.text async for item in inbox if isinstance(item, Question)]
        if not texts:
            yield AnswerDelta("And?")
            yield Answer("", "And?", finish_reason="no_question")
            return
        await asyncio.sleep(0.1)
        context = turn.context
        text = f"{texts[0]} after {len(context.recent)} and {context.covers_turns}."
        yield AnswerDelta(text)
        yield Answer(texts[0], text, served_by="parrot")


def ocr() -> FakeStage:
    pages = [Emit(Page("d", number, 2, (Line(1, "x"),))) for number in (1, 2)]
    return FakeStage("ocr", (Document,), (Page,), on_item={Document: [Work(0.5), *pages]})


class Mouth:
    """Cuts nothing, speaks a second for each piece."""

    name = "tts"
    accepts = (AnswerDelta,)
    emits = (Sentence, Speech)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
        async for piece in inbox:
            yield Sentence(piece.text, 0)
            yield Speech(np.full(16_000, 0.5, np.float32), 16_000, piece.text)


class Counting:
    """A summariser that counts, takes its time, and fails on request."""

    def __init__(self, seconds: float = 0.0, failures: int = 0) -> None:
        self.asked: list[tuple[str, ...]] = []
        self._seconds = seconds
        self._failures = failures

    async def summarise(self, summary: str, exchanges: Sequence[Exchange]) -> str:
        self.asked.append(tuple(exchange.question for exchange in exchanges))
        await asyncio.sleep(self._seconds)
        if len(self.asked) <= self._failures:
            raise RuntimeError("no summary today")
        return f"{summary}+{len(exchanges)}".lstrip("+")


def session(summariser: Counting, last_resort: Counting | None = None, options: MemoryOptions = KEEP_TWO) -> Session:
    pipeline = Pipeline(ocr(), Parrot(), Mouth(), inputs=INPUTS)
    return Session(pipeline, Memory(summariser, last_resort, options))


def run(main: Coroutine[Any, Any, Result]) -> Result:
    return VirtualClock().run(main)


async def ask(conversation: Session, text: str, *before: Any) -> str:
    async with conversation.turn(scripted(*((0.0, item) for item in (*before, Question(text))))) as turn:
        events = [event async for event in turn]
    return next(event.text for event in events if isinstance(event, Answer))


def test_a_turn_is_remembered_once_it_is_over() -> None:
    """Each turn reads the conversation as it was when it began."""

    async def main() -> None:
        async with session(Counting()) as conversation:
            assert await ask(conversation, "one") == "one after 0 and 0."
            assert await ask(conversation, "two") == "two after 1 and 0."
            assert [exchange.question for exchange in conversation.context.recent] == ["one", "two"]

    run(main())


def test_the_summary_is_made_between_turns() -> None:
    """Past the threshold the older exchanges become a summary; the reply does not wait, the next turn may be ahead."""

    async def main() -> None:
        summariser = Counting(seconds=10.0)
        async with session(summariser) as conversation:
            loop = asyncio.get_running_loop()
            for number in range(5):
                await ask(conversation, f"q{number}")
            began = loop.time()
            assert await ask(conversation, "meanwhile") == "meanwhile after 5 and 0."
            assert loop.time() - began < 0.2
            await conversation.settled()
            context = conversation.context
            assert (context.summary, context.covers_turns) == ("3", 3)
            assert [exchange.question for exchange in context.recent] == ["q3", "q4", "meanwhile"]
            assert summariser.asked == [("q0", "q1", "q2")]

    run(main())


def test_a_failed_summary_fails_no_turn_and_is_tried_again() -> None:
    """The conversation goes on with its exchanges word for word until a summary succeeds."""

    async def main() -> None:
        async with session(Counting(failures=2)) as conversation:
            for number in range(6):
                await ask(conversation, f"q{number}")
                await conversation.settled()
            assert conversation.summary_trouble == "no summary today"
            assert len(conversation.context.recent) == 6
            await ask(conversation, "q6")
            await conversation.settled()
            assert conversation.summary_trouble == ""
            assert (conversation.context.covers_turns, len(conversation.context.recent)) == (5, 2)

    run(main())


def test_the_last_resort_bounds_a_conversation_that_is_never_summarised() -> None:
    """When a summariser fails for good, the plain one takes over at the ceiling."""

    async def main() -> None:
        options = MemoryOptions(threshold_tokens=40, threshold_exchanges=4, keep_exchanges=2, ceiling_tokens=60)
        plain = Counting()
        async with session(Counting(failures=1000), plain, options) as conversation:
            for number in range(30):
                await ask(conversation, f"question number {number}")
                await conversation.settled()
                assert len(conversation.context.recent) < 10
            assert plain.asked

    run(main())


def test_documents_are_attached_ahead_or_with_a_question() -> None:
    """Pages read ahead go with the next exchange; the assistant does not talk about them until asked."""

    async def main() -> None:
        async with session(Counting()) as conversation:
            pages = await conversation.attach(scripted((0.0, Document("d", b""))))
            assert [page.number for page in pages] == [1, 2] and not conversation.context.recent
            await ask(conversation, "what is it")
            assert conversation.context.recent[0].documents == ("d",)
            assert conversation.drop_document("d") and not conversation.drop_document("d")
            assert conversation.context.pages == ()

    run(main())


def test_after_a_barge_in_what_was_heard_is_remembered() -> None:
    """The exchange holds the words that had been played; the rest is kept beside it."""

    async def main() -> None:
        async with session(Counting()) as conversation:
            async with conversation.turn(scripted((0.0, Question("one two three four")))) as turn:
                async for event in turn:
                    if isinstance(event, Speech):
                        await turn.cancel(heard_ms=500)
            exchange = conversation.context.recent[0]
            assert exchange.answer == "one two three"
            assert exchange.unheard == "four after 0 and 0."

    run(main())


def test_a_reply_broken_off_while_it_is_played() -> None:
    """All events had come, and the loudspeaker was still at it: what it had played counts."""

    async def main() -> None:
        async with session(Counting()) as conversation:
            async with conversation.turn(scripted((0.0, Question("one two three four")))) as turn:
                async for _ in turn:
                    pass
                await turn.cancel(heard_ms=500)
            assert conversation.context.recent[0].answer == "one two three"

    run(main())


def test_a_failed_turn_is_not_remembered() -> None:
    """A stage that fails ends the turn with its error; the conversation stands as before, and goes on."""

    class Broken(Parrot):
        async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
            async for item in inbox:
                if isinstance(item, Question) and item.text == "bad":
                    raise RuntimeError("no")
                if isinstance(item, Question):
                    yield AnswerDelta("fine")
                    yield Answer(item.text, "fine")

    async def main() -> None:
        pipeline = Pipeline(ocr(), Broken(), Mouth(), inputs=INPUTS)
        async with Session(pipeline, Memory(Counting())) as conversation:
            with pytest.raises(StageError):
                await ask(conversation, "bad", Document("d", b""))
            assert not conversation.context.recent
            assert await ask(conversation, "good") == "fine"
            assert conversation.context.recent[0].question == "good"

    run(main())


def kept(folder: Path, summariser: Summariser, plain: Summariser | None, ceiling: int, *questions: str) -> Session:
    """A session of its own process: its turns, stored in `folder`, and what it knows in the end."""

    async def main() -> Session:
        options = MemoryOptions(30, threshold_exchanges=4, keep_exchanges=2, ceiling_tokens=ceiling)
        pipeline = Pipeline(ocr(), Parrot(), Mouth(), inputs=INPUTS)
        with ConversationStore(folder) as store, store.open("work") as journal:
            async with Session(pipeline, Memory(summariser, plain, options), journal) as conversation:
                for question in questions:
                    await ask(conversation, question)
                await asyncio.sleep(1.0)
        return conversation

    return run(main())


def test_a_summary_under_way_at_the_end_is_begun_again(tmp_path: Path) -> None:
    """By the next process, as soon as it has the conversation; its first turn does not wait for it."""
    questions = [f"q{number}" for number in range(5)]
    assert kept(tmp_path, Counting(seconds=1000.0), None, 500, *questions).context.covers_turns == 0
    summariser = Counting(seconds=0.5)
    context = kept(tmp_path, summariser, None, 500, "next").context
    assert summariser.asked == [("q0", "q1", "q2")]
    assert (context.covers_turns, [exchange.question for exchange in context.recent]) == (3, ["q3", "q4", "next"])


def test_what_earlier_processes_could_not_summarise_falls_to_the_last_resort(tmp_path: Path) -> None:
    """One turn a process, and a summariser that never comes to an end: the conversation stays bounded all the same."""
    plain = Counting()
    for number in range(20):
        context = kept(tmp_path, Counting(seconds=1000.0), plain, 60, f"question number {number}").context
        assert tokens_of(context.recent) < 100
    assert plain.asked and context.covers_turns > 10


def test_a_turn_that_is_left_by_force_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second Ctrl-C while the first one is being seen to: what is known by then is on disk."""

    class Impatient(BaseException):
        pass

    async def main() -> None:
        pipeline = Pipeline(ocr(), Parrot(), Mouth(), inputs=INPUTS)
        with ConversationStore(tmp_path) as store, store.open("work") as journal:
            async with Session(pipeline, Memory(Counting()), journal) as conversation:
                turn = conversation.turn(scripted((0.0, Question("one")), (9.0, None)))
                end = turn._turn.__aexit__

                async def interrupted(*failure: Any) -> None:
                    await end(*failure)
                    raise Impatient

                monkeypatch.setattr(turn._turn, "__aexit__", interrupted)
                await turn.__aenter__()
                await asyncio.sleep(0.05)
                with pytest.raises(Impatient):
                    await turn.__aexit__(None, None, None)
            (stored,) = store.load("work").turns
            assert stored.question == "one" and stored.outcome.state is TurnState.CANCELLED

    run(main())


def test_a_session_that_is_closed_leaves_no_summary_behind() -> None:
    """The summary under way is cancelled; no task outlives the session."""

    async def main() -> None:
        async with session(Counting(seconds=1000.0)) as conversation:
            for number in range(5):
                await ask(conversation, f"q{number}")
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(main())
