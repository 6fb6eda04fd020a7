"""The HTTP connection to an upstream, and what its failures mean."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
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

Trace = Callable[[str, Mapping[str, Any]], Awaitable[None]]

_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "r1-client"}
_ASKING = (
    *((name.encode(), value.encode()) for name, value in _HEADERS.items()),
    (b"Accept", b"text/event-stream"),
    (b"Content-Type", b"application/json"),
)
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_log = logging.getLogger("r1")
_SILENT = (ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLEOFError)


class Connection(httpx.AsyncClient):
    """Sends to one server, by its transport alone where that is known.

    What httpx's own way does besides, for cookies, redirects and hooks, takes longer than the sending.
    """

    def __init__(self, options: R1Options, transport: httpx.AsyncBaseTransport | None, context: ssl.SSLContext) -> None:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=KEPT_OPEN_SECONDS)
        if transport is None and (not options.remote or not getproxies()):
            uds = options.unix_socket or None
            transport = Lanes(partial(httpx.AsyncHTTPTransport, uds=uds, verify=context, limits=limits))
        super().__init__(
            verify=context,
            transport=transport,
            limits=limits,
            timeout=httpx.Timeout(None, connect=options.timeouts.connect_s),
            headers=_HEADERS,
        )
        self._own = transport
        self._address = options.address
        self._timeout_of_each = self.timeout.as_dict()

    def request_of(self, url: httpx.URL, body: Mapping[str, Any], key: str, trace: Trace) -> httpx.Request:
        """A request for a reply to `body`, with an idempotency key. `trace` hears of the steps in which it is sent."""
        content = _JSON.encode(body).encode()
        headers = [*_ASKING, (b"Idempotency-Key", key.encode("ascii"))]
        extensions = {"timeout": self._timeout_of_each, "trace": trace}
        return httpx.Request("POST", url, headers=headers, content=content, extensions=extensions)

    async def send(
        self,
        request: httpx.Request,
        *,
        stream: bool = False,
        auth: Any = httpx.USE_CLIENT_DEFAULT,
        follow_redirects: Any = httpx.USE_CLIENT_DEFAULT,
    ) -> httpx.Response:
        """As httpx's, but redirects are never followed."""
        if self._own is None:
            auth = self.auth if auth is httpx.USE_CLIENT_DEFAULT else auth
            with _broken_tls(request):
                response = await super().send(request, stream=True, auth=auth, follow_redirects=False)
        else:
            auth = auth if isinstance(auth, httpx.Auth) else httpx.Auth()
            response = await self._authorised(request, auth, self._own)
        if not stream:
            try:
                await response.aread()
            finally:
                await response.aclose()
        return response

    async def _authorised(
        self, request: httpx.Request, auth: httpx.Auth, transport: httpx.AsyncBaseTransport
    ) -> httpx.Response:
        async with aclosing(auth.async_auth_flow(request)) as flow:
            following = await anext(flow)
            while True:
                with _broken_tls(following):
                    response = await transport.handle_async_request(following)
                response.request = following
                _log.debug(
                    "%s %s at %s: HTTP %d", following.method, following.url.path, self._address, response.status_code
                )
                if isinstance(response.stream, httpx.AsyncByteStream) and following.url.scheme == "https":
                    response.stream = _EncryptedBody(response.stream, following)
                try:
                    following = await flow.asend(response)
                except StopAsyncIteration:
                    return response
                except BaseException:
                    await response.aclose()
                    raise
                try:
                    await response.aread()
                finally:
                    await response.aclose()


def open_connection(options: R1Options, transport: httpx.AsyncBaseTransport | None = None) -> Connection:
    """An HTTP client for `options`. Nothing is sent yet. A proxy of the system is used for remote hosts only.

    Raises `SettingsError` for a file of `options.tls` that cannot be used.
    """
    encrypted = urlsplit(options.base_url).scheme == "https"
    # Without TLS no certificates need be loaded (20 ms); an empty context would refuse every certificate.
    context = tls_context(options.tls) if encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return Connection(options, transport, context)


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


@contextmanager
def _broken_tls(request: httpx.Request) -> Iterator[None]:
    """Turns a failure of TLS after the handshake into the error that httpx has for a broken connection.

    With TLS 1.3 a server refuses a client's certificate that late, and httpx lets `ssl.SSLError` through then.
    """
    try:
        yield
    except ssl.SSLError as error:
        raise httpx.ReadError(str(error), request=request) from error


class _EncryptedBody(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, request: httpx.Request) -> None:
        self._stream = stream
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _broken_tls(self._request):
            async for chunk in self._stream:
                yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
