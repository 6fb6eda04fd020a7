"""Whether what an answer quotes bears out the question: the thing that is asked about must stand there, or above it."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.foreign import language_of_page
from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.clause_titles import with_titles
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import Sought, sought_of
from gateway.engines.reader.phrasing import is_quoted
from gateway.engines.reader.words.related import SENDERS, SENDERS_ZH
from gateway.engines.reader.words.values import find_values
from gateway.engines.reader.words.wording import Wording
from text.passages import stem

_POINTS_BACK = re.compile(r"(?:Otherwise|It|They|This|These|Those|He|She|Then|That)\b|否则|它|其|届时|期间")
_ACTING = re.compile(r"(?:ed|ing)$")
"""Verbs are often put in other words."""
WEIGHTY = 0.9
"""The weight of a word that says what is asked about."""
MOST_MISSING = 0.35
"""So much of what is asked, by weight, may not be missing."""
_TIMES = frozenset(
    stem(word)
    for word in "per year month week day hour minute morning afternoon evening night today tomorrow first second"
    " open closed close shut".split()
)
"""With "per", for what is paid per month may be called monthly."""


def leaves_unsaid(study: Study, question: Question, finding: Finding) -> bool:
    """True for a quotation asked for a sum that says nothing of a weighty thing in the question."""
    if question.asks == "whether" or "money" not in question.kinds or not is_quoted(finding.text):
        return False
    if language_of_page(study) not in (question.language, None):
        return False
    asked = sought_of(study, question)
    around = _around(study, finding)
    missing = sum(word.weight for word in asked if _is_weighty(word) and word.found_in(around) == 0)
    return missing > 0 and missing >= MOST_MISSING * sum(word.weight for word in asked)


def _is_weighty(word: Sought) -> bool:
    named = word.asked or word.word
    if word.weight < WEIGHTY or word.word in _TIMES or word.word in SENDERS or named in SENDERS_ZH:
        return False
    if _ACTING.search(named):
        return False
    return not named[:1].isdigit() and not find_values(named)


def _around(study: Study, finding: Finding) -> Wording:
    """What is quoted, its lines, what stands over it, and what all of the document is about."""
    said = [finding.text, study.title.text, *(line.text for line in finding.lines)]
    before = ""
    for found, clause in with_titles(study.sentences):
        if any(line in finding.lines for line in found.lines):
            said += [
                before if _POINTS_BACK.match(found.text) else "",
                found.text,
                clause.text if clause is not None else "",
            ]
            said.append(found.heading.text if found.heading is not None else "")
        before = found.text
    return Wording.of(" ".join(said))
