"""One thread that owns a model: turns hand it work, it does one piece after another."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from pipeline.errors import ContractError

Value = TypeVar("Value")


class Job(Generic[Value]):
    """A piece of work in the thread's queue. Made on the event loop that will wait for it."""

    def __init__(self, thread: ThreadPoolExecutor, work: Callable[[], Value]) -> None:
        loop = asyncio.get_running_loop()
        self.started = asyncio.Event()
        """Set when the thread has come to it, or dropped it."""

        def begin() -> Value:
            with contextlib.suppress(RuntimeError):  # the loop has gone: nobody waits any more
                loop.call_soon_threadsafe(self.started.set)
            return work()

        self.result = asyncio.wrap_future(thread.submit(begin))
        """What the work returns or raises."""
        self.result.add_done_callback(lambda _: self.started.set())

    def abandon(self) -> None:
        """Nobody wants the result: it is not begun any more, and what it raises is not reported."""
        if not self.result.done():
            self.result.cancel()
        elif not self.result.cancelled():
            self.result.exception()


class ModelThread:
    """The thread. It starts with its first job and ends with `close`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._closed = False

    def submit(self, work: Callable[[], Value]) -> Job[Value]:
        """Queue `work`. Raises `ContractError` after `close`."""
        if self._closed:
            raise ContractError(f"'{self._name}' was closed; make a new one")
        return Job(self._thread, work)

    async def close(self) -> None:
        """Drop what is queued and wait for the piece of work under way."""
        self._closed = True
        await asyncio.to_thread(self._thread.shutdown, wait=True, cancel_futures=True)
