"""Judging what came of a turn against its case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evaluation.outcomes import Verdict, above, median_of, rounded, score_object
from evaluation.scores import Score, speech_score
from evaluation.turn_case import TOTAL, Place, TurnCase
from pipeline.events import Citation


@dataclass(frozen=True, slots=True)
class TurnTrial:
    """What came of one run of a turn."""

    seconds: float
    """The whole run, loading included."""
    transcript: str = ""
    answer: str | None = None
    """None when there was none."""
    citations: tuple[Citation, ...] = ()
    lines_ms: Mapping[str, float] = field(default_factory=dict)
    """The ledger, by line; `total` is the time to first audio."""
    fault: str = ""
    """Why it could not be judged; empty when it could."""


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """A case of `check turn`."""

    case: TurnCase
    language: str
    """Of what is spoken, ISO 639-1."""
    limit: float
    """The highest error rate of the transcript that passes."""
    trials: tuple[TurnTrial, ...]
    """At least one."""

    @property
    def name(self) -> str:
        """The case's file."""
        return str(self.case.path)

    @property
    def verdict(self) -> Verdict:
        """Over all runs."""
        if any(trial.fault for trial in self.trials):
            return "error"
        return "failed" if self.failures else "passed"

    @property
    def failures(self) -> tuple[str, ...]:
        """What is not as it should be, each once."""
        found = [failure for trial in self.trials for failure in self._failures_of(trial)]
        return tuple(dict.fromkeys([*found, *self._overruns()]))

    @property
    def score(self) -> Score | None:
        """The worst transcript; None when the case expects none."""
        scores = [self._score_of(trial) for trial in self.trials if not trial.fault]
        return max((score for score in scores if score is not None), key=lambda score: score.rate, default=None)

    @property
    def seconds(self) -> float:
        """All runs together."""
        return sum(trial.seconds for trial in self.trials)

    @property
    def lines_ms(self) -> dict[str, float]:
        """The medians of the ledger's lines; one that a run did not have is 0 there."""
        judged = [trial for trial in self.trials if not trial.fault]
        names = dict.fromkeys(name for trial in judged for name in trial.lines_ms)
        return {name: median_of(trial.lines_ms.get(name, 0.0) for trial in judged) or 0.0 for name in names}

    @property
    def shown(self) -> TurnTrial:
        """The run to show: the first that has something wrong, else the first."""
        return next((trial for trial in self.trials if self._failures_of(trial)), self.trials[0])

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        lines = self.lines_ms
        shown = self.shown
        return {
            "name": self.name,
            "verdict": self.verdict,
            "failures": list(self.failures),
            "language": self.language,
            "expected": self.case.transcript,
            "heard": shown.transcript,
            "limit": self.limit,
            **score_object(self.score),
            "answer": shown.answer,
            "citations": [
                {"document": at.document, "page": at.page, "line": at.line, "quote": at.quote} for at in shown.citations
            ],
            "total_ms": rounded(lines.get(TOTAL)),
            "lines": [{"name": name, "ms": round(ms, 1)} for name, ms in lines.items() if name != TOTAL],
            "budgets": dict(self.case.budgets),
            "runs": [
                {
                    "heard": trial.transcript,
                    "answer": trial.answer,
                    "fault": trial.fault or None,
                    "total_ms": rounded(trial.lines_ms.get(TOTAL)),
                }
                for trial in self.trials
            ],
        }

    def _failures_of(self, trial: TurnTrial) -> list[str]:
        if trial.fault:
            return [trial.fault]
        score = self._score_of(trial)
        found = [] if score is None or score.rate <= self.limit else [f"transcript: {above(score, self.limit)}"]
        if trial.answer is None:
            return [*found, "there was no answer"]
        return [*found, *_of_answer(self.case, trial.answer), *_of_citations(self.case, trial.citations)]

    def _overruns(self) -> list[str]:
        lines = self.lines_ms
        if not lines:  # no run came to its end, which is told already
            return []
        return [
            f"budget {name}: {lines.get(name, 0.0):.1f} ms, where {allowed:g} ms are allowed"
            for name, allowed in self.case.budgets.items()
            if not lines.get(name, 0.0) <= allowed
        ]

    def _score_of(self, trial: TurnTrial) -> Score | None:
        if self.case.transcript is None or trial.fault:
            return None
        return speech_score(self.case.transcript, trial.transcript, self.language)


def _of_answer(case: TurnCase, answer: str) -> list[str]:
    found = []
    if case.answer is not None and not re.search(case.answer, answer, re.IGNORECASE | re.DOTALL):
        plain = _stands_in(case.answer, answer)
        hint = f"; it has just that, so write it as an expression: {re.escape(case.answer)}" if plain else ""
        found.append(f"the answer should match “{case.answer}”, and is “{answer}”{hint}")
    for pattern in case.forbidden:
        match = re.search(pattern, answer, re.IGNORECASE | re.DOTALL)
        if match is not None or _stands_in(pattern, answer):
            what = match.group() if match is not None and match.group() else pattern
            found.append(f"the answer must not contain “{what}” (forbidden: {pattern}), and is “{answer}”")
    return found


def _of_citations(case: TurnCase, citations: tuple[Citation, ...]) -> list[str]:
    there = "; ".join(f"{at.document}, page {at.page}, line {at.line}" for at in citations) or "nothing"
    return [
        f"the answer should cite {place}, and cites {there}"
        for place in case.citations
        if not any(_fits(place, at) for at in citations)
    ]


def _fits(place: Place, at: Citation) -> bool:
    return place.document == at.document and place.page in (None, at.page) and place.line in (None, at.line)


def _stands_in(text: str, answer: str) -> bool:
    return text.casefold() in answer.casefold()
