"""Handing corrections to a fine-tune API: a real server of ours on loopback."""

from __future__ import annotations

import hashlib
import json

import pytest

from gateway.errors import GatewayError
from gateway.feedback.correction import Author
from gateway.feedback.form import Form
from gateway.feedback.store import FeedbackStore
from gateway.feedback.submissions import HOLD_SECONDS, SubmissionState, Target
from gateway.feedback.submitting import BatchLimits, batches_of
from r1.errors import UnreachableError
from tests.gateway.feedback.corrections import Clock, correction
from tests.gateway.feedback.desk import Desk
from tests.gateway.feedback.fine_tune_server import KEY, Fault, FineTuneServer

State = SubmissionState


def test_a_file_and_a_job(desk: Desk, server: FineTuneServer) -> None:
    """What waits is uploaded once, a job is started on it, and it does not wait any longer."""
    (submission,) = desk.submit()
    assert submission == desk.only and submission.state is State.RUNNING
    (file,) = server.files.values()
    rows = [json.loads(row) for row in file["content"].splitlines()]
    assert [row["messages"][0]["content"] for row in rows] == [f"What does item {number} cost?" for number in range(3)]
    assert (file["filename"], submission.file_id, submission.job_id) == (submission.file_name, "file-1", "ftjob-1")
    assert (submission.rows, submission.bytes) == (3, len(file["content"]))
    assert submission.sha256 == hashlib.sha256(file["content"]).hexdigest()
    assert server.bodies == [{"training_file": "file-1", "model": "r1-distill"}]
    assert desk.submit() == [] and len(server.files) == len(server.jobs) == 1


def test_preference_pairs_are_another_matter(desk: Desk, server: FineTuneServer) -> None:
    """They go as such, and the same corrections may go in both forms."""
    desk.submit()
    desk.form = Form.PREFERENCE
    desk.submit()
    assert server.bodies[1]["method"] == {"type": "dpo"}
    assert b"non_preferred_output" in server.files["file-2"]["content"]


@pytest.mark.parametrize(("state", "end"), [("succeeded", State.SUCCEEDED), ("cancelled", State.CANCELLED)])
def test_followed_to_its_end(desk: Desk, server: FineTuneServer, state: str, end: SubmissionState) -> None:
    """The API's states are asked for until one is final."""
    (submission,) = desk.submit()
    server.end_jobs("a state of next year")
    assert desk.do(lambda submitter: submitter.refreshed(submission)).state is State.RUNNING
    desk.while_pausing = lambda: server.end_jobs(state, fine_tuned_model="ft:r1:1") if len(desk.pauses) > 2 else None
    ended = desk.do(lambda submitter: submitter.ended(submission, 10.0))
    assert (ended.state, ended.result_model) == (end, "ft:r1:1")
    assert desk.pauses == [10.0] * 3


def test_a_job_that_fails_gives_its_corrections_back(desk: Desk, server: FineTuneServer) -> None:
    """With the API's reason kept, and its secrets and ours left out of that."""
    (submission,) = desk.submit()
    server.end_jobs("failed", error={"message": f"bad line 2\n\x1b[31m Bearer {KEY}"})
    failed = desk.do(lambda submitter: submitter.refreshed(submission))
    assert failed.state is State.FAILED and failed.error.startswith("bad line 2 ")
    assert KEY not in failed.error and "\x1b" not in failed.error
    (again,) = desk.submit()
    assert again.submission_id != submission.submission_id and again.rows == 3
    assert desk.do(lambda submitter: submitter.refreshed(failed)) == failed


def test_a_file_is_waited_for(desk: Desk, server: FineTuneServer) -> None:
    """Until the API has looked at it, within limits; one it does not accept fails the submission."""
    server.file_states = ["uploaded", "pending"]
    assert desk.submit()[0].state is State.RUNNING and desk.pauses == [1.0, 1.0]


def test_a_file_that_is_not_accepted(desk: Desk, server: FineTuneServer) -> None:
    """Fails the submission, before a job is made."""
    server.file_states = ["uploaded", "error"]
    (submission,) = desk.submit()
    assert submission.state is State.FAILED and "does not accept the file" in submission.error
    assert not server.jobs


def test_an_api_that_never_says_so_is_not_waited_for_for_ever(desk: Desk, server: FineTuneServer) -> None:
    """After a while a job is asked for all the same."""
    server.file_states = ["uploaded"] * 100
    assert desk.submit()[0].state is State.RUNNING and len(desk.pauses) == 30


def test_cancelled(desk: Desk, server: FineTuneServer) -> None:
    """A job is cancelled at the API too; its corrections wait again; a second time changes nothing."""
    (submission,) = desk.submit()
    cancelled = desk.do(lambda submitter: submitter.cancelled(submission))
    assert cancelled.state is State.CANCELLED and server.jobs["ftjob-1"]["status"] == "cancelled"
    assert desk.do(lambda submitter: submitter.cancelled(cancelled)) == cancelled
    assert len(batches_of(desk.store, desk.target, desk.limits)[0]) == 3


def test_cancelled_too_late(desk: Desk, server: FineTuneServer) -> None:
    """What has ended by itself is told as it ended."""
    (submission,) = desk.submit()
    server.end_jobs("succeeded", fine_tuned_model="ft:1")
    assert desk.do(lambda submitter: submitter.cancelled(submission)).state is State.SUCCEEDED


@pytest.mark.parametrize("at", ["POST /files", "POST /fine_tuning/jobs"])
def test_cancelled_before_its_job_is_known(desk: Desk, server: FineTuneServer, at: str) -> None:
    """What may have arrived is looked for: a job is cancelled, a file removed; nothing stays there to be trained on."""
    server.faults[at] = [*[Fault("status", 500)] * 3, Fault("cut before the reply")]
    with pytest.raises(UnreachableError):
        desk.submit()
    cancelled = desk.do(lambda submitter: submitter.cancelled(desk.only))
    assert cancelled.state is State.CANCELLED
    assert all(job["status"] == "cancelled" for job in server.jobs.values())
    assert (len(server.files), len(server.jobs)) == ((0, 0) if "files" in at else (1, 1))


def test_batches(desk: Desk, store: FeedbackStore) -> None:
    """Cut by rows and bytes; too few wait for more; one that no file can hold is passed over."""
    for number in range(10, 20):
        store.keep(correction(number))
    store.keep(correction(20, prompt="x" * 3000))

    def sizes(limits: BatchLimits) -> list[int]:
        return [len(batch) for batch in batches_of(desk.store, desk.target, limits)]

    assert sizes(BatchLimits(fewest_rows=1)) == [14]
    assert sizes(BatchLimits(fewest_rows=15)) == []
    assert sizes(BatchLimits(fewest_rows=5, most_rows=6, most_bytes=2000)) == [6, 6]
    assert sum(sizes(BatchLimits(fewest_rows=1, most_bytes=500))) == 13


def test_two_at_once_take_each_correction_once(desk: Desk) -> None:
    """Who comes second finds nothing, and is told who holds what is under way."""
    batch = batches_of(desk.store, desk.target, desk.limits)[0]
    submission = desk.store.prepare(desk.target, batch)
    assert submission is not None and desk.store.prepare(desk.target, batch) is None
    assert desk.store.hold(submission, "first", 1000.0) == 0.0 == desk.store.hold(submission, "first", 1001.0)
    assert desk.store.hold(submission, "second", 1002.0) == HOLD_SECONDS - 1
    with pytest.raises(GatewayError, match="is with another process"):
        desk.submit()
    assert not desk.server.files
    desk.now_s += HOLD_SECONDS + 2
    assert desk.submit()[0].state is State.RUNNING
    with pytest.raises(GatewayError, match="has taken over"):
        desk.store.note(submission, "first", error="x")


def test_when_all_of_it_was_erased(desk: Desk, server: FineTuneServer) -> None:
    """There is nothing to send."""
    batch = batches_of(desk.store, desk.target, desk.limits)[0]
    assert desk.store.prepare(desk.target, batch) is not None
    desk.store.erase(Author("north", "", "anna"))
    assert desk.submit()[0].state is State.CANCELLED and not server.files


def test_other_tenants_submissions(desk: Desk) -> None:
    """Are not there."""
    (submission,) = desk.submit()
    assert not desk.store.submissions("south")
    with pytest.raises(GatewayError, match="no submission"):
        desk.store.submission("south", submission.submission_id)
    assert not batches_of(desk.store, Target("east", desk.server.url, "r1-distill", Form.CHAT), desk.limits)


def test_the_clock_of_a_record(desk: Desk, clock: Clock) -> None:
    """Created once, changed when it changes."""
    (submission,) = desk.submit()
    clock.move(minutes=5)
    changed = desk.do(lambda submitter: submitter.refreshed(submission))
    assert (changed.created_at, changed.updated_at) == ("2026-11-24T12:00:03.000Z", "2026-11-24T12:05:03.000Z")


def test_what_is_gone_is_not_prepared(desk: Desk, clock: Clock) -> None:
    """Erased between the look and the note: nothing is made of the batch, and the next look tells what is left."""
    (batch,) = batches_of(desk.store, desk.target, desk.limits)
    desk.store.erase(Author("north", "", "anna"))
    assert desk.store.prepare(desk.target, batch) is None and not desk.store.submissions("north")
    assert batches_of(desk.store, desk.target, desk.limits) == []
