"""A real PostgreSQL for a test: in a folder of its own, on a free port of loopback, ended by its own process id.

A conftest takes the fixtures in with `from tests.gateway.postgres import shared_postgres`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

START_S = 60.0
USER, PASSWORD = "gateway", "canary-postgres-password"
_FAST = (
    "fsync=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=16MB", "max_connections=60",
    "listen_addresses=127.0.0.1", "logging_collector=off",
)  # fmt: skip


class PostgresServer:
    """Starts at once, with an empty database. `kill` ends it as a crash would; `start` brings it back as it was."""

    def __init__(self) -> None:
        self._initdb, self._postgres = _program("initdb"), _program("postgres")
        # Neither program runs as root.
        self._account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="r1-postgres-"))
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._prepare()
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = int(free.getsockname()[1])
            self.start()
        except BaseException:
            self.stop()
            raise

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """The URL of a database that is there until leaving."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield self.url_of(name)
        finally:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())

    def start(self) -> None:
        settings = [part for setting in (*_FAST, f"unix_socket_directories={self._folder}") for part in ("-c", setting)]
        command = [self._postgres, "-D", str(self._folder / "data"), "-p", str(self.port), *settings]
        self._process = self._started(command)
        limit = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, "postgres ended at once"
            assert time.monotonic() < limit, "postgres did not begin to answer"
            time.sleep(0.05)

    def pause(self) -> None:
        """Stand still: connections stay open, and nothing is answered. The server's children are its own group."""
        self._signal_all(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal_all(signal.SIGCONT)

    def kill(self) -> None:
        """With its children, which hold the port and the data folder."""
        if self._process is not None:
            self._signal_all(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _prepare(self) -> None:
        if self._account is not None:
            os.chown(self._folder, self._account.pw_uid, self._account.pw_gid)
        secret = self._folder / "password"
        secret.write_text(PASSWORD, encoding="ascii")
        command = [
            self._initdb, "-D", str(self._folder / "data"), "-U", USER, "--pwfile", str(secret), "--no-sync",
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C",
        ]  # fmt: skip
        assert self._started(command).wait(START_S) == 0, "initdb failed"

    def _started(self, command: list[str]) -> subprocess.Popen[bytes]:
        account = self._account
        return subprocess.Popen(
            command,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            start_new_session=True,
        )

    def _signal_all(self, number: signal.Signals) -> None:
        """To the server and its children, each of which leads a session of its own and so is no part of a group."""
        if self._process is None:
            return
        server = psutil.Process(self._process.pid)
        for process in (server, *server.children(recursive=True)):
            with suppress(ProcessLookupError):
                os.kill(process.pid, number)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def _program(name: str) -> str:
    """Debian keeps most of them out of the way."""
    found = shutil.which(name) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None
    )
    if found is None:
        pytest.skip(f"{name} is not installed (apt-get install postgresql)")
    return found


@pytest.fixture(scope="session")
def shared_postgres() -> Iterator[PostgresServer]:
    """One that stays up; each test makes a database of its own in it."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(shared_postgres: PostgresServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own."""
    with shared_postgres.database(f"test_{abs(hash(request.node.nodeid)):x}") as url:
        yield url


@pytest.fixture
def mortal_postgres() -> Iterator[PostgresServer]:
    """One to be killed."""
    server = PostgresServer()
    yield server
    server.stop()
