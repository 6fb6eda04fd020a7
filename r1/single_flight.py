"""Identical calls at the same time share one stream: each caller hears all of it, from its first item on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Hashable
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True, eq=False)
class _Flight(Generic[Item]):
    """One inner stream, what it has said so far, and how many listen."""

    items: list[Item] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    followers: int = 0
    task: asyncio.Task[None] | None = None
    over: bool = False
    error: BaseException | None = None
    traceback: TracebackType | None = None


class SingleFlight(Generic[Item]):
    """Concurrent streams of the same key are one stream inside, which runs in a task of its own.

    No caller is special: whoever leaves, the others hear on. When the last one leaves, the inner stream is cancelled
    and closed before that caller's `aclose` returns. Memory is one reply per key in flight; a slow caller does not hold
    the others back. For one event loop.
    """

    def __init__(self) -> None:
        self._flights: dict[Hashable, _Flight[Item]] = {}

    def __len__(self) -> int:
        return len(self._flights)

    async def stream(
        self, key: Hashable, inner: Callable[[], AsyncGenerator[Item, None]]
    ) -> AsyncGenerator[Item, None]:
        """The items of the stream in flight for `key`, or of a new one, made by `inner`.

        What the inner stream raises is raised to each of its callers, after the items that came before.
        """
        flight = self._flights.get(key) or self._begin(key, inner)
        flight.followers += 1
        try:
            taken = 0
            while True:
                while taken < len(flight.items):
                    yield flight.items[taken]
                    taken += 1
                if flight.over:
                    break
                await flight.news.wait()
            if flight.error is not None:
                # As a future does for those who await it: one error, with the traceback of where it came from.
                raise flight.error.with_traceback(flight.traceback)
        finally:
            flight.followers -= 1
            if not flight.followers:
                await self._end(key, flight)

    def _begin(self, key: Hashable, inner: Callable[[], AsyncGenerator[Item, None]]) -> _Flight[Item]:
        flight: _Flight[Item] = _Flight()
        self._flights[key] = flight
        flight.task = asyncio.get_running_loop().create_task(_listen(flight, inner))
        # A callback, since a task that is cancelled before its first step runs no `finally`.
        flight.task.add_done_callback(partial(self._note_end, key, flight))
        return flight

    def _note_end(self, key: Hashable, flight: _Flight[Item], task: asyncio.Task[None]) -> None:
        self._forget(key, flight)
        flight.error = asyncio.CancelledError() if task.cancelled() else task.exception()
        flight.traceback = None if flight.error is None else flight.error.__traceback__
        flight.over = True
        flight.news.set()

    async def _end(self, key: Hashable, flight: _Flight[Item]) -> None:
        """Nobody listens any more: a call that comes now starts anew, even while this stream is still closing."""
        self._forget(key, flight)
        if flight.task is not None and not flight.task.done():
            flight.task.cancel()
            await asyncio.wait([flight.task])  # unlike `await task`, it takes no part in a second cancellation
        # Or task, error, traceback, frame and reply would keep each other alive.
        flight.task = flight.error = flight.traceback = None

    def _forget(self, key: Hashable, flight: _Flight[Item]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]


async def _listen(flight: _Flight[Item], inner: Callable[[], AsyncGenerator[Item, None]]) -> None:
    async with aclosing(inner()) as items:
        async for item in items:
            if not flight.followers:
                return  # the inner stream took no notice of its cancellation
            flight.items.append(item)
            flight.news.set()
            flight.news.clear()  # who waits has been woken; who comes later looks at the items first
