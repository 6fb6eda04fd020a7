"""The OpenAPI document: FastAPI's, with who may call what, and with errors as they are really sent."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from gateway.chat import speaks_openai
from gateway.docs_page import ROLES_FIELD
from gateway.roles import ROLES, may

_ERRORS = {
    400: "Something in the request cannot be: `field` names it.",
    401: "No credential, or one that does not hold.",
    403: "The role may not do this.",
    413: "The body is too large.",
    422: "The Idempotency-Key came with another request before.",
    429: "A limit is reached, or too many calls wait: see Retry-After.",
    503: "What it needs is not there now: try again later.",
}
_TEXT = {"type": "string"}
_OR_NONE = {"anyOf": [_TEXT, {"type": "null"}]}
_SCHEMAS: dict[str, Any] = {
    "Error": {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["type", "message"],
                "properties": {
                    "type": {**_TEXT, "description": "One word, such as invalid_parameter."},
                    "message": {**_TEXT, "description": "What is wrong, and what to do."},
                    "field": {
                        **_OR_NONE,
                        "description": "The field of the request that it is about, where there is one.",
                    },
                },
            }
        },
    },
    "OpenAIError": {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["message", "type", "param", "code"],
                "properties": {"message": _TEXT, "type": _TEXT, "param": _OR_NONE, "code": _TEXT},
            }
        },
    },
}
_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of `POST /auth/token`.",
    },
    "assertion": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A client's assertion: iss (its api_key), iat, exp, aud `r1`, jti, signed with its secret "
        "(HS256).",
    },
}
_EXCHANGE = "/auth/token"


def describe(app: FastAPI) -> None:
    """Let `app` serve this document; it is made when it is first asked for, out of the routes there are by then."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way


def _completed(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                _complete(document["paths"][route.path_format][method.lower()], route)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas |= _SCHEMAS
    components["securitySchemes"] = _SCHEMES
    return document


def _complete(operation: dict[str, Any], route: APIRoute) -> None:
    # Authorization is the security scheme's, which says more of it.
    parameters = [each for each in operation.get("parameters", ()) if each["name"].lower() != "authorization"]
    operation["parameters"] = parameters
    permissions = [getattr(each.call, "permission", None) for each in route.dependant.dependencies]
    roles = [role for role in ROLES if any(may(role, each) for each in permissions if each is not None)]
    names = {each["name"] for each in parameters}
    statuses: list[int] = []
    if roles:
        operation[ROLES_FIELD] = roles
        operation["security"] = [{"token": []}]
        statuses = [401, 403, 429, 503]
    elif route.path == _EXCHANGE:
        operation["security"] = [{"assertion": []}]
        statuses = [401, 429, 503]
    if parameters or "requestBody" in operation:
        statuses.append(400)
    if "requestBody" in operation:
        statuses.append(413)
    if "Idempotency-Key" in names:
        statuses.append(422)
    responses = operation["responses"]
    responses.pop("422", None)
    shape = "OpenAIError" if speaks_openai(route.path) else "Error"
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}}
    responses |= {str(status): {"description": _ERRORS[status], "content": content} for status in sorted(statuses)}
