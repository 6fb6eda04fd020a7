"""What decides how a page comes out besides the page itself: our code, the engines and their data, as one digest.

Whatever of them changes, pages read before are read anew: nobody has to remember to say so.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from documents.engines.choice import Engine

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("pipeline/events.py", "documents/**/*.py", "text/**/*.py")
"""Our modules that may decide, by patterns from the root: rather too many than one too few."""
_PACKAGES = ("numpy", "opencv-python-headless", "pillow", "pillow-heif", "pypdfium2")
_RAPID_PACKAGES = ("rapidocr", "onnxruntime")
_PATIENCE_S = 5.0


def reading_version(engine: Engine, languages: Sequence[str]) -> str:
    """A digest that changes with anything that reading rests on. Takes some hundredths of a second."""
    digest = hashlib.sha256()
    for part in (engine, ",".join(languages), *_packages(engine), *_tesseract(engine)):
        digest.update(part.encode() + b"\0")
    for file in source_files():
        digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def source_files() -> list[Path]:
    """Our own modules that `SOURCES` names."""
    return sorted({file for pattern in SOURCES for file in ROOT.glob(pattern)})


def _packages(engine: Engine) -> Iterator[str]:
    for name in (*_PACKAGES, *(() if engine == "tesseract" else _RAPID_PACKAGES)):
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} is missing"


def _tesseract(engine: Engine) -> Iterator[str]:
    """The program and its data, each by size and time."""
    program = shutil.which("tesseract")
    if engine == "rapidocr" or program is None:
        return
    yield _stamp(Path(program).resolve())
    try:
        told = subprocess.run(
            [program, "--list-langs"], capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return
    yield told
    heading, *codes = told.splitlines() or [""]
    folder = Path(heading.partition('"')[2].partition('"')[0] or os.environ.get("TESSDATA_PREFIX", "."))
    for code in codes:
        yield _stamp(folder / f"{code}.traineddata")


def _stamp(file: Path) -> str:
    try:
        status = file.stat()
    except OSError:
        return f"{file} is missing"
    return f"{file} {status.st_size} {status.st_mtime_ns}"
