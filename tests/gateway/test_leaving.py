"""What is done for a caller stops when the caller goes away, and only then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import Message

from gateway.leaving import ClientGone, unless_gone
from pipeline.testing import VirtualClock


def caller(leaves_after_s: float | None) -> Callable[[], Awaitable[Message]]:
    """The `receive` of a caller who sends nothing more, and leaves then."""

    async def receive() -> Message:
        await asyncio.sleep(3600.0 if leaves_after_s is None else leaves_after_s)
        return {"type": "http.disconnect"}

    return receive


def test_work_is_done_for_a_caller_who_stays() -> None:
    """Its result comes, and nobody goes on watching."""

    async def main() -> tuple[str, int]:
        result = await unless_gone(caller(None), asyncio.sleep(1.0, "done"))
        await asyncio.sleep(0)
        return result, len(asyncio.all_tasks())

    assert VirtualClock().run(main()) == ("done", 1)


def test_work_is_broken_off_when_the_caller_leaves() -> None:
    """At that moment; the task that did it can go on with other things."""
    ended: list[float] = []

    async def work() -> None:
        try:
            await asyncio.sleep(10.0)
        finally:
            ended.append(asyncio.get_running_loop().time())

    async def main() -> float:
        started = asyncio.get_running_loop().time()
        with pytest.raises(ClientGone):
            await unless_gone(caller(2.0), work())
        await asyncio.sleep(1.0)
        return started

    started = VirtualClock().run(main())
    assert ended == [started + 2.0]


def test_a_failure_of_the_work_is_told() -> None:
    """As it is."""

    async def work() -> None:
        await asyncio.sleep(1.0)
        raise ValueError("no")

    async def main() -> None:
        await unless_gone(caller(2.0), work())

    with pytest.raises(ValueError, match="no"):
        VirtualClock().run(main())


def test_a_cancellation_from_outside_stays_one() -> None:
    """Such as that of a gateway which is being stopped: also in the moment in which the caller leaves."""

    async def main(after_s: float) -> bool:
        task = asyncio.create_task(unless_gone(caller(2.0), asyncio.sleep(10.0)))
        await asyncio.sleep(after_s)
        task.cancel()
        await asyncio.wait({task})
        return task.cancelled()

    assert VirtualClock().run(main(1.0))
    assert VirtualClock().run(main(2.0))
