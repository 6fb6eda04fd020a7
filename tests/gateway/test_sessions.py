"""Sessions whose store fails, and comes back."""

from __future__ import annotations

import asyncio
import logging

import pytest

from gateway.sessions import REST_S, MemorySessions, Sessions
from r1.request import Caller as Scope

SCOPE = Scope("t", "mei", "s1")


class Flaky(MemorySessions):
    """Fails while `fails`; counts how often it was asked."""

    fails, asked = True, 0

    async def get(self, key: str) -> bytes | None:
        self.asked += 1
        if self.fails:
            raise TimeoutError
        return await super().get(key)


def test_a_store_that_failed_is_left_alone_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    """So that calls do not wait for it each; it is said once, and again when it is over."""
    now, store = [0.0], Flaky()
    sessions = Sessions(store, clock=lambda: now[0])

    async def main() -> None:
        for _ in range(3):
            assert await sessions.prompt(SCOPE, "Why?") == "Why?"
            await sessions.add(SCOPE, "Why?", "So.")
        assert store.asked == 1
        now[0], store.fails = REST_S + 0.1, False
        await sessions.add(SCOPE, "Why?", "So.")
        assert "So." in await sessions.prompt(SCOPE, "And?")

    with caplog.at_level(logging.INFO, "gateway.sessions"):
        asyncio.run(main())
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "sessions are not remembered", "sessions are remembered again",
    ]  # fmt: skip
