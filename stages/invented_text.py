"""Telling invented text from heard text: what a recogniser writes when it has lost its way.

Whisper repeats itself on noise and music, and makes whole sentences of a cough. These checks stand behind the voice
activity gate; they need no model and hold for any script.
"""

from __future__ import annotations

import re

from text.script import is_cjk

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_MOST_REPEATS = {1: 6}
_MOST_REPEATS_OF_PHRASES = 4
"""A word said six times over, or a phrase four times, is a loop ("no, no, no" is not)."""

_LONGEST_PHRASE = 12
"""Units (words, or CJK characters) of the longest phrase whose repetition is looked for."""

_MOST_CHARACTERS_PER_S = 45.0
"""The fastest synthetic voices stay below 40 characters a second, people below 25."""
_CHARACTERS_TO_BEGIN_WITH = 12


def without_loops(text: str) -> str:
    """`text` with every phrase that repeats on and on kept once."""
    start = 0
    while (loop := _first_loop(text, start)) is not None:
        start, end = loop
        text = text[:start] + text[end:]
    return text


def is_believable(text: str, speech_s: float) -> bool:
    """False for text without a single letter or digit, and for more than can be said in `speech_s` seconds."""
    if not any(character.isalnum() for character in text):
        return False
    return len(text.strip()) <= _CHARACTERS_TO_BEGIN_WITH + _MOST_CHARACTERS_PER_S * speech_s


def _first_loop(text: str, start: int) -> tuple[int, int] | None:
    """Where the repetitions of the first looping phrase at or after `start` begin and end, without its first time."""
    units = [(found.group().casefold(), found.start(), found.end()) for found in _units(text)]
    words = [word for word, _, _ in units]
    for place, (_, begin, _) in enumerate(units):
        if begin < start:
            continue
        for length in range(1, min(_LONGEST_PHRASE, (len(words) - place) // 2) + 1):
            times = _repeats(words, place, length)
            if times >= _MOST_REPEATS.get(length, _MOST_REPEATS_OF_PHRASES):
                return units[place + length - 1][2], units[place + times * length - 1][2]
    return None


def _units(text: str) -> list[re.Match[str]]:
    """Words; a CJK character is a word of its own."""
    units: list[re.Match[str]] = []
    for found in _WORD.finditer(text):
        if is_cjk(found.group()[0]):
            units += re.compile(r"\w").finditer(text, found.start(), found.end())
        else:
            units.append(found)
    return units


def _repeats(words: list[str], place: int, length: int) -> int:
    """How many times the phrase of `length` words at `place` stands there in a row."""
    phrase, times = words[place : place + length], 1
    while words[place + times * length : place + (times + 1) * length] == phrase:
        times += 1
    return times
