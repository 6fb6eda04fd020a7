"""The last 1, 5 and 60 minutes of calls, at any moment, in bounded memory.

Time is cut into slots of 5 s for five minutes and of 60 s for an hour; a window is the sum of its slots, the one that
runs included. So it covers up to a slot less than its name says, and rates are of the time that it covers.

    windows = Windows(admission)
    windows.note(record)
    windows.figures(5).qps
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gateway.calls import CallRecord
from gateway.monitoring.figures import ClientFigures, Maximum, Point, WindowFigures
from gateway.monitoring.outcome import WATCHING_ROUTES
from gateway.monitoring.tally import MEASURES, Measured, Percentiles, Tally
from r1.admission import Admission

MINUTES = (1, 5, 60)
FINE_S, COARSE_S = 5, 60
NOW_S = 10
"""The rate of "now" is that of so many whole seconds before this one."""
LEAST_FOR_MAXIMUM = 20
"""Calls that a measured maximum must rest on."""
MOST_CLIENTS_SHOWN = 20

_HOUR_S = 3600


@dataclass(slots=True)
class _Slot:
    """One stretch of time. What it was like is worked out once, when it is over."""

    index: int
    tally: Tally = field(default_factory=Tally)
    percentiles: Mapping[str, Percentiles] | None = None


class _Ring:
    """The last `count` slots of `width_s` seconds; those without calls are not there."""

    def __init__(self, width_s: int, count: int) -> None:
        self.width_s = width_s
        self._count = count
        self._slots: deque[_Slot] = deque()
        self._sums: dict[int, tuple[int, int, Tally]] = {}
        """Of the slots of a window that are over, by its seconds: between which numbers, and their sum."""

    def add(self, now_s: float, tally: Tally) -> None:
        """Count what was counted in the slot of this time, which is no older than the last one."""
        slots, index = self._slots, self.index(now_s)
        if not slots or slots[-1].index != index:
            slots.append(_Slot(index))
            while slots[0].index <= index - self._count:
                slots.popleft()
        slots[-1].tally.merge(tally)

    def index(self, now_s: float) -> int:
        """The number of the slot that runs."""
        return int(now_s // self.width_s)

    def covered_s(self, now_s: float, seconds: int) -> float:
        """How long the slots of the last `seconds` have run."""
        return seconds - self.width_s + now_s % self.width_s

    def total(self, now_s: float, seconds: int) -> Tally:
        """The sum of the last `seconds`."""
        last, total = self.index(now_s), Tally()
        first = last - seconds // self.width_s + 1
        begin, end, over = self._sums.get(seconds, (0, 0, total))
        if (begin, end) != (first, last):
            over = Tally()
            for slot in self._slots:
                if first <= slot.index < last:
                    over.merge(slot.tally)
            self._sums[seconds] = (first, last, over)
        total.merge(over)
        if self._slots and self._slots[-1].index == last:
            total.merge(self._slots[-1].tally)
        return total

    def slots(self, now_s: float) -> Mapping[int, tuple[Tally, Mapping[str, Percentiles]]]:
        """All slots by number, with their percentiles."""
        running, found = self.index(now_s), {}
        for slot in self._slots:
            percentiles = slot.percentiles or slot.tally.percentiles()
            if slot.index < running:
                slot.percentiles = percentiles
            found[slot.index] = (slot.tally, percentiles)
        return found


class Windows:
    """A `CallSink`. For the event loop's thread alone. `clock` gives seconds and never goes back."""

    def __init__(
        self,
        admission: Admission,
        configured_qps: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._admission = admission
        self._configured_qps = configured_qps
        self._clock = clock
        self._began_s = clock()
        self._fine = _Ring(FINE_S, 300 // FINE_S)
        self._coarse = _Ring(COARSE_S, _HOUR_S // COARSE_S)
        self._seconds: deque[list[int]] = deque()
        """Pairs: which second, and the calls that ended in it."""
        self._fresh, self._fresh_slot = Tally(), 0
        """What no ring has yet, and the number of its fine slot: so a call is counted once, and merged with others."""

    @property
    def uptime_s(self) -> float:
        """Since the windows were opened."""
        return self._clock() - self._began_s

    def note(self, record: CallRecord) -> None:
        if record.route in WATCHING_ROUTES:
            return
        call, now_s = Measured(record), self._clock()
        tally = self._tally(now_s)
        tally.count(call)
        if call.asks:
            self._count_second(int(now_s))
            tally.saw(self._admission.running, self._admission.waiting)

    def look(self) -> None:
        """Take down how many calls are in flight and wait now."""
        self._tally(self._clock()).saw(self._admission.running, self._admission.waiting)

    def figures(self, minutes: int) -> WindowFigures:
        """All figures of the last so many minutes, one of `MINUTES`."""
        now_s = self._settled()
        total, seconds = self._total(now_s, minutes), self._seconds_of(now_s, minutes)
        return WindowFigures(
            minutes=minutes,
            seconds=seconds,
            calls=total.calls,
            qps=total.calls / seconds,
            qps_peak=self._peak(now_s, minutes),
            outcomes=dict(total.outcomes),
            errors=dict(sorted(total.errors.items(), key=lambda each: (-each[1], each[0]))),
            percentiles_ms=total.percentiles(),
            measured={measure: total.measured(measure) for measure in MEASURES},
            tokens=total.tokens,
            hits=total.hits,
            misses=total.misses,
            clients=_clients(total, seconds),
        )

    def qps_now(self) -> float:
        """Calls a second, of the last `NOW_S` whole seconds, or of the life of the gateway where that is shorter."""
        now = int(self._clock())
        calls = sum(count for second, count in self._seconds if now - NOW_S <= second < now)
        return calls / max(1.0, min(NOW_S, now - int(self._began_s)))

    def maximum(self) -> Maximum:
        """The most calls a second that the gateway can take."""
        if self._configured_qps is not None:
            return Maximum(self._configured_qps, "configured")
        for minutes in (5, 60):
            total = self._total(self._settled(), minutes)
            if total.calls >= LEAST_FOR_MAXIMUM and total.engine_ms > 0:
                engine_s = total.engine_ms / 1000 / total.calls
                return Maximum(self._admission.limits.slots / engine_s, "measured")
        return Maximum(None, "unknown")

    def history(self, minutes: int) -> list[Point]:
        """How it went in each slot of the last minutes, oldest first, those without calls included.

        The one that runs is left out until half of it is over: it would look like a sudden silence.
        """
        now_s, ring = self._settled(), self._ring(minutes)
        slots, last = ring.slots(now_s), ring.index(now_s - ring.width_s / 2)
        first = max(last - minutes * 60 // ring.width_s + 1, ring.index(self._began_s))
        nothing = Tally(), Tally().percentiles()
        return [self._point(slots.get(index, nothing), index, now_s, ring.width_s) for index in range(first, last + 1)]

    def _point(self, slot: tuple[Tally, Mapping[str, Percentiles]], index: int, now_s: float, width_s: int) -> Point:
        tally, percentiles = slot
        begin_s = max(float(index * width_s), self._began_s)
        seconds = min((index + 1) * width_s, now_s) - begin_s
        return Point(
            ago_s=now_s - begin_s,
            seconds=seconds,
            # In the first moments of a slot one call would look like thousands a second.
            qps=tally.calls / max(1.0, seconds),
            outcomes=dict(tally.outcomes),
            percentiles_ms=percentiles,
            tokens=tally.tokens,
            in_flight=tally.in_flight,
            queued=tally.queued,
        )

    def _tally(self, now_s: float) -> Tally:
        """Where to count now."""
        if self._fine.index(now_s) != self._fresh_slot:
            self._settle(now_s)
        return self._fresh

    def _settle(self, now_s: float) -> None:
        """Give the rings what they have not got yet."""
        fresh_s = float(self._fresh_slot * FINE_S)
        if self._fresh.anything:
            self._fine.add(fresh_s, self._fresh)
            self._coarse.add(fresh_s, self._fresh)
        self._fresh, self._fresh_slot = Tally(), self._fine.index(now_s)

    def _settled(self) -> float:
        """The time now, at which the rings have everything."""
        now_s = self._clock()
        self._settle(now_s)
        return now_s

    def _ring(self, minutes: int) -> _Ring:
        return self._fine if minutes <= 5 else self._coarse

    def _total(self, now_s: float, minutes: int) -> Tally:
        return self._ring(minutes).total(now_s, minutes * 60)

    def _seconds_of(self, now_s: float, minutes: int) -> float:
        return max(1.0, min(self._ring(minutes).covered_s(now_s, minutes * 60), now_s - self._began_s))

    def _count_second(self, second: int) -> None:
        seconds = self._seconds
        if seconds and seconds[-1][0] == second:
            seconds[-1][1] += 1
            return
        seconds.append([second, 1])
        while seconds[0][0] <= second - _HOUR_S:
            seconds.popleft()

    def _peak(self, now_s: float, minutes: int) -> int:
        since = int(now_s) - minutes * 60
        return max((count for second, count in self._seconds if second > since), default=0)


def _clients(total: Tally, seconds: float) -> tuple[ClientFigures, ...]:
    busiest = sorted(total.clients.items(), key=lambda each: (-each[1].calls, each[0]))[:MOST_CLIENTS_SHOWN]
    return tuple(
        ClientFigures(name, tally.calls, tally.calls / seconds, tally.refused, tally.failed, tally.tokens)
        for name, tally in busiest
    )
