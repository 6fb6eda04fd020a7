"""The gateway's database: opened, prepared, and honest about what is wrong with it."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert, select, text
from sqlalchemy.exc import IntegrityError

from gateway import database as module
from gateway.database import Database, DatabaseError, DatabaseUrlError, open_database
from gateway.errors import GatewayError
from tests.gateway.postgres import PASSWORD, PostgresServer, mortal_postgres, postgres_url, shared_postgres

__all__ = ["mortal_postgres", "postgres_url", "shared_postgres"]

METADATA = MetaData()
PEOPLE = Table("people", METADATA, Column("number", Integer, primary_key=True), Column("name", String(40)))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    return f"sqlite:///{folder / 'gateway.sqlite'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with open_database(url) as opened:
        opened.prepare(METADATA, "people", 1)
        yield opened


def test_what_is_written_is_there_for_the_next(database: Database, url: str) -> None:
    """Also after closing and opening it again, when preparing it changes nothing."""
    with database.writing() as connection:
        connection.execute(insert(PEOPLE).values(number=1, name="安娜"))
    with open_database(url) as again:
        again.prepare(METADATA, "people", 1)
        with again.reading() as connection:
            assert connection.execute(select(PEOPLE)).all() == [(1, "安娜")]


def test_an_exception_undoes_what_was_written(database: Database) -> None:
    """Nothing of a transaction stays that did not come to its end; a broken constraint is told as such."""
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(insert(PEOPLE), [{"number": 1}, {"number": 2}, {"number": 1}])
    with database.reading() as connection:
        assert connection.execute(select(PEOPLE)).all() == []


def test_whoever_reads_sees_one_state(database: Database) -> None:
    """A search is not disturbed by what is written meanwhile, and does not wait for it."""
    with database.reading() as connection:
        assert connection.execute(select(PEOPLE)).all() == []
        with database.writing() as other:
            other.execute(insert(PEOPLE).values(number=1))
        assert connection.execute(select(PEOPLE)).all() == []


def test_several_threads_may_prepare_at_once(url: str) -> None:
    """Gateways that start together make the tables once."""
    failures: list[BaseException] = []

    def prepare() -> None:
        try:
            with open_database(url) as opened:
                opened.prepare(METADATA, "people", 1)
        except BaseException as error:  # noqa: BLE001  whatever it is, the test shows it
            failures.append(error)

    threads = [threading.Thread(target=prepare) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_tables_of_a_newer_gateway_are_left_alone(database: Database) -> None:
    """The message says what to do; nothing is changed."""
    with pytest.raises(GatewayError, match=r"made by a newer gateway.*update this gateway"):
        database.prepare(METADATA, "people", 0)


def test_older_tables_are_brought_forward_step_by_step(database: Database) -> None:
    """Each step once, in order, and the new version is noted; a step that is not known is an error."""
    taken: list[int] = []

    def step(number: int) -> module.Step:
        def bring_forward(_connection: Connection) -> None:
            taken.append(number)

        return bring_forward

    with pytest.raises(GatewayError, match=r"layout 1.*cannot bring it forward"):
        database.prepare(METADATA, "people", 3)
    database.prepare(METADATA, "people", 3, {1: step(1), 2: step(2)})
    database.prepare(METADATA, "people", 3)
    assert taken == [1, 2]


def test_a_file_is_for_its_owner_alone(sqlite_url: str, tmp_path: Path) -> None:
    """Database, log, and a file that stood open before have mode 0600."""
    file = tmp_path / "folder" / "gateway.sqlite"
    file.touch(mode=0o644)
    with open_database(sqlite_url) as database:
        database.prepare(METADATA, "people", 1)
        assert database.file == file
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
        assert set(modes.values()) == {0o600} and len(modes) == 3


def test_removed_content_leaves_the_files(sqlite_url: str) -> None:
    """Neither the database file nor its log holds what was deleted and scrubbed."""
    with open_database(sqlite_url) as database:
        database.prepare(METADATA, "people", 1)
        assert database.file is not None
        with database.writing() as connection:
            connection.execute(insert(PEOPLE).values(number=1, name="canary-erased"))
        with database.writing() as connection:
            connection.execute(text("DELETE FROM people"))
        database.scrub(PEOPLE)
        left = b"".join(path.read_bytes() for path in database.file.parent.iterdir())
    assert b"canary-erased" not in left


@pytest.mark.slow
def test_postgres_clears_the_pages_of_removed_rows(postgres_url: str) -> None:
    """Scrubbing runs outside of any transaction, as PostgreSQL wants it."""
    with open_database(postgres_url) as database:
        database.prepare(METADATA, "people", 1)
        database.scrub(PEOPLE)


def test_a_file_is_made_only_in_a_folder_that_is_there(tmp_path: Path) -> None:
    """A slip in a path must not become a new, empty database; nor can a folder be one."""
    for place, fault in ((tmp_path / "slip" / "g.sqlite", "there is no folder"), (tmp_path, "this is a folder")):
        with pytest.raises(DatabaseUrlError, match=fault):
            open_database(f"sqlite:///{place}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("mysql://root:canary@host/name", "no such kind of database"),
        ("sqlite://", "name a file"),
        ("sqlite:///:memory:", "name a file"),
        ("gateway.sqlite", "cannot be read"),
        ("", "cannot be read"),
        ("canary canary", "cannot be read"),
    ],
)
def test_a_url_that_is_none_is_refused(url: str, fault: str) -> None:
    """The message shows both forms, and never a password."""
    with pytest.raises(GatewayError, match=fault) as refused:
        open_database(url)
    assert "sqlite:///PATH" in str(refused.value) and "canary" not in str(refused.value)


@pytest.mark.parametrize("given", ["u:canary@127.0.0.1:1/x", "u@127.0.0.1:1/x?password=canary"])
def test_a_server_that_is_not_there_is_named_without_its_password(given: str) -> None:
    """What cannot be reached, and what to look at."""
    with pytest.raises(DatabaseError, match=r"127\.0\.0\.1:1.*refused.*see that the server runs") as failed:
        open_database(f"postgresql://{given}")
    assert failed.value.kind == "unreachable" and "canary" not in str(failed.value)


@pytest.mark.slow
def test_a_wrong_password_is_told_as_such(shared_postgres: PostgresServer) -> None:
    """It stands in no message."""
    with pytest.raises(DatabaseError, match="password authentication failed") as failed:
        open_database(shared_postgres.url.replace(PASSWORD, "canary"))
    assert failed.value.kind == "unreachable" and "canary" not in str(failed.value)


def test_a_damaged_file_is_kept_for_inquiry(sqlite_url: str, tmp_path: Path) -> None:
    """It is neither used nor replaced, and the message says what to do."""
    file = tmp_path / "folder" / "gateway.sqlite"
    file.write_bytes(b"no database " * 1000)
    with pytest.raises(DatabaseError, match="not a database; stop the gateway") as failed:
        open_database(sqlite_url)
    assert failed.value.kind == "damaged" and file.read_bytes() == b"no database " * 1000


def test_another_programs_file_is_not_used(sqlite_url: str, tmp_path: Path) -> None:
    """A file with tables, and none of them ours, stays as it is."""
    with sqlite3.connect(tmp_path / "folder" / "gateway.sqlite") as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    with open_database(sqlite_url) as database, pytest.raises(GatewayError, match="another program's database"):
        database.prepare(METADATA, "people", 1)


def test_a_locked_file_is_told_after_a_wait(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that holds it for too long is named as the cause."""
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
    with open_database(sqlite_url) as database:
        database.prepare(METADATA, "people", 1)
        other = sqlite3.connect(str(database.file), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match="locked; another process holds it") as failed, database.writing():
            pass
        other.close()
    assert failed.value.kind == "locked"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_not_writable_is_named(tmp_path: Path) -> None:
    """With what to do about it."""
    tmp_path.chmod(0o500)
    with pytest.raises(DatabaseError, match="make the file and its folder writable"):
        open_database(f"sqlite:///{tmp_path / 'gateway.sqlite'}")


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    """Whoever typed the path sees what is wrong with it."""
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUrlError, match=r"there is no folder \S+/file; make it"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'gateway.sqlite'}")


@pytest.mark.slow
def test_a_server_that_died_is_told_and_found_again(mortal_postgres: PostgresServer) -> None:
    """The same database object works again once the server is back."""
    with open_database(mortal_postgres.url) as database:
        database.prepare(METADATA, "people", 1)
        mortal_postgres.kill()
        with pytest.raises(DatabaseError) as failed, database.writing() as connection:
            connection.execute(insert(PEOPLE).values(number=1))
        assert failed.value.kind == "unreachable"
        mortal_postgres.start()
        with database.writing() as connection:
            connection.execute(insert(PEOPLE).values(number=1))
