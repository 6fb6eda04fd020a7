"""An independent brute-force simulation of scripted pipelines: plain Python, integer time, no asyncio, no ledger.

It answers two questions about a scenario: when does it end, and when did which worker run. What a run added to the
latency is found by force: the scenario is simulated again with that one run a nanosecond shorter.

Longer than 400 lines because the second opinion on the engine must be readable in one piece.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import PipelineError
from pipeline.events import Answer, Audio, Speech, Transcript
from pipeline.links import Limits
from pipeline.stage import JobDone
from pipeline.testing import Emit, EndInput, Fail, FakeStage, Pause, Spawn, Stop, Work

SOURCE = -1
Process = Generator[Any, Any, None]


@dataclass
class Scenario:
    """A scripted pipeline and what is fed to it."""

    stages: list[FakeStage]
    items: list[tuple[int, Any]]
    """Pause in nanoseconds before each input, and the input."""
    inputs: tuple[type, ...]
    limits: Limits = field(default_factory=Limits)
    cancel_at: int | None = None
    """Nanoseconds."""


@dataclass
class Run:
    """One uninterrupted stretch of work, or a pause that ended by its own limit."""

    number: tuple[int, int, int]
    """Whose it is, which of its jobs (or -1), and the how manieth: the same however long other runs take."""
    worker: int
    line: str
    start: int
    end: int


@dataclass
class Outcome:
    """What the simulation saw; times in nanoseconds."""

    outcome: str = "answered"
    end: int | None = None
    audible: bool = False
    playback: int = 0
    runs: list[Run] = field(default_factory=list)
    speech_end: int | None = None
    chunks: list[tuple[int, int, int]] = field(default_factory=list)
    """For each audio chunk: first sample, past-the-last sample, when the source had it ready less the time held."""
    last_input: int | None = None
    last_answer: int | None = None
    last_event: int | None = None
    last_end: int = 0
    finished: int = 0
    tied: bool = False
    """Two workers sent to one inbox at the same instant: which came first is nobody's to say."""
    takes: list[tuple[int, str]] = field(default_factory=list)
    """Which stage took what, in the order of taking; a pause that ran out is a take of nothing."""


class Box:
    """An inbox."""

    def __init__(self, owner: int, limits: Limits) -> None:
        self.owner = owner
        self.limits = (round(limits.audio_s * 1e9), limits.items)
        self.queue: list[Any] = []
        self.held: list[tuple[Any, Callable[[], None], int]] = []
        self.producers: set[int] = set()
        self.jobs = 0
        self.dead = False
        self.waiter: Callable[[], None] | None = None
        self.last_put = (-1, SOURCE)

    def closed(self) -> bool:
        return self.dead or not (self.queue or self.held or self.producers or self.jobs)

    def fits(self, item: Any) -> bool:
        if type(item) is JobDone:
            return True
        audio = type(item) is Audio
        waiting = [size(i) for i in self.queue if type(i) is not JobDone and (type(i) is Audio) == audio]
        limit = self.limits[0] if audio else self.limits[1]
        return not sum(waiting) or sum(waiting) + size(item) <= limit

    def push(self, item: Any) -> None:
        self.queue.append(item)
        self.wake()

    def wake(self) -> None:
        if self.waiter is not None and (self.queue or self.closed()):
            waiter, self.waiter = self.waiter, None
            waiter()


def size(item: Any) -> int:
    return len(item.samples) * 1_000_000_000 // item.sample_rate if type(item) is Audio else 1


class Broken(Exception):
    """The turn failed or was cancelled."""


class Simulation:
    """One simulation of a scenario, with run number `shortened` a nanosecond (or `by`) shorter."""

    def __init__(self, scenario: Scenario, shortened: dict[tuple[int, int, int], int] | None = None) -> None:
        self.scenario = scenario
        self.shortened = shortened or {}
        self.now = 0
        self.heap: list[tuple[int, int, Callable[[], None]]] = []
        self.order = 0
        self.result = Outcome()
        self.counts: dict[tuple[int, int], int] = {}
        self.jobs_begun: dict[int, int] = {}
        self.boxes = [Box(i, scenario.limits) for i in range(len(scenario.stages))]
        self.lines = {SOURCE: "source"} | {i: s.name for i, s in enumerate(scenario.stages)}
        self.alive: set[int] = {SOURCE, *range(len(scenario.stages))}
        self.input_over = False
        self.source_wait: int | None = None
        self.held_before = 0
        self.samples = 0
        self.play_head: int | None = None
        for producer in range(SOURCE, len(scenario.stages)):
            kinds = scenario.inputs if producer == SOURCE else scenario.stages[producer].emits
            for kind in kinds:
                taker = self.route(producer, kind)
                if taker is not None:
                    self.boxes[taker].producers.add(producer)

    def route(self, producer: int, kind: type) -> int | None:
        for place in range(producer + 1, len(self.scenario.stages)):
            if kind in self.scenario.stages[place].accepts:
                return place
        return None

    def at(self, when: int, action: Callable[[], None]) -> None:
        self.order += 1
        heapq.heappush(self.heap, (when, self.order, action))

    def simulate(self) -> Outcome:
        self.start(self.source(), SOURCE)
        for place in range(len(self.scenario.stages)):
            self.start(self.stage(place), place)
        try:
            while self.heap:
                when, _, action = heapq.heappop(self.heap)
                if self.scenario.cancel_at is not None and when > self.scenario.cancel_at:
                    self.now = self.scenario.cancel_at
                    self.result.outcome = "cancelled"
                    raise Broken
                self.now = when
                action()
                if not self.alive:
                    break
        except Broken:
            if not self.result.audible:
                self.result.end = self.now
        result = self.result
        result.finished = self.now
        if result.end is None:
            for moment in (result.last_answer, result.last_event, result.last_end):
                if moment is not None:
                    result.end = moment
                    break
        return result

    def start(self, process: Process, worker: int) -> None:
        self.at(self.now, lambda: self.resume(process, None))

    def resume(self, process: Process, value: Any) -> None:
        try:
            request = process.send(value)
        except StopIteration:
            return
        kind, *arguments = request
        getattr(self, f"do_{kind}")(process, *arguments)

    # -- what a process may ask for

    def next_number(self, worker: int, job: int = -1) -> tuple[int, int, int]:
        count = self.counts[worker, job] = self.counts.get((worker, job), -1) + 1
        return worker, job, count

    def do_work(self, process: Process, worker: int, ns: int, line: str, job: int = -1) -> None:
        number = self.next_number(worker, job)
        ns -= self.shortened.get(number, 0)
        self.result.runs.append(Run(number, worker, line, self.now, self.now + ns))
        if worker == SOURCE:
            self.source_wait = len(self.result.runs) - 1
        self.at(self.now + ns, lambda: self.resume(process, None))

    def do_take(self, process: Process, place: int, limit: int | None) -> None:
        box = self.boxes[place]
        if box.queue:
            self.at(self.now, lambda: self.resume(process, self.pop(box)))
            return
        if box.closed():
            self.at(self.now, lambda: self.resume(process, None))
            return
        number, start = (place, -1, -1), self.now
        if limit is not None:
            number = self.next_number(place)
            limit -= self.shortened.get(number, 0)
        state = {"done": False}

        def woken() -> None:
            if not state["done"]:
                state["done"] = True
                self.at(self.now, lambda: self.resume(process, self.pop(box) if box.queue else None))

        def expired() -> None:
            if not state["done"]:
                state["done"] = True
                box.waiter = None
                self.result.takes.append((place, "nothing"))
                self.result.runs.append(Run(number, place, self.lines[place], start, self.now))
                self.resume(process, None)

        box.waiter = woken
        if limit is not None:
            self.at(self.now + limit, expired)

    def do_put(self, process: Process, sender: int, place: int, item: Any) -> None:
        box = self.boxes[place]
        self.result.tied |= box.last_put[0] == self.now and box.last_put[1] != sender
        box.last_put = (self.now, sender)
        if box.dead:
            self.resume(process, None)
        elif not box.held and box.fits(item):
            box.push(item)
            self.resume(process, None)
        else:
            box.held.append((item, lambda: self.at(self.now, lambda: self.resume(process, None)), sender))

    def pop(self, box: Box) -> Any:
        item = box.queue.pop(0)
        self.result.takes.append((box.owner, repr(item) if type(item) is not Audio else "Audio"))
        while box.held and box.fits(box.held[0][0]):
            waiting, release, _ = box.held.pop(0)
            box.push(waiting)
            release()
        return item

    # -- the workers

    def source(self) -> Process:
        for ns, item in self.scenario.items:
            if ns > 0:
                yield ("work", SOURCE, ns, "source")
                self.source_wait = None
            if self.input_over:
                return
            taker = self.route(SOURCE, type(item))
            ready = self.now
            if taker is not None:
                yield ("put", SOURCE, taker, item)
            if SOURCE not in self.alive:
                return
            stamp = ready - self.held_before
            self.held_before += self.now - ready
            self.result.last_input = stamp
            if type(item) is Audio:
                self.result.chunks.append((self.samples, self.samples + len(item.samples), stamp))
                self.samples += len(item.samples)
        self.end_source()

    def end_source(self) -> None:
        self.input_over = True
        self.alive.discard(SOURCE)
        if self.source_wait is not None:
            run = self.result.runs[self.source_wait]
            run.end = min(run.end, self.now)
        for box in self.boxes:
            box.producers.discard(SOURCE)
            box.held = [held for held in box.held if held[2] != SOURCE]
            box.wake()

    def stage(self, place: int) -> Process:
        script = self.scenario.stages[place]
        pending: list[Any] = []
        taken = 0
        try:
            yield from self.follow(place, script.on_start, pending)
            while True:
                item = pending.pop(0) if pending else (yield ("take", place, None))
                if item is None:
                    break
                yield from self.follow(place, script._actions(item, taken), pending)
                taken += 1
            yield from self.follow(place, script.on_end, pending)
        except StopIteration:
            pass
        except StopScript:
            pass
        self.end_stage(place)

    def end_stage(self, place: int) -> None:
        self.alive.discard(place)
        self.result.last_end = self.now
        box = self.boxes[place]
        box.dead = True
        held, box.held = box.held, []
        for _, release, _ in held:
            release()
        for other in self.boxes:
            if place in other.producers:
                other.producers.discard(place)
                other.wake()
        takers = {self.route(SOURCE, kind) for kind in self.scenario.inputs} - {None}
        if not takers & self.alive and SOURCE in self.alive:
            self.end_source()

    def follow(self, place: int, actions: Any, pending: list[Any]) -> Process:  # noqa: C901 - one case an action
        for action in actions:
            match action:
                case Work(seconds, line):
                    if line is not None:
                        self.lines[place] = line
                    yield ("work", place, round(seconds * 1e9), self.lines[place])
                case Emit(event):
                    self.emitted(event)
                    taker = self.route(place, type(event))
                    if taker is not None:
                        yield ("put", place, taker, event)
                case Fail():
                    self.result.outcome = "failed"
                    raise Broken
                case Spawn(seconds, name):
                    self.boxes[place].jobs += 1
                    self.start(self.job(place, round(seconds * 1e9), name, self.lines[place]), place)
                case Pause(seconds):
                    item = yield ("take", place, round(seconds * 1e9))
                    if item is not None:
                        pending.append(item)
                case EndInput():
                    if not self.input_over:
                        self.end_source()
                case Stop():
                    raise StopScript

    def job(self, place: int, ns: int, name: str, line: str) -> Process:
        number = self.jobs_begun[place] = self.jobs_begun.get(place, -1) + 1
        yield ("work", place, ns, line, number)
        box = self.boxes[place]
        box.jobs -= 1
        if not box.dead:
            box.push(JobDone(name, None))

    def emitted(self, event: Any) -> None:
        result = self.result
        result.last_event = self.now
        if type(event) is Answer:
            result.last_answer = self.now
        if type(event) is Transcript and event.speech_end is not None:
            result.speech_end = event.speech_end
        if type(event) is Speech and not result.audible:
            head = self.now if self.play_head is None else max(self.now, self.play_head)
            silence = event.leading_silence_s
            if silence is None:
                self.play_head = head + round(event.seconds * 1e9)
            else:
                result.audible, result.end = True, self.now
                result.playback = head - self.now + round(silence * 1e9)


class StopScript(Exception):
    """A script came to its `Stop`."""


def begin_of(result: Outcome) -> int:
    """t0, found by looking at every sample's chunk."""
    if result.speech_end is not None and result.chunks:
        for first, past, stamp in result.chunks:
            if first < result.speech_end <= past:
                return max(0, stamp - (past - result.speech_end) * 1_000_000_000 // 16_000)
        return (
            max(0, result.chunks[-1][2])
            if result.speech_end > 0
            else max(0, result.chunks[0][2] - result.chunks[0][1] * 1_000_000_000 // 16_000)
        )
    return 0 if result.last_input is None else max(0, result.last_input)


def added_by(scenario: Scenario) -> tuple[Outcome, int, dict[str, int]]:
    """The outcome, t0, and the nanoseconds that each line added, each run judged by shortening it."""
    base = Simulation(scenario).simulate()
    begin = begin_of(base)
    end = base.end if base.end is not None else begin
    source_line = "endpoint" if base.speech_end is not None else "input"
    sums: dict[str, int] = {}
    for run in base.runs:
        inside = min(run.end, end) - max(run.start, begin)
        if inside <= 0:
            continue
        sooner = Simulation(scenario, {run.number: 1}).simulate().end
        if sooner == end - 1:
            line = source_line if run.worker == SOURCE else run.line
            sums[line] = sums.get(line, 0) + inside
    return base, begin, sums


__all__ = ["Outcome", "PipelineError", "Run", "Scenario", "Simulation", "added_by", "begin_of"]
