"""Dynamic batching: calls that come close together are generated together, which costs hardly more than one of them.

A batch goes as soon as it is full, its first call has waited long enough, or somebody in it listens. While one runs,
the next gathers. Calls are only put together when they may be: their keys are equal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from r1.request import Priority

Item = TypeVar("Item")

_SOONEST_S = 1e-6
"""A clock need not tell shorter times apart, and a timer for one would be set again and again."""

_ORDER: dict[Priority, int] = {"high": 0, "normal": 1, "low": 2}


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How a batch is gathered."""

    size: int = 32
    """Calls in one batch (the guide, part 4.1)."""
    wait_s: float = 0.005
    """How long the first call waits for others; 0 for one of high priority."""

    def __post_init__(self) -> None:
        if self.size < 1 or self.wait_s < 0:
            raise ValueError("a batch holds 1 call or more and waits 0 seconds or more")


@dataclass(slots=True)
class _Waiting(Generic[Item]):
    item: Item
    key: Hashable
    priority: Priority
    arrived: float
    done: asyncio.Future[None]
    began: float | None = field(default=None)


class Batcher(Generic[Item]):
    """Gathers items and gives them to `run`, one batch at a time. Belongs to one event loop."""

    def __init__(self, run: Callable[[list[Item]], Awaitable[None]], limits: BatchLimits | None = None) -> None:
        self._run = run
        self._limits = limits or BatchLimits()
        self._waiting: list[_Waiting[Item]] = []
        self._arrival = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self.sizes: list[int] = []
        """Of the last batches, newest last."""

    async def through(self, item: Item, key: Hashable, priority: Priority = "normal") -> float:
        """Wait until the batch with `item` has run; returns the seconds that it waited to begin.

        Raises what `run` raised. Cancelled before the batch begins, the item is not in it.
        """
        loop = asyncio.get_running_loop()
        mine: _Waiting[Item] = _Waiting(item, key, priority, loop.time(), loop.create_future())
        self._waiting.append(mine)
        self._arrival.set()
        if self._worker is None or self._worker.done():
            self._worker = loop.create_task(self._work(), name="batches")
        try:
            await mine.done
        finally:
            if mine in self._waiting:
                self._waiting.remove(mine)
        assert mine.began is not None
        return mine.began - mine.arrived

    async def close(self) -> None:
        """End; whoever waits is cancelled."""
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        for waiting in self._waiting:
            waiting.done.cancel()

    async def _work(self) -> None:
        while self._waiting:
            batch = await self._gathered()
            if not batch:
                continue
            self.sizes = [*self.sizes[-99:], len(batch)]
            now = asyncio.get_running_loop().time()
            for waiting in batch:
                waiting.began = now
            try:
                await self._run([waiting.item for waiting in batch])
            except BaseException as error:
                for waiting in batch:
                    if not waiting.done.done():
                        waiting.done.set_exception(error) if isinstance(error, Exception) else waiting.done.cancel()
                if not isinstance(error, Exception):
                    raise
            else:
                for waiting in batch:
                    if not waiting.done.done():
                        waiting.done.set_result(None)

    async def _gathered(self) -> list[_Waiting[Item]]:
        """The next batch: whose turn it is, and those that may go with it, once it is time."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            first = min(self._waiting, key=lambda waiting: (_ORDER[waiting.priority], waiting.arrived))
            fitting = [waiting for waiting in self._waiting if waiting.key == first.key]
            fitting.sort(key=lambda waiting: (_ORDER[waiting.priority], waiting.arrived))
            left_s = first.arrived + self._limits.wait_s - loop.time()
            if first.priority == "high" or len(fitting) >= self._limits.size or left_s < _SOONEST_S:
                batch = fitting[: self._limits.size]
                self._waiting = [waiting for waiting in self._waiting if waiting not in batch]
                return batch
            self._arrival.clear()
            try:
                async with asyncio.timeout(left_s):
                    await self._arrival.wait()
            except TimeoutError:
                continue
        return []
