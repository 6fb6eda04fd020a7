"""The routes of the R1 API in front of an engine."""

from __future__ import annotations

import time
import uuid
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from gateway.access import TOKEN_SECONDS, Access, bearer
from gateway.bodies import Completion, InferBody
from gateway.engine import Engine, EngineDelta
from gateway.errors import ApiError
from gateway.generation import generate
from gateway.streaming import COMMIT_SECONDS, ClientGone, EventStream, Paced, unless_gone

_NO_STORE = {"Cache-Control": "no-store"}
_CLIENT_GONE = 499
"""nginx's status for a caller who went away; nobody reads it but the log."""


def create_app(engine: Engine, access: Access) -> FastAPI:
    """The R1 API as an ASGI application: /auth/token, /v1/models/r1/infer, /v1/models/r1/status, /health."""
    app = FastAPI(title="R1 gateway", version="1", docs_url=None, redoc_url=None)
    _add_error_answers(app)

    def caller(authorization: Annotated[str | None, Header()] = None) -> str:
        return access.caller(bearer(authorization))

    known_caller = [Depends(caller)]

    @app.post("/auth/token")
    async def token(authorization: Annotated[str | None, Header()] = None) -> Response:
        """Exchange a signed assertion for an access token."""
        issued = access.exchange(bearer(authorization))
        reply = {"access_token": issued, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
        return JSONResponse(reply, headers=_NO_STORE)

    @app.post("/v1/models/r1/infer", dependencies=known_caller)
    async def infer(body: InferBody, request: Request) -> Response:
        """Answer a prompt, whole or as a stream."""
        parameters = body.parameters()
        source = Paced(generate(engine, body.prompt, parameters))
        completion = Completion(f"infer-{uuid.uuid4().hex[:12]}", int(time.time()), body.reasoning)
        if not body.stream:
            return await _whole(request, source, completion)
        # An engine that fails at once still gets a status of its own; one that thinks for long gets keep-alives.
        started = time.perf_counter()
        await unless_gone(request, source, source.ready(COMMIT_SECONDS))
        timing = f"queue;dur=0.0, first;dur={(time.perf_counter() - started) * 1000:.1f}"
        return EventStream(source, completion, {**_NO_STORE, "Server-Timing": timing})

    @app.get("/v1/models/r1/status", dependencies=known_caller)
    async def status() -> dict[str, Any]:
        """Whether the gateway answers, and with what."""
        return {"ready": True, "engine": engine.name, "queued": 0}

    @app.get("/health")
    async def health() -> dict[str, str]:
        """For whoever watches the process; says nothing about it."""
        return {"status": "ok"}

    return app


async def _whole(request: Request, source: Paced, completion: Completion) -> Response:
    said: dict[str, list[str]] = {"thought": [], "answer": []}

    async def collect() -> Response:
        async for item in source:
            if isinstance(item, EngineDelta):
                said[item.kind].append(item.text)
            elif item is not None:
                reply = completion.whole("".join(said["answer"]), "".join(said["thought"]), item)
                return JSONResponse(reply, headers=_NO_STORE)
        raise AssertionError("a run says how it ended")

    return await unless_gone(request, source, collect())


def _add_error_answers(app: FastAPI) -> None:
    """All errors in the one shape of `ApiError.body`."""

    @app.exception_handler(ApiError)
    async def refused(_request: Request, error: ApiError) -> Response:
        return _error(error)

    @app.exception_handler(RequestValidationError)
    async def malformed(_request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return _error(ApiError(400, "invalid_json", "the body is no JSON"))
        place = [str(part) for part in first["loc"][1:]]
        if not place:
            return _error(ApiError(400, "invalid_json", "send a JSON object with Content-Type: application/json"))
        return _error(ApiError(400, "invalid_parameter", f"{'.'.join(place)}: {first['msg']}", place[0]))

    @app.exception_handler(HTTPException)
    async def unknown(_request: Request, error: HTTPException) -> Response:
        if error.status_code == 400:
            return _error(ApiError(400, "invalid_json", "the body cannot be read"))
        return _error(ApiError(error.status_code, "no_such_route", str(error.detail)))

    @app.exception_handler(ClientGone)
    async def gone(_request: Request, _error: ClientGone) -> Response:
        return Response(status_code=_CLIENT_GONE)

    @app.exception_handler(Exception)
    async def broken(_request: Request, _error: Exception) -> Response:
        return JSONResponse(ApiError(500, "internal", "the gateway failed: see its log").body(), 500)


def _error(error: ApiError) -> Response:
    challenge = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    return JSONResponse(error.body(), error.status, {**_NO_STORE, **challenge})
