"""Brings calls that waited in the shelter into the log, some at a time, each once however often it is tried."""

from __future__ import annotations

import logging
from pathlib import Path

from gateway.audit.shelter import Frame, Shelter
from gateway.audit.store import AuditStore
from gateway.errors import GatewayError

_log = logging.getLogger("gateway.audit")

FRAMES_AT_ONCE = 10
"""Then new calls have their turn."""


class TakingUp:
    """For one thread."""

    def __init__(self, store: AuditStore, shelter: Shelter) -> None:
        self._store = store
        self._shelter = shelter

    def some(self) -> bool:
        """Take up `FRAMES_AT_ONCE` frames at most; whether there may be more. Raises `GatewayError` and `OSError`."""
        left = FRAMES_AT_ONCE
        for file in self._shelter.files():
            left = self._frames_of(file, left)
            if left == 0:
                return True
        return False

    def _frames_of(self, file: Path, left: int) -> int:
        """Take up `left` frames of a file at most, and remove it after its last; how many may still be taken up."""
        try:
            for frame in self._shelter.frames(file, self._store.taken(file.name)):
                if left == 0:
                    return 0
                self._take(file, frame)
                left -= 1
        except (GatewayError, OSError):
            raise
        except Exception as error:  # noqa: BLE001  one file that cannot be read must not keep all others waiting
            kept = self._shelter.set_aside(file)
            _log.error("calls that waited cannot be taken into the audit log (%s): they are kept in %s", error, kept)
            return left
        self._shelter.remove(file)
        self._store.forget_source(file.name)
        return left

    def _take(self, file: Path, frame: Frame) -> None:
        written = frame.source and self._store.taken(frame.source) >= frame.batch
        self._store.append(() if written else frame.calls, file.name, frame.end)
