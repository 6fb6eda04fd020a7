"""Percentiles per ledger line over stored turns: by line, stage, upstream or conversation, cold and warm turns apart.

A percentile is numpy's `linear` one: of n sorted values, the one at place p (n - 1), interpolated between neighbours
(definition 7 of Hyndman and Fan, "Sample quantiles in statistical packages", 1996). A line that a turn does not have
counts as 0 ms of it, so that the means of the lines add up to the mean total; percentiles do not add up.

Memory: 8 bytes for each line of each turn that counts, whatever the turn's record holds besides.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from evaluation.turn_timing import Stretch, TurnTiming, UnreadableLedgerError, path_of, timing_of
from pipeline.latency import UNATTRIBUTED
from pipeline.records import StoredTurn, TurnState

PERCENTILES = (50, 95, 99)

NEEDED_TURNS = {95: 20, 99: 100}
"""With fewer, the percentile is little more than the slowest turn: 1 / (1 - p) turns hold one beyond it."""

LINES = (
    "endpoint", "input", "asr", "model wait", "ocr", "reasoner", "context", "connect", "gateway queue", "prefill",
    "thinking", "first sentence", "sentences", "tts", "hand-off", "playback",
)  # fmt: skip
"""The order in which lines are shown; others follow, `unattributed` comes last."""

STAGES = ("source", "asr", "ocr", "reasoner", "sentences", "tts", "hand-off", "playback")
"""The order in which stages are shown, and what no stage can be charged with."""

LATEST = 100
"""Turns whose path is kept."""

_SHORT = 90
"""Characters of a question that are kept with its path."""

Figures = npt.NDArray[np.float64]


class Grouping(StrEnum):
    """What the figures are given for."""

    LINE = "line"
    STAGE = "stage"
    UPSTREAM = "upstream"
    """Each line, for each engine or model that answered."""
    CONVERSATION = "conversation"
    """Each line, for each conversation."""


class Ending(StrEnum):
    """How a turn ended, as far as its latency is concerned."""

    ANSWERED = "answered"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNFINISHED = "unfinished"
    """It still runs, or its process died."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which turns count."""

    since: datetime | None = None
    """UTC; turns that began before it are left out."""
    last: int | None = None
    """Only so many of the turns stored last, whether they count or not."""
    endings: frozenset[Ending] = frozenset({Ending.ANSWERED})

    @property
    def everything(self) -> bool:
        """True when no stored turn is out of sight, whether it counts or not."""
        return self.since is None and self.last is None


@dataclass(frozen=True, slots=True)
class Spread:
    """How one line's, one stage's or the total time is distributed."""

    name: str
    turns: int
    """In which it was more than 0 ms."""
    mean_ms: float
    percentiles_ms: tuple[float, ...]
    """In the order of `PERCENTILES`."""
    share: float
    """Of the time of all turns together, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of turns that belong together."""

    turns: int
    rows: tuple[Spread, ...] = ()
    total: Spread | None = None
    """None without turns, as is the next."""
    cold_start: Spread | None = None
    """Loading and connecting before the turn; not part of the total."""

    @property
    def unsure(self) -> tuple[int, ...]:
        """The percentiles that rest on few turns."""
        return tuple(percentile for percentile, needed in NEEDED_TURNS.items() if self.turns < needed)


@dataclass(frozen=True, slots=True)
class Group:
    """Warm and cold turns of one upstream or conversation, or of all."""

    name: str
    """Empty for all turns, and for an upstream that gave no name."""
    warm: Section
    cold: Section

    @property
    def turns(self) -> int:
        """Warm and cold together."""
        return self.warm.turns + self.cold.turns


@dataclass(frozen=True, slots=True)
class MeasuredTurn:
    """A turn with its critical path."""

    conversation: str
    number: int
    started_at: datetime
    cold: bool
    ending: Ending
    question: str
    """Shortened."""
    served_by: str
    total_ms: float
    path: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many turns there were. The first five add up to all that were looked at."""

    answered: int = 0
    cancelled: int = 0
    failed: int = 0
    unfinished: int = 0
    unreadable: int = 0
    """They would count, but their ledger is missing, damaged, or another version's."""
    counted: int = 0
    """The figures rest on these."""

    @property
    def seen(self) -> int:
        """All that were looked at."""
        return self.answered + self.cancelled + self.failed + self.unfinished + self.unreadable


class _Columns:
    """Named columns of floats that grow by a row at a time; a name that a row lacks is 0 in it."""

    def __init__(self) -> None:
        self._columns: dict[str, array[float]] = {}
        self._rows = 0

    def add(self, row: Mapping[str, float]) -> None:
        for name in row.keys() - self._columns.keys():
            self._columns[name] = array("d", bytes(8 * self._rows))
        for name, column in self._columns.items():
            column.append(row.get(name, 0.0))
        self._rows += 1

    def names(self, order: Sequence[str]) -> list[str]:
        known = [name for name in order if name in self._columns]
        others = sorted(self._columns.keys() - set(order) - {UNATTRIBUTED})
        return [*known, *others, *([UNATTRIBUTED] if UNATTRIBUTED in self._columns else [])]

    def table(self, names: Sequence[str], first: int) -> Figures:
        """Shape [rows from `first` on, names]."""
        if not names:
            return np.empty((self._rows - first, 0))
        return np.column_stack([np.frombuffer(self._columns[name])[first:] for name in names])


class LatencyFigures:
    """The figures of the turns that were added, oldest first."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self._endings = bytearray()
        self._unreadable = bytearray()
        self._places = array("q")
        """For each turn that counts, how many were looked at before it."""
        self._cold = bytearray()
        self._totals = _Columns()
        self._lines, self._stages = _Columns(), _Columns()
        self._groups = {Grouping.UPSTREAM: _Labels(), Grouping.CONVERSATION: _Labels()}
        self._times = array("d")
        self._latest: deque[tuple[int, str, StoredTurn]] = deque(maxlen=LATEST)

    def add(self, conversation: str, turn: StoredTurn) -> None:
        """Take a turn of `conversation` into account, if it is selected."""
        started_at = _utc(turn.started_at)
        if self.selection.since is not None and started_at < self.selection.since:
            return
        timing = _timing(turn)
        ending = _ending(turn, timing)
        place = len(self._endings)
        self._endings.append(_ENDINGS.index(ending))
        wanted = ending in self.selection.endings
        self._unreadable.append(wanted and timing is None)
        if not wanted or timing is None:
            return
        self._places.append(place)
        self._cold.append(turn.cold)
        self._totals.add(dict(zip(_BESIDE, (timing.total_ms, timing.cold_start_ms), strict=True)))
        self._lines.add(timing.lines)
        self._stages.add(timing.stages)
        self._groups[Grouping.UPSTREAM].add(turn.outcome.served_by)
        self._groups[Grouping.CONVERSATION].add(conversation)
        self._times.append(started_at.timestamp())
        self._latest.append((place, conversation, turn))

    @property
    def counts(self) -> Counts:
        """How many turns were looked at, and how they ended."""
        begin = self._begin
        unreadable = Counter(
            ending for ending, broken in zip(self._endings[begin:], self._unreadable[begin:], strict=True) if broken
        )
        found = Counter(self._endings[begin:])
        ended = {ending.value: found[code] - unreadable[code] for code, ending in enumerate(_ENDINGS)}
        return Counts(**ended, unreadable=unreadable.total(), counted=len(self._places) - self._first)

    @property
    def period(self) -> tuple[datetime, datetime] | None:
        """When the first and the last of the turns that count began; None without turns."""
        times = self._times[self._first :]
        return (datetime.fromtimestamp(min(times), UTC), datetime.fromtimestamp(max(times), UTC)) if times else None

    @property
    def latest(self) -> tuple[MeasuredTurn, ...]:
        """The turns that count with their paths, newest first, `LATEST` at most."""
        return tuple(
            MeasuredTurn(
                conversation=conversation,
                number=turn.number,
                started_at=_utc(turn.started_at),
                cold=turn.cold,
                ending=_ENDINGS[self._endings[place]],
                question=_shortened(turn.question),
                served_by=turn.outcome.served_by,
                total_ms=turn.outcome.ledger["total_ms"] if turn.outcome.ledger else 0.0,
                path=path_of(turn.outcome.ledger),
            )
            for place, conversation, turn in reversed(self._latest)
            if place >= self._begin
        )

    def groups(self, by: Grouping) -> tuple[Group, ...]:
        """The figures: one group for lines and stages, else one for each upstream or conversation, the largest first.

        Empty without turns.
        """
        if self._first == len(self._places):
            return ()
        columns, order = (self._stages, STAGES) if by is Grouping.STAGE else (self._lines, LINES)
        names = columns.names(order)
        figures = np.hstack([self._totals.table(_BESIDE, self._first), columns.table(names, self._first)])
        cold = self._are_cold()
        if by not in self._groups:
            return (_group("", figures, cold, names),)
        parts = self._groups[by].parts(self._first)
        groups = (_group(name, figures[rows], cold[rows], names) for name, rows in parts)
        return tuple(sorted(groups, key=lambda group: (-group.turns, group.name)))

    def values(self, *, cold: bool) -> tuple[list[str], Figures]:
        """The lines' names with the total first, and the milliseconds of the warm or the cold turns: [turns, names]."""
        if self._first == len(self._places):
            return ["total"], np.empty((0, 1))
        names = self._lines.names(LINES)
        figures = np.hstack([self._totals.table(_BESIDE[:1], self._first), self._lines.table(names, self._first)])
        return ["total", *names], figures[self._are_cold() == cold]

    def _are_cold(self) -> npt.NDArray[np.bool_]:
        return np.frombuffer(self._cold, np.uint8)[self._first :].astype(bool)

    @property
    def _begin(self) -> int:
        """The first turn that is looked at."""
        return max(0, len(self._endings) - self.selection.last) if self.selection.last is not None else 0

    @property
    def _first(self) -> int:
        """The first row that is looked at."""
        return bisect_left(self._places, self._begin)


class _Labels:
    """A name for each row, each name kept once."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._rows = array("q")

    def add(self, name: str) -> None:
        self._rows.append(self._codes.setdefault(name, len(self._codes)))

    def parts(self, first: int) -> Iterator[tuple[str, npt.NDArray[np.intp]]]:
        """(name, its rows counted from `first`), for each name that has any."""
        codes = np.frombuffer(self._rows, np.int64)[first:]
        order = np.argsort(codes, kind="stable")
        bounds = np.searchsorted(codes[order], np.arange(len(self._codes) + 1))
        for name, code in self._codes.items():
            rows = order[bounds[code] : bounds[code + 1]]
            if len(rows):
                yield name, rows


_ENDINGS = tuple(Ending)
_BESIDE = ("total", "cold start")
"""What is kept of a turn beside its lines."""


def figures_of(turns: Iterable[tuple[str, StoredTurn]], selection: Selection | None = None) -> LatencyFigures:
    """The figures of (name of the conversation, turn), oldest first. Holds one turn at a time."""
    figures = LatencyFigures(selection or Selection())
    for conversation, turn in turns:
        figures.add(conversation, turn)
    return figures


def _group(name: str, figures: Figures, cold: npt.NDArray[np.bool_], names: Sequence[str]) -> Group:
    return Group(name, _section(figures[~cold], names), _section(figures[cold], names))


def _section(figures: Figures, names: Sequence[str]) -> Section:
    """Of columns: the total, the cold start, the `names`."""
    if not len(figures):
        return Section(0)
    means = figures.mean(axis=0)
    percentiles = np.percentile(figures, PERCENTILES, axis=0, method="linear")
    present = np.count_nonzero(figures, axis=0)
    spreads = [
        Spread(
            name,
            int(present[column]),
            float(means[column]),
            tuple(float(value) for value in percentiles[:, column]),
            float(means[column] / means[0]) if means[0] else 0.0,
        )
        for column, name in enumerate((*_BESIDE, *names))
    ]
    total, cold_start, *rows = spreads
    return Section(len(figures), tuple(row for row in rows if row.turns or row.name == UNATTRIBUTED), total, cold_start)


def _timing(turn: StoredTurn) -> TurnTiming | None:
    try:
        return timing_of(turn.outcome.ledger)
    except UnreadableLedgerError:
        return None


def _ending(turn: StoredTurn, timing: TurnTiming | None) -> Ending:
    match turn.outcome.state:
        case TurnState.CANCELLED:
            return Ending.CANCELLED
        case TurnState.FAILED:
            return Ending.FAILED
        case TurnState.DONE:
            return Ending(timing.outcome) if timing else Ending.ANSWERED
        case _:
            return Ending.UNFINISHED


def _utc(moment: datetime) -> datetime:
    """A moment without a zone is taken for UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _shortened(question: str) -> str:
    line = " ".join(question[: 4 * _SHORT].split())
    return line if len(line) <= _SHORT else line[:_SHORT].rstrip() + " …"
