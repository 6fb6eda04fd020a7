"""What comes of cases over their runs, and of reports over their cases."""

from __future__ import annotations

import json
import math

import pytest

from evaluation.outcomes import Report
from tests.evaluation.checked import EXPECTED, broken, heard, outcome, report


def test_times_are_medians_and_rates_the_worst() -> None:
    """A case that is wrong in one run of three does not pass."""
    case = outcome(heard(EXPECTED, 100.0), heard("what is that", 900.0), heard(EXPECTED, 300.0))
    assert (case.verdict, case.worst.heard) == ("failed", "what is that")
    assert case.failures == ("WER 71.4 % (5 in 7 words), where 25.0 % is allowed",)
    assert (case.total_ms, case.first_output_ms, case.sound_s) == (300.0, 150.0, 2.0)
    assert case.real_time_factor == pytest.approx(0.15)
    assert case.seconds == pytest.approx(1.3)


def test_the_limit_itself_passes() -> None:
    """One above it does not; a limit that is no number passes nothing."""
    one_wrong = EXPECTED.replace("total", "tax")
    assert outcome(heard(one_wrong), limit=1 / 7).verdict == "passed"
    assert outcome(heard(one_wrong), limit=0.14).verdict == "failed"
    assert outcome(heard(EXPECTED), limit=0.0).verdict == "passed"
    assert outcome(heard(EXPECTED), limit=math.nan).verdict == "failed"


def test_a_run_that_cannot_be_judged_is_an_error() -> None:
    """Whatever the others gave; there is no real-time factor of it."""
    case = outcome(heard(EXPECTED), broken())
    assert (case.verdict, case.failures, case.score) == ("error", ("a.wav: damaged",), None)
    assert case.real_time_factor is None
    assert outcome(broken("")).failures == ("nothing came of it",)


def test_a_report_counts() -> None:
    """Verdicts, and errors over all words: a case that could not be judged has none."""
    whole = report(outcome(heard(EXPECTED)), outcome(heard(EXPECTED.replace("total", "tax"))), outcome(broken()))
    assert [whole.count(verdict) for verdict in ("passed", "failed", "error")] == [2, 0, 1]
    assert not whole.passed
    assert whole.error_rate("word") == pytest.approx(1 / 14)
    assert whole.error_rate("character") is None
    assert report(outcome(heard(EXPECTED))).passed


def test_the_json_shape() -> None:
    """As docs/testing.md has it; every case has the same keys but for what was not measured."""
    made = json.loads(
        json.dumps(report(outcome(heard("what is the total"), name="a.wav"), outcome(broken())).to_json())
    )
    assert set(made) == {"check", "passed", "cases", "summary"}
    first, second = made["cases"]
    assert set(first) == {
        "name", "verdict", "failures", "language", "expected", "heard", "limit", "measure", "error_rate", "alignment",
        "sound_s", "real_time_factor", "first_output_ms", "total_ms", "runs",
    }  # fmt: skip
    assert set(first) - set(second) == {"sound_s", "real_time_factor"}
    assert first["alignment"] == [
        {"relation": "equal", "expected": "what is the total", "heard": "what is the total"},
        {"relation": "delete", "expected": "on this invoice", "heard": ""},
    ]
    assert (first["measure"], first["error_rate"], second["measure"]) == ("wer", 0.4286, None)
    assert set(first["runs"][0]) == {"heard", "error_rate", "fault", "first_output_ms", "total_ms"}
    assert made["summary"] == {
        "cases": 2, "passed": 0, "failed": 1, "errors": 1, "wer": 0.4286, "cer": None, "seconds": 0.202,
    }  # fmt: skip


def test_nothing_checked() -> None:
    """An empty report has no rates."""
    empty = Report("asr", ())
    assert (empty.passed, empty.error_rate("word"), empty.seconds) == (True, None, 0)
