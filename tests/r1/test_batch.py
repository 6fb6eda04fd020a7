"""Batches: results, order, errors, what is read and under way at once, and the end. On the virtual clock."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

import pytest

from r1.batch import BatchOptions, BatchResult, infer_many
from r1.errors import ParameterError, RateLimitedError, RequestRefusedError, SettingsError
from r1.results import Completion
from tests.r1.batches import Arrivals, Prompts, Server, answer, results_of, times
from tests.r1.calls import run
from tests.r1.upstream import Upstream, answering, stream

# -- results


def test_results_come_as_they_finish() -> None:
    """Each with the index and the prompt it belongs to."""
    results = run(results_of(["3", "1", "2"], Server()))
    assert times(results) == [(1, 1), (2, 2), (0, 3)]
    first = results[0][2]
    assert (first.prompt, first.completion, first.error) == ("1", answer("1"), None)
    assert "canary" not in repr(BatchResult(0, "canary", None, None)), "prompts stay out of logs"


def test_results_come_in_order_when_asked_for() -> None:
    """A quick one waits for the slow one before it."""
    results = run(results_of(["3", "1", "2", "4"], Server(), BatchOptions(in_order=True)))
    assert times(results) == [(0, 3), (1, 3), (2, 3), (3, 4)]


def test_an_empty_batch_has_no_results() -> None:
    """Of either kind."""
    assert run(results_of([], Server())) == []
    assert run(results_of(Arrivals([])(), Server(), grouped=True)) == []


def test_an_error_is_its_own_prompt_s_result() -> None:
    """The others go on; a prompt that nobody can send is not sent."""
    server = Server()
    prompts: list[Any] = ["1", "2 refused", " ", "3", None, "4 busy"]
    results = {index: result for index, _, result in run(results_of(prompts, server))}
    assert sorted(results) == [0, 1, 2, 3, 4, 5]
    kinds = {index: type(result.error) for index, result in results.items() if result.completion is None}
    assert kinds == {1: RequestRefusedError, 2: ParameterError, 4: ParameterError, 5: RateLimitedError}
    assert len(server.begun) == 4


@pytest.mark.parametrize("grouped", [False, True])
def test_a_bug_ends_the_batch(grouped: bool) -> None:
    """It is raised at once, and nothing stays under way, even where clean-up takes a while."""
    server = Server()

    async def main() -> None:
        with pytest.raises(ZeroDivisionError):
            await results_of(["9", "1 bug", "9"], server, BatchOptions(group_size=2), grouped)
        assert asyncio.get_running_loop().time() == pytest.approx(1)
        assert (server.busy, len(asyncio.all_tasks())) == (0, 1)

    run(main())


def test_a_call_cancelled_from_outside_ends_the_batch() -> None:
    """Its prompt would otherwise never have a result."""
    with pytest.raises(RuntimeError, match="cancelled from outside"):
        run(results_of(["1 cancelled", "2"], Server()))


def test_what_the_prompts_raise_is_raised() -> None:
    """From an iterable and from an async one; what was under way is cancelled."""

    def broken() -> Iterator[str]:
        yield "5"
        raise OSError("disk")

    async def broken_later() -> AsyncGenerator[str, None]:
        yield "5"
        await asyncio.sleep(1)
        raise OSError("disk")

    for prompts in (broken(), broken_later()):
        server = Server()
        with pytest.raises(OSError, match="disk"):
            run(results_of(prompts, server))
        assert server.busy == 0


def test_one_text_is_no_batch() -> None:
    """Its characters are not what anybody wanted to ask."""
    with pytest.raises(ParameterError, match="put it into a list"):
        run(results_of("Why?", Server()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"group_size": 0},
        {"concurrency": 0},
        {"concurrency": 1.5},
        {"group_size": True},
        {"longest_wait_s": -1},
        {"longest_wait_s": float("nan")},
        {"longest_wait_s": "1"},
    ],
)
def test_options_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    """By name, when they are set."""
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        BatchOptions(**wrong)


# -- static groups


def test_the_next_group_begins_while_the_slowest_of_the_last_one_runs() -> None:
    """No head-of-line blocking, and never more than `concurrency` at once."""
    server = Server()
    results = run(results_of(["9", "1", "1", "1", "1", "1"], server, BatchOptions(2, 2)))
    assert times(results) == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (0, 9)]
    assert server.most_busy == 2


def test_an_endless_iterable_is_read_a_group_at_a_time() -> None:
    """The next group is read when a request could begin and nothing is left to send."""
    prompts, server = Prompts(itertools.repeat("1")), Server()

    async def main() -> None:
        async with aclosing(infer_many(prompts, server.infer, BatchOptions(4, 2))) as batch:
            for taken in range(1, 30):
                await anext(batch)
                # All of them that the groups so far hold, and one group more once these are taken or under way.
                assert prompts.read in {(taken + 3) // 4 * 4, (taken + 2 + 3) // 4 * 4}
        assert (server.busy, len(asyncio.all_tasks())) == (0, 1)

    run(main())


@pytest.mark.parametrize("in_order", [False, True])
@pytest.mark.parametrize("prompt", ["1", ""])
def test_reading_stops_when_nobody_takes_the_results(prompt: str, in_order: bool) -> None:
    """A caller that is busy for long finds two groups' results, not the whole of an endless input."""
    prompts, server = Prompts(itertools.repeat(prompt)), Server()

    async def main() -> None:
        async with aclosing(infer_many(prompts, server.infer, BatchOptions(4, 2, in_order=in_order))) as batch:
            await anext(batch)
            await asyncio.sleep(1000)
            assert server.busy == 0
            assert 1 + 4 < prompts.read <= 1 + 2 * 4

    run(main())


def test_work_goes_on_while_the_caller_is_busy() -> None:
    """Requests begin as others end, not only when the next result is asked for."""

    async def main() -> None:
        batch = infer_many(["1"] * 6, Server().infer, BatchOptions(concurrency=1))
        async with aclosing(batch):
            async for _ in batch:
                await asyncio.sleep(1)
        assert asyncio.get_running_loop().time() == pytest.approx(7)

    run(main())


def test_a_result_that_is_taken_makes_room_at_once() -> None:
    """Where finished results held the work up, it goes on as the caller begins with one, not when it is done."""
    server = Server()

    async def main() -> None:
        batch = infer_many(["1"] * 5, server.infer, BatchOptions(1, 1))
        async with aclosing(batch):
            async for _ in batch:
                await asyncio.sleep(5)

    run(main())
    assert [at for at, _ in server.begun] == [0, 1, 2, 6, 11]


def test_a_slow_prompt_holds_back_at_most_two_groups_in_order() -> None:
    """So that what waits for it stays bounded; then all goes on."""
    prompts, server = Prompts(itertools.chain(["100"], itertools.repeat("1", 50))), Server()

    async def main() -> None:
        async with aclosing(infer_many(prompts, server.infer, BatchOptions(4, 2, in_order=True))) as batch:
            assert (await anext(batch)).index == 0
            assert len(server.begun) == 8
            assert [result.index async for result in batch] == list(range(1, 51))

    run(main())


# -- the end


@pytest.mark.parametrize("grouped", [False, True])
def test_closing_cancels_all_that_is_under_way(grouped: bool) -> None:
    """At once; the source is closed, and no task is left."""
    server, arrivals = Server(), Arrivals([(0.0, "1"), *[(0.0, "9")] * 5, (99.0, "1")])

    async def main() -> None:
        options = BatchOptions(3, longest_wait_s=0.1)
        batch = infer_many(arrivals(), server.infer, options, server.infer_group if grouped else None)
        async with aclosing(batch):
            assert (await anext(batch)).index == 0
            assert server.busy > 1
        assert asyncio.get_running_loop().time() == pytest.approx(1)
        assert (server.busy, arrivals.closed, len(asyncio.all_tasks())) == (0, True, 1)

    run(main())


def test_closing_closes_a_source_that_was_not_being_read() -> None:
    """It stands at a prompt that it has given, for there is no room for another."""
    arrivals = Arrivals([(0.0, "9")] * 99)

    async def main() -> None:
        batch = infer_many(arrivals(), Server().infer, BatchOptions(2, 2))
        consumer = asyncio.ensure_future(anext(batch))
        await asyncio.sleep(1)
        consumer.cancel()
        await asyncio.wait({consumer})
        assert arrivals.closed

    run(main())


def test_a_bug_does_not_cut_short_what_cleans_up() -> None:
    """Others are cancelled once, when it is noticed, and not again when the batch closes."""
    cleaned: list[float] = []

    async def infer(prompt: str) -> Completion:
        try:
            await asyncio.sleep(float(prompt))
        finally:
            if prompt == "9":
                await asyncio.sleep(2)
                cleaned.append(asyncio.get_running_loop().time())
        raise ZeroDivisionError

    async def main() -> None:
        with pytest.raises(ZeroDivisionError):
            async for _ in infer_many(["1", "9"], infer):
                pass
        assert cleaned == [3]

    run(main())


def test_closing_waits_for_what_cleans_up() -> None:
    """It is cancelled once, not disturbed again, also when the closing is itself cancelled."""
    cleaned: list[float] = []

    async def thorough(prompt: str) -> Completion:
        try:
            await asyncio.sleep(99)
        finally:
            await asyncio.sleep(2)
            cleaned.append(asyncio.get_running_loop().time())
        return answer(prompt)

    async def consume() -> None:
        async with aclosing(infer_many(["1", "2"], thorough)) as batch:
            await anext(batch)

    async def main() -> None:
        consumer = asyncio.create_task(consume())
        for _ in range(2):
            await asyncio.sleep(1)
            consumer.cancel()
        await asyncio.wait({consumer})
        assert consumer.cancelled()
        assert cleaned == pytest.approx([3, 3])
        assert len(asyncio.all_tasks()) == 1

    run(main())


def test_a_failing_clean_up_does_not_hide_why_the_batch_ended() -> None:
    """The first failure is the one that is told."""

    async def infer(prompt: str) -> Completion:
        try:
            await asyncio.sleep(float(prompt))
        except asyncio.CancelledError:
            raise ValueError("while closing") from None
        raise ZeroDivisionError

    async def main() -> None:
        with pytest.raises(ZeroDivisionError):
            async for _ in infer_many(["1", "9"], infer):
                pass

    run(main())


def test_a_batch_goes_through_a_real_client() -> None:
    """Prompts over HTTP, events back, one token for all. On the real clock, for the client may use threads."""
    upstream = Upstream([lambda _: stream(answering("Yes."))])

    async def main() -> list[str]:
        async with upstream.client() as client:
            await client.warm_up()
            batch = infer_many(["Why?", "", "How?"], client.infer, BatchOptions(in_order=True))
            return [result.completion.answer if result.completion else str(result.error) async for result in batch]

    assert asyncio.run(main()) == ["Yes.", "prompt: must be a text that is not empty", "Yes."]
    assert [body["prompt"] for body in upstream.bodies] == ["Why?", "How?"]
    assert upstream.count(path="/auth/token") == 1
