"""Which language a correction is in, as far as its letters tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import regex

UNDETERMINED = "und"
"""ISO 639-2 for a language that is not known."""

Script = Literal["Hani", "Jpan", "Kore", "Latn", "Cyrl", "Arab", "Grek", "Hebr", "Deva", "Thai", ""]
"""ISO 15924; empty for a text without letters, and for scripts that are not told apart here."""

_HAN, _KANA = regex.compile(r"\p{Han}"), regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_WORDS: Mapping[Script, regex.Pattern[str]] = MappingProxyType(
    {
        "Kore": regex.compile(r"\p{Hangul}+"),
        "Latn": regex.compile(r"\p{Latin}+"),
        "Cyrl": regex.compile(r"\p{Cyrillic}+"),
        "Arab": regex.compile(r"\p{Arabic}+"),
        "Grek": regex.compile(r"\p{Greek}+"),
        "Hebr": regex.compile(r"\p{Hebrew}+"),
        "Deva": regex.compile(r"[\p{Devanagari}\p{M}]+"),
        "Thai": regex.compile(r"\p{Thai}"),
    }
)
_LANGUAGES: Mapping[Script, str] = MappingProxyType({"Hani": "zh", "Jpan": "ja", "Kore": "ko"})
_ENGLISH = regex.compile(
    r"\b(?:the|is|are|of|and|you|your|this|that|with|for|it|not|to|what|which|how|when|where|there|have|has|does)\b",
    regex.IGNORECASE,
)
"""Words that nearly every English sentence has one of, and that other languages in Latin letters hardly use."""
_NAMES_A_LANGUAGE = regex.compile(
    r"\b(?:translat\w+|(?:in(?:to)?|speak) (?:english|chinese|mandarin|japanese|korean|german|french|spanish|russian)"
    r"|pinyin)\b|翻译|翻譯|译成|译为|怎么说|[中英日韩法德俄]文|[汉英日韩法德俄]语|拼音",
    regex.IGNORECASE,
)
_LATIN: tuple[Script, ...] = ("Latn",)
_SCRIPTS: Mapping[str, tuple[Script, ...]] = {
    "zh": ("Hani",), "ja": ("Jpan", "Hani"), "ko": ("Kore",), "en": _LATIN, "ru": ("Cyrl",), "ar": ("Arab",),
    **dict.fromkeys(("de", "fr", "es", "it", "pt", "nl", "sv", "pl", "vi", "id", "tr"), _LATIN),
}  # fmt: skip


def script_of(text: str) -> Script:
    """The script that most of `text` is in; an ideograph counts as much as a word of letters.

    So foreign names in Chinese do not make it English, as in `text.script.language_of`.
    """
    counts: Counter[Script] = Counter({name: len(words.findall(text)) for name, words in _WORDS.items()})
    ideographs, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    # Japanese is written in both; a few kana in a long Chinese text are a name.
    counts["Jpan" if kana * 10 > ideographs else "Hani"] = ideographs + kana
    name, most = max(counts.items(), key=lambda entry: (entry[1], entry[0] == "Hani"))
    return name if most else ""


def language_of(text: str) -> str:
    """The language of `text`: "zh", "ja", "ko", "en", or "und" where letters do not tell."""
    script = script_of(text)
    if script == "Latn":
        return "en" if _ENGLISH.search(text) else UNDETERMINED
    return _LANGUAGES.get(script, UNDETERMINED)


def asks_for_a_language(prompt: str) -> bool:
    """Whether a question says in which language it wants its answer, or asks for a translation."""
    return _NAMES_A_LANGUAGE.search(prompt) is not None


def written_in(language: str) -> tuple[Script, ...]:
    """The scripts that a language (BCP 47) is written in; empty for one that is not known here."""
    return _SCRIPTS.get(language.lower().partition("-")[0], ())
