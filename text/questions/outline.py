"""The outline of a document: its numbered items with their parts below them, and the paragraphs between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from text.placed_lines import Place, PlacedLine
from text.questions import sheet_words
from text.questions.found import joined
from text.questions.gaps import begins_with_box, ends_in_gap, has_boxes, is_room, without_leading_gap, without_points
from text.questions.markers import NUMBER_STYLES, Marker, Piece, Style, pieces_of
from text.questions.question_words import asks
from text.questions.task_words import is_task

LONGEST = 4000
"""Characters of one line and of one item; what is longer is no question."""

_FINISHED = re.compile(r"[.?!。？！:：…][\"”’'」』)）]*$")
_QUOTE_MARK = re.compile(r"^(?:>\s?)+")
_FIELD = re.compile(r"[^\W\d_][^:：?？.。]{0,30}[:：](?!//)\s*[^?？]*$")
_ALONE: frozenset[Style] = frozenset(("question", "number", "chinese", "bracket_number"))
"""What may stand on a line of its own."""
_WIDE_GAP = re.compile(r"\S {3,}(?=\S)")
_LETTERS: frozenset[Style] = frozenset(("letter", "bracket_letter", "capital", "circled", "roman"))


@dataclass(slots=True)
class Item:
    """A numbered item, or a paragraph without number."""

    marker: Marker | None
    parts: list[tuple[str, Place]] = field(default_factory=list)
    children: list[Item] = field(default_factory=list)
    heading: str = ""
    """The line that heads the group it stands in."""
    has_room: bool = False
    """Room for an answer stands below it."""

    @property
    def text(self) -> str:
        """Its lines as one."""
        text = ""
        for part, _ in self.parts:
            text = joined(text, part)
        return text

    @property
    def places(self) -> list[Place]:
        """Its own lines, each once."""
        return list(dict.fromkeys(place for _, place in self.parts))


def outline_of(lines: Iterable[PlacedLine]) -> list[Item]:
    """The items and paragraphs that stand below no other, in reading order."""
    builder = _Builder(lines := list(lines))
    for line in lines:
        builder.add(line)
    return builder.roots


@dataclass(slots=True)
class _Open:
    """An item that parts may still come to."""

    style: Style | None
    item: Item


class _Builder:
    """Takes line after line."""

    def __init__(self, lines: Sequence[PlacedLine]) -> None:
        self.roots: list[Item] = []
        self._stack: list[_Open] = []
        """From the outermost to the innermost open item; all numbered, but for a paragraph that options follow."""
        self._last: Item | None = None
        """What a line may go on with; None when the next begins something new."""
        self._paragraph: Item | None = None
        """The last thing was this paragraph."""
        self._heading = ""
        self._in_aside = False
        widest = max((len(line.text) for line in lines), default=0)
        self._wide = 0.6 * min(widest, 100)
        """Characters from which on a line is as long as the print is wide."""
        self._line_before = 0

    def add(self, line: PlacedLine) -> None:
        text = without_leading_gap(_QUOTE_MARK.sub("", line.text.strip())[:LONGEST])
        if not text or is_room(text) or (sheet_words.is_answer(text) and not self._expects_options(text)):
            self._close()
            return
        for piece in pieces_of(text):
            marker = self._accepted(piece)
            if marker is not None:
                self._begin(marker, piece.text, line.place)
            else:
                self._go_on(piece.whole, line.place)
        self._line_before = len(text)

    def _expects_options(self, text: str) -> bool:
        """Whether "A: ..." is the first option rather than an answer."""
        return text.startswith(("A:", "A：")) and not (self._stack and self._stack[-1].style == "question")

    def _close(self) -> None:
        if self._last is not None:
            self._last.has_room = True
        self._last = None
        self._in_aside = False

    # -- numbered items

    def _accepted(self, piece: Piece) -> Marker | None:
        """The piece's marker; None where the number is part of the text."""
        marker = piece.marker
        if marker is None or (not piece.text and marker.style not in _ALONE):
            return None
        if marker.style == "bare_number":
            strong = asks(piece.text, listed=True) or is_task(piece.text, listed=False, exam=True)
            return marker if strong else None
        if marker.style == "decimal":
            whole = int(marker.printed.split(".")[0])
            known = any(open_.item.marker and open_.item.marker.ordinal == whole for open_ in self._stack)
            return marker if known or any(open_.style == "decimal" for open_ in self._stack) else None
        return marker

    def _begin(self, marker: Marker, text: str, place: Place) -> None:
        marker = self._as_its_sister(marker)
        item = Item(marker, [(text, place)] if text else [], heading=self._heading)
        if not text:
            item.parts.append(("", place))
        if self._takes_options(marker):
            assert self._paragraph is not None
            self._stack = [_Open(None, self._paragraph)]
        else:
            self._unwind(marker)
        (self._stack[-1].item.children if self._stack else self.roots).append(item)
        self._stack.append(_Open(marker.style, item))
        self._last, self._paragraph, self._in_aside = item, None, False

    def _as_its_sister(self, marker: Marker) -> Marker:
        """A letter that reading took for a small or a large one, as those before it: "A) B) c) D)"."""
        before = self._stack[-1].item.marker if self._stack else None
        if before is None or {before.style, marker.style} != {"capital", "letter"}:
            return marker
        follows = marker.ordinal == before.ordinal + 1
        return replace(marker, style=before.style) if follows else marker

    def _takes_options(self, marker: Marker) -> bool:
        """Whether the paragraph just before is a question that this is the first option of."""
        if self._paragraph is None or marker.style not in _LETTERS or marker.ordinal != 1:
            return False
        text = self._paragraph.text
        return asks(text, listed=True) or text.endswith((":", "：", "_", ")", "）"))

    def _unwind(self, marker: Marker) -> None:
        """Close all that `marker` cannot be a part of."""
        styles = [open_.style for open_ in self._stack]
        if marker.style in styles:
            del self._stack[styles.index(marker.style) :]
            return
        if marker.ordinal <= 1 and self._stack:
            return
        if marker.style in NUMBER_STYLES:
            for depth, open_ in enumerate(self._stack):
                if open_.style in NUMBER_STYLES:
                    del self._stack[depth:]
                    return
        if marker.style not in _LETTERS:
            self._stack.clear()

    # -- lines without a number

    def _go_on(self, text: str, place: Place) -> None:
        if self._in_aside and self._paragraph is None:
            self._in_aside = not _FINISHED.search(text)
            return
        if self._last is not None and begins_with_box(text) and (has_boxes(self._last.text) or _asks_last(self._last)):
            self._last.parts.append((text, place))
            return
        if self._last is not None and self._last.marker is not None and self._belongs(self._last, text):
            self._last.parts.append((text, place))
            return
        if sheet_words.is_aside(text):
            self._paragraph, self._last = None, None
            self._in_aside = not _FINISHED.search(text)
            return
        if sheet_words.is_mail_head(text) or sheet_words.is_personal(text) or sheet_words.is_greeting(text):
            self._close()
            self._paragraph = None
            return
        if sheet_words.is_section(text) and (not re.search("[?？]", text) or sheet_words.judges_statements(text)):
            self._head(text)
            return
        self._prose(text, place)

    def _head(self, text: str) -> None:
        self._heading = text
        self._stack.clear()
        self._last = self._paragraph = None

    def _prose(self, text: str, place: Place) -> None:
        paragraph = self._paragraph
        if paragraph is not None and self._last is paragraph and self._runs_on(paragraph.parts[-1][0], text):
            paragraph.parts.append((text, place))
            return
        if is_task(text, listed=True, exam=True) and _announces(text):
            self._head(text)
        item = Item(None, [(text, place)], heading=self._heading)
        self.roots.append(item)
        self._last = self._paragraph = item

    def _runs_on(self, before: str, text: str) -> bool:
        if _FINISHED.search(before) and self._line_before < self._wide:
            return False
        if _FIELD.match(text) or _FIELD.match(before) or has_boxes(before):
            return False
        return text[:1].islower() or (not text[:1].isspace() and self._line_before >= max(self._wide, 12))

    def _belongs(self, item: Item, text: str) -> bool:
        """Whether a line without number goes on with a numbered item."""
        said = without_points(item.text)
        if not said:
            return not sheet_words.is_section(text)
        if (sheet_words.is_section(said) and len(said) < 30) or _is_row(said) or _WIDE_GAP.search(text):
            return False
        if ends_in_gap(said):
            return text[:1].islower()
        if sheet_words.is_aside(text) or sheet_words.is_sheet_instruction(text) or sheet_words.is_personal(text):
            return False
        if len(said) > LONGEST:
            return False
        complete = asks(said, listed=True) or is_task(said, listed=True, exam=True)
        if not _FINISHED.search(said):
            if text[:1].islower() or not complete:
                return not (sheet_words.is_section(text) and not text[:1].islower())
            return self._line_before >= self._wide and not sheet_words.is_section(text)
        if sheet_words.is_section(text):
            return False
        if not complete:
            return True
        return _follows_up(text)


def _asks_last(item: Item) -> bool:
    """Whether an item ends with a question, or with a colon."""
    text = item.text
    return text.endswith(("?", "？", ":", "：")) or (item.marker is not None and asks(text, listed=True))


def _is_row(text: str) -> bool:
    """Whether an item is a row of a table."""
    return len(_WIDE_GAP.findall(text)) > 1


def _announces(text: str) -> bool:
    """Whether a task is for the items below it."""
    return re.search(r"[:：]$|\b(?:following|these|each|below)\b|下列|下面|以下|各题|各式|各数", text) is not None


def _follows_up(text: str) -> bool:
    """Whether a line is the rest of a question that could end before it: "Why?", "Give two reasons."."""
    short = len(text.split()) <= 8 and len(text) <= 60
    if text[:1].islower():
        return True
    if asks(text, listed=True):
        return len(text.split()) <= 5 and len(text) <= 30
    return short and is_task(text, listed=True, exam=True)
