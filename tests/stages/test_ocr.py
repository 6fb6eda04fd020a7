"""Reading documents, with the real Tesseract."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from documents.files.opening import DocumentLimits
from pipeline.errors import InputError, SetupError, StageError
from pipeline.events import Document, Page
from pipeline.testing import check_stage
from stages.ocr import DocumentReader, DocumentReaderOptions
from tests.documents.pages import CHINESE, SAMPLES, font, pdf, png, sheet, table, tiff, written
from tests.documents.reading import PROSE, failure, nothing_left_in, read, turn_of

SAMPLE_FILES = sorted(file for file in SAMPLES.iterdir() if file.suffix in {".png", ".pdf"})


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; empty after each test."""
    with nothing_left_in(tmp_path, monkeypatch):
        yield tmp_path


def lines(image: Image.Image, *languages: str) -> list[str]:
    options = DocumentReaderOptions(languages=languages or ("auto",))
    (page,) = read(Document("page.png", png(image)), options=options)
    assert [line.number for line in page.lines] == list(range(1, len(page.lines) + 1))
    return [line.text for line in page.lines]


@pytest.fixture(scope="module")
def samples() -> list[Page]:
    """All shipped documents, read in one turn."""
    return read(*(Document(file.name, file.read_bytes()) for file in SAMPLE_FILES))


def test_sample_documents_are_read_line_by_line(samples: list[Page]) -> None:
    """Of each shipped document one line at most differs from what it says."""
    assert [page.document for page in samples if page.number == 1] == [file.name for file in SAMPLE_FILES]
    for file in SAMPLE_FILES:
        its = [page for page in samples if page.document == file.name]
        assert [page.number for page in its] == list(range(1, its[0].page_count + 1))
        expected = [" ".join(line.split()) for line in file.with_suffix(".txt").read_text().splitlines()]
        found = [" ".join(line.text.split()) for page in its for line in page.lines]
        wrong = {line for line in expected if line} ^ set(found)
        assert len(wrong) <= 2, f"{file.name}: {sorted(wrong)}"
        assert all(page.confidence > 0.85 for page in its)


def test_a_row_is_one_line_with_its_cells_apart(samples: list[Page]) -> None:
    """The amount stands beside its label, three spaces away, however wide the gap on paper is."""
    (page,) = [page for page in samples if page.document == "invoice.png"]
    texts = [line.text for line in page.lines]
    assert "Total   $420.00" in texts
    assert "Description   Quantity   Unit price   Amount" in texts
    assert "Please pay by bank transfer within 30 days." in texts


@pytest.mark.parametrize("ruled", [True, False])
def test_tables_keep_their_rows(ruled: bool) -> None:
    """Every row of a timetable comes out whole, its head too, with borders or without."""
    rows = [["Stop", "Line 1", "Line 2"], ["Harbour", "07:10", "07:25"], ["Hospital", "07:22", "07:37"]]
    assert lines(table(rows, [40, 440, 740], ruled=ruled)) == ["   ".join(row) for row in rows]


def test_chinese_tables_keep_their_rows() -> None:
    """The same holds for Chinese, whose characters stand without spaces."""
    rows = [["品名", "数量", "金额"], ["笔记本", "3", "45.00元"], ["合计", "12", "193.50元"]]
    assert lines(table(rows, [40, 440, 740], ruled=True, path=CHINESE)) == ["   ".join(row) for row in rows]


def test_languages_are_found_line_by_line() -> None:
    """English and Chinese lines of one page each come out right without being told which is which."""
    text = ["Greenfield Property Management", "因管道维修，3月12日停水。", "Please call 555-0126."]
    assert lines(written(text, path=CHINESE)) == text


def test_a_language_can_be_set() -> None:
    """With Chinese and English named, both are read by one run of Tesseract."""
    text = ["请提前储水", "Water will be off"]
    assert lines(written(text, path=CHINESE), "chi_sim", "eng") == text


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    """Beside each other stand the lines of two articles; the left one is read first, under their common heading."""
    left = ["Farmers from nine villages", "bring their cheese and bread", "and honey to the market hall."] * 3
    right = ["The library will be closed for", "repairs, and books may be given", "back at the old town hall then."] * 3
    image = sheet(1300, 640)
    pen = ImageDraw.Draw(image)
    pen.text((420, 30), "The Village Gazette", font=font(44), fill="black")
    for column, text in ((60, left), (690, right)):
        for number, line in enumerate(text):
            pen.text((column, 130 + 46 * number), line, font=font(30), fill="black")
    assert lines(image) == ["The Village Gazette", *left, *right]


def test_words_carry_their_place_and_confidence() -> None:
    """A word's box lies around its ink, in pixels of the page as it was given, and its confidence in 0..1."""
    image = sheet(2000, 600)
    ImageDraw.Draw(image).text((900, 300), "Harbour", font=font(40), fill="black")
    for factor in (1.0, 0.4, 2.5):
        scaled = image.resize((round(2000 * factor), round(600 * factor)), Image.Resampling.LANCZOS)
        (page,) = read(Document("page.png", png(scaled)))
        ((word,),) = [line.words for line in page.lines]
        assert (page.width, page.height) == scaled.size
        assert (word.text, word.confidence > 0.9) == ("Harbour", True)
        ink = (900 * factor, 310 * factor, 1075 * factor, 340 * factor)
        box = (word.left, word.top, word.left + word.width, word.top + word.height)
        assert box == pytest.approx(ink, abs=14 * factor)


@pytest.mark.parametrize("size", [(1000, 700), (1, 1), (4, 900)])
def test_a_blank_page_has_no_lines(size: tuple[int, int]) -> None:
    """White paper of any size is a page without lines, not an error."""
    (page,) = read(Document("blank.png", png(sheet(*size))))
    assert (page.lines, page.text, page.confidence) == ((), "", 0.0)
    assert (page.width, page.height) == size


def test_pages_come_in_order_each_with_the_count() -> None:
    """Pages of several documents are read in parallel and come out in order."""
    pages = [written([f"This is page number {number}"]) for number in range(1, 6)]
    found = read(
        Document("long.pdf", pdf(*pages)), Document("note.png", png(pages[4])), Document("fax.tiff", tiff(*pages[:2]))
    )
    places = [(page.document, page.number, page.page_count) for page in found]
    assert places == [
        *(("long.pdf", n, 5) for n in range(1, 6)),
        ("note.png", 1, 1),
        *(("fax.tiff", n, 2) for n in (1, 2)),
    ]
    assert [page.text[-1] for page in found] == ["1", "2", "3", "4", "5", "5", "1", "2"]


def test_the_first_page_does_not_wait_for_the_last() -> None:
    """Of a long document only a few pages are under way when the first one comes out."""

    async def run() -> set[str]:
        reader = DocumentReader(DocumentReaderOptions(workers=2))
        document = Document("long.tiff", tiff(*[written(["One line"], width=300)] * 20))
        async with turn_of(reader, [document]) as turn:
            first = await anext(turn)
            assert (first.number, first.page_count) == (1, 20)
            asked = {worker.name for worker in turn.record.workers.values()}
        await reader.close()
        return asked

    asked = asyncio.run(run())
    assert "page 1 of long.tiff" in asked
    assert "page 20 of long.tiff" not in asked


def test_the_contract_of_a_stage_holds() -> None:
    """`check_stage` passes, and both of two turns at once get their pages."""

    async def run() -> None:
        reader = DocumentReader()
        documents = [Document("one.png", png(written(["First"], width=300))), Document("two.png", png(sheet(60, 60)))]
        try:
            assert len(await check_stage(lambda: reader, documents)) == 2
        finally:
            await reader.close()

    asyncio.run(run())


def test_time_goes_to_the_ocr_line() -> None:
    """In the ledger of a real turn the reading is named `ocr`, and next to nothing is left over."""

    async def run() -> dict[str, float]:
        reader = DocumentReader()
        try:
            async with turn_of(reader, [Document("page.png", png(written(["One line"])))]) as turn:
                _ = [page async for page in turn]
            return {line.name: line.ns / 1e6 for line in turn.ledger.lines}
        finally:
            await reader.close()

    ledger = asyncio.run(run())
    assert ledger["ocr"] > 20
    assert ledger["unattributed"] < 10


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty.png": (lambda: b"", "is empty"),
    "notes.pdf": (lambda: b"only text", "not a document"),
    "half.png": (lambda: png(written(PROSE))[:3000], "damaged png"),
    "half.pdf": (lambda: pdf(written(PROSE))[:3000], "damaged PDF"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_document_fails_the_turn_by_name(name: str) -> None:
    """What `load_document` did not see is found by the worker, and said in the same words."""
    make, fault = BAD[name]
    error = failure(Document(name, make()))
    assert isinstance(error, InputError)
    assert name in str(error)
    assert fault in str(error)


def test_limits_are_passed_on() -> None:
    """The stage refuses what its own limits forbid."""
    options = DocumentReaderOptions(limits=DocumentLimits(most_pixels=1000))
    assert "above the limit of 1,000" in str(failure(Document("large.png", png(sheet())), options=options))


def test_pages_before_a_damaged_one_are_given() -> None:
    """The third page is damaged: the first two come out, then the turn fails and names page and document."""
    content = tiff(*[written([f"Page {n}"], width=300) for n in (1, 2)], written(["gone"], width=700))
    document = Document("fax.tiff", content)

    async def run() -> list[Page]:
        reader = DocumentReader(DocumentReaderOptions(limits=DocumentLimits(most_pixels=100_000)))
        try:
            async with turn_of(reader, [document]) as turn:
                pages = [await anext(turn), await anext(turn)]
                with pytest.raises(StageError, match=r"fax\.tiff: is a picture of 700 x"):
                    await anext(turn)
                return pages
        finally:
            await reader.close()

    assert [page.text for page in asyncio.run(run())] == ["Page 1", "Page 2"]


def test_missing_tesseract_is_said_with_its_command(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Without the program the stage names the command that installs it, already when warming up."""
    monkeypatch.setenv("PATH", str(folder))

    async def run() -> None:
        reader = DocumentReader()
        try:
            with pytest.raises(SetupError, match="apt-get install tesseract-ocr tesseract-ocr-eng"):
                await reader.warm_up()
        finally:
            await reader.close()

    asyncio.run(run())


def test_missing_language_is_said_with_its_command() -> None:
    """A language without data is named with the package that holds it."""
    options = DocumentReaderOptions(languages=("eng", "chi_tra_vert"))
    error = failure(Document("page.png", png(sheet())), options=options)
    assert isinstance(error, SetupError)
    assert "the language chi_tra_vert;" in str(error)
    assert "apt-get install tesseract-ocr-chi-tra-vert" in str(error)


def test_options_must_make_sense() -> None:
    """No language, no worker and no time are mistakes of the caller."""
    with pytest.raises(ValueError, match="languages"):
        DocumentReaderOptions(languages=())
    with pytest.raises(ValueError, match="workers"):
        DocumentReaderOptions(workers=0)
    with pytest.raises(ValueError, match="page_timeout_s"):
        DocumentReaderOptions(page_timeout_s=0)
