"""Identical calls at the same time share one stream."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.testing import VirtualClock
from r1 import ParameterError, RequestRefusedError
from r1.single_flight import SingleFlight


@dataclass
class Counting:
    """Counts up, a second before each number; notes how it ended."""

    last: int = 3
    error: Exception | None = None
    closing_s: float = 0.0
    calls: int = 0
    ends: list[str] = field(default_factory=list)

    async def __call__(self) -> AsyncGenerator[int, None]:
        self.calls += 1
        try:
            for number in range(1, self.last + 1):
                await asyncio.sleep(1)
                yield number
            if self.error is not None:
                raise self.error
            self.ends.append("ended")
        except (asyncio.CancelledError, GeneratorExit):
            await asyncio.sleep(self.closing_s)
            self.ends.append("closed")
            raise


async def heard(stream: AsyncGenerator[int, None]) -> list[int]:
    return [number async for number in stream]


async def heard_until(stream: AsyncGenerator[int, None], last: int) -> None:
    async with aclosing(stream) as items:
        async for number in items:
            if number == last:
                break


def no_task_is_left() -> bool:
    return asyncio.all_tasks() == {asyncio.current_task()}


def test_callers_share_one_stream() -> None:
    """Each hears all of it, whenever it joined; after it has ended a call starts anew."""

    async def main() -> None:
        flights: SingleFlight[int] = SingleFlight()
        inner = Counting()
        first = asyncio.create_task(heard(flights.stream("k", inner)))
        await asyncio.sleep(1.5)
        second = asyncio.create_task(heard(flights.stream("k", inner)))
        await asyncio.sleep(1.4)
        assert await heard(flights.stream("k", inner)) == [1, 2, 3]
        assert asyncio.get_running_loop().time() == pytest.approx(3.0)
        assert await first == await second == [1, 2, 3]
        assert (inner.calls, inner.ends, len(flights)) == (1, ["ended"], 0)
        assert await heard(flights.stream("k", inner)) == [1, 2, 3]
        assert inner.calls == 2
        assert no_task_is_left()

    VirtualClock().run(main())


def test_items_come_as_they_are_said() -> None:
    """To those who joined, what was said before comes at once."""

    async def main() -> None:
        flights: SingleFlight[int] = SingleFlight()
        inner = Counting()
        loop = asyncio.get_running_loop()

        async def times() -> list[float]:
            return [round(loop.time(), 3) async for _ in flights.stream("k", inner)]

        first = asyncio.create_task(times())
        await asyncio.sleep(2.5)
        assert await times() == [2.5, 2.5, 3.0]
        assert await first == [1.0, 2.0, 3.0]

    VirtualClock().run(main())


def test_other_keys_are_other_streams() -> None:
    """Only identical calls are shared."""

    async def main() -> None:
        flights: SingleFlight[int] = SingleFlight()
        inner = Counting()
        await asyncio.gather(heard(flights.stream("a", inner)), heard(flights.stream("b", inner)))
        assert inner.calls == 2

    VirtualClock().run(main())


@pytest.mark.parametrize("way", ["closes", "is cancelled"])
def test_the_first_caller_s_leaving_does_not_end_it(way: str) -> None:
    """The others hear on, without a second call."""

    async def main() -> None:
        flights: SingleFlight[int] = SingleFlight()
        inner = Counting()
        first = asyncio.create_task(heard_until(flights.stream("k", inner), 1))
        await asyncio.sleep(0.5)
        second = asyncio.create_task(heard(flights.stream("k", inner)))
        if way == "is cancelled":
            await asyncio.sleep(0)
            first.cancel()
        await asyncio.wait([first])
        assert await second == [1, 2, 3]
        assert (inner.calls, inner.ends) == (1, ["ended"])

    VirtualClock().run(main())


@pytest.mark.parametrize("way", ["closes", "is cancelled"])
def test_the_last_one_s_leaving_ends_it_at_once(way: str) -> None:
    """The inner stream has been closed, to its last line, when the caller is gone."""

    async def main() -> None:
        flights: SingleFlight[int] = SingleFlight()
        inner = Counting(closing_s=0.25)
        loop = asyncio.get_running_loop()
        callers = [asyncio.create_task(heard_until(flights.stream("k", inner), last)) for last in (1, 2)]
        if way == "is cancelled":
            await asyncio.sleep(1.5)
            callers[1].cancel()
        await asyncio.wait(callers)
        assert inner.ends == ["closed"]
        assert loop.time() == pytest.approx(1.75 if way == "is cancelled" else 2.25)
        assert len(flights) == 0
        assert no_task_is_left()

    VirtualClock().run(main())


def test_a_call_that_comes_while_an_abandoned_stream_closes_starts_anew() -> None:
    """It does not join a stream that is on its way out."""

    async def main() -> None:
        flights: SingleFlight[int] = SingleFlight()
        inner = Counting(closing_s=10)
        first = asyncio.create_task(heard_until(flights.stream("k", inner), 1))
        await asyncio.sleep(2)
        assert await heard(flights.stream("k", inner)) == [1, 2, 3]
        await first
        assert inner.calls == 2
        assert inner.ends == ["ended", "closed"]

    VirtualClock().run(main())


def test_a_second_cancellation_does_not_leave_it_running() -> None:
    """Who is in a hurry to leave may go; the inner stream closes by itself."""

    async def main() -> None:
        flights: SingleFlight[int] = SingleFlight()
        inner = Counting(closing_s=5)
        caller = asyncio.create_task(heard(flights.stream("k", inner)))
        await asyncio.sleep(0.5)
        for _ in range(2):
            caller.cancel()
            await asyncio.sleep(0.1)
        assert caller.cancelled()
        await asyncio.sleep(5)
        assert inner.ends == ["closed"]
        assert no_task_is_left()

    VirtualClock().run(main())


@pytest.mark.parametrize(
    "error", [RequestRefusedError("no", 402, "model"), ParameterError("top_p", "bad"), ValueError("x")]
)
def test_an_error_reaches_everyone(error: Exception) -> None:
    """After the items before it, as what it is, with all that it carries."""

    async def main() -> None:
        flights: SingleFlight[int] = SingleFlight()
        inner = Counting(2, error)
        items: list[int] = []

        async def failing() -> Exception:
            async def listen() -> None:
                async for number in flights.stream("k", inner):
                    items.append(number)  # noqa: PERF401 - what came before the error is kept

            with pytest.raises(type(error)) as caught:
                await listen()
            return caught.value

        first = asyncio.create_task(failing())
        await asyncio.sleep(1.5)
        caught = [await failing(), await first]
        assert sorted(items) == [1, 1, 2, 2]
        assert [str(one) for one in caught] == [str(error)] * 2
        assert all(vars(one) == vars(error) for one in caught)
        assert len(flights) == 0
        inner.error = None
        assert await heard(flights.stream("k", inner)) == [1, 2]
        assert no_task_is_left()

    VirtualClock().run(main())


def test_an_inner_stream_that_is_cancelled_from_within_hangs_nobody() -> None:
    """Its callers are told, as if they had called it themselves."""

    async def cancelled() -> AsyncGenerator[int, None]:
        yield 1
        raise asyncio.CancelledError

    async def main() -> None:
        flights: SingleFlight[int] = SingleFlight()
        callers = [asyncio.create_task(heard(flights.stream("k", cancelled))) for _ in range(2)]
        await asyncio.wait(callers)
        assert all(caller.cancelled() for caller in callers)

    VirtualClock().run(main())


def test_an_inner_stream_that_takes_no_notice_is_left_at_its_next_item() -> None:
    """It is not read to its end for nobody."""
    said: list[int] = []

    async def stubborn() -> AsyncGenerator[int, None]:
        for number in range(1000):
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                await asyncio.sleep(1)
            said.append(number)
            yield number

    async def main() -> None:
        flights: SingleFlight[int] = SingleFlight()
        await heard_until(flights.stream("k", stubborn), 2)
        assert len(said) <= 5
        assert no_task_is_left()

    VirtualClock().run(main())


def test_a_stream_that_cannot_be_made_is_an_error_of_its_callers() -> None:
    """Nothing is left behind."""

    def broken() -> AsyncGenerator[int, None]:
        raise ValueError("no")

    async def main() -> None:
        flights: SingleFlight[int] = SingleFlight()
        with pytest.raises(ValueError, match="no"):
            await heard(flights.stream("k", broken))
        assert len(flights) == 0

    VirtualClock().run(main())


def test_a_slow_caller_holds_nobody_back() -> None:
    """And still hears everything."""

    async def main() -> None:
        flights: SingleFlight[int] = SingleFlight()
        inner = Counting()

        async def slow() -> list[int]:
            items = []
            async for number in flights.stream("k", inner):
                await asyncio.sleep(100)
                items.append(number)
            return items

        late = asyncio.create_task(slow())
        assert await heard(flights.stream("k", inner)) == [1, 2, 3]
        assert asyncio.get_running_loop().time() == pytest.approx(3.0)
        assert await late == [1, 2, 3]

    VirtualClock().run(main())


def test_a_finished_reply_is_let_go() -> None:
    """Also one that failed: no circle of error, traceback and frame keeps it."""

    class Item:
        pass

    kept: list[weakref.ref[Item]] = []

    async def inner() -> AsyncGenerator[Item, None]:
        item = Item()
        kept.append(weakref.ref(item))
        yield item
        del item
        raise ValueError("x")

    async def failing(flights: SingleFlight[Item]) -> None:
        try:
            async for _ in flights.stream("k", inner):
                pass
        except ValueError:
            pass

    async def main() -> None:
        flights: SingleFlight[Item] = SingleFlight()
        gc.disable()
        try:
            await asyncio.gather(failing(flights), failing(flights))
            await asyncio.sleep(0)
            assert [reference() for reference in kept] == [None]
        finally:
            gc.enable()

    VirtualClock().run(main())


visits = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 8), st.sampled_from(["end", "close", "cancel"])),
    min_size=1,
    max_size=8,
)


@given(visits, st.booleans())
def test_whoever_comes_and_goes(visits: list[tuple[int, int, str]], fails: bool) -> None:
    """Each hears a beginning of the stream, whole if it stays; never more than one runs; nothing is left."""
    running = most = 0

    async def inner() -> AsyncGenerator[int, None]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        try:
            for number in range(1, 5):
                await asyncio.sleep(1)
                yield number
            if fails:
                raise ValueError
        finally:
            running -= 1

    async def visit(flights: SingleFlight[int], at: int, stays: int, way: str) -> None:
        await asyncio.sleep(at / 2 + 0.001)
        items: list[int] = []

        async def listen() -> None:
            async with aclosing(flights.stream("k", inner)) as stream:
                async for number in stream:
                    items.append(number)
                    if way == "close" and len(items) >= stays:
                        return

        task = asyncio.create_task(listen())
        if way == "cancel":
            await asyncio.sleep(stays / 2)
            task.cancel()
        results = await asyncio.gather(task, return_exceptions=True)
        assert items == list(range(1, len(items) + 1))
        if way == "end":
            assert len(items) == 4
            assert isinstance(results[0], ValueError) == fails

    async def main() -> None:
        flights: SingleFlight[int] = SingleFlight()
        await asyncio.gather(*(visit(flights, *each) for each in visits))
        assert (running, len(flights)) == (0, 0)
        assert most <= 1
        assert no_task_is_left()

    VirtualClock().run(main())
