"""Proving who calls: the guide's signed assertion and token exchange (part 1.2), or a plain bearer key.

The guide fetches a token for every request and signs assertions that live for a day. Here a token is fetched once,
by one caller while the others wait; it is replaced beside the calls while it still serves them; and an assertion lives
for five minutes.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import time
import uuid
import warnings
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from r1.bounded_body import BoundedBody
from r1.credentials import Secret
from r1.errors import AuthenticationError, ProtocolError, R1Error, RateLimitedError, SettingsError, UpstreamError
from r1.options import R1Options
from r1.replies import http_error

TOKEN_PATH = "/auth/token"
ASSERTION_SECONDS = 300
"""Life of an assertion. The guide's is 24 h; an assertion is itself a bearer credential, so ours is short."""
DEFAULT_TOKEN_SECONDS = 86_400.0
"""Life of a token whose `expires_in` the server does not say (the guide: 24 h)."""
SHORTEST_TOKEN_SECONDS, LONGEST_TOKEN_SECONDS = 1.0, 30 * 86_400.0
"""Bounds of a token's life, whatever the server says. Calls that waited for a token may all use it, even one that is
said to be over at once; and none is trusted for years."""
RENEWAL_SECONDS = 1200.0
"""A token is replaced beside the calls this long before it expires, or from half its life if that is later."""
LARGEST_TOKEN_REPLY = 65_536
"""Bytes of what `/auth/token` answers."""
SKEW_SECONDS = 60.0
"""A token no longer serves this long before it expires; a quarter of its life if that is less."""
RENEWAL_TIMEOUT_SECONDS = 30.0
"""What an exchange that no call waits for may take."""
FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS = 15.0, 300.0
"""Between exchanges beside the calls that fail: the first wait, which doubles each time, and the longest."""

Send = Callable[[httpx.Request], Awaitable[httpx.Response]]

_log = logging.getLogger("r1")


class BearerAuth(httpx.Auth):
    """A fixed key in the `Authorization` header, as OpenAI-style servers take it; none when the key is empty."""

    def __init__(self, key: str) -> None:
        self._key = Secret(key)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key.reveal()}"
        yield request


@dataclass(frozen=True, slots=True)
class _Token:
    """Times are those of the monotonic clock, in seconds, counted from when the token was asked for."""

    text: Secret
    renew_at: float
    over_at: float


class R1Auth(httpx.Auth):
    """A token from `/auth/token`, shared by all calls until shortly before it expires.

    Concurrent calls cause one exchange. From `RENEWAL_SECONDS` before the end a call gets the old token at once and
    causes one exchange beside it, if `send` is set; should that fail, the old token serves on and it is tried again
    later. A 401 drops the token it was given for, and nothing newer, and the request is sent once more; a second 401
    is final. That also covers a machine that slept while its clock stood still.

    `clock` must not jump (the token's life is counted by it), `wall_clock` is the time of day (the assertion says it);
    both in seconds. Raises `AuthenticationError` when the exchange is refused, `SettingsError` for a secret that cannot
    sign, and the errors of `r1.replies.http_error` when the exchange fails otherwise. Close it with `aclose`.
    """

    def __init__(
        self,
        options: R1Options,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self.send: Send | None = None
        """What sends the exchanges beside the calls. Without it a token is replaced only once it is over."""
        self._options = options
        self._clock = clock
        self._wall_clock = wall_clock
        self._lock = asyncio.Lock()
        self._token: _Token | None = None
        self._renewal: asyncio.Task[None] | None = None
        self._failures = 0
        self._retry_at = -math.inf

    def __repr__(self) -> str:
        return f"R1Auth({self._options.address})"

    async def aclose(self) -> None:
        """Stop the exchange under way, if there is one. No other is begun beside a call from now on."""
        self.send = None
        renewal, self._renewal = self._renewal, None
        if renewal is not None and not renewal.done():
            renewal.cancel()
            await asyncio.wait({renewal})

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        for last in (False, True):
            token = self._serving()
            if token is None:
                async with self._lock:  # an exchange beside the calls holds it too, so that there is only ever one
                    token = self._serving()
                    if token is None:
                        asked_at, exchange = self._clock(), self._exchange(request.extensions.get("timeout", {}))
                        response = yield exchange
                        _bound(response, self._options.address)
                        await response.aread()
                        token = self._accept(response, exchange, asked_at)
            self._renew_beside(token)
            request.headers["Authorization"] = f"Bearer {token.text.reveal()}"
            response = yield request
            if response.status_code != 401 or last:
                return
            _bound(response, self._options.address)  # httpx reads it before it sends the request again
            if self._token is token:
                self._token = None

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        raise RuntimeError("R1Auth works with httpx.AsyncClient only")

    def _serving(self) -> _Token | None:
        return self._token if self._token is not None and self._clock() < self._token.over_at else None

    def _renew_beside(self, token: _Token) -> None:
        """Begin to replace `token` if it is time, nobody does, and the last try did not fail just now."""
        now = self._clock()
        if self.send is None or now < token.renew_at or now < self._retry_at:
            return
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew(self.send), name="r1 token renewal")

    async def _renew(self, send: Send) -> None:
        async with self._lock:
            if self._token is None or self._clock() < self._token.renew_at:
                return
            connect_only = httpx.Timeout(None, connect=self._options.timeouts.connect_s)
            try:
                async with asyncio.timeout(RENEWAL_TIMEOUT_SECONDS):
                    asked_at, exchange = self._clock(), self._exchange(connect_only.as_dict())
                    response = await send(exchange)
                    _bound(response, self._options.address)
                    await response.aread()
                self._accept(response, exchange, asked_at)
            except Exception as error:  # noqa: BLE001  # whatever it is: the old token serves on, and a call will tell
                self._retry_at = self._clock() + self._wait_s(error)
                why = str(error) if isinstance(error, R1Error) else type(error).__name__
                _log.info("the token for R1 at %s was not renewed and serves on: %s", self._options.address, why)

    def _wait_s(self, error: Exception) -> float:
        self._failures += 1
        wait_s = min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2.0 ** min(self._failures - 1, 10))
        asked_s = error.retry_after_s if isinstance(error, RateLimitedError | UpstreamError) else None
        return max(wait_s, asked_s or 0.0)

    def _exchange(self, timeout: Mapping[str, Any]) -> httpx.Request:
        now = int(self._wall_clock())
        claims: dict[str, str | int] = {
            "iss": Secret(self._options.api_key),  # JSON has it as it is, a traceback not
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
            "jti": uuid.uuid4().hex,
        }
        if self._options.audience:
            claims["aud"] = self._options.audience
        assertion = _signed(claims, Secret(self._options.api_secret))
        if assertion is None:
            # Raised here, where no local and no cause holds the secret.
            raise SettingsError(
                "R1_API_SECRET cannot sign with HS256: it must be a shared secret, not a PEM or SSH key"
            )
        request = httpx.Request(
            "POST",
            f"{self._options.base_url.rstrip('/')}{TOKEN_PATH}",
            json={"grant_type": "client_credentials"},
            extensions={"timeout": timeout},
        )
        request.headers["Authorization"] = f"Bearer {assertion.reveal()}"
        return request

    def _accept(self, response: httpx.Response, exchange: httpx.Request, asked_at: float) -> _Token:
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
            raise http_error(response, self._without_secrets(response.content, exchange), self._options)
        found = _token_in(response.content)
        if isinstance(found, str):
            raise ProtocolError(f"R1 at {address} {found}: check that this is an R1 server")
        text, life_s = found
        self._token = _Token(
            text,
            renew_at=asked_at + life_s - min(RENEWAL_SECONDS, life_s / 2),
            over_at=asked_at + life_s - min(SKEW_SECONDS, life_s / 4),
        )
        self._failures, self._retry_at = 0, -math.inf
        return self._token

    def _without_secrets(self, body: bytes, exchange: httpx.Request) -> bytes:
        """`body`, whose reason will be told, without what a server might repeat of the request."""
        assertion = exchange.headers["Authorization"].split()[1]
        for secret in (assertion, Secret(self._options.api_secret).reveal()):
            body = body.replace(secret.encode(errors="surrogateescape"), b"[hidden]")
        return body


def _bound(response: httpx.Response, address: str) -> None:
    if not response.is_stream_consumed:
        response.stream = BoundedBody(response.stream, address, LARGEST_TOKEN_REPLY)


def _signed(claims: dict[str, str | int], secret: Secret) -> Secret | None:
    """The assertion; None when the secret is no HMAC key."""
    import jwt  # brings 10 MB along, which a server without such assertions need not cost

    try:
        with warnings.catch_warnings():
            # The provider chose the secret's length; the gateway of this project refuses short ones.
            warnings.simplefilter("ignore")
            # What stands in the environment in another encoding than UTF-8 is signed with as it stands there.
            return Secret(jwt.encode(claims, secret.encode(errors="surrogateescape"), algorithm="HS256"))
    except (jwt.PyJWTError, UnicodeEncodeError):
        return None


def _token_in(body: bytes) -> tuple[Secret, float] | str:
    """The token and its life in seconds, or what is wrong. Raises nothing: its frames would hold the token."""
    try:
        reply = json.loads(body)
        token, life_s = reply["access_token"], _life_s(reply.get("expires_in"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return f"answered {TOKEN_PATH} without an access_token"
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        return "gave an access_token that is no token"
    return Secret(token), life_s


def _life_s(reported: Any) -> float:
    """A token's life as `expires_in` says it, within bounds. Raises `ValueError` or `TypeError` for no number."""
    if reported is None or reported == "":
        return DEFAULT_TOKEN_SECONDS
    try:
        seconds = float(reported)
    except OverflowError:
        return LONGEST_TOKEN_SECONDS
    if math.isnan(seconds):
        return DEFAULT_TOKEN_SECONDS
    return min(max(seconds, SHORTEST_TOKEN_SECONDS), LONGEST_TOKEN_SECONDS)
