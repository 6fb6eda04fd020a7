"""The gateway's own secret, out of which it makes one key for each purpose. Only its owner can read it.

It signs what the log leaves behind when rows are removed, and wraps the subjects' keys: whoever has the database alone
can neither forge the one nor read the other. It must outlive every row that it vouches for, so it is not rotated.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from gateway.errors import GatewayError

SHORTEST_BYTES = 32


class GatewayKey:
    """Raises `GatewayError` for a secret of less than 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < SHORTEST_BYTES:
            raise GatewayError(f"the gateway's key is shorter than {SHORTEST_BYTES} bytes; use one that it made itself")
        self._secret = secret

    def __repr__(self) -> str:
        return "GatewayKey(…)"

    def derived(self, purpose: str) -> bytes:
        """32 bytes for `purpose` alone: HMAC-SHA256 as in HKDF's expansion (RFC 5869), one block of it."""
        return hmac.digest(self._secret, f"r1-gateway {purpose}\x01".encode(), hashlib.sha256)

    def sign(self, purpose: str, message: bytes) -> bytes:
        """HMAC-SHA256 of `message` under the key for `purpose`."""
        return hmac.digest(self.derived(purpose), message, hashlib.sha256)

    def signed(self, purpose: str, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's."""
        return hmac.compare_digest(self.sign(purpose, message), signature)


def open_gateway_key(file: Path) -> GatewayKey:
    """The key in `file`, made when there is no such file. Raises `GatewayError` for one that cannot be used."""
    try:
        if not file.exists():
            _make(file)
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise GatewayError(f"{file}: the gateway's key can be read by others; run `chmod 600 {file}`")
        secret = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except OSError as error:
        raise GatewayError(
            f"{file}: the gateway's key cannot be read ({error.strerror}); make it readable for this user"
        ) from error
    except ValueError:
        raise GatewayError(f"{file}: this is no key of a gateway; put the right file there from a backup") from None
    if len(secret) < SHORTEST_BYTES:
        raise GatewayError(f"{file}: the gateway's key is cut short; put the right file there from a backup")
    return GatewayKey(secret)


def _make(file: Path) -> None:
    """Write a new key. Of two processes that do so at once one wins, and both go on with its key."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as written:
            written.write(f"{secrets.token_hex(SHORTEST_BYTES)}\n")
            written.flush()
            os.fsync(written.fileno())
        try:
            os.link(name, file)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            if not file.exists():
                Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)
