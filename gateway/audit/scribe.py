"""The thread that decides where calls go: into the database while it takes them, into the shelter while it does not."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass
from functools import partial

from gateway.audit.database_thread import DatabaseThread, Job
from gateway.audit.pending import PendingCall
from gateway.audit.shelter import Shelter
from gateway.audit.store import AuditStore
from gateway.audit.taking_up import TakingUp

_log = logging.getLogger("gateway.audit")


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """How the log is written: times in seconds, the rest in calls."""

    flush_s: float = 0.2
    batch: int = 500
    """Most in a transaction; so many are written before the flush interval is over."""
    buffered: int = 10_000
    """Most that wait in memory; more go to the shelter."""
    stalled_s: float = 1.0
    """A batch that takes longer is put in the shelter too, and what comes after it."""
    held: int = 200_000
    """Most in memory when the shelter takes none either. What comes then pushes the oldest out, and is counted."""
    retry_s: float = 0.5
    """Between attempts at a database that fails; twice as long each time."""
    longest_retry_s: float = 10.0
    close_s: float = 5.0
    """How long the database may take for the rest when the log is closed."""


@dataclass(frozen=True, slots=True)
class AuditHealth:
    """How the log fares, for whoever watches."""

    waiting: int
    """Calls in memory."""
    sheltered: int
    """Calls that have gone to the shelter since the start."""
    lost: int
    """Calls that neither database nor shelter took."""
    fault: str
    """Why the database takes none; empty while it does."""


class Scribe(threading.Thread):
    """Ends after `close`, when all it was given is written or in the shelter."""

    def __init__(self, store: AuditStore, shelter: Shelter, options: AuditOptions) -> None:
        super().__init__(name="audit-scribe", daemon=True)
        self._store = store
        self._shelter = shelter
        self._options = options
        self._changed = threading.Condition()
        # Under the lock of `_changed`:
        self._given: deque[PendingCall] = deque()
        self._given_count = self._settled_count = 0
        self._given_since_s = 0.0
        self._close_by_s: float | None = None
        self._over = False
        # The scribe's own:
        self._database = DatabaseThread(self._wake)
        self._taking_up = TakingUp(store, shelter)
        self._source, self._batches = _new_source(), 0
        self._held: deque[PendingCall] = deque()
        self._job: Job | None = None
        self._failed: Job | None = None
        """Its calls are neither in the database, as far as is known, nor in the shelter."""
        self._shelter_in_use = True
        """Whether something may wait there; at the start it may, from before."""
        self._batch_was_last = False
        self._fault, self._retry_at_s, self._retry_s = "", 0.0, options.retry_s
        self._shelter_fails = False
        self._sheltered = self._lost = 0

    @property
    def health(self) -> AuditHealth:
        """How the log fares now."""
        return AuditHealth(self._given_count - self._settled_count, self._sheltered, self._lost, self._fault)

    def give(self, call: PendingCall) -> bool:
        """Hand over a call; False when the log is closed."""
        with self._changed:
            if self._over:
                return False
            if not self._given:
                self._given_since_s = time.monotonic()
            self._given.append(call)
            self._given_count += 1
            if len(self._given) in (1, self._options.batch):
                self._changed.notify_all()
        return True

    def settled(self, timeout_s: float) -> bool:
        """Wait until all that was given before is written, or at least sheltered."""
        with self._changed:
            count = self._given_count
            return self._changed.wait_for(lambda: self._settled_count >= count, timeout_s)

    def close(self) -> None:
        """Have the rest written, and wait for that."""
        with self._changed:
            if self._close_by_s is None:
                self._close_by_s = time.monotonic() + self._options.close_s
            self._changed.notify_all()
        if self.ident is not None:
            self.join()

    def run(self) -> None:
        """The thread's work."""
        while not self._is_done():
            try:
                self._wait()
                self._look_at_job()
                self._begin_job()
                self._bring_to_safety()
            except Exception as error:  # noqa: BLE001  a thread that ended here would keep all that comes in memory
                _log.error("the audit log stumbled (%s: %s)", type(error).__name__, error)
                time.sleep(self._options.flush_s)
        self._database.end()
        self._shelter.close()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _wait(self) -> None:
        """Until something is to be done; then take what was given and has waited long enough."""
        with self._changed:
            while not self._is_urgent():
                pause_s = self._pause_s()
                if (pause_s is not None and pause_s <= 0) or not self._changed.wait(pause_s):
                    break
            due = self._close_by_s is not None or self._given_since_s + self._options.flush_s <= time.monotonic()
            if due or len(self._given) >= self._options.batch:
                self._held.extend(self._given)
                self._given.clear()

    def _is_urgent(self) -> bool:
        ended = self._job is not None and self._job.ended
        return ended or len(self._given) >= self._options.batch

    def _pause_s(self) -> float | None:
        """How long nothing needs to be done; None for until something comes."""
        now_s, closing, job = time.monotonic(), self._close_by_s is not None, self._job
        times = [self._close_by_s] if self._close_by_s is not None else []
        if self._given:
            times.append(now_s if closing else self._given_since_s + self._options.flush_s)
        if job is not None and now_s < job.begun_s + self._options.stalled_s:
            times.append(job.begun_s + self._options.stalled_s)
        elif (job is not None or self._fault) and (self._held or self._failed or (job and not job.sheltered)):
            times.append(now_s + self._options.flush_s)  # the shelter takes none: once more then
        elif job is None and self._held:
            return 0.0
        if job is None and self._shelter_in_use and not closing:
            times.append(self._retry_at_s if self._fault else now_s)
        if closing and job is None and not (self._held or self._failed):
            return 0.0
        return min(times) - now_s if times else None

    def _look_at_job(self) -> None:
        job = self._job
        if job is None or not job.ended:
            return
        self._job = None
        if job.error is not None:
            self._note_fault(job.error)
            self._shelter_in_use |= job.batch == 0
            self._failed = job if job.calls and not job.sheltered else None
            return
        if self._fault:
            _log.warning("the audit log is written again")
            self._fault, self._retry_s = "", self._options.retry_s
        if job.batch == 0:
            self._shelter_in_use |= job.more
        elif not job.sheltered:
            self._settle(len(job.calls))

    def _note_fault(self, error: Exception) -> None:
        if not self._fault:
            _log.error("the audit log cannot be written: %s. Calls wait in %s", error, self._shelter.folder)
        self._fault = str(error) or type(error).__name__
        self._retry_at_s = time.monotonic() + self._retry_s
        self._retry_s = min(2 * self._retry_s, self._options.longest_retry_s)

    def _begin_job(self) -> None:
        closing = self._close_by_s is not None
        if self._job is not None or (self._fault and (closing or time.monotonic() < self._retry_at_s)):
            return
        if self._failed is not None:
            self._job, self._failed = self._failed.again(), None
        elif self._shelter_in_use and not closing and (self._batch_was_last or not self._held):
            self._batch_was_last = False
            self._shelter.turn()
            self._shelter_in_use = False  # but for what is put there from now on
            self._job = Job(self._taking_up.some)
        elif self._held:
            self._batch_was_last = True
            self._batches += 1
            calls = [self._held.popleft() for _ in range(min(len(self._held), self._options.batch))]
            work = partial(self._write, calls, self._source, self._batches)
            self._job = Job(work, calls, self._source, self._batches)
        else:
            return
        self._database.begin(self._job)

    def _write(self, calls: list[PendingCall], source: str, batch: int) -> bool:
        self._store.append(calls, source, batch)
        return False

    def _bring_to_safety(self) -> None:
        """Put in the shelter what cannot wait for the database."""
        now_s, job = time.monotonic(), self._job
        late = self._close_by_s is not None and now_s >= self._close_by_s
        stalled = job is not None and now_s - job.begun_s >= self._options.stalled_s
        if job is not None and (late or stalled):
            self._shelter_job(job)
        if self._failed is not None:
            self._shelter_job(self._failed)
            self._failed = None if self._failed.sheltered else self._failed
        if late or stalled or self._fault:
            self._shelter_held(len(self._held))
        elif len(self._held) > self._options.buffered:
            self._shelter_held(len(self._held) - self._options.buffered // 2)

    def _shelter_job(self, job: Job) -> None:
        if job.calls and not job.sheltered:
            # Named with its batch: if the database has taken it after all, it is not taken up again. Later batches get
            # another name, so that this one cannot pass for written because they are.
            job.sheltered = self._put(list(job.calls), job.source, job.batch)
            self._source, self._batches = _new_source(), 0

    def _shelter_held(self, count: int) -> None:
        calls = [self._held.popleft() for _ in range(count)]
        if calls and not self._put(calls):
            self._held.extendleft(reversed(calls))
        too_many = len(self._held) - self._options.held
        if too_many > 0:
            for _ in range(too_many):
                self._held.popleft()
            self._lose(too_many)

    def _put(self, calls: list[PendingCall], source: str = "", batch: int = 0) -> bool:
        """Into the shelter; whether that took them."""
        self._shelter_in_use = True
        try:
            self._shelter.put(calls, source, batch)
        except OSError as error:
            if not self._shelter_fails:
                _log.error("calls cannot wait in %s either (%s): make room there", self._shelter.folder, error)
            self._shelter_fails = True
            return False
        self._shelter_fails = False
        self._sheltered += len(calls)
        self._settle(len(calls))
        return True

    def _is_done(self) -> bool:
        if self._close_by_s is None:
            return False
        late = time.monotonic() >= self._close_by_s
        working = self._job is not None and not self._job.sheltered
        left = len(self._held) + (len(self._failed.calls) if self._failed else 0)
        if (left or working) and not late:
            return False
        if left:
            self._lose(left)
            self._held.clear()
        with self._changed:
            if self._given:
                return False
            self._over = True
        return True

    def _lose(self, count: int) -> None:
        self._lost += count
        self._settle(count)
        _log.error("%d calls are lost to the audit log: neither database nor disk took them", count)

    def _settle(self, count: int) -> None:
        with self._changed:
            self._settled_count += count
            self._changed.notify_all()


def _new_source() -> str:
    return f"writer-{uuid.uuid4().hex}"
