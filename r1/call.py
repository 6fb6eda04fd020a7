"""One call: tries until one answers, thinking closed when it leads nowhere, and a `Completion` at the end.

The ways through it: a reply that answers ends it. A reply that is all thought, or whose thinking outgrows the budget,
is asked for once more with thinking closed. A reply that its length cut is gone on with, if the policy says so. What
was delivered stays delivered: all thoughts and all answer pieces of all these replies, in order, are the completion's.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from r1.adjustment import Adjustment, adjusted
from r1.breaker import RetryBudget
from r1.errors import R1Error, RequestRefusedError, SettingsError, UnreachableError
from r1.exchange import Ears, Exchange
from r1.options import Timeouts
from r1.presets import preset
from r1.profiles import tokens_sent
from r1.progress import Listener, Progress, ignore
from r1.recovery import Patience, Recovery
from r1.reply import Reply
from r1.report import report
from r1.request import Request
from r1.results import Attempt, Completion, Delta, Usage
from r1.thinking_budget import ThinkingBudget, ThinkingMeter, ThinkingSpentError
from r1.timers import Deadlines
from r1.upstream import Upstream
from text.script import language_of
from text.tokens import token_weight

Aside = Callable[[float, float], Awaitable[float]]
"""Waits so many seconds, and for a place until then; gives the seconds that the place took. See `Slot.stand_aside`."""
OnLength = Literal["say", "continue"]
"""say: `finish_reason` "length" tells that the answer was cut. continue: the model is asked to go on."""
MOST_CONTINUATIONS = 3
ANSWER_MARGIN = 2.0
"""So much longer than asked, by estimate, an answer may get before it is cut: servers count thoughts with it. An
estimate may be wrong by a third on prose and more on names and code; no finished answer may be cut by it."""

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
class _Ended:
    """How one reply ended."""

    reply: Reply
    upstream: Upstream
    request: Request
    seconds: float
    spent: bool = False
    """The thinking budget broke it off."""


async def _sleep(seconds: float, _until: float) -> float:
    """For a call that holds no place."""
    await asyncio.sleep(seconds)
    return 0.0


class Call:
    """A prompt on its way. One instance serves one `run`."""

    def __init__(
        self,
        request: Request,
        policy: CallPolicy,
        listener: Listener,
        waited_s: float = 0.0,
        stand_aside: Aside = _sleep,
    ) -> None:
        """`waited_s` were spent on waiting for a place before; `stand_aside` lets others have it for a while."""
        self._next = request
        """What is asked next, of whichever server."""
        self._as_taken: dict[Upstream, Request] = {}
        """The same, as a server that refused it takes it."""
        self._key = request.options.idempotency_key or f"{random.getrandbits(128):032x}"  # no secret; no system call
        self._revision = 0
        self._thinking = request.options.thinking or policy.thinking
        self._on_length = policy.on_length
        self._progress = Progress(listener, waited_s)
        self._stand_aside = stand_aside
        self._used: Usage | None = None
        """By the try under way, or the one that has just ended."""
        self._adjustments: list[Adjustment] = []
        self._said: dict[str, list[str]] = {"thought": [], "answer": []}
        self._usage = Usage()
        self._deadline = 0.0
        self._new_reply = True

    async def run(self, upstreams: Sequence[Upstream], budget: RetryBudget) -> AsyncGenerator[Delta | Completion, None]:
        """Deltas, and last the completion. Raises the errors of `r1.errors`."""
        self._deadline = self._progress.started + upstreams[0].options.timeouts.total_s
        patience = Patience(self._deadline, self._next.options.patience_s)
        told = self._next.options.on_attempt or ignore
        recovery = Recovery(upstreams, patience, budget, random.random, self._pause, lambda: self._used, told)
        ended: _Ended | None = None
        closed, continued = False, 0
        budget.called()
        while True:
            try:
                async with aclosing(recovery.run(self._attempt, self._mended, self._wait)) as items:
                    async for item in items:
                        if isinstance(item, _Ended):
                            ended = item
                            continue
                        delta = self._joined(item)
                        self._said[delta.kind].append(delta.text)
                        yield delta
            except RequestRefusedError:
                if ended is None or not self._is_empty:
                    raise
                break  # the server cannot be asked without thoughts
            assert ended is not None, "a reply says how it ended"
            recovery.upstreams = upstreams[upstreams.index(ended.upstream) :]
            self._usage += self._used or Usage()
            if not closed and self._leads_nowhere(ended):
                closed = True
                recovery.note(ended.upstream, "thinking too long" if ended.spent else "no answer", ended.seconds)
                self._ask_without_thinking(ended)
            elif self._is_cut(ended) and continued < MOST_CONTINUATIONS:
                continued += 1
                recovery.note(ended.upstream, "cut by length", ended.seconds)
                self._ask_to_go_on()
            else:
                recovery.note(ended.upstream, "no answer" if self._is_empty else "answered", ended.seconds)
                break
        fallback = self._is_empty
        if fallback:
            yield self._no_answer()
        yield self._completion(ended, tuple(recovery.record), fallback)

    def _no_answer(self) -> Delta:
        """What we say instead of an answer."""
        sentence = Delta("answer", _NO_ANSWER[language_of(self._next.prompt[-_QUESTION_TAIL:])])
        self._said["answer"].append(sentence.text)
        self._progress.heard([sentence], thinking=False)
        return sentence

    def _joined(self, delta: Delta) -> Delta:
        """`delta`, on a line of its own where it begins another reply's thoughts."""
        if delta.kind != "thought" or not self._new_reply:
            return delta
        self._new_reply = False
        last = self._said["thought"][-1:] or ["\n"]
        return delta if last[0][-1:].isspace() else Delta("thought", f"\n{delta.text}")

    # -- one try

    async def _attempt(self, upstream: Upstream, patience_s: float | None) -> AsyncGenerator[Delta | _Ended, None]:
        loop = asyncio.get_running_loop()
        started = loop.time()
        self._new_reply, self._used = True, None
        self._progress.enter("connect")
        deadlines = Deadlines(_timeouts(upstream, patience_s), started, self._deadline)
        if upstream.needs_model or (upstream.of_unknown_kind and _is_closed(self._next)):
            upstream.heard(await Exchange(upstream, deadlines).status())
        request = self._request(upstream)
        reply = Reply(upstream.mode(request), request.parameters.stop_sequences, request.said)
        spent = False
        try:
            async with aclosing(self._deltas(upstream, request, reply, deadlines)) as deltas:
                async for delta in deltas:
                    yield delta
        except ThinkingSpentError:
            spent = True
        except BaseException:
            reply.broken_off()
            self._used = reply.usage(request.prompt) if reply.begun else None
            raise
        rest = reply.broken_off() if spent else reply.finish()
        self._used = reply.usage(request.prompt)
        self._progress.heard(rest, thinking=spent)
        for delta in rest:
            yield delta
        if not spent:
            upstream.learn(request, reply)
        yield _Ended(reply, upstream, request, loop.time() - started, spent)

    async def _deltas(
        self, upstream: Upstream, request: Request, reply: Reply, deadlines: Deadlines
    ) -> AsyncGenerator[Delta, None]:
        """What comes of one stream. Raises `ThinkingSpentError` when the model thinks for longer than it may."""
        loop = asyncio.get_running_loop()
        meter = ThinkingMeter(self._budget(upstream, request))
        most, tokens = request.parameters.max_tokens * ANSWER_MARGIN, 0.0
        ears = Ears(lambda: self._progress.enter("prefill"), self._progress.queued)
        async with aclosing(Exchange(upstream, deadlines, ears).pieces(request)) as wire:
            async for piece in wire:
                now = loop.time()
                if piece.thought or piece.text:
                    deadlines.heard(now)
                if piece.finish_reason:
                    deadlines.ended(now)
                deltas = reply.take(piece)
                self._progress.heard(deltas, thinking=reply.thinking)
                for delta in deltas:
                    yield delta
                    if delta.kind == "answer":
                        tokens += token_weight(delta.text)
                        deadlines.answering()
                if reply.stopped:
                    return
                if tokens > most:
                    reply.cut_by_length()
                    return
                held_s = loop.time() - now
                deadlines.held(held_s)
                self._deadline += held_s
                if not reply.answered and (piece.thought or piece.text) and reply.finish_reason is None:
                    deadlines.thinking_until(None if meter.seconds is None else now + meter.seconds)
                    if meter.exceeded_by(piece.thought + piece.text):
                        raise ThinkingSpentError

    def _budget(self, upstream: Upstream, request: Request) -> ThinkingBudget:
        """The budget that we see to: also of tokens, where the server takes no limit of its own."""
        asked = request.parameters.reasoning_budget
        if _is_closed(request):
            return ThinkingBudget()
        if not asked or upstream.profile.budget_field or self._thinking.tokens is not None:
            return self._thinking
        return replace(self._thinking, tokens=round(asked * ANSWER_MARGIN))

    # -- what is asked next

    def _request(self, upstream: Upstream) -> Request:
        request = self._as_taken.get(upstream, self._next)
        return replace(
            request,
            model=upstream.model,
            thinks=upstream.thinks,
            left_out=request.left_out | upstream.left_out,
            idempotency_key=f"{self._key}-{self._revision}" if self._revision else self._key,
        )

    def _leads_nowhere(self, ended: _Ended) -> bool:
        """Whether to ask once more without thoughts: not when a filter or a stop sequence left nothing to say."""
        nothing = self._is_empty and ended.reply.finish_reason != "content_filter" and not ended.reply.stopped
        return ended.spent or nothing

    def _ask_without_thinking(self, ended: _Ended) -> None:
        if ended.spent and self._thinking.then == "switch":
            brief = preset("realtime")
            self._thinking = brief.thinking
            parameters = replace(self._next.parameters, reasoning_budget=brief.parameters.reasoning_budget)
            self._change(lambda request: replace(request, parameters=parameters))
        else:
            self._change(lambda request: replace(request, closed=True))

    def _ask_to_go_on(self) -> None:
        said = "".join(self._said["answer"])
        self._change(lambda request: replace(request, said=said, closed=True))

    def _change(self, change: Callable[[Request], Request]) -> None:
        """For whichever server is asked next."""
        self._revision += 1
        self._next = change(self._next)
        self._as_taken = {upstream: change(request) for upstream, request in self._as_taken.items()}

    def _mended(self, upstream: Upstream, error: R1Error) -> bool:
        """Change what the server refuses, once a server, by the white list."""
        if not isinstance(error, RequestRefusedError) or upstream in self._as_taken:
            return False
        request = self._request(upstream)
        body = upstream.dialect.body(request, upstream.profile)
        found = adjusted(request, error, body, tokens_sent(request, upstream.profile))
        if found is None:
            return False
        self._revision += 1
        self._as_taken[upstream] = found.request
        self._adjustments.append(found)
        if found.lasting:
            upstream.left_out |= {found.field}
        return True

    def _wait(self, error: R1Error) -> None:
        if not isinstance(error, UnreachableError):
            self._progress.enter("gateway queue")

    async def _pause(self, seconds: float) -> None:
        waited_s = await self._stand_aside(seconds, self._deadline)
        if waited_s:
            self._progress.queued(waited_s)

    # -- what it was

    @property
    def _is_empty(self) -> bool:
        return not "".join(self._said["answer"]).strip()

    def _is_cut(self, ended: _Ended) -> bool:
        return self._on_length == "continue" and ended.reply.finish_reason == "length" and not self._is_empty

    def _completion(self, ended: _Ended, attempts: tuple[Attempt, ...], fallback: bool) -> Completion:
        reason = ended.reply.finish_reason or "stop"
        return Completion(
            answer="".join(self._said["answer"]),
            thoughts="".join(self._said["thought"]),
            finish_reason="empty_answer" if fallback and reason == "stop" else reason,
            usage=self._usage,
            served_by=ended.reply.served_by or ended.request.model,
            attempts=attempts,
            timing=self._progress.timing(),
            fallback=fallback,
            parameters=report(ended.request, ended.upstream.profile, self._adjustments),
        )


def _is_closed(request: Request) -> bool:
    return request.closed or request.parameters.reasoning_budget == 0


def _timeouts(upstream: Upstream, patience_s: float | None) -> Timeouts:
    """Those of the server; for a caller in a hurry, with less time for the first event."""
    timeouts = upstream.options.timeouts
    if patience_s is None:
        return timeouts
    return replace(timeouts, first_event_s=min(timeouts.first_event_s, patience_s))
