"""Tables and fields among the lines of a page, told from their cells and where these stand.

A table is a run of two lines or more whose cells stand below each other; labels with colons and their values are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from documents.layout.cells import CELL_GAP, Cell, cells_of
from pipeline.events import Line
from text.script import is_cjk

LONGEST_LABEL = 40
"""Characters."""
MOST_LABEL_WORDS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    cells: tuple[Cell, ...]
    """As many as the table has columns; an empty one has no text."""
    lines: tuple[Line, ...]
    """Several where a cell is wrapped."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows whose cells stand below each other."""

    rows: tuple[Row, ...]
    has_head: bool
    """Whether the first row names the columns."""

    @property
    def column_count(self) -> int:
        """Columns of every row."""
        return len(self.rows[0].cells)

    @property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """The text of every cell, row by row."""
        return tuple(tuple(cell.text for cell in row.cells) for row in self.rows)


@dataclass(frozen=True, slots=True)
class FieldSpan:
    """A label and its value within the text of a line; `begin` and `end` lie around the value."""

    key: str
    value: str
    begin: int
    end: int


_LABEL = re.compile(r"(?P<key>[^\W\d_][^:：?？!！。;；]*?)\s*[:：](?!//)(?P<blank>\s*)(?P<value>.*)", re.DOTALL)
_COUNT = re.compile(r"(?:^|\s)\d+$")
_MINUTES = re.compile(r"\d\d(?!\d)")
_BLANK = re.compile(r"[_.…\s]+")
_CLAUSE = re.compile(r"[，,]")
_GREETING = re.compile(r"dear\b|hello\b|hi\b|各位|尊敬|亲爱", re.IGNORECASE)
_NO_LABELS = re.compile(r"(?:https?|step \d+|q\d*|a\d*|note|tip|example|e\.g)$", re.IGNORECASE)


def field_spans(text: str) -> list[FieldSpan]:
    """The labels with values that make up the whole of `text`; none for a table's row, a list item or prose."""
    spans: list[FieldSpan] = []
    place = 0
    parts = text.split(CELL_GAP)
    for number, part in enumerate(parts):
        begin = place + len(part) - len(part.lstrip())
        stripped = part.strip()
        label = _label(stripped)
        if label is not None:
            value_begin = begin + label.start("value")
            spans.append(FieldSpan(label["key"].strip(), _filled(label["value"]), value_begin, begin + len(stripped)))
        elif stripped and spans and not spans[-1].value and number:
            last = spans.pop()
            spans.append(FieldSpan(last.key, _filled(stripped), begin, begin + len(stripped)))
        elif stripped:
            return []
        place += len(part) + len(CELL_GAP)
    return spans


def _label(text: str) -> re.Match[str] | None:
    found = _LABEL.fullmatch(text)
    if found is None:
        return None
    key = found["key"]
    long = len(key) > LONGEST_LABEL or len(key.split()) > MOST_LABEL_WORDS
    time = key[-1].isdigit() and _MINUTES.match(found["value"]) and not found["blank"]
    no_label = long or time or _COUNT.search(key) or _NO_LABELS.match(key) or _CLAUSE.search(key)
    return None if no_label or (not found["value"] and _GREETING.match(key)) else found


def _filled(value: str) -> str:
    return "" if _BLANK.fullmatch(value) else value.strip()


def table_spans(lines: Sequence[Line]) -> Iterator[tuple[int, int, Table]]:
    """(first line, line after the last, table) of every table, from the top."""
    cells = [_row_cells(line) for line in lines]
    fields = [bool(field_spans(line.text)) for line in lines]
    place = 0
    while place < len(lines):
        after = _run_end(lines, cells, fields, place)
        rows = _rows(lines, cells, place, after)
        if len(rows) < 2:
            place += 1
            continue
        yield place, after, Table(tuple(rows), _has_head(rows))
        place = after


def _row_cells(line: Line) -> tuple[Cell, ...]:
    """The cells of `line`; one only for an item of a list whose marker stands apart, and for choices in a row."""
    cells = cells_of(line)
    item = len(cells) == 2 and list_marker(cells[0].text + " x") is not None and cells[0].text[-1] in _MARKER_ENDS
    if item or (len(cells) > 1 and all(list_marker(cell.text) is not None for cell in cells)):
        return (Cell(line.text, line.words),)
    return cells


def list_marker(text: str) -> re.Match[str] | None:
    """The marker and the text of a list's item, as the groups of these names; None for anything else."""
    found = _MARKER.fullmatch(text)
    if found is None or (found["marker"] in _BARE_MARKS and not text[len(found["marker"])].isspace()):
        return None
    return found


_MARKER = re.compile(
    r"(?P<marker>[-•·●○■□◆▪*–—]|\(?\d{1,2}[.)](?!\d)|（\d{1,2}）|\d{1,2}、|\(?[A-Ha-h][.)、]|[①-⑳]"
    r"|§ ?\d{1,3}|第[一二三四五六七八九十\d]{1,3}条"
    r"|（?[一二三四五六七八九十]{1,3}[、）]|Step \d{1,2}:)\s*(?P<text>\S.*)"
)
_BARE_MARKS = "-–—*"
"""Signs that mark a list only with a space behind them."""
_MARKER_ENDS = tuple(".)）、•●·")


def _run_end(lines: Sequence[Line], cells: Sequence[tuple[Cell, ...]], fields: Sequence[bool], first: int) -> int:
    """Where the run of rows that begins with line `first` ends; `first` itself for no row."""
    after = first
    last_row = first
    columns = 0
    while after < len(lines):
        count = len(cells[after])
        if count > 1 and not fields[after]:
            columns = max(columns, count)
            last_row = after + 1
        elif columns and count > 1 and _ends_in_column(cells[after], cells[first:last_row]):
            last_row = after + 1  # "Total:   $30.00" below a column of amounts
        elif not (columns and count == 1 and not fields[after] and _is_continuation(lines, cells, after, first)):
            break
        after += 1
        if after - last_row > 2:
            break
    return last_row + _trailing(lines, cells, fields, last_row, first)


def _trailing(
    lines: Sequence[Line], cells: Sequence[tuple[Cell, ...]], fields: Sequence[bool], last_row: int, first: int
) -> int:
    """1 when the line below the last row is the rest of a wrapped cell of it."""
    if last_row <= first or last_row >= len(lines) or len(cells[last_row]) != 1 or fields[last_row]:
        return 0
    return int(_is_continuation(lines, cells, last_row, first))


def _ends_in_column(cells: Sequence[Cell], rows: Sequence[tuple[Cell, ...]]) -> bool:
    """Whether the last cell ends where the last cells of most rows of three columns or more end."""
    wide = [row for row in rows if len(row) >= 3 and row[-1].words]
    if not wide or not cells[-1].words:
        return False
    height = max(word.height for word in cells[-1].words)
    return abs(median(row[-1].right for row in wide) - cells[-1].right) < height


def _is_continuation(lines: Sequence[Line], cells: Sequence[tuple[Cell, ...]], place: int, first: int) -> bool:
    """Whether the only cell of a line is the rest of a cell of the row above: closer than rows are, and in a column."""
    line, above = lines[place], lines[place - 1]
    if place <= first or not line.words or not above.words:
        return False
    steps = [
        _top(lines[number]) - _top(lines[number - 1])
        for number in range(first + 1, place)
        if lines[number].words and lines[number - 1].words and len(cells[number]) > 1 and len(cells[number - 1]) > 1
    ]
    step = _top(line) - _top(above)
    if not 0 < step < (0.85 * min(steps) if steps else 1.5 * max(word.height for word in above.words)):
        return False
    (cell,) = cells[place]
    heads = [one for row in cells[max(first, place - 3) : place] for one in row if one.words]
    height = max(word.height for word in line.words)
    return any(abs(one.left - cell.left) < height or abs(one.right - cell.right) < height for one in heads)


def _rows(lines: Sequence[Line], cells: Sequence[tuple[Cell, ...]], first: int, after: int) -> list[Row]:
    """The rows of lines `first` to `after`, their cells put under each other."""
    if after - first < 2:
        return []
    columns = _columns(cells[first:after])
    rows: list[Row] = []
    for place in range(first, after):
        placed = _placed(cells[place], columns)
        if len(cells[place]) == 1 and rows and _is_continuation(lines, cells, place, first):
            both = tuple(_joined(*pair) for pair in zip(rows[-1].cells, placed, strict=True))
            rows[-1] = Row(both, (*rows[-1].lines, lines[place]))
        else:
            rows.append(Row(placed, (lines[place],)))
    return rows


def _joined(one: Cell, other: Cell) -> Cell:
    if not (one.text and other.text):
        return one if one.text else other
    between = "" if is_cjk(one.text[-1]) and is_cjk(other.text[0]) else " "
    return Cell(one.text + between + other.text, one.words + other.words)


_Extent = tuple[float, float] | None


def _columns(rows: Sequence[tuple[Cell, ...]]) -> list[_Extent]:
    """(left, right) of each column, in pixels, from the rows with most cells; None where no words tell."""
    count = max(len(row) for row in rows)
    full = [row for row in rows if len(row) == count]
    columns: list[_Extent] = []
    for place in range(count):
        known = [row[place] for row in full if row[place].words]
        extent = (min(cell.left for cell in known), max(cell.right for cell in known)) if known else None
        columns.append(extent)
    return columns


def _placed(cells: Sequence[Cell], columns: Sequence[_Extent]) -> tuple[Cell, ...]:
    """`cells` in their columns: each in the nearest one that keeps their order."""
    row = [Cell()] * len(columns)
    free = 0
    for number, cell in enumerate(cells):
        last = len(columns) - (len(cells) - number)
        place = min(range(free, last + 1), key=lambda column: _distance(cell, columns[column]))
        row[place] = cell
        free = place + 1
    return tuple(row)


def _distance(cell: Cell, column: _Extent) -> tuple[float, float]:
    """How far apart they are, and, where they overlap, how badly their edges agree."""
    if column is None or not cell.words:
        return 0.0, 0.0
    left, right = column
    apart = max(0.0, left - cell.right, cell.left - right)
    middles = abs((left + right) / 2 - (cell.left + cell.right) / 2)
    return apart, min(abs(left - cell.left), abs(right - cell.right), middles)


_FIGURE = re.compile(r"\d")


def _has_head(rows: Sequence[Row]) -> bool:
    """Whether the first row is words alone, and there are figures in the columns below."""
    first, *others = rows
    plain = [place for place, cell in enumerate(first.cells) if cell.text and not _is_figure(cell.text)]
    named = sum(bool(cell.text) for cell in first.cells)
    if not named or len(plain) < named:
        return _all_differ(first, others)
    return True


def _all_differ(first: Row, others: Sequence[Row]) -> bool:
    """Heads such as "Bus 10" and "2026" above times: most columns below hold something of another form."""
    forms = [[_form(row.cells[place].text) for row in others] for place in range(len(first.cells))]
    differing = [
        place for place, cell in enumerate(first.cells) if cell.text and _form(cell.text) not in forms[place][:3]
    ]
    return len(differing) > len(first.cells) / 2


def _is_figure(text: str) -> bool:
    return _FIGURE.search(text) is not None


def _form(text: str) -> str:
    """The text's shape: figures as 9, letters as a, signs as they are, each once in a row."""
    shape = re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", text))
    return re.sub(r"\s+", " ", shape)


def _top(line: Line) -> int:
    return min(word.top for word in line.words)
