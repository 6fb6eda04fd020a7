"""Which script a text is written in, as far as reading and speaking depend on it."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["en", "zh"]

_IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_OTHER_CJK = "\u3000-\u303f\u3040-\u30ff\u31f0-\u31ff\uac00-\ud7a3\uff00-\uffef"
_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
_CJK = re.compile(f"[{_IDEOGRAPHS}{_OTHER_CJK}]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")


def is_ideograph(character: str) -> bool:
    """True for one Chinese character (Unicode CJK ideographs, all planes)."""
    return _IDEOGRAPH.fullmatch(character) is not None


def is_cjk(character: str) -> bool:
    """True for one ideograph, kana, Hangul syllable, or CJK and full-width mark."""
    return _CJK.fullmatch(character) is not None


def has_ideographs(text: str) -> bool:
    """True when there is a Chinese character in `text`."""
    return _IDEOGRAPH.search(text) is not None


def count_cjk(text: str) -> int:
    """How many characters of `text` are CJK (see `is_cjk`)."""
    return len(_CJK.findall(text))


def language_of(text: str) -> Language:
    """The language of a question or an answer: "zh" when it has at least as many ideographs as Latin words, else "en".

    Foreign names in Chinese ("发票 INV-7 的 total 是多少") do not make it English; text of neither script is "en".
    """
    ideographs = len(_IDEOGRAPH.findall(text))
    return "zh" if ideographs and ideographs >= len(_LATIN_WORD.findall(text)) else "en"
