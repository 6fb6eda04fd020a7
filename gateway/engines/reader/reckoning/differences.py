"""By how much one stated amount is above another: "how much more is the rent than the deposit", 预算比支出多多少."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from gateway.engines.reader.asked.analysis import analyse
from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.amounts import written_like
from gateway.engines.reader.words.values import amount_of, find_values, of_kinds

_COMPARED = (
    re.compile(
        r"(?:by )?how much (?:is|are|was|were|does|do|did) (?P<one>.+?) (?:above|below|over|higher than"
        r"|lower than|more than"
        r"|less than|exceed|greater than|smaller than) (?P<other>.+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:by )?how much (?:more|less|higher|lower|dearer|cheaper|more expensive) (?:is|are|was|were) (?P<one>.+?)"
        r" (?:than|compared (?:to|with)) (?P<other>.+)",
        re.IGNORECASE,
    ),
    re.compile(r"difference between (?P<one>.+?) and (?P<other>.+)", re.IGNORECASE),
    re.compile(r"(?P<one>.+?)比(?P<other>.+?)(?:多|少|高|低|贵|便宜)(?:出|了)?多少"),
    re.compile(r"(?P<one>.+?)(?:和|与|跟)(?P<other>.+?)(?:相差|差)多少"),
)
_UNIT = re.compile(r"万?元|thousand|million|美元|[$€£¥%]", re.IGNORECASE)
_Reader = Callable[[Study, Question], Finding | None]


def answer_difference(study: Study, question: Question, readers: tuple[_Reader, ...]) -> Finding | None:
    """The difference of the two amounts that the question names, each found by itself; None unless both are."""
    compared = next((found for form in _COMPARED if (found := form.search(question.text.rstrip(" ?？。.")))), None)
    if compared is None:
        return None
    sides = [_stated(study, compared[side], question, readers) for side in ("one", "other")]
    if sides[0] is None or sides[1] is None:
        return None
    (first, written, finding), (second, other, finding_other) = sides[0], sides[1]
    if finding.lines[:1] == finding_other.lines[:1] and first == second:
        return None
    if not _same_unit(written, other):
        return None
    models = [written, other] if first >= second else [other, written]
    result = written_like(abs(first - second), models)
    terms = f"{models[0]} - {models[1]}"
    told = f"相差{result}（{terms}）" if question.language == "zh" else f"The difference is {result} ({terms})"
    lines = tuple(dict.fromkeys((*finding.lines[:2], *finding_other.lines[:2])))
    return Finding(sentence(told, question.language), lines, 3.0, result)


def _same_unit(one: str, other: str) -> bool:
    """False for two amounts in units that both are written, and differ."""
    units = [set(map(str.lower, _UNIT.findall(text))) for text in (one, other)]
    return not units[0] or not units[1] or units[0] == units[1]


def _stated(
    study: Study, thing: str, question: Question, readers: tuple[_Reader, ...]
) -> tuple[Decimal, str, Finding] | None:
    """The amount that the document states for `thing`, as a number and as written."""
    if question.language == "zh":
        forms = [f"{thing}是多少钱？", f"{thing}是多少？", f"{thing}一共是多少？"]
    else:
        forms = [f"How much is {thing}?", f"What is {thing} in total?"]
    for asked in map(analyse, forms):
        for reader in readers:
            found = reader(study, asked)
            if found is None:
                continue
            written = found.value or _only_amount(found.text)
            amount = amount_of(written) if written else None
            if amount is not None:
                return amount, written, found
            break
    return None


def _only_amount(text: str) -> str:
    """The amount that a quoted sentence states, when it states one alone."""
    values = of_kinds(find_values(text), ("money",))
    return values[0].text if len(values) == 1 else ""
