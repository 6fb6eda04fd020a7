"""The command line as a whole, as its own process where that matters."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from commands.command_line import VERBS, explain
from commands.stopping import stopped_by_signals
from pipeline.errors import ContractError, InputError, SetupError, StageError
from r1.errors import AuthenticationError, SettingsError
from tests.commands.conftest import RunCommand
from tests.commands.signals import obey_signals
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


def _made_in(folder: Path) -> set[str]:
    """What made the folders in `folder`, by the part of their names before the random one."""
    return {entry.name.rpartition("-")[0] for entry in folder.iterdir() if entry.is_dir()}


@pytest.mark.skipif(os.name == "nt", reason="Windows delivers no signals to a child alone")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_told_to_stop(tmp_path: Path, name: str, code: int) -> None:
    """Ctrl-C, `kill` and a closed terminal end a turn alike: one line, no temporary folder, no child left."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    environment = {**os.environ, "TMPDIR": str(folder)}
    environment.pop("XDG_RUNTIME_DIR", None)
    process = subprocess.Popen(
        [*DOOR, "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment,
        preexec_fn=obey_signals,  # noqa: PLW1509 - no threads run here, and nothing else reaches the child's signals
    )
    assert process.stderr is not None
    while b"loaded" not in process.stderr.readline():
        assert process.poll() is None, process.communicate()
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    assert {"page-reading", "r1", "speech"} <= _made_in(folder)
    process.send_signal(getattr(signal, name))
    _, complaints = process.communicate(timeout=20)
    assert process.returncode == code
    assert complaints.strip() == b"stopped"
    assert _made_in(folder) <= {"pulse"}  # the sound system's own, which it makes and keeps
    assert [child for child in children if child.is_running()] == []


@pytest.mark.skipif(os.name == "nt", reason="no SIGTERM handlers there")
@pytest.mark.parametrize("ignored", [signal.SIG_IGN, signal.default_int_handler])
def test_a_stop_reaches_a_command_that_ignores_ctrl_c(ignored: Any) -> None:
    """A command in the background, which a shell makes deaf to Ctrl-C, is cancelled by SIGTERM all the same."""
    before = signal.signal(signal.SIGINT, ignored)

    async def work() -> None:
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(60)

    try:
        with stopped_by_signals() as stop, pytest.raises(KeyboardInterrupt):
            asyncio.run(work())
        assert signal.getsignal(signal.SIGINT) is ignored
    finally:
        signal.signal(signal.SIGINT, before)
    assert stop.exit_code == 143
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_stdout_without_room(options: list[str]) -> None:
    """A result that cannot be printed is a failure that names standard output."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*DOOR, "transcribe", str(QUESTION), *options], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert "error: standard output: this cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_closed_pipe(options: list[str]) -> None:
    """Whoever stops reading gets no complaint."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*DOOR, "transcribe", str(QUESTION), *options], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert [line for line in done.stderr.splitlines() if not line.startswith("loaded")] == []


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
