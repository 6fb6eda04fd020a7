"""The attached documents as the reader sees them: clean lines, each with its place and the values in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.engines.reader.words.values import Value, find_values
from gateway.engines.reader.words.wording import Wording
from text.marks import mark
from text.prompt import PromptPage
from text.unsure_words import unmarked

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0xFFE5: 0xA5}
_KEPT_FULL_WIDTH = {ord(character) for character in "，！？；"}
_TRANSLATION = {code: target for code, target in _FULL_WIDTH.items() if code not in _KEPT_FULL_WIDTH}
_IDEOGRAPH = "\u3400-\u9fff"
_SPACE_BETWEEN_CHINESE = re.compile(
    rf"(?<=[{_IDEOGRAPH}，。、！？；]) +(?=[{_IDEOGRAPH}，。、！？；:\d])|(?<=[\d:]) +(?=[{_IDEOGRAPH}，。、！？；])"
    rf"|(?<=[{_IDEOGRAPH}]:) +"
)
_WIDE_SPACE = re.compile(r" {2,}|\t| \| ")
_AROUND_WORDS = ".,;:!?，。；：！？、()“”\"'"
_DIGIT_LOOKALIKES = str.maketrans("OoIl|SB", "0011158")
_SUSPECT = re.compile(r"(?<!\S)[$€£¥]?(?=\S*\d)[\dOoIl|SB]+(?:[.,:][\dOoIl|SB]+)+(?!\S)")


MOST_CELLS = 8
"""More words than this are no row of a table, unless wide spaces part them."""


def clean(text: str) -> str:
    """A line as read, made comparable: full-width marks ASCII, no spaces inside Chinese, look-alike digits mended.

    Tesseract puts spaces between Chinese characters, and reads 0 as O in amounts and times ("$42O.00", "1O:30").
    """
    text = " ".join(text.translate(_TRANSLATION).split())
    for _ in range(2):  # the space after a colon shows as one only when the space before it has gone
        text = _SPACE_BETWEEN_CHINESE.sub("", text)
    return _SUSPECT.sub(lambda found: found[0].translate(_DIGIT_LOOKALIKES), text)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of a page."""

    document: str
    page: int
    number: int
    """Counted from 1 on its page."""
    text: str
    """Cleaned."""
    cells: tuple[str, ...]
    """The stretches of it that wide spaces part, as the OCR stage writes columns; one for an ordinary line."""
    index: int
    """Its place in its document, counted from 0 over all pages."""
    wording: Wording = field(repr=False)
    values: tuple[Value, ...] = field(repr=False)
    unsure: tuple[str, ...] = ()
    """Its words that were hard to read, cleaned."""

    @property
    def mark(self) -> str:
        """How an answer cites it."""
        return mark(self.document, self.page, self.number)


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One attached document."""

    name: str
    lines: tuple[SourceLine, ...]
    """Only lines with text."""
    page_count: int

    def after(self, line: SourceLine, count: int = 1) -> tuple[SourceLine, ...]:
        """The next `count` lines after `line`, fewer at the end."""
        return self.lines[line.index + 1 : line.index + 1 + count]

    def before(self, line: SourceLine, count: int = 1) -> tuple[SourceLine, ...]:
        """The `count` lines before `line`, nearest first."""
        return self.lines[max(0, line.index - count) : line.index][::-1]


def _cells(text: str) -> Sequence[str]:
    """What wide spaces part; in Chinese, whose words have none between them, single ones part a row of three cells."""
    cells = _WIDE_SPACE.split(text)
    words = text.split()
    if len(cells) > 1 or not 3 <= len(words) <= MOST_CELLS or not re.search(rf"^[{_IDEOGRAPH}]{{2,}}", text):
        return cells
    row = all(re.fullmatch(rf"[¥￥$]?-?\d[\d,.:]*[%元{_IDEOGRAPH}]?", word) for word in words[1:])
    head = all(re.fullmatch(rf"[{_IDEOGRAPH}]{{2,6}}", word) for word in words)
    return words if row or head else cells


def documents_of(pages: Sequence[PromptPage]) -> tuple[SourceDocument, ...]:
    """The pages of a prompt, gathered by document, in the order of their first pages."""
    gathered: dict[str, list[PromptPage]] = {}
    for page in pages:
        gathered.setdefault(page.document, []).append(page)
    return tuple(_document(name, sorted(its, key=lambda page: page.number)) for name, its in gathered.items())


def _document(name: str, pages: Sequence[PromptPage]) -> SourceDocument:
    lines: list[SourceLine] = []
    for page in pages:
        for number, raw in enumerate(map(unmarked, page.lines), start=1):
            text = clean(raw.text)
            if text:
                values = find_values(text)
                cells = tuple(clean(cell) for cell in _cells(raw.text.strip()) if cell.strip(" |"))
                unsure = tuple(clean(raw.text[begin:end]).strip(_AROUND_WORDS) for begin, end in raw.unsure)
                lines.append(
                    SourceLine(name, page.number, number, text, cells, len(lines), Wording.of(text), values, unsure)
                )
    return SourceDocument(name, tuple(lines), len(pages))
