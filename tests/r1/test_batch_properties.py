"""Batches over random prompts, times, failures and options: what holds of every one of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from r1.batch import BatchOptions, BatchResult, infer_many
from tests.r1.batches import Server
from tests.r1.calls import run

PROMPTS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 9), st.sampled_from(["", "refused", "busy", "breaks"])).map(
            lambda made: f"{made[0]} {made[1]}".strip()
        ),
        st.just(""),
    ),
    max_size=24,
)
OPTIONS = st.builds(BatchOptions, st.integers(1, 6), st.integers(1, 5), st.sampled_from([0.0, 0.5, 3.0]), st.booleans())


@dataclass
class Batch:
    """A batch of `prompts`, read and taken at some pace."""

    prompts: list[str]
    options: BatchOptions
    server: Server
    grouped: bool
    pauses: list[int] | None
    """Seconds before each prompt comes, repeating; None for an iterable that has them all."""
    read: int = 0
    results: list[BatchResult] = field(default_factory=list)

    def at_once(self) -> Iterator[str]:
        for prompt in self.prompts:
            self.count()
            yield prompt

    async def one_by_one(self, pauses: list[int]) -> AsyncGenerator[str, None]:
        for number, prompt in enumerate(self.prompts):
            await asyncio.sleep(pauses[number % len(pauses)])
            self.count()
            yield prompt

    def count(self) -> None:
        self.read += 1
        under_way = self.options.concurrency * (self.options.group_size if self.grouped else 1)
        # The one that is just being handed out is on its way to the caller.
        assert self.read - len(self.results) <= max(self.options.group_size, under_way) + self.options.group_size + 1

    async def play(self, pace_s: float | None) -> None:
        """Take every result, with a pause after each; None for not even a step of the loop."""
        prompts: Any = self.at_once() if self.pauses is None else self.one_by_one(self.pauses)
        infer_group = self.server.infer_group if self.grouped else None
        async with aclosing(infer_many(prompts, self.server.infer, self.options, infer_group)) as batch:
            async for result in batch:
                self.results.append(result)
                if pace_s is not None:
                    await asyncio.sleep(pace_s)


BATCHES = st.builds(
    Batch,
    PROMPTS,
    OPTIONS,
    st.builds(Server, st.booleans(), st.frozensets(st.integers(0, 3))),
    st.booleans(),
    st.none() | st.lists(st.integers(0, 2), min_size=1, max_size=4),
)
PACES = st.sampled_from([None, 0.0, 1.0, 20.0])


@settings(max_examples=400, deadline=None, derandomize=True)
@given(BATCHES, PACES)
def test_each_prompt_has_one_result_whatever_happens(batch: Batch, pace_s: float | None) -> None:
    """Exactly once, its own, in order if asked for; bounds on what is read and under way hold all along."""
    run(batch.play(pace_s))
    indexes = [result.index for result in batch.results]
    assert sorted(indexes) == list(range(len(batch.prompts)))
    if batch.options.in_order:
        assert indexes == sorted(indexes)
    for result in batch.results:
        assert result.prompt == batch.prompts[result.index]
        assert (result.completion is None) == (result.error is not None)
        failed = not result.prompt or result.prompt.endswith(("refused", "busy"))
        assert failed or (result.completion is not None and result.completion.answer == result.prompt)
    assert batch.server.most_busy <= batch.options.concurrency
    assert batch.server.busy == 0
    assert all(1 <= len(prompts) <= batch.options.group_size for _, prompts in batch.server.groups)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(BATCHES, PACES, st.integers(0, 60), st.integers(0, 6))
def test_a_batch_cancelled_at_any_moment_leaves_nothing(
    batch: Batch, pace_s: float | None, tenths: int, steps: int
) -> None:
    """At any time and any step of the loop: it ends at once, with no request under way and no task left."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        consumer = asyncio.create_task(batch.play(pace_s))
        await asyncio.sleep(tenths / 10)
        for _ in range(steps):
            await asyncio.sleep(0)
        consumer.cancel()
        now = loop.time()
        await asyncio.wait({consumer})
        assert consumer.cancelled() or consumer.exception() is None
        assert (loop.time(), batch.server.busy, len(asyncio.all_tasks())) == (now, 0, 1)

    run(main())
