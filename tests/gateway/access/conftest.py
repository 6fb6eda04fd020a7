"""A registry on SQLite, and where asked for on PostgreSQL; a redis-server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.access.registry import Registry
from gateway.access.sealing import KeyFile, Seal
from gateway.database import Database, open_database
from tests.gateway.access.clock import Clock
from tests.gateway.postgres import mortal_postgres, postgres_url, shared_postgres
from tests.r1.cache.redis_server import RedisServer

__all__ = ["mortal_postgres", "postgres_url", "shared_postgres"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'gateway.sqlite'}"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with open_database(url) as opened:
        yield opened


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "secrets.key"


@pytest.fixture
def registry(database: Database, key_file: Path, clock: Clock) -> Registry:
    return Registry(database, Seal(KeyFile(key_file)), clock)


@pytest.fixture(scope="package")
def shared_redis() -> Iterator[RedisServer]:
    server = RedisServer()
    yield server
    server.stop()


@pytest.fixture
def mortal_redis() -> Iterator[RedisServer]:
    server = RedisServer()
    yield server
    server.stop()
