"""Make the machine ready: system packages, `.venv`, Python packages. A second run finds everything done.

    python3 setup/install.py                what the program needs
    python3 setup/install.py --for-tests    what the tests need besides

Exit codes: 0 ready, 1 something failed to install, 2 a person must act first (the command is printed).
Standard library only; needs Python 3.11, and says so on an older one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "set-up-for"
"""Holds the digest of what was installed; written last, so that an interrupted run is taken up again."""

VERSION = sys.version.split()[0]
"""Of the Python that runs this. Not its build: that changes when python3-venv brings an update along."""

FAILED, ACT_FIRST = 1, 2


class SetupStoppedError(Exception):
    """Set-up cannot go on; the message says why and what to do, `exit_code` for whom."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def main() -> int:
    """Install what is missing; returns the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036  # run with whatever Python a person has at hand
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.", file=sys.stderr)
        return ACT_FIRST
    try:
        provide_system_parts(for_tests="--for-tests" in sys.argv[1:])
        provide_python_packages()
    except SetupStoppedError as stopped:
        print(f"\n{stopped}", file=sys.stderr)
        return stopped.exit_code
    return 0


def provide_system_parts(*, for_tests: bool = False) -> None:
    """Install missing system packages with apt-get, or stop with the command that a person must type."""
    sys.path.insert(0, str(ROOT))
    from setup.system_parts import install_command, package_program, packages_for, system_parts

    wanted = tuple(part for part in system_parts() if for_tests or not part.for_tests)
    missing = tuple(part for part in wanted if not part.present())
    if not missing:
        return
    program = package_program()
    if program == "apt-get":
        _apt_install(packages_for(missing, program))
        names = {part.name for part in missing}
        missing = tuple(part for part in system_parts() if part.name in names and not part.present())
        if not missing:
            return
    named = "\n".join(f"  {part.name} (for {part.purpose})" for part in missing)
    command = install_command(missing)
    remedy = f"Install them with:\n\n  {command}\n\nand" if command else "Install them, and"
    raise SetupStoppedError(f"Missing on this machine:\n{named}\n\n{remedy} run the same command again.", ACT_FIRST)


def provide_python_packages() -> None:
    """Make `.venv` and put the packages of pyproject.toml into it, at the versions of constraints.txt."""
    packages = required_packages()
    wanted = _digest(packages)
    if STAMP.is_file() and STAMP.read_text(encoding="ascii") == wanted and _python().exists():
        return
    if not _works(_python()):
        print(f"Making {VENV.name} …", flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "Python could not make .venv.")
    print(
        f"Installing {len(packages)} Python packages and what they need into {VENV.name} (a minute or two) …",
        flush=True,
    )
    _run(
        [
            str(_python()), "-m", "pip", "install", "-qq", "--disable-pip-version-check",
            "--constraint", str(ROOT / "constraints.txt"), *packages,
        ],
        "The Python packages could not be installed; the lines above say why. Is there a network?",
    )  # fmt: skip
    STAMP.write_text(wanted, encoding="ascii")


def required_packages() -> list[str]:
    """What pyproject.toml asks for, the development group included, as pip takes it."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]


def _apt_install(packages: list[str]) -> None:
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    rights = _rights(command)
    print(f"Installing system packages: {' '.join(packages)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if subprocess.run([*rights, *command], env=environment, check=False, capture_output=True).returncode == 0:
        return
    # On a fresh machine the lists are empty, on an old one they name packages that are gone.
    subprocess.run([*rights, "apt-get", "update", "-qq"], env=environment, check=False)
    if subprocess.run([*rights, *command], env=environment, check=False).returncode != 0:
        raise SetupStoppedError("apt-get could not install them; its own message stands above.", FAILED)


def _rights(command: list[str]) -> list[str]:
    from setup.system_parts import is_root

    if is_root():
        return []
    if shutil.which("sudo") is None:
        typed = " ".join(command)
        raise SetupStoppedError(f"System packages are missing. As root, type:\n\n  {typed}\n", ACT_FIRST)
    # Without a terminal nobody can type a password: fail at once instead of waiting for one.
    sudo = ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
    if subprocess.run([*sudo, "true"], check=False).returncode != 0:
        typed = " ".join(["sudo", *command])
        raise SetupStoppedError(f"System packages are missing. Type this yourself:\n\n  {typed}\n", ACT_FIRST)
    return [*sudo, "env", "DEBIAN_FRONTEND=noninteractive"]


def _digest(packages: list[str]) -> str:
    """Changes when the packages asked for, their versions, or Python itself change."""
    asked = "\n".join((VERSION, *packages))
    return hashlib.sha256(asked.encode() + (ROOT / "constraints.txt").read_bytes()).hexdigest()


def _python() -> Path:
    return VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _works(python: Path) -> bool:
    """True when `.venv` can be added to: its Python starts, is the version that runs this, and has pip."""
    if not python.exists():
        return False
    probe = "import sys, pip; print(sys.version.split()[0])"
    answer = subprocess.run([str(python), "-c", probe], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == VERSION


def _run(command: list[str], complaint: str) -> None:
    if subprocess.run(command, check=False).returncode != 0:
        raise SetupStoppedError(complaint, FAILED)


if __name__ == "__main__":
    sys.exit(main())
