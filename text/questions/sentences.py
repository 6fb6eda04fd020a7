"""Sentences of running text, with where each begins; for print, where a text is there as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from text.abbreviations import ABBREVIATIONS, CALENDAR, NUMBERED, TITLES

_END = re.compile(r"[.!?。！？…]+[\"”’'」』)）\]]*(?=\s|$)|[。！？]+[”’」』）]*|[?](?=[\u3400-\u9fff])")
_LAST_WORD = re.compile(r"[\w.]+$")
_SHORT = ABBREVIATIONS | NUMBERED | TITLES | {day.lower() for day in CALENDAR}


def sentences_of(text: str) -> Iterator[tuple[int, str]]:
    """(begin, sentence) of each, without the spaces around it. A full stop behind an abbreviation ends none."""
    begin = 0
    for end in _END.finditer(text):
        rest = text[end.end() :].lstrip()
        if end[0].startswith(".") and not end[0].startswith("..") and _goes_on(text[: end.start()], rest):
            continue
        yield from _stripped(text, begin, end.end())
        begin = end.end()
    yield from _stripped(text, begin, len(text))


def _goes_on(before: str, rest: str) -> bool:
    word = _LAST_WORD.search(before)
    if word is not None and rest and (word[0].lower() in _SHORT or re.fullmatch(r"[A-Z]", word[0])):
        return True
    return rest[:1].islower()


def _stripped(text: str, begin: int, end: int) -> Iterator[tuple[int, str]]:
    sentence = text[begin:end]
    if sentence.strip():
        yield begin + len(sentence) - len(sentence.lstrip()), sentence.strip()
