"""Chaining stages into turns: one task group a turn, one pump task and one bounded inbox a stage.

    pipeline = Pipeline(asr, ocr, reasoner, sentences, tts, inputs=(Audio, Document, Question))
    async with pipeline.turn(context, source) as turn:
        async for event in turn:
            ...
    print(turn.ledger.total_ms)

Stages overlap, the inbox is the back-pressure, barge-in is cancellation, and the queues die with the turn, so that
stale audio cannot reach the next one. The source is pumped by the turn itself, so a caller cannot deadlock on it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Coroutine
from contextlib import aclosing
from functools import partial
from types import TracebackType
from typing import Any

from pipeline.context import ConversationContext
from pipeline.errors import ContractError, StageError
from pipeline.latency import LatencyLedger
from pipeline.links import Limits, Outbox, StageInbox
from pipeline.milestones import Milestones
from pipeline.stage import JobDone, Stage
from pipeline.timeline import Clock, Kind, Step, TurnRecord, Worker
from pipeline.wiring import SOURCE, Wiring


class Pipeline:
    """Stages in the order of the chain, and the types that the source may send. Reusable; holds no turn's state."""

    def __init__(
        self,
        *stages: Stage[Any],
        inputs: tuple[type, ...],
        limits: Limits | None = None,
    ) -> None:
        """Raises `WiringError` when a stage can be reached by nothing."""
        self.stages = stages
        self.wiring = Wiring(stages, inputs)
        self.limits = limits or Limits()

    def turn(self, context: ConversationContext, source: AsyncIterable[Any]) -> Turn:
        """A turn over `source`, an async iterable of inputs; enter it to begin. A source with a true `live`
        attribute is counted as overrun when a full inbox holds it.
        """
        return Turn(self, context, source)

    async def collect(self, source: AsyncIterable[Any], context: ConversationContext | None = None) -> list[Any]:
        """Every event of one turn over `source`, once it is over. Raises `StageError` as the turn does."""
        async with self.turn(context or ConversationContext(), source) as turn:
            return [event async for event in turn]


class Turn:
    """One run of the pipeline: an async context manager, and an async iterator over every event of the stages.

    Iterating raises `StageError` when a stage has failed, after all others have been closed.
    """

    def __init__(self, pipeline: Pipeline, context: ConversationContext, source: AsyncIterable[Any]) -> None:
        self.turn_id = uuid.uuid4().hex
        self.context = context
        self.heard_ms: float | None = None
        """How much of the reply the user had heard when the turn was cancelled."""
        self.output_latency_s = 0.0
        """What plays the reply makes it heard so much later; set it before entering. The ledger's `playback` has it."""
        self._pipeline = pipeline
        self._source = source
        self._failure: StageError | None = None
        self._closing = False
        self._input_over = False
        self._ended: set[int] = set()
        self._supervisor: asyncio.Task[None] | None = None

    # -- the caller's side

    async def __aenter__(self) -> Turn:
        self._clock = Clock(asyncio.get_running_loop())
        self._record = TurnRecord(started=self._clock.now(), output_latency=round(self.output_latency_s * 1e9))
        self._milestones = Milestones(self._clock, self._record)
        stages, wiring, limits = self._pipeline.stages, self._pipeline.wiring, self._pipeline.limits
        self._source_worker = self._new_worker("source", SOURCE)
        self._record.source = self._source_worker.number
        self._workers = [self._new_worker(stage.name, place) for place, stage in enumerate(stages)]
        self._inboxes = [StageInbox(worker, self._clock, limits) for worker in self._workers]
        self._outbox = Outbox(self._clock, limits)
        for place, inbox in enumerate(self._inboxes):
            self._record.inboxes[self._workers[place].number] = inbox.record
            for producer in wiring.producers_of(place):
                inbox.add_producer(self._source_worker if producer == SOURCE else self._workers[producer])
        self._supervisor = asyncio.create_task(self._supervise(), name=f"turn {self.turn_id}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.cancel()

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        event = await self._outbox.get()
        if event is not None:
            return event
        if self._supervisor is not None:
            await asyncio.wait({self._supervisor})
            if not self._supervisor.cancelled():
                self._supervisor.result()  # a SystemExit or KeyboardInterrupt out of a stage goes on to the caller
        if self._failure is not None:
            raise self._failure
        raise StopAsyncIteration

    async def cancel(self, heard_ms: float | None = None) -> None:
        """End the turn now: every stage is closed, and no event follows. Harmless when it has ended already.

        `heard_ms` says how much of the reply the user had heard; it is kept for whoever commits the answer.
        """
        if self._supervisor is None or self._supervisor.done():
            return
        self._closing = True
        self.heard_ms = heard_ms
        self._milestones.broken("cancelled", None)
        self._outbox.drop()
        self._supervisor.cancel()
        await asyncio.wait({self._supervisor})
        self._milestones.over()

    def end_input(self) -> None:
        """Close the input while the source runs on."""
        self.end_input_by(None)

    @property
    def ledger(self) -> LatencyLedger:
        """Where the time went. Raises `PipelineError` before the first audible reply or the end of the turn."""
        return LatencyLedger.of(self._milestones.settled())

    @property
    def record(self) -> TurnRecord:
        """The raw timelines behind the ledger."""
        return self._record

    # -- the turn's tasks

    async def _supervise(self) -> None:
        stages = self._pipeline.stages
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                self._source_task = group.create_task(self._pump_source(), name="source")
                self._source_task.add_done_callback(lambda _: self._source_ended(None))
                for place, stage in enumerate(stages):
                    task = group.create_task(self._pump(place, stage), name=stage.name)
                    task.add_done_callback(partial(self._stage_done, place))
        except* StageError:
            pass  # the first of them is kept by `_failed`; the others failed while being closed
        finally:
            self._closing = True
            self._milestones.over()
            self._outbox.close()

    async def _pump(self, place: int, stage: Stage[Any]) -> None:
        view = StageTurn(self, place, self._workers[place], self._inboxes[place])
        try:
            async with aclosing(_generator(stage, self._inboxes[place], view)) as events:
                async for event in events:
                    await self._route(place, stage, event)
        except Exception as error:
            raise self._failed(stage.name, self._workers[place], error) from error
        self._stage_ended(place)

    async def _pump_source(self) -> None:
        iterator: AsyncIterator[Any] | None = None
        try:
            iterator = aiter(self._source)
            async for event in iterator:
                await self._send_input(event)
        except asyncio.CancelledError:
            if self._closing:
                raise
        except Exception as error:
            raise self._failed("source", self._source_worker, error) from error
        finally:
            close = getattr(iterator, "aclose", None)
            if close is not None:
                await close()
        self._source_ended(None)

    async def _send_input(self, event: Any) -> None:
        kind = type(event)
        if kind not in self._pipeline.wiring.inputs:
            declared = ", ".join(known.__name__ for known in self._pipeline.wiring.inputs)
            raise ContractError(f"the source sent {kind.__name__}; this pipeline's inputs are {declared}")
        consumer = self._pipeline.wiring.consumer_of(SOURCE, kind)
        before = self._source_worker.pause()
        waited = consumer is not None and await self._inboxes[consumer].put(event, self._source_worker)
        self._milestones.input_sent(event, before, overrun=waited and bool(getattr(self._source, "live", False)))

    async def _route(self, place: int, stage: Stage[Any], event: Any) -> None:
        kind, worker = type(event), self._workers[place]
        if kind not in stage.emits:
            raise ContractError(
                f"stage '{stage.name}' emitted {kind.__name__}, which it does not declare; add it to its `emits`"
            )
        self._milestones.emitted(event, worker)
        consumer = self._pipeline.wiring.consumer_of(place, kind)
        await self._outbox.put(event, worker)
        if consumer is not None:
            await self._inboxes[consumer].put(event, worker)

    def spawn_job(self, coroutine: Coroutine[Any, Any, Any], name: str, place: int) -> None:
        """Run `coroutine` in the turn's group on behalf of the stage at `place`."""
        if self._closing:
            coroutine.close()
            raise asyncio.CancelledError("the turn is closing")
        spawner = self._workers[place]
        now = spawner.pause()
        job = self._new_worker(name, place, spawner.number)
        job.line = spawner.line
        spawner.add(Step(Kind.SPAWN, now, now, peer=job.number))
        self._inboxes[place].job_begins()
        self._group.create_task(self._run_job(coroutine, job, place), name=f"{spawner.name}: {name}")

    async def _run_job(self, coroutine: Coroutine[Any, Any, Any], job: Worker, place: int) -> None:
        stage = self._pipeline.stages[place]
        try:
            value = await coroutine
        except Exception as error:
            raise self._failed(stage.name, job, error) from error
        self._inboxes[place].job_ends(JobDone(job.name, value), job)
        job.finish()

    # -- ends

    def end_input_by(self, by: Worker | None) -> None:
        """Close the input on behalf of the stage `by`."""
        if self._input_over or self._closing:
            return
        if by is not None:
            now = by.pause()
            by.add(Step(Kind.END_INPUT, now, now))
        self._source_ended(by)
        self._source_task.cancel()

    def _source_ended(self, by: Worker | None) -> None:
        self._input_over = True
        self._source_worker.finish()
        for consumer in self._pipeline.wiring.consumers_of(SOURCE):
            self._inboxes[consumer].producer_ended(self._source_worker, by)

    def _stage_done(self, place: int, _: asyncio.Task[None]) -> None:
        # A task cancelled before its first step runs no `finally`: its inbox is closed here.
        self._stage_ended(place)

    def _stage_ended(self, place: int) -> None:
        worker = self._workers[place]
        if worker.number in self._ended:
            return
        self._ended.add(worker.number)
        worker.finish()
        self._milestones.worker_ended(worker)
        self._inboxes[place].owner_ended()
        for consumer in self._pipeline.wiring.consumers_of(place):
            self._inboxes[consumer].producer_ended(worker)
        takers = self._pipeline.wiring.consumers_of(SOURCE)
        if all(self._workers[taker].number in self._ended for taker in takers):
            self.end_input_by(worker)

    def _failed(self, name: str, worker: Worker, error: Exception) -> StageError:
        failure = error if isinstance(error, StageError) else StageError(name, error)
        if not self._closing:
            self._closing = True
            self._failure = failure
            self._milestones.broken("failed", worker)
        return failure

    def _new_worker(self, name: str, position: int, spawner: int | None = None) -> Worker:
        worker = Worker(self._clock, name, len(self._record.workers), position, spawner)
        self._record.workers[worker.number] = worker
        return worker


class StageTurn:
    """What one stage sees of the turn. Implements `pipeline.stage.TurnInfo`."""

    def __init__(self, turn: Turn, place: int, worker: Worker, inbox: StageInbox) -> None:
        self._turn = turn
        self._place = place
        self._worker = worker
        self._inbox = inbox

    @property
    def turn_id(self) -> str:
        """Unique in the conversation."""
        return self._turn.turn_id

    @property
    def context(self) -> ConversationContext:
        """The snapshot this turn reads."""
        return self._turn.context

    def mark(self, name: str) -> None:
        """From now on this stage's own time goes to the ledger line `name`."""
        self._worker.mark(name)

    def report(self, name: str, duration_s: float) -> None:
        """The last `duration_s` seconds of the run under way belong to `name`."""
        self._worker.report(name, round(duration_s * 1e9))

    def spawn(self, coroutine: Coroutine[Any, Any, Any], name: str) -> None:
        """Run `coroutine` in the turn's group; its result comes back through the inbox as `JobDone`."""
        self._turn.spawn_job(coroutine, name, self._place)

    def end_input(self) -> None:
        """Close the turn's input while a live source runs on."""
        self._turn.end_input_by(self._worker)


def _generator(stage: Stage[Any], inbox: StageInbox, view: StageTurn) -> AsyncGenerator[Any, None]:
    events = stage.run(inbox, view)
    if not isinstance(events, AsyncGenerator):
        if asyncio.iscoroutine(events):
            events.close()
        raise ContractError(f"stage '{stage.name}': `run` must be an async generator (it needs a `yield`)")
    return events
