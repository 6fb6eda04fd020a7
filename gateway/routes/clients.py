"""Clients: `/v1/clients` lists and registers them, `/v1/clients/{client_id}` revokes one, `…/secret` renews its key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Depends, FastAPI, Path
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from gateway.access import Access, Client, ClientError, ClientLimits
from gateway.access.registry import OLD_SECRET_SECONDS, Registry
from gateway.database import DatabaseError
from gateway.errors import ApiError
from gateway.routes.permission import Requires
from gateway.routes.tokens import NO_STORE, add_token_administration

Result = TypeVar("Result")
ClientId = Annotated[str, Path(min_length=1, max_length=256)]
RETRY_SECONDS = 5.0


class ClientBody(BaseModel):
    """A client to be registered."""

    model_config = ConfigDict(strict=True, extra="forbid")

    name: str = Field(min_length=1, max_length=256, description="What people call it; no other in use may look alike.")
    role: Literal["administrator", "developer", "auditor"]
    tenant: str | None = Field(None, description='Clients of one tenant share feedback and users. Else "default".')
    requests_per_minute: int | None = Field(None, description="Null: no limit, here and below.")
    tokens_per_minute: int | None = Field(None, description="Prompt and completion together.")
    tokens_per_day: int | None = None
    calls_at_once: int | None = Field(None, description="Calls under way.")


class RotationBody(BaseModel):
    """How a client's secret is renewed."""

    model_config = ConfigDict(strict=True, extra="forbid")

    old_secret_s: int = Field(
        OLD_SECRET_SECONDS, description="Seconds that the secret before counts for; 0 for one that leaked."
    )


def add_clients(app: FastAPI, access: Access, registry: Registry) -> None:
    """Put the routes in place, those for tokens too; all are an administrator's."""
    add_token_administration(app, access)
    ruling = [Depends(Requires(access, "clients"))]

    @app.get("/v1/clients", tags=["access"], dependencies=ruling)
    async def clients() -> dict[str, Any]:
        """All, also revoked ones; no secrets."""
        return {"clients": [told(client) for client in await _done(registry.clients)]}

    @app.post("/v1/clients", tags=["access"], dependencies=ruling, status_code=201)
    async def add(body: ClientBody) -> Response:
        """Register a client. Its secret is in this reply and in no other."""
        limits = await _done(
            lambda: ClientLimits(
                body.requests_per_minute, body.tokens_per_minute, body.tokens_per_day, body.calls_at_once
            )
        )
        extra = {} if body.tenant is None else {"tenant": body.tenant}
        client, secret = await _done(lambda: registry.add(body.name, body.role, limits=limits, **extra))
        return JSONResponse(told(client) | {"api_secret": secret.reveal()}, 201, headers=NO_STORE)

    @app.post("/v1/clients/{client_id}/secret", tags=["access"], dependencies=ruling)
    async def rotate(client_id: ClientId, body: RotationBody | None = None) -> Response:
        """A new secret; the one before, and tokens got with it, count for a while more."""
        old_secret_s = OLD_SECRET_SECONDS if body is None else body.old_secret_s
        client, secret = await _done(lambda: registry.rotate(client_id, old_secret_s))
        return JSONResponse(told(client) | {"api_secret": secret.reveal()}, headers=NO_STORE)

    @app.delete("/v1/clients/{client_id}", tags=["access"], dependencies=ruling)
    async def revoke(client_id: ClientId) -> dict[str, Any]:
        """The client counts no more, nor do its tokens."""
        return told(await _done(lambda: registry.revoke(client_id)))


def told(client: Client) -> dict[str, Any]:
    """A client for JSON; never its secret."""
    return {
        "api_key": client.client_id,
        "name": client.name,
        "role": client.role,
        "tenant": client.tenant,
        "limits": asdict(client.limits),
        "created_at": client.created_at,
        "rotated_at": client.rotated_at,
        "revoked_at": client.revoked_at,
    }


async def _done(work: Callable[[], Result]) -> Result:
    """The result of blocking `work`. Raises `ApiError`: 400 for what cannot be, 503 when the database fails."""
    try:
        return await asyncio.to_thread(work)
    except ClientError as error:
        raise ApiError(400, "invalid_parameter", str(error)) from None
    except DatabaseError:
        message = "the clients cannot be looked up now: try again later"
        raise ApiError(503, "registry_unavailable", message, retry_after_s=RETRY_SECONDS) from None
