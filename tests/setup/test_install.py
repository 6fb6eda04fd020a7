"""Set-up: what is missing is installed where that is possible, and named with its command where it is not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from setup import install, system_parts
from setup.install import ACT_FIRST, FAILED, SetupStoppedError


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """A machine whose PATH holds only what the test puts there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def put(name: str, script: str) -> Path:
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        return program

    return put


Machine = Callable[[str, str], Path]


def _as(root: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_parts, "is_root", lambda: root)


def test_missing_packages_are_installed_by_name(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root with apt-get, exactly the missing ones are installed; when that fails, the lists are fetched first."""
    _as(True, monkeypatch)
    log, tessdata = tmp_path / "log", tmp_path / "there"
    languages = f'[ -e {tessdata} ] && printf "List\\neng\\nchi_sim\\n"'
    machine("espeak-ng", "exit 0")
    # Like a fresh machine's: the first try fails, because the lists are empty.
    machine(
        "apt-get",
        f'echo "$@" >> {log}\ncase "$1 $(/usr/bin/wc -l < {log})" in "install 1") exit 100;; "install "*) '
        f"/bin/cp $0 $(/usr/bin/dirname $0)/tesseract; : > {tessdata}; "
        f"printf '#!/bin/sh\\n%s\\n' '{languages}' > $(/usr/bin/dirname $0)/tesseract;; esac",
    )
    install.provide_system_parts()
    lines = log.read_text(encoding="utf-8").splitlines()
    wanted = "tesseract-ocr tesseract-ocr-eng tesseract-ocr-chi-sim"
    assert lines == [
        f"install -y --no-install-recommends {wanted}",
        "update -qq",
        f"install -y --no-install-recommends {wanted}",
    ]
    install.provide_system_parts()
    assert log.read_text(encoding="utf-8").splitlines() == lines, "a second run installs nothing"


def test_neither_root_nor_sudo(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without rights the exact command is printed, and a person must act."""
    _as(False, monkeypatch)
    machine("apt-get", "exit 99")
    with pytest.raises(SetupStoppedError, match="apt-get install -y --no-install-recommends tesseract-ocr") as stopped:
        install.provide_system_parts()
    assert stopped.value.exit_code == ACT_FIRST


def test_sudo_that_wants_a_password(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody can type a password, set-up does not hang: it names the command."""
    _as(False, monkeypatch)
    machine("apt-get", "exit 99")
    machine("sudo", "exit 1")
    with pytest.raises(SetupStoppedError, match="sudo apt-get install") as stopped:
        install.provide_system_parts()
    assert stopped.value.exit_code == ACT_FIRST


@pytest.mark.parametrize(
    ("program", "command"),
    [
        ("brew", "brew install tesseract tesseract-lang"),
        ("dnf", "sudo dnf install -y tesseract tesseract-langpack-eng"),
        ("pacman", "sudo pacman -S --needed tesseract tesseract-data-eng"),
        ("winget", "winget install UB-Mannheim.TesseractOCR"),
    ],
)
def test_other_systems(machine: Machine, monkeypatch: pytest.MonkeyPatch, program: str, command: str) -> None:
    """Elsewhere what is missing is named with that system's command, and nothing is run."""
    _as(False, monkeypatch)
    machine(program, "echo ran; exit 99")
    with pytest.raises(SetupStoppedError) as stopped:
        install.provide_system_parts()
    assert command in str(stopped.value)
    assert "tesseract (for reading documents)" in str(stopped.value)
    assert stopped.value.exit_code == ACT_FIRST


def test_unknown_system(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a package program that we know, what is missing is named all the same."""
    _as(False, monkeypatch)
    machine("unrelated", "exit 0")
    with pytest.raises(SetupStoppedError, match="espeak-ng") as stopped:
        install.provide_system_parts()
    assert stopped.value.exit_code == ACT_FIRST


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own, with a package list that is quickly installed."""
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = []\n[dependency-groups]\ndev = ["pip"]\n', encoding="utf-8"
    )
    (tmp_path / "constraints.txt").write_text("", encoding="utf-8")
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install, "STAMP", tmp_path / ".venv" / "set-up-for")
    return tmp_path


@pytest.fixture
def venv(checkout: Path) -> Path:
    """A `.venv` whose Python notes what pip is asked to install, and fails when told to."""
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        f'#!/bin/sh\ncase "$*" in *"pip install"*) echo "$@" >> {checkout}/log; [ ! -e {checkout}/offline ];; '
        f'*) echo "{install.VERSION}";; esac\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    return checkout


def test_python_packages_are_installed_once(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second run starts no process; a change of what is wanted, or a cut-off first run, starts again."""
    log = venv / "log"
    install.provide_python_packages()
    first = log.read_text(encoding="utf-8")
    assert f"--constraint {venv}/constraints.txt pip" in first

    def none_is_started(*command: Any, **options: Any) -> None:
        raise AssertionError(f"a process was started: {command}")

    with monkeypatch.context() as nothing_to_do:
        nothing_to_do.setattr(subprocess, "run", none_is_started)
        install.provide_python_packages()
    (venv / "constraints.txt").write_text("# changed\n", encoding="utf-8")
    install.provide_python_packages()
    assert log.read_text(encoding="utf-8") == first * 2
    install.STAMP.unlink()
    install.provide_python_packages()
    assert log.read_text(encoding="utf-8") == first * 3


def test_packages_that_cannot_be_installed(venv: Path) -> None:
    """A failed installation is said plainly, and is not taken for done."""
    (venv / "offline").touch()
    with pytest.raises(SetupStoppedError, match="could not be installed") as stopped:
        install.provide_python_packages()
    assert stopped.value.exit_code == FAILED
    assert not install.STAMP.exists()


@pytest.mark.slow
def test_a_real_venv(checkout: Path) -> None:
    """Without `.venv` a working one is made; one whose Python is gone is made anew."""
    install.provide_python_packages()
    python = checkout / ".venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "--version"], check=True, capture_output=True)
    python.unlink()
    install.STAMP.unlink()
    install.provide_python_packages()
    subprocess.run([python, "-m", "pip", "--version"], check=True, capture_output=True)


def test_some_parts_are_for_tests_alone(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What only the tests need is installed for them, and not for someone who wants the demo."""
    _as(True, monkeypatch)
    machine("espeak-ng", "exit 0")
    machine("tesseract", 'printf "List\\neng\\nchi_sim\\n"')
    programs = ("redis-server", "pulseaudio", "pactl")
    links = "; ".join(f"/bin/ln -s /bin/true {tmp_path}/bin/{program}" for program in programs)
    machine("apt-get", f'echo "$@" >> {tmp_path}/log; {links}')
    monkeypatch.setattr(system_parts, "has_font", lambda name: (tmp_path / "log").exists())
    for look in ("has_pulse_bridge", "has_postgres", "has_browser"):
        monkeypatch.setattr(system_parts, look, (tmp_path / "log").exists)
    monkeypatch.setattr(sys, "platform", "linux")
    install.provide_system_parts()
    assert not (tmp_path / "log").exists()
    install.provide_system_parts(for_tests=True)
    log = (tmp_path / "log").read_text(encoding="utf-8")
    fonts, sound = "fonts-dejavu-core fonts-noto-cjk", "pulseaudio pulseaudio-utils libasound2-plugins"
    assert log == f"install -y --no-install-recommends {fonts} redis-server postgresql chromium {sound}\n"
