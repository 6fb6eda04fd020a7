"""`POST /auth/token`: a signed assertion for an access token (the guide, part 1.2)."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse, Response

from gateway.access import TOKEN_SECONDS, Access, bearer

NO_STORE = {"Cache-Control": "no-store"}


def add_tokens(app: FastAPI, access: Access) -> None:
    """Put the route in place."""

    @app.post("/auth/token", tags=["access"])
    async def token(request: Request, authorization: Annotated[str | None, Header()] = None) -> Response:
        """Exchange a signed assertion for an access token."""
        address = request.client.host if request.client else ""
        issued = await asyncio.to_thread(access.exchange, bearer(authorization), address)
        reply = {"access_token": issued, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
        return JSONResponse(reply, headers=NO_STORE)
