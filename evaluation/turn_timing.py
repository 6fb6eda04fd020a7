"""What a stored ledger says, checked: the lines of one turn, its stages, and its critical path."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.latency import HAND_OFF, PLAYBACK, UNATTRIBUTED

LONGEST_MS = 1e12
"""A figure above this (30 years) is no measurement."""

OUTCOMES = frozenset({"answered", "failed", "cancelled"})

_ROUNDING_MS = 0.01
"""How far the lines of a turn may be from its total, each having been rounded."""


@dataclass(frozen=True, slots=True)
class TurnTiming:
    """Where the time of one turn went. `lines` and `stages` each sum to `total_ms`."""

    outcome: str
    """`answered`, `failed` or `cancelled`."""
    total_ms: float
    cold_start_ms: float
    """Loading and connecting before the turn; not part of the total."""
    lines: Mapping[str, float]
    """Milliseconds by ledger line."""
    stages: Mapping[str, float]
    """Milliseconds by the stage on the path. What no stage can be charged with has its line's name: `hand-off`,
    `playback`, `unattributed`."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the critical path."""

    line: str
    stage: str
    """Whose time it is; empty for `playback`."""
    start_ms: float
    """From t0, the user's last spoken sample."""
    ms: float


class UnreadableLedgerError(ValueError):
    """A stored ledger that lacks something or does not add up, such as one that another version wrote."""


def timing_of(ledger: Any) -> TurnTiming:
    """The timing in a `LatencyLedger.to_json()` that was stored. Raises `UnreadableLedgerError`."""
    try:
        outcome = ledger["outcome"]
        total, cold_start = _ms(ledger["total_ms"]), _ms(ledger["cold_start_ms"])
        lines: dict[str, float] = {}
        for line in ledger["lines"]:
            name = _name(line["name"])
            lines[name] = lines.get(name, 0.0) + _ms(line["ms"])
        stages = _by_stage(ledger["path"], lines)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise UnreadableLedgerError(f"the ledger lacks something: {error!r}") from error
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        raise UnreadableLedgerError(f"{outcome!r} is no outcome of a turn")
    for what, parts in (("lines", lines), ("pieces of the path", stages)):
        if not math.isclose(math.fsum(parts.values()), total, rel_tol=1e-9, abs_tol=_ROUNDING_MS):
            raise UnreadableLedgerError(f"the {what} do not add up to the total of {total} ms")
    return TurnTiming(outcome, total, cold_start, lines, stages)


def path_of(ledger: Any) -> tuple[Stretch, ...]:
    """The critical path in a ledger that `timing_of` could read, oldest piece first, the playback after the others.

    Neighbours of the same line and stage are one.
    """
    path: list[Stretch] = []
    for piece in ledger["path"]:
        stretch = Stretch(piece["name"], piece["stage"], piece["start_ms"], piece["ms"])
        if path and (path[-1].line, path[-1].stage) == (stretch.line, stretch.stage):
            path[-1] = Stretch(stretch.line, stretch.stage, path[-1].start_ms, path[-1].ms + stretch.ms)
        else:
            path.append(stretch)
    playback = math.fsum(line["ms"] for line in ledger["lines"] if line["name"] == PLAYBACK)
    if playback:
        path.append(Stretch(PLAYBACK, "", max(0.0, ledger["total_ms"] - playback), playback))
    return tuple(path)


def _by_stage(path: Any, lines: Mapping[str, float]) -> dict[str, float]:
    stages: dict[str, float] = {}
    for piece in path:
        line, stage = _name(piece["name"]), _name(piece["stage"])
        _ms(piece["start_ms"])
        charged = line if line in (UNATTRIBUTED, HAND_OFF) else stage
        stages[charged] = stages.get(charged, 0.0) + _ms(piece["ms"])
    if PLAYBACK in lines:  # the device's, after all that a worker did: the ledger has it as a line only
        stages[PLAYBACK] = stages.get(PLAYBACK, 0.0) + lines[PLAYBACK]
    return stages


def _ms(value: Any) -> float:
    if value.__class__ not in (float, int) or not 0 <= value <= LONGEST_MS:  # a bool is no number here
        raise UnreadableLedgerError(f"{value!r} is no number of milliseconds")
    return float(value)


def _name(value: Any) -> str:
    if value.__class__ is not str or not value:
        raise UnreadableLedgerError(f"{value!r} is no name")
    return str(value)
