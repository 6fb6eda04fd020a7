"""The table of faults as a page of the documentation."""

from __future__ import annotations

from pathlib import Path

from tests.r1.faults.cases import CASES, SECTIONS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "faults.md"

_PREFACE = f"""\
# What can go wrong between the client and an R1, and what you get

Each row is a test: a server on a real socket does what the first column says, and the client must do what the second
says, within its timers, with no text lost or said twice, and with no key, token or prompt in any log or message. There
are {len(CASES)} of them. This page is made from the tests (`python -m tests.r1.faults`); do not edit it.

- **The answer** means the whole of it, streamed and in the completion alike.
- **A try** is one of the three that a call has by default (`RetryPolicy`). There is no second try once anything
  of the answer has reached the caller.
- Every **error** is an `R1Error`, names the server and ends with a next step. The timers are those of `Timeouts`.
"""


def page() -> str:
    """The page's text."""
    parts = [_PREFACE]
    for title, cases in SECTIONS.items():
        rows = [f"| {_cell(case.server)} | {_cell(case.caller)} |" for case in cases]
        parts.append("\n".join([f"## {title}\n", "| The server … | The caller gets |", "|---|---|", *rows]) + "\n")
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
