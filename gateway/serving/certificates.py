"""The gateway's certificate: read from files, and read again when they change, while connections go on.

A new certificate counts for connections that are made from then on. One that cannot be used is passed over, with a line
in the log, and the old one stays: files are often replaced one after the other, so that for a moment they do not match.
"""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import GatewayError

_log = logging.getLogger("gateway")


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """In PEM form."""

    certificate: Path
    """With its intermediate certificates after it."""
    key: Path | None = None
    """Without a password. None: it stands in the certificate's file."""
    client_authorities: Path | None = None
    """Clients must then show a certificate of one of these; who they are is still said by their token."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """All of them."""
        return tuple(path for path in (self.certificate, self.key, self.client_authorities) if path is not None)


class Certificates:
    """`context` is for the server's socket. Raises `GatewayError`, naming the file, for files that cannot be used."""

    def __init__(self, files: TlsFiles) -> None:
        self._files = files
        self._stamps = _stamps(files)
        self._current = server_context(files)
        self.context = server_context(files)
        """Hands every connection to the newest certificate."""
        self.context.sni_callback = self._choose

    def changed(self) -> bool:
        """Whether a file is another than when it was last read."""
        return _stamps(self._files) != self._stamps

    def reload(self) -> bool:
        """Read the files; whether they could be used. Blocks for some milliseconds."""
        self._stamps = _stamps(self._files)
        try:
            self._current = server_context(self._files)
        except GatewayError as error:
            _log.warning("the certificate in use stays: %s", error)
            return False
        _log.info("new connections get the certificate that is now in %s", self._files.certificate)
        return True

    def _choose(self, connection: ssl.SSLObject | ssl.SSLSocket, _name: str | None, _context: ssl.SSLContext) -> None:
        # OpenSSL calls this for every handshake, also where the client names no server.
        connection.context = self._current


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """TLS 1.2 or later. Raises `GatewayError`, naming the file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    for path in files.paths:
        try:
            path.open("rb").close()
        except OSError as error:
            raise GatewayError(f"{path} cannot be read ({error.strerror}): name a file in PEM form") from error
    key = files.key or files.certificate
    try:
        context.load_cert_chain(files.certificate, files.key, password=_no_password)
    except (ssl.SSLError, ValueError, OSError) as error:
        raise GatewayError(_fault(files, key, error)) from None  # the cause may hold parts of the key
    if files.client_authorities is not None:
        try:
            context.load_verify_locations(files.client_authorities)
        except (ssl.SSLError, ValueError) as error:
            raise GatewayError(f"{files.client_authorities} holds no certificates in PEM form") from error
        context.verify_mode = ssl.CERT_REQUIRED
        # A resumed session would pass by a certificate that has been withdrawn meanwhile.
        context.options |= ssl.OP_NO_TICKET
        context.num_tickets = 0
    return context


class _EncryptedKeyError(ValueError):
    pass


def _no_password() -> str:
    raise _EncryptedKeyError  # rather than ask for one on the terminal


def _fault(files: TlsFiles, key: Path, error: Exception) -> str:
    if isinstance(error, _EncryptedKeyError):
        return f"the private key in {key} has a password: give one without (`openssl pkey -in {key} -out FILE`)"
    if "KEY_VALUES_MISMATCH" in str(error):
        return f"the private key in {key} is not that of the certificate in {files.certificate}: give the pair"
    return f"{files.certificate} and {key} hold no certificate and private key in PEM form: check both"


def _stamps(files: TlsFiles) -> tuple[object, ...]:
    return tuple(_stamp(path) for path in files.paths)


def _stamp(path: Path) -> object:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)
