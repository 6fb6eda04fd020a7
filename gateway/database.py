"""The gateway's database: one SQLite file (write-ahead log), or PostgreSQL by URL. Each room has tables of its own.

    with open_database("sqlite:///gateway.sqlite") as database:
        database.prepare(METADATA, room="audit", version=1)
        with database.writing() as connection:
            connection.execute(...)

All of it blocks: call it on a thread, never on the event loop.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    exc,
    insert,
    inspect,
    make_url,
    select,
    text,
    update,
)

from gateway.errors import GatewayError

BUSY_SECONDS = 5.0
"""How long a SQLite file that another process writes to is waited for."""
CONNECT_SECONDS = 5
DEAD_MILLISECONDS = 20_000
"""After which a PostgreSQL that acknowledges nothing counts as gone."""
POOLED = 5
"""Connections that are kept open; twice as many may be in use."""
WAL_BYTES = 16 * 1024 * 1024
"""Size that SQLite's write-ahead log is cut back to."""

FaultKind = Literal["unreachable", "locked", "full", "damaged", "refused", "failed"]

_REMEDIES: Mapping[FaultKind, str] = {
    "unreachable": "see that the server runs and that host, port, user and password are right",
    "locked": "another process holds it; end that one, or try again",
    "full": "make room on the disk",
    "damaged": "stop the gateway, keep this file apart for inquiry, and put a backup in its place",
    "refused": "make the file and its folder writable for this user",
    "failed": "see the database's own log",
}
_SQLITE_KINDS: Mapping[int, FaultKind] = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_CANTOPEN: "refused",
    sqlite3.SQLITE_READONLY: "refused",
    sqlite3.SQLITE_PERM: "refused",
}
_POSTGRES_KINDS: Mapping[str, FaultKind] = {
    "08": "unreachable",
    "28": "unreachable",
    "57": "unreachable",
    "53": "full",
    "55": "locked",
    "40": "locked",
    "XX": "damaged",
    "42": "refused",
}
"""By the class of the SQLSTATE (PostgreSQL's documentation, appendix A)."""

_ROOMS = MetaData()
ROOMS = Table(
    "rooms",
    _ROOMS,
    Column("room", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
)
"""Which rooms keep tables here, and in which layout."""
_PREPARING = 0x52314757
"""Key of the lock under which tables are made in PostgreSQL, so that gateways started at once wait for each other."""

Step = Callable[[Connection], None]
"""Brings a room's tables from one version to the next."""


class DatabaseError(GatewayError):
    """The database could not do it: the message names it (without password), the fault, and the remedy."""

    def __init__(self, name: str, kind: FaultKind, fault: str) -> None:
        super().__init__(f"{name}: {fault}; {_REMEDIES[kind]}")
        self.kind = kind


class DatabaseUrlError(GatewayError):
    """The URL names nothing that could be opened or made: for whoever wrote it to mend."""


class Database:
    """One open database, for any number of threads. `open_database` makes it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        """`engine.begin()` takes SQLite's write lock at once, so that what is read first cannot be overtaken."""
        self.name = _shown(engine.url)
        """The URL without its password, for messages."""
        self.is_sqlite = engine.dialect.name == "sqlite"

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Database({self.name!r})"

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for PostgreSQL."""
        return Path(self.engine.url.database or "") if self.is_sqlite else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state throughout and waits for no writer. Raises `DatabaseError`."""
        level = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self.explained(), self.engine.connect().execution_options(reads_only=True, **level) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, committed on leaving and undone by an exception. Raises `DatabaseError`.

        A broken constraint comes through as SQLAlchemy's `IntegrityError`.
        """
        with self.explained(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Within, what the database fails at is raised as `DatabaseError`."""
        try:
            yield
        except exc.SQLAlchemyError as error:
            fault = _fault(self.name, error)
            if fault is None:
                raise
            raise fault from error
        except sqlite3.Error as error:  # from the settings of a new connection
            raise DatabaseError(self.name, _sqlite_kind(error), _first_line(error)) from error

    def prepare(self, metadata: MetaData, room: str, version: int, steps: Mapping[int, Step] | None = None) -> None:
        """Make the tables of a room, once, and note their version; any number of processes may do so at once.

        `steps[n]` brings tables of version n to n + 1. Raises `DatabaseError`, and `GatewayError` for tables that a
        newer gateway made, or that are another program's.
        """
        with self.writing() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PREPARING})
            elif not inspect(connection).has_table(ROOMS.name) and inspect(connection).get_table_names():
                raise GatewayError(f"{self.name}: another program's database; give the gateway a file of its own")
            _ROOMS.create_all(connection)
            found = connection.scalar(select(ROOMS.c.version).where(ROOMS.c.room == room))
            if found is None:
                metadata.create_all(connection)
                connection.execute(insert(ROOMS).values(room=room, version=version))
            elif found > version:
                raise GatewayError(
                    f"{self.name}: its {room} tables have layout {found}, made by a newer gateway, and this one knows "
                    f"{version}; update this gateway, or give it another database"
                )
            elif found < version:
                _bring_forward(connection, room, range(found, version), steps or {})

    def scrub(self, table: Table) -> None:
        """After rows of `table` were removed: see that their content leaves the files too, as far as that can be done.

        SQLite overwrites removed rows in the file, and here its log; PostgreSQL is told to clear the table's pages,
        while its log and any backups keep what they have. Raises `DatabaseError`.
        """
        with self.explained():
            if self.is_sqlite:
                connection = self.engine.raw_connection()
                try:
                    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    connection.close()
                return
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as alone:
                alone.exec_driver_sql(f'VACUUM "{table.name}"')

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """The database at "sqlite:///PATH" (made if need be, for its owner alone) or "postgresql://USER:PASSWORD@HOST/N".

    It is tried at once. A file is made in a folder that is there: a path with a slip in it must not become a new
    database. Raises `DatabaseUrlError` for that and for a URL that is none, `DatabaseError` when the database fails.
    """
    engine = _engine(_parsed(url))
    database = Database(engine)
    try:
        with database.explained(), engine.connect():
            pass
    except BaseException:
        database.close()
        raise
    return database


def _parsed(url: str) -> URL:
    forms = 'use "sqlite:///PATH" or "postgresql://USER:PASSWORD@HOST:PORT/NAME"'
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise DatabaseUrlError(f"the database's URL cannot be read; {forms}") from None  # it may hold a password
    scheme = parsed.drivername.partition("+")[0]
    if scheme in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if scheme != "sqlite":
        raise DatabaseUrlError(f"{_shown(parsed)}: there is no such kind of database here; {forms}")
    if parsed.database in (None, "", ":memory:") or parsed.host or "mode" in parsed.query:
        raise DatabaseUrlError(f"{_shown(parsed)}: name a file; {forms}")
    return parsed.set(drivername="sqlite+pysqlite", database=str(Path(str(parsed.database)).expanduser().absolute()))


def _shown(url: URL) -> str:
    hidden = {key: "***" if "password" in key else value for key, value in url.query.items()}
    shown = url.set(drivername=url.drivername.partition("+")[0], query=hidden)
    return shown.render_as_string(hide_password=True).replace("%2A%2A%2A", "***")


def _engine(url: URL) -> Engine:
    # Statements' values never stand in an error: they hold pseudonyms, secrets and what users wrote.
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        _make_private(path, _shown(url))
        engine = create_engine(
            url, hide_parameters=True, pool_size=POOLED, max_overflow=POOLED, connect_args={"timeout": BUSY_SECONDS}
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    connecting = {
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": DEAD_MILLISECONDS,
        "application_name": "r1-gateway",
    }
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=POOLED,
        max_overflow=POOLED,
        pool_pre_ping=True,
        connect_args={name: value for name, value in connecting.items() if name not in url.query},
    )


def _make_private(path: Path, name: str) -> None:
    """See that the file is there, for its owner alone. SQLite gives its log and index the same mode."""
    if not path.parent.is_dir():
        raise DatabaseUrlError(f"{name}: there is no folder {path.parent}; make it, or mend the path")
    if path.is_dir():
        raise DatabaseUrlError(f"{name}: this is a folder; name a file in it")
    try:
        try:
            # Opened only to create it: closing a descriptor of a database in use would drop SQLite's own locks on it.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            if os.name == "posix" and path.is_file() and path.stat().st_mode & 0o077:
                path.chmod(0o600)
    except OSError as error:
        raise DatabaseError(name, "refused", str(error.strerror)) from error


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver begins no transactions by itself: `_begin_sqlite` does.
    connection.isolation_level = None
    until = time.monotonic() + BUSY_SECONDS
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
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON").fetchall()  # what was erased is gone from the file too
    connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}").fetchall()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that turns from reading to writing fails at once when another one wrote in between.
    reads_only = connection.get_execution_options().get("reads_only")
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _bring_forward(connection: Connection, room: str, versions: range, steps: Mapping[int, Step]) -> None:
    for version in versions:
        if version not in steps:
            raise GatewayError(f"the {room} tables have layout {version}, and this gateway cannot bring it forward")
        steps[version](connection)
    connection.execute(update(ROOMS).where(ROOMS.c.room == room).values(version=versions.stop))


def _fault(name: str, error: exc.SQLAlchemyError) -> DatabaseError | None:
    """What `error` means to an operator; None for a fault of the program's, or a broken constraint."""
    if isinstance(error, exc.TimeoutError):
        return DatabaseError(name, "locked", "all connections are in use")
    if not isinstance(error, exc.DBAPIError) or isinstance(error, exc.IntegrityError):
        return None
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return DatabaseError(name, _sqlite_kind(cause), _first_line(cause))
    code = getattr(cause, "sqlstate", None) or "08"  # without a code, there was no connection or it broke
    return DatabaseError(name, _POSTGRES_KINDS.get(code[:2], "failed"), _first_line(cause))


def _sqlite_kind(error: sqlite3.Error) -> FaultKind:
    return _SQLITE_KINDS.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF, "failed")


def _first_line(error: BaseException | None) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
