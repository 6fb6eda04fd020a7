"""The gateway inside this process: on a private Unix socket, or on a loopback port where there are none.

Nothing but this user can reach it: the socket lies in a folder of mode 0700, and key and secret are made anew for each
run and never leave memory. It goes through the same token, stream and wire as a real deployment.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import socket
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import TracebackType

import uvicorn

from gateway.access import Access
from gateway.app import create_app
from gateway.engine import Engine
from gateway.errors import GatewayError
from gateway.parts import GatewayParts
from r1.options import R1Options

LONGEST_SOCKET_PATH = 100
"""Bytes. `sun_path` holds 108 on Linux and 104 on macOS, with the final zero."""
GRACE_SECONDS = 1
"""How long calls under way may take when the gateway stops."""
KEPT_OPEN_SECONDS = 3600
"""An idle connection costs nothing in one process, and the next turn is faster with it."""


class EmbeddedGateway:
    """Serves `engine` while its context is open; `options` then tell an `R1Client` how to reach it.

    Installs no signal handlers and writes nothing but the socket, which it removes. Raises `GatewayError` when it
    cannot start.
    """

    def __init__(self, engine: Engine | None = None) -> None:
        if engine is None:
            from gateway.engines.reader import ReaderEngine

            engine = ReaderEngine()
        self._engine = engine
        self._folder: Path | None = None
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._options: R1Options | None = None

    @property
    def options(self) -> R1Options:
        """Address, key and secret. Raises `GatewayError` outside the context."""
        if self._options is None:
            raise GatewayError("the embedded gateway is not running: use it as `async with EmbeddedGateway()`")
        return self._options

    async def __aenter__(self) -> EmbeddedGateway:
        api_key, api_secret = f"embedded-{secrets.token_hex(4)}", secrets.token_urlsafe(48)
        app = create_app(GatewayParts(self._engine, Access({api_key: api_secret})))
        listener = self._listen()
        # "off": the application has no start-up of its own, and the server must not touch the process's logging.
        config = uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEPT_OPEN_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]), name="embedded gateway")
        ready = self._server.ready
        self._serving.add_done_callback(lambda _: ready.set())
        try:
            await ready.wait()
        except asyncio.CancelledError:
            await self.__aexit__(None, None, None)
            raise
        if self._serving.done():
            self._remove_folder()
            raise GatewayError("the embedded gateway could not start") from self._serving.exception()
        self._options = _options(listener, self._folder, api_key, api_secret)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._options = None
        try:
            if self._server is not None and self._serving is not None:
                self._server.should_exit = True
                await self._serving
        finally:
            self._remove_folder()

    def _listen(self) -> socket.socket:
        if not hasattr(socket, "AF_UNIX"):
            listener = socket.socket()
            listener.bind(("127.0.0.1", 0))
            return listener
        self._folder = _private_folder()
        listener = socket.socket(socket.AF_UNIX)
        try:
            listener.bind(str(self._folder / "r1"))
        except OSError as error:
            listener.close()
            self._remove_folder()
            raise GatewayError(f"no socket can be made in {self._folder}: set TMPDIR to a local folder") from error
        return listener

    def _remove_folder(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


class _Server(uvicorn.Server):
    """A server that leaves the process's signals alone and says when it accepts connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # uvicorn types it as a generator
        return nullcontext()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def _private_folder() -> Path:
    """A new folder of mode 0700 whose path leaves room for a socket's name. Raises `GatewayError`."""
    candidates = (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp")
    for parent in candidates:
        if not parent or not os.access(parent, os.W_OK):
            continue
        try:
            folder = Path(tempfile.mkdtemp(prefix="r1-", dir=parent))
        except OSError:
            continue
        if len(os.fsencode(folder / "r1")) <= LONGEST_SOCKET_PATH:
            return folder
        folder.rmdir()
    raise GatewayError("no folder for a socket: set TMPDIR to a writable folder with a short path")


def _options(listener: socket.socket, folder: Path | None, api_key: str, api_secret: str) -> R1Options:
    if folder is not None:
        return R1Options("http://localhost", api_key, api_secret, unix_socket=str(folder / "r1"))
    port = listener.getsockname()[1]
    return R1Options(f"http://127.0.0.1:{port}", api_key, api_secret)
