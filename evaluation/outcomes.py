"""What came of checks: of each run, of each case over its runs, and of all cases. No table, no terminal.

Over several runs of a case its times are medians and its faults and error rates the worst: a check that passes one time
in two does not pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal, Protocol

from evaluation.comparable import Unit
from evaluation.scores import Score

Verdict = Literal["passed", "failed", "error"]
"""`failed`: it ran, and what came out is not good enough. `error`: it could not be judged."""


class Outcome(Protocol):
    """What came of one case."""

    @property
    def name(self) -> str:
        """As the user named it."""
        ...

    @property
    def verdict(self) -> Verdict:
        """Over all runs."""
        ...

    @property
    def failures(self) -> tuple[str, ...]:
        """Why it did not pass, a sentence each; empty when it passed."""
        ...

    @property
    def score(self) -> Score | None:
        """The worst comparison; None when there was none."""
        ...

    @property
    def seconds(self) -> float:
        """All runs together."""
        ...

    def to_json(self) -> dict[str, Any]:
        """A JSON object: docs/testing.md has its shape."""
        ...


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of one stage on one file or text."""

    total_ms: float
    heard: str = ""
    """What it heard or read."""
    score: Score | None = None
    """None when the run failed."""
    first_output_ms: float | None = None
    """To its first event, or of a voice to the first audible sample; None when nothing came."""
    sound_s: float | None = None
    """Length of the sound that went in, or of a voice that came out."""
    pages: int | None = None
    """How many were read."""
    fault: str = ""
    """Why it could not be judged; empty when it could."""


@dataclass(frozen=True, slots=True)
class StageOutcome:
    """A case of `check asr`, `ocr` or `tts`."""

    name: str
    language: str
    """ISO 639-1 code."""
    expected: str
    limit: float
    """The highest error rate that passes."""
    trials: tuple[Trial, ...]
    """At least one."""

    @property
    def worst(self) -> Trial:
        """A run that failed, else the one with the highest error rate."""
        return max(self.trials, key=lambda trial: (trial.score is None, trial.score.rate if trial.score else 0.0))

    @property
    def verdict(self) -> Verdict:
        """Over all runs."""
        score = self.worst.score
        if self.worst.fault or score is None:
            return "error"
        return "passed" if score.rate <= self.limit else "failed"

    @property
    def failures(self) -> tuple[str, ...]:
        """Why it did not pass."""
        if self.verdict == "passed":
            return ()
        score = self.worst.score
        return (self.worst.fault or "nothing came of it" if score is None else above(score, self.limit),)

    @property
    def score(self) -> Score | None:
        """The worst comparison."""
        return self.worst.score

    @property
    def seconds(self) -> float:
        """All runs together."""
        return sum(trial.total_ms for trial in self.trials) / 1000

    @property
    def total_ms(self) -> float:
        """To the end of the stage."""
        return median(trial.total_ms for trial in self.trials)

    @property
    def first_output_ms(self) -> float | None:
        """To the first event, or audible sample."""
        return median_of(trial.first_output_ms for trial in self.trials)

    @property
    def sound_s(self) -> float | None:
        """Length of the sound."""
        return median_of(trial.sound_s for trial in self.trials)

    @property
    def real_time_factor(self) -> float | None:
        """Time that the stage took by time that the sound takes; None without sound, and where a run failed."""
        return self.total_ms / 1000 / self.sound_s if self.sound_s and self.verdict != "error" else None

    def to_json(self) -> dict[str, Any]:
        """A JSON object. What a check does not measure is left out."""
        worst = self.worst
        made: dict[str, Any] = {
            "name": self.name,
            "verdict": self.verdict,
            "failures": list(self.failures),
            "language": self.language,
            "expected": self.expected,
            "heard": worst.heard,
            "limit": self.limit,
            **score_object(worst.score),
        }
        if worst.pages is not None:
            made["pages"] = worst.pages
        if self.sound_s is not None:
            made |= {"sound_s": round(self.sound_s, 3), "real_time_factor": rounded(self.real_time_factor, 4)}
        made |= {"first_output_ms": rounded(self.first_output_ms), "total_ms": round(self.total_ms, 1)}
        return made | {"runs": [_run_object(trial) for trial in self.trials]}


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one check, over all its cases."""

    check: str
    """`asr`, `ocr`, `tts` or `turn`."""
    outcomes: tuple[Outcome, ...]

    @property
    def passed(self) -> bool:
        """True when every case has passed."""
        return all(outcome.verdict == "passed" for outcome in self.outcomes)

    @property
    def seconds(self) -> float:
        """All cases together."""
        return sum(outcome.seconds for outcome in self.outcomes)

    def count(self, verdict: Verdict) -> int:
        """How many cases ended so."""
        return sum(outcome.verdict == verdict for outcome in self.outcomes)

    def error_rate(self, unit: Unit) -> float | None:
        """All errors by all words, or characters, of the cases counted in them; None where there are none."""
        scores = [outcome.score for outcome in self.outcomes]
        counted = [score for score in scores if score is not None and score.unit == unit]
        length = sum(score.length for score in counted)
        return sum(score.errors for score in counted) / length if length else None

    def to_json(self) -> dict[str, Any]:
        """The object that `check --json` prints."""
        return {
            "check": self.check,
            "passed": self.passed,
            "cases": [outcome.to_json() for outcome in self.outcomes],
            "summary": {
                "cases": len(self.outcomes),
                "passed": self.count("passed"),
                "failed": self.count("failed"),
                "errors": self.count("error"),
                "wer": rounded(self.error_rate("word"), 4),
                "cer": rounded(self.error_rate("character"), 4),
                "seconds": round(self.seconds, 3),
            },
        }


def above(score: Score, limit: float) -> str:
    """That an error rate is too high, in words."""
    units = f"{score.unit}s" if score.length != 1 else score.unit
    share = f"{score.errors} in {score.length} {units}"
    return f"{score.measure} {percent(score.rate)} ({share}), where {percent(limit)} is allowed"


def percent(rate: float) -> str:
    """A rate as a person reads it: "12.5 %"."""
    return f"{rate * 100:.1f} %"


def score_object(score: Score | None) -> dict[str, Any]:
    """A comparison as it stands in a JSON object."""
    if score is None:
        return {"measure": None, "error_rate": None, "alignment": []}
    between = " " if score.unit == "word" else ""
    alignment = [
        {"relation": part.relation, "expected": between.join(part.expected), "heard": between.join(part.heard)}
        for part in score.alignment
    ]
    return {"measure": score.measure.lower(), "error_rate": round(score.rate, 4), "alignment": alignment}


def rounded(value: float | None, digits: int = 1) -> float | None:
    """`value` with so many digits, where there is one."""
    return None if value is None else round(value, digits)


def median_of(values: Iterable[float | None]) -> float | None:
    """The median of those that are known; None for none."""
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _run_object(trial: Trial) -> dict[str, Any]:
    return {
        "heard": trial.heard,
        "error_rate": rounded(trial.score.rate if trial.score else None, 4),
        "fault": trial.fault or None,
        "first_output_ms": rounded(trial.first_output_ms),
        "total_ms": round(trial.total_ms, 1),
    }
