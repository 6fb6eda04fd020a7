"""Who only waits for a server holds no slot: the call gives it back, and queues again with the age it had."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1 import CallOptions, ClientParts, Completion, Delta, OverloadedError, R1Client, Timeouts
from r1.admission import Admission, AdmissionLimits
from r1.request import Priority
from tests.r1.calls import THINKING, run
from tests.r1.office import ONE, OPEN
from tests.r1.upstream import Upstream, answering, guide_options, stream

BUSY = httpx.Response(429, headers={"retry-after": "30"})


def client(upstream: Upstream, limits: AdmissionLimits = ONE, timeouts: Timeouts | None = None) -> R1Client:
    parts = ClientParts(admission=Admission(limits))
    return R1Client(guide_options(timeouts), parts, httpx.MockTransport(upstream))


def answers(upstream: Upstream, *texts: str, busy: tuple[str, ...] = ()) -> None:
    """Let `upstream` answer each prompt with its own words after a second; those in `busy` at the second try."""
    refused = list(busy)

    def answer(request: httpx.Request) -> httpx.Response:
        text = request.content.decode()
        name = next(name for name in texts if name in text)
        if name in refused:
            refused.remove(name)
            return BUSY
        return stream([1.0, *answering(f"To {name}.")])

    upstream.infer = [answer]


# -- the call


def test_a_call_that_sleeps_on_retry_after_holds_up_nobody() -> None:
    """One slot: the other call is answered in its own second, and the sleeper after its thirty."""
    upstream = Upstream([])
    answers(upstream, "sleeper", "other", busy=("sleeper",))

    async def main() -> tuple[Completion, float, Completion, float]:
        loop = asyncio.get_running_loop()
        asking = client(upstream)

        async def ask(prompt: str) -> tuple[Completion, float]:
            return await asking.infer(prompt), loop.time()

        sleeper, other = await asyncio.gather(ask("sleeper"), ask("other"))
        return *sleeper, *other

    sleeper, slept, other, took = run(main())
    assert (other.answer, took) == ("To other.", pytest.approx(1.0, abs=1e-3))
    assert (sleeper.answer, slept) == ("To sleeper.", pytest.approx(31.0, abs=1e-3))
    assert [attempt.outcome for attempt in sleeper.attempts] == ["RateLimitedError", "answered"]


def test_the_second_wait_for_a_slot_is_the_queue_s_in_the_ledger() -> None:
    """The sleeper comes back while a long call runs: what it waits beyond its thirty seconds is told as queued."""
    told: list[tuple[str, float]] = []
    phases: list[str] = []
    upstream = Upstream([BUSY, stream([40.0, *answering("Long.")]), stream(THINKING)])

    async def main() -> Completion:
        asking = client(upstream)

        async def sleeper() -> Completion:
            items = asking.stream("sleeper", None, phases.append, lambda name, seconds: told.append((name, seconds)))
            return [item async for item in items if isinstance(item, Completion)].pop()

        sleeping = asyncio.create_task(sleeper())
        await asyncio.sleep(1)
        await asking.infer("long")
        return await sleeping

    completion = run(main())
    ((name, queued_s),) = told
    assert name == "gateway queue"
    assert queued_s == pytest.approx(11.0, abs=1e-3)
    assert completion.timing.queued_s == pytest.approx(11.0, abs=1e-3)
    assert completion.timing.total_s == pytest.approx(41.0, abs=1e-3)
    assert phases == ["gateway queue", "connect", "prefill", *["gateway queue", "connect", "prefill"], *phases[-2:]]
    assert phases[-2:] == ["thinking", "first sentence"]


def test_the_second_wait_ends_with_the_call_s_own_limit() -> None:
    """Refused by us, with the next step; nothing more is sent."""
    upstream = Upstream([BUSY, stream([300.0, *answering("Long.")])])

    async def main() -> tuple[str, float]:
        asking = client(upstream, timeouts=Timeouts(first_event_s=400, first_answer_s=400, total_s=40))
        patient = client(upstream)
        patient._parts = asking._parts  # the same admission, and a limit of ten minutes
        sleeping = asyncio.create_task(asking.infer("sleeper", options=CallOptions("low")))
        await asyncio.sleep(1)
        holding = asyncio.create_task(patient.infer("long"))
        with pytest.raises(OverloadedError) as caught:
            await sleeping
        now = asyncio.get_running_loop().time()
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        return str(caught.value), now

    message, at = run(main())
    assert "the call was not tried again: none of 1 slots was free for it within 10 s" in message
    assert "try again in about" in message
    assert at == pytest.approx(40.0, abs=1e-2)
    assert upstream.count("POST") == 2


@pytest.mark.parametrize("moment", [10.0, 35.0], ids=["asleep", "queued again"])
def test_who_leaves_while_standing_aside_takes_and_leaves_nothing(moment: float) -> None:
    """The slot of whoever runs meanwhile stays theirs; afterwards all are free."""
    upstream = Upstream([BUSY, stream([100.0, *answering("Long.")])])

    async def main() -> tuple[int, int, int]:
        asking = client(upstream)
        admission = asking._parts.admission
        assert admission is not None
        sleeping = asyncio.create_task(asking.infer("sleeper"))
        await asyncio.sleep(1)
        holding = asyncio.create_task(asking.infer("long"))
        await asyncio.sleep(moment - 1)
        sleeping.cancel()
        await asyncio.gather(sleeping, return_exceptions=True)
        during = admission.running
        await holding
        return during, admission.running, admission.waiting

    assert run(main()) == (1, 0, 0)


def test_a_wait_of_no_time_keeps_the_slot() -> None:
    """`Retry-After: 0` means at once, not behind whoever waits."""
    upstream = Upstream([httpx.Response(429, headers={"retry-after": "0"}), stream(answering("Yes."))])

    async def main() -> list[str]:
        asking = client(upstream)
        done: list[str] = []

        async def ask(name: str) -> None:
            await asking.infer(name)
            done.append(name)

        await asyncio.gather(ask("first"), ask("second"))
        return done

    assert run(main()) == ["first", "second"]


def test_nothing_is_delivered_twice_for_standing_aside() -> None:
    """Thoughts that were heard before stay heard, and the answer comes once."""
    broke = stream([*THINKING[:1], httpx.ReadError("reset")])

    async def main() -> list[Delta | Completion]:
        return [item async for item in client(Upstream([broke, stream(THINKING)])).stream("Why?")]

    items = run(main())
    assert "".join(item.text for item in items if isinstance(item, Delta) and item.kind == "answer") == (
        "The total is 420."
    )


# -- the slot


def test_whoever_comes_back_goes_before_those_who_came_later() -> None:
    """Two that stood aside keep their order, before the one that never had a slot."""
    served: list[str] = []

    async def main() -> None:
        admission = Admission(ONE)

        async def call(name: str, at: float, aside_s: float, holds_s: float) -> None:
            await asyncio.sleep(at)
            slot = admission.slot()
            async with slot:
                if aside_s:
                    await slot.stand_aside(aside_s)
                served.append(name)
                await asyncio.sleep(holds_s)

        await asyncio.gather(
            call("first", 0.0, 6.0, 1.0), call("second", 0.1, 4.0, 1.0), call("holder", 0.2, 0.0, 9.0),
            call("late", 0.3, 0.0, 1.0), call("later", 8.0, 0.0, 1.0),
        )  # fmt: skip

    run(main())
    assert served == ["holder", "first", "second", "late", "later"]


def test_a_full_queue_does_not_refuse_who_stood_aside() -> None:
    """It has been let in already."""
    limits = AdmissionLimits(slots=1, **OPEN, waiting=1)

    async def main() -> float:
        admission = Admission(limits)

        async def hold(seconds: float) -> None:
            async with admission.slot():
                await asyncio.sleep(seconds)

        slot = admission.slot()
        async with slot:
            others = [asyncio.create_task(hold(5.0))]
            await asyncio.sleep(0)
            aside = asyncio.create_task(slot.stand_aside(2.0))
            await asyncio.sleep(1)
            others.append(asyncio.create_task(hold(5.0)))
            waited_s = await aside
        await asyncio.gather(*others)
        return waited_s

    assert run(main()) == pytest.approx(3.0)


def test_time_spent_aside_does_not_count_as_held() -> None:
    """The estimate of when to come back goes by how long slots are really taken."""
    limits = AdmissionLimits(slots=1, **OPEN, longest_wait_s=0.0)

    async def main() -> OverloadedError:
        admission = Admission(limits)
        slot = admission.slot(longest_wait_s=1.0)
        async with slot:
            await asyncio.sleep(2)
            await slot.stand_aside(60.0)
            await asyncio.sleep(2)
        async with admission.slot():
            with pytest.raises(OverloadedError) as caught:
                async with admission.slot():
                    pass
        return caught.value

    assert run(main()).retry_after_s == pytest.approx(4.0)


@dataclass(frozen=True)
class Visit:
    """A call, in milliseconds: it comes, works, stands aside, works again."""

    priority: Priority
    at: int
    works: int
    aside: int
    cancelled_at: int | None


VISITS = st.lists(
    st.builds(
        Visit,
        st.sampled_from(["high", "normal", "low"]),
        st.integers(0, 30),
        st.integers(0, 9),
        st.integers(0, 20),
        st.none() | st.integers(1, 60),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(VISITS, st.integers(1, 3), st.integers(0, 1), st.integers(0, 1))
def test_slots_are_never_lost_or_had_twice(visits: list[Visit], spare: int, high: int, normal: int) -> None:
    """Whoever comes, stands aside and leaves: the bound holds, everybody gets on, and all slots are free in the end."""
    limits = AdmissionLimits(spare + high + normal, high, normal, longest_wait_s=math.inf)
    working = 0

    async def main() -> None:
        admission = Admission(limits)

        async def work(visit: Visit) -> None:
            nonlocal working
            working += 1
            assert working <= admission.running <= limits.slots
            try:
                await asyncio.sleep(visit.works / 1000)
            finally:
                working -= 1

        async def call(visit: Visit) -> None:
            await asyncio.sleep(visit.at / 1000)
            slot = admission.slot(visit.priority)
            async with slot:
                await work(visit)
                await slot.stand_aside(visit.aside / 1000)
                await work(visit)

        tasks = [asyncio.create_task(call(visit)) for visit in visits]
        for visit, task in zip(visits, tasks, strict=True):
            if visit.cancelled_at is not None:
                asyncio.get_running_loop().call_later(visit.cancelled_at / 1000, task.cancel)
        await asyncio.wait(tasks)
        assert all(task.cancelled() or task.exception() is None for task in tasks)
        assert (admission.running, admission.waiting) == (0, 0)

    run(main())
