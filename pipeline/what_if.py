"""What if a stage had been faster: the recorded turn, replayed with some of its runs shortened.

The replay keeps every run, put, take and closing of the record, in the recorded order for each inbox, and computes when
each would have happened. That equals running the turn again as long as the order in which items are taken stays the
same; a speed-up that would change the order, or what a stage decides, is beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.latency import LatencyLedger
from pipeline.timeline import CALLER, MOST_STEPS, Kind, Step, TurnRecord, Worker


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The effect of a faster stage on the first audible reply."""

    stage: str
    faster_ns: int
    """By how much its time on the critical path was shortened."""
    sooner_ns: int
    """By how much first audio would have come sooner."""

    @property
    def sooner_ms(self) -> float:
        """Milliseconds by which first audio would have come sooner."""
        return self.sooner_ns / 1e6


def what_if(ledger: LatencyLedger, stage: str, faster_ms: float = 100.0) -> WhatIf | None:
    """How much sooner first audio would have come had `stage` spent `faster_ms` less on the critical path.

    The time is taken from its latest runs on the path first. None when no reply was heard, or when the turn was so
    long that its record was folded. Raises `KeyError` for a stage that the turn did not have.
    """
    record = ledger.record
    numbers = [worker.number for worker in record.workers.values() if worker.name == stage and worker.spawner is None]
    if not numbers:
        raise KeyError(f"the turn had no stage '{stage}'")
    crew = {numbers[0]} | {job.number for job in record.workers.values() if job.spawner == numbers[0]}
    audible = any(step.kind is Kind.OUT for worker in record.workers.values() for step in worker.steps)
    folded = any(worker.folded.end for worker in record.workers.values())
    if not audible or folded or any(len(box.sizes) >= MOST_STEPS for box in record.inboxes.values()):
        return None
    cuts: dict[tuple[int, int], int] = {}
    left = round(faster_ms * 1e6)
    for piece in reversed(ledger.path):
        if piece.worker in crew and left > 0:
            for place, step in enumerate(record.workers[piece.worker].steps):
                if step.kind in (Kind.RUN, Kind.TIMEOUT) and step.start < piece.end <= step.end:
                    cut = min(left, piece.end - piece.start)
                    cuts[piece.worker, place] = cuts.get((piece.worker, place), 0) + cut
                    left -= cut
    before, after = Replay(record, {}).first_audio(), Replay(record, cuts).first_audio()
    if before is None or after is None:
        return None
    return WhatIf(stage, round(faster_ms * 1e6) - left, before - after)


class Replay:
    """The record as a net of moments, each as early as its causes allow."""

    def __init__(self, record: TurnRecord, cuts: dict[tuple[int, int], int]) -> None:
        """`cuts` gives, by worker and place in its timeline, by how many nanoseconds a run is shortened."""
        self._record = record
        self._cuts = cuts
        self._puts: dict[tuple[int, int], int] = {}
        self._takes: dict[tuple[int, int], int] = {}
        self._ends: dict[int, int] = {}
        self._starts = {n: w.start for n, w in record.workers.items() if w.spawner is None}
        self._input_ended: int | None = None
        self._audio: int | None = None

    def first_audio(self) -> int | None:
        """When the first audible reply leaves, in nanoseconds; None when the replay cannot reach it."""
        waiting = {number: self._run(worker) for number, worker in self._record.workers.items()}
        moved = True
        while moved and self._audio is None:
            moved = False
            for number, process in list(waiting.items()):
                for progressed in process:
                    moved = moved or progressed
                    if not progressed:
                        break
                else:
                    del waiting[number]
                    moved = True
        return self._audio

    def _run(self, worker: Worker) -> Iterator[bool]:
        """Yields True for each step done, False when a cause is still unknown."""
        while worker.number not in self._starts:
            yield False
        now = self._starts[worker.number]
        for place, step in enumerate(worker.steps):
            while True:
                later = self._after(worker, place, step, now)
                if later is not None:
                    break
                yield False
            now = later
            yield True
        if worker.end is not None:
            self._ends[worker.number] = now

    def _after(self, worker: Worker, place: int, step: Step, now: int) -> int | None:
        """When `step` ends, if it begins at `now`; None while its causes are unknown."""
        match step.kind:
            case Kind.RUN | Kind.TIMEOUT:
                return now + step.end - step.start - self._cuts.get((worker.number, place), 0)
            case Kind.TAKE:
                sent = self._puts.get((worker.number, step.item))
                if sent is None:
                    return None
                wake = step.end - step.at if step.end > step.start else 0
                now = max(now, sent + wake)
                self._takes[worker.number, step.item] = now
            case Kind.CLOSED:
                closing = self._closing(worker, step)
                wake = step.end - step.at if step.end > step.start else 0
                return None if closing is None else max(now, closing + wake)
            case Kind.PUT if step.peer != CALLER and step.item >= 0:
                entered = self._enter(step, now)
                if entered is None:
                    return None
                self._puts[step.peer, step.item] = entered
                return entered + (step.end - step.at)
            case Kind.PUT:
                return self._released(worker, step, now)
            case Kind.END_INPUT:
                self._input_ended = now
            case Kind.SPAWN:
                self._starts[step.peer] = now
            case Kind.OUT:
                self._audio = now
        return now

    def _released(self, worker: Worker, put: Step, now: int) -> int | None:
        """When a put that never entered an inbox let its sender go on: the caller took, or the taker ended."""
        if put.end == put.start:
            return now
        if put.peer == CALLER or worker.number == self._record.source:
            return max(now, put.end)  # the caller's doing, or input that was no longer wanted: as it was
        ended = self._ends.get(put.peer)
        return None if ended is None else max(now, ended + put.end - put.at)

    def _enter(self, put: Step, now: int) -> int | None:
        """When an item enters its inbox: not before those put earlier, nor before the room for it was made."""
        box = self._record.inboxes[put.peer]
        account, size = box.sizes[put.item]
        if account < 0:
            return now
        if put.item:
            earlier = self._puts.get((put.peer, put.item - 1))
            if earlier is None:
                return None
            if put.end > put.start:
                now = max(now, earlier)
        room, item = box.limits[account] - size, put.item - 1
        while item >= 0:
            if box.sizes[item][0] == account:
                room -= box.sizes[item][1]
                if room < 0:
                    break
            item -= 1
        if item < 0:
            return now
        taken = self._takes.get((put.peer, item))
        return None if taken is None else max(now, taken)

    def _closing(self, worker: Worker, step: Step) -> int | None:
        if step.peer == worker.number:
            return step.end
        box = self._record.inboxes[worker.number]
        moments = []
        for number in box.producers:
            by_stage = number == self._record.source and box.closed_by is not None
            end = self._input_ended if by_stage else self._ends.get(number)
            if end is None:
                return None
            moments.append(end)
        return max(moments, default=step.at)
