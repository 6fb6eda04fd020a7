from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway.roles import ROLES, Role
from tests.gateway.monitoring.served import Served

WATCHING: tuple[Role, ...] = ("administrator", "auditor")


def visit(visiting: Callable[[Served, httpx.AsyncClient], Awaitable[Any]]) -> Any:
    """What `visiting` finds in a fresh gateway."""

    async def main() -> Any:
        served = Served()
        async with served.client() as client:
            return await visiting(served, client)

    return asyncio.run(main())


async def opened(served: Served, client: httpx.AsyncClient, role: Role = "auditor") -> dict[str, str]:
    """The header of a session that a pass opened."""
    made = await client.post("/panel/passes", headers=served.bearer(role))
    reply = await client.post("/panel/session", headers={"Authorization": f"Bearer {made.json()['pass']}"})
    return {"Authorization": f"Bearer {reply.json()['session']}"}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/metrics"), ("GET", "/panel/data"), ("POST", "/panel/passes"), ("POST", "/panel/session")],
)
def test_who_may_watch(method: str, path: str, role: Role) -> None:
    """Auditors and administrators; developers may not, and without a credential nobody may."""

    async def visiting(served: Served, client: httpx.AsyncClient) -> tuple[int, int, int]:
        allowed = await client.request(method, path, headers=served.bearer(role))
        nobody = await client.request(method, path)
        forged = await client.request(method, path, headers={"Authorization": "Bearer panel-session-forged"})
        return allowed.status_code, nobody.status_code, forged.status_code

    assert visit(visiting) == (200 if role in WATCHING else 403, 401, 401)


def test_prometheus_scrapes_with_key_and_secret() -> None:
    """What it gets are this gateway's calls; a developer's key does not do."""

    async def visiting(served: Served, client: httpx.AsyncClient) -> tuple[httpx.Response, httpx.Response]:
        asked = served.bearer("developer")
        await client.post("/v1/models/r1/infer", json={"prompt": "Why?"}, headers=asked)
        refused = await client.get("/metrics", headers=served.basic("developer"))
        return await client.get("/metrics", headers=served.basic("auditor")), refused

    reply, refused = visit(visiting)
    assert refused.status_code == 403
    assert reply.headers["content-type"].startswith("text/plain")
    assert reply.headers["cache-control"] == "no-store"
    assert 'r1_gateway_calls_total{error_class="",route="/v1/models/r1/infer",status="200"} 1.0' in reply.text
    assert 'r1_gateway_calls_total{error_class="forbidden",route="/metrics",status="403"} 1.0' in reply.text
    assert 'r1_gateway_client_calls_total{client="developer",outcome="answered"} 1.0' in reply.text


def test_a_session_sees_the_figures_and_nothing_else() -> None:
    """Of whatever role its client is: it opens no other route."""

    async def visiting(served: Served, client: httpx.AsyncClient) -> tuple[Any, list[int]]:
        session = await opened(served, client, "administrator")
        others = [("GET", "/metrics"), ("POST", "/panel/passes"), ("POST", "/panel/session"), ("GET", "/v1/models")]
        statuses = [(await client.request(method, path, headers=session)).status_code for method, path in others]
        return (await client.get("/panel/data?minutes=60", headers=session)).json(), statuses

    said, statuses = visit(visiting)
    assert said["window"]["minutes"] == 60
    assert said["engine"] == "scripted"
    assert statuses == [401, 401, 401, 401]


def test_a_pass_works_once() -> None:
    """Whoever finds the link later, in a history say, finds nothing."""

    async def visiting(served: Served, client: httpx.AsyncClient) -> list[int]:
        made = (await client.post("/panel/passes", headers=served.bearer("auditor"))).json()
        assert made["expires_in"] == 120
        headers = {"Authorization": f"Bearer {made['pass']}"}
        return [(await client.post("/panel/session", headers=headers)).status_code for _ in range(2)]

    assert visit(visiting) == [200, 401]


def test_a_revoked_client_s_session_is_over() -> None:
    """With the next look."""

    async def visiting(served: Served, client: httpx.AsyncClient) -> list[int]:
        session = await opened(served, client)
        before = await client.get("/panel/data", headers=session)
        served.clients.revoke("auditor")
        return [before.status_code, (await client.get("/panel/data", headers=session)).status_code]

    assert visit(visiting) == [200, 401]


@pytest.mark.parametrize("minutes", ["0", "7", "-1", "1e1", "NaN", "5;drop", ""])
def test_other_windows_there_are_not(minutes: str) -> None:
    """400, with the field named."""

    async def visiting(served: Served, client: httpx.AsyncClient) -> httpx.Response:
        return await client.get("/panel/data", params={"minutes": minutes}, headers=served.bearer("auditor"))

    reply = visit(visiting)
    assert reply.status_code == 400
    assert reply.json()["error"]["field"] == "minutes"


def test_the_page_is_sent_with_its_policy() -> None:
    """To anybody, since it says nothing; its policy stands in place of the one of the API."""

    async def visiting(_: Served, client: httpx.AsyncClient) -> httpx.Response:
        return await client.get("/panel")

    reply = visit(visiting)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    (policy,) = reply.headers.get_list("content-security-policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "no-referrer"


def test_looking_does_not_change_what_is_seen() -> None:
    """The panel's own calls are no load, though Prometheus counts them."""

    async def visiting(served: Served, client: httpx.AsyncClient) -> Any:
        session = await opened(served, client)
        for _ in range(5):
            await client.get("/panel/data", headers=session)
        return served.monitoring.windows.figures(5)

    figures = visit(visiting)
    assert figures.calls == 0
    assert figures.errors == {}
