"""A link that opens the panel of a running gateway, once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx

from r1.auth import R1Auth
from r1.connection import connection_error, open_connection
from r1.credentials import Secret
from r1.errors import ProtocolError
from r1.options import R1Options
from r1.replies import http_error

PASSES_PATH, PANEL_PATH = "/panel/passes", "/panel"
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class PanelLink:
    """Where to point a browser. It works once."""

    url: Secret
    expires_in_s: int


async def panel_link(options: R1Options, transport: httpx.AsyncBaseTransport | None = None) -> PanelLink:
    """A link for the client of `options`, whose role must be auditor or administrator.

    Raises the errors of the R1 client: `AuthenticationError` for a key that does not hold or may not,
    `UnreachableError`, `ProtocolError` for what is no gateway.
    """
    base = options.base_url.rstrip("/")
    async with open_connection(options, transport) as client:
        try:
            reply = await client.post(base + PASSES_PATH, auth=R1Auth(options), timeout=_TIMEOUT_S)
        except httpx.HTTPError as error:
            raise connection_error(error, options, streaming=False) from None
    if reply.status_code != 200:
        raise http_error(reply, reply.content, options)
    text, life_s = _pass_in(reply, options)
    return PanelLink(Secret(f"{base}{PANEL_PATH}#{text}"), life_s)


def _pass_in(reply: httpx.Response, options: R1Options) -> tuple[str, int]:
    try:
        said: Any = json.loads(reply.content)
        text, life_s = said["pass"], said["expires_in"]
    except (ValueError, KeyError, TypeError, RecursionError):
        text, life_s = None, None
    if not isinstance(text, str) or not isinstance(life_s, int) or not text.replace("-", "").replace("_", "").isalnum():
        raise ProtocolError(f"what answers at {options.address} gave no pass for a panel: is it this gateway?")
    return text, life_s
