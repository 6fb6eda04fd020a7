"""Where calls wait on disk while the database takes none: encrypted, in files of mode 0600, each process its own.

A file is a row of frames: four bytes of length, then nonce and AES-256-GCM of a batch as JSON. A frame that a dying
process did not finish is left out. What a dead process left behind is taken up by whoever comes next.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from gateway.audit.pending import PendingCall, pending_from
from gateway.privacy.gateway_key import GatewayKey

_log = logging.getLogger("gateway.audit")

ENDING, LOCK_ENDING, DAMAGED_ENDING = ".waiting", ".lock", ".damaged"
_LENGTH_BYTES, _NONCE_BYTES = 4, 12
MOST_CALLS = 500
"""In a frame."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Some of the calls in a file."""

    calls: tuple[PendingCall, ...]
    source: str
    """The writer that had these calls in hand, and perhaps wrote them as its batch `batch`; empty when none had."""
    batch: int
    end: int
    """Bytes of the file up to here."""


class Shelter:
    """The files of one process, and those that dead ones left, in `folder` under names that begin with `stem`.

    `put` and `turn` are for one thread, `files`, `frames` and `remove` for another.
    """

    def __init__(self, folder: Path, stem: str, gateway_key: GatewayKey) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self.folder = folder
        self._stem = stem
        self._own = f"{stem}.{uuid.uuid4().hex[:12]}"
        self._cipher = AESGCM(gateway_key.derived("waiting calls"))
        self._locks: dict[str, FileLock] = {}
        self._open: BinaryIO | None = None
        self._turned = 0

    @property
    def holds_any(self) -> bool:
        """Whether any file waits, also of another process that may still be alive."""
        return any(self.folder.glob(f"{self._stem}.*{ENDING}"))

    def put(self, calls: Sequence[PendingCall], source: str = "", batch: int = 0) -> None:
        """Append `calls`, and see that the disk has them. Raises `OSError`; then nothing was appended."""
        file = self._opened()
        start = file.tell()
        try:
            for first in range(0, len(calls), MOST_CALLS):
                portion = [call.to_list() for call in calls[first : first + MOST_CALLS]]
                content = json.dumps([source, batch, portion], separators=(",", ":")).encode()
                nonce = secrets.token_bytes(_NONCE_BYTES)
                frame = nonce + self._cipher.encrypt(nonce, content, None)
                file.write(len(frame).to_bytes(_LENGTH_BYTES) + frame)
            os.fsync(file.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                file.seek(start)
                file.truncate()
            raise

    def turn(self) -> None:
        """End the file under way, so that it can be taken up."""
        if self._open is not None:
            self._open.close()
            self._open = None
            self._turned += 1

    def files(self) -> list[Path]:
        """Those that can be taken up: our own that have ended, and those of processes that are no more."""
        found = []
        for file in sorted(self.folder.glob(f"{self._stem}.*{ENDING}"), key=_age):
            owner = file.name.removesuffix(ENDING).rpartition(".")[0]
            if (owner == self._own and not self._is_open(file)) or (owner != self._own and self._locked(owner)):
                found.append(file)
        return found

    def frames(self, file: Path, start: int) -> Iterator[Frame]:
        """The frames of `file` from byte `start` on. Raises `OSError`, and `ValueError` for one that is damaged."""
        from cryptography.exceptions import InvalidTag

        size = file.stat().st_size
        with file.open("rb") as opened:
            opened.seek(start)
            while (position := opened.tell()) < size:
                length = int.from_bytes(opened.read(_LENGTH_BYTES))
                end = position + _LENGTH_BYTES + length
                if end > size:
                    _log.warning("%s ends in the middle of a batch, which its process did not finish", file)
                    return
                frame = opened.read(length)
                try:
                    content = self._cipher.decrypt(frame[:_NONCE_BYTES], frame[_NONCE_BYTES:], None)
                except InvalidTag:
                    raise ValueError(f"damaged at byte {position}, or written with another key") from None
                source, batch, calls = json.loads(content)
                yield Frame(tuple(map(pending_from, calls)), source, batch, end)

    def remove(self, file: Path) -> None:
        """`file` has been taken up."""
        file.unlink(missing_ok=True)
        owner = file.name.removesuffix(ENDING).rpartition(".")[0]
        if owner != self._own and not any(self.folder.glob(f"{owner}.*{ENDING}")):
            self._release(owner)

    def set_aside(self, file: Path) -> Path:
        """Keep a damaged file out of the way; where it is now."""
        return file.replace(file.with_name(file.name + DAMAGED_ENDING))

    def close(self) -> None:
        """Let go of all files; those that are left wait for the next process."""
        self.turn()
        for owner in list(self._locks):
            self._release(owner)

    def _opened(self) -> BinaryIO:
        if self._open is None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._locked(self._own):
                raise OSError(f"{self.folder}: no lock can be had there")
            descriptor = os.open(self._name(), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            self._open = os.fdopen(descriptor, "wb", buffering=0)
        return self._open

    def _name(self) -> Path:
        return self.folder / f"{self._own}.{self._turned:06d}{ENDING}"

    def _is_open(self, file: Path) -> bool:
        return self._open is not None and file == self._name()

    def _locked(self, owner: str) -> bool:
        """Whether the lock of a process's files is ours: its process is no more, or this one."""
        if owner not in self._locks:
            lock = FileLock(self.folder / f"{owner}{LOCK_ENDING}", timeout=0, mode=0o600, thread_local=False)
            try:
                lock.acquire()
            except Timeout:
                return False
            self._locks[owner] = lock
        return True

    def _release(self, owner: str) -> None:
        lock = self._locks.pop(owner)
        if not any(self.folder.glob(f"{owner}.*{ENDING}")):
            Path(lock.lock_file).unlink(missing_ok=True)  # before it is let go: nobody can have it open by then
        lock.release()


def _age(file: Path) -> tuple[float, str]:
    try:
        return file.stat().st_mtime, file.name
    except FileNotFoundError:  # taken up by another process just now
        return 0.0, file.name
