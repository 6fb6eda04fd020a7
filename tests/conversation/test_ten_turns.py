"""A ten-turn conversation with two documents, scripted to the millisecond on the virtual clock.

The session, the reasoner, the R1 client, the sentence splitter and both summarisers are the real ones; hearing, reading
and speaking take scripted times, and the reasoning server streams from a script.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import httpx
import numpy as np

from pipeline.context import ConversationContext
from pipeline.events import Answer, Audio, Citation, Document, Line, Page, Question, Sentence, Speech, Transcript
from pipeline.latency import LatencyLedger
from pipeline.runner import Pipeline
from pipeline.session import Memory, Session
from pipeline.stage import Inbox, MapStage, TurnInfo
from pipeline.testing import VirtualClock
from stages.reasoning import Reasoner
from stages.sentences import SentenceSplitter
from stages.summary import ExtractiveSummariser, R1Summariser
from tests.r1.upstream import DONE, Upstream, data, guide_event, stream
from text.prompt import parse_prompt

RATE = 16_000
PAGES = {
    "invoice.png": ("ACME Ltd", "Invoice 7", "Total $420.00", "Due Friday"),
    "recipe.png": ("Oat bread", "Three eggs", "Bake for 45 minutes"),
}


@dataclass(frozen=True)
class Said:
    """A turn as the user and the server play it."""

    question: str
    answer: str
    """As the server writes it, with marks."""
    documents: tuple[str, ...] = ()
    thinks_s: float = 0.4


TURNS = (
    Said("My sister Mei lives in flat 47.", "I will remember that."),
    Said("What is the total?", "The total is $420.00 [invoice.png p1 l3].", ("invoice.png",)),
    Said("When is it due?", "It is due on Friday [invoice.png p1 l4].", thinks_s=2.0),
    Said("Who sent it?", "ACME Ltd sent it [invoice.png p1 l1]."),
    Said("How many eggs do I need?", "You need three eggs [recipe.png p1 l2].", ("recipe.png",)),
    Said("How long does it bake?", "It bakes for 45 minutes [recipe.png p1 l3]."),
    Said("What is two plus two?", "Two plus two is four.", thinks_s=0.0),
    Said("What is the number of the invoice?", "It is invoice 7 [invoice.png p1 l2]."),
    Said("And what bread is it?", "It is oat bread [recipe.png p1 l1]."),
    Said("Where does my sister live?", "Your sister Mei lives in flat 47."),
)


class Ear:
    """Hears 300 ms after the end of speech what the audio stands for: its samples hold the turn's number."""

    name = "asr"
    accepts = (Audio,)
    emits = (Transcript,)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
        heard, number, quiet = 0, 0, 0
        async for audio in inbox:
            heard += len(audio.samples)
            number, quiet = (round(audio.samples[0] * 100), 0) if audio.samples[0] else (number, quiet + 1)
            if number and quiet == 3:
                turn.end_input()
        yield Transcript(TURNS[number - 1].question, "en", (), heard - quiet * RATE // 10)


class Eye(MapStage):
    """Reads a page in 500 ms."""

    name = "ocr"
    accepts = (Document,)
    emits = (Page,)

    async def __call__(self, item: Any, turn: TurnInfo) -> Any:
        await pause(0.5)
        lines = tuple(Line(number, text) for number, text in enumerate(PAGES[item.name], start=1))
        return Page(item.name, 1, 1, lines)


class Mouth(MapStage):
    """Takes 80 ms to say a sentence, which then sounds for a second."""

    name = "tts"
    accepts = (Sentence,)
    emits = (Speech,)

    async def __call__(self, item: Any, turn: TurnInfo) -> Any:
        await pause(0.08)
        return Speech(np.full(RATE, 0.5, np.float32), RATE, item.text)


async def pause(seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)


class Microphone:
    """The user showing a document and speaking for a second; the sound goes on until the turn closes it."""

    live = True

    def __init__(self, number: int, documents: tuple[str, ...]) -> None:
        self._number = number
        self._documents = documents

    async def __aiter__(self) -> AsyncIterator[Any]:
        for name in self._documents:
            yield Document(name, b"")
        for chunk in range(100):
            await pause(0.1)
            level = self._number / 100 if chunk < 10 else 0.0
            yield Audio(np.full(RATE // 10, level, np.float32), RATE)


def served(said: Said) -> httpx.Response:
    """The server's stream: 200 ms to its first token, thoughts, the answer word by word."""
    parts: list[Any] = [0.2]
    if said.thinks_s:
        parts += [*data(guide_event("", "Let me think. ")), said.thinks_s]
    for word in said.answer.split(" "):
        parts += [*data(guide_event(word + " ", "")), 0.02]
    return stream([*parts, *data(guide_event("", "", "stop", x_r1={"served_by": "scripted"})), DONE])


class Server:
    """Answers questions from the script, if the prompt has what the answer rests on, and writes summaries."""

    def __init__(self) -> None:
        self.prompts: list[str] = []
        self.summaries = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        prompt = json.loads(request.content)["prompt"]
        parts = parse_prompt(prompt)
        said = next((said for said in TURNS if said.question == parts.question), None)
        if said is None:  # not one of our prompts: it is asked to summarise
            self.summaries += 1
            return served(Said("", "The user's sister Mei lives in flat 47. The total of the invoice is $420.00.", ()))
        self.prompts.append(prompt)
        if said is TURNS[-1]:
            assert "Mei" in parts.summary and not any("Mei" in question for question, _ in parts.exchanges)
        return served(said)


@dataclass
class Held:
    """What came of the whole conversation."""

    server: Server
    answers: list[Answer]
    ledgers: list[LatencyLedger]
    context: ConversationContext
    contexts: list[ConversationContext]


def hold(memory: Callable[[Upstream], Memory]) -> Held:
    """The ten turns."""

    async def main() -> Held:
        server = Server()
        upstream = Upstream([server])
        pipeline = Pipeline(
            Ear(), Eye(), Reasoner(upstream.client()), SentenceSplitter(), Mouth(), inputs=(Audio, Document, Question)
        )
        held = Held(server, [], [], ConversationContext(), [])
        async with Session(pipeline, memory(upstream)) as session:
            for number, said in enumerate(TURNS, start=1):
                async with session.turn(Microphone(number, said.documents)) as turn:
                    events = [event async for event in turn]
                held.answers += [event for event in events if isinstance(event, Answer)]
                held.ledgers.append(turn.ledger)
                await session.settled()
                held.contexts.append(session.context)
            held.context = session.context
        return held

    return VirtualClock().run(main())


def plain(upstream: Upstream) -> Memory:
    return Memory(ExtractiveSummariser())


def with_r1(upstream: Upstream) -> Memory:
    return Memory(R1Summariser(upstream.client()), last_resort=ExtractiveSummariser())


def test_every_turn_is_answered_from_what_was_said_and_shown() -> None:
    """Ten answers, each with the place in the document that it rests on, the last one from the summary."""
    held = hold(plain)
    assert [answer.text for answer in held.answers] == [
        said.answer.split(" [", maxsplit=1)[0] + ("." if "[" in said.answer else "") for said in TURNS
    ]
    assert held.answers[1].citations == (Citation("invoice.png", 1, 3, "Total $420.00"),)
    assert held.answers[8].citations == (Citation("recipe.png", 1, 1, "Oat bread"),)
    assert held.context.documents == ("invoice.png", "recipe.png")


def test_the_summary_is_written_by_the_server_when_there_is_one() -> None:
    """It covers the first five turns, holds what the user told, and was asked for once."""
    held = hold(with_r1)
    assert held.server.summaries == 1
    assert held.context.covers_turns == 5 and len(held.context.recent) == 5
    assert "sister Mei lives in flat 47" in held.context.summary and "$420.00" in held.context.summary
    assert held.answers[-1].text == "Your sister Mei lives in flat 47."


def test_prompts_only_grow_until_the_summary() -> None:
    """Each prompt begins with all bytes of the one before, also where a document came in, until compaction."""
    held = hold(plain)
    prompts = held.server.prompts
    grows = [later.startswith(earlier) for earlier, later in pairwise(prompts)]
    assert grows == [True] * 8 + [False]
    assert held.contexts[7].covers_turns == 0 and held.contexts[8].covers_turns == 5


def test_every_ledger_closes_to_the_millisecond() -> None:
    """Silence waited, connecting, thinking, first sentence and voice are what the script says, and nothing is left."""
    held = hold(plain)
    for said, ledger in zip(TURNS, held.ledgers, strict=True):
        lines = {line.name: round(line.ms) for line in ledger.lines if line.ns}
        first = len(said.answer.split(" [", maxsplit=1)[0].split(" ")) if "[" in said.answer else 0
        assert lines.pop("endpoint") == 300
        assert lines.pop("prefill") == 200
        assert lines.pop("thinking", 0) == round(1000 * said.thinks_s)
        assert lines.pop("tts") == 80
        assert lines.pop("first sentence", 0) >= 20 * first - 20
        assert lines == {} and ledger.unattributed_ms == 0
        assert sum(line.ns for line in ledger.lines) == ledger.total_ns
