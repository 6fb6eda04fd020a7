"""`ask --conversation NAME`: a turn that goes on where the last process stopped, and leaves its own behind."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from commands.settings import data_folder
from gateway.embedded import EmbeddedGateway
from pipeline.events import Answer, Question
from pipeline.migrations import SCHEMA_VERSION
from pipeline.records import TurnState
from pipeline.runner import Pipeline
from pipeline.session import Memory, Session
from pipeline.store import FILE, ConversationStore
from pipeline.testing import scripted
from r1 import R1Client
from stages.reasoning import Reasoner
from stages.summary import ExtractiveSummariser
from tests.commands.conftest import Outcome, RunCommand
from tests.commands.conversing import SUMMARISE, TalkingR1, from_memory, say
from tests.conftest import ROOT
from text.prompt import parse_prompt

INVOICE = ROOT / "assets" / "documents" / "invoice.png"
TOLD = "My sister is called Maria."
SMALL_TALK = tuple(f"What is {number} times 12?" for number in range(2, 12))


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has conversations of its own, and no answer out of another one's cache."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("R1_CACHE", "off")


def talked(name: str, *questions: str) -> None:
    """Turns of an earlier process, with the embedded reader and without a voice."""

    async def main() -> None:
        async with EmbeddedGateway() as gateway, R1Client([gateway.options]) as client:
            pipeline = Pipeline(Reasoner(client), inputs=(Question,))
            with ConversationStore(data_folder()) as store, store.open(name) as journal:
                async with Session(pipeline, Memory(ExtractiveSummariser()), journal) as session:
                    for question in questions:
                        async with session.turn(scripted((0.0, Question(question)))) as turn:
                            assert [event async for event in turn if isinstance(event, Answer)]
                        await session.settled()

    asyncio.run(main())


def states(name: str) -> list[TurnState]:
    """How the stored turns stand."""
    with ConversationStore(data_folder()) as store:
        return [turn.outcome.state for turn in store.load(name).turns]


def test_turns_and_documents_go_on(command: RunCommand) -> None:
    """A second command knows what was said to the first, and still has its document."""
    first = command("ask", "--text", "What is the total?", "--document", INVOICE, "--conversation", "work", "--json")
    assert first.code == 0 and "$420.00" in first.object["answer"]
    second = command("ask", "--text", "Who is the invoice from?", "--conversation", "work", "--json")
    assert second.object["citations"][0]["document"] == "invoice.png"
    assert second.object["documents"] == []  # none was given with this question
    context = second.object["context"]
    assert set(context) == {"summary", "covers_turns", "recent", "documents", "document_in_use"}
    assert (context["summary"], context["covers_turns"], context["documents"]) == ("", 0, ["invoice.png"])
    assert [exchange["question"] for exchange in context["recent"]] == [
        "What is the total?", "Who is the invoice from?"
    ]  # fmt: skip
    assert [exchange["documents"] for exchange in context["recent"]] == [["invoice.png"], []]
    assert "context" not in command("ask", "--text", "Hello.", "--json").object


def test_a_fact_of_turn_1_is_recalled_in_turn_12(command: RunCommand) -> None:
    """By the embedded reader, out of the summary, in another process: `recent` no longer holds it."""
    talked("work", TOLD, *SMALL_TALK)
    outcome = command("ask", "--text", "What is my sister called?", "--conversation", "work", "--json")
    context = outcome.object["context"]
    assert "Maria" in outcome.object["answer"]
    assert context["covers_turns"] + len(context["recent"]) == 12
    assert TOLD not in [exchange["question"] for exchange in context["recent"]]
    assert "Maria" in context["summary"]


def test_an_r1_recalls_it_from_the_summary_in_its_prompt(command: RunCommand) -> None:
    """Nothing else in the twelfth prompt says it; the summary was asked for between the turns, in so many words."""
    with TalkingR1(from_memory) as r1:
        with ConversationStore(data_folder()) as store, store.open("work") as conversation:
            for question in (TOLD, *SMALL_TALK):
                say(conversation, question, "She is noted." if question == TOLD else "24.")
        began = command("ask", "--text", "Anything new?", "--conversation", "work", *r1.flags)
        assert began.code == 0
        assert sum(prompt.startswith(SUMMARISE) for prompt in r1.prompts) == 1
        outcome = command("ask", "--text", "What is my sister called?", "--conversation", "work", "--json", *r1.flags)
    assert outcome.object["answer"] == "She is called Maria."
    parts = parse_prompt(r1.prompts[-1])
    assert "Maria" in parts.summary and TOLD not in [question for question, _ in parts.exchanges]


def test_a_summary_that_fails_fails_no_turn(command: RunCommand) -> None:
    """It is said on stderr, the answer stands, and the exit code is 0."""

    def answer(prompt: str) -> list[str]:
        if prompt.startswith(SUMMARISE):
            raise OSError("hung up")
        return ["Fine."]

    talked("work", TOLD, *SMALL_TALK[:7])
    with TalkingR1(answer) as r1:
        outcome = command("ask", "--text", "How is it?", "--conversation", "work", "--json", *r1.flags)
    assert outcome.code == 0 and outcome.object["answer"] == "Fine."
    assert "could not be summarised" in outcome.err and "tries again" in outcome.err
    assert len(outcome.object["context"]["recent"]) == 9


@pytest.mark.parametrize("name", ["", " work", "a\nb", "x" * 101])
def test_a_name_that_none_can_have(command: RunCommand, name: str) -> None:
    """Bad input, said at once."""
    outcome = command("ask", "--text", "Hello.", "--conversation", name)
    assert outcome.code == 2 and "no name for a conversation" in outcome.err


def test_a_turn_that_fails_is_kept_as_failed(command: RunCommand) -> None:
    """The next one does not know its question, and the conversation stands."""

    def answer(_: str) -> list[str]:
        raise OSError("hung up")

    say_one("work")
    with TalkingR1(answer) as r1:
        outcome = command("ask", "--text", "Hello?", "--conversation", "work", *r1.flags)
    assert outcome.code == 1 and "127.0.0.1" in outcome.err
    with ConversationStore(data_folder()) as store:
        stored = store.load("work")
    assert [turn.outcome.state for turn in stored.turns] == [TurnState.DONE, TurnState.FAILED]
    assert "127.0.0.1" in stored.turns[1].outcome.error and len(stored.context.recent) == 1


def test_a_conversation_that_came_to_nothing_is_not_kept(command: RunCommand) -> None:
    """An R1 that cannot be reached leaves no empty conversation in the list."""
    command("ask", "--text", "Hello?", "--conversation", "work", "--r1", "openai:http://127.0.0.1:9/v1", "--model", "m")
    assert command("conversations", "list", "--json").object == {"conversations": []}


def test_the_one_that_is_held_elsewhere(command: RunCommand) -> None:
    """Said before anything is loaded, exit code 1."""
    with ConversationStore(data_folder()) as store, store.open("work"):
        outcome = command("ask", "--text", "Hello.", "--conversation", "work")
    assert outcome.code == 1 and "'work' is open in another process" in outcome.err
    assert "loaded" not in outcome.err


def say_one(name: str) -> None:
    """A conversation with one turn."""
    with ConversationStore(data_folder()) as store, store.open(name) as conversation:
        say(conversation, "What is it?", "A pen.")


def other_writer() -> sqlite3.Connection:
    """Another program's transaction on the file."""
    connection = sqlite3.connect(data_folder() / FILE, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def told_of_it(outcome: Outcome) -> bool:
    """The answer came, and so did the sentence that it is not kept."""
    return outcome.code == 1 and outcome.object["answer"] == "Fine." and "could not be kept" in outcome.err


def test_a_store_that_is_locked_all_the_time(command: RunCommand) -> None:
    """The turn is answered from what is there, the user is told that it is not kept, exit code 1."""
    say_one("work")
    other = other_writer()
    with TalkingR1(lambda _: ["Fine."]) as r1:
        outcome = command("ask", "--text", "How is it?", "--conversation", "work", "--json", *r1.flags)
    other.close()
    assert told_of_it(outcome) and "locked" in outcome.err
    assert parse_prompt(r1.prompts[-1]).exchanges == (("What is it?", "A pen."),)
    assert states("work") == [TurnState.DONE]


def test_a_store_that_is_locked_for_a_moment(command: RunCommand) -> None:
    """Nobody notices."""
    say_one("work")
    other = other_writer()

    def answer(_: str) -> list[str]:
        other.execute("ROLLBACK")
        return ["Fine."]

    with TalkingR1(answer) as r1:
        outcome = command("ask", "--text", "How is it?", "--conversation", "work", "--json", *r1.flags)
    other.close()
    assert outcome.code == 0 and "kept" not in outcome.err
    assert states("work") == [TurnState.DONE, TurnState.DONE]


def test_a_new_conversation_in_a_locked_store(command: RunCommand) -> None:
    """It cannot be begun: that is said before the question is asked."""
    say_one("work")
    other = other_writer()
    outcome = command("ask", "--text", "How is it?", "--conversation", "another")
    other.close()
    assert outcome.code == 1 and "locked" in outcome.err and "end what else holds it" in outcome.err


def test_a_disk_that_fills_up(command: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    """The turn is answered, the user is told that it is not kept, and all that was there before is there."""
    say_one("work")
    opened = ConversationStore._opened

    def without_room(self: ConversationStore) -> sqlite3.Connection:
        connection = opened(self)
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    with TalkingR1(lambda _: ["Fine."]) as r1, monkeypatch.context() as full:
        full.setattr(ConversationStore, "_opened", without_room)
        question = "How is it? " * 2000
        outcome = command("ask", "--text", question, "--conversation", "work", "--json", *r1.flags)
    assert told_of_it(outcome) and "full" in outcome.err
    assert states("work")[0] is TurnState.DONE


def test_a_damaged_store_is_set_aside(command: RunCommand) -> None:
    """It is said where it lies, and the turn begins a new conversation."""
    say_one("work")
    (data_folder() / FILE).write_bytes(b"no database " * 1000)
    outcome = command("ask", "--text", "What is two plus two?", "--conversation", "work", "--json")
    assert outcome.code == 0 and "set aside in" in outcome.err
    (aside,) = data_folder().glob("*.damaged-*.sqlite")
    assert str(aside) in outcome.err and aside.read_bytes().startswith(b"no database")
    assert len(outcome.object["context"]["recent"]) == 1


def test_a_store_of_a_newer_version(command: RunCommand) -> None:
    """It is left alone; the sentence says what to do, exit code 1."""
    say_one("work")
    with sqlite3.connect(data_folder() / FILE) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    for arguments in (("ask", "--text", "Hello.", "--conversation", "work"), ("conversations", "list")):
        outcome = command(*arguments)
        assert outcome.code == 1 and "a newer version wrote this" in outcome.err and "update" in outcome.err
    assert list(data_folder().glob("*.damaged-*")) == []


def test_a_clock_set_back(command: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    """The conversation that was spoken last is the first of the list, whatever the clock says."""
    say_one("before")
    monkeypatch.setattr("pipeline.open_conversation.now", lambda: "1999-01-01T00:00:00.000+00:00")
    assert command("ask", "--text", "What is two plus two?", "--conversation", "work").code == 0
    listed = command("conversations", "list", "--json").object["conversations"]
    assert [conversation["name"] for conversation in listed] == ["work", "before"]
    assert command("conversations", "show", "work").code == 0


def test_documents_are_put_in_use_and_dropped_by_what_is_said(command: RunCommand) -> None:
    """One command does it, the next ones find it done; none of them asks anybody."""
    letter = ROOT / "assets" / "documents" / "letter.png"
    ask = ("ask", "--conversation", "work", "--json", "--text")
    both = command(*ask, "What documents do you have?", "--document", INVOICE, "--document", letter)
    assert both.object["answer"] == "I have 2 documents: invoice.png, 1 page; letter.png, 1 page."
    assert (both.object["finish_reason"], both.object["served_by"]) == ("document_request", "")
    used = command(*ask, "Use the letter.")
    assert used.code == 0 and used.object["answer"] == "I am using letter.png now."
    assert used.object["context"]["document_in_use"] == "letter.png"
    assert command(*ask, "Who wrote it?").object["citations"][0]["document"] == "letter.png"
    dropped = command(*ask, "Forget the letter, please.")
    assert dropped.object["context"]["documents"] == ["invoice.png"]
    assert dropped.object["context"]["document_in_use"] is None
    last = command("ask", "--conversation", "work", "--text", "有哪些文件？")
    assert "我有1份文件：invoice.png，1页。" in last.out
