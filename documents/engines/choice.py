"""The programs that read print, by name, and what of them is on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Literal, get_args

from pipeline.errors import SetupError

Engine = Literal["tesseract", "rapidocr", "auto"]
"""`auto`: Tesseract, and a second opinion by RapidOCR, where that is installed, on what Tesseract is unsure of."""

ENGINES: tuple[Engine, ...] = get_args(Engine)


def has_rapid_ocr() -> bool:
    """Whether RapidOCR can be imported; it is not."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


def check_engine(engine: Engine, languages: Sequence[str]) -> None:
    """Raise `SetupError` with the command that installs what `engine` lacks for `languages`."""
    if engine == "rapidocr":
        if not has_rapid_ocr():
            raise SetupError(
                "the engine rapidocr is not installed; install it with: pip install rapidocr, or choose"
                " the engine tesseract"
            )
        return
    from documents.engines.tesseract import check_languages

    check_languages(languages)
