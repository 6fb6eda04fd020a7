"""Hands a correction to a gateway: `POST /v1/feedback`, with the R1 client's own key, token and connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from gateway.feedback.body import FeedbackBody
from gateway.feedback.json_api import ApiWords, JsonApi
from r1.errors import SettingsError
from r1.options import R1Options

PATH = "/v1/feedback"

_WORDS = ApiWords(
    name="the gateway",
    key="R1_API_KEY and R1_API_SECRET, and that this client may give feedback",
    address="check that R1_BASE_URL is a gateway of this project",
    request="change what it names",
)


async def post_correction(
    options: R1Options, body: FeedbackBody, pause: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> Mapping[str, Any]:
    """The receipt (`Receipt.body`) for `body`. Sending the same again is safe: the gateway knows it by its texts.

    Raises `SettingsError` for a server that speaks another API than the guide's, and other `R1Error`s.
    """
    if options.dialect != "guide":
        raise SettingsError(f"R1 at {options.address} takes no feedback: set R1_BASE_URL to a gateway of this project")
    async with JsonApi(options, _WORDS, pause) as api:
        sent = body.model_dump()
        quotable = f"{body.original}\n{body.corrected}\n{body.prompt}"
        return await api.tried(lambda: api.send("POST", PATH, body=sent, quotable=quotable))
