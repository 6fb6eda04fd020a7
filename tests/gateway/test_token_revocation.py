"""The end of a single access token: by its holder, by an administrator, by a command beside the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import pytest

from gateway.database import DatabaseError
from gateway.routes.tokens import MOST_REVOKED
from tests.gateway.service import Service

STATUS = "/v1/models/r1/status"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path)
    yield made
    made.close()


def token_id(headers: dict[str, str]) -> str:
    """The `jti` of a token."""
    claims = jwt.decode(headers["Authorization"].removeprefix("Bearer "), options={"verify_signature": False})
    return str(claims["jti"])


def test_whoever_holds_a_token_may_end_it(service: Service) -> None:
    """That one and no other of the same client; at once."""

    async def main() -> list[httpx.Response]:
        async with service.client() as client:
            mine, other = [await service.header(client, "auditor") for _ in range(2)]
            return [
                await client.post("/auth/revoke", headers=mine),
                await client.get(STATUS, headers=mine),
                await client.post("/auth/revoke", headers=mine),
                await client.get(STATUS, headers=other),
                await client.post("/auth/revoke"),
            ]

    ended, gone, again, still, nobody = asyncio.run(main())
    assert (ended.status_code, ended.json()) == (200, {"revoked": True})
    assert [gone.status_code, again.status_code, still.status_code, nobody.status_code] == [401, 401, 200, 401]
    assert "was revoked" in gone.json()["error"]["message"]


def test_an_administrator_ends_anybody_s_by_its_name(service: Service) -> None:
    """A name that is none is refused; others may not."""

    async def main() -> list[int]:
        async with service.client() as client:
            theirs = await service.header(client, "developer")
            ruling = await service.header(client, "administrator")
            path = f"/v1/tokens/{token_id(theirs)}"
            replies = [
                await client.delete(path, headers=theirs),
                await client.get(STATUS, headers=theirs),
                await client.delete(path, headers=ruling),
                await client.get(STATUS, headers=theirs),
                await client.delete("/v1/tokens/everything", headers=ruling),
            ]
            return [reply.status_code for reply in replies]

    assert asyncio.run(main()) == [403, 200, 200, 401, 400]


def test_other_gateways_on_the_database_see_it(service: Service) -> None:
    """With their next look, which comes within a second."""

    async def main() -> list[int]:
        async with service.client() as client:
            headers = await service.header(client, "developer")
            service.registry.revoke_token(token_id(headers), 2_000_000_000)
            service.watched.refresh()
            return [(await client.get(STATUS, headers=headers)).status_code]

    assert asyncio.run(main()) == [401]


def test_a_client_cannot_fill_the_registry_with_revocations(service: Service) -> None:
    """So many in a minute, and then 429; another client's are not counted with them."""

    async def main() -> tuple[set[int], httpx.Response, int]:
        async with service.client() as client:
            codes = set()
            for _ in range(MOST_REVOKED):
                headers = await service.header(client, "developer")
                codes.add((await client.post("/auth/revoke", headers=headers)).status_code)
            last = await client.post("/auth/revoke", headers=await service.header(client, "developer"))
            other = await client.post("/auth/revoke", headers=await service.header(client, "auditor"))
            return codes, last, other.status_code

    codes, last, other = asyncio.run(main())
    assert (codes, last.status_code, other) == ({200}, 429, 200)
    assert int(last.headers["Retry-After"]) > 0


def test_a_token_that_cannot_be_ended_now_is_said_to_count(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """503, to be tried again: nobody is told that it was revoked."""

    def away(*_: object) -> None:
        raise DatabaseError("sqlite:///x", "locked", "database is locked")

    monkeypatch.setattr(service.registry, "revoke_token", away)
    (reply,) = service.visit(("developer", "POST", "/auth/revoke", None))
    assert (reply.status_code, reply.json()["error"]["type"]) == (503, "registry_unavailable")
    assert reply.headers["Retry-After"]
