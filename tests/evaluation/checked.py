"""Outcomes and reports as tests of reports need them."""

from __future__ import annotations

from evaluation.outcomes import Report, StageOutcome, Trial
from evaluation.scores import speech_score

EXPECTED = "what is the total on this invoice"


def heard(text: str, total_ms: float = 200.0) -> Trial:
    """A run that heard `text` in two seconds of sound."""
    return Trial(total_ms, text, speech_score(EXPECTED, text, "en"), total_ms / 2, 2.0)


def broken(fault: str = "a.wav: damaged", total_ms: float = 2.0) -> Trial:
    """A run that could not be judged."""
    return Trial(total_ms, fault=fault)


def outcome(*trials: Trial, name: str = "sounds/a.wav", limit: float = 0.25) -> StageOutcome:
    """A case over these runs."""
    return StageOutcome(name, "en", EXPECTED, limit, trials)


def report(*outcomes: StageOutcome) -> Report:
    """A report of `check asr`."""
    return Report("asr", outcomes)
