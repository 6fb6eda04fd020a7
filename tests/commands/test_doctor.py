"""`doctor`: what is fine, what is missing and how to mend it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from commands import checks
from commands.settings import configuration_file
from tests.commands.conftest import RunCommand
from tests.commands.servers import OpenAIServer

LOCKED = "http://127.0.0.1:9"
"""The discard port: nothing answers there."""


@pytest.fixture
def only_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose PATH holds apt-get and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "apt-get").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (folder / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_a_machine_that_is_ready(command: RunCommand) -> None:
    """With everything there, the main job is said to run, and each part is named."""
    outcome = command("doctor", "--json")
    assert outcome.code == 0, outcome.out
    report = outcome.object
    assert report["ready"] is True
    parts = {entry["part"]: entry for entry in report["parts"]}
    for part in ("Python", "tesseract", "English voice", "Chinese voice", "reasoner", "disk", "microphone"):
        assert part in parts
    assert all(set(entry) == {"part", "state", "detail", "remedy"} for entry in report["parts"])
    assert all(entry["remedy"] for entry in report["parts"] if entry["state"] != "fine")


def test_the_shipped_model_pretends_nothing(command: RunCommand) -> None:
    """The shipped speech model is said to serve samples and tests, with the option that gets a real one."""
    said = " ".join(command("doctor").out.split())
    assert "serves the samples and tests only" in said
    assert "--asr-model small" in said


@pytest.mark.usefixtures("only_apt")
def test_tesseract_missing(command: RunCommand) -> None:
    """Without Tesseract the main job cannot run: exit code 1 and the command that installs it."""
    outcome = command("doctor")
    assert outcome.code == 1
    assert "apt-get install -y --no-install-recommends tesseract-ocr\n" in outcome.out
    assert "tesseract-ocr-eng" in outcome.out
    assert "Not ready" in outcome.out


def test_no_command_is_invented(command: RunCommand, only_apt: Path) -> None:
    """On a system whose package program we do not know, no command is made up."""
    (only_apt / "apt-get").unlink()
    assert shutil.which("apt-get") is None
    outcome = command("doctor")
    assert outcome.code == 1
    assert "apt-get install" not in outcome.out
    assert "your system's package program" in outcome.out


def test_speech_model_missing(command: RunCommand) -> None:
    """A model that is not here yet is fetched on first use: no failure. A folder that is none is one."""
    known = command("doctor", "--asr-model", "small", "--json")
    entry = next(entry for entry in known.object["parts"] if "small" in entry["part"])
    assert (known.code, entry["state"]) == (0, "optional")
    assert "--asr-model shipped" in entry["remedy"]
    assert command("doctor", "--asr-model", "/no/such/folder").code == 1


def test_endpoint_that_does_not_answer(command: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configured R1 that nobody answers at is what is missing, by its address, without its secret."""
    monkeypatch.setenv("R1_BASE_URL", LOCKED)
    monkeypatch.setenv("R1_API_KEY", "someone")
    monkeypatch.setenv("R1_API_SECRET", "canary-canary-canary-canary-canary")
    outcome = command("doctor")
    assert outcome.code == 1
    assert LOCKED in outcome.out
    assert "canary" not in outcome.out + outcome.err


def test_a_configuration_that_cannot_be_used(command: RunCommand) -> None:
    """It is one finding among the others, and means that the machine is not ready."""
    file = configuration_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("[r1]\nbase_url = 5\n", encoding="utf-8")
    try:
        outcome = command("doctor", "--json")
    finally:
        file.unlink()
    assert outcome.code == 1
    parts = {entry["part"]: entry for entry in outcome.object["parts"]}
    assert parts["configuration"]["state"] == "missing"
    assert "'r1.base_url' must be a string" in parts["configuration"]["detail"]
    assert parts["reasoner"]["state"] == "fine"


def test_a_reasoning_server_on_this_machine_is_offered(command: RunCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the option that would use it; it is not used by itself, and not looked for when another is configured."""
    with OpenAIServer("Yes.", model="deepseek-r1:7b") as server:
        target = f"openai:{server.url}"
        monkeypatch.setattr(checks, "LOCAL_SERVERS", (("llama.cpp", target), ("Ollama", "ollama:http://127.0.0.1:9")))
        parts = {entry["part"]: entry for entry in command("doctor", "--json").object["parts"]}
        configured = {entry["part"] for entry in command("doctor", "--json", "--r1", target).object["parts"]}
    offer = parts["llama.cpp on this machine"]
    assert offer["state"] == "fine"
    assert f"answers, with deepseek-r1:7b. To use it: ask --r1 {target}" in offer["detail"]
    assert "Ollama on this machine" not in parts
    assert "the embedded reader" in parts["reasoner"]["detail"]
    assert not any("on this machine" in part for part in configured)
    assert not server.bodies
