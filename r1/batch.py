"""Many prompts through one client, in groups (the guide, part 4.1), with results as they finish.

A group is what is read at once and, where the upstream takes a list of prompts, what is sent as one request. Where it
does not, a group only says how far to read: its prompts are sent singly, and the next group begins while the slowest
of the last one still runs. Either way at most `concurrency` requests are under way.

- Static groups, from an iterable: each is full but the last. They are read only when they can be begun, on the event
  loop, so an iterable must not block.
- Dynamic groups, from an async iterable: one goes when it is full, or when its first prompt has waited long enough, or
  when no more come. While all requests are under way it may grow. Prompts that are sent singly wait for no company.

Work goes on while the caller deals with a result, until so many are finished and not taken that reading stops.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Sequence,
)
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from r1.errors import ParameterError, R1Error, SettingsError
from r1.parameters import check_prompt
from r1.results import Completion

Item = TypeVar("Item")

Infer = Callable[[str], Awaitable[Completion]]
"""One prompt, as `R1Client.infer` takes it."""

GroupInfer = Callable[[Sequence[str]], AsyncIterator[tuple[int, Completion | R1Error]]]
"""Several prompts in one request: answers as they come, each with its prompt's place in the list. Raises `R1Error` when
the request fails as a whole.
"""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a batch is cut and how fast it goes. Raises `SettingsError`."""

    group_size: int = 32
    """Most prompts in a group (the guide: 32)."""
    concurrency: int = 8
    """Most requests at once, of one prompt or of one group."""
    longest_wait_s: float = 0.05
    """How long the first prompt of a dynamic group waits for others."""
    in_order: bool = False
    """Results in the order of the prompts, not as they finish. Reading stops while a slow one holds back many."""

    def __post_init__(self) -> None:
        for name in ("group_size", "concurrency"):
            count = getattr(self, name)
            if not isinstance(count, int) or isinstance(count, bool) or count < 1:
                raise SettingsError(f"batch {name} must be a whole number, at least 1, not {count!r}")
        wait_s: object = self.longest_wait_s
        if isinstance(wait_s, bool) or not isinstance(wait_s, int | float) or not 0 <= wait_s < float("inf"):
            raise SettingsError(f"batch longest_wait_s must be 0 seconds or more, not {wait_s!r}")


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of one prompt: a completion or an error."""

    index: int
    """The prompt's place in the input, from 0."""
    prompt: str = field(repr=False)
    completion: Completion | None
    error: R1Error | None


async def infer_many(
    prompts: Iterable[str] | AsyncIterable[str],
    infer: Infer,
    options: BatchOptions | None = None,
    infer_group: GroupInfer | None = None,
) -> AsyncGenerator[BatchResult, None]:
    """One result for each prompt, as they finish or in order.

    An `R1Error` is its prompt's result; any other exception, of `infer` or of `prompts`, ends the batch and is raised.
    Prompts that a group request leaves unanswered, because it failed as a whole or skipped them, are sent singly.
    `prompts` may be endless: those read whose results have not been taken are at most one group more than can be under
    way at once, or two groups if that is more. An async generator given as `prompts` is closed at the end.

    Close the generator (`contextlib.aclosing`) to cancel all that is under way; it returns when nothing is left.
    """
    if isinstance(prompts, str):
        raise ParameterError("prompts", "must be several texts, not one: put it into a list")
    batch = _Batch(prompts, infer, options or BatchOptions(), infer_group)
    try:
        while (result := await batch.next_result()) is not None:
            yield result
    finally:
        await batch.close()


class _Batch:
    """One batch under way. Every end of a request, and every result taken, begins what may then begin."""

    def __init__(
        self,
        prompts: Iterable[str] | AsyncIterable[str],
        infer: Infer,
        options: BatchOptions,
        infer_group: GroupInfer | None,
    ) -> None:
        self._infer = infer
        self._infer_group = infer_group
        self._options = options
        self._group: deque[tuple[int, str]] = deque()
        """The group that is read: index and prompt."""
        self._again: deque[tuple[int, str]] = deque()
        """Prompts whose group request did not answer them."""
        self._calls: set[asyncio.Task[None]] = set()
        self._results: dict[int, BatchResult] = {}
        """Finished and not taken, by index, in the order in which they finished."""
        self._read = self._taken = 0
        at_once = options.concurrency * (options.group_size if infer_group else 1)
        self._most_open = max(options.group_size, at_once) + options.group_size
        self._exhausted = self._stopped = self._late = False
        self._timer: asyncio.TimerHandle | None = None
        self._failure: BaseException | None = None
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._iterator: Iterator[str] | None = None
        self._reader: asyncio.Task[None] | None = None
        if isinstance(prompts, AsyncIterable):
            self._reader = asyncio.create_task(self._read_on(prompts), name="batch: prompts")
            self._reader.add_done_callback(self._reader_ended)
        else:
            self._iterator = iter(prompts)

    # -- results

    async def next_result(self) -> BatchResult | None:
        """The next result; None when each prompt has had one. Raises what ended the batch."""
        while True:
            self._advance()
            if self._failure is not None:
                raise self._failure
            index = self._taken if self._options.in_order else next(iter(self._results), None)
            if index is not None and index in self._results:
                self._taken += 1
                result = self._results.pop(index)
                self._advance()
                return result
            if self._exhausted and self._taken == self._read:
                return None
            self._news.clear()
            await self._news.wait()

    async def close(self) -> None:
        """Cancel what is under way and wait until it has ended, also when cancelled meanwhile."""
        self._stop()
        cancelled: asyncio.CancelledError | None = None
        while left := [task for task in (self._reader, *self._calls) if task is not None and not task.done()]:
            try:
                await asyncio.wait(left)
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled

    def _finish(self, index: int, prompt: str, outcome: Completion | R1Error) -> None:
        completion, error = (None, outcome) if isinstance(outcome, R1Error) else (outcome, None)
        self._results[index] = BatchResult(index, prompt, completion, error)
        self._news.set()

    def _fail(self, error: BaseException) -> None:
        if not self._stopped:
            self._failure = error
            self._stop()
            self._news.set()

    def _stop(self) -> None:
        """Begin nothing more and cancel what is under way; once, for a second time would disturb its cleaning up."""
        if self._stopped:
            return
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
        for task in (self._reader, *self._calls):
            if task is not None:
                task.cancel()

    # -- prompts

    @property
    def _open(self) -> int:
        """Prompts read whose results have not been taken."""
        return self._read - self._taken

    def _take(self, prompt: str) -> None:
        index, self._read = self._read, self._read + 1
        try:
            check_prompt(prompt)
        except ParameterError as error:
            self._finish(index, prompt, error)
            return
        self._group.append((index, prompt))
        if self._reader is not None and self._infer_group is not None and len(self._group) == 1:
            self._timer = asyncio.get_running_loop().call_later(self._options.longest_wait_s, self._expire)

    def _expire(self) -> None:
        self._late = True
        self._advance()

    def _read_group(self) -> None:
        """The next static group, if there is room for its results."""
        size = self._options.group_size
        iterator = self._iterator
        while iterator is not None and not self._group and self._open + size <= self._most_open:
            for _ in range(size):
                try:
                    prompt = next(iterator)
                except StopIteration:
                    self._exhausted, self._iterator = True, None
                    self._news.set()
                    return
                self._take(prompt)

    async def _read_on(self, prompts: AsyncIterable[str]) -> None:
        """Read prompts one by one while there is room for them."""
        async with _closing(aiter(prompts)) as iterator:
            while True:
                await self._room.wait()
                try:
                    prompt = await anext(iterator)
                except StopAsyncIteration:
                    break
                self._take(prompt)
                self._advance()
        self._exhausted = True
        self._news.set()

    # -- requests

    def _advance(self) -> None:
        """Begin what may begin now."""
        if self._stopped:
            return
        try:
            while len(self._calls) < self._options.concurrency and (call := self._next_call()) is not None:
                task = asyncio.create_task(call, name="batch: request")
                self._calls.add(task)
                task.add_done_callback(self._call_ended)
        except Exception as error:  # noqa: BLE001  whatever the caller's iterable raises is for the caller
            self._fail(error)
        if len(self._group) < self._options.group_size and self._open < self._most_open:
            self._room.set()
        else:
            self._room.clear()

    def _next_call(self) -> Coroutine[Any, Any, None] | None:
        if self._again:
            return self._one(*self._again.popleft())
        if not self._group:
            self._read_group()
        if not self._group:
            return None
        if self._infer_group is None:
            return self._one(*self._group.popleft())
        full = len(self._group) == self._options.group_size
        if self._reader is not None and not (full or self._late or self._exhausted):
            return None
        if self._timer is not None:
            self._timer.cancel()
        self._late = False
        group = list(self._group)
        self._group.clear()
        return self._together(group, self._infer_group)

    async def _one(self, index: int, prompt: str) -> None:
        try:
            self._finish(index, prompt, await self._infer(prompt))
        except R1Error as error:
            self._finish(index, prompt, error)

    async def _together(self, group: list[tuple[int, str]], infer_group: GroupInfer) -> None:
        unanswered = dict(enumerate(group))
        try:
            async with _closing(infer_group([prompt for _, prompt in group])) as answers:
                async for place, outcome in answers:
                    if place not in unanswered:
                        break  # an answer to nothing that was asked: the others may be out of place too
                    self._finish(*unanswered.pop(place), outcome)
        except R1Error:
            pass  # sent singly, each gets its answer, or an error of its own
        self._again.extend(unanswered.values())

    def _call_ended(self, task: asyncio.Task[None]) -> None:
        self._calls.discard(task)
        self._note_failure(task)
        self._advance()

    def _reader_ended(self, task: asyncio.Task[None]) -> None:
        self._note_failure(task)
        self._advance()

    def _note_failure(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            self._fail(RuntimeError(f"a task of the batch ({task.get_name()}) was cancelled from outside"))
        elif (error := task.exception()) is not None:
            self._fail(error)


@asynccontextmanager
async def _closing(iterator: AsyncIterator[Item]) -> AsyncGenerator[AsyncIterator[Item], None]:
    """Close `iterator` at the end, if it is of a kind that can be."""
    try:
        yield iterator
    finally:
        if isinstance(iterator, AsyncGenerator):
            await iterator.aclose()
