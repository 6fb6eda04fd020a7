"""The reader as an engine behind the gateway."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from gateway.engine import EngineDelta, EngineEnd, EngineRequest
from gateway.engines.reader.reading import read
from text.prompt import parse_prompt
from text.tokens import estimate_tokens

_PIECE = re.compile(r"\S+\s*|\s+|[\u3400-\u9fff，。]")


def local_time() -> datetime:
    """The machine's clock, with its time zone."""
    return datetime.now().astimezone()


class ReaderEngine:
    """Answers from what the prompt carries, by reading: no model, no network, the same answer every time.

    Sampling parameters have nothing to act on. Costs some 20 milliseconds per page, spent in a worker thread.
    """

    name = "reader"
    keeps = False
    """It answers from the clock too, and faster than any cache."""

    def __init__(self, now: Callable[[], datetime] = local_time) -> None:
        self._now = now

    async def generate(self, request: EngineRequest) -> AsyncIterator[EngineDelta | EngineEnd]:
        """Stream a short trace as thoughts, then the answer, word by word; ends with "length" at `max_tokens`."""
        parts = parse_prompt(request.prompt)
        reading = await asyncio.to_thread(read, parts, self._now())
        spent = 0
        thinking = 0
        finish = EngineEnd("stop")
        for kind, text in (("thought", reading.thoughts), ("answer", reading.answer)):
            said = ""
            for piece in _PIECE.findall(text):
                total = spent + estimate_tokens(said + piece)
                if total > request.max_tokens:
                    finish = EngineEnd("length")
                    break
                said += piece
                yield EngineDelta("thought" if kind == "thought" else "answer", piece)
                await asyncio.sleep(0)
            spent += estimate_tokens(said)
            if kind == "thought":
                thinking = spent
            if finish.finish_reason == "length":
                break
        yield EngineEnd(
            finish.finish_reason,
            prompt_tokens=estimate_tokens(request.prompt),
            completion_tokens=spent,
            reasoning_tokens=thinking,
        )
