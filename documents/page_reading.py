"""One page of an opened document, read: from its text layer where that is sound, else from its picture.

Blocking work, for the OCR workers.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from documents.files.opening import DocumentFile
from documents.files.pdf import PdfFile
from documents.files.pictures import greyscale
from documents.messages import DrawPage, ReadPage
from documents.page_lines import read_lines
from documents.read_words import PartReader
from documents.sense import SenseWatch, without_dirt
from pipeline.errors import InputError
from pipeline.events import Page

if TYPE_CHECKING:
    from PIL import Image

    from documents.files.pdf_layer import TextLayer


def read_page(document: DocumentFile, request: ReadPage, read: PartReader) -> Page:
    """The page that `request` names. Raises `InputError` for one that is damaged or is not there."""
    name, number = request.document.name, request.number
    if number > document.page_count:
        raise InputError(f"{name}: has no page {number}, its last one is {document.page_count}.")
    if isinstance(document, PdfFile) and request.use_text_layer:
        rendered = document.page_with_layer(number)
        picture = rendered.picture
        from_layer = _from_layer(document, rendered.layer, picture, request, read)
        if from_layer is not None:
            return from_layer
    else:
        picture = document.page_in_colour(number)
    watch = SenseWatch(read, picture.width * picture.height)
    lines = without_dirt(read_lines(picture, request.languages, watch))
    return Page(name, number, document.page_count, lines, picture.width, picture.height)


def drawn_page(document: DocumentFile, request: DrawPage, read: PartReader) -> bytes:
    """The drawing of a page that `request` asks for, as PNG. Raises as `read_page` does."""
    picture = document.page_in_colour(request.number)
    if request.read is not None:
        from documents.formats.overlay import overlaid

        drawing = overlaid(picture, request.read)
    else:
        from documents.page_lines import sureness_in
        from documents.repair import explained

        drawing = explained(picture, sureness_in(request.languages, read))
    stored = io.BytesIO()
    drawing.save(stored, "PNG")
    return stored.getvalue()


def _from_layer(
    document: PdfFile, layer: TextLayer, picture: Image.Image, request: ReadPage, read: PartReader
) -> Page | None:
    """The page as its text layer tells it; None where that is not to be believed."""
    if layer.fault:
        return None
    import numpy as np

    from documents.text_layer.check import is_borne_out
    from documents.text_layer.lines import layer_lines

    grey = np.asarray(greyscale(picture))
    if not is_borne_out(layer.words, grey, request.languages, read, document.font_verdicts):
        return None
    lines = layer_lines([one.word for one in layer.words], grey)
    name = request.document.name
    return Page(name, request.number, document.page_count, lines, picture.width, picture.height)
