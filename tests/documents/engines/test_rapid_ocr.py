"""RapidOCR, the second engine, with its real models."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from documents.engines import choice, rapid_ocr
from documents.engines.choice import Engine, check_engine, has_rapid_ocr
from documents.engines.rapid_ocr import RapidReader
from documents.layout.line_text import line_text
from documents.picture import Region
from pipeline.errors import SetupError
from pipeline.events import Document, Page
from stages.ocr import DocumentReader, DocumentReaderOptions
from tests.documents.pages import CHINESE, LATIN, SAMPLES, png, sheet, table, written
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
def test_long_lines_are_judged_too(reader: RapidReader) -> None:
    """Lines as wide as a page are seen to be upside down, and upright ones are not taken for that."""
    sentence = "Small repairs are paid by the tenant, larger ones by the landlord, unless both agree"
    picture = np.asarray(written([sentence, sentence], size=24, width=1400))
    assert texts(reader, picture) == [sentence] * 2
    turned = reader(np.ascontiguousarray(picture[::-1, ::-1]), "eng", light_on_dark=False)
    assert {found.word.confidence for line in turned for found in line} == {0.0}


@with_models
def test_blank_paper_and_noise_have_no_text(reader: RapidReader) -> None:
    """Nothing is found where nothing is."""
    assert texts(reader, np.asarray(sheet(300, 200))) == []
    assert texts(reader, np.random.default_rng(1).integers(0, 255, (300, 300), np.uint8)) == []


@with_models
def test_a_photograph_of_something_else_has_no_text(reader: RapidReader) -> None:
    """The few letters that are seen in waves of light and shade are not sure enough."""
    rows, columns = np.mgrid[0:1000, 0:1400]
    waves = 127 + 60 * np.sin(columns / 90) + 50 * np.cos(rows / 70 + columns / 300)
    grain = np.random.default_rng(1).normal(0, 6, waves.shape)
    assert texts(reader, (waves + grain).clip(0, 255).astype(np.uint8)) == []


@with_models
def test_known_places_are_read_without_search(reader: RapidReader) -> None:
    """A line whose place is known is read there, with boxes on the part; white paper and slivers give nothing."""
    picture = np.asarray(written(["Reference RH-318"]))
    found, white, sliver = reader.read_at(
        picture, [Region(30, 36, 500, 90), Region(600, 36, 900, 90), Region(30, 0, 500, 2)]
    )
    assert line_text(found) == "Reference RH-318"
    assert found[0].word.confidence > 0.9
    assert found[0].word.left == pytest.approx(40, abs=6)
    assert (white, sliver) == ((), ())
    assert reader.read_at(picture, []) == []


@with_models
def test_single_figures_are_read_upright(reader: RapidReader) -> None:
    """A cell that is higher than wide is not laid on its side."""
    rows = [["Nut", "1", "7"], ["Bolt", "4", "1"], ["Washer", "11", "9"]]
    assert texts(reader, np.asarray(table(rows, [40, 400, 700], ruled=False))) == ["   ".join(row) for row in rows]


@with_models
def test_spaces_and_groups_of_figures_stay(reader: RapidReader) -> None:
    """Words, dates and account numbers are parted as on paper, in a typeface of one width too."""
    lines = ["Payable by: December 17, 2025", "IBAN DE44 5001 0517 5407", "It's 07:15, call 555-0111"]
    mono = LATIN.replace("Sans", "SansMono")
    for path in (LATIN, mono):
        assert texts(reader, np.asarray(written(lines, path=path))) == lines


@with_models
def test_a_narrow_part_costs_little(reader: RapidReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is searched for text is never larger than the part, but for its margin: RapidOCR enlarges narrow ones."""
    reader.load()
    searched: list[int] = []
    detect = reader._model("det")

    def watched(picture: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]) -> object:
        searched.append(picture.shape[0] * picture.shape[1])
        return detect(picture)

    monkeypatch.setattr(reader._engine(), "_load_det_model", lambda: watched)
    part = np.asarray(written(["One line of print and no more"], width=1600))[30:100]
    assert texts(reader, part) == ["One line of print and no more"]
    assert searched[0] < 3 * part.size
    large = np.asarray(written(["Heading", *["Print"] * 20], width=1400))
    assert texts(reader, large)[0] == "Heading"
    assert searched[1] < 0.5 * large.size


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
    with pytest.raises(SetupError, match=r"pip install 'rapidocr>=3\.10,<4', or choose the engine tesseract"):
        check_engine("rapidocr", ())
    check_engine("auto", ("eng",))


def test_an_engine_without_models_is_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It would fetch them from the network; `auto` does without, by name it is an error that says what to do."""
    package = importlib.util.spec_from_file_location("rapidocr", tmp_path / "rapidocr" / "__init__.py")
    monkeypatch.setattr(choice, "find_spec", lambda name: package)
    models = tmp_path / "rapidocr" / "models"
    models.mkdir(parents=True)
    for name in ("PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"):
        (models / name).touch()
    assert not has_rapid_ocr()
    with pytest.raises(SetupError, match="models of rapidocr are missing; install it anew with: pip install --force"):
        check_engine("rapidocr", ())
    (models / "ch_ppocr_mobile_v2.0_cls_mobile.onnx").touch()
    assert has_rapid_ocr()
    for file in models.iterdir():
        file.unlink()
    models.rmdir()
    models.parent.rmdir()


@with_models
def test_a_damaged_model_is_said_and_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the package or its models raise becomes one message; nothing goes to the network."""
    from rapidocr.utils.download_file import DownloadFile

    def fetch(*_: object) -> None:
        raise AssertionError("went to the network")

    monkeypatch.setattr(DownloadFile, "run", fetch)
    RapidReader().load()
    monkeypatch.setattr(rapid_ocr, "_model_file", lambda part, folder: Path(__file__))
    reader = RapidReader()
    with pytest.raises(SetupError, match=r"installed but does not work \(.+\); install it anew with: pip install"):
        reader.load()
    with pytest.raises(SetupError, match="or choose the engine tesseract"):
        reader(np.asarray(written(["Here"])), "eng", light_on_dark=False)


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
