"""Until when something that a bill speaks of holds: so many days, counted from the day of the bill."""

from __future__ import annotations

import re
from datetime import date, timedelta

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.bills.bill_parts import Bill
from gateway.engines.reader.bills.bill_statements import plain_date, sentences_with_heads, stated_day
from gateway.engines.reader.bills.bill_wants import Wanted
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import quoted
from gateway.engines.reader.words.meanings import meant_by
from gateway.engines.reader.words.numbers import parse_chinese

SCORE = 4.0
LONGEST_WITH_DAY = 130
"""Characters of a sentence that is quoted beside the day that it comes to."""
_LAST = re.compile(
    r"最晚|最迟|到期|过期|截止|之前|有效期|\b(?:latest|last day|until when|by when|expires?|expiry|valid until|run out"
    r"|deadline|by what (?:date|day))\b",
    re.IGNORECASE,
)
_DAYS = re.compile(
    r"(\d+|[一二两三四五六七八九十]+)\s*(?:个?工作)?[天日](?:之?内|以内|有效)"
    r"|\bwithin (\d+) days\b|\bvalid (?:for )?(\d+) days\b",
    re.IGNORECASE,
)
_SILENT = frozenset(("date", "expiry", "latest", "valid", "points expiry", "deadlin", "due"))


def answer_limit(study: Study, bill: Bill, wanted: Wanted, question: Question) -> Finding | None:
    """The last day of what the question names, with the sentence that limits it."""
    if wanted.want not in ("date", "due") or _LAST.search(question.text) is None:
        return None
    asked = [word for word in wanted.required if word not in _SILENT]
    if not asked:
        return None
    for text, said in sentences_with_heads(study):
        found = _DAYS.search(text)
        if found is None or not all(meant_by(text).says(word) for word in asked):
            continue
        day = stated_day(bill, study)
        number = next(group for group in found.groups() if group)
        days = int(number) if number.isdigit() else int(parse_chinese(number.replace("两", "二")) or 0)
        return Finding(_dated(day, days, quoted(text, question.language), question), said.lines, SCORE)
    return None


def _dated(day: date | None, days: int, text: str, question: Question) -> str:
    if day is None or len(text) > LONGEST_WITH_DAY:
        return text
    return f"{plain_date(day + timedelta(days=days), question)} {text}"
