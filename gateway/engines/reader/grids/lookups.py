"""From a cell back to its row: "which medicine is taken at noon", 哪个班在203教室; and whether a row is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.mentions import TableQuestion
from gateway.engines.reader.page.tables import Row, Table, is_placeholder
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.values import find_values, of_kinds
from gateway.engines.reader.words.wording import Wording
from text.passages import stem
from text.script import has_ideographs

MOST_ROWS = 4
_ASKS_ROW = re.compile(r"\b(?:which|what|who)\b|哪[个种些位一]|谁|什么", re.IGNORECASE)
_DONE = re.compile(
    r"\b(?:bought|buy|purchased?|ordered|charged|replaced?|repaired|fitted|billed|listed"
    r"|on the (?:bill|receipt|list|menu))\b"
    r"|\bis there (?:an? )?(?:charge|fee|cost)\b|买|点了|换了|有没有|收了",
    re.IGNORECASE,
)
_TAKEN = frozenset(stem(word) for word in "taken given take held teach taught taking need use done go happen".split())
"""Verbs between a row and its cell."""


def answer_row(study: Study, question: Question) -> Finding | None:
    """The label of the row whose cell the question says, when it asks for what the labels are; None otherwise."""
    if question.asks not in ("what", "who") or question.kinds or not _ASKS_ROW.search(question.text):
        return None
    asked = TableQuestion(study, question)
    for table in study.tables:
        corner = Wording.of(table.corner)
        if (
            not table.has_header
            or not _asks_for(corner, question)
            or any(mention.score >= 0.99 for mention in asked.rows(table))
        ):
            continue
        found = list(_holding(asked, table))
        rows = list(dict.fromkeys(row.label.text for row, _ in found))
        if not rows or len(rows) > MOST_ROWS or len({column for _, column in found}) != 1:
            continue
        column = found[0][1]
        places = [corner, table.header[column], Wording.of(found[0][0].cells[column]), table.caption]
        if any(stem(concept.asked) not in _TAKEN and len(concept.asked) > 1 for concept in asked.unexplained(places)):
            continue
        return _told(table, [row for row, _ in found], column, question)
    return None


def _asks_for(corner: Wording, question: Question) -> bool:
    """True when the question asks for what stands over the labels."""
    if has_ideographs(corner.text):
        return any(sign in question.text for sign in (corner.text, corner.text[:-1], corner.text[-1:]) if sign) and (
            "哪" in question.text or "什么" in question.text
        )
    words = re.findall(r"\b(?:which|what) ((?:[a-z]+ )?[a-z]+)", " ".join(question.tokens))
    return any(stem(word) in corner.distinct for phrase in words for word in phrase.split())


def _holding(asked: TableQuestion, table: Table) -> Iterator[tuple[Row, int]]:
    """The cells that the question says, word for word; a bare number counts beside the word over it only."""
    text = asked.question.text
    for row in table.items:
        for column, cell in enumerate(row.cells):
            if not cell or is_placeholder(cell):
                continue
            head = table.header[column]
            if re.fullmatch(r"\w{0,2}\d+\w{0,2}", cell):
                beside = rf"{re.escape(cell)} ?{re.escape(head.text)}|{re.escape(head.text)} ?{re.escape(cell)}(?!\d)"
                if head.text and re.search(beside, text, re.IGNORECASE):
                    yield row, column
            elif has_ideographs(cell):
                if len(cell) > 1 and cell in text:
                    yield row, column
            elif not of_kinds(find_values(cell), ("money", "percent")) and _says(asked, cell):
                yield row, column


def _says(asked: TableQuestion, cell: str) -> bool:
    stems = Wording.of(cell).stems
    said = asked.stems
    return bool(stems) and any(said[at : at + len(stems)] == stems for at in range(len(said) - len(stems) + 1))


def _told(table: Table, rows: Sequence[Row], column: int, question: Question) -> Finding:
    chinese = question.language == "zh"
    names = ("、" if chinese else ", ").join(dict.fromkeys(row.label.text for row in rows))
    head, cell = table.header[column].text, rows[0].cells[column]
    told = f"{names}（{head}：{cell}）" if chinese else f"{names} ({head}: {cell})"
    return Finding(sentence(told, question.language), tuple(dict.fromkeys(row.line for row in rows)), 3.0, names)


def answer_listed(study: Study, question: Question) -> Finding | None:
    """A yes for "did they replace the valve" when a row of a table is that; a row that is not there tells nothing."""
    if (
        question.asks != "whether"
        or not _DONE.search(question.text)
        or re.search(r"不|n['’]t\b|\bnot\b", question.text)
    ):
        return None
    asked = TableQuestion(study, question)
    for table in (*study.tables, *study.lists):
        named = [mention for mention in asked.rows(table) if mention.score >= 0.99 and not mention.row.is_total]
        if len(named) != 1:
            continue
        row = named[0].row
        left = [
            concept
            for concept in asked.unexplained([row.label, Wording.of(table.corner), *table.header])
            if not _DONE.search(concept.asked)
        ]
        if left:
            continue
        parts = [f"{head.text} {cell}".strip() for head, cell in zip(table.header, row.cells, strict=False) if cell]
        if question.language == "zh":
            return Finding(sentence(f"是的。{row.label.text}：{'，'.join(parts)}", "zh"), (row.line,), 3.0)
        return Finding(sentence(f"Yes. {row.label.text}: {', '.join(parts)}", "en"), (row.line,), 3.0)
    return None
