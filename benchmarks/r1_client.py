"""The R1 client beside the `openai` SDK and bare httpx: `python -m benchmarks.r1_client`.

All three call the same local server, a process of its own, by turns in one run, each over one client that is kept:

    first token   from the call to the first piece of the answer; the server answers at once, so this is what is added
    CPU           of this process per 1,000 tokens of a stream that brings one a millisecond, each in its own packet
    requests/s    with 64 calls at once, each a short streamed reply; and the CPU of this process for each of them
    memory        the peak of a fresh process that makes 200 calls, one after another

The best run counts for requests/s, which other work on the machine can only lower; the median for the rest.
Bare httpx is what one would write by hand: post, read lines, parse JSON; no timers, no retries, no thoughts, no checks.
Ours takes about a tenth more CPU for a token than that, for those; for a call it takes less, since it leaves out what
httpx does for browsers (`r1/connection.py`) and keeps its connections in small pools (`r1/lanes.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, aclosing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.engine import p95
from benchmarks.stream_server import FAST_EVENTS

QUESTION = "What is the total on this invoice?"
SIDES = ("ours", "openai SDK", "bare httpx")
AT_ONCE, FAST = "/at-once", "/fast"
CONCURRENCY = 64
MEMORY_CALLS = 200
MOST_RATIO = 1.2
"""What ours may cost, in terms of bare httpx."""

Texts = Callable[[str], AsyncGenerator[str, None]]
"""The pieces of the answer that the server gives under a path."""


async def ours(stack: AsyncExitStack, url: str) -> Texts:
    """Through `R1Client`."""
    from r1 import Delta, R1Client, options_for

    clients = {
        path: await stack.enter_async_context(R1Client(options_for(f"openai:{url}{path}", model="bench")))
        for path in (AT_ONCE, FAST)
    }

    async def texts(path: str) -> AsyncGenerator[str, None]:
        async with aclosing(clients[path].stream(QUESTION)) as items:
            async for item in items:
                if isinstance(item, Delta):
                    yield item.text

    for path in clients:  # from its first reply a client learns that this model writes no thoughts into its answer
        await drain(texts(path))
    return texts


async def openai_sdk(stack: AsyncExitStack, url: str) -> Texts:
    """Through `openai.AsyncOpenAI`."""
    from openai import AsyncOpenAI

    clients = {
        path: await stack.enter_async_context(AsyncOpenAI(base_url=f"{url}{path}", api_key="none"))
        for path in (AT_ONCE, FAST)
    }

    async def texts(path: str) -> AsyncGenerator[str, None]:
        stream = await clients[path].chat.completions.create(
            model="bench", messages=[{"role": "user", "content": QUESTION}], stream=True
        )
        async for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                yield chunk.choices[0].delta.content

    return texts


async def bare_httpx(stack: AsyncExitStack, url: str) -> Texts:
    """Through `httpx.AsyncClient` and `json`."""
    import httpx

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    client = await stack.enter_async_context(httpx.AsyncClient(limits=limits, timeout=60))

    async def texts(path: str) -> AsyncGenerator[str, None]:
        body = {"model": "bench", "messages": [{"role": "user", "content": QUESTION}], "stream": True}
        async with client.stream("POST", f"{url}{path}/chat/completions", json=body) as response:
            async for line in response.aiter_lines():
                if line.startswith("data: ") and line != "data: [DONE]":
                    text = json.loads(line[6:])["choices"][0]["delta"].get("content")
                    if text:
                        yield text

    return texts


MAKERS: dict[str, Callable[[AsyncExitStack, str], Coroutine[None, None, Texts]]] = dict(
    zip(SIDES, (ours, openai_sdk, bare_httpx), strict=True)
)


async def drain(texts: AsyncGenerator[str, None]) -> float:
    """Read it to its end; seconds from the call to the first piece."""
    started, first = time.perf_counter(), 0.0
    async for _ in texts:
        first = first or time.perf_counter() - started
    return first


@dataclass
class Measured:
    """What one side showed."""

    first_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    """Per 1,000 tokens."""
    requests_s: list[float] = field(default_factory=list)
    call_ms: list[float] = field(default_factory=list)
    """CPU per short call."""
    peak_mb: list[float] = field(default_factory=list)


async def measure(url: str, rounds: int) -> dict[str, Measured]:
    """All but memory, by turns."""
    measured = {side: Measured() for side in SIDES}
    async with AsyncExitStack() as stack:
        texts = {side: await make(stack, url) for side, make in MAKERS.items()}
        for side in SIDES:  # connections open and code warm
            await asyncio.gather(*(drain(texts[side](AT_ONCE)) for _ in range(CONCURRENCY)))
            await drain(texts[side](FAST))
        for number in range(rounds):
            for side in SIDES if number % 2 else SIDES[::-1]:
                gc.collect()
                measured[side].cpu_ms.append(await cpu_ms(texts[side]))
                per_s, call_ms = await many_calls(texts[side])
                measured[side].requests_s.append(per_s)
                measured[side].call_ms.append(call_ms)
            for call in range(40 * len(SIDES)):
                side = SIDES[call % len(SIDES)]
                measured[side].first_ms.append(await drain(texts[side](AT_ONCE)) * 1e3)
    return measured


async def cpu_ms(texts: Texts) -> float:
    """CPU of this process for a fast stream, per 1,000 tokens."""
    before = time.process_time()
    await drain(texts(FAST))
    return (time.process_time() - before) * 1e6 / len(FAST_EVENTS)


async def many_calls(texts: Texts, each: int = 5) -> tuple[float, float]:
    """Requests per second, `CONCURRENCY` at once, and the milliseconds of CPU for each."""

    async def several() -> None:
        for _ in range(each):
            await drain(texts(AT_ONCE))

    count, cpu, started = CONCURRENCY * each, time.process_time(), time.perf_counter()
    await asyncio.gather(*(several() for _ in range(CONCURRENCY)))
    return count / (time.perf_counter() - started), (time.process_time() - cpu) * 1e3 / count


async def make_calls(url: str, side: str) -> None:
    """What the process does whose memory is measured."""
    async with AsyncExitStack() as stack:
        texts = await MAKERS[side](stack, url)
        for _ in range(MEMORY_CALLS):
            await drain(texts(AT_ONCE))


def peak_mb() -> float:
    """The most memory that this process has had resident, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not `ru_maxrss`, which a new process takes over from the one that started it.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes on macOS


def peak_in_process(url: str, side: str) -> float:
    """`peak_mb` of a fresh process that has made its calls."""
    command = [sys.executable, "-m", "benchmarks.r1_client", "--memory", side, "--url", url]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@contextmanager
def serving() -> Iterator[str]:
    """The address of a stream server in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.stream_server"]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.communicate(timeout=10)


def report(measured: dict[str, Measured]) -> None:
    """Print it as a table, each figure with its ratio to bare httpx."""
    from rich.console import Console
    from rich.table import Table

    def typical(side: str, name: str) -> float:
        values = getattr(measured[side], name)
        return float(max(values) if name == "requests_s" else statistics.median(values))

    def figure(side: str, name: str) -> str:
        value = typical(side, name)
        tail = f" (p95 {p95(measured[side].first_ms):.2f})" if name == "first_ms" else ""
        return f"{value:.2f}{tail}" if value < 100 else f"{value:.0f}{tail}"

    def cost(side: str, name: str) -> float:
        ratio = typical(side, name) / typical("bare httpx", name)
        return 1 / ratio if name == "requests_s" else ratio

    table = Table(title="One client beside the others; ratios are costs in terms of bare httpx, less is better")
    for heading in ("", *SIDES, "ours / bare", "SDK / bare", f"within {MOST_RATIO}x of bare", "ahead of SDK"):
        table.add_column(heading, justify="right")
    rows = {
        "added to first token, ms": "first_ms",
        "CPU per 1,000 tokens, ms": "cpu_ms",
        f"requests/s, {CONCURRENCY} at once": "requests_s",
        "CPU per short call, ms": "call_ms",
        "peak memory of a process, MB": "peak_mb",
    }
    for title, name in rows.items():
        our_cost, sdk_cost = cost("ours", name), cost("openai SDK", name)
        table.add_row(
            title, *(figure(side, name) for side in SIDES), f"{our_cost:.2f}", f"{sdk_cost:.2f}",
            "yes" if our_cost <= MOST_RATIO else "NO", "yes" if our_cost < sdk_cost else "NO",
        )  # fmt: skip
    Console(width=160).print(table)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=6, help="repeats per side")
    parser.add_argument("--memory", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory:
        asyncio.run(make_calls(options.url, options.memory))
        print(peak_mb())
        return
    with serving() as url:
        measured = asyncio.run(measure(url, options.rounds))
        for side in SIDES:
            measured[side].peak_mb = [peak_in_process(url, side) for _ in range(3)]
    report(measured)


if __name__ == "__main__":
    main()
