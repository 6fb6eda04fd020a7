"""The lines of a conversation on the screen: a label, and the text beside it."""

from __future__ import annotations

from commands.terminal import delivery, plain, say, screen

LABEL_WIDTH = 10
_NARROWEST = 24
"""In fewer columns the terminal breaks the lines itself."""


def tell(label: str, text: str, style: str = "") -> None:
    """Print `text`, as it is, beside `label`. On a terminal it is broken between words; elsewhere it is one line."""
    console = screen()
    if not console.is_terminal or console.is_dumb_terminal or console.width < _NARROWEST:
        say(f"{label:<{LABEL_WIDTH}}{text}", style)
        return
    from rich.text import Text

    lines = Text(plain(text)).wrap(console, console.width - LABEL_WIDTH, overflow="fold")
    with delivery():
        for place, line in enumerate(lines):
            line.rstrip()
            whole = Text(f"{'' if place else label:<{LABEL_WIDTH}}").append_text(line)
            console.print(whole, style=style or None, soft_wrap=True)
