"""The bounded links between workers: an inbox for each stage, and the caller's outbox.

Both stamp into the timelines of the two workers they join. A full inbox holds its sender; when the owner takes an
item, the oldest held one moves in at that very moment, so order and back-pressure do not hang on task scheduling.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from pipeline.events import Audio, Speech
from pipeline.stage import JobDone
from pipeline.timeline import CALLER, MOST_STEPS, Clock, InboxRecord, Kind, Step, Worker

AUDIO, ITEMS, FREE = 0, 1, -1


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may wait between two stages."""

    audio_s: float = 30.0
    """Seconds of user audio in an inbox."""
    items: int = 64
    """Other events in an inbox. Tokens are small; a whole answer's worth may wait for a slow voice."""
    reply_s: float = 30.0
    """Seconds of reply audio that the caller has not taken yet."""


@dataclass(slots=True)
class _Entry:
    """An item under way to its taker."""

    event: Any
    sender: Worker
    account: int
    size: int
    hold: Step
    """The sender's wait for a place, if it has to wait."""
    sent: int = 0
    number: int = -1


class StageInbox:
    """What waits for one stage. Implements `pipeline.stage.Inbox`."""

    def __init__(self, owner: Worker, clock: Clock, limits: Limits) -> None:
        self._owner = owner
        self._clock = clock
        self._queue: deque[_Entry] = deque()
        self._held: deque[tuple[_Entry, asyncio.Future[None]]] = deque()
        self._used = [0, 0]
        self._limits = (round(limits.audio_s * 1e9), limits.items)
        self._count = 0
        self._producers: set[int] = set()
        self._jobs = 0
        self._dead = False
        self._waiter: asyncio.Future[None] | None = None
        self._cause: tuple[Worker, int] | None = None
        self._last_wait: Step | None = None
        self._last_sender = owner
        self._ends: list[tuple[int, Worker]] = []
        self.record = InboxRecord(limits=self._limits)

    # -- the owner's side

    @property
    def closed(self) -> bool:
        """True when it is empty and nothing more can come."""
        return self._dead or not (self._queue or self._held or self._producers or self._jobs)

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        item = await self.take()
        if item is None:
            raise StopAsyncIteration
        return item

    async def take(self, timeout_s: float | None = None) -> Any | None:
        """The next item; None when closed, or when `timeout_s` seconds have passed."""
        if self._queue:
            return self._pop(self._owner.pause())
        if self.closed:
            now = self._owner.pause()
            self._owner.add(Step(Kind.CLOSED, now, now, at=now))
            return None
        loop = asyncio.get_running_loop()
        start = self._owner.pause()
        self._waiter = waiter = loop.create_future()
        self._cause = None
        self._owner.begin(Step(Kind.CLOSED, start, start, peer=self._owner.number))
        timer = None if timeout_s is None else loop.call_later(max(0.0, timeout_s), _wake, waiter)
        try:
            await waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()
        return self._woken(start)

    def poll(self) -> Any | None:
        """The next item if there is one now, else None."""
        return self._pop(self._owner.pause()) if self._queue else None

    def _woken(self, start: int) -> Any | None:
        if self._cause is None:
            self._owner.conclude(Step(Kind.TIMEOUT, start, start, self._owner.line))
            return None
        sender, sent = self._cause
        step = Step(Kind.CLOSED, start, start, peer=sender.number, at=sent)
        self._last_wait, self._last_sender = step, sender
        if self._queue:
            step.kind, step.item = Kind.TAKE, self._queue[0].number
        self._owner.conclude(step)
        return self._release(self._clock.now()) if self._queue else None

    def _pop(self, now: int) -> Any:
        entry = self._queue[0]
        self._owner.add(Step(Kind.TAKE, now, now, peer=entry.sender.number, at=entry.sent, item=entry.number))
        return self._release(now)

    def _release(self, now: int) -> Any:
        """Hand out the oldest item, and let in those held ones that fit now."""
        entry = self._queue.popleft()
        if entry.account != FREE:
            self._used[entry.account] -= entry.size
        while self._held and self._fits(self._held[0][0]):
            waiting, released = self._held.popleft()
            self._append(waiting, now)
            waiting.hold.at, waiting.hold.item = now, waiting.number
            _wake(released)
        return entry.event

    # -- the senders' side

    def add_producer(self, worker: Worker) -> None:
        """`worker` will send here until it ends."""
        self._producers.add(worker.number)
        self.record.producers = (*self.record.producers, worker.number)

    async def put(self, event: Any, sender: Worker) -> bool:
        """Send `event`, unless its owner has ended; waits while the inbox is full, and says whether it did."""
        if self._dead:
            return False
        account, size = _size(event)
        now = sender.pause()
        hold = Step(Kind.PUT, now, now, peer=self._owner.number)
        entry = _Entry(event, sender, account, size, hold)
        if not self._held and self._fits(entry):
            self._append(entry, now)
            hold.at, hold.item = now, entry.number
            sender.add(hold)
            return False
        released: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._held.append((entry, released))
        sender.begin(hold)
        await released
        sender.conclude()
        return True

    def job_begins(self) -> None:
        """The owner has spawned a job; the inbox stays open until its result is in."""
        self._jobs += 1

    def job_ends(self, result: JobDone, job: Worker) -> None:
        """Deliver a job's result. Never waits."""
        now = job.pause()
        self._jobs -= 1
        if self._dead:
            return
        put = Step(Kind.PUT, now, now, peer=self._owner.number, at=now)
        entry = _Entry(result, job, FREE, 0, put)
        self._append(entry, now)
        put.item = entry.number
        job.add(put)

    def producer_ended(self, worker: Worker, by: Worker | None = None) -> None:
        """`worker` sends no more; the last of them closes the inbox. `by` is the stage that ended the input."""
        if worker.number not in self._producers:
            return
        self._producers.discard(worker.number)
        now = self._clock.now()
        for entry, released in [held for held in self._held if held[0].sender is worker]:
            self._held.remove((entry, released))  # input that was ended while it was held
            entry.hold.at = now
            _wake(released)
        self._ends.append((now, by or worker))
        if by is not None:
            self.record.closed_by = by.number
        if self.closed:
            latest = max((w for at, w in self._ends if at == now), key=lambda w: w.position)
            self._arrived(latest, now)

    def owner_ended(self) -> None:
        """The owner takes no more: release whoever is held."""
        self._dead = True
        self._queue.clear()
        now = self._clock.now()
        while self._held:
            entry, released = self._held.popleft()
            entry.hold.at = now
            _wake(released)

    def _fits(self, entry: _Entry) -> bool:
        if entry.account == FREE:
            return True
        used = self._used[entry.account]
        return used == 0 or used + entry.size <= self._limits[entry.account]

    def _append(self, entry: _Entry, now: int) -> None:
        entry.sent, entry.number = now, self._count
        self._count += 1
        if self._count <= MOST_STEPS:
            self.record.sizes.append((entry.account, entry.size))
        if entry.account != FREE:
            self._used[entry.account] += entry.size
        self._queue.append(entry)
        self._arrived(entry.sender, now)

    def _arrived(self, sender: Worker, now: int) -> None:
        """Of all that sent or closed at the instant that ends a wait, the one latest in the chain ended it."""
        if self._clock.frozen:
            return
        if self._waiter is not None:
            if self._cause is None:
                _wake(self._waiter)
            if self._cause is None or (self._cause[1] == now and sender.position > self._cause[0].position):
                self._cause = (sender, now)
            return
        last = self._last_wait
        if last is not None and last.at == now and sender.position > self._last_sender.position:
            last.peer, self._last_sender = sender.number, sender


class Outbox:
    """What waits for the caller. Events never hold a stage back, except reply audio, which is bounded in seconds."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self._limit = round(limits.reply_s * 1e9)
        self._events: deque[Any] = deque()
        self._waiting_ns = 0
        self._reader: asyncio.Future[None] | None = None
        self._held: deque[tuple[Speech, Step, asyncio.Future[None]]] = deque()
        self._done = False

    async def put(self, event: Any, sender: Worker) -> None:
        """Hand `event` to the caller; reply audio waits while the caller has enough of it."""
        if self._done:
            return
        if type(event) is not Speech:
            self._append(event)
            return
        if not self._held and self._fits(event):
            self._append(event)
            return
        start = sender.pause()
        released: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        hold = Step(Kind.PUT, start, start, peer=CALLER)
        self._held.append((event, hold, released))
        sender.begin(hold)
        await released
        sender.conclude()

    async def get(self) -> Any | None:
        """The next event; None after the last."""
        while not self._events:
            if self._done:
                return None
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        event = self._events.popleft()
        if type(event) is Speech:
            self._waiting_ns -= _nanoseconds(event)
            self._release()
        return event

    def close(self) -> None:
        """No event follows those already here."""
        self._done = True
        if self._reader is not None:
            _wake(self._reader)

    def drop(self) -> None:
        """Throw away what the caller has not taken, and close."""
        self._events.clear()
        self._waiting_ns = 0
        self.close()

    def _fits(self, speech: Speech) -> bool:
        return self._waiting_ns == 0 or self._waiting_ns + _nanoseconds(speech) <= self._limit

    def _release(self) -> None:
        now = self._clock.now()
        while self._held and self._fits(self._held[0][0]):
            speech, hold, released = self._held.popleft()
            self._append(speech)
            hold.at = now
            _wake(released)

    def _append(self, event: Any) -> None:
        if self._done:
            return
        if type(event) is Speech:
            self._waiting_ns += _nanoseconds(event)
        self._events.append(event)
        if self._reader is not None:
            _wake(self._reader)


def _size(event: Any) -> tuple[int, int]:
    return (AUDIO, _nanoseconds(event)) if type(event) is Audio else (ITEMS, 1)


def _nanoseconds(event: Audio | Speech) -> int:
    return len(event.samples) * 1_000_000_000 // event.sample_rate


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
