"""Conversations on disk: a SQLite file (write-ahead log), written as things happen, with a lock for each conversation.

What has been written survives the death of the process. A turn that was under way then is marked `unfinished` when its
conversation is opened again. A file that is damaged is set aside, and a new one begun.

    with ConversationStore(folder) as store:
        with store.open("work") as conversation:      # for one process at a time
            conversation.begin(turn_id, cold=True)
            ...
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from pipeline.context import ConversationContext
from pipeline.errors import InputError, SetupError
from pipeline.migrations import SCHEMA_VERSION, migrate
from pipeline.open_conversation import PATIENCE_S, REMEMBERED, OpenConversation, exchange_of, now
from pipeline.records import ConversationEntry, StoredConversation, StoredTurn, TurnState
from pipeline.rows import names_of, page_of, time_of, turn_of

FILE = "conversations.sqlite"
LONGEST_NAME = 100

_CHECKED_BYTES = 64 * 2**20
"""Larger files are not read through at each start: that takes over a tenth of a second."""


class ConversationStore:
    """The conversations in one folder. Reading needs no lock; writing to a conversation does (`open`)."""

    def __init__(self, folder: Path) -> None:
        """Raises `SetupError` when the folder or the file cannot be used."""
        self.file = folder / FILE
        self.set_aside: Path | None = None
        """Where a damaged file was put; None when there was none."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._connection = self._connected()
        except (OSError, sqlite3.Error) as error:
            raise SetupError(
                f"{self.file}: conversations cannot be kept there ({error}); make the folder writable and see that the "
                "disk has room"
            ) from error

    def __enter__(self) -> ConversationStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    # -- reading

    def entries(self) -> list[ConversationEntry]:
        """All conversations, the one with the latest turn first."""
        with self._explained():
            return self._entries()

    def _entries(self) -> list[ConversationEntry]:
        rows = self._connection.execute(
            "SELECT id, name, created_at, updated_at,"
            " (SELECT count(*) FROM turns WHERE conversation = conversations.id),"
            " (SELECT question FROM turns WHERE conversation = conversations.id ORDER BY number DESC LIMIT 1)"
            " FROM conversations ORDER BY coalesce((SELECT id FROM turns WHERE conversation = conversations.id"
            " ORDER BY number DESC LIMIT 1), 0) DESC, id DESC"  # no clock in it: that may be set back
        ).fetchall()
        return [
            ConversationEntry(name, time_of(created), time_of(updated), turns, self._documents(number), question or "")
            for number, name, created, updated, turns, question in rows
        ]

    def load(self, name: str) -> StoredConversation:
        """A conversation with all its turns. Raises `InputError`, naming those there are, when there is none."""
        with self._explained():
            number, created, updated = self._found(name)
            with suppress(SetupError, sqlite3.OperationalError):  # nobody holds it: what still runs never ended
                lock = self._locked(number, name)
                try:
                    self._mark_unfinished(number)
                finally:
                    lock.release()
            turns = tuple(turn for _, turn in self.turns(name))
            return StoredConversation(name, time_of(created), time_of(updated), self.context(number), turns)

    def turns(self, conversation: str | None = None) -> Iterator[tuple[str, StoredTurn]]:
        """(name of the conversation, turn) of one conversation or of all, oldest first; holds one turn at a time.

        Raises `InputError` when there is no such conversation.
        """
        where, values = (
            ("", ()) if conversation is None else (" WHERE conversation = ?", (self._found(conversation)[0],))
        )
        rows = self._connection.cursor().execute(
            "SELECT conversations.name, turns.* FROM turns JOIN conversations ON conversations.id = conversation"
            f"{where} ORDER BY turns.id",
            values,
        )
        names = [column[0] for column in rows.description[1:]]
        for name, *values_of_turn in rows:
            yield name, turn_of(dict(zip(names, values_of_turn, strict=True)))

    def context(self, number: int) -> ConversationContext:
        """The conversation numbered `number` as its next turn would see it."""
        summary, covers, through, fresh, fresh_in_use, in_use_before = self._connection.execute(
            "SELECT summary, covers_turns, covered_through, fresh_documents, fresh_in_use, in_use_before"
            " FROM conversations WHERE id = ?",
            (number,),
        ).fetchone()
        rows = self._connection.execute(
            "SELECT * FROM turns WHERE conversation = ? AND number > ? AND state IN (?, ?) ORDER BY number",
            (number, through, *REMEMBERED),
        )
        names = [column[0] for column in rows.description]
        turns = [turn_of(dict(zip(names, row, strict=True))) for row in rows]
        pages = self._connection.execute(
            "SELECT pages.* FROM pages JOIN documents ON documents.id = document"
            " WHERE conversation = ? AND dropped_at IS NULL ORDER BY pages.id",  # as they came
            (number,),
        )
        columns = [column[0] for column in pages.description]
        return ConversationContext(
            summary=summary,
            covers_turns=covers,
            recent=tuple(exchange_of(turn) for turn in turns),
            pages=tuple(page_of(dict(zip(columns, row, strict=True))) for row in pages),
            fresh_documents=names_of(fresh),
            fresh_in_use=fresh_in_use,
            in_use_before=in_use_before,
        )

    # -- writing

    def open(self, name: str) -> OpenConversation:
        """The conversation for writing, made when there is none. One process at a time.

        Raises `InputError` for a name that cannot be used, `SetupError` when another process holds it.
        """
        check_name(name)
        with self._explained():
            number, lock = self._held(name)
            try:
                broken_off = self._mark_unfinished(number)
                conversation = OpenConversation(self._connection, number, name, self.context(number), lock)
                conversation.broken_off = broken_off
                return conversation
            except BaseException:
                lock.release()
                raise

    def delete(self, name: str) -> None:
        """Remove a conversation with everything in it. Raises `InputError` when there is none, `SetupError` when it is
        open in another process.
        """
        with self._explained():
            number = self._found(name)[0]
            lock = self._locked(number, name)
            try:
                self._connection.execute("DELETE FROM conversations WHERE id = ?", (number,))
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what was deleted leaves the log too
            finally:
                lock.release()
            self._lock_file(number).unlink(missing_ok=True)

    # -- inside

    def _connected(self) -> sqlite3.Connection:
        try:
            return self._opened()
        except sqlite3.OperationalError:  # locked, full, not writable: the file itself is sound
            raise
        except sqlite3.DatabaseError:
            with FileLock(self.file.with_name("damaged.lock"), timeout=PATIENCE_S):
                try:
                    return self._opened()  # another process was first: this is the new file
                except sqlite3.DatabaseError:
                    self.set_aside = self._put_aside()
                    return self._opened()

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.file, timeout=PATIENCE_S, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(
                "PRAGMA synchronous = NORMAL"
            )  # losing power may lose the last turns, a dead process none
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA_VERSION:
                raise SetupError(
                    f"{self.file}: a newer version wrote this (schema {version}, known here: {SCHEMA_VERSION}); update"
                    " this program, or set XDG_DATA_HOME to another folder"
                )
            small = self.file.stat().st_size <= _CHECKED_BYTES
            if version and small and connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("the file is damaged")
            migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _put_aside(self) -> Path:
        """Rename the damaged file and its log, so that nothing in them is lost."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        aside = self.file.with_name(f"{self.file.stem}.damaged-{stamp}{self.file.suffix}")
        for suffix in ("", "-wal", "-shm"):
            part = self.file.with_name(self.file.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        return aside

    def _mark_unfinished(self, number: int) -> bool:
        """Mark what a dead process left running; False when there was nothing."""
        running = (number, TurnState.RUNNING)
        # asked first: to a locked file or a full disk nothing is written without need
        if not self._connection.execute("SELECT 1 FROM turns WHERE conversation = ? AND state = ?", running).fetchone():
            return False
        self._connection.execute(
            "UPDATE turns SET state = ? WHERE conversation = ? AND state = ?", (TurnState.UNFINISHED, *running)
        )
        return True

    def _held(self, name: str) -> tuple[int, FileLock]:
        """The number and the lock of the conversation `name`, made when there is none."""
        while True:
            row = self._connection.execute("SELECT id FROM conversations WHERE name = ?", (name,)).fetchone()
            if row is None:
                moment = now()
                self._connection.execute(
                    "INSERT INTO conversations (name, created_at, updated_at) VALUES (?, ?, ?)"
                    " ON CONFLICT (name) DO NOTHING",
                    (name, moment, moment),
                )
                continue
            lock = self._locked(row[0], name)
            if self._connection.execute("SELECT 1 FROM conversations WHERE id = ?", row).fetchone():
                return row[0], lock
            lock.release()  # removed by another process a moment ago

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Says in words what SQLite says in its own."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise SetupError(
                f"{self.file}: this cannot be used now ({error}); end what else holds it, and see that the"
                " disk has room"
            ) from error
        except sqlite3.DatabaseError as error:
            raise SetupError(
                f"{self.file}: this is damaged ({error}); move it elsewhere, a new one is begun at the next start"
            ) from error

    def _found(self, name: str) -> tuple[int, str, str]:
        row = self._connection.execute(
            "SELECT id, created_at, updated_at FROM conversations WHERE name = ?", (name,)
        ).fetchone()
        if row is None:
            known = [entry.name for entry in self.entries()]
            there = f"there are: {', '.join(known)}" if known else "none has been kept yet"
            raise InputError(f"there is no conversation '{name}'; {there}")
        return row[0], row[1], row[2]

    def _documents(self, number: int) -> tuple[str, ...]:
        rows = self._connection.execute(
            "SELECT name FROM documents WHERE conversation = ? AND dropped_at IS NULL ORDER BY id", (number,)
        )
        return tuple(row[0] for row in rows)

    def _lock_file(self, number: int) -> Path:
        return self.file.with_name(f"conversation-{number}.lock")

    def _locked(self, number: int, name: str) -> FileLock:
        lock = FileLock(self._lock_file(number))
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise SetupError(
                f"the conversation '{name}' is open in another process; end that one, or give another name"
            ) from error
        except OSError as error:
            raise SetupError(
                f"{lock.lock_file}: this cannot be made ({error.strerror}); make the folder writable and see that the"
                " disk has room"
            ) from error
        return lock


def check_name(name: str) -> None:
    """Raise `InputError` for a name that no conversation can have."""
    if not name.strip() or name != name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputError(
            f"{name!r} is no name for a conversation: give 1 to {LONGEST_NAME} printable characters, no spaces around"
        )
