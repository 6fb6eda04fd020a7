"""The lines of a page: its picture cut into parts, each part read, the words joined to text as one would type it.

Blocking work, for the OCR workers. How a part is read is handed in, so that all of this is tested without Tesseract.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from documents.languages import AUTO, CHINESE, ENGLISH
from documents.layout.columns import text_regions
from documents.layout.frames import without_frame_sides
from documents.layout.line_text import line_text
from documents.layout.part import read_part
from documents.layout.rows import confidence_of
from documents.layout.tick_boxes import tick_boxes, with_boxes, without_boxes
from documents.picture import Grey, Mask, Region
from documents.read_words import PartReader, ReadLine
from documents.rules import without_rules
from documents.sense import Patience, patience_for
from pipeline.events import Line, Word
from text.script import has_ideographs

if TYPE_CHECKING:
    from PIL import Image

    from documents.repair import RepairedPicture

LEAST_SENSE = 0.6
"""Confidence of all that was read, below which a page may stand on its head."""
PLAIN = 0.7
"""So sure a part is read in one language that no other is tried."""
LEAST_CONFIDENCE = 0.3
"""A line below it is no text but a picture or dirt."""
SENSE = 0.5
"""Confidence from which on a line is text, or a word bears out its line."""
FAINT = 200
"""Grey levels below it may be faint print; paper and the tint of a table's rows are lighter."""
MARGIN = 40
"""Pixels of white that are left around print."""
SMALLEST_SIDE = 8
"""Pixels; on less no letter can be read, and Tesseract refuses it."""


def read_lines(
    picture: Image.Image, languages: Sequence[str], read: PartReader, skip: frozenset[str] = frozenset()
) -> tuple[Line, ...]:
    """The lines of a page in reading order, numbered from 1; boxes in pixels of `picture` (mode "L" or "RGB").

    Of two pages beside each other the left one comes first. `skip` names steps of the repair
    (`documents.repair.STEPS`) that are left out.
    """
    from documents.repair.sheets import sheets_in

    if min(picture.size) < SMALLEST_SIDE:
        return ()
    pixels = np.asarray(picture)
    lines: list[Line] = []
    for sheet in sheets_in(pixels):
        part = pixels[sheet.top : sheet.bottom, sheet.left : sheet.right]
        before = len(lines)
        lines += [_moved(line, sheet, before) for line in _sheet_lines(part, languages, read, skip)]
    return tuple(lines)


def _sheet_lines(
    pixels: npt.NDArray[np.uint8], languages: Sequence[str], read: PartReader, skip: frozenset[str]
) -> tuple[Line, ...]:
    """The lines of one page, boxes in its own pixels."""
    from documents.repair import repaired, righted

    page = repaired(pixels, skip=skip)
    readings = patience_for(page.disorder)
    if readings == 0:
        return ()
    read = read if readings is None else Patience(read, readings)
    sureness = sureness_in(languages, read)
    if page.has_taken("turn") and "orientation" not in skip:
        page = righted(page, sureness, (0, 2))
    lines, sure = _read_page(page, languages, read)
    if sure < LEAST_SENSE and "orientation" not in skip:
        other = righted(page, sureness, (0, 2, 1, 3))
        if not np.array_equal(other.grey, page.grey):
            return _read_page(other, languages, read)[0]
    return lines


def _moved(line: Line, sheet: Region, before: int) -> Line:
    """`line` of a sheet, with its place in the picture; `before` lines stand on sheets before it."""
    words = tuple(replace(word, left=word.left + sheet.left, top=word.top + sheet.top) for word in line.words)
    return replace(line, number=before + line.number, words=words)


def _read_page(page: RepairedPicture, languages: Sequence[str], read: PartReader) -> tuple[tuple[Line, ...], float]:
    """The lines of an upright page, and how sure everything on it was read, 0..1; 1 for a blank page."""
    boxes = tick_boxes(page.grey)
    bare = without_boxes(page.grey, boxes)
    grey = without_frame_sides(bare, without_rules(bare))
    lines: list[Line] = []
    sure: list[ReadLine] = []
    for region in filter(None, (_inked(grey, region) for region in text_regions(grey))):
        part = grey[region.top : region.bottom, region.left : region.right]
        ruled = bare[region.top : region.bottom, region.left : region.right]
        for words in with_boxes(read_part(part, ruled, languages, read), boxes, region):
            sure.append(words)
            if _is_text(words):
                placed = tuple(_placed(read_word.word, region, page) for read_word in words)
                lines.append(Line(len(lines) + 1, line_text(words), placed))
    return tuple(lines), confidence_of([word for words in sure for word in words]) if sure else 1.0


def _is_text(line: ReadLine) -> bool:
    """Whether it is no picture or dirt: sure enough, or with a whole word that is; and more than signs."""
    letters = [sum(map(str.isalnum, read.word.text)) for read in line]
    if not any(letters) and not any("_" in read.word.text for read in line):
        return False
    sure = confidence_of(line)
    if sure < PLAIN and 2 * sum(letters) < sum(len(read.word.text.strip("_")) for read in line):
        return False
    words = zip(line, letters, strict=True)
    return sure >= SENSE or (
        sure >= LEAST_CONFIDENCE
        and any(count >= 3 or has_ideographs(read.word.text) for read, count in words if read.word.confidence >= SENSE)
    )


def _inked(grey: Grey, region: Region) -> Region | None:
    """`region` without the white paper around its print, which would cost time; None when there is nothing else."""
    inked: Mask = grey[region.top : region.bottom, region.left : region.right] < FAINT
    rows = np.flatnonzero(np.logical_or.reduce(inked, axis=1))
    columns = np.flatnonzero(np.logical_or.reduce(inked, axis=0))
    if not len(rows):
        return None
    return Region(
        max(region.left, region.left + int(columns[0]) - MARGIN),
        max(region.top, region.top + int(rows[0]) - MARGIN),
        min(region.right, region.left + int(columns[-1]) + 1 + MARGIN),
        min(region.bottom, region.top + int(rows[-1]) + 1 + MARGIN),
    )


def sureness_in(languages: Sequence[str], read: PartReader) -> Callable[[Grey], float]:
    """How sure a part of a page is read in the language that fits it best, 0..1."""
    each = (ENGLISH, CHINESE) if AUTO in languages else ("+".join(languages),)

    def sureness(part: Grey) -> float:
        found = 0.0
        for codes in each:
            lines = read(part, codes, light_on_dark=False)
            found = max(found, confidence_of([word for line in lines for word in line]))
            if found >= PLAIN:
                break
        return found

    return sureness


def _placed(word: Word, region: Region, page: RepairedPicture) -> Word:
    """The word with its box in pixels of the page's picture."""
    box = page.original_box(region.left + word.left, region.top + word.top, word.width, word.height)
    return Word(word.text, *box, word.confidence)
