"""RapidOCR, the second engine, with its real models."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from documents.engines import choice
from documents.engines.choice import Engine, check_engine
from documents.engines.rapid_ocr import RapidReader
from documents.layout.line_text import line_text
from pipeline.errors import SetupError
from pipeline.events import Document, Page
from stages.ocr import DocumentReader, DocumentReaderOptions
from tests.documents.pages import CHINESE, SAMPLES, png, sheet, table, written
from tests.documents.reading import failure, nothing_left_in, read

missing = importlib.util.find_spec("rapidocr") is None
with_models = pytest.mark.skipif(missing, reason="the extra rapidocr is not installed")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; empty after each test."""
    with nothing_left_in(tmp_path, monkeypatch):
        yield tmp_path


@pytest.fixture(scope="module")
def reader() -> RapidReader:
    return RapidReader()


def texts(reader: RapidReader, picture: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> list[str]:
    return [line_text(line) for line in reader(picture, "eng", light_on_dark=False)]


@with_models
def test_pieces_come_as_rows(reader: RapidReader) -> None:
    """Cells of a table stand in their row, apart; English words have their spaces, Chinese has none."""
    rows = [["Stop", "Bus A", "Bus B"], ["Harbour Bridge", "6:55", "7:10"], ["University", "7:20", "7:35"]]
    picture = np.asarray(table(rows, [40, 400, 700], ruled=False))
    assert texts(reader, picture) == ["   ".join(row) for row in rows]
    chinese = np.asarray(written(["停水通知", "因更换供水管道，本小区将暂停供水"], path=CHINESE))
    assert texts(reader, chinese) == ["停水通知", "因更换供水管道，本小区将暂停供水"]


@with_models
def test_words_have_their_boxes_and_confidence(reader: RapidReader) -> None:
    """Each word lies where its ink is, and is sure on clean print."""
    picture = np.asarray(written(["first second third"]))
    (line,) = reader(picture, "eng", light_on_dark=False)
    assert [found.word.text for found in line] == ["first", "second", "third"]
    for found in line:
        word = found.word
        assert word.confidence > 0.9
        assert picture[word.top : word.top + word.height, word.left : word.left + word.width].min() < 60


@with_models
def test_print_on_its_head_is_not_believed(reader: RapidReader) -> None:
    """An upside-down part comes back row by row without confidence, so that the page is turned."""
    picture = np.ascontiguousarray(np.asarray(written(["The ferry leaves at nine", "and is back at six"]))[::-1, ::-1])
    lines = reader(picture, "eng", light_on_dark=False)
    assert [found.word.confidence for line in lines for found in line] == [0.0, 0.0]
    assert all(picture[line[0].word.top + line[0].word.height // 2].min() < 160 for line in lines)


@with_models
def test_blank_paper_and_noise_have_no_text(reader: RapidReader) -> None:
    """Nothing is found where nothing is."""
    assert texts(reader, np.asarray(sheet(300, 200))) == []
    assert texts(reader, np.random.default_rng(1).integers(0, 255, (300, 300), np.uint8)) == []


@with_models
def test_single_pieces_are_recognised(reader: RapidReader) -> None:
    """A line whose place is known is read without looking for it; slivers are not read."""
    picture = np.asarray(written(["Reference RH-318"]))
    found, sliver = reader.recognise([picture[30:90], picture[:2]])
    assert (found.text, found.confidence > 0.9) == ("Reference RH-318", True)
    assert (sliver.text, sliver.confidence) == ("", 0.0)
    assert reader.recognise([]) == []


@with_models
@pytest.mark.slow
@pytest.mark.parametrize("engine", ["rapidocr", "auto"])
def test_pages_are_the_same_in_kind(engine: Engine) -> None:
    """Through the stage, a Chinese page upside down comes out line by line as with Tesseract."""
    from PIL import Image

    turned = Image.open(SAMPLES / "notice-zh.png").rotate(180)
    (page,) = read(Document("notice.png", png(turned)), options=DocumentReaderOptions(engine=engine, workers=1))
    expected = (SAMPLES / "notice-zh.txt").read_text().splitlines()
    found = [line.text for line in page.lines]
    assert len({line for line in expected if line} ^ set(found)) <= 2, found
    assert page.confidence > 0.9


def test_a_missing_engine_is_said_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for by name it must be there; `auto` does without."""
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    with pytest.raises(SetupError, match="pip install rapidocr, or choose the engine tesseract"):
        check_engine("rapidocr", ())
    check_engine("auto", ("eng",))


def test_the_stage_says_so_too(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A worker that cannot find the package fails the turn with the same words."""
    hidden = tmp_path_factory.mktemp("hidden")
    (hidden / "sitecustomize.py").write_text(
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'rapidocr' else find(name, *rest)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    document = Document("page.png", png(written(["Here"], width=300)))
    error = failure(document, options=DocumentReaderOptions(engine="rapidocr"))
    assert isinstance(error, SetupError)
    assert "the engine rapidocr is not installed" in str(error)
    (page,) = read(document, options=DocumentReaderOptions(engine="auto"))
    assert page.text == "Here"


def test_rapid_needs_no_tesseract(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """With the second engine alone Tesseract may be missing."""
    if missing:
        pytest.skip("the extra rapidocr is not installed")
    monkeypatch.setenv("PATH", str(folder))
    assert sys.executable  # the workers are started by their full path

    async def run() -> list[Page]:
        reader = DocumentReader(DocumentReaderOptions(engine="rapidocr", workers=1))
        try:
            await reader.warm_up()
            return []
        finally:
            await reader.close()

    assert asyncio.run(run()) == []
