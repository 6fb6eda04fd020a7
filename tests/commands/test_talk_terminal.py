"""`talk` on a real pseudo-terminal, as a person uses it: typing, seeing, stopping, leaving."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commands.keeping import opened_store
from tests.commands.signals import obey_signals
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

PATIENCE_S = 60.0
_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[()].|[=>78])")
_WHERE_IS_THE_CURSOR = b"\x1b[6n"


class Terminal:
    """A terminal with `talk` in it. It remembers everything that was written to it, and never what was drawn over."""

    def __init__(self, data: Path, *arguments: str, columns: int = 80, **environment: str) -> None:
        self.written = ""
        self._raw = b""
        inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
        environment = inherited | {"TERM": "xterm-256color", "XDG_DATA_HOME": str(data)} | environment
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            obey_signals()
            os.chdir(ROOT)  # and not with `execv`: readline has told C, and not Python, about COLUMNS
            os.execve(sys.executable, [sys.executable, "run_agent.py", "talk", *arguments], environment)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))

    def type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def wait_for(self, text: str) -> None:
        """Until `text` has been written after all that was waited for before."""
        deadline = time.monotonic() + PATIENCE_S
        while text not in self.plain:
            assert self._read(deadline), f"no {text!r} came; this did: {self.plain!r}"
        self._raw = b""

    @property
    def plain(self) -> str:
        """What was written since, without what steers the terminal."""
        return _ESCAPE.sub("", self._raw.decode(errors="replace")).replace("\r", "")

    def hang_up(self) -> int:
        """Close the terminal; returns the exit code."""
        os.close(self._terminal)
        self._terminal = -1
        return self.exit_code()

    def exit_code(self) -> int:
        """Once it has ended."""
        deadline = time.monotonic() + PATIENCE_S
        while self._terminal >= 0 and self._read(deadline):
            pass
        while True:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._pid = 0
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < deadline, f"it has not ended: {self.plain!r}"
            time.sleep(0.02)

    def end(self) -> None:
        """Whatever state it is in."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        if self._terminal >= 0:
            os.close(self._terminal)

    def _read(self, deadline: float) -> bool:
        """Take what was written; False when no more will be, or when it takes too long."""
        if not select.select([self._terminal], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return False
        try:
            content = os.read(self._terminal, 65_536)
        except OSError:  # it has ended
            return False
        if _WHERE_IS_THE_CURSOR in content:
            self.type("\x1b[1;1R")
        self._raw += content
        self.written += content.decode(errors="replace")
        return bool(content)


Open = Callable[..., Terminal]


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens terminals; what is kept lies in a folder of their own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    opened: list[Terminal] = []

    def open_one(*arguments: str, columns: int = 80, **environment: str) -> Terminal:
        out = str(tmp_path / "reply.wav")
        opened.append(
            Terminal(
                tmp_path / "data", "--conversation", "work", "--out", out, *arguments, columns=columns, **environment
            )
        )
        return opened[-1]

    yield open_one
    for each in opened:
        each.end()


def states() -> list[str]:
    with opened_store() as store:
        return [turn.outcome.state.value for turn in store.load("work").turns]


def test_a_conversation(terminal: Open) -> None:
    """A question is typed, the answer comes, Ctrl-C stops the next; Ctrl-D ends, and the terminal is as before."""
    talk = terminal()
    talk.wait_for("waiting for your question")
    talk.type("What is two plus twp\x7fo?\r")
    talk.wait_for("asked     What is two plus two?\n")
    talk.wait_for("answer    2 plus 2 is 4.\n")
    talk.wait_for("speaking")
    talk.wait_for("latency   █")
    talk.type("\x1b[A\r")
    talk.wait_for("asked     What is two plus two?\n")
    talk.wait_for("speaking")
    talk.type("\x03")
    talk.wait_for("stopped\n")
    talk.wait_for("waiting for your question")
    talk.type("\x04")
    talk.wait_for("kept as 'work'")
    assert talk.exit_code() == 0
    assert "Traceback" not in talk.written and "WARNING" not in talk.written
    assert talk.written.endswith("goes on with it\x1b[0m\r\n") and "\x1b[?2004l" in talk.written
    assert states() == ["done", "cancelled"]


def test_ctrl_c_twice(terminal: Open) -> None:
    """The first ends the sentence, the second the program."""
    talk = terminal()
    talk.wait_for("waiting for your question")
    talk.type("What is two plus two?\r")
    talk.wait_for("speaking")
    talk.type("\x03")
    time.sleep(0.3)
    talk.type("\x03")
    assert talk.exit_code() == 0
    assert states() == ["cancelled"]


def test_a_terminal_that_is_closed(terminal: Open) -> None:
    """In the middle of a reply: the exit code says so, and what was heard is kept."""
    talk = terminal()
    talk.wait_for("waiting for your question")
    talk.type("What is two plus two?\r")
    talk.wait_for("speaking")
    assert talk.hang_up() == 129
    assert states() == ["cancelled"]


def test_a_terminal_that_cannot_draw(terminal: Open) -> None:
    """Plain lines, and not one escape sequence."""
    talk = terminal(TERM="dumb")
    talk.wait_for("Type a question, or /help")
    talk.type("What is two plus two?\n")
    talk.wait_for("answer    2 plus 2 is 4.\n")
    talk.wait_for("latency   ")
    talk.type("\x04")
    assert talk.exit_code() == 0
    assert "\x1b" not in talk.written and "asked" not in talk.written


def test_a_narrow_terminal_without_colours(terminal: Open) -> None:
    """Nothing is wider than it, and NO_COLOR is heeded."""
    talk = terminal(columns=40, NO_COLOR="1")
    talk.wait_for("question  /help")
    talk.type("Why is the sky blue?\r")
    talk.wait_for("asked     Why is the sky blue?\n")
    talk.wait_for("latency   █")
    talk.type("/quit\r")
    assert talk.exit_code() == 0
    assert not re.search(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d|10\d)(?:;\d+)*m", talk.written)
    shown = _ESCAPE.sub("", talk.written).replace("\r", "")
    assert max(len(line) for line in shown[shown.index("answer    ") :].splitlines()[:5]) <= 40
