"""`ocr`: documents in, pages out."""

from __future__ import annotations

import getpass
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import psutil
import pytest
from PIL import Image

from commands import document_passwords
from tests.commands.conftest import RunCommand
from tests.commands.documents import blank, vast
from tests.conftest import ROOT
from tests.documents.pages import pdf, png, tiff, written
from tests.documents.pdfs import TextPage, many_pages, text_pdf

DOCUMENTS = ROOT / "assets" / "documents"
INVOICE = DOCUMENTS / "invoice.png"


@pytest.fixture(autouse=True)
def _no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCUMENT_PASSWORD", raising=False)


def note(path: Path, text: str) -> Path:
    """A small picture with a line of text."""
    path.write_bytes(png(written([text], width=40 + 24 * len(text))))
    return path


def test_shape_and_order(command: RunCommand) -> None:
    """Documents come as they were given, pages in order, each with number, text, confidence, lines and blocks."""
    report = DOCUMENTS / "report.pdf"
    outcome = command("ocr", "--json", report, INVOICE)
    assert outcome.code == 0
    assert set(outcome.object) == {"documents", "missing"}
    assert outcome.object["missing"] == []
    first, second = outcome.object["documents"]
    assert (first["name"], second["name"]) == (str(report), str(INVOICE))
    assert [page["number"] for page in first["pages"]] == [1, 2]
    for page in [*first["pages"], *second["pages"]]:
        keys = {"number", "text", "confidence", "page_count", "width", "height", "lines", "blocks"}
        assert set(page) == keys
        assert 0.5 < page["confidence"] <= 1
        assert "\n".join(line["text"] for line in page["lines"]) == page["text"]
    (page,) = second["pages"]
    assert "420.00" in page["text"]
    assert set(page["lines"][0]["words"][0]) == {"text", "box", "confidence"}
    (table,) = [block for block in page["blocks"] if block["kind"] == "table"]
    assert ["Helmet, medium", "2", "$30.00", "$60.00"] in table["rows"]


def test_name_is_the_path_as_given(command: RunCommand, tmp_path: Path) -> None:
    """A relative path stays relative in the output."""
    relative = os.path.relpath(INVOICE, tmp_path)
    assert command("ocr", "--json", relative).object["documents"][0]["name"] == relative


def test_blank_page(command: RunCommand, tmp_path: Path) -> None:
    """A blank page is read, and has no text."""
    page = blank(tmp_path / "blank.png")
    outcome = command("ocr", page)
    assert outcome.code == 0
    assert "no text found" in outcome.out
    (found,) = command("ocr", "--json", page).object["documents"][0]["pages"]
    assert (found["number"], found["text"], found["confidence"], found["lines"]) == (1, "", 0.0, [])
    assert "no text found" in command("ocr", "--format", "markdown", page).err


def test_markdown_and_hocr(command: RunCommand) -> None:
    """The formats come on stdout and nothing else; what contradicts is refused."""
    outcome = command("ocr", "--format", "markdown", INVOICE)
    assert "| Helmet, medium | 2 | $30.00 | $60.00 |" in outcome.out
    assert outcome.out.startswith("# Fernhill Bicycle Workshop\n")
    root = ElementTree.fromstring(command("ocr", "--format", "hocr", INVOICE, DOCUMENTS / "report.pdf").out)
    assert len([part for part in root.iter() if part.get("class") == "ocr_page"]) == 3
    for flags in (("--json", "--format", "hocr"), ("--format", "rtf"), ("--fields", "--questions")):
        refused = command("ocr", *flags, INVOICE)
        assert (refused.code, refused.out) == (2, "")


def test_fields_and_questions(command: RunCommand) -> None:
    """Labels with values, and questions, in place of the text; in JSON beside it."""
    assert "Invoice number: FB-2047" in command("ocr", "--fields", INVOICE).out
    worksheet = DOCUMENTS / "worksheet.png"
    found = command("ocr", "--json", "--fields", "--questions", worksheet).object["documents"][0]
    assert found["questions"]
    assert "fields" in found
    assert "?" in command("ocr", "--questions", worksheet).out


def test_a_folder(command: RunCommand, tmp_path: Path) -> None:
    """All documents of a folder are read in order; others are left out with a remark, a bad one is told."""
    folder = tmp_path / "scans"
    folder.mkdir()
    note(folder / "scan-10.png", "Tenth page")
    note(folder / "scan-2.png", "Second page")
    (folder / "notes.txt").write_text("no document")
    vast(folder / "scan-3.png")
    outcome = command("ocr", "--json", folder)
    assert outcome.code == 1
    named = {document["name"]: document["pages"][0]["text"] for document in outcome.object["documents"]}
    assert named == {str(folder / "scan-2.png"): "Second page", str(folder / "scan-10.png"): "Tenth page"}
    (missing,) = outcome.object["missing"]
    assert (missing["name"], missing["page"]) == (str(folder / "scan-3.png"), None)
    assert "20,000 x 20,000 pixels" in missing["reason"]
    assert "left out, no documents: notes.txt" in outcome.err
    assert str(folder / "scan-3.png") in outcome.err
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "holds no document" in command("ocr", empty).err


def test_a_bad_page_among_good_ones(command: RunCommand, tmp_path: Path) -> None:
    """The others are printed, the missing one is said, and the exit code tells."""
    content = tiff(written(["First"], width=300), written(["Large"], width=900), written(["Third"], width=300))
    (tmp_path / "fax.tiff").write_bytes(content)
    outcome = command("ocr", "--most-megapixels", "0.1", tmp_path / "fax.tiff")
    assert outcome.code == 1
    assert "First" in outcome.out
    assert "Third" in outcome.out
    assert "page 2 of 3" not in outcome.out
    assert "is a picture of 900 x" in outcome.err


def test_pages_and_limits(command: RunCommand, tmp_path: Path) -> None:
    """5,000 pages are refused with the limit and both ways around it; a few of them are read."""
    (tmp_path / "long.pdf").write_bytes(many_pages(5000))
    outcome = command("ocr", tmp_path / "long.pdf")
    assert outcome.code == 2
    assert "5,000 pages, more than the limit of 300" in outcome.err
    assert "--pages 1-300" in outcome.err
    assert "--most-pages" in outcome.err
    outcome = command("ocr", "--pages", "4999-", tmp_path / "long.pdf")
    assert [line for line in outcome.out.splitlines() if "page " in line] == [
        f"{tmp_path / 'long.pdf'}, page {number} of 5000: no text found" for number in (4999, 5000)
    ]
    for flags in (("--pages", "three"), ("--most-pages", "0"), ("--jobs", "0"), ("--most-megapixels", "999")):
        assert command("ocr", *flags, INVOICE).code == 2


def test_addresses_are_refused(command: RunCommand) -> None:
    """Nothing is fetched."""
    outcome = command("ocr", "https://example.org/scan.png")
    assert outcome.code == 2
    assert "is an address, and nothing is fetched" in outcome.err


def test_engines_and_languages_by_name(command: RunCommand) -> None:
    """What there is not is refused with what there is."""
    assert "choose tesseract or rapidocr or auto" in command("ocr", "--ocr-engine", "eyes", INVOICE).err
    outcome = command("ocr", "--languages", "eng+tlh", "--no-cache", INVOICE)
    assert outcome.code == 1
    assert "Tesseract has no data for the language tlh" in outcome.err
    assert command("ocr", "--languages", "+", INVOICE).code == 2
    assert "420.00" in command("ocr", "--languages", "eng", INVOICE).out


def test_passwords(command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By flag, from the environment, from stdin, or asked for; never printed, and nothing encrypted is kept."""
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(text_pdf(TextPage(["The vault code is 8812"]), password="geheim"))
    outcome = command("ocr", secret)
    assert outcome.code == 2
    assert "is an encrypted PDF, and it needs its password" in outcome.err
    outcome = command("ocr", "--password", "falsch", secret)
    assert (outcome.code, "falsch" in outcome.err) == (2, False)
    assert "the password given does not open it" in outcome.err
    assert "8812" in command("ocr", "--password", "geheim", secret).out
    monkeypatch.setattr("sys.stdin", (tmp_path / "line").open("w+"))
    sys.stdin.write("geheim\n")
    sys.stdin.seek(0)
    assert "8812" in command("ocr", "--password", "-", secret).out
    sys.stdin.close()
    monkeypatch.setenv("DOCUMENT_PASSWORD", "geheim")
    assert "8812" in command("ocr", secret).out
    monkeypatch.delenv("DOCUMENT_PASSWORD")
    answers = ["falsch", "geheim"]
    monkeypatch.setattr(document_passwords, "_can_ask", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda prompt, stream: answers.pop(0))
    assert "8812" in command("ocr", secret).out
    cache = Path(os.environ["XDG_CACHE_HOME"]) / "reasoning-voice" / "pages.sqlite"
    assert b"8812" not in cache.read_bytes()


def test_the_cache_is_used_unless_told_otherwise(command: RunCommand, tmp_path: Path) -> None:
    """What was read before is not read again; with `--no-cache` it is, and nothing is kept."""
    page = note(tmp_path / "page.png", "Once only")
    cache = Path(os.environ["XDG_CACHE_HOME"]) / "reasoning-voice" / "pages.sqlite"
    cache.unlink(missing_ok=True)
    assert "Once only" in command("ocr", "--no-cache", page).out
    assert not cache.exists()
    first = command("ocr", page)
    kept = cache.stat().st_size
    assert command("ocr", page).out == first.out
    assert kept > 0


def test_drawings(command: RunCommand, tmp_path: Path) -> None:
    """An overlay goes to a file for one page, to a folder for several; so does the explanation."""
    page = note(tmp_path / "page.png", "Draw me")
    (tmp_path / "two.pdf").write_bytes(pdf(written(["One"], width=300), written(["Two"], width=300)))
    outcome = command("ocr", "--overlay", tmp_path / "over.png", "--explain", tmp_path / "steps", page)
    assert outcome.code == 0
    with Image.open(tmp_path / "over.png") as drawing:
        assert drawing.mode == "RGB"
    assert len(list((tmp_path / "steps").iterdir())) == 1
    outcome = command("ocr", "--overlay", tmp_path / "over.png", tmp_path / "two.pdf")
    assert outcome.code == 2
    assert "there are 2 pages; name a folder" in outcome.err
    assert command("ocr", "--overlay", tmp_path / "both", tmp_path / "two.pdf").code == 0
    assert len(list((tmp_path / "both").iterdir())) == 2
    outcome = command("ocr", "--overlay", page / "x", page)
    assert (outcome.code, "this cannot be written" in outcome.err) == (2, True)


@pytest.mark.skipif(os.name == "nt", reason="signals work otherwise there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C and `kill` in the middle of a page: the exit code says so, no process and no file is left."""
    (tmp_path / "long.tiff").write_bytes(tiff(*[written(["The ferry leaves at nine every morning"] * 30)] * 12))
    (tmp_path / "temporary").mkdir()
    arguments = [sys.executable, str(ROOT / "run_agent.py"), "ocr", "--no-cache", str(tmp_path / "long.tiff")]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    program = subprocess.Popen(
        arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    with program:
        process = psutil.Process(program.pid)
        begun = time.monotonic()
        while not any(child.name() == "tesseract" for child in _children(process)):
            assert time.monotonic() - begun < 60
            assert program.poll() is None
            time.sleep(0.01)
        children = _children(process)
        program.send_signal(number)
        _, err = program.communicate(timeout=60)
    assert program.returncode == 128 + number
    assert "Traceback" not in err
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
    assert list((tmp_path / "temporary").iterdir()) == []


def _children(process: psutil.Process) -> list[psutil.Process]:
    found = []
    for child in process.children(recursive=True):
        try:
            child.name()
        except psutil.NoSuchProcess:
            continue
        found.append(child)
    return found


def test_pages_come_as_they_are_read(tmp_path: Path) -> None:
    """The first page is printed while the last is still being read."""
    (tmp_path / "long.tiff").write_bytes(tiff(*[written([f"Page {n}"] * 12) for n in range(16)]))
    arguments = [sys.executable, str(ROOT / "run_agent.py"), "ocr", "--no-cache", str(tmp_path / "long.tiff")]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    program = subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    with program:
        assert program.stdout is not None
        assert "page 1 of 16" in program.stdout.readline()
        assert program.poll() is None
        assert psutil.Process(program.pid).children(recursive=True)
        program.terminate()
        program.stdout.read()


def test_json_says_what_failed_with_nothing_read(command: RunCommand, tmp_path: Path) -> None:
    """The only document is bad: exit code 2, nothing on stdout."""
    (tmp_path / "zip.pdf").write_bytes(b"PK\x03\x04" + bytes(60))
    outcome = command("ocr", "--json", tmp_path / "zip.pdf")
    assert (outcome.code, outcome.out) == (2, "")
    with pytest.raises(json.JSONDecodeError):
        json.loads(outcome.err)
