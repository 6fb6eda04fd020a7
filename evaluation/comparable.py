"""Texts made comparable: two that a reader would call the same come out the same.

English goes through the normaliser that Whisper's published error rates are counted with (contractions, spellings,
numbers, case, marks; Radford et al. 2022, appendix C), other languages that write spaces through its plain sister.
Chinese is read aloud by `text.spoken` first, so that 三百元 and 300元 are the same, and loses marks and spaces; Latin
letters in it keep no case. Simplified and traditional characters stay different: which of them is written is part of
what is checked.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from text.script import language_of
from text.spoken import spoken

if TYPE_CHECKING:
    from collections.abc import Callable

Unit = Literal["word", "character"]
"""What an error rate counts."""

_WITHOUT_SPACES = frozenset("zh yue ja th lo km my".split())
"""Languages (ISO 639-1, and `yue`) that put no spaces between words."""

_KEPT = "LMN"
"""Unicode categories of what is said: letters, the signs that belong to them, and figures."""


def unit_of(language: str) -> Unit:
    """Characters where no spaces stand between words, else words."""
    return "character" if language in _WITHOUT_SPACES else "word"


def speech_language(expected: str, asked: str | None = None, configured: str = "en") -> str:
    """In which language `expected` is said: `asked`, else by its script: zh, else what is `configured` for others."""
    if asked is not None and asked != "auto":
        return asked
    if language_of(expected) == "zh":
        return "zh"
    return "en" if configured == "auto" or configured in _WITHOUT_SPACES else configured


def comparable_speech(text: str, language: str) -> str:
    """`text` as it is compared with another way to write down the same speech; words lie one space apart."""
    if unit_of(language) == "word":
        return " ".join(_normalizer(language)(unicodedata.normalize("NFKC", text)).split())
    said = spoken(text, "zh").replace("幺", "一") if language in ("zh", "yue") else text
    plain = unicodedata.normalize("NFKC", said).casefold()
    return "".join(character for character in plain if unicodedata.category(character)[0] in _KEPT)


def comparable_print(text: str, language: str) -> str:
    """`text` as it is compared with another reading of the same page: full-width as half-width, one space between
    words, and none at all in Chinese, where readers of pages set them freely. Case and marks count.
    """
    between = " " if unit_of(language) == "word" else ""
    return between.join(unicodedata.normalize("NFKC", text).split())


@cache
def _normalizer(language: str) -> Callable[[str], str]:
    made: Any
    if language == "en":
        from whisper_normalizer.english import EnglishTextNormalizer

        made = EnglishTextNormalizer()
    else:
        from whisper_normalizer.basic import BasicTextNormalizer

        made = BasicTextNormalizer(preserve_marks=True)
    return lambda text: str(made(text))
