"""How many rows, columns or cells a table has: "how many services are listed", 买了几种商品."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.page.mentions import TableQuestion
from gateway.engines.reader.page.tables import Table
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.values import Kind
from gateway.engines.reader.words.wording import Wording
from text.passages import stem

_ITEMS = frozenset(stem(word) for word in "item entry row line thing article product position good dish part".split())
_ITEMS_ZH = re.compile(
    r"(?:几|多少)(?:种|样|项|笔|个(?:不同的)?(?=菜|东西|商品|品种|项目|产品))(?:东西|商品|物品|货品|菜|品种"
    r"|项目|货|产品)?",
)
_COUNTED_ZH = re.compile(r"(?:几|多少)(?:个|种|位|名|条|趟|门)(?!小时|分钟|月)([\u3400-\u9fff]{1,3}?)(?:$|[?？。]|呢)")
_ROWS_ZH = re.compile(r"(?:几|多少)(?:节课|节|班车|趟车|趟|班|站)(?!音|语|数|英|美|体|科)")


def count_rows(asked: TableQuestion, tables: Sequence[Table]) -> Finding | None:
    """How many rows a table has, when the question counts what its labels are called, or what stands above it."""
    question = asked.question
    if not tables or (
        question.asks != "many"
        and not _ITEMS_ZH.search(question.text)
        and not _ROWS_ZH.search(question.text)
        and "几个" not in question.text
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
    if head in _TIMES:
        return None
    for table in tables:
        heads = [place for place in table.header if head in place.stems]
        if len(heads) >= 2:
            return _number_told(len(heads), (table.header_line,), question)
    for of_section in (False, True):
        for table in tables:
            place = table.section if of_section else Wording.of(table.corner)
            scope = [place, table.section, Wording.of(table.corner), *(row.line.wording for row in table.rows)]
            if _names(place, nouns, question) and not _strange(asked, scope) and not _heads_say(table, head):
                return _number_told(len(table.items), table.lines[:2], question)
    largest = max(tables, key=lambda table: (table.has_header, len(table.items)))
    scope = [largest.caption, *largest.header]
    if head in _ITEMS and len(largest.items) > 1 and not asked.unexplained(scope) and not _heads_say(largest, head):
        return _number_told(len(largest.items), largest.lines[:2], question)
    return None


_TIMES = frozenset(stem(word) for word in "minutes hours days weeks months years".split())


def _strange(asked: TableQuestion, scope: Sequence[Wording]) -> bool:
    """True when the question says more than the table; what was done to what it counts apart ("were handed out")."""
    done = re.search(r"\b(?:are|were|was|been) (\w+(?:ed|en|ght|old|de|ne))\b", " ".join(asked.question.tokens))
    return any(done is None or concept.asked != done[1] for concept in asked.unexplained(scope))


_NUMBERS: tuple[Kind, ...] = ("number", "quantity")


def _heads_say(table: Table, word: str) -> bool:
    return any(word in head.distinct for head in table.header)


def _count_chinese(asked: TableQuestion, tables: Sequence[Table]) -> Finding | None:
    """For 买了几种商品 and 每天有几节课: the rows of the largest table."""
    text = asked.question.text
    headed = [table for table in tables if table.has_header] or list(tables)
    largest = max(headed, key=lambda table: len(table.items))
    counted = _COUNTED_ZH.search(text)
    called = next((table for table in headed if counted and table.corner and counted[1] in table.corner), None)
    if (
        called is not None
        and len(called.items) > 1
        and not asked.rows(called)
        and not asked.unexplained([called.caption])
    ):
        return _number_told(len(called.items), called.lines[:2], asked.question)
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


def count_cells(asked: TableQuestion, tables: Sequence[Table]) -> Finding | None:
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
