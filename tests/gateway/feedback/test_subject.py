"""What is kept of a user: they get it, and it goes, with what was handed on by then."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from gateway.database import Database
from gateway.feedback.correction import Author
from gateway.feedback.form import Form
from gateway.feedback.statistics import read_statistics
from gateway.feedback.store import FeedbackStore, Selection
from gateway.feedback.subject import FeedbackOfSubject
from gateway.feedback.submissions import SubmissionState, SubmissionStore, Target
from gateway.privacy import HandsOn, Privacy, Subject, SubjectData, open_gateway_key
from tests.gateway.feedback.corrections import Clock, correction

ANNA = Subject("north", "user", "anna")
TARGET = Target("north", "https://tune.test/v1", "r1-distill", Form.CHAT)


@pytest.fixture
def kept(store: FeedbackStore, submissions: SubmissionStore, clock: Clock) -> FeedbackOfSubject:
    """Two of Anna's, through two clients; one each of Bo's, of Anna's elsewhere, and of a client without a user."""
    authors = (
        Author("north", "key-1", "anna"),
        Author("north", "key-9", "anna"),
        Author("north", "key-1", "bo"),
        Author("south", "key-1", "anna"),
        Author("north", "key-1", ""),
    )
    for number, author in enumerate(authors, 1):
        store.keep(correction(number, author))
        clock.move(seconds=1)
    return FeedbackOfSubject(store, submissions)


def _submitted(store: SubmissionStore, corrections: list[str]) -> str:
    submission = store.prepare(TARGET, corrections)
    assert submission is not None and store.hold(submission, "me", 0.0) == 0.0
    store.note(submission, "me", state=str(SubmissionState.RUNNING), file_id="file-1", job_id="ftjob-1")
    return submission.submission_id


def test_it_is_what_privacy_asks(kept: FeedbackOfSubject) -> None:
    """By the protocol, and by a name of one word."""
    data: SubjectData = kept
    assert data.name == "feedback" and isinstance(kept, HandsOn)


def test_export(kept: FeedbackOfSubject, store: FeedbackStore, submissions: SubmissionStore) -> None:
    """All of theirs and nothing of others, as JSON, with where it went."""
    ids = [entry.correction_id for entry in store.of_author(Author("north", "", "anna"))]
    assert "submission" not in json.dumps(asyncio.run(kept.export(ANNA)))
    identity = _submitted(submissions, ids[:1])
    entries = json.loads(json.dumps(asyncio.run(kept.export(ANNA))))
    assert [entry["answer_id"] for entry in entries[:2]] == ["infer-1", "infer-2"]
    assert entries[0]["corrected"] == "Item 1 costs 2 euros." and entries[0]["parameters"] == {"temperature": 0.5}
    assert entries[2]["submission"]["id"] == identity and entries[2]["submission"]["corrections"] == 1
    assert [entry["answer_id"] for entry in asyncio.run(kept.export(Subject("north", "client", "key-1")))] == [
        "infer-5"
    ]
    assert asyncio.run(kept.export(Subject("", "nobody", ""))) == []


def test_the_gateway_s_receipt_names_what_was_handed_on(
    kept: FeedbackOfSubject, store: FeedbackStore, submissions: SubmissionStore, tmp_path: Path
) -> None:
    """Signed, with the entries that went and the submissions that stay with others."""
    ids = [entry.correction_id for entry in store.of_author(Author("north", "", "anna"))]
    identity = _submitted(submissions, ids)
    privacy = Privacy([kept], open_gateway_key(tmp_path / "key"))
    receipt = asyncio.run(privacy.erase(ANNA)).to_object()
    assert privacy.is_ours(receipt) and receipt["complete"]
    (told,) = receipt["stores"]
    assert (told["store"], told["entries"]) == ("feedback", 2)
    assert [(entry["id"], entry["corrections"]) for entry in told["handed_on"]] == [(identity, 2)]
    assert asyncio.run(privacy.export(ANNA)).stores == {"feedback": []}


def test_erase(kept: FeedbackOfSubject, store: FeedbackStore, submissions: SubmissionStore, database: Database) -> None:
    """Theirs go, from the file too; others' and the counts stay; the receipt names what is out of reach."""
    ids = [entry.correction_id for entry in store.of_author(Author("north", "", "anna"))]
    waiting = submissions.prepare(TARGET, ids[1:])
    identity = _submitted(submissions, ids[:1])
    erasure = asyncio.run(kept.erasure(ANNA))
    assert erasure.erased == 2 and waiting is not None
    (entry,) = erasure.to_json()["submitted"]
    assert (entry["id"], entry["corrections"], entry["file_id"], entry["job_id"]) == (identity, 1, "file-1", "ftjob-1")
    assert list(submissions.corrections(waiting)) == []
    assert asyncio.run(kept.erasure(ANNA)).to_json() == {"erased": 0, "submitted": []}
    assert [entry.correction.answer_id for entry in store.corrections(Selection("north"))] == ["infer-3", "infer-5"]
    assert len(list(store.corrections(Selection("south")))) == 1
    assert read_statistics(database, "north").kept == 4
    assert asyncio.run(kept.erase(Subject("north", "client", "key-1"))) == 1
    assert asyncio.run(kept.erase(Subject("", "nobody", ""))) == 0
    database.close()
    assert database.file is not None
    raw = b"".join(part.read_bytes() for part in database.file.parent.iterdir() if "feedback" in part.name)
    assert b"Item 2 costs" not in raw and b"Item 3 costs" in raw
