"""Words that the page's reading was unsure of: an answer that rests on one says so."""

from __future__ import annotations

import re

from gateway.engines.reader.page.evidence import Finding
from text.script import Language, has_ideographs

_ONE: dict[Language, str] = {"en": ", but that word is hard to read.", "zh": "，不过这个字不太清楚。"}
_MORE: dict[Language, str] = {"en": ", but those words are hard to read.", "zh": "，不过这几个字不太清楚。"}
_QUOTE = "“"
_LETTER = r"[^\W\u3400-\u9fff]"


def with_doubt(finding: Finding, language: Language) -> str:
    """The finding's text, with a word of doubt when the value in it was hard to read.

    Of a sentence that is quoted whole, only its figures count: its words can be judged by whoever hears it.
    """
    quoted = _QUOTE in finding.text
    value = finding.value or finding.text
    doubtful = [
        word
        for line in finding.lines
        for word in line.unsure
        if _says(value, word) and (not quoted or any(map(str.isdigit, word)))
    ]
    if not doubtful:
        return finding.text
    doubt = (_ONE if len(doubtful) == 1 else _MORE)[language]
    return finding.text.rstrip(".。") + doubt


def _says(value: str, word: str) -> bool:
    if not word or has_ideographs(word):
        return bool(word) and word in value
    return re.search(rf"(?<!{_LETTER}){re.escape(word)}(?!{_LETTER})", value) is not None
