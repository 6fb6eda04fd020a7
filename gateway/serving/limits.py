"""How much one connection may take, in bytes and in time."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.errors import GatewayError


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """For every client alike, before it is known who it is. Raises `GatewayError` for one that is not above 0.

    Clients keep to all of them without knowing: they send a head at once, bodies at the speed of their line, and read
    what they are sent.
    """

    connections: int = 4096
    """At once. One more is answered 503 and closed."""
    head_bytes: int = 32_768
    """Request line and headers together. The longest credential is a quarter of that."""
    head_s: float = 10.0
    """From the first byte of a request, or from the connection for its first one, to the end of its headers."""
    body_s: float = 10.0
    """For a body, and as much again as it takes at `body_bytes_per_s`."""
    body_bytes_per_s: int = 8192
    """A line slower than a telephone modem of 1998 need not be waited for."""
    longest_body_s: float = 120.0
    """For a body, however large."""
    unread_s: float = 60.0
    """How long a client may leave what it is sent unread."""
    idle_s: int = 75
    """An open connection without a request; whole seconds. Proxies commonly keep theirs for 60 s, and must be first."""
    linger_s: float = 3.0
    """For a client that is still sending the body of a request that was refused, to read why."""
    handshake_s: float = 10.0
    """For TLS."""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not getattr(self, name) > 0:
                raise GatewayError(f"connection limit {name} must be above 0, not {getattr(self, name)!r}")
