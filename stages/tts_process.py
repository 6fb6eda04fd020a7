"""The parent's side of the speaking child processes: start, ask, kill, and always have a spare one."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

Result = TypeVar("Result")

WORKER = Path(__file__).with_name("tts_worker.py")


class SpeechFailure(Exception):  # noqa: N818  it names what happened, and is caught in this room
    """The child hung, ended or was killed before it answered, or its driver reported an error."""


class StartFailure(SpeechFailure):
    """The child could not start: usually the driver's library is missing."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice as pyttsx3's driver lists it."""

    id: str
    name: str
    languages: tuple[str, ...]
    """As the driver writes them, for example `en-us` or `zh_CN`."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text for one voice."""

    voice: str
    text: str


class SpeechProcess:
    """One child that speaks, one request at a time. Starting it and reading from it happen on a thread of its own."""

    def __init__(self, rate: int, driver: str | None) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="speech-"))
        self._command = [sys.executable, "-P", str(WORKER), str(self._folder), str(rate), *([driver] if driver else [])]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._over = False
        self._answer: Future[list[bytes]] = Future()
        self._number = 0
        self.ready: Future[tuple[Voice, ...]] = _started_future()
        """The voices, once it can speak."""
        self._thread = threading.Thread(target=self._serve, name="speech process", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """True until it has ended or was told to."""
        return not self._over

    @property
    def pid(self) -> int | None:
        """Of the child; None before it was started."""
        return self._process.pid if self._process else None

    async def started(self, patience_s: float) -> tuple[Voice, ...]:
        """Wait until it can speak, and give its voices. Raises `SpeechFailure`."""
        return await _within(self.ready, patience_s, "start")

    async def speak(self, parts: Sequence[Part], patience_s: float) -> list[bytes]:
        """One audio file a part. To be called when it has started, and not twice at once. Raises `SpeechFailure`."""
        self._number += 1
        self._answer = answer = _started_future()
        request = {"id": self._number, "parts": [[part.voice, part.text] for part in parts]}
        try:
            stdin = self._pipe("stdin")
            stdin.write(json.dumps(request).encode() + b"\n")
            stdin.flush()
        except (OSError, ValueError) as error:
            raise SpeechFailure(f"the speech process is gone ({error})") from error
        return await _within(answer, patience_s, "answer")

    def kill(self) -> None:
        """End it at once. Does not wait; what it was saying is never answered."""
        with self._lock:
            self._over = True
            if self._process is not None:
                self._process.kill()

    def join(self, timeout_s: float) -> None:
        """Wait until it is gone and its files are removed."""
        self._thread.join(timeout_s)

    def _pipe(self, name: str) -> IO[bytes]:
        pipe = getattr(self._process, name)
        if pipe is None:
            raise SpeechFailure("it was not started")
        return pipe  # type: ignore[no-any-return]  # fetched by name

    def _serve(self) -> None:
        failure = SpeechFailure("the speech process ended")
        try:
            process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            with self._lock:
                self._process = process
                if self._over:
                    process.kill()
            self._read_answers()
        except (OSError, ValueError, KeyError, SpeechFailure) as error:
            failure = SpeechFailure(str(error))
        finally:
            self._clean_up(failure)

    def _read_answers(self) -> None:
        stdout = self._pipe("stdout")
        hello = _read_line(stdout)
        if "error" in hello:
            raise SpeechFailure(hello["error"])
        self.ready.set_result(
            tuple(Voice(voice["id"], voice["name"], tuple(voice["languages"])) for voice in hello["voices"])
        )
        while True:
            head = _read_line(stdout)
            if head["id"] != self._number or self._answer.done():
                raise SpeechFailure("it answered a question that was not asked")
            if "error" in head:
                self._answer.set_exception(SpeechFailure(head["error"]))
            else:
                self._answer.set_result([_read_exactly(stdout, size) for size in head["sizes"]])

    def _clean_up(self, failure: Exception) -> None:
        self.kill()
        if self._process is not None:
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    _close(pipe)
        shutil.rmtree(self._folder, ignore_errors=True)
        for future in (self.ready, self._answer):
            if not future.done():
                future.set_exception(failure)


class SpeechProcesses:
    """A few children, each lent to one sentence at a time, so that a killed one's successor is warm already.

    Belongs to one event loop at a time.
    """

    def __init__(self, count: int, rate: int, driver: str | None) -> None:
        self._count = count
        self._rate = rate
        self._driver = driver
        self._all: list[SpeechProcess] = []
        self._idle: deque[SpeechProcess] = deque()
        self._waiters: deque[asyncio.Future[SpeechProcess]] = deque()

    @property
    def pids(self) -> tuple[int, ...]:
        """Of the children that run."""
        return tuple(process.pid for process in self._all if process.alive and process.pid is not None)

    @property
    def free(self) -> bool:
        """True when a warm child is idle, so that `speak` need not wait for one."""
        return any(process.alive and process.ready.done() for process in self._idle)

    @asynccontextmanager
    async def lent(self, patience_s: float) -> AsyncGenerator[SpeechProcess, None]:
        """A warm child, for one request. It is killed when the block fails or is cancelled, and replaced.

        A child that is still starting may take `patience_s` seconds. Raises `StartFailure` when none can be had.
        """
        process = await self._borrow()
        try:
            await process.started(patience_s)
        except asyncio.CancelledError:
            self._give_back(process)  # it is on its way: the next turn wants it
            raise
        except SpeechFailure as error:
            self._discard(process)
            raise StartFailure(str(error)) from error
        try:
            yield process
        except BaseException:
            self._discard(process)
            raise
        self._give_back(process)

    def close(self) -> None:
        """End all children and wait for them. Whoever still waits for one gets `SpeechFailure`."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_exception(SpeechFailure("speaking was closed"))
        for process in self._all:
            process.kill()
        for process in self._all:
            process.join(timeout_s=2.0)
        self._all.clear()
        self._idle.clear()

    async def _borrow(self) -> SpeechProcess:
        self._fill()
        if self._idle:
            warm = next((process for process in self._idle if process.ready.done()), self._idle[0])
            self._idle.remove(warm)
            return warm
        waiter: asyncio.Future[SpeechProcess] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self._give_back(waiter.result())
            raise

    def _give_back(self, process: SpeechProcess) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(process)
                return
        self._idle.append(process)

    def _discard(self, process: SpeechProcess) -> None:
        process.kill()
        if process in self._all:  # not closed meanwhile
            self._all.remove(process)
            self._fill()

    def _fill(self) -> None:
        for process in [idle for idle in self._idle if not idle.alive]:
            self._idle.remove(process)
            self._all.remove(process)
        while len(self._all) < self._count:
            process = SpeechProcess(self._rate, self._driver)
            self._all.append(process)
            self._give_back(process)


def _started_future() -> Future[Any]:
    """A future that asyncio's side cannot cancel."""
    future: Future[Any] = Future()
    future.set_running_or_notify_cancel()
    return future


async def _within(future: Future[Result], patience_s: float, verb: str) -> Result:
    try:
        async with asyncio.timeout(patience_s):
            return await asyncio.wrap_future(future)
    except TimeoutError as error:
        raise SpeechFailure(f"the speech process did not {verb} within {patience_s:.1f} s") from error


def _read_line(stream: IO[bytes]) -> dict[str, Any]:
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise SpeechFailure("the speech process ended")
    head: dict[str, Any] = json.loads(line)
    return head


def _read_exactly(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) != size:
        raise SpeechFailure("the speech process ended")
    return content


def _close(pipe: IO[bytes]) -> None:
    with suppress(OSError):  # what was still to be written has no reader any more
        pipe.close()
