"""A database of each kind."""

from __future__ import annotations

from tests.gateway.audit.conftest import database, key, postgres_url, shared_postgres, sqlite_url, store

__all__ = ["database", "key", "postgres_url", "shared_postgres", "sqlite_url", "store"]
