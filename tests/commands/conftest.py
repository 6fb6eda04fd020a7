"""The command line as a test drives it: in this process, with everything it printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from commands.command_line import run_command_line
from tests.commands.sounds import quiet


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def object(self) -> Any:
        """All of stdout, as one JSON value."""
        return json.loads(self.out)


RunCommand = Callable[..., Outcome]


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    """Runs the command line with the given arguments, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Outcome:
        code = run_command_line([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Outcome(code, printed.out, printed.err)

    return run


@pytest.fixture
def silence(tmp_path: Path) -> Path:
    """A sound file of two seconds without any sound."""
    return quiet(tmp_path / "silence.wav", seconds=2.0)
