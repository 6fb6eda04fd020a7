"""Everything that cannot be used ends with exit code 2 and a message naming file, fault and remedy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import documents
from tests.commands.conftest import RunCommand
from tests.commands.sounds import quiet
from tests.conftest import ROOT

QUESTION = ROOT / "assets" / "audio" / "en" / "invoice-total.wav"
INVOICE = ROOT / "assets" / "documents" / "invoice.png"


def _empty(path: Path) -> Path:
    path.touch()
    return path


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _written(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


BAD_SOUNDS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda path: path, "no such file"),
    "empty": (_empty, "empty"),
    "text renamed": (_written(b"Dear Sir or Madam,\n" * 50), "not an audio file"),
    "random bytes": (_written(bytes((i * 7919) % 251 for i in range(4096))), "not an audio file"),
    "0 s": (lambda path: quiet(path, 0.0), "too short"),
    "1 ms": (lambda path: quiet(path, 0.001), "too short"),
    "a folder": (_folder, "folder"),
}

BAD_DOCUMENTS: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "missing": ("a.png", lambda path: path, "no such file"),
    "empty": ("a.png", _empty, "empty"),
    "corrupt png": ("a.png", _written(INVOICE.read_bytes()[:60] + bytes(400)), ""),
    "cut png": ("a.png", _written(INVOICE.read_bytes()[: INVOICE.stat().st_size // 2]), ""),
    "corrupt pdf": ("a.pdf", _written(b"%PDF-1.7\nnothing of a PDF follows"), ""),
    "encrypted pdf": ("a.pdf", documents.encrypted, "password"),
    "vast png": ("a.png", documents.vast, "20,000 x 20,000 pixels, above the limit of 80,000,000"),
    "text renamed": ("a.png", _written(b"no picture at all"), ""),
}


@pytest.mark.parametrize("fault", BAD_SOUNDS)
@pytest.mark.parametrize("verb", ["ask", "transcribe"])
def test_sound_that_cannot_be_used(command: RunCommand, tmp_path: Path, verb: str, fault: str) -> None:
    """A bad sound file is refused by name before anything is loaded, and nothing is written."""
    make, words = BAD_SOUNDS[fault]
    path = make(tmp_path / "question.wav")
    outcome = command(verb, path)
    assert outcome.code == 2
    assert str(path) in outcome.err
    assert words in outcome.err
    assert "loaded" not in outcome.err
    assert outcome.out == ""
    assert not (tmp_path / "reply.wav").exists()


@pytest.mark.parametrize("fault", BAD_DOCUMENTS)
@pytest.mark.parametrize("verb", ["ask", "ocr"])
def test_document_that_cannot_be_used(command: RunCommand, tmp_path: Path, verb: str, fault: str) -> None:
    """A bad document is refused by name, with what is wrong with it."""
    name, make, words = BAD_DOCUMENTS[fault]
    path = make(tmp_path / name)
    arguments = ("ask", "--text", "What is the total?", "--document", path) if verb == "ask" else ("ocr", path)
    outcome = command(*arguments)
    assert outcome.code == 2
    assert name in outcome.err
    assert words in outcome.err
    assert outcome.out == ""
    assert not (tmp_path / "reply.wav").exists()


@pytest.mark.skipif(os.name == "nt", reason="permissions work otherwise there")
@pytest.mark.parametrize(
    "arguments",
    [("transcribe", "F"), ("ask", "F"), ("ocr", "F"), ("ask", "--text", "Hello?", "--document", "F")],
)
def test_file_that_may_not_be_read(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """A file whose permissions are missing is refused by our own message, with the remedy, and no usage text."""
    file = tmp_path / "locked"
    file.write_bytes(INVOICE.read_bytes())
    file.chmod(0)
    command = [sys.executable, str(ROOT / "run_agent.py"), *(str(file) if word == "F" else word for word in arguments)]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may read everything, and setpriv is missing")
        rights = "-dac_override,-dac_read_search"
        command = ["setpriv", "--bounding-set", rights, "--inh-caps", rights, *command]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {file}: ")
    assert "permissions" in done.stderr
    assert "Usage" not in done.stderr


def test_control_characters_in_a_name(command: RunCommand, tmp_path: Path) -> None:
    """A file name cannot steer the terminal, nor pretend to be another line: it is shown escaped."""
    outcome = command("ocr", _written(b"no picture")(tmp_path / "a\x1b[31m\nb.png"))
    assert outcome.code == 2
    assert r"a\x1b[31m\nb.png: " in outcome.err
    page = documents.blank(tmp_path / "c\x1b[31m\nd.png")
    assert r"c\x1b[31m\nd.png, page 1" in command("ocr", page).out


@pytest.mark.parametrize("place", ["missing/reply.wav", ".", "file/reply.wav"])
@pytest.mark.parametrize("verb", [("ask", QUESTION), ("speak", "Hello.")])
def test_output_that_cannot_be_written(
    command: RunCommand, tmp_path: Path, verb: tuple[str | Path, ...], place: str
) -> None:
    """An output that cannot be written is found out before the work begins."""
    (tmp_path / "file").touch()
    outcome = command(*verb, "--out", tmp_path / place)
    assert outcome.code == 2
    assert str(tmp_path / place) in outcome.err
    assert "loaded" not in outcome.err


def test_trace_that_cannot_be_written(command: RunCommand, tmp_path: Path) -> None:
    """The trace's place is looked at beforehand too."""
    outcome = command("ask", "--text", "What is two plus two?", "--trace", tmp_path / "missing" / "trace.json")
    assert outcome.code == 2
    assert "trace.json" in outcome.err
    assert "loaded" not in outcome.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", QUESTION, "--text", "And typed too?"),
        ("ask", "--text", "  "),
        ("ask", "--text"),
        ("ask", "--nonsense"),
        ("nonsense",),
        ("ocr",),
        ("transcribe",),
        ("speak", "no place to put it"),
        ("speak", " ", "--out", "a.wav"),
        ("speak", "…", "--out", "a.wav"),
        ("ask", "--text", "Hello?", "--r1", "no url"),
        ("ask", QUESTION, "--asr-model", "no-such-model"),
        ("ask", QUESTION, "--asr-model", "/no/such/folder"),
        ("ask", QUESTION, "--language", "zh"),
        ("ask", QUESTION, "--language", "klingon"),
    ],
)
def test_usage_that_makes_no_sense(command: RunCommand, arguments: tuple[str | Path, ...]) -> None:
    """Wrong usage ends with exit code 2 and says what would be right."""
    outcome = command(*arguments)
    assert outcome.code == 2
    assert outcome.err.strip()
    assert outcome.out == ""
    assert not Path("a.wav").exists()
