"""What is typed, and the signals that ask to stop, as one stream."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from commands import keyboard
from commands.keyboard import MOST_LINES, Closed, Interrupt, Keyboard, Typed, Wish

PATIENCE_S = 20.0


@contextmanager
def standard_input(content: bytes | None) -> Iterator[None]:
    """Stdin is a pipe with this in it; None leaves it open, with nothing in it."""
    reading, writing = os.pipe()
    before, sys.stdin = sys.stdin, os.fdopen(reading, encoding="utf-8")
    try:
        if content is not None:
            os.write(writing, content)
            os.close(writing)
        yield
        if content is None:
            os.close(writing)
    finally:
        for thread in threading.enumerate():
            if thread.name == "typed":  # it must not read what has the same number next
                thread.join(PATIENCE_S)
        sys.stdin.close()
        sys.stdin = before


def session(use: Callable[[Keyboard], Awaitable[None]]) -> None:
    async def hold() -> None:
        async with asyncio.timeout(PATIENCE_S), Keyboard(lambda: "status") as keys:
            await use(keys)

    asyncio.run(hold())


def wishes_in(content: bytes) -> list[Wish]:
    """Everything that comes of a pipe."""
    found: list[Wish] = []

    async def use(keys: Keyboard) -> None:
        assert not keys.interactive and not keys.edited and not keys.echoes
        while not keys.closed:
            found.append(await keys.next())

    with standard_input(content):
        session(use)
    return found


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"one\ntwo\n", ["one", "two"]),
        (b"one\r\n\r\ntwo", ["one", "", "two"]),
        ("什么？\n".encode(), ["什么？"]),
        (b"\xff\xfe\n", ["��"]),
        (b"\xe4\xbb", ["�"]),
    ],
)
def test_a_pipe(content: bytes, lines: list[str]) -> None:
    """A line a question, in UTF-8, whatever the line ends; what is no text is replaced; then it is closed."""
    assert wishes_in(content) == [*map(Typed, lines), Closed()]


def test_a_pipe_is_not_read_far_ahead() -> None:
    """However long a script is, or one line of it, little of it is held; nothing is lost."""
    texts = [str(number) for number in range(10 * MOST_LINES)]

    async def use(keys: Keyboard) -> None:
        await asyncio.sleep(0.2)
        assert len(keys._lines) == MOST_LINES
        assert [await keys.next() for _ in texts] == [*map(Typed, texts)]

    with standard_input("\n".join(texts).encode()):
        session(use)


def test_a_line_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is cut into several."""
    monkeypatch.setattr(keyboard, "LONGEST_LINE", 10)
    assert wishes_in(b"x" * 25) == [Typed("x" * 10), Typed("x" * 10), Typed("x" * 5), Closed()]


@given(st.text(alphabet=st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=30))
def test_any_text_comes_whole(text: str) -> None:
    """Also where it is cut into single bytes."""
    reading, writing = os.pipe()
    try:
        os.write(writing, (text + "\n").encode())
        os.close(writing)
        before, keyboard._READ_BYTES = keyboard._READ_BYTES, 1
        assert list(keyboard._lines_of(reading)) == [text]
    finally:
        keyboard._READ_BYTES = before
        os.close(reading)


def test_no_input_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process without stdin has nothing typed."""
    monkeypatch.setattr(sys, "stdin", None)

    async def use(keys: Keyboard) -> None:
        assert await keys.next() == Closed() and keys.closed and not keys.interactive

    session(use)


@pytest.mark.parametrize(("name", "wish"), [("SIGINT", Interrupt()), ("SIGTERM", Closed(143)), ("SIGHUP", Closed(129))])
def test_signals(name: str, wish: Wish) -> None:
    """They go before lines, come while the assistant works, and after the end of the input; then all is as before."""
    number = getattr(signal, name)
    inherited = signal.signal(number, signal.SIG_DFL)  # under `nohup` it would be ignored

    async def use(keys: Keyboard) -> None:
        await asyncio.sleep(0.1)
        os.kill(os.getpid(), number)
        await asyncio.sleep(0.1)
        assert await keys.next() == wish
        assert await keys.next() == Typed("one")
        os.kill(os.getpid(), number)
        assert await keys.interruption() == wish
        assert await keys.next() == Closed() and keys.closed
        os.kill(os.getpid(), number)
        assert await keys.next() == wish

    try:
        with standard_input(b"one\n"):
            session(use)
        assert signal.getsignal(number) == signal.SIG_DFL
    finally:
        signal.signal(number, inherited)


def test_an_ignored_hangup_stays_ignored() -> None:
    """`nohup` means it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)

    async def use(keys: Keyboard) -> None:
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN

    try:
        with standard_input(b""):
            session(use)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_lines_wait_while_the_assistant_works() -> None:
    """A script's lines are no interruption; after `drop_lines` they are nothing at all."""

    async def use(keys: Keyboard) -> None:
        await asyncio.sleep(0.1)
        waiting = asyncio.create_task(keys.interruption())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.wait({waiting})
        assert await keys.next() == Typed("one")
        keys.drop_lines()
        assert keys.closed
        waiting = asyncio.create_task(keys.next())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.wait({waiting})

    with standard_input(b"one\ntwo\n"):
        session(use)


def test_who_stops_waiting_loses_nothing() -> None:
    """The line that comes in that moment is for the next."""

    async def use(keys: Keyboard) -> None:
        waiting = asyncio.create_task(keys.next())
        await asyncio.sleep(0)
        keys._put_line(Typed("one"))
        waiting.cancel()
        await asyncio.wait({waiting})
        assert await keys.next() == Typed("one")

    with standard_input(None):
        session(use)


def on_terminal(use: Callable[[Keyboard, PipeInput], Awaitable[None]], monkeypatch: pytest.MonkeyPatch) -> None:
    """With a line to edit, on a terminal that shows nothing."""
    monkeypatch.setattr(Keyboard, "edited", True)
    monkeypatch.setattr(Keyboard, "interactive", True)
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        session(lambda keys: use(keys, pipe))


def test_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line can be edited, one before is fetched again; Ctrl-C is an interrupt, Ctrl-D the end."""

    async def use(keys: Keyboard, pipe: PipeInput) -> None:
        pipe.send_text("whX\x7fy?\r")
        assert await keys.next() == Typed("why?")
        pipe.send_text("\x1b[A\r")
        assert await keys.interruption() == Typed("why?")
        pipe.send_text("no\x03")
        assert await keys.next() == Interrupt()
        pipe.send_text("\r")
        assert await keys.next() == Typed("")
        keys.drop_lines()
        pipe.send_text("为什么？\r")
        assert await keys.next() == Typed("为什么？")
        pipe.send_text("\x04")
        assert await keys.next() == Closed()

    on_terminal(use, monkeypatch)


def test_what_is_printed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the terminal it appears above the line; stderr that goes to a file still goes there."""
    before, errors = sys.stdout, io.StringIO()
    monkeypatch.setattr(sys, "stderr", errors)

    async def use(keys: Keyboard, pipe: PipeInput) -> None:
        assert sys.stdout is not before and sys.stderr is errors
        print("a remark", file=sys.stderr)

    on_terminal(use, monkeypatch)
    assert sys.stdout is before and errors.getvalue() == "a remark\n"
