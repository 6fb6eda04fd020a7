"""For those who watch: `GET /metrics`, `GET /panel`, and what the panel's page asks for.

The page itself says nothing and is anybody's; its figures need a session, which a pass or an access token opens.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Header, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from gateway.access import Access, bearer
from gateway.calls import Caller
from gateway.errors import ApiError
from gateway.monitoring.monitoring import Monitoring
from gateway.monitoring.panel_page import panel_page
from gateway.monitoring.panel_passes import PASS_SECONDS, SESSION_SECONDS, PanelPasses, is_pass, is_session
from gateway.monitoring.scraper import Scrapers
from gateway.recording import call_of
from gateway.roles import Permission, may
from gateway.routes.permission import Requires
from gateway.routes.tokens import NO_STORE

Minutes = Literal["1", "5", "60"]
Authorization = Annotated[str | None, Header()]


class RequiresScraper:
    """A dependency of `/metrics`: gives the caller, by access token or by key and secret (Basic).

    Raises `ApiError`: 401, 403 without permission, 429 after too many failures.
    """

    permission: Permission = "metrics"

    def __init__(self, access: Access) -> None:
        self._scrapers = Scrapers(access)

    async def __call__(self, request: Request, authorization: Authorization = None) -> Caller:
        """The caller, who is on record from here on."""
        address = request.client.host if request.client else ""
        caller = self._scrapers.caller(authorization, address)
        return _on_record(request, caller, self.permission)


class RequiresGuest:
    """A dependency of the panel's figures: gives the caller, by the panel's session or by access token.

    Raises `ApiError`: 401, and 403 without permission.
    """

    permission: Permission = "panel"

    def __init__(self, access: Access, passes: PanelPasses) -> None:
        self._access = access
        self._passes = passes

    async def __call__(self, request: Request, authorization: Authorization = None) -> Caller:
        """The caller, who is on record from here on."""
        credential = bearer(authorization)
        known = self._passes.guest if is_session(credential) else self._access.caller
        return _on_record(request, known(credential), self.permission)


def add_monitoring(app: FastAPI, access: Access, monitoring: Monitoring) -> None:
    """Put the routes in place."""
    passes, page = PanelPasses(access.directory), panel_page()

    @app.get(
        "/metrics",
        tags=["monitoring"],
        response_class=PlainTextResponse,
        dependencies=[Depends(RequiresScraper(access))],
    )
    async def metrics(accept: Annotated[str, Header()] = "") -> Response:
        """All metrics, in the form of Prometheus or OpenMetrics."""
        text, media_type = monitoring.exposition(accept)
        return Response(text, headers={**NO_STORE, "Content-Type": media_type})

    @app.get("/panel", tags=["monitoring"], response_class=HTMLResponse)
    async def panel() -> Response:
        """The live panel, for a browser."""
        headers = {**NO_STORE, "Content-Security-Policy": page.policy}
        return HTMLResponse(page.html, headers=headers)

    @app.get("/panel/data", tags=["monitoring"], dependencies=[Depends(RequiresGuest(access, passes))])
    async def data(minutes: Minutes = "5") -> Response:
        """What the panel shows of the last so many minutes."""
        return JSONResponse(monitoring.snapshot(int(minutes)), headers=NO_STORE)

    @app.post("/panel/passes", tags=["monitoring"])
    async def new_pass(caller: Caller = Depends(Requires(access, "panel"))) -> Response:
        """A pass that opens the panel once."""
        return _reply({"pass": passes.new_pass(caller), "expires_in": PASS_SECONDS})

    @app.post("/panel/session", tags=["monitoring"])
    async def session(request: Request, authorization: Authorization = None) -> Response:
        """A session for a pass or an access token; it sees the panel's figures and nothing else."""
        credential = bearer(authorization)
        if is_pass(credential):
            text = passes.redeem(credential)
            _on_record(request, passes.guest(text), "panel")
        else:
            text = passes.new_session(_on_record(request, access.caller(credential), "panel"))
        return _reply({"session": text, "expires_in": SESSION_SECONDS})


def _on_record(request: Request, caller: Caller, permission: Permission) -> Caller:
    """`caller`, noted for the sinks. Raises `ApiError` (403) without permission."""
    call_of(request.scope).caller = caller
    if not may(caller.role, permission):
        message = f"the role {caller.role} may not do this: it needs the permission {permission}"
        raise ApiError(403, "forbidden", message)
    return caller


def _reply(content: dict[str, Any]) -> Response:
    return JSONResponse(content, headers=NO_STORE)
