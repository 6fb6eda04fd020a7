"""The gateway's database as its commands open it: by URL, else a file in the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.database import Database

FOLDER = "gateway"
"""Below the data folder: the database and the key files of a gateway that was told nothing else."""
FILE = "gateway.sqlite"


def gateway_folder() -> Path:
    """Where a gateway that was told nothing else keeps its things; it need not be there."""
    from commands.settings import data_folder

    return data_folder() / FOLDER


@contextmanager
def opened_gateway_database(url: str | None) -> Iterator[Database]:
    """The database, closed on leaving; the file in the data folder is made, with its folder.

    Raises `InputError` for a URL that names nothing, `GatewayError` for a database that cannot be used.
    """
    from gateway.database import DatabaseUrlError, open_database
    from pipeline.errors import InputError

    if not url:
        file = gateway_folder() / FILE
        make_private_folder(file.parent)
        url = f"sqlite:///{file}"
    try:
        database = open_database(url)
    except DatabaseUrlError as error:
        raise InputError(f"--database: {error}") from error
    with database:
        yield database


def make_private_folder(folder: Path) -> None:
    """See that it is there, for its owner alone where it is made. Raises `SetupError`."""
    from pipeline.errors import SetupError

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"{folder}: this folder cannot be made ({error.strerror}); make it, or name a database with --database"
        ) from error
