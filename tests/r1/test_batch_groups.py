"""Groups of a batch: what goes as one request, when a dynamic one goes, and what becomes of one that fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

import pytest

from r1.batch import BatchOptions, infer_many
from r1.errors import RequestRefusedError
from r1.results import Completion
from tests.r1.batches import Arrivals, Server, answer, results_of, times
from tests.r1.calls import run

# -- requests of a whole group


def test_a_group_is_one_request() -> None:
    """Its answers come as they finish; `concurrency` counts requests."""
    server = Server()
    results = run(results_of(["3", "1", "2", "2", "1 refused"], server, BatchOptions(2, 2), grouped=True))
    assert server.groups == [(0, ["3", "1"]), (0, ["2", "2"]), (2, ["1 refused"])]
    assert times(results) == [(1, 1), (2, 2), (3, 2), (0, 3), (4, 3)]
    assert isinstance(results[-1][2].error, RequestRefusedError)
    assert (server.begun, server.most_busy) == ([], 2)


def test_prompts_of_a_group_that_fails_as_a_whole_are_sent_singly() -> None:
    """So that each has its answer, or an error of its own, and still no more at once."""
    server = Server(refuses_groups=True)
    results = run(results_of(["1", "1 refused", "1", "1"], server, BatchOptions(4, 2), grouped=True))
    assert times(results) == [(0, 1.1), (1, 1.1), (2, 2.1), (3, 2.1)]
    assert [type(result.error) for _, _, result in results if result.error] == [RequestRefusedError]
    assert server.most_busy == 2


def test_a_group_that_breaks_off_keeps_the_answers_it_had() -> None:
    """Only the others are sent again."""
    server = Server()
    results = run(results_of(["1", "2 breaks", "3"], server, grouped=True))
    assert times(results) == [(0, 1), (1, 4), (2, 5)]
    assert [prompt for _, prompt in server.begun] == ["2 breaks", "3"]


def test_prompts_that_a_group_skips_are_sent_singly() -> None:
    """The upstream may answer fewer than it was asked."""
    server = Server(skips=frozenset({1}))
    assert times(run(results_of(["1", "1", "1"], server, grouped=True))) == [(0, 1), (2, 1), (1, 2)]


@pytest.mark.parametrize("place", [0, 7, -1])
def test_an_answer_that_nobody_asked_for_ends_its_group(place: int) -> None:
    """One too many, or to no prompt: the rest is asked singly rather than put out of place."""
    closed = False

    async def confused(prompts: Sequence[str]) -> AsyncGenerator[tuple[int, Completion], None]:
        nonlocal closed
        try:
            yield 0, answer("first")
            yield place, answer("what?")
            yield 1, answer("never heard")
        finally:
            closed = True

    async def main() -> list[str]:
        batch = infer_many(["1", "1"], Server().infer, infer_group=confused)
        answers = [result.completion.answer async for result in batch if result.completion]
        assert closed
        return answers

    assert run(main()) == ["first", "1"]


def test_a_group_may_be_any_async_iterator() -> None:
    """Also one that cannot be closed."""

    class Answers:
        def __init__(self, prompts: Sequence[str]) -> None:
            self.left = list(enumerate(prompts))

        def __aiter__(self) -> AsyncIterator[tuple[int, Completion]]:
            return self

        async def __anext__(self) -> tuple[int, Completion]:
            if not self.left:
                raise StopAsyncIteration
            place, prompt = self.left.pop()
            return place, answer(prompt)

    async def main() -> list[int]:
        batch = infer_many(["1", "2"], Server().infer, BatchOptions(in_order=True), Answers)
        return [result.index async for result in batch]

    assert run(main()) == [0, 1]


def test_a_faulty_prompt_does_not_spoil_its_group() -> None:
    """It never joins one; and what is left of a static group waits for nobody."""
    server = Server()
    results = run(results_of(["1", "", "1", "1"], server, BatchOptions(2, 1), grouped=True))
    assert sorted(index for index, _, _ in results) == [0, 1, 2, 3]
    assert [prompts for _, prompts in server.groups] == [["1"], ["1", "1"]]


# -- dynamic groups


def test_a_dynamic_group_goes_when_it_is_full() -> None:
    """Without waiting any longer; the rest goes when no more come."""
    server, arrivals = Server(), Arrivals([(1.0, "1")] * 5)
    run(results_of(arrivals(), server, BatchOptions(2, longest_wait_s=9), grouped=True))
    assert server.groups == [(2, ["1", "1"]), (4, ["1", "1"]), (5, ["1"])]
    assert arrivals.closed


def test_a_dynamic_group_goes_when_its_first_prompt_has_waited() -> None:
    """Each group counts from its own first prompt."""
    server = Server()
    arrivals = Arrivals([(1.0, "1"), (0.4, "1"), (5.0, "1"), (0.6, "1"), (9.0, "1")])
    run(results_of(arrivals(), server, BatchOptions(4, longest_wait_s=0.5), grouped=True))
    assert [prompts for _, prompts in server.groups] == [["1", "1"], ["1"], ["1"], ["1"]]
    assert [at for at, _ in server.groups] == pytest.approx([1.5, 6.9, 7.5, 16])


def test_a_dynamic_group_grows_while_it_cannot_be_sent() -> None:
    """Every request is under way, so nothing is lost by company."""
    server, arrivals = Server(), Arrivals([(0.0, "5"), *[(1.0, "1")] * 3, (9.0, "1")])
    run(results_of(arrivals(), server, BatchOptions(8, 1, longest_wait_s=0.1), grouped=True))
    assert [prompts for _, prompts in server.groups] == [["5"], ["1", "1", "1"], ["1"]]
    assert server.groups[1][0] == pytest.approx(5.1)


def test_a_full_group_takes_its_timer_along() -> None:
    """The next one waits its own time."""
    server = Server()
    arrivals = Arrivals([(1.0, "1"), (1.0, "1"), (3.0, "1"), (20.0, "1")])
    run(results_of(arrivals(), server, BatchOptions(2, longest_wait_s=9), grouped=True))
    assert [at for at, _ in server.groups] == pytest.approx([2, 14, 25])


def test_what_failed_goes_before_the_next_group() -> None:
    """It has waited longer."""
    server = Server(refuses_groups=True)
    run(results_of(Arrivals([(0.0, "1")] * 4)(), server, BatchOptions(2, 1), grouped=True))
    assert [at for at, _ in server.groups] == pytest.approx([0, 2.1])


def test_the_last_group_goes_though_the_caller_is_busy() -> None:
    """As soon as it is known that no more come."""
    server, arrivals = Server(), Arrivals([(0.0, "1"), (0.0, "1"), (1.5, "1")])

    async def main() -> None:
        options = BatchOptions(2, longest_wait_s=99)
        async with aclosing(infer_many(arrivals(), server.infer, options, server.infer_group)) as batch:
            await anext(batch)
            await asyncio.sleep(50)
            assert server.groups[-1] == (1.5, ["1"])

    run(main())


def test_prompts_that_are_sent_singly_wait_for_no_company() -> None:
    """There is nothing that it would save."""
    server = Server()
    run(results_of(Arrivals([(1.0, "1"), (1.0, "1")])(), server, BatchOptions(longest_wait_s=9)))
    assert [at for at, _ in server.begun] == [1, 2]


def test_an_endless_source_is_read_as_results_are_taken() -> None:
    """No further ahead than two groups, though it always has more."""
    read = 0

    async def endless() -> AsyncGenerator[str, None]:
        nonlocal read
        while True:
            read += 1
            yield "1"

    async def main() -> None:
        async with aclosing(infer_many(endless(), Server().infer, BatchOptions(4, 2))) as batch:
            for taken in range(1, 30):
                await anext(batch)
                assert read <= taken + 2 * 4
            await asyncio.sleep(1000)
            assert read <= 29 + 2 * 4

    run(main())
