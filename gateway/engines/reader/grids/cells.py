"""Answers from one place of a table: "when does bus 12 reach the university", "how much is the helmet"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.mentions import RowMention, TableQuestion, leaders, price_column
from gateway.engines.reader.page.tables import Row, Table, is_placeholder
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.labels import field_of_label, label_concept
from gateway.engines.reader.words.values import Kind, amount_of, find_values, of_kinds
from gateway.engines.reader.words.wording import Wording

MOST_CELLS = 3
WHOLE = 0.99
"""All of a label is said."""
"""More places than this are no answer but a list."""
_FIRST = frozenset(("first", "earliest", "early", "最早", "第一班", "首班"))
_LAST = frozenset(("last", "latest", "final", "late", "最晚", "末班", "最后"))
_LEAVING = frozenset("leave leaves depart departs start starts begin go".split())
_ARRIVING = frozenset("arrive arrives reach end ends".split())
_WHOLE_ROW = re.compile(
    r"\b(?:line|row|come to|comes to|altogether|in all|in total|spend|spent|total|charged)\b|一共|总共|共|小计|花了",
)
_WHEN_WORDS = re.compile(
    r"\b(?:bedtime|mornings?|evenings?|noon|night|daily|days?|meals?|hours?)\b|早|晚|饭|睡前|每",
    re.IGNORECASE,
)
_QUANTITY = re.compile(r"\b(?:qty|quantity|pcs|pieces|amount used|count|units)\b|数量|件数|个数|份数", re.IGNORECASE)
_TIME_UNIT = re.compile(r"\b(?:hours?|minutes?|mins?|days?|weeks?|duration|time)\b|小时|分钟|天数|时长", re.IGNORECASE)
_APIECE = re.compile(
    r"\b(?:one|each|single|apiece|a piece|per|unit)\b|单价|每|一[个件支本瓶斤盒袋份张条台只]",
    re.IGNORECASE,
)
_PERSON_HEAD = re.compile(
    r"\b(?:who|name|teacher|doctor|trainer|instructor|leader|driver|speaker|person|contact)\b|老师|教师|医生|负责人|姓名|教练|主讲|人员",
    re.IGNORECASE,
)
_COUNTED: tuple[Kind, ...] = ("number", "quantity")


def answer_cell(study: Study, question: Question) -> Finding | None:
    """The cell or cells of a table that the question leads to, or None."""
    asked = TableQuestion(study, _by_head(study, question))
    found = [finding for table in (*study.tables, *study.lists) for finding in _in_table(asked, table)]
    return max(found, key=lambda finding: finding.score) if found else None


def _by_head(study: Study, question: Question) -> Question:
    """The question, with the name of a field that is a column here as a word like others: "the Term 2 mark"."""
    field = question.field
    if field is None or question.language == "zh":
        return question
    said = " ".join(question.tokens)
    heads = [head.lowered for table in study.tables for head in table.header]
    named = any(question.field_words in head.split() and len(head.split()) > 1 and head in said for head in heads)
    return question.with_field_as_concept() if named else question


def _in_table(asked: TableQuestion, table: Table) -> Iterator[Finding]:
    by_value = _row_of_value(asked, table)
    if by_value is not None:
        yield by_value
        return
    if asked.names_another(table):
        return
    mentions = leaders(asked.rows(table))
    ends = [] if mentions else _end_rows(asked, table)
    own = asked.question.field is not None and asked.question.field.name in _OWN_ROWS
    if own and not table.has_header and not _of_field(asked, table):
        return
    mentions = _of_field(asked, table) or mentions or ends
    question = asked.question
    mentions = [mention for mention in mentions if not _states_another(asked, table, mention)]
    if not mentions or len({mention.place for mention in mentions}) > MOST_CELLS:
        return
    places = [mentions[0].row.label, *table.header, Wording.of(table.corner), table.section]
    if not ends:  # a place that is named above a table is none of its ends
        places += [*map(Wording.of, mentions[0].row.cells), table.caption]
    missing = [concept for concept in asked.unexplained(places) if concept.asked not in _done_to(question)]
    if missing:
        return
    passed = _passed_by(asked, table, mentions)
    if passed is not None:
        yield passed
        return
    if question.asks == "who" and not table.has_header:
        return
    chosen = [
        (mention, column)
        for mention in mentions
        for column in _columns(asked, table, mention)
        if any(mention.row.cells)
    ]
    heads = table.header
    if not chosen or (
        question.kinds
        and not any(_fits(mention.row, at, question, heads[at] if at is not None else None) for mention, at in chosen)
    ):
        return
    text = " ".join(said(mention.row, table, column, question) for mention, column in chosen[:MOST_CELLS])
    lines = tuple(dict.fromkeys(mention.row.line for mention, _ in chosen))
    explained = 0.2 * sum(1 for concept in asked.concepts if any(place.speaks_of(concept) for place in places))
    named = 0.4 if table.has_header else 0.0
    value = chosen[0][0].row.cells[chosen[0][1]] if len(chosen) == 1 and chosen[0][1] is not None else ""
    yield Finding(text, lines, 1.2 + mentions[0].score + explained + named, value)


def _of_field(asked: TableQuestion, table: Table) -> list[RowMention]:
    """The rows that are what the question asks for by name: of "how much tax was charged", the tax, and no charge."""
    field = asked.question.field
    if field is None or field.name not in _OWN_ROWS:
        return []
    label = label_concept(field)
    named = [mention for mention in asked.rows(table) if mention.row.label.speaks_of(label)]
    return leaders(named)


_OWN_ROWS = frozenset(("tax", "discount", "shipping", "deposit"))


def _states_another(asked: TableQuestion, table: Table, mention: RowMention) -> bool:
    """True for a row that is another label than the question's: "Amount to pay" where the net amount is asked for."""
    field = asked.question.field
    if field is None or table.has_header or mention.score >= WHOLE:
        return False
    known = field_of_label(mention.row.label.text)
    stated = [
        entry for entry in asked.study.entries if (of := field_of_label(entry.key.text)) and of.name == field.name
    ]
    return known is not None and known.name != field.name and (bool(stated) or field.name == "discount")


def _done_to(question: Question) -> frozenset[str]:
    """What was done to the thing that is counted or paid: "how many valves were fitted"."""
    found = _DONE.search(" ".join(question.tokens)) if question.asks in ("many", "much") else None
    return frozenset((found[1],)) if found else frozenset()


_DONE = re.compile(r"\b(?:was|were|been) (\w+(?:ed|en|ght|old|put|used))$")


def _columns(asked: TableQuestion, table: Table, mention: RowMention) -> Sequence[int | None]:
    """The columns that the question names or implies; [None] for the whole row; none when the row lacks the answer."""
    question, row = asked.question, mention.row
    priced = _priced(asked, table, row)
    if priced:
        return priced
    named = asked.columns(table)
    words = set(question.tokens) | {word for word in _FIRST | _LAST if not word.isascii() and word in question.text}
    if named:
        wanted = [
            column for column in named if row.cells[column] and _fits(row, column, question, table.header[column])
        ]
        if wanted and len(wanted) > 1 and words & (_FIRST | _LAST):
            return [wanted[0] if words & _FIRST else wanted[-1]]
        if wanted or len(named) == 1:
            return wanted
    persons = [at for at, head in enumerate(table.header) if _PERSON_HEAD.search(head.text)]
    if question.asks == "who" and not named and len(persons) == 1:
        return persons
    if question.asks in ("much", "many") or "money" in question.kinds:
        column = _implied(asked, table)
        both = _both_prices(asked, table, row)
        if both:
            return both
        return [column] if column is not None and row.cells[column] else ([None] if _any_fits(row, question) else [])
    lasting = [at for at, head in enumerate(table.header) if _TIME_UNIT.search(head.text)]
    if "duration" in question.kinds and len(lasting) == 1:
        return lasting
    timed = asked.of_kind(table, "time")
    if timed and words & (_FIRST | _LAST):
        return [timed[0] if words & _FIRST else timed[-1]]
    if len(row.cells) == 1 or (question.kinds and len(fitting := _fitting(row, question)) == 1):
        return [0 if len(row.cells) == 1 else fitting[0]]
    return [None] if not question.kinds or _any_fits(row, question) else []


def _priced(asked: TableQuestion, table: Table, row: Row) -> list[int]:
    """The amount for "cost in total", both prices for "cost" alone; none when the question says a head itself."""
    text = asked.question.text
    said = text.lower()
    if (
        asked.question.asks != "much"
        or _asks_quantity(text)
        or any(head.lowered in said for head in table.header if head.text)
    ):
        return []
    if not _WHOLE_ROW.search(text) or _APIECE.search(text):
        return _both_prices(asked, table, row)
    one, whole = (price_column(table, asked, apiece=apiece) for apiece in (True, False))
    return [whole] if whole is not None and one != whole and amount_of(row.cells[whole]) is not None else []


def _both_prices(asked: TableQuestion, table: Table, row: Row) -> list[int]:
    """What one costs and what the row comes to, where they differ and the question does not say which it means."""
    text = asked.question.text
    if asked.question.asks != "much" or _WHOLE_ROW.search(text) or _APIECE.search(text) or _asks_quantity(text):
        return []
    one, whole = (price_column(table, asked, apiece=apiece) for apiece in (True, False))
    if one is None or whole is None or one == whole or not row.cells[one] or not row.cells[whole]:
        return []
    amounts = amount_of(row.cells[one]), amount_of(row.cells[whole])
    return [one, whole] if None not in amounts and amounts[0] != amounts[1] else []


def _asks_quantity(text: str) -> bool:
    return _HOW_MUCH_OF_IT.search(text) is not None and _COSTS.search(text) is None


_HOW_MUCH_OF_IT = re.compile(
    r"\bhow (?:much|many) .*\b(?:used|needed|bought|ordered|taken|filled in|(?:did|do) (?:i|we|they|you) (?:buy|use"
    r"|need|order|take))\b|[买用点订要]了?(?:多少(?!钱|元)|几)",
    re.IGNORECASE,
)
_COSTS = re.compile(r"\b(?:cost|costs|pay|paid|charged?|spent|money|price)\b|钱|元|价", re.IGNORECASE)


def _implied(asked: TableQuestion, table: Table) -> int | None:
    """The column that "how much" and "how many" mean when they name none."""
    question = asked.question
    if question.asks == "many" or question.kinds == ("number", "quantity") or _asks_quantity(question.text):
        counted = asked.of_kind(table, "number", "quantity")
        headed = [at for at in counted if _QUANTITY.search(table.header[at].text)]
        counted = headed if len(headed) == 1 else counted
        return counted[0] if counted else None
    if "money" not in question.kinds and question.field is None and len(table.header) == 1:
        return 0
    whole = _WHOLE_ROW.search(question.text) is not None
    return price_column(table, asked, apiece=not whole or _APIECE.search(question.text) is not None)


def _fits(row: Row, column: int | None, question: Question, head: Wording | None = None) -> bool:
    if column is None or not question.kinds:
        return True
    if question.asks == "when" and _WHEN_WORDS.search(row.cells[column]):
        return True
    if (
        "duration" in question.kinds
        and head is not None
        and _TIME_UNIT.search(head.text)
        and amount_of(row.cells[column])
    ):
        return True
    kinds = (
        (*question.kinds, "number")
        if question.asks in ("many", "much") or "money" in question.kinds
        else question.kinds
    )
    return bool(of_kinds(find_values(row.cells[column]), kinds))


def _fitting(row: Row, question: Question) -> list[int]:
    return [column for column in range(len(row.cells)) if _fits(row, column, question)]


def _any_fits(row: Row, question: Question) -> bool:
    return bool(_fitting(row, question))


def _end_rows(asked: TableQuestion, table: Table) -> list[RowMention]:
    """The first row for "when does bus 12 leave", the last for "when does it arrive", where no row is named."""
    question = asked.question
    words = set(question.tokens)
    if question.asks != "when" or not words & (_LEAVING | _ARRIVING) or len(asked.columns(table)) != 1:
        return []
    (column,) = asked.columns(table)
    served = [
        place for place, row in enumerate(table.rows) if row.cells[column] and not is_placeholder(row.cells[column])
    ]
    if not served or (len(served) == 1 and not words & _LEAVING):
        return []
    place = served[0] if words & _LEAVING else served[-1]
    return [RowMention(0.5, table.rows[place], place)]


def _passed_by(asked: TableQuestion, table: Table, mentions: Sequence[RowMention]) -> Finding | None:
    """For "when does bus 7 reach the hospital" where a dash stands: that it does not stop there."""
    columns = list(asked.columns(table))
    if asked.question.asks != "when" or len(mentions) != 1 or len(columns) != 1 or table.kind(columns[0]) != "time":
        return None
    row, head = mentions[0].row, table.header[columns[0]].text
    cell = row.cells[columns[0]]
    if not is_placeholder(cell):
        return None
    if asked.question.language == "zh":
        text = f"{head}在{row.label.text}不停：表中是“{cell}”"
    else:
        text = f"It does not stop there: {row.label.text}, {cell} for {head}"
    return Finding(sentence(text, asked.question.language), (row.line,), 1.2 + mentions[0].score, cell)


def _row_of_value(asked: TableQuestion, table: Table) -> Finding | None:
    """For "which bus is at the hospital at 9:13": the row, or the head, of a cell that the question states."""
    question = asked.question
    if question.asks not in ("what", "who") or question.kinds:
        return None
    stated_times = [value for value in find_values(question.text) if value.kind in ("time", "date")]
    if not stated_times:
        return None
    wanted = re.sub(r"\D", "", stated_times[-1].text).lstrip("0")
    places = [
        (row, column)
        for row in table.rows
        for column, cell in enumerate(row.cells)
        if re.sub(r"\D", "", cell).lstrip("0") == wanted and cell
    ]
    named = {mention.place for mention in asked.rows(table)}
    columns = asked.columns(table)
    if named:
        places = [(row, column) for row, column in places if table.rows.index(row) in named]
    elif columns:
        places = [(row, column) for row, column in places if column in columns]
    if len(places) != 1:
        return None
    row, column = places[0]
    if not row.label.text:
        return None
    head = table.header[column].text
    answered = f"{head}（{row.label.text}）" if named and question.language == "zh" else f"{head} ({row.label.text})"
    text = answered if named else f"{row.label.text} ({head})"
    return Finding(sentence(f"{text}: {row.cells[column]}", question.language), (row.line,), 2.5)


def said(row: Row, table: Table, column: int | None, question: Question) -> str:
    """A cell, or a whole row, as an answer: "Helmet, Price: $45.00."; "6 eggs." for a quantity without a head."""
    chinese = question.language == "zh"
    colon, comma = ("：", "，") if chinese else (": ", ", ")
    label = row.label.text.rstrip(" :,")
    heads = [head.text for head in table.header]
    if column is not None:
        if not heads[column] and _is_count(row.cells[column]) and not chinese:
            return sentence(f"{row.cells[column]} {label}", question.language)
        named = comma.join(part for part in (label, heads[column]) if part)
        return sentence(f"{named}{colon}{row.cells[column]}", question.language)
    parts = [f"{head} {value}".strip() for head, value in zip(heads, row.cells, strict=False) if value]
    return sentence(f"{label}{colon}{comma.join(parts)}", question.language)


def _is_count(cell: str) -> bool:
    values = find_values(cell)
    return bool(values) and values[0].kind in _COUNTED and amount_of(cell) is not None and values[0].kind != "money"


def answer_corner(study: Study, question: Question) -> Finding | None:
    """What the rows of a table are called: "what is the last stop", "which stop is after the town hall"."""
    if question.asks not in ("what", "where") or question.kinds:
        return None
    asked = TableQuestion(study, question)
    beside = {"after": 1, "next": 1, "following": 1, "before": -1, "previous": -1}
    step = next((beside[token] for token in question.tokens if token in beside), 0)
    step = step or (1 if "下一" in question.text else -1 if "上一" in question.text else 0)
    for table in study.tables:
        corner = Wording.of(table.corner)
        named = [concept for concept in question.concepts if corner.speaks_of(concept)]
        if not named:
            continue
        mentions = leaders(asked.rows(table))
        place = None
        if step and len(mentions) == 1:
            place = mentions[0].place + step
        elif question.ordinal is not None and not mentions and not asked.unexplained([corner, table.caption]):
            place = question.ordinal - 1 if question.ordinal > 0 else len(table.rows) + question.ordinal
        if place is not None and 0 <= place < len(table.rows):
            row = table.rows[place]
            if not row.label.text:
                return None
            return Finding(sentence(row.label.text, question.language), (row.line,), 2.0)
    return None
