"""What each worker of a turn did, and when: the raw record from which the ledger is drawn.

A worker is the source, a stage, or a job that a stage spawned. Its timeline is a list of steps that follow each other
without gaps: it ran, waited for an input, or was held by a full inbox. Times are integer nanoseconds of the event
loop's clock. Only the runner and its links write here; nothing is written after the turn failed or was cancelled.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

CALLER = -1
"""Stands for the caller of the turn where a worker's number is expected."""

MOST_STEPS = 40_000
"""A timeline longer than this folds its older half: an hour of 20 ms chunks is 180,000 takes."""


class Kind(Enum):
    """What a step was."""

    RUN = auto()
    TAKE = auto()
    """An item was taken from the own inbox, after waiting or at once."""
    CLOSED = auto()
    """A wait that ended because the inbox closed."""
    TIMEOUT = auto()
    """A wait that ended by its own limit."""
    PUT = auto()
    """An item was put into another's inbox, after having been held or at once."""
    SPAWN = auto()
    END_INPUT = auto()
    """The stage closed the turn's input."""
    OUT = auto()
    """The first audible piece of the reply left for the caller."""


@dataclass(slots=True)
class Step:
    """One stretch of a worker's time, or an instant."""

    kind: Kind
    start: int
    """Nanoseconds."""
    end: int
    """Nanoseconds."""
    line: str = ""
    """RUN and TIMEOUT: the ledger line that the time belongs to."""
    peer: int = CALLER
    """TAKE and CLOSED: who sent or closed, or the worker itself where the turn broke off its wait.
    PUT: whose inbox. SPAWN: the job."""
    at: int = 0
    """TAKE and CLOSED: when it was sent or closed. PUT: when the place was freed."""
    item: int = -1
    """TAKE and PUT: the item's number in the inbox, in the order of putting."""


@dataclass(slots=True)
class Folded:
    """The sum of the steps that a long timeline no longer holds."""

    end: int = 0
    """Nanoseconds; 0 when nothing was folded."""
    running: int = 0
    waiting: int = 0
    held: int = 0


class Worker:
    """The timeline of one worker, and its place in the chain."""

    __slots__ = (
        "_clock", "_since", "end", "first_output", "folded", "line", "name", "number", "position", "spawner",
        "start", "steps", "under_way",
    )  # fmt: skip

    def __init__(self, clock: Clock, name: str, number: int, position: int, spawner: int | None = None) -> None:
        self._clock = clock
        self.name = name
        self.number = number
        """Its key in the record."""
        self.position = position
        """Place in the chain: -1 for the source, then the stages; a job stands where its spawner stands."""
        self.spawner = spawner
        """The worker that spawned it, for a job."""
        self.line = name
        """The ledger line that the present run belongs to."""
        self.start = clock.now()
        self.end: int | None = None
        self.first_output: int | None = None
        self.steps: list[Step] = []
        self.folded = Folded()
        self.under_way: Step | None = None
        """The wait or hold that has not ended yet."""
        self._since = self.start

    def mark(self, line: str) -> None:
        """From now on its runs belong to `line`."""
        self.pause()
        self.line = line

    def report(self, line: str, duration: int) -> None:
        """The last `duration` nanoseconds of the run under way belong to `line`."""
        if self._clock.frozen:
            return
        now = self._clock.now()
        split = max(self._since, now - max(0, duration))
        self._run(self._since, split, self.line)
        self._run(split, now, line)
        self._since = now

    def pause(self) -> int:
        """The run under way ends now; returns now in nanoseconds."""
        now = self._clock.now()
        if not self._clock.frozen:
            self._run(self._since, now, self.line)
            self._since = now
        return now

    def add(self, step: Step) -> None:
        """Append what happened since the last pause; running begins again at its end."""
        if self._clock.frozen:
            return
        self.steps.append(step)
        self._since = step.end
        if len(self.steps) > MOST_STEPS:
            self._fold()

    def begin(self, step: Step) -> None:
        """From now on it waits or is held; `step` says for whom."""
        self.under_way = step

    def conclude(self, step: Step | None = None) -> None:
        """The wait or hold is over; `step` replaces what was said at its beginning."""
        under_way, self.under_way = self.under_way, None
        step = step or under_way
        if step is None or under_way is None:
            return
        step.end = self._clock.now()
        step.at = step.at or step.end
        self.add(step)

    def finish(self) -> None:
        """The worker has ended."""
        if self.end is None and not self._clock.frozen:
            self.stop()
            self.end = self._since

    def stop(self) -> None:
        """Close what is under way: the worker has ended, or the clock is about to freeze."""
        if self.end is None:
            self.conclude()
            self.pause()

    def _run(self, start: int, end: int, line: str) -> None:
        if end <= start:
            return
        last = self.steps[-1] if self.steps else None
        if last is not None and last.kind is Kind.RUN and last.line == line and last.end == start:
            last.end = end
        else:
            self.steps.append(Step(Kind.RUN, start, end, line))

    def _fold(self) -> None:
        old, self.steps = self.steps[: MOST_STEPS // 2], self.steps[MOST_STEPS // 2 :]
        for step in old:
            span = step.end - step.start
            if step.kind in (Kind.RUN, Kind.TIMEOUT):
                self.folded.running += span
            elif step.kind is Kind.PUT:
                self.folded.held += span
            else:
                self.folded.waiting += span
        self.folded.end = old[-1].end


class Clock:
    """The loop's time in integer nanoseconds, and the moment after which nothing is stamped any more."""

    __slots__ = ("_time", "frozen")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._time: Callable[[], float] = loop.time
        self.frozen = False

    def now(self) -> int:
        """Nanoseconds on the loop's clock."""
        return round(self._time() * 1e9)


@dataclass(slots=True)
class InboxRecord:
    """What a what-if needs to know of an inbox."""

    limits: tuple[int, int]
    """How much fits: nanoseconds of audio, number of other events."""
    sizes: list[tuple[int, int]] = field(default_factory=list)
    """For each item in the order of putting: which limit it counts against (or -1), and how much."""
    producers: tuple[int, ...] = ()
    """The workers that feed it."""
    closed_by: int | None = None
    """The stage that ended the input, where that closed it."""


@dataclass(slots=True)
class SourceTrack:
    """When which sample of the user's audio was sent."""

    ends: array[int] = field(default_factory=lambda: array("q"))
    """Position after each chunk's last sample, counted from the turn's first sample."""
    stamps: array[int] = field(default_factory=lambda: array("q"))
    """When each chunk was handed over, less the time the source had been held until then; nanoseconds."""
    sample_rate: int = 16_000
    last_input: int | None = None
    """When the last input of any kind was handed over, less the time held; nanoseconds."""
    held: int = 0
    """Nanoseconds for which full inboxes held the source."""
    overruns: int = 0
    """How often a live source was held."""


@dataclass(slots=True)
class TurnRecord:
    """Everything the ledger is made of."""

    started: int
    """Nanoseconds; the turn's first moment."""
    workers: dict[int, Worker] = field(default_factory=dict)
    inboxes: dict[int, InboxRecord] = field(default_factory=dict)
    """By the number of the stage that owns it."""
    source: int = 0
    """The source's number."""
    track: SourceTrack = field(default_factory=SourceTrack)
    speech_end: int | None = None
    """The sample at which the user stopped speaking, as the recogniser said."""
    outcome: str = "answered"
    """`answered`, `failed` or `cancelled`."""
    ended_by: int | None = None
    """The worker at whose moment the ledger ends."""
    end: int | None = None
    """That moment; nanoseconds."""
    playback: int = 0
    """Nanoseconds from that moment to the first audible sample."""
    output_latency: int = 0
    """Nanoseconds from handing a sample to the loudspeaker until it is heard; part of `playback`."""
    finished: int | None = None
    """When the whole turn was over."""
