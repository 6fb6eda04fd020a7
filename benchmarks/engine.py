"""What the engine adds to a turn, beside bare asyncio and httpx doing the same: `python -m benchmarks.engine`.

The same turn on both sides, interleaved in one run: an instant final transcript, an answer streamed by a local server
(150 ms to the first token, 20 ms per token), cut into sentences, spoken by the same in-process espeak-ng. `added` is
the time to first audio less what the script itself takes (the tokens of the first sentence); the voice is in it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.stream_server import FIRST_SENTENCE_TOKENS, FIRST_TOKEN_S, TOKEN_S

QUESTION = "What is the total on this invoice?"
SCRIPT_S = FIRST_TOKEN_S + (FIRST_SENTENCE_TOKENS - 1) * TOKEN_S
SPREAD_S = 0.05
"""Between the beginnings of two turns."""
SIDES = ("ours", "bare")
Turn = Callable[[], Coroutine[Any, Any, float]]
"""Runs one turn and returns the seconds to first audio."""


class Voice:
    """The shared voice: one thread, as a process has one espeak-ng."""

    def __init__(self) -> None:
        from benchmarks.espeak import Espeak

        self._espeak = Espeak()
        self._thread = ThreadPoolExecutor(1)
        self._espeak.speak("Warm up.")

    async def speak(self, text: str) -> Any:
        """Samples of `text`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._espeak.speak, text)

    @property
    def sample_rate(self) -> int:
        """Samples per second."""
        return self._espeak.sample_rate

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()


class Tts:
    """The shared voice as a stage."""

    name = "tts"

    def __init__(self, voice: Voice) -> None:
        from pipeline.events import Sentence, Speech

        self.accepts, self.emits = (Sentence,), (Speech,)
        self._voice = voice

    async def run(self, inbox: Any, turn: Any) -> AsyncIterator[Any]:
        """Speak each sentence as it comes."""
        from pipeline.events import Speech

        async for sentence in inbox:
            yield Speech(await self._voice.speak(sentence.text), self._voice.sample_rate, sentence.text)


async def our_turns(stack: AsyncExitStack, url: str, voice: Voice, count: int) -> list[Turn]:
    """One pipeline a conversation, as an assistant for many users would have; the client is shared."""
    from pipeline.context import ConversationContext
    from pipeline.events import Speech, Transcript
    from pipeline.runner import Pipeline
    from pipeline.testing import scripted
    from r1 import R1Client, options_for
    from stages.reasoning import Reasoner
    from stages.sentences import SentenceSplitter

    client = await stack.enter_async_context(R1Client(options_for(f"openai:{url}", model="bench")))

    def conversation() -> Turn:
        pipeline = Pipeline(Reasoner(client), SentenceSplitter(), Tts(voice), inputs=(Transcript,))

        async def turn() -> float:
            started, first = time.perf_counter(), 0.0
            source = scripted((0.0, Transcript(QUESTION, "en")))
            async with pipeline.turn(ConversationContext(), source) as running:
                async for event in running:
                    if not first and type(event) is Speech:
                        first = time.perf_counter() - started
            return first

        return turn

    return [conversation() for _ in range(count)]


async def bare_turns(stack: AsyncExitStack, url: str, voice: Voice, count: int) -> list[Turn]:
    """What one would write by hand: read the stream, speak whenever a sentence is complete."""
    import httpx

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    client = await stack.enter_async_context(httpx.AsyncClient(limits=limits, timeout=60))

    async def turn() -> float:
        started, first, pending = time.perf_counter(), 0.0, ""
        sentences: asyncio.Queue[str | None] = asyncio.Queue()

        async def speak() -> None:
            nonlocal first
            while (sentence := await sentences.get()) is not None:
                await voice.speak(sentence)
                first = first or time.perf_counter() - started

        speaking = asyncio.create_task(speak())
        body = {"model": "bench", "messages": [{"role": "user", "content": QUESTION}], "stream": True}
        async with client.stream("POST", f"{url}/chat/completions", json=body) as response:
            async for line in response.aiter_lines():
                if not line.startswith("data: ") or line == "data: [DONE]":
                    continue
                pending += json.loads(line[6:])["choices"][0]["delta"].get("content", "")
                if pending.endswith((".", "!", "?")):
                    sentences.put_nowait(pending)
                    pending = ""
        sentences.put_nowait(None)
        await speaking
        return first

    return [turn] * count


@dataclass
class Measured:
    """What one side showed at one number of conversations."""

    added_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    """Per turn, of the whole process."""


async def measure(url: str, count: int, rounds: int) -> dict[str, Measured]:
    """Both sides by turns, `rounds` times, with `count` conversations at once."""
    voice = Voice()
    measured = {side: Measured() for side in SIDES}
    async with AsyncExitStack() as stack:
        makers = {"ours": our_turns, "bare": bare_turns}
        turns = {side: await make(stack, url, voice, count) for side, make in makers.items()}
        for side in SIDES:  # connections open and code warm
            await asyncio.gather(*(started(turn, i) for i, turn in enumerate(turns[side])))
        for number in range(rounds):
            for side in SIDES if number % 2 else SIDES[::-1]:
                gc.collect()
                cpu = time.process_time()
                firsts = await asyncio.gather(*(started(turn, i) for i, turn in enumerate(turns[side])))
                measured[side].cpu_ms.append((time.process_time() - cpu) * 1e3 / count)
                measured[side].added_ms += [(first - SCRIPT_S) * 1e3 for first in firsts]
    voice.close()
    return measured


async def started(turn: Turn, number: int) -> float:
    """Conversations do not speak in step: in this process twenty turns begin each second, however many there are."""
    await asyncio.sleep(number * SPREAD_S)
    return await turn()


def memory_per_conversation(url: str, side: str, count: int = 100) -> float:
    """KiB of resident memory that each of `count` conversations adds, measured in a process of its own."""
    import psutil

    async def main() -> float:
        voice = Voice()
        async with AsyncExitStack() as stack:
            make = {"ours": our_turns, "bare": bare_turns}[side]
            await (await make(stack, url, voice, 1))[0]()
            gc.collect()
            before = psutil.Process().memory_info().rss
            turns = await make(stack, url, voice, count)
            tasks = [asyncio.create_task(turn()) for turn in turns]
            await asyncio.sleep(SCRIPT_S + 0.05)  # every conversation is in the middle of its turn
            after = psutil.Process().memory_info().rss
            await asyncio.gather(*tasks)
        voice.close()
        return float(after - before) / 1024 / count

    return asyncio.run(main())


def in_process(*arguments: str) -> str:
    """The standard output of this module run in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.engine", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


IMPORTS = {
    "ours": "import pipeline.runner, pipeline.what_if, r1, stages.reasoning, stages.sentences",
    "bare": "import asyncio, json, httpx",
}


def import_ms(side: str) -> float:
    """Median of five fresh interpreters, less an interpreter that imports nothing."""

    def once(code: str) -> float:
        started_at = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())})
        return (time.perf_counter() - started_at) * 1e3

    return statistics.median(once(IMPORTS[side]) - once("pass") for _ in range(5))


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def report(url: str, counts: list[int], rounds: int) -> None:
    """Run everything and print it as a table."""
    from rich.console import Console
    from rich.table import Table

    console = Console(width=130)
    table = Table(title="Added to first audio, and CPU per turn: ours beside bare asyncio + httpx")
    for heading in ("conversations", "ours added ms (p95)", "bare added ms (p95)", "ratio", "difference ms",
                    "ours CPU ms", "bare CPU ms", "within 1.3x or 2 ms"):  # fmt: skip
        table.add_column(heading, justify="right")
    for count in counts:
        measured = asyncio.run(measure(url, count, max(4, rounds if count > 1 else 5 * rounds)))
        ours, bare = measured["ours"], measured["bare"]
        a, b = statistics.median(ours.added_ms), statistics.median(bare.added_ms)
        table.add_row(
            str(count), f"{a:.1f} ({p95(ours.added_ms):.1f})", f"{b:.1f} ({p95(bare.added_ms):.1f})", f"{a / b:.2f}",
            f"{a - b:+.1f}", f"{statistics.median(ours.cpu_ms):.1f}", f"{statistics.median(bare.cpu_ms):.1f}",
            "yes" if a <= max(1.3 * b, b + 2.0) else "NO",
        )  # fmt: skip
    console.print(table)
    for side in SIDES:
        memory = statistics.median(float(in_process("--memory", side, "--url", url)) for _ in range(3))
        console.print(f"{side}: {memory:.0f} KiB per conversation in mid-turn, import {import_ms(side):.0f} ms")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, nargs="+", default=[1, 10, 50, 100])
    parser.add_argument("--rounds", type=int, default=6, help="repeats per side and number of conversations")
    parser.add_argument("--memory", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory:
        print(memory_per_conversation(options.url, options.memory))
        return
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.stream_server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        report(f"http://127.0.0.1:{int(server.stdout.readline())}", options.conversations, options.rounds)
    finally:
        server.communicate(timeout=10)


if __name__ == "__main__":
    main()
