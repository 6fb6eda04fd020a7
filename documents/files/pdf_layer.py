"""The text layer of a PDF's page: the words that the file itself says stand there, and whether that can be believed.

A layer is believed when it tells what is seen: its characters are characters, its words have ink where they claim to
stand, and hardly any ink is left over. Scans with a layer put behind them by some other program are read anew. What
the letters look like is compared in `documents.text_layer.check`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pipeline.events import Word

if TYPE_CHECKING:
    from PIL import Image

MOST_BAD = 0.01
"""Share of characters without meaning, from which on the fonts' encoding is taken for broken."""
MOST_UNSEEN = 0.05
"""Share of letters that are drawn invisibly, or words without ink where they should stand."""
MOST_INK_LEFT = 0.5
"""Of the page's ink, outside of words: more, and there is something else to read."""
MOST_COVERED = 0.6
"""Of the page's area, by pictures: more, and the page is a scan."""
LEAST_UPRIGHT = 0.9
"""Share of words that run from left to right as the page is shown."""
LEAST_CONTRAST = 40
"""Grey levels between the lightest and the darkest pixel of a word that is seen."""
MOST_CHARACTERS = 100_000
DARK = 160
_BULLET = "•"
_INVISIBLE = frozenset({3, 7})
"""Text render modes (ISO 32000-1, table 106): neither filled nor stroked."""
_HYPHENS = frozenset({0x02, 0xAD, 0xFFFE})
"""What PDFium gives for the hyphen of a word that is divided at the end of a line."""

Grey = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels of the rendered page."""


@dataclass(frozen=True, slots=True)
class LayerWord:
    """A word of the layer with the font that it is set in."""

    word: Word
    """Confidence 1."""
    font: str


@dataclass(frozen=True, slots=True)
class TextLayer:
    """The words of a page, in no particular order."""

    words: tuple[LayerWord, ...]
    fault: str = ""
    """Why it is not to be believed; empty when nothing speaks against it."""


NO_LAYER = TextLayer((), "there is no text")


@dataclass(frozen=True, slots=True)
class _Letter:
    """A character as it stands on the page."""

    text: str
    box: Box
    font: str


def text_layer_of(page: Any, picture: Image.Image) -> TextLayer:
    """The layer of a pypdfium2 page that was rendered as `picture` (mode "L")."""
    if _has_annotations(page):
        return TextLayer((), "the page has form fields or notes, which a text layer lacks")
    if _covered(page) > MOST_COVERED:
        return TextLayer((), "the page is a picture")
    text = page.get_textpage()
    try:
        if text.count_chars() > MOST_CHARACTERS:
            return TextLayer((), "it has more characters than a page can hold")
        reading = _Reading.of(page, text, picture)
    finally:
        text.close()
    words = tuple(_without_doubles(reading.words))
    return TextLayer(words, reading.fault or _fault_seen(words, np.asarray(picture)))


@dataclass(frozen=True, slots=True)
class _Reading:
    words: list[LayerWord]
    fault: str

    @classmethod
    def of(cls, page: Any, text: Any, picture: Image.Image) -> _Reading:
        """The visible words that lie on the page, and what is wrong with the characters."""
        import pypdfium2.raw as pdfium

        place = _Placement(page, picture)
        fonts: dict[int, str] = {}
        groups: list[list[_Letter]] = [[]]
        letters, bad, unseen = 0, 0, 0
        for index in range(text.count_chars()):
            sign = _sign(pdfium.FPDFText_GetUnicode(text, index))
            if sign.isspace() or pdfium.FPDFText_IsGenerated(text, index) == 1:
                groups.append([])
                continue
            letters += 1
            drawn = pdfium.FPDFText_GetTextObject(text, index)
            if drawn and pdfium.FPDFTextObj_GetTextRenderMode(drawn) in _INVISIBLE:
                unseen += 1
                continue
            bad += _is_bad(sign) or pdfium.FPDFText_HasUnicodeMapError(text, index) == 1
            letter = _Letter(sign, place.box(text.get_charbox(index, loose=True)), _font(drawn, fonts))
            if groups[-1] and _apart(groups[-1][-1].box, letter.box):
                groups.append([])  # the rest of a word that is divided at the end of a line
            groups[-1].append(letter)
        words = [group for group in groups if group and place.holds(group)]
        bullets = sum(len(word) == 1 and _is_private(word[0].text) for word in words)
        if not letters:
            return cls([], NO_LAYER.fault)
        if unseen > MOST_UNSEEN * letters:
            return cls([], "its text is invisible")
        if bad - bullets > MOST_BAD * letters:
            return cls([], "its fonts do not tell their characters")
        if not _runs_upright(words):
            return cls([], "its text does not run from left to right")
        return cls([_word(word) for word in words], "")


class _Placement:
    """From the page's own coordinates to pixels of its picture, turned as the page is shown."""

    def __init__(self, page: Any, picture: Image.Image) -> None:
        from pypdfium2 import PdfPosConv

        self._size = picture.size
        position = PdfPosConv(page, (0, 0, *picture.size, 0))
        corner = position.to_bitmap(0, 0)
        # Pixels are whole numbers there; from points far apart the map is known to a fraction of one.
        far = 10_000
        right, upper = position.to_bitmap(far, 0), position.to_bitmap(0, far)
        self._corner = corner
        self._across = ((right[0] - corner[0]) / far, (right[1] - corner[1]) / far)
        self._up = ((upper[0] - corner[0]) / far, (upper[1] - corner[1]) / far)

    def box(self, box: Sequence[float]) -> Box:
        """The box (left, bottom, right, top, in points) in pixels."""
        xs, ys = zip(*(self._point(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])), strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def holds(self, letters: Sequence[_Letter]) -> bool:
        """Whether the middle of the letters lies on the page."""
        left, top, right, bottom = _around(letters)
        return 0 <= left + right < 2 * self._size[0] and 0 <= top + bottom < 2 * self._size[1]

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return (
            self._corner[0] + x * self._across[0] + y * self._up[0],
            self._corner[1] + x * self._across[1] + y * self._up[1],
        )


def _has_annotations(page: Any) -> bool:
    """Whether something stands on the page that its text layer does not have."""
    import pypdfium2.raw as pdfium

    shown = {pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_INK}
    for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
        note = pdfium.FPDFPage_GetAnnot(page, number)
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        pdfium.FPDFPage_CloseAnnot(note)
        if kind in shown:
            return True
    return False


def _covered(page: Any) -> float:
    """Share of the page that the largest pictures cover."""
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    area = 0.0
    for drawn in page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = drawn.get_bounds()
        area += max(0.0, right - left) * max(0.0, top - bottom)
    return area / float(width * height)


def _sign(code: int) -> str:
    if code in _HYPHENS:
        return "-"
    return chr(code) if 0 < code < 0x110000 else "\ufffd"


def _is_bad(sign: str) -> bool:
    """Whether it is no character: a control, unassigned, private, half of a pair, or the mark for an unknown one."""
    return sign == "\ufffd" or unicodedata.category(sign) in {"Cc", "Cn", "Co", "Cs"}


def _is_private(sign: str) -> bool:
    """Whether it belongs to a symbol font; such a sign alone is a bullet."""
    return unicodedata.category(sign) == "Co"


def _font(drawn: Any, known: dict[int, str]) -> str:
    """The name of the font that a text object is set in."""
    import ctypes

    import pypdfium2.raw as pdfium

    if not drawn:
        return ""
    font = pdfium.FPDFTextObj_GetFont(drawn)
    key = ctypes.cast(font, ctypes.c_void_p).value or 0
    if key not in known:
        buffer = ctypes.create_string_buffer(256)
        pdfium.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
        known[key] = buffer.value.decode("utf-8", "replace")
    return known[key]


def _apart(one: Box, other: Box) -> bool:
    """Whether `other` does not follow `one`: on another line, or a letter's height and more away."""
    height = max(1.0, one[3] - one[1])
    return (abs(one[3] - other[3]) > 0.5 * height and abs(one[1] - other[1]) > 0.5 * height) or (
        not -height < other[0] - one[2] < height
    )


def _around(letters: Sequence[_Letter]) -> Box:
    lefts, tops, rights, bottoms = zip(*(letter.box for letter in letters), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _runs_upright(words: Sequence[Sequence[_Letter]]) -> bool:
    long = [word for word in words if len(word) > 2]
    upright = 0
    for word in long:
        first, last = word[0].box, word[-1].box
        across, down = last[0] + last[2] - first[0] - first[2], last[1] + last[3] - first[1] - first[3]
        upright += across > 2 * abs(down)
    return upright >= LEAST_UPRIGHT * len(long)


def _word(letters: Sequence[_Letter]) -> LayerWord:
    text = "".join(letter.text for letter in letters)
    text = _BULLET if len(text) == 1 and _is_private(text) else _spelt_out(text)
    left, top, right, bottom = (round(side) for side in _around(letters))
    return LayerWord(Word(text, left, top, max(1, right - left), max(1, bottom - top), 1.0), letters[0].font)


def _spelt_out(text: str) -> str:
    """`text` with ligatures as the letters that they are made of."""
    return "".join(unicodedata.normalize("NFKC", sign) if "\ufb00" <= sign <= "\ufb06" else sign for sign in text)


def _without_doubles(words: Sequence[LayerWord]) -> Iterator[LayerWord]:
    """`words` without those that are printed twice, a hair apart, to look bold."""
    seen: dict[str, list[Word]] = {}
    for one in words:
        word = one.word
        slack = 0.3 * word.height
        others = seen.setdefault(word.text, [])
        if any(abs(word.left - other.left) < slack and abs(word.top - other.top) < slack for other in others):
            continue
        others.append(word)
        yield one


def _fault_seen(words: Sequence[LayerWord], grey: Grey) -> str:
    """What the picture says against the layer."""
    if not words:
        return NO_LAYER.fault
    left_over = grey < DARK
    ink = int(left_over.sum())
    unseen = 0
    for one in words:
        word = one.word
        box = slice(max(0, word.top), word.top + word.height), slice(max(0, word.left), word.left + word.width)
        part = grey[box]
        unseen += not part.size or int(part.max()) - int(part.min()) < LEAST_CONTRAST
        left_over[box] = False
    if unseen > MOST_UNSEEN * len(words):
        return "its words are not where it says"
    return "more stands on the page than it tells" if int(left_over.sum()) > MOST_INK_LEFT * max(1, ink) else ""
