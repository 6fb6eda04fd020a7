"""One run of one stage on one input, timed from outside: what it made, when, and what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

from pipeline.context import ConversationContext
from pipeline.errors import PipelineError, StageError
from pipeline.events import Audio
from pipeline.runner import Pipeline
from pipeline.stage import Stage

Event = TypeVar("Event")


@dataclass(frozen=True, slots=True)
class Stamped:
    """An event and when it came."""

    after_s: float
    """Seconds from the beginning of the run."""
    event: Any


@dataclass(frozen=True, slots=True)
class Measurement:
    """What came of a run. Times are seconds on the event loop's clock."""

    stamped: tuple[Stamped, ...]
    total_s: float
    """From the first input to the end of the stage."""
    sound_s: float
    """Length of the sound that went in."""
    fault: str = ""
    """Why the run did not come to its end; empty when it did."""

    @property
    def first_s(self) -> float | None:
        """When the first event came; None when none did."""
        return self.stamped[0].after_s if self.stamped else None

    def made(self, kind: type[Event]) -> list[Event]:
        """The events of exactly one type, in order."""
        return [each.event for each in self.stamped if type(each.event) is kind]


async def measure(stage: Stage[Any], source: AsyncIterable[Any], sends: type, timeout_s: float) -> Measurement:
    """Run `stage` alone, on what `source` gives (events of type `sends`), for at most `timeout_s` seconds.

    Whatever fails in stage or source is told in `fault` and not raised; a source that is an async generator is closed.
    """
    meter = _Meter(source)
    loop = asyncio.get_running_loop()
    stamped: list[Stamped] = []
    fault = ""
    begun = loop.time()
    try:
        async with asyncio.timeout(timeout_s):
            pipeline = Pipeline(stage, inputs=(sends,))
            async with pipeline.turn(ConversationContext(), meter.passing()) as turn:
                async for event in turn:
                    stamped.append(Stamped(loop.time() - begun, event))  # noqa: PERF401  # kept when the run fails
    except StageError as error:
        fault = fault_of(error)
    except TimeoutError:
        fault = f"it was not done after {timeout_s:g} s and was stopped"
    return Measurement(tuple(stamped), loop.time() - begun, meter.seconds, fault)


def fault_of(error: BaseException) -> str:
    """An error as one sentence: the words of one that was written for users, else the stage and what it raised."""
    cause, stage = error, ""
    while isinstance(cause, StageError):
        stage, cause = cause.stage, cause.cause
    if isinstance(cause, PipelineError) or not stage:
        return str(cause) or type(cause).__name__
    return f"stage '{stage}' failed: {type(cause).__name__}: {cause}".rstrip(": ")


class _Meter:
    """Lets a source through and adds up how much sound there was."""

    def __init__(self, source: AsyncIterable[Any]) -> None:
        self._source = source
        self.seconds = 0.0

    async def passing(self) -> AsyncIterator[Any]:
        """The same events."""
        if isinstance(self._source, AsyncGenerator):
            async with aclosing(self._source):
                async for event in self._counted():
                    yield event
        else:
            async for event in self._counted():
                yield event

    async def _counted(self) -> AsyncIterator[Any]:
        async for event in self._source:
            if isinstance(event, Audio):
                self.seconds += event.seconds
            yield event
