from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from gateway.errors import GatewayError
from gateway.monitoring.webhook import MOST_WAITING, SIGNATURE_HEADER, Webhook, WebhookOptions
from pipeline.testing import VirtualClock
from r1.credentials import Secret

URL = Secret("https://hooks.test/services/url-canary")
OPTIONS = WebhookOptions(URL, Secret("secret-canary"))
Reply = Callable[[int], httpx.Response | Exception | float]
"""What the receiver does at the nth request: answers, raises, or first waits so many seconds."""


class Receiver:
    """Whoever the alerts go to."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self.requests: list[httpx.Request] = []
        self.at_s: list[float] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.at_s.append(asyncio.get_running_loop().time())
        reply = self._reply(len(self.requests))
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, int | float):
            await asyncio.sleep(reply)
            return httpx.Response(200)
        return reply


def send(
    receiver: Receiver, *messages: dict[str, Any], options: WebhookOptions = OPTIONS, for_s: float = 600
) -> Webhook:
    """Give the messages to a webhook, and let it work for a time."""

    async def main() -> Webhook:
        webhook = Webhook(options, httpx.MockTransport(receiver), jitter=lambda: 1.0)
        working = asyncio.create_task(webhook.run())
        for message in messages:
            webhook.give(message)
        await asyncio.sleep(for_s)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        return webhook

    return VirtualClock().run(main())


def test_a_message_is_posted_as_signed_json() -> None:
    """Whoever knows the secret can see that it comes from the gateway, unchanged."""
    receiver = Receiver(lambda _: httpx.Response(204))
    webhook = send(receiver, {"alert": "load", "says": "太多"})
    (request,) = receiver.requests
    assert request.method == "POST"
    assert str(request.url) == URL.reveal()
    assert json.loads(request.content) == {"alert": "load", "says": "太多"}
    digest = hmac.new(b"secret-canary", request.content, hashlib.sha256).hexdigest()
    assert request.headers[SIGNATURE_HEADER] == f"sha256={digest}"
    assert (webhook.sent, webhook.lost) == (1, 0)


def test_without_a_secret_nothing_is_signed() -> None:
    """An empty signature would only look like one."""
    receiver = Receiver(lambda _: httpx.Response(200))
    send(receiver, {}, options=WebhookOptions(URL))
    assert SIGNATURE_HEADER not in receiver.requests[0].headers


@pytest.mark.parametrize("fault", [httpx.Response(503), httpx.Response(429), httpx.ConnectError("no"), 100.0])
def test_a_receiver_that_fails_is_tried_again(fault: httpx.Response | Exception | float) -> None:
    """After 1, 2 and 4 s, whether it refuses, is away, or does not answer in time; messages keep their order."""
    receiver = Receiver(lambda number: fault if number < 4 else httpx.Response(200))
    webhook = send(receiver, {"number": 1}, {"number": 2})
    assert [json.loads(request.content)["number"] for request in receiver.requests] == [1, 1, 1, 1, 2]
    slow_s = 5 if fault == 100.0 else 0
    waits = [after - before - slow_s for before, after in zip(receiver.at_s[:3], receiver.at_s[1:4], strict=True)]
    assert waits == pytest.approx([1, 2, 4], abs=0.01)
    assert (webhook.sent, webhook.lost) == (2, 0)


def test_a_receiver_that_asks_for_time_gets_it() -> None:
    """Up to two minutes."""
    replies = ["7", "99999", "soon", None]
    receiver = Receiver(
        lambda number: (
            httpx.Response(429, headers={"Retry-After": text} if (text := replies[number - 1]) else {})
            if number <= 3
            else httpx.Response(200)
        )
    )
    send(receiver, {})
    waits = [after - before for before, after in zip(receiver.at_s, receiver.at_s[1:], strict=False)]
    assert waits == pytest.approx([7, 120, 4], abs=0.01)


def test_attempts_are_bounded(caplog: pytest.LogCaptureFixture) -> None:
    """Then the message is lost, which is logged and counted, and the next has its turn; no secret is in the log."""
    receiver = Receiver(lambda number: httpx.ConnectError("url-canary") if number <= 5 else httpx.Response(200))
    webhook = send(receiver, {"number": 1}, {"number": 2})
    assert [json.loads(request.content)["number"] for request in receiver.requests] == [1, 1, 1, 1, 1, 2]
    assert (webhook.sent, webhook.lost) == (1, 1)
    assert "hooks.test after 5 attempts: ConnectError" in caplog.text
    assert "canary" not in caplog.text
    assert "canary" not in repr(webhook) + repr(OPTIONS)


@pytest.mark.parametrize("status", [301, 307, 400, 401, 404])
def test_what_will_not_get_better_is_not_tried_again(status: int, caplog: pytest.LogCaptureFixture) -> None:
    """A redirect is not followed either: it would lead to where nobody configured."""
    receiver = Receiver(lambda _: httpx.Response(status, headers={"Location": "http://169.254.169.254/"}))
    webhook = send(receiver, {})
    assert len(receiver.requests) == 1
    assert webhook.lost == 1
    assert f"status {status}" in caplog.text


def test_giving_never_waits(caplog: pytest.LogCaptureFixture) -> None:
    """While the receiver hangs, the newest messages are kept and the oldest dropped."""
    receiver = Receiver(lambda _: 1000.0)
    with caplog.at_level(logging.ERROR):
        webhook = send(receiver, *({"number": number} for number in range(MOST_WAITING + 50)), for_s=1)
    assert webhook.lost == 50
    assert len(webhook._waiting) == MOST_WAITING - 1
    assert "too slow" in caplog.text


@pytest.mark.parametrize("url", ["", "hooks.test/x", "ftp://hooks.test/x", "http://", "http://[::1", "http:///path"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """Without saying it, since it may hold a secret."""
    with pytest.raises(GatewayError, match="https://HOST/PATH") as refused:
        WebhookOptions(Secret(url))
    assert not url or url not in str(refused.value)
