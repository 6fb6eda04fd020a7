"""Admission over random arrivals, durations, deadlines and cancellations: a second simulation, and the rules alone."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from r1.admission import Admission, AdmissionLimits
from r1.errors import OverloadedError
from r1.request import Priority
from tests.r1.calls import run
from tests.r1.office import office

PRIORITIES: tuple[Priority, ...] = ("high", "normal", "low")


@dataclass(frozen=True)
class Arrival:
    """A call to be, in milliseconds."""

    priority: Priority
    at: int
    lasts: int
    patience: int
    cancelled_at: int | None


ARRIVALS = st.lists(
    st.builds(
        Arrival,
        st.sampled_from(PRIORITIES),
        st.integers(0, 20_000),
        st.integers(0, 9_000),
        st.integers(1, 40_000),
        st.none() | st.integers(1, 40_000),
    ),
    min_size=1,
    max_size=14,
)


@st.composite
def some_limits(draw: st.DrawFn) -> AdmissionLimits:
    high, normal = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    slots = high + normal + draw(st.integers(1, 2))
    ageing_s = draw(st.sampled_from([0.0, 3.0007, 10.0003, math.inf]))
    return AdmissionLimits(slots, high, normal, draw(st.integers(0, 5)), ageing_s=ageing_s)


class Simulator:
    """The rules once more, as a list of events and a sort: by time alone, so it refuses two events at one moment."""

    def __init__(self, limits: AdmissionLimits, arrivals: list[Arrival]) -> None:
        self.limits = limits
        self.arrivals = arrivals
        self.waiting: list[int] = []
        self.running: list[int] = []
        self.fate: dict[int, tuple[str, int]] = {}
        """What became of each, and when (ms): started, refused or gone; of one that ran, its start."""
        self.events: list[tuple[int, str, int]] = []
        for number, arrival in enumerate(arrivals):
            self.events.append((arrival.at, "comes", number))
            if arrival.cancelled_at is not None:
                self.events.append((arrival.at + arrival.cancelled_at, "cancelled", number))
            self.events.append((arrival.at + arrival.patience, "late", number))

    def play(self) -> dict[int, tuple[str, int]]:
        """Every event in order of time."""
        last = -1
        while self.events:
            event = min(self.events)
            self.events.remove(event)
            now, what, number = event
            assume(now != last)
            last = now
            if what == "comes":
                self.comes(number, now)
            elif what == "late" and number in self.waiting:
                self.waiting.remove(number)
                self.fate[number] = ("refused", now)
            elif what == "cancelled" and number in self.waiting:
                self.waiting.remove(number)
                self.fate[number] = ("gone", now)
            elif what in {"ends", "cancelled"} and number in self.running:
                self.running.remove(number)
            else:
                continue  # it has ended otherwise
            self.serve(now)
        return self.fate

    def comes(self, number: int, now: int) -> None:
        self.waiting.append(number)
        self.serve(now)
        if len(self.waiting) <= self.limits.waiting or number not in self.waiting:
            return
        lower = [other for other in self.waiting if self.arrivals[other].priority != "high"]
        victim = number
        if self.arrivals[number].priority == "high" and lower:
            victim = max(lower, key=lambda other: (self.arrivals[other].priority == "low", self.arrivals[other].at))
        self.waiting.remove(victim)
        self.fate[victim] = ("refused", now)

    def serve(self, now: int) -> None:
        while able := [number for number in self.waiting if self.may_run(number)]:
            number = min(able, key=self.rank)
            self.waiting.remove(number)
            self.running.append(number)
            self.fate[number] = ("started", now)
            self.events.append((now + self.arrivals[number].lasts, "ends", number))

    def may_run(self, number: int) -> bool:
        limits = self.limits
        after = [self.arrivals[other].priority for other in (*self.running, number)]
        lows, highs = after.count("low"), after.count("high")
        return (
            len(after) <= limits.slots
            and (self.arrivals[number].priority == "high" or len(after) - highs <= limits.slots - limits.reserved_high)
            and lows <= max(after[:-1].count("low"), limits.slots - limits.reserved_high - limits.reserved_normal)
        )

    def rank(self, number: int) -> tuple[bool, float, int]:
        arrival = self.arrivals[number]
        behind_s = self.limits.ageing_s if arrival.priority == "low" else 0.0
        return arrival.priority != "high", arrival.at + 1000 * behind_s, arrival.at


@dataclass
class Watch:
    """Real calls of the arrivals, with what became of each and every rule checked whenever one starts."""

    limits: AdmissionLimits
    arrivals: list[Arrival]
    fate: dict[int, tuple[str, int]] = field(default_factory=dict)
    running: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.admission = Admission(self.limits)

    async def play(self) -> None:
        loop = asyncio.get_running_loop()
        tasks = [asyncio.create_task(self.call(number)) for number in range(len(self.arrivals))]
        for arrival, task in zip(self.arrivals, tasks, strict=True):
            if arrival.cancelled_at is not None:
                loop.call_later((arrival.at + arrival.cancelled_at) / 1000, task.cancel)
        await asyncio.wait(tasks)
        for task in tasks:
            assert task.cancelled() or task.exception() is None
        assert (self.admission.running, self.admission.waiting) == (0, 0)

    async def call(self, number: int) -> None:
        arrival = self.arrivals[number]
        await asyncio.sleep(arrival.at / 1000)
        try:
            async with self.admission.slot(arrival.priority, arrival.patience / 1000) as waited_s:
                self.note(number, "started")
                assert waited_s == pytest.approx((self.fate[number][1] - arrival.at) / 1000)
                self.running.append(number)
                self.check()
                try:
                    await asyncio.sleep(arrival.lasts / 1000)
                finally:
                    self.running.remove(number)
        except OverloadedError:
            self.note(number, "refused")
        except asyncio.CancelledError:
            if number not in self.fate:
                self.note(number, "gone")
            raise

    def note(self, number: int, what: str) -> None:
        assert number not in self.fate
        self.fate[number] = (what, round(asyncio.get_running_loop().time() * 1000))

    def check(self) -> None:
        limits = self.limits
        names = [self.arrivals[number].priority for number in self.running]
        assert len(names) <= self.admission.running <= limits.slots
        assert names.count("low") + names.count("normal") <= limits.slots - limits.reserved_high
        assert names.count("low") <= limits.slots - limits.reserved_high - limits.reserved_normal
        assert self.admission.waiting <= limits.waiting
        assert 0 <= self.admission.load <= 1


@settings(max_examples=400, deadline=None, derandomize=True)
@given(some_limits(), ARRIVALS)
def test_admission_equals_an_independent_simulation(limits: AdmissionLimits, arrivals: list[Arrival]) -> None:
    """Who starts, who is refused, who leaves, and at which millisecond, whatever comes."""
    expected = Simulator(limits, arrivals).play()
    watch = Watch(limits, arrivals)
    run(watch.play())
    assert watch.fate == expected


CROWDED = st.lists(
    st.builds(
        Arrival,
        st.sampled_from(PRIORITIES),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(1, 6),
        st.none() | st.integers(0, 6),
    ),
    max_size=30,
).filter(bool)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(some_limits(), CROWDED)
def test_nobody_is_lost_when_all_happens_at_once(limits: AdmissionLimits, arrivals: list[Arrival]) -> None:
    """Arrivals, ends, cancellations and deadlines in the same milliseconds: every rule holds, and every waiter ends."""
    run(Watch(limits, arrivals).play())


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(1, 4), st.integers(1, 8), st.lists(st.integers(1, 4), min_size=60, max_size=60))
def test_low_waits_for_no_more_than_those_of_its_first_seconds(slots: int, ageing: int, durations: list[int]) -> None:
    """The bound: those there already and those that come in the next `ageing_s`, one after the other on the slots."""
    limits = AdmissionLimits(slots, 0, 0, ageing_s=ageing - 0.5, longest_wait_s=math.inf)
    normal = [(f"normal{at}", "normal", float(lasts), None, at / 4) for at, lasts in enumerate(durations)]
    made = office(limits, *normal, ("low", "low", 1.0, None, 1.1))
    ahead = [lasts for at, lasts in enumerate(durations) if at / 4 < 1.1 + ageing - 0.5]
    assert made.waits["low"] <= sum(ahead) / slots + 4
