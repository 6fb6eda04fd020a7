"""One JSON call to another server, with r1's connection, its one retry loop, and errors that name what was asked."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

import httpx

from r1.breaker import RetryBudget
from r1.errors import (
    AuthenticationError,
    ProtocolError,
    R1Error,
    RateLimitedError,
    RequestRefusedError,
    TimedOutError,
    UnreachableError,
    UpstreamError,
)
from r1.learned import LearnedModels
from r1.options import R1Options
from r1.recovery import Patience, Recovery
from r1.replies import discreet, reason_in, retry_after_s
from r1.upstream import Upstream

REPLY_SECONDS = 60.0
"""For a reply; what is sent has longer, by its size."""
SLOWEST_SENDING = 50_000
"""Bytes per second. A slower one counts as hanging."""
TOTAL_SECONDS = 3600.0
"""For one call with all its tries."""
LARGEST_REPLY = 8 * 1024 * 1024
"""Bytes."""
SEARCHED_FOR_QUOTES = 1_000_000
"""Characters of what was sent that an error's text is compared with, so that it quotes none of it."""

Result = TypeVar("Result")

_PASSING = frozenset({408, 409, 425})


@dataclass(frozen=True, slots=True)
class ApiWords:
    """How its errors speak of a server and of what to do."""

    name: str
    """For example "the gateway"."""
    key: str
    """What to check when the key is refused."""
    address: str
    """What to check when something else answers there."""
    request: str
    """What to change when a request is refused."""


class JsonApi:
    """An async context manager. Raises `R1Error`s. `pause` waits between tries, `chance` draws the jitter."""

    def __init__(
        self,
        options: R1Options,
        words: ApiWords,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._upstream = Upstream(options, LearnedModels())
        self._words = words
        self._pause = pause
        self._chance = chance
        self._budget = RetryBudget()

    async def __aenter__(self) -> JsonApi:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._upstream.close()

    @property
    def address(self) -> str:
        """As a message may name it."""
        return self._upstream.address

    @property
    def said_of_it(self) -> str:
        """Name and address."""
        return f"{self._words.name} at {self.address}"

    async def tried(self, once: Callable[[], Awaitable[Result]]) -> Result:
        """What `once` gives, tried again as r1 tries: full jitter, Retry-After, a budget, a breaker."""
        self._budget.called()
        deadline = asyncio.get_running_loop().time() + TOTAL_SECONDS
        recovery = Recovery([self._upstream], Patience(deadline), self._budget, self._chance, self._pause)

        async def attempt(_upstream: Upstream, _patience_s: float | None) -> AsyncGenerator[Result, None]:
            yield await once()

        async with aclosing(recovery.run(attempt, lambda *_: False, lambda _: None)) as results:
            (result,) = [result async for result in results]
        return result

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        quotable: str = "",
    ) -> Mapping[str, Any]:
        """Send once; the object that comes back. An error's text repeats no stretch of `quotable`."""
        upstream = self._upstream
        url = f"{upstream.options.base_url.rstrip('/')}{path}"
        request = upstream.http.build_request(method, url, params=query, json=body, files=files)
        seconds = REPLY_SECONDS + int(request.headers.get("content-length", 0)) / SLOWEST_SENDING
        try:
            async with asyncio.timeout(seconds):
                response = await upstream.http.send(request, auth=upstream.auth, stream=True)
                try:
                    received = await self._read(response)
                finally:
                    await response.aclose()
        except TimeoutError:
            message = f"{self.said_of_it} said nothing within {seconds:.0f} s; try again later"
            raise TimedOutError(message, "total") from None
        except httpx.HTTPError as error:
            raise self._broken(error) from None  # the error's frames hold the headers with the key
        if response.status_code // 100 != 2:
            raise self._refusal(response, received, quotable)
        return self._object(received)

    def discreet(self, words: str, quotable: str = "") -> str:
        """The server's own words, on one short line, without secrets and without stretches of `quotable`."""
        reason, _ = reason_in({"error": {"message": words}})
        return discreet(reason, self._upstream.options, quotable[:SEARCHED_FOR_QUOTES])

    async def _read(self, response: httpx.Response) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LARGEST_REPLY:
                raise ProtocolError(f"{self.said_of_it} sent more than {LARGEST_REPLY >> 20} MiB; check the address")
        return bytes(body)

    def _object(self, body: bytes) -> Mapping[str, Any]:
        try:
            parsed = json.loads(body)
        except (ValueError, RecursionError):
            parsed = None
        if not isinstance(parsed, dict):
            raise ProtocolError(f"what answers at {self.address} is not {self._words.name}: {self._words.address}")
        return parsed

    def _refusal(self, response: httpx.Response, body: bytes, quotable: str) -> R1Error:
        status = response.status_code
        reason = self.discreet(reason_in(body)[0], quotable)
        said = f"{self.said_of_it} answered HTTP {status}" + (f": {reason}" if reason else "")
        if status in {401, 403}:
            return AuthenticationError(f"{said}; check {self._words.key}")
        wait_s = retry_after_s(response.headers.get("retry-after"))
        if status == 429:
            when = "later" if wait_s is None else f"in {wait_s:.0f} s"
            return RateLimitedError(f"{said}; too many requests, try again {when}", wait_s)
        if status >= 500 or status in _PASSING:
            return UpstreamError(f"{said}; see that server's log, or try again", status, wait_s)
        if status in {404, 405} or status < 400:
            return RequestRefusedError(f"{said}; {self._words.address}", status)
        return RequestRefusedError(f"{said}; {self._words.request}", status)

    def _broken(self, error: httpx.HTTPError) -> R1Error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return UnreachableError(
                f"{self.said_of_it} has a certificate that is not trusted: name its authority in R1_CA_FILE"
            )
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return UnreachableError(f"nothing answers at {self.address}: check address and network")
        return UnreachableError(f"{self.said_of_it} closed the connection before it had answered: see its log")
