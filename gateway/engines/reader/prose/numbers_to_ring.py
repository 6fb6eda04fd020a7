"""Which number to ring, and what for: the telephone number whose sentence or line names the purpose."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.timetables.service_notes import notes_of
from gateway.engines.reader.words.synonyms import STOP_WORDS
from text.passages import stem

_ASKED = re.compile(
    r"\b(?:which|what)(?: (?:phone|telephone))? number\b.*\b(?:ring|call|phone|dial)\b"
    r"|\b(?:ring|call|phone|dial)\b.*\b(?:which|what) number\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\d:.])[+(]?\d[\d ()-]{6,}\d(?![\d:])")
_BREAK = re.compile(r"(?<=[.;])\s+(?=[A-Z])")


def answer_number_to_ring(study: Study, question: Question) -> Finding | None:
    """The number for what is named; the only one where nothing is. None where no number is for it."""
    if question.language != "en" or _ASKED.search(question.text) is None:
        return None
    purpose = {stem(word) for word in re.findall(r"[a-z]{3,}", question.text.lower()) if word not in STOP_WORDS}
    purpose -= {
        stem(word) for word in ("number", "phone", "telephone", "ring", "call", "dial", "need", "want", "which")
    }
    told: dict[str, tuple[int, Finding]] = {}
    for note in notes_of(study.document):
        for clause in _BREAK.split(note.text):
            said = {stem(word) for word in re.findall(r"[a-z]{3,}", clause.lower())}
            for found in _NUMBER.finditer(clause):
                line = next((line for line in note.lines if found[0][-3:] in line.text), note.lines[0])
                finding = Finding(sentence(found[0], "en"), (line,), 3.0, found[0])
                told[found[0]] = max(
                    told.get(found[0], (0, finding)), (_shared(purpose, said), finding), key=lambda one: one[0]
                )
    most = max((share for share, _ in told.values()), default=0)
    best = [finding for share, finding in told.values() if share == most]
    return best[0] if len(best) == 1 and (most or not purpose) else None


def _shared(purpose: set[str], said: set[str]) -> int:
    """How many of the words are said, in any form: "book" in "bookings"."""
    return sum(
        any(other.startswith(word) or word.startswith(other) for other in said if len(other) > 3) for word in purpose
    )
