"""The gateway as a server: sockets, TLS, limits for connections, and an end that loses nothing.

    async with GatewayServer(app, ServerOptions(port=8080)) as server:
        await server.serve()

HTTP is uvicorn's, by its fast parser where that is installed (`httptools`); see `gateway.serving` for what is ours.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from importlib.util import find_spec
from types import FrameType, TracebackType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from gateway.errors import GatewayError
from gateway.serving.certificates import Certificates, TlsFiles
from gateway.serving.connection import Connection, Connections
from gateway.serving.last_resort import LastResort
from gateway.serving.limits import ConnectionLimits

PORT = 8080
BACKLOG = 2048
"""Connections that wait to be accepted."""
CANCELLED_S = 5.0
"""For calls that were broken off to let go of what they hold."""
_YEAR_S = 31_536_000
_TICKS_A_SWEEP, _TICKS_A_LOOK = 5, 10
"""uvicorn ticks ten times a second."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Where to listen, and how."""

    host: str = "127.0.0.1"
    port: int = PORT
    """0: one that is free."""
    tls: TlsFiles | None = None
    limits: ConnectionLimits = field(default_factory=ConnectionLimits)
    drain_s: float = 30.0
    """How long calls under way may take once the server has been told to stop."""
    trusted_proxies: str = ""
    """Addresses and networks, commas between: what these say of the caller's own address is believed."""

    @property
    def exposed(self) -> bool:
        """Whether other machines can reach it, and what they send can be read on the way."""
        return self.tls is None and not is_loopback(self.host)


class GatewayServer:
    """Listens while its context is open; then calls under way are finished, within `drain_s`.

    Raises `GatewayError` when it cannot listen, or for certificates that cannot be used.
    """

    def __init__(self, app: ASGIApp, options: ServerOptions | None = None) -> None:
        self.options = options or ServerOptions()
        self.certificates = None if self.options.tls is None else Certificates(self.options.tls)
        config = uvicorn.Config(
            LastResort(app),
            http="httptools" if find_spec("httptools") else "h11",
            ws="none",
            lifespan="on",
            log_config=None,
            log_level="critical",  # what matters is logged by the gateway; the rest is noise that callers can make
            access_log=False,
            server_header=False,
            proxy_headers=bool(self.options.trusted_proxies),
            forwarded_allow_ips=self.options.trusted_proxies or None,
            timeout_keep_alive=self.options.limits.idle_s,
            headers=[] if self.certificates is None else [("strict-transport-security", f"max-age={_YEAR_S}")],
        )
        self._server = _Server(config, self.options, self.certificates)
        self._serving: asyncio.Task[None] | None = None
        self._had_terminal = _has_terminal()

    @property
    def port(self) -> int:
        """The one that it listens on."""
        return int(self._server.listening[0][1])

    @property
    def address(self) -> str:
        """For a caller on this machine, or by the host that was given."""
        scheme = "http" if self.certificates is None else "https"
        host = self.options.host
        if host in {"", "0.0.0.0", "::"}:
            host = "127.0.0.1"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._server.connections)

    @property
    def stopped_by(self) -> int | None:
        """The signal that ended it at once; None while it runs, and when it was let finish."""
        return self._server.stopped_by

    async def __aenter__(self) -> GatewayServer:
        self._serving = asyncio.create_task(self._server.serve(), name="gateway server")
        ready = asyncio.create_task(self._server.ready.wait())
        try:
            await asyncio.wait({self._serving, ready}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self.stop()
            await asyncio.wait({self._serving})
            raise
        finally:
            ready.cancel()
        if self._serving.done():
            self._serving.result()
            raise GatewayError("the gateway did not start: see its log")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        assert self._serving is not None
        await self._serving

    async def serve(self) -> None:
        """Until it is told to stop, and has finished: by `stop`, or by SIGTERM or SIGINT.

        A second one of those ends it at once: calls are broken off. SIGHUP reads the certificates again, unless it
        comes because the terminal was closed: then that is told to stop, too.
        """
        assert self._serving is not None
        with self._signals():
            await asyncio.shield(self._serving)

    def stop(self) -> None:
        """Accept no more, and end when the calls under way have ended."""
        self._server.should_exit = True

    def stop_at_once(self) -> None:
        """Break off the calls under way, too."""
        self._server.should_exit = self._server.force_exit = True

    @contextmanager
    def _signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        names = ("SIGTERM", "SIGINT", "SIGHUP")
        numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
        before = {number: signal.getsignal(number) for number in numbers}
        for number, handler in before.items():
            if handler is not signal.SIG_IGN or number == signal.SIGINT:  # nohup's deafness stays
                signal.signal(number, self._told)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _told(self, number: int, _frame: FrameType | None) -> None:
        if number == getattr(signal, "SIGHUP", None) and not (self._had_terminal and not _has_terminal()):
            self._server.reload = True
        elif self._server.should_exit:
            self._server.stopped_by = number
            self.stop_at_once()
        else:
            self.stop()


class _Server(uvicorn.Server):
    """With connections that are watched, certificates that are read again, and an end within a limit."""

    def __init__(self, config: uvicorn.Config, options: ServerOptions, certificates: Certificates | None) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.reload = False
        self.stopped_by: int | None = None
        self.listening: list[Any] = []
        self.connections = Connections(options.limits)
        self._options = options
        self._certificates = certificates

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # uvicorn types it as a generator
        return nullcontext()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            raise GatewayError("the gateway did not start: see its log")
        loop = asyncio.get_running_loop()
        make: Any = self.config.http_protocol_class  # uvicorn types it as any protocol

        def connect() -> Connection:
            inner = make(config=self.config, server_state=self.server_state, app_state=self.lifespan.state, _loop=loop)
            return Connection(inner, self.connections, loop)

        options = self._options
        secure: dict[str, Any] = {}
        if self._certificates is not None:
            secure = {"ssl": self._certificates.context, "ssl_handshake_timeout": options.limits.handshake_s}
        try:
            server = await loop.create_server(connect, options.host, options.port, backlog=BACKLOG, **secure)
        except (OSError, OverflowError, UnicodeError) as error:
            await self.lifespan.shutdown()
            raise GatewayError(_not_listening(options, error)) from None
        self.servers = [server]
        self.listening = [each.getsockname() for each in server.sockets]
        self.started = True
        self.ready.set()

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS_A_SWEEP == 0:
            self.connections.sweep(asyncio.get_running_loop().time())
        if self._certificates is not None and counter % _TICKS_A_LOOK == 0:
            self.reload = self.reload or self._certificates.changed()
        if self.reload:
            self.reload = False
            if self._certificates is not None:
                await asyncio.to_thread(self._certificates.reload)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in tuple(self.server_state.connections):
            connection.shutdown()  # idle ones close, the others after their reply
        loop = asyncio.get_running_loop()
        until = loop.time() + self._options.drain_s
        while (self.server_state.tasks or self.connections) and not self.force_exit and loop.time() < until:
            self.connections.sweep(loop.time())
            await asyncio.sleep(0.02)
        broken_off = tuple(self.server_state.tasks)
        for task in broken_off:
            task.cancel()
        if broken_off:
            await asyncio.wait(broken_off, timeout=CANCELLED_S)
        self.connections.cut()
        await asyncio.sleep(0)
        await self.lifespan.shutdown()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _not_listening(options: ServerOptions, error: Exception) -> str:
    place = f"{options.host}:{options.port}"
    said = os.strerror(error.errno) if isinstance(error, OSError) and error.errno and error.errno > 0 else str(error)
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"the gateway cannot listen on {place}: the host is not known here; choose another (--host)"
    return f"the gateway cannot listen on {place} ({said}): choose another port or address (--port, --host)"


def _has_terminal() -> bool:
    """Whether the process has one that controls it."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
