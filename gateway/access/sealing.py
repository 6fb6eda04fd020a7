"""Secrets at rest: AES-256-GCM, under a key that stands in a file of its owner alone, or in the environment.

HS256 needs the secret itself, so that a hash of it would not do. What is sealed is bound to the place that it was
sealed for: moved to another row, it does not open. A key is named by its own digest, and a new one takes over by
standing before the old one, until all was sealed anew (`KeySource.renewal`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from filelock import FileLock, Timeout

from gateway.errors import GatewayError
from r1.credentials import exposure

KEY_VARIABLE = "GATEWAY_SECRETS_KEY"
KEY_BYTES = 32
NONCE_BYTES = 12
"""NIST SP 800-38D, 8.2.1: 96 bits; random ones are good for 2^32 secrets under one key (8.3)."""
_FORM = b"\x01"
_NAME_BYTES = 8
_HEAD_BYTES = len(_FORM) + _NAME_BYTES + NONCE_BYTES
LARGEST_FILE = 65_536


class KeySource(Protocol):
    """Where the keys are kept, the one that seals first."""

    name: str
    """For messages."""

    def read(self) -> tuple[bytes, ...]:
        """The keys. Raises `GatewayError`."""
        ...

    def renewal(self) -> AbstractContextManager[None]:
        """A new key stands before the others while it is open, and alone after it ended well. One at a time.

        Entering raises `GatewayError` where another is under way, or a new key is not for a program to make.
        """
        ...


class SealingError(GatewayError):
    """A sealed secret cannot be opened."""


class Seal:
    """Seals and opens secrets with the keys of `source`. Raises `GatewayError` when they cannot be read."""

    def __init__(self, source: KeySource) -> None:
        self._source = source
        self._keys: dict[bytes, AESGCM] = {}
        self.reload()

    def __repr__(self) -> str:
        return f"Seal({self._source.name!r})"

    @property
    def source(self) -> KeySource:
        """Where its keys are kept."""
        return self._source

    def reload(self) -> None:
        """Read the keys again, the one that seals first. What was sealed before, and is still in memory, opens too."""
        self._keys = {_name(key): AESGCM(key) for key in self._source.read()} | self._keys

    def seal(self, secret: bytes, place: str) -> bytes:
        """`secret`, to be opened for the same `place` only."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        name, key = next(iter(self._keys.items()))
        return _FORM + name + nonce + key.encrypt(nonce, secret, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for `place`. Raises `SealingError`."""
        head, name = sealed[:1], sealed[1 : 1 + _NAME_BYTES]
        if name not in self._keys:
            self.reload()  # another process may have renewed them
        key = self._keys.get(name)
        if head != _FORM or key is None:
            raise SealingError(
                f"the secrets in the database were sealed with another key than that in {self._source.name}: put the "
                "key that belongs to this database there"
            )
        try:
            return key.decrypt(sealed[1 + _NAME_BYTES : _HEAD_BYTES], sealed[_HEAD_BYTES:], place.encode())
        except (InvalidTag, ValueError):  # the latter for what was cut off
            raise SealingError(
                f"a secret in the database ({place}) was altered: rotate it, or restore the database from a backup"
            ) from None


class KeyFile:
    """Keys in a file of mode 0600, a line each in base64; made at first use.

    Keep it apart from backups of the database: who has both has the secrets.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = str(path)

    def read(self) -> tuple[bytes, ...]:
        if not self._path.exists():
            self._make()
        try:
            with open(self._path, "rb", opener=_without_waiting) as file:  # Path.open takes no opener
                status = os.fstat(file.fileno())
                fault = "is no regular file: name another" if not stat.S_ISREG(status.st_mode) else ""
                fault = fault or exposure(status, self._path)
                content = b"" if fault else file.read(LARGEST_FILE)
        except OSError as error:
            raise GatewayError(f"key file {self._path} cannot be read ({error.strerror}): make it readable") from error
        if fault:
            raise GatewayError(f"key file {self._path} {fault}")
        lines = [line for line in content.split(b"\n") if line.strip() and not line.startswith(b"#")]
        return _keys(lines, f"key file {self._path}")

    @contextmanager
    def renewal(self) -> Iterator[None]:
        # Two at once could each forget the key that the other one has sealed with.
        lock = FileLock(f"{self._path}.lock", timeout=0, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            raise GatewayError(f"key file {self._path} is being renewed by another process: wait for it") from None
        try:
            self._write((secrets.token_bytes(KEY_BYTES), *self.read()))
            yield
            self._write(self.read()[:1])
        finally:
            lock.release()

    def _make(self) -> None:
        draft = self._draft((secrets.token_bytes(KEY_BYTES),))
        try:
            # Unlike a rename, this fails where another process was first; then that one's key is the one.
            with suppress(FileExistsError):
                os.link(draft, self._path)
        except OSError as error:
            raise GatewayError(f"key file {self._path} cannot be made ({error.strerror})") from error
        finally:
            draft.unlink(missing_ok=True)

    def _write(self, keys: tuple[bytes, ...]) -> None:
        draft = self._draft(keys)
        try:
            draft.replace(self._path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise GatewayError(f"key file {self._path} cannot be written ({error.strerror})") from error

    def _draft(self, keys: tuple[bytes, ...]) -> Path:
        """A file beside, on disk for good, which only its owner can read."""
        lines = [b"# Opens the secrets in the gateway's database. Whoever has both has the secrets."]
        content = b"\n".join([*lines, *map(base64.b64encode, keys), b""])
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise GatewayError(f"key file {self._path} cannot be written ({error.strerror})") from error
        return Path(name)


class KeyVariable:
    """Keys in an environment variable, in base64, commas between them."""

    def __init__(self, environment: Mapping[str, str], variable: str = KEY_VARIABLE) -> None:
        self._text = environment.get(variable, "")
        self.name = variable

    def read(self) -> tuple[bytes, ...]:
        return _keys([key for key in self._text.encode().split(b",") if key.strip()], self.name)

    @contextmanager
    def renewal(self) -> Iterator[None]:
        if len(self.read()) < 2:
            raise GatewayError(
                f"{self.name} holds one key: put a new one before it, with a comma between, restart the gateways with "
                "both, and renew then"
            )
        yield


def key_source(environment: Mapping[str, str], file: Path) -> KeySource:
    """The environment's keys where there are any, else those in `file`."""
    return KeyVariable(environment) if environment.get(KEY_VARIABLE) else KeyFile(file)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # a pipe is told apart, not waited for


def _keys(lines: list[bytes], name: str) -> tuple[bytes, ...]:
    """Raises `GatewayError`, which repeats nothing of them."""
    try:
        keys = tuple(base64.b64decode(line.strip(), validate=True) for line in lines)
    except binascii.Error:
        keys = ()
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        # Raised here, where no cause holds the content.
        raise GatewayError(f"{name} holds no keys of {KEY_BYTES} bytes in base64: `openssl rand -base64 32` makes one")
    return keys


def _name(key: bytes) -> bytes:
    return hashlib.sha256(b"r1-gateway key name\0" + key).digest()[:_NAME_BYTES]
