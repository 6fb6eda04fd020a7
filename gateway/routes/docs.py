"""`GET /docs`: what the gateway can do, for a browser without a network beyond this one."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response

from gateway.docs_page import POLICY, docs_page
from gateway.openapi import describe


def add_docs(app: FastAPI) -> None:
    """Put the page in place, and the document that it shows."""
    describe(app)

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        """All operations, out of the OpenAPI document."""
        return HTMLResponse(docs_page(app.openapi()), headers={"Content-Security-Policy": POLICY})
