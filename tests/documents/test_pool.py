"""The worker processes of the OCR stage, when something happens to them in the middle of a page."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.errors import StageError
from pipeline.events import Document, Page
from stages.ocr import DocumentReader, DocumentReaderOptions, ReadingError
from tests.documents.pages import png, written
from tests.documents.reading import PROSE, failure, nothing_left_in, turn_of

ROOT = Path(__file__).resolve().parents[2]
POLL_S = 0.002  # how often a test looks whether a process has come or gone; the only waiting there is
TURNS = 4


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; empty after each test."""
    with nothing_left_in(tmp_path, monkeypatch):
        yield tmp_path


def children(name: str) -> list[psutil.Process]:
    """Running children of this process, at any depth, with this name."""
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if child.name().startswith(name) and child.status() != psutil.STATUS_ZOMBIE:
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


async def running_tesseract() -> psutil.Process:
    """The next Tesseract that runs."""
    while not (found := children("tesseract")):
        await asyncio.sleep(POLL_S)
    return found[0]


def test_cancellation_kills_tesseract_within_50_ms(folder: Path) -> None:
    """When a turn is cancelled in the middle of a page, worker and Tesseract are gone at once, and leave no zombie.

    The best of a few turns counts: what the code takes, not what else the machine did.
    """

    async def run() -> tuple[float, float]:
        reader = DocumentReader()
        documents = [Document(f"{n}.png", png(written(PROSE * 2))) for n in range(3)]
        await reader.warm_up()
        try:
            async with turn_of(reader, documents) as turn:
                await running_tesseract()
                doomed = psutil.Process().children(recursive=True)
                begun = time.perf_counter()
                await turn.cancel()
                closed = time.perf_counter() - begun
                while any(process.is_running() for process in doomed):
                    assert time.perf_counter() - begun < 5
                    await asyncio.sleep(POLL_S)
                return closed, time.perf_counter() - begun
        finally:
            await reader.close()

    turns = [asyncio.run(run()) for _ in range(TURNS)]
    closed, gone = (1000 * min(times) for times in zip(*turns, strict=True))
    assert closed < 10, f"closing took {closed:.0f} ms"
    assert gone < 50, f"children lived on for {gone:.0f} ms"


def test_a_cancelled_turn_does_not_spoil_the_next() -> None:
    """The stage reads the next turn's document after its workers were killed."""

    async def run() -> list[Page]:
        reader = DocumentReader(DocumentReaderOptions(workers=1))
        await reader.warm_up()
        try:
            async with turn_of(reader, [Document("long.png", png(written(PROSE)))]) as turn:
                await running_tesseract()
                await turn.cancel()
            async with turn_of(reader, [Document("next.png", png(written(["Second turn"])))]) as turn:
                return [page async for page in turn]
        finally:
            await reader.close()

    assert [page.text for page in asyncio.run(run())] == ["Second turn"]


READS_FOR_LONG = """
import asyncio, sys, tempfile
from pathlib import Path
from pipeline.context import ConversationContext
from pipeline.events import Document
from pipeline.runner import Pipeline
from pipeline.testing import scripted
from stages.ocr import DocumentReader

async def main():
    reader = DocumentReader()
    pipeline = Pipeline(reader, inputs=reader.accepts)
    document = Document("page.png", Path(sys.argv[1]).read_bytes())
    async with pipeline.turn(ConversationContext(), scripted(*[(0.0, document)] * 50)) as turn:
        async for page in turn:
            pass

tempfile.tempdir = sys.argv[2]
asyncio.run(main())
"""


def test_nothing_outlives_a_killed_program(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """When the program itself is killed, its workers, their Tesseracts and all temporary files go too."""
    picture = tmp_path_factory.mktemp("pages") / "page.png"
    picture.write_bytes(png(written(PROSE)))
    program = subprocess.Popen([sys.executable, "-c", READS_FOR_LONG, str(picture), str(tmp_path)], cwd=ROOT)
    with program:
        asyncio.run(running_tesseract())
        doomed = psutil.Process(program.pid).children(recursive=True)
        program.kill()
    assert len(doomed) >= 2
    _, alive = psutil.wait_procs(doomed, timeout=5)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []  # reaping is init's part


def read_while(disturb: Callable[[], Coroutine[Any, Any, None]], document: Document) -> list[Page]:
    """Read `document` while a task disturbs it."""

    async def run() -> list[Page]:
        reader = DocumentReader(DocumentReaderOptions(workers=1))
        await reader.warm_up()
        disturbing = asyncio.ensure_future(disturb())
        try:
            async with turn_of(reader, [document]) as turn:
                return [page async for page in turn]
        finally:
            disturbing.cancel()
            await reader.close()

    return asyncio.run(run())


async def kill_tesseract(times: int) -> None:
    """Kill the next `times` runs of Tesseract, as a system short of memory would."""
    for _ in range(times):
        process = await running_tesseract()
        process.send_signal(signal.SIGKILL)
        while process in children("tesseract"):
            await asyncio.sleep(POLL_S)


async def kill_worker() -> None:
    """Kill the process that drives Tesseract."""
    process = (await running_tesseract()).parent()
    assert process is not None
    process.send_signal(signal.SIGKILL)


def test_a_page_is_read_again_when_tesseract_was_killed() -> None:
    """One accident goes unnoticed."""
    pages = read_while(lambda: kill_tesseract(1), Document("page.png", png(written(PROSE))))
    assert len(pages[0].lines) == len(PROSE)


def test_a_page_is_read_again_when_its_worker_was_killed() -> None:
    """The worker is replaced, and the page read by the new one."""
    pages = read_while(kill_worker, Document("page.png", png(written(PROSE))))
    assert len(pages[0].lines) == len(PROSE)


def test_a_page_that_kills_tesseract_again_is_given_up() -> None:
    """After the second accident the turn fails, naming document, page and what happened."""
    with pytest.raises(StageError) as caught:
        read_while(lambda: kill_tesseract(2), Document("page.png", png(written(PROSE))))
    assert isinstance(caught.value.cause, ReadingError)
    assert re.search(r"page\.png: page 1 could not be read: Tesseract stopped with status -9", str(caught.value))


def test_a_page_that_takes_too_long_is_given_up() -> None:
    """Nothing hangs: at the limit the worker is killed, and the message says after how long."""
    options = DocumentReaderOptions(page_timeout_s=0.02)
    error = failure(Document("page.png", png(written(PROSE))), options=options)
    assert isinstance(error, ReadingError)
    assert re.search(
        r"page\.png: (could not be opened|page 1 could not be read): it took longer than 0\.02 s", str(error)
    )
