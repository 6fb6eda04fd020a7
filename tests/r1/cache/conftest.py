"""A redis-server for the tests that only use one, and one for those that kill it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.r1.cache.redis_server import RedisServer


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
