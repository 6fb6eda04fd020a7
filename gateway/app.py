"""The gateway as an ASGI application: routes, errors in one shape, and what stands in front of both."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from gateway.asking import Asking
from gateway.chat import openai_error, speaks_openai
from gateway.door import Door
from gateway.errors import ApiError
from gateway.leaving import ClientGone
from gateway.parts import GatewayParts
from gateway.recording import CLIENT_GONE, Recorded, call_of
from gateway.routes.inference import add_inference
from gateway.routes.tokens import NO_STORE, add_tokens

_KINDS = {405: "method_not_allowed", 413: "too_large"}


def create_app(parts: GatewayParts) -> FastAPI:
    """The gateway that `parts` make."""
    asking = Asking(parts)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await asking.settle()

    schema = "/openapi.json" if parts.has_docs else None
    app = FastAPI(
        title="R1 gateway",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=schema,
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # `gateway.monitoring` measures every call
    )
    app.add_middleware(Door, access=parts.access, refused=_error)
    app.add_middleware(Recorded, sinks=parts.sinks)  # around the door: what it refuses is on record
    _add_error_answers(app)
    add_inference(app, parts, asking)  # first, since routes are looked through in order
    add_tokens(app, parts.access)
    _add_administration(app, parts, asking)
    if parts.has_docs:
        from gateway.routes.docs import add_docs

        add_docs(app)

    @app.get("/health", tags=["monitoring"])
    async def health() -> dict[str, str]:
        """For whoever watches the process; says nothing about it."""
        return {"status": "ok"}

    @app.head("/health", tags=["monitoring"], include_in_schema=False)
    async def health_head() -> Response:
        """The same without its body."""
        return Response(media_type="application/json")

    return app


def _add_administration(app: FastAPI, parts: GatewayParts, asking: Asking) -> None:
    """Routes of the rooms that this gateway has; imported here, since the embedded one has none and starts faster."""
    if parts.feedback is not None:
        from gateway.routes.feedback import add_feedback

        add_feedback(app, parts.access, parts.feedback)
    if parts.privacy is not None:
        from gateway.kept import RepeatedCalls
        from gateway.routes.users import add_users

        add_users(app, parts.access, parts.privacy.after(RepeatedCalls(asking)))
    if parts.records is not None:
        from gateway.routes.audit import add_audit

        add_audit(app, parts.access, parts.records.database, parts.records.gateway_key)
    if parts.registry is not None:
        from gateway.routes.clients import add_clients

        add_clients(app, parts.access, parts.registry)


def _add_error_answers(app: FastAPI) -> None:
    """All errors in the one shape of `ApiError.body`."""

    @app.exception_handler(ApiError)
    async def refused(request: Request, error: ApiError) -> Response:
        return _error(request, error)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return _error(request, ApiError(400, "invalid_json", "the body is no JSON"))
        place = [str(part) for part in first["loc"][1:] if not _is_type(part)]
        if not place:
            return _error(
                request, ApiError(400, "invalid_json", "send a JSON object with Content-Type: application/json")
            )
        return _error(request, ApiError(400, "invalid_parameter", f"{'.'.join(place)}: {first['msg']}", place[0]))

    @app.exception_handler(HTTPException)
    async def unknown(request: Request, error: HTTPException) -> Response:
        if isinstance(error.__cause__, ClientDisconnect):
            return await gone(request, error)
        if error.status_code == 400:
            return _error(request, ApiError(400, "invalid_json", "the body cannot be read"))
        reply = _error(
            request, ApiError(error.status_code, _KINDS.get(error.status_code, "no_such_route"), error.detail)
        )
        reply.headers.update(error.headers or {})  # such as Allow
        return reply

    @app.exception_handler(ClientGone)
    @app.exception_handler(ClientDisconnect)
    async def gone(request: Request, _error: Exception) -> Response:
        call_of(request.scope).error_class = "client_gone"
        return Response(status_code=CLIENT_GONE)

    @app.exception_handler(Exception)
    async def broken(_request: Request, _error: Exception) -> Response:
        return JSONResponse(ApiError(500, "internal", "the gateway failed: see its log").body(), 500)


def _is_type(part: object) -> bool:
    """Whether it names no place, but which of several types was tried there, as pydantic has it."""
    return part == "str" or str(part).startswith("list[")


def _error(request: Request, error: ApiError) -> Response:
    call_of(request.scope).error_class = error.kind
    extra = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    if error.retry_after_s is not None:
        extra["Retry-After"] = str(math.ceil(error.retry_after_s))
    return JSONResponse(_body(request.url.path, error), error.status, {**NO_STORE, **extra})


def _body(path: str, error: ApiError) -> dict[str, Any]:
    return openai_error(error) if speaks_openai(path) else error.body()
