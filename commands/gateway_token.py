"""`gateway token`: an access token of a running gateway, got as every R1 client gets one; and the end of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.flags import AsJson
from commands.gateway_clients import DatabaseUrl, KeyPath

if TYPE_CHECKING:
    from r1.credentials import Secret
    from r1.options import R1Options

app = typer.Typer(
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

STATUS_PATH = "/v1/models/r1/status"
TIMEOUT_S = 10.0
GATEWAY_URL = "http://127.0.0.1:8080"
Url = Annotated[
    str,
    typer.Option(
        "--url",
        envvar="R1_BASE_URL",
        metavar="URL",
        show_default=False,
        help="Of the running gateway; else where GATEWAY_HOST, GATEWAY_PORT and the configuration file say it listens.",
    ),
]


@app.callback()
def token(context: typer.Context, url: Url = GATEWAY_URL, as_json: AsJson = False) -> None:
    """An access token of a running gateway, for curl and OpenAI's clients: good for a day.

    Key and secret are those of R1_API_KEY and R1_API_SECRET, as for every other command.
    """
    if context.invoked_subcommand is not None:
        return
    import asyncio

    from commands.terminal import print_object, say
    from gateway.access.signed import claims_of

    text = asyncio.run(access_token(reached(url))).reveal()
    if as_json:
        claims = claims_of(text)
        print_object({"access_token": text, "token_id": "" if claims is None else claims.token_id, "url": url})
    else:
        say(text)


@app.command()
def revoke(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="The token, or its jti; - reads it from stdin.")],
    database: DatabaseUrl = None,
    key_file: KeyPath = None,
    as_json: AsJson = False,
) -> None:
    """End an access token, in the gateway's database. A running gateway sees it within a second.

    Who holds the token needs no database: POST /auth/revoke ends the token that the call carries.
    """
    import time

    from commands.gateway_clients import opened_registry
    from commands.terminal import print_object, remark
    from gateway.access import LEEWAY_SECONDS, TOKEN_SECONDS

    token_id = _token_id(token)
    with opened_registry(database, key_file) as registry:
        registry.revoke_token(token_id, int(time.time()) + TOKEN_SECONDS + LEEWAY_SECONDS)
    if as_json:
        print_object({"token_id": token_id, "revoked": True})
    else:
        remark(f"the token {token_id} counts no more; should there be none of that name, nothing has changed")


def reached(url: str) -> R1Options:
    """Options for a running gateway, with this machine's key and secret. Raises `SettingsError`."""
    import os
    from dataclasses import replace

    from commands.settings import load_settings

    settings = replace(load_settings(os.environ), r1=url, fallback="")
    return settings.r1_options()[0]


async def access_token(options: R1Options) -> Secret:
    """The token, which has just been accepted. Raises `R1Error`."""
    import httpx

    from r1.auth import R1Auth
    from r1.connection import connection_error, open_connection
    from r1.credentials import Secret
    from r1.replies import http_error

    async with open_connection(options) as client:
        try:
            address = options.base_url.rstrip("/") + STATUS_PATH
            reply = await client.get(address, auth=R1Auth(options), timeout=TIMEOUT_S)
        except httpx.HTTPError as error:
            raise connection_error(error, options, streaming=False) from None
    if reply.status_code != 200:
        raise http_error(reply, reply.content, options)
    return Secret(reply.request.headers["Authorization"].removeprefix("Bearer "))


def _token_id(given: str) -> str:
    """The `jti` of a token, or one that was given as such. Raises `InputError`, which repeats nothing of it."""
    import sys

    from gateway.access.signed import claims_of
    from pipeline.errors import InputError

    text = (sys.stdin.read() if given == "-" else given).strip().removeprefix("Bearer ").strip()
    claims: Any = claims_of(text)
    token_id = text if claims is None else claims.token_id
    if not re.fullmatch(r"[0-9a-f]{32}", token_id):
        raise InputError(
            "this is neither an access token of a gateway nor its jti: give one as `gateway token` told it"
        )
    return str(token_id)
