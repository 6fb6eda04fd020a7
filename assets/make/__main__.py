"""Makes every sample anew: `python -m assets.make` from the repository's root.

Needs the programs espeak-ng and flite, and the fonts DejaVu and Noto CJK.
"""

from __future__ import annotations

from pathlib import Path

from assets.make.documents import PICTURES, write_picture, write_report
from assets.make.manifest import Entry, document_entry, speech_entry, write_manifest
from assets.make.speech import Utterance, speak, write_wave
from assets.make.spoken import CHINESE, ENGLISH

ASSETS = Path(__file__).resolve().parent.parent


def main() -> None:
    """Writes pictures, the PDF, speech, the expected text beside each, and the manifest."""
    entries = _documents(ASSETS / "documents")
    for language, utterances in (("en", ENGLISH), ("zh", CHINESE)):
        entries += _speech(ASSETS / "audio" / language, utterances, language)
    write_manifest(ASSETS / "manifest.json", entries)
    print(f"{len(entries)} samples made")


def _documents(folder: Path) -> list[Entry]:
    folder.mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        write_picture(folder, name)
    write_report(folder)
    return [document_entry(name) for name in (*PICTURES, "report.pdf")]


def _speech(folder: Path, utterances: tuple[Utterance, ...], language: str) -> list[Entry]:
    folder.mkdir(parents=True, exist_ok=True)
    for utterance in utterances:
        file = folder / f"{utterance.name}.wav"
        write_wave(file, speak(utterance))
        file.with_suffix(".txt").write_text(utterance.text + "\n", encoding="utf-8")
    return [speech_entry(utterance, language) for utterance in utterances]


if __name__ == "__main__":
    main()
