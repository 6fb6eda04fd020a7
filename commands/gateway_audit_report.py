"""How `gateway audit` shows what it found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from commands.plain_table import plain_table
from commands.terminal import delivery, plain, print_object, remark, say, screen

if TYPE_CHECKING:
    from gateway.audit import AuditEntry, AuditPage, Verification
    from gateway.audit.checking import Verdict

_FORMULA = ("=", "+", "-", "@")
"""A spreadsheet takes a cell that begins so for a formula (OWASP: CSV injection)."""

_FIGURES = frozenset({"sequence", "tokens", "ms"})
_WHOLE = frozenset({"sequence", "time (UTC)", "caller", "status"})
"""Are never broken into lines."""
_WIDE = 130
"""Columns of a terminal that has room for everything."""


def print_table(pages: Iterator[AuditPage]) -> None:
    """What a person looks for first; digests and the like are in the other formats. In a pipe a line a call."""
    following, rows = None, list[list[str]]()
    is_wide = screen().width >= _WIDE or not screen().is_terminal
    headings: list[str] = []
    for page in pages:
        following = page.next
        for entry in page.entries:
            cells = _cells(entry, is_wide)
            headings = list(cells)
            rows.append([plain(cell) for cell in cells.values()])
    if not rows:
        remark("no call fits")
    elif screen().is_terminal:
        _draw(headings, rows)
    else:
        for line in plain_table([headings, *rows]):
            say(line)
    _tell_following(following)


def _draw(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in headings:
        side: Literal["left", "right"] = "right" if heading in _FIGURES else "left"
        table.add_column(heading, justify=side, overflow="fold", no_wrap=heading in _WHOLE)
    for row in rows:
        table.add_row(*map(Text, row))
    with delivery():
        screen().print(table)


def print_entries(pages: Iterator[AuditPage]) -> None:
    """One JSON object."""
    entries: list[dict[str, Any]] = []
    following = None
    for page in pages:
        entries.extend(entry.to_object() for entry in page.entries)
        following = page.next
    print_object({"entries": entries, "next": following})


def print_csv(pages: Iterator[AuditPage]) -> None:
    """With a heading, a line each; any number, since none is kept in memory."""
    import csv
    import sys

    following, headed = None, False
    with delivery():
        writer = csv.writer(sys.stdout, lineterminator="\n")
        for page in pages:
            following = page.next
            for entry in page.entries:
                told = entry.to_object()
                if not headed:
                    writer.writerow(told)
                    headed = True
                writer.writerow([_cell(value) for value in told.values()])
        sys.stdout.flush()
    if headed:
        _tell_following(following)
    else:
        remark("no call fits")


def print_verification(found: Verification) -> None:
    """What is at fault, and then the verdict with the head to be noted."""
    for fault in found.faults:
        say(f"{fault.kind}: {fault.what}")
    if found.fault_count > len(found.faults):
        say(f"and {found.fault_count - len(found.faults):,} more")
    span = f"{found.rows:,} rows, {found.first} to {found.last}" if found.rows else "no rows"
    before = f", after {found.removed:,} that retention removed" if found.removed else ""
    say(f"{'intact' if found.intact else 'NOT INTACT'}: {span}{before}")
    if found.intact:
        say(f"head: {found.head.sequence}:{found.head.hash.hex()}")
        remark("note the head where nobody can change it who can change the database; `--head` compares with it later")


def print_check(entry: AuditEntry, verdict: Verdict) -> None:
    """One line, and where it is not the expected one what may be the matter."""
    at = entry.to_object()["started_at"]
    call = f"call {entry.sequence} ({entry.call_id}, {at})"
    if verdict == "no_key":
        say(f"cannot be known: {call} was another user's, or that user was erased since")
    elif verdict == "other":
        say(f"NOT THE SAME: this is neither the request nor the response of {call}")
        remark("every byte counts: take the body as it went over the wire, without a line end that an editor added")
    else:
        say(f"the same: this is the {verdict} of {call}")


def verification_object(found: Verification) -> dict[str, Any]:
    """For JSON."""
    return {
        "intact": found.intact,
        "rows": found.rows,
        "first": found.first,
        "last": found.last,
        "removed": found.removed,
        "head": f"{found.head.sequence}:{found.head.hash.hex()}",
        "signatures_checked": found.signatures,
        "fault_count": found.fault_count,
        "faults": [{"sequence": fault.sequence, "kind": fault.kind, "what": fault.what} for fault in found.faults],
    }


def _cells(entry: AuditEntry, is_wide: bool) -> dict[str, str]:
    """By their headings."""
    told = entry.to_object()
    at = told["started_at"].replace("T", " ").rstrip("Z")
    cells = {
        "sequence": str(entry.sequence),
        "time (UTC)": at if is_wide else at.partition(".")[0][len("2026-") :],
        "caller": entry.client_id,
        "call": f"{entry.method} {entry.route}" if is_wide else entry.route,
        "status": f"{entry.status} {entry.error_class}".rstrip(),
        "ms": f"{told['latency_ms']:.0f}",
    }
    if not is_wide:
        return cells
    tokens = f"{entry.prompt_tokens}+{entry.completion_tokens}" if entry.prompt_tokens else ""
    return cells | {"tokens": tokens, "tenant": entry.tenant, "served by": entry.served_by}


def _cell(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def _tell_following(following: int | None) -> None:
    if following is not None:
        remark(f"there are older ones: --before {following}")
