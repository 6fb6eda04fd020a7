"""Around the application: what it does not answer, because it failed or is being stopped, still gets a reply.

And a reply that goes out before the request is all there says that it is the last on its connection.
"""

from __future__ import annotations

import asyncio
import logging
import traceback

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import STOPPING, ApiError
from gateway.serving.plain_reply import reply_messages

_log = logging.getLogger("gateway")

_BROKEN = ApiError(500, "internal", "the gateway failed: see its log")
_LAST = (b"connection", b"close")


class LastResort:
    """The application, whose exceptions end here. Nothing of them but type and place is logged: they may hold text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = whole = False

        async def receiving() -> Message:
            nonlocal whole
            message = await receive()
            whole = not message.get("more_body", False)
            return message

        async def sending(message: Message) -> None:
            nonlocal started
            if not started:
                started = True
                if not whole and _has_body(scope):
                    message = {**message, "headers": [*message.get("headers", ()), _LAST]}
            await send(message)

        try:
            await self._app(scope, receiving, sending)
        except asyncio.CancelledError:
            if not started:
                await _answer(STOPPING, send)
        except Exception as error:  # noqa: BLE001  nothing above this one would know what to do
            place = traceback.extract_tb(error.__traceback__)[-1]
            _log.error("a call failed: %s at %s:%s", type(error).__name__, place.name, place.lineno)
            if not started:
                await _answer(_BROKEN, send)


def _has_body(scope: Scope) -> bool:
    """RFC 9112, 6.3: a request has one if it says how long it is, or that it will show."""
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )


async def _answer(error: ApiError, send: Send) -> None:
    for message in reply_messages(error):
        await send(message)
