"""One call: tries until one answers, thinking closed when it leads nowhere, and a `Completion` at the end.

The ways through it: a reply that answers ends it. A reply that is all thought, or whose thinking outgrows the budget,
is asked for once more with thinking closed. A reply that its length cut is gone on with, if the policy says so. What
was delivered stays delivered: all thoughts and all answer pieces of all these replies, in order, are the completion's.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from r1.adjustment import Adjustment, adjusted
from r1.breaker import RetryBudget
from r1.errors import R1Error, RequestRefusedError, SettingsError, UnreachableError
from r1.exchange import Ears, Exchange, ignore
from r1.options import Timeouts
from r1.parameters import InferParameters
from r1.presets import preset
from r1.profiles import tokens_sent
from r1.recovery import Patience, Recovery
from r1.reply import Reply
from r1.report import report
from r1.request import CallOptions, Request
from r1.results import Attempt, Completion, Delta, Timing, Usage
from r1.thinking_budget import ThinkingBudget, ThinkingMeter, ThinkingSpentError
from r1.timers import Deadlines
from r1.upstream import Upstream
from text.script import language_of
from text.tokens import token_weight

OnLength = Literal["say", "continue"]
"""say: `finish_reason` "length" tells that the answer was cut. continue: the model is asked to go on."""
MOST_CONTINUATIONS = 3
ANSWER_MARGIN = 1.25
"""So much longer than asked, by estimate, an answer may get before it is cut: servers count thoughts with it."""

_NO_ANSWER = {
    "en": "I thought about it but did not reach an answer. Please ask again, perhaps more simply.",
    "zh": "我想过了，但没有得出答案。请再问一次，或者换个更简单的问法。",
}
_QUESTION_TAIL = 300
"""Characters at the end of a prompt that decide in which language we admit having no answer."""


@dataclass(frozen=True, slots=True)
class CallPolicy:
    """What a client does beyond asking once."""

    thinking: ThinkingBudget = field(default_factory=ThinkingBudget)
    on_length: OnLength = "say"

    def __post_init__(self) -> None:
        if self.on_length not in get_args(OnLength):
            raise SettingsError(f"on_length {self.on_length!r} is unknown: use one of {', '.join(get_args(OnLength))}")


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told of phases and durations: see `R1Client.stream`."""

    on_phase: Callable[[str], None] = ignore
    on_duration: Callable[[str, float], None] = ignore


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


@dataclass(frozen=True, slots=True)
class _Ended:
    """How one reply ended."""

    reply: Reply
    upstream: Upstream
    request: Request
    seconds: float
    spent: bool = False
    """The thinking budget broke it off."""


class Call:
    """A prompt on its way. One instance serves one `run`."""

    def __init__(
        self, prompt: str, parameters: InferParameters, options: CallOptions, policy: CallPolicy, listener: Listener
    ) -> None:
        options = options if options.idempotency_key else replace(options, idempotency_key=uuid.uuid4().hex)
        self._first = Request(prompt, "", parameters, options)
        self._thinking = policy.thinking
        self._on_length = policy.on_length
        self._listener = listener
        self._times = _Times(0.0)
        self._phase = ""
        self._requests: dict[Upstream, Request] = {}
        self._adjustments: list[Adjustment] = []
        self._said: dict[str, list[str]] = {"thought": [], "answer": []}
        self._usage = Usage()
        self._deadline = 0.0
        self._mended_once: set[Upstream] = set()
        self._last_resort: Upstream | None = None
        self._new_reply = True

    async def run(self, upstreams: Sequence[Upstream], budget: RetryBudget) -> AsyncGenerator[Delta | Completion, None]:
        """Deltas, and last the completion. Raises the errors of `r1.errors`."""
        now = asyncio.get_running_loop().time()
        self._times = _Times(now)
        self._deadline = now + upstreams[0].options.timeouts.total_s
        recovery = Recovery(upstreams, Patience(self._deadline, self._first.options.patience_s), budget, random.random)
        self._last_resort = upstreams[-1]
        closed, continued = False, 0
        budget.called()
        while True:
            ended: _Ended | None = None
            async with aclosing(recovery.run(self._attempt, self._mended, self._wait)) as items:
                async for item in items:
                    if isinstance(item, _Ended):
                        ended = item
                        continue
                    delta = self._joined(item)
                    self._said[delta.kind].append(delta.text)
                    yield delta
            assert ended is not None, "a reply says how it ended"
            recovery.upstreams = upstreams[upstreams.index(ended.upstream) :]
            self._add_usage(ended)
            if (ended.spent or (self._is_empty and ended.reply.finish_reason != "content_filter")) and not closed:
                closed = True
                recovery.note(ended.upstream, "thinking too long" if ended.spent else "no answer", ended.seconds)
                self._ask_without_thinking(ended)
            elif self._is_cut(ended) and continued < MOST_CONTINUATIONS:
                continued += 1
                recovery.note(ended.upstream, "cut by length", ended.seconds)
                self._ask_to_go_on(ended)
            else:
                break
        fallback = self._is_empty
        if fallback:
            sentence = Delta("answer", _NO_ANSWER[language_of(self._first.prompt[-_QUESTION_TAIL:])])
            self._said["answer"].append(sentence.text)
            self._heard([sentence], thinking=False)
            yield sentence
        answered = Attempt(ended.upstream.address, "no answer" if fallback else "answered", ended.seconds)
        yield self._completion(ended, (*recovery.record, answered), fallback)

    def _joined(self, delta: Delta) -> Delta:
        """`delta`, on a line of its own where it begins another reply's thoughts."""
        if delta.kind != "thought" or not self._new_reply:
            return delta
        self._new_reply = False
        last = self._said["thought"][-1:] or ["\n"]
        return delta if last[0][-1:].isspace() else Delta("thought", f"\n{delta.text}")

    # -- one try

    async def _attempt(self, upstream: Upstream) -> AsyncGenerator[Delta | _Ended, None]:
        loop = asyncio.get_running_loop()
        started = loop.time()
        self._new_reply = True
        self._enter("connect")
        if upstream.needs_model:
            await self._find_model(upstream)
        request = self._request(upstream)
        deadlines = Deadlines(self._timeouts(upstream), started, self._deadline)
        reply = Reply(upstream.mode, request.parameters.stop_sequences, request.said)
        meter = ThinkingMeter(ThinkingBudget() if request.closed else self._thinking)
        try:
            async with aclosing(self._deltas(upstream, request, reply, deadlines, meter)) as deltas:
                async for delta in deltas:
                    yield delta
        except ThinkingSpentError:
            for delta in self._heard(reply.broken_off(), thinking=True):
                yield delta
            yield _Ended(reply, upstream, request, loop.time() - started, spent=True)
            return
        for delta in self._heard(reply.finish(), thinking=False):
            yield delta
        upstream.learn(reply.shown)
        yield _Ended(reply, upstream, request, loop.time() - started)

    async def _deltas(
        self, upstream: Upstream, request: Request, reply: Reply, deadlines: Deadlines, meter: ThinkingMeter
    ) -> AsyncGenerator[Delta, None]:
        """What comes of one stream. Raises `ThinkingSpentError` when the model thinks for longer than it may."""
        loop = asyncio.get_running_loop()
        most = request.parameters.max_tokens * ANSWER_MARGIN
        length = 0
        ears = Ears(lambda: self._enter("prefill"), self._queued)
        wire = Exchange(upstream, deadlines, ears).pieces(request)
        async with aclosing(wire):
            async for piece in wire:
                now = loop.time()
                if piece.thought or piece.text:
                    deadlines.heard(now)
                if piece.finish_reason:
                    deadlines.ended(now)
                deltas = self._heard(reply.take(piece), thinking=reply.thinking)
                for delta in deltas:
                    yield delta
                    if delta.kind == "answer":
                        length += len(delta.text)
                        deadlines.answering()
                if reply.stopped:
                    return
                # No character weighs more than a token, so a short answer need not be weighed.
                if length > most and token_weight(reply.answer) > most:
                    reply.finish_reason = "length"
                    return
                if not reply.answered and (piece.thought or piece.text):
                    meter.thought(piece.thought + piece.text, now)
                    deadlines.thinking_until(meter.ends_at)
                    if meter.exceeded(now) and reply.finish_reason is None:
                        raise ThinkingSpentError
                deadlines.held(loop.time() - now)

    def _timeouts(self, upstream: Upstream) -> Timeouts:
        """Those of the server; with another to turn to, a caller in a hurry waits less for the first event."""
        timeouts, patience_s = upstream.options.timeouts, self._first.options.patience_s
        if patience_s is None or upstream is self._last_resort:
            return timeouts
        return replace(timeouts, first_event_s=min(timeouts.first_event_s, patience_s))

    async def _find_model(self, upstream: Upstream) -> None:
        timeouts = upstream.options.timeouts
        now = asyncio.get_running_loop().time()
        deadlines = Deadlines(timeouts, now, now + min(timeouts.total_s, timeouts.first_event_s))
        upstream.heard(await Exchange(upstream, deadlines).status())

    # -- what is asked next

    def _request(self, upstream: Upstream) -> Request:
        request = self._requests.get(upstream) or self._first
        request = replace(
            request, model=upstream.model, thinks=upstream.thinks, left_out=request.left_out | upstream.left_out
        )
        self._requests[upstream] = request
        return request

    def _ask_without_thinking(self, ended: _Ended) -> None:
        if ended.spent and self._thinking.then == "switch":
            brief = preset("realtime")
            stops = self._first.parameters.stop_sequences
            parameters = replace(brief.parameters, stop_sequences=stops)
            self._thinking = brief.thinking
            self._change(lambda request: replace(request, parameters=parameters))
        else:
            self._change(lambda request: replace(request, closed=True))

    def _ask_to_go_on(self, ended: _Ended) -> None:
        said = "".join(self._said["answer"])
        self._change(lambda request: replace(request, said=said, closed=True))

    def _change(self, change: Callable[[Request], Request]) -> None:
        """For whichever server is asked next."""
        self._first = change(self._first)
        self._requests = {upstream: change(request) for upstream, request in self._requests.items()}

    def _mended(self, upstream: Upstream, error: R1Error) -> bool:
        """Change what the server refuses, once a server, by the white list."""
        request = self._requests.get(upstream)
        if not isinstance(error, RequestRefusedError) or request is None or upstream in self._mended_once:
            return False
        body = upstream.dialect.body(request, upstream.profile)
        found = adjusted(request, error, body, tokens_sent(request, upstream.profile))
        if found is None:
            return False
        self._mended_once.add(upstream)
        self._requests[upstream] = found.request
        self._adjustments.append(found)
        if not found.change:
            upstream.left_out |= {found.field}
        return True

    # -- what is told

    def _heard(self, deltas: list[Delta], *, thinking: bool) -> list[Delta]:
        """Note what came, before the caller sees it; the phase is told as it begins."""
        times = self._times
        if times.first_answer is not None or not (deltas or thinking):
            return deltas
        now = asyncio.get_running_loop().time()
        times.first_event = now if times.first_event is None else times.first_event
        kinds = {delta.kind for delta in deltas}
        if "thought" in kinds or thinking:
            times.first_thought = now if times.first_thought is None else times.first_thought
            self._enter("thinking")
        if "answer" in kinds:
            times.first_answer = now
            self._enter("first sentence")
        return deltas

    def _enter(self, phase: str) -> None:
        answering = self._times.first_answer is not None and phase != "first sentence"
        if phase != self._phase and not answering:
            self._phase = phase
            self._listener.on_phase(phase)

    def _wait(self, error: R1Error) -> None:
        if not isinstance(error, UnreachableError):
            self._enter("gateway queue")

    def _queued(self, seconds: float) -> None:
        self._times.queued_s = seconds
        self._listener.on_duration("gateway queue", seconds)

    # -- what it was

    @property
    def _is_empty(self) -> bool:
        return not "".join(self._said["answer"]).strip()

    def _is_cut(self, ended: _Ended) -> bool:
        return self._on_length == "continue" and ended.reply.finish_reason == "length" and not self._is_empty

    def _add_usage(self, ended: _Ended) -> None:
        self._usage = self._usage + ended.reply.usage(ended.request.prompt)

    def _completion(self, ended: _Ended, attempts: tuple[Attempt, ...], fallback: bool) -> Completion:
        reason = ended.reply.finish_reason or "stop"
        return Completion(
            answer="".join(self._said["answer"]),
            thoughts="".join(self._said["thought"]),
            finish_reason="empty_answer" if fallback and reason == "stop" else reason,
            usage=self._usage,
            served_by=ended.reply.served_by or ended.request.model,
            attempts=attempts,
            timing=self._times.timing(asyncio.get_running_loop().time()),
            fallback=fallback,
            parameters=report(ended.request, ended.upstream.profile, self._adjustments),
        )
