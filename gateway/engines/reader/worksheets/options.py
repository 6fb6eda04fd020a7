"""The options of a question on a worksheet: "A) 21   B) 27", one a line or several, as reading leaves them."""

from __future__ import annotations

import re
from collections.abc import Sequence

LETTERS = "ABCDEFGH"
LEAST_IN_PLACE = 0.5
"""So many of the letters must be those of their places for the others to be taken as misread."""
_OPTION = re.compile(
    r"(?:^|(?<=[\s,;，；]))[(（]?(?P<letter>[A-Ha-h])(?:[.)）、:]+|(?<=[(（][A-Ha-h])[.)）、:]*) ?(?=\S)"
)
_LOOSE = re.compile(r"^[(（\[]?(?P<letter>[A-Za-z])[A-Za-z]?\s?(?P<mark>[.)）、:,，]|\s(?=\S))[.)）、]? ?(?=\S)")
"""What is left of a letter and its mark after a misreading: "Cc. 42", "A, 22"."""


def opens(text: str, due: int, cells: Sequence[str] = ()) -> bool:
    """True when the line begins with the option at place `due` (0 for A), its letter in either case.

    A line of three or more cells may begin with a letter whose mark was misread; a B may have been read as 8,
    a C as Cc.
    """
    found = _OPTION.match(text)
    if found is not None and found["letter"].upper() == LETTERS[due : due + 1]:
        return True
    loose = _LOOSE.match(text)
    letter = LETTERS[due : due + 1]
    if (due == 1 and text[:2] in ("8)", "8.")) or (
        due and letter and re.match(f"{letter}{letter}?[.,)]", text, re.IGNORECASE)
    ):
        return True
    return due == 0 and len(cells) >= 3 and loose is not None and loose["letter"].upper() == "A"


def parted(text: str, cells: Sequence[str] = ()) -> tuple[str, ...]:
    """The options on one line, each as it was read; empty when the line has none."""
    if len(cells) >= 3 and sum(_LOOSE.match(cell) is not None for cell in cells) >= len(cells) - 1:
        return tuple(cells)
    starts = [found.start() for found in _OPTION.finditer(text)]
    if not starts or (len(starts) < 2 and starts[0] != 0):
        return ()
    ends = [*starts[1:], len(text)]
    return tuple(text[start:end].strip(" ,;，；") for start, end in zip(starts, ends, strict=True))


def before_options(text: str) -> str:
    """What stands on the line before its first option."""
    found = _OPTION.search(text)
    return text[: found.start()].strip() if found else text


def listed(options: Sequence[str]) -> str:
    """The options in a row under their letters; as they were read, where the letters are not those of their places."""
    options = [
        f"B{option[1:]}" if at == 1 and option[:2] in ("8)", "8.") else option for at, option in enumerate(options)
    ]
    found = [_LOOSE.match(option) for option in options]
    in_place = sum(
        match is not None and match["letter"].upper() == letter for match, letter in zip(found, LETTERS, strict=False)
    )
    if not options or in_place < LEAST_IN_PLACE * len(options) or in_place < 2 or len(options) > len(LETTERS):
        return "   ".join(options)
    return ", ".join(
        f"{letter}) {option[match.end() :] if match is not None else option}"
        for letter, option, match in zip(LETTERS, options, found, strict=False)
    )
