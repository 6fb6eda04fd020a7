"""The text as the detectors read it: one reading character for each character, so that places stay the same."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int]
"""Start and end in the text."""

COVERED = "\ufffc"
"""Stands for each character that is not to be seen again. No pattern takes it into a value."""

LINE_WINDOW = 40
"""Characters before a value in which a label is looked for."""

_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63"
_FULL_WIDTH_MARKS = "＠．：＝－＋（）／＃＿"  # not the comma and its like, which end a value in Chinese
_PLAIN = str.maketrans(
    {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F) if chr(code).isalnum()}
    | {mark: chr(ord(mark) - 0xFEE0) for mark in _FULL_WIDTH_MARKS}
    | dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_DASHES, "-")
    | {COVERED: " "}
)


def plain(text: str) -> str:
    """`text` of the same length, with full-width letters and digits, spaces and dashes as ASCII has them."""
    return text if text.isascii() else text.translate(_PLAIN)


def covered(text: str, spans: Iterable[Span]) -> str:
    """`text` with each of `spans` (in order, apart) made invisible; its length stays the same."""
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        pieces += (text[at:start], COVERED * (end - start))
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def visible_parts(text: str, span: Span) -> Iterable[Span]:
    """The parts of `span` that are not covered, without white space at their ends."""
    at = span[0]
    for part in text[span[0] : span[1]].split(COVERED):
        start = at + len(part) - len(part.lstrip())
        if part.strip():
            yield start, start + len(part.strip())
        at += len(part) + 1


def joined(spans: Iterable[Span]) -> list[Span]:
    """`spans` in order, those that overlap made one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def line_before(text: str, place: int) -> str:
    """What stands before `place` on its line, no further back than `LINE_WINDOW` characters."""
    return text[max(0, place - LINE_WINDOW) : place].rpartition("\n")[2]
