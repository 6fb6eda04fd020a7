"""Whether what the gateway depends on works: its cache, its database, its audit log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

Probe = Callable[[], Awaitable[str]]
"""Why it does not work, without secrets; empty when it does. May raise, which counts as a fault of that type."""


def off_loop(probe: Callable[[], str]) -> Probe:
    """A probe that blocks, such as a query of a database, asked on a thread."""

    async def ask() -> str:
        return await asyncio.to_thread(probe)

    return ask


class Probes:
    """Asks each of `probes`, by name, all at once. One that has not answered within `patience_s` counts as down.

    It is not asked again before it has answered, so that a database which hangs does not collect threads.
    """

    def __init__(self, probes: Mapping[str, Probe], patience_s: float = 2.0) -> None:
        self._probes = dict(probes)
        self._patience_s = patience_s
        self._asking: dict[str, asyncio.Task[str]] = {}
        self.faults: dict[str, str] = dict.fromkeys(probes, "")
        """By name, as they were when last asked; empty for what works."""

    async def ask(self) -> None:
        """Bring `faults` up to date."""
        for name, probe in self._probes.items():
            if name not in self._asking:
                self._asking[name] = asyncio.create_task(_fault(probe), name=f"probe of {name}")
        if self._asking:
            await asyncio.wait(self._asking.values(), timeout=self._patience_s)
        for name, task in list(self._asking.items()):
            if task.done():
                self.faults[name] = task.result()
                del self._asking[name]
            else:
                self.faults[name] = f"no answer within {self._patience_s:g} s"

    async def close(self) -> None:
        """Ask no more."""
        tasks = list(self._asking.values())
        self._asking.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _fault(probe: Probe) -> str:
    try:
        return await probe()
    except Exception as error:  # noqa: BLE001  whatever it raises, it does not work; the message may hold an address
        return type(error).__name__
