"""The routes of the R1 API in front of an engine."""

from __future__ import annotations

import asyncio
import math
import time
import uuid
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from gateway.access import TOKEN_SECONDS, Access, bearer
from gateway.bodies import Completion, InferBody
from gateway.engine import Engine, EngineDelta
from gateway.errors import ApiError
from gateway.generation import Place, admitted, generate
from gateway.streaming import COMMIT_SECONDS, ClientGone, EventStream, Paced, unless_gone
from r1.admission import Admission

_NO_STORE = {"Cache-Control": "no-store"}
_CLIENT_GONE = 499
"""nginx's status for a caller who went away; nobody reads it but the log."""


def create_app(engine: Engine, access: Access, admission: Admission | None = None) -> FastAPI:
    """The R1 API as an ASGI application: /auth/token, /v1/models/r1/infer, /v1/models/r1/status, /health.

    `admission` bounds the calls that are with the engine at once; several applications may share one.
    """
    places = admission or Admission()
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
        completion = Completion(f"infer-{uuid.uuid4().hex[:12]}", int(time.time()), body.reasoning)
        place = Place(places, body.priority)
        sources = [Paced(admitted(place, generate(engine, prompt, parameters))) for prompt in body.prompts]
        if not body.stream:
            replies = await unless_gone(request, sources, _whole(sources, completion))
            reply = replies[0] if isinstance(body.prompt, str) else completion.several(replies)
            return JSONResponse(reply, headers=_NO_STORE)
        (source,) = sources
        # An engine that fails at once still gets a status of its own; one that thinks for long gets keep-alives.
        started = time.perf_counter()
        await unless_gone(request, sources, source.ready(COMMIT_SECONDS))
        first_s = time.perf_counter() - started
        timing = f"queue;dur={place.waited_s * 1000:.1f}, first;dur={first_s * 1000:.1f}"
        return EventStream(source, completion, {**_NO_STORE, "Server-Timing": timing})

    @app.get("/v1/models/r1/status", dependencies=known_caller)
    async def status() -> dict[str, Any]:
        """Whether the gateway answers, and with what."""
        return {"ready": True, "engine": engine.name, "queued": places.waiting, "load": round(places.load, 3)}

    @app.get("/health")
    async def health() -> dict[str, str]:
        """For whoever watches the process; says nothing about it."""
        return {"status": "ok"}

    return app


async def _whole(sources: Sequence[Paced], completion: Completion) -> list[dict[str, Any]]:
    """The whole reply of each source. One that fails ends all. Raises `ApiError`."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_collected(source, completion)) for source in sources]
    except BaseExceptionGroup as failed:
        for error in failed.exceptions:
            if isinstance(error, ApiError):
                raise error from None
        raise
    return [task.result() for task in tasks]


async def _collected(source: Paced, completion: Completion) -> dict[str, Any]:
    said: dict[str, list[str]] = {"thought": [], "answer": []}
    try:
        async for item in source:
            if isinstance(item, EngineDelta):
                said[item.kind].append(item.text)
            elif item is not None:
                return completion.whole("".join(said["answer"]), "".join(said["thought"]), item)
    finally:
        await source.close()  # gives its place back now, not when it is collected as garbage
    raise AssertionError("a run says how it ended")


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
    extra = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    if error.retry_after_s is not None:
        extra["Retry-After"] = str(math.ceil(error.retry_after_s))
    return JSONResponse(error.body(), error.status, {**_NO_STORE, **extra})
