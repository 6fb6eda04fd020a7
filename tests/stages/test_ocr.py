"""Reading documents, with the real Tesseract."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image, ImageDraw

from pipeline.context import ConversationContext
from pipeline.errors import InputError, SetupError, StageError
from pipeline.events import Document, Page
from pipeline.runner import Pipeline, Turn
from pipeline.testing import check_stage, scripted
from stages.document_files import DocumentLimits
from stages.ocr import DocumentReader, DocumentReaderOptions, ReadingError
from tests.stages.pages import CHINESE, SAMPLES, font, pdf, png, sheet, table, tiff, written

ROOT = Path(__file__).resolve().parents[2]
SAMPLE_FILES = sorted(file for file in SAMPLES.iterdir() if file.suffix in {".png", ".pdf"})
POLL_S = 0.002  # how often a test looks whether a process has come or gone; the only waiting there is
PROSE = ["The ferry to the island leaves at nine every morning", "and comes back at six in the evening."] * 6


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Temporary files go here, and none of them, nor any child process, is left after a test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(psutil.Process().children(recursive=True))
    yield tmp_path
    assert list(tmp_path.iterdir()) == []
    assert set(psutil.Process().children(recursive=True)) <= before


def turn_of(reader: DocumentReader, documents: Sequence[Document]) -> Turn:
    source = scripted(*((0.0, document) for document in documents))
    return Pipeline(reader, inputs=reader.accepts).turn(ConversationContext(), source)


def read(*documents: Document, options: DocumentReaderOptions | None = None) -> list[Page]:
    """All pages of a turn over `documents`, up to the first failure, which is raised."""

    async def run() -> list[Page]:
        reader = DocumentReader(options)
        try:
            async with turn_of(reader, documents) as turn:
                return [page async for page in turn]
        finally:
            await reader.close()

    return asyncio.run(run())


def failure(*documents: Document, options: DocumentReaderOptions | None = None) -> BaseException:
    """What made the stage fail."""
    with pytest.raises(StageError) as caught:
        read(*documents, options=options)
    return caught.value.cause


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


def children(name: str) -> list[psutil.Process]:
    """Running children of this process, at any depth, with this name."""
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if child.name().startswith(name) and child.status() != psutil.STATUS_ZOMBIE:
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


async def running_tesseract() -> psutil.Process:
    """The next Tesseract that runs."""
    while not (found := children("tesseract")):
        await asyncio.sleep(POLL_S)
    return found[0]


def test_cancellation_kills_tesseract_within_50_ms(folder: Path) -> None:
    """When a turn is cancelled in the middle of a page, worker and Tesseract are gone at once, and leave no zombie."""

    async def run() -> float:
        reader = DocumentReader()
        documents = [Document(f"{n}.png", png(written(PROSE * 2))) for n in range(3)]
        await reader.warm_up()
        try:
            async with turn_of(reader, documents) as turn:
                await running_tesseract()
                doomed = psutil.Process().children(recursive=True)
                begun = time.perf_counter()
                await turn.cancel()
                closed = time.perf_counter() - begun
                assert closed < 0.01 * patience(), f"closing took {1000 * closed:.0f} ms"
                while any(process.is_running() for process in doomed):
                    assert time.perf_counter() - begun < 5
                    await asyncio.sleep(POLL_S)
                return time.perf_counter() - begun
        finally:
            await reader.close()

    took = asyncio.run(run())
    assert took < 0.05 * patience(), f"children lived on for {1000 * took:.0f} ms"


def patience() -> float:
    """How much longer everything may take because others use the machine: 1 when every core has one job or none."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_a_cancelled_turn_does_not_spoil_the_next() -> None:
    """The stage reads the next turn's document after its workers were killed."""

    async def run() -> list[Page]:
        reader = DocumentReader(DocumentReaderOptions(workers=1))
        await reader.warm_up()
        try:
            async with turn_of(reader, [Document("long.png", png(written(PROSE)))]) as turn:
                await running_tesseract()
                await turn.cancel()
            async with turn_of(reader, [Document("next.png", png(written(["Second turn"])))]) as turn:
                return [page async for page in turn]
        finally:
            await reader.close()

    assert [page.text for page in asyncio.run(run())] == ["Second turn"]


READS_FOR_LONG = """
import asyncio, sys, tempfile
from pathlib import Path
from pipeline.context import ConversationContext
from pipeline.events import Document
from pipeline.runner import Pipeline
from pipeline.testing import scripted
from stages.ocr import DocumentReader

async def main():
    reader = DocumentReader()
    pipeline = Pipeline(reader, inputs=reader.accepts)
    document = Document("page.png", Path(sys.argv[1]).read_bytes())
    async with pipeline.turn(ConversationContext(), scripted(*[(0.0, document)] * 50)) as turn:
        async for page in turn:
            pass

tempfile.tempdir = sys.argv[2]
asyncio.run(main())
"""


def test_nothing_outlives_a_killed_program(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """When the program itself is killed, its workers, their Tesseracts and all temporary files go too."""
    picture = tmp_path_factory.mktemp("pages") / "page.png"
    picture.write_bytes(png(written(PROSE)))
    program = subprocess.Popen([sys.executable, "-c", READS_FOR_LONG, str(picture), str(tmp_path)], cwd=ROOT)
    with program:
        asyncio.run(running_tesseract())
        doomed = psutil.Process(program.pid).children(recursive=True)
        program.kill()
    assert len(doomed) >= 2
    _, alive = psutil.wait_procs(doomed, timeout=5)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []  # reaping is init's part


def read_while(disturb: Callable[[], Coroutine[Any, Any, None]], document: Document) -> list[Page]:
    """Read `document` while a task disturbs it."""

    async def run() -> list[Page]:
        reader = DocumentReader(DocumentReaderOptions(workers=1))
        await reader.warm_up()
        disturbing = asyncio.ensure_future(disturb())
        try:
            async with turn_of(reader, [document]) as turn:
                return [page async for page in turn]
        finally:
            disturbing.cancel()
            await reader.close()

    return asyncio.run(run())


async def kill_tesseract(times: int) -> None:
    """Kill the next `times` runs of Tesseract, as a system short of memory would."""
    for _ in range(times):
        process = await running_tesseract()
        process.send_signal(signal.SIGKILL)
        while process in children("tesseract"):
            await asyncio.sleep(POLL_S)


async def kill_worker() -> None:
    """Kill the process that drives Tesseract."""
    process = (await running_tesseract()).parent()
    assert process is not None
    process.send_signal(signal.SIGKILL)


def test_a_page_is_read_again_when_tesseract_was_killed() -> None:
    """One accident goes unnoticed."""
    pages = read_while(lambda: kill_tesseract(1), Document("page.png", png(written(PROSE))))
    assert len(pages[0].lines) == len(PROSE)


def test_a_page_is_read_again_when_its_worker_was_killed() -> None:
    """The worker is replaced, and the page read by the new one."""
    pages = read_while(kill_worker, Document("page.png", png(written(PROSE))))
    assert len(pages[0].lines) == len(PROSE)


def test_a_page_that_kills_tesseract_again_is_given_up() -> None:
    """After the second accident the turn fails, naming document, page and what happened."""
    with pytest.raises(StageError) as caught:
        read_while(lambda: kill_tesseract(2), Document("page.png", png(written(PROSE))))
    assert isinstance(caught.value.cause, ReadingError)
    assert re.search(r"page\.png: page 1 could not be read: Tesseract stopped with status -9", str(caught.value))


def test_a_page_that_takes_too_long_is_given_up() -> None:
    """Nothing hangs: at the limit the worker is killed, and the message says after how long."""
    options = DocumentReaderOptions(page_timeout_s=0.02)
    error = failure(Document("page.png", png(written(PROSE))), options=options)
    assert isinstance(error, ReadingError)
    assert "page.png: page 1 could not be read: it took longer than 0.02 s" in str(error)


def test_options_must_make_sense() -> None:
    """No language, no worker and no time are mistakes of the caller."""
    with pytest.raises(ValueError, match="languages"):
        DocumentReaderOptions(languages=())
    with pytest.raises(ValueError, match="workers"):
        DocumentReaderOptions(workers=0)
    with pytest.raises(ValueError, match="page_timeout_s"):
        DocumentReaderOptions(page_timeout_s=0)
