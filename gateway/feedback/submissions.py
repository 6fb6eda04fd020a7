"""What was handed to fine-tune APIs, and how far each handing-over is. Blocking: call it on a thread.

A submission goes through its states in order, each committed before the next thing is sent, so that whoever goes on
after a crash knows what may have arrived.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, exc, func, insert, or_, select, update

from gateway.database import Database
from gateway.errors import GatewayError
from gateway.feedback.correction import Author, KeptCorrection
from gateway.feedback.form import Form
from gateway.feedback.store import READ_AT_ONCE, Clock, by_author, kept_correction, moment, utc_now
from gateway.feedback.tables import CORRECTIONS, SUBMISSIONS, SUBMITTED, prepare

HOLD_SECONDS = 30.0
"""How long a submission stays with a process that no longer says that it is at work on it."""


class SubmissionState(StrEnum):
    """How far it is."""

    PREPARED = "prepared"
    """Its corrections are chosen; nothing was sent."""
    UPLOADING = "uploading"
    """The file may have arrived."""
    UPLOADED = "uploaded"
    STARTING = "starting"
    """The job may have been made."""
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL = frozenset({SubmissionState.SUCCEEDED, SubmissionState.FAILED, SubmissionState.CANCELLED})
_GIVEN_BACK = (SubmissionState.FAILED, SubmissionState.CANCELLED)
"""Corrections of such submissions have taught nothing and may be handed in again."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where corrections of a tenant go, and as what."""

    tenant: str
    endpoint: str
    """The API's address."""
    model: str
    """That is to be tuned."""
    form: Form


@dataclass(frozen=True, slots=True)
class Submission:
    """One file and one job."""

    submission_id: str
    target: Target
    state: SubmissionState
    rows: int
    bytes: int
    sha256: str
    file_id: str
    job_id: str
    result_model: str
    error: str
    created_at: str
    updated_at: str

    @property
    def file_name(self) -> str:
        """Under which it is uploaded: nobody else's, so that it can be found again."""
        return f"{self.submission_id}.jsonl"

    def to_json(self) -> dict[str, Any]:
        """As it is printed, and told in receipts."""
        return {
            "id": self.submission_id,
            "endpoint": self.target.endpoint,
            "model": self.target.model,
            "form": str(self.target.form),
            "state": str(self.state),
            "rows": self.rows,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "file_id": self.file_id or None,
            "job_id": self.job_id or None,
            "result_model": self.result_model or None,
            "error": self.error or None,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }


class SubmissionStore:
    """Submissions of all tenants; each method keeps to the one it is asked for. Raises `DatabaseError`."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        prepare(database)
        self._database = database
        self._clock = clock

    def waiting(self, target: Target) -> Iterator[KeptCorrection]:
        """Corrections with a prompt that were not handed to this target yet, oldest first; holds few at once."""
        with self._database.reading() as connection:
            rows = _waiting(target).order_by(CORRECTIONS.c.created_at, CORRECTIONS.c.id)
            for row in connection.execution_options(yield_per=READ_AT_ONCE).execute(rows).mappings():
                yield kept_correction(row)

    def prepare(self, target: Target, corrections: Sequence[str]) -> Submission | None:
        """A new submission of those corrections, by id; None when one of them was taken or erased meanwhile."""
        try:
            identity = self._prepare(target, corrections)
        except exc.IntegrityError:  # erased between the look and the note
            return None
        return None if identity is None else self.submission(target.tenant, identity)

    def _prepare(self, target: Target, corrections: Sequence[str]) -> str | None:
        now, identity = moment(self._clock()), f"fs-{uuid.uuid4().hex}"
        with self._database.writing() as connection:
            if not self._database.is_sqlite:
                connection.execute(
                    select(func.pg_advisory_xact_lock(func.hashtextextended(f"submit:{target.tenant}", 0)))
                )
            waiting = set(connection.scalars(_waiting(target).with_only_columns(CORRECTIONS.c.id)))
            if not waiting.issuperset(corrections):
                return None
            row = {
                "id": identity, "tenant": target.tenant, "endpoint": target.endpoint, "model": target.model,
                "form": str(target.form), "state": str(SubmissionState.PREPARED), "rows": len(corrections), "bytes": 0,
                "sha256": "", "file_id": "", "job_id": "", "result_model": "", "error": "", "created_at": now,
                "updated_at": now, "held_by": "", "held_until": 0.0,
            }  # fmt: skip
            connection.execute(insert(SUBMISSIONS).values(row))
            members = [{"submission_id": identity, "correction_id": correction} for correction in corrections]
            connection.execute(insert(SUBMITTED), members)
        return identity

    def corrections(self, submission: Submission) -> Iterator[KeptCorrection]:
        """What a submission holds and nobody has erased since, oldest first."""
        rows = (
            select(CORRECTIONS)
            .join(SUBMITTED, SUBMITTED.c.correction_id == CORRECTIONS.c.id)
            .where(
                SUBMITTED.c.submission_id == submission.submission_id, CORRECTIONS.c.tenant == submission.target.tenant
            )
            .order_by(CORRECTIONS.c.created_at, CORRECTIONS.c.id)
        )
        with self._database.reading() as connection:
            for row in connection.execution_options(yield_per=READ_AT_ONCE).execute(rows).mappings():
                yield kept_correction(row)

    def submission(self, tenant: str, identity: str) -> Submission:
        """One of a tenant's. Raises `GatewayError` when it has none of that id."""
        found = and_(SUBMISSIONS.c.tenant == tenant, SUBMISSIONS.c.id == identity)
        with self._database.reading() as connection:
            row = connection.execute(select(SUBMISSIONS).where(found)).mappings().first()
        if row is None:
            raise GatewayError(f"there is no submission {identity!r}; `feedback submissions` lists those there are")
        return _submission(row)

    def submissions(self, tenant: str) -> list[Submission]:
        """All of a tenant's, oldest first."""
        rows = select(SUBMISSIONS).where(SUBMISSIONS.c.tenant == tenant)
        with self._database.reading() as connection:
            ordered = rows.order_by(SUBMISSIONS.c.created_at, SUBMISSIONS.c.id)
            return [_submission(row) for row in connection.execute(ordered).mappings()]

    def of_author(self, author: Author) -> list[tuple[Submission, int]]:
        """Submissions that something of an author's is in and that were begun to be sent, with how many corrections."""
        with self._database.reading() as connection:
            return _handed_on(connection, author)

    def erase(self, author: Author) -> tuple[int, list[tuple[Submission, int]]]:
        """Remove the corrections of an author: how many that were, and what `of_author` gave for the last time."""
        with self._database.writing() as connection:
            # No submission leaves its state meanwhile: what it reads later is read without them.
            of_tenant = select(SUBMISSIONS.c.id).where(SUBMISSIONS.c.tenant == author.tenant)
            connection.execute(of_tenant.order_by(SUBMISSIONS.c.id).with_for_update()).all()
            handed_on = _handed_on(connection, author)
            return connection.execute(delete(CORRECTIONS).where(by_author(author))).rowcount, handed_on

    def hold(self, submission: Submission, holder: str, now_s: float) -> float:
        """Take it, or keep it, for `HOLD_SECONDS`; gives 0, or the seconds until whoever has it must have let go."""
        mine = and_(_is(submission), or_(SUBMISSIONS.c.held_by.in_(("", holder)), SUBMISSIONS.c.held_until <= now_s))
        with self._database.writing() as connection:
            taken = connection.execute(
                update(SUBMISSIONS).where(mine).values(held_by=holder, held_until=now_s + HOLD_SECONDS)
            )
            if taken.rowcount:
                return 0.0
            until = connection.scalar(select(SUBMISSIONS.c.held_until).where(_is(submission)))
        return max(1.0, (until or now_s) - now_s)

    def let_go(self, submission: Submission, holder: str) -> None:
        """Give it back."""
        mine = and_(_is(submission), SUBMISSIONS.c.held_by == holder)
        with self._database.writing() as connection:
            connection.execute(update(SUBMISSIONS).where(mine).values(held_by="", held_until=0.0))

    def note(self, submission: Submission, holder: str, **changed: str | int) -> Submission:
        """Change fields of a submission that `holder` has. Raises `GatewayError` when it has it no longer."""
        mine = and_(_is(submission), SUBMISSIONS.c.held_by == holder)
        with self._database.writing() as connection:
            values = {**changed, "updated_at": moment(self._clock())}
            if not connection.execute(update(SUBMISSIONS).where(mine).values(values)).rowcount:
                raise GatewayError(
                    f"another process has taken over submission {submission.submission_id}; leave it to it"
                )
        return self.submission(submission.target.tenant, submission.submission_id)

    def drop(self, submission: Submission) -> None:
        """Forget a submission of which nothing was sent."""
        unsent = and_(_is(submission), SUBMISSIONS.c.state == SubmissionState.PREPARED)
        with self._database.writing() as connection:
            connection.execute(delete(SUBMISSIONS).where(unsent))


def _handed_on(connection: Connection, author: Author) -> list[tuple[Submission, int]]:
    number = func.count().label("number")
    rows = (
        select(SUBMISSIONS, number)
        .join(SUBMITTED, SUBMITTED.c.submission_id == SUBMISSIONS.c.id)
        .join(CORRECTIONS, CORRECTIONS.c.id == SUBMITTED.c.correction_id)
        .where(by_author(author), SUBMISSIONS.c.state != SubmissionState.PREPARED)
        .group_by(SUBMISSIONS.c.id)
        .order_by(SUBMISSIONS.c.created_at, SUBMISSIONS.c.id)
    )
    return [(_submission(row), row["number"]) for row in connection.execute(rows).mappings()]


def _is(submission: Submission) -> Any:
    return and_(SUBMISSIONS.c.id == submission.submission_id, SUBMISSIONS.c.tenant == submission.target.tenant)


def _waiting(target: Target) -> Any:
    taken = (
        select(SUBMITTED.c.correction_id)
        .join(SUBMISSIONS, SUBMISSIONS.c.id == SUBMITTED.c.submission_id)
        .where(
            SUBMISSIONS.c.tenant == target.tenant,
            SUBMISSIONS.c.endpoint == target.endpoint,
            SUBMISSIONS.c.model == target.model,
            SUBMISSIONS.c.form == str(target.form),
            SUBMISSIONS.c.state.not_in(_GIVEN_BACK),
        )
    )
    return select(CORRECTIONS).where(
        CORRECTIONS.c.tenant == target.tenant,
        CORRECTIONS.c.consent,
        CORRECTIONS.c.prompt != "",
        CORRECTIONS.c.id.not_in(taken),
    )


def _submission(row: RowMapping) -> Submission:
    target = Target(row["tenant"], row["endpoint"], row["model"], Form(row["form"]))
    return Submission(
        row["id"], target, SubmissionState(row["state"]), row["rows"], row["bytes"], row["sha256"], row["file_id"],
        row["job_id"], row["result_model"], row["error"], row["created_at"], row["updated_at"],
    )  # fmt: skip
