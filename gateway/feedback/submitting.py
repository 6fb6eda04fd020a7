"""Hands corrections to a fine-tune API: a file and a job for each batch, gone on with after a crash, never twice."""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from gateway.database import DatabaseError
from gateway.errors import GatewayError
from gateway.feedback.fine_tune_api import FineTuneApi, Job
from gateway.feedback.samples import line
from gateway.feedback.submissions import FINAL, HOLD_SECONDS, Submission, SubmissionState, SubmissionStore, Target
from r1.errors import RequestRefusedError

_READY = frozenset({"", "processed"})
_STATES = {
    "succeeded": SubmissionState.SUCCEEDED,
    "failed": SubmissionState.FAILED,
    "cancelled": SubmissionState.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How corrections are cut into submissions."""

    fewest_rows: int = 10
    """Fewer are left to wait for more (OpenAI takes no file with fewer than 10)."""
    most_rows: int = 50_000
    most_bytes: int = 64 * 1024 * 1024
    """Held in memory while they are uploaded; a file may be 512 MB at OpenAI."""
    file_patience_s: float = 30.0
    """How long the API may take to look at a file before a job is asked for all the same."""


class Submitter:
    """Works on submissions at one API. `pause` waits so many seconds; `wall_clock` is the time of day in seconds.

    Raises `GatewayError` (also for a database that fails) and the `R1Error`s of `FineTuneApi`; what was done until then
    is kept, and `go_on` begins there.
    """

    def __init__(
        self,
        store: SubmissionStore,
        api: FineTuneApi,
        limits: BatchLimits | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._api = api
        self._limits = limits or BatchLimits()
        self._pause = pause
        self._wall_clock = wall_clock
        self._holder = uuid.uuid4().hex

    async def prepared(self, target: Target) -> list[Submission]:
        """Submissions of all that waits for `target`; nothing is sent yet. None at all when too little waits."""
        batches = await asyncio.to_thread(batches_of, self._store, target, self._limits)
        made = [await asyncio.to_thread(self._store.prepare, target, batch) for batch in batches]
        return [submission for submission in made if submission is not None]

    async def go_on(self, submission: Submission) -> Submission:
        """Take a submission as far as a running job, from wherever it stands."""
        async with self._held(submission) as held:
            at = held
            if held.state is SubmissionState.UPLOADED and await self._is_outdated(held):
                at = await self._note(held, state=SubmissionState.UPLOADING, file_id="")
            if at.state in {SubmissionState.PREPARED, SubmissionState.UPLOADING}:
                at = await self._uploaded(at)
            return await self._started(at) if at.state in {SubmissionState.UPLOADED, SubmissionState.STARTING} else at

    async def refreshed(self, submission: Submission) -> Submission:
        """How its job stands now; without a job, or after its end, as it is."""
        if submission.state is not SubmissionState.RUNNING:
            return submission
        async with self._held(submission) as held:
            return await self._noted(held, await self._api.job(held.job_id))

    async def ended(self, submission: Submission, between_s: float = 10.0) -> Submission:
        """Wait for the end of its job, asking every so many seconds."""
        submission = await self.refreshed(submission)
        while submission.state is SubmissionState.RUNNING:
            await self._pause(between_s)
            submission = await self.refreshed(submission)
        return submission

    async def cancelled(self, submission: Submission) -> Submission:
        """Cancel it, at the API too if a job may be there; one that has ended stays as it is."""
        if submission.state in FINAL:
            return submission
        async with self._held(submission) as held:
            at = held
            if held.state is SubmissionState.STARTING:
                job_there = await self._api.job_on(held.file_id)
                at = held if job_there is None else await self._noted(held, job_there)
            if at.state in FINAL:
                return at
            if at.state is not SubmissionState.RUNNING:
                if at.state is not SubmissionState.PREPARED:
                    await self._api.remove_named(at.file_name)
                return await self._note(at, state=SubmissionState.CANCELLED)
            try:
                job = await self._api.cancel(at.job_id)
            except RequestRefusedError as error:
                job = await self._api.job(at.job_id)  # it may have ended by itself a moment ago
                if job.state not in _STATES:
                    raise error from None
            return await self._noted(at, job)

    async def _uploaded(self, submission: Submission) -> Submission:
        look_first = submission.state is SubmissionState.UPLOADING
        # Noted before anything is read: what is erased from now on is told to have been handed on.
        submission = await self._note(submission, state=SubmissionState.UPLOADING)
        content = await asyncio.to_thread(self._content, submission)
        if not content:
            if look_first:
                await self._api.remove_named(submission.file_name)
            return await self._note(submission, state=SubmissionState.CANCELLED, error="all of it was erased")
        digest = hashlib.sha256(content).hexdigest()
        submission = await self._note(submission, rows=content.count(b"\n"), bytes=len(content), sha256=digest)
        try:
            file_id = await self._api.upload(submission.file_name, content, look_first=look_first)
        except RequestRefusedError as error:
            await self._note(submission, state=SubmissionState.FAILED, error=str(error))
            raise
        return await self._note(submission, state=SubmissionState.UPLOADED, file_id=file_id)

    async def _is_outdated(self, submission: Submission) -> bool:
        """Whether something was erased since it was uploaded."""
        content = await asyncio.to_thread(self._content, submission)
        return hashlib.sha256(content).hexdigest() != submission.sha256

    def _content(self, submission: Submission) -> bytes:
        form = submission.target.form
        return b"".join(line(kept.correction.texts, form) for kept in self._store.corrections(submission))

    async def _started(self, submission: Submission) -> Submission:
        look_first = submission.state is SubmissionState.STARTING
        if not look_first:
            fault = await self._fault_of_file(submission)
            if fault:
                return await self._note(submission, state=SubmissionState.FAILED, error=fault)
            submission = await self._note(submission, state=SubmissionState.STARTING)
        target = submission.target
        try:
            job = await self._api.start(submission.file_id, target.model, target.form, look_first=look_first)
        except RequestRefusedError as error:
            await self._note(submission, state=SubmissionState.FAILED, error=str(error))
            raise
        return await self._noted(submission, job)

    async def _fault_of_file(self, submission: Submission) -> str:
        """What the API has against the uploaded file; empty when it takes it, or has not said so in time."""
        waited_s, step_s = 0.0, 1.0
        while True:
            state, details = await self._api.file_state(submission.file_id)
            if state == "error":
                return f"the API does not accept the file{f': {details}' if details else ''}; see what it asks of files"
            if state in _READY or waited_s >= self._limits.file_patience_s:
                return ""
            await self._pause(step_s)
            waited_s += step_s

    async def _noted(self, submission: Submission, job: Job) -> Submission:
        state = _STATES.get(job.state, SubmissionState.RUNNING)
        error = job.error or ("the API does not say why" if state is SubmissionState.FAILED else "")
        return await self._note(
            submission, state=state, job_id=job.job_id, result_model=job.result_model[:200], error=error
        )

    async def _note(self, submission: Submission, **changed: str | int) -> Submission:
        values = {name: str(value) if isinstance(value, str) else value for name, value in changed.items()}
        return await asyncio.to_thread(self._store.note, submission, self._holder, **values)

    @asynccontextmanager
    async def _held(self, submission: Submission) -> AsyncIterator[Submission]:
        """The submission as it stands, for this process alone until leaving."""
        wait_s = await asyncio.to_thread(self._store.hold, submission, self._holder, self._wall_clock())
        if wait_s:
            raise GatewayError(
                f"submission {submission.submission_id} is with another process, or one that has died; try again in "
                f"{wait_s:.0f} s"
            )
        holding = asyncio.create_task(self._hold_on(submission))
        try:
            yield await asyncio.to_thread(self._store.submission, submission.target.tenant, submission.submission_id)
        finally:
            holding.cancel()
            with suppress(asyncio.CancelledError):
                await holding
            with suppress(DatabaseError):  # it lets go by itself in time
                await asyncio.to_thread(self._store.let_go, submission, self._holder)

    async def _hold_on(self, submission: Submission) -> None:
        while True:
            await asyncio.sleep(HOLD_SECONDS / 3)
            with suppress(DatabaseError):
                await asyncio.to_thread(self._store.hold, submission, self._holder, self._wall_clock())


def unfinished(submissions: Sequence[Submission], target: Target) -> list[Submission]:
    """Those of `target` that were broken off before their job ran."""
    begun = FINAL | {SubmissionState.RUNNING}
    return [submission for submission in submissions if submission.target == target and submission.state not in begun]


def batches_of(store: SubmissionStore, target: Target, limits: BatchLimits) -> list[list[str]]:
    """The ids of what waits for `target`, in batches within the limits. Blocking.

    A last batch that would be too small waits for more, as does a sample that is larger than a whole file.
    """
    batches: list[list[str]] = [[]]
    size = 0
    for kept in store.waiting(target):
        length = len(line(kept.correction.texts, target.form))
        if not 0 < length <= limits.most_bytes:
            continue
        if len(batches[-1]) >= limits.most_rows or size + length > limits.most_bytes:
            batches.append([])
            size = 0
        batches[-1].append(kept.correction_id)
        size += length
    return [batch for batch in batches if len(batch) >= max(1, limits.fewest_rows)]
