"""The list of every sample, for programs: `assets/manifest.json`."""

from __future__ import annotations

import json
from pathlib import Path

from assets.make.speech import Utterance

LICENCE = "Apache-2.0"
"""As the rest of the project: text, drawing and recording settings are our own."""

_DRAWN = "drawn by assets/make with Pillow; people, firms and places are invented"
_TYPESET = "typeset by assets/make; people, firms and places are invented"

Entry = dict[str, str | None]


def document_entry(name: str) -> Entry:
    """What is known of a document, with paths relative to the repository."""
    path = Path("assets/documents") / name
    return {
        "path": path.as_posix(),
        "text": path.with_suffix(".txt").as_posix(),
        "language": "zh" if "-zh" in name else "en",
        "origin": _TYPESET if path.suffix == ".pdf" else _DRAWN,
        "licence": LICENCE,
    }


def speech_entry(utterance: Utterance, language: str) -> Entry:
    """What is known of a spoken question, with paths relative to the repository."""
    path = Path("assets/audio") / language / f"{utterance.name}.wav"
    settings = f", speed {utterance.speed}, pitch {utterance.pitch}" if utterance.engine == "espeak-ng" else ""
    return {
        "path": path.as_posix(),
        "text": path.with_suffix(".txt").as_posix(),
        "language": language,
        "origin": f"spoken by {utterance.engine}, voice {utterance.voice}{settings}",
        "licence": LICENCE,
        "document": f"assets/documents/{utterance.about}" if utterance.about else None,
    }


def write_manifest(file: Path, entries: list[Entry]) -> None:
    """Writes the list, one readable object per sample."""
    file.write_text(json.dumps({"samples": entries}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
