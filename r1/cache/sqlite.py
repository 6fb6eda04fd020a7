"""Answers on this machine's disk, in one SQLite file that several processes may use at once."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from r1.cache.key import CacheKey, user_prefix
from r1.cache.reply import CachedReply
from r1.cache.result_cache import Found
from r1.errors import SettingsError

Result = TypeVar("Result")

SCHEMA = 1
"""Kept as the file's `user_version`; a file of another version is emptied."""
APPLICATION_ID = 0x52314341
"""Kept as the file's `application_id` ("R1CA"), so that no other program's database is taken for a cache."""
PURGED = 256
"""Expired answers that are removed at most with each new one."""
WAL_BYTES = 4 * 1024 * 1024
"""Size that the write-ahead log is cut back to."""
SET_ASIDE = ".corrupt"
"""Ending of the name that a corrupt file is given. Only the last one is kept."""
_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_TABLES = """
DROP TABLE IF EXISTS replies;
CREATE TABLE replies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    field TEXT NOT NULL,
    expires_at REAL NOT NULL,
    reply BLOB NOT NULL,
    UNIQUE (key, field)
);
CREATE INDEX replies_by_expiry ON replies (expires_at);
"""


class SqliteCache:
    """A file of at most about `most_bytes`, the answers stored first going out first; its log is small beside it.

    The file is for its owner alone (mode 0600, in a folder of mode 0700 where that is made here), and what is deleted
    is overwritten. A corrupt file is set aside under another name and a new one begun. Calls run on a thread of the
    cache's own, and wait `busy_s` seconds at most for another process. Raises `sqlite3.Error`, `OSError`, and
    `SettingsError` for a file that is another program's. `clock` gives the time of day, in seconds.
    """

    def __init__(
        self,
        path: Path,
        most_bytes: int = 256 * 1024 * 1024,
        clock: Callable[[], float] = time.time,
        busy_s: float = 0.2,
    ) -> None:
        self._database = _Database(path, busy_s)
        self._most_bytes = most_bytes
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="r1-cache")
        self._closed = False

    async def get(self, key: CacheKey) -> CachedReply | None:
        found = await self.find(key)
        return None if found is None else found.reply

    async def find(self, key: CacheKey) -> Found | None:
        row = await self._run(partial(_select, key))
        if row is None:
            return None
        stored, expires_at = row
        life_s = expires_at - self._clock()
        if life_s <= 0:
            return None
        try:
            return Found(CachedReply.from_bytes(stored), life_s)
        except ValueError:
            return None

    async def put(self, key: CacheKey, reply: CachedReply, ttl_s: float) -> None:
        stored, now = reply.to_bytes(), self._clock()
        if ttl_s > 0 and len(stored) <= self._most_bytes:
            row = (key.key, key.field, now + ttl_s, stored)
            await self._run(partial(_insert, row, now, self._most_bytes))

    async def erase_user(self, tenant: str, user_id: str) -> int:
        erased = await self._run(partial(_erase, user_prefix(tenant, user_id)))
        # Nothing can be taken out of a file that cannot be read.
        await self._run(lambda _: self._database.set_aside_path.unlink(missing_ok=True))
        return erased

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            await asyncio.get_running_loop().run_in_executor(self._thread, self._database.close)
            self._thread.shutdown(wait=False)

    async def _run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._database.run, work)


class _Database:
    """The file and the connection to it. Blocking; used on one thread."""

    def __init__(self, path: Path, busy_s: float) -> None:
        self._path = path
        self._busy_s = busy_s
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        """Device and number of the file that the connection has open."""

    @property
    def set_aside_path(self) -> Path:
        """Where a corrupt file goes."""
        return self._path.with_name(self._path.name + SET_ASIDE)

    def run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """What `work` makes of the connection. A corrupt file is replaced, and `work` done on the new one."""
        try:
            return work(self._open())
        except sqlite3.Error as error:
            # Whatever it was, the next call begins with a new connection.
            self.close()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _CORRUPT:
                raise
        self._set_aside()
        try:
            return work(self._open())
        except sqlite3.Error:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None:
            return self._connection
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_private(self._path)
        self._file = _identity(self._path)
        connection = sqlite3.connect(self._path, timeout=self._busy_s, isolation_level=None)
        try:
            _prepare(connection, self._path, time.monotonic() + self._busy_s)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _set_aside(self) -> None:
        if _identity(self._path) != self._file:
            return  # another process has done so, and what stands there now is new
        # The log first: once the file is away, a log by this name may be that of another process's new one.
        for ending in ("-wal", "-shm"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
        self._path.replace(self.set_aside_path)


def _make_private(path: Path) -> None:
    """See that the file is there, for its owner alone. SQLite gives its log and index the same mode."""
    try:
        # Opened only to create it: closing a descriptor of a database in use would drop SQLite's own locks on it.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _prepare(connection: sqlite3.Connection, path: Path, until: float) -> None:
    """Settings and tables. Two processes that begin a file at once wait for each other until `until`."""
    while True:
        try:
            # SQLite does not wait by itself for whoever else is changing the journal's mode.
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            time.sleep(0.005)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}").fetchall()
    if _number(connection, "user_version") == SCHEMA and _number(connection, "application_id") == APPLICATION_ID:
        return
    with _transaction(connection):
        if _number(connection, "application_id") != APPLICATION_ID:
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise SettingsError(f"{path} is another program's database: give the cache a file of its own")
        elif _number(connection, "user_version") == SCHEMA:
            return  # made by another process in the meantime
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA}")


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # A full disk may have ended it already.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _select(key: CacheKey, connection: sqlite3.Connection) -> tuple[bytes, float] | None:
    query = "SELECT reply, expires_at FROM replies WHERE key = ? AND field = ?"
    row: tuple[bytes, float] | None = connection.execute(query, (key.key, key.field)).fetchone()
    return row


def _insert(row: tuple[str, str, float, bytes], now: float, most_bytes: int, connection: sqlite3.Connection) -> None:
    with _transaction(connection):
        connection.execute(
            "DELETE FROM replies WHERE id IN (SELECT id FROM replies WHERE expires_at <= ? LIMIT ?)", (now, PURGED)
        )
        # Not an update: the new answer is the youngest, and goes out last.
        connection.execute("DELETE FROM replies WHERE key = ? AND field = ?", row[:2])
        connection.execute("INSERT INTO replies (key, field, expires_at, reply) VALUES (?, ?, ?, ?)", row)
        while _bytes_in_use(connection) > most_bytes:
            if not connection.execute("DELETE FROM replies WHERE id = (SELECT min(id) FROM replies)").rowcount:
                break


def _bytes_in_use(connection: sqlite3.Connection) -> int:
    """Of the file, without the pages that are free for what comes."""
    pages = _number(connection, "page_count") - _number(connection, "freelist_count")
    return pages * _number(connection, "page_size")


def _erase(prefix: str, connection: sqlite3.Connection) -> int:
    # Keys are ASCII and the prefix ends with a colon; the next character after the colon ends the range.
    end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    with _transaction(connection):
        erased = connection.execute("DELETE FROM replies WHERE key >= ? AND key < ?", (prefix, end)).rowcount
    # The log still holds what was written before; cut off, unless another process reads it just now.
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return erased
