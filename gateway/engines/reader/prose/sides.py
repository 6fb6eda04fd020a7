"""Which side of a body a letter speaks of: "which knee is it", 哪只眼睛."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import quoted

_PARTS = "knee|eye|ear|arm|leg|foot|hand|hip|shoulder|ankle|wrist|elbow|lung|kidney|side|breast|thumb|finger|heel"
_ASKS = re.compile(rf"\bwhich (?P<part>{_PARTS})\b", re.IGNORECASE)
_ASKS_ZH = re.compile(r"哪(?:只|个|条|边|侧|一[只个条边侧])的?(?P<part>眼睛?|耳朵?|手臂?|腿|脚|膝盖?|肩膀?|肾|肺)")


def asks_for_side(question: Question) -> bool:
    """True for "which eye", which nothing but a side answers."""
    return (_ASKS_ZH if question.language == "zh" else _ASKS).search(question.text) is not None


def answer_side(study: Study, question: Question) -> Finding | None:
    """The sentence that says left, right or both beside the part of the body; None where none does."""
    asked = (_ASKS_ZH if question.language == "zh" else _ASKS).search(question.text)
    if asked is None:
        return None
    if question.language == "zh":
        said = re.compile(rf"[左右双两](?:侧|边|只)?{asked['part'][0]}")
    else:
        said = re.compile(rf"\b(?:left|right|both|upper|lower)(?:-hand)? {asked['part']}", re.IGNORECASE)
    for found in study.sentences:
        if said.search(found.text):
            return Finding(quoted(found.text, question.language), found.lines, 2.0)
    return None
