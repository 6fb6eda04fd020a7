"""Alerts to a webhook: one JSON object each by POST, beside the calls, a few times if need be, in the order they came.

Its address is the configuration's alone, redirects are not followed, and neither the address beyond its host nor a
header is ever logged: the path of a webhook is often its secret.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import math
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from gateway.errors import GatewayError
from r1.credentials import Secret

SIGNATURE_HEADER = "X-R1-Signature"
"""`sha256=` and the HMAC-SHA-256 of the body with the webhook's secret, in hexadecimal."""
MOST_WAITING = 100
"""Messages; the oldest make room."""
_RETRYABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_RETRY_AFTER_S = 120.0

_log = logging.getLogger("gateway.webhook")


@dataclass(frozen=True, slots=True)
class WebhookOptions:
    """Where alerts go. Raises `GatewayError` for an address that is none."""

    url: Secret
    secret: Secret = field(default_factory=Secret)
    """Signs each message, if set."""
    attempts: int = 5
    first_wait_s: float = 1.0
    """Between attempts, with jitter; twice as long each time."""
    timeout_s: float = 5.0
    """For one attempt, all of it."""

    def __post_init__(self) -> None:
        try:
            url = httpx.URL(self.url.reveal())
        except httpx.InvalidURL:
            url = httpx.URL("")
        if url.scheme not in ("http", "https") or not url.host:
            # Said without the address, which may hold a secret.
            raise GatewayError("the webhook's address is none: write it as https://HOST/PATH")
        if self.attempts < 1 or not 0 <= self.first_wait_s < math.inf or not 0 < self.timeout_s < math.inf:
            raise GatewayError("the webhook needs at least one attempt, and a timeout above 0 s")

    @property
    def host(self) -> str:
        """What may be said of the address."""
        return httpx.URL(self.url.reveal()).host


class Webhook:
    """Sends what it is given while `run` runs. For one event loop."""

    def __init__(
        self,
        options: WebhookOptions,
        transport: httpx.AsyncBaseTransport | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._options = options
        self._transport = transport
        self._jitter = jitter
        self._waiting: deque[bytes] = deque()
        self._given = asyncio.Event()
        self.sent = self.lost = 0

    def give(self, message: dict[str, Any]) -> None:
        """Have `message` sent. Returns at once."""
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft()
            self.lost += 1
            _log.error("the webhook at %s is too slow: its oldest message is dropped", self._options.host)
        self._waiting.append(json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode())
        self._given.set()

    async def run(self) -> None:
        """Send, until cancelled."""
        async with httpx.AsyncClient(
            transport=self._transport, timeout=self._options.timeout_s, follow_redirects=False
        ) as client:
            while True:
                await self._given.wait()
                while self._waiting:
                    await self._send(client, self._waiting.popleft())
                self._given.clear()

    async def _send(self, client: httpx.AsyncClient, body: bytes) -> None:
        options = self._options
        for attempt in range(1, options.attempts + 1):
            fault, retry_after_s = await self._attempt(client, body)
            if not fault:
                self.sent += 1
                return
            if retry_after_s is None or attempt == options.attempts:
                break
            wait_s = options.first_wait_s * 2 ** (attempt - 1)
            await asyncio.sleep(max(retry_after_s, wait_s * (0.5 + self._jitter() / 2)))
        self.lost += 1
        _log.error("an alert did not reach the webhook at %s after %d attempts: %s", options.host, attempt, fault)

    async def _attempt(self, client: httpx.AsyncClient, body: bytes) -> tuple[str, float | None]:
        """What went wrong, and the least wait before another attempt, if one makes sense."""
        options = self._options
        headers = {"Content-Type": "application/json", "User-Agent": "r1-gateway"}
        if options.secret:
            digest = hmac.new(options.secret.reveal().encode(), body, hashlib.sha256).hexdigest()
            headers[SIGNATURE_HEADER] = f"sha256={digest}"
        try:
            async with (
                asyncio.timeout(options.timeout_s),
                client.stream("POST", options.url.reveal(), content=body, headers=headers) as reply,
            ):
                status, retry_after = reply.status_code, reply.headers.get("retry-after", "")
        except TimeoutError:
            return f"no answer within {options.timeout_s:g} s", 0.0
        except httpx.HTTPError as error:
            return type(error).__name__, 0.0  # its message may hold the address
        if 200 <= status < 300:
            return "", None
        return f"status {status}", _wait_s(retry_after) if status in _RETRYABLE else None


def _wait_s(retry_after: str) -> float:
    return min(float(retry_after), _LONGEST_RETRY_AFTER_S) if retry_after.isascii() and retry_after.isdigit() else 0.0
