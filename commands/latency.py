"""`latency`: where the time of stored turns went, as percentiles for each line of the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from commands.flags import AsJson

if TYPE_CHECKING:
    from evaluation.latency import LatencyFigures
    from pipeline.records import StoredTurn


class Extra(StrEnum):
    """Turns that count only when asked for."""

    FAILED = "failed"
    CANCELLED = "cancelled"


Conversation = Annotated[
    str | None, typer.Option("--conversation", metavar="NAME", help="Only this conversation's turns.")
]
By = Annotated[
    Literal["line", "stage", "upstream", "conversation"],
    typer.Option(
        "--by", help="What the figures are for: all turns, by line or by stage; each upstream; each conversation."
    ),
]
Last = Annotated[int | None, typer.Option("--last", metavar="N", min=1, help="Only the N turns stored last.")]
Since = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="Only turns of the last 7d, 24h, 30m, 1d12h, …")
]
Include = Annotated[
    list[Extra] | None,
    typer.Option("--include", metavar="failed|cancelled", help="Count these too; else only answered. Repeatable."),
]
Html = Annotated[
    Path | None,
    typer.Option(
        "--html", metavar="F", readable=False, help="Write a page with a waterfall for each turn, and charts."
    ),
]

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)([wdhms])")
_DURATION = re.compile(rf"(?:{_DURATION_PART.pattern})+")


def run(
    conversation: Conversation = None,
    by: By = "line",
    last: Last = None,
    since: Since = None,
    include: Include = None,
    as_json: AsJson = False,
    html: Html = None,
) -> None:
    """Percentiles of each ledger line over stored turns."""
    from commands.latency_table import covers, latency_object, print_latency
    from commands.terminal import escaped, print_object, remark
    from evaluation.latency import Ending, Grouping, Selection, figures_of

    if html is not None:
        _check_page(html)
    selection = Selection(
        since=None if since is None else datetime.now(UTC) - parse_duration(since),
        last=last,
        endings=frozenset({Ending.ANSWERED, *(Ending(ending) for ending in include or ())}),
    )
    with _stored_turns(conversation) as turns:
        figures = figures_of(turns, selection)
    if html is not None:
        _write_page(html, figures, covers(figures, conversation))
        remark(f"wrote {escaped(str(html))}")
    if as_json:
        print_object(latency_object(figures, Grouping(by), conversation))
    else:
        print_latency(figures, Grouping(by), conversation)


@contextmanager
def _stored_turns(conversation: str | None) -> Iterator[Iterator[tuple[str, StoredTurn]]]:
    """The turns that are kept, oldest first. Raises `InputError` when there is no such conversation."""
    from commands.settings import data_folder
    from pipeline.store import ConversationStore

    with ConversationStore(data_folder()) as store:
        yield store.turns(conversation)


def parse_duration(text: str) -> timedelta:
    """A length of time such as "7d", "1d12h" or "1.5h"; w, d, h, m and s are weeks to seconds.

    Raises `InputError` for anything else, for none at all, and for more than there has been.
    """
    from pipeline.errors import InputError

    parts = _DURATION_PART.findall(text) if _DURATION.fullmatch(text) else []
    try:
        length = sum((timedelta(**{_UNITS[unit]: float(number)}) for number, unit in parts), timedelta())
        datetime.now(UTC) - length
    except OverflowError:
        length = timedelta()
    if not length:
        raise InputError(f"--since {text!r}: give a length of time, such as 7d, 24h, 30m or 1d12h")
    return length


def _check_page(html: Path) -> None:
    """Before any other work: the page can be drawn and written."""
    from importlib.util import find_spec

    from pipeline.errors import SetupError
    from stages.audio_files import check_writable

    if find_spec("plotly") is None:
        raise SetupError("--html draws its charts with the Python package plotly: install it with `make setup`")
    check_writable(html)


def _write_page(html: Path, figures: LatencyFigures, covered: list[str]) -> None:
    from evaluation.latency_page import latency_page
    from pipeline.errors import InputError

    page = latency_page(figures, covered)
    try:
        html.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--html {html}: this cannot be written ({error.strerror}); name another place") from error
