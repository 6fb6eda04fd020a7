"""Key and secret: a text that does not show itself, and the file that both may stand in."""

from __future__ import annotations

import os
import re
import shlex
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path

from r1.errors import SettingsError

LARGEST_FILE = 65_536
"""Bytes of a credentials file. It holds two short lines; what is longer is some other file."""

_FORM = 'write two lines into it, api_key = "…" and api_secret = "…" (OpenAI-style servers need no secret)'


class Secret(str):
    """A text that `repr`, `str`, `format` and so tracebacks with their locals do not show; `reveal` gives it.

    It is a `str`, so that it can stand wherever a key or secret is taken. To print it takes a word.
    """

    __slots__ = ()

    def __new__(cls, text: str = "") -> Secret:
        return super().__new__(cls, str.__str__(text))  # `str(text)` of a secret would be what it shows

    def reveal(self) -> str:
        """The text itself."""
        return str.__str__(self)

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __str__(self) -> str:
        return "[hidden]"

    def __format__(self, form: str) -> str:
        return format(str(self), form)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who calls, and the proof."""

    api_key: Secret
    api_secret: Secret
    """Empty for OpenAI-style servers, which have none."""


def read_credentials(path: Path) -> Credentials:
    """Key and secret from a TOML file with `api_key` and `api_secret` that nobody but its owner can read.

    A symbolic link is followed, and what it leads to is checked; permissions are not checked on Windows. Raises
    `SettingsError`, which names the file, the fault and the remedy and repeats nothing of what stands in it.
    """
    credentials, fault = _read(path.expanduser())
    if credentials is None:
        # Raised here, where no local and no cause holds the file's content.
        raise SettingsError(f"credentials file {path} {fault}")
    return credentials


def exposure(status: os.stat_result, path: Path) -> str:
    """Why the file of this `status` is no place for a secret, and the remedy; empty when it is one, and on Windows."""
    if not hasattr(os, "geteuid"):
        return ""
    private = f"`chmod 600 {shlex.quote(str(path))}`"
    if status.st_uid not in {os.geteuid(), 0}:
        return f"belongs to another user (number {status.st_uid}): copy it to a file of your own, then run {private}"
    mode = stat.S_IMODE(status.st_mode)
    if mode & 0o077:
        return f"is open to others than its owner (mode {mode:04o}): run {private}"
    return ""


def _read(path: Path) -> tuple[Credentials | None, str]:
    """What the file holds, or else what is wrong."""
    try:
        # The open file is what is checked and read, so that no other can be put in its place between the two.
        with open(path, "rb", opener=_without_waiting) as file:  # Path.open takes no opener
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return None, "is no regular file: name one in R1_CREDENTIALS_FILE"
            if fault := exposure(status, path):
                return None, fault
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        made = f"make it, {_FORM.replace('into it, ', '')}, and run `chmod 600 {shlex.quote(str(path))}`"
        return None, f"is not there: mend R1_CREDENTIALS_FILE, or {made}"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is none"
        return None, f"cannot be read ({reason}): name a file of your own in R1_CREDENTIALS_FILE"
    return _credentials_in(content)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # a pipe is told apart, not waited for


def _credentials_in(content: bytes) -> tuple[Credentials | None, str]:
    if len(content) > LARGEST_FILE:
        return None, f"is longer than {LARGEST_FILE} bytes: {_FORM}"
    try:
        entries = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None, "is not UTF-8: save it as such"
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"at line \d+, column \d+", str(error))
        return None, f"is not in the form of TOML ({place[0] if place else 'at its end'}): {_FORM}"
    key, secret = entries.pop("api_key", None), entries.pop("api_secret", "")
    if not isinstance(key, str) or not isinstance(secret, str) or not key:
        return None, f"lacks api_key, or one of the two is no text in quotes: {_FORM}"
    if entries:
        return None, f"holds more than api_key and api_secret: {_FORM}"
    return Credentials(Secret(key), Secret(secret)), ""
