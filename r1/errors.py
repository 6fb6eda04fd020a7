"""What can go wrong with an R1 call, named for who must act. Every message ends with the next step.

R1Error
+-- SettingsError          the client was configured with something unusable   (who configures)
+-- ParameterError         a request parameter is out of range, before sending  (who calls)
+-- UnreachableError       nothing answers at the address                       (who runs the server)
+-- AuthenticationError    key or secret refused                                (who configures)
+-- RequestRefusedError    the server refuses this request: 400, 402, 404, 422  (who calls)
+-- RateLimitedError       429, and no attempt was left                         (wait)
|   +-- OverloadedError    our own queue is full, or the wait in it too long    (wait)
+-- UpstreamError          the server failed, or its stream broke off           (who runs the server)
|   +-- TimedOutError      one of the timers ran out
+-- ProtocolError          the answer is not what the API says                  (who configures: wrong dialect?)
+-- RedactionError         what must not leave could not be taken out           (who runs this: nothing was sent)
"""

from __future__ import annotations


class R1Error(Exception):
    """Root of the errors of this package."""


class SettingsError(R1Error):
    """The client cannot be built or used as configured."""


class ParameterError(R1Error):
    """A request parameter has the wrong type or lies outside its range."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        """The parameter's name in the API."""


class UnreachableError(R1Error):
    """No connection could be made, or it broke before anything was answered."""


class AuthenticationError(R1Error):
    """The server does not accept the key, the secret or the token."""


class RequestRefusedError(R1Error):
    """The server will not serve this request; sending it again would not help."""

    def __init__(self, message: str, status: int, field: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        """HTTP status."""
        self.field = field
        """The parameter the server named, if it named one."""


class RateLimitedError(R1Error):
    """Too many requests."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        """Seconds the server asks to wait, if it said so."""


class OverloadedError(RateLimitedError):
    """There was no place for the call on this side; nothing was sent."""


class UpstreamError(R1Error):
    """The server failed while working, or its stream ended too early."""

    def __init__(self, message: str, status: int | None = None, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        """HTTP status; None when the failure came inside a stream."""
        self.retry_after_s = retry_after_s
        """Seconds the server asks to wait, if it said so."""


class TimedOutError(UpstreamError):
    """A timer ran out while the server said nothing, or not enough."""

    def __init__(self, message: str, timer: str) -> None:
        super().__init__(message)
        self.timer = timer
        """Which one: connect, first_event, first_answer, idle or total."""


class ProtocolError(R1Error):
    """What came back does not follow the API."""


class RedactionError(R1Error):
    """The prompt could not be redacted, so it was not sent."""
