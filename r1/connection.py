"""The HTTP connection to an upstream, and what its failures mean."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

import anyio
import httpx

from r1.errors import ProtocolError, R1Error, UnreachableError, UpstreamError
from r1.lanes import Lanes
from r1.options import OLLAMA_URL, R1Options
from r1.tls import tls_context, tls_error, untrusted

KEPT_OPEN_SECONDS = 600.0
"""How long an idle connection is kept, so that the next turn of a conversation need not connect again."""

_SILENT = (ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLEOFError)


def open_connection(options: R1Options, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """An HTTP client for `options`. Nothing is sent yet. A proxy of the system is used for remote hosts only.

    Raises `SettingsError` for a file of `options.tls` that cannot be used.
    """
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=KEPT_OPEN_SECONDS)
    parts = urlsplit(options.base_url)
    encrypted = parts.scheme == "https"
    # Without TLS no certificates need be loaded (20 ms); an empty context would refuse every certificate.
    context = tls_context(options.tls) if encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if transport is None and (not options.remote or not getproxies()):
        uds = options.unix_socket or None
        transport = Lanes(partial(httpx.AsyncHTTPTransport, uds=uds, verify=context, limits=limits))
    kind = _EncryptedClient if encrypted else httpx.AsyncClient
    return kind(
        verify=context,
        transport=transport,
        limits=limits,
        timeout=httpx.Timeout(None, connect=options.timeouts.connect_s),
        headers={"Accept-Encoding": "identity", "User-Agent": "r1-client"},
    )


def connection_error(error: httpx.HTTPError, options: R1Options, streaming: bool) -> R1Error:
    """What `error` means. `streaming`: it came after the response had begun.

    The frames of `error` and of its causes are dropped: those of the HTTP library hold the headers as they are sent.
    """
    refusal = _tls_failure(error)
    _drop_frames(error)
    if streaming and not isinstance(error, httpx.DecodingError):
        return UpstreamError(f"the reply of R1 at {options.address} broke off: see that server's log, or try again")
    if refusal is not None:
        return tls_error(refusal, options.address, options.tls)
    if isinstance(error, httpx.ConnectError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return untrusted(options.address, options.tls)
    log = f"see that server's log{_certificate(options)}"
    if isinstance(error, httpx.ConnectError) and _hung_up(error):
        return UnreachableError(f"R1 at {options.address} ended the TLS handshake without a reason: {log}")
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        slow = f" within {options.timeouts.connect_s:g} s" if isinstance(error, httpx.ConnectTimeout) else ""
        return UnreachableError(f"no R1 answers at {options.address}{slow}: {_remedy(options)}")
    if isinstance(error, httpx.RemoteProtocolError) and "illegal" in str(error):
        return ProtocolError(f"what answers at {options.address} speaks no HTTP: check the port")
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError | httpx.TimeoutException):
        # In TLS 1.3 the handshake is over for us before the server has looked at our certificate.
        return UnreachableError(f"R1 at {options.address} closed the connection before answering: {log}")
    return ProtocolError(
        f"what answers at {options.address} is no R1 server ({type(error).__name__}): check the address"
    )


def _remedy(options: R1Options) -> str:
    if urlsplit(options.base_url).netloc == urlsplit(OLLAMA_URL).netloc:
        return "start Ollama (`ollama serve`)"
    return "check that the server runs and that the address is right"


def _certificate(options: R1Options) -> str:
    """The next step where a server may have hung up for want of a certificate; some, such as asyncio's, say nothing."""
    if urlsplit(options.base_url).scheme != "https":
        return ""
    if options.tls.client_certificate:
        return f", and whether it accepts the client certificate {options.tls.client_certificate}"
    return "; if it wants a client certificate, set R1_CLIENT_CERTIFICATE and R1_CLIENT_KEY"


def _hung_up(error: httpx.ConnectError) -> bool:
    """Whether there was a connection, and it was closed before TLS was agreed on."""
    return any(isinstance(link, anyio.EndOfStream | anyio.BrokenResourceError) for link in _chain(error))


def _chain(error: BaseException) -> list[BaseException]:
    """`error` and all that led to it."""
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop()
        if link is not None and link not in found:
            found.append(link)
            waiting += [link.__context__, link.__cause__]
    return found


def _tls_failure(error: BaseException) -> ssl.SSLError | None:
    """What TLS itself says went wrong, if it does; that it waits for more of the wire, or had no more, says nothing."""
    for link in _chain(error):
        if isinstance(link, ssl.SSLError) and not isinstance(link, _SILENT) and "UNEXPECTED_EOF" not in str(link):
            return link
    return None


def _drop_frames(error: BaseException) -> None:
    for link in _chain(error):
        link.__traceback__ = None


class _EncryptedClient(httpx.AsyncClient):
    """Turns a failure of TLS after the handshake into the error that httpx has for a broken connection.

    With TLS 1.3 a server refuses a client's certificate that late, and httpx lets `ssl.SSLError` through then.
    """

    async def send(
        self,
        request: httpx.Request,
        *,
        stream: bool = False,
        auth: Any = httpx.USE_CLIENT_DEFAULT,
        follow_redirects: Any = httpx.USE_CLIENT_DEFAULT,
    ) -> httpx.Response:
        try:
            response = await super().send(request, stream=stream, auth=auth, follow_redirects=follow_redirects)
        except ssl.SSLError as error:
            raise httpx.ReadError(str(error), request=request) from error
        if stream and isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _EncryptedBody(response.stream, request)
        return response


class _EncryptedBody(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, request: httpx.Request) -> None:
        self._stream = stream
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._stream:
                yield chunk
        except ssl.SSLError as error:
            raise httpx.ReadError(str(error), request=self._request) from error

    async def aclose(self) -> None:
        await self._stream.aclose()
