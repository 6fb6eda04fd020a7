"""What is printed where: results on stdout, everything else on stderr, JSON alone on stdout when asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def delivery() -> Iterator[None]:
    """Around whatever prints on stdout: raises `SetupError` when that cannot be written.

    A closed pipe is left to end the command without a word: whoever closed it has read enough.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        from pipeline.errors import SetupError

        raise SetupError(
            f"standard output: this cannot be written ({error.strerror}); make room there, or send it elsewhere"
        ) from error


def say(text: str, style: str = "") -> None:
    """Print a result as it is: no markup in it is interpreted, no control character reaches the terminal."""
    with delivery():
        screen().print(plain(text), style=style or None, markup=False, soft_wrap=True)


def say_piece(text: str, style: str = "") -> None:
    """Print a piece of a result that is still coming, at once and without a line end."""
    with delivery():
        screen().print(plain(text), style=style or None, markup=False, soft_wrap=True, end="")
        sys.stdout.flush()


@contextmanager
def counted(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on stderr that grows with each call of what it gives; on anything but a terminal, nothing."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=notes(), transient=True, disable=not notes().is_terminal) as progress:
        bar = progress.add_task(what, total=total)
        yield lambda: progress.advance(bar)


def remark(text: str) -> None:
    """Print a remark on stderr."""
    notes().print(plain(text), style="dim", markup=False, soft_wrap=True)


def complain(text: str) -> None:
    """Print a failure on stderr, on one line, so that a path or command in it can be copied."""
    if sys.stderr is not None:
        sys.stderr.write(f"error: {escaped(text)}\n")
        sys.stderr.flush()


def print_object(value: dict[str, Any]) -> None:
    """Print one JSON object on stdout."""
    with delivery():
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
        sys.stdout.flush()


def plain(text: str) -> str:
    """`text` without the control characters that would steer a terminal; line ends and tabs stay."""
    return "".join(letter for letter in text if letter in "\n\t" or (letter >= " " and not "\x7f" <= letter <= "\x9f"))


def duration(seconds: float) -> str:
    """A length of time as a person says it: "8 ms", "1.5 s"."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def escaped(text: str) -> str:
    """`text` with its control characters, line ends too, as Python writes them: for names, which may hold any."""
    return "".join(letter if plain(letter) and letter not in "\n\t" else repr(letter)[1:-1] for letter in text)
