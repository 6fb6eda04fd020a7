"""The gateway beside other ways to an R1 server: `python -m benchmarks.gateway`.

All stand before the same instant server, by turns, each a process of its own on one core, where `taskset` is; the
callers and the instant server share another:

    direct          no gateway at all
    ours-auth       our gateway: tokens, and the R1 client behind it
    ours-all        and audit, limits, redaction, metrics, a cache that never hits
    bare-aiohttp    some thirty lines that pass a call on, by aiohttp
    bare-httpx      the same by uvicorn, starlette and httpx
    litellm         LiteLLM's proxy, where `litellm[proxy]` is installed in an environment of its own: name its program
                    with --litellm (it wants other versions of packages than this project)
    portkey         Portkey's gateway, where npm has it: name its build/start-server.js with --portkey

Latency is what is added to direct calls. CPU per request is the process's own, and says more than requests per second
on a machine that does other things too. The best of the rounds counts for both: other work can only make them worse.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks.gateway_load import Load, load
from benchmarks.gateway_sides import MODEL

CONCURRENCY = (1, 16, 64)
WARM_UP = 200
MEMORY_STEPS = 5
LITELLM_PORT, PORTKEY_PORT = 4999, 4998


@dataclass
class Side:
    """One way, running."""

    name: str
    port: int
    head: str
    """What its callers send besides, line by line."""
    process: psutil.Process | None
    start_s: float = 0.0
    """From its start to its first answer."""
    start_cpu_s: float = 0.0
    """CPU that this took."""


@dataclass
class Figures:
    """By concurrency."""

    p50_ms: dict[int, float] = field(default_factory=dict)
    p99_ms: dict[int, float] = field(default_factory=dict)
    per_s: dict[int, float] = field(default_factory=dict)
    cpu_ms: dict[int, float] = field(default_factory=dict)
    first_ms: float = 0.0
    memory_mb: list[float] = field(default_factory=list)
    failed: int = 0


def measure(side: Side, count: int, rounds: int) -> Figures:
    """All but memory."""
    figures = Figures()
    _load(side, WARM_UP, 16, stream=False)
    _load(side, WARM_UP, 16, stream=True)
    for concurrency in CONCURRENCY:
        runs = []
        for _ in range(rounds):
            before = _cpu_s(side)
            run = _load(side, count if concurrency > 1 else max(200, count // 4), concurrency, stream=False)
            runs.append((run, (_cpu_s(side) - before) * 1e3 / max(1, len(run.whole_s))))
        figures.failed += sum(run.failed for run, _ in runs)
        figures.p50_ms[concurrency] = min(statistics.median(run.whole_s) for run, _ in runs) * 1e3
        figures.p99_ms[concurrency] = min(_p99(run.whole_s) for run, _ in runs) * 1e3
        figures.per_s[concurrency] = max(run.per_s for run, _ in runs)
        figures.cpu_ms[concurrency] = min(cpu for _, cpu in runs)
    streams = [_load(side, max(200, count // 4), 1, stream=True) for _ in range(rounds)]
    figures.failed += sum(run.failed for run in streams)
    # Portkey 1.15 cannot stream on Node 20.
    answered = [run for run in streams if not run.failed]
    figures.first_ms = min((statistics.median(run.first_s) for run in answered), default=math.nan) * 1e3
    return figures


def memory(side: Side, count: int) -> list[float]:
    """MB, at the start and after each fifth of `count` calls."""
    if side.process is None:
        return []
    seen = [_mb(side)]
    for _ in range(MEMORY_STEPS):
        _load(side, count // MEMORY_STEPS, 16, stream=False)
        seen.append(_mb(side))
    return seen


def _load(side: Side, count: int, concurrency: int, *, stream: bool) -> Load:
    return asyncio.run(load(side.port, side.head, count, concurrency, stream=stream))


def _cpu_s(side: Side) -> float:
    if side.process is None:
        return 0.0
    times = side.process.cpu_times()
    return times.user + times.system


def _mb(side: Side) -> float:
    return side.process.memory_info().rss / 1e6 if side.process is not None else 0.0


def _p99(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


@contextmanager
def running(name: str, address: str, core: int) -> Iterator[Side]:
    """One of `benchmarks.gateway_sides`, in a process of its own."""
    command = [*_pinned(core), sys.executable, "-m", "benchmarks.gateway_sides", name, address]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        told: dict[str, Any] = json.loads(process.stdout.readline())
        watched = psutil.Process(process.pid)
        side = Side(name, told["port"], _bearer(told["credential"]), watched)
        if name != "upstream":
            _load(side, 1, 1, stream=False)
        side.start_s, side.start_cpu_s = time.perf_counter() - started, _cpu_s(side)
        yield side
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def litellm(program: str, address: str, core: int) -> Iterator[Side]:
    """LiteLLM's proxy before the same server."""
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder) / "config.yaml"
        model = {"model": f"openai/{MODEL}", "api_base": address, "api_key": "none"}
        entry = {"model_name": MODEL, "litellm_params": model}
        configuration.write_text(json.dumps({"model_list": [entry], "general_settings": {"master_key": "sk-bench"}}))
        command = [program, "--config", str(configuration), "--port", str(LITELLM_PORT), "--host", "127.0.0.1"]
        side = Side("litellm", LITELLM_PORT, _bearer("sk-bench"), None)
        with _other(side, command, "/health/liveliness", core):
            yield side


@contextmanager
def portkey(script: str, address: str, core: int) -> Iterator[Side]:
    """Portkey's gateway before the same server, which each request names."""
    head = f"{_bearer('none')}x-portkey-provider: openai\r\nx-portkey-custom-host: {address}\r\n"
    side = Side("portkey", PORTKEY_PORT, head, None)
    with _other(side, ["node", script, f"--port={PORTKEY_PORT}", "--headless"], "/", core):
        yield side


@contextmanager
def _other(side: Side, command: list[str], path: str, core: int) -> Iterator[None]:
    """Another project's program, from its start until it answers at `path`, to its end."""
    import httpx

    started = time.perf_counter()
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*_pinned(core), *command], **silent)  # type: ignore[call-overload]  # of two names
    try:
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{side.port}{path}", timeout=1).raise_for_status()
                break
            except httpx.HTTPError:
                if process.poll() is not None or time.perf_counter() - started > 120:
                    raise SystemExit(f"{side.name} did not start: try its command by hand") from None
                time.sleep(0.1)
        side.process = psutil.Process(process.pid)
        _load(side, 1, 1, stream=False)
        side.start_s, side.start_cpu_s = time.perf_counter() - started, _cpu_s(side)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _bearer(credential: str) -> str:
    return f"Authorization: Bearer {credential or 'none'}\r\n"


def _pinned(core: int) -> list[str]:
    several = hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1
    return ["taskset", "-c", str(core)] if shutil.which("taskset") and several else []


def report(figures: dict[str, Figures], sides: dict[str, Side]) -> None:
    """Print it as tables."""
    from rich.console import Console
    from rich.table import Table

    direct = figures["direct"]
    console = Console(width=150)
    table = Table(title="Added to a direct call (ms), requests per second, CPU per request (ms)")
    headings = [f"{what} @{at}" for at in CONCURRENCY for what in ("p50 +", "p99 +", "req/s", "CPU")]
    for heading in ("", *headings):
        table.add_column(heading, justify="right")
    for name, each in figures.items():
        cells = []
        for at in CONCURRENCY:
            cells += [
                f"{each.p50_ms[at] - direct.p50_ms[at]:.2f}",
                f"{each.p99_ms[at] - direct.p99_ms[at]:.2f}",
                f"{each.per_s[at]:.0f}",
                f"{each.cpu_ms[at]:.2f}" if each.cpu_ms[at] else "",
            ]
        table.add_row(name, *cells)
    console.print(table)
    table = Table(title="First token, start, memory")
    for heading in ("", "to first token +ms", "start to first answer s (CPU)", "MB at first", "MB in fifths", "failed"):
        table.add_column(heading, justify="right")
    for name, each in figures.items():
        side, seen = sides[name], each.memory_mb
        table.add_row(
            name,
            f"{each.first_ms - direct.first_ms:.2f}",
            f"{side.start_s:.2f} ({side.start_cpu_s:.2f})" if side.process else "",
            f"{seen[0]:.0f}" if seen else "",
            " ".join(f"{mb:.0f}" for mb in seen[1:]),
            str(each.failed),
        )
    console.print(table)
    ours = [name for name in figures if name.startswith("ours")]
    for bare in [name for name in figures if name not in {*ours, "direct"}]:
        for name in ours:
            rate = figures[name].per_s[64] / figures[bare].per_s[64]
            cpu = figures[bare].cpu_ms[64] / figures[name].cpu_ms[64]
            console.print(f"{name}: {rate:.2f}x the rate of {bare} at 64, {cpu:.2f}x by CPU")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = ("ours-auth", "ours-all", "bare-aiohttp", "bare-httpx")
    parser.add_argument("--sides", nargs="+", choices=names, default=names)
    parser.add_argument("--count", type=int, default=2000, help="calls at each concurrency")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", type=int, default=5000, help="calls after which memory is looked at; 0: not at all")
    parser.add_argument("--litellm", metavar="PROGRAM", help="LiteLLM's program, to be measured too")
    parser.add_argument("--portkey", metavar="SCRIPT", help="Portkey's build/start-server.js, to be measured too")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity") and _pinned(1):
        os.sched_setaffinity(0, {1})
    figures: dict[str, Figures] = {}
    sides: dict[str, Side] = {}
    with running("upstream", "", 1) as behind, ExitStack() as stack:
        address = f"http://127.0.0.1:{behind.port}/v1"
        sides["direct"] = Side("direct", behind.port, _bearer(""), None)
        figures["direct"] = measure(sides["direct"], options.count, options.rounds)
        for name in options.sides:
            with running(name, address, 0) as side:
                figures[name], sides[name] = measure(side, options.count, options.rounds), side
                if options.memory:
                    figures[name].memory_mb = memory(side, options.memory)
        if options.litellm:
            side = stack.enter_context(litellm(options.litellm, address, 0))
            figures["litellm"], sides["litellm"] = measure(side, max(200, options.count // 10), 1), side
        if options.portkey:
            side = stack.enter_context(portkey(options.portkey, address, 0))
            figures["portkey"], sides["portkey"] = measure(side, options.count // 2, options.rounds), side
            if options.memory:
                figures["portkey"].memory_mb = memory(side, options.memory)
    report(figures, sides)


if __name__ == "__main__":
    main()
