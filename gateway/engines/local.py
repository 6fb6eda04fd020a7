r"""Weights in this process: an R1-Distill model in CTranslate2's format, generated in dynamic batches.

    ct2-transformers-converter --model deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B --quantization int8 \
        --output_dir r1-distill --copy_files tokenizer.json tokenizer_config.json

CTranslate2 comes with faster-whisper. One batch runs at a time, in a thread; tokens come out as they are made.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.batching import Batcher, BatchLimits
from gateway.engine import EngineDelta, EngineEnd, EngineError, EngineRequest
from gateway.errors import GatewayError
from r1.thinking import ThinkSplitter

_FILES = ("config.json", "model.bin", "tokenizer.json")
_USER, _ASSISTANT, _BEGIN = "<｜User｜>", "<｜Assistant｜>", "<｜begin▁of▁sentence｜>"
"""R1's own marks (its tokenizer_config.json); a model without them is asked with the bare prompt."""
_OPENING, _SKIPPED = "<think>\n", "<think>\n\n</think>\n\n"
_CLOSING = "\n</think>\n\n"
_UNFINISHED = "\ufffd"
"""What a tokenizer gives for the first bytes of a character."""
DEFAULT_CONTEXT = 4096


@dataclass(frozen=True, slots=True)
class LocalOptions:
    """How the weights are run."""

    device: str = "auto"
    """cpu, cuda or auto."""
    compute_type: str = "default"
    threads: int = 0
    """Of one batch; 0: as many as CTranslate2 likes."""
    context_tokens: int = DEFAULT_CONTEXT
    """Prompt and reply together."""
    batch: BatchLimits = field(default_factory=BatchLimits)


class LocalEngine:
    """Answers with the weights in `folder`; an async context manager.

    Loads them on construction, which takes seconds and blocks. Raises `GatewayError` for a folder that holds no model.
    """

    keeps = True

    def __init__(self, folder: Path, options: LocalOptions | None = None) -> None:
        self._options = options or LocalOptions()
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise GatewayError(
                f"{folder}: holds no model in CTranslate2's format ({', '.join(missing)} missing); convert one with "
                "ct2-transformers-converter, and copy its tokenizer.json there"
            )
        self._generator, self._tokenizer = _loaded(folder, self._options)
        self._is_r1 = self._tokenizer.token_to_id(_ASSISTANT) is not None
        self._batcher: Batcher[_Sequence] = Batcher(self._generate, self._options.batch)
        self.name = f"local {folder.name}"

    async def __aenter__(self) -> LocalEngine:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._batcher.close()

    async def generate(self, request: EngineRequest) -> AsyncIterator[EngineDelta | EngineEnd]:
        """The thoughts, then the answer. Raises `EngineError` for a prompt that does not fit."""
        closed = request.reasoning_budget == 0
        prompt = self._tokens(self._asked(request.prompt, closed=closed))
        if len(prompt) >= self._options.context_tokens:
            most = self._options.context_tokens
            raise EngineError(f"prompt: has {len(prompt)} tokens, and the model takes {most}: shorten it", "prompt")
        splitter = ThinkSplitter("open" if self._is_r1 and not closed else "tagged")
        counts = _Counts()
        most = min(request.max_tokens, self._options.context_tokens - len(prompt))
        sequence = _Sequence(prompt, most, request.temperature, request.top_p)
        async for piece in self._pieces(sequence, request):
            for delta in splitter.feed(piece):
                yield delta
            counts.add(splitter.thinking)
            if splitter.thinking and _is_spent(counts, request.reasoning_budget):
                break  # closing the thoughts by our own hand, as s1 does (arXiv:2501.19393)
        if splitter.thinking and _is_spent(counts, request.reasoning_budget) and counts.all < most:
            for delta in splitter.feed(_CLOSING):
                yield delta
            so_far = [*prompt, *sequence.made, *self._tokens(_CLOSING)]
            sequence = _Sequence(so_far, most - counts.all, request.temperature, request.top_p)
            async for piece in self._pieces(sequence, request):
                for delta in splitter.feed(piece):
                    yield delta
                counts.add(splitter.thinking)
        for delta in splitter.finish(complete=not sequence.is_cut):
            yield delta
        yield EngineEnd(
            "length" if sequence.is_cut else "stop", len(prompt), counts.all, counts.thought, served_by=self.name
        )

    async def _pieces(self, sequence: _Sequence, request: EngineRequest) -> AsyncIterator[str]:
        """The text as its tokens come, one piece a token; whoever closes this stops the sequence."""
        key = (request.temperature, request.top_p)
        through = asyncio.ensure_future(self._batcher.through(sequence, key, request.priority))
        through.add_done_callback(lambda _: sequence.arrived.put_nowait(None))
        said = ""
        try:
            while (token := await sequence.arrived.get()) is not None:
                sequence.made.append(token)
                text = str(self._tokenizer.decode(sequence.made, skip_special_tokens=True))
                whole = text.endswith(_UNFINISHED)
                yield "" if whole else text[len(said) :]
                said = said if whole else text
            await through
        finally:
            sequence.stopped = True
            through.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await through

    async def _generate(self, batch: list[_Sequence]) -> None:
        """Run a batch in a thread."""
        loop = asyncio.get_running_loop()

        def step(result: Any) -> bool:
            sequence = batch[result.batch_id]
            if sequence.stopped:
                return True
            if result.is_last:
                return False  # the end token, which is none of the reply: the longest of the batch has room for it
            if sequence.count >= sequence.most:
                sequence.is_cut = True
                return True
            sequence.count += 1
            loop.call_soon_threadsafe(sequence.arrived.put_nowait, result.token_id)
            return False

        first = batch[0]
        sampling = {"sampling_topk": 1} if first.temperature == 0 else {
            "sampling_topk": 0, "sampling_temperature": first.temperature, "sampling_topp": first.top_p,
        }  # fmt: skip
        prompts = [[self._tokenizer.id_to_token(token) for token in sequence.prompt] for sequence in batch]
        await asyncio.to_thread(
            self._generator.generate_batch,
            prompts,
            max_length=max(sequence.most for sequence in batch) + 2,
            include_prompt_in_result=False,
            callback=step,
            **sampling,
        )

    def _asked(self, prompt: str, *, closed: bool) -> str:
        if not self._is_r1:
            return prompt
        return f"{_BEGIN}{_USER}{prompt}{_ASSISTANT}{_SKIPPED if closed else _OPENING}"

    def _tokens(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)


@dataclass(slots=True)
class _Sequence:
    """One reply in a batch."""

    prompt: Sequence[int]
    most: int
    """Tokens that it may have."""
    temperature: float
    top_p: float
    arrived: asyncio.Queue[int | None] = field(default_factory=asyncio.Queue)
    """Tokens as they are made; None at the end."""
    made: list[int] = field(default_factory=list)
    count: int = 0
    stopped: bool = False
    """Nobody wants it any more."""
    is_cut: bool = False


@dataclass(slots=True)
class _Counts:
    all: int = 0
    thought: int = 0

    def add(self, is_thought: bool) -> None:
        self.all += 1
        self.thought += is_thought


def _is_spent(counts: _Counts, budget: int | None) -> bool:
    return budget is not None and counts.thought >= budget


def _loaded(folder: Path, options: LocalOptions) -> tuple[Any, Any]:
    import ctranslate2
    import tokenizers

    try:
        generator = ctranslate2.Generator(
            str(folder), device=options.device, compute_type=options.compute_type, intra_threads=options.threads
        )
        return generator, tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:
        raise GatewayError(f"{folder}: the model cannot be loaded ({error}); convert it anew") from error
