"""Who may call now: a bounded number of slots, three classes that wait for one, and a refusal that says when to return.

Of the `slots`, some are kept for the higher classes: low never holds more than what is left over, low and normal
together never more than all but those kept for high. Within a class, first come, first served. Between classes:

- High goes first, always. A speaking user is never behind anybody's batch, whatever has waited how long.
- A low entry that has waited `ageing_s` stands equal to a normal one that just arrived; normal ones that come later
  stay behind it. So a steady stream of normal calls cannot starve low. It is lifted for the order alone, by that one
  class, and takes no slot that is kept for others.
- Normal is not lifted over high: what can starve it is only speaking users in every slot, and then it is refused, with
  an honest time to come back, once its wait is up.

Who only waits, such as for a server that is busy, may stand aside: the slot serves others for so long, and whoever
stood aside queues again with the age that it had, before all of its class who came later.

A freed slot is handed to the next in line at that moment, so nobody who arrives later can take it; one who is cancelled
just then hands it on. There is no task and no polling here: one timer for each that waits.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict, deque
from dataclasses import dataclass
from itertools import takewhile
from types import TracebackType
from typing import Any, Literal, get_args

from r1.errors import OverloadedError, ParameterError, SettingsError
from r1.request import Priority

_PRIORITIES: tuple[Priority, ...] = get_args(Priority)

_Outcome = Literal["given", "late", "displaced"]

_REMEMBERED = 32
"""Calls whose durations tell how fast slots come free."""
_SOONEST_S, _LATEST_S = 1.0, 120.0
"""Bounds of an estimate. `Retry-After` counts whole seconds; longer than two minutes no client waits."""


@dataclass(frozen=True, slots=True)
class AdmissionLimits:
    """How much goes on at once, and how much may wait. Raises `SettingsError`."""

    slots: int = 8
    """Calls at once."""
    reserved_high: int = 1
    """Of `slots`, those kept for high alone."""
    reserved_normal: int = 1
    """Of `slots`, those kept for normal and high."""
    waiting: int = 1024
    """Most entries that wait. One more is refused at once; one of high priority takes the place of the newest entry of
    a lower class, which is refused instead. Those that stood aside come on top.
    """
    longest_wait_s: float = 30.0
    """Then an entry is refused. 0: nobody waits. Infinity: for ever."""
    ageing_s: float = 10.0
    """A low entry that has waited this long stands equal to a normal one that just arrived. Infinity: never."""

    def __post_init__(self) -> None:
        for name, least in (("slots", 1), ("reserved_high", 0), ("reserved_normal", 0), ("waiting", 0)):
            count = getattr(self, name)
            if not isinstance(count, int) or isinstance(count, bool) or count < least:
                raise SettingsError(f"admission {name} must be a whole number, at least {least}, not {count!r}")
        for name in ("longest_wait_s", "ageing_s"):
            if not _is_duration(getattr(self, name)):
                raise SettingsError(f"admission {name} must be 0 seconds or more, not {getattr(self, name)!r}")
        if self.reserved_high + self.reserved_normal >= self.slots:
            raise SettingsError(
                f"admission reserves {self.reserved_high} + {self.reserved_normal} of {self.slots} slots, so low calls "
                "could never run: reserve fewer, or allow more slots"
            )


class _Place(asyncio.Future[_Outcome]):
    """One entry's place in its queue, and what becomes of it. Cancelling it leaves the queue at once."""

    def __init__(self, queue: OrderedDict[_Place, None], arrived: float) -> None:
        super().__init__(loop=asyncio.get_running_loop())
        self.arrived = arrived
        self._queue = queue
        younger = queue and next(reversed(queue)).arrived > arrived
        older = list(takewhile(lambda place: place.arrived <= arrived, queue)) if younger else []
        queue[self] = None
        if younger:  # one that stood aside; older than it are only others that did
            for place in (self, *reversed(older)):
                queue.move_to_end(place, last=False)

    def leave(self, outcome: _Outcome) -> None:
        """Out of the queue, with a slot or without."""
        del self._queue[self]
        self.set_result(outcome)

    def cancel(self, msg: Any | None = None) -> bool:
        """As the task that waits for it is cancelled. False when something else became of it before."""
        cancelled = super().cancel(msg)
        if cancelled:
            del self._queue[self]
        return cancelled


class Admission:
    """Slots of one process for one event loop; see the module for who gets one."""

    def __init__(self, limits: AdmissionLimits | None = None) -> None:
        self.limits = limits or AdmissionLimits()
        self._running: dict[Priority, int] = dict.fromkeys(_PRIORITIES, 0)
        self._queues: dict[Priority, OrderedDict[_Place, None]] = {name: OrderedDict() for name in _PRIORITIES}
        self._durations: deque[float] = deque(maxlen=_REMEMBERED)

    @property
    def running(self) -> int:
        """Slots that are taken."""
        return sum(self._running.values())

    @property
    def waiting(self) -> int:
        """Entries that wait for a slot."""
        return sum(map(len, self._queues.values()))

    @property
    def load(self) -> float:
        """The share of the slots that is taken, 0 to 1."""
        return self.running / self.limits.slots

    def slot(self, priority: Priority = "normal", longest_wait_s: float | None = None) -> Slot:
        """A slot to be held; entering waits for it, and gives the seconds that took.

        `longest_wait_s` replaces the limits' for this entry. Raises `ParameterError` for a priority that there is not,
        or a wait that is none; on entering, `OverloadedError` when the queue is full or the wait too long, with an
        estimate of when to come back.
        """
        if priority not in _PRIORITIES:
            raise ParameterError("priority", f"must be one of {', '.join(_PRIORITIES)}, not {priority!r}")
        limit_s = self.limits.longest_wait_s if longest_wait_s is None else longest_wait_s
        if not _is_duration(limit_s):
            raise ParameterError("longest_wait_s", f"must be 0 seconds or more, not {limit_s!r}")
        return Slot(self, priority, limit_s)

    async def enter(self, priority: Priority, longest_wait_s: float, arrived: float | None = None) -> None:
        """Take a slot, as `slot` does; whoever enters leaves.

        `arrived`, by the event loop's clock, is of one that stood aside: it is refused for being late, never because
        the queue is full.
        """
        if self._open_to(priority):
            # Then nobody of this class or above waits, for slots are handed out as they come free.
            self._running[priority] += 1
            return
        full = arrived is None and self.waiting >= self.limits.waiting
        if longest_wait_s > 0 and full and not (priority == "high" and self._displace()):
            raise self._overloaded(priority, f"{self.waiting} calls wait already for {self.limits.slots} slots")
        outcome = await self._wait(priority, longest_wait_s, arrived) if longest_wait_s > 0 else "late"
        if outcome == "late":
            why = f"none of {self.limits.slots} slots was free for it within {longest_wait_s:g} s"
            raise self._overloaded(priority, why, "made" if arrived is None else "tried again")
        if outcome == "displaced":
            why = "the queue is full and a call of high priority came"
            raise self._overloaded(priority, why, "made" if arrived is None else "tried again")

    def leave(self, priority: Priority, held_s: float | None = None) -> None:
        """Give back a slot, which one call held for so many seconds in all; None: the call will be back."""
        if held_s is not None:
            self._durations.append(held_s)
        self._running[priority] -= 1
        following = self._next()  # one at most, since whoever waits needs just this slot
        if following is not None:
            self._running[following] += 1
            self._oldest(following).leave("given")

    async def _wait(self, priority: Priority, longest_wait_s: float, arrived: float | None) -> _Outcome:
        loop = asyncio.get_running_loop()
        place = _Place(self._queues[priority], loop.time() if arrived is None else arrived)
        # Infinity is no time that a loop can set a timer for.
        timer = loop.call_later(longest_wait_s, _expire, place) if math.isfinite(longest_wait_s) else None
        try:
            return await place
        except BaseException:
            # Cancelled: most often it was waiting, and leaves; but it may have got its slot in this very moment.
            if not place.cancel() and not place.cancelled() and place.result() == "given":
                self.leave(priority)
            raise
        finally:
            if timer is not None:
                timer.cancel()

    def _next(self) -> Priority | None:
        """Whose turn it is, of those that wait and may have a slot."""
        ready = [name for name in _PRIORITIES if self._queues[name] and self._open_to(name)]
        if "high" in ready or len(ready) < 2:
            return ready[0] if ready else None
        aged_at = self._oldest("low").arrived + self.limits.ageing_s
        return "low" if aged_at <= self._oldest("normal").arrived else "normal"

    def _open_to(self, priority: Priority) -> bool:
        """Is there a free slot that this class may take?"""
        limits, running = self.limits, self._running
        not_high = running["normal"] + running["low"]
        return (
            not_high + running["high"] < limits.slots
            and (priority == "high" or not_high < limits.slots - limits.reserved_high)
            and (priority != "low" or running["low"] < limits.slots - limits.reserved_high - limits.reserved_normal)
        )

    def _oldest(self, priority: Priority) -> _Place:
        return next(iter(self._queues[priority]))

    def _displace(self) -> bool:
        """Refuse the newest entry of the lowest class to make room for one of high priority."""
        for name in ("low", "normal"):
            if queue := self._queues[name]:
                next(reversed(queue)).leave("displaced")
                return True
        return False

    def _overloaded(self, priority: Priority, why: str, what: str = "made") -> OverloadedError:
        wait_s = self._estimate_s(priority)
        return OverloadedError(f"the call was not {what}: {why}; try again in about {wait_s:.0f} s", wait_s)

    def _estimate_s(self, priority: Priority) -> float:
        """Seconds until the slots will have served those that wait now, of this class and above, and one more.

        All slots together complete `slots / mean duration` calls a second while there is a queue (Little's law); idle
        times between, which a count of completions would see as slowness, do not enter.
        """
        if not self._durations:
            return min(max(self.limits.longest_wait_s, _SOONEST_S), _LATEST_S)
        ahead = sum(len(self._queues[name]) for name in _PRIORITIES[: _PRIORITIES.index(priority) + 1])
        rate = self.limits.slots * len(self._durations) / max(sum(self._durations), 1e-9)
        return min(max((ahead + 1) / rate, _SOONEST_S), _LATEST_S)


class Slot:
    """One slot, while it is waited for and held. `Admission.slot` makes it."""

    def __init__(self, admission: Admission, priority: Priority, longest_wait_s: float) -> None:
        self._admission = admission
        self._priority = priority
        self._longest_wait_s = longest_wait_s
        self._arrived = 0.0
        self._given = 0.0
        self._held_s = 0.0
        self._aside = False

    async def __aenter__(self) -> float:
        loop = asyncio.get_running_loop()
        self._arrived = loop.time()
        await self._admission.enter(self._priority, self._longest_wait_s)
        self._given = loop.time()
        return self._given - self._arrived

    async def stand_aside(self, seconds: float, until: float = math.inf) -> float:
        """Let others have the slot for so long, and take one again; the seconds that this took beyond `seconds`.

        `until`, by the event loop's clock, ends the second wait if it comes before the slot's own limit. Raises
        `OverloadedError` when there is no slot in time.
        """
        if seconds <= 0:
            return 0.0
        loop = asyncio.get_running_loop()
        self._held_s += loop.time() - self._given
        self._aside = True
        self._admission.leave(self._priority)
        await asyncio.sleep(seconds)
        back = loop.time()
        longest_wait_s = max(0.0, min(self._longest_wait_s, until - back))
        await self._admission.enter(self._priority, longest_wait_s, self._arrived)
        self._aside, self._given = False, loop.time()
        return self._given - back

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._aside:  # else it left while it held nothing
            held_s = self._held_s + asyncio.get_running_loop().time() - self._given
            self._admission.leave(self._priority, held_s)


def _expire(place: _Place) -> None:
    if not place.done():
        place.leave("late")


def _is_duration(seconds: object) -> bool:
    return isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds >= 0
