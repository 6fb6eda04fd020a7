"""One timer for many waits: it rings in time, never for the wrong wait, and lets a cancellation through."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from pipeline.testing import VirtualClock
from r1.alarm import Alarm


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return VirtualClock().run(work)


async def later(seconds: float, value: str = "done") -> str:
    await asyncio.sleep(seconds)
    return value


def test_a_wait_in_time_gives_its_result_and_a_late_one_ends() -> None:
    """At the very moment, by the loop's clock."""

    async def main() -> float:
        alarm = Alarm()
        assert await alarm.wait(later(1), 2.0) == "done"
        with pytest.raises(TimeoutError):
            await alarm.wait(later(9), 5.0)
        return asyncio.get_running_loop().time()

    assert run(main()) == pytest.approx(5.0, abs=1e-6)


def test_a_limit_may_move_in_either_direction() -> None:
    """A later one is not ended by the timer of an earlier one, nor an earlier one left to a later timer."""

    async def main() -> list[float]:
        alarm, loop, rang = Alarm(), asyncio.get_running_loop(), []
        await alarm.wait(later(1), 3.0)
        for at in (20.0, 21.0):
            with pytest.raises(TimeoutError):
                await alarm.wait(later(99), at)
            rang.append(loop.time())
        await alarm.wait(later(1), 500.0)
        with pytest.raises(TimeoutError):
            await alarm.wait(later(99), 30.0)
        return [*rang, loop.time()]

    assert run(main()) == pytest.approx([20.0, 21.0, 30.0], abs=1e-6)


def test_nothing_rings_between_two_waits() -> None:
    """Whoever deals with what came takes all the time it wants."""

    async def main() -> str:
        alarm = Alarm()
        await alarm.wait(later(0.1), 1.0)
        await asyncio.sleep(50)
        result: str = await alarm.wait(later(1), 60.0)
        return result

    assert run(main()) == "done"


def test_a_limit_that_has_passed_ends_the_wait_at_once() -> None:
    """Without waiting for anything."""

    async def main() -> float:
        alarm = Alarm()
        await asyncio.sleep(5)
        with pytest.raises(TimeoutError):
            await alarm.wait(later(9), 1.0)
        return asyncio.get_running_loop().time()

    assert run(main()) == pytest.approx(5.0, abs=1e-6)


@pytest.mark.parametrize("with_ring", [False, True])
def test_a_cancellation_is_no_timeout(with_ring: bool) -> None:
    """Not even at the moment at which the alarm rings."""

    async def main() -> None:
        alarm, loop = Alarm(), asyncio.get_running_loop()
        waiting = asyncio.create_task(alarm.wait(later(9), 2.0))
        await asyncio.sleep(0)
        loop.call_at(2.0 if with_ring else 1.0, waiting.cancel)
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert waiting.cancelled()

    run(main())


def test_an_error_goes_through() -> None:
    """As it is."""

    async def broken() -> None:
        raise ValueError("no")

    async def main() -> None:
        await Alarm().wait(broken(), 1.0)

    with pytest.raises(ValueError, match="no"):
        run(main())


def test_a_closed_alarm_rings_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its timer is gone with it."""
    rang: list[Alarm] = []

    def ring(alarm: Alarm) -> None:
        rang.append(alarm)

    monkeypatch.setattr(Alarm, "_ring", ring)

    async def main(*, closes: bool) -> None:
        alarm = Alarm()
        await alarm.wait(later(0.1), 5.0)
        if closes:
            alarm.close()
        await asyncio.sleep(10)

    run(main(closes=True))
    assert not rang
    run(main(closes=False))
    assert len(rang) == 1


@pytest.mark.parametrize("end", ["another error", "a result"])
def test_no_cancellation_is_left_behind(end: str) -> None:
    """What is waited for may turn the alarm into something else; a limit around it must not be confused by that."""

    async def stubborn() -> str:
        try:
            await asyncio.sleep(99)
        except asyncio.CancelledError:
            if end == "another error":
                raise ValueError("no") from None
        return "done"

    async def main() -> int:
        alarm = Alarm()
        try:
            assert await alarm.wait(stubborn(), 1.0) == "done"
        except ValueError:
            assert end == "another error"
        task = asyncio.current_task()
        assert task is not None
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await asyncio.sleep(9)
        return task.cancelling()

    assert run(main()) == 0
