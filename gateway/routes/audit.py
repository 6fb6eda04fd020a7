"""The log: `GET /v1/audit` searches it, `POST /v1/audit/retention` removes what is old."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field

from gateway.access import Access
from gateway.audit.retention import DAYS, retain
from gateway.audit.search import MOST, AuditQuery, search
from gateway.database import Database, DatabaseError
from gateway.errors import ApiError
from gateway.privacy.gateway_key import GatewayKey
from gateway.routes.permission import Requires

LONGEST_VALUE = 256
RETRY_SECONDS = 5.0


class AuditFilter(BaseModel):
    """What calls to look for; all that is given must hold together."""

    since: datetime | None = Field(None, description="Such as 2026-11-24T09:00:00Z; without a zone it is UTC.")
    until: datetime | None = None
    client_id: str | None = Field(None, max_length=LONGEST_VALUE)
    tenant: str | None = Field(None, max_length=LONGEST_VALUE)
    route: str | None = Field(None, max_length=LONGEST_VALUE, description="The pattern, as routes are logged.")
    status: int | None = Field(None, ge=100, le=599)
    error_class: str | None = Field(None, max_length=LONGEST_VALUE, description="Empty for calls that went well.")
    before: int | None = Field(None, ge=1, le=2**62, description="The `next` of the page before.")
    limit: int = Field(100, ge=1, le=MOST)

    def query(self) -> AuditQuery:
        """The same for the log."""
        return AuditQuery(
            _ms(self.since),
            _ms(self.until),
            self.client_id,
            self.tenant,
            self.route,
            self.status,
            self.error_class,
            self.before,
            self.limit,
        )


class RetentionBody(BaseModel):
    """How long to keep."""

    model_config = ConfigDict(strict=True)

    days: float = Field(DAYS, ge=0, lt=100_000, allow_inf_nan=False)


def add_audit(app: FastAPI, access: Access, database: Database, gateway_key: GatewayKey) -> None:
    """Put the routes in place."""

    @app.get("/v1/audit", tags=["audit"], dependencies=[Depends(Requires(access, "audit"))])
    async def calls(wanted: Annotated[AuditFilter, Query()]) -> dict[str, Any]:
        """Calls that fit, newest first. `next` goes into `before` for the next page."""
        query = wanted.query()
        page = await _quietly(lambda: search(database, query))
        return {"entries": [entry.to_object() for entry in page.entries], "next": page.next}

    @app.post("/v1/audit/retention", tags=["audit"], dependencies=[Depends(Requires(access, "retention"))])
    async def retention(body: RetentionBody) -> dict[str, Any]:
        """Remove calls that are older; the chain can be verified from the anchor that is left."""
        return {"removed": await _quietly(lambda: retain(database, gateway_key, body.days))}


async def _quietly(work: Any) -> Any:
    """The result of blocking `work`. Raises `ApiError` (503) when the database fails."""
    try:
        return await asyncio.to_thread(work)
    except DatabaseError:
        message = "the log cannot be read now: try again later"
        raise ApiError(503, "audit_unavailable", message, retry_after_s=RETRY_SECONDS) from None


def _ms(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
