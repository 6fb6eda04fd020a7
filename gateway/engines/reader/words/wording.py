"""Words of lines and questions, and whether a line speaks of what a question asks for, in spite of OCR errors."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product

from gateway.engines.reader.words.numbers import SCALES, UNITS, words_to_digits
from gateway.engines.reader.words.values import weekdays_in
from text.passages import stem

TOKEN = re.compile(r"[a-z0-9\u00c0-\u024f]+(?:[.:'-][a-z0-9\u00c0-\u024f]+)*|[$€£¥%]|[\u3400-\u9fff]+")
"""A word, a number, a currency sign or a run of Chinese, in lower-case text."""

FORGIVEN_LENGTH = 6
"""Words at least this long may differ in one letter from what was asked: an OCR error."""
KEPT_WORDINGS = 8192
"""Texts and words kept prepared: a conversation asks about the same pages again and again."""
RUN_SHARE = 0.6
"""So many of the character pairs of a Chinese run must be found."""

_CONTRACTION = re.compile(r"\b(what|who|when|where|how|it|there)['’]s\b")
_POSSESSIVE = re.compile(r"['’]s\b")
_NUMBER_WORDS = frozenset(UNITS) | frozenset(SCALES)


@dataclass(frozen=True, slots=True)
class Concept:
    """Something that must be found (or helps, when optional) where the answer stands."""

    asked: str
    """As in the question."""
    forms: tuple[tuple[str, ...], ...] = ()
    """Stemmed English words in a row; any of them will do."""
    substrings: tuple[str, ...] = ()
    """Chinese forms; any of them will do."""
    optional: bool = False
    light: bool = False
    """True for optional words that tell least: "day", "number", verbs of all work."""
    weekday: int | None = None
    """0 for Monday, when it is a day of the week."""


def tokens_of(text: str) -> tuple[str, ...]:
    """Lower-case words of `text`, numbers in digits, Chinese runs whole."""
    lowered = text.lower()
    if "'" in lowered or "’" in lowered:
        lowered = _POSSESSIVE.sub("", _CONTRACTION.sub(r"\1 is", lowered))
    tokens = TOKEN.findall(lowered)
    if any(token in _NUMBER_WORDS or ("-" in token and token.partition("-")[0] in _NUMBER_WORDS) for token in tokens):
        tokens = TOKEN.findall(words_to_digits(lowered))
    return tuple(tokens)


@dataclass(frozen=True, slots=True)
class Wording:
    """A text prepared for looking for concepts in it."""

    text: str
    """As written, apart from `lines.clean`."""
    lowered: str
    stems: tuple[str, ...]
    """In order."""
    distinct: frozenset[str] = field(repr=False)

    @staticmethod
    def of(text: str) -> Wording:
        """Prepare `text`."""
        return _prepared(text)

    def speaks_of(self, concept: Concept) -> bool:
        """True when some form of `concept` is found, or a day that a range of days includes."""
        if concept.weekday is not None:
            return concept.weekday in weekdays_in(self.text)
        return any(self._has_form(form) for form in concept.forms) or any(
            self._has_run(run) for run in concept.substrings
        )

    def _has_form(self, form: tuple[str, ...]) -> bool:
        if len(form) == 1:
            return form[0] in self.distinct
        if form[0] not in self.distinct:
            return False
        return any(self.stems[place : place + len(form)] == form for place in range(len(self.stems) - len(form) + 1))

    def _has_run(self, run: str) -> bool:
        if run in self.text:
            return True
        pairs = [run[place : place + 2] for place in range(len(run) - 1)]
        return len(pairs) >= 2 and sum(pair in self.text for pair in pairs) >= RUN_SHARE * len(pairs)


@lru_cache(maxsize=KEPT_WORDINGS)
def _prepared(text: str) -> Wording:
    stems = tuple(_stem(token) for token in tokens_of(text))
    return Wording(text, text.lower(), stems, frozenset(stems))


_stem = lru_cache(maxsize=KEPT_WORDINGS)(stem)


def forgiving(concept: Concept, vocabulary: Collection[str], least: int = FORGIVEN_LENGTH) -> Concept:
    """`concept` with the misread forms of its words that `vocabulary` holds, if it holds no form as it should be.

    Words of at least `least` letters count as misread when one letter differs.
    """
    if any(set(form) <= set(vocabulary) for form in concept.forms):
        return concept
    misread: list[tuple[str, ...]] = []
    for form in concept.forms:
        choices = [[word] if word in vocabulary else _near(word, vocabulary, least) for word in form]
        misread.extend(product(*choices))
    return replace(concept, forms=(*concept.forms, *misread)) if misread else concept


def _near(word: str, vocabulary: Collection[str], least: int) -> list[str]:
    if len(word) < least or not word.isalpha():
        return []
    return [
        other
        for other in vocabulary
        if abs(len(other) - len(word)) <= 1 and len(other) >= least - 1 and differ_in_one(word, other)
    ]


def differ_in_one(first: str, second: str) -> bool:
    """True when one letter changed, added or left out makes `first` into `second`."""
    if len(first) > len(second):
        first, second = second, first
    same = 0
    while same < len(first) and first[same] == second[same]:
        same += 1
    return first[same + (len(first) == len(second)) :] == second[same + 1 :]
