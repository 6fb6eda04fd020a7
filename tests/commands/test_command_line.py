"""The command line as a whole, as its own process where that matters."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from commands.command_line import VERBS, explain
from pipeline.errors import ContractError, InputError, SetupError, StageError
from r1.errors import AuthenticationError, SettingsError
from tests.commands.conftest import RunCommand
from tests.conftest import ROOT

DOOR = [sys.executable, str(ROOT / "run_agent.py")]
QUESTION = ROOT / "assets" / "audio" / "en" / "invoice-total.wav"

HEAVY = (
    "numpy", "av", "faster_whisper", "ctranslate2", "onnxruntime", "httpx", "fastapi", "uvicorn", "PIL", "pytesseract",
    "pypdfium2", "pyttsx3", "sounddevice", "rich", "num2words", "asyncio", "pipeline", "stages", "r1", "gateway",
)  # fmt: skip
"""None of these is needed to print help."""


@pytest.mark.parametrize("arguments", [["--help"], *[[verb, "--help"] for verb in VERBS]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    """Help answers at once, since it loads nothing but the command line."""
    code = (
        "import sys; from commands.command_line import run_command_line; "
        f"code = run_command_line({arguments!r}); print(code, sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"


def test_help_names_every_verb(command: RunCommand) -> None:
    """The list of verbs is complete, with a whole sentence each."""
    outcome = command("--help")
    assert outcome.code == 0
    for verb in VERBS:
        assert f"\n  {verb} " in outcome.out
    assert "..." not in outcome.out.partition("Commands:")[2]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError("x"), 2),
        (SettingsError("x"), 2),
        (StageError("source", InputError("x")), 2),
        (StageError("asr", StageError("inner", InputError("x"))), 2),
        (SetupError("x"), 1),
        (StageError("tts", SetupError("x")), 1),
        (StageError("reasoner", AuthenticationError("x")), 1),
        (ContractError("x"), 1),
        (OSError(28, "x"), 1),
        (RuntimeError("x"), 1),
    ],
)
def test_exit_codes(error: Exception, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """2 for what the user handed in, 1 for everything else; the cause counts, however deep it lies."""
    assert explain(error) == code
    printed = capsys.readouterr()
    assert "x" in printed.err
    assert printed.out == ""


def test_json_alone_on_stdout_from_another_folder(tmp_path: Path) -> None:
    """As its own process, in any folder, stdout carries one object and nothing else; progress is on stderr."""
    done = subprocess.run(
        [*DOOR, "transcribe", "--json", str(QUESTION)], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["transcripts"][0]["text"]
    assert b"loaded speech recogniser" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows delivers no SIGINT to a child alone")
def test_interrupt(tmp_path: Path) -> None:
    """Ctrl-C ends a turn with exit code 130 and no traceback."""
    process = subprocess.Popen([*DOOR, "demo"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path)
    assert process.stderr is not None
    while b"loaded" not in process.stderr.readline():
        assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in complaints


def test_unforeseen_failures_hide_their_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody foresaw is one line, unless the user asks where it came from."""
    monkeypatch.delenv("AGENT_TRACEBACK", raising=False)
    explain(KeyError("gone"))
    assert "AGENT_TRACEBACK=1" in capsys.readouterr().err
    monkeypatch.setenv("AGENT_TRACEBACK", "1")
    with pytest.raises(KeyError):
        explain(KeyError("gone"))
