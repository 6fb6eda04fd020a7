"""Taking corrections in: consent first, redaction before anything is kept, tenants apart, failures said as such."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gateway.calls import Caller
from gateway.database import Database, open_database
from gateway.errors import ApiError
from gateway.feedback.body import Receipt
from gateway.feedback.correction import Author
from gateway.feedback.filters import FilterOptions
from gateway.feedback.form import Form
from gateway.feedback.intake import Feedback
from gateway.feedback.reasons import Reason
from gateway.feedback.statistics import read_statistics
from gateway.feedback.store import FeedbackStore, Selection
from gateway.feedback.submissions import SubmissionStore, Target
from r1.errors import RedactionError
from r1.redaction import Redaction, Redactor
from tests.conftest import ROOT
from tests.gateway.feedback.corrections import CALLER, Clock, feedback_body


@pytest.fixture
def feedback(store: FeedbackStore) -> Feedback:
    """With the usual filters."""
    return Feedback(store)


def _take(feedback: Feedback, caller: Caller = CALLER, **changed: Any) -> Receipt:
    return asyncio.run(feedback.take(caller, feedback_body(**changed)))


def test_kept_as_it_came(feedback: Feedback, store: FeedbackStore) -> None:
    """With tenant and client of the caller, whatever the body says; language told from the text."""
    receipt = _take(feedback, served_by="reader", model="r1-standard", parameters={"temperature": 0.7, "stream": True})
    (kept,) = store.corrections(Selection("north"))
    assert receipt.kept and receipt.correction_id == kept.correction_id
    assert kept.correction.author == Author("north", "key-1", "anna")
    assert (kept.correction.answer_id, kept.correction.language) == ("infer-1", "en")
    assert kept.correction.texts.corrected == "The total is $470."
    assert dict(kept.correction.provenance.parameters) == {"temperature": 0.7, "stream": True}
    assert kept.created_at == "2026-11-24T12:00:00.000Z"


@pytest.mark.parametrize(
    ("reason", "changed"),
    [
        (Reason.NO_CONSENT, {"consent": False}),
        (Reason.TOO_LONG, {"corrected": "word " * 5000}),
        (Reason.IDENTICAL, {"corrected": "the total is $420"}),
        (Reason.COMPLAINT, {"corrected": "That's wrong"}),
        (Reason.SENSITIVE, {"corrected": "The fucking total is $470."}),
    ],
)
def test_rejections_are_counted_and_not_kept(
    feedback: Feedback, database: Database, reason: Reason, changed: dict[str, Any]
) -> None:
    """Of what was rejected only the reason is left."""
    receipt = _take(feedback, **changed)
    assert not receipt.kept and receipt.reason is reason and not receipt.correction_id
    assert read_statistics(database, "north").by_reason == {str(reason): 1}
    database.close()
    assert database.file is not None
    raw = b"".join(part.read_bytes() for part in database.file.parent.iterdir())
    assert b"invoice" not in raw and b"anna" not in raw


def test_no_value_reaches_the_disk(feedback: Feedback, store: FeedbackStore, database: Database) -> None:
    """The same value has the same placeholder in question, answer and correction."""
    receipt = _take(
        feedback,
        prompt="Where do I write to? I am canary@example.com, 4111 1111 1111 1111.",
        original="Write to help@example.org.",
        corrected="Write to support@example.org, from canary@example.com.",
    )
    assert receipt.kept and receipt.redacted == {"email": 3, "bank_card": 1}
    (kept,) = store.corrections(Selection("north"))
    texts = kept.correction.texts
    assert texts.prompt.count("<EMAIL_1>") == texts.corrected.count("<EMAIL_1>") == 1
    assert "<EMAIL_1>" not in texts.original
    assert database.file is not None
    for part in database.file.parent.iterdir():
        assert not any(value in part.read_bytes() for value in (b"canary@", b"4111", b"help@", b"support@"))


def test_control_characters_do_not_get_in(feedback: Feedback, store: FeedbackStore) -> None:
    """Nor can they forge the border between the texts."""
    receipt = _take(feedback, original="a\x00\n\x1e\nb\r\nc", corrected="d\x1b[31m\u2028e f", prompt="\x1e\n\x1e")
    assert receipt.kept
    (kept,) = store.corrections(Selection("north"))
    assert (kept.correction.texts.original, kept.correction.texts.corrected) == ("a\n\nb\nc", "d[31m\ne f")


def test_redaction_that_fails_keeps_nothing(store: FeedbackStore, database: Database) -> None:
    """It fails closed, and the error quotes nothing."""

    class Broken(Redactor):
        def redact(self, text: str) -> Redaction:
            raise RedactionError(f"canary {text}")

    with pytest.raises(ApiError) as raised:
        _take(Feedback(store, redactor=Broken()))
    assert (raised.value.status, raised.value.kind) == (500, "redaction_failed")
    assert "canary" not in str(raised.value)
    assert not list(store.corrections(Selection("north"))) and not read_statistics(database, None).kept


def test_duplicates(feedback: Feedback, store: FeedbackStore) -> None:
    """The very same from the same author is the same; from another it is one too many; nearly the same too."""
    first = _take(feedback)
    assert _take(feedback).correction_id == first.correction_id and _take(feedback).kept
    assert _take(feedback, user_id="bo").reason is Reason.DUPLICATE
    assert _take(feedback, answer_id="infer-2").reason is Reason.DUPLICATE
    long = "The warranty of the bicycle lasts two years from the day it was handed over to whoever bought it"
    assert _take(feedback, original="One year.", corrected=long).kept
    near: dict[str, Any] = {"original": "One year.", "corrected": f"{long}, ok"}
    assert _take(feedback, **near, answer_id="infer-2").reason is Reason.NEAR_DUPLICATE
    assert _take(feedback, **near, user_id="bo").reason is Reason.NEAR_DUPLICATE
    assert len(list(store.corrections(Selection("north")))) == 2


def test_who_corrects_twice_means_the_second(
    feedback: Feedback, store: FeedbackStore, submissions: SubmissionStore
) -> None:
    """Nearly the same too; not across authors, nor answers of one reply; what was handed on stays beside it."""

    def kept(user: str) -> list[str]:
        return [entry.correction.texts.corrected for entry in store.of_author(Author("north", "key-1", user))]

    long = "The warranty of the bicycle lasts two years from the day it was handed over to whoever bought it"
    for corrected in (long, f"{long}, ok"):
        assert _take(feedback, original="One year.", corrected=corrected).kept
    assert kept("anna") == [f"{long}, ok"]
    assert _take(feedback, corrected="The total is $480.").kept and len(kept("anna")) == 2
    assert _take(feedback, corrected="The total is $490.", user_id="bo").kept and len(kept("anna")) == 2
    ids = [entry.correction_id for entry in store.corrections(Selection("north"))]
    assert submissions.prepare(Target("north", "https://tune.test/v1", "m", Form.CHAT), ids) is not None
    assert _take(feedback, corrected="The total is $500.").kept
    assert sorted(kept("anna"))[:2] == ["The total is $480.", "The total is $500."]


def test_tenants_do_not_meet(feedback: Feedback, store: FeedbackStore, database: Database) -> None:
    """What one has is no duplicate for the other, and neither sees the other's rows or counts."""
    south = Caller("key-2", "app", "administrator", "south")
    assert _take(feedback).kept and _take(feedback, south).kept
    assert [kept.correction.author.client_id for kept in store.corrections(Selection("south"))] == ["key-2"]
    assert not store.of_author(Author("east", "key-1", "anna"))
    assert store.of_author(Author("south", "", "anna"))[0].correction.author.tenant == "south"
    assert read_statistics(database, "south").by_tenant == {"south": (1, 0)}
    assert read_statistics(database, None).by_tenant == {"north": (1, 0), "south": (1, 0)}


def test_the_cap_is_per_user_and_day(database: Database, clock: Clock) -> None:
    """Who names no user is counted by client; the next day begins at midnight UTC."""
    options = FilterOptions(per_user_per_day=2)
    feedback = Feedback(FeedbackStore(database, options, clock), options=options)

    def give(number: int, **changed: Any) -> Reason | None:
        return _take(feedback, corrected=f"The total is ${number}.", answer_id=f"infer-{number}", **changed).reason

    assert [give(1), give(2), give(3)] == [None, None, Reason.OVER_CAP]
    assert [give(4, user_id="bo"), give(5, user_id=""), give(6, user_id="")] == [None] * 3
    assert give(7, user_id="") is Reason.OVER_CAP
    clock.move(hours=12)
    assert give(8) is None
    clock.move(days=-3)  # a clock that is set back counts for the day it says
    assert give(9) is None


def test_many_at_once_stay_within_the_cap(database: Database) -> None:
    """Counting and keeping are one step, on any number of threads and connections; and one of many twins is kept."""
    options = FilterOptions(per_user_per_day=5)
    feedback = Feedback(FeedbackStore(database, options), options=options)
    assert database.file is not None
    with open_database(f"sqlite:///{database.file}") as second, ThreadPoolExecutor(8) as pool:
        other = Feedback(FeedbackStore(second, options), options=options)
        start = threading.Barrier(8)

        def give(number: int) -> Receipt:
            if number < 8:
                start.wait(30)
            body = feedback_body(corrected=f"The total is ${number // 2}.", answer_id=f"infer-{number}")
            return (feedback, other)[number % 2].judge_and_keep(Author("north", "key-1", "anna"), body)

        receipts = list(pool.map(give, range(24)))
    assert sum(receipt.kept for receipt in receipts) == 5
    statistics = read_statistics(database, "north")
    assert (statistics.kept, statistics.rejected) == (5, 19)


def test_a_told_language_is_counted_if_it_is_known(feedback: Feedback, database: Database) -> None:
    """Nobody fills the counts with languages of their own invention."""
    assert _take(feedback, language="en-GB").kept
    assert _take(feedback, language="tlh", corrected="The total is $480.").kept
    assert _take(feedback, language="<script>", corrected="The total is $490.").kept
    assert _take(feedback, original="总额是五元", corrected="总额是六元", prompt="多少").kept
    assert read_statistics(database, "north").by_language == {"en": (3, 0), "zh": (1, 0)}


def test_a_database_that_fails(feedback: Feedback, database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """503 with a time to come back at, the fault in the log, no content anywhere; and it works again afterwards."""
    assert database.file is not None
    with sqlite3.connect(database.file, isolation_level=None) as other, caplog.at_level(logging.ERROR):
        other.execute("ALTER TABLE feedback_corrections RENAME TO elsewhere")
        with pytest.raises(ApiError) as raised:
            _take(feedback, corrected="The total is canary 1.")
        other.execute("ALTER TABLE elsewhere RENAME TO feedback_corrections")
    assert (raised.value.status, raised.value.retry_after_s) == (503, 5.0)
    assert "feedback cannot be kept" in caplog.text and "canary" not in caplog.text + str(raised.value)
    assert _take(feedback).kept


_GIVER = """
import asyncio, sys
from gateway.database import open_database
from gateway.feedback.form import Form
from gateway.feedback.intake import Feedback
from gateway.feedback.store import FeedbackStore
from tests.gateway.feedback.corrections import CALLER, feedback_body

feedback = Feedback(FeedbackStore(open_database(sys.argv[1])))
for number in range(40):
    body = feedback_body(corrected=f"The total is ${number}.", answer_id=f"infer-{number}")
    print(asyncio.run(feedback.take(CALLER, body)).correction_id, flush=True)
"""


@pytest.mark.slow
def test_kill_9_loses_nothing_that_was_accepted(tmp_path: Path) -> None:
    """Every receipt that a caller has seen is for a row that is there."""
    url = f"sqlite:///{tmp_path / 'feedback.sqlite'}"
    giver = subprocess.Popen(
        [sys.executable, "-c", _GIVER, url], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert giver.stdout is not None
    seen = [giver.stdout.readline().strip() for _ in range(12)]
    giver.send_signal(signal.SIGKILL)
    seen += giver.stdout.read().split()
    giver.wait(30)
    giver.stdout.close()
    with open_database(url) as database:
        kept = {kept.correction_id for kept in FeedbackStore(database).corrections(Selection("north"))}
    assert len(seen) >= 12 and set(seen) <= kept
