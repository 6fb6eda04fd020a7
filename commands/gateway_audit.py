"""`gateway audit`: what the log of calls holds: search, verify, check, retain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.flags import AsJson
from commands.gateway_clients import DatabaseUrl

if TYPE_CHECKING:
    from gateway.audit import AuditPage, AuditQuery, Witness
    from gateway.database import Database
    from gateway.privacy import GatewayKey

app = typer.Typer(
    help="The log of calls: search, verify, check, retain.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

KEY_FILE = "audit.key"
"""Beside the database, where a gateway was told nothing else."""
FAILED = 1
AuditKeyPath = Annotated[
    Path | None,
    typer.Option(
        "--audit-key",
        envvar="GATEWAY_AUDIT_KEY_FILE",
        metavar="F",
        readable=False,
        show_default=False,
        help="The file with the key that signs the log; else the one in the data folder.",
    ),
]
Days = Annotated[float, typer.Option("--days", metavar="N", help="How long calls are kept.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do remove them; without it, only say how many.")]


class Format(StrEnum):
    """What `search` writes."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


_WHEN = 'ISO 8601, in UTC unless it says otherwise, or a span before now: "90m", "24h", "7d".'


@app.command()
def search(  # noqa: PLR0913, PLR0917  # the flags of the verb, one a parameter, as typer wants them
    since: Annotated[str | None, typer.Option(metavar="T", help=f"Calls that began then or later. {_WHEN}")] = None,
    until: Annotated[str | None, typer.Option(metavar="T", help="Calls that began earlier.")] = None,
    caller: Annotated[str | None, typer.Option(metavar="ID", help="The client's api_key.")] = None,
    tenant: Annotated[str | None, typer.Option(metavar="T")] = None,
    route: Annotated[str | None, typer.Option(metavar="R", help="The pattern, such as /v1/models/r1/infer.")] = None,
    status: Annotated[int | None, typer.Option(metavar="N", help="HTTP status.")] = None,
    error: Annotated[
        str | None, typer.Option(metavar="CLASS", help='Such as unauthorised; "" for calls that went well.')
    ] = None,
    before: Annotated[
        int | None, typer.Option(metavar="SEQUENCE", min=1, help="Older calls than this one: the next page.")
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="Most calls to show.")] = 100,
    form: Annotated[Format, typer.Option("--format", help="Of what is written.")] = Format.TABLE,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Calls that fit all that is asked, the newest first. No content is kept of them, and none is shown."""
    from commands.gateway_audit_report import print_csv, print_entries, print_table
    from commands.gateway_audit_times import milliseconds_of
    from gateway.audit import AuditQuery

    query = AuditQuery(
        since_ms=None if since is None else milliseconds_of("--since", since),
        until_ms=None if until is None else milliseconds_of("--until", until),
        client_id=caller,
        tenant=tenant,
        route=route,
        status=status,
        error_class=error,
        before=before,
    )
    show = {Format.TABLE: print_table, Format.JSON: print_entries, Format.CSV: print_csv}
    with opened_log(database) as log:
        show[Format.JSON if as_json else form](_pages(log, query, limit))


@app.command()
def verify(
    head: Annotated[
        str | None,
        typer.Option(metavar="SEQUENCE:HASH", help="The head that an earlier `verify` told, kept elsewhere since."),
    ] = None,
    database: DatabaseUrl = None,
    audit_key: AuditKeyPath = None,
    as_json: AsJson = False,
) -> None:
    """Check every row against the chain of hashes. Exit code 1 when something was changed, removed or inserted."""
    from commands.gateway_audit_report import print_verification, verification_object
    from commands.terminal import notes, print_object, remark
    from gateway.audit import verify as verified

    witness = None if head is None else _witness(head)
    key = opened_key(audit_key, database)
    if key is None:
        remark("there is no key file: signatures are not checked, so rows cut off at either end would not be missed")
    with opened_log(database) as log, notes().status("reading the log") as status:
        found = verified(log, key, witness, lambda rows: status.update(f"{rows:,} rows read"))
    if as_json:
        print_object(verification_object(found))
    else:
        print_verification(found)
    if not found.intact:
        raise typer.Exit(FAILED)


@app.command()
def check(
    call: Annotated[str, typer.Argument(metavar="CALL", help="Its sequence or its id, as `search` shows them.")],
    body: Annotated[Path, typer.Option("--body", metavar="F", readable=False, help="Byte for byte; - reads it.")],
    user: Annotated[str, typer.Option("--user", metavar="ID", help="Whom the call named, if anybody.")] = "",
    database: DatabaseUrl = None,
    audit_key: AuditKeyPath = None,
    as_json: AsJson = False,
) -> None:
    """Whether a body is the request or the response of a call. Exit code 1 when it is neither, or cannot be known."""
    from commands.gateway_audit_report import print_check
    from commands.terminal import print_object
    from gateway.audit.checking import check_body, find_call
    from pipeline.errors import InputError

    content = _content(body)
    key = opened_key(audit_key, database)
    if key is None:
        raise InputError("there is no key file to check with: name the one that the gateway uses, with --audit-key")
    with opened_log(database) as log:
        entry = find_call(log, call)
        if entry is None:
            raise InputError(f"{call}: no such call is in the log; give its sequence or its id, as `search` shows them")
        if entry.user_pseudonym and not user:
            raise InputError(f"call {entry.sequence} named a user, and only under that name can be checked: add --user")
        verdict = check_body(log, key, entry, content, user if entry.user_pseudonym else "")
    if as_json:
        print_object({"sequence": entry.sequence, "call_id": entry.call_id, "is": verdict})
    else:
        print_check(entry, verdict)
    if verdict not in {"request", "response"}:
        raise typer.Exit(FAILED)


@app.command()
def retain(
    days: Days = 180,
    yes: Yes = False,
    database: DatabaseUrl = None,
    audit_key: AuditKeyPath = None,
    as_json: AsJson = False,
) -> None:
    """Remove calls that are older than --days, and leave a signed anchor from which the log still verifies.

    To the call, by when it began. Calls go in the order they were written in: one that must stay keeps those after it.
    """
    from commands.terminal import notes, print_object, remark
    from gateway.audit import outlived
    from gateway.audit import retain as retained
    from gateway.audit.pending import moment
    from pipeline.errors import InputError

    if not 0 <= days < 100_000:
        raise InputError(f"--days {days:g}: give a number of days from 0 to 99999")
    key = opened_key(audit_key, database)
    if key is None:
        raise InputError("there is no key file to sign with: name the one that the gateway uses, with --audit-key")
    with opened_log(database) as log:
        going = outlived(log, days)
        removed = 0
        if yes:
            with notes().status("removing") as status:
                removed = retained(log, key, days, on_rows=lambda rows: status.update(f"{rows:,} rows removed"))
    if as_json:
        print_object({"before": moment(going.before_ms), "outlived": going.rows, "removed": removed})
    elif yes:
        remark(f"{removed:,} calls from before {moment(going.before_ms)} were removed")
    else:
        remark(f"{going.rows:,} calls from before {moment(going.before_ms)} would be removed; add --yes to do it")


@contextmanager
def opened_log(database_url: str | None) -> Iterator[Database]:
    """The database with the log, closed on leaving. Raises `InputError` when there is none, and `GatewayError`."""
    from commands.gateway_database import FILE, gateway_folder, opened_gateway_database
    from gateway.audit.tables import prepare
    from pipeline.errors import InputError

    if database_url is None:
        file = gateway_folder() / FILE
        if not file.exists():
            raise InputError(f"{file}: no gateway has kept a log there; name its database with --database")
        database_url = f"sqlite:///{file}"
    scheme, _, path = database_url.partition(":///")
    if scheme == "sqlite" and not Path(path).expanduser().exists():
        raise InputError(f"--database {database_url}: there is no such file")
    with opened_gateway_database(database_url) as database:
        prepare(database)
        yield database


def opened_key(file: Path | None, database_url: str | None) -> GatewayKey | None:
    """The key that signs the log; None when there is no file of that name, and none was named.

    Raises `InputError` for a named file that is not there, `GatewayError` for one that cannot be used.
    """
    from commands.gateway_database import gateway_folder
    from gateway.privacy import open_gateway_key
    from pipeline.errors import InputError

    if file is not None and not file.exists():
        raise InputError(f"--audit-key {file}: there is no such file")
    chosen = file or (gateway_folder() / KEY_FILE)
    # A new key would vouch for nothing that is there already.
    return open_gateway_key(chosen) if chosen.exists() else None


def _content(body: Path) -> bytes:
    """Raises `InputError` for a file that cannot be read."""
    import sys

    from pipeline.errors import InputError

    if str(body) == "-":
        return sys.stdin.buffer.read()
    try:
        return body.read_bytes()
    except OSError as error:
        raise InputError(
            f"--body {body}: this file cannot be read ({error.strerror}); name the one with the body"
        ) from None


def _pages(database: Database, query: AuditQuery, limit: int) -> Iterator[AuditPage]:
    """`limit` calls in all, some at a time."""
    from dataclasses import replace

    from gateway.audit import search as searched

    before, left = query.before, limit
    while left > 0:
        page = searched(database, replace(query, before=before, limit=left))
        yield page
        before, left = page.next, left - len(page.entries)
        if before is None:
            return


def _witness(head: str) -> Witness:
    from gateway.audit import Witness
    from pipeline.errors import InputError

    sequence, _, row_hash = head.partition(":")
    try:
        witness = Witness(int(sequence), bytes.fromhex(row_hash))
    except ValueError:
        witness = None
    if witness is None or len(witness.hash) != 32 or witness.sequence < 0:
        raise InputError(f"--head {head}: give it as `gateway audit verify` told it, such as 1200:9f86d0…")
    return witness
