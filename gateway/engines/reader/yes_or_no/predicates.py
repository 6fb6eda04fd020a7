"""Whether a sentence is about what is said of somebody: "is Noah vegetarian" is not decided by Noah's name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.likeness import BY_RELATION, FAINT_WEIGHT, Sought
from gateway.engines.reader.words.values import MONTHS, WEEKDAYS
from gateway.engines.reader.words.wording import Wording, tokens_of

_NAME = re.compile(r"(?<=[a-z.,] )[A-Z][a-z]+(?:['’]s)?")
_OF_SOMEBODY = re.compile(
    r"(?:is|was|does|did|has|had)(?: (?:mr|mrs|ms|dr|prof)\.?)? (?-i:[A-Z])[a-z]+\b", re.IGNORECASE
)
"""A question what somebody is, has or does."""
_TITLES = frozenset("mr mrs ms dr prof sir miss".split())
_PERMITS = re.compile(
    r"\b(?:may|allowed|permitted|forbidden|prohibited|not permitted|banned|must not)\b|可以|允许|禁止|严禁|不得|不准",
    re.IGNORECASE,
)
_ASKS_LEAVE = re.compile(
    r"\b(?:may|can|could|must|should|shall|allowed|permitted|forbidden|prohibited|have to|need(?:s|ed)? to)\b",
    re.IGNORECASE,
)


def names_in(question: Question) -> frozenset[str]:
    """The names in a question, as its words: capitalised within it, and neither a day nor a month."""
    found = {token for name in _NAME.findall(question.text) for token in tokens_of(name)}
    return frozenset(found - _TITLES - set(MONTHS) - set(WEEKDAYS))


def says_predicate(text: str, question: Question, asked: Sequence[Sought]) -> bool:
    """False for a sentence that only names whom the question names, or that is about anybody else."""
    names = names_in(question)
    if not names:
        return True
    place = Wording.of(text)
    said = [word for word in asked if word.asked not in names and word.weight > FAINT_WEIGHT]
    if said and not any(word.found_in(place) > BY_RELATION for word in said):
        return False
    named = any(word.found_in(place) > 0 for word in asked if word.asked in names)
    if named or _ASKS_LEAVE.search(question.text):
        return True
    return _PERMITS.search(text) is None and _OF_SOMEBODY.match(question.text) is None
