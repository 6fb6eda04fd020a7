"""Answers from tables: "when does bus 12 reach the university", "how much is the helmet"."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.engines.reader.evidence import Finding, Study
from gateway.engines.reader.labels import label_concept
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.question import Question
from gateway.engines.reader.tables import Cell, Table, find_cells
from gateway.engines.reader.values import Value, amount_of, find_values, of_kinds
from gateway.engines.reader.vocabulary import FIELDS_BY_NAME
from gateway.engines.reader.wording import Concept, Wording

MOST_CELLS = 3
"""More places than this are no answer but a list."""
_FIRST = frozenset(("first", "earliest", "early", "最早", "第一"))
_LAST = frozenset(("last", "latest", "final", "late", "最晚", "末", "最后"))
_LEAVING = frozenset("leave leaves depart departs start starts begin go".split())
_ARRIVING = frozenset("arrive arrives reach end ends".split())
_COLUMN_OF = {"many": ("quantity",), "much": ("price", "amount")}


def answer_cell(study: Study, question: Question) -> Finding | None:
    """The cell or cells of a table that the question leads to, or None."""
    best: Finding | None = None
    for table in study.tables:
        found = _in_table(study, table, question)
        if found is not None and (best is None or found.score > best.score):
            best = found
    return best


def _in_table(study: Study, table: Table, question: Question) -> Finding | None:
    if question.asks == "who":
        return None
    concepts: list[Concept] = list(question.concepts)
    if question.field is not None and not _asks_for_all(question):
        concepts.append(label_concept(question.field))
    cells = find_cells(table, concepts) or _end_of_column(table, concepts, question)
    if not cells or not any(not concept.optional for concept in cells[0].found):
        return None
    for concept in question.required:
        around = table.caption.speaks_of(concept) or study.title.speaks_of(concept)
        if concept not in cells[0].found and not around and concept.asked not in _FIRST | _LAST:
            return None
    cells = _chosen(cells, question)
    if not cells or len({cell.row.line.number for cell in cells}) > MOST_CELLS:
        return None
    if question.field is not None and cells[0].column is None and not _any_kind(cells[0], question):
        return None
    if question.kinds and not all(_any_kind(cell, question) for cell in cells):
        return None
    lines = tuple(dict.fromkeys(cell.row.line for cell in cells))
    text = " ".join(_said(cell, question) for cell in cells)
    return Finding(text, lines, 2.0 + sum(study.weight(concept) for concept in cells[0].found))


def _end_of_column(table: Table, concepts: Sequence[Concept], question: Question) -> list[Cell]:
    """The first row for "when does bus 12 leave", the last for "when does it arrive", where no row is named."""
    words = set(question.tokens)
    if question.asks != "when" or not words & (_LEAVING | _ARRIVING):
        return []
    found = [frozenset(concept for concept in concepts if head.speaks_of(concept)) for head in table.header]
    best = max(range(len(found)), key=lambda column: len(found[column]))
    if sum(len(concepts_found) == len(found[best]) for concepts_found in found) > 1:
        return []
    return [Cell(table, table.rows[0 if words & _LEAVING else -1], best, found[best])]


def _chosen(cells: list[Cell], question: Question) -> list[Cell]:
    """A column for questions that name none but imply one, and the first or last where it is asked for."""
    words = {*question.tokens, *(word for word in _FIRST | _LAST if word in question.text and not word.isascii())}
    if cells[0].column is None and len(cells) == 1 and words & (_FIRST | _LAST):
        row = cells[0].row
        column = 0 if words & _FIRST else len(row.cells) - 1
        return [Cell(cells[0].table, row, column, cells[0].found)]
    if cells[0].column is None:
        return [_implied(cell, question) for cell in cells]
    if len(cells) > 1 and words & (_FIRST | _LAST):
        return [cells[0] if words & _FIRST else cells[-1]]
    return cells


def _asks_for_all(question: Question) -> bool:
    return question.asks == "much" and bool({"together", "altogether"} & set(question.tokens))


def _implied(cell: Cell, question: Question) -> Cell:
    for name in ("amount", "total", "price") if _asks_for_all(question) else _COLUMN_OF.get(question.asks, ()):
        label = label_concept(FIELDS_BY_NAME[name])
        for column, head in enumerate(cell.table.header):
            if head.speaks_of(label):
                return Cell(cell.table, cell.row, column, cell.found)
    return cell


def _any_kind(cell: Cell, question: Question) -> bool:
    texts = cell.row.cells if cell.column is None else (cell.row.cells[cell.column],)
    kinds = (*question.kinds, "number") if question.asks in ("many", "much") else question.kinds
    return any(of_kinds(_values(text), kinds) for text in texts)


def _values(text: str) -> Sequence[Value]:
    return find_values(text)


def _said(cell: Cell, question: Question) -> str:
    chinese = question.language == "zh"
    colon, comma = ("：", "，") if chinese else (": ", ", ")
    label = cell.row.label.text.rstrip(" :,")
    heads = [head.text for head in cell.table.header]
    if cell.column is not None:
        named = comma.join(part for part in (label, heads[cell.column]) if part)
        return sentence(f"{named}{colon}{cell.row.cells[cell.column]}", question.language)
    parts = [f"{head} {value}" for head, value in zip(heads, cell.row.cells, strict=False)]
    return sentence(f"{label}{colon}{comma.join(parts)}", question.language)


_MOST = frozenset("most highest largest biggest maximum best".split())
_LEAST = frozenset("cheapest least lowest smallest fewest minimum".split())


def answer_extreme(study: Study, question: Question) -> Finding | None:
    """The row with the most or the least: "which quarter had the most visitors", "the cheapest item"."""
    words = set(question.tokens)
    if not words & (_MOST | _LEAST) or question.asks not in ("what", "who", "when"):
        return None
    price = label_concept(FIELDS_BY_NAME["price"])
    concepts = (
        [price]
        if words & {"expensive", "cheapest"}
        else [c for c in question.concepts if c.asked not in _MOST | _LEAST]
    )
    for table in study.tables:
        column = next((place for place, head in enumerate(table.header) if any(map(head.speaks_of, concepts))), None)
        rows = [
            (amount, row)
            for row in table.rows
            if column is not None and (amount := amount_of(row.cells[column])) is not None
        ]
        if rows and column is not None:
            chosen = (max if words & _MOST else min)(rows, key=lambda entry: entry[0])[1]
            return Finding(_said(Cell(table, chosen, column, frozenset()), question), (chosen.line,), 2.0)
    return None


def answer_corner(study: Study, question: Question) -> Finding | None:
    """What the rows of a table are called: "what is the last stop", "how many stops are there"."""
    if len(question.required) > 2 or question.field is not None:
        return None
    beside = {"after": 1, "next": 1, "before": -1}
    step = next((beside[token] for token in question.tokens if token in beside), 0)
    for table in study.tables:
        corner = Wording.of(table.corner)
        counted = {"items", "rows", "entries"} & set(question.tokens)
        named = [
            concept
            for concept in question.concepts
            if corner.speaks_of(concept) or (counted and concept.asked in counted)
        ]
        others = [
            concept for concept in question.required if concept not in named and concept.asked not in _FIRST | _LAST
        ]
        if named and step and len(others) == 1:
            rows = [place for place, row in enumerate(table.rows) if row.label.speaks_of(others[0])]
            if len(rows) == 1 and 0 <= rows[0] + step < len(table.rows):
                row = table.rows[rows[0] + step]
                return Finding(sentence(row.label.text, question.language), (row.line,), 2.0)
        if not named or others:
            continue
        if question.asks == "many":
            said = (
                f"{len(table.rows)} ({table.corner})" if question.language == "zh" else f"There are {len(table.rows)}."
            )
            return Finding(sentence(said, question.language), (table.header_line, *table.lines[1:2]), 2.0)
        if question.ordinal is not None and question.asks == "what" and abs(question.ordinal) <= len(table.rows):
            row = table.rows[question.ordinal if question.ordinal < 0 else question.ordinal - 1]
            return Finding(sentence(row.label.text, question.language), (row.line,), 2.0)
    return None
