"""A conversation of 500 turns, kept on disk and summarised, beside one that keeps all of it word for word in its
prompts: `python -m benchmarks.conversation`.

Both sides run the real chain (session, engine, reasoner, R1 client, embedded gateway on its socket, sentences, store)
in fresh processes, by turns; the model behind the gateway is scripted and answers at once, so that what is timed is
ours. The summariser is the plain one. Half of the questions tell something, and a page is attached at turn 1 and 250.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

SIDES = ("summarised", "verbatim")
EDGE = 50
"""The first and the last so many turns are compared."""
EVERYTHING = 10**9
FLAT = 1.25
"""A time per turn that has grown by less counts as flat: on a busy machine two equal minutes differ by as much."""


@dataclass
class Measured:
    """What one run showed, a number a turn unless said otherwise."""

    turn_ms: list[float] = field(default_factory=list)
    """From the question to the end of the turn, its writes in it."""
    write_ms: list[float] = field(default_factory=list)
    """All that the store did for the turn."""
    summary_ms: list[float] = field(default_factory=list)
    """Of the turns after which there was one."""
    prompt_tokens: list[int] = field(default_factory=list)
    rss_mb: list[float] = field(default_factory=list)
    """After every hundred turns. SQLite's cache, 2 MB, fills in the first five hundred."""
    file_bytes: int = 0
    open_ms: float = 0.0
    """To open the store and the conversation when all turns are in it."""
    show_ms: float = 0.0
    """To read every turn with its ledger, as `conversations show` does."""


class Model:
    """The model behind the gateway: says two sentences at once, and counts the prompts' tokens."""

    name = "scripted"
    keeps = True

    def __init__(self, prompt_tokens: list[int]) -> None:
        self._prompt_tokens = prompt_tokens

    async def generate(self, request: Any) -> AsyncIterator[Any]:
        """The same reply to everything."""
        from gateway.engine import EngineDelta
        from text.tokens import estimate_tokens

        self._prompt_tokens.append(estimate_tokens(request.prompt))
        yield EngineDelta("answer", "The contract with Maria is worth 420 dollars. ")
        yield EngineDelta("answer", "It begins on Monday, 17 March.")


class Voice:
    """A tenth of a second of sound for each sentence."""

    name = "tts"

    def __init__(self) -> None:
        from pipeline.events import Sentence, Speech

        self.accepts, self.emits = (Sentence,), (Speech,)

    async def run(self, inbox: Any, turn: Any) -> AsyncIterator[Any]:
        """Speak each sentence as it comes."""
        import numpy as np

        from pipeline.events import Speech

        async for sentence in inbox:
            yield Speech(np.full(1600, 0.5, np.float32), 16_000, sentence.text)


class TimedJournal:
    """An open conversation whose calls are timed."""

    def __init__(self, journal: Any) -> None:
        self.spent_ms = 0.0
        self._journal = journal

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._journal, name)
        if not callable(value):
            return value

        def timed(*values: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return value(*values, **named)
            finally:
                self.spent_ms += (time.perf_counter() - started) * 1e3

        return timed


def question(number: int) -> str:
    """What is asked in turn `number`: every second one tells something."""
    if number % 2:
        return f"My colleague number {number} is called Ruth{number}, and she has {number + 3} projects in Leeds."
    return f"What is the contract of project {number} worth, and when does it begin?"


def page(number: int) -> Any:
    """A page of thirty lines."""
    from pipeline.events import Line, Page

    lines = tuple(Line(line, f"Position {line} of list {number}: {line * 17} dollars") for line in range(1, 31))
    return Page(f"list-{number}.pdf", 1, 1, lines)


async def converse(side: str, turns: int, folder: Path) -> Measured:
    """One conversation."""
    import psutil

    from gateway.embedded import EmbeddedGateway
    from pipeline.events import Page, Question
    from pipeline.memory import MemoryOptions
    from pipeline.runner import Pipeline
    from pipeline.session import Memory, Session
    from pipeline.store import ConversationStore
    from pipeline.testing import scripted
    from r1 import R1Client
    from stages.reasoning import Reasoner
    from stages.sentences import SentenceSplitter
    from stages.summary import ExtractiveSummariser

    measured = Measured()
    options = MemoryOptions() if side == "summarised" else MemoryOptions(EVERYTHING, EVERYTHING, 0, EVERYTHING)
    gateway = EmbeddedGateway(Model(measured.prompt_tokens))
    async with gateway, R1Client([gateway.options]) as client:
        pipeline = Pipeline(Reasoner(client), SentenceSplitter(), Voice(), inputs=(Question, Page))
        with ConversationStore(folder) as store, store.open("long") as journal:
            timed: Any = TimedJournal(journal)
            async with Session(pipeline, Memory(ExtractiveSummariser(), options=options), timed) as session:
                for number in range(turns):
                    if number in (0, turns // 2):
                        session.read(page(number))
                    timed.spent_ms, started = 0.0, time.perf_counter()
                    async with session.turn(scripted((0.0, Question(question(number))))) as turn:
                        async for _ in turn:
                            pass
                    over = time.perf_counter()
                    measured.turn_ms.append((over - started) * 1e3)
                    measured.write_ms.append(timed.spent_ms)
                    covered = session.context.covers_turns
                    await session.settled()
                    if session.context.covers_turns > covered:
                        measured.summary_ms.append((time.perf_counter() - over) * 1e3)
                    if number % 100 == 99:
                        gc.collect()
                        measured.rss_mb.append(psutil.Process().memory_info().rss / 1e6)
    reopened(measured, folder)
    return measured


def reopened(measured: Measured, folder: Path) -> None:
    """How long it takes to come back to the conversation, and what it takes on disk."""
    from pipeline.store import FILE, ConversationStore

    measured.file_bytes = (folder / FILE).stat().st_size
    started = time.perf_counter()
    with ConversationStore(folder) as store:
        store.open("long").close()
        measured.open_ms = (time.perf_counter() - started) * 1e3
        started = time.perf_counter()
        store.load("long")
        measured.show_ms = (time.perf_counter() - started) * 1e3


def run_once(side: str, turns: int) -> Measured:
    """One conversation in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.conversation", "--side", side, "--turns", str(turns)]
    return Measured(**json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def p99(values: list[float]) -> float:
    """The 99th percentile."""
    return statistics.quantiles(values, n=100)[-1]


def growth(values: list[float]) -> float:
    """The median of the last turns by that of the first; the very first, which is cold, is left out."""
    return statistics.median(values[-EDGE:]) / statistics.median(values[1 : EDGE + 1])


def rows(turns: int) -> list[tuple[str, str, Callable[[Measured], float]]]:
    """What is printed of a run: name, format, and how it is reckoned."""
    places = sorted({10, 100, turns // 2, turns} & set(range(1, turns + 1)))
    tokens = [
        (f"prompt tokens at turn {place}", "{:.0f}", lambda run, place=place: run.prompt_tokens[place - 1])
        for place in places
    ]
    return [
        *tokens,
        ("prompt tokens, most", "{:.0f}", lambda run: max(run.prompt_tokens)),
        (f"turn ms, median of 2 to {EDGE + 1}", "{:.2f}", lambda run: statistics.median(run.turn_ms[1 : EDGE + 1])),
        (f"turn ms, median of the last {EDGE}", "{:.2f}", lambda run: statistics.median(run.turn_ms[-EDGE:])),
        ("  last by first", "{:.2f}", lambda run: growth(run.turn_ms)),
        ("store ms a turn, median", "{:.2f}", lambda run: statistics.median(run.write_ms)),
        ("store ms a turn, p99", "{:.2f}", lambda run: p99(run.write_ms)),
        ("summary ms, median", "{:.2f}", lambda run: statistics.median(run.summary_ms or [0.0])),
        ("resident MB per 100 turns", "{:.2f}", lambda run: (run.rss_mb[-1] - run.rss_mb[0]) / (len(run.rss_mb) - 1)),
        ("file KB a turn", "{:.1f}", lambda run: run.file_bytes / 1e3 / turns),
        ("ms to open and take it up", "{:.1f}", lambda run: run.open_ms),
        ("ms to read all of it", "{:.1f}", lambda run: run.show_ms),
    ]  # fmt: skip


def report(turns: int, repeats: int) -> None:
    """Run everything and print it as a table."""
    from rich.console import Console
    from rich.table import Table

    runs: dict[str, list[Measured]] = {side: [] for side in SIDES}
    for number in range(repeats):
        for side in SIDES if number % 2 else SIDES[::-1]:
            runs[side].append(run_once(side, turns))
    table = Table(title=f"A conversation of {turns} turns: medians of {repeats} runs (least to most)")
    table.add_column("")
    for heading in (*SIDES, "ratio"):
        table.add_column(heading, justify="right")
    for name, form, reckon in rows(turns):
        values = {side: [reckon(run) for run in runs[side]] for side in SIDES}
        medians = {side: statistics.median(values[side]) for side in SIDES}
        cells = [
            f"{form.format(medians[side])} ({form.format(min(values[side]))} to {form.format(max(values[side]))})"
            for side in SIDES
        ]
        ours, theirs = (medians[side] for side in SIDES)
        table.add_row(name, *cells, f"{ours / theirs:.2f}" if theirs > 0 else "")
    Console(width=120).print(table)
    grown = statistics.median(growth(run.turn_ms) for run in runs[SIDES[0]])
    print(f"time per turn flat (under {FLAT}): {'yes' if grown < FLAT else 'NO'}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=3, help="of each side")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.turns < 4 * EDGE:
        parser.error(f"--turns {options.turns}: at least {4 * EDGE} are needed to compare the first with the last")
    if options.side is None:
        report(options.turns, options.repeats)
        return
    with tempfile.TemporaryDirectory(prefix="conversation-") as folder:
        print(json.dumps(asdict(asyncio.run(converse(options.side, options.turns, Path(folder))))))


if __name__ == "__main__":
    main()
