"""Lists in lines of text: labels with one kind of value each, without a header: menus, ingredients, accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.page.tables import Row, Table, caption_of, section_of
from gateway.engines.reader.words.values import Kind, find_values
from gateway.engines.reader.words.wording import Wording

_LISTED = ("money", "number", "quantity", "duration", "percent")
LEAST_LIST = 2
"""Rows of a list that has no header."""


def lists_of(document: SourceDocument, tables: Sequence[Table]) -> Iterator[Table]:
    """Runs of lines that are a label and a value of one kind: menus, ingredients, accounts without a header."""
    taken = {line.index for table in tables for line in table.lines}
    lines = document.lines
    place = 0
    while place < len(lines):
        run: list[tuple[SourceLine, str, str, Kind]] = []
        while place + len(run) < len(lines) and (item := _item(lines[place + len(run)])) is not None:
            if item[3] not in _LISTED or lines[place + len(run)].index in taken or (run and item[3] != run[0][3]):
                break
            run.append(item)
        rows = tuple(Row(Wording.of(label), (value,), line) for line, label, value, _ in run)
        if len(rows) >= LEAST_LIST and any(not row.is_total for row in rows):
            first = rows[0].line
            above = document.before(first, 1)
            yield Table((Wording.of(""),), "", first, rows, caption_of(document, first, ""), section_of(above), False)
        place += max(1, len(run))


def _item(line: SourceLine) -> tuple[SourceLine, str, str, Kind] | None:
    """A label with one value at its end, colon or not; or a quantity before what it is of."""
    values = line.values
    if not values or line.text.endswith((".", "。", "?", "？", ",", "，")) or len(line.text.split()) > 8:
        return None
    last = values[-1]
    if last.end >= len(line.text) and last.start > 0:
        label = line.text[: last.start].strip(" .:…|-–")
        if label and any(map(str.isalpha, label)) and not find_values(label):
            return line, label, last.text, last.kind
    bullet = re.match(r"[-*•–] ", line.text)
    begin = bullet.end() if bullet else 0
    first = values[0]
    if first.start == begin and first.kind in ("quantity", "number"):
        label = re.sub(r"^\s*(?:of |x )?", "", line.text[first.end :])
        if label[:1].isalpha() and not find_values(label):
            return line, label, first.text, "quantity"
    return None
