"""Routes whose JSON body pydantic reads at once: FastAPI finds and documents them, and does nothing else for them.

What it does for others, resolving parameters (0.15 ms a call) and closing what they opened, nothing here needs; see
`benchmarks.gateway`. Errors are answered as everywhere, by the handlers of the application.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.types import Receive, Scope, Send

from gateway.calls import Caller
from gateway.routes.permission import Requires

Body = TypeVar("Body", bound=BaseModel)
Answer = Callable[[Body, Request, Caller], Awaitable[Response]]

_CacheControl = Annotated[str | None, Header(description="no-cache or no-store: a fresh answer, none that is kept.")]
_IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="The same request with the same key gets the first one's reply."),
]


def add_body_route(
    app: FastAPI, path: str, requires: Requires, body_type: type[Body], answer: Answer[Body], *, tag: str
) -> None:
    """`POST path` for callers that `requires` lets in, with a `body_type` as JSON. `answer`'s words document it.

    Raises, as FastAPI's own routes do, `RequestValidationError` for a body that is none.
    """

    async def documented(
        body: Any,
        caller: Caller = Depends(requires),
        cache_control: _CacheControl = None,
        idempotency_key: _IdempotencyKey = None,
    ) -> Response:
        raise AssertionError("never called: it has the signature that the document is made from")

    documented.__annotations__["body"] = body_type
    documented.__name__, documented.__doc__ = getattr(answer, "__name__", path), answer.__doc__

    class Direct(APIRoute):
        async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["method"] != "POST":
                await super().handle(scope, receive, send)  # which says so
                return
            request = Request(scope, receive)
            caller = await requires(request, request.headers.get("authorization"))
            response = await answer(await _read(request, body_type), request, caller)
            await response(scope, receive, send)

    app.router.add_api_route(path, documented, methods=["POST"], tags=[tag], route_class_override=Direct)


async def _read(request: Request, body_type: type[Body]) -> Body:
    raw = await request.body()
    # A page of another site can have a browser send any text to us, but not as JSON unless we allow it (CORS).
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not (kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))):
        raise RequestValidationError([{"type": "model_attributes_type", "loc": ("body",), "msg": "not JSON"}])
    try:
        return body_type.model_validate_json(raw)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        # Python's parser takes halves of characters, so that the field which has them can be named.
        try:
            return body_type.model_validate(json.loads(raw.decode()))
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
        except (ValueError, RecursionError):
            pass
    raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in found])
