"""The latency ledger: from what every worker did to lines that add up to the silence the user heard.

The ledger walks back from the first audible sample to the user's last spoken one. At each moment it asks what the
worker at hand did just before: if it ran, the time is its own; if it waited for an input, the walk goes on at the
sender; if a full inbox held it, at the consumer that freed the place. So every nanosecond belongs to one line, and what
no worker can be charged with (waking a task up) is shown as `unattributed`. A run is on the path exactly when making
it shorter would have made the first audible sample come sooner (see tests/pipeline/test_latency_properties.py).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.timeline import CALLER, Kind, Step, TurnRecord, Worker

UNATTRIBUTED = "unattributed"
HAND_OFF = "hand-off"
PLAYBACK = "playback"
ENDPOINT = "endpoint"
INPUT = "input"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the critical path."""

    worker: int
    """The worker whose time it is, by its number in the record."""
    line: str
    start: int
    """Nanoseconds."""
    end: int
    """Nanoseconds."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One named interval of the time to first audio."""

    name: str
    stage: str
    """The worker that spent it, or an empty string."""
    ns: int

    @property
    def ms(self) -> float:
        """Milliseconds."""
        return self.ns / 1e6


@dataclass(frozen=True, slots=True)
class StageAccount:
    """What one stage did over the whole turn, in nanoseconds."""

    name: str
    path_ns: int
    """Added to the time to first audio: what it ran on the critical path."""
    parallel_ns: int
    """Ran after t0, beside the path."""
    overlapped_ns: int
    """Ran before t0, while the user was still speaking."""
    waiting_ns: int
    """Waited for input."""
    blocked_ns: int
    """Was held by a full inbox."""
    first_output_ns: int | None
    """From t0 to its first event; None when it made none."""

    @property
    def busy_ns(self) -> int:
        """All it ran."""
        return self.path_ns + self.parallel_ns + self.overlapped_ns


@dataclass(frozen=True, slots=True)
class LatencyLedger:
    """Where the time between the user's last spoken sample (t0) and the first audible reply went."""

    outcome: str
    """`answered`, `failed` or `cancelled`."""
    total_ns: int
    """The sum of the lines."""
    lines: tuple[LedgerLine, ...]
    """In the order in which they began; `unattributed` last, always there."""
    stages: tuple[StageAccount, ...]
    path: tuple[Piece, ...] = field(repr=False)
    """The critical path, oldest piece first."""
    t0: int = 0
    """Nanoseconds on the loop's clock."""
    cold_start_ns: int = 0
    """Loading models, first inference, connection, token: an account of its own, not part of the total."""
    record: TurnRecord = field(default_factory=lambda: TurnRecord(started=0), repr=False, compare=False)

    @classmethod
    def of(cls, record: TurnRecord) -> LatencyLedger:
        """The ledger of a settled record."""
        t0 = _begin(record)
        end = record.end if record.end is not None else t0
        path = tuple(reversed(list(_walk(record, t0, end))))
        playback = record.playback if end >= t0 else max(0, end + record.playback - t0)
        return cls(
            outcome=record.outcome,
            total_ns=max(0, end + record.playback - t0),
            lines=tuple(_lines(record, path, playback)),
            stages=tuple(_accounts(record, path, t0)),
            path=path,
            t0=t0,
            record=record,
        )

    @property
    def total_ms(self) -> float:
        """Milliseconds from the user's last spoken sample to the first audible sample of the reply."""
        return self.total_ns / 1e6

    @property
    def unattributed_ms(self) -> float:
        """Milliseconds that belong to no worker."""
        return next(line.ms for line in self.lines if line.name == UNATTRIBUTED)

    @property
    def overlapped_ms(self) -> float:
        """Milliseconds of work that the stages had done before t0."""
        return sum(stage.overlapped_ns for stage in self.stages) / 1e6

    @property
    def cold_start_ms(self) -> float:
        """Milliseconds of loading and connecting before the turn."""
        return self.cold_start_ns / 1e6

    def with_cold_start(self, cold_start_ns: int) -> LatencyLedger:
        """A copy that carries the cold start beside the total."""
        return replace(self, cold_start_ns=cold_start_ns)

    def to_json(self) -> dict[str, Any]:
        """A JSON object: milliseconds throughout."""
        return {
            "outcome": self.outcome,
            "total_ms": self.total_ms,
            "unattributed_ms": self.unattributed_ms,
            "lines": [{"name": line.name, "ms": line.ms} for line in self.lines],
            "path": [
                {
                    "name": piece.line,
                    "stage": _stage_name(self.record, piece.worker),
                    "start_ms": (piece.start - self.t0) / 1e6,
                    "ms": (piece.end - piece.start) / 1e6,
                }
                for piece in self.path
            ],
            "overlapped_ms": self.overlapped_ms,
            "cold_start_ms": self.cold_start_ms,
            "stages": [
                {
                    "name": stage.name,
                    "added_ms": stage.path_ns / 1e6,
                    "busy_ms": stage.busy_ns / 1e6,
                    "parallel_ms": stage.parallel_ns / 1e6,
                    "overlapped_ms": stage.overlapped_ns / 1e6,
                    "waiting_ms": stage.waiting_ns / 1e6,
                    "blocked_ms": stage.blocked_ns / 1e6,
                    "first_output_ms": None if stage.first_output_ns is None else stage.first_output_ns / 1e6,
                }
                for stage in self.stages
            ],
        }


def _begin(record: TurnRecord) -> int:
    """t0: the user's last spoken sample; without speech, the last input. Not before the turn began."""
    track = record.track
    if record.speech_end is not None and track.ends:
        chunk = min(bisect_left(track.ends, record.speech_end), len(track.ends) - 1)
        remainder = (track.ends[chunk] - record.speech_end) * 1_000_000_000 // track.sample_rate
        return max(record.started, track.stamps[chunk] - max(0, remainder))
    return max(record.started, record.started if track.last_input is None else track.last_input)


def _walk(record: TurnRecord, t0: int, end: int) -> Iterable[Piece]:
    """The critical path, newest piece first."""
    number = record.ended_by if record.ended_by is not None else _latest_live(record, end)
    moment = end
    source_line = ENDPOINT if record.speech_end is not None else INPUT
    while moment > t0:
        worker = record.workers[number]
        step = _step_before(worker, moment)
        if step is None:
            number, piece = _without_step(record, worker, t0, moment, source_line)
            if piece.end > piece.start:
                yield piece
            moment = piece.start
            continue
        if step.kind in (Kind.RUN, Kind.TIMEOUT) or step.peer == CALLER:
            line = HAND_OFF if step.peer == CALLER and step.kind is Kind.PUT else step.line
            line = source_line if number == record.source and line != HAND_OFF else line
            begin = step.start
        else:
            begin, line = max(step.start, min(step.at, moment)), UNATTRIBUTED
            worker = record.workers[number]
            number = _live_sender(record, worker, moment) if step.peer == number else step.peer
        if moment > begin:
            yield Piece(worker.number, line, max(t0, begin), moment)
        moment = begin


def _step_before(worker: Worker, moment: int) -> Step | None:
    """The step of positive length that covers the time just before `moment`."""
    place = bisect_left(worker.steps, moment, key=lambda step: step.end)
    if place < len(worker.steps) and worker.steps[place].start < moment:
        return worker.steps[place]
    return None


def _without_step(record: TurnRecord, worker: Worker, t0: int, moment: int, source_line: str) -> tuple[int, Piece]:
    """Where the timeline says nothing: before the worker's start, in what was folded, or in a gap after a step."""
    earlier = [step.end for step in worker.steps if step.end < moment]
    if earlier:
        return worker.number, Piece(worker.number, UNATTRIBUTED, max(t0, earlier[-1]), moment)
    if worker.folded.end:
        return worker.number, Piece(worker.number, worker.name, t0, moment)
    if worker.spawner is not None and moment > t0:
        begin = min(worker.start, moment)
        return worker.spawner, Piece(worker.number, UNATTRIBUTED, max(t0, begin), moment)
    return record.source, Piece(record.source, source_line, t0, moment)


def _latest_live(record: TurnRecord, moment: int) -> int:
    """Of the workers still alive at `moment`, the latest in the chain."""
    live = [worker for worker in record.workers.values() if worker.end is None or worker.end >= moment]
    return max(live or record.workers.values(), key=lambda worker: (worker.position, -worker.number)).number


def _live_sender(record: TurnRecord, waiting: Worker, moment: int) -> int:
    """Who kept a worker waiting whose wait the turn broke off: a job of its own, else the latest producer alive."""
    jobs = [job for job in record.workers.values() if job.spawner == waiting.number and job.end is None]
    if jobs:
        return jobs[0].number
    inbox = record.inboxes.get(waiting.number)
    live = [
        record.workers[number]
        for number in (inbox.producers if inbox else ())
        if record.workers[number].end is None or (record.workers[number].end or 0) >= moment
    ]
    return max(live, key=lambda worker: worker.position).number if live else record.source


def _lines(record: TurnRecord, path: tuple[Piece, ...], playback: int) -> Iterable[LedgerLine]:
    sums: dict[str, int] = {}
    owners: dict[str, str] = {}
    for piece in path:
        sums[piece.line] = sums.get(piece.line, 0) + piece.end - piece.start
        owners.setdefault(piece.line, _stage_name(record, piece.worker))
    rest = sums.pop(UNATTRIBUTED, 0)
    for name, ns in sums.items():
        yield LedgerLine(name, owners[name], ns)
    if playback:
        yield LedgerLine(PLAYBACK, "", playback)
    yield LedgerLine(UNATTRIBUTED, "", rest)


def _stage_name(record: TurnRecord, number: int) -> str:
    worker = record.workers[number]
    return worker.name if worker.spawner is None else record.workers[worker.spawner].name


def _accounts(record: TurnRecord, path: tuple[Piece, ...], t0: int) -> Iterable[StageAccount]:
    for stage in record.workers.values():
        if stage.spawner is not None or stage.number == record.source:
            continue
        crew = {stage.number} | {job.number for job in record.workers.values() if job.spawner == stage.number}
        added = sum(p.end - p.start for p in path if p.worker in crew and p.line not in (UNATTRIBUTED, HAND_OFF))
        busy = overlapped = 0
        for member in crew:
            ran, before = _running(record.workers[member], t0)
            busy, overlapped = busy + ran, overlapped + before
        yield StageAccount(
            name=stage.name,
            path_ns=added,
            parallel_ns=busy - overlapped - added,
            overlapped_ns=overlapped,
            waiting_ns=_spent(stage, Kind.TAKE, Kind.CLOSED) + stage.folded.waiting,
            blocked_ns=_spent(stage, Kind.PUT) + stage.folded.held,
            first_output_ns=None if stage.first_output is None else stage.first_output - t0,
        )


def _running(worker: Worker, t0: int) -> tuple[int, int]:
    """All it ran, and what of that lay before t0."""
    runs = [step for step in worker.steps if step.kind in (Kind.RUN, Kind.TIMEOUT)]
    total = sum(step.end - step.start for step in runs) + worker.folded.running
    before = sum(max(0, min(step.end, t0) - step.start) for step in runs)
    return total, before + (worker.folded.running if worker.folded.end <= t0 else 0)


def _spent(worker: Worker, *kinds: Kind) -> int:
    return sum(step.end - step.start for step in worker.steps if step.kind in kinds)
