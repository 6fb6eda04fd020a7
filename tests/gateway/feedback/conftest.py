"""Databases for the tests of the learning loop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.database import Database, open_database
from gateway.feedback.correction import Author
from gateway.feedback.store import FeedbackStore
from gateway.feedback.submissions import SubmissionStore
from tests.gateway.feedback.corrections import Clock, correction
from tests.gateway.feedback.desk import Desk
from tests.gateway.feedback.fine_tune_server import FineTuneServer


@pytest.fixture
def clock() -> Clock:
    """Noon of a day."""
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite file."""
    with open_database(f"sqlite:///{tmp_path / 'feedback.sqlite'}") as opened:
        yield opened


@pytest.fixture
def store(database: Database, clock: Clock) -> FeedbackStore:
    """Corrections in it."""
    return FeedbackStore(database, clock=clock)


@pytest.fixture
def submissions(database: Database, clock: Clock) -> SubmissionStore:
    """Submissions in it."""
    return SubmissionStore(database, clock)


@pytest.fixture
def server() -> Iterator[FineTuneServer]:
    """Running, without a fault."""
    with FineTuneServer() as running:
        yield running


@pytest.fixture
def desk(server: FineTuneServer, store: FeedbackStore, submissions: SubmissionStore, clock: Clock) -> Desk:
    """With three corrections that wait, one that has no question, and one of another tenant."""
    for number in range(3):
        store.keep(correction(number))
        clock.move(seconds=1)
    store.keep(correction(7, prompt=""))
    store.keep(correction(8, Author("south", "key-2", "bo")))
    return Desk(server, submissions, store)
