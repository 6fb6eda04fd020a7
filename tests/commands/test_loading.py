"""Loading side by side, and what is left when it fails."""

from __future__ import annotations

import asyncio

import psutil
import pytest

from commands.assembly import Workshop
from commands.loading import Loading
from commands.settings import Settings
from pipeline.errors import InputError
from r1.errors import SettingsError


def test_parts_load_at_the_same_time(capsys: pytest.CaptureFixture[str]) -> None:
    """Each part begins when it is added and waits for no other; one line names them."""

    async def load() -> int:
        first, second = asyncio.Event(), asyncio.Event()

        async def one() -> None:
            first.set()
            await second.wait()

        async def other() -> None:
            await first.wait()
            second.set()

        async with Loading() as loading:
            await loading.add("one", one)
            await loading.add("other", other)
            return await loading.finished()

    assert asyncio.run(load()) > 0
    assert "loaded one, other in" in capsys.readouterr().err


def test_the_first_failure_stops_the_rest() -> None:
    """A part that cannot be had ends the loading of all others, and its error is the one raised."""
    stopped: list[str] = []

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append("endless")

    async def failing() -> None:
        raise InputError("no such model")

    async def load() -> None:
        async with Loading(quiet=True) as loading:
            await loading.add("endless", endless)
            await loading.add("failing", failing)
            await loading.finished()

    with pytest.raises(InputError, match="no such model"):
        asyncio.run(load())
    assert stopped == ["endless"]


def test_nothing_outlives_a_failed_start() -> None:
    """When one part is refused while others are still starting, their child processes are gone afterwards."""

    async def start() -> None:
        async with Workshop(Settings(r1="no url"), quiet=True) as workshop:
            await workshop.voice()
            await workshop.reader()
            await workshop.client()

    with pytest.raises(SettingsError):
        asyncio.run(start())
    assert psutil.Process().children(recursive=True) == []
