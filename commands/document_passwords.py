"""Passwords of encrypted documents: from the environment, from the command line, or asked for. Never shown."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from commands.settings import Settings

Opened = TypeVar("Opened")

ASK = "-"
"""In the place of a password: ask for it."""
MOST_TRIES = 3


@dataclass(slots=True)
class Passwords:
    """Those known so far; more are asked for at a terminal."""

    known: list[str] = field(default_factory=list, repr=False)
    may_ask: bool = True
    """False where somebody else reads what is typed."""

    def opened(self, name: str, open_it: Callable[[tuple[str, ...]], Opened]) -> Opened:
        """What `open_it` gives with the passwords known, or with one that is asked for when none of them fits.

        Raises `PasswordError` as `open_it` does where nobody can be asked, and after `MOST_TRIES` wrong ones.
        """
        from documents.files.pdf import PasswordError

        for tries_left in reversed(range(MOST_TRIES + 1)):
            try:
                return open_it(tuple(self.known))
            except PasswordError:
                if not tries_left or not (self.may_ask and _can_ask()):
                    raise
                self.known.append(_asked(name))
        raise AssertionError("the last try returns or raises")


def given_passwords(flag: str | None, settings: Settings) -> Passwords:
    """The passwords that were given. `flag` is the value of `--password`; "-" takes one from the terminal or stdin."""
    known = [settings.document_password] if settings.document_password else []
    if flag == ASK:
        known.append(_asked("the documents") if _can_ask() else sys.stdin.readline().rstrip("\r\n"))
    elif flag:
        known.append(flag)
    return Passwords(known)


def _can_ask() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _asked(name: str) -> str:
    from getpass import getpass

    from commands.terminal import escaped

    try:
        return getpass(f"Password of {escaped(name)}: ", sys.stderr)
    except EOFError:
        raise KeyboardInterrupt from None
