"""The moments of a turn that the ledger begins and ends with."""

from __future__ import annotations

from typing import Any

from pipeline.errors import PipelineError
from pipeline.events import Answer, Audio, Speech, Transcript
from pipeline.timeline import Clock, Kind, Step, TurnRecord, Worker


class Milestones:
    """Notes, while a turn runs, where its ledger will begin and end."""

    def __init__(self, clock: Clock, record: TurnRecord) -> None:
        self._clock = clock
        self._record = record
        self._audible = False
        self._play_head: int | None = None
        self._last: dict[str, tuple[int, Worker]] = {}

    def input_sent(self, event: Any, ready: int, *, overrun: bool) -> None:
        """The source handed `event` over at `ready` (nanoseconds), and it has just been accepted.

        `overrun` says that a live source had to wait for that.
        """
        if self._clock.frozen:
            return
        track = self._record.track
        stamp = ready - track.held
        held = self._clock.now() - ready
        if held > 0:
            track.held += held
            track.overruns += overrun
        track.last_input = stamp
        if type(event) is Audio:
            track.sample_rate = event.sample_rate
            track.ends.append((track.ends[-1] if track.ends else 0) + len(event.samples))
            track.stamps.append(stamp)

    def emitted(self, event: Any, worker: Worker) -> None:
        """A stage has emitted `event`."""
        if self._clock.frozen:
            return
        now = worker.pause()
        worker.first_output = now if worker.first_output is None else worker.first_output
        self._last["event"] = (now, worker)
        if type(event) is Answer:
            self._last["answer"] = (now, worker)
        elif type(event) is Transcript and event.speech_end is not None:
            self._record.speech_end = event.speech_end
        elif type(event) is Speech and not self._audible:
            self._speech(event, now, worker)

    def worker_ended(self, worker: Worker) -> None:
        """A stage has ended."""
        if not self._clock.frozen:
            self._last["end"] = (self._clock.now(), worker)

    def broken(self, outcome: str, worker: Worker | None) -> None:
        """The turn failed in `worker`, or was cancelled; nothing is stamped after this."""
        if self._clock.frozen:
            return
        now = self._clock.now()
        for each in self._record.workers.values():
            each.stop()
        self._record.outcome = outcome
        if not self._audible:
            self._record.end = now
            self._record.ended_by = None if worker is None else worker.number
        self.over()
        self._clock.frozen = True

    def over(self) -> None:
        """All tasks of the turn have ended."""
        if self._record.finished is None:
            self._record.finished = self._clock.now()

    def settled(self) -> TurnRecord:
        """The record with its end filled in: where nothing was heard and nothing broke, that is the last answer,
        else the last event, else the end of the last stage.
        """
        record = self._record
        if record.end is None:
            if record.finished is None:
                raise PipelineError("the ledger closes with the first audible reply or with the turn; wait for either")
            moments = (self._last[name] for name in ("answer", "event", "end") if name in self._last)
            moment = next(moments, None)
            record.end = record.finished if moment is None else moment[0]
            record.ended_by = None if moment is None else moment[1].number
        return record

    def _speech(self, event: Speech, now: int, worker: Worker) -> None:
        head = now if self._play_head is None else max(now, self._play_head)
        silence = event.leading_silence_s
        if silence is None:
            self._play_head = head + round(event.seconds * 1e9)
            return
        self._audible = True
        self._record.end, self._record.ended_by = now, worker.number
        self._record.playback = head - now + round(silence * 1e9) + self._record.output_latency
        worker.add(Step(Kind.OUT, now, now))
