"""Timing one stage from outside, on the virtual clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest

from evaluation.measurement import Measurement, fault_of, measure
from pipeline.errors import InputError, StageError
from pipeline.events import Audio, Page, Segment, Transcript
from pipeline.testing import Action, Emit, Fail, FakeStage, VirtualClock, Work, scripted

HEARD = Transcript("hello", "en")


def chunk(seconds: float) -> Audio:
    return Audio(np.zeros(round(16_000 * seconds), np.float32), 16_000)


def ears(*on_end: Action) -> FakeStage:
    return FakeStage("ears", (Audio,), (Transcript,), on_item={Audio: [Work(0.2)]}, on_end=on_end)


def measured(stage: FakeStage, timeout_s: float = 60.0, *, chunks: int = 2) -> Measurement:
    source = scripted(*[(0.0, chunk(0.5))] * chunks)
    return VirtualClock().run(measure(stage, source, Audio, timeout_s))


def test_first_output_and_total() -> None:
    """Both count from the first input; the sound that went in is added up."""
    run = measured(ears(Emit(HEARD), Work(0.1), Emit(HEARD), Work(0.3)))
    assert [each.after_s for each in run.stamped] == pytest.approx([0.4, 0.5])
    assert run.first_s == pytest.approx(0.4)
    assert (run.total_s, run.sound_s) == pytest.approx((0.8, 1.0))
    assert run.fault == ""
    assert run.made(Transcript) == [HEARD, HEARD]
    assert run.made(Page) == []


def test_nothing_made() -> None:
    """A stage that makes nothing has no first output, and is no failure."""
    run = measured(ears(), chunks=0)
    assert (run.first_s, run.stamped, run.sound_s, run.fault) == (None, (), 0.0, "")


@pytest.mark.parametrize(
    ("action", "fault"),
    [
        (Fail(InputError("a.wav: too short")), "a.wav: too short"),
        (Fail(ValueError("no weights")), "stage 'ears' failed: ValueError: no weights"),
        (Fail(ValueError()), "stage 'ears' failed: ValueError"),
        (Emit(Segment(0, 1, "x")), "stage 'ears' emitted Segment, which it does not declare; add it to its `emits`"),
    ],
)
def test_failures_are_told(action: Action, fault: str) -> None:
    """One of ours in its own words, any other with its kind and the stage; the stage is closed."""
    stage = ears(action)
    assert measured(stage).fault == fault
    assert stage.open_runs == 0


def test_a_stage_that_hangs_is_stopped() -> None:
    """At the limit, and it is closed."""
    stage = ears(Work(1e6))
    run = measured(stage, 2.5)
    assert run.fault == "it was not done after 2.5 s and was stopped"
    assert run.total_s == pytest.approx(2.5)
    assert stage.open_runs == 0


def test_a_source_that_fails_is_told_and_closed() -> None:
    """A broken file is a fault of the run."""
    closed = []

    async def broken() -> AsyncIterator[Any]:
        try:
            yield chunk(0.1)
            raise InputError("b.wav: damaged")
        finally:
            closed.append(True)

    run = VirtualClock().run(measure(ears(), broken(), Audio, 10.0))
    assert (run.fault, closed) == ("b.wav: damaged", [True])


def test_the_innermost_stage_is_named() -> None:
    """Of nested failures the cause counts."""
    assert (
        fault_of(StageError("outer", StageError("inner", RuntimeError("x")))) == "stage 'inner' failed: RuntimeError: x"
    )
    assert fault_of(InputError("plain")) == "plain"
