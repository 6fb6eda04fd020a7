"""Children that hear the signals they are sent."""

from __future__ import annotations

import signal


def obey_signals() -> None:
    """A test run in the background or under nohup hands its own deafness to signals on to its children."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
