"""The latency of stored turns for people and for programs: tables on the terminal, and a JSON object.

The object's shape is documented in docs/latency-ledger.md.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from commands.terminal import delivery, plain, say, screen
from evaluation.latency import NEEDED_TURNS, PERCENTILES, Ending, Grouping

if TYPE_CHECKING:
    from rich.table import Table

    from evaluation.latency import Group, LatencyFigures, Section, Spread

MOST_GROUPS = 10
"""Upstreams or conversations that are printed, those with most turns."""

_NOTHING = "No turn is stored yet: `ask --conversation NAME` and `talk` keep theirs."
_NONE_SELECTED = "None of the stored turns is among those asked for."
_UNNAMED = "(gave no name)"
_UNSURE = "~"

_NOTE = (
    "ms. Percentiles interpolate linearly (numpy's default). A line that a turn does not have counts as 0 ms, so that "
    "the means add up to the total; percentiles do not. turns: in which the line was there. cold: the first turn of a "
    "process."
)


def covers(figures: LatencyFigures, conversation: str | None) -> list[str]:
    """Which turns the figures rest on, which were asked for, and which do not count, in sentences."""
    counts, selection = figures.counts, figures.selection
    if not counts.seen:
        return [_NOTHING if selection.everything and conversation is None else _NONE_SELECTED]
    kinds = " or ".join(ending.value for ending in Ending if ending in selection.endings)
    turns = f"{counts.counted:,} {kinds} turn{'' if counts.counted == 1 else 's'}"
    if figures.period is not None:
        first, last = (f"{moment:%Y-%m-%d %H:%M}" for moment in figures.period)
        turns += f", {first} UTC" if first == last else f", {first} to {last} UTC"
    asked = [
        *([f"conversation “{conversation}”"] if conversation is not None else []),
        *([f"begun since {selection.since:%Y-%m-%d %H:%M} UTC"] if selection.since else []),
        *([f"among the last {selection.last:,} stored"] if selection.last else []),
    ]
    left_out = [
        f"{number:,} {ending}"
        for ending in Ending
        if ending not in selection.endings and (number := getattr(counts, ending))
    ]
    if counts.unreadable:
        left_out.append(f"{counts.unreadable:,} whose ledger is missing or cannot be read")
    return [
        f"{turns}{' (' + ', '.join(asked) + ')' if asked else ''}.",
        *([f"Not counted: {', '.join(left_out)}."] if left_out else []),
    ]


def latency_object(figures: LatencyFigures, by: Grouping, conversation: str | None) -> dict[str, Any]:
    """The object that `latency --json` prints."""
    selection, period = figures.selection, figures.period
    return {
        "by": by.value,
        "selection": {
            "conversation": conversation,
            "since": selection.since.isoformat(timespec="seconds") if selection.since else None,
            "last": selection.last,
            "endings": [ending.value for ending in Ending if ending in selection.endings],
        },
        "turns": asdict(figures.counts),
        "first": period[0].isoformat(timespec="milliseconds") if period else None,
        "last": period[1].isoformat(timespec="milliseconds") if period else None,
        "groups": [
            {"name": group.name, "warm": _section_object(group.warm), "cold": _section_object(group.cold)}
            for group in figures.groups(by)
        ],
    }


def _section_object(section: Section) -> dict[str, Any]:
    return {
        "turns": section.turns,
        "unsure": [f"p{percentile}" for percentile in section.unsure],
        "total": _spread_object(section.total),
        "cold_start": _spread_object(section.cold_start),
        "rows": [_spread_object(row) for row in section.rows],
    }


def _spread_object(spread: Spread | None) -> dict[str, Any] | None:
    if spread is None:
        return None
    pairs = zip(PERCENTILES, spread.percentiles_ms, strict=True)
    return {
        "name": spread.name,
        "turns": spread.turns,
        **{f"p{percentile}_ms": round(value, 3) for percentile, value in pairs},
        "mean_ms": round(spread.mean_ms, 3),
        "share": round(spread.share, 4),
    }


def print_latency(figures: LatencyFigures, by: Grouping, conversation: str | None) -> None:
    """Print what the figures cover, and a table for the warm and one for the cold turns of each group."""
    for sentence in covers(figures, conversation):
        say(sentence)
    groups = figures.groups(by)
    for group in groups[:MOST_GROUPS]:
        _print_group(group, by)
    if len(groups) > MOST_GROUPS:
        say(f"\n… and {len(groups) - MOST_GROUPS:,} more with fewer turns: --json has them all")
    if groups:
        unsure = {percentile for group in groups for percentile in (*group.warm.unsure, *group.cold.unsure)}
        say(f"\n{_NOTE}", style="dim")
        if unsure:
            wanted = ", ".join(f"p{percentile} {NEEDED_TURNS[percentile]}" for percentile in sorted(unsure))
            say(f"{_UNSURE} rests on few turns; wanted are: {wanted}", style="dim")


def _print_group(group: Group, by: Grouping) -> None:
    named = f"{by.value} {plain(group.name) or _UNNAMED}: " if by in (Grouping.UPSTREAM, Grouping.CONVERSATION) else ""
    heading = "stage" if by is Grouping.STAGE else "line"
    for section, temperature in ((group.warm, "warm"), (group.cold, "cold")):
        if section.turns:
            title = f"{named}{section.turns:,} {temperature} turn{'' if section.turns == 1 else 's'}"
            with delivery():
                screen().print()
                screen().print(_table(section, title, heading))


def _table(section: Section, title: str, heading: str) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left", box=None)
    table.add_column(heading)
    for percentile in PERCENTILES:
        table.add_column(f"p{percentile}", justify="right", style="dim" if percentile in section.unsure else "")
    for name in ("mean", "share", "turns"):
        table.add_column(name, justify="right")
    for row in section.rows:
        table.add_row(Text(plain(row.name)), *_cells(section, row), f"{row.share:.1%}", f"{row.turns:,}")
    if section.total is not None:
        table.add_section()
        table.add_row("total", *_cells(section, section.total), "", f"{section.turns:,}", style="bold")
    if section.cold_start is not None and section.cold_start.turns:
        cells = _cells(section, section.cold_start)
        table.add_row("cold start, before", *cells, "", f"{section.cold_start.turns:,}", style="dim")
    return table


def _cells(section: Section, row: Spread) -> list[str]:
    marked = [
        f"{_UNSURE if percentile in section.unsure else ''}{value:,.1f}"
        for percentile, value in zip(PERCENTILES, row.percentiles_ms, strict=True)
    ]
    return [*marked, f"{row.mean_ms:,.1f}"]
