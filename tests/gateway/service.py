"""A gateway with every room, for tests: a client of each role, SQLite in a folder of the test's own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx

from gateway.access import Access
from gateway.access.registry import Registry
from gateway.access.registry_watch import WatchedRegistry
from gateway.access.sealing import KeyFile, Seal
from gateway.app import create_app
from gateway.audit.tables import prepare
from gateway.database import open_database
from gateway.feedback.intake import Feedback
from gateway.feedback.store import FeedbackStore
from gateway.kept import CachedAnswers, RememberedSessions
from gateway.parts import GatewayParts, Records
from gateway.privacy.erasure import Privacy
from gateway.privacy.gateway_key import open_gateway_key
from gateway.roles import ROLES
from gateway.sessions import MemorySessions, Sessions
from r1.cache import open_cache
from tests.gateway.engine import TOTAL, ScriptedEngine, assertion


class Service:
    """A gateway with every room, and a client of each role."""

    def __init__(self, folder: Path) -> None:
        self.database = open_database(f"sqlite:///{folder / 'gateway.sqlite'}")
        prepare(self.database)
        self.registry = Registry(self.database, Seal(KeyFile(folder / "key")))
        self.keys = {role: self.registry.add(role, role) for role in ROLES}
        self.other, self.other_secret = self.registry.add("elsewhere", "developer", "other")
        self.sessions = Sessions(MemorySessions())
        cache, key = open_cache("memory"), open_gateway_key(folder / "gateway.key")
        self.watched = WatchedRegistry(self.registry)
        self.app = create_app(
            GatewayParts(
                ScriptedEngine(TOTAL),
                Access(self.watched),
                cache=cache,
                sessions=self.sessions,
                registry=self.registry,
                records=Records(self.database, key),
                feedback=Feedback(FeedbackStore(self.database)),
                privacy=Privacy((CachedAnswers(cache), RememberedSessions(self.sessions)), key),
                has_docs=True,
            )
        )

    def close(self) -> None:
        self.database.close()

    def client(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://gateway.test")

    async def header(self, client: httpx.AsyncClient, role: str) -> dict[str, str]:
        known, secret = (self.other, self.other_secret) if role == "elsewhere" else self.keys[role]  # type: ignore[index]  # a role
        signed = assertion(secret.reveal(), iss=known.client_id)
        reply = await client.post("/auth/token", headers={"Authorization": f"Bearer {signed}"})
        return {"Authorization": f"Bearer {reply.json()['access_token']}"}

    def visit(self, *requests: tuple[str, str, str, Any]) -> list[httpx.Response]:
        """The replies to (role, method, path, JSON), one after another; the role "" has no token."""

        async def main() -> list[httpx.Response]:
            async with self.client() as client:
                replies = []
                for role, method, path, body in requests:
                    headers = await self.header(client, role) if role else {}
                    replies.append(await client.request(method, path, json=body, headers=headers))
                return replies

        return asyncio.run(main())
