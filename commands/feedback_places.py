"""Where corrections are kept as the commands find them: a file in the data folder, or a gateway's database by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gateway.database import Database

LOCAL_TENANT, LOCAL_CLIENT, LOCAL_USER = "local", "command-line", "local"
"""Whose a correction is that is kept on this machine."""
FILE = "feedback.sqlite"
_MOST_TOLD = 10

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="FEEDBACK_DATABASE",
        help="A gateway's, instead of this machine's own file: sqlite:///PATH or postgresql://…",
    ),
]
Tenant = Annotated[str, typer.Option("--tenant", metavar="T", help="Whose corrections; on this machine: local.")]


@contextmanager
def opened_database(url: str | None) -> Iterator[Database]:
    """The database with the tables of feedback, closed on leaving.

    Raises `InputError` for a URL that is none, `GatewayError` for a database that cannot be used.
    """
    from commands.gateway_database import make_private_folder
    from commands.settings import data_folder
    from gateway.database import DatabaseUrlError, open_database
    from gateway.feedback.tables import prepare
    from pipeline.errors import InputError

    if not url:
        make_private_folder(data_folder())
        url = f"sqlite:///{data_folder() / FILE}"
    try:
        database = open_database(url)
    except DatabaseUrlError as error:
        raise InputError(f"--database: {error}") from error
    with database:
        prepare(database)
        yield database


def point_to_tenants(database: Database, tenant: str) -> None:
    """Say who has corrections when `tenant` has none, since its name may be another than was thought."""
    from commands.terminal import escaped, remark
    from gateway.feedback.store import FeedbackStore

    known = FeedbackStore(database).tenants()
    if tenant in known:
        return
    others = ", ".join(f"{escaped(name)} ({count})" for name, count in list(known.items())[:_MOST_TOLD])
    more = ", …" if len(known) > _MOST_TOLD else ""
    there = f"there are some of {others}{more}: name one with --tenant" if known else "there are none of anybody"
    remark(f"there is no correction of tenant {escaped(tenant)}; {there}")
