"""Access tokens: `POST /auth/token` gives one for an assertion (the guide, part 1.2), `POST /auth/revoke` ends it.

The latter is as RFC 7009 has it, but that the token to be revoked is the credential itself: who holds a token may end
it. An administrator ends anybody's by its `jti`, with `DELETE /v1/tokens/{token_id}`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import Depends, FastAPI, Header, Path, Request
from fastapi.responses import JSONResponse, Response

from gateway.access import TOKEN_SECONDS, Access, bearer
from gateway.access.windows import MemoryWindows
from gateway.calls import Caller
from gateway.errors import ApiError, GatewayError
from gateway.routes.permission import Requires

NO_STORE = {"Cache-Control": "no-store"}
MOST_REVOKED = 60
"""By one client in a minute: each is remembered for a day, by every gateway."""
RETRY_SECONDS = 5.0
TokenId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="The token's `jti`.")]


def add_tokens(app: FastAPI, access: Access) -> None:
    """Put the routes in place that every gateway has."""
    windows = MemoryWindows()

    @app.post("/auth/token", tags=["access"])
    async def token(request: Request, authorization: Annotated[str | None, Header()] = None) -> Response:
        """Exchange a signed assertion for an access token."""
        address = request.client.host if request.client else ""
        issued = await asyncio.to_thread(access.exchange, bearer(authorization), address)
        reply = {"access_token": issued, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
        return JSONResponse(reply, headers=NO_STORE)

    holds_one = Requires(access, "own_token")

    @app.post("/auth/revoke", tags=["access"])
    async def revoke(
        caller: Caller = Depends(holds_one), authorization: Annotated[str | None, Header()] = None
    ) -> Response:
        """End the access token that this call carries: it counts no more, here at once and elsewhere within 1 s."""
        wait_s = await windows.take(f"{caller.client_id}/revocations", MOST_REVOKED, 60)
        if wait_s > 0:
            message = f"this client may revoke {MOST_REVOKED} tokens in a minute: rotate its secret to end all of them"
            raise ApiError(429, "rate_limited", message, retry_after_s=wait_s)
        await _revoked(partial(access.revoke, bearer(authorization)))
        return JSONResponse({"revoked": True}, headers=NO_STORE)


def add_token_administration(app: FastAPI, access: Access) -> None:
    """Put the route in place for gateways that are administered."""

    @app.delete("/v1/tokens/{token_id}", tags=["access"], dependencies=[Depends(Requires(access, "clients"))])
    async def revoke_named(token_id: TokenId) -> Response:
        """End an access token, whoever holds it; whether there is one of that name is not known."""
        await _revoked(partial(access.revoke_named, token_id))
        return JSONResponse({"revoked": True}, headers=NO_STORE)


async def _revoked(work: Callable[[], None]) -> None:
    """Raises `ApiError`: those of `work`, and 503 when it cannot be noted."""
    try:
        await asyncio.to_thread(work)
    except GatewayError:
        message = "the token cannot be revoked now, and still counts: try again later"
        raise ApiError(503, "registry_unavailable", message, retry_after_s=RETRY_SECONDS) from None
