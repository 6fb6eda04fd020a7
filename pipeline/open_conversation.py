"""Writing to a conversation while it goes on: each event at once, in order, and never in the way of the turn."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from filelock import FileLock

from pipeline.context import ConversationContext, Exchange
from pipeline.errors import SetupError
from pipeline.events import Page
from pipeline.records import StoredTurn, TurnOutcome, TurnState
from pipeline.rows import citations_json, mapping_json, names_json, page_row

REMEMBERED = (TurnState.DONE, TurnState.CANCELLED)
"""Turns in these states are exchanges that the conversation remembers."""

PATIENCE_S = 2.0
"""How long a write that may wait does so for another process."""

CHECKPOINT_PAGES = 1000
"""So long a log is copied into the file, which takes milliseconds, on a slow disk tenths of a second: only when a turn
ends, so that no sentence waits for it.
"""


@dataclass(frozen=True, slots=True)
class _Write:
    statement: str
    values: tuple[Any, ...]


class OpenConversation:
    """A conversation that this process holds. Each call writes at once and raises nothing.

    What cannot be written now (another process writes, the disk is full) is kept in memory, in order, and tried again
    with the next write and in the end; `trouble` says why.
    """

    def __init__(
        self, connection: sqlite3.Connection, number: int, name: str, context: ConversationContext, lock: FileLock
    ) -> None:
        """`lock` is held, and let go by `close`."""
        self.name = name
        self.trouble = ""
        """Why something is not on disk yet; empty when all is."""
        self.broken_off = False
        """True when the process that had it before died in the middle of a turn."""
        self._connection = connection
        self._number = number
        self._lock = lock
        self._pending: list[_Write] = []
        self.context = context
        """As it was when opened."""
        self._last: int = connection.execute(
            "SELECT coalesce(max(number), 0) FROM turns WHERE conversation = ?", (number,)
        ).fetchone()[0]

    def __enter__(self) -> OpenConversation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def begin(self, turn_id: str, question: str, *, cold: bool) -> int:
        """A turn has begun, and its question is known; returns the turn's number."""
        self._last += 1
        self._tune("wal_autocheckpoint = 0")
        self._write(
            "INSERT INTO turns (conversation, number, turn_id, started_at, state, cold, question)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            self._number, self._last, turn_id, now(), TurnState.RUNNING, int(cold), question,
        )  # fmt: skip
        return self._last

    def question(self, turn: int, text: str) -> None:
        """The whole question of turn number `turn`, where more came in after its beginning."""
        self._write(f"UPDATE turns SET question = ? WHERE {_THIS}", text, self._number, turn)

    def page(self, page: Page) -> None:
        """A page has been read. One that is known is replaced; what another version of the document had is gone."""
        key = (self._number, page.document)
        self._write(
            "DELETE FROM pages WHERE document IN (SELECT id FROM documents WHERE conversation = ? AND name = ?"
            " AND (dropped_at IS NOT NULL OR pages.number > ?))",
            *key, page.page_count,
        )  # fmt: skip
        self._write(
            "INSERT INTO documents (conversation, name, attached_at, turn) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (conversation, name) DO UPDATE SET dropped_at = NULL",
            *key, now(), self._last,
        )  # fmt: skip
        columns = page_row(page)
        self._write(
            f"INSERT INTO pages (document, {', '.join(columns)})"
            f" SELECT id, {', '.join('?' * len(columns))} FROM documents WHERE conversation = ? AND name = ?"
            " ON CONFLICT (document, number) DO UPDATE SET"
            f" {', '.join(f'{column} = excluded.{column}' for column in columns)}",
            *columns.values(), *key,
        )  # fmt: skip

    def answer_piece(self, turn: int, text: str) -> None:
        """A sentence of the answer of turn number `turn`: what is left of it should the process die."""
        joint = f"answer || CASE answer WHEN '' THEN '' ELSE {_JOINT} END || ?"
        self._write(f"UPDATE turns SET answer = {joint} WHERE {_THIS}", text, self._number, turn)

    def end(self, turn: int, outcome: TurnOutcome, exchange: Exchange | None = None) -> None:
        """Turn number `turn` is over; `exchange` is what is remembered of it, with all that it took over."""
        documents = () if exchange is None else exchange.documents
        in_use = None if exchange is None else exchange.in_use
        self._tune(f"wal_autocheckpoint = {CHECKPOINT_PAGES}")
        self._write(
            "UPDATE turns SET state = ?, ended_at = ?, answer = ?, unheard = ?, citations = ?, served_by = ?,"
            " finish_reason = ?, usage = ?, thinking_s = ?, ledger = ?, error = ?, documents = ?, in_use = ?"
            f" WHERE {_THIS}",
            outcome.state, now(), outcome.answer, outcome.unheard, citations_json(outcome.citations),
            outcome.served_by, outcome.finish_reason, mapping_json(outcome.usage), outcome.thinking_s,
            None if outcome.ledger is None else mapping_json(outcome.ledger), outcome.error, names_json(documents),
            in_use, self._number, turn,
        )  # fmt: skip
        self._write("UPDATE conversations SET updated_at = ? WHERE id = ?", now(), self._number)

    def fresh(self, context: ConversationContext) -> None:
        """What the next exchange will take over: documents, and which is in use."""
        self._write(
            "UPDATE conversations SET fresh_documents = ?, fresh_in_use = ? WHERE id = ?",
            names_json(context.fresh_documents), context.fresh_in_use, self._number,
        )  # fmt: skip

    def compacted(self, context: ConversationContext) -> None:
        """The summary now covers all remembered turns but the `recent` ones."""
        self._write(
            "UPDATE conversations SET summary = ?, covers_turns = ?, in_use_before = ?, covered_through = coalesce("
            "(SELECT number FROM turns WHERE conversation = ? AND state IN (?, ?) ORDER BY number DESC LIMIT 1"
            " OFFSET ?), covered_through) WHERE id = ?",
            context.summary, context.covers_turns, context.in_use_before, self._number, *REMEMBERED,
            len(context.recent), self._number,
        )  # fmt: skip

    def drop_document(self, name: str) -> None:
        """The document is no longer attached; its pages stay on disk with the turns that used them."""
        self._write(
            "UPDATE documents SET dropped_at = ? WHERE conversation = ? AND name = ?", now(), self._number, name
        )

    def close(self) -> None:
        """Write what is pending, waiting a little if need be, and let the conversation go. One in which nothing was
        said and nothing attached is not kept. Raises `SetupError` when something could not be written.
        """
        if not self._lock.is_locked:
            return
        self._flush(PATIENCE_S)
        if not self._last:
            with suppress(sqlite3.Error):
                self._connection.execute(_REMOVE_EMPTY, (self._number,))
        self._lock.release()
        if self._pending:
            self._pending = []
            raise SetupError(
                f"the end of the conversation '{self.name}' could not be kept ({self.trouble}); make room on the disk,"
                " or end what holds the file"
            )

    def _write(self, statement: str, *values: Any) -> None:
        self._pending.append(_Write(statement, tuple(map(_storable, values))))
        self._flush(0.0)

    def _flush(self, patience_s: float) -> None:
        if not self._pending:
            return
        try:
            self._tune(f"busy_timeout = {round(patience_s * 1000)}")
            while self._pending:
                write = self._pending[0]
                self._connection.execute(write.statement, write.values)
                del self._pending[0]
            self.trouble = ""
        except sqlite3.Error as error:
            self.trouble = str(error)
        finally:
            self._tune(f"busy_timeout = {round(PATIENCE_S * 1000)}")

    def _tune(self, setting: str) -> None:
        with suppress(sqlite3.Error):
            self._connection.execute(f"PRAGMA {setting}")


_THIS = "conversation = ? AND number = ?"
_REMOVE_EMPTY = """DELETE FROM conversations WHERE id = ?
    AND NOT EXISTS (SELECT 1 FROM turns WHERE conversation = conversations.id)
    AND NOT EXISTS (SELECT 1 FROM documents WHERE conversation = conversations.id)"""
_JOINT = "CASE WHEN unicode(substr(answer, -1)) >= 11904 THEN '' ELSE ' ' END"
"""A space between sentences, none after Chinese characters and marks (U+2E80 and above)."""


def exchange_of(turn: StoredTurn) -> Exchange:
    """What a conversation remembers of a turn."""
    outcome = turn.outcome
    return Exchange(turn.question, outcome.answer, outcome.citations, outcome.unheard, turn.documents, turn.in_use)


def _storable(value: Any) -> Any:
    """Half characters, as a file name that is not UTF-8 has them, become question marks: the file holds none."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def now() -> str:
    """The time as the file has it: UTC, ISO 8601, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
