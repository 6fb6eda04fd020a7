"""One connection, watched: uvicorn's protocol has no limit to how long a head or body may take, and this has.

It sits between the socket and that protocol, of which it reads two things: which request is under way (`cycle`), and
whether reading is paused. There is no timer for each connection: all are looked at twice a second.

A client that sends a second request before it has the reply to the first is not served it: the reply under way is the
last on its connection (RFC 9112, 9.3.2 lets a server close; clients that pipeline must bear it). No client of note does
that, and it would hide from the server that a client has gone.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any, Protocol

from gateway.errors import ApiError
from gateway.serving.limits import ConnectionLimits
from gateway.serving.plain_reply import plain_reply

PIECE_BYTES = 16_384
"""Of a body, given on at once; bounds what can be parsed out of bytes that belong to no body."""
MOST_DISCARDED_BYTES = 64 * 1024 * 1024
"""Sent after a refusal, or ahead of a reply. Nobody who means well sends more."""
CLOSING_S = 10.0
"""After closing, for what was sent to be read; then the connection is cut."""
_HEAD_END = b"\r\n\r\n"
_HEAD_START = b"HTTP/1."
_UPGRADE = re.compile(rb"\nupgrade:", re.IGNORECASE)
"""To another protocol, such as h2c, which Java's client asks for: a server may ignore it (RFC 9110, 7.8), but the
parser takes what follows for that protocol."""

_BUSY = plain_reply(ApiError(503, "too_many_connections", "too many connections are open: try again", None, 5))
_LARGE_HEAD = plain_reply(ApiError(431, "head_too_large", "the headers are larger than this gateway takes"))
_SLOW = plain_reply(ApiError(408, "too_slow", "the request did not arrive in time"))


class HttpProtocol(Protocol):
    """What uvicorn's two HTTP protocols have in common."""

    cycle: Any
    """The request that came last, and its reply; None before the first."""
    flow: Any

    def connection_made(self, transport: Any) -> None: ...
    def data_received(self, data: bytes) -> None: ...
    def eof_received(self) -> bool | None: ...
    def connection_lost(self, exc: Exception | None) -> None: ...
    def pause_writing(self) -> None: ...
    def resume_writing(self) -> None: ...


class Connections:
    """All that are open."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self._open: set[Connection] = set()
        self._swept_at = 0.0

    def __len__(self) -> int:
        return len(self._open)

    def join(self, connection: Connection) -> bool:
        """Whether there is room for it."""
        if len(self._open) >= self.limits.connections:
            return False
        self._open.add(connection)
        return True

    def leave(self, connection: Connection) -> None:
        """It is closed."""
        self._open.discard(connection)

    def sweep(self, now: float) -> None:
        """Close those that take too long."""
        passed_s = now - self._swept_at if self._swept_at else 0.0
        self._swept_at = now
        for connection in tuple(self._open):
            connection.check(now, passed_s)

    def cut(self) -> None:
        """Close all, whatever they are at."""
        for connection in tuple(self._open):
            connection.cut()


class _Socket:
    """What the protocol writes to: the transport, but one that closes when the client has had time to read.

    The head of a reply waits for what comes next, for this turn of the event loop at most: a write more for each reply
    costs as much as checking its caller.
    """

    def __init__(self, transport: Any, close: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        self.is_closing = transport.is_closing
        self.pause_reading = transport.pause_reading
        self.resume_reading = transport.resume_reading
        self.get_extra_info = transport.get_extra_info
        self._write = transport.write
        self._close = close
        self._soon = loop.call_soon
        self._head = b""

    def write(self, data: bytes) -> None:
        if self._head:
            data, self._head = self._head + data, b""
        elif data.startswith(_HEAD_START):
            self._head = data
            self._soon(self._flush)
            return
        self._write(data)

    def close(self) -> None:
        self._flush()
        self._close()

    def _flush(self) -> None:
        head, self._head = self._head, b""
        if head:
            self._write(head)


class Connection(asyncio.Protocol):
    """Gives what comes to `inner` as long as it keeps to the limits."""

    def __init__(self, inner: HttpProtocol, connections: Connections, loop: asyncio.AbstractEventLoop) -> None:
        self._inner = inner
        self._connections = connections
        self._limits = connections.limits
        self._loop = loop
        self._time = loop.time
        self._transport: Any = None
        self._joined = False
        self._since = 0.0
        """Start of what is timed now: the head or the body."""
        self._head_bytes = 0
        self._tail = b""
        self._body_bytes = 0
        self._discarded: int | None = None
        """Bytes; None while what comes is read."""
        self._unread_since: float | None = None
        self._closing_since: float | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._joined = self._connections.join(self)
        if not self._joined:
            self._discarded = 0
            transport.write(_BUSY)
            transport.close()
            return
        self._since = self._time()
        self._inner.connection_made(_Socket(transport, self._close, self._loop))

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.leave(self)
        if self._joined:
            self._inner.connection_lost(exc)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received() if self._joined else None

    def pause_writing(self) -> None:
        if self._joined:
            self._unread_since = self._time()
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        if self._joined:
            self._unread_since = None
            self._inner.resume_writing()

    def data_received(self, data: bytes) -> None:
        if self._discarded is not None:
            self._discard(data)
            return
        cycle = self._inner.cycle
        if cycle is None or cycle.response_complete:
            self._take_head(data, cycle)
        elif cycle.more_body:
            self._take_body(data, cycle)
        else:
            self._sent_ahead(cycle)

    def check(self, now: float, passed_s: float) -> None:
        """Close it if it takes too long; `passed_s` since the last look."""
        limits, cycle, waited_s = self._limits, self._inner.cycle, now - self._since
        if self._transport.is_closing():
            self._closing_since = self._closing_since or now
            if now - self._closing_since > CLOSING_S:
                self.cut()
        elif self._unread_since is not None and now - self._unread_since > limits.unread_s:
            self.cut()
        elif self._discarded is not None:
            if cycle.response_complete and waited_s > limits.linger_s:
                self._transport.close()
        elif cycle is None or cycle.response_complete:
            # Between requests uvicorn's own timer counts.
            if (cycle is None or self._head_bytes) and waited_s > limits.head_s:
                self._refuse(_SLOW if self._head_bytes else b"")
        elif cycle.more_body:
            if self._inner.flow.read_paused:
                self._since += passed_s  # the application is slow, not the client
            elif waited_s > min(limits.longest_body_s, limits.body_s + self._body_bytes / limits.body_bytes_per_s):
                self._refuse(b"" if cycle.response_started else _SLOW)

    def cut(self) -> None:
        """Close it at once."""
        self._transport.abort()

    def _close(self) -> None:
        """For the protocol. A client that still sends the body of what was refused could not read the reply then."""
        cycle = self._inner.cycle
        if cycle is not None and cycle.response_complete and cycle.more_body:
            self._since, self._discarded = self._time(), 0
            self._inner.flow.resume_reading()
        else:
            self._transport.close()

    def _take_head(self, data: bytes, before: Any) -> None:
        if not self._head_bytes:
            self._since = self._time()
        joined = self._tail + data
        end = joined.find(_HEAD_END)
        cut = len(data) if end < 0 else end + len(_HEAD_END) - len(self._tail)
        self._head_bytes += cut
        if self._head_bytes > self._limits.head_bytes:
            self._refuse(_LARGE_HEAD)
            return
        self._inner.data_received(_UPGRADE.sub(b"\nx-upgrade:", data[:cut]))
        cycle = self._inner.cycle
        rest = data[cut:]
        if cycle is before:
            self._tail = b"" if rest else joined[-3:]
            if rest and not self._transport.is_closing():  # empty lines before a request
                self._inner.data_received(rest)
            if self._inner.cycle is before:
                return
            rest, cycle = b"", self._inner.cycle
        self._head_bytes, self._tail, self._body_bytes = 0, b"", 0
        self._since = self._time()
        if rest and cycle.more_body:
            self._take_body(rest, cycle)
        elif rest:
            self._sent_ahead(cycle)

    def _take_body(self, data: bytes, cycle: Any) -> None:
        self._body_bytes += len(data)
        for start in range(0, len(data), PIECE_BYTES):
            if not cycle.more_body:
                self._sent_ahead(cycle)
                return
            self._inner.data_received(data[start : start + PIECE_BYTES])
            if self._inner.cycle is not cycle:
                self._sent_ahead(cycle)
                return

    def _sent_ahead(self, cycle: Any) -> None:
        """What comes now belongs to no request under way."""
        self._discarded = 0
        waiting = getattr(self._inner, "pipeline", None)
        if waiting:
            waiting.clear()
        self._inner.cycle = cycle
        self._inner.flow.resume_reading()  # or nobody would notice that the client has gone
        cycle.keep_alive = False

    def _discard(self, data: bytes) -> None:
        self._discarded = (self._discarded or 0) + len(data)
        if self._discarded > MOST_DISCARDED_BYTES:
            self.cut()

    def _refuse(self, reply: bytes) -> None:
        self._discarded = 0
        if reply:
            self._transport.write(reply)
        self._transport.close()
