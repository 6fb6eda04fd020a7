"""An HTTP server on a loopback socket that follows a script, byte by byte, and notes what it was asked.

It parses requests itself and writes what it is told, so that it can do what no framework would let it do: half a
header, a wrong length, a reset in the middle of a character.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.r1.faults.wire import GOOD, Every, Listened, Move, Reply, Step, chat, models, streamed, token, whole

TOKEN_PATH = "/auth/token"
INFER_PATH = "/v1/models/r1/infer"
STATUS_PATH = "/v1/models/r1/status"
CHAT_PATH = "/v1/chat/completions"
MODELS_PATH = "/v1/models"

_BLOCK = 65_536
_ABORTIVE_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER with 0 s: closing sends RST instead of FIN (socket(7))."""


@dataclass(slots=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    connection: int
    """Number of the connection that it came on, from 1."""
    came_at: float
    """When its headers had come, by the event loop's clock."""
    body: bytes = b""
    closed_at: float | None = None
    """When the peer closed the connection while this was its latest request, by the event loop's clock."""
    sent: list[bytes] = field(default_factory=list, repr=False)
    """What was written in reply."""

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


Answer = Reply | Callable[[Request], Reply]
Script = Mapping[str, Sequence[Answer]]
"""For each path what its first, second … request is answered with; the last one repeats."""

GOOD_ANSWERS: Script = {
    TOKEN_PATH: (token(),),
    INFER_PATH: (GOOD,),
    STATUS_PATH: (whole(200, '{"ready": true, "engine": "faults"}'),),
    CHAT_PATH: (streamed(*chat()),),
    MODELS_PATH: (models("deepseek-r1"),),
}


class FaultServer:
    """`async with FaultServer({INFER_PATH: (refused(503), GOOD)}) as server:` and `server.url` is where it listens.

    A path that the script does not name answers well: the guide's API and OpenAI chat completions. `server.requests`
    holds what came. Leaving the context ends every connection.
    """

    def __init__(self, script: Script | None = None) -> None:
        self._script = {**GOOD_ANSWERS, **(script or {})}
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._connections = 0
        self.requests: list[Request] = []
        self.url = ""

    async def __aenter__(self) -> FaultServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=4 * _BLOCK)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Close the socket and every connection; from then on nobody listens at `url`."""
        if self._server is not None:
            self._server.close()
            await self.drop_connections()
            await self._server.wait_closed()
            self._server = None

    async def drop_connections(self) -> None:
        """Close the connections that are open, as a server does with idle ones."""
        dropped = list(self._open)
        for task in dropped:
            task.cancel()
        await asyncio.gather(*dropped, return_exceptions=True)

    def asked(self, *paths: str) -> list[Request]:
        """The requests that came to `paths`, in order."""
        return [request for request in self.requests if request.path in paths]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        connection = _Connection(reader, writer, self._connections)
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            while (request := await connection.request()) is not None:
                self.requests.append(request)
                if not await connection.answer(request, self._reply_to(request)):
                    break
        except (OSError, asyncio.CancelledError):
            pass  # the peer went, or the server stops
        finally:
            await connection.close()
            self._open.discard(task)

    def _reply_to(self, request: Request) -> Reply:
        replies = self._script.get(request.path)
        if replies is None:
            return whole(404, '{"error": {"message": "no such path"}}')
        answer = replies[min(len(self.asked(request.path)), len(replies)) - 1]
        return answer(request) if callable(answer) else answer


class _Connection:
    """One connection, watched for its end also while a reply is under way."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        self._reader = reader
        self._writer = writer
        self._number = number
        self._early = b""
        self._watch: asyncio.Task[bytes] | None = None
        self._last: Request | None = None

    async def request(self) -> Request | None:
        """The next request; None when the peer has closed the connection."""
        try:
            early = b"" if self._watch is None else await self._watch
            self._watch = None
            first, *lines = (early + await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            self._note_end()
            return None
        method, path, _ = first.split(" ", 2)
        pairs = (line.partition(":") for line in lines if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        self._last = Request(method, path, headers, self._number, asyncio.get_running_loop().time())
        return self._last

    async def answer(self, request: Request, reply: Reply) -> bool:
        """Take the steps of `reply`; False when the connection is over."""
        listened = any(isinstance(step, Listened) for step in reply)
        if not listened:
            await self._listen(request)
        for step in reply:
            if isinstance(step, Listened):
                await self._listen(request)
            elif not await self._take(request, step):
                return False
        return True

    async def close(self) -> None:
        """End the connection in good order, if it is still there."""
        self._writer.close()  # before anything is awaited: the server may stop, and cancel this, just now
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await asyncio.gather(self._writer.wait_closed(), return_exceptions=True)

    async def _listen(self, request: Request) -> None:
        request.body = await self._reader.readexactly(int(request.headers.get("content-length", 0)))
        self._watch = asyncio.create_task(self._reader.read(1))

    async def _take(self, request: Request, step: Step) -> bool:
        match step:
            case bytes():
                return await self._write(request, step)
            case Every(part, seconds, heeds_close):
                while await self._write(request, part, heeds_close):
                    await self._pause(seconds)
                return False
            case Move.RESET:
                self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORTIVE_CLOSE)
                self._writer.transport.abort()
                return False
            case Move.CLOSE:
                return False
            case Move.HOLD:
                await self._pause(None)
                return False
            case float() | int():
                return await self._pause(step)
        raise AssertionError(step)

    async def _write(self, request: Request, part: bytes, heeds_close: bool = True) -> bool:
        if self._gone() and heeds_close:
            return False
        request.sent.append(part)
        self._writer.write(part)
        await self._writer.drain()
        return True

    async def _pause(self, seconds: float | None) -> bool:
        """Wait; False when the peer has closed the connection meanwhile."""
        if self._watch is None or self._watch.done():
            await asyncio.sleep(seconds or 0)
            return not self._gone()
        await asyncio.wait({self._watch}, timeout=seconds)
        return not self._gone()

    def _gone(self) -> bool:
        if self._watch is None or not self._watch.done():
            return False
        gone = self._watch.cancelled() or self._watch.exception() is not None or not self._watch.result()
        if gone:
            self._note_end()
        return gone

    def _note_end(self) -> None:
        if self._last is not None and self._last.closed_at is None:
            self._last.closed_at = asyncio.get_running_loop().time()
