"""The same on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

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
from gateway.feedback.submissions import SubmissionState, SubmissionStore, Target
from gateway.feedback.submitting import BatchLimits, batches_of
from tests.gateway.feedback.corrections import CALLER, correction, feedback_body
from tests.gateway.postgres import PostgresServer, shared_postgres

__all__ = ["shared_postgres"]

pytestmark = pytest.mark.slow


@pytest.fixture
def postgres(shared_postgres: PostgresServer) -> Iterator[Database]:
    """An empty database."""
    with shared_postgres.database("feedback") as url, open_database(url) as database:
        yield database


def test_many_at_once_stay_within_the_cap(postgres: Database) -> None:
    """Counting and keeping are one step for every gateway at the same database."""
    options = FilterOptions(per_user_per_day=5)
    feedback = Feedback(FeedbackStore(postgres, options), options=options)
    start = threading.Barrier(8)

    def give(number: int) -> Receipt:
        if number < 8:
            start.wait(30)
        body = feedback_body(
            corrected=f"总额是 {number // 2} 元。", answer_id=f"infer-{number}", original="总额是多少我不知道"
        )
        return feedback.judge_and_keep(Author("north", "key-1", "anna"), body)

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(give, range(24)))
    statistics = read_statistics(postgres, "north")
    assert sum(receipt.kept for receipt in receipts) == statistics.kept == 5
    assert statistics.rejected == 19


def test_kept_read_counted_and_erased(postgres: Database) -> None:
    """The whole way of a correction."""
    store, submissions = FeedbackStore(postgres), SubmissionStore(postgres)
    for number in range(3):
        store.keep(correction(number))
    assert store.keep(correction(1, Author("north", "key-1", "bo"))) is Reason.DUPLICATE
    answers = [kept.correction.answer_id for kept in store.corrections(Selection("north"))]
    assert sorted(answers) == ["infer-0", "infer-1", "infer-2"]
    target = Target("north", "https://tune.test/v1", "r1-distill", Form.CHAT)
    (batch,) = batches_of(submissions, target, BatchLimits(fewest_rows=1))
    submission = submissions.prepare(target, batch)
    assert submission is not None and submissions.prepare(target, batch) is None
    assert submissions.hold(submission, "me", 0.0) == 0.0
    submissions.note(submission, "me", state=str(SubmissionState.RUNNING))
    erased, handed_on = submissions.erase(Author("north", "", "anna"))
    assert erased == 3 and [number for _, number in handed_on] == [3]
    assert not list(submissions.corrections(submission))


def test_down_and_back(shared_postgres: PostgresServer, postgres: Database) -> None:
    """503 while it is away; kept once it is there again."""
    feedback = Feedback(FeedbackStore(postgres))
    shared_postgres.kill()
    try:
        with pytest.raises(ApiError) as raised:
            asyncio.run(feedback.take(CALLER, feedback_body()))
    finally:
        shared_postgres.start()
    assert raised.value.status == 503
    assert asyncio.run(feedback.take(CALLER, feedback_body())).kept
