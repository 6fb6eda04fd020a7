"""Sounds beside their expected text, for tests of `check`."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.conftest import ROOT

SOUNDS = ROOT / "assets" / "audio" / "en"
CHINESE = ROOT / "assets" / "audio" / "zh"
DOCUMENTS = ROOT / "assets" / "documents"


def sample(folder: Path, name: str, expected: str | None = None) -> Path:
    """A copy of a shipped question, with its own text or another."""
    folder.mkdir(exist_ok=True)
    for ending in (".wav", ".txt"):
        shutil.copy(SOUNDS / f"{name}{ending}", folder)
    if expected is not None:
        (folder / f"{name}.txt").write_text(expected, encoding="utf-8")
    return folder / f"{name}.wav"
