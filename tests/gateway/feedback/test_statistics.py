"""Counts by reason, language, tenant and day."""

from __future__ import annotations

from gateway.database import Database
from gateway.feedback.reasons import Reason
from gateway.feedback.statistics import read_statistics
from gateway.feedback.store import FeedbackStore, Selection
from tests.gateway.feedback.corrections import Clock, correction


def test_counts(store: FeedbackStore, database: Database, clock: Clock) -> None:
    """They add up in every direction, and from a day on."""
    store.keep(correction(1))
    for reason in (Reason.EMPTY, Reason.COMPLAINT, Reason.COMPLAINT):
        store.count("north", "zh", reason)
    clock.move(days=1)
    store.count("south", "en", Reason.NO_CONSENT)
    store.keep(correction(2))
    every = read_statistics(database, None)
    assert (every.kept, every.rejected) == (2, 4)
    assert list(every.by_reason.items()) == [("complaint", 2), ("empty", 1), ("no_consent", 1)]
    assert every.by_language == {"en": (2, 1), "zh": (0, 3)}
    assert every.by_tenant == {"north": (2, 3), "south": (0, 1)}
    assert every.by_day == {"2026-11-24": (1, 3), "2026-11-25": (1, 1)}
    later = read_statistics(database, "north", "2026-11-25")
    assert (later.kept, later.rejected, later.by_tenant) == (1, 0, {"north": (1, 0)})
    assert every.to_json()["by_tenant"]["north"] == {"kept": 2, "rejected": 3}


def test_nothing_yet(store: FeedbackStore, database: Database) -> None:
    """Is nothing."""
    assert list(store.corrections(Selection("north"))) == []
    assert read_statistics(database, None).to_json()["by_day"] == {}
