"""Languages of print, by Tesseract's codes, which every engine is asked with."""

from __future__ import annotations

from collections.abc import Sequence

AUTO = "auto"
"""As a language: English, and simplified Chinese where English makes no sense."""
ENGLISH, CHINESE = "eng", "chi_sim"
"""Tesseract's codes of the two."""


def needed_languages(languages: Sequence[str]) -> tuple[str, ...]:
    """Tesseract's codes for an option value such as ("auto",) or ("eng", "deu")."""
    codes = [code for language in languages for code in ((ENGLISH, CHINESE) if language == AUTO else (language,))]
    return tuple(dict.fromkeys(codes))
