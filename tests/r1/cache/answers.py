"""Answers, keys and streams that the tests of the cache share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from r1 import Completion, Delta, Timing, Usage
from r1.cache import CachedReply, CacheKey, cache_key
from r1.cache.replay import Stream
from r1.request import Caller

CANARY = "canary-5e1f"
"""Stands in every text that must not be logged."""


def key_of(
    prompt: str = f"Why? {CANARY}",
    tenant: str = "acme",
    user: str = f"ann-{CANARY}",
    session: str = "1",
    model: str = "r1",
) -> CacheKey:
    return cache_key(Caller(tenant, user, session), prompt, {"model": model})


def reply_of(answer: str = f"因为散射。 Scattering. {CANARY}", thoughts: str = f"Hm… {CANARY}") -> CachedReply:
    return CachedReply(answer, thoughts, "stop", Usage(5, 9, 14, 6, estimated=True), "deepseek-r1")


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Script:
    """An upstream: counts its calls, says its items with a pause before each, and notes how it ended."""

    items: list[Delta | Completion | Exception]
    pause_s: float = 1.0
    calls: int = 0
    ends: list[str] = field(default_factory=list)

    async def __call__(self) -> Stream:
        self.calls += 1
        try:
            for item in self.items:
                await asyncio.sleep(self.pause_s)
                if isinstance(item, Exception):
                    raise item
                yield item
            self.ends.append("ended")
        except (asyncio.CancelledError, GeneratorExit):
            self.ends.append("closed")
            raise


def completion_of(
    answer: str = f"Scattering. {CANARY}", finish_reason: str = "stop", fallback: bool = False
) -> Completion:
    return Completion(
        answer=answer,
        thoughts=f"Hm. {CANARY}",
        finish_reason=finish_reason,
        usage=Usage(5, 9, 14, 6),
        served_by="deepseek-r1",
        attempts=(),
        timing=Timing(first_event_s=1.0, first_answer_s=2.0, thinking_s=1.0, total_s=3.0),
        fallback=fallback,
    )


def script_of(completion: Completion | None = None) -> Script:
    """Thought, answer and completion, a second apart."""
    whole = completion or completion_of()
    return Script([Delta("thought", whole.thoughts), Delta("answer", whole.answer), whole])


async def heard(stream: Stream) -> list[Delta | Completion]:
    """All that a stream says."""
    return [item async for item in stream]
