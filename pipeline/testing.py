"""Testing pipelines and stages without waiting: a virtual clock, scripted stages, and the contract as a check.

    def test_my_stage():
        VirtualClock().run(check_stage(MyStage, [Question("hello")]))

Shipped for users' own stages; the project's own stages are tested with it too.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import aclosing
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, TypeVar, TypeVarTuple

from pipeline.context import ConversationContext
from pipeline.runner import Pipeline
from pipeline.stage import Inbox, JobDone, Stage, TurnInfo

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")


class DeadlockError(RuntimeError):
    """On the virtual clock nothing is scheduled and nothing can run: somebody waits for what never comes."""


class RunawayError(RuntimeError):
    """A script on the virtual clock took more steps than it may."""


class VirtualClock:
    """An event loop whose time jumps to the next timer, to the nanosecond, as soon as nothing else can run.

    Code that uses threads, processes or sockets cannot run on it: their events are outside its time.
    """

    def __init__(self, *, most_steps: int = 1_000_000) -> None:
        self._most_steps = most_steps

    def run(self, main: Coroutine[Any, Any, Result]) -> Result:
        """Run `main` to its end. Raises `DeadlockError`, or `RunawayError` after `most_steps` turns of the loop."""
        with asyncio.Runner(loop_factory=lambda: _VirtualLoop(self._most_steps)) as runner:
            return runner.run(main)


class _VirtualSelector(selectors.SelectSelector):
    """Never blocks: moves the loop's time instead."""

    def __init__(self, most_steps: int) -> None:
        super().__init__()
        self.now = 0
        self._steps_left = most_steps

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._steps_left -= 1
        if self._steps_left < 0:
            raise RunawayError("the script ran for more steps than the virtual clock allows")
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise DeadlockError("deadlock: every task waits, and no timer is set")
        self.now += max(1, round(timeout * 1e9))
        return ready


class _VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on `_VirtualSelector`'s time."""

    def __init__(self, most_steps: int) -> None:
        self._virtual = _VirtualSelector(most_steps)
        super().__init__(self._virtual)
        self._clock_resolution = 0.5e-9  # timers lie on whole nanoseconds; never run one that is due a nanosecond later

    def time(self) -> float:
        return self._virtual.now / 1e9

    def call_at(
        self, when: float, callback: Callable[[*Arguments], object], *args: *Arguments, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return super().call_at(round(when * 1e9) / 1e9, callback, *args, context=context)


@dataclass(frozen=True, slots=True)
class Work:
    """The stage is busy for some seconds."""

    seconds: float
    line: str | None = None
    """A ledger line to mark from here on; None keeps the present one."""


@dataclass(frozen=True, slots=True)
class Emit:
    """The stage emits an event."""

    event: Any


@dataclass(frozen=True, slots=True)
class Fail:
    """The stage raises."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Spawn:
    """The stage spawns a job that takes some seconds; its result comes as `JobDone`."""

    seconds: float
    name: str = "job"


@dataclass(frozen=True, slots=True)
class Pause:
    """The stage looks for its next input, for some seconds at most. What comes is dealt with as any item."""

    seconds: float


@dataclass(frozen=True, slots=True)
class EndInput:
    """The stage closes the turn's input."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The stage ends early."""


Action = Work | Emit | Fail | Spawn | Pause | EndInput | Stop


class _ScriptEnd(Exception):  # noqa: N818 - not an error: a script came to its `Stop`
    """Ends a script early."""


@dataclass(slots=True)
class FakeStage:
    """A stage that follows a script: what it does at the start, for each item, and when its inbox has ended."""

    name: str
    accepts: tuple[type, ...]
    emits: tuple[type, ...]
    on_start: Sequence[Action] = ()
    on_item: Mapping[type, Sequence[Action]] | Sequence[Sequence[Action]] = field(default_factory=dict)
    """By the item's type; or one entry an item in order of arrival, the last one repeating."""
    on_end: Sequence[Action] = ()
    open_runs: int = 0
    """How many runs have begun and not been closed."""

    async def run(self, inbox: Inbox[Any], turn: TurnInfo) -> AsyncIterator[Any]:
        """Follow the script."""
        self.open_runs += 1
        taken = 0
        pending: list[Any] = []
        try:
            async for event in self._follow(self.on_start, inbox, turn, pending):
                yield event
            while True:
                item = pending.pop(0) if pending else await inbox.take()
                if item is None:
                    break
                actions = self._actions(item, taken)
                taken += 1
                async for event in self._follow(actions, inbox, turn, pending):
                    yield event
            async for event in self._follow(self.on_end, inbox, turn, pending):
                yield event
        except _ScriptEnd:
            return
        finally:
            self.open_runs -= 1

    def _actions(self, item: Any, taken: int) -> Sequence[Action]:
        if isinstance(self.on_item, Mapping):
            return self.on_item.get(type(item), ())
        return self.on_item[min(taken, len(self.on_item) - 1)] if self.on_item else ()

    async def _follow(
        self, actions: Sequence[Action], inbox: Inbox[Any], turn: TurnInfo, pending: list[Any]
    ) -> AsyncIterator[Any]:
        for action in actions:
            match action:
                case Work(seconds, line):
                    if line is not None:
                        turn.mark(line)
                    await asyncio.sleep(seconds)
                case Emit(event):
                    yield event
                case Fail(error):
                    raise error
                case Spawn(seconds, name):
                    turn.spawn(asyncio.sleep(seconds), name)
                case Pause(seconds):
                    item = await inbox.take(seconds)
                    if item is not None:
                        pending.append(item)
                case EndInput():
                    turn.end_input()
                case Stop():
                    raise _ScriptEnd


async def scripted(*items: tuple[float, Any]) -> AsyncGenerator[Any, None]:
    """A source: each input after a pause of so many seconds."""
    for seconds, item in items:
        if seconds > 0:
            await asyncio.sleep(seconds)
        yield item


async def check_stage(
    make: Callable[[], Stage[Any]],
    inputs: Iterable[Any],
    *,
    patience_s: float = 30.0,
    context: ConversationContext | None = None,
) -> list[Any]:
    """Check the contract of a stage on real inputs, and return what it emitted.

    It must end when its input ends, accept an empty input, close soon after a cancellation, emit only what it
    declares, and keep two runs at once apart. `patience_s` is the longest that one run may take. Raises
    `AssertionError` naming the stage and the broken rule; what the stage itself raises comes through as `StageError`.
    """
    stage, items = make(), list(inputs)
    snapshot = context or ConversationContext()
    for item in items:
        assert type(item) in stage.accepts, f"'{stage.name}' is checked with {type(item).__name__}, which it refuses"
    await _within(_events(stage, [], snapshot), patience_s, f"'{stage.name}' does not end on empty input")
    alone = await _within(_events(stage, items, snapshot), patience_s, f"'{stage.name}' does not end with its input")
    await _within(_cancelled(stage, items, snapshot), patience_s, f"'{stage.name}' does not close when cancelled")
    together = await _within(
        asyncio.gather(_events(stage, items, snapshot), _events(stage, items, snapshot)),
        2 * patience_s,
        f"'{stage.name}' does not end when two turns run at once",
    )
    for events in together:
        kinds, expected = [type(event) for event in events], [type(event) for event in alone]
        assert kinds == expected, f"'{stage.name}' mixes two runs: {kinds} instead of {expected}"
    return alone


def _alone(stage: Stage[Any]) -> Pipeline:
    return Pipeline(stage, inputs=stage.accepts)


async def _events(stage: Stage[Any], items: Sequence[Any], context: ConversationContext) -> list[Any]:
    async with _alone(stage).turn(context, scripted(*((0.0, item) for item in items))) as turn:
        return [event async for event in turn]


async def _cancelled(stage: Stage[Any], items: Sequence[Any], context: ConversationContext) -> None:
    source = scripted(*((0.0, item) for item in items), (3600.0, None))
    async with aclosing(source), _alone(stage).turn(context, source) as turn:
        await asyncio.sleep(0)
        await turn.cancel()
        leftovers = [event async for event in turn]
        assert not leftovers, f"'{stage.name}': {len(leftovers)} events came after the cancellation"


async def _within(work: Awaitable[Result], limit_s: float, complaint: str) -> Result:
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=limit_s)
    if not done:
        task.cancel()
        await asyncio.wait({task}, timeout=1.0)
        raise AssertionError(complaint)
    return task.result()


__all__ = [
    "Action", "DeadlockError", "Emit", "EndInput", "Fail", "FakeStage", "JobDone", "Pause", "RunawayError", "Spawn",
    "Stop", "VirtualClock", "Work", "check_stage", "scripted",
]  # fmt: skip
