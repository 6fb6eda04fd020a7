"""Stored turns with made-up ledgers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.records import StoredTurn, TurnOutcome, TurnState

BEGIN = datetime(2026, 11, 20, 9, tzinfo=UTC)

Part = tuple[str, str, float]
"""Line, stage, milliseconds."""


def ledger(
    parts: Iterable[Part], playback_ms: float = 0.0, outcome: str = "answered", cold_start_ms: float = 0.0
) -> dict[str, Any]:
    """A ledger whose path is `parts`, one after another, as `LatencyLedger.to_json()` gives it."""
    path: list[dict[str, Any]] = []
    lines: dict[str, float] = {}
    start = 0.0
    for line, stage, ms in parts:
        path.append({"name": line, "stage": stage, "start_ms": start, "ms": ms})
        lines[line] = lines.get(line, 0.0) + ms
        start += ms
    unattributed = lines.pop("unattributed", 0.0)
    if playback_ms:
        lines["playback"] = playback_ms
    lines["unattributed"] = unattributed
    return {
        "outcome": outcome,
        "total_ms": start + playback_ms,
        "unattributed_ms": unattributed,
        "lines": [{"name": name, "ms": ms} for name, ms in lines.items()],
        "path": path,
        "overlapped_ms": 0.0,
        "cold_start_ms": cold_start_ms,
        "stages": [],
    }


def simple(ms: float) -> dict[str, Any]:
    """A ledger with one line of `ms`."""
    return ledger([("asr", "asr", ms)])


def turn(
    kept: Mapping[str, Any] | None,
    number: int = 1,
    *,
    state: TurnState = TurnState.DONE,
    cold: bool = False,
    question: str = "How late is it?",
    served_by: str = "reader",
) -> StoredTurn:
    """The turn `number` of its conversation, which began so many minutes after `BEGIN`."""
    return StoredTurn(
        number=number,
        turn_id=f"turn-{number}",
        started_at=BEGIN + timedelta(minutes=number),
        ended_at=None,
        question=question,
        cold=cold,
        documents=(),
        outcome=TurnOutcome(state, served_by=served_by, ledger=kept),
    )
