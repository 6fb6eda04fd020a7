"""Judging turns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.turn_case import Place, TurnCase
from evaluation.turn_verdict import TurnOutcome, TurnTrial
from pipeline.events import Citation

CASE = TurnCase(
    Path("cases/total.yaml"),
    audio=Path("a.wav"),
    transcript="What is the total?",
    answer=r"\$420\.00",
    citations=(Place("invoice.png", 1, 17),),
    forbidden=("cannot",),
    budgets={"total": 1000.0, "asr": 100.0},
)
RIGHT = TurnTrial(
    2.0,
    "what is the total",
    "The total is $420.00.",
    (Citation("invoice.png", 1, 3, "x"), Citation("invoice.png", 1, 17, "Total $420.00")),
    {"total": 700.0, "asr": 60.0, "tts": 10.0},
)


def failures(trial: TurnTrial, case: TurnCase = CASE) -> tuple[str, ...]:
    outcome = TurnOutcome(case, "en", 0.25, (trial,))
    assert outcome.verdict == ("failed" if outcome.failures else "passed")
    return outcome.failures


def test_all_as_expected() -> None:
    """Nothing to complain of."""
    assert failures(RIGHT) == ()


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"transcript": "what is a tax"}, "transcript: WER 50.0 % (2 in 4 words), where 25.0 % is allowed"),
        ({"answer": None}, "there was no answer"),
        ({"answer": "It is $42."}, r"the answer should match “\$420\.00”, and is “It is $42.”"),
        (
            {"answer": "$420.00, but I CANNOT say."},
            "the answer must not contain “CANNOT” (forbidden: cannot), and is “$420.00, but I CANNOT say.”",
        ),
        (
            {"citations": (Citation("invoice.png", 2, 17, ""),)},
            "the answer should cite invoice.png, page 1, line 17, and cites invoice.png, page 2, line 17",
        ),
        ({"citations": ()}, "the answer should cite invoice.png, page 1, line 17, and cites nothing"),
        ({"lines_ms": {"total": 1000.5}}, "budget total: 1000.5 ms, where 1000 ms are allowed"),
    ],
)
def test_each_thing_that_can_be_wrong(change: dict[str, object], failure: str) -> None:
    """It is found, and said in one sentence."""
    assert failures(replace(RIGHT, **change)) == (failure,)  # type: ignore[arg-type]  # a field each


def test_a_literal_that_is_no_expression_is_pointed_out() -> None:
    """`$420.00` as an expression matches nothing; the answer has it all the same."""
    (failure,) = failures(RIGHT, replace(CASE, answer="$420.00"))
    assert failure.endswith(r"it has just that, so write it as an expression: \$420\.00")


def test_forbidden_words_are_found_as_they_stand() -> None:
    """Also those that mean nothing as an expression."""
    assert len(failures(RIGHT, replace(CASE, forbidden=("$420.00", r"\bno\b")))) == 1


def test_places_may_leave_open_page_and_line() -> None:
    """Then any of that document will do."""
    assert failures(RIGHT, replace(CASE, citations=(Place("invoice.png"), Place("invoice.png", line=3)))) == ()
    assert len(failures(RIGHT, replace(CASE, citations=(Place("letter.png"),)))) == 1


def test_several_runs() -> None:
    """Budgets hold for the medians; what one run said wrong is wrong; the same sentence stands there once."""
    slow = replace(RIGHT, lines_ms={"total": 5000.0, "asr": 60.0})
    assert TurnOutcome(CASE, "en", 0.25, (RIGHT, slow, RIGHT)).verdict == "passed"
    assert TurnOutcome(CASE, "en", 0.25, (RIGHT, slow, slow)).failures == (
        "budget total: 5000.0 ms, where 1000 ms are allowed",
    )
    wrong = replace(RIGHT, answer=None)
    outcome = TurnOutcome(CASE, "en", 0.25, (RIGHT, wrong, wrong))
    assert (outcome.failures, outcome.shown) == (("there was no answer",), wrong)
    assert outcome.seconds == 6.0


def test_a_turn_that_broke() -> None:
    """It is an error with its reason alone: budgets and transcript are not held against it."""
    outcome = TurnOutcome(CASE, "en", 0.25, (TurnTrial(0.1, fault="a.wav: damaged"),))
    assert (outcome.verdict, outcome.failures, outcome.score) == ("error", ("a.wav: damaged",), None)


def test_the_json_shape() -> None:
    """As docs/testing.md has it."""
    made = TurnOutcome(CASE, "en", 0.25, (RIGHT,)).to_json()
    assert set(made) == {
        "name", "verdict", "failures", "language", "expected", "heard", "limit", "measure", "error_rate", "alignment",
        "answer", "citations", "total_ms", "lines", "budgets", "runs",
    }  # fmt: skip
    assert (made["name"], made["total_ms"], made["measure"]) == (str(CASE.path), 700.0, "wer")
    assert made["lines"] == [{"name": "asr", "ms": 60.0}, {"name": "tts", "ms": 10.0}]
    assert made["citations"][1] == {"document": "invoice.png", "page": 1, "line": 17, "quote": "Total $420.00"}
