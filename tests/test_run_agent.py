"""The door, before anything is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

BARE_PYTHON = Path(sys.base_prefix) / ("python.exe" if os.name == "nt" else "bin/python3")
"""A Python without the project's packages."""


def _checkout(folder: Path) -> Path:
    shutil.copy(ROOT / "run_agent.py", folder)
    return folder / "run_agent.py"


def test_not_set_up(tmp_path: Path) -> None:
    """Without .venv and packages it names what is missing and the command that installs it."""
    door = _checkout(tmp_path)
    done = subprocess.run([BARE_PYTHON, "-S", door, "demo"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "typer" in done.stderr
    assert f"make -C {tmp_path} setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_starts_itself_again_under_its_own_python(tmp_path: Path) -> None:
    """With .venv there, that Python runs the door, with the arguments untouched."""
    door = _checkout(tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "started with: $@"\nexit 7\n', encoding="utf-8")
    python.chmod(0o755)
    done = subprocess.run([sys.executable, door, "ask", "a b"], cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 7
    assert done.stdout.strip() == f"started with: {door} ask a b"


def test_a_broken_venv_is_no_dead_end(tmp_path: Path) -> None:
    """A .venv whose Python is gone is treated as not set up."""
    door = _checkout(tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(tmp_path / "gone")
    done = subprocess.run([BARE_PYTHON, "-S", door], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "setup" in done.stderr
