"""Marks such as `[invoice.png p1 l4]`: how a line of a page is named in a prompt, and cited in an answer.

A mark is the name of a document, a page and a line, both counted from 1, in square brackets. It crosses the wire as
plain text, so every engine cites the same way; `MarkStripper` takes marks out of a streamed answer again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAXIMUM_NAME_LENGTH = 100
"""Characters of a document's name kept in a mark; it bounds what the stripper must hold back."""

MARK_PATTERN = r"\[([^\[\]\x00-\x1f\x7f\u0085\u2028\u2029]{1,100}) p(\d{1,6}) l(\d{1,6})\]"
"""A whole mark; its groups are the name, the page and the line."""

_MARK = re.compile(MARK_PATTERN)
_LONGEST_MARK = len("[") + MAXIMUM_NAME_LENGTH + len(" p999999 l999999]")
_BREAKS = frozenset(chr(code) for code in (*range(32), 0x7F, 0x85, 0x2028, 0x2029))
_SENTENCE_ENDS = frozenset(".!?。！？…")
_CLOSING_MARKS = frozenset(".,;:!?)”’。，；：！？）、…")


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of a page, by its document's safe name."""

    document: str
    """As `safe_name` gives it."""
    page: int
    """Counted from 1."""
    line: int
    """Counted from 1."""

    def __str__(self) -> str:
        return f"[{self.document} p{self.page} l{self.line}]"


def safe_name(document: str) -> str:
    """The name as it can stand in a mark: brackets become round, invisible characters go, spaces are single.

    Names longer than `MAXIMUM_NAME_LENGTH` lose their middle; an empty one becomes "document". Idempotent. A caller
    who looks a mark up compares safe names.
    """
    visible = (
        " " if character.isspace() or character in _BREAKS else character
        for character in document.replace("[", "(").replace("]", ")")
        if character in _BREAKS or character.isspace() or unicodedata.category(character)[0] != "C"
    )
    name = " ".join("".join(visible).split())
    if len(name) > MAXIMUM_NAME_LENGTH:
        kept = (MAXIMUM_NAME_LENGTH - 1) // 2
        name = f"{name[:kept].rstrip()}…{name[-kept:].lstrip()}"
    return name or "document"


def mark(document: str, page: int, line: int) -> str:
    """The mark of a line as text, for example "[invoice.png p1 l4]"."""
    return str(Mark(safe_name(document), page, line))


def find_marks(text: str) -> Iterator[Mark]:
    """Every mark in `text`, in order."""
    for found in _MARK.finditer(text):
        yield Mark(found[1], int(found[2]), int(found[3]))


class MarkStripper:
    """Takes the marks out of a text that comes in pieces, and gives them beside it, in order.

    Any cutting of the same text into chunks gives the same text and marks. What may still become a mark is held back,
    as is a single space before it ("$420 [a.png p1 l9]." must become "$420."); a space after the end of a sentence is
    not, so that a splitter sees the sentence end before the mark has arrived. Text without marks passes unchanged.
    """

    def __init__(self) -> None:
        self._held = ""
        self._space = ""
        self._after_mark = False
        self._last = ""

    def feed(self, chunk: str) -> list[str | Mark]:
        """The text and marks that are certain after `chunk`; neighbouring texts are joined."""
        pieces: list[str | Mark] = []
        for character in chunk:
            self._step(character, pieces)
        return _joined(pieces)

    def flush(self) -> list[str | Mark]:
        """What was held back, at the end of the text. The stripper is then as new."""
        pieces: list[str | Mark] = []
        if self._held:
            self._give_up(pieces)
        if not self._after_mark:
            pieces.append(self._space)
        self._held, self._space, self._after_mark, self._last = "", "", False, ""
        return _joined(pieces)

    def _step(self, character: str, pieces: list[str | Mark]) -> None:
        if not self._held:
            self._outside(character, pieces)
        elif character == "[":
            self._give_up(pieces)
            self._held = "["
        elif character == "]":
            self._close(pieces)
        elif character in _BREAKS or len(self._held) >= _LONGEST_MARK:
            self._give_up(pieces)
            self._outside(character, pieces)
        else:
            self._held += character

    def _outside(self, character: str, pieces: list[str | Mark]) -> None:
        if character == "[":
            self._held = "["
        elif character == " " and self._after_mark:
            self._space = " " if self._last and not self._last.isspace() else ""
        elif character == " " and not self._space and self._last not in _SENTENCE_ENDS:
            self._space = " "
        else:
            self._emit(character, pieces)

    def _emit(self, text: str, pieces: list[str | Mark]) -> None:
        dropped = self._after_mark and (text[0] in _CLOSING_MARKS or text[0].isspace())
        if self._space and not dropped:
            pieces.append(self._space)
        pieces.append(text)
        self._last = text[-1]
        self._space, self._after_mark = "", False

    def _close(self, pieces: list[str | Mark]) -> None:
        found = _MARK.fullmatch(self._held + "]")
        if found is None:
            self._held += "]"
            self._give_up(pieces)
            return
        self._held = ""
        self._after_mark = True
        pieces.append(Mark(found[1], int(found[2]), int(found[3])))

    def _give_up(self, pieces: list[str | Mark]) -> None:
        held, self._held = self._held, ""
        self._emit(held, pieces)


def _joined(pieces: list[str | Mark]) -> list[str | Mark]:
    joined: list[str | Mark] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece:
            joined.append(piece)
    return joined
