"""Makes every sample anew: `python -m assets.make` from the repository's root."""

from __future__ import annotations

from pathlib import Path

from assets.make.documents import PICTURES, write_picture, write_report
from assets.make.speech import speak, write_wave
from assets.make.spoken import ENGLISH

ASSETS = Path(__file__).resolve().parent.parent


def main() -> None:
    """Writes pictures, speech and the expected texts beside them."""
    for name in PICTURES:
        write_picture(ASSETS / "documents", name)
    write_report(ASSETS / "documents")
    for utterance in ENGLISH:
        file = ASSETS / "audio" / "en" / f"{utterance.name}.wav"
        write_wave(file, speak(utterance))
        file.with_suffix(".txt").write_text(utterance.text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
