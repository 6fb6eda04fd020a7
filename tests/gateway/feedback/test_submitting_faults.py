"""Every fault that a fine-tune API may have, by a real server of ours: nothing is lost, and nothing sent twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.database import Database, open_database
from gateway.errors import GatewayError
from gateway.feedback.correction import Author
from gateway.feedback.fine_tune_api import FineTuneOptions
from gateway.feedback.store import FeedbackStore
from gateway.feedback.submissions import HOLD_SECONDS, SubmissionState, SubmissionStore
from r1.errors import (
    AuthenticationError,
    ProtocolError,
    R1Error,
    RateLimitedError,
    RequestRefusedError,
    SettingsError,
    UnreachableError,
    UpstreamError,
)
from tests.conftest import ROOT
from tests.gateway.feedback.corrections import correction
from tests.gateway.feedback.desk import Desk
from tests.gateway.feedback.fine_tune_server import KEY, Fault, FineTuneServer

State = SubmissionState


def test_retry_after_is_kept_to(desk: Desk, server: FineTuneServer) -> None:
    """429 and 503 are waited for as the server says, other failures with jitter; then it goes on."""
    server.faults["POST /files"] = [
        Fault("status", 429, headers=(("Retry-After", "7"),)),
        Fault("status", 503, headers=(("Retry-After", "9"),)),
        Fault("status", 500),
    ]
    server.faults["POST /fine_tuning/jobs"] = [Fault("status", 500)]
    (submission,) = desk.submit()
    assert submission.state is State.RUNNING and len(server.files) == len(server.jobs) == 1
    assert desk.pauses == [7.0, 9.0, 2.0, 0.5]


def test_a_longer_wait_is_left_to_the_user(desk: Desk, server: FineTuneServer) -> None:
    """The error says when; the same submission goes on then."""
    server.faults["POST /files"] = [Fault("status", 429, headers=(("Retry-After", "600"),))]
    with pytest.raises(RateLimitedError, match="in 600 s"):
        desk.submit()
    assert desk.only.state is State.UPLOADING and desk.pauses == []
    assert [submission.state for submission in desk.submit()] == [State.RUNNING]
    assert len(server.files) == 1


def test_cut_in_mid_upload(desk: Desk, store: FeedbackStore, server: FineTuneServer) -> None:
    """What did not arrive is uploaded again, whole."""
    for number in range(100, 120):
        store.keep(correction(number, prompt=f"{number} " * 4000))
    server.cut_at = 100_000
    (submission,) = desk.submit()
    assert submission.state is State.RUNNING and submission.rows == 23
    assert len(server.files["file-1"]["content"]) == submission.bytes > 200_000
    assert server.asked.count("POST /files") == 2 and len(server.files) == 1


def test_cut_before_the_reply(desk: Desk, server: FineTuneServer) -> None:
    """What did arrive is found on the second page of the list, and not sent twice; neither is a job made twice."""
    server.page = 1
    server.files["file-0"] = {"id": "file-0", "filename": "foreign", "bytes": 1, "status": "processed", "content": b"x"}
    server.faults["POST /files"] = [Fault("cut before the reply")]
    server.faults["POST /fine_tuning/jobs"] = [Fault("cut before the reply")]
    (submission,) = desk.submit()
    assert submission.state is State.RUNNING
    assert server.asked.count("POST /files") == server.asked.count("POST /fine_tuning/jobs") == 1
    assert (len(server.files), len(server.jobs)) == (2, 1)


@pytest.mark.parametrize("last", ["POST /files", "POST /fine_tuning/jobs"])
def test_gone_on_with_after_a_failure(desk: Desk, server: FineTuneServer, last: str) -> None:
    """A server that fails throughout ends the attempt; a later one begins where that stopped."""
    server.faults[last] = [Fault("status", 500)] * 3 + [Fault("cut before the reply")]
    with pytest.raises(R1Error):
        desk.submit()
    assert desk.only.state is (State.UPLOADING if "files" in last else State.STARTING)
    (submission,) = desk.submit()
    assert submission.state is State.RUNNING
    assert (len(server.files), len(server.jobs)) == (1, 1)


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (Fault("status", 400, "Invalid file format"), RequestRefusedError, "Invalid file format"),
        (Fault("status", 404, "no route"), RequestRefusedError, "commonly ends in /v1"),
        (Fault("status", 403, "no rights"), AuthenticationError, "FINE_TUNE_API_KEY"),
        (Fault("nonsense"), ProtocolError, "is not the fine-tune API"),
    ],
)
def test_refusals_are_named_and_not_repeated(
    desk: Desk, server: FineTuneServer, fault: Fault, error: type[R1Error], words: str
) -> None:
    """One request, and an error that says what to do."""
    server.faults["POST /files"] = [fault]
    with pytest.raises(error, match=words):
        desk.submit()
    assert server.asked.count("POST /files") == 1 and desk.pauses == []
    refused = error is RequestRefusedError
    assert desk.only.state is (State.FAILED if refused else State.UPLOADING)
    assert bool(desk.only.error) == refused


def test_a_wrong_key_is_not_shown(desk: Desk, server: FineTuneServer) -> None:
    """Though this server repeats it."""
    desk.key = "sk-other-canary-77"
    with pytest.raises(AuthenticationError, match="401") as raised:
        desk.submit()
    assert "canary" not in str(raised.value) and "canary" not in repr(FineTuneOptions(server.url, desk.key))


def test_an_error_quotes_nothing_of_the_data(desk: Desk, server: FineTuneServer) -> None:
    """Though this server does."""
    server.faults["POST /files"] = [Fault("status", 400, "line 1: What does item 0 cost? is too short")]
    with pytest.raises(RequestRefusedError) as raised:
        desk.submit()
    assert "item 0 cost" not in str(raised.value) + desk.only.error


def test_nothing_there(desk: Desk, server: FineTuneServer) -> None:
    """An address where nothing listens, and one that is none."""
    server.__exit__()
    with pytest.raises(UnreachableError, match="nothing answers at"):
        desk.submit()
    assert len(desk.pauses) == 3
    server.__enter__()
    with pytest.raises(SettingsError):
        FineTuneOptions("file:///etc/passwd")


def test_what_was_erased_is_not_sent(desk: Desk, server: FineTuneServer, store: FeedbackStore) -> None:
    """Neither before nor after a crash: a file that holds it is removed and another one uploaded."""
    store.keep(correction(50, Author("north", "key-1", "bo")))
    server.faults["POST /files"] = [*[Fault("status", 500)] * 3, Fault("cut before the reply")]
    with pytest.raises(UnreachableError):
        desk.submit()
    assert b"item 50" in server.files["file-1"]["content"]
    erased, handed_on = desk.store.erase(Author("north", "", "bo"))
    assert erased == 1 and [number for _, number in handed_on] == [1]
    (submission,) = desk.submit()
    assert submission.rows == 3 and submission.state is State.RUNNING
    assert list(server.files) == ["file-2"] and b"item 50" not in server.files["file-2"]["content"]


def test_a_database_that_fails_midway(desk: Desk, server: FineTuneServer, database: Database) -> None:
    """What was uploaded and could not be noted is found the next time."""
    upload = server._upload

    def then_fail(content_type: str, body: bytes) -> object:
        reply = upload(content_type, body)
        assert database.file is not None
        database.file.rename(database.file.with_suffix(".away"))
        database.file.mkdir()
        database.engine.dispose()
        return reply

    server._upload = then_fail  # type: ignore[method-assign,assignment]  # the moment between its work and its reply
    with pytest.raises(GatewayError):
        desk.submit()
    assert database.file is not None
    database.file.rmdir()
    database.file.with_suffix(".away").rename(database.file)
    server._upload = upload  # type: ignore[method-assign]  # as above
    desk.now_s += HOLD_SECONDS + 1
    assert desk.submit()[0].state is State.RUNNING and len(server.files) == 1


_SUBMITTER = """
import asyncio, sys
from gateway.database import open_database
from gateway.feedback.correction import Author
from gateway.feedback.fine_tune_api import FineTuneApi, FineTuneOptions
from gateway.feedback.form import Form
from gateway.feedback.submissions import SubmissionStore, Target
from gateway.feedback.submitting import BatchLimits, Submitter

async def main():
    store = SubmissionStore(open_database(sys.argv[1]))
    async with FineTuneApi(FineTuneOptions(sys.argv[2], sys.argv[3])) as api:
        submitter = Submitter(store, api, BatchLimits(fewest_rows=1), wall_clock=lambda: 1000.0)
        for submission in await submitter.prepared(Target("north", sys.argv[2], "r1-distill", Form.CHAT)):
            await submitter.go_on(submission)

asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("at", ["POST /files", "POST /fine_tuning/jobs"])
def test_kill_9_while_the_reply_is_awaited(desk: Desk, server: FineTuneServer, tmp_path: Path, at: str) -> None:
    """The next process finds what arrived: one file, one job."""
    server.faults[at] = [Fault("hang before the reply")]
    url = f"sqlite:///{tmp_path / 'feedback.sqlite'}"
    killed = subprocess.Popen(
        [sys.executable, "-c", _SUBMITTER, url, server.url, KEY], cwd=ROOT, env=os.environ, stderr=subprocess.DEVNULL
    )
    assert server.hanging.wait(60)
    killed.kill()
    killed.wait(30)
    desk.now_s = 1000.0 + HOLD_SECONDS + 1
    (submission,) = desk.submit()
    assert submission.state is State.RUNNING
    assert (len(server.files), len(server.jobs)) == (1, 1)


def test_upstream_errors_are_upstream_errors(desk: Desk, server: FineTuneServer) -> None:
    """A server that fails throughout is named with its own words."""
    server.faults["POST /files"] = [Fault("status", 500, "out of disk")] * 4
    with pytest.raises(UpstreamError, match="answered HTTP 500: out of disk"):
        desk.submit()
    with open_database(f"sqlite:///{desk.store._database.file}") as other:
        assert SubmissionStore(other).submissions("north")[0].state is State.UPLOADING


def test_what_was_erased_after_its_upload_is_not_trained_on(desk: Desk, server: FineTuneServer) -> None:
    """The file that holds it is removed before a job is made, and another one uploaded; or none at all."""
    server.faults["GET /files/file-1"] = [Fault("status", 500)] * 4
    desk.feedback.keep(correction(50, Author("north", "key-1", "bo")))
    with pytest.raises(UpstreamError):
        desk.submit()
    assert desk.only.state is State.UPLOADED and b"item 50" in server.files["file-1"]["content"]
    desk.store.erase(Author("north", "", "bo"))
    server.faults["GET /files/file-2"] = [Fault("status", 500)] * 4
    with pytest.raises(UpstreamError):
        desk.submit()
    assert list(server.files) == ["file-2"] and b"item 50" not in server.files["file-2"]["content"]
    desk.store.erase(Author("north", "", "anna"))
    assert desk.submit()[0].state is State.CANCELLED
    assert not server.files and not server.jobs
