from __future__ import annotations

import asyncio
import threading

from gateway.monitoring.probes import Probes, off_loop
from pipeline.testing import VirtualClock


async def works() -> str:
    return ""


def test_each_says_what_is_wrong() -> None:
    """In its own words, or by the type of what it raised, without that error's message."""

    async def full() -> str:
        return "the disk is full"

    async def breaks() -> str:
        raise ConnectionError("redis://:password-canary@host")

    async def main() -> dict[str, str]:
        probes = Probes({"database": works, "audit": full, "cache": breaks})
        assert set(probes.faults.values()) == {""}
        await probes.ask()
        return probes.faults

    assert VirtualClock().run(main()) == {"database": "", "audit": "the disk is full", "cache": "ConnectionError"}


def test_one_that_hangs_counts_as_down_and_is_asked_once() -> None:
    """It holds up the others for two seconds at most, and when it answers at last, that is what counts."""
    asked = 0

    async def hangs() -> str:
        nonlocal asked
        asked += 1
        await asyncio.sleep(9)
        return ""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        probes = Probes({"database": hangs, "cache": works})
        faults = []
        for _ in range(4):
            await probes.ask()
            faults.append(probes.faults["database"])
        assert loop.time() == 8
        assert faults == ["no answer within 2 s"] * 4
        assert probes.faults["cache"] == ""
        assert asked == 1
        await probes.ask()
        assert probes.faults["database"] == ""
        assert loop.time() == 9

    VirtualClock().run(main())


def test_closing_leaves_no_task() -> None:
    """Also with one that hangs."""

    async def main() -> None:
        probes = Probes({"database": lambda: asyncio.sleep(1000, "")})
        await probes.ask()
        await probes.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    VirtualClock().run(main())


def test_what_blocks_is_asked_on_a_thread() -> None:
    """The event loop goes on meanwhile."""
    threads = []

    def blocks() -> str:
        threads.append(threading.current_thread())
        return "locked"

    assert asyncio.run(off_loop(blocks)()) == "locked"  # type: ignore[arg-type]  # an awaitable that is a coroutine
    assert threads[0] is not threading.main_thread()
