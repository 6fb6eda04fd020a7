"""Text layers of PDFs: taken where they tell what is seen, and only there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from documents.files.opening import open_document
from documents.files.pdf import PdfFile, RenderedPage
from documents.picture import Grey
from documents.read_words import ReadLine
from documents.text_layer.check import is_borne_out
from documents.text_layer.lines import layer_lines
from pipeline.events import Document, Page
from stages.ocr import DocumentReaderOptions
from tests.documents.pages import SAMPLES, sheet, written
from tests.documents.pdfs import TextPage, text_pdf
from tests.documents.reading import nothing_left_in, read

LINES = [
    "The ferry to the island leaves at nine",
    "and comes back at six in the evening,",
    "every day except on public holidays.",
]
NO_LAYER = DocumentReaderOptions(use_text_layer=False)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; empty after each test."""
    with nothing_left_in(tmp_path, monkeypatch):
        yield tmp_path


def rendered(*pages: TextPage) -> RenderedPage:
    file = open_document("a.pdf", text_pdf(*pages))
    assert isinstance(file, PdfFile)
    return file.page_with_layer(1)


def read_pdf(*pages: TextPage) -> list[Page]:
    return read(Document("a.pdf", text_pdf(*pages)))


def scan(*lines: str) -> tuple[bytes, tuple[int, int]]:
    image = sheet(1240, 1754)
    image.paste(written(lines), (100, 100))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue(), image.size


def test_a_sound_layer_gives_the_text_as_it_is() -> None:
    """Every line word for word, with boxes around the ink and full confidence, in the order of the page."""
    (page,) = read_pdf(TextPage(LINES))
    assert [line.text for line in page.lines] == LINES
    assert {word.confidence for line in page.lines for word in line.words} == {1.0}
    first = page.lines[0].words[0]
    picture = np.asarray(open_document("a.pdf", text_pdf(TextPage(LINES))).page(1))
    assert (page.width, page.height) == (picture.shape[1], picture.shape[0])
    assert picture[first.top : first.top + first.height, first.left : first.left + first.width].min() < 100


def test_a_layer_is_faster_told_than_read() -> None:
    """The sample report is taken from its layer, rows of its table whole, and is letter for letter right."""
    pages = read(Document("report.pdf", (SAMPLES / "report.pdf").read_bytes()))
    found = [" ".join(line.text.split()) for page in pages for line in page.lines]
    assert found == [line for line in (SAMPLES / "report.txt").read_text().splitlines() if line]
    assert "Quarter   Visitors   Loans   New members" in [line.text for line in pages[0].lines]


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (TextPage(LINES, render_mode=3), "its text is invisible"),
        (TextPage(LINES, private=True), "its fonts do not tell their characters"),
        (TextPage([]), "there is no text"),
    ],
)
def test_what_speaks_against_a_layer(page: TextPage, fault: str) -> None:
    """Invisible text, characters without meaning, and no text at all."""
    assert rendered(page).layer.fault == fault


def test_broken_fonts_are_found_out_by_looking() -> None:
    """The layer claims other, quite plausible letters than are seen: the page is read from its picture."""
    (page,) = read_pdf(TextPage(["abcdefghij klmnop qrstuv", "hello there my friend"], claimed_shift=3))
    assert "khoor wkhuh pb iulhqg" in page.text
    assert all(word.confidence < 1 for line in page.lines for word in line.words)


def test_a_scan_is_read_whatever_lies_on_it() -> None:
    """A picture that fills the page is read, not the layer that some program laid over it."""
    image, size = scan(*LINES)
    (page,) = read_pdf(TextPage(["Page 1 of 1"], render_mode=3, image=image, image_size=size))
    assert LINES[0] in page.text


def test_each_page_is_judged_by_itself() -> None:
    """In one document a page of text is taken from its layer, and a scan is read."""
    image, size = scan(*LINES)
    sound, scanned = read_pdf(TextPage(LINES), TextPage([], image=image, image_size=size))
    assert sound.confidence == 1.0
    assert 0.8 < scanned.confidence < 1.0
    assert scanned.lines[0].text == LINES[0]


def test_a_page_that_is_shown_turned_has_its_words_where_they_are_seen() -> None:
    """Boxes are in pixels of the page as it is shown."""
    page = rendered(TextPage(LINES, rotate=90))
    assert page.picture.width > page.picture.height
    assert page.layer.fault == ""
    assert [line.text for line in layer_lines([one.word for one in page.layer.words], grey(page.picture))] == LINES


def test_form_fields_are_read_from_the_picture() -> None:
    """What is filled into a form stands in no text layer."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    document = pypdfium2.PdfDocument(text_pdf(TextPage(LINES)))
    page = document[0]
    pdfium.FPDFPage_CloseAnnot(pdfium.FPDFPage_CreateAnnot(page, pdfium.FPDF_ANNOT_FREETEXT))
    buffer = io.BytesIO()
    document.save(buffer)
    page.close()
    document.close()
    file = open_document("form.pdf", buffer.getvalue())
    assert isinstance(file, PdfFile)
    assert "form fields" in file.page_with_layer(1).layer.fault


def test_the_user_can_have_the_picture_read() -> None:
    """With `use_text_layer` off the same page comes from Tesseract."""
    (page,) = read(Document("a.pdf", text_pdf(TextPage(LINES))), options=NO_LAYER)
    assert page.lines[0].text == LINES[0]
    assert page.confidence < 1.0


def test_fonts_are_compared_once() -> None:
    """The second page of a document in the same font costs no reading; other scripts than ours are believed."""
    page = rendered(TextPage(LINES))
    calls: list[int] = []

    def nonsense(part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        calls.append(part.size)
        return []

    known: dict[str, bool] = {}
    assert not is_borne_out(page.layer.words, grey(page.picture), ("auto",), nonsense, known)
    assert not is_borne_out(page.layer.words, grey(page.picture), ("auto",), nonsense, known)
    assert (len(calls), known) == (1, {"Helvetica": False})


def grey(picture: Image.Image) -> Grey:
    return np.asarray(picture.convert("L"))
