"""A clock that goes when it is told to, and admission that says what it is told to."""

from __future__ import annotations

from dataclasses import dataclass

from r1.admission import Admission, AdmissionLimits


@dataclass
class Clock:
    """Seconds."""

    now_s: float = 10_000.0

    def __call__(self) -> float:
        return self.now_s


class Places(Admission):
    """Admission whose load is set by hand."""

    def __init__(self, slots: int = 4, running: int = 0, waiting: int = 0) -> None:
        super().__init__(AdmissionLimits(slots))
        self.taken, self.wanted = running, waiting

    @property
    def running(self) -> int:
        return self.taken

    @property
    def waiting(self) -> int:
        return self.wanted
