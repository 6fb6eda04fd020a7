"""Slots: who gets one, who waits, who is refused. All on the virtual clock; see also test_admission_properties."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import pytest

from r1.admission import Admission, AdmissionLimits
from r1.errors import OverloadedError, ParameterError, SettingsError
from tests.r1.calls import run
from tests.r1.office import ONE, OPEN, Office, office

# -- who runs


def test_a_free_slot_is_had_at_once() -> None:
    """Without waiting, and without giving others a turn; counts and load tell of it."""

    async def main() -> None:
        admission = Admission()
        assert (admission.running, admission.waiting, admission.load) == (0, 0, 0.0)
        async with admission.slot() as waited_s, admission.slot("low"):
            assert waited_s == 0
            assert (admission.running, admission.waiting, admission.load) == (2, 0, 0.25)
        assert (admission.running, admission.load) == (0, 0.0)

    run(main())


def test_who_waits_is_told_how_long() -> None:
    """The wait goes to the ledger's line for the queue."""
    made = office(ONE, ("a", "normal", 3.0), ("b", "normal", 1.0), ("c", "normal", 1.0, None, 0.5))
    assert made.waits == pytest.approx({"a": 0, "b": 3, "c": 3.5})


def test_a_slot_comes_back_after_a_failure() -> None:
    """Whatever ends the call frees its slot."""

    async def main() -> None:
        admission = Admission(ONE)
        with pytest.raises(ZeroDivisionError):
            async with admission.slot():
                raise ZeroDivisionError
        assert admission.running == 0

    run(main())


def test_higher_classes_go_first_and_each_class_in_turn() -> None:
    """High before normal before low; within a class, first come, first served."""
    calls = [(f"{name}{turn}", name, 1.0) for turn in (1, 2) for name in ("low", "normal", "high")]
    made = office(ONE, ("first", "normal", 1.0), *calls)
    assert made.served == ["first", "high1", "high2", "normal1", "normal2", "low1", "low2"]


def test_reserved_slots_stay_free_for_their_class() -> None:
    """Low holds what nobody reserved, normal all but high's, high everything."""
    limits = AdmissionLimits(slots=4, reserved_high=1, reserved_normal=1)
    calls = [(f"{name}{number}", name, 1.0) for name in ("low", "normal", "high") for number in range(3)]
    made = office(limits, *calls)
    assert made.served[:4] == ["low0", "low1", "normal0", "high0"]


def test_high_takes_every_slot_when_it_needs_them() -> None:
    """What is reserved for normal is kept from low alone."""
    made = office(AdmissionLimits(slots=3), *((f"high{number}", "high", 5.0) for number in range(3)))
    assert set(made.waits.values()) == {0.0}


def test_a_freed_slot_is_not_taken_by_who_comes_at_that_moment() -> None:
    """It is handed over as it comes free, before the next in line has even woken."""

    async def main() -> None:
        made = Office(Admission(ONE))
        async with made.admission.slot():
            waiter = asyncio.create_task(made.call("waiter", "low", 1.0))
            await asyncio.sleep(1)
        assert (made.admission.running, made.admission.waiting) == (1, 0)
        await made.call("newcomer", "high", 1.0)
        await waiter
        assert made.served == ["waiter", "newcomer"]

    run(main())


# -- ageing


def test_low_is_not_starved_by_a_stream_of_normal_calls() -> None:
    """What comes `ageing_s` after it stays behind it, though normal calls always wait."""
    stream = [(f"normal{at}", "normal", 1.0, None, float(at)) for at in range(40)]
    limits = AdmissionLimits(slots=1, **OPEN, ageing_s=10, longest_wait_s=math.inf)
    made = office(limits, ("first", "normal", 5.0), ("low", "low", 1.0, None, 0.5), *stream)
    before = made.served[: made.served.index("low")]
    assert before == ["first", *(f"normal{at}" for at in range(11))]


def test_high_goes_before_low_however_old() -> None:
    """A speaking user is never behind a batch."""
    limits = AdmissionLimits(slots=1, **OPEN, ageing_s=1, longest_wait_s=math.inf)
    made = office(limits, ("first", "high", 50.0), ("low", "low", 1.0), ("high", "high", 1.0, None, 49.0))
    assert made.served == ["first", "high", "low"]


def test_age_gives_low_no_reserved_slot() -> None:
    """It is lifted for the order alone."""
    limits = AdmissionLimits(slots=3, ageing_s=1)
    made = office(limits, ("low1", "low", 20.0), ("low2", "low", 1.0), ("normal", "normal", 1.0, None, 5.0))
    assert made.waits == pytest.approx({"low1": 0, "normal": 0, "low2": 20})


def test_without_ageing_low_waits_for_all_others() -> None:
    """Infinity means never, and nothing chokes on it."""
    limits = AdmissionLimits(slots=1, **OPEN, ageing_s=math.inf, longest_wait_s=math.inf)
    stream = [(f"normal{at}", "normal", 1.0, None, float(at)) for at in range(40)]
    assert office(limits, ("low", "low", 1.0, None, 0.5), *stream).served[-1] == "low"


def test_low_that_has_just_aged_goes_before_normal_that_just_came() -> None:
    """Of two that stand equal, the one that has waited longer."""
    limits = AdmissionLimits(slots=1, **OPEN, ageing_s=10)
    made = office(limits, ("first", "high", 15.0), ("low", "low", 1.0), ("normal", "normal", 1.0, None, 10.0))
    assert made.served == ["first", "low", "normal"]


# -- who is refused


def test_the_wait_has_an_end() -> None:
    """Then the entry is gone and its caller is told when to come back."""
    limits = AdmissionLimits(slots=1, **OPEN, longest_wait_s=7)
    made = office(limits, ("first", "normal", 20.0), ("late", "normal", 1.0))
    error = made.refusals["late"]
    assert str(error) == "the call was not made: none of 1 slots was free for it within 7 s; try again in about 7 s"
    assert error.retry_after_s == 7


def test_a_call_may_set_its_own_longest_wait() -> None:
    """Also none at all: a slot now, or a refusal now."""

    async def main() -> None:
        made = Office(Admission(ONE))
        async with made.admission.slot():
            await asyncio.gather(made.call("never", "normal", 1, 0), made.call("patient", "normal", 1, math.inf))
            assert asyncio.get_running_loop().time() == 0
            assert list(made.refusals) == ["never"]

    async def patient() -> None:
        made = Office(Admission(ONE))
        await asyncio.gather(made.call("first", "normal", 1000), made.call("patient", "normal", 1, math.inf))
        assert made.waits["patient"] == pytest.approx(1000)

    with pytest.raises(Exception, match="deadlock"):
        run(main())
    run(patient())


def test_who_will_not_wait_is_refused_before_anything_else_runs() -> None:
    """And never enters the queue."""

    async def main() -> None:
        admission = Admission(ONE)
        others: list[str] = []
        async with admission.slot():
            asyncio.get_running_loop().call_soon(others.append, "ran")
            with pytest.raises(OverloadedError):
                await admission.slot(longest_wait_s=0).__aenter__()
            assert others == []

    run(main())


def test_a_slot_that_comes_as_the_wait_ends_is_had() -> None:
    """The end of the wait finds the entry gone, and leaves it alone."""

    async def main() -> None:
        loop, complaints = asyncio.get_running_loop(), list[object]()
        loop.set_exception_handler(lambda _, context: complaints.append(context))
        made = Office(Admission(ONE))
        await made.admission.enter("normal", 0)
        loop.call_later(5.0, made.admission.leave, "normal", 5.0)
        await made.call("second", "normal", 1, 5.0)
        assert (made.served, complaints) == (["second"], [])

    run(main())


def test_no_timer_outlives_its_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a busy server would carry one for each call of the last half minute."""

    async def main() -> None:
        loop, timers = asyncio.get_running_loop(), list[asyncio.TimerHandle]()
        set_timer = loop.call_later

        def noted(*arguments: Any) -> asyncio.TimerHandle:
            timers.append(set_timer(*arguments))
            return timers[-1]

        made = Office(Admission(ONE))
        async with made.admission.slot():
            monkeypatch.setattr(loop, "call_later", noted)
            waiters = [asyncio.create_task(made.call(name, "normal", 1)) for name in ("served", "cancelled")]
            await asyncio.sleep(1)
            waiters[1].cancel()
        await asyncio.wait(waiters)
        assert len(timers) == 4 and all(timer.cancelled() for timer in timers)

    run(main())


def test_one_too_many_is_refused_at_once() -> None:
    """A full queue does not grow."""
    limits = AdmissionLimits(slots=1, **OPEN, waiting=2)
    made = office(limits, *((f"call{number}", "normal", 1.0) for number in range(4)))
    assert made.served == ["call0", "call1", "call2"]
    assert "2 calls wait already for 1 slots" in str(made.refusals["call3"])


def test_high_finds_room_in_a_full_queue() -> None:
    """The newest of the lowest class gives way; among equals, the newcomer is refused."""
    limits = AdmissionLimits(slots=1, **OPEN, waiting=3)
    waiting = [("low1", "low", 1.0), ("low2", "low", 1.0), ("normal", "normal", 1.0)]
    late = [(f"high{number}", "high", 1.0) for number in range(1, 5)]
    made = office(limits, ("first", "high", 1.0), *waiting, *late)
    assert made.served == ["first", "high1", "high2", "high3"]
    assert list(made.refusals) == ["high4", "low2", "low1", "normal"]
    assert "a call of high priority came" in str(made.refusals["low2"])


def test_normal_displaces_nobody() -> None:
    """Else a steady stream of it would starve low after all."""
    limits = AdmissionLimits(slots=1, **OPEN, waiting=1)
    made = office(limits, ("first", "high", 1.0), ("low", "low", 1.0), ("normal", "normal", 1.0))
    assert made.served == ["first", "low"]


def test_the_estimate_follows_how_fast_slots_came_free() -> None:
    """Two slots, 6 s a call, five waiting at or above it: a sixth is served after about 18 s; high sooner."""

    async def main() -> None:
        made = Office(Admission(AdmissionLimits(slots=2, **OPEN)))
        calls = [asyncio.create_task(made.call(f"call{number}", "normal", 6.0)) for number in range(9)]
        await asyncio.sleep(6.5)
        await made.call("late", "normal", 1, 0)
        await made.call("user", "high", 1, 0)
        assert made.refusals["late"].retry_after_s == pytest.approx(18)
        assert made.refusals["user"].retry_after_s == pytest.approx(3)
        await asyncio.gather(*calls)

    run(main())


def test_the_estimate_stays_within_reason() -> None:
    """At least a second, at most two minutes, also before anything has been completed."""
    for wait_s, seconds, told_s in ((0.1, 0.001, 1), (0.1, 5000, 120), (math.inf, None, 120), (0.0, None, 1)):
        made = Office(Admission(AdmissionLimits(slots=1, **OPEN, longest_wait_s=wait_s)))

        async def main(made: Office = made, seconds: float | None = seconds) -> None:
            if seconds is not None:
                await made.call("first", "normal", seconds)
            async with made.admission.slot():
                await made.call("late", "normal", 1, 0)

        run(main())
        assert made.refusals["late"].retry_after_s == pytest.approx(told_s)


# -- cancelling


def test_a_cancelled_entry_leaves_at_once() -> None:
    """Before its task has even run again."""

    async def main() -> None:
        made = Office(Admission(ONE))
        async with made.admission.slot():
            waiters = [asyncio.create_task(made.call(f"call{number}", "normal", 1)) for number in range(3)]
            await asyncio.sleep(1)
            waiters[1].cancel()
            assert made.admission.waiting == 2
        done = await asyncio.gather(*waiters, return_exceptions=True)
        assert [type(outcome) for outcome in done] == [type(None), asyncio.CancelledError, type(None)]
        assert made.served == ["call0", "call2"]

    run(main())


@pytest.mark.parametrize("cancelled_first", [False, True])
def test_who_is_cancelled_as_it_gets_a_slot_hands_it_on(cancelled_first: bool) -> None:
    """In the same step of the loop, in either order."""

    async def main() -> None:
        made = Office(Admission(ONE))
        async with made.admission.slot():
            first, second = (asyncio.create_task(made.call(name, "normal", 1)) for name in ("first", "second"))
            await asyncio.sleep(1)
            if cancelled_first:
                first.cancel()
        if not cancelled_first:
            assert made.admission.waiting == 1  # the first has the slot, and does not know it yet
            first.cancel()
        await asyncio.wait({first, second})
        assert first.cancelled()
        assert made.served == ["second"]
        assert (made.admission.running, made.admission.waiting) == (0, 0)

    run(main())


def test_who_is_cancelled_as_its_wait_ends_is_cancelled() -> None:
    """Nothing is lost and nothing complains."""

    async def main() -> None:
        made = Office(Admission(ONE))
        async with made.admission.slot():
            late = asyncio.create_task(made.call("late", "normal", 1, 5.0))
            await asyncio.sleep(0)
            asyncio.get_running_loop().call_later(5.0, late.cancel)
            await asyncio.wait({late})
        assert late.cancelled() and not made.refusals
        assert (made.admission.running, made.admission.waiting) == (0, 0)

    run(main())


def test_a_caller_that_is_dropped_while_it_waits_leaves_the_queue() -> None:
    """Also one that is closed by hand, as a loop does that shuts down."""

    async def main() -> None:
        admission = Admission(ONE)
        async with admission.slot():
            call = Office(admission).call("dropped", "normal", 1)
            call.send(None)
            assert admission.waiting == 1
            call.close()
            assert admission.waiting == 0

    run(main())


# -- what is asked for


@pytest.mark.parametrize(
    "wrong",
    [
        {"slots": 0},
        {"slots": 2.5},
        {"slots": True},
        {"waiting": -1},
        {"reserved_high": -1},
        {"longest_wait_s": -1.0},
        {"longest_wait_s": math.nan},
        {"ageing_s": "10"},
    ],
)
def test_limits_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    """By name, when they are set."""
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        AdmissionLimits(**wrong)


def test_limits_leave_a_slot_for_low() -> None:
    """All slots reserved would starve it for good."""
    with pytest.raises(SettingsError, match=r"1 \+ 1 of 2 slots.*reserve fewer"):
        AdmissionLimits(slots=2)


def test_a_slot_is_asked_for_in_known_terms() -> None:
    """A misspelt priority is the caller's error, not a fourth class."""

    async def ask(priority: Any, wait_s: Any = None) -> None:
        async with Admission().slot(priority, wait_s):
            pass

    with pytest.raises(ParameterError, match="priority: must be one of high, normal, low, not 'urgent'"):
        run(ask("urgent"))
    with pytest.raises(ParameterError, match="longest_wait_s"):
        run(ask("high", math.nan))
