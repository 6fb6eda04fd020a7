"""Answers to another question than was asked: Saturday where it was Sunday, year 4 where it was year 5, no name."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding
from gateway.engines.reader.phrasing import is_quoted
from gateway.engines.reader.words.values import weekdays_in
from gateway.engines.reader.words.wording import Wording
from text.passages import stem

_CLASSES = (
    re.compile(r"([一二三四五六七八九十\d]+)年级"),
    re.compile(r"\b(?:year|grade|form) (\d{1,2})\b", re.IGNORECASE),
)


def is_number_of(finding: Finding, question: Question) -> bool:
    """True for "Cashier: 03", which tells no name beside the question's own words."""
    if not finding.value or any(map(str.isalpha, finding.value)):
        return False
    rest = finding.text.replace(finding.value, " ")
    if question.language == "zh":
        return all(sign in question.text for sign in re.findall(r"[\u3400-\u9fff]", rest))
    return Wording.of(rest).distinct <= {*map(stem, question.tokens), "is"}


def is_of_another(answer: str, question: Question) -> bool:
    """True for a quotation that names days of the week, or classes, none of which the question names."""
    days = weekdays_in(question.text)
    if is_quoted(answer) and days and (stated := weekdays_in(answer)) and not days & stated:
        return True
    for named in _CLASSES:
        asked, said = set(named.findall(question.text)), set(named.findall(answer))
        if asked and said and not asked & said:
            return True
    return False
