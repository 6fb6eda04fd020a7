"""An access token of a running gateway, got as every R1 client gets one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from r1.credentials import Secret
    from r1.options import R1Options

STATUS_PATH = "/v1/models/r1/status"
TIMEOUT_S = 10.0


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
