"""`gateway`: the R1 API as a service, in front of R1 servers or the reader; its clients, and its log of calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands import gateway_audit, gateway_clients, gateway_token
from commands.flags import AsJson, Model
from commands.gateway_clients import DatabaseUrl, KeyPath
from commands.gateway_token import GATEWAY_URL, Url, reached

if TYPE_CHECKING:
    from commands.gateway_settings import GatewaySettings

app = typer.Typer(
    help="Serve the R1 API to clients with keys and roles.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(gateway_clients.app, name="client")
app.add_typer(gateway_audit.app, name="audit")
app.add_typer(gateway_token.app, name="token")


@app.callback()
def serve(  # noqa: PLR0913, PLR0917  # the flags of the verb, one a parameter, as typer wants them
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(metavar="H", help="Where to listen; 127.0.0.1 unless you say: this machine alone.")
    ] = None,
    port: Annotated[int | None, typer.Option(metavar="P", help="8080 unless you say; 0: a free one.")] = None,
    r1: Annotated[
        list[str] | None,
        typer.Option("--r1", metavar="URL", help="URL, openai:URL, ollama[:URL]; again for more, with =WEIGHT behind."),
    ] = None,
    model: Model = None,
    weights: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="A model in CTranslate2's format that answers in this process."),
    ] = None,
    database: DatabaseUrl = None,
    key_file: KeyPath = None,
    redis: Annotated[
        str | None, typer.Option(metavar="URL", help="redis://HOST:PORT/0: what several gateways share.")
    ] = None,
    certificate: Annotated[
        str | None, typer.Option(metavar="F", help="Serve TLS: a PEM file, read again when it changes.")
    ] = None,
    certificate_key: Annotated[
        str | None, typer.Option(metavar="F", help="Its private key, unless that stands in the same file.")
    ] = None,
    client_authorities: Annotated[
        str | None, typer.Option(metavar="F", help="Clients must show a certificate of one of these.")
    ] = None,
    slots: Annotated[
        int | None, typer.Option(metavar="N", help="Calls with the engine at once; 32 unless you say.")
    ] = None,
    drain_s: Annotated[
        float | None, typer.Option(metavar="S", help="Seconds for calls under way when it is told to stop; 30.")
    ] = None,
) -> None:
    """The R1 API as a service: serve it until it is stopped, or administer its clients and log.

    Settings stand in the environment too (GATEWAY_HOST, GATEWAY_DATABASE, …), or in `[gateway]` of the configuration
    file: see docs/gateway.md. Some stand there alone: when alerts are raised (GATEWAY_ALERT_LOAD_SHARE,
    GATEWAY_ALERT_FIRST_EVENT_P99_MS, …: see docs/monitoring.md) and where they go (GATEWAY_WEBHOOK).
    """
    import os

    from commands.gateway_settings import load_gateway_settings

    settings = load_gateway_settings(os.environ)
    if context.invoked_subcommand is not None:
        context.default_map = _told_to_verbs(context, settings)
        return
    from commands.gateway_serving import run_gateway
    from commands.gateway_settings import servers
    from commands.settings import load_settings
    from pipeline.errors import InputError

    flags = {
        "host": host,
        "port": port,
        "database": database,
        "key_file": None if key_file is None else str(key_file),
        "redis": redis,
        "weights": weights,
        "certificate": certificate,
        "certificate_key": certificate_key,
        "client_authorities": client_authorities,
        "slots": slots,
        "drain_s": drain_s,
    }
    settings = settings.chosen(flags)
    if settings.weights and r1:
        raise InputError("--weights and --r1 both say what answers; leave one of them out")
    chosen = load_settings(os.environ).chosen(r1_model=model)
    run_gateway(settings, [] if settings.weights else servers(chosen, r1 or (), os.environ))


@app.command("panel-link")
def panel_link(url: Url = GATEWAY_URL, as_json: AsJson = False) -> None:
    """A link that opens the live panel of a running gateway, once. Key and secret as for `token`."""
    import asyncio

    from commands.terminal import print_object, remark, say
    from gateway.monitoring.panel_link import panel_link as asked

    link = asyncio.run(asked(reached(url)))
    if as_json:
        print_object({"url": link.url.reveal(), "expires_in": link.expires_in_s})
        return
    say(link.url.reveal())
    remark(f"it works once, within {link.expires_in_s} s")


def _told_to_verbs(context: typer.Context, settings: GatewaySettings) -> dict[str, Any]:
    """What the verbs are to know of the settings; their own flags and variables win.

    Those that open the database are told of it and of its keys, those that ask a gateway where it listens.
    """
    known = {"database": settings.database, "key_file": settings.key_file, "audit_key": settings.audit_key_file}
    told = {name: value for name, value in known.items() if value}
    verbs: dict[str, Any] = {}
    for name, verb in getattr(context.command, "commands", {}).items():
        verbs[name] = {"url": settings.address} | dict.fromkeys(getattr(verb, "commands", {}), told)
    return verbs
