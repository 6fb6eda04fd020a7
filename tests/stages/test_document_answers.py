"""The reasoner answers requests about the documents itself; the conversation goes on with what they ask for."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gateway.embedded import EmbeddedGateway
from pipeline.context import ConversationContext, Exchange
from pipeline.events import Answer, AnswerDelta, Document, Line, Page, Question, Transcript
from pipeline.memory import MemoryOptions
from pipeline.runner import Pipeline
from pipeline.session import Memory, Session
from pipeline.stage import Inbox, TurnInfo
from pipeline.testing import VirtualClock, scripted
from r1 import R1Client
from stages.document_answers import DOCUMENT_REQUEST, document_answer
from stages.reasoning import Reasoner
from stages.summary import ExtractiveSummariser
from tests.r1.upstream import DONE, Upstream, data, guide_event, stream
from text.prompt import parse_prompt

SHEETS = {
    "invoice.png": ("ACME Ltd", "Invoice 7", "Total   $420.00", "Due date: May 3"),
    "letter.png": ("Dear Ms Baker,", "the rent is $900.00 a month.", "Phone: 555-0142", "Yours sincerely", "Ann Lee"),
    "发票-2.png": ("发票", "总额：88元", "电话：555-0199"),
}


def page(name: str, *texts: str) -> Page:
    """A page with those lines."""
    return Page(name, 1, 1, tuple(Line(number, text) for number, text in enumerate(texts or SHEETS[name], 1)))


def context_of(*names: str, recent: tuple[Exchange, ...] = ()) -> ConversationContext:
    """A conversation with these documents."""
    return ConversationContext(pages=tuple(map(page, names)), recent=recent)


def replying(text: str) -> httpx.Response:
    """An R1 stream that says `text`."""
    return stream([*data(guide_event(text, ""), guide_event("", "", "stop", x_r1={"served_by": "test"})), DONE])


class Eye:
    """Reads what `SHEETS` says."""

    name = "ocr"
    accepts = (Document,)
    emits = (Page,)

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Page]:
        async for document in inbox:
            yield page(document.name)


def session_of(client: R1Client, keep: int = 4) -> Session:
    """Documents and typed questions; summaries from `keep` + 2 exchanges on."""
    options = MemoryOptions(threshold_exchanges=keep + 1, keep_exchanges=keep)
    pipeline = Pipeline(Eye(), Reasoner(client), inputs=(Document, Question))
    return Session(pipeline, Memory(ExtractiveSummariser(), options=options))


async def say(session: Session, *items: str) -> Answer:
    """One turn; names of documents are attached, the rest is asked."""
    inputs = [Document(item, b"") if item in SHEETS else Question(item) for item in items]
    async with session.turn(scripted(*((0.0, item) for item in inputs))) as turn:
        answers = [event async for event in turn if isinstance(event, Answer)]
    await session.settled()
    return answers[0]


@pytest.mark.parametrize(
    ("question", "text", "in_use", "dropped"),
    [
        ("What documents do you have?", "I have 2 documents", None, ()),
        ("Use the letter.", "I am using letter.png now.", "letter.png", ()),
        ("Use all documents.", "I am using all documents now.", "", ()),
        ("Forget the invoice.", "invoice.png is no longer attached.", None, ("invoice.png",)),
        ("Forget all documents.", "All documents are gone", None, ("invoice.png", "letter.png")),
        ("Use the contract.", "There is no contract among the documents.", None, ()),
        ("Use the document.", "Which one: invoice.png or letter.png?", None, ()),
        ("把发票关掉", "invoice.png已经拿掉了。", None, ("invoice.png",)),
        ("改用那封信", "好，现在用的是letter.png。", "letter.png", ()),
        ("the first document", "I am using invoice.png now.", "invoice.png", ()),
        ("use the other one", "I am using invoice.png now.", "invoice.png", ()),
        ("第二个文件", "好，现在用的是letter.png。", "letter.png", ()),
        ("Forget everything.", "All documents are gone; what you told", None, ("invoice.png", "letter.png")),
    ],
)
def test_a_request_is_answered_at_once(question: str, text: str, in_use: str | None, dropped: tuple[str, ...]) -> None:
    """Spoken or typed, in its own language, with what the session is to do; nobody is asked."""
    upstream = Upstream([])

    async def main() -> list[Any]:
        reasoner = Reasoner(upstream.client())
        pipeline = Pipeline(reasoner, inputs=reasoner.accepts)
        source = scripted((0.0, page("letter.png")), (0.0, Transcript(question, "en")))
        async with pipeline.turn(context_of("invoice.png"), source) as turn:
            return [event async for event in turn]

    delta, answer = VirtualClock().run(main())
    assert isinstance(delta, AnswerDelta) and isinstance(answer, Answer)
    assert delta.text == answer.text and answer.text.startswith(text) and answer.question == question
    assert (answer.in_use, answer.dropped, answer.finish_reason) == (in_use, dropped, DOCUMENT_REQUEST)
    assert not upstream.requests


def test_which_one_is_meant_can_be_said_next() -> None:
    """After "Which one?" the choice alone is enough; another sentence is one like any other."""
    documents = ("invoice.png", "letter.png")
    recent = (Exchange("Forget the document.", "Which one: invoice.png or letter.png?"),)
    answer = document_answer("The second one.", context_of(*documents, recent=recent))
    assert answer is not None and answer.dropped == ("letter.png",)
    answer = document_answer("I mean the invoice.", context_of(*documents, recent=recent))
    assert answer is not None and answer.dropped == ("invoice.png",)
    assert document_answer("What is the total?", context_of(*documents, recent=recent)) is None
    assert document_answer("The second one.", context_of(*documents)) is None


def test_after_a_list_a_place_in_it_is_enough() -> None:
    """And "the other one" is another than the one in use."""
    documents = ("invoice.png", "letter.png")
    listed = context_of(*documents, recent=(Exchange("有哪些文件？", "我有2份文件：…"),))
    answer = document_answer("第二个", listed)
    assert answer is not None and answer.in_use == "letter.png"
    answer = document_answer("the other one", listed.using("letter.png"))
    assert answer is not None and answer.in_use == "invoice.png"
    assert document_answer("the second one", context_of(*documents)) is None


def test_the_engine_is_told_in_the_prompt() -> None:
    """The exchange and what is in use stand in the history; each prompt begins as the one before."""
    upstream = Upstream([lambda _: replying("Noted.")])

    async def main() -> None:
        async with session_of(upstream.client(), keep=20) as session:
            await say(session, "invoice.png", "What is it?")
            await say(session, "letter.png", "And this?")
            await say(session, "use the invoice")
            for number in range(2):
                await say(session, f"Question {number}?")

    VirtualClock().run(main())
    prompts = [body["prompt"] for body in upstream.bodies]
    asked = "User: use the invoice\nAssistant: I am using invoice.png now.\nIn use: [invoice.png]\nUser: Question 0?"
    assert asked in prompts[2]
    assert "\nIn use: [letter.png]\nUser: And this?" in prompts[1]
    assert all(after.startswith(before) for before, after in itertools.pairwise(prompts))


def test_the_engine_is_told_after_a_summary_too() -> None:
    """The request is not summarised; what it led to is still said."""
    upstream = Upstream([lambda _: replying("Noted.")])

    async def main() -> None:
        async with session_of(upstream.client(), keep=2) as session:
            await say(session, "invoice.png", "letter.png", "My sister is called Mei.")
            await say(session, "use the invoice")
            for number in range(6):
                await say(session, f"I have {number} cats.")

    VirtualClock().run(main())
    prompt = upstream.bodies[-1]["prompt"]
    parts = parse_prompt(prompt)
    assert "Mei" in parts.summary and "use the invoice" not in prompt and "I am using" not in prompt
    assert parts.document_in_use == "invoice.png" and parts.uses[0].after is None


def test_a_conversation_about_three_documents() -> None:
    """With the embedded reader: each new one is meant, the old ones stay, and are found when they alone know."""

    async def main() -> list[str]:
        async with (
            EmbeddedGateway() as gateway,
            R1Client([gateway.options]) as client,
            session_of(client, keep=2) as session,
        ):
            said = [
                await say(session, "invoice.png", "What is the total?"),
                await say(session, "letter.png", "What is the phone number?"),
                await say(session, "What is the due date?"),
                await say(session, "发票-2.png", "电话是多少？"),
                await say(session, "use the letter"),
                await say(session, "What is the phone number?"),
                await say(session, "and the total?"),
                await say(session, "用所有文件"),
                await say(session, "How much is the rent?"),
                await say(session, "What is the phone number?"),
                await say(session, "forget the letter"),
                await say(session, "What is the phone number?"),
            ]
        return [answer.text for answer in said]

    said = asyncio.run(main())
    for text, wanted in zip(
        said,
        ["$420.00", "555-0142", "May 3", "555-0199", "letter.png", "555-0142", "420", "所有文件", "900", "555-0142",
         "no longer", "555-0199"],
        strict=True,
    ):  # fmt: skip
        assert wanted in text, said


@pytest.mark.parametrize(
    ("turns", "forbidden"),
    [
        (("What is the total?", "Forget the document.", "What is the total?", "How much was it?"), "420"),
        (("What is the total?", "Forget everything.", "What was the total?"), "420"),
        (("When is it due?", "forget the invoice", "When is it due?", "When is it due?"), "May 3"),
        (("总额是多少？", "忘掉文件", "总额是多少？", "一共多少钱？"), "420"),
    ],
)
@pytest.mark.parametrize("keep", [1, 8])
def test_what_was_read_goes_with_its_document(turns: tuple[str, ...], forbidden: str, keep: int) -> None:
    """The embedded reader answers from no dropped document, neither by the exchanges nor by a summary of them."""

    async def main() -> list[str]:
        async with (
            EmbeddedGateway() as gateway,
            R1Client([gateway.options]) as client,
            session_of(client, keep=keep) as session,
        ):
            first = await say(session, "invoice.png", turns[0])
            return [first.text, *[(await say(session, turn)).text for turn in turns[1:]]]

    said = asyncio.run(main())
    assert forbidden in said[0]
    assert all(forbidden not in text for text in said[1:]), said
    assert "no document is attached" in said[-1] or "没有附上文件" in said[-1]
