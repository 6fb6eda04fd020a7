"""A scripted engine, and a way to speak to the application without a client of ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt

from gateway.access import Access
from gateway.app import create_app
from gateway.embedded import EmbeddedGateway
from gateway.engine import EngineDelta, EngineEnd, EngineRequest
from gateway.parts import GatewayParts
from r1.admission import Admission

KEY = "key-canary-1f2e"
SECRET = "secret-canary-3d4c-" + "0123456789abcdef" * 3

Step = EngineDelta | EngineEnd | float | Exception


@dataclass
class ScriptedEngine:
    """Follows `script` for every call: yields pieces, waits numbers of seconds, raises exceptions."""

    script: Sequence[Step]
    name: str = "scripted"
    keeps: bool = True
    requests: list[EngineRequest] = field(default_factory=list)
    running: int = 0
    started: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def generate(self, request: EngineRequest) -> AsyncIterator[EngineDelta | EngineEnd]:
        self.requests.append(request)
        self.running += 1
        self.started.set()
        try:
            for step in self.script:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, int | float):
                    await asyncio.sleep(step)
                else:
                    yield step
        finally:
            self.running -= 1
            self.closed.set()


def thought(text: str) -> EngineDelta:
    """A piece of thought."""
    return EngineDelta("thought", text)


def answer(text: str) -> EngineDelta:
    """A piece of the answer."""
    return EngineDelta("answer", text)


TOTAL = (thought("Let me see."), answer("The total "), answer("is 420."))
FOREVER = 3600.0


def assertion(secret: str = SECRET, algorithm: str = "HS256", headers: Any = None, **claims: Any) -> str:
    """A client's assertion; `claims` replace the usual ones, and None removes one."""
    now = int(time.time())
    full = {"iss": KEY, "iat": now, "exp": now + 300, "aud": "r1"} | claims
    kept = {name: value for name, value in full.items() if value is not None}
    return jwt.encode(kept, secret, algorithm=algorithm, headers=headers)


def raw_client(engine: ScriptedEngine, admission: Admission | None = None) -> httpx.AsyncClient:
    """An HTTP client straight to the application, for replies that do not stream."""
    app = create_app(GatewayParts(engine, Access({KEY: SECRET}), admission or Admission()))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://gateway.test")


async def authorised(client: httpx.AsyncClient) -> dict[str, str]:
    """The header with a fresh access token."""
    reply = await client.post("/auth/token", headers={"Authorization": f"Bearer {assertion()}"})
    return {"Authorization": f"Bearer {reply.json()['access_token']}"}


def socket_client(gateway: EmbeddedGateway) -> httpx.AsyncClient:
    """An HTTP client to a running embedded gateway over its socket, without any of ours in between."""
    transport = httpx.AsyncHTTPTransport(uds=gateway.options.unix_socket)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=10)


async def socket_authorised(gateway: EmbeddedGateway, client: httpx.AsyncClient) -> dict[str, str]:
    """The header with a fresh access token of a running embedded gateway."""
    signed = assertion(gateway.options.api_secret, iss=gateway.options.api_key)
    reply = await client.post("/auth/token", headers={"Authorization": f"Bearer {signed}"})
    return {"Authorization": f"Bearer {reply.json()['access_token']}"}
