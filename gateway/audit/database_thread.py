"""One thread that does the log's work in the database, one job after another, and may stand still in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue

from gateway.audit.pending import PendingCall


class Job:
    """Something to do in the database."""

    def __init__(
        self, work: Callable[[], bool], calls: Sequence[PendingCall] = (), source: str = "", batch: int = 0
    ) -> None:
        self._work = work
        self.calls = calls
        """Those that are in its hands alone."""
        self.source = source
        """This and the next: by what the database knows the batch; empty for a job without calls."""
        self.batch = batch
        self.sheltered = False
        """Whether its calls are on disk too."""
        self.begun_s = time.monotonic()
        self.ended = False
        self.more = False
        """What `work` said: whether there may be more of its kind to do."""
        self.error: Exception | None = None

    def again(self) -> Job:
        """The same once more."""
        return Job(self._work, self.calls, self.source, self.batch)

    def run(self) -> None:
        """Do it."""
        try:
            self.more = self._work()
        except Exception as error:  # noqa: BLE001  whatever it was, the scribe must hear of it and keep the calls
            self.error = error
        self.ended = True


class DatabaseThread:
    """`on_end` is called, on this thread, after each job."""

    def __init__(self, on_end: Callable[[], None]) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._on_end = on_end
        # A daemon, for a database may never answer, and the process must be able to end all the same.
        threading.Thread(target=self._run, name="audit-database", daemon=True).start()

    def begin(self, job: Job) -> None:
        """Have `job` done."""
        self._jobs.put(job)

    def end(self) -> None:
        """No more jobs come."""
        self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.run()
            self._on_end()
