"""What somebody or something is called, told within a sentence: "a cat called Biscuit", "the baker, Mrs Plum"."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import is_quoted, sentence
from gateway.engines.reader.prose.passages import name_beside

_ASKED = re.compile(
    r"\bwhat (?:is|was) (?:the|her|his|their|your|our|my) (?P<called>[a-z]+(?: [a-z]+)?) (?:called|named)\b"
    r"|\bwhat (?:is|was) the name of (?:the|her|his|their|your|our|my) (?P<of>[a-z]+(?: [a-z]+)?)\W*$"
    r"|\bwhat (?:is|was) (?:the|her|his|their|your|our|my) (?P<whose>[a-z]+(?: [a-z]+)?)['’]s name\b",
    re.IGNORECASE,
)
_NAME = r"(?:the )?(?-i:[A-Z][\w'’-]*\.?(?: (?:[A-Z][\w'’-]*|of|the(?= [A-Z])))*)"


def answer_name_told(study: Study, question: Question) -> Finding | None:
    """The name that a sentence gives the one that is asked about; None where none does, or two."""
    asked = _ASKED.search(question.text)
    if asked is None:
        return None
    thing = re.escape((asked["called"] or asked["of"] or asked["whose"]).lower())
    form = re.compile(
        rf"\b{thing},? (?:(?:is|was) )?(?:called|named|known as) (?P<called>{_NAME})"
        rf"|\b(?:the|a|an|our|your|his|her) {thing}, (?P<beside>{_NAME})(?=[,.;]|$)",
        re.IGNORECASE,
    )
    told: dict[str, Finding] = {}
    for found in study.sentences:
        for one in form.finditer(found.text):
            name = (one["called"] or one["beside"]).strip()
            told[name.lower()] = Finding(sentence(name, question.language), found.lines, 2.5, name)
    return next(iter(told.values())) if len(told) == 1 else None


def lacks_name(question: Question, finding: Finding) -> bool:
    """True where the name of a person is asked for, and a quotation gives none: "an engineer from Hall Heating"."""
    if question.field is None or not question.field.person or not is_quoted(finding.text):
        return False
    return _ASKED.search(question.text) is not None and not name_beside(finding.text, question.with_field_as_concept())
