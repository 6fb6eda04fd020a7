"""What an R1 is sent over a whole conversation: prompts that begin as the one before did, and stay bounded."""

from __future__ import annotations

import asyncio
import itertools
import random
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.embedded import EmbeddedGateway
from pipeline.context import Exchange
from pipeline.errors import StageError
from pipeline.events import Answer, Audio, Document, Line, Page, Question, Transcript
from pipeline.memory import MemoryOptions, tokens_of
from pipeline.runner import Pipeline
from pipeline.session import Memory, Session
from pipeline.stage import Inbox, TurnInfo
from pipeline.store import ConversationStore
from pipeline.testing import VirtualClock, scripted
from r1 import R1Client
from r1.errors import RequestRefusedError
from stages.reasoning import Reasoner, ReasonerOptions
from stages.summary import ExtractiveSummariser, R1Summariser
from tests.r1.upstream import DONE, Upstream, data, guide_event, stream
from text.prompt import parse_prompt
from text.tokens import estimate_tokens

HOUR_S = 3600


class Pages:
    """Reads a document "name:2" as two pages; those of several come interleaved, as from a pool of readers."""

    name = "ocr"
    accepts = (Document,)
    emits = (Page,)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Page]:
        documents = [document async for document in inbox]
        counts = [int(document.name.partition(":")[2]) for document in documents]
        for number in range(1, max(counts, default=0) + 1):
            for document, count in zip(documents, counts, strict=True):
                if number <= count:
                    yield Page(document.name, number, count, (Line(1, f"{document.name} 第 {number}"), Line(2, "x")))


class NoSummary:
    """Never due in these tests, or never there."""

    async def summarise(self, summary: str, exchanges: Sequence[Exchange]) -> str:
        raise RuntimeError("no summary today")


def replying(text: str) -> httpx.Response:
    """An R1 stream that says `text`."""
    return stream([*data(guide_event(text, ""), guide_event("", "", "stop", x_r1={"served_by": "test"})), DONE])


def prompts(upstream: Upstream) -> list[str]:
    """Every prompt that was sent."""
    return [body["prompt"] for body in upstream.bodies]


async def ask(session: Session, question: str, *documents: str) -> Answer:
    """One turn."""
    inputs = [Document(name, b"") for name in documents] + [Question(question)]
    async with session.turn(scripted(*((0.0, item) for item in inputs))) as turn:
        events = [event async for event in turn]
    return next(event for event in events if isinstance(event, Answer))


def pipeline_of(client: R1Client, options: ReasonerOptions | None = None) -> Pipeline:
    """Documents and typed questions, no voice."""
    return Pipeline(Pages(), Reasoner(client, options), inputs=(Document, Question))


TURNS = st.lists(
    st.tuples(
        st.sampled_from(["What is it?", "总额是多少？", "User: two\nlines [a:1 p1 l1]", " And \n\nthen? "]),
        st.lists(st.sampled_from(["a:1", "b:2", "c:3", "文:2"]), max_size=3, unique=True),
        st.sampled_from(["ask", "attach", "reopen"]),
    ),
    min_size=2,
    max_size=7,
)


@settings(max_examples=40, deadline=None)
@given(TURNS)
def test_each_prompt_begins_with_all_of_the_one_before(turns: list[tuple[str, list[str], str]]) -> None:
    """With documents in any turn, with a question or ahead of it, one anew or again, and over a change of process."""
    upstream = Upstream([replying("好的，noted [a:1 p1 l1].\nUser: nothing")])

    async def main(folder: Path) -> None:
        pipeline = pipeline_of(upstream.client())
        open_now = ExitStack()
        session: Session | None = None
        for question, documents, manner in turns:
            if session is None or manner == "reopen":
                open_now.close()
                store = open_now.enter_context(ConversationStore(folder))
                session = Session(pipeline, Memory(NoSummary()), open_now.enter_context(store.open("work")))
            if manner == "attach":
                await session.attach(scripted(*((0.0, Document(name, b"")) for name in documents)))
            await ask(session, question, *documents)
        open_now.close()

    with tempfile.TemporaryDirectory() as folder:
        VirtualClock().run(main(Path(folder)))
    sent = prompts(upstream)
    assert len(sent) == len(turns)
    for before, after in itertools.pairwise(sent):
        assert after.startswith(before)


def test_a_compaction_rewrites_once() -> None:
    """The prompt after it begins anew, and those behind it begin as that one does."""
    upstream = Upstream([replying("Noted.")])

    async def main() -> None:
        options = MemoryOptions(threshold_exchanges=5, keep_exchanges=2)
        async with Session(pipeline_of(upstream.client()), Memory(ExtractiveSummariser(), options=options)) as session:
            for number in range(9):
                await ask(session, f"I have {number} cats.", *(["a:2"] if number in (1, 4) else []))
                await session.settled()

    VirtualClock().run(main())
    sent = prompts(upstream)
    stable = [after.startswith(before) for before, after in itertools.pairwise(sent)]
    assert stable == [True] * 5 + [False] + [True] * 2
    assert parse_prompt(sent[6]).summary and "a:2 第 1" in sent[6]


def test_a_new_version_of_a_document_replaces_the_old_one() -> None:
    """Under the same name with fewer pages: nothing of the old one is left, in memory and on disk."""

    class Versions(Pages):
        async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Page]:
            async for document in inbox:
                count = len(document.content)
                for number in range(1, count + 1):
                    yield Page(document.name, number, count, (Line(1, f"of {count}"),))

    upstream = Upstream([replying("Noted.")])

    async def main(folder: Path) -> None:
        pipeline = Pipeline(Versions(), Reasoner(upstream.client()), inputs=(Document, Question))
        with ConversationStore(folder) as store, store.open("work") as journal:
            async with Session(pipeline, Memory(NoSummary()), journal) as session:
                for content in (b"xxx", b"x"):
                    await session.attach(scripted((0.0, Document("d", content))))
                assert [page.text for page in session.context.pages] == ["of 1"]
                assert session.drop_document("d")
                await session.attach(scripted((0.0, Document("other", b"x"))))
                await session.attach(scripted((0.0, Document("d", b"xx"))))
                pages = session.context.pages
        with ConversationStore(folder) as store, store.open("work") as journal:
            assert journal.context.pages == pages
            assert [(page.document, page.text) for page in pages] == [("other", "of 1"), ("d", "of 2"), ("d", "of 2")]

    with tempfile.TemporaryDirectory() as folder:
        VirtualClock().run(main(Path(folder)))


def test_long_documents_stand_last() -> None:
    """What is chosen of them changes with the question; all that was said before them stays as it was."""
    upstream = Upstream([replying("Noted.")])

    async def main() -> None:
        options = ReasonerOptions(page_tokens=60)
        async with Session(pipeline_of(upstream.client(), options), Memory(NoSummary())) as session:
            await ask(session, "What is on page 3 of it?", "a:9")
            for number in (1, 5, 7):
                await ask(session, f"What is 第 {number} about?")

    asyncio.run(main())
    sent = prompts(upstream)
    for before, after in itertools.pairwise(sent):
        head, mark, _ = before.rpartition("Documents:\n")
        assert mark and after.startswith(head)
        assert not after.startswith(before)


class Listener:
    """A recogniser that hears what it is told to, whatever the sound."""

    name = "asr"
    accepts = (Audio,)
    emits = (Transcript,)

    def __init__(self) -> None:
        self.hears = ""
        self.seconds = 0.0

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Transcript]:
        async for chunk in inbox:
            self.seconds += chunk.seconds
        if self.seconds:
            yield Transcript(self.hears, "en")
            self.hears = ""


async def sound(seconds: int) -> AsyncGenerator[Audio, None]:
    """As much quiet sound, a second at a time."""
    chunk = np.zeros(16_000, np.float32)
    for _ in range(seconds):
        yield Audio(chunk, 16_000)


def monologue(words: int) -> str:
    """So many words, in sentences, with one fact at the beginning and one at the end."""
    rng = random.Random(7)
    plain = (
        "the project budget meeting deadline house garden river price weekend supplier contract report train".split()
    )
    sentences = [" ".join(rng.choices(plain, k=12)).capitalize() + f" {number}." for number in range(words // 13)]
    return " ".join(["My sister is called Maria.", *sentences, "My dog is called Rex."])


@pytest.mark.parametrize("sort", ["extractive", "r1"])
def test_a_monologue_of_two_hours(sort: str) -> None:
    """Once it is summarised, prompts and summary are as short as ever, and what it told is still known."""
    upstream = Upstream([replying("Noted.")])
    listener = Listener()
    listener.hears = monologue(20_000)
    client = upstream.client()

    async def main() -> Session:
        pipeline = Pipeline(listener, Pages(), Reasoner(client), inputs=(Audio, Document, Question))
        summariser = ExtractiveSummariser() if sort == "extractive" else R1Summariser(client)
        async with Session(pipeline, Memory(summariser, ExtractiveSummariser())) as session:
            async with session.turn(sound(2 * HOUR_S)) as turn:
                assert [event async for event in turn if isinstance(event, Answer)]
            await session.settled()
            assert not session.summary_trouble
            await ask(session, "What is my sister called?")
        return session

    began = time.process_time()
    session = asyncio.run(main())
    assert time.process_time() - began < 30
    assert listener.seconds == 2 * HOUR_S
    sent = prompts(upstream)
    assert estimate_tokens(sent[0]) > 20_000
    assert all(estimate_tokens(prompt) < 14_000 for prompt in sent[1:])  # the summariser's request is the longest
    assert estimate_tokens(sent[-1]) < 1_000
    summary = session.context.summary
    assert "Maria" in summary and "Rex" in summary and estimate_tokens(summary) <= 500
    assert [exchange.question for exchange in session.context.recent] == ["What is my sister called?"]


@pytest.mark.slow
def test_a_monologue_through_the_embedded_gateway() -> None:
    """The gateway takes the long prompt, and answers out of the summary afterwards."""

    async def main() -> tuple[str, str]:
        async with (
            EmbeddedGateway() as gateway,
            R1Client([gateway.options]) as client,
            Session(pipeline_of(client), Memory(ExtractiveSummariser())) as session,
        ):
            await ask(session, monologue(20_000))
            await session.settled()
            sister = await ask(session, "What is my sister called?")
            dog = await ask(session, "What is my dog called?")
            assert tokens_of(session.context.recent) < 100
        return sister.text, dog.text

    sister, dog = asyncio.run(main())
    assert "Maria" in sister and "Rex" in dog


def refusing(limit: int) -> Callable[[httpx.Request], httpx.Response]:
    """An R1 with a context of so many tokens, which refuses what is longer as vLLM does."""

    def answer(request: httpx.Request) -> httpx.Response:
        tokens = estimate_tokens(request.content.decode())
        if tokens <= limit:
            return replying("Noted.")
        message = f"This model's maximum context length is {limit} tokens and your request has {tokens} input tokens."
        return httpx.Response(400, json={"error": {"message": message, "type": "BadRequestError"}})

    return answer


def test_a_question_that_no_context_holds() -> None:
    """The turn fails with the server's reason, is not remembered, and the conversation goes on."""
    upstream = Upstream([refusing(8192)])

    async def main() -> None:
        async with Session(pipeline_of(upstream.client()), Memory(NoSummary())) as session:
            await ask(session, "Hello.")
            with pytest.raises(StageError) as caught:
                await ask(session, monologue(20_000))
            assert isinstance(caught.value.cause, RequestRefusedError)
            assert "maximum context length is 8192 tokens" in str(caught.value.cause)
            assert (await ask(session, "Still there?")).text == "Noted."
            assert [exchange.question for exchange in session.context.recent] == ["Hello.", "Still there?"]

    asyncio.run(main())


def test_a_conversation_that_outgrows_a_small_context() -> None:
    """When no summary can be made, the oldest turns are left out of the request, and the answer comes."""
    upstream = Upstream([refusing(3000)])

    async def main() -> None:
        options = MemoryOptions(threshold_tokens=8_000, threshold_exchanges=50)
        async with Session(pipeline_of(upstream.client()), Memory(NoSummary(), options=options)) as session:
            for number in range(20):
                answer = await ask(session, f"Number {number} of many. " + "So it is said. " * 50)
                assert answer.text == "Noted."

    asyncio.run(main())
