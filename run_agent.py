#!/usr/bin/env python3
"""The door: starts itself under `.venv`, says what is missing when that was not set up, and hands over to the commands.

    python run_agent.py --help

Works from any folder. It imports nothing that has to be installed before it knows that it is there, and stays readable
for an old Python 3, so that one gets a sentence instead of a syntax error.
"""

import os
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
NEEDED = (
    "typer", "rich", "numpy", "faster_whisper", "pyttsx3", "pytesseract", "PIL", "pypdfium2", "httpx", "uvicorn",
    "filelock", "prompt_toolkit",
)  # fmt: skip
"""With these packages there, set-up has run to its end."""


def main() -> int:
    """Run the command line; returns the exit code."""
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if python.exists() and Path(sys.prefix).resolve() != VENV.resolve():
        return _start_again_with(python)
    if sys.version_info < OLDEST:
        return _refuse(f"Python 3.11 or newer is needed, and this is {sys.version.split()[0]}. With a newer one, run:")
    from importlib.util import find_spec

    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        return _refuse(f"Not set up yet, these packages are missing: {', '.join(missing)}. Run this once:")
    sys.path.insert(0, str(ROOT))
    from commands.command_line import run_command_line

    return run_command_line()


def _start_again_with(python: Path) -> int:
    command = [str(python), str(ROOT / "run_agent.py"), *sys.argv[1:]]
    if os.name != "nt":
        os.execv(python, command)
    import subprocess  # Windows has no exec that keeps the terminal

    return subprocess.call(command)


def _refuse(message: str) -> int:
    sys.stderr.write(f"{message}\n\n  make -C {ROOT} setup\n")
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # Ctrl-C before the command line had begun
        sys.exit(130)
