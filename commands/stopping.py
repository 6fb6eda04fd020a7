"""Being told to stop from outside: a closed terminal and `kill` end a command as Ctrl-C does, with its parts closed."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the number of the signal, as shells count."""


class Stop:
    """What told the command to stop, if anything did."""

    def __init__(self) -> None:
        self.exit_code = INTERRUPTED
        """128 and the number of the signal; Ctrl-C's until another came."""

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """Do what Ctrl-C does at this moment: cancel the turn that runs, or raise `KeyboardInterrupt`."""
        self.exit_code = 128 + number
        ctrl_c = signal.getsignal(signal.SIGINT)
        if not callable(ctrl_c):
            raise KeyboardInterrupt
        ctrl_c(signal.SIGINT, frame)


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[Stop]:
    """Within, SIGTERM and SIGHUP interrupt as Ctrl-C does. One that is ignored (`nohup`) stays ignored.

    Ctrl-C itself is heard even where a shell that starts a command in the background has made it deaf: the event loop
    installs its orderly cancellation only for a command that hears Ctrl-C, and SIGTERM needs that too.
    """
    stop = Stop()
    here = threading.current_thread() is threading.main_thread()
    names = ("SIGTERM", "SIGHUP") if here else ()
    deaf = here and signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if deaf:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]  # Windows has no SIGHUP
    before = {number: signal.getsignal(number) for number in numbers}
    taken = [number for number in numbers if before[number] is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, stop.interrupt)
    try:
        yield stop
    finally:
        for number in taken:
            signal.signal(number, before[number])
        if deaf:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
