"""One run of an engine, with what the gateway adds to every engine: stop sequences, usage, timing, honest failures.

A run gives the pieces and last a `Completion`, as a call of the R1 client does: so the client's result cache, which
joins identical calls too, serves here unchanged.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from types import TracebackType

from gateway.engine import Engine, EngineEnd, EngineError, EngineRequest
from gateway.errors import ApiError
from r1.admission import Admission, Slot
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
    """A place in front of the engine, by priority, and how long it was waited for and held.

    An async context manager, which is entered once. Raises `ApiError` (429) when there is no place in time.
    """

    admission: Admission
    priority: Priority = "normal"
    waited_s: float | None = None
    """None until it is there, and where none was needed."""
    held_s: float | None = None
    _slot: Slot | None = None
    _given: float = 0.0

    async def __aenter__(self) -> Place:
        self._slot = self.admission.slot(self.priority)
        try:
            self.waited_s = await self._slot.__aenter__()
        except OverloadedError as error:
            message = "too many calls are waiting: come back later, or with a higher priority"
            raise ApiError(429, "overloaded", message, retry_after_s=error.retry_after_s) from None
        self._given = asyncio.get_running_loop().time()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._slot is not None
        await self._slot.__aexit__(kind, error, trace)
        self.held_s = asyncio.get_running_loop().time() - self._given


async def generate(engine: Engine, request: EngineRequest, stop_sequences: tuple[str, ...], place: Place) -> Run:
    """The engine's pieces once there is a place, its answer cut before the first stop sequence, and last the whole.

    Raises `ApiError` when there is no place, and when the engine fails: 503 with its own words when it says why, else
    500 without details.
    """
    async with place:
        tale, stops, end = _Tale(engine, request), StopMatcher(stop_sequences), EngineEnd()
        stream = engine.generate(request)
        try:
            async for item in stream:
                if isinstance(item, EngineEnd):
                    end = item
                    break
                delta = item if item.kind == "thought" else Delta("answer", stops.feed(item.text))
                tale.heard(delta)
                if delta.text:
                    yield delta
                if stops.stopped:
                    break
        except EngineError as error:
            raise _told(error) from None
        except Exception as error:  # noqa: BLE001  an engine may raise anything, and its message may hold the prompt
            place_of_it = traceback.extract_tb(error.__traceback__)[-1]
            what, where = type(error).__name__, f"{place_of_it.name}:{place_of_it.lineno}"
            _log.error("engine %s failed: %s at %s", engine.name, what, where)
            raise ApiError(500, "engine_failed", f"engine {engine.name} failed: see the gateway's log") from None
        finally:
            if isinstance(stream, AsyncGenerator):
                await stream.aclose()
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


def _told(error: EngineError) -> ApiError:
    if error.field is not None:
        return ApiError(400, "invalid_parameter", str(error), error.field)
    if error.retry_after_s is not None:
        return ApiError(429, "engine_busy", str(error), retry_after_s=error.retry_after_s)
    return ApiError(503, "engine_unavailable", str(error))


def _usage(prompt: str, thoughts: str, answer: str, end: EngineEnd) -> Usage:
    thought = estimate_tokens(thoughts) if end.reasoning_tokens is None else end.reasoning_tokens
    completion = thought + estimate_tokens(answer) if end.completion_tokens is None else end.completion_tokens
    asked = estimate_tokens(prompt) if end.prompt_tokens is None else end.prompt_tokens
    return Usage(asked, completion, asked + completion, thought, estimated=end.completion_tokens is None)
