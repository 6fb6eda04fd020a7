r"""Placeholders such as `<EMAIL_1>`: how a value is named while it is away, and how a model may write that name.

Why this form: models know `<NAME_1>` from anonymised text and repeat it verbatim; angle brackets end the name on both
sides, so that `<EMAIL_1>` is no part of `<EMAIL_12>`; square brackets are taken by the marks of pages, in which a
placeholder can stand (`[<EMAIL_1>.pdf p1 l4]`) without spoiling them; and no placeholder begins as `<think>` does, so
the parser of thoughts, which sees the answer first, lets it pass.

A model may write the name in another case, with a space, a hyphen or `\_` (Markdown) for the underscore, a space
inside the brackets, and the brackets full-width or as HTML (`&lt;`). All of that is read, and it is safe: numbers that
the text itself has in any such writing are given to no value. A name without its brackets stays as it is: `EMAIL_1`
can be a word of the answer itself or the beginning of a longer name, and only what comes next would tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from r1.redaction.kinds import KINDS

HIGHEST_NUMBER = 999_999
"""Of a placeholder."""

_NAMES = "|".join(kind.replace("_", r"(?:\\?[_ -])") for kind in KINDS)
PLACEHOLDER = re.compile(
    rf"(?:[<＜]|&lt;) ?({_NAMES})\\?[_ -]([1-9][0-9]{{0,5}}) ?(?:[>＞]|&gt;)", re.IGNORECASE | re.ASCII
)
"""A placeholder in any writing that is read; `kind_and_number` says which."""

LONGEST = len(r"&lt; url\_credentials\_999999 &gt;")
"""Characters of the longest writing."""


def placeholder(kind: str, number: int) -> str:
    """The form that is sent."""
    return f"<{kind.upper()}_{number}>"


def kind_and_number(found: re.Match[str]) -> tuple[str, int]:
    """Which value a match of `PLACEHOLDER` names."""
    return re.sub(r"\\?[_ -]", "_", found[1]).lower(), int(found[2])


def beginning_of_placeholder(text: str) -> int:
    """Length of the longest end of `text` that may still become a placeholder; `text` has no whole one there."""
    recent = text[-(LONGEST - 1) :]
    for opening in re.finditer("[<＜&]", recent):
        tail = recent[opening.start() :]
        if _BEGINNING.fullmatch(tail):
            return len(tail)
    return 0


def _beginnings() -> Iterator[str]:
    closing = r"(?:&(?:gt?)?)"
    for kind in KINDS:
        for opening in (["[<＜]"], ["&", "l", "t", ";"]):
            letters = [atom for letter in kind for atom in ([r"\\?", "[_ -]"] if letter == "_" else [letter])]
            atoms = [*opening, " ?", *letters, r"\\?", "[_ -]", "[1-9]", "[0-9]{0,5}", " ?"]
            yield "(?:".join(atoms) + f"(?:{closing}" + ")?" * len(atoms)


_BEGINNING = re.compile("|".join(_beginnings()), re.IGNORECASE | re.ASCII)
