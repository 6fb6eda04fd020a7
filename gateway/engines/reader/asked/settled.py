"""What of a question the document at hand cannot be expected to say: whom it is about, what it is, another language."""

from __future__ import annotations

from dataclasses import replace

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Study
from gateway.engines.reader.words.related import FAINT, PERSONS, SENDERS, SENDERS_ZH
from gateway.engines.reader.words.wording import Concept
from text.passages import stem
from text.script import has_ideographs

_OWNED = frozenset(("phone", "email", "address", "website"))
"""Fields that several people in one document may have: whose is asked for matters."""


_CALLING = frozenset(stem(word) for word in "call ring dial phone reach contact".split())


def settled(study: Study, question: Question) -> Question:
    """`question`, with those words optional that every such document leaves out."""
    owned = question.field is not None and question.field.name in _OWNED
    foreign = question.field is not None and not any(has_ideographs(line.text) for line in study.document.lines)
    calls = question.field is not None and question.field.name == "phone"
    concepts = tuple(
        replace(concept, optional=True, light=True)
        if (calls and stem(concept.asked) in _CALLING)
        or _left_out(study, concept, foreign=foreign, owned=owned, named=question.field is not None)
        else concept
        for concept in question.concepts
    )
    return question if concepts == question.concepts else replace(question, concepts=concepts)


def _left_out(study: Study, concept: Concept, *, foreign: bool, owned: bool, named: bool) -> bool:
    if concept.optional or study.all_words.speaks_of(concept):
        return False
    if foreign and has_ideographs(concept.asked) and not concept.forms:
        return True
    word = stem(concept.asked)
    if named and (word in SENDERS or concept.asked in SENDERS_ZH):
        return True
    return not owned and (word in FAINT or word in PERSONS)
