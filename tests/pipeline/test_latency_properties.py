"""The ledger against an independent simulation, over random pipelines."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.errors import PipelineError
from pipeline.latency import UNATTRIBUTED, LatencyLedger
from pipeline.what_if import what_if

from .scenarios import random_scenario
from .simulator import SOURCE, Outcome, Simulation, added_by
from .turns import run_scenario

SEEDS = st.integers(0, 10**9)


def without_ties(outcome: Outcome) -> bool:
    """Two jobs of one script that run side by side end together: then no single one of them is the cause. Nor is it
    told which of two workers comes first that send to one inbox at the same instant.
    """
    if outcome.tied:
        return False
    stretches = [(run.start, run.end) for run in outcome.runs if run.end > run.start]
    return len(stretches) == len(set(stretches))


def spoke_at_the_failure(ledger: LatencyLedger) -> bool:
    """At the very instant of a failure it is open which of the other stages still had their say."""
    moments = [worker.first_output for worker in ledger.record.workers.values()]
    return ledger.outcome == "failed" and ledger.record.finished in moments


@settings(max_examples=300, deadline=None, derandomize=True)
@given(SEEDS)
def test_every_line_equals_what_shortening_each_run_shows(seed: int) -> None:
    """A run is charged exactly when a nanosecond less of it makes the end come a nanosecond sooner."""
    scenario = random_scenario(seed)
    base, begin, sums = added_by(scenario)
    assume(without_ties(base))
    end = begin if base.end is None else base.end
    ledger = run_scenario(scenario)
    assume(not spoke_at_the_failure(ledger))
    lines = {line.name: line.ns for line in ledger.lines if line.ns}
    assert ledger.outcome == base.outcome
    assert ledger.t0 == begin
    assert ledger.total_ns == max(0, end + base.playback - begin)
    assert sum(lines.values()) == ledger.total_ns
    assert UNATTRIBUTED not in lines
    if base.outcome != "cancelled" or base.audible:  # a cancellation comes when it comes, whoever is faster
        playback = base.playback if end >= begin else max(0, end + base.playback - begin)
        assert lines == sums | ({"playback": playback} if playback else {})


@settings(max_examples=100, deadline=None, derandomize=True)
@given(SEEDS)
def test_the_path_holds_only_what_really_ran(seed: int) -> None:
    """Each piece of the path, also of a cancelled turn, lies within a run of that worker in the simulation."""
    scenario = random_scenario(seed)
    base = Simulation(scenario).simulate()
    assume(without_ties(base))
    ledger = run_scenario(scenario)
    names = {stage.name: place for place, stage in enumerate(scenario.stages)} | {"source": SOURCE}
    moment = ledger.t0
    for piece in ledger.path:
        assert piece.start == moment, "the path has no gaps"
        moment = piece.end
        worker = ledger.record.workers[piece.worker]
        place = names.get(worker.name, worker.position)
        covered = piece.start
        for run in sorted((run for run in base.runs if run.worker == place), key=lambda run: run.start):
            if run.start <= covered:
                covered = max(covered, run.end)
        assert place == SOURCE or covered >= piece.end


@settings(max_examples=150, deadline=None, derandomize=True)
@given(SEEDS, st.integers(1, 60_000_000))
def test_what_if_equals_simulating_the_faster_stage(seed: int, faster: int) -> None:
    """As long as the items are taken in the same order, the replay and a new simulation agree to the nanosecond."""
    scenario = random_scenario(seed)
    base, begin, _ = added_by(scenario)
    assume(base.audible and without_ties(base))
    assume(base.outcome != "failed" or base.end != base.finished)
    assert base.end is not None
    ledger = run_scenario(scenario)
    for place, stage in enumerate(scenario.stages):
        answer = what_if(ledger, stage.name, faster / 1e6)
        assert answer is not None
        cuts, left = {}, faster
        for run in sorted(base.runs, key=lambda r: -r.end):
            inside = min(run.end, base.end) - max(run.start, begin)
            if run.worker != place or inside <= 0 or not left:
                continue
            if Simulation(scenario, {run.number: 1}).simulate().end == base.end - 1:
                cuts[run.number] = min(left, inside)
                left -= cuts[run.number]
        again = Simulation(scenario, cuts).simulate()
        if again.takes != base.takes or not again.audible or again.outcome != base.outcome:
            continue
        assert again.end is not None
        assert answer.sooner_ns == base.end - again.end


def test_the_scenarios_cover_what_they_are_for() -> None:
    """Among the random turns there are answered, failed and cancelled ones, held sources, jobs and folded time."""
    outcomes, held, jobs, overlapped = set(), 0, 0, 0
    for seed in range(150):
        try:
            ledger = run_scenario(random_scenario(seed))
        except PipelineError:
            pytest.fail(f"seed {seed} did not run")
        outcomes.add(ledger.outcome)
        held += any(stage.blocked_ns for stage in ledger.stages)
        jobs += any(worker.spawner is not None for worker in ledger.record.workers.values())
        overlapped += any(stage.overlapped_ns for stage in ledger.stages)
    assert outcomes == {"answered", "failed", "cancelled"}
    assert min(held, jobs, overlapped) > 5
