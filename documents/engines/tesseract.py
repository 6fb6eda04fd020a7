"""Tesseract, driven through pytesseract: is it there, which languages has it, and the words of one picture.

Blocking work, for the OCR workers. Tesseract writes two files: a table of words with boxes and confidence (TSV), and
the text, which alone says where there are spaces; both are read side by side.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from documents.languages import needed_languages
from documents.read_words import ReadLine, ReadWord
from pipeline.errors import SetupError
from pipeline.events import Word

if TYPE_CHECKING:
    from PIL import Image

_SETTINGS = (
    "--oem 1",  # the LSTM engine alone
    "--psm 6",  # one block of text: Tesseract's own page analysis tears tables apart
    "-c tessedit_create_tsv=1",
    "-c preserve_interword_spaces=1",  # a wide gap in a row comes as several spaces
)
_NO_SECOND_TRY = "-c invert_threshold=0"  # unsure lines are not tried as light on dark
_WORD_LEVEL = "5"
_COLUMNS = 12  # of the TSV: level, page, block, paragraph, line, word, left, top, width, height, confidence, text


class TesseractFailedError(Exception):
    """Tesseract failed on a picture."""


def installed_languages() -> frozenset[str]:
    """The languages that Tesseract has data for. Raises `SetupError` when the program is missing."""
    import pytesseract

    try:
        return frozenset(pytesseract.get_languages())
    except pytesseract.TesseractNotFoundError:
        fault = "does not run; install it anew" if shutil.which("tesseract") else "is not installed; install it"
        raise SetupError(
            f"the program tesseract, which reads documents, {fault} with: sudo apt-get install tesseract-ocr"
            " tesseract-ocr-eng tesseract-ocr-chi-sim (macOS: brew install tesseract tesseract-lang)"
        ) from None


def check_languages(languages: Sequence[str]) -> None:
    """Raise `SetupError` with the command that installs what is missing for `languages`."""
    installed = installed_languages()
    missing = [code for code in needed_languages(languages) if code not in installed]
    if missing:
        packages = " ".join(f"tesseract-ocr-{code.replace('_', '-').lower()}" for code in missing)
        raise SetupError(
            f"Tesseract has no data for the language {' and '.join(missing)}; install it with: sudo apt-get install"
            f" {packages} (macOS: brew install tesseract-lang), or choose other languages"
        )


def read_picture(picture: Image.Image, languages: str, folder: Path, *, light_on_dark: bool) -> list[ReadLine]:
    """The lines of one block of text. `languages` are Tesseract's codes joined by "+".

    `light_on_dark`: lines that make no sense are tried inverted too, which takes as long again.
    Temporary files are written to `folder` and removed. Raises `TesseractFailedError`.
    """
    from pytesseract import TesseractError
    from pytesseract.pytesseract import run_tesseract

    source, result = folder / "part.pgm", folder / "part"
    text_file, table_file = result.with_suffix(".txt"), result.with_suffix(".tsv")
    settings = _SETTINGS if light_on_dark else (*_SETTINGS, _NO_SECOND_TRY)
    try:
        picture.save(source)  # uncompressed: Tesseract reads it at once
        run_tesseract(str(source), str(result), extension="txt", lang=languages, config=" ".join(settings))
        return lines_of(table_file.read_text(encoding="utf-8"), text_file.read_text(encoding="utf-8"))
    except TesseractError as error:
        raise TesseractFailedError(f"Tesseract stopped with status {error.status}: {error.message[-200:]}") from error
    except OSError as error:
        raise TesseractFailedError(f"Tesseract could not be run or read: {error}") from error
    finally:
        for file in (source, text_file, table_file):
            file.unlink(missing_ok=True)


def lines_of(table: str, text: str) -> list[ReadLine]:
    """The lines in Tesseract's order, out of its TSV `table`; the gaps between words out of its `text`.

    Where the two do not agree, every gap is one space.
    """
    lines: dict[tuple[str, ...], list[ReadWord]] = {}
    place = 0
    for row in table.splitlines():
        cells = row.split("\t", _COLUMNS - 1)
        if len(cells) < _COLUMNS or cells[0] != _WORD_LEVEL or not cells[-1].strip():
            continue
        spelt = cells[-1].strip()
        begin = place
        while begin < len(text) and text[begin].isspace():
            begin += 1
        agrees = text.startswith(spelt, begin)
        gap = text.count(" ", place, begin) if agrees else 1
        place = begin + len(spelt) if agrees else place
        left, top, width, height = (int(cell) for cell in cells[6:10])
        word = Word(spelt, left, top, width, height, min(1.0, max(0.0, float(cells[10]) / 100)))
        lines.setdefault(tuple(cells[1:5]), []).append(ReadWord(word, gap))
    return [tuple(line) for line in lines.values()]
