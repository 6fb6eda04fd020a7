"""One call: attempts until one answers, phases told as they begin, and a `Completion` at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from r1.errors import R1Error, UnreachableError
from r1.exchange import Upstream, pieces
from r1.options import ThinkingMode
from r1.parameters import InferParameters
from r1.recovery import Attempts
from r1.reply import Reply
from r1.results import Attempt, Completion, Delta, Timing
from r1.timers import Deadlines


def ignore(*_told: object) -> None:
    """A callback for a caller that wants to hear nothing."""


@dataclass(slots=True)
class _Times:
    """When things happened, by the event loop's clock."""

    started: float
    queued_s: float | None = None
    first_event: float | None = None
    first_thought: float | None = None
    first_answer: float | None = None

    def timing(self, now: float) -> Timing:
        thought_until = now if self.first_answer is None else self.first_answer
        return Timing(
            queued_s=self.queued_s,
            first_event_s=None if self.first_event is None else self.first_event - self.started,
            first_answer_s=None if self.first_answer is None else self.first_answer - self.started,
            thinking_s=0.0 if self.first_thought is None else max(0.0, thought_until - self.first_thought),
            total_s=now - self.started,
        )


class Call:
    """A prompt on its way. One instance serves one `run`."""

    def __init__(self, prompt: str, parameters: InferParameters, model: str, thinking: ThinkingMode) -> None:
        self._prompt = prompt
        self._parameters = parameters
        self._model = model
        self._mode = thinking
        self._times = _Times(0.0)
        self._phase = "connect"
        self.on_phase: Callable[[str], None] = ignore
        self.on_duration: Callable[[str, float], None] = ignore
        self.plain = False
        """After `run`: the reply was held back for thoughts, and had none."""

    async def run(self, upstream: Upstream, chance: Callable[[], float]) -> AsyncGenerator[Delta | Completion, None]:
        """Deltas, and last the completion. `chance` gives numbers from 0 to 1 for the retry loop's jitter."""
        options = upstream.options
        now = asyncio.get_running_loop().time()
        self._times = _Times(now)
        deadline = now + options.timeouts.total_s
        attempts = Attempts(options.retry, options.address, deadline, chance)
        once = partial(self._attempt, upstream, deadline, attempts.record)
        async with aclosing(attempts.run(once, self._wait)) as items:
            async for item in items:
                yield item

    async def _attempt(
        self, upstream: Upstream, total_at: float, record: list[Attempt]
    ) -> AsyncGenerator[Delta | Completion, None]:
        loop = asyncio.get_running_loop()
        started = loop.time()
        self._enter("connect")
        deadlines = Deadlines(upstream.options.timeouts, started, total_at)
        reply = Reply(self._mode, self._parameters.stop_sequences)
        body = upstream.dialect.body(self._prompt, self._model, self._parameters)
        wire = pieces(upstream, body, deadlines, lambda: self._enter("prefill"), self._queued)
        async with aclosing(wire):
            async for piece in wire:
                now = loop.time()
                if piece.thought or piece.text:
                    deadlines.heard(now)
                if piece.finish_reason:
                    deadlines.ended(now)
                for delta in self._heard(reply.take(piece), reply, deadlines, now):
                    yield delta
                if reply.stopped:
                    break
                deadlines.held(loop.time() - now)
        for delta in self._heard(reply.finish(self._prompt), reply, deadlines, loop.time()):
            yield delta
        self.plain = reply.plain
        yield self._completion(reply, (*record, Attempt(upstream.options.address, "answered", loop.time() - started)))

    def _heard(self, deltas: list[Delta], reply: Reply, deadlines: Deadlines, now: float) -> list[Delta]:
        """Note what came, before the caller sees it; the phase is told as it begins."""
        times = self._times
        if times.first_event is None and (deltas or reply.thinking):
            times.first_event = now
        if times.first_answer is None:
            kinds = {delta.kind for delta in deltas}
            if times.first_thought is None and ("thought" in kinds or reply.thinking):
                times.first_thought = now
                self._enter("thinking")
            if "answer" in kinds:
                times.first_answer = now
                deadlines.answering()
                self._enter("first sentence")
        return deltas

    def _enter(self, phase: str) -> None:
        if phase != self._phase:
            self._phase = phase
            self.on_phase(phase)

    def _wait(self, error: R1Error) -> None:
        if not isinstance(error, UnreachableError):
            self._enter("gateway queue")

    def _queued(self, seconds: float) -> None:
        self._times.queued_s = seconds
        self.on_duration("gateway queue", seconds)

    def _completion(self, reply: Reply, attempts: tuple[Attempt, ...]) -> Completion:
        return Completion(
            answer=reply.answer,
            thoughts=reply.thoughts,
            finish_reason=reply.finish_reason or "stop",
            usage=reply.usage(self._prompt),
            served_by=reply.served_by or self._model,
            attempts=attempts,
            timing=self._times.timing(asyncio.get_running_loop().time()),
            fallback=reply.fallback,
        )
