"""Pages that were read before, kept in one SQLite file, so that no page is read twice.

A page is known by the digest of its document's bytes, its number, and everything that decides how it comes out. The
cache is a convenience and nothing more: whatever is wrong with its file, readings go on without it. Several processes
may use it at once. It holds the text of documents and is therefore its owner's alone (mode 0600); what is encrypted is
never put into it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pipeline.events import Line, Page, Word

Result = TypeVar("Result")

SCHEMA = 1
"""Kept as the file's `user_version`; a file of another version is begun anew."""
APPLICATION_ID = 0x50414745
"""Kept as the file's `application_id` ("PAGE"), so that no other program's database is taken for the cache."""
MOST_BYTES = 128 * 1024 * 1024
"""Of the file; a page takes about 4 KB."""
BUSY_S = 0.2
"""How long another process is waited for."""
STALE_S = 3600.0
"""How exactly is known when a page was last asked for."""
_WHOLE = 0
"""In the place of a page's number: the entry that says how many pages there are."""
_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_TABLES = """
DROP TABLE IF EXISTS pages;
CREATE TABLE pages (
    key TEXT NOT NULL,
    number INTEGER NOT NULL,
    used_at REAL NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (key, number)
) WITHOUT ROWID;
CREATE INDEX pages_by_use ON pages (used_at);
"""


class PageCache:
    """The cache in `file`, which may not be there yet. Blocking; calls may come from any thread, and never raise.

    The pages that were not asked for longest go out when it would grow beyond `most_bytes`. `clock` gives the time of
    day, in seconds.
    """

    def __init__(self, file: Path, most_bytes: int = MOST_BYTES, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._most_bytes = most_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def page_count(self, key: str) -> int | None:
        """How many pages the document has that was read under `key`; None when that is not known."""
        stored = self._run(lambda connection: self._select(connection, key, _WHOLE))
        return stored if isinstance(stored, int) and stored > 0 else None

    def keep_page_count(self, key: str, count: int) -> None:
        """Remember how many pages the document has."""
        self._run(lambda connection: self._insert(connection, key, _WHOLE, count))

    def find(self, key: str, number: int, document: str) -> Page | None:
        """Page `number` as it was read under `key`, under the name that its document has now."""
        stored = self._run(lambda connection: self._select(connection, key, number))
        try:
            return None if stored is None else _page_of(stored, document, number)
        except (TypeError, ValueError, LookupError):
            return None

    def put(self, key: str, page: Page) -> None:
        """Keep `page`."""
        self._run(lambda connection: self._insert(connection, key, page.number, _stored(page)))

    def close(self) -> None:
        """Let the file go. The cache can be used again."""
        with self._lock:
            self._drop()

    def _run(self, work: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """What `work` makes of the file; None when it cannot be used. A corrupt file is removed and begun anew."""
        with self._lock:
            for last in (False, True):
                try:
                    return work(self._opened())
                except sqlite3.Error as error:
                    self._drop()
                    if last or getattr(error, "sqlite_errorcode", 0) & 0xFF not in _CORRUPT:
                        return None
                    self._remove()
                except OSError:
                    self._drop()
                    return None
            return None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make_private(self._file)
            connection = sqlite3.connect(self._file, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
            try:
                _prepare(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _remove(self) -> None:
        for ending in ("-wal", "-shm", ""):
            self._file.with_name(self._file.name + ending).unlink(missing_ok=True)

    def _select(self, connection: sqlite3.Connection, key: str, number: int) -> Any:
        place = (key, number)
        row = connection.execute("SELECT content, used_at FROM pages WHERE key = ? AND number = ?", place).fetchone()
        if row is None:
            return None
        now = self._clock()
        if abs(now - row[1]) > STALE_S:
            connection.execute("UPDATE pages SET used_at = ? WHERE key = ? AND number = ?", (now, *place))
        try:
            return json.loads(zlib.decompress(row[0]))
        except (ValueError, TypeError, zlib.error, RecursionError):
            return None

    def _insert(self, connection: sqlite3.Connection, key: str, number: int, content: Any) -> None:
        packed = zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
        if len(packed) > self._most_bytes:
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            row = (key, number, self._clock(), packed)
            connection.execute("INSERT OR REPLACE INTO pages (key, number, used_at, content) VALUES (?, ?, ?, ?)", row)
            while _bytes_in_use(connection) > self._most_bytes:
                oldest = "SELECT key, number FROM pages ORDER BY used_at LIMIT 16"
                if not connection.execute(f"DELETE FROM pages WHERE (key, number) IN ({oldest})").rowcount:
                    break
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


class _ForeignFileError(sqlite3.Error):
    """The file belongs to another program."""


def _make_private(file: Path) -> None:
    """See that the file is there, for its owner alone."""
    try:
        # Opened only to create it: closing a descriptor of a database in use would drop SQLite's own locks on it.
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            file.chmod(0o600)


def _prepare(connection: sqlite3.Connection) -> None:
    """Settings and tables."""
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = OFF")  # after a power cut the file may be corrupt; then it is begun anew
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    owner = _number(connection, "application_id")
    if owner == APPLICATION_ID and _number(connection, "user_version") == SCHEMA:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _number(connection, "application_id") != APPLICATION_ID:
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise _ForeignFileError
        elif _number(connection, "user_version") == SCHEMA:
            connection.execute("COMMIT")  # made by another process in the meantime
            return
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _bytes_in_use(connection: sqlite3.Connection) -> int:
    pages = _number(connection, "page_count") - _number(connection, "freelist_count")
    return pages * _number(connection, "page_size")


def _stored(page: Page) -> dict[str, Any]:
    lines = [
        [
            line.text,
            [[word.text, word.left, word.top, word.width, word.height, word.confidence] for word in line.words],
        ]
        for line in page.lines
    ]
    return {"page_count": page.page_count, "size": [page.width, page.height], "lines": lines}


def _page_of(stored: Any, document: str, number: int) -> Page:
    """The page; raises `TypeError`, `ValueError` or `LookupError` for what `_stored` did not write."""
    lines = tuple(
        Line(place, str(text), tuple(_word_of(*word) for word in words))
        for place, (text, words) in enumerate(stored["lines"], start=1)
    )
    width, height = stored["size"]
    return Page(document, number, int(stored["page_count"]), lines, int(width), int(height))


def _word_of(text: str, left: int, top: int, width: int, height: int, confidence: float) -> Word:
    return Word(str(text), int(left), int(top), int(width), int(height), float(confidence))
