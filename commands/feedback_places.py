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
    from commands.settings import data_folder
    from gateway.database import DatabaseError, open_database
    from gateway.errors import GatewayError
    from gateway.feedback.tables import prepare
    from pipeline.errors import InputError

    try:
        database = open_database(url or f"sqlite:///{data_folder() / FILE}")
    except DatabaseError:
        raise
    except GatewayError as error:
        raise InputError(f"--database: {error}") from error
    with database:
        prepare(database)
        yield database
