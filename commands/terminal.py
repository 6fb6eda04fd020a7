"""What is printed where: results on stdout, everything else on stderr, JSON alone on stdout when asked for."""

from __future__ import annotations

import json
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


@cache
def screen() -> Console:
    """The console on stdout, for results."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


@cache
def notes() -> Console:
    """The console on stderr, for progress and remarks."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def say(text: str, style: str = "") -> None:
    """Print a result as it is: no markup in it is interpreted, no control character reaches the terminal."""
    screen().print(plain(text), style=style or None, markup=False, soft_wrap=True)


def remark(text: str) -> None:
    """Print a remark on stderr."""
    notes().print(plain(text), style="dim", markup=False, soft_wrap=True)


def complain(text: str) -> None:
    """Print a failure on stderr, without wrapping, so that a path or command in it can be copied."""
    sys.stderr.write(f"error: {plain(text)}\n")
    sys.stderr.flush()


def print_object(value: dict[str, Any]) -> None:
    """Print one JSON object on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


def plain(text: str) -> str:
    """`text` without the control characters that would steer a terminal; line ends and tabs stay."""
    return "".join(letter for letter in text if letter in "\n\t" or (letter >= " " and not "\x7f" <= letter <= "\x9f"))
