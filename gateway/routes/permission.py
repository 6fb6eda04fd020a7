"""Who may use a route: the caller of the access token, if its role has the permission. Nothing else opens one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Request

from gateway.access import Access, bearer
from gateway.calls import Caller
from gateway.errors import ApiError
from gateway.recording import call_of
from gateway.roles import Permission, may


class Requires:
    """A dependency of a route: gives the caller. Raises `ApiError`: 401 without a token that holds, 403 without
    permission.
    """

    def __init__(self, access: Access, permission: Permission) -> None:
        self._access = access
        self.permission = permission

    async def __call__(self, request: Request, authorization: Annotated[str | None, Header()] = None) -> Caller:
        """The caller, who is on record from here on."""
        caller = self._access.caller(bearer(authorization))
        call_of(request.scope).caller = caller
        if not may(caller.role, self.permission):
            message = f"the role {caller.role} may not do this: it needs the permission {self.permission}"
            raise ApiError(403, "forbidden", message)
        return caller
