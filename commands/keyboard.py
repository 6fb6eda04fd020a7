"""What the user types while sound comes and goes, and the signals that ask to stop: one stream of both.

On a terminal there is a line to edit, with history, and a status line below it that is drawn anew ten times a second;
printed lines appear above. Anything else (a pipe, a dumb terminal) is read line by line.
"""

from __future__ import annotations

import asyncio
import codecs
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

_REFRESH_S = 0.1
_READ_BYTES = 65_536

MOST_LINES = 100
"""So many lines of a pipe are read ahead."""

LONGEST_LINE = 100_000
"""Characters; a longer line is cut into several."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A line that the user entered."""

    text: str


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Closed:
    """No more lines will come; with an exit code, the process is asked to end."""

    exit_code: int = 0
    """128 and the number of the signal that asks; 0 at the end of the input."""


Wish = Typed | Interrupt | Closed


class Wishes(Protocol):
    """What the user wants besides what he says aloud. One may wait at a time; who is cancelled loses nothing."""

    @property
    def closed(self) -> bool:
        """True when no more lines will come. Signals still may."""
        ...

    @property
    def interactive(self) -> bool:
        """True when a person types: what comes while the assistant speaks is meant for that moment."""
        ...

    @property
    def echoes(self) -> bool:
        """True when what was typed stays on the screen by itself."""
        ...

    async def next(self) -> Wish:
        """What comes next; signals go before lines."""
        ...

    async def interruption(self) -> Wish:
        """What comes next while the assistant is at work: from a script only signals, its lines wait their turn."""
        ...

    def drop_lines(self) -> None:
        """Take no more lines from a script. A person may still type."""
        ...


class Keyboard:
    """The process's own input and signals. An async context manager around the time in which the user can type."""

    def __init__(self, toolbar: Callable[[], str], *, prompt: str = "› ") -> None:
        """`toolbar` says what the status line shows."""
        self._toolbar = toolbar
        self._prompt = prompt
        self._parts = AsyncExitStack()
        self._signals: deque[Wish] = deque()
        self._lines: deque[Wish] = deque()
        self._room = threading.Semaphore(MOST_LINES)
        self._arrival = asyncio.Event()
        self._closed = False

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def interactive(self) -> bool:
        return sys.stdin is not None and sys.stdin.isatty()

    @property
    def echoes(self) -> bool:
        return self.interactive and not self.edited

    @property
    def edited(self) -> bool:
        """True when there is a line to edit and a status line: both ends are a terminal that can draw."""
        return self.interactive and sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "")

    async def __aenter__(self) -> Keyboard:
        self._loop = asyncio.get_running_loop()
        self._take_signals()
        if self.edited:
            await self._begin_editing()
        elif sys.stdin is None:  # closed by whoever started this
            self._put_line(Closed())
        else:
            # A daemon: nothing can wake a thread out of reading a terminal, and it must not keep the process alive.
            threading.Thread(target=self._read_lines, args=(sys.stdin.fileno(),), name="typed", daemon=True).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._parts.aclose()

    async def next(self) -> Wish:
        while not self._signals and (self._closed or not self._lines):
            await self._something()
        if self._signals:
            return self._signals.popleft()
        wish = self._lines.popleft()
        self._room.release()
        self._closed = isinstance(wish, Closed)
        return wish

    async def interruption(self) -> Wish:
        if self.interactive:
            return await self.next()
        while not self._signals:
            await self._something()
        return self._signals.popleft()

    def drop_lines(self) -> None:
        if not self.interactive:
            self._closed = True

    async def _something(self) -> None:
        self._arrival.clear()
        await self._arrival.wait()

    def _put_line(self, wish: Wish) -> None:
        self._lines.append(wish)
        self._arrival.set()

    # -- signals

    def _take_signals(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is None or (name != "SIGINT" and signal.getsignal(number) is signal.SIG_IGN):
                continue
            before = signal.signal(number, self._signalled)
            self._parts.callback(signal.signal, number, before)

    def _signalled(self, number: int, _: FrameType | None) -> None:
        self._loop.call_soon_threadsafe(
            self._put_signal, Interrupt() if number == signal.SIGINT else Closed(128 + number)
        )

    def _put_signal(self, wish: Wish) -> None:
        self._signals.append(wish)
        self._arrival.set()

    # -- a pipe

    def _read_lines(self, descriptor: int) -> None:
        with suppress(RuntimeError, OSError):  # the loop or the input has gone: nobody reads any more
            for line in _lines_of(descriptor):
                self._room.acquire()
                self._loop.call_soon_threadsafe(self._put_line, Typed(line))
            self._room.acquire()
            self._loop.call_soon_threadsafe(self._put_line, Closed())

    # -- a terminal

    async def _begin_editing(self) -> None:
        from prompt_toolkit import PromptSession

        session: PromptSession[str] = PromptSession(
            self._prompt, bottom_toolbar=self._toolbar, refresh_interval=_REFRESH_S, erase_when_done=True
        )
        self._parts.enter_context(_printed_above())
        editing = asyncio.create_task(self._edit(session), name="typed")
        self._parts.push_async_callback(_ended, editing)

    async def _edit(self, session: PromptSession[str]) -> None:
        while True:
            try:
                text = await session.prompt_async(handle_sigint=False)
            except KeyboardInterrupt:
                self._put_signal(Interrupt())
            except (EOFError, OSError):  # Ctrl-D, or the terminal has gone
                self._put_line(Closed())
                return
            else:
                self._put_line(Typed(text))


def _lines_of(descriptor: int) -> Iterator[str]:
    """The lines of a file descriptor. Without Python's buffer: its lock, held by a thread, stops the process's end."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    rest = ""
    while content := os.read(descriptor, _READ_BYTES):
        *lines, rest = (rest + decoder.decode(content)).split("\n")
        yield from (line.rstrip("\r") for line in lines)
        while len(rest) > LONGEST_LINE:
            yield rest[:LONGEST_LINE]
            rest = rest[LONGEST_LINE:]
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest


@contextmanager
def _printed_above() -> Iterator[None]:
    """What is printed appears above the line that is being typed; what goes to a file still goes there."""
    from prompt_toolkit.patch_stdout import patch_stdout

    errors = sys.stderr
    with patch_stdout(raw=True):
        if not errors.isatty():
            sys.stderr = errors
        yield


async def _ended(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.wait({task})
