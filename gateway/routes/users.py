"""What is kept of a user: `GET /v1/users/{user_id}/data` hands it out, `DELETE` erases it, with a receipt.

A developer's client does so for users of its own tenant. An administrator may name another tenant. What calls left that
named no user is their client's: `/v1/clients/{client_id}/data`, for that client and for an administrator.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from gateway.access import Access
from gateway.bodies import LONGEST_NAME
from gateway.calls import Caller
from gateway.errors import ApiError
from gateway.privacy.erasure import Privacy
from gateway.privacy.subject import Subject
from gateway.recording import call_of
from gateway.roles import may
from gateway.routes.permission import Requires
from gateway.routes.tokens import NO_STORE

UserId = Annotated[str, Path(min_length=1, max_length=LONGEST_NAME)]
ClientId = Annotated[str, Path(min_length=1, max_length=LONGEST_NAME)]
Tenant = Annotated[str | None, Query(max_length=LONGEST_NAME, description="Of an administrator; else the caller's.")]


def add_users(app: FastAPI, access: Access, privacy: Privacy) -> None:
    """Put the routes in place; from then on erasures at other gateways are heeded, too."""
    privacy.heed_others()
    may_ask = Requires(access, "own_data")

    @app.get("/v1/users/{user_id:path}/data", tags=["privacy"])
    async def export(
        user_id: UserId, request: Request, tenant: Tenant = None, caller: Caller = Depends(may_ask)
    ) -> Response:
        """Everything that is kept of this user. 207 when a store did not answer: it is named in `faults`."""
        return await _export(privacy, _subject(request, user_id, tenant, caller))

    @app.delete("/v1/users/{user_id:path}/data", tags=["privacy"])
    async def erase(
        user_id: UserId, request: Request, tenant: Tenant = None, caller: Caller = Depends(may_ask)
    ) -> Response:
        """Erase it. The receipt is signed; 207 when a store did not do its part: ask again."""
        return await _erase(privacy, _subject(request, user_id, tenant, caller))

    @app.get("/v1/clients/{client_id}/data", tags=["privacy"])
    async def export_own(client_id: ClientId, tenant: Tenant = None, caller: Caller = Depends(may_ask)) -> Response:
        """Everything that is kept of this client's calls that named no user."""
        return await _export(privacy, _client(client_id, tenant, caller))

    @app.delete("/v1/clients/{client_id}/data", tags=["privacy"])
    async def erase_own(client_id: ClientId, tenant: Tenant = None, caller: Caller = Depends(may_ask)) -> Response:
        """Erase it. The receipt is signed; 207 when a store did not do its part: ask again."""
        return await _erase(privacy, _client(client_id, tenant, caller))


async def _export(privacy: Privacy, subject: Subject) -> Response:
    found = await privacy.export(subject)
    told: dict[str, Any] = found.to_object()
    return JSONResponse(told, 207 if found.faults else 200, headers=NO_STORE)


async def _erase(privacy: Privacy, subject: Subject) -> Response:
    receipt = await privacy.erase(subject)
    return JSONResponse(receipt.to_object(), 200 if receipt.complete else 207, headers=NO_STORE)


def _subject(request: Request, user_id: str, tenant: str | None, caller: Caller) -> Subject:
    """Whose data it is. Raises `ApiError`: 403 for another tenant without the permission, 400 for no name."""
    if not user_id.isprintable():
        raise ApiError(400, "invalid_parameter", "user_id: has characters that cannot be printed", "user_id")
    call_of(request.scope).user_id = user_id
    return Subject(_tenant(tenant, caller), "user", user_id)


def _client(client_id: str, tenant: str | None, caller: Caller) -> Subject:
    """A client's own data. Raises `ApiError` (403) for another client's without the permission."""
    if client_id != caller.client_id and not may(caller.role, "all_data"):
        raise ApiError(403, "forbidden", f"the role {caller.role} has no access to another client's data")
    return Subject(_tenant(tenant, caller), "client", client_id)


def _tenant(tenant: str | None, caller: Caller) -> str:
    """The one that is meant. Raises `ApiError` (403) for another one without the permission."""
    if tenant is not None and tenant != caller.tenant and not may(caller.role, "all_data"):
        raise ApiError(403, "forbidden", f"the role {caller.role} has no access to another tenant's data")
    return caller.tenant if tenant is None else tenant
