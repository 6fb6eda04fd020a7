"""What an hour of work costs: the unit price of a row that is counted in hours."""

from __future__ import annotations

import re

from gateway.engines.reader.cells import said
from gateway.engines.reader.evidence import Finding, Study
from gateway.engines.reader.mentions import TableQuestion, price_column
from gateway.engines.reader.question import Question
from gateway.engines.reader.wording import Wording

_ASKS = re.compile(
    r"\bhourly\b|\b(?:per|an|each|one) hour\b(?=.*\b(?:labou?r|work|cost|charged?|paid|rate)\b|\W*$)"
    r"|每(?:个)?(?:小时|工时)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\bhours?\b|\bhrs?\b|小时|工时", re.IGNORECASE)
_RATE = frozenset("hourly rate hour price cost charge charged fee 每小时 小时 工时 多少 多少钱 价".split())


def answer_hourly(study: Study, question: Question) -> Finding | None:
    """The rate, where all rows in hours that the question may mean have one; None where they differ or none is."""
    if not _ASKS.search(question.text) or question.asks not in ("what", "much"):
        return None
    asked = TableQuestion(study, question)
    for table in study.tables:
        column = price_column(table, asked, apiece=True)
        if column is None or not table.has_header:
            continue
        all_in_hours = any(_COUNTED.search(head.text) for head in table.header)
        in_hours = [
            row for row in table.items if (all_in_hours or _COUNTED.search(row.label.text)) and row.cells[column]
        ]
        wanted = [concept for concept in question.required if concept.asked not in _RATE]
        named = [row for row in in_hours if all(Wording.of(row.label.text).speaks_of(concept) for concept in wanted)]
        if named and len({row.cells[column] for row in named}) == 1:
            told = said(named[0], table, column, question)
            return Finding(told, tuple(row.line for row in named), 3.0, named[0].cells[column])
    return None
