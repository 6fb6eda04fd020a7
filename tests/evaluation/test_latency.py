"""Percentiles of each ledger line over stored turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.latency import (
    LATEST,
    PERCENTILES,
    Counts,
    Ending,
    Grouping,
    LatencyFigures,
    Section,
    Selection,
    figures_of,
)
from pipeline.records import StoredTurn, TurnState
from tests.evaluation.latency_turns import BEGIN, Part, ledger, simple, turn

LINES = ("endpoint", "asr", "thinking", "tts", "a stage of mine", "unattributed")
STAGES = {"endpoint": "source", "thinking": "reasoner", "unattributed": "asr"}

parts = st.lists(
    st.tuples(st.sampled_from(LINES), st.floats(0, 1e6)).map(
        lambda part: (part[0], STAGES.get(part[0], part[0]), part[1])
    ),
    max_size=8,
)
spoken = st.tuples(parts, st.booleans(), st.sampled_from(("reader", "r1", "")), st.sampled_from(("work", "厨房")))


def _turns(*kept: StoredTurn | float) -> list[tuple[str, StoredTurn]]:
    """Turns of one conversation; a number is an answered turn of so many milliseconds."""
    return [
        ("work", each if isinstance(each, StoredTurn) else turn(simple(each), number))
        for number, each in enumerate(kept, 1)
    ]


def _percentile(values: Sequence[float], percent: int) -> float:
    """Written down apart from what is tested: the place p (n - 1) in the sorted values, between its neighbours."""
    ordered = sorted(values)
    whole, part = divmod(percent * (len(ordered) - 1), 100)
    above = ordered[min(whole + 1, len(ordered) - 1)]
    return ordered[whole] + (above - ordered[whole]) * part / 100


def _line_ms(parts: Sequence[Part], line: str) -> float:
    return sum(ms for name, _, ms in parts if name == line)


@given(st.lists(spoken, min_size=1, max_size=12))
def test_percentiles_are_those_of_the_definition(told: list[tuple[list[Part], bool, str, str]]) -> None:
    """Each line's figures are those of its milliseconds in the warm or cold turns, 0 in a turn that lacks it."""
    turns = [(name, turn(ledger(part), cold=cold, served_by=by)) for part, cold, by, name in told]
    (group,) = figures_of(turns).groups(Grouping.LINE)
    for cold, section in ((False, group.warm), (True, group.cold)):
        own = [part for part, is_cold, _, _ in told if is_cold == cold]
        assert section.turns == len(own)
        for row in section.rows:
            values = [_line_ms(part, row.name) for part in own]
            wanted = [_percentile(values, percent) for percent in PERCENTILES]
            assert row.percentiles_ms == pytest.approx(wanted, abs=1e-6)
            assert row.turns == sum(value > 0 for value in values)
        present = {line for line in LINES if any(_line_ms(part, line) for part in own)}
        assert {row.name for row in section.rows} == (present | {"unattributed"} if own else set())


@given(st.lists(spoken, min_size=1, max_size=12), st.sampled_from(Grouping))
def test_means_add_up_in_every_view(told: list[tuple[list[Part], bool, str, str]], by: Grouping) -> None:
    """In each group the means of the rows sum to the mean total, their shares to 1, and no turn is lost."""
    turns = [(name, turn(ledger(part, 5.0), cold=cold, served_by=served)) for part, cold, served, name in told]
    groups = figures_of(turns).groups(by)
    assert sum(group.turns for group in groups) == len(told)
    for section in (section for group in groups for section in (group.warm, group.cold)):
        if section.total is None:
            assert section == Section(0)
            continue
        assert sum(row.mean_ms for row in section.rows) == pytest.approx(section.total.mean_ms)
        assert sum(row.share for row in section.rows) == pytest.approx(1.0)


def test_a_group_for_each_upstream_and_conversation() -> None:
    """Groups hold their own turns, those with most turns first; an upstream without a name is one too."""
    told = [("work", "r1", 1.0), ("home", "", 2.0), ("work", "r1", 3.0), ("work", "reader", 5.0)]
    figures = figures_of([(name, turn(simple(ms), served_by=by)) for name, by, ms in told])
    means = {
        by: [(group.name, group.turns, group.warm.total and group.warm.total.mean_ms) for group in figures.groups(by)]
        for by in (Grouping.UPSTREAM, Grouping.CONVERSATION)
    }
    assert means[Grouping.UPSTREAM] == [("r1", 2, 2.0), ("", 1, 2.0), ("reader", 1, 5.0)]
    assert means[Grouping.CONVERSATION] == [("work", 3, 3.0), ("home", 1, 2.0)]


def test_lines_and_stages_stand_in_the_ledgers_order() -> None:
    """Lines of the engine come in the order of a turn, those of users' own stages after them, the rest last."""
    told = [("my stage", "mine", 1.0), ("unattributed", "asr", 1.0), ("tts", "tts", 1.0), ("asr", "asr", 1.0),
            ("endpoint", "source", 1.0), ("first sentence", "sentences", 1.0)]  # fmt: skip
    figures = figures_of(_turns(turn(ledger(told, playback_ms=2.0))))
    rows = {by: [row.name for row in figures.groups(by)[0].warm.rows] for by in (Grouping.LINE, Grouping.STAGE)}
    assert rows[Grouping.LINE] == [
        "endpoint", "asr", "first sentence", "tts", "playback", "my stage", "unattributed"
    ]  # fmt: skip
    assert rows[Grouping.STAGE] == ["source", "asr", "sentences", "tts", "playback", "mine", "unattributed"]


def test_only_answered_turns_count_unless_asked_for() -> None:
    """Turns that ended otherwise, and those whose ledger cannot be read, are told apart and left out."""
    failed = turn(simple(50.0) | {"outcome": "failed"}, state=TurnState.FAILED)
    told = _turns(
        10.0,
        20.0,
        failed,
        turn(None, state=TurnState.FAILED),
        turn(simple(5.0) | {"outcome": "cancelled"}, state=TurnState.CANCELLED),
        turn(simple(5.0) | {"outcome": "cancelled"}),
        turn(None, state=TurnState.RUNNING),
        turn(None, state=TurnState.UNFINISHED),
        turn(None),
        turn({"total_ms": 3.0}),
    )
    figures = figures_of(told)
    assert figures.counts == Counts(answered=2, cancelled=2, failed=2, unfinished=2, unreadable=2, counted=2)
    assert figures.counts.seen == len(told)
    assert figures.groups(Grouping.LINE)[0].warm.total.mean_ms == 15.0  # type: ignore[union-attr]  # there are turns
    more = figures_of(told, Selection(endings=frozenset({Ending.ANSWERED, Ending.FAILED})))
    assert more.counts == Counts(answered=2, cancelled=2, failed=1, unfinished=2, unreadable=3, counted=3)
    assert [each.ending for each in more.latest] == [Ending.FAILED, Ending.ANSWERED, Ending.ANSWERED]


@given(st.lists(st.booleans(), max_size=20), st.integers(1, 25))
def test_the_last_turns_are_those_stored_last(answered: list[bool], last: int) -> None:
    """`last` looks at so many turns from the end, and everything but those is as if it were not stored."""
    told = _turns(*(float(ms) if good else turn(None, state=TurnState.FAILED) for ms, good in enumerate(answered, 1)))
    short, whole = figures_of(told, Selection(last=last)), figures_of(told[-last:])
    assert short.counts == whole.counts
    assert short.period == whole.period
    assert short.latest == whole.latest
    for by in Grouping:
        assert short.groups(by) == whole.groups(by)


def test_since_leaves_out_what_began_before() -> None:
    """A turn counts from the moment that is given on; a moment without a zone is UTC."""
    told = _turns(1.0, 2.0, 3.0)
    told.append(("work", replace(turn(simple(4.0), 4), started_at=datetime(2026, 11, 20, 9, 4))))  # noqa: DTZ001  # meant
    figures = figures_of(told, Selection(since=BEGIN + timedelta(minutes=2)))
    assert figures.counts == Counts(answered=3, counted=3)
    assert figures.period == (BEGIN + timedelta(minutes=2), datetime(2026, 11, 20, 9, 4, tzinfo=UTC))


def test_few_turns_are_said() -> None:
    """p95 rests on few turns below 20, p99 below 100."""
    unsure = {
        count: figures_of(_turns(*[1.0] * count)).groups(Grouping.LINE)[0].warm.unsure for count in (19, 20, 99, 100)
    }
    assert unsure == {19: (95, 99), 20: (99,), 99: (99,), 100: ()}


def test_the_cold_start_is_an_account_of_its_own() -> None:
    """Loading and connecting stand beside the total, not in it."""
    figures = figures_of(_turns(turn(ledger([("asr", "asr", 100.0)], cold_start_ms=900.0), cold=True)))
    cold = figures.groups(Grouping.LINE)[0].cold
    assert cold.total is not None and cold.total.mean_ms == 100.0
    assert cold.cold_start is not None and cold.cold_start.mean_ms == 900.0


def test_only_the_latest_paths_are_kept() -> None:
    """However many turns there are, no more than a hundred are kept with their path and question, shortened."""
    figures = figures_of(
        ("work", turn(simple(1.0), number, question="long " * 10_000)) for number in range(1, LATEST + 51)
    )
    assert [each.number for each in figures.latest] == list(range(LATEST + 50, 50, -1))
    assert all(len(each.question) <= 100 for each in figures.latest)


def test_nothing_stored() -> None:
    """Without turns there are no groups, no period, and counts of 0."""
    figures = LatencyFigures(Selection())
    assert all(figures.groups(by) == () for by in Grouping)
    assert (figures.period, figures.latest, figures.counts) == (None, (), Counts())
    names, values = figures.values(cold=False)
    assert (names, values.shape) == (["total"], (0, 1))


def test_turns_that_took_no_time() -> None:
    """An answer that was there at once is a turn like any other: its share of nothing is 0."""
    (group,) = figures_of(_turns(turn(ledger([])), turn(ledger([])))).groups(Grouping.STAGE)
    assert group.warm.turns == 2
    assert group.warm.rows == ()
    assert group.warm.total is not None and group.warm.total.share == 0.0
