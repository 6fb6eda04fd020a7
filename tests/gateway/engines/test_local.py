from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from gateway.batching import BatchLimits
from gateway.engine import EngineDelta, EngineEnd, EngineError, EngineRequest
from gateway.engines.local import LocalEngine, LocalOptions
from gateway.errors import GatewayError
from tests.gateway.engines.chain_model import write_chain_model

SAID = ["Let", " me", " see", "</think>", "\n\n", "The", " total", " is", " four"]
ENDLESS = [f" w{number}" for number in range(40)]


@pytest.fixture(scope="module")
def thinker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thinks three words and says four."""
    return write_chain_model(tmp_path_factory.mktemp("thinker"), SAID, after="\n")


def with_engine(folder: Path, work: Callable[[LocalEngine], Coroutine[Any, Any, Any]], **options: Any) -> Any:
    async def main() -> Any:
        async with LocalEngine(folder, LocalOptions(**options)) as engine:
            return await work(engine)

    return asyncio.run(main())


async def said(engine: LocalEngine, **request: Any) -> tuple[str, str, EngineEnd]:
    """Thoughts, answer, and how it ended."""
    texts = {"thought": "", "answer": ""}
    stream = engine.generate(EngineRequest("why?", temperature=request.pop("temperature", 0), **request))
    assert isinstance(stream, AsyncIterator)
    async for item in stream:
        if isinstance(item, EngineEnd):
            return texts["thought"], texts["answer"], item
        texts[item.kind] += item.text
    raise AssertionError("no end")


def test_thoughts_and_answer_of_real_weights(thinker: Path) -> None:
    """As R1's template opens the thoughts, so the model closes them; tokens are counted by its tokenizer."""
    thought, answer, end = with_engine(thinker, said)
    assert (thought, answer) == ("Let me see", "The total is four")
    assert (end.finish_reason, end.completion_tokens, end.reasoning_tokens) == ("stop", 9, 3)
    assert end.prompt_tokens == 7
    assert end.served_by.startswith("local thinker")


@pytest.mark.parametrize(("most", "answer", "reason"), [(9, "The total is four", "stop"), (7, "The total", "length")])
def test_the_limit_cuts(thinker: Path, most: int, answer: str, reason: str) -> None:
    """A reply that just fits is whole."""
    _, got, end = with_engine(thinker, lambda engine: said(engine, max_tokens=most))
    assert (got, end.finish_reason) == (answer, reason)


def test_a_thinking_budget_closes_the_thoughts(thinker: Path) -> None:
    """The model goes on with its answer; 0 skips the thoughts."""
    thought, _, end = with_engine(thinker, lambda engine: said(engine, reasoning_budget=2))
    assert thought.strip() == "Let me"
    assert end.reasoning_tokens == 2
    skipped, _, _ = with_engine(thinker, lambda engine: said(engine, reasoning_budget=0))
    assert skipped == ""


def test_calls_together_are_one_batch_and_give_the_same(thinker: Path) -> None:
    """Also with limits of their own; another temperature is another batch."""

    async def work(engine: LocalEngine) -> tuple[list[Any], list[int]]:
        calls = [said(engine, max_tokens=most) for most in (2, 4, 9, 50)]
        warm = said(engine, temperature=1e-4, top_p=0.1)
        return await asyncio.gather(*calls, warm), engine._batcher.sizes

    results, sizes = with_engine(thinker, work, batch=BatchLimits(wait_s=0.05))
    assert [(thought + answer)[:6] for thought, answer, _ in results] == ["Let me"] * 5
    assert [end.completion_tokens for *_, end in results] == [2, 4, 9, 9, 9]
    assert sorted(sizes) == [1, 4]


def test_closing_stops_the_batch_soon(tmp_path: Path) -> None:
    """A model that would say ten thousand words, left after the first one."""
    folder = write_chain_model(tmp_path / "endless", ENDLESS, after="\n")
    vocabulary_loops(folder)

    async def work(engine: LocalEngine) -> None:
        loop = asyncio.get_running_loop()
        stream = engine.generate(EngineRequest("why?", temperature=0, max_tokens=3000))
        async with aclosing(stream) as items:  # type: ignore[type-var]  # a generator, as engines are
            await anext(items)
        left_at = loop.time()
        _, _, end = await said(engine, max_tokens=1)
        assert end.completion_tokens == 1
        assert loop.time() - left_at < 2

    with_engine(folder, work)


def vocabulary_loops(folder: Path) -> None:
    """The model has no end of its own: forget the end token in its configuration."""
    file = folder / "config.json"
    file.write_text(file.read_text().replace('"<|end|>"', '"<unk>"'))


def test_a_prompt_that_does_not_fit_is_refused(thinker: Path) -> None:
    """With the field, so that the caller can shorten it."""
    with pytest.raises(EngineError, match="shorten it") as refused:
        with_engine(thinker, said, context_tokens=5)
    assert refused.value.field == "prompt"


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    """With what is missing and how to come by it."""
    with pytest.raises(GatewayError, match=r"tokenizer.json missing.*ct2-transformers-converter"):
        LocalEngine(tmp_path)
    for name in ("config.json", "model.bin", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(GatewayError, match="cannot be loaded"):
        LocalEngine(tmp_path)


def test_a_model_without_r1_s_marks_is_asked_plainly(tmp_path: Path) -> None:
    """Whatever it says is the answer, but for tags of its own."""
    folder = write_chain_model(tmp_path / "plain", ["The", " total"], after="?", marks=())
    thought, answer, _ = with_engine(folder, said)
    assert (thought, answer) == ("", "The total")
    assert EngineDelta("answer", "x").kind == "answer"
