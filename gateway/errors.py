"""What the API answers when it cannot serve a call. One shape for all: `{"error": {"type", "message", "field"}}`."""

from __future__ import annotations

from typing import Any


class GatewayError(Exception):
    """The gateway itself cannot run: its message says why and what to do."""


class ApiError(Exception):
    """A call that ends with this status. The message goes to the caller: it holds no secret, prompt or token."""

    def __init__(
        self, status: int, kind: str, message: str, field: str | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        """HTTP status."""
        self.kind = kind
        """A word that programs may rely on, such as "invalid_parameter"."""
        self.field = field
        """The request parameter at fault, if it is one."""
        self.retry_after_s = retry_after_s
        """When to come back, if that is known."""

    def body(self) -> dict[str, Any]:
        """The JSON that is sent."""
        return {"error": {"type": self.kind, "message": str(self), "field": self.field}}


def unauthorised(message: str) -> ApiError:
    """A call without a credential that holds."""
    return ApiError(401, "unauthorised", message)


STOPPING = ApiError(503, "stopping", "the gateway is being stopped: try again", retry_after_s=5)
"""For calls that outlast the time that a gateway has for its end."""
