"""Batches on the virtual clock: prompts that come in time, and a server that counts what it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from r1.batch import BatchOptions, BatchResult, infer_many
from r1.errors import RateLimitedError, RequestRefusedError, UpstreamError
from r1.results import Completion, Timing, Usage


def answer(text: str) -> Completion:
    return Completion(text, "", "stop", Usage(), "test", (), Timing())


@dataclass
class Server:
    """Answers a prompt of the form `SECONDS` or `SECONDS OUTCOME` after that time, by the outcome's name."""

    refuses_groups: bool = False
    skips: frozenset[int] = frozenset()
    """Places of a group that get no answer."""
    begun: list[tuple[float, str]] = field(default_factory=list)
    groups: list[tuple[float, list[str]]] = field(default_factory=list)
    busy: int = 0
    most_busy: int = 0

    async def infer(self, prompt: str) -> Completion:
        self.begun.append((asyncio.get_running_loop().time(), prompt))
        with self:
            seconds, _, outcome = prompt.partition(" ")
            await asyncio.sleep(float(seconds))
        match outcome:
            case "refused":
                raise RequestRefusedError("no", 400)
            case "busy":
                raise RateLimitedError("later", 1.0)
            case "bug":
                raise ZeroDivisionError(prompt)
            case "cancelled":
                raise asyncio.CancelledError
        return answer(prompt)

    async def infer_group(
        self, prompts: Sequence[str]
    ) -> AsyncGenerator[tuple[int, Completion | RequestRefusedError], None]:
        """All at once; each answers after its own time, in that order."""
        self.groups.append((asyncio.get_running_loop().time(), list(prompts)))
        with self:
            if self.refuses_groups:
                await asyncio.sleep(0.1)
                raise RequestRefusedError("one prompt at a time", 422)
            begun = asyncio.get_running_loop().time()
            for place in sorted(range(len(prompts)), key=lambda place: float(prompts[place].split()[0])):
                seconds, _, outcome = prompts[place].partition(" ")
                await asyncio.sleep(max(0.0, begun + float(seconds) - asyncio.get_running_loop().time()))
                if outcome == "breaks":
                    raise UpstreamError("the stream broke off")
                if outcome == "bug":
                    raise ZeroDivisionError(prompts[place])
                if place not in self.skips:
                    yield place, RequestRefusedError("no", 400) if outcome == "refused" else answer(prompts[place])

    def __enter__(self) -> None:
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)

    def __exit__(self, *_: object) -> None:
        self.busy -= 1


@dataclass
class Prompts:
    """An iterable that counts how far it was read."""

    items: Iterator[str]
    read: int = 0

    def __iter__(self) -> Iterator[str]:
        for item in self.items:
            self.read += 1
            yield item


@dataclass
class Arrivals:
    """Prompts that come after pauses, as (seconds, prompt); tells whether it was closed."""

    items: Sequence[tuple[float, str]]
    closed: bool = False

    async def __call__(self) -> AsyncGenerator[str, None]:
        try:
            for seconds, prompt in self.items:
                await asyncio.sleep(seconds)
                yield prompt
        finally:
            self.closed = True


async def results_of(
    prompts: Any, server: Server, options: BatchOptions | None = None, grouped: bool = False
) -> list[tuple[int, float, BatchResult]]:
    """All results, each with its index and when it came."""
    batch = infer_many(prompts, server.infer, options, server.infer_group if grouped else None)
    return [(result.index, asyncio.get_running_loop().time(), result) async for result in batch]


def times(results: list[tuple[int, float, BatchResult]]) -> list[tuple[int, float]]:
    return [(index, round(at, 6)) for index, at, _ in results]
