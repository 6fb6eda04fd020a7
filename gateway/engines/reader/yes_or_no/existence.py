"""Whether the page knows the thing that a question asks the existence of: no answer about a lift is one of a pool."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Study
from gateway.engines.reader.page.likeness import sought_of
from text.passages import stem

_THING = re.compile(
    r"\b(?:is|are|was|were) there (?P<one>an? |any |some |also an? )?(?P<thing>[a-z][a-z' -]*?)"
    r"(?= (?:on|in|at|for|to|from|with|near|by|after|before|between|during|every|today|tomorrow|that|who)\b|\W*$)",
    re.IGNORECASE,
)
_THING_ZH = re.compile(r"有(?:没有)?(?:[一个间条家座台])?(?P<thing>[\u3400-\u9fff]{2,4})[吗么?？]*[?？]?$")
_RIDES = frozenset(stem(word) for word in "bus train tram boat ferry coach ship service sailing fee charge".split())


def is_unheard_of(study: Study, question: Question) -> bool:
    """True for "is there a pool" where no word of the page is one for it."""
    if question.language == "zh":
        found = _THING_ZH.search(question.text)
        thing = found["thing"] if found else ""
        if not thing or any(thing[at : at + 2] in study.all_words.text for at in range(len(thing) - 1)):
            return False
        sought = [word for word in sought_of(study, question) if word.word in thing or thing in word.word]
    else:
        found = _THING.search(question.text)
        words = found["thing"].lower().split() if found else []
        thing = stem(words[-1 if found and found["one"] else 0]) if words else ""
        if not thing or thing in _RIDES:
            return False
        sought = [word for word in sought_of(study, question) if word.word == thing]
    return bool(sought) and all(word.found_in(study.all_words) <= 0 for word in sought)
