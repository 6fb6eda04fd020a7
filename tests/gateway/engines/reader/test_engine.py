"""The reader behind the engine protocol."""

import asyncio
from datetime import UTC, datetime

from gateway.engine import EngineDelta, EngineEnd, EngineRequest
from gateway.engines.reader import ReaderEngine
from text.prompt import PromptPage, PromptParts, build_prompt
from text.tokens import estimate_tokens

PROMPT = build_prompt(PromptParts("what is the total", (PromptPage("a.png", 1, ("Invoice", "Total: $420.00")),)))


def generate(request: EngineRequest) -> list[EngineDelta | EngineEnd]:
    engine = ReaderEngine(now=lambda: datetime(2026, 11, 23, 20, 5, tzinfo=UTC))

    async def collect() -> list[EngineDelta | EngineEnd]:
        return [item async for item in engine.generate(request)]

    return asyncio.run(collect())


def text_of(items: list[EngineDelta | EngineEnd], kind: str) -> str:
    return "".join(item.text for item in items if isinstance(item, EngineDelta) and item.kind == kind)


def test_thoughts_come_first_then_the_answer_with_its_mark() -> None:
    """The answer streams in pieces after the trace, and the end reports what was spent."""
    items = generate(EngineRequest(PROMPT))
    kinds = [item.kind for item in items if isinstance(item, EngineDelta)]
    assert kinds == sorted(kinds, reverse=True) and len(kinds) > 4
    assert text_of(items, "answer") == "The total is $420.00. [a.png p1 l2]"
    end = items[-1]
    assert isinstance(end, EngineEnd) and end.finish_reason == "stop"
    assert end.prompt_tokens == estimate_tokens(PROMPT)
    assert end.completion_tokens is not None and end.reasoning_tokens is not None
    assert 0 < end.reasoning_tokens < end.completion_tokens


def test_max_tokens_cuts_thoughts_and_answer_together() -> None:
    """No more is generated than was allowed, and the end says that it was cut."""
    items = generate(EngineRequest(PROMPT, max_tokens=8))
    end = items[-1]
    assert isinstance(end, EngineEnd) and end.finish_reason == "length"
    said = text_of(items, "thought") + text_of(items, "answer")
    assert 0 < estimate_tokens(said) <= 8 and end.completion_tokens == estimate_tokens(said)


def test_it_is_called_reader() -> None:
    """The name is what answers are served by."""
    assert ReaderEngine().name == "reader"
