"""`gateway` at work: assembled, served until it is told to stop, and closed with nothing lost."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import typer

from commands.gateway_settings import GatewaySettings
from commands.terminal import escaped
from gateway.serving import garbage

if TYPE_CHECKING:
    from gateway.engines.upstream import Server
    from gateway.server import GatewayServer, ServerOptions

OPEN_FILES = 65_536
"""Each connection is one."""


def run_gateway(settings: GatewaySettings, servers: Sequence[Server]) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises `InputError`, `GatewayError`, and `typer.Exit` if told twice."""
    _refuse_loop(settings, servers)
    _log_to_stderr()
    _allow_files()
    garbage.put_off()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        stopped_by = runner.run(_served(settings, servers))
    if stopped_by is not None:
        raise typer.Exit(128 + stopped_by)


async def _served(settings: GatewaySettings, servers: Sequence[Server]) -> int | None:
    from commands.gateway_assembly import assembled_gateway
    from gateway.app import create_app
    from gateway.routes.monitoring import add_monitoring
    from gateway.server import GatewayServer

    async with assembled_gateway(settings, servers) as gateway:
        app = create_app(gateway.parts)
        add_monitoring(app, gateway.parts.access, gateway.monitoring)
        options = server_options(settings)
        async with GatewayServer(app, options) as server:
            garbage.begin()
            _announce(server, options, gateway.parts.engine.name)
            if not await asyncio.to_thread(gateway.registry.clients):
                _remark("no client is registered: `gateway client add NAME --role developer` in another terminal")
            looking = asyncio.create_task(_look_behind(gateway.parts.engine))
            await server.serve()
            looking.cancel()
            _remark("stopped")
            return server.stopped_by


async def _look_behind(engine: object) -> None:
    """Connect to the server behind, and say so if there is none. It may come later: calls look for it anew."""
    from gateway.engines.upstream import UpstreamEngine
    from r1.errors import R1Error

    if isinstance(engine, UpstreamEngine):
        try:
            await engine.warm_up()
        except R1Error as error:
            _remark(f"warning: {error}")


def server_options(settings: GatewaySettings) -> ServerOptions:
    """The same for the server."""
    from gateway.server import ServerOptions
    from gateway.serving.certificates import TlsFiles
    from gateway.serving.limits import ConnectionLimits

    tls = None
    if settings.certificate:
        tls = TlsFiles(Path(settings.certificate), _path(settings.certificate_key), _path(settings.client_authorities))
    return ServerOptions(
        settings.host,
        settings.port,
        tls,
        ConnectionLimits(connections=settings.connections),
        settings.drain_s,
        settings.trusted_proxies,
    )


def _announce(server: GatewayServer, options: ServerOptions, engine: str) -> None:
    _remark(f"the gateway answers at {server.address}, with {engine}; Ctrl-C stops it")
    if options.exposed:
        _remark(
            f"warning: {options.host} can be reached from other machines, and without --certificate everything, tokens "
            "too, can be read on the way"
        )


def _remark(text: str) -> None:
    """As `commands.terminal.remark`, without what that takes to load."""
    with suppress(OSError, ValueError):  # a server goes on when its terminal is gone
        sys.stderr.write(f"{escaped(text)}\n")
        sys.stderr.flush()


def _refuse_loop(settings: GatewaySettings, servers: Sequence[Server]) -> None:
    """A gateway that asks itself, because R1_BASE_URL names it for the other commands, would ask for ever."""
    from gateway.server import is_loopback
    from pipeline.errors import InputError

    for server in servers:
        parts = urlsplit(server.options.base_url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        here = host == settings.host or is_loopback(host)
        if port == settings.port and here and server.options.dialect != "ollama":
            raise InputError(
                f"{server.options.address} is where this gateway itself would listen: name the server behind it with "
                "--r1, or choose another --port"
            )


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    with suppress(ImportError):  # it is an extra, and there is none for Windows
        import uvloop

        loop: type[asyncio.AbstractEventLoop] = uvloop.Loop
        return loop
    return None


def _log_to_stderr() -> None:
    logger = logging.getLogger("gateway")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _allow_files() -> None:
    """As many as the system lets this process have: some allow 1,024 unless asked."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _path(name: str) -> Path | None:
    return Path(name) if name else None
