"""Whether the fonts of a text layer tell the letters that they show: a few words of each are read from the picture.

A font may map its shapes to other, quite plausible letters, by mistake or to hinder copying; nothing but looking finds
that out. Each font of a document is compared once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby

import numpy as np

from documents.files.pdf_layer import LayerWord
from documents.languages import AUTO, CHINESE, ENGLISH
from documents.layout.rows import bottom, top
from documents.picture import Grey
from documents.read_words import PartReader
from text.script import is_ideograph

SAMPLE_LETTERS = 60
"""So many of each font are read."""
FEWEST_LETTERS = 12
"""Fonts with fewer on a page tell too little to be judged by."""
LEAST_ALIKE = 0.6
"""Share of letters read as the layer has them; sound fonts reach 0.95 and broken ones 0.3."""
MOST_DOUBTED = 0.05
"""Share of a page's letters in broken fonts, from which on the page is read anew."""


def is_borne_out(
    words: Sequence[LayerWord], picture: Grey, languages: Sequence[str], read: PartReader, known: dict[str, bool]
) -> bool:
    """Whether what stands in `picture` is what the layer's `words` say. `known` keeps the verdicts on fonts."""
    letters = Counter[str]()
    for one in words:
        letters[one.font] += len(one.word.text)
    for font, count in letters.items():
        if font not in known and count >= FEWEST_LETTERS:
            known[font] = _tells_its_letters([one for one in words if one.font == font], picture, languages, read)
    doubted = sum(count for font, count in letters.items() if not known.get(font, True))
    return doubted <= MOST_DOUBTED * letters.total()


def _tells_its_letters(words: Sequence[LayerWord], picture: Grey, languages: Sequence[str], read: PartReader) -> bool:
    """Whether a sample of `words`, all of one font, is read as the layer has it; True for scripts we cannot read."""
    sample = _sample([one for one in words if _can_be_read(one.word.text, languages)])
    claimed = _plain("".join(one.word.text for one in sample))
    if len(claimed) < FEWEST_LETTERS // 2:
        return True
    chinese = any(map(is_ideograph, claimed))
    codes = (f"{CHINESE}+{ENGLISH}" if chinese else ENGLISH) if AUTO in languages else "+".join(languages)
    lines = [line for line in read(_in_one_row(sample, picture), codes, light_on_dark=True) if line]
    seen = _plain("".join(word.word.text for line in sorted(lines, key=lambda line: top(line) + bottom(line))
                          for word in line))  # fmt: skip
    return SequenceMatcher(None, claimed, seen, autojunk=False).ratio() >= LEAST_ALIKE


def _sample(words: Sequence[LayerWord]) -> list[LayerWord]:
    """Words with together about `SAMPLE_LETTERS`, the longest first; of long ones with few letters none twice."""
    sample: list[LayerWord] = []
    count = 0
    for one in sorted({one.word.text: one for one in words}.values(), key=lambda one: -len(one.word.text)):
        if count >= SAMPLE_LETTERS:
            break
        sample.append(one)
        count += len(one.word.text)
    return sample


def _can_be_read(text: str, languages: Sequence[str]) -> bool:
    """Whether Tesseract has been told a language of this script; other letters would look broken."""
    chinese = AUTO in languages or any(code.startswith("chi") for code in languages)
    return all(
        sign.isascii() or "\u00c0" <= sign <= "\u024f" or (chinese and is_ideograph(sign))
        for sign in text
        if sign.isalnum()
    )


def _in_one_row(words: Sequence[LayerWord], picture: Grey) -> Grey:
    """The words cut out of the picture, one below the other, with white around each."""
    pieces = []
    for one in words:
        word = one.word
        margin = max(4, word.height // 6)
        across, down = (
            slice(max(0, word.left - margin), word.left + word.width + margin),
            slice(max(0, word.top - 1), word.top + word.height + 1),
        )
        pieces.append(picture[down, across])
    width = max(piece.shape[1] for piece in pieces) + 40
    room = max(piece.shape[0] for piece in pieces) // 2
    sheet = np.full((sum(len(piece) + room for piece in pieces) + room, width), 255, np.uint8)
    place = room
    for piece in pieces:
        sheet[place : place + len(piece), 20 : 20 + piece.shape[1]] = piece
        place += len(piece) + room
    return sheet


def _plain(text: str) -> str:
    """Letters and figures alone, without regard to case; runs of one character count once or twice."""
    signs = (sign for sign in text.casefold() if sign.isalnum())
    return "".join(sign * min(2, len(list(run))) for sign, run in groupby(signs))
