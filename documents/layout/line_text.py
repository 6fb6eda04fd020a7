"""A row of words as one would type it: gaps between cells, and Chinese as it is written."""

from __future__ import annotations

import re

from documents.layout.cells import CELL_GAP
from documents.read_words import ReadLine
from text.script import has_ideographs

WIDE, WIDE_IN_CHINESE = 2, 3
"""Spaces from which on a gap parts two cells; beside full-width marks Tesseract sees one or two that are none."""


_DAY = re.compile(r"(?<=月)(\d{1,2})[HB](?![A-Za-z0-9])")
"""The sign for day, which stands behind each date's figures, read as the letter that it looks like."""
_WEEKDAY = re.compile(r"(?<=日) ?(星期[一二三四五六日天]) ?[)）]")
"""A bracket that opened was lost."""


def line_text(words: ReadLine) -> str:
    """The words as one line of text: `CELL_GAP` between cells, no stray spaces in Chinese, full-width marks there."""
    chinese = any(has_ideographs(read.word.text) for read in words)
    wide = WIDE_IN_CHINESE if chinese else WIDE
    text = words[0].word.text
    for read in words[1:]:
        if chinese and text[-1] in ":：" and read.gap:
            text += " "  # what stands in a column of values belongs to its label
        elif read.gap >= wide:
            text += CELL_GAP
        elif read.gap:
            text += " "
        text += read.word.text
    text = _WEEKDAY.sub(r"（\1）", _DAY.sub(r"\1日", text))
    return tidy_chinese(_ADDRESS.sub("@", text))


_IDEOGRAPH = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARK = "，。、；：？！）】》」』”"
_OPENING = "（【《「『“"
_SIGN = f"{_IDEOGRAPH}{_MARK}{_OPENING}"
_BRACKETS = re.compile(rf" *\(([^()]*[{_IDEOGRAPH}][^()]*)\) *")
_HALF_WIDTH = re.compile(rf"(?<=[{_IDEOGRAPH}）]) *([:;,!?]) *")
_COLON_AFTER_FIGURE = re.compile(
    rf"(?<=[{_IDEOGRAPH}]\d): +(?=[{_IDEOGRAPH}])|(?<=[{_IDEOGRAPH}]\d\d): +(?=[{_IDEOGRAPH}])"
)
_FULL_WIDTH = {":": "：", ";": "；", ",": "，", "!": "！", "?": "？"}
_STRAY = re.compile(rf"(?<=[{_SIGN}]) +(?=[{_SIGN}])|(?<=[{_MARK}{_OPENING}]) +| +(?=[{_MARK}])")
_ADDRESS = re.compile(r"(?<=[\w.]) ?@ ?(?=[A-Za-z][\w-]*\.[A-Za-z])")


def tidy_chinese(text: str) -> str:
    """Chinese as it is written: no single spaces between its characters, and full-width marks after them.

    Tesseract reads a full-width colon as a colon with spaces around it. Gaps between cells stay.
    """
    if not has_ideographs(text):
        return text
    return CELL_GAP.join(_tidy_cell(cell) for cell in text.split(CELL_GAP))


def _tidy_cell(text: str) -> str:
    while (outer := _BRACKETS.sub(r"（\1）", text)) != text:  # brackets may stand in brackets
        text = outer
    text = _HALF_WIDTH.sub(lambda found: _FULL_WIDTH[found[1]], text)
    text = _COLON_AFTER_FIGURE.sub("：", text)
    return _STRAY.sub("", text)
