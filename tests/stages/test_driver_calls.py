"""Calls into the sound library that block, fail or hang."""

from __future__ import annotations

import asyncio
import threading

import pytest

from pipeline.errors import SetupError
from stages.driver_calls import DriverCalls


def test_a_call_runs_aside_and_gives_its_result_or_its_error() -> None:
    """The event loop goes on meanwhile."""

    async def session() -> None:
        assert await DriverCalls().make(threading.get_ident, "ask", 30.0) != threading.get_ident()
        with pytest.raises(ZeroDivisionError):
            await DriverCalls().make(lambda: 1 / 0, "divide", 30.0)

    asyncio.run(session())


def test_a_call_that_hangs_is_left_behind() -> None:
    """After the limit there is a sentence; others go on, and what it gives after all is undone."""

    async def session() -> None:
        loop, undone, go = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
        calls = DriverCalls()

        def undo(value: str) -> None:
            assert value == "stream"
            loop.call_soon_threadsafe(undone.set)

        try:
            with pytest.raises(SetupError, match=r"took more than 0\.05 s to open “X”: it hangs; restart it"):
                await calls.make(lambda: "stream" if go.wait(30) else "", "open “X”", 0.05, undo)
            assert calls.hung
            assert await calls.make(lambda: 7, "ask", 30.0) == 7
        finally:
            go.set()
        await asyncio.wait_for(undone.wait(), 10)

    asyncio.run(session())


def test_what_a_cancelled_caller_does_not_want_is_undone() -> None:
    """A device that opens after its caller was cancelled is closed."""

    async def session() -> None:
        loop, begun, undone, go = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event(), threading.Event()

        def call() -> bool:
            loop.call_soon_threadsafe(begun.set)
            return go.wait(30)

        def undo(_: bool) -> None:
            loop.call_soon_threadsafe(undone.set)

        waiting = asyncio.create_task(DriverCalls().make(call, "open", 30.0, undo))
        await asyncio.wait_for(begun.wait(), 10)
        waiting.cancel()
        await asyncio.wait({waiting})
        go.set()
        assert waiting.cancelled()
        await asyncio.wait_for(undone.wait(), 10)

    asyncio.run(session())


def test_an_opening_that_nobody_wants_any_more_is_not_begun_but_a_closing_is() -> None:
    """When it is cancelled while another call is under way."""

    async def session() -> None:
        loop, closed, go = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
        calls, opened = DriverCalls(), []
        first = asyncio.create_task(calls.make(lambda: go.wait(30), "look", 30.0))
        await asyncio.sleep(0)
        others = [
            asyncio.create_task(calls.make(lambda: opened.append(1), "open", 30.0, lambda _: None)),
            asyncio.create_task(calls.make(lambda: loop.call_soon_threadsafe(closed.set), "close", 30.0)),
        ]
        await asyncio.sleep(0)
        for task in others:
            task.cancel()
        await asyncio.wait(others)
        go.set()
        await first
        await asyncio.wait_for(closed.wait(), 10)
        assert opened == []

    asyncio.run(session())
