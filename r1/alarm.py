"""A limit for each of many short waits: one timer for all of them, moved only when it rings too early.

`asyncio.timeout` makes and cancels a timer each time, which for a stream of tokens costs as much as reading one.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable
from typing import TypeVar

Result = TypeVar("Result")


class Alarm:
    """Of one task, which waits for one thing at a time. `close` it in the end."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[object] | None = None
        self._at = math.inf
        self._rang = False

    async def wait(self, awaited: Awaitable[Result], at: float) -> Result:
        """What `awaited` gives. Raises `TimeoutError` at `at` by the loop's clock; a cancellation goes through."""
        task = self._task = asyncio.current_task()
        assert task is not None
        cancellations = task.cancelling()
        self._at = at
        if self._timer is None or at < self._timer.when():
            self._set(at)
        try:
            result = await awaited
        except asyncio.CancelledError:
            if self._answered_for(task) <= cancellations and self._rang:
                raise TimeoutError from None
            raise
        except BaseException:
            self._answered_for(task)
            raise
        else:
            self._answered_for(task)
            return result
        finally:
            self._at, self._rang = math.inf, False

    def _answered_for(self, task: asyncio.Task[object]) -> int:
        """Take back the cancellation that was ours; returns how many are left, which are others'."""
        self._at = math.inf
        return task.uncancel() if self._rang else task.cancelling()

    def close(self) -> None:
        """Ring no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _set(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(at, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._at == math.inf:
            return  # nobody waits now
        if self._at > self._loop.time():
            self._set(self._at)
        elif self._task is not None:
            self._rang = True
            self._task.cancel()
