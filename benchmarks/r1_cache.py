"""What a hit in the result cache costs, from each place it is kept: `python -m benchmarks.r1_cache`.

One hit is what a call sees: the stream from `Caching`, read to its completion. Disk and Redis are asked themselves,
behind their guard but without the memory in front. Redis is a real redis-server on a socket in a temporary folder.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from r1.cache import CachedReply, CacheKey, Caching, GuardedCache, MemoryCache, ResultCache, cache_key
from r1.cache.redis import RedisCache
from r1.cache.replay import Stream
from r1.cache.sqlite import SqliteCache
from r1.request import Caller
from r1.results import Completion, Usage

STORED = 1000
PATIENT_S = 30.0
"""The guard's limit here, so that a slow hit is measured rather than counted as a miss."""
LIMITS_MS = {"memory": 1.0, "disk": 10.0, "redis": 10.0}
SENTENCE = "The sky is blue because air scatters short waves more than long ones. 天空是蓝色的。"


@dataclass
class Measured:
    """Milliseconds, one number a call."""

    key_ms: list[float] = field(default_factory=list)
    put_ms: list[float] = field(default_factory=list)
    hit_ms: list[float] = field(default_factory=list)


def key_of(number: int) -> CacheKey:
    """A key such as a real request has."""
    request = {
        "upstream": "https://r1.example.com", "dialect": "guide", "model": "deepseek-r1", "temperature": 0.6,
        "max_tokens": 2048, "top_p": 0.95, "stop_sequences": [], "context": f"{number:064x}",
    }  # fmt: skip
    return cache_key(Caller("acme", f"user{number % 50}", "1"), f"{SENTENCE * 20} {number}", request)


def reply_of(characters: int) -> CachedReply:
    """An answer of that many characters, with thoughts twice as long."""
    text = SENTENCE * (characters // len(SENTENCE) + 1)
    return CachedReply(text[:characters], (text * 2)[: 2 * characters], "stop", Usage(50, 900, 950, 600), "deepseek-r1")


async def measure(cache: ResultCache, hits: int, characters: int) -> Measured:
    """Store `STORED` answers, then ask for `hits` of them one after another."""
    measured, caching, reply = Measured(), Caching(cache), reply_of(characters)

    def timed(record: list[float], started: float) -> None:
        record.append((time.perf_counter() - started) * 1e3)

    keys = []
    for number in range(STORED):
        started = time.perf_counter()
        keys.append(key_of(number))
        timed(measured.key_ms, started)
        started = time.perf_counter()
        await cache.put(keys[-1], reply, 3600.0)
        timed(measured.put_ms, started)
    for number in range(hits):
        started = time.perf_counter()
        last = None
        async for item in caching.stream(keys[number * 7 % STORED], missed):
            last = item
        timed(measured.hit_ms, started)
        assert isinstance(last, Completion) and last.answer == reply.answer
    await cache.close()
    return measured


def missed() -> Stream:
    """What must not be asked here."""
    raise AssertionError("a stored answer was not found")


def p99(values: list[float]) -> float:
    """The 99th percentile."""
    return statistics.quantiles(values, n=100)[-1]


def report(places: dict[str, Callable[[], ResultCache]], hits: int, sizes: list[int]) -> None:
    """Run everything and print it as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Result cache, milliseconds: median (p99) of {hits} hits and {STORED} puts, one at a time")
    for heading in ("kept in", "answer characters", "key", "put", "hit", "hit p99 under", "holds"):
        table.add_column(heading, justify="right")
    for characters in sizes:
        for place, open_place in places.items():
            measured = asyncio.run(measure(open_place(), hits, characters))
            cells = [
                f"{statistics.median(values):.3f} ({p99(values):.3f})"
                for values in (measured.key_ms, measured.put_ms, measured.hit_ms)
            ]
            limit = LIMITS_MS[place]
            holds = "yes" if p99(measured.hit_ms) < limit else "NO"
            table.add_row(place, str(characters), *cells, f"{limit:.0f}", holds)
    Console(width=130).print(table)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hits", type=int, default=5000, help="per place and size")
    parser.add_argument("--characters", type=int, nargs="+", default=[500, 5000], help="of the answers")
    options = parser.parse_args()
    redis = shutil.which("redis-server")
    with tempfile.TemporaryDirectory(prefix="r1-cache-") as name:
        folder = Path(name)
        socket = folder / "redis.sock"
        files = iter(range(1000))
        places: dict[str, Callable[[], ResultCache]] = {
            "memory": MemoryCache,
            "disk": lambda: GuardedCache(SqliteCache(folder / f"{next(files)}.db"), PATIENT_S),
        }
        if redis is None:
            print("without Redis: redis-server is not installed")
            report(places, options.hits, options.characters)
            return
        command = [redis, "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", name]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            while not socket.exists() and server.poll() is None:
                time.sleep(0.01)
            places["redis"] = lambda: GuardedCache(RedisCache(f"unix://{socket}"), PATIENT_S)
            report(places, options.hits, options.characters)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
