"""What somebody of an age pays, and what several pay: "my 8-year-old", "two adults", 两个孩子一共多少钱."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.page.mentions import TableQuestion
from gateway.engines.reader.page.tables import Table
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.amounts import written_like
from gateway.engines.reader.words.numbers import parse_chinese, words_to_digits
from gateway.engines.reader.words.values import amount_of, find_values, of_kinds
from gateway.engines.reader.words.wording import Wording

_AGE = re.compile(
    r"\b(?P<age>\d{1,2})[- ]years?[- ]old\b|\baged? (?P<age2>\d{1,2})\b|(?P<zh>\d{1,2}|[一二三四五六七八九十]{1,3})岁",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\b(?P<count>\d{1,2}) (?P<who>adults?|child(?:ren)?|kids|students?|pupils?|seniors?|pensioners?|people|persons?"
    r"|guests|tickets?|visitors|passengers)\b"
    r"|(?P<zh>[两二三四五六七八九十]|\d{1,2})(?:个|位|名|张)(?P<who_zh>[\u3400-\u9fff]{1,3}?)(?:一共|总共|共|要|的|去|坐|买|多)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(?<!\d)(?P<low>\d{1,2}) ?(?:-|–|—|to|至|到|~) ?(?P<high>\d{1,2})(?!\d)", re.IGNORECASE)
_UNDER = re.compile(
    r"\b(?:under|below|younger than|up to) (?P<high>\d{1,2})\b|(?P<zh>\d{1,2})岁?(?:以下|及以下)|未满(?P<zh2>\d{1,2})",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"(?P<low>\d{1,2}) ?(?:\+|years? and (?:over|older)|and (?:over|older))"
    r"|\b(?:over|from|above) (?P<low2>\d{1,2})\b|(?P<zh>\d{1,2})岁?(?:以上|及以上)",
    re.IGNORECASE,
)
_APIECE = re.compile(
    r"\b(?:per|each|every|a) (?:person|head|adult|child|guest|student|pupil)\b|每(?:人|位|名|生|个(?:孩子|学生|人))",
    re.IGNORECASE,
)
_WHO = re.compile(r"adults?|child(?:ren)?|kids?|students?|people|persons?|guests?|交|付|要|一共", re.IGNORECASE)
OLDEST = 120
"""Years."""


@dataclass(frozen=True, slots=True)
class Ages:
    """From and to, both included, in years."""

    low: int
    high: int


def answer_tariff(study: Study, question: Question) -> Finding | None:
    """The price for an age, or for so many; None when the question names neither, or no price is for them."""
    if question.asks not in ("much", "what") or not _asks_price(question):
        return None
    text = words_to_digits(question.text)
    return _by_age(study, question, text) or _by_count(study, question, text)


def _asks_price(question: Question) -> bool:
    return re.search(r"\b(?:pay|cost|costs|price|fare|charge|ticket|much)\b|钱|费|票", question.text) is not None


def _by_age(study: Study, question: Question, text: str) -> Finding | None:
    found = _AGE.search(text)
    if found is None:
        return None
    written = found["age"] or found["age2"] or found["zh"]
    age = int(written) if written.isdigit() else int(parse_chinese(written) or OLDEST)
    asked = TableQuestion(study, question)
    for table in (*study.tables, *study.lists):
        rows = [row for row in table.rows if (ages := ages_of(row.label.text)) and ages.low <= age <= ages.high]
        if len(rows) != 1:
            continue
        column = _column(asked, table)
        if column is None:
            continue
        head = table.header[column].text
        mark, comma = ("：", "，") if question.language == "zh" else (": ", ", ")
        told = f"{comma.join(filter(None, (rows[0].label.text, head)))}{mark}{rows[0].cells[column]}"
        return Finding(sentence(told, question.language), (rows[0].line,), 3.0, rows[0].cells[column])
    return None


def _column(asked: TableQuestion, table: Table) -> int | None:
    named = list(asked.columns(table))
    if len(named) == 1:
        return named[0]
    return 0 if len(table.header) == 1 else None


def ages_of(label: str) -> Ages | None:
    """The ages that a label names: "Child (5-15)", "Under 5", 65岁以上."""
    found = _RANGE.search(label)
    if found is not None:
        return Ages(int(found["low"]), int(found["high"]))
    found = _UNDER.search(label)
    if found is not None:
        reach = int(found["high"] or found["zh"] or found["zh2"])
        return Ages(0, reach if re.search("up to|及以下", label, re.IGNORECASE) else reach - 1)
    found = _OVER.search(label)
    return Ages(int(found["low"] or found["low2"] or found["zh"]), OLDEST) if found is not None else None


def _by_count(study: Study, question: Question, text: str) -> Finding | None:
    found = _COUNT.search(text)
    if found is None:
        return None
    written = found["count"] or found["zh"]
    count = int(written) if written.isdigit() else 2 if written == "两" else int(parse_chinese(written) or 0)
    who = (found["who"] or found["who_zh"]).lower()
    prices = [*_of_rows(study, question, who)] or [*_apiece(study, question, text.replace(found[0], " "))]
    each = amount_of(prices[0].text) if prices else None
    if count <= 1 or each is None or len({price.text for price in prices}) != 1:
        return None
    price = prices[0]
    result = written_like(each * Decimal(count), [price.text])
    told = f"{result}（{count} × {price.text}）" if question.language == "zh" else f"{result} ({count} × {price.text})"
    return Finding(sentence(told, question.language), (price.line,), 3.0, result)


@dataclass(frozen=True, slots=True)
class _Price:
    text: str
    line: SourceLine


def _of_rows(study: Study, question: Question, who: str) -> Iterator[_Price]:
    """The prices of the rows that are called as those who pay: "Adult" for "two adults"."""
    asked = TableQuestion(study, question)
    for table in (*study.tables, *study.lists):
        rows = [row for row in table.rows if _is_called(row.label, who)]
        column = _column(asked, table)
        if len(rows) == 1 and column is not None and of_kinds(find_values(rows[0].cells[column]), ("money", "number")):
            yield _Price(rows[0].cells[column], rows[0].line)


def _is_called(label: Wording, who: str) -> bool:
    if not who.isascii():
        return who in label.text
    return bool(Wording.of(_SINGULAR.get(who, who)).distinct & label.distinct)


_SINGULAR = {"children": "child", "kids": "child", "people": "person", "tickets": "ticket"}


def _apiece(study: Study, question: Question, rest: str) -> Iterator[_Price]:
    """The price that is stated for each one: "Bed linen per person: $15", 每人85元."""
    wanted = [concept for concept in question.required if concept.asked in rest and not _WHO.fullmatch(concept.asked)]
    for line in study.document.lines:
        found = _APIECE.search(line.text)
        if found is None or not all(line.wording.speaks_of(concept) for concept in wanted):
            continue
        money = of_kinds(line.values, ("money",)) or of_kinds(line.values, ("number",))
        after = [value for value in money if value.start >= found.end()] or money
        if after:
            yield _Price(after[0].text, line)
