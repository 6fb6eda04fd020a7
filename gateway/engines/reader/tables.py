"""Tables in lines of text: a header, and rows that end in as many values as the header has columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gateway.engines.reader.lines import SourceDocument, SourceLine
from gateway.engines.reader.values import Value
from gateway.engines.reader.wording import Concept, Wording

_ATTACHED = frozenset("hall street road park square station price number name date time no total".split())
"""Second words of a heading that is two words long, when nothing else tells where it ends."""
_NO_HEADS = ("money", "time", "phone", "email", "web")
_PLACEHOLDER = re.compile(r"^[-–—/*x|.]+$")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what stands before its values, and the values."""

    label: Wording
    cells: tuple[str, ...]
    line: SourceLine


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was recognised."""

    header: tuple[Wording, ...]
    """One text per column of values."""
    corner: str
    """What stands over the labels."""
    header_line: SourceLine
    rows: tuple[Row, ...]
    caption: Wording
    """The lines above it, and the corner."""

    @property
    def lines(self) -> tuple[SourceLine, ...]:
        """The header's line and those of the rows."""
        return (self.header_line, *(row.line for row in self.rows))


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in a table that a question led to."""

    table: Table
    row: Row
    column: int | None
    """None when the question chose a row only."""
    found: frozenset[Concept]
    """What of the question led here."""


def tables_of(document: SourceDocument) -> Iterator[Table]:
    """Every table of `document`: a header and at least two rows."""
    lines = document.lines
    place = 0
    while place < len(lines) - 2:
        header = lines[place]
        parted = _parted_rows(lines[place:])
        if parted:
            above = " ".join([header.cells[0], *(line.text for line in document.before(header, 3))])
            yield Table(tuple(map(Wording.of, header.cells[1:])), header.cells[0], header, parted, Wording.of(above))
            place += 1 + len(parted)
            continue
        count = len(_cells(lines[place + 1]))
        rows = _rows(lines[place + 1 :], count) if count > 0 and not header.text.endswith((".", ":")) else []
        heads = _heads(header, rows, count) if len(rows) >= 2 else None
        if heads is None:
            place += 1
            continue
        corner, columns = heads
        above = " ".join([corner, *(line.text for line in document.before(header, 3))])
        yield Table(tuple(map(Wording.of, columns)), corner, header, tuple(rows), Wording.of(above))
        place += 1 + len(rows)


def _parted_rows(lines: Sequence[SourceLine]) -> tuple[Row, ...]:
    """The rows under a header whose cells wide spaces part, as long as they have as many cells; at least two."""
    header = lines[0]
    if len(header.cells) < 2 or any(":" in cell for cell in header.cells) or _states_values(header):
        return ()
    rows: list[Row] = []
    for line in lines[1:]:
        if len(line.cells) != len(header.cells):
            break
        rows.append(Row(Wording.of(line.cells[0]), line.cells[1:], line))
    return tuple(rows) if len(rows) >= 2 else ()


def _states_values(header: SourceLine) -> bool:
    return any(value.kind in _NO_HEADS for value in header.values)


def _rows(lines: Sequence[SourceLine], count: int) -> list[Row]:
    rows: list[Row] = []
    for line in lines:
        cells = _cells(line)
        if len(cells) != count or line.text.endswith((".", ":")):
            break
        start = len(line.text) - len(line.text.split(cells[0], 1)[1]) - len(cells[0]) if count else 0
        rows.append(Row(Wording.of(line.text[:start].strip(" |")), tuple(cells), line))
    return rows


def _cells(line: SourceLine) -> list[str]:
    """The values that end the line, from left to right; dashes stand for empty cells."""
    cells: list[str] = []
    end = len(line.text)
    values = list(line.values)
    while end > 0:
        rest = line.text[:end].rstrip(" |")
        if values and values[-1].end >= len(rest) > values[-1].start:
            value: Value = values.pop()
            cells.insert(0, value.text)
            end = value.start
            continue
        word = rest.rpartition(" ")[2]
        if not word or not _PLACEHOLDER.match(word):
            break
        cells.insert(0, word)
        end = len(rest) - len(word)
    return cells


def _heads(header: SourceLine, rows: Sequence[Row], count: int) -> tuple[str, list[str]] | None:
    """The corner and the heads of `count` columns, or None when the line cannot be such a header."""
    if any(row.label.text.endswith(":") for row in rows):
        return None
    words = header.text.replace("|", " ").split()
    if _states_values(header) or any(":" in word for word in words):
        return None
    for merge in (_unmerged, _by_number, _by_lower_case, _by_second_word):
        heads = merge(words)
        if len(heads) == count + 1:
            return heads[0], heads[1:]
        if len(heads) == count:
            return ("", heads) if count > 1 else None
    over_labels = len(words) - count
    if over_labels > 0 and all(len(row.label.text.split()) == over_labels for row in rows):
        return " ".join(words[:over_labels]), words[over_labels:]
    return None


def _unmerged(words: Sequence[str]) -> list[str]:
    return list(words)


def _by_number(words: Sequence[str]) -> list[str]:
    return _merged(words, lambda previous, word: word.isdigit() and not previous[-1].isdigit())


def _by_lower_case(words: Sequence[str]) -> list[str]:
    return _merged(words, lambda _previous, word: word[:1].islower() or word[:1] == "(")


def _by_second_word(words: Sequence[str]) -> list[str]:
    return _merged(words, lambda _previous, word: word[:1].islower() or word.lower() in _ATTACHED)


def _merged(words: Sequence[str], belongs: Callable[[str, str], bool]) -> list[str]:
    heads: list[str] = []
    for word in words:
        if heads and belongs(heads[-1], word):
            heads[-1] += f" {word}"
        else:
            heads.append(word)
    return heads


def find_cells(table: Table, concepts: Sequence[Concept]) -> list[Cell]:
    """The places of `table` that together speak of most of `concepts`: best row and column, equally good ones all.

    A concept that every row or column shares ("bus") chooses none.
    """
    by_row = [frozenset(concept for concept in concepts if _in_row(row, concept)) for row in table.rows]
    by_column = [frozenset(concept for concept in concepts if head.speaks_of(concept)) for head in table.header]
    shared = frozenset(concept for concept in concepts if by_column and all(concept in found for found in by_column))
    best_row = max(map(len, by_row), default=0)
    if best_row == 0:
        return []
    best_column = max((len(found - shared) for found in by_column), default=0)
    cells: list[Cell] = []
    for row, row_found in zip(table.rows, by_row, strict=True):
        if len(row_found) < best_row:
            continue
        if best_column == 0:
            cells.append(Cell(table, row, None, row_found | shared))
            continue
        cells.extend(
            Cell(table, row, column, row_found | found)
            for column, found in enumerate(by_column)
            if len(found - shared) == best_column
        )
    return cells


def _in_row(row: Row, concept: Concept) -> bool:
    return row.label.speaks_of(concept) or (not row.label.text and Wording.of(row.cells[0]).speaks_of(concept))
