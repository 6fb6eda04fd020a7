"""What somebody said, as Markdown that shows it as it is: no mark in it becomes a heading, a link, or HTML."""

from __future__ import annotations

import re

from commands.terminal import plain

_ANYWHERE = re.compile(r"[\\`*_\[\]<>&|~]")
_LIST_NUMBER = re.compile(r"\d+(?=[.)])")
_AT_END = re.compile(r"(?=#+$)(?<![#\\])")


def literal(text: str) -> str:
    """`text` on one line, every mark of Markdown with a backslash before it; control characters are gone."""
    line = " ".join(plain(text).split())
    line = _ANYWHERE.sub(r"\\\g<0>", line)
    number = _LIST_NUMBER.match(line)
    if number:
        line = f"{number[0]}\\{line[number.end() :]}"
    elif line[:1] in {"#", "+", ":", "=", "-"}:
        line = f"\\{line}"
    return _AT_END.sub(r"\\", line)


def quoted(text: str) -> list[str]:
    """`text` as a block quote, line by line as it was."""
    lines = [literal(line) for line in text.splitlines()] or [""]
    breaks = ["\\" if line and after else "" for line, after in zip(lines, [*lines[1:], ""], strict=True)]
    return [f"> {line}{end}".rstrip() for line, end in zip(lines, breaks, strict=True)]
