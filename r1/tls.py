"""TLS to an upstream: whom we trust, who we are, and what a failed handshake means."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import httpx

from r1.errors import AuthenticationError, ProtocolError, R1Error, SettingsError, UnreachableError

_OUR_CERTIFICATE = (
    "CERTIFICATE_REQUIRED",
    "HANDSHAKE_FAILURE",
    "UNKNOWN_CA",
    "BAD_CERTIFICATE",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_REVOKED",
    "CERTIFICATE_UNKNOWN",
    "UNSUPPORTED_CERTIFICATE",
    "ACCESS_DENIED",
)
"""Alerts with which a server refuses a client's certificate, or the lack of one (RFC 8446, 6.2; TLS 1.2 has no
alert of its own for the lack and says HANDSHAKE_FAILURE)."""
_OLD_TLS = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "VERSION_TOO_LOW")
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG")

_EXPIRED, _NOT_YET_VALID = 10, 9
_WRONG_HOST = frozenset({62, 64})
"""Verification results of OpenSSL (`x509_vfy.h`), for a host name and for an IP address."""


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """Files in PEM form, read once when a client is made. Raises `SettingsError` for a key without its certificate."""

    ca_file: str = ""
    """The only authorities to trust, instead of the usual ones. Empty: those of SSL_CERT_FILE or SSL_CERT_DIR, or else
    the public ones that come with `certifi`."""
    client_certificate: str = ""
    """What proves who calls to a server that wants mutual TLS, with its intermediate certificates."""
    client_key: str = ""
    """The certificate's private key, without a password. Empty: it stands in the certificate's file."""

    def __post_init__(self) -> None:
        if self.client_key and not self.client_certificate:
            raise SettingsError(
                f"client key {self.client_key} has no certificate beside it: set R1_CLIENT_CERTIFICATE too"
            )


def tls_context(options: TlsOptions) -> ssl.SSLContext:
    """TLS 1.2 or later, with the server's certificate and host name checked. Costs about 20 ms.

    Raises `SettingsError`, naming the file, for one that is missing or is not what it should be.
    """
    context = _trusting(options.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if options.client_certificate:
        _present(context, options)
    return context


def tls_error(error: ssl.SSLError, address: str, options: TlsOptions) -> R1Error:
    """What a failure of TLS with the server at `address` means, during the handshake or after (TLS 1.3)."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return untrusted(address, options, error)
    # OpenSSL's words differ from version to version; their names in capitals are what stays.
    said = f"{error.reason} {error}".upper().replace(" ", "_")
    if "ALERT" in said and any(alert in said for alert in _OUR_CERTIFICATE):
        return _certificate_refused(error, address, options)
    if any(words in said for words in _OLD_TLS):
        return UnreachableError(f"R1 at {address} speaks no TLS 1.2 or later: bring that server up to date")
    if any(words in said for words in _NO_TLS):
        return ProtocolError(f"what answers at {address} speaks no TLS: check the address; without TLS write http://")
    return UnreachableError(f"TLS with R1 at {address} failed ({_reason(error)}): see that server's log")


def untrusted(address: str, options: TlsOptions, error: ssl.SSLCertVerificationError | None = None) -> UnreachableError:
    """The server's certificate did not pass. Without `error` nothing more is known."""
    code = error.verify_code if error else None
    if code == _EXPIRED:
        return UnreachableError(
            f"the certificate of R1 at {address} has expired: have it renewed, and check this machine's clock"
        )
    if code == _NOT_YET_VALID:
        return UnreachableError(f"the certificate of R1 at {address} is not valid yet: check this machine's clock")
    if code in _WRONG_HOST:
        return UnreachableError(
            f"the certificate of R1 at {address} is for another host name: use the name that it was issued for, "
            "and see that nothing stands between"
        )
    why = f" ({error.verify_message})" if error else ""
    if options.ca_file:
        return UnreachableError(
            f"the certificate of R1 at {address} is not from an authority in {options.ca_file}{why}: "
            "put that of its authority there (R1_CA_FILE)"
        )
    return UnreachableError(
        f"the certificate of R1 at {address} is not trusted{why}: set R1_CA_FILE, or SSL_CERT_FILE for all programs, "
        "to the certificate of its authority"
    )


def _certificate_refused(error: ssl.SSLError, address: str, options: TlsOptions) -> AuthenticationError:
    if options.client_certificate:
        return AuthenticationError(
            f"R1 at {address} refuses the client certificate {options.client_certificate} ({_reason(error)}): "
            "check that it is valid, and from an authority that this server accepts"
        )
    return AuthenticationError(
        f"R1 at {address} ended the TLS handshake ({_reason(error)}), as a server does that wants a client "
        "certificate: set R1_CLIENT_CERTIFICATE and R1_CLIENT_KEY"
    )


def _trusting(ca_file: str) -> ssl.SSLContext:
    if not ca_file:
        try:
            return httpx.create_ssl_context()
        except OSError as error:
            raise SettingsError(
                f"SSL_CERT_FILE or SSL_CERT_DIR leads to no certificates ({_reason(error)}): mend it, or unset it"
            ) from error
    path = _readable(ca_file, "CA file", "R1_CA_FILE")
    try:
        return ssl.create_default_context(cafile=path)
    except ssl.SSLError as error:
        raise SettingsError(
            f"CA file {path} holds no certificate in PEM form: name one in R1_CA_FILE that does"
        ) from error


def _present(context: ssl.SSLContext, options: TlsOptions) -> None:
    """Have `context` show the client certificate to a server that asks for one."""
    certificate = _readable(options.client_certificate, "client certificate", "R1_CLIENT_CERTIFICATE")
    key = _readable(options.client_key, "client key", "R1_CLIENT_KEY") if options.client_key else certificate
    try:
        # Read once by itself, since `load_cert_chain` does not say which of the two files is wrong.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=certificate)
    except ssl.SSLError as error:
        raise SettingsError(
            f"client certificate {certificate} holds no certificate in PEM form: name one in R1_CLIENT_CERTIFICATE"
        ) from error
    try:
        # Without a function to ask, OpenSSL would ask at the terminal.
        context.load_cert_chain(certificate, key, password=_no_password)
    except _PasswordWantedError as error:
        raise SettingsError(
            f"client key {key} is protected with a password: write it without, into a file of your own, with "
            "`openssl pkey -in KEY -out PLAIN` and `chmod 600 PLAIN`, and set R1_CLIENT_KEY to that"
        ) from error
    except ssl.SSLError as error:
        raise SettingsError(_unusable_key(error, certificate, key)) from error


def _unusable_key(error: ssl.SSLError, certificate: Path, key: Path) -> str:
    if "MISMATCH" in str(error):
        return f"client key {key} is not that of {certificate}: set R1_CLIENT_KEY to the one that belongs to it"
    if error.reason and "TOO_" in error.reason:
        return f"client certificate {certificate} is too weak for TLS today ({error.reason}): have a new one issued"
    return f"client key {key} holds no private key in PEM form: set R1_CLIENT_KEY to the certificate's key"


def _readable(name: str, what: str, variable: str) -> Path:
    path = Path(name).expanduser()
    try:
        with path.open("rb"):
            return path
    except (OSError, ValueError) as error:
        raise SettingsError(f"{what} {path} cannot be read ({_reason(error)}): mend {variable}") from error


def _reason(error: Exception) -> str:
    """In a few words: OpenSSL's or the system's own."""
    if isinstance(error, ssl.SSLError):
        return (error.reason or "no reason given").lower().replace("_", " ")
    return getattr(error, "strerror", None) or type(error).__name__


class _PasswordWantedError(Exception):
    """The key is encrypted."""


def _no_password() -> str:
    raise _PasswordWantedError
