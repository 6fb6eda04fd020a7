"""The worker processes of the OCR stage: started when there is work, kept for the next turn, killed on cancellation."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import pickle
import shutil
import signal
import sys
import tempfile
import weakref
from collections.abc import AsyncIterator
from pathlib import Path

from documents.engines.choice import Engine
from documents.messages import (
    FOLDER_PREFIX,
    LENGTH,
    Drawing,
    DrawPage,
    Fault,
    OpenDocument,
    Opened,
    ReadPage,
    Ready,
    Reply,
    Request,
    frame,
)
from pipeline.errors import InputError, PipelineError, SetupError
from pipeline.events import Page

GRACE_S = 0.025
"""Between the signal that asks a worker to leave and the one that makes it: enough to reap Tesseract."""
START_LIMIT_S = 30.0
"""For a worker to load; a second on a slow machine."""
_ROOT = Path(__file__).resolve().parents[1]


class ReadingError(PipelineError):
    """A page could not be read though its file seems sound: the program that reads it failed or took too long."""


class _WorkerGoneError(Exception):
    """The worker has ended in the middle of its work."""


class ReadingProcess:
    """One worker, in a process group of its own, so that Tesseract dies with it."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._loaded = False

    @classmethod
    async def start(cls, folder: Path, languages: tuple[str, ...], engine: Engine) -> ReadingProcess:
        """Start a worker that keeps its files in `folder`; `load` must follow."""
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", "documents.worker", str(folder), ",".join(languages), engine),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(paths),
                "OMP_THREAD_LIMIT": "1",
                "TMPDIR": str(folder),
                "XDG_CACHE_HOME": str(folder),
            },
            start_new_session=True,
        )
        return cls(process, folder)

    async def load(self) -> None:
        """Wait until it has loaded; once is enough. Raises `SetupError` when an engine or a language is missing."""
        if self._loaded:
            return
        try:
            async with asyncio.timeout(START_LIMIT_S):
                first = await self._reply()
        except (_WorkerGoneError, TimeoutError):
            raise ReadingError("the process that reads documents does not start; run `make setup` again") from None
        if isinstance(first, Fault):
            raise SetupError(first.message)
        self._loaded = True

    @property
    def alive(self) -> bool:
        """False when it has ended and been reaped."""
        return self._process.returncode is None

    async def answer(self, request: Request) -> Page | Opened | Drawing | Fault:
        """What was asked for, or why there is none. After an exception or a cancellation the worker is of no use."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(frame(request))
            await self._process.stdin.drain()
        except ConnectionError as error:
            raise _WorkerGoneError from error
        reply = await self._reply()
        if isinstance(reply, Ready):
            raise _WorkerGoneError
        return reply

    def stop(self) -> None:
        """Make it and its Tesseract end, now; returns at once."""
        if self.alive:
            self._signal(signal.SIGTERM)
            asyncio.get_running_loop().call_later(GRACE_S, self._kill)

    async def close(self) -> None:
        """End it, wait until it is gone, and remove its files."""
        self._kill()
        await self._process.wait()
        self.sweep()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        with contextlib.suppress(ConnectionError):
            await self._process.stdin.wait_closed()
        await self._process.stdout.read()

    def sweep(self) -> None:
        """Remove what it left behind."""
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _reply(self) -> Reply:
        assert self._process.stdout is not None
        try:
            (length,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
            reply: Reply = pickle.loads(await self._process.stdout.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise _WorkerGoneError from error
        return reply

    def _kill(self) -> None:
        if self.alive:
            self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


class ReadingPool:
    """At most `size` workers, shared by all turns of one event loop."""

    def __init__(self, size: int, languages: tuple[str, ...], engine: Engine, page_timeout_s: float) -> None:
        self._languages = languages
        self._engine = engine
        self._page_timeout_s = page_timeout_s
        self._places = asyncio.Semaphore(size)
        self._workers: list[ReadingProcess] = []
        self._idle: list[ReadingProcess] = []
        self._folder: Path | None = None
        self._numbers = itertools.count()

    async def warm_up(self) -> None:
        """Have one worker loaded. Raises `SetupError` when something is missing."""
        async with self._places, self._borrowed():
            pass

    async def open(self, request: OpenDocument) -> Opened:
        """What the document is. Raises as `read` does."""
        reply = await self._answer(request, f"{request.name}: could not be opened")
        assert isinstance(reply, Opened)
        return reply

    async def read(self, request: ReadPage) -> Page:
        """Read one page, waiting for a free worker; once more when the worker died of it.

        Raises `InputError` for a page that cannot be decoded, `ReadingError` when it cannot be read, `SetupError`.
        """
        reply = await self._answer(request, f"{request.document.name}: page {request.number} could not be read")
        assert isinstance(reply, Page)
        return reply

    async def draw(self, request: DrawPage) -> bytes:
        """The drawing, as PNG. Raises as `read` does."""
        reply = await self._answer(request, f"{request.document.name}: page {request.number} could not be drawn")
        assert isinstance(reply, Drawing)
        return reply.png

    async def _answer(self, request: Request, failed: str) -> Page | Opened | Drawing:
        fault = ""
        for _ in range(2):
            try:
                async with self._places, self._borrowed() as worker, asyncio.timeout(self._page_timeout_s):
                    reply = await worker.answer(request)
            except _WorkerGoneError:
                fault = "the process that was reading it ended"
                continue
            except TimeoutError:
                fault = f"it took longer than {self._page_timeout_s:g} s"
                break
            if not isinstance(reply, Fault):
                return reply
            if reply.kind == "input":
                raise InputError(reply.message)
            if reply.kind == "setup":
                raise SetupError(reply.message)
            fault = reply.message
            break  # the worker has tried again itself, without repeating what went well
        raise ReadingError(f"{failed}: {fault}; try again, or give a smaller or cleaner picture of it.")

    async def keep(self, content: bytes) -> Path:
        """A private file with `content`, for the workers; removed by the caller, at the latest with the pool."""
        file = self._own_folder() / f"document-{next(self._numbers)}"
        await asyncio.to_thread(file.write_bytes, content)
        return file

    async def close(self) -> None:
        """End all workers and remove every file. The pool can be used again."""
        workers, self._workers, self._idle = self._workers, [], []
        await asyncio.gather(*(worker.close() for worker in workers))
        if self._folder is not None:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
            self._folder = None

    @contextlib.asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[ReadingProcess]:
        """A loaded worker; it comes back when all went well, and is stopped else."""
        self._forget_ended()
        worker = self._idle.pop() if self._idle else await self._new_worker()
        try:
            await worker.load()
            yield worker
        except BaseException:
            worker.stop()
            raise
        self._idle.append(worker)

    def _forget_ended(self) -> None:
        for worker in [worker for worker in self._workers if not worker.alive]:
            worker.sweep()
            self._workers.remove(worker)
        self._idle = [worker for worker in self._idle if worker.alive]

    async def _new_worker(self) -> ReadingProcess:
        folder = self._own_folder() / f"worker-{next(self._numbers)}"
        folder.mkdir()
        worker = await ReadingProcess.start(folder, self._languages, self._engine)
        self._workers.append(worker)
        return worker

    def _own_folder(self) -> Path:
        """Readable by this user alone; removed at the latest when the program ends."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder
