"""The latency ledger in a few lines after each turn: a bar in which each interval has its share, and its figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from commands.talk_lines import LABEL_WIDTH
from commands.terminal import delivery, remark, screen

if TYPE_CHECKING:
    from pipeline.latency import LatencyLedger, LedgerLine

_LONGEST_BAR = 60
_LEAST_MS, _LEAST_SHARE = 1.0, 0.02
"""Shorter intervals are one figure together; the table of `/latency` has each."""

_NEVER_HIDDEN = "unattributed"

_COLOURS = {
    "endpoint": "blue",
    "asr": "cyan",
    "ocr": "magenta",
    "prefill": "yellow",
    "thinking": "bright_yellow",
    "first sentence": "green",
    "tts": "bright_green",
    "playback": "bright_blue",
    "model wait": "red",
    "unattributed": "red",
}
_SEGMENTS = "█▓▒░"
"""Neighbours differ by these too, so that the bar says something without colours."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of the bar."""

    name: str
    ns: int

    @property
    def figure(self) -> str:
        """Its name and its milliseconds."""
        return f"{self.name} {self.ns / 1e6:.0f}"


def print_ledger_bar(ledger: LatencyLedger) -> None:
    """Print the bar of one turn, and its figures below; where nothing can be drawn, one line of figures on stderr."""
    from rich.text import Text

    shown = intervals(ledger.lines)
    console = screen()
    head = f"{ledger.total_ms:.0f} ms"
    if not console.is_terminal or console.is_dumb_terminal or not _drawable(console.encoding):
        remark(f"latency   {head}: {', '.join(interval.figure for interval in shown)}")
        return
    marks = [_SEGMENTS[place % len(_SEGMENTS)] for place in range(len(shown))]
    styles = [_COLOURS.get(interval.name, "white") for interval in shown]
    bar = Text(f"{'latency':<{LABEL_WIDTH}}")
    length = min(_LONGEST_BAR, console.width - LABEL_WIDTH - len(head) - 2)
    for mark, style, width in zip(marks, styles, widths([interval.ns for interval in shown], length), strict=True):
        bar.append(mark * width, style=style)
    bar.append(f" {head}", style="bold")
    pieces = [(mark, f" {interval.figure}") for mark, interval in zip(marks, shown, strict=True)]
    with delivery():
        console.print(bar, soft_wrap=True)
        for row in rows([len(mark + figure) for mark, figure in pieces], console.width - LABEL_WIDTH):
            line = Text(" " * LABEL_WIDTH)
            for place in row:
                line.append("  " if place != row[0] else "")
                line.append(pieces[place][0], style=styles[place])
                line.append(pieces[place][1], style="dim")
            console.print(line, soft_wrap=True)


def intervals(lines: Sequence[LedgerLine]) -> list[Interval]:
    """The lines in their order; the short ones are added up as the last, "rest". Together they are the total."""
    least_ns = max(_LEAST_MS * 1e6, _LEAST_SHARE * sum(line.ns for line in lines))
    shown, rest_ns = [], 0
    for line in lines:
        if line.ns >= least_ns or (line.name == _NEVER_HIDDEN and line.ms >= _LEAST_MS):
            shown.append(Interval(line.name, line.ns))
        else:
            rest_ns += line.ns
    return [*shown, *([Interval("rest", rest_ns)] if rest_ns >= _LEAST_MS * 1e6 else [])]


def widths(parts: Sequence[int], width: int) -> list[int]:
    """How many characters each part gets, `width` in all; the shares that lose by rounding are the smallest."""
    total = sum(parts)
    if not total or width <= 0:
        return [0] * len(parts)
    ends, reached = [0], 0
    for part in parts:
        reached += part
        ends.append(round(reached * width / total))
    return [end - start for start, end in pairwise(ends)]


def rows(lengths: Sequence[int], width: int) -> Iterator[list[int]]:
    """The places of pieces of those lengths, two spaces between them, a row at a time; none is broken."""
    row: list[int] = []
    used = 0
    for place, length in enumerate(lengths):
        if row and used + 2 + length > width:
            yield row
            row, used = [], 0
        used += length + (2 if row else 0)
        row.append(place)
    if row:
        yield row


def _drawable(encoding: str) -> bool:
    try:
        _SEGMENTS.encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True
