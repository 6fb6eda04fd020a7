"""The lexicon of everyday documents: what a thing is called in English and in Chinese, and what else it is called.

Some 1,300 concepts, each with its words in both languages; prepared when first asked for, in a few milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from gateway.engines.reader.words.lexicon_affairs import AFFAIRS
from gateway.engines.reader.words.lexicon_home import HOME
from gateway.engines.reader.words.lexicon_life import LIFE
from text.passages import stem

LONGEST_PHRASE = 4
"""Words of the longest English phrases."""
LONGEST_WORD = 6
"""Characters of the longest Chinese words that are looked up first."""


@dataclass(frozen=True, slots=True)
class Sense:
    """One concept: its words in both languages, the plainest first."""

    english: tuple[str, ...]
    chinese: tuple[str, ...]


@lru_cache(maxsize=1)
def _senses() -> tuple[Sense, ...]:
    concepts = (
        concept.partition("/")
        for table in (AFFAIRS, HOME, LIFE)
        for line in table.strip().splitlines()
        for concept in line.split("; ")
    )
    return tuple(Sense(tuple(words.split(",")), tuple(signs.split(","))) for words, _, signs in concepts)


@lru_cache(maxsize=1)
def _chinese() -> dict[str, tuple[Sense, ...]]:
    found: dict[str, tuple[Sense, ...]] = {}
    for sense in _senses():
        for word in sense.chinese:
            found[word] = (*found.get(word, ()), sense)
    return found


@lru_cache(maxsize=1)
def _english() -> dict[tuple[str, ...], tuple[Sense, ...]]:
    """By the stems of the words."""
    found: dict[tuple[str, ...], tuple[Sense, ...]] = {}
    for sense in _senses():
        for phrase in sense.english:
            stems = stems_of_phrase(phrase)
            found[stems] = (*found.get(stems, ()), sense)
    return found


def stems_of_phrase(phrase: str) -> tuple[str, ...]:
    """The words of an English phrase as they are compared."""
    return tuple(_stem(word) for word in phrase.split())


_stem = lru_cache(maxsize=4096)(stem)


def senses_of_chinese(word: str) -> tuple[Sense, ...]:
    """What the Chinese word may mean, the likeliest first; empty when it is not known."""
    return _chinese().get(word, ())


def senses_of_english(phrase: str) -> tuple[Sense, ...]:
    """What the English word or phrase, in any form, may mean."""
    return _english().get(tuple(_stem(_singular(word)) for word in phrase.lower().split()), ())


def _singular(word: str) -> str:
    """The word without the s of "buildings", which `stem` takes for another word."""
    return word.removesuffix("s") if word.endswith("ings") else word


def longest_chinese(text: str, place: int) -> str:
    """The longest known word that begins at `place` of `text`; empty for none."""
    known = _chinese()
    for length in range(min(LONGEST_WORD, len(text) - place), 0, -1):
        if text[place : place + length].lower() in known:
            return text[place : place + length].lower()
    return ""


def longest_english(words: tuple[str, ...], place: int) -> int:
    """How many of `words` from `place` on are one known phrase; 0 for none."""
    stems = tuple(_stem(_singular(word.lower())) for word in words[place : place + LONGEST_PHRASE])
    return next((length for length in range(len(stems), 0, -1) if stems[:length] in _english()), 0)
