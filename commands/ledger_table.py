"""The latency ledger for people: where the time to first audio went, and what each stage did meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commands.terminal import delivery, screen

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.latency import LatencyLedger, StageAccount

FASTER_MS = 100.0
"""The speed-up that the last column asks about."""

_BAR_WIDTH = 34

_ENDS = {"answered": "time to first audio", "failed": "until it failed", "cancelled": "until it was cancelled"}


def print_ledger(ledger: LatencyLedger) -> None:
    """Print the lines with bars that follow each other, and the stages below."""
    console = screen()
    with delivery():
        console.print()
        console.print(_lines_table(ledger))
        console.print()
        console.print(_stages_table(ledger))
        console.print(
            f"Before the turn: {ledger.cold_start_ms:.0f} ms cold start (loading, connecting). "
            f"Done while the question was still coming in: {ledger.overlapped_ms:.0f} ms.",
            style="dim",
        )


def _lines_table(ledger: LatencyLedger) -> Table:
    from rich.bar import Bar
    from rich.table import Table

    table = Table(title="From the last spoken or sent input to the first audible reply", title_justify="left", box=None)
    table.add_column("line")
    table.add_column("stage", style="dim")
    table.add_column("ms", justify="right")
    table.add_column("", width=_BAR_WIDTH)
    reached = 0
    whole = max(1, ledger.total_ns)
    for line in ledger.lines:
        bar = Bar(size=whole, begin=reached, end=reached + line.ns, width=_BAR_WIDTH, color="cyan")
        table.add_row(line.name, line.stage, f"{line.ms:.1f}", bar)
        reached += line.ns
    table.add_section()
    table.add_row(_ENDS.get(ledger.outcome, "total"), "", f"{ledger.total_ms:.1f}", style="bold")
    return table


def _stages_table(ledger: LatencyLedger) -> Table:
    from rich.table import Table

    from pipeline.what_if import what_if

    table = Table(title="What each stage did, in ms", title_justify="left", box=None)
    table.add_column("stage", no_wrap=True)
    headings = ("added", "busy", "waiting", "blocked", "beside", "before", "first out", "what if")
    for heading in headings:
        table.add_column(heading, justify="right")
    for stage in ledger.stages:
        gained = what_if(ledger, stage.name, FASTER_MS)
        sooner = "" if gained is None else f"{-gained.sooner_ms:+.0f}" if round(gained.sooner_ms) else "0"
        table.add_row(stage.name, *_figures(stage), sooner)
    table.caption = (
        "added: on the way to first audio · beside: while another stage was on it · before: while the question was "
        f"still coming in · what if: how much first audio would move, had the stage been {FASTER_MS:.0f} ms faster"
    )
    table.caption_justify = "left"
    return table


def _figures(stage: StageAccount) -> tuple[str, ...]:
    spans = (
        stage.path_ns, stage.busy_ns, stage.waiting_ns, stage.blocked_ns, stage.parallel_ns, stage.overlapped_ns,
        stage.first_output_ns,
    )  # fmt: skip
    return tuple("" if span is None else f"{span / 1e6:.1f}" for span in spans)
