"""The end of an agreement that states both ends: "Period: 12 months, from 1 March 2026 to 28 February 2027"."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.values import of_kinds

_ASKS_END = re.compile(
    r"\bwhen (?:does|will|is) (?:the |my |our |this )?(?:tenancy|lease|contract|agreement|rental|term|period)\b.*"
    r"\b(?:end|ends|expire|expires|over|runs? out|finish)\b"
    r"|\b(?:until|till) when (?:can|may|do|does|will) (?:i|we|he|she|they|\w+)\b.*\b(?:live|stay|rent|have the)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:term|period|rental period|lease term|tenancy|duration|length of (?:stay|lease))\b", re.IGNORECASE
)
_TO = re.compile(r"\s*(?:to|until|till|through|-|–|—|and ends on|and end on)\s*", re.IGNORECASE)


def answer_term(study: Study, question: Question) -> Finding | None:
    """The second of the two days between which the agreement runs; None for another question or page."""
    if not _ASKS_END.search(question.text):
        return None
    for line in study.document.lines:
        dates = of_kinds(line.values, ("date",))
        if len(dates) < 2 or not _LABEL.search(line.text):
            continue
        if _TO.fullmatch(line.text[dates[0].end : dates[1].start]):
            return Finding(sentence(dates[1].text, question.language), (line,), 2.8, dates[1].text)
    return None
