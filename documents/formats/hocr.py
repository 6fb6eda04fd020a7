"""Pages as hOCR 1.2: HTML in which every page, line and word has its box and its confidence.

What was read can then be laid behind the scan (ocrmypdf, hocr-tools) or be proof-read beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from documents.layout.cells import CELL_GAP
from documents.layout.structure import Block, Heading, Table, lines_of_block, structure_of
from pipeline.events import Line, Page, Word
from text.script import language_of

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8"/>
<title>{title}</title>
<meta name="ocr-system" content="reasoning-voice"/>
<meta name="ocr-capabilities" content="ocr_page ocr_carea ocr_par ocr_header ocr_table ocr_line ocrx_word"/>
</head>
<body>"""
FOOT = "</body>\n</html>"


def hocr_head(title: str) -> str:
    """What stands before the first page."""
    return HEAD.format(title=_text(title))


def hocr_page(page: Page, place: int) -> str:
    """One page, the `place`-th in its file, counted from 1; identifiers are unique among the pages of a file."""
    properties = f'image "{_property(page.document)}"; bbox 0 0 {page.width} {page.height}; ppageno {place - 1}'
    language = language_of(page.text)
    parts = [f'<div class="ocr_page" id="page_{place}" lang="{language}" title="{escape(properties)}">']
    told: set[int] = set()
    for number, block in enumerate(structure_of(page).blocks, start=1):
        lines = [line for line in lines_of_block(block) if line.number not in told]
        told.update(line.number for line in lines)
        if lines:
            parts += _block(block, lines, f"{place}_{number}")
    return "\n".join([*parts, "</div>"])


def _block(block: Block, lines: Sequence[Line], name: str) -> Iterator[str]:
    kind = "ocr_header" if isinstance(block, Heading) else "ocr_table" if isinstance(block, Table) else "ocr_par"
    words = [word for line in lines for word in line.words]
    yield f'<div class="ocr_carea" id="block_{name}"{_box(words)}>'
    yield f'<p class="{kind}" id="par_{name}"{_box(words)}>'
    for line in lines:
        yield from _line(line, f"{name.split('_', maxsplit=1)[0]}_{line.number}")
    yield "</p>"
    yield "</div>"


def _line(line: Line, name: str) -> Iterator[str]:
    yield f'<span class="ocr_line" id="line_{name}"{_box(line.words)}>'
    if line.words:
        for number, (word, gap) in enumerate(zip(line.words, _gaps(line), strict=True), start=1):
            told = f' id="word_{name}_{number}"' + _box([word], f"; x_wconf {round(100 * word.confidence)}")
            yield f'<span class="ocrx_word"{told}>{_text(word.text)}</span>{gap}'
    else:
        yield _text(line.text)
    yield "</span>"


def _gaps(line: Line) -> list[str]:
    """What stands after each word: a space where the line's text has one, more between cells."""
    places = []
    place = 0
    for word in line.words:
        found = line.text.find(word.text, place)
        begin = found if found >= 0 else place
        places.append((begin, begin + len(word.text)))
        place = places[-1][1]
    gaps = [line.text[before[1] : after[0]] for before, after in pairwise(places)]
    return [*(gap if gap in {"", " ", CELL_GAP} else " " for gap in gaps), ""]


def _box(words: Sequence[Word], more: str = "") -> str:
    """The title attribute with the box around `words`; nothing without words."""
    if not words:
        return ""
    left, top = min(word.left for word in words), min(word.top for word in words)
    right = max(word.left + word.width for word in words)
    bottom = max(word.top + word.height for word in words)
    return f' title="bbox {left} {top} {right} {bottom}{more}"'


def _property(name: str) -> str:
    """A name as a quoted value of the title attribute."""
    return name.replace("\\", "/").replace('"', "'")


def _text(text: str) -> str:
    """Text that XML allows, escaped."""
    return escape("".join(sign for sign in text if sign >= " " or sign in "\t\n"))
