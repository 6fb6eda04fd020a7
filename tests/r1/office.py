"""Calls that come to an admission on the virtual clock, and what becomes of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from r1.admission import Admission, AdmissionLimits
from r1.errors import OverloadedError
from r1.request import Priority
from tests.r1.calls import run

OPEN = {"reserved_high": 0, "reserved_normal": 0}
ONE = AdmissionLimits(slots=1, reserved_high=0, reserved_normal=0)


@dataclass
class Office:
    """Calls that come to an admission, and the order in which they get a slot."""

    admission: Admission
    served: list[str] = field(default_factory=list)
    waits: dict[str, float] = field(default_factory=dict)
    refusals: dict[str, OverloadedError] = field(default_factory=dict)

    async def call(
        self, name: str, priority: Priority, seconds: float, longest_wait_s: float | None = None, at: float = 0.0
    ) -> None:
        """Come at `at`, then hold a slot for some seconds."""
        if at:
            await asyncio.sleep(at)
        try:
            async with self.admission.slot(priority, longest_wait_s) as waited_s:
                self.served.append(name)
                self.waits[name] = waited_s
                await asyncio.sleep(seconds)
        except OverloadedError as error:
            self.refusals[name] = error


def office(limits: AdmissionLimits, *calls: tuple[Any, ...]) -> Office:
    """All `calls`, each (name, priority, seconds, longest wait, when it comes), to their end."""
    made = Office(Admission(limits))

    async def main() -> None:
        await asyncio.gather(*(made.call(*call) for call in calls))
        assert (made.admission.running, made.admission.waiting) == (0, 0)

    run(main())
    return made
