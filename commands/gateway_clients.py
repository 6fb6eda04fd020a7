"""`gateway client`: who may call the gateway: add, list, change, rotate, revoke; new keys for what is kept secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.flags import AsJson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.access.clients import Client, ClientLimits
    from gateway.access.registry import Registry
    from r1.credentials import Secret

app = typer.Typer(
    help="Who may call the gateway: add, list, change, rotate, revoke.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

KEY_FILE = "secrets.key"
"""Beside the database, where a gateway was told nothing else."""

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="GATEWAY_DATABASE",
        metavar="URL",
        show_default=False,
        help="sqlite:///PATH or postgresql://…; else a file in the data folder.",
    ),
]
KeyPath = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        envvar="GATEWAY_KEY_FILE",
        metavar="F",
        readable=False,
        show_default=False,
        help="Opens the secrets in the database; made at first use. GATEWAY_SECRETS_KEY takes its place.",
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The client's name, or its api_key.")]
_ROLES = "administrator (all), developer (ask only) or auditor (watch only)"
_HEADINGS = ("name", "api_key", "role", "tenant", "limits", "created", "state")
_PER_MINUTE = "Most calls in a minute; 0: no limit."


@app.command()
def add(  # noqa: PLR0913, PLR0917  # the flags of the verb, one a parameter, as typer wants them
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call it, such as kitchen.")],
    role: Annotated[str, typer.Option("--role", metavar="R", help=_ROLES)],
    tenant: Annotated[
        str, typer.Option("--tenant", metavar="T", help="Clients of one tenant share feedback and users.")
    ] = "default",
    requests_per_minute: Annotated[int, typer.Option(metavar="N", help=_PER_MINUTE)] = 0,
    tokens_per_minute: Annotated[int, typer.Option(metavar="N", help="Most tokens in a minute; 0: no limit.")] = 0,
    tokens_per_day: Annotated[int, typer.Option(metavar="N", help="Most tokens in 24 hours; 0: no limit.")] = 0,
    calls_at_once: Annotated[int, typer.Option(metavar="N", help="Most calls under way; 0: no limit.")] = 0,
    database: DatabaseUrl = None,
    key_file: KeyPath = None,
    as_json: AsJson = False,
) -> None:
    """Register a client and print its key and secret, this once."""
    from gateway.access.clients import ClientLimits

    with _accepted():
        figures = (requests_per_minute, tokens_per_minute, tokens_per_day, calls_at_once)
        limits = ClientLimits(*(figure or None for figure in figures))
        with opened_registry(database, key_file) as registry:
            client, secret = registry.add(name, role, tenant, limits)
    _print_secret(client, secret, as_json)


@app.command("list")
def list_all(database: DatabaseUrl = None, key_file: KeyPath = None, as_json: AsJson = False) -> None:
    """All clients, also revoked ones; never a secret."""
    from commands.terminal import print_object

    with opened_registry(database, key_file) as registry:
        clients = registry.clients()
    if as_json:
        print_object({"clients": [_object(client) for client in clients]})
    else:
        _print_table(clients)


@app.command()
def change(  # noqa: PLR0913, PLR0917  # as above
    name: Name,
    role: Annotated[str | None, typer.Option("--role", metavar="R", help=_ROLES)] = None,
    tenant: Annotated[str | None, typer.Option("--tenant", metavar="T", help="Move it to another tenant.")] = None,
    requests_per_minute: Annotated[int | None, typer.Option(metavar="N", help=_PER_MINUTE)] = None,
    tokens_per_minute: Annotated[int | None, typer.Option(metavar="N", help="As for `add`.")] = None,
    tokens_per_day: Annotated[int | None, typer.Option(metavar="N", help="As for `add`.")] = None,
    calls_at_once: Annotated[int | None, typer.Option(metavar="N", help="As for `add`.")] = None,
    database: DatabaseUrl = None,
    key_file: KeyPath = None,
    as_json: AsJson = False,
) -> None:
    """Give a client another role, tenant or limits. A running gateway sees it within a second."""
    from commands.terminal import print_object, remark
    from pipeline.errors import InputError

    figures = {
        "requests_per_minute": requests_per_minute,
        "tokens_per_minute": tokens_per_minute,
        "tokens_per_day": tokens_per_day,
        "calls_at_once": calls_at_once,
    }
    given = {limit: figure or None for limit, figure in figures.items() if figure is not None}
    if role is None and tenant is None and not given:
        raise InputError("nothing is to be changed: say --role, --tenant or a limit such as --requests-per-minute")
    with _accepted(), opened_registry(database, key_file) as registry:
        client = registry.change(name, role, tenant, _changed(registry.find(name).limits, given))
    if as_json:
        print_object({"client": _object(client)})
    else:
        remark(f"'{client.name}' is {client.role} of tenant {client.tenant}, with {_limits(client.limits)}")


@app.command()
def rotate(
    name: Name,
    old_secret_hours: Annotated[
        int, typer.Option(metavar="H", help="The old secret counts so long still; 0 if it leaked: its tokens end too.")
    ] = 24,
    database: DatabaseUrl = None,
    key_file: KeyPath = None,
    as_json: AsJson = False,
) -> None:
    """Give a client a new secret and print it, this once."""
    with _accepted(), opened_registry(database, key_file) as registry:
        client, secret = registry.rotate(name, old_secret_hours * 3600)
    _print_secret(client, secret, as_json)


@app.command()
def revoke(name: Name, database: DatabaseUrl = None, key_file: KeyPath = None, as_json: AsJson = False) -> None:
    """Shut a client out, for good. A running gateway sees it within a second."""
    from commands.terminal import print_object, remark

    with _accepted(), opened_registry(database, key_file) as registry:
        client = registry.revoke(name)
    if as_json:
        print_object({"client": _object(client)})
    else:
        remark(f"'{client.name}' ({client.client_id}) is revoked; its secret is erased")


@app.command("renew-keys")
def renew_keys(database: DatabaseUrl = None, key_file: KeyPath = None, as_json: AsJson = False) -> None:
    """New keys for the gateway itself: for what it keeps secret, and for the tokens it signs.

    Clients notice nothing: their secrets stay, and their tokens count until they expire.
    """
    from commands.terminal import print_object, remark

    with opened_registry(database, key_file) as registry:
        registry.renew_signing_key()
        count = registry.renew_seal()
    if as_json:
        print_object({"sealed_anew": count})
    else:
        remark(f"{count} secrets are sealed with a new key, and new tokens will be signed with another one")


@contextmanager
def opened_registry(database_url: str | None, key_file: Path | None) -> Iterator[Registry]:
    """The registry, closed on leaving. Raises `InputError`, and `GatewayError` when it cannot be used."""
    import os

    from commands.gateway_database import gateway_folder, opened_gateway_database
    from gateway.access.registry import Registry
    from gateway.access.sealing import Seal, key_source

    with opened_gateway_database(database_url) as database:
        yield Registry(database, Seal(key_source(os.environ, key_file or gateway_folder() / KEY_FILE)))


@contextmanager
def _accepted() -> Iterator[None]:
    """Within, what was said about a client and cannot be is the user's to mend."""
    from gateway.access.clients import ClientError
    from pipeline.errors import InputError

    try:
        yield
    except ClientError as error:
        raise InputError(str(error)) from error


def _changed(limits: ClientLimits, given: dict[str, int | None]) -> ClientLimits:
    from dataclasses import replace

    return replace(limits, **given)


def _print_secret(client: Client, secret: Secret, as_json: bool) -> None:
    from commands.terminal import print_object, remark, say

    if as_json:
        print_object({"api_key": client.client_id, "api_secret": secret.reveal(), "client": _object(client)})
        return
    say(f"api_key     {client.client_id}")
    say(f"api_secret  {secret.reveal()}")
    remark(f"'{client.name}' is {client.role} of tenant {client.tenant}, with {_limits(client.limits)}")
    if client.previous_until:
        remark(f"its old secret counts until {_moment(client.previous_until)}")
    remark(
        "the secret is not shown again: keep it where the client finds it, as R1_API_SECRET or in a credentials file"
    )


def _print_table(clients: Sequence[Client]) -> None:
    from rich.table import Table
    from rich.text import Text

    from commands.plain_table import plain_table
    from commands.terminal import delivery, remark, say, screen

    if not clients:
        remark("no client is registered; `gateway client add NAME --role developer` registers one")
        return
    rows = [
        (client.name, client.client_id, client.role, client.tenant, _limits(client.limits),
         _moment(client.created_at), _state(client))
        for client in clients
    ]  # fmt: skip
    if not screen().is_terminal:
        for line in plain_table([_HEADINGS, *rows]):
            say(line)
        return
    table = Table(box=None)
    for heading in _HEADINGS:
        table.add_column(heading, overflow="fold", no_wrap=heading == "api_key")  # a key is there to be copied
    for row in rows:
        table.add_row(*map(Text, row))
    with delivery():
        screen().print(table)


def _object(client: Client) -> dict[str, Any]:
    from dataclasses import asdict

    times = {
        "created_at": client.created_at,
        "rotated_at": client.rotated_at,
        "old_secret_until": client.previous_until or None,
        "revoked_at": client.revoked_at,
    }
    return {
        "name": client.name,
        "api_key": client.client_id,
        "role": client.role,
        "tenant": client.tenant,
        "limits": asdict(client.limits),
        **{name: None if at is None else _iso(at) for name, at in times.items()},
    }


def _limits(limits: ClientLimits) -> str:
    from dataclasses import asdict

    return ", ".join(f"{most} {name.replace('_', ' ')}" for name, most in asdict(limits).items() if most) or "no limits"


def _state(client: Client) -> str:
    if client.revoked_at is not None:
        return f"revoked {_moment(client.revoked_at)}"
    return "in use" if client.rotated_at is None else f"rotated {_moment(client.rotated_at)}"


def _iso(at: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at, UTC).isoformat()


def _moment(at: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
