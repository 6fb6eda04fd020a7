"""What the lines of a page are: headings, paragraphs, list items, fields and tables, derived from their words' boxes.

    for block in structure_of(page).blocks:
        match block:
            case Table(rows): ...

Every line of the page stands in exactly one block, in reading order, so that outputs (Markdown, hOCR) lose nothing.
Lines without words (a text layer without boxes) are judged by their text alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from documents.layout.cells import Cell, cells_of, words_at
from documents.layout.tables import Row, Table, field_spans, list_marker, table_spans
from pipeline.events import Line, Page, Word
from text.script import is_cjk
from text.unsure_words import is_unsure

__all__ = [
    "Block",
    "Cell",
    "Field",
    "Heading",
    "ListItem",
    "PageStructure",
    "Paragraph",
    "Row",
    "Table",
    "lines_of_block",
    "structure_of",
    "unsure_words",
]


LARGE, LARGER = 1.1, 1.4
"""Height of a line by the page's middling line, from which on it is a heading of the second and of the first level."""
LONGEST_HEADING = 80
"""Characters."""
PARAGRAPH_PITCH = 1.6
"""Distance of two lines by that of the page's closest neighbours; a wider one parts paragraphs."""
FILLED = 0.8
"""Of a paragraph's width; a line that is shorter ends it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that names what follows."""

    line: Line
    level: int
    """1 for the page's title, then 2 and 3."""

    @property
    def text(self) -> str:
        """As on the page."""
        return self.line.text


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of running text."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """Its lines as one, without spaces between Chinese ones."""
        return joined_text([line.text for line in self.lines])


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of a list, over all its lines."""

    marker: str
    """As printed, for example "3." or "•" or "一、"."""
    text: str
    """Without the marker."""
    lines: tuple[Line, ...]

    @property
    def ordered(self) -> bool:
        """Whether the marker counts."""
        return any(character.isalnum() for character in self.marker)


@dataclass(frozen=True, slots=True)
class Field:
    """A label with what stands behind or beside it. A line may hold two of them."""

    key: str
    """Without its colon."""
    value: str
    """Empty for a blank to be filled in."""
    line: Line
    words: tuple[Word, ...] = ()
    """Of the value, where they can be told."""
    more: tuple[Line, ...] = ()
    """Lines below that the value runs on into."""


Block = Heading | Paragraph | ListItem | Field | Table


@dataclass(frozen=True, slots=True)
class PageStructure:
    """A page as its blocks, in reading order."""

    blocks: tuple[Block, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables alone."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def fields(self) -> tuple[Field, ...]:
        """The labels with their values alone."""
        return tuple(block for block in self.blocks if isinstance(block, Field))


def structure_of(page: Page) -> PageStructure:
    """The blocks of `page`. Cheap: a page takes about a millisecond; keep it if it is asked for often."""
    lines = page.lines
    tables = {first: (after, table) for first, after, table in table_spans(lines)}
    sizes = _Sizes.of(lines)
    blocks: list[Block] = []
    place = 0
    while place < len(lines):
        if place in tables:
            place, table = tables[place]
            blocks.append(table)
            continue
        limit = min((first for first in tables if first > place), default=len(lines))
        place = _add_block(blocks, lines[:limit], place, sizes, limit < len(lines))
    return PageStructure(tuple(blocks))


def lines_of_block(block: Block) -> tuple[Line, ...]:
    """The lines that `block` was made of; two fields of one line both name it."""
    match block:
        case Heading():
            return (block.line,)
        case Field():
            return (block.line, *block.more)
        case Table():
            return tuple(line for row in block.rows for line in row.lines)
        case _:
            return block.lines


def unsure_words(lines: Sequence[Line]) -> tuple[Word, ...]:
    """The words of `lines` that may well be misread: see `text.unsure_words`."""
    return tuple(word for line in lines for word in line.words if is_unsure(word))


def joined_text(texts: Sequence[str]) -> str:
    """Lines of running text as one: a space between, but none between two Chinese characters."""
    text = ""
    for part in texts:
        close = not text or (is_cjk(text[-1]) and is_cjk(part[:1] or " "))
        text += part if close else f" {part}"
    return text


# ------------------------------------------------------------------------------------------------------- one block


@dataclass(frozen=True, slots=True)
class _Sizes:
    """What is usual on the page, in pixels."""

    height: float
    pitch: float
    """From one line to the next, where they follow closely."""

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Sizes:
        heights = [_height(line) for line in lines if line.words]
        steps = sorted(_top(after) - _top(before) for before, after in pairwise(lines) if before.words and after.words)
        steps = [step for step in steps if step > 0]
        height = median(heights) if heights else 0.0
        return cls(height, steps[len(steps) // 4] if steps else 2 * height)


_END_MARKS = tuple(".;,:!?。；，：！？、")


def _add_block(blocks: list[Block], lines: Sequence[Line], place: int, sizes: _Sizes, table_follows: bool) -> int:
    """Append the block that begins with `lines[place]`; returns where the next begins."""
    line = lines[place]
    level = _heading_level(lines, place, sizes, table_follows)
    if level:
        blocks.append(Heading(line, level))
        return place + 1
    if fields := _fields_of(line):
        more = _value_lines(fields[-1], lines[place + 1 :], sizes)
        text = joined_text([fields[-1].value, *(one.text for one in more)])
        words = fields[-1].words + tuple(word for one in more for word in one.words)
        blocks.extend([*fields[:-1], replace(fields[-1], value=text, words=words, more=more)])
        return place + 1 + len(more)
    if len(choices := cells_of(line)) > 1 and all(list_marker(cell.text) for cell in choices):
        blocks.extend(_item(cell.text, (line,)) for cell in choices)
        return place + 1
    found = list_marker(line.text)
    after = place + 1
    while (
        after < len(lines)
        and _runs_on(lines[place:after], lines[after], sizes, marked=found is not None)
        and not _heading_level(lines, after, sizes, table_follows)
    ):
        after += 1
    whole = tuple(lines[place:after])
    blocks.append(Paragraph(whole) if found is None else _item(line.text, whole))
    return after


def _item(first: str, lines: tuple[Line, ...]) -> ListItem:
    """An item that begins with the text `first`, and its further lines."""
    found = list_marker(first)
    assert found is not None
    return ListItem(found["marker"], joined_text([found["text"], *(line.text for line in lines[1:])]), lines)


def _value_lines(field: Field, lines: Sequence[Line], sizes: _Sizes) -> tuple[Line, ...]:
    """Those of the next `lines` that go on with a value that stands in a column of its own."""
    more: list[Line] = []
    if not field.words or field.words[0].left <= _left(field.line) + 2 * sizes.height:
        return ()
    last = field.line
    for line in lines:
        if not line.words or field_spans(line.text) or abs(_left(line) - field.words[0].left) > 0.3 * sizes.height:
            break
        if not 0 < _top(line) - _top(last) <= PARAGRAPH_PITCH * sizes.pitch:
            break
        more.append(line)
        last = line
    return tuple(more)


def _fields_of(line: Line) -> list[Field]:
    return [
        Field(span.key, span.value, line, words_at(line, span.begin, span.end) if span.value else ())
        for span in field_spans(line.text)
    ]


def _heading_level(lines: Sequence[Line], place: int, sizes: _Sizes, table_follows: bool) -> int:
    """1 to 3, or 0 for no heading. Print shows a heading by its size, or by the room above a few words."""
    line = lines[place]
    text = line.text
    if not line.words or len(text) > LONGEST_HEADING or text.endswith(_END_MARKS[:-1]) or len(cells_of(line)) > 1:
        return 0
    if not any(character.isalpha() for character in text):
        return 0
    if list_marker(text) is not None:
        return 0
    height = _height(line)
    large = height >= LARGER * sizes.height
    first = height >= LARGE * sizes.height and place == 0
    if (large or first) and not any(_height(other) > 1.1 * height for other in lines if other.words):
        return 1
    if field_spans(text):
        return 0
    if height >= LARGE * sizes.height and (large or _has_room(lines, place, sizes)):
        return 2
    last = place + 1 == len(lines)
    before_block = table_follows if last else list_marker(lines[place + 1].text) is not None
    return 3 if before_block and len(text) < 40 and _has_room(lines, place, sizes) else 0


def _has_room(lines: Sequence[Line], place: int, sizes: _Sizes) -> bool:
    """Whether the line above ends further away than lines of one paragraph do."""
    if place == 0:
        return True
    above = lines[place - 1]
    return not above.words or _top(lines[place]) - _top(above) > 1.25 * sizes.pitch


def _runs_on(block: Sequence[Line], line: Line, sizes: _Sizes, *, marked: bool) -> bool:
    """Whether `line` goes on with the paragraph or item `block`."""
    last = block[-1]
    if list_marker(line.text) is not None or field_spans(line.text):
        return False
    if not last.words or not line.words:
        return not last.text.endswith((".", "!", "?", "。", "！", "？")) and not marked
    step = _top(line) - _top(last)
    if not 0 < step <= PARAGRAPH_PITCH * sizes.pitch or _height(line) >= LARGE * max(sizes.height, _height(last)):
        return False
    if marked:
        return _left(line) > _left(block[0]) + 0.3 * sizes.height
    if _left(line) > _left(last) + 1.2 * sizes.height:
        return False  # an indent begins a paragraph
    width = max(_right(one) for one in (*block, line)) - min(_left(one) for one in (*block, line))
    room = max(_right(one) for one in (*block, line)) - _right(last)
    first_word = line.words[0].width
    return _right(last) - _left(last) >= FILLED * width or room < first_word + sizes.height


def _height(line: Line) -> float:
    """The height of its print from ascender to descender, whichever letters it holds.

    Boxes of Chinese characters are too high at times, never too low, and those of single signs tell nothing.
    """
    words = [word for word in line.words if sum(map(str.isalnum, word.text)) > 1] or list(line.words)
    heights = sorted(word.height / _reach(word.text) for word in words)
    chinese = any(is_cjk(letter) for letter in line.text)
    return heights[len(heights) // 4] if chinese else median(heights)


def _reach(text: str) -> float:
    """How much of the height from ascender to descender these letters take up."""
    if any(is_cjk(letter) for letter in text):
        return 1.0
    rises = not set(text) <= _LOW
    sinks = bool(set(text) & _SINKING)
    return {(True, True): 1.0, (True, False): 0.77, (False, True): 0.78, (False, False): 0.55}[rises, sinks]


_SINKING = frozenset("gjpqyQ,;()[]{}|$§/")
_LOW = frozenset("acegmnopqrsuvwxyz.,;:_-–—~+=")


def _top(line: Line) -> int:
    return min(word.top for word in line.words)


def _left(line: Line) -> int:
    return min(word.left for word in line.words)


def _right(line: Line) -> int:
    return max(word.left + word.width for word in line.words)
