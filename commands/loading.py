"""Loading the costly parts side by side, and showing how far they are."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any

from commands.terminal import notes, plain, remark


class Loading:
    """Loads parts from the moment they are added; an async context manager, which stops what is still loading.

    On a terminal each part has a spinner until it is there; when all are, one line says so.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        """`quiet` shows nothing."""
        self._quiet = quiet
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._begun = time.perf_counter_ns()
        self._progress: Any = None
        self._note_line: Any = None

    async def __aenter__(self) -> Loading:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
        )
        self._progress = Progress(
            *columns, console=notes(), transient=True, disable=self._quiet or not notes().is_terminal
        )
        self._progress.start()
        self._note_line = self._progress.add_task("", total=None, visible=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def add(self, name: str, load: Callable[[], Awaitable[object]]) -> None:
        """Begin to load the part that the user knows as `name`."""
        line = self._progress.add_task(f"loading {name}", total=1)
        self._tasks[name] = asyncio.create_task(self._load(load, line), name=f"loading {name}")
        await asyncio.sleep(0)  # let it start before the next import holds the loop

    def note(self, text: str) -> None:
        """Say what a part is doing, such as fetching weights. May be called from any thread."""
        if not self._progress.disable:
            self._progress.update(self._note_line, description=plain(text), visible=True)
        elif text.startswith("fetching") and not self._quiet:
            remark(text)

    async def finished(self) -> int:
        """Wait for everything added; returns the nanoseconds since this object was made. Raises the first failure."""
        done, _ = await asyncio.wait(self._tasks.values(), return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
        self._progress.stop()
        spent = time.perf_counter_ns() - self._begun
        if not self._quiet:
            notes().print(
                f"loaded {', '.join(self._tasks)} in {spent / 1e9:.1f} s", style="dim", markup=False, soft_wrap=True
            )
        return spent

    async def _load(self, load: Callable[[], Awaitable[object]], line: Any) -> None:
        await load()
        self._progress.update(line, completed=1)
