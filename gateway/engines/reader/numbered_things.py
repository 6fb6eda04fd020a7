"""Yes or no about one of several numbered things: "does building 7 lose its water", 7号楼停水吗."""

from __future__ import annotations

import re

from gateway.engines.reader.clauses import clauses_of
from gateway.engines.reader.evidence import Finding, Study
from gateway.engines.reader.phrasing import no, yes
from gateway.engines.reader.polarity import DENIED_NEGATIONS, NEGATION
from gateway.engines.reader.question import Question
from gateway.engines.reader.sentences import SourceSentence

_UNITS_ZH = "号楼|栋|单元|号门|号桌|号线|路车|路|班|楼层|层"
_NUMBER = r"\d{1,4}"
_THING_ZH = re.compile(rf"(?<![\d年月日.])(?P<number>{_NUMBER})(?P<unit>{_UNITS_ZH})")
_NOUNS_EN = "building|block|flat|room|floor|class|group|bus|route|line|house|unit|gate|platform"
_THING_EN = re.compile(rf"\b(?P<unit>{_NOUNS_EN}) (?P<number>{_NUMBER})\b", re.IGNORECASE)
_LIST_EN = re.compile(
    rf"\b(?P<unit>{_NOUNS_EN})(?:e?s)? (?P<numbers>{_NUMBER}"
    rf"(?:(?:, (?:and )?| and | to | through | ?[-–—] ?){_NUMBER})*)",
    re.IGNORECASE,
)
_SPAN = re.compile(rf"({_NUMBER})\D*?(?:至|到|-|–|—|~|\bto\b|\bthrough\b)\s*({_NUMBER})")
_ALL = re.compile(r"其他|其它|其余|所有|全部|各|均|都|\b(?:all|every|other|each|any)\b", re.IGNORECASE)
LONGEST_SPAN = 1000


def is_left_open(study: Study, question: Question) -> bool:
    """True when the document names such things by number, and not the one that is asked for: it says nothing of it."""
    asked = _asked(question)
    if asked is None or question.asks != "whether":
        return False
    number, unit = asked
    naming = [found for found in study.sentences if _numbers(found.text, unit)]
    if any(number in _numbers(line.text, unit) for line in study.document.lines):
        return False
    return bool(naming) and not any(_ALL.search(found.text) for found in naming)


def answer_numbered(study: Study, question: Question) -> Finding | None:
    """Yes or no by the clause that names the thing, alone or in a range, when the rest of the question stands there."""
    asked = _asked(question)
    if asked is None or question.asks != "whether":
        return None
    number, unit = asked
    required = [
        concept
        for concept in question.required
        if number not in concept.asked and concept.asked not in (unit, f"{unit}s")
    ]
    for found in study.sentences:
        clause = next((piece for piece in _clauses(found) if number in _numbers(piece, unit)), None)
        if clause is None or not all(found.wording.speaks_of(concept) for concept in required):
            continue
        if _ALL.search(found.text) or re.search("除|except|unless", found.text, re.IGNORECASE):
            continue
        denied = NEGATION.search(DENIED_NEGATIONS.sub("", clause)) is not None
        told = yes if denied == (NEGATION.search(question.text) is not None) else no
        return Finding(told(found.text, question.language), found.lines, 3.0)
    return None


def _asked(question: Question) -> tuple[str, str] | None:
    found = (_THING_ZH if question.language == "zh" else _THING_EN).search(question.text)
    return (found["number"], found["unit"].lower()) if found else None


def _clauses(found: SourceSentence) -> list[str]:
    """The clauses, those that only go on with numbers joined to the one before."""
    joined: list[str] = []
    for clause in clauses_of(found.text):
        goes_on = re.match(rf"\W*(?:and )?{_NUMBER}(?:{_UNITS_ZH})?\W*$", clause)
        if joined and (goes_on or joined[-1].rstrip().endswith(("、", ":"))):
            joined[-1] += clause
        else:
            joined.append(clause)
    return joined


def _numbers(text: str, unit: str) -> frozenset[str]:
    """The numbers of the things called `unit` in `text`, those within ranges included."""
    named: set[str] = set()
    if unit.isascii():
        pieces = [found["numbers"] for found in _LIST_EN.finditer(text) if found["unit"].lower() == unit]
    else:
        pieces = [found[0] for found in re.finditer(_run_of(unit), text)]
    for piece in pieces:
        named.update(re.findall(_NUMBER, piece))
        for first, last in _SPAN.findall(piece):
            if 0 < int(last) - int(first) < LONGEST_SPAN:
                named.update(map(str, range(int(first), int(last) + 1)))
    return frozenset(named)


def _run_of(unit: str) -> str:
    joint = r"(?:\s*(?:、|,|，|和|及|与|至|到|-|–|—|~)\s*)"
    return rf"(?<![\d.])(?:{_NUMBER}(?:{unit})?{joint})*{_NUMBER}{unit}"
