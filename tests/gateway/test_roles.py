from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from gateway.roles import PERMITTED, ROLES, may
from gateway.routes.permission import Requires
from r1.request import Caller as Scope
from tests.gateway.service import Service

OPEN = {("POST", "/auth/token"), ("GET", "/health"), ("HEAD", "/health"), ("GET", "/docs")}
"""Routes that need no token."""
EXPECTED = {
    ("POST", "/v1/models/r1/infer"): {"administrator", "developer"},
    ("POST", "/v1/chat/completions"): {"administrator", "developer"},
    ("GET", "/v1/models"): {"administrator", "developer"},
    ("POST", "/v1/feedback"): {"administrator", "developer"},
    ("GET", "/v1/users/{user_id:path}/data"): {"administrator", "developer"},
    ("DELETE", "/v1/users/{user_id:path}/data"): {"administrator", "developer"},
    ("GET", "/v1/clients/{client_id}/data"): {"administrator", "developer"},
    ("DELETE", "/v1/clients/{client_id}/data"): {"administrator", "developer"},
    ("GET", "/v1/models/r1"): {"administrator", "developer"},
    ("POST", "/auth/revoke"): {"administrator", "developer", "auditor"},
    ("DELETE", "/v1/tokens/{token_id}"): {"administrator"},
    ("GET", "/v1/models/r1/status"): {"administrator", "developer", "auditor"},
    ("GET", "/v1/audit"): {"administrator", "auditor"},
    ("POST", "/v1/audit/retention"): {"administrator"},
    ("GET", "/v1/clients"): {"administrator"},
    ("POST", "/v1/clients"): {"administrator"},
    ("POST", "/v1/clients/{client_id}/secret"): {"administrator"},
    ("DELETE", "/v1/clients/{client_id}"): {"administrator"},
}
"""The issue's table, written down apart from the code's."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path)
    yield made
    made.close()


def routes_of(app: FastAPI) -> Iterator[tuple[str, APIRoute]]:
    for route in app.routes:
        if isinstance(route, APIRoute):
            for method in route.methods or ():
                yield method, route


def permission_of(route: APIRoute) -> Requires | None:
    needed = [each.call for each in route.dependant.dependencies if isinstance(each.call, Requires)]
    assert len(needed) <= 1
    return needed[0] if needed else None


def test_every_route_has_just_the_roles_that_it_should(service: Service) -> None:
    """Deny by default: a route that is not in the table needs no token or is a mistake."""
    found = {}
    for method, route in routes_of(service.app):
        needed = permission_of(route)
        if needed is None:
            assert (method, route.path) in OPEN
        else:
            found[method, route.path] = {role for role in ROLES if may(role, needed.permission)}
    assert found == EXPECTED


def test_every_role_at_every_route(service: Service) -> None:
    """Not in the table alone: what is not allowed is 403, without a token 401, and the rest gets past the door."""
    asked: list[tuple[str, str, str, Any, set[str]]] = []
    for (method, path), allowed in EXPECTED.items():
        place = path.replace(":path", "").format(user_id="mei", client_id="nobody", token_id="0" * 32)
        asked += [(role, method, place, {}, allowed) for role in ("", *ROLES)]
    replies = service.visit(*((role, method, place, body) for role, method, place, body, _ in asked))
    for (role, method, place, _, allowed), reply in zip(asked, replies, strict=True):
        if not role:
            assert reply.status_code == 401, (method, place)
        elif place == "/v1/clients/nobody/data":
            assert reply.status_code == (200 if role == "administrator" else 403), (role, method)
        elif role in allowed:
            assert reply.status_code not in {401, 403, 405, 500}, (role, method, place, reply.text)
        else:
            assert reply.status_code == 403, (role, method, place)


def test_a_role_cannot_be_talked_up(service: Service) -> None:
    """Neither by a header nor by a body: it is looked up at the server."""

    async def main() -> list[int]:
        async with service.client() as client:
            headers = await service.header(client, "developer")
            talk = {"X-Role": "administrator", "Role": "administrator", "X-Forwarded-User": "administrator"}
            body = {"name": "x", "role": "administrator", "caller": {"role": "administrator"}}
            first = await client.get("/v1/clients", headers=headers | talk)
            second = await client.post("/v1/clients", json=body, headers=headers | talk)
            return [first.status_code, second.status_code]

    assert asyncio.run(main()) == [403, 403]


def test_an_unknown_permission_is_nobody_s() -> None:
    """Deny by default."""
    assert not any(may(role, "anything") for role in ROLES)  # type: ignore[arg-type]  # that is the point
    assert set(PERMITTED) >= {"infer", "audit", "clients"}


def test_clients_through_the_api(service: Service) -> None:
    """Registered with its secret once, listed without, rotated, revoked; mistakes are named."""
    admin = "administrator"
    added, twice, bad, listed = service.visit(
        (admin, "POST", "/v1/clients", {"name": "kitchen", "role": "developer", "requests_per_minute": 60}),
        (admin, "POST", "/v1/clients", {"name": "kitchen", "role": "developer"}),
        (admin, "POST", "/v1/clients", {"name": "x", "role": "emperor"}),
        (admin, "GET", "/v1/clients", None),
    )
    assert added.status_code == 201
    secret, key = added.json()["api_secret"], added.json()["api_key"]
    assert len(secret) >= 32 and added.json()["limits"]["requests_per_minute"] == 60
    assert (twice.status_code, bad.status_code) == (400, 400)
    assert bad.json()["error"]["field"] == "role"
    assert secret not in listed.text
    rotated, revoked, again = service.visit(
        (admin, "POST", f"/v1/clients/{key}/secret", None),
        (admin, "DELETE", f"/v1/clients/{key}", None),
        (admin, "DELETE", f"/v1/clients/{key}", None),
    )
    assert rotated.json()["api_secret"] != secret
    assert revoked.json()["revoked_at"]
    assert again.status_code == 400


def test_a_user_s_data_is_handed_out_and_erased(service: Service) -> None:
    """For the caller's own tenant alone; an administrator may name another."""
    asyncio.run(service.sessions.add(Scope("default", "mei", "s1"), "Why?", "Because."))
    path = "/v1/users/mei/data"
    mine, theirs, reaching, reached, erased, gone = service.visit(
        ("developer", "GET", path, None),
        ("elsewhere", "GET", path, None),
        ("elsewhere", "GET", f"{path}?tenant=default", None),
        ("administrator", "GET", f"{path}?tenant=other", None),
        ("developer", "DELETE", path, None),
        ("developer", "GET", path, None),
    )
    assert mine.json()["stores"]["sessions"][0]["exchanges"] == [{"question": "Why?", "answer": "Because."}]
    assert theirs.json()["stores"]["sessions"] == reached.json()["stores"]["sessions"] == []
    assert reaching.status_code == 403
    assert erased.status_code == 200 and erased.json()["signature"]
    assert gone.json()["stores"]["sessions"] == []


def test_the_log_is_searched_and_bad_filters_are_named(service: Service) -> None:
    """A page of entries; a filter that cannot be is 400 with its name."""
    good, bad, worse, kept = service.visit(
        ("auditor", "GET", "/v1/audit?since=2026-01-01T00:00:00Z&status=200&limit=5", None),
        ("auditor", "GET", "/v1/audit?limit=0", None),
        ("auditor", "GET", "/v1/audit?since=yesterday", None),
        ("administrator", "POST", "/v1/audit/retention", {"days": 180}),
    )
    assert good.json() == {"entries": [], "next": None}
    assert [bad.json()["error"]["field"], worse.json()["error"]["field"]] == ["limit", "since"]
    assert kept.json() == {"removed": 0}


def test_a_correction_is_taken(service: Service) -> None:
    """With consent it is kept, without it is not, and the reply says why."""
    body = {
        "answer_id": "infer-1",
        "original": "The invoice total is four hundred and twenty dollars in all.",
        "corrected": "The invoice total is four hundred and forty-two dollars including tax.",
    }
    kept, refused = service.visit(
        ("developer", "POST", "/v1/feedback", {**body, "consent": True}), ("developer", "POST", "/v1/feedback", body)
    )
    assert kept.json()["kept"] is True, kept.text
    assert refused.json()["kept"] is False and refused.json()["reason"]


def test_a_secret_that_leaked_is_renewed_at_once(service: Service) -> None:
    """With 0 seconds for the one before; fields that do not exist, and times that cannot be, are refused."""
    key = service.keys["auditor"][0].client_id
    place, admin = f"/v1/clients/{key}/secret", "administrator"
    typo, minus, text, added, at_once = service.visit(
        (admin, "POST", place, {"old_secret": 0}),
        (admin, "POST", place, {"old_secret_s": -1}),
        (admin, "POST", place, {"old_secret_s": "0"}),
        (admin, "POST", "/v1/clients", {"name": "x", "role": "developer", "tokens_per_hour": 5}),
        (admin, "POST", place, {"old_secret_s": 0}),
    )
    assert [reply.status_code for reply in (typo, minus, text, added)] == [400] * 4
    assert added.json()["error"]["field"] == "tokens_per_hour"
    assert at_once.status_code == 200 and at_once.json()["api_secret"]
    client = service.registry.find(key)
    assert (client.previous_until, client.generation) == (0, 1)


def test_health_answers_head(service: Service) -> None:
    """As load balancers ask."""
    (reply,) = service.visit(("", "HEAD", "/health", None))
    assert (reply.status_code, reply.text) == (200, "")
