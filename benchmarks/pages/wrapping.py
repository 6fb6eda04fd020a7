"""Text cut into lines of a width, at spaces and between Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_CLOSING = "，。、；：？！）》”’％"
"""Signs that do not begin a line."""
_PIECE = re.compile(rf"\s*(?:[（《“‘]?[\u3400-\u9fff][{_CLOSING}]*|[^\s\u3400-\u9fff（《“‘]+|[（《“‘])")
"""What stays together: a Chinese character with the signs behind it, or a word; with the space before it."""


def wrapped(text: str, width: float, width_of: Callable[[str], float]) -> Iterator[str]:
    """The lines of `text`, none wider than `width` as `width_of` measures, unless a single word is."""
    line = ""
    for piece in _PIECE.findall(text):
        if line and width_of(line + piece) > width:
            yield line
            line = piece.lstrip()
        else:
            line += piece if line else piece.lstrip()
    yield line.strip()
