"""A faster way under the R1 client's HTTP: aiohttp's connections behind httpx's API (the `gateway` extra has aiohttp).

A request takes a third of what it takes over httpx's own connections, measured on the bench of `benchmarks.gateway`.
`httpx-aiohttp`, which does the same for every use of httpx, takes half as long again.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

import httpx

from r1.connection import KEPT_OPEN_SECONDS
from r1.options import R1Options
from r1.tls import tls_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiohttp import ClientResponse, ClientSession


def quick_transport(servers: Sequence[R1Options]) -> httpx.AsyncBaseTransport | None:
    """For all of `servers`; None where it cannot be used: not installed, a proxy to go through, or differing TLS.

    Raises `SettingsError` for a file of their TLS options that cannot be used.
    """
    encrypted = [each.tls for each in servers if each.base_url.lower().startswith("https:")]
    proxied = any(each.remote for each in servers) and getproxies()
    if proxied or any(each.unix_socket for each in servers) or any(tls != encrypted[0] for tls in encrypted):
        return None
    if find_spec("aiohttp") is None:
        return None
    return _QuickTransport(tls_context(encrypted[0]) if encrypted else None)


class _QuickTransport(httpx.AsyncBaseTransport):
    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        self._session: ClientSession | None = None
        self._timeouts: dict[float | None, Any] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        connect_s = request.extensions.get("timeout", {}).get("connect")
        with _explained(request):
            response = await self._open().request(
                request.method,
                str(request.url),
                data=request.content or None,  # the R1 client's requests are of bytes
                headers=request.headers.multi_items(),
                allow_redirects=False,
                timeout=self._timeout(connect_s),
            )
        return httpx.Response(response.status, headers=response.raw_headers, stream=_Body(response, request))

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> ClientSession:
        if self._session is None:
            import aiohttp

            # Without a context of its own it would load the public authorities, for nothing.
            context = self._context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_OPEN_SECONDS, ssl=context),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session

    def _timeout(self, connect_s: float | None) -> Any:
        if connect_s not in self._timeouts:
            from aiohttp import ClientTimeout

            self._timeouts[connect_s] = ClientTimeout(total=None, sock_connect=connect_s)
        return self._timeouts[connect_s]


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: ClientResponse, request: httpx.Request) -> None:
        self._response = response
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _explained(self._request):
            async for chunk in self._response.content.iter_any():
                yield chunk

    async def aclose(self) -> None:
        self._response.release()  # closes the connection when there is more to come


@contextmanager
def _explained(request: httpx.Request) -> Iterator[None]:
    """Failures as httpx's own transport would name them."""
    try:
        yield
    except Exception as error:
        import aiohttp

        if isinstance(error, aiohttp.ConnectionTimeoutError):
            raise httpx.ConnectTimeout(str(error), request=request) from error
        if isinstance(error, aiohttp.ClientConnectorError):
            raise httpx.ConnectError(str(error), request=request) from _root(error)
        if isinstance(error, aiohttp.ClientConnectionError):
            raise httpx.RemoteProtocolError(str(error), request=request) from error
        if isinstance(error, aiohttp.ClientResponseError):
            raise httpx.RemoteProtocolError(f"illegal reply: {type(error).__name__}", request=request) from error
        if isinstance(error, aiohttp.ClientError | ssl.SSLError | OSError):
            raise httpx.ReadError(type(error).__name__, request=request) from error
        raise


def _root(error: BaseException | None) -> BaseException | None:
    """What aiohttp's error was made of: its own for TLS lack what `ssl` says of a failure."""
    return getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
