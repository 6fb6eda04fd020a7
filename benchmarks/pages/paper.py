"""A page set from top to bottom that remembers its lines, so that picture and expected text have one source.

Distances are points (1/72 inch) from the upper left corner of the page, whatever the resolution.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from PIL import Image, ImageDraw

from benchmarks.pages.chance import Chance
from benchmarks.pages.fonts import Family, font
from benchmarks.pages.wrapping import wrapped

A4 = (595.0, 842.0)
"""Width and height."""
INK, RULE, SHADE, WHITE = 25, 120, 228, 255

Align = Literal["left", "right", "centre"]
TableLook = Literal["plain", "ruled", "grid", "striped", "dark_head"]
RIGHT_OR_CENTRE: tuple[Align, ...] = ("right", "centre")
TABLE_LOOKS: tuple[TableLook, ...] = ("ruled", "grid", "plain", "striped", "dark_head")

_ANCHORS = {"left": "ls", "right": "rs", "centre": "ms"}
_FULL_WIDTH = ("、", "）")
_PADDING = 7.0
"""Least points of white on each side of a cell."""


class PageFullError(Exception):
    """The content is too long or too wide for the page at this size."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a page is set."""

    family: Family
    size: float
    """Points, of the body."""
    dots_per_inch: int
    margin: float
    """Points on the left and right."""
    leading: float
    """From foot to foot of two lines, in sizes."""
    table: TableLook
    title_align: Align
    fields_aligned: bool
    """Whether the values of a list of fields stand in a column of their own."""
    trimmed: bool
    """Whether the page is cut below its last line."""
    page: tuple[float, float] = A4
    """Width and height in points."""


def drawn_style(chance: Chance, families: Sequence[Family], page: tuple[float, float] = A4) -> Style:
    """A style by lot."""
    return Style(
        page=page,
        family=chance.any_of(families),
        size=chance.any_of((10.5, 11.0, 11.5, 12.0, 12.5)),
        dots_per_inch=chance.any_of((150, 200, 200, 250, 300)),
        margin=chance.real(0.08, 0.12) * page[0],
        leading=chance.real(1.5, 1.9),
        table=chance.any_of(TABLE_LOOKS),
        title_align=chance.any_of(("left", "centre")),
        fields_aligned=chance.happens(0.6),
        trimmed=chance.happens(0.3),
    )


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text where it stands, for a text layer."""

    text: str
    x: float
    baseline: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    align: Align = "left"
    share: float = 1.0
    """Of the width that the cells leave over."""


@dataclass(slots=True)
class Paper:
    """A grey-scale page with a cursor that moves down as lines are set."""

    style: Style
    image: Image.Image = field(init=False)
    lines: list[str] = field(init=False, default_factory=list)
    """The text so far, in reading order; the cells of a row are one line, with a space between."""
    runs: list[Run] = field(init=False, default_factory=list)
    labelled: list[tuple[str, str]] = field(init=False, default_factory=list)
    """Labels, without their colon, and values."""
    baseline: float = field(init=False, default=54.0)
    """Points from the upper edge to the foot of the line set last."""
    left: float = field(init=False)
    right: float = field(init=False)
    _draw: ImageDraw.ImageDraw = field(init=False)

    def __post_init__(self) -> None:
        width, height = (round(points * self._pixels) for points in self.style.page)
        self.image = Image.new("L", (width, height), WHITE)
        self._draw = ImageDraw.Draw(self.image)
        self.left, self.right = self.style.margin, self.style.page[0] - self.style.margin

    @property
    def _pixels(self) -> float:
        """Pixels in a point."""
        return self.style.dots_per_inch / 72

    @property
    def middle(self) -> float:
        """Half way between the margins."""
        return (self.left + self.right) / 2

    def width_of(self, text: str, size: float | None = None, bold: bool = False) -> float:
        """Points from the left to the right end of `text`."""
        made = font(self.style.family, (size or self.style.size) * self._pixels, bold)
        return made.getlength(text) / self._pixels

    @property
    def bullet(self) -> str:
        """What lists are marked with; the round bullet of the Chinese families is a mere point."""
        return "•" if self.style.family in (Family.SANS, Family.SERIF) and self.style.fields_aligned else "-"

    # ---------------------------------------------------------------------------------------------------- lines

    def line(  # the looks of a line, each with its default
        self,
        text: str,
        *,
        align: Align = "left",
        size: float | None = None,
        bold: bool = False,
        indent: float = 0.0,
    ) -> None:
        """Sets one line and remembers it."""
        size = size or self.style.size
        self.down(size * self.style.leading)
        at = {"left": self.left + indent, "right": self.right, "centre": self.middle}[align]
        self.put(text, at, align=align, size=size, bold=bold)
        self.lines.append(text)

    def title(self, text: str, size: float = 18.0) -> None:
        """Sets a heading of the whole page."""
        self.line(text, align=self.style.title_align, size=size, bold=True)

    def heading(self, text: str) -> None:
        """Sets a heading inside the page."""
        self.skip(self.style.size * 0.7)
        self.line(text, size=self.style.size * 1.15, bold=True)

    def paragraph(self, text: str, *, indent: float = 0.0, first: str = "") -> None:
        """Sets `text` over as many lines as it takes; `first` (a bullet, a number) stands before the indented text."""
        width = self.right - self.left - indent
        for number, part in enumerate(wrapped(text, width, self.width_of)):
            self.line(part, indent=indent)
            if first and number == 0:
                self.put(first, self.left + indent - self.width_of(marked(first, "")))
                self.lines[-1] = marked(first, part)

    def fields(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Sets labels and values, one pair a line."""
        widest = max(self.width_of(label) for label, _ in pairs) + 14
        for label, value in pairs:
            self.line(label)
            at = widest if self.style.fields_aligned else self.width_of(joined(label, "|")[:-1])
            if self.left + at + self.width_of(value) > self.right + 1:
                raise PageFullError(label)
            self.put(value, self.left + at)
            self.lines[-1] = joined(label, value)
            self.labelled.append((label.rstrip(":："), value))

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Sets labels and values, two pairs a line."""
        for first, second in zip(pairs[::2], pairs[1::2], strict=True):
            left, right = joined(*first), joined(*second)
            if self.left + self.width_of(left) + _PADDING > self.middle:
                raise PageFullError(left)
            self.line(left)
            self.put(right, self.middle)
            self.lines[-1] = f"{left} {right}"
            self.labelled += [(label.rstrip(":："), value) for label, value in (first, second)]

    # --------------------------------------------------------------------------------------------------- tables

    def table(self, rows: Sequence[Sequence[str]], columns: Sequence[Column], look: TableLook | None = None) -> None:
        """Sets a table whose first row is its head; each row is one line, empty cells leave nothing."""
        look = look or self.style.table
        edges = self._edges(rows, columns)
        height = self.style.size * (self.style.leading + 0.35)
        self.skip(self.style.size * 0.8)
        top = self.baseline
        for number, row in enumerate(rows):
            self.down(height)
            self._row(row, columns, edges, number, look)
        if look in ("ruled", "striped", "grid"):
            self.rule(self.style.size * 0.5)
        else:
            self.skip(self.style.size * 0.5)
        if look == "grid":
            foot = top + len(rows) * height + self.style.size * 0.5
            for edge in edges:
                self._stroke(edge, top + self.style.size * 0.5, edge, foot)

    def _edges(self, rows: Sequence[Sequence[str]], columns: Sequence[Column]) -> list[float]:
        """Where the columns begin and, last, where the table ends."""
        natural = [max(self.width_of(row[at], bold=True) for row in rows) + 2 * _PADDING for at in range(len(columns))]
        spare = self.right - self.left - sum(natural)
        if spare < 0:
            raise PageFullError(rows[0])
        shares = sum(column.share for column in columns)
        edges = [self.left]
        for width, column in zip(natural, columns, strict=True):
            edges.append(edges[-1] + width + spare * column.share / shares)
        return edges

    def _row(
        self, row: Sequence[str], columns: Sequence[Column], edges: list[float], number: int, look: TableLook
    ) -> None:
        size = self.style.size
        top, foot = self.baseline - size * (self.style.leading + 0.35) + size * 0.5, self.baseline + size * 0.5
        head = number == 0
        dark = head and look == "dark_head"
        if dark or (look == "striped" and number % 2 == 1):
            self._fill(edges[0], top, edges[-1], foot, 60 if dark else SHADE)
        if look == "grid" or (head and look == "ruled"):
            self._stroke(edges[0], top, edges[-1], top)
        if head and look in ("ruled", "striped"):
            self._stroke(edges[0], foot, edges[-1], foot)
        for text, column, begin, end in zip(row, columns, edges, edges[1:], strict=False):
            at = {"left": begin + _PADDING, "right": end - _PADDING, "centre": (begin + end) / 2}[column.align]
            self.put(text, at, align=column.align, bold=head, ink=WHITE if dark else INK)
        self.lines.append(" ".join(text for text in row if text))

    # ------------------------------------------------------------------------------------------------- the cursor

    def down(self, points: float) -> None:
        """Moves the cursor. Raises `PageFullError` at the lower margin."""
        self.baseline += points
        if self.baseline > self.style.page[1] - 40:
            raise PageFullError(self.lines[-1:])

    def skip(self, points: float) -> None:
        """Leaves room."""
        self.baseline += points

    def rule(self, below: float = 6.0, weight: float = 0.8) -> None:
        """Draws a horizontal line `below` points under the text and moves the cursor to it."""
        self.baseline += below
        self._stroke(self.left, self.baseline, self.right, self.baseline, weight)

    def box(self, left: float, top: float, right: float, foot: float) -> None:
        """Draws the outline of a box."""
        for y in (top, foot):
            self._stroke(left, y, right, y)
        for x in (left, right):
            self._stroke(x, top, x, foot)

    @contextmanager
    def column(self, left: float, right: float, top: float) -> Iterator[None]:
        """Sets what follows between `left` and `right`, from `top` down."""
        before = self.left, self.right
        self.left, self.right, self.baseline = left, right, top
        try:
            yield
        finally:
            self.left, self.right = before

    def finished(self) -> Image.Image:
        """The picture, cut below the last line where the style says so."""
        if not self.style.trimmed:
            return self.image
        foot = min(self.style.page[1], max(run.baseline for run in self.runs) + self.style.margin)
        return self.image.crop((0, 0, self.image.width, round(foot * self._pixels)))

    # -------------------------------------------------------------------------------------------------- the ink

    def put(  # the looks of a run, each with its default
        self,
        text: str,
        at: float,
        *,
        align: Align = "left",
        size: float | None = None,
        bold: bool = False,
        ink: int = INK,
    ) -> None:
        """Draws a run of text on the line of the cursor, and remembers no line."""
        size = size or self.style.size
        made = font(self.style.family, size * self._pixels, bold)
        place = (at * self._pixels, self.baseline * self._pixels)
        self._draw.text(place, text, ink, made, anchor=_ANCHORS[align])
        width = self.width_of(text, size, bold)
        begin = at - {"left": 0.0, "right": width, "centre": width / 2}[align]
        if begin < 12 or begin + width > self.style.page[0] - 12:
            raise PageFullError(text)
        self.runs.append(Run(text, begin, self.baseline, size, bold))

    def _stroke(self, left: float, top: float, right: float, foot: float, weight: float = 0.8) -> None:
        ends = tuple(points * self._pixels for points in (left, top, right, foot))
        self._draw.line(ends, RULE, max(1, round(weight * self._pixels)))

    def _fill(self, left: float, top: float, right: float, foot: float, shade: int) -> None:
        self._draw.rectangle(tuple(points * self._pixels for points in (left, top, right, foot)), shade)


def marked(marker: str, text: str) -> str:
    """Marker and text as one line: no space after a full-width mark, which has white of its own."""
    return marker + text if marker.endswith(_FULL_WIDTH) else f"{marker} {text}"


def joined(label: str, value: str) -> str:
    """Label and value as one line: no space after a full-width colon."""
    return label + value if label.endswith("：") else f"{label} {value}"


def smaller(style: Style) -> Style:
    """`style` set a little tighter, for content that does not fit."""
    return replace(style, size=style.size * 0.93, leading=max(1.35, style.leading * 0.95))
