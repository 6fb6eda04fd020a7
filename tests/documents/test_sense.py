"""Pictures without text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from documents.picture import Grey
from documents.read_words import ReadLine, ReadWord
from documents.sense import Patience, SenseWatch, is_grain, patience_for, without_dirt
from pipeline.events import Document, Line, Word
from tests.documents.pages import CHINESE, png, written
from tests.documents.reading import nothing_left_in, read
from tests.documents.scripted_reader import read_line


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; empty after each test."""
    with nothing_left_in(tmp_path, monkeypatch):
        yield tmp_path


def words(count: int, confidence: float) -> list[ReadLine]:
    return [(ReadWord(Word("x", 0, 0, 10, 10, confidence), 0),)] * count


@pytest.mark.parametrize("kind", ["coarse", "fine", "wood", "blots"])
def test_noise_is_not_read_at_all(kind: str) -> None:
    """Grain all over a page, fine or in streaks, is told from print before an engine spends minutes on it."""
    lots = np.random.default_rng(4)
    grain = lots.normal(128, 60, (900, 700))
    streaks = np.repeat(lots.normal(0, 1, (900, 25)), 28, axis=1) * 40 + lots.normal(200, 18, (900, 700))
    soft = np.asarray(Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1)))
    scenes = {"coarse": np.where(grain < 128, 0, 255), "fine": grain, "wood": streaks, "blots": 4.0 * soft - 352}
    assert is_grain(np.clip(scenes[kind], 0, 255).astype(np.uint8))


@pytest.mark.parametrize("size", [12, 18, 40])
def test_small_and_large_print_is_no_noise(size: int) -> None:
    """English and Chinese, in any size that can be read."""
    for lines in (
        ["as many small letters as go on a line, with dots: i, j; and more"] * 20,
        ["停水期间请关好水龙头。"] * 20,
    ):
        assert not is_grain(np.asarray(written(lines, size=size, path=CHINESE)))


def test_noise_is_read_once() -> None:
    """Hundreds of words that make no sense end the reading; doubtful text goes on."""
    told = [words(100, 0.1), words(400, 0.3), words(400, 0.1), words(9, 0.9)]

    def reader(part: Grey, languages: str, *, light_on_dark: bool) -> list[ReadLine]:
        return told.pop(0)

    watch = SenseWatch(reader, 100)
    part = np.zeros((10, 10), np.uint8)
    found = [len(watch(part, "eng", light_on_dark=False)) for _ in range(4)]
    assert found == [100, 400, 0, 0]
    assert len(told) == 1


def test_heaps_of_specks_are_not_read() -> None:
    """A part many times as large as the page is no text."""
    watch = SenseWatch(lambda part, languages, *, light_on_dark: words(1, 1.0), 100)
    assert watch(np.zeros((170, 10), np.uint8), "eng", light_on_dark=False) == []


def test_a_few_doubtful_letters_are_dirt() -> None:
    """Unless they are sure, or many."""

    def line(text: str, confidence: float) -> Line:
        return Line(1, text, (Word(text, 0, 0, 10, 10, confidence),))

    assert without_dirt([line("“yt )", 0.5)]) == ()
    assert without_dirt([line("7", 0.92)]) != ()
    assert without_dirt([line("the quick brown fox jumps", 0.5)]) != ()
    assert without_dirt([]) == ()


@pytest.mark.slow
def test_pure_noise_has_no_text() -> None:
    """A picture of noise is read to the end, and nothing is found."""
    noise = np.random.default_rng(1).integers(0, 255, (700, 500), np.uint8)
    (page,) = read(Document("noise.png", png(Image.fromarray(noise))))
    assert page.lines == ()


@pytest.mark.slow
def test_a_photo_without_text_has_none() -> None:
    """Shapes and shades are no letters."""
    lots = np.random.default_rng(2)
    y, x = np.mgrid[0:600, 0:800].astype(np.float64)
    picture = np.full((600, 800), 120.0)
    for _ in range(40):
        inside = (x - lots.uniform(0, 800)) ** 2 + (y - lots.uniform(0, 600)) ** 2 < lots.uniform(20, 150) ** 2
        picture[inside] = 0.5 * picture[inside] + 0.5 * lots.uniform(0, 255)
    photo = Image.fromarray((picture + lots.normal(0, 5, picture.shape)).clip(0, 255).astype(np.uint8))
    buffer = io.BytesIO()
    photo.filter(ImageFilter.GaussianBlur(1)).save(buffer, "JPEG")
    (page,) = read(Document("photo.jpg", buffer.getvalue()))
    assert page.lines == ()


def test_the_smallest_picture_has_no_text() -> None:
    """One pixel."""
    (page,) = read(Document("dot.png", png(Image.new("L", (1, 1)))))
    assert (page.lines, page.width, page.height) == ((), 1, 1)


def test_patience_runs_out_with_nonsense_and_not_with_sense() -> None:
    """So many vain readings are made; one that makes sense lifts the bound."""
    part = np.full((60, 60), 255, np.uint8)
    for confidence, asked in ((0.2, 2), (0.9, 4)):
        runs: list[str] = []

        def reader(part: Grey, languages: str, *, light_on_dark: bool, sure: float = confidence) -> list[ReadLine]:
            del part, light_on_dark
            runs.append(languages)  # noqa: B023  # read within the same turn of the loop
            return [read_line(("word", 0), confidence=sure)]

        patient = Patience(reader, 2)
        for _ in range(4):
            patient(part, "eng", light_on_dark=False)
        assert len(runs) == asked


def test_noise_is_worth_no_reading() -> None:
    """The more spots stand in no lines, the fewer."""
    assert [patience_for(disorder) for disorder in (0, 300, 1000, 4000)] == [None, 3, 1, 0]
