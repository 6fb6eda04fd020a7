"""The table of a check as it goes, one row a case as it finishes, and below a case that did not pass what is wrong."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len, chop_cells
from rich.segment import Segments
from rich.table import Table
from rich.text import Text

from commands.check_alignment import LEGEND, aligned
from commands.terminal import delivery, duration, escaped, plain, say, screen
from evaluation.outcomes import Outcome, Report, StageOutcome, Verdict, percent
from evaluation.turn_case import TOTAL
from evaluation.turn_verdict import TurnOutcome

if TYPE_CHECKING:
    from evaluation.comparable import Unit

_WORDS: dict[Verdict, str] = {"passed": "pass", "failed": "FAIL", "error": "ERROR"}
_STYLES: dict[Verdict, str] = {"passed": "green", "failed": "bold red", "error": "bold red"}

_INDENT = 7
"""Of what stands below a row: the width of the verdict and the gap after it."""
_NARROWEST_NAME = 16
_GAP = 2


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    width: int
    justify: Literal["left", "right"] = "right"


_RATE, _TIME = 7, 7
_COLUMNS: dict[str, tuple[_Column, ...]] = {
    "asr": (
        _Column("errors", _RATE), _Column("sound", _TIME), _Column("first", _TIME), _Column("total", _TIME),
        _Column("RTF", 5),
    ),
    "ocr": (_Column("errors", _RATE), _Column("pages", 5), _Column("first", _TIME), _Column("total", _TIME)),
    "tts": (
        _Column("errors", _RATE), _Column("sound", _TIME), _Column("first", _TIME), _Column("total", _TIME),
        _Column("RTF", 5),
    ),
    "turn": (_Column("errors", _RATE), _Column("first", _TIME), _Column("most of it", 22, "left")),
}  # fmt: skip
_CASES = {"asr": "sound file", "ocr": "document", "tts": "line", "turn": "case"}
_MEANINGS = {
    "asr": "errors: words (WER) or, in Chinese, characters (CER) · first, total: time to the first output and the end",
    "ocr": "errors: characters (CER) · first, total: time to the first page and the end",
    "tts": "errors: words (WER) heard again · first: time to the first sound · total: until all was made",
    "turn": "errors: words of the transcript (WER) · first: time to the first sound, as the ledger counts it",
}


class CaseTable:
    """A table whose rows are printed one by one: the widths are fixed before the first."""

    def __init__(self, check: str, names: Sequence[str]) -> None:
        """Prints nothing yet."""
        self._check = check
        self._columns = _COLUMNS[check]
        room = screen().width - _INDENT - sum(column.width + _GAP for column in self._columns)
        self._folder = "" if check == "tts" else _folder_to_leave_out(names, room)
        longest = max((cell_len(self._named(name)) for name in names), default=0)
        self._name_width = max(_NARROWEST_NAME, min(longest, room))
        self._begun = False
        self._explained = False

    def add(self, outcome: Outcome) -> None:
        """Print the row of a case that has finished, and what is wrong with it."""
        if not self._begun:
            self._begin()
        word = Text(_WORDS[outcome.verdict], style=_STYLES[outcome.verdict])
        name = shortened(self._named(outcome.name), self._name_width, keep_end=self._check != "tts")
        self._print([word, name, *_cells(outcome)])
        for failure in outcome.failures:
            say(" " * _INDENT + plain(failure).replace("\n", " "), style="red")
        if outcome.verdict == "failed" and outcome.score is not None and outcome.score.errors:
            self._print_alignment(outcome)

    def _begin(self) -> None:
        self._begun = True
        if self._folder:
            say(f"in {escaped(self._folder)}:", style="dim")
        self._print(["", _CASES[self._check], *(column.heading for column in self._columns)], "bold")

    def _named(self, name: str) -> str:
        return escaped(name.removeprefix(self._folder))

    def _print_alignment(self, outcome: Outcome) -> None:
        assert outcome.score is not None
        with delivery():
            for line in aligned(outcome.score, screen().width - _INDENT):
                screen().print(Text(" " * _INDENT) + line, soft_wrap=True)
        if not self._explained:
            say(" " * _INDENT + LEGEND, style="dim")
            self._explained = True

    def _print(self, cells: Sequence[str | Text], style: str = "") -> None:
        table = Table(box=None, show_header=False, padding=(0, _GAP, 0, 0), pad_edge=False, style=style)
        table.add_column(width=_INDENT - _GAP, no_wrap=True)
        table.add_column(width=self._name_width, no_wrap=True)
        for column in self._columns:
            table.add_column(width=column.width, justify=column.justify, no_wrap=True)
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in cells))
        with delivery():
            # Drawn as wide as it is: in a narrow terminal the lines run on, and no figure is cut.
            width = _INDENT + self._name_width + sum(column.width + _GAP for column in self._columns)
            drawn = screen().render(table, screen().options.update(width=max(width, screen().width)))
            screen().print(Segments(drawn), crop=False, no_wrap=True, end="")


def print_summary(report: Report) -> None:
    """How many passed, and the rates over all cases."""
    parts = [f"{report.count('passed')} of {len(report.outcomes)} passed"]
    units: tuple[tuple[Unit, str], ...] = (("word", "WER"), ("character", "CER"))
    for unit, name in units:
        rate = report.error_rate(unit)
        if rate is not None:
            parts.append(f"{name} {percent(rate)} over all")
    factor = _real_time_factor(report)
    if factor is not None:
        parts.append(f"real-time factor {_factor(factor)}")
    say("")
    say(" · ".join(parts), style="green" if report.passed else "bold red")
    say(_MEANINGS[report.check], style="dim")


def shortened(name: str, width: int, *, keep_end: bool) -> str:
    """`name` in at most `width` cells; of a path the end says most, of a line its beginning."""
    if cell_len(name) <= width:
        return name
    if keep_end:
        return "…" + chop_cells(name[::-1], width - 1)[0][::-1]
    return chop_cells(name, width - 1)[0] + "…"


def _folder_to_leave_out(names: Sequence[str], room: int) -> str:
    """The folder that all of `names` begin with, where they are too long for the table with it."""
    if not names or max(cell_len(escaped(name)) for name in names) <= room:
        return ""
    try:
        shared = os.path.commonpath([PurePath(name).parent for name in names])
    except ValueError:  # some begin at the root and some here
        return ""
    return "" if shared in ("", ".") else shared.rstrip(os.sep) + os.sep


def _cells(outcome: Outcome) -> list[str]:
    rate = "" if outcome.score is None else percent(outcome.score.rate)
    if isinstance(outcome, StageOutcome):
        times = [_time(outcome.first_output_ms), _time(outcome.total_ms)]
        if outcome.worst.pages is not None:
            return [rate, str(outcome.worst.pages), *times]
        factor = outcome.real_time_factor
        sound = "" if outcome.sound_s is None else duration(outcome.sound_s)
        return [rate, sound, *times, "" if factor is None else _factor(factor)]
    assert isinstance(outcome, TurnOutcome)
    lines = {name: ms for name, ms in outcome.lines_ms.items() if name != TOTAL}
    longest = max(lines, key=lambda name: lines[name], default="")
    most = f"{longest} {_time(lines[longest])}" if longest else ""
    return [rate, _time(outcome.lines_ms.get(TOTAL)), most]


def _time(ms: float | None) -> str:
    return "" if ms is None else duration(ms / 1000)


def _factor(value: float) -> str:
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def _real_time_factor(report: Report) -> float | None:
    """All time taken by all sound."""
    stages = [each for each in report.outcomes if isinstance(each, StageOutcome)]
    heard = [each for each in stages if each.real_time_factor is not None]
    seconds = sum(each.sound_s or 0.0 for each in heard)
    return sum(each.total_ms for each in heard) / 1000 / seconds if seconds else None
