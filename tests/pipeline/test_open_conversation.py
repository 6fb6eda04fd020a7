"""What is written to an open conversation: whatever is in it, in order, and past whatever other processes do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline.context import ConversationContext, Exchange
from pipeline.events import Line, Page
from pipeline.open_conversation import CHECKPOINT_PAGES
from pipeline.store import FILE, ConversationStore

from .storing import DONE, PAGE, say


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    with ConversationStore(tmp_path) as opened:
        yield opened


def test_what_utf_8_cannot_say_is_kept_as_far_as_it_can_be(store: ConversationStore) -> None:
    """Half a character, as an undecodable file name or argument has it, stops neither this write nor the next ones."""
    with store.open("work") as conversation:
        conversation.page(Page("scan\udcff.png", 1, 1, (Line(1, "a\ud800b\0c"),)))
        conversation.fresh(ConversationContext(fresh_documents=("scan\udcff.png",)))
        say(conversation, "caf\udce9?")
        assert conversation.trouble == ""
    loaded = store.load("work")
    assert loaded.turns[0].question == "caf??" and loaded.context.fresh_documents == ("scan?.png",)
    assert loaded.context.pages[0].text == "a?b\0c"


def test_names_may_hold_line_ends(store: ConversationStore) -> None:
    """A document's name comes back as one name, whatever is in it."""
    names = ("a\nb.png", '["c"]', "d,e")
    with store.open("work") as conversation:
        number = conversation.begin("id", "q", cold=False)
        conversation.end(number, DONE, Exchange("q", "a", documents=names, in_use=names[0]))
        conversation.fresh(ConversationContext(fresh_documents=names, fresh_in_use=names[1]))
    loaded = store.load("work")
    assert loaded.turns[0].documents == loaded.context.fresh_documents == names
    assert (loaded.context.recent[0].in_use, loaded.context.fresh_in_use) == names[:2]


def test_pages_keep_the_order_in_which_they_came(store: ConversationStore) -> None:
    """Read again, a page stands where it stood; of another version or of a dropped document no page is left over."""

    def kept() -> list[tuple[str, int, str]]:
        return [(page.document, page.number, page.text) for page in store.load("work").context.pages]

    def page(document: str, number: int, count: int, text: str) -> Page:
        return Page(document, number, count, (Line(1, text),))

    with store.open("work") as conversation:
        for each in (page("a", 1, 2, "x"), page("b", 1, 1, "x"), page("a", 2, 2, "x"), page("a", 1, 2, "again")):
            conversation.page(each)
        assert kept() == [("a", 1, "again"), ("b", 1, "x"), ("a", 2, "x")]
        conversation.page(page("a", 1, 1, "shorter"))
        assert kept() == [("a", 1, "shorter"), ("b", 1, "x")]
        conversation.drop_document("a")
        conversation.page(page("a", 2, 2, "new"))
        assert kept() == [("b", 1, "x"), ("a", 2, "new")]


def test_one_in_which_nothing_was_said_is_not_kept(store: ConversationStore, tmp_path: Path) -> None:
    """Neither in the list nor on disk; with a document alone it is kept."""
    store.open("empty").close()
    with store.open("read") as conversation:
        conversation.page(PAGE)
    assert [entry.name for entry in store.entries()] == ["read"]


def test_one_that_is_removed_while_it_is_being_opened(store: ConversationStore, tmp_path: Path) -> None:
    """Between finding it and locking it another process may delete it: then it is made anew."""
    say_and_close(store, "old")
    with ConversationStore(tmp_path) as other:
        locked = store._locked

        def after_the_other(number: int, name: str) -> FileLock:
            store._locked = locked  # type: ignore[method-assign]  # once
            other.delete(name)
            return locked(number, name)

        store._locked = after_the_other  # type: ignore[method-assign]  # the moment in between
        with store.open("work") as conversation:
            assert conversation.context.recent == () and say(conversation, "new") == 1
    assert [turn.question for turn in store.load("work").turns] == ["new"]


def say_and_close(store: ConversationStore, question: str) -> None:
    """A conversation of one turn."""
    with store.open("work") as conversation:
        say(conversation, question)


def test_a_damaged_file_is_set_aside_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two processes that find it damaged, the second takes the new file of the first, and not that aside too."""
    (tmp_path / FILE).write_bytes(b"no database " * 1000)
    opened, calls = ConversationStore._opened, 0

    def while_another_mends(self: ConversationStore) -> sqlite3.Connection:
        nonlocal calls
        calls += 1
        if calls == 2:  # between the first attempt and the lock
            monkeypatch.setattr(ConversationStore, "_opened", opened)
            (tmp_path / FILE).unlink()
            ConversationStore(tmp_path).close()
        return opened(self)

    monkeypatch.setattr(ConversationStore, "_opened", while_another_mends)
    with ConversationStore(tmp_path) as store:
        assert store.set_aside is None and store.entries() == []


def test_opening_and_reading_write_nothing(store: ConversationStore, tmp_path: Path) -> None:
    """While another program holds the file for writing, a conversation can be opened, read and gone on with."""
    say_and_close(store, "before")
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    conversation = store.open("work")
    assert [exchange.question for exchange in conversation.context.recent] == ["before"]
    assert len(store.load("work").turns) == 1
    conversation.close()
    other.close()


def test_no_sentence_waits_for_the_log(store: ConversationStore) -> None:
    """The log is copied into the file when a turn ends, never in the middle of a reply."""
    log = store.file.with_name(f"{FILE}-wal")
    with store.open("work") as conversation:
        number = conversation.begin("id", "q", cold=False)
        before = store.file.stat().st_size
        for _ in range(100):
            conversation.answer_piece(number, "x" * 1000)
        assert log.stat().st_size > CHECKPOINT_PAGES * 4096 and store.file.stat().st_size == before
        conversation.end(number, replace(DONE, answer="x" * 100_000))
        assert store.file.stat().st_size > before + 100_000
