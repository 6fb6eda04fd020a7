"""Counts, exports and submissions of corrections, as text. The shapes of the JSON are in docs/learning.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commands.terminal import escaped, remark, say, screen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gateway.feedback.export import Manifest
    from gateway.feedback.statistics import Statistics
    from gateway.feedback.subject import Erasure
    from gateway.feedback.submissions import Submission


_LEFT_OUT = {
    "without_prompt": "they do not say what was asked",
    "hidden_value": "the right answer holds a value that was taken out and is not in the question",
}


def print_statistics(statistics: Statistics, *, is_whole: bool) -> None:
    """As a table for each way of counting. `is_whole`: of all tenants and days."""
    if not statistics.kept and not statistics.rejected:
        nothing = "no correction has come in yet; `feedback correct` gives one"
        remark(nothing if is_whole else "no correction has come in that fits")
        return
    say(f"{statistics.kept} kept, {statistics.rejected} rejected", style="bold")
    if statistics.by_reason:
        _table(("rejected for", "number"), [(reason, str(count)) for reason, count in statistics.by_reason.items()])
    for heading, counts in (
        ("language", statistics.by_language),
        ("tenant", statistics.by_tenant),
        ("day (UTC)", statistics.by_day),
    ):
        rows = [(escaped(key), str(kept), str(rejected)) for key, (kept, rejected) in counts.items()]
        _table((heading, "kept", "rejected"), rows)


def print_manifest(manifest: Manifest, file: Path, *, written: bool) -> None:
    """What was, or would be, written."""
    verb = "wrote" if written else "would write"
    samples = "1 sample" if manifest.rows == 1 else f"{manifest.rows} samples"
    say(f"{verb} {samples} ({manifest.form}, {manifest.bytes} bytes) to {escaped(str(file))}")
    if manifest.rows:
        say(f"languages {_counted(manifest.languages)}; models {_counted(manifest.models)}")
        say(f"from {manifest.first_created_at} to {manifest.last_created_at}; sha256 {manifest.sha256}", style="dim")
    for reason, count in manifest.left_out.items():
        remark(f"left out {count}: {_LEFT_OUT[reason]}")
    if not written:
        remark("nothing was written; add --write" if manifest.rows else "there is nothing to be written")


def print_submissions(submissions: Sequence[Submission]) -> None:
    """How each stands."""
    rows = [
        (
            submission.submission_id, str(submission.state), str(submission.rows), str(submission.target.form),
            escaped(submission.target.model), escaped(submission.job_id or "-"),
            escaped(submission.result_model or submission.error or "-"),
        )
        for submission in submissions
    ]  # fmt: skip
    if rows:
        _table(("submission", "state", "rows", "form", "model", "job", "result"), rows)
    else:
        remark("nothing has been submitted")


def print_erasure(erasure: Erasure) -> None:
    """The receipt."""
    say(f"erased {erasure.erased} corrections")
    for entry in erasure.submitted:
        remark(
            f"{entry['corrections']} of them had been handed to {entry['endpoint']} (file "
            f"{entry['file_id'] or 'unknown'}, job {entry['job_id'] or 'none'}, {entry['state']}): ask there for "
            "their removal"
        )


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None)
    for heading in headings:
        table.add_column(heading, justify="right" if heading in {"number", "kept", "rejected", "rows"} else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    screen().print(table)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{escaped(name) or 'unknown'} {count}" for name, count in counts.items())
