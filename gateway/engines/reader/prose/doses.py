"""How much of a medicine to take, and when: the sentence that tells to take it, not the result of a test for it."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import BY_GROUP, sought_of
from gateway.engines.reader.phrasing import quoted
from gateway.engines.reader.words.wording import Wording
from text.passages import stem

_ASKS_DOSE = re.compile(
    r"\bhow (?:much|many|often)\b.*\b(?:take|taking|dose)\b|\b(?:what|which) (?:is the )?dos(?:e|age)\b"
    r"|\bwhen (?:do|should|must) (?:i|he|she|we|they) take\b",
    re.IGNORECASE,
)
_TELLS = re.compile(r"\b(?:take|takes|taking|start|continue|increase|reduce|give|dose)\b", re.IGNORECASE)
_DOSE = re.compile(
    r"\d ?(?:mg|mcg|µg|g|ml|iu|units?|tablets?|capsules?|drops|puffs?|sachets?)\b"
    r"|\b(?:one|two|three|half an?) (?:tablet|capsule|drop|spoon|puff|sachet)"
    r"|\b(?:once|twice|\w+ times) (?:a|per|every) (?:day|week)\b"
    r"|\bevery (?:morning|evening|day|night)\b",
    re.IGNORECASE,
)
_NOT_MEDICINE = frozenset(
    stem(word) for word in "take day dose should tablet mg much many often time morning evening".split()
)


def asks_dose(question: Question) -> bool:
    """True for "how much of it should I take" and "when do I take it"."""
    return question.language == "en" and _ASKS_DOSE.search(question.text) is not None


def answer_dose(study: Study, question: Question) -> Finding | None:
    """The sentence that tells how to take what the question names; None where none does."""
    if not asks_dose(question):
        return None
    asked = [word for word in sought_of(study, question) if word.word not in _NOT_MEDICINE and word.weight > LEAST]
    for found in study.sentences:
        place = Wording.of(found.text)
        if not (asked and _TELLS.search(found.text) and _DOSE.search(found.text)):
            continue
        if all(word.found_in(place) >= BY_GROUP or word.asked in _stems_with_number(found.text) for word in asked):
            return Finding(quoted(found.text, question.language), found.lines, 2.4)
    return None


LEAST = 0.3


def _stems_with_number(text: str) -> frozenset[str]:
    """The words of names with a number behind: "D3" is D, too."""
    return frozenset(word.lower().rstrip("0123456789") for word in re.findall(r"\b[A-Za-z]+\d+\b", text))
