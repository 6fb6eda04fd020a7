"""What a stage is: one async generator over typed events.

A stage sees only what it accepts, declares what it emits, never forwards a foreign event and never stamps a time.
Blocking work runs off the event loop, in slices or in a child process, so that it stops soon after cancellation.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pipeline.context import ConversationContext

In_co = TypeVar("In_co", covariant=True)
Out_co = TypeVar("Out_co", covariant=True)


@dataclass(frozen=True, slots=True)
class JobDone:
    """The result of a job that the stage spawned, delivered through its own inbox."""

    name: str
    """As given to `TurnInfo.spawn`."""
    value: Any


class Inbox(Protocol[In_co]):
    """A stage's view of what comes to it: an async iterator that ends when nothing more can come."""

    @property
    def closed(self) -> bool:
        """True when it is empty and nothing more can come."""
        ...

    def __aiter__(self) -> AsyncIterator[In_co]: ...

    async def __anext__(self) -> In_co: ...

    async def take(self, timeout_s: float | None = None) -> In_co | None:
        """The next item, waiting at most `timeout_s` seconds; None at the limit or when closed: then ask `closed`."""
        ...

    def poll(self) -> In_co | None:
        """The next item if there is one now, else None. Never waits."""
        ...


class TurnInfo(Protocol):
    """What the runner hands each stage of a turn: the conversation so far, and the few things a stage may ask for."""

    @property
    def turn_id(self) -> str:
        """Unique in the conversation."""
        ...

    @property
    def context(self) -> ConversationContext:
        """The snapshot this turn reads."""
        ...

    def mark(self, name: str) -> None:
        """From now on this stage's own time goes to the ledger line `name`, until the next mark."""
        ...

    def report(self, name: str, duration_s: float) -> None:
        """The last `duration_s` seconds of the run under way belong to `name` (a duration the far side told us)."""
        ...

    def spawn(self, coroutine: Coroutine[Any, Any, Any], name: str) -> None:
        """Run `coroutine` in the turn's own group; its result comes back through the inbox as `JobDone`.

        It is cancelled with the turn, and the inbox stays open until it is done. Raises `CancelledError` when the
        turn is closing.
        """
        ...

    def end_input(self) -> None:
        """Close the turn's input while a live source runs on: the user has finished speaking."""
        ...


class Stage(Protocol[Out_co]):
    """One worker of the chain. A plain class with these four members is a stage; nothing needs to be inherited."""

    @property
    def name(self) -> str:
        """The key in ledger, metrics and errors; unique in a pipeline."""
        ...

    @property
    def accepts(self) -> tuple[type, ...]:
        """Event types it takes. It receives every such event that no nearer stage takes."""
        ...

    @property
    def emits(self) -> tuple[type, ...]:
        """Event types it may emit. Emitting any other fails the turn, by name."""
        ...

    def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Out_co]:
        """Read `inbox` until it ends and yield events. One call per turn; calls must not share mutable state."""
        ...


class MapStage(ABC):
    """A stage that makes at most one event of each item: write `__call__`, the loop is here."""

    name: str
    accepts: tuple[type, ...]
    emits: tuple[type, ...]

    @abstractmethod
    async def __call__(self, item: Any, turn: TurnInfo) -> Any:
        """The event made of `item`, or None for none."""

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
        """Call the stage on each item in turn."""
        async for item in inbox:
            event = await self(item, turn)
            if event is not None:
                yield event
