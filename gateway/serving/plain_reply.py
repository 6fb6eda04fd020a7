"""A reply written by hand, for a connection on which no application can answer."""

from __future__ import annotations

import json
import math
from http import HTTPStatus

from starlette.types import Message

from gateway.errors import ApiError


def plain_reply(error: ApiError) -> bytes:
    """The whole HTTP reply, after which the connection closes."""
    body = json.dumps(error.body()).encode()
    lines = [
        f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}",
        "content-type: application/json",
        f"content-length: {len(body)}",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "connection: close",
    ]
    if error.retry_after_s is not None:
        lines.append(f"retry-after: {math.ceil(error.retry_after_s)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def reply_messages(error: ApiError) -> list[Message]:
    """The same as an ASGI server wants it."""
    head, _, body = plain_reply(error).partition(b"\r\n\r\n")
    headers = [(name, value) for name, _, value in (line.partition(b": ") for line in head.split(b"\r\n")[1:])]
    return [
        {"type": "http.response.start", "status": error.status, "headers": headers},
        {"type": "http.response.body", "body": body},
    ]
