"""Stored conversations for people and for programs: tables, Markdown, JSON. The shapes stand in docs/output.md."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from commands.literal_markdown import literal, quoted
from commands.report import citation_objects, context_object, described, document_objects
from commands.terminal import escaped, remark, say, screen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pipeline.events import Page
    from pipeline.records import ConversationEntry, StoredConversation, StoredTurn

_SHOWN = 60
"""Characters of a question in the list."""

_MARGIN = " " * 16

_REMARKS = {
    "cancelled": "broken off by the user",
    "failed": "failed",
    "unfinished": "its process ended in the middle",
    "running": "under way",
}


def entry_object(entry: ConversationEntry) -> dict[str, Any]:
    """One of the objects that `conversations list --json` prints."""
    return {
        "name": entry.name,
        "created_at": entry.created_at.isoformat(),
        "updated_at": entry.updated_at.isoformat(),
        "turns": entry.turns,
        "documents": list(entry.documents),
        "last_question": entry.last_question,
    }


def print_entries(entries: Sequence[ConversationEntry]) -> None:
    """The list as a table."""
    from rich.table import Table
    from rich.text import Text

    if not entries:
        remark("no conversation has been kept yet; `talk` and `ask --conversation NAME` keep one")
        return
    table = Table(box=None)
    for heading in ("name", "turns", "last spoken", "documents", "last question"):
        table.add_column(heading, justify="right" if heading == "turns" else "left")
    for entry in entries:
        question = escaped(entry.last_question)
        shown = question if len(question) <= _SHOWN else question[:_SHOWN].rstrip() + " …"
        cells = (
            escaped(entry.name), str(entry.turns), _moment(entry.updated_at),
            escaped(", ".join(entry.documents)), shown,
        )  # fmt: skip
        table.add_row(*map(Text, cells))
    screen().print(table)


def print_conversation(conversation: StoredConversation) -> None:
    """A conversation as it was said."""
    turns = conversation.turns
    say(f"{escaped(conversation.name)}, begun {_moment(conversation.created_at)}, {len(turns)} turns", style="bold")
    if conversation.context.documents:
        say(f"documents: {escaped(', '.join(conversation.context.documents))}", style="dim")
    if conversation.context.summary:
        say(f"summary of the first {conversation.context.covers_turns} exchanges:", style="dim")
        say(f"{_MARGIN}{_indented(conversation.context.summary)}", style="dim")
    for turn in turns:
        say("")
        say(f"{turn.number:>4}  you       {_indented(turn.question)}")
        say(f"      answer    {_indented(turn.outcome.answer)}", style="bold")
        for place in turn.outcome.citations:
            say(f"                {_indented(described(place))}", style="cyan")
        note = _note(turn)
        if note:
            say(f"      {_indented(note)}", style="dim")


def print_documents(pages: Sequence[Page]) -> None:
    """The attached documents, and how much of each has been read."""
    for name in dict.fromkeys(page.document for page in pages):
        read = [page for page in pages if page.document == name]
        whole = max(page.page_count for page in read)
        count = f"{len(read)} of {whole} pages" if len(read) < whole else "1 page" if whole == 1 else f"{whole} pages"
        say(f"{escaped(name)}  {count}, {sum(len(page.lines) for page in read)} lines")
    if not pages:
        remark("no document is attached")


def conversation_object(conversation: StoredConversation) -> dict[str, Any]:
    """The object that `conversations show --json` prints and `export --format json` writes."""
    context = conversation.context
    return {
        "name": conversation.name,
        "created_at": conversation.created_at.isoformat(),
        "updated_at": conversation.updated_at.isoformat(),
        "context": context_object(context),
        "documents": document_objects(context.pages),
        "turns": [_turn_object(turn) for turn in conversation.turns],
    }


def conversation_json(conversation: StoredConversation) -> str:
    """The conversation as a JSON text."""
    return json.dumps(conversation_object(conversation), ensure_ascii=False, indent=2) + "\n"


def conversation_markdown(conversation: StoredConversation) -> str:
    """The conversation as a Markdown text. Marks in what was said show as they are."""
    context = conversation.context
    lines = [f"# {literal(conversation.name)}", ""]
    lines += [f"Begun {_moment(conversation.created_at)}, last spoken {_moment(conversation.updated_at)}.", ""]
    if context.summary:
        lines += [f"## Summary of the first {context.covers_turns} exchanges", "", *quoted(context.summary), ""]
    for turn in conversation.turns:
        lines += [f"## {turn.number}", "", "**You**", "", *quoted(turn.question), ""]
        lines += ["**Answer**", "", *quoted(turn.outcome.answer), ""]
        lines += [f"- {literal(described(place))}" for place in turn.outcome.citations]
        note = _note(turn)
        lines += ([""] if turn.outcome.citations else []) + ([f"*{literal(note)}*", ""] if note else [])
    for document in document_objects(context.pages):
        for page in document["pages"]:
            lines += [f"## {literal(document['name'])}, page {page['number']}", "", *quoted(page["text"]), ""]
    return "\n".join(lines).rstrip() + "\n"


def _turn_object(turn: StoredTurn) -> dict[str, Any]:
    outcome = turn.outcome
    return {
        "number": turn.number,
        "started_at": turn.started_at.isoformat(),
        "ended_at": turn.ended_at.isoformat() if turn.ended_at else None,
        "state": str(outcome.state),
        "question": turn.question,
        "answer": outcome.answer,
        "unheard": outcome.unheard,
        "citations": citation_objects(outcome.citations),
        "documents": list(turn.documents),
        "served_by": outcome.served_by,
        "finish_reason": outcome.finish_reason,
        "usage": dict(outcome.usage),
        "thinking_s": outcome.thinking_s,
        "cold": turn.cold,
        "error": outcome.error,
        "ledger": outcome.ledger,
    }


def _note(turn: StoredTurn) -> str:
    outcome = turn.outcome
    parts = [_REMARKS[outcome.state]] if outcome.state in _REMARKS else []
    if outcome.error:
        parts.append(outcome.error)
    if outcome.unheard:
        parts.append(f"not heard: “{outcome.unheard}”")
    if turn.documents:
        parts.append(f"with {escaped(', '.join(turn.documents))}")
    if outcome.served_by:
        parts.append(f"served by {outcome.served_by}")
    if outcome.ledger and "total_ms" in outcome.ledger and outcome.state == "done":
        parts.append(f"first audio after {outcome.ledger['total_ms']:.0f} ms")
    return "; ".join(parts)


def _indented(text: str) -> str:
    """`text` with its further lines below its first, so that none of them passes for a line of ours."""
    return f"\n{_MARGIN}".join(text.splitlines())


def _moment(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
