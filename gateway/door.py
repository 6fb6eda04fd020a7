"""In front of the routes: a call that carries a body must carry a token that holds before any of its body is read.

Else strangers could fill the memory with bodies that nobody will look at. What the caller may do, the route says.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.access import Access, bearer
from gateway.errors import ApiError

_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_GUARDED = "/v1/"


class Door:
    """Refuses such calls with what `refused` makes of the error."""

    def __init__(self, app: ASGIApp, access: Access, refused: Callable[[Request, ApiError], Response]) -> None:
        self._app = app
        self._access = access
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in _WITH_BODY and scope["path"].startswith(_GUARDED):
            try:
                self._access.caller(bearer(Headers(scope=scope).get("authorization")))
            except ApiError as error:
                _find_route(scope)
                await self._refused(Request(scope), error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _find_route(scope: Scope) -> None:
    """Note which route was meant, for the record."""
    for route in scope["app"].routes:
        if route.matches(scope)[0] is Match.FULL:
            scope["route"] = route
            return
