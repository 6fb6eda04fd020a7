"""Running a check from its first case to its report: rows as cases finish, then the summary, JSON and JUnit XML."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from evaluation.outcomes import Outcome, Report


class Check(Protocol):
    """What is checked, and on what."""

    @property
    def kind(self) -> str:
        """`asr`, `ocr`, `tts` or `turn`."""
        ...

    @property
    def names(self) -> Sequence[str]:
        """Of the cases."""
        ...

    @property
    def advice(self) -> str:
        """What to know about a case that did not pass; may be empty."""
        ...

    async def run(self, on_outcome: Callable[[Outcome], None]) -> None:
        """Run every case and hand over what came of it.

        Raises what keeps all of them from running; what goes wrong in one case is part of its outcome.
        """
        ...


@dataclass(frozen=True, slots=True)
class Output:
    """Where the report goes besides the screen."""

    as_json: bool = False
    """As one object on stdout, and then nothing else there."""
    junit: Path | None = None


def run_check(check: Check, output: Output) -> int:
    """Run `check` and report; returns the exit code: 0 when all cases passed, else 1. Raises as `Check.run` does."""
    from commands.check_table import CaseTable, print_summary
    from commands.terminal import counted, print_object, remark
    from stages.audio_files import check_writable

    if output.junit is not None:
        check_writable(output.junit)
    outcomes: list[Outcome] = []
    if output.as_json:
        with counted(f"check {check.kind}", len(check.names)) as advance:
            asyncio.run(check.run(_kept(outcomes, lambda _: advance())))
    else:
        table = CaseTable(check.kind, check.names)
        asyncio.run(check.run(_kept(outcomes, table.add)))
    report = Report(check.kind, tuple(outcomes))
    if output.junit is not None:
        _write_junit(report, output.junit)
    if output.as_json:
        print_object(report.to_json())
    else:
        print_summary(report)
    if check.advice and report.count("failed"):
        remark(check.advice)
    return 0 if report.passed else 1


def _kept(outcomes: list[Outcome], show: Callable[[Outcome], None]) -> Callable[[Outcome], None]:
    def finished(outcome: Outcome) -> None:
        outcomes.append(outcome)
        show(outcome)

    return finished


def _write_junit(report: Report, path: Path) -> None:
    from evaluation.junit import to_junit
    from pipeline.errors import InputError

    try:
        path.write_bytes(to_junit(report))
    except OSError as error:
        raise InputError(f"--junit {path}: this cannot be written ({error.strerror}); name another place") from error
