"""`conversations`: what is kept can be listed, shown, exported and deleted, whatever was said in it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from commands.literal_markdown import literal, quoted
from commands.settings import data_folder
from pipeline.context import ConversationContext, Exchange
from pipeline.events import Citation
from pipeline.records import TurnOutcome, TurnState
from pipeline.store import FILE, ConversationStore
from tests.commands.conftest import RunCommand
from tests.commands.conversing import page, say

HOSTILE = (
    "# not a heading\n<script>alert(1)</script> &lt; [a link](javascript:alert(1)) ![x](y) `code` *a* _b_ ~~c~~\n"
    "1. one\n- two\n===\n\x1b[31mred\x1b[0m\x07\x85\n   9  you       forged\n    indented\\\n| a | b |\n|---|---|"
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ConversationStore]:
    """The store that the commands will find."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with ConversationStore(data_folder()) as opened:
        yield opened


@pytest.fixture
def work(store: ConversationStore) -> str:
    """A conversation with a summary, a document, an answer with its place, and one turn of every other end."""
    with store.open("work") as conversation:
        conversation.page(page("invoice.png", "ACME Ltd", "Total $420.00"))
        conversation.page(page("发票.pdf", "总额 420", number=1, count=3))
        for number in range(3):
            say(conversation, f"Question {number}?")
        context = store.context(1)
        conversation.compacted(ConversationContext("They spoke of trains.", 2, context.recent[2:], context.pages))
        number = conversation.begin("d", "What is the total?", cold=False)
        place = Citation("invoice.png", 1, 2, "Total $420.00")
        done = TurnOutcome(TurnState.DONE, "$420.00.", citations=(place,), ledger={"total_ms": 12.5})
        conversation.end(number, done, Exchange("q", "a", documents=("invoice.png",)))
        stopped = TurnOutcome(TurnState.CANCELLED, "One two", "three.")
        conversation.end(conversation.begin("c", "Count.", cold=False), stopped)
        failed = TurnOutcome(TurnState.FAILED, error="the R1 at x did not answer")
        conversation.end(conversation.begin("f", "Why?", cold=False), failed)
        conversation.begin("u", "And then?", cold=False)
    return "work"


def test_nothing_kept_yet(command: RunCommand, store: ConversationStore) -> None:
    """An empty list is an empty list, with a remark how to fill it."""
    outcome = command("conversations", "list")
    assert (outcome.code, outcome.out.strip()) == (0, "")
    assert "ask --conversation" in outcome.err
    assert command("conversations", "list", "--json").object == {"conversations": []}


def test_list(command: RunCommand, store: ConversationStore, work: str) -> None:
    """The latest first, with turns, documents and the last question."""
    with store.open("另一个") as conversation:
        say(conversation, "你好吗？" * 40)
    outcome = command("conversations", "list", "--json")
    first, second = outcome.object["conversations"]
    assert set(first) == {"name", "created_at", "updated_at", "turns", "documents", "last_question"}
    assert (first["name"], first["turns"]) == ("另一个", 1)
    assert (second["name"], second["turns"], second["last_question"]) == (work, 7, "And then?")
    assert second["documents"] == ["invoice.png", "发票.pdf"]
    shown = command("conversations", "list").out
    assert shown.index("另一个") < shown.index(work) and "…" in shown


def test_show(command: RunCommand, work: str) -> None:
    """Each turn with its end: the cited place, what was not heard, what went wrong, where the process died."""
    shown = command("conversations", "show", work).out
    for part in (
        "They spoke of trains.", "   1  you       Question 0?", "invoice.png, page 1, line 2: “Total $420.00”",
        "first audio after 12 ms", "broken off by the user; not heard: “three.”",
        "failed; the R1 at x did not answer", "its process ended in the middle", "documents: invoice.png, 发票.pdf",
    ):  # fmt: skip
        assert part in shown, part
    shape = command("conversations", "show", work, "--json").object
    assert set(shape) == {"name", "created_at", "updated_at", "context", "documents", "turns"}
    assert shape["context"]["summary"] == "They spoke of trains." and shape["context"]["covers_turns"] == 2
    assert [turn["state"] for turn in shape["turns"]][3:] == ["done", "cancelled", "failed", "unfinished"]
    assert [document["name"] for document in shape["documents"]] == ["invoice.png", "发票.pdf"]


def test_export(command: RunCommand, work: str, tmp_path: Path) -> None:
    """Markdown unless JSON is asked for; to stdout unless a file is named; both hold the documents' text."""
    printed = command("conversations", "export", work).out
    assert command("conversations", "export", work, "--out", "work.md").out == ""
    assert (tmp_path / "work.md").read_text(encoding="utf-8") == printed
    assert "## 4\n" in printed and "> What is the total?" in printed and "> 总额 420" in printed
    shape = command("conversations", "show", work, "--json").object
    assert command("conversations", "export", work, "--format", "json").object == shape
    command("conversations", "export", work, "--format", "json", "--out", "work.json")
    assert json.loads((tmp_path / "work.json").read_text(encoding="utf-8")) == shape


def test_documents(command: RunCommand, work: str) -> None:
    """Which are attached, and how much of each was read."""
    shown = command("conversations", "documents", work).out
    assert "invoice.png  1 page, 2 lines" in shown and "发票.pdf  1 of 3 pages, 1 lines" in shown
    listed = command("conversations", "documents", work, "--json").object["documents"]
    assert [document["name"] for document in listed] == ["invoice.png", "发票.pdf"]


def test_drop(command: RunCommand, work: str) -> None:
    """A document is detached for good, what was said about it stays; one that is not attached is named."""
    assert command("conversations", "drop", work, "invoice.png").code == 0
    shape = command("conversations", "show", work, "--json").object
    assert shape["context"]["documents"] == ["发票.pdf"]
    assert shape["turns"][3]["citations"][0]["document"] == "invoice.png"
    again = command("conversations", "drop", work, "invoice.png")
    assert again.code == 2 and "there are: 发票.pdf" in again.err
    command("conversations", "drop", work, "发票.pdf")
    assert "no document is attached" in command("conversations", "documents", work).err


def test_delete(command: RunCommand, store: ConversationStore, work: str) -> None:
    """Off a terminal it wants to be told that it is meant; then nothing of it is left."""
    refused = command("conversations", "delete", work)
    assert refused.code == 2 and "--yes" in refused.err
    assert command("conversations", "delete", work, "--yes").code == 0
    assert command("conversations", "list", "--json").object == {"conversations": []}


@pytest.mark.parametrize("verb", ["show", "export", "delete", "documents"])
def test_an_unknown_name(command: RunCommand, work: str, verb: str) -> None:
    """Bad input, answered with the names that there are; nothing on stdout, and none is made by asking."""
    outcome = command("conversations", verb, "wrok\x1b[31m")
    assert (outcome.code, outcome.out) == (2, "")
    assert "there are: work" in outcome.err and "\x1b" not in outcome.err
    assert len(command("conversations", "list", "--json").object["conversations"]) == 1


def test_one_that_is_in_use(command: RunCommand, store: ConversationStore) -> None:
    """It can be read; it cannot be deleted or changed, exit code 1."""
    with store.open("work") as conversation:
        conversation.page(page("d", "x"))
        say(conversation, "q")
        assert command("conversations", "show", "work").code == 0
        for arguments in (("delete", "work", "--yes"), ("drop", "work", "d")):
            refused = command("conversations", *arguments)
            assert refused.code == 1 and "open in another process" in refused.err
    assert store.load("work").context.documents == ("d",)


def test_export_to_a_place_that_cannot_be_written(command: RunCommand, work: str, tmp_path: Path) -> None:
    """Bad input, by its path; what stands at the path stays."""
    for place in (tmp_path / "no" / "such" / "folder.md", tmp_path):
        outcome = command("conversations", "export", work, "--out", place)
        assert outcome.code == 2 and str(place) in outcome.err
    assert command("conversations", "export", work, "--format", "html").code == 2


def test_a_folder_that_cannot_be_used(command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence with the place and what to do, exit code 1."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    outcome = command("conversations", "list")
    assert outcome.code == 1 and str(tmp_path / "file") in outcome.err and "make the folder writable" in outcome.err


def test_hostile_content(command: RunCommand, store: ConversationStore, tmp_path: Path) -> None:
    """What was said steers no terminal, forges no line of ours, and is text in the export: no heading, link or HTML."""
    name = "# <b>evil</b> [x](y) #"
    with store.open(name) as conversation:
        conversation.page(page("<img src=x>\x1b[2J\n# a.png", *HOSTILE.splitlines()))
        number = conversation.begin("d", HOSTILE, cold=False)
        place = Citation("<img src=x>\x1b[2J\n# a.png", 1, 1, "<b>quote</b>")
        conversation.end(number, TurnOutcome(TurnState.DONE, HOSTILE, HOSTILE, (place,), served_by="*x*", error="<i>"))
    for arguments in (("list",), ("show", name), ("export", name), ("documents", name)):
        outcome = command("conversations", *arguments)
        assert outcome.code == 0
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", outcome.out + outcome.err), arguments
    assert not re.search(r"^ {3}9 {2}you", command("conversations", "show", name).out, re.MULTILINE)
    command("conversations", "export", name, "--out", "evil.md")
    tokens = MarkdownIt("commonmark").enable("table").parse((tmp_path / "evil.md").read_text(encoding="utf-8"))
    assert {token.type.partition("_")[0] for token in tokens} <= {
        "heading", "inline", "paragraph", "blockquote", "bullet", "list"
    }  # fmt: skip
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "hardbreak", "strong_open", "strong_close", "em_open", "em_close", "text_special"}
    assert sum(token.type == "heading_open" for token in tokens) == 3
    assert command("conversations", "show", name, "--json").object["turns"][0]["question"] == HOSTILE


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n")), min_size=1, max_size=5))
def test_markdown_shows_any_text_as_it_is(lines: list[str]) -> None:
    """Read by a Markdown parser, a quotation is plain text with the lines it had, up to white space."""
    text = "\n".join(lines)
    tokens = MarkdownIt("commonmark").parse("\n".join(quoted(text)))
    kinds = {token.type for token in tokens}
    assert kinds <= {"blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close", "inline"}
    children = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in children} <= {"text", "text_special", "hardbreak"}
    shown = "".join("\n" if child.type == "hardbreak" else child.content for child in children)
    assert "".join(shown.split()) == "".join(literal_free(text).split())


def literal_free(text: str) -> str:
    """`text` without the control characters that no export holds."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", text)


@given(st.text(max_size=30))
@example("#")
@example("\\#")
@example("a ##")
def test_a_heading_holds_any_name(name: str) -> None:
    """In a heading too, nothing in a name is a mark."""
    tokens = MarkdownIt("commonmark").parse(f"# {literal(name)}")
    assert [token.type for token in tokens] == ["heading_open", "inline", "heading_close"]
    assert {child.type for child in tokens[1].children or ()} <= {"text", "text_special"}
    assert "".join(child.content for child in tokens[1].children or ()).split() == literal_free(name).split()


def test_a_value_that_was_damaged_costs_no_more_than_itself(command: RunCommand, store: ConversationStore) -> None:
    """Flipped bits that the file's own check does not see: the rest of the conversation is shown."""
    import sqlite3

    with store.open("work") as conversation:
        say(conversation, "What is it?")
    with sqlite3.connect(data_folder() / FILE) as connection:
        connection.execute("UPDATE turns SET citations = '[{', usage = '3', ledger = '{', documents = 'x', state = '?'")
        connection.execute("UPDATE turns SET started_at = 'now'")
    connection.close()
    (turn,) = command("conversations", "show", "work", "--json").object["turns"]
    assert (turn["question"], turn["state"], turn["ledger"]) == ("What is it?", "unfinished", None)


class Terminal(io.StringIO):
    """A standard input that somebody types on."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "code", "left"), [("y\n", 0, 0), ("n\n", 1, 1), ("", 1, 1)])
def test_on_a_terminal_delete_asks(
    command: RunCommand, work: str, monkeypatch: pytest.MonkeyPatch, typed: str, code: int, left: int
) -> None:
    """With the number of turns; anything but yes leaves the conversation as it is."""
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    outcome = command("conversations", "delete", work)
    assert outcome.code == code and "7 turns" in outcome.err + outcome.out
    assert len(command("conversations", "list", "--json").object["conversations"]) == left
