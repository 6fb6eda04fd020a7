"""One run of an engine, with what the gateway adds to every engine: stop sequences, usage, timing, honest failures.

A run gives the pieces and last a `Completion`, as a call of the R1 client does: so the client's result cache, which
joins identical calls too, serves here unchanged.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from gateway.engine import Engine, EngineEnd, EngineError, EngineRequest
from gateway.errors import ApiError
from r1.admission import Admission
from r1.errors import OverloadedError
from r1.request import Priority
from r1.results import Completion, Delta, ParameterReport, Usage
from r1.stops import StopMatcher
from r1.stopwatch import Stopwatch
from text.tokens import estimate_tokens

_log = logging.getLogger("gateway")

Run = AsyncGenerator[Delta | Completion, None]


@dataclass(slots=True)
class Place:
    """A place in front of the engine, by priority, and how long it was waited for and held."""

    admission: Admission
    priority: Priority = "normal"
    waited_s: float | None = None
    """None until it is there, and where none was needed."""
    held_s: float | None = None


async def admitted(place: Place, run: Run) -> Run:
    """`run`, once there is a place for it. Raises `ApiError` (429) when there is none in time."""
    loop = asyncio.get_running_loop()
    given = None
    try:
        async with place.admission.slot(place.priority) as waited_s, aclosing(run) as items:
            place.waited_s, given = waited_s, loop.time()
            async for item in items:
                yield item
    except OverloadedError as error:
        message = "too many calls are waiting: come back later, or with a higher priority"
        raise ApiError(429, "overloaded", message, retry_after_s=error.retry_after_s) from None
    finally:
        await run.aclose()  # it may never have begun
        if given is not None:
            place.held_s = loop.time() - given


async def generate(engine: Engine, request: EngineRequest, stop_sequences: tuple[str, ...] = ()) -> Run:
    """The engine's pieces, its answer cut before the first stop sequence, and last the whole.

    Raises `ApiError` when the engine fails: 503 with its own words when it says why, else 500 without details.
    """
    tale = _Tale(engine, request)
    stops = StopMatcher(stop_sequences)
    end = EngineEnd()
    async with aclosing(_guarded(engine, request)) as items:
        async for item in items:
            if isinstance(item, EngineEnd):
                end = item
                break
            delta = item if item.kind == "thought" else Delta("answer", stops.feed(item.text))
            tale.heard(delta)
            if delta.text:
                yield delta
            if stops.stopped:
                break
    rest = Delta("answer", stops.flush())
    tale.heard(rest)
    if rest.text:
        yield rest
    yield tale.completion(end, stopped=stops.stopped)


class _Tale:
    """What was said in a run, and when."""

    def __init__(self, engine: Engine, request: EngineRequest) -> None:
        self._watch = Stopwatch()
        self._engine = engine
        self._request = request
        self._said: dict[str, list[str]] = {"thought": [], "answer": []}

    def heard(self, delta: Delta) -> None:
        if delta.text:
            self._watch.hear(delta)
            self._said[delta.kind].append(delta.text)

    def completion(self, end: EngineEnd, *, stopped: bool) -> Completion:
        thoughts, answer = "".join(self._said["thought"]), "".join(self._said["answer"])
        finish_reason = "stop" if stopped else end.finish_reason
        empty = not answer.strip() and not stopped and finish_reason == "stop"
        return Completion(
            answer=answer,
            thoughts=thoughts,
            finish_reason="empty_answer" if empty or (end.fallback and finish_reason == "stop") else finish_reason,
            usage=_usage(self._request.prompt, thoughts, answer, end),
            served_by=end.served_by or self._engine.name,
            attempts=end.attempts,
            timing=self._watch.timing(),
            fallback=end.fallback,
            parameters=end.parameters or ParameterReport(),
            redacted=end.redacted,
        )


async def _guarded(engine: Engine, request: EngineRequest) -> AsyncGenerator[Delta | EngineEnd, None]:
    stream = engine.generate(request)
    try:
        async for item in stream:
            yield item
    except EngineError as error:
        if error.field is not None:
            raise ApiError(400, "invalid_parameter", str(error), error.field) from None
        if error.retry_after_s is not None:
            raise ApiError(429, "engine_busy", str(error), retry_after_s=error.retry_after_s) from None
        raise ApiError(503, "engine_unavailable", str(error)) from None
    except Exception as error:  # noqa: BLE001  an engine may raise anything, and its message may hold the prompt
        place = traceback.extract_tb(error.__traceback__)[-1]
        _log.error("engine %s failed: %s at %s:%s", engine.name, type(error).__name__, place.name, place.lineno)
        raise ApiError(500, "engine_failed", f"engine {engine.name} failed: see the gateway's log") from None
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()


def _usage(prompt: str, thoughts: str, answer: str, end: EngineEnd) -> Usage:
    thought = estimate_tokens(thoughts) if end.reasoning_tokens is None else end.reasoning_tokens
    completion = thought + estimate_tokens(answer) if end.completion_tokens is None else end.completion_tokens
    asked = estimate_tokens(prompt) if end.prompt_tokens is None else end.prompt_tokens
    return Usage(asked, completion, asked + completion, thought, estimated=end.completion_tokens is None)
