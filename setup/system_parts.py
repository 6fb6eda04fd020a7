"""The programs, data and libraries that come from the operating system, and how each system calls them.

Used by `setup/install.py`, which installs or names what is missing, and by `run_agent.py doctor`, which reports it.
Standard library only. Python 3.11.
"""

from __future__ import annotations

import ctypes
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

INSTALL_COMMANDS = {
    "apt-get": "apt-get install -y --no-install-recommends",
    "brew": "brew install",
    "dnf": "dnf install -y",
    "pacman": "pacman -S --needed",
    "winget": "winget install",
}
"""Package programs that we know, and how each installs by name. Looked for in this order."""


@dataclass(frozen=True, slots=True)
class SystemPart:
    """One thing that the operating system provides."""

    name: str
    purpose: str
    """What does not work without it."""
    present: Callable[[], bool]
    packages: Mapping[str, str]
    """Package name by package program; a program that is not named here brings it along, or does not need it."""
    for_tests: bool = False
    """Needed by the tests alone."""


def tesseract_languages() -> frozenset[str]:
    """Languages whose data Tesseract finds, as it names them (`eng`, `chi_sim`); empty without Tesseract."""
    if shutil.which("tesseract") is None:
        return frozenset()
    try:
        listed = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, text=True, timeout=20, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset(line.strip() for line in listed.splitlines()[1:])


def has_portaudio() -> bool:
    """True when PortAudio can be loaded. On macOS and Windows the Python package `sounddevice` carries its own."""
    if sys.platform in ("darwin", "win32"):
        return True
    try:
        ctypes.CDLL("libportaudio.so.2")
    except OSError:
        return False
    return True


def has_espeak() -> bool:
    """True when espeak-ng's program is found. macOS and Windows bring voices of their own."""
    return sys.platform in ("darwin", "win32") or shutil.which("espeak-ng") is not None


def has_font(name: str) -> bool:
    """True when a font file of that name lies in one of this system's font folders."""
    folders = (Path("/usr/share/fonts"), Path("/Library/Fonts"), Path.home() / ".local" / "share" / "fonts")
    return any(next(folder.rglob(name), None) for folder in folders)


def has_pulse_bridge() -> bool:
    """True when ALSA's plug-in for PulseAudio lies in one of the library folders."""
    name = "alsa-lib/libasound_module_pcm_pulse.so"
    folders = (Path("/usr/lib"), Path("/usr/lib64"), *Path("/usr/lib").glob("*-linux-gnu*"))
    return any((folder / name).is_file() for folder in folders)


def system_parts() -> tuple[SystemPart, ...]:
    """Everything the operating system must provide."""
    return (
        _venv_part(),
        *_tesseract_parts(),
        SystemPart(
            "espeak-ng", "speaking", has_espeak,
            {"apt-get": "espeak-ng", "dnf": "espeak-ng", "pacman": "espeak-ng"},
        ),
        SystemPart(
            "PortAudio", "microphone and loudspeaker", has_portaudio,
            {"apt-get": "libportaudio2", "dnf": "portaudio", "pacman": "portaudio"},
        ),
        *_font_parts(),
        SystemPart(
            "redis-server", "the tests of the shared cache", lambda: shutil.which("redis-server") is not None,
            {"apt-get": "redis-server", "brew": "redis", "dnf": "redis", "pacman": "redis"},
            for_tests=True,
        ),
        SystemPart(
            "PostgreSQL's server", "the tests of the gateway's database", has_postgres,
            {"apt-get": "postgresql", "brew": "postgresql", "dnf": "postgresql-server", "pacman": "postgresql"},
            for_tests=True,
        ),
        SystemPart(
            "chromium", "the tests of the gateway's panel", has_browser,
            {"apt-get": "chromium", "brew": "chromium", "dnf": "chromium", "pacman": "chromium"},
            for_tests=True,
        ),
        *_sound_card_parts(),
    )  # fmt: skip


def has_postgres() -> bool:
    """Debian keeps the server's programs out of the search path."""
    return shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def has_browser() -> bool:
    """Whether there is a Chromium, by either of its names."""
    return any(shutil.which(name) is not None for name in ("chromium", "chromium-browser"))


def package_program() -> str | None:
    """The package program of this machine, one of `INSTALL_COMMANDS`; None when it is one we do not know."""
    return next((program for program in INSTALL_COMMANDS if shutil.which(program)), None)


def packages_for(parts: tuple[SystemPart, ...], program: str) -> list[str]:
    """Package names for `parts`, each once, in order."""
    return list(dict.fromkeys(part.packages[program] for part in parts if program in part.packages))


def install_command(parts: tuple[SystemPart, ...]) -> str | None:
    """The command a person types to get `parts` on this machine; None where we cannot name one."""
    program = package_program()
    packages = packages_for(parts, program) if program else []
    if program is None or not packages:
        return None
    rights = "sudo " if program in ("apt-get", "dnf", "pacman") and not is_root() else ""
    return f"{rights}{INSTALL_COMMANDS[program]} {' '.join(packages)}"


def is_root() -> bool:
    """True when this process may install system packages without asking."""
    if sys.platform == "win32":
        return False
    import os

    return os.geteuid() == 0


def _venv_part() -> SystemPart:
    versioned = f"python3.{sys.version_info.minor}-venv"
    # Only Debian's own Python lacks these two; any other brings them along.
    system_python = Path(sys.base_prefix) == Path("/usr")
    return SystemPart(
        "Python's venv",
        "keeping the Python packages apart from the system's",
        lambda: importlib.util.find_spec("venv") is not None and importlib.util.find_spec("ensurepip") is not None,
        {"apt-get": versioned if system_python else "python3-venv"},
    )


def _tesseract_parts() -> tuple[SystemPart, ...]:
    """The program and its language data, for which it is asked once."""
    languages = tesseract_languages()
    return (
        SystemPart(
            "tesseract", "reading documents", lambda: shutil.which("tesseract") is not None,
            {
                "apt-get": "tesseract-ocr", "brew": "tesseract", "dnf": "tesseract", "pacman": "tesseract",
                "winget": "UB-Mannheim.TesseractOCR",
            },
        ),
        SystemPart(
            "tesseract data: English", "reading English documents", lambda: "eng" in languages,
            {"apt-get": "tesseract-ocr-eng", "dnf": "tesseract-langpack-eng", "pacman": "tesseract-data-eng"},
        ),
        SystemPart(
            "tesseract data: Chinese", "reading Chinese documents", lambda: "chi_sim" in languages,
            {
                "apt-get": "tesseract-ocr-chi-sim", "brew": "tesseract-lang", "dnf": "tesseract-langpack-chi_sim",
                "pacman": "tesseract-data-chi_sim",
            },
        ),
    )  # fmt: skip


def _sound_card_parts() -> tuple[SystemPart, ...]:
    """A sound card without hardware, which PortAudio sees through ALSA's bridge to PulseAudio: Linux only."""
    if not sys.platform.startswith("linux"):
        return ()
    return (
        SystemPart(
            "pulseaudio", "the tests that play into a microphone", lambda: shutil.which("pulseaudio") is not None,
            {"apt-get": "pulseaudio", "dnf": "pulseaudio", "pacman": "pulseaudio"},
            for_tests=True,
        ),
        SystemPart(
            "pulseaudio's tools", "the tests that play into a microphone", lambda: shutil.which("pactl") is not None,
            {"apt-get": "pulseaudio-utils", "dnf": "pulseaudio-utils", "pacman": "libpulse"},
            for_tests=True,
        ),
        SystemPart(
            "ALSA's bridge to PulseAudio", "the tests that play into a microphone", has_pulse_bridge,
            {"apt-get": "libasound2-plugins", "dnf": "alsa-plugins-pulseaudio", "pacman": "alsa-plugins"},
            for_tests=True,
        ),
    )  # fmt: skip


def _font_parts() -> tuple[SystemPart, ...]:
    return (
        SystemPart(
            "font: DejaVu Sans", "drawing English pages in tests", lambda: has_font("DejaVuSans.ttf"),
            {
                "apt-get": "fonts-dejavu-core", "brew": "font-dejavu", "dnf": "dejavu-sans-fonts",
                "pacman": "ttf-dejavu",
            },
            for_tests=True,
        ),
        SystemPart(
            "font: Noto Sans CJK", "drawing Chinese pages in tests", lambda: has_font("NotoSansCJK-Regular.ttc"),
            {
                "apt-get": "fonts-noto-cjk", "brew": "font-noto-sans-cjk", "dnf": "google-noto-sans-cjk-fonts",
                "pacman": "noto-fonts-cjk",
            },
            for_tests=True,
        ),
    )  # fmt: skip
