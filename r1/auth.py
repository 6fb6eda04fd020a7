"""Proving who calls: the guide's signed assertion and token exchange (part 1.2), or a plain bearer key.

The guide fetches a token for every request and signs assertions that live for a day. Here a token is fetched once,
by one caller while the others wait, and an assertion lives for five minutes.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
import warnings
from collections.abc import AsyncGenerator, Callable, Generator

import httpx
import jwt

from r1.errors import AuthenticationError, ProtocolError
from r1.options import R1Options
from r1.replies import http_error

TOKEN_PATH = "/auth/token"
ASSERTION_SECONDS = 300
"""Life of an assertion. The guide's is 24 h; an assertion is itself a bearer credential, so ours is short."""
DEFAULT_TOKEN_SECONDS = 86_400.0
"""Life of a token whose `expires_in` the server does not say (the guide: 24 h)."""
RENEWAL_MARGIN_SECONDS = 60.0
"""A token is replaced this long before it expires, or at half its life if that is later."""


class BearerAuth(httpx.Auth):
    """A fixed key in the `Authorization` header, as OpenAI-style servers take it; none when the key is empty."""

    def __init__(self, key: str) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        yield request


class R1Auth(httpx.Auth):
    """A token from `/auth/token`, kept until shortly before it expires and shared by all calls.

    Concurrent calls cause one exchange. A 401 drops the token it was given for, and nothing newer, and the request is
    sent once more; a second 401 is final. Raises `AuthenticationError` when the exchange is refused, and the errors of
    `r1.replies.http_error` when it fails otherwise.
    """

    def __init__(self, options: R1Options, clock: Callable[[], float] = time.monotonic) -> None:
        self._options = options
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token = ""
        self._renew_at = 0.0

    def __repr__(self) -> str:
        return f"R1Auth({self._options.address})"

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        for last in (False, True):
            token = self._fresh()
            if not token:
                async with self._lock:
                    token = self._fresh()
                    if not token:
                        response = yield self._exchange(request)
                        await response.aread()
                        token = self._accept(response)
            request.headers["Authorization"] = f"Bearer {token}"
            response = yield request
            if response.status_code != 401 or last:
                return
            if self._token == token:
                self._token = ""

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        raise RuntimeError("R1Auth works with httpx.AsyncClient only")

    def _fresh(self) -> str:
        return self._token if self._clock() < self._renew_at else ""

    def _exchange(self, request: httpx.Request) -> httpx.Request:
        now = int(time.time())
        claims: dict[str, str | int] = {
            "iss": self._options.api_key,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
            "jti": uuid.uuid4().hex,
        }
        if self._options.audience:
            claims["aud"] = self._options.audience
        with warnings.catch_warnings():
            # The provider chose the secret's length; the gateway of this project refuses short ones.
            warnings.simplefilter("ignore")
            assertion = jwt.encode(claims, self._options.api_secret, algorithm="HS256")
        return httpx.Request(
            "POST",
            f"{self._options.base_url.rstrip('/')}{TOKEN_PATH}",
            headers={"Authorization": f"Bearer {assertion}"},
            json={"grant_type": "client_credentials"},
            extensions={"timeout": request.extensions.get("timeout", {})},
        )

    def _accept(self, response: httpx.Response) -> str:
        address = self._options.address
        if response.status_code in {400, 401, 403}:
            raise AuthenticationError(
                f"R1 at {address} refuses the key or its secret (HTTP {response.status_code}): check R1_API_KEY and "
                "R1_API_SECRET, and this machine's clock"
            )
        if response.status_code in {404, 405}:
            raise ProtocolError(
                f"R1 at {address} has no {TOKEN_PATH}: check the address; an OpenAI-style server, such as vLLM or "
                "Ollama, is written openai:URL"
            )
        if response.status_code != 200:
            raise http_error(response, response.content, self._options)
        try:
            reply = json.loads(response.content)
            token, seconds = reply["access_token"], float(reply.get("expires_in") or DEFAULT_TOKEN_SECONDS)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ProtocolError(
                f"R1 at {address} answered {TOKEN_PATH} without an access_token: check that this is an R1 server"
            ) from error
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise ProtocolError(
                f"R1 at {address} gave an access_token that is no token: check that this is an R1 server"
            )
        self._token = token
        self._renew_at = self._clock() + max(seconds - RENEWAL_MARGIN_SECONDS, seconds / 2)
        return token
