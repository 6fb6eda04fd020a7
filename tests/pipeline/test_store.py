"""Conversations on disk: what is written stays, whatever happens to the process or the file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import open_conversation
from pipeline.context import ConversationContext, Exchange
from pipeline.errors import InputError, SetupError
from pipeline.events import Page
from pipeline.migrations import SCHEMA_VERSION
from pipeline.records import TurnOutcome, TurnState
from pipeline.store import FILE, ConversationStore

from .storing import DONE, PAGE, say

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    with ConversationStore(tmp_path) as opened:
        yield opened


def test_a_conversation_comes_back_as_it_was(store: ConversationStore) -> None:
    """Turns, citations, ledger, pages with their words, and documents not yet asked about."""
    with store.open("work") as conversation:
        conversation.page(PAGE)
        number = conversation.begin("abc", "What is", cold=True)
        conversation.question(number, "What is the total?")
        conversation.end(number, DONE, Exchange("q", "a", documents=("发票.png",), in_use=""))
        conversation.page(Page("b", 1, 1, ()))
        conversation.fresh(ConversationContext(fresh_documents=("b",), fresh_in_use="b"))
    loaded = store.load("work")
    (turn,) = loaded.turns
    assert (turn.number, turn.turn_id, turn.question, turn.cold) == (1, "abc", "What is the total?", True)
    assert turn.outcome == DONE and turn.documents == ("发票.png",)
    assert turn.ended_at is not None and turn.ended_at >= turn.started_at
    context = loaded.context
    assert context.pages == (PAGE, Page("b", 1, 1, ())) and context.fresh_documents == ("b",)
    assert (context.recent[0].in_use, context.fresh_in_use, context.document_in_use) == ("", "b", "b")
    assert context.recent[0].answer == "The total is $420." and context.recent[0].documents == ("发票.png",)
    assert store.open("work").context == context


def test_the_summary_covers_all_but_the_recent_turns(store: ConversationStore) -> None:
    """After compaction a reopened conversation holds the summary and the exchanges behind it, failed turns left out."""
    with store.open("work") as conversation:
        for number in range(6):
            say(conversation, f"q{number}")
            say(conversation, "bad", TurnOutcome(TurnState.FAILED, error="no"))
        conversation.compacted(ConversationContext("short", 4, store.context(1).recent[4:]))
        say(conversation, "q6")
    context = store.load("work").context
    assert (context.summary, context.covers_turns) == ("short", 4)
    assert [exchange.question for exchange in context.recent] == ["q4", "q5", "q6"]


def test_compaction_of_everything(store: ConversationStore) -> None:
    """When no exchange stays word for word, none comes back."""
    with store.open("work") as conversation:
        say(conversation, "a monologue")
        conversation.compacted(ConversationContext("short", 1))
        assert store.context(1).recent == ()
        say(conversation, "next")
    assert [exchange.question for exchange in store.load("work").context.recent] == ["next"]


def test_a_dropped_document_stays_dropped(store: ConversationStore) -> None:
    """It can be attached again later."""
    with store.open("work") as conversation:
        conversation.page(PAGE)
        conversation.drop_document(PAGE.document)
        assert store.load("work").context.pages == () and store.entries()[0].documents == ()
        conversation.page(PAGE)
        assert store.load("work").context.pages == (PAGE,)


def test_the_list_shows_the_latest_first(store: ConversationStore) -> None:
    """With the number of turns, the documents and the last question."""
    for name in ("one", "two"):
        with store.open(name) as conversation:
            say(conversation, f"question of {name}")
    with store.open("one") as conversation:
        say(conversation, "again")
    first, second = store.entries()
    assert (first.name, first.turns, first.last_question) == ("one", 2, "again")
    assert second.name == "two"
    assert [name for name, _ in store.turns()] == ["one", "two", "one"]


def test_delete_removes_all_of_it(store: ConversationStore, tmp_path: Path) -> None:
    """Nothing that was said can be found in the file afterwards."""
    with store.open("work") as conversation:
        say(conversation, "my canary is yellow")
    store.delete("work")
    store.close()
    assert b"canary" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_unknown_names_are_answered_with_the_known_ones(store: ConversationStore) -> None:
    """Whoever mistypes a name sees what there is."""
    with pytest.raises(InputError, match="none has been kept yet"):
        store.load("work")
    held = store.open("work")
    for attempt in (store.load, store.delete, lambda name: list(store.turns(name))):
        with pytest.raises(InputError, match="there are: work"):
            attempt("wrok")
    held.close()


@pytest.mark.parametrize("name", ["", " ", " a", "a\nb", "x" * 101, "\x1b[31m"])
def test_names_that_none_can_have(store: ConversationStore, name: str) -> None:
    """A name is what a person can type and a list can show."""
    with pytest.raises(InputError, match="no name for a conversation"):
        store.open(name)


def test_two_at_once(store: ConversationStore) -> None:
    """The second to open a conversation is told so; another conversation is free, and reading always is."""
    held = store.open("work")
    for attempt in (store.open, store.delete):
        with pytest.raises(SetupError, match="'work' is open in another process"):
            attempt("work")
    store.open("other").close()
    store.load("work")
    held.close()
    store.open("work").close()


def in_child(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Runs `script` in a process of its own, with `store` open."""
    start = "import os, signal, sys\nfrom pathlib import Path\nfrom pipeline.store import ConversationStore\n"
    program = f"{start}store = ConversationStore(Path(sys.argv[1]))\n{script}"
    return subprocess.run(
        [sys.executable, "-c", program, str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


DIES = """
conversation = store.open("work")
conversation.question(conversation.begin("x", "q", cold=False), "What is it?")
{more}
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a signal")
@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ("", ""),
        ("conversation.answer_piece(1, 'It is'); conversation.answer_piece(1, 'a pen.')", "It is a pen."),
        ("conversation._connection.execute('BEGIN'); conversation.answer_piece(1, 'lost')", ""),
    ],
    ids=["asked", "answering", "in the middle of a write"],
)
def test_kill_9_loses_nothing_that_was_written(
    store: ConversationStore, tmp_path: Path, more: str, answer: str
) -> None:
    """Everything committed is there, the turn is marked unfinished, and the conversation can be taken up at once."""
    with store.open("work") as conversation:
        say(conversation, "before")
    died = in_child(tmp_path, DIES.replace("{more}", more.replace("(1,", "(2,")))
    assert died.returncode == -signal.SIGKILL, died.stderr
    before, last = store.load("work").turns
    assert before.outcome == DONE
    assert (last.question, last.outcome.answer, last.outcome.state) == ("What is it?", answer, TurnState.UNFINISHED)
    with store.open("work") as conversation:
        assert [exchange.question for exchange in conversation.context.recent] == ["before"]
        assert say(conversation, "next") == 3


def test_the_next_owner_is_told_of_a_broken_turn(store: ConversationStore, tmp_path: Path) -> None:
    """Once: after that it is history."""
    in_child(tmp_path, DIES.replace("{more}", ""))
    assert [store.open("work").broken_off, store.open("other").broken_off] == [True, False]


def test_another_process_holds_the_conversation(store: ConversationStore, tmp_path: Path) -> None:
    """Across processes too."""
    with store.open("work"):
        refused = in_child(tmp_path, "store.open('work')")
    assert "SetupError" in refused.stderr and "open in another process" in refused.stderr


def test_a_locked_file_delays_writes_and_loses_none(store: ConversationStore, tmp_path: Path) -> None:
    """While another process writes, the turn goes on; what was held back is written in order as soon as it can be."""
    conversation = store.open("work")
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    number = conversation.begin("x", "held back", cold=False)
    conversation.end(number, DONE)
    assert "locked" in conversation.trouble
    other.execute("COMMIT")
    say(conversation, "next")
    assert conversation.trouble == ""
    assert [turn.question for turn in store.load("work").turns] == ["held back", "next"]
    other.close()


def test_a_full_disk_is_said_and_the_conversation_goes_on(store: ConversationStore) -> None:
    """Writes that find no room are kept in memory; when room comes they are written, else closing says what is lost."""
    conversation = store.open("work")
    say(conversation, "fits")
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(20):
        say(conversation, "long " * 1000)
    assert "full" in conversation.trouble
    store._connection.execute("PRAGMA max_page_count = 100000")
    say(conversation, "there is room again")
    assert conversation.trouble == "" and len(store.load("work").turns) == 22
    store._connection.execute("PRAGMA max_page_count = 1")
    say(conversation, "long " * 3000)
    with pytest.raises(SetupError, match=r"could not be kept .*full"):
        conversation.close()
    assert store.open("work").context.recent  # the lock was let go all the same


@pytest.mark.parametrize("damage", ["garbage", "middle"])
def test_a_damaged_file_is_set_aside(tmp_path: Path, damage: str) -> None:
    """Nothing of it is thrown away, a new one is begun, and the path of the old one is told."""
    with ConversationStore(tmp_path) as store, store.open("work") as conversation:
        for _ in range(200):
            say(conversation, "a question of some length " * 10)
    file = tmp_path / FILE
    content = bytearray(file.read_bytes())
    if damage == "garbage":
        content[:] = b"not a database at all, " * 1000
    else:
        content[4096:-4096] = os.urandom(len(content) - 8192)
    file.write_bytes(content)
    with ConversationStore(tmp_path) as store:
        assert store.entries() == []
        assert store.set_aside is not None and store.set_aside.read_bytes() == bytes(content)
        with store.open("new") as conversation:
            say(conversation, "again")
    with ConversationStore(tmp_path) as store:
        assert store.set_aside is None and [entry.name for entry in store.entries()] == ["new"]


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    """An older program does not touch what it does not know."""
    ConversationStore(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(SetupError, match="a newer version wrote this"):
        ConversationStore(tmp_path)


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    """The message names it and says what to do."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="make the folder writable"):
        ConversationStore(tmp_path / "file")


def test_a_clock_set_back_changes_no_order(store: ConversationStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns keep the order in which they were said; times are only shown."""
    with store.open("work") as conversation:
        say(conversation, "first")
        monkeypatch.setattr(open_conversation, "now", lambda: "1999-01-01T00:00:00.000+00:00")
        say(conversation, "second")
    loaded = store.load("work")
    assert [turn.question for turn in loaded.turns] == ["first", "second"]
    assert [exchange.question for exchange in loaded.context.recent] == ["first", "second"]
