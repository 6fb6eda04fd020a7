"""A faster way under the R1 client's HTTP: aiohttp's connections behind httpx's API (`httpx-aiohttp`, an extra).

Measured on the bench of `benchmarks.gateway`, a call of the gateway takes 1.4 ms of CPU with it, and 2.0 without.
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


def quick_transport(servers: Sequence[R1Options]) -> httpx.AsyncBaseTransport | None:
    """For all of `servers`; None where it cannot be used: not installed, a proxy to go through, or differing TLS.

    Raises `SettingsError` for a file of their TLS options that cannot be used.
    """
    encrypted = [each.tls for each in servers if each.base_url.lower().startswith("https:")]
    proxied = any(each.remote for each in servers) and getproxies()
    if proxied or any(each.unix_socket for each in servers) or any(tls != encrypted[0] for tls in encrypted):
        return None
    if find_spec("httpx_aiohttp") is None:
        return None
    return _QuickTransport(tls_context(encrypted[0]) if encrypted else None)


class _QuickTransport(httpx.AsyncBaseTransport):
    def __init__(self, context: ssl.SSLContext | None) -> None:
        from httpx_aiohttp import AiohttpTransport

        def session() -> Any:
            import aiohttp

            return aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_OPEN_SECONDS, ssl=context or True),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )

        # Without a context of its own it would load the public authorities, for nothing.
        self._inner = AiohttpTransport(verify=context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), client=session)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        with _explained(request):
            response = await self._inner.handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Body(response.stream, request)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, request: httpx.Request) -> None:
        self._stream = stream
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _explained(self._request):
            async for chunk in self._stream:
                yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


@contextmanager
def _explained(request: httpx.Request) -> Iterator[None]:
    """Failures as httpx's own transport would name them: httpx-aiohttp calls a connection that ended a timeout."""
    import aiohttp

    try:
        yield
    except httpx.TimeoutException as error:
        cause = error.__cause__
        if isinstance(cause, aiohttp.ConnectionTimeoutError):
            raise httpx.ConnectTimeout(str(error), request=request) from cause
        if isinstance(cause, aiohttp.ClientConnectorError):
            raise httpx.ConnectError(str(error), request=request) from _root(cause)
        if isinstance(cause, aiohttp.ClientConnectionError) and not isinstance(cause, aiohttp.ServerTimeoutError):
            raise httpx.RemoteProtocolError(str(error), request=request) from cause
        raise
    except httpx.ConnectError as error:
        raise httpx.ConnectError(str(error), request=request) from _root(error.__cause__)
    except aiohttp.ClientResponseError as error:
        raise httpx.RemoteProtocolError(f"illegal reply: {type(error).__name__}", request=request) from error
    except aiohttp.ClientConnectorError as error:
        raise httpx.ConnectError(str(error), request=request) from _root(error)
    except (aiohttp.ClientError, ssl.SSLError, OSError) as error:
        raise httpx.ReadError(type(error).__name__, request=request) from error


def _root(error: BaseException | None) -> BaseException | None:
    """What aiohttp's error was made of: its own for TLS lack what `ssl` says of a failure."""
    return getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
