"""Answers from whole columns: sums, counts, the most and the least, and two rows put side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.fields import answer_field
from gateway.engines.reader.grids.cells import said
from gateway.engines.reader.grids.counts import count_cells, count_rows
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.page.mentions import RowMention, TableQuestion, price_column
from gateway.engines.reader.page.tables import Row, Table, is_placeholder
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.amounts import minutes_of, written_like
from gateway.engines.reader.words.values import amount_of
from gateway.engines.reader.words.wording import Wording
from text.script import has_ideographs

MOST_TERMS = 4
"""A sum of more terms than this is told without them."""
_MOST = re.compile(
    r"\b(?:most|highest|largest|biggest|maximum|best|longest|latest|dearest|greatest|priciest)\b|最高|最多|最贵"
    r"|最大|最长|最好|最晚|最迟",
    re.IGNORECASE,
)
_LEAST = re.compile(
    r"\b(?:least|cheapest|lowest|smallest|fewest|minimum|shortest|earliest|worst)\b|最低|最少|最便宜|最小|最短|最早",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:more|higher|larger|bigger|longer|dearer|greater|better)\b|更高|更贵|更多|更大|更长|哪[个种样件]更?[贵高多大]",
    re.IGNORECASE,
)
_LESS = re.compile(
    r"\b(?:less|lower|cheaper|smaller|shorter|fewer)\b|更低|更便宜|更少|更小|哪[个种样件]更?(?:便宜|低|少|小)",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\b(?:together|altogether|in total|in all|total|sum|add(?:ed)? up|come to|overall|combined|all|of the year"
    r"|whole year)\b|一共|全年|总共|合计|加起来|总和"
    r"|共",
    re.IGNORECASE,
)
_EACH_ONE = re.compile(r"\b(?:one of each|each of the|all the|all of the)\b|各一|每样", re.IGNORECASE)
_DIFFERENCE = re.compile(
    r"\b(?:difference|how much (?:more|less|cheaper|dearer)|how many more)\b|相差|差多少|贵多少|多多少|便宜多少|少多少",
    re.IGNORECASE,
)
_AVERAGE = re.compile(r"\b(?:average|mean)\b|平均", re.IGNORECASE)
_BY_TIME = re.compile(r"\b(?:earliest|latest)\b|最早|最晚|最迟", re.IGNORECASE)
_DEARER = re.compile(r"贵|便宜|钱|元")
_SPENT_MOST = re.compile(r"\bspent (?:the )?(?:most|least)\b|花(?:得|钱|的钱)?最", re.IGNORECASE)
"""What all of a row comes to is asked for, not what one piece costs."""
_PIECES = re.compile(
    r"\bhow many (?:pieces|units|items)\b.*\b(?:all|total|altogether)\b|(?:总共|一共|共).{0,3}(?:几|多少)件"
)
_APIECE = re.compile(
    r"\b(?:expensive|cheapest|cheaper|dearest|piece|each|unit|single)\b|单价|最贵|最便宜|更贵|更便宜"
    r"|[贵宜]多少|哪[个种样件]更?(?:贵|便宜)",
    re.IGNORECASE,
)
_ONE_ITEM = re.compile(
    r"\b(?:which|what) (?:item|thing|article|product|part|good|dish)s?\b|哪[个种件样]", re.IGNORECASE
)
"""What one of it costs is asked for, as with "the most expensive item"."""
_STATED = frozenset("total subtotal amount price tax discount shipping deposit balance rent".split())
_EVERYTHING = re.compile(
    r"\b(?:parts?|labou?r|work|items?|goods|everything|costs?|things?|articles?|services?|all|before)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Column:
    table: Table
    column: int

    def amounts(self, rows: Sequence[Row]) -> list[tuple[Decimal, Row]]:
        """The numbers of these rows, those without one left out."""
        timed = self.table.kind(self.column) == "time"
        found = [(_amount(row.cells[self.column], timed=timed), row) for row in rows if row.cells[self.column]]
        return [(amount, row) for amount, row in found if amount is not None]


def _amount(cell: str, *, timed: bool) -> Decimal | None:
    minutes = minutes_of(cell) if timed else None
    return amount_of(cell) if minutes is None else Decimal(minutes)


def answer_column(study: Study, question: Question) -> Finding | None:
    """The answer to a question that goes over several rows of a table, or None."""
    asked = TableQuestion(study, question)
    tables = (*study.tables, *study.lists)
    for rule in (_side_by_side, _extreme, count_rows, count_cells, _total):
        found = rule(asked, tables)
        if found is not None:
            return found
    return None


def _side_by_side(asked: TableQuestion, tables: Sequence[Table]) -> Finding | None:
    """Two or more rows that are named: their sum, their difference, or which has more."""
    text = asked.question.text
    named = [(table, mention) for table in tables for mention in asked.rows(table) if mention.score >= 0.6]
    named = _apart(named, asked.question)
    if len(named) < 2:
        return None
    sums = _TOGETHER.search(text) or (re.search(r"\band\b|和", text) and asked.question.asks == "much")
    apiece = _APIECE.search(text) is not None
    column = _column_for(asked, named[0][0], apiece=apiece or bool(sums and not _has_quantity(asked, named[0][0])))
    if column is None:
        return None
    rows = [mention.row for _, mention in named]
    if any(len(table.header) != len(named[0][0].header) for table, _ in named):
        return None
    amounts = _Column(named[0][0], column).amounts(rows)
    if len(amounts) != len(rows):
        return None
    models = [row.cells[column] for row in rows]
    lines = tuple(row.line for row in rows)
    if _DIFFERENCE.search(text) and len(rows) == 2:
        falling = models if amounts[0][0] >= amounts[1][0] else models[::-1]
        return _told(written_like(abs(amounts[0][0] - amounts[1][0]), models), falling, "-", lines, asked.question)
    if (_MORE.search(text) or _LESS.search(text)) and re.search(r"\bor\b|还是|和|与|哪", text):
        ordered = sorted(amounts, key=lambda entry: entry[0], reverse=_LESS.search(text) is None)
        parts = " ".join(said(row, named[0][0], column, asked.question) for _, row in ordered)
        return Finding(parts, lines, 3.0)
    if sums:
        return _told(
            written_like(sum((amount for amount, _ in amounts), Decimal(0)), models), models, "+", lines, asked.question
        )
    return None


def _apart(named: Sequence[tuple[Table, RowMention]], question: Question) -> list[tuple[Table, RowMention]]:
    """One row for each thing that is named: of rows that share their words, the one that is named best."""
    kept: list[tuple[Table, RowMention]] = []
    for table, mention in sorted(named, key=lambda entry: -entry[1].score):
        words = set(mention.row.label.stems) | set(
            mention.row.label.text if has_ideographs(mention.row.label.text) else ""
        )
        if any(_overlap(words, other.row.label) >= 0.5 for _, other in kept):
            continue
        kept.append((table, mention))
    return kept


def _overlap(words: set[str], other: Wording) -> float:
    others = set(other.stems) | set(other.text if has_ideographs(other.text) else "")
    return len(words & others) / max(1, min(len(words), len(others)))


def _has_quantity(asked: TableQuestion, table: Table) -> bool:
    return bool(asked.of_kind(table, "number", "quantity"))


def _told(result: str, models: Sequence[str], sign: str, lines: tuple[SourceLine, ...], question: Question) -> Finding:
    terms = f" {sign} ".join(models) if len(models) <= MOST_TERMS else ""
    if question.language == "zh":
        text = f"{'一共' if sign == '+' else '相差'}{result}{f'（{terms}）' if terms else ''}"
    else:
        lead = "Together that is" if sign == "+" else "The difference is"
        text = f"{lead} {result}{f' ({terms})' if terms else ''}"
    return Finding(sentence(text, question.language), lines, 3.0, result)


def _column_for(asked: TableQuestion, table: Table, *, apiece: bool) -> int | None:
    """The column of numbers that the question names, or means."""
    numeric = asked.of_kind(table, "money", "percent", "time", "duration", "quantity", "number")
    costs = re.search(r"\bcosts?\b|花", asked.question.text) and not apiece and price_column(table, asked, apiece=False)
    if costs:
        return int(costs)
    named = [column for column in asked.columns(table) if column in numeric]
    if len(named) == 1:
        return named[0]
    timed = asked.of_kind(table, "time")
    if len(timed) == 1 and _BY_TIME.search(asked.question.text):
        return timed[0]
    if asked.question.asks == "many" and not _DEARER.search(asked.question.text):
        if {"minutes", "hours", "days"} & set(asked.question.tokens) and (timed := asked.of_kind(table, "duration")):
            return timed[0]
        counted = [column for column in numeric if table.kind(column) in ("number", "quantity")]
        return counted[0] if len(counted) == 1 or (counted and not named) else None
    price = price_column(table, asked, apiece=apiece)
    if price is not None:
        return price
    return numeric[0] if len(numeric) == 1 else None


def _in_scope(asked: TableQuestion, tables: Sequence[Table]) -> list[Table]:
    """The tables that the question may mean: those it names by what stands above or over their labels, else all."""
    wanted = [concept for concept in asked.concepts if not concept.light]
    named = [
        table
        for table in tables
        if any(table.section.speaks_of(concept) or Wording.of(table.corner).speaks_of(concept) for concept in wanted)
    ]
    sectioned = [table for table in named if any(table.section.speaks_of(concept) for concept in wanted)]
    return sectioned if len(sectioned) == 1 else named or list(tables)


def _extreme(asked: TableQuestion, tables: Sequence[Table]) -> Finding | None:
    """The row with the most or the least: "which quarter had the most visitors", "the cheapest item"."""
    question = asked.question
    most = _MOST.search(question.text)
    if not (most or _LEAST.search(question.text)) or question.asks not in ("what", "who", "when", "much", "whether"):
        return None
    apiece = (_APIECE.search(question.text) or _ONE_ITEM.search(question.text)) is not None
    apiece = apiece and _SPENT_MOST.search(question.text) is None
    found: list[tuple[Decimal, Row, Table, int]] = []
    for table in _in_scope(asked, tables):
        column = _column_for(asked, table, apiece=apiece)
        places = [*table.header, Wording.of(table.corner), table.section, table.caption]
        if column is None or asked.unexplained(places):
            continue
        found += [(amount, row, table, column) for amount, row in _Column(table, column).amounts(table.items)]
    if len(found) < 2:
        return None
    kinds = {table.kind(column) for _, _, table, column in found}
    if len(kinds) > 1:
        found = [entry for entry in found if entry[2].kind(entry[3]) == found[0][2].kind(found[0][3])]
    _, row, table, column = (max if most else min)(found, key=lambda entry: entry[0])
    told = said(row, table, column, question)
    amounts = price_column(table, asked, apiece=False) if apiece and most else None
    if amounts is not None and amounts != column and amount_of(row.cells[amounts]) != amount_of(row.cells[column]):
        told = f"{told} {said(row, table, amounts, question)}"  # what was paid for it, beside what one costs
    return Finding(told, (row.line,), 3.0, row.cells[column])


def _total(asked: TableQuestion, tables: Sequence[Table]) -> Finding | None:
    """The sum of a column, where the question names a table, a part of one, or a column; or its mean."""
    question = asked.question
    average = _AVERAGE.search(question.text)
    if not (_TOGETHER.search(question.text) or average or _EACH_ONE.search(question.text)):
        return None
    if question.asks not in ("much", "many", "what", "long"):
        return None
    if _PIECES.search(question.text) and (pieces := _pieces(asked, tables)) is not None:
        return pieces
    stated = _stated_total(asked)
    if stated is not None:
        return stated
    best: tuple[float, Table, int] | None = None
    for table in _in_scope(asked, tables):
        if any(mention.score > 0.6 and not mention.row.is_total for mention in asked.rows(table)):
            continue
        named = asked.columns(table)
        column = _column_for(asked, table, apiece=_EACH_ONE.search(question.text) is not None)
        places = [*table.header, Wording.of(table.corner), table.section]
        if column is None or asked.unexplained(places):
            continue
        if (
            question.field is not None
            and question.field.name in _STATED
            and column not in named
            and not _led(asked, places[-2:])
        ):
            continue
        led = any(place.speaks_of(concept) for place in places[-2:] for concept in question.required)
        strength = (2.0 if column in named else 0.0) + (1.0 if led else 0.0)
        counted = question.asks == "many" and table.kind(column) in ("number", "quantity")
        if strength + (0.5 if counted else 0.0) > (best[0] if best else 0.0):
            best = (strength + 0.5 * counted, table, column)
    return _summed(asked, best[1], best[2], mean=average is not None) if best else None


def _pieces(asked: TableQuestion, tables: Sequence[Table]) -> Finding | None:
    """How many pieces were bought in all: the column of quantities, summed."""
    for table in tables:
        counted = [at for at in asked.of_kind(table, "number", "quantity") if _QUANTITY.search(table.header[at].text)]
        if len(counted) == 1:
            amounts = _Column(table, counted[0]).amounts(table.items)
            if len(amounts) == len(table.items) > 1:
                models = [row.cells[counted[0]] for _, row in amounts]
                whole = written_like(sum((amount for amount, _ in amounts), Decimal(0)), models)
                return _told(whole, models, "+", tuple(row.line for _, row in amounts), asked.question)
    return None


_QUANTITY = re.compile(r"\b(?:qty|quantity|pcs|pieces|number|count)\b|数量|件数|个数", re.IGNORECASE)


def _led(asked: TableQuestion, places: Sequence[Wording]) -> bool:
    return any(place.speaks_of(concept) for place in places for concept in asked.question.required)


def _stated_total(asked: TableQuestion) -> Finding | None:
    """The total that the document states, for "what do all parts and labour cost before tax"."""
    question = asked.question
    if question.field is None or question.field.name not in ("total", "subtotal"):
        return None
    strange = [concept for concept in question.required if not _EVERYTHING.search(concept.asked)]
    if strange:
        return None
    return answer_field(asked.study, replace(question, concepts=()))


def _summed(asked: TableQuestion, table: Table, column: int, *, mean: bool) -> Finding | None:
    question = asked.question
    amounts = _Column(table, column).amounts(table.items)
    if len(amounts) < 2 or (question.asks == "many" and table.kind(column) == "money"):
        return None
    known = [row for _, row in amounts]
    if any(
        row.cells[column].strip() and not is_placeholder(row.cells[column]) for row in table.items if row not in known
    ):
        return None  # a cell that was not read as a number would be missing in the sum
    written = [row for row in table.rows if row.is_total and amount_of(row.cells[column]) is not None]
    if len(written) == 1 and not mean:
        return Finding(said(written[0], table, column, question), (written[0].line,), 3.0, written[0].cells[column])
    models = [row.cells[column] for _, row in amounts]
    whole = sum((amount for amount, _ in amounts), Decimal(0))
    lines = tuple(row.line for _, row in amounts)
    if mean:
        result = written_like((whole / len(amounts)).quantize(Decimal("0.01")), models)
        text = f"平均是{result}" if question.language == "zh" else f"The average is {result}"
        return Finding(sentence(text, question.language), lines, 3.0, result)
    return _told(written_like(whole, models), models, "+", lines, question)
