"""One run of an engine, with what the gateway adds to every engine: stop sequences, usage, timing, honest failures."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from gateway.engine import Engine, EngineDelta, EngineEnd, EngineError, EngineRequest
from gateway.errors import ApiError
from r1.admission import Admission
from r1.errors import OverloadedError
from r1.parameters import InferParameters
from r1.request import Priority
from r1.results import Usage
from r1.stops import StopMatcher
from text.tokens import estimate_tokens

_log = logging.getLogger("gateway")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    finish_reason: str
    usage: Usage
    served_by: str
    first_event_s: float
    """From the start of the run to its first piece, or to its end."""
    total_s: float

    def timing_ms(self) -> dict[str, float]:
        """For `x_r1.timing`, in milliseconds."""
        return {"first_event_ms": round(self.first_event_s * 1000, 3), "total_ms": round(self.total_s * 1000, 3)}


@dataclass(slots=True)
class Place:
    """A place in front of the engine, by priority, and how long it was waited for."""

    admission: Admission
    priority: Priority = "normal"
    waited_s: float = 0.0


async def admitted(
    place: Place, run: AsyncGenerator[EngineDelta | Ended, None]
) -> AsyncGenerator[EngineDelta | Ended, None]:
    """`run`, once there is a place for it. Raises `ApiError` (429) when there is none in time."""
    try:
        async with place.admission.slot(place.priority) as place.waited_s, aclosing(run) as items:
            async for item in items:
                yield item
    except OverloadedError as error:
        message = "too many calls are waiting: come back later, or with a higher priority"
        raise ApiError(429, "overloaded", message, retry_after_s=error.retry_after_s) from None


async def generate(
    engine: Engine, prompt: str, parameters: InferParameters
) -> AsyncGenerator[EngineDelta | Ended, None]:
    """The engine's pieces, its answer cut before the first stop sequence, and last how it ended.

    Raises `ApiError` when the engine fails: 503 with its own words when it says why, else 500 without details.
    """
    loop = asyncio.get_running_loop()
    started, first_event = loop.time(), None
    stops = StopMatcher(parameters.stop_sequences)
    spoken = {"thought": 0, "answer": 0}
    end = EngineEnd()
    request = EngineRequest(prompt, parameters.temperature, parameters.max_tokens, parameters.top_p)
    async with aclosing(_guarded(engine, request)) as items:
        async for item in items:
            if isinstance(item, EngineEnd):
                end = item
                break
            first_event = first_event or loop.time()
            text = stops.feed(item.text) if item.kind == "answer" else item.text
            spoken[item.kind] += estimate_tokens(text)
            if text:
                yield item if text == item.text else EngineDelta(item.kind, text)
            if stops.stopped:
                break
    rest = stops.flush()
    if rest:
        spoken["answer"] += estimate_tokens(rest)
        yield EngineDelta("answer", rest)
    now = loop.time()
    yield Ended(
        finish_reason="stop" if stops.stopped else end.finish_reason,
        usage=_usage(prompt, spoken, end),
        served_by=engine.name,
        first_event_s=(first_event or now) - started,
        total_s=now - started,
    )


async def _guarded(engine: Engine, request: EngineRequest) -> AsyncGenerator[EngineDelta | EngineEnd, None]:
    stream = engine.generate(request)
    try:
        async for item in stream:
            yield item
    except EngineError as error:
        if error.field is not None:
            raise ApiError(400, "invalid_parameter", str(error), error.field) from None
        raise ApiError(503, "engine_unavailable", str(error)) from None
    except Exception as error:  # noqa: BLE001  an engine may raise anything, and its message may hold the prompt
        place = traceback.extract_tb(error.__traceback__)[-1]
        _log.error("engine %s failed: %s at %s:%s", engine.name, type(error).__name__, place.name, place.lineno)
        raise ApiError(500, "engine_failed", f"engine {engine.name} failed: see the gateway's log") from None
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()


def _usage(prompt: str, spoken: dict[str, int], end: EngineEnd) -> Usage:
    reasoning = spoken["thought"] if end.reasoning_tokens is None else end.reasoning_tokens
    completion = spoken["thought"] + spoken["answer"] if end.completion_tokens is None else end.completion_tokens
    asked = estimate_tokens(prompt) if end.prompt_tokens is None else end.prompt_tokens
    return Usage(asked, completion, asked + completion, reasoning, estimated=end.completion_tokens is None)
