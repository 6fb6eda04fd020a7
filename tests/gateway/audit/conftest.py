"""A database of each kind, and a log in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.audit.store import AuditStore
from gateway.database import Database, open_database
from gateway.privacy.gateway_key import GatewayKey
from tests.gateway.postgres import mortal_postgres, postgres_url, shared_postgres

__all__ = ["mortal_postgres", "postgres_url", "shared_postgres"]


@pytest.fixture
def key() -> GatewayKey:
    return GatewayKey(bytes(range(32)))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'gateway.sqlite'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    url = request.getfixturevalue(f"{request.param}_url")
    with open_database(url) as opened:
        yield opened


@pytest.fixture
def store(database: Database, key: GatewayKey) -> AuditStore:
    return AuditStore(database, key)
