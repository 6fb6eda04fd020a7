"""Yes or no about one of several numbered things: "does building 7 lose its water", 7号楼停水吗."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.clauses import clauses_of
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.sentences import SourceSentence
from gateway.engines.reader.phrasing import no, yes
from gateway.engines.reader.words.numbers import chinese_numbers_to_digits, parse_chinese
from gateway.engines.reader.yes_or_no.polarity import DENIED_NEGATIONS, NEGATION

_UNITS_ZH = "号楼|栋|幢|组|楼|单元|号门|号桌|号线|路车|路|班|楼层|层"
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
_UNAFFECTED = re.compile(r"不受影响|不受此影响|\b(?:un|not )affected\b", re.IGNORECASE)
_FLOORS = re.compile(r"([一二三四五六七八九十]{1,3}|\d{1,3})(?:楼|层)(?:及|及其)?以(上|下)")
_DASH = re.compile(r"(?<=[\d栋幢楼层组])\s*一\s*(?=\d)")
HIGHEST_FLOOR = 60
LONGEST_SPAN = 1000


def is_left_open(study: Study, question: Question) -> bool:
    """True when the document names such things by number, and not the one that is asked for: it says nothing of it."""
    asked = asked_thing(question)
    if asked is None or question.asks != "whether":
        return False
    number, unit = asked
    naming = [found for found in study.sentences if numbers_of(found.text, unit)]
    if any(number in numbers_of(line.text, unit) for line in study.document.lines):
        return False
    return bool(naming) and not any(_ALL.search(found.text) for found in naming)


def answer_numbered(study: Study, question: Question) -> Finding | None:
    """Yes or no by the clause that names the thing, alone or in a range, when the rest of the question stands there."""
    asked = asked_thing(question)
    if asked is None or question.asks != "whether":
        return None
    number, unit = asked
    required = [
        concept
        for concept in question.required
        if number not in _in_digits(concept.asked) and concept.asked not in (unit, f"{unit}s")
    ]
    for found in study.sentences:
        clause = next((piece for piece in _clauses(found) if number in numbers_of(piece, unit)), None)
        if clause is None:
            continue
        unaffected = _UNAFFECTED.search(_rest_about(found, clause, unit)) is not None
        if not all(
            found.wording.speaks_of(concept) or (unaffected and study.title.speaks_of(concept)) for concept in required
        ):
            continue
        if _ALL.search(found.text) or re.search("除|except|unless", found.text, re.IGNORECASE):
            continue
        if unaffected:
            clause += "不受影响" if question.language == "zh" else " not affected"
        denied = NEGATION.search(DENIED_NEGATIONS.sub("", clause)) is not None
        told = yes if denied == (NEGATION.search(question.text) is not None) else no
        return Finding(told(found.text, question.language), found.lines, 3.0)
    return None


def _rest_about(found: SourceSentence, clause: str, unit: str) -> str:
    """What the sentence goes on to say of the thing that `clause` names, until it names another."""
    pieces = _clauses(found)
    rest: list[str] = []
    for piece in pieces[pieces.index(clause) + 1 :]:
        if numbers_of(piece, unit):
            break
        rest.append(piece)
    return " ".join(rest)


def asked_thing(question: Question) -> tuple[str, str] | None:
    """The number and the sort of the thing that is asked about: "3" and 号楼; None for none."""
    text = _in_digits(question.text) if question.language == "zh" else question.text
    found = (_THING_ZH if question.language == "zh" else _THING_EN).search(text)
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


def numbers_of(text: str, unit: str) -> frozenset[str]:
    """The numbers of the things called `unit` in `text`, those within ranges included: 六楼以下 is 1 to 6."""
    named: set[str] = set()
    if unit.isascii():
        pieces = [found["numbers"] for found in _LIST_EN.finditer(text) if found["unit"].lower() == unit]
    else:
        pieces = [found[0] for found in re.finditer(_run_of(unit), _in_digits(text))]
    if unit in ("楼", "层", "楼层"):
        named |= _floors_of(text)
    for piece in pieces:
        named.update(re.findall(_NUMBER, piece))
        for first, last in _SPAN.findall(piece):
            if 0 < int(last) - int(first) < LONGEST_SPAN:
                named.update(map(str, range(int(first), int(last) + 1)))
    return frozenset(named)


def _in_digits(text: str) -> str:
    """Chinese `text` with digits for numerals; between numbers, 一 is a dash misread: 1一4组."""
    return chinese_numbers_to_digits(_DASH.sub("-", text))


def _floors_of(text: str) -> set[str]:
    """The floors that 六楼以下 or 七层及以上 names."""
    named: set[str] = set()
    for numeral, side in _FLOORS.findall(text):
        limit = int(numeral) if numeral.isdigit() else int(parse_chinese(numeral) or 0)
        named.update(map(str, range(limit, HIGHEST_FLOOR) if side == "上" else range(1, limit + 1)))
    return named


def _run_of(unit: str) -> str:
    joint = r"(?:\s*(?:、|,|，|和|及|与|至|到|-|–|—|~)\s*)"
    return rf"(?<![\d.])(?:{_NUMBER}(?:{unit})?{joint})*{_NUMBER}{unit}"
