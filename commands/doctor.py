"""`doctor`: every part of this machine that the program needs, and how to mend what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from commands.flags import R1, AsJson, Model

if TYPE_CHECKING:
    from commands.checks import Finding

AsrModel = Annotated[str | None, typer.Option("--asr-model", metavar="M", help="The speech model to check.")]

_MARKS = {"fine": "[green]✓[/]", "missing": "[red]✗[/]", "optional": "[yellow]–[/]"}


def run(as_json: AsJson = False, r1: R1 = None, model: Model = None, asr_model: AsrModel = None) -> None:
    """Say what is missing on this machine, and the remedy."""
    import asyncio
    import os

    from commands.checks import examine
    from commands.settings import load_settings, settings_without_file
    from commands.terminal import print_object
    from pipeline.errors import InputError

    try:
        settings = load_settings(os.environ)
    except InputError:  # `check_configuration` says so, among the rest
        settings = settings_without_file(os.environ)
    settings = settings.chosen(r1, model, asr_model)
    findings = asyncio.run(examine(settings))
    ready = all(finding.fine for finding in findings if finding.needed)
    if as_json:
        entries = [{"part": f.part, "state": f.state, "detail": f.detail, "remedy": f.remedy or None} for f in findings]
        print_object({"ready": ready, "parts": entries})
    else:
        _print(findings, ready=ready)
    raise typer.Exit(0 if ready else 1)


def _print(findings: list[Finding], *, ready: bool) -> None:
    from rich.markup import escape
    from rich.table import Table

    from commands.terminal import delivery, plain, say, screen

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(width=1)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for finding in findings:
        table.add_row(_MARKS[finding.state], escape(plain(finding.part)), escape(plain(finding.detail)))
    with delivery():
        screen().print(table)
    for finding in findings:
        if finding.remedy:
            # Not in the table: a command that is wrapped cannot be copied.
            say(f"\n{finding.part} ({finding.state}):")
            with delivery():
                screen().out(f"  {plain(finding.remedy)}", highlight=False)
    say("\nReady." if ready else "\nNot ready: what is marked ✗ is needed.", style="bold")
