"""Yes or no by a number that is not to be passed: "at most 2 nights in a row" for "three nights in a row"."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import BY_RELATION, sought_of
from gateway.engines.reader.phrasing import answered
from gateway.engines.reader.words.numbers import words_to_digits
from gateway.engines.reader.words.wording import Wording
from text.passages import stem

LEAST_SAID = 0.4
"""So much of the rest of the question, by weight, the sentence of the limit must say."""
_LIMIT = re.compile(
    r"\b(?:at most|up to|no more than|not more than|no longer than|maximum(?: of)?|max\.?|only)"
    r" (?P<number>\d+) (?P<unit>[a-z]+)",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\b(?P<number>\d+) (?P<unit>[a-z]+)")
_ASKS_LEAVE = re.compile(r"^(?:may|can|could|am i|are we|is|are)\b", re.IGNORECASE)
_SPAN = re.compile(r"\bin a row\b|\b(?:per|a|each|every|in a) (?:day|week|month|year)\b")
_COMPANY = frozenset(stem(word) for word in "friend visitor guest mother parents sister brother family".split())


def answer_limit(study: Study, question: Question) -> Finding | None:
    """Yes or no where the number in the question is of the unit of a limit that speaks of the same thing."""
    if question.asks != "whether" or question.language != "en" or not _ASKS_LEAVE.search(question.text):
        return None
    text = words_to_digits(question.text.lower())
    asked = _ASKED.search(text)
    if asked is None:
        return None
    span = _SPAN.search(text)
    rest = [word for word in sought_of(study, question) if word.word not in (asked["number"], stem(asked["unit"]))]
    for found in study.sentences:
        plain = words_to_digits(found.text)
        for limit in _LIMIT.finditer(plain):
            if stem(limit["unit"].lower()) != stem(asked["unit"]):
                continue
            stated = _SPAN.search(plain[limit.end() :].lower())
            if span and stated and span[0].split()[-1] != stated[0].split()[-1]:
                continue
            said = sum(word.weight for word in rest if _says(word.word, word.found_in(found.wording), found.wording))
            if said < LEAST_SAID * sum(word.weight for word in rest):
                continue
            verdict = "yes" if int(asked["number"]) <= int(limit["number"]) else "no"
            return Finding(answered(verdict, found.text, question.language), found.lines, 2.6)
    return None


def _says(word: str, strength: float, place: Wording) -> bool:
    return strength >= BY_RELATION or (word in _COMPANY and bool(place.distinct & _COMPANY))
