from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.batching import Batcher, BatchLimits
from pipeline.testing import VirtualClock
from r1.request import Priority

RUN_S = 0.1


class Kitchen:
    """Runs batches of a known length, and notes them."""

    def __init__(self, limits: BatchLimits) -> None:
        self.batches: list[tuple[float, list[Any]]] = []
        self.batcher: Batcher[Any] = Batcher(self.run, limits)

    async def run(self, items: list[Any]) -> None:
        self.batches.append((asyncio.get_running_loop().time(), items))
        await asyncio.sleep(RUN_S)
        if "burnt" in items:
            raise RuntimeError("burnt")

    async def order(self, after_s: float, item: Any, key: int = 0, priority: Priority = "normal") -> float:
        await asyncio.sleep(after_s)
        return await self.batcher.through(item, key, priority)


def cooked(limits: BatchLimits, *orders: tuple[Any, ...]) -> tuple[Kitchen, list[Any]]:
    async def main() -> tuple[Kitchen, list[Any]]:
        kitchen = Kitchen(limits)
        results = await asyncio.gather(*(kitchen.order(*order) for order in orders), return_exceptions=True)
        await kitchen.batcher.close()
        return kitchen, results

    return VirtualClock().run(main())


def test_calls_that_come_close_together_go_together() -> None:
    """After the first one's wait; each is told how long it waited."""
    kitchen, waits = cooked(BatchLimits(wait_s=0.02), (0.0, "a"), (0.01, "b"), (0.05, "c"))
    assert [items for _, items in kitchen.batches] == [["a", "b"], ["c"]]
    assert waits == pytest.approx([0.02, 0.01, 0.07])


def test_a_full_batch_does_not_wait() -> None:
    """Nor does whoever listens."""
    kitchen, _ = cooked(BatchLimits(size=2, wait_s=9), (0.0, "a"), (0.01, "b"))
    ((begun, items),) = kitchen.batches
    assert begun == pytest.approx(0.01)
    assert items == ["a", "b"]
    kitchen, waits = cooked(BatchLimits(wait_s=9), (0.0, "a", 0, "high"))
    assert waits == [0.0]


def test_who_listens_goes_first_and_takes_others_along() -> None:
    """Of the same key alone."""
    kitchen, _ = cooked(
        BatchLimits(size=2, wait_s=0.5),
        (0.0, "first", 0, "high"),
        (0.01, "a", 1, "low"),
        (0.02, "b", 1, "normal"),
        (0.03, "c", 1, "high"),
        (0.03, "d", 2, "normal"),
    )
    assert [items for _, items in kitchen.batches][:2] == [["first"], ["c", "b"]]


def test_a_batch_that_fails_fails_its_calls_alone() -> None:
    """The next one runs."""
    _, results = cooked(BatchLimits(wait_s=0.01), (0.0, "burnt"), (0.0, "beside"), (0.05, "later"))
    assert [type(result) for result in results] == [RuntimeError, RuntimeError, float]


def test_a_cancelled_call_is_not_in_the_batch() -> None:
    """While it waits; and nobody else notices."""

    async def main() -> Kitchen:
        kitchen = Kitchen(BatchLimits(wait_s=0.1))
        tasks = [asyncio.create_task(kitchen.order(0.0, name)) for name in "ab"]
        await asyncio.sleep(0.05)
        tasks[0].cancel()
        assert await tasks[1] == pytest.approx(0.1)
        await kitchen.batcher.close()
        return kitchen

    assert [items for _, items in VirtualClock().run(main()).batches] == [["b"]]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 30).map(lambda ms: ms / 100), st.integers(0, 2), st.sampled_from(["high", "normal", "low"])
        ),
        max_size=25,
    ),
    st.integers(1, 5),
)
def test_every_call_runs_once_in_a_batch_of_its_own_key(orders: list[tuple[float, int, Priority]], size: int) -> None:
    """Never more than fit, and never two batches at once."""
    numbered = [(after_s, (number, key), key, priority) for number, (after_s, key, priority) in enumerate(orders)]
    kitchen, results = cooked(BatchLimits(size=size, wait_s=0.02), *numbered)
    ran = [item for _, items in kitchen.batches for item in items]
    assert sorted(ran) == sorted((number, key) for number, (_, key, _) in enumerate(orders))
    assert all(len(items) <= size and len({key for _, key in items}) == 1 for _, items in kitchen.batches)
    begun = [at for at, _ in kitchen.batches]
    assert all(later - earlier >= RUN_S - 1e-9 for earlier, later in pairwise(begun))
    assert all(isinstance(result, float) and result >= 0 for result in results)
