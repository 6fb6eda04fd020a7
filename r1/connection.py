"""The HTTP connection to an upstream, and what its failures mean."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

import httpx

from r1.errors import ProtocolError, R1Error, UnreachableError, UpstreamError
from r1.options import OLLAMA_URL, R1Options

KEPT_OPEN_SECONDS = 600.0
"""How long an idle connection is kept, so that the next turn of a conversation need not connect again."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def open_connection(options: R1Options, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """An HTTP client for `options`. Nothing is sent yet. A proxy from the environment is used for remote hosts only."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=KEPT_OPEN_SECONDS)
    parts = urlsplit(options.base_url)
    if transport is None and (options.unix_socket or parts.hostname in _LOOPBACK):
        # Without TLS no certificates need be loaded (20 ms); an empty context would refuse every certificate.
        verify = True if parts.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        transport = httpx.AsyncHTTPTransport(uds=options.unix_socket or None, verify=verify, limits=limits)
    return httpx.AsyncClient(
        transport=transport,
        limits=limits,
        timeout=httpx.Timeout(None, connect=options.timeouts.connect_s),
        headers={"Accept-Encoding": "identity", "User-Agent": "r1-client"},
    )


def connection_error(error: httpx.HTTPError, options: R1Options, streaming: bool) -> R1Error:
    """What `error` means. `streaming`: it came after the response had begun."""
    if streaming and not isinstance(error, httpx.DecodingError):
        return UpstreamError(f"the reply of R1 at {options.address} broke off: see that server's log, or try again")
    if isinstance(error, httpx.ConnectError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return UnreachableError(
            f"the certificate of R1 at {options.address} is not trusted: "
            "set SSL_CERT_FILE to the certificate of its authority"
        )
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        slow = f" within {options.timeouts.connect_s:g} s" if isinstance(error, httpx.ConnectTimeout) else ""
        return UnreachableError(f"no R1 answers at {options.address}{slow}: {_remedy(options)}")
    if isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError | httpx.TimeoutException):
        return UnreachableError(
            f"R1 at {options.address} closed the connection before answering: see that server's log"
        )
    return ProtocolError(
        f"what answers at {options.address} is no R1 server ({type(error).__name__}): check the address"
    )


def _remedy(options: R1Options) -> str:
    if urlsplit(options.base_url).netloc == urlsplit(OLLAMA_URL).netloc:
        return "start Ollama (`ollama serve`)"
    return "check that the server runs and that the address is right"
