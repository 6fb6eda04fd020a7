"""Calls into a sound library, which may hang: each in a thread of its own, one at a time, left behind when late."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from pipeline.errors import SetupError

Value = TypeVar("Value")


class DriverCalls:
    """The calls of one process: a library such as PortAudio may be called by one thread at a time."""

    def __init__(self) -> None:
        self.hung = False
        """True once a call was left behind. The library cannot be ended any more: that would wait for the call."""
        self._one_at_a_time = threading.Lock()

    async def make(
        self, call: Callable[[], Value], what: str, limit_s: float, undo: Callable[[Value], None] | None = None
    ) -> Value:
        """The result of `call`. Raises what it raises, or `SetupError`, saying `what` it was for, after `limit_s`.

        A result that nobody waits for any more, because of the limit or a cancellation, is handed to `undo`.
        """
        answer = _Answer(call, undo, self._one_at_a_time)
        # Not a pool: its threads are waited for at the interpreter's end, and one may hang in a driver for ever.
        threading.Thread(target=answer.work, name=f"sound: {what}", daemon=True).start()
        try:
            done, _ = await asyncio.wait({answer.future}, timeout=limit_s)
        except asyncio.CancelledError:
            answer.abandon()
            raise
        if done:
            return answer.future.result()
        answer.abandon()
        # A call that hangs waits for a device, not for others: those after it may go on, with a lock of their own.
        self.hung, self._one_at_a_time = True, threading.Lock()
        raise SetupError(
            f"the sound system took more than {limit_s:g} s to {what}: it hangs; restart it, "
            "unplug the device and plug it in again, or choose another"
        )


class _Answer(Generic[Value]):
    """One call under way. Made on the event loop that waits for it."""

    def __init__(
        self, call: Callable[[], Value], undo: Callable[[Value], None] | None, one_at_a_time: threading.Lock
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Value] = self._loop.create_future()
        self._call = call
        self._undo = undo
        self._one_at_a_time = one_at_a_time
        self._unwanted = False

    def work(self) -> None:
        """Make the call, in a thread."""
        try:
            with self._one_at_a_time:
                if self._unwanted and self._undo is not None:
                    return  # it would only be undone; anything else, such as closing, is done all the same
                value = self._call()
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is waited for
            with contextlib.suppress(RuntimeError):  # the loop has gone
                self._loop.call_soon_threadsafe(self._refuse, error)
            return
        try:
            self._loop.call_soon_threadsafe(self._settle, value)
        except RuntimeError:  # the loop has gone
            if self._undo is not None:
                self._undo(value)

    def abandon(self) -> None:
        """Nobody waits any more."""
        self._unwanted = True
        if not self.future.done():
            self.future.cancel()
        elif self.future.exception() is None:
            self._take_back(self.future.result())

    def _settle(self, value: Value) -> None:
        if self._unwanted:
            self._take_back(value)
        else:
            self.future.set_result(value)

    def _refuse(self, error: BaseException) -> None:
        if not self._unwanted:
            self.future.set_exception(error)

    def _take_back(self, value: Value) -> None:
        if self._undo is not None:
            threading.Thread(target=self._undo, args=(value,), daemon=True).start()
