"""Answers from whole columns: sums, counts, the most and the least, and two rows put side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gateway.engines.reader.amounts import written_like
from gateway.engines.reader.cells import said
from gateway.engines.reader.evidence import Finding, Study
from gateway.engines.reader.fields import answer_field
from gateway.engines.reader.lines import SourceLine
from gateway.engines.reader.mentions import RowMention, TableQuestion, price_column
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.question import Question
from gateway.engines.reader.tables import Row, Table
from gateway.engines.reader.values import Kind, amount_of
from gateway.engines.reader.wording import Wording
from text.passages import stem
from text.script import has_ideographs

MOST_TERMS = 4
"""A sum of more terms than this is told without them."""
_MOST = re.compile(
    r"\b(?:most|highest|largest|biggest|maximum|best|longest|latest|dearest|greatest|priciest)\b|最高|最多|最贵"
    r"|最大|最长|最好",
    re.IGNORECASE,
)
_LEAST = re.compile(
    r"\b(?:least|cheapest|lowest|smallest|fewest|minimum|shortest|earliest|worst)\b|最低|最少|最便宜|最小|最短",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:more|higher|larger|bigger|longer|dearer|greater|better)\b|更高|更贵|更多|更大|更长",
    re.IGNORECASE,
)
_LESS = re.compile(r"\b(?:less|lower|cheaper|smaller|shorter|fewer)\b|更低|更便宜|更少|更小", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:together|altogether|in total|in all|total|sum|add(?:ed)? up|come to|overall|combined|all|of the year"
    r"|whole year)\b|一共|全年|总共|合计|加起来|总和"
    r"|共",
    re.IGNORECASE,
)
_EACH_ONE = re.compile(r"\b(?:one of each|each of the|all the|all of the)\b|各一|每样", re.IGNORECASE)
_DIFFERENCE = re.compile(
    r"\b(?:difference|how much (?:more|less|cheaper|dearer)|how many more)\b|相差|差多少|贵多少|多多少",
    re.IGNORECASE,
)
_AVERAGE = re.compile(r"\b(?:average|mean)\b|平均", re.IGNORECASE)
_APIECE = re.compile(
    r"\b(?:expensive|cheapest|cheaper|dearest|piece|each|unit|single)\b|单价|最贵|最便宜|更贵|更便宜",
    re.IGNORECASE,
)
_ONE_ITEM = re.compile(
    r"\b(?:which|what) (?:item|thing|article|product|part|good|dish)s?\b|哪[个种件样]", re.IGNORECASE
)
"""What one of it costs is asked for, as with "the most expensive item"."""
_ITEMS = frozenset(stem(word) for word in "item entry row line thing article product position good dish part".split())
_ITEMS_ZH = re.compile(
    r"(?:几|多少)(?:种|样|项|笔|个(?:不同的)?(?=菜|东西|商品|品种|项目|产品))(?:东西|商品|物品|货品|菜|品种"
    r"|项目|货|产品)?",
)
_ROWS_ZH = re.compile(r"(?:几|多少)(?:节课|节|班车|趟车|趟|班|站)(?!音|语|数|英|美|体|科)")
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
        found = [(amount_of(row.cells[self.column]), row) for row in rows if row.cells[self.column]]
        return [(amount, row) for amount, row in found if amount is not None]


def answer_column(study: Study, question: Question) -> Finding | None:
    """The answer to a question that goes over several rows of a table, or None."""
    asked = TableQuestion(study, question)
    tables = (*study.tables, *study.lists)
    for rule in (_side_by_side, _extreme, _count, _cells_counted, _total):
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
        return _told(written_like(abs(amounts[0][0] - amounts[1][0]), models), models, "-", lines, asked.question)
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
    if asked.question.asks == "many":
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
    return Finding(said(row, table, column, question), (row.line,), 3.0, row.cells[column])


def _total(asked: TableQuestion, tables: Sequence[Table]) -> Finding | None:
    """The sum of a column, where the question names a table, a part of one, or a column; or its mean."""
    question = asked.question
    average = _AVERAGE.search(question.text)
    if not (_TOGETHER.search(question.text) or average or _EACH_ONE.search(question.text)):
        return None
    if question.asks not in ("much", "many", "what", "long"):
        return None
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


def _count(asked: TableQuestion, tables: Sequence[Table]) -> Finding | None:
    """How many rows a table has, when the question counts what its labels are called, or what stands above it."""
    question = asked.question
    if not tables or (
        question.asks != "many" and not _ITEMS_ZH.search(question.text) and not _ROWS_ZH.search(question.text)
    ):
        return None
    if question.language == "zh":
        return _count_chinese(asked, tables)
    nouns = _counted_nouns(question)
    if not nouns or any(
        mention.score >= 0.6 for table in tables for mention in asked.rows(table) if asked.of_kind(table, *_NUMBERS)
    ):
        return None
    head = nouns[-1]
    for table in tables:
        heads = [place for place in table.header if head in place.stems]
        if len(heads) >= 2:
            return _number_told(len(heads), (table.header_line,), question)
    for of_section in (False, True):
        for table in tables:
            place = table.section if of_section else Wording.of(table.corner)
            scope = [place, table.section, Wording.of(table.corner), *(row.line.wording for row in table.rows)]
            if _names(place, nouns, question) and not asked.unexplained(scope) and not _heads_say(table, head):
                return _number_told(len(table.items), table.lines[:2], question)
    largest = max(tables, key=lambda table: (table.has_header, len(table.items)))
    scope = [largest.caption, *largest.header]
    if head in _ITEMS and len(largest.items) > 1 and not asked.unexplained(scope) and not _heads_say(largest, head):
        return _number_told(len(largest.items), largest.lines[:2], question)
    return None


_NUMBERS: tuple[Kind, ...] = ("number", "quantity")


def _heads_say(table: Table, word: str) -> bool:
    return any(word in head.distinct for head in table.header)


def _count_chinese(asked: TableQuestion, tables: Sequence[Table]) -> Finding | None:
    """For 买了几种商品 and 每天有几节课: the rows of the largest table."""
    text = asked.question.text
    headed = [table for table in tables if table.has_header] or list(tables)
    largest = max(headed, key=lambda table: len(table.items))
    if not (_ITEMS_ZH.search(text) or (_ROWS_ZH.search(text) and "周" not in text)) or len(largest.items) < 2:
        return None
    if any(mention.score >= 0.6 for mention in asked.rows(largest)):
        return None
    return _number_told(len(largest.items), largest.lines[:2], asked.question)


def _counted_nouns(question: Question) -> list[str]:
    """The stems that are counted: "main", "course" for "how many main courses are there"."""
    tokens = list(question.tokens)
    place = next((at for at in range(len(tokens) - 1) if tokens[at : at + 2] == ["how", "many"]), None)
    if place is None:
        return []
    nouns: list[str] = []
    for token in tokens[place + 2 :]:
        if (token in _AFTER_NOUN or token == "of") and nouns:
            break
        if token not in _BEFORE_NOUN and token not in _AFTER_NOUN:
            nouns.append(stem(token))
        if len(nouns) == 3:
            break
    return nouns


_BEFORE_NOUN = frozenset("different kinds sorts types of the other separate single".split())
_AFTER_NOUN = frozenset(
    "are is were was do does did have has had can could will would should must may in on under at for to from by come"
    " came stand listed go went need used ordered bought there".split()
)


def _names(place: Wording, nouns: Sequence[str], question: Question) -> bool:
    """True when `place` is what the question counts, or means the same."""
    if not place.text:
        return False
    if set(nouns[-2:]) & place.distinct:
        return True
    return any(
        place.speaks_of(concept) for concept in question.concepts if stem(concept.asked) in nouns and not concept.light
    )


def _cells_counted(asked: TableQuestion, tables: Sequence[Table]) -> Finding | None:
    """For "how many music lessons are there in a week": the cells of a grid of words that say so."""
    question = asked.question
    if question.asks != "many" and not _ROWS_ZH.search(question.text) and "几节" not in question.text:
        return None
    for table in tables:
        columns = [column for column in range(len(table.header)) if table.kind(column) is None]
        if len(columns) < 2 or asked.columns(table):
            continue
        cells = {row.cells[column] for row in table.rows for column in columns if row.cells[column]}
        named = [cell for cell in cells if asked.names(Wording.of(cell)) >= 0.99]
        if len(named) == 1:
            holding = [row for row in table.rows for column in columns if row.cells[column] == named[0]]
            lines = tuple(dict.fromkeys(row.line for row in holding))
            return _number_told(len(holding), lines, question)
    return None


def _number_told(count: int, lines: Sequence[SourceLine], question: Question) -> Finding:
    text = f"一共有{count}个" if question.language == "zh" else f"There are {count}" if count != 1 else "There is 1"
    return Finding(sentence(text, question.language), tuple(lines), 2.5, str(count))
