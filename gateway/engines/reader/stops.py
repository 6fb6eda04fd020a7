"""Which places of a timetable are served: a dash, or nothing, in a cell says that it does not stop there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.engines.reader.amounts import minutes_of
from gateway.engines.reader.cells import said
from gateway.engines.reader.evidence import Finding, Study
from gateway.engines.reader.mentions import TableQuestion
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.question import Question
from gateway.engines.reader.tables import Row, Table, is_placeholder
from gateway.engines.reader.wording import Wording
from text.passages import stem

_STOPS = re.compile(
    r"\b(?:stops?|serves?|served|goes|go|calls? at|halts?|runs?|reach(?:es)?|gets?|arrives?|leaves?|departs?)\b"
    r"|停|经过|到|去|开",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|never|skips?|misses)\b|n['’]t\b|不", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:first|earliest|soonest)\b|最早|最先|首先", re.IGNORECASE)
_LAST = re.compile(r"\b(?:last|latest)\b|最晚|最后", re.IGNORECASE)
_WHICH_ZH = re.compile(r"(?:哪|几)(?:些|一?[路班趟条个站])(?:车|公交车?)?")
NAMED = 0.6
"""So much of a label must be said for the row to be meant."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A timetable with what the question names of it."""

    table: Table
    rows: tuple[Row, ...]
    columns: tuple[int, ...]
    question: TableQuestion


def answer_stops(study: Study, question: Question) -> Finding | None:
    """Whether it stops there, what stops there, where it stops, how often; or None when no timetable is asked."""
    if not _STOPS.search(question.text) or question.asks in ("when", "why", "long", "where"):
        return None
    asked = TableQuestion(study, question)
    for table in study.tables:
        if not asked.of_kind(table, "time") or asked.names_another(table):
            continue
        named = _Asked(table, _rows(asked, table), tuple(asked.columns(table)), asked)
        places = [*(row.label for row in named.rows), *table.header, Wording.of(table.corner), table.caption]
        if any(not is_travel(concept.asked) for concept in asked.unexplained(places)):
            continue
        for rule in (_whether, _first, _which, _where):
            found = rule(named)
            if found is not None:
                return found
    return None


def is_travel(word: str) -> bool:
    """True for a word of riding and stopping, and for a vehicle."""
    return _STOPS.fullmatch(word) is not None or stem(word) in _VEHICLES or word == "call"


def _rows(asked: TableQuestion, table: Table) -> tuple[Row, ...]:
    mentions = asked.rows(table)
    return tuple(mention.row for mention in mentions if mention.score >= max(NAMED, mentions[0].score - 0.1))


def _served(row: Row, column: int) -> bool:
    cell = row.cells[column] if column < len(row.cells) else ""
    return minutes_of(cell) is not None


def _known(row: Row, table: Table) -> bool:
    """True when every cell of the row has its place: one that was not read at all leaves open which it is."""
    return len(row.cells) == len(table.header) and any(row.cells)


def _whether(named: _Asked) -> Finding | None:
    question = named.question.question
    heads = {named.table.header[column].text for column in named.columns}
    if question.asks != "whether" or len(named.rows) != 1 or len(heads) != 1:
        return None
    (row,), column = named.rows, named.columns[0]
    if not _known(row, named.table) or len({_served(row, at) for at in named.columns}) != 1:
        return None
    served = _served(row, column)
    if not served and not is_placeholder(row.cells[column] or "-"):
        return None
    holds = served != (_NOT.search(question.text) is not None)
    chinese = question.language == "zh"
    lead = ("是的。" if holds else "不。") if chinese else ("Yes. " if holds else "No. ")
    if served:
        told = said(row, named.table, column, question)
    elif chinese:
        told = sentence(f"{named.table.header[column].text}在{row.label.text}不停", "zh")
    else:
        told = sentence(f"{named.table.header[column].text} has no time at {row.label.text}", "en")
    return Finding(f"{lead}{told}", (row.line,), 3.0)


def _first(named: _Asked) -> Finding | None:
    """Which is the first, or the last, to be there."""
    question = named.question.question
    wanted = _FIRST.search(question.text) or _LAST.search(question.text)
    if wanted is None or not _asks_head(named) or len(named.rows) != 1 or not _known(named.rows[0], named.table):
        return None
    row = named.rows[0]
    times = [(minutes_of(cell), column) for column, cell in enumerate(row.cells)]
    known = [(time, column) for time, column in times if time is not None]
    if len(known) < 2:
        return None
    _, column = (min if _FIRST.search(question.text) else max)(known)
    return Finding(said(row, named.table, column, question), (row.line,), 3.0, named.table.header[column].text)


def _which(named: _Asked) -> Finding | None:
    """The columns that have a time in the row that is named, or have none; how many when that is asked."""
    question = named.question.question
    if not _asks_head(named) or len(named.rows) != 1 or named.columns or not _known(named.rows[0], named.table):
        return None
    row = named.rows[0]
    negated = _NOT.search(question.text) is not None
    chosen = [column for column in range(len(row.cells)) if _served(row, column) != negated]
    heads = [named.table.header[column].text for column in chosen]
    return _listed(heads, [row], question) if heads and len(heads) <= len(row.cells) else None


def _where(named: _Asked) -> Finding | None:
    """The rows where the column that is named has a time, or has none; how many when that is asked."""
    question = named.question.question
    corner = Wording.of(named.table.corner)
    counted = set(map(stem, question.tokens)) & corner.distinct or re.search(
        r"哪些站|几站|几个站|哪几站", question.text
    )
    if not counted or named.rows or len(named.columns) != 1 or question.asks not in ("what", "many"):
        return None
    if not all(_known(row, named.table) for row in named.table.rows) or question.ordinal is not None:
        return None
    (column,) = named.columns
    negated = _NOT.search(question.text) is not None
    rows = [row for row in named.table.rows if _served(row, column) != negated]
    return _listed([row.label.text for row in rows], rows, question) if rows else None


def _asks_head(named: _Asked) -> bool:
    """True when the question asks for what the heads are: "which bus", "how many trams", 哪路车."""
    question = named.question.question
    if question.asks not in ("what", "many", "who"):
        return False
    if question.language == "zh":
        return _WHICH_ZH.search(question.text) is not None
    nouns = {word for head in named.table.header for word in head.stems if word.isalpha()}
    found = re.search(r"\b(?:which|what|how many) (?:of the )?([a-z]+)", " ".join(question.tokens))
    numbers = all(head.text.isdigit() for head in named.table.header)
    return found is not None and (stem(found[1]) in nouns or (numbers and stem(found[1]) in _VEHICLES))


_VEHICLES = frozenset(
    map(stem, "bus buses tram trams train trains line lines route routes ferry coach coaches".split())
)


def _listed(names: Sequence[str], rows: Sequence[Row], question: Question) -> Finding:
    joined = ("、" if question.language == "zh" else ", ").join(names)
    counts = question.asks == "many" or re.search(r"几[路班趟条个站]", question.text)
    if counts:
        joined = f"{len(names)}个：{joined}" if question.language == "zh" else f"{len(names)}: {joined}"
    return Finding(sentence(joined, question.language), tuple(row.line for row in rows), 3.0)
