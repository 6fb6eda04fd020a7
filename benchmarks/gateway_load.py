"""Calls at a steady concurrency over connections that are kept: what `benchmarks.gateway` measures with, by hand."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any

PATH = "/v1/chat/completions"
MODEL = "bench"


@dataclass
class Load:
    """What was measured. Seconds."""

    whole_s: list[float] = field(default_factory=list)
    """From the request to the last byte of its reply."""
    first_s: list[float] = field(default_factory=list)
    """To the first piece of an answer."""
    took_s: float = 0.0
    failed: int = 0

    @property
    def per_s(self) -> float:
        """Requests per second."""
        return len(self.whole_s) / self.took_s if self.took_s else 0.0


async def load(port: int, head: str, count: int, concurrency: int, *, stream: bool) -> Load:
    """`count` calls, `head` being the lines of a request's head that prove who calls, or tell where it is to go.

    No two prompts are the same, so that no cache helps.
    """
    loop, result = asyncio.get_running_loop(), Load()
    numbers = iter(range(count))
    callers = [_Caller(head, result, numbers, stream, loop) for _ in range(concurrency)]
    for caller in callers:
        await loop.create_connection(lambda caller=caller: caller, "127.0.0.1", port)  # type: ignore[misc]  # bound at once
    started = time.perf_counter()
    for caller in callers:
        caller.ask()
    await asyncio.gather(*(caller.done for caller in callers))
    result.took_s = time.perf_counter() - started
    return result


_SERIAL = itertools.count(time.time_ns() % 1_000_000_000)


class _Caller(asyncio.Protocol):
    def __init__(self, head: str, result: Load, numbers: Any, stream: bool, loop: Any) -> None:
        self.done: asyncio.Future[None] = loop.create_future()
        self._result = result
        self._numbers = numbers
        self._stream = stream
        self._head = f"POST {PATH} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n{head}Content-Length: "
        self._buffer = b""
        self._first = self._started = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def ask(self) -> None:
        """The next call, or the end."""
        if next(self._numbers, None) is None:
            self._transport.close()
            self.done.set_result(None)
            return
        message = {"role": "user", "content": f"What is the total on invoice {next(_SERIAL)}?"}
        body = json.dumps({"model": MODEL, "messages": [message], "stream": self._stream})
        self._first, self._started = 0.0, time.perf_counter()
        self._transport.write(f"{self._head}{len(body)}\r\n\r\n{body}".encode())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._first and b'"content":' in self._buffer:
            self._first = time.perf_counter() - self._started
        if self._complete():
            self._result.whole_s.append(time.perf_counter() - self._started)
            self._result.first_s.append(self._first)
            if not self._buffer.startswith(b"HTTP/1.1 200") or not self._first:
                self._result.failed += 1
            self._buffer = b""
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self._result.failed += 1
            self.done.set_result(None)

    def _complete(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = self._buffer[:end].lower()
        at = head.find(b"\r\ncontent-length:")  # LiteLLM tells that of the server behind it too, by a longer name
        if at < 0:
            return self._buffer.endswith(b"0\r\n\r\n")
        return len(self._buffer) >= end + 4 + int(head[at + 17 :].split(b"\r\n", 1)[0])
