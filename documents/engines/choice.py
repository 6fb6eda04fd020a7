"""The programs that read print, by name, and what of them is on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, get_args

from pipeline.errors import SetupError

Engine = Literal["tesseract", "rapidocr", "auto"]
"""`auto`: Tesseract, and a second opinion by RapidOCR, where that is installed, on what Tesseract is unsure of."""

ENGINES: tuple[Engine, ...] = get_args(Engine)


_MODELS = ("det", "cls", "rec")
"""Parts of the names of RapidOCR's models: they find text, tell which way up it stands, and read it."""


def has_rapid_ocr() -> bool:
    """Whether RapidOCR is installed, with its models; it is not imported."""
    return not _rapid_ocr_fault()


def check_engine(engine: Engine, languages: Sequence[str]) -> None:
    """Raise `SetupError` with the command that installs what `engine` lacks for `languages`."""
    if engine == "rapidocr":
        if fault := _rapid_ocr_fault():
            raise SetupError(f"{fault}, or choose the engine tesseract")
        return
    from documents.engines.tesseract import check_languages

    check_languages(languages)


def _rapid_ocr_fault() -> str:
    """What is wrong with RapidOCR on this machine and how to mend it; empty when nothing is."""
    package = find_spec("rapidocr")
    if package is None or find_spec("onnxruntime") is None:
        return "the engine rapidocr is not installed; install it with: pip install 'rapidocr>=3.10,<4'"
    models = Path(package.origin or "").parent / "models"
    if not all(any(models.glob(f"*_{part}_*.onnx")) for part in _MODELS):  # it would try to fetch them
        return "the models of rapidocr are missing; install it anew with: pip install --force-reinstall rapidocr"
    return ""
