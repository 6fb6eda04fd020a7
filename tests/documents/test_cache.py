"""Pages that were read before."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import version as versions
from documents.cache import PageCache
from documents.version import ROOT, reading_version, source_files
from pipeline.events import Document, Line, Page, Word
from pipeline.runner import Turn
from stages.ocr import DocumentReader, DocumentReaderOptions
from tests.documents.pages import png, tiff, written
from tests.documents.pdfs import TextPage, text_pdf
from tests.documents.reading import nothing_left_in, read, turn_of

PAGE = Page(
    "a.png", 2, 3, (Line(1, "总计   $5", (Word("总计", 1, 2, 3, 4, 0.5), Word("$5", 9, 2, 3, 4, 0.25))),), 60, 40
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; empty after each test."""
    (tmp_path / "temporary").mkdir()
    with nothing_left_in(tmp_path / "temporary", monkeypatch):
        yield tmp_path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "pages.sqlite"


def test_a_page_comes_back_as_it_was(file: Path) -> None:
    """Text, words, boxes and size are those that were put, under the name that the document has now."""
    PageCache(file).put("key", PAGE)
    assert PageCache(file).find("key", 2, "b.png") == replace(PAGE, document="b.png")
    assert PageCache(file).find("key", 1, "b.png") is None
    assert PageCache(file).find("other", 2, "b.png") is None


@given(st.lists(st.text(max_size=8), max_size=4), st.floats(0, 1), st.integers(0, 10**6))
def test_any_page_comes_back(texts: list[str], confidence: float, place: int) -> None:
    """Whatever is read can be kept."""
    words = tuple(Word(text, place, place, 1, 1, confidence) for text in texts)
    page = Page("a", 1, 1, tuple(Line(n, text, words) for n, text in enumerate(texts, 1)), place, place)
    MEMORY.put("key", page)
    assert MEMORY.find("key", 1, "a") == page


class _Memory(PageCache):
    def __init__(self) -> None:
        super().__init__(Path(":memory:"))

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            from documents.cache import _prepare

            self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            _prepare(self._connection)
        return self._connection


MEMORY = _Memory()


def test_the_file_is_its_owners_alone(file: Path) -> None:
    """It holds the text of documents: nobody else may read it, even if it was laxer before."""
    PageCache(file).put("key", PAGE)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    file.chmod(0o644)
    PageCache(file).put("key", PAGE)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_it_does_not_grow_beyond_its_limit(file: Path) -> None:
    """What was not asked for longest goes out first; what is too large is not taken."""
    now = [0.0]
    cache = PageCache(file, most_bytes=100_000, clock=lambda: now[0])
    page = replace(PAGE, lines=tuple(Line(n, f"{n * 7919 % 10007:x}" * 9) for n in range(200)))
    for number in range(300):
        now[0] += 4000
        cache.put("key", replace(page, number=number + 1))
        if number >= 10:
            assert cache.find("key", 1, "a") is not None  # asked for all the time
    assert cache.find("key", 2, "a") is None
    assert cache.find("key", 300, "a") is not None
    cache.close()
    assert file.stat().st_size < 200_000
    small = PageCache(file, most_bytes=10)
    small.put("large", PAGE)
    assert small.find("large", 2, "a") is None


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_broken_file_is_begun_anew(file: Path, content: bytes) -> None:
    """Whatever stands there, the next page is kept, and nothing is raised."""
    file.parent.mkdir()
    file.write_bytes(content)
    cache = PageCache(file)
    assert cache.find("key", 2, "a") is None
    cache.put("key", PAGE)
    assert cache.find("key", 2, "a.png") == PAGE


def test_a_broken_entry_is_no_page(file: Path) -> None:
    """An entry that is damaged, or of another form, is as good as none."""
    cache = PageCache(file)
    cache.put("key", PAGE)
    cache.keep_page_count("key", 3)
    with sqlite3.connect(file) as connection:
        for content in (b"rubbish", b"x\x9c\x03\x00\x00\x00\x00\x01"):
            connection.execute("UPDATE pages SET content = ?", (content,))
            connection.commit()
            assert cache.find("key", 2, "a") is None
            assert cache.page_count("key") is None
    connection.close()


def test_a_file_that_cannot_be_used_is_done_without(tmp_path: Path) -> None:
    """A folder in its place, a path through a file, and another program's database are left alone."""
    (tmp_path / "folder.sqlite").mkdir()
    (tmp_path / "plain").touch()
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    for place in (tmp_path / "folder.sqlite", tmp_path / "plain" / "pages.sqlite", other):
        cache = PageCache(place)
        cache.put("key", PAGE)
        assert cache.find("key", 2, "a") is None
        cache.close()
    with sqlite3.connect(other) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    connection.close()


FILLS = """
import sys
from pathlib import Path
from pipeline.events import Line, Page
from documents.cache import PageCache
cache = PageCache(Path(sys.argv[1]))
for number in range(1, 40):
    cache.put(sys.argv[2], Page("a", number, 40, (Line(1, "text"),)))
"""


def test_several_processes_share_it(file: Path) -> None:
    """Four at once write: the file stays whole, and no process fails."""
    others = [
        subprocess.Popen([sys.executable, "-c", FILLS, str(file), f"key {number}"], cwd=ROOT) for number in range(4)
    ]
    assert [other.wait(60) for other in others] == [0] * 4
    cache = PageCache(file)
    kept = [cache.find(f"key {one}", number, "a") for one in range(4) for number in range(1, 40)]
    assert sum(page is not None for page in kept) > 100  # one that waits too long goes without


def test_what_was_read_is_not_read_again(file: Path) -> None:
    """The second time, under another name, all pages come from the cache: no worker is started."""
    content = tiff(*[written([f"Page number {n}"], width=400) for n in (1, 2, 3)])
    options = DocumentReaderOptions(cache_file=file)
    first = read(Document("one.tiff", content), options=options)
    again, started = read_and_count(Document("two.tiff", content), options)
    assert [replace(page, document="one.tiff") for page in again] == first
    assert started == 0
    _, started = read_and_count(Document("two.tiff", content), replace(options, languages=("eng",)))
    assert started > 0


def test_nothing_of_an_encrypted_document_is_kept(file: Path) -> None:
    """Neither its text nor its number of pages goes to the disk."""
    document = Document("secret.pdf", text_pdf(TextPage(["The vault code is 8812"]), password="geheim"))
    options = DocumentReaderOptions(cache_file=file, passwords=("geheim",))
    assert "8812" in read(document, options=options)[0].text
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM pages").fetchone() == (0,)
    connection.close()
    _, started = read_and_count(document, options)
    assert started > 0


def test_a_broken_cache_never_fails_a_reading(tmp_path: Path) -> None:
    """A cache that cannot be written makes no difference to what is read."""
    (tmp_path / "plain").touch()
    options = DocumentReaderOptions(cache_file=tmp_path / "plain" / "pages.sqlite")
    (page,) = read(Document("a.png", png(written(["Still read"], width=400))), options=options)
    assert page.text == "Still read"


def test_changed_code_reads_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The version differs with engine, languages, any of our modules, and Tesseract's data."""
    monkeypatch.setattr(versions, "ROOT", tmp_path)
    module = tmp_path / "documents" / "page_lines.py"
    module.parent.mkdir()
    module.write_text("one = 1")
    before = reading_version("tesseract", ("auto",))
    assert reading_version("tesseract", ("auto",)) == before
    assert reading_version("tesseract", ("eng",)) != before
    assert reading_version("rapidocr", ("auto",)) != before
    module.write_text("one = 2")
    assert reading_version("tesseract", ("auto",)) != before


def test_the_version_counts_every_module_that_a_worker_runs() -> None:
    """No module that reading rests on is forgotten."""
    modules = "worker engines.rapid_ocr engines.second_opinion text_layer.check text_layer.lines repair".split()
    code = (
        f"import sys, {', '.join(f'documents.{name}' for name in modules)};"
        " print(*(m.__file__ for n, m in sys.modules.items()"
        " if n.split('.')[0] in ('documents', 'text') and getattr(m, '__file__', None)), sep='\\n')"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    loaded = {Path(line) for line in told.splitlines() if not line.endswith("text/__init__.py")}
    assert loaded - set(source_files()) == set()


def read_and_count(document: Document, options: DocumentReaderOptions) -> tuple[list[Page], int]:
    """The pages, and how many worker processes had been started for them."""

    async def run() -> tuple[list[Page], int]:
        reader = DocumentReader(options)
        try:
            turn: Turn = turn_of(reader, [document])
            async with turn:
                pages = [page async for page in turn]
            return pages, len(reader._pool._workers)
        finally:
            await reader.close()

    return asyncio.run(run())
