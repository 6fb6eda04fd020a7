"""Documents of which a part cannot be read, or is not wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.files.limits import DocumentLimits
from documents.files.selection import PageSelection
from pipeline.errors import InputError, SetupError, StageError
from pipeline.events import Document, Page
from stages.ocr import DocumentReader, DocumentReaderOptions, MissingPage, ReadingError
from tests.documents.pages import pdf, png, sheet, tiff, written
from tests.documents.pdfs import TextPage, text_pdf
from tests.documents.reading import PROSE, failure, nothing_left_in, read, turn_of
from tests.documents.test_pool import kill_tesseract

SMALL = DocumentReaderOptions(limits=DocumentLimits(most_pixels=100_000))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; empty after each test."""
    with nothing_left_in(tmp_path, monkeypatch):
        yield tmp_path


def read_on(
    *documents: Document, options: DocumentReaderOptions | None = None, kills: int = 0
) -> tuple[list[Page], list[MissingPage]]:
    """The pages that can be read, and what was told of the others."""
    missing: list[MissingPage] = []

    async def run() -> list[Page]:
        reader = DocumentReader(options, missing.append)
        if kills:
            await reader.warm_up()  # in which it is asked for its languages
        disturbing = asyncio.ensure_future(kill_tesseract(kills))
        try:
            async with turn_of(reader, documents) as turn:
                return [page async for page in turn]
        finally:
            disturbing.cancel()
            await reader.close()

    return asyncio.run(run()), missing


def test_a_bad_page_among_good_ones_is_told() -> None:
    """The pages before and after it come out in order; the missing one is named with its fault."""
    small = [written([f"Page {n}"], width=300) for n in (1, 2, 3)]
    content = tiff(small[0], written(["gone"], width=700), small[2])
    pages, missing = read_on(Document("fax.tiff", content), options=SMALL)
    assert [(page.number, page.page_count, page.text) for page in pages] == [(1, 3, "Page 1"), (3, 3, "Page 3")]
    assert [(one.document, one.number) for one in missing] == [("fax.tiff", 2)]
    assert "is a picture of 700 x" in str(missing[0].error)


def test_a_bad_document_among_good_ones_is_told() -> None:
    """A document that cannot be opened does not hold up the next."""
    good = Document("good.png", png(written(["Good"], width=300)))
    pages, missing = read_on(Document("bad.pdf", b"%PDF-1.4 rubbish"), good)
    assert [page.text for page in pages] == ["Good"]
    assert [(one.document, one.number) for one in missing] == [("bad.pdf", None)]
    assert isinstance(missing[0].error, InputError)


def test_a_page_on_which_tesseract_dies_twice_is_told() -> None:
    """After the second accident the result is a partial one that says what is missing."""
    options = DocumentReaderOptions(workers=1)
    content = tiff(written(PROSE), written(["Second"], width=300))
    pages, missing = read_on(Document("fax.tiff", content), options=options, kills=2)
    assert [page.text for page in pages] == ["Second"]
    assert [one.number for one in missing] == [1]
    assert isinstance(missing[0].error, ReadingError)
    assert "Tesseract stopped with status -9" in str(missing[0].error)


def test_a_missing_language_fails_all_the_same() -> None:
    """What concerns every page is not told page by page."""
    options = DocumentReaderOptions(languages=("chi_tra_vert",))
    with pytest.raises(StageError) as caught:
        read_on(Document("page.png", png(sheet())), options=options)
    assert isinstance(caught.value.cause, SetupError)


def test_only_the_pages_chosen_are_read() -> None:
    """Numbers stay those of the document, and so does the number of its pages."""
    content = pdf(*[written([f"Page {n}"], width=300) for n in range(1, 6)])
    options = DocumentReaderOptions(pages=PageSelection.parse("5,2-3"))
    pages = read(Document("long.pdf", content), options=options)
    assert [(page.number, page.page_count, page.text) for page in pages] == [
        (2, 5, "Page 2"),
        (3, 5, "Page 3"),
        (5, 5, "Page 5"),
    ]
    error = failure(Document("short.pdf", pdf(sheet(300, 100))), options=options)
    assert "short.pdf: has 1 page, and none of those chosen (5,2-3)" in str(error)


def test_pages_in_excess_are_refused_before_any_is_read() -> None:
    """A document with more pages than the limit is not begun."""
    options = DocumentReaderOptions(limits=DocumentLimits(most_pages=2))
    error = failure(Document("long.pdf", text_pdf(*[TextPage(["x"])] * 3)), options=options)
    assert isinstance(error, InputError)
    assert "has 3 pages, more than the limit of 2" in str(error)


def test_encrypted_documents_are_read_with_their_password() -> None:
    """Each document takes the password that fits; the wrong one fails by name and is not shown."""
    one = Document("one.pdf", text_pdf(TextPage(["First secret"]), password="eins"))
    two = Document("two.pdf", text_pdf(TextPage(["Second secret"]), password="zwei"))
    options = DocumentReaderOptions(passwords=("zwei", "eins"))
    assert [page.text for page in read(one, two, options=options)] == ["First secret", "Second secret"]
    assert "zwei" not in repr(options)
    error = failure(one, options=DocumentReaderOptions(passwords=("drei",)))
    assert "one.pdf: is an encrypted PDF, and the password given does not open it" in str(error)
    assert "drei" not in str(error)


def test_pages_are_drawn() -> None:
    """The overlay is the page with boxes in colour; the explanation shows steps side by side."""
    import io

    from PIL import Image

    document = Document("page.png", png(written(["Sure words"], width=500)))

    async def run() -> list[bytes]:
        reader = DocumentReader(DocumentReaderOptions(workers=1))
        try:
            async with turn_of(reader, [document]) as turn:
                pages = [page async for page in turn]
            return [
                png for drawing in ("overlay", "explanation") async for png in reader.drawn(document, pages, drawing)
            ]
        finally:
            await reader.close()

    overlay, explanation = (Image.open(io.BytesIO(drawn)) for drawn in asyncio.run(run()))
    assert overlay.size == (500, 144)
    assert any(colour == (20, 150, 60) for _, colour in overlay.convert("RGB").getcolors(10**6) or [])
    assert explanation.width > 500
