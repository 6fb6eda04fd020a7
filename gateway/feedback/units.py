"""A text as units that can be compared: numbers, placeholders, and characters as a reader sees them.

An edit distance over code points takes one emoji for seven changes and a corrected price for one. Here a character is
an extended grapheme cluster (Unicode Standard Annex 29), a number is one unit whatever its length, and so is a
placeholder that the redactor has put in.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import regex

from r1.redaction.placeholders import PLACEHOLDER

NUMBER = regex.compile(r"[-+]?\d+(?:[.,:/]\d+)*[%‰]?")
_CJK = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}"
_MARKS = r".,;:!?…'\"“”‘’«»()\[\]{}‐‑‒–—\-。、「」『』《》〈〉【】〔〕·・～~"
_IN_WORD = rf"(?<=[\p{{L}}\p{{N}}--[{_CJK}]])[.,:'’\-](?=[\p{{L}}\p{{N}}--[{_CJK}]])"
_SIGN = r"(?<![\p{L}\p{N}])[-.](?=\d)"
_LOOSE_MARKS = regex.compile(rf"({_IN_WORD}|{_SIGN})|[{_MARKS}]", regex.VERSION1)
_INVISIBLE = regex.compile(r"[\p{Cf}\p{Cc}--[\s\u200d]]", regex.VERSION1)
_SPACES = regex.compile(r"\s+")
_SPACE_IN_CJK = regex.compile(rf"(?<=[{_CJK}]) | (?=[{_CJK}])")
_UNIT = regex.compile(rf"{PLACEHOLDER.pattern}|{NUMBER.pattern}|\X", regex.IGNORECASE)
_DENSE = regex.compile(rf"[{_CJK}\p{{S}}]")
_MINUS = str.maketrans("−－", "--")

DENSE_WEIGHT = 3
"""Of a number, an ideograph, a syllable of kana or Hangul, and a symbol: each can change what is said. The guide asks
for three letters; one of these counts as much."""
LETTER_WEIGHT = 1


def comparable(text: str) -> str:
    """`text` with everything made equal that two ways of writing the same may differ in.

    Width and compatibility forms (NFKC), case, spaces, quotation marks and marks at the ends of clauses. What stands
    inside a number or word stays ("4.20", "it's"), as does a minus before a number. Idempotent.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = _INVISIBLE.sub("", text.translate(_MINUS))
    while True:
        # Once more when something went: a mark that stood between two others may have got other neighbours.
        shorter = _SPACES.sub(" ", _LOOSE_MARKS.sub(lambda found: found[1] or " ", text)).strip()
        shorter = _SPACE_IN_CJK.sub("", shorter)
        if shorter == text:
            return text
        text = shorter


def units(text: str) -> tuple[str, ...]:
    """The units of a `comparable` text, in order. Joined they are the text."""
    return tuple(found[0] for found in _UNIT.finditer(text))


def weight(unit: str) -> int:
    """How much a change of `unit` matters: a letter 1, what is denser 3, spaces and placeholders nothing.

    A placeholder stands for a value that is kept back; that it is another one teaches nothing.
    """
    if unit.isspace() or PLACEHOLDER.fullmatch(unit):
        return 0
    return DENSE_WEIGHT if NUMBER.fullmatch(unit) or _DENSE.search(unit) else LETTER_WEIGHT


def numbers(sequence: Sequence[str]) -> tuple[str, ...]:
    """The numbers among units, in order."""
    return tuple(unit for unit in sequence if NUMBER.fullmatch(unit))
