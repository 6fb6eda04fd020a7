"""Tables in lines of text: a header and rows.

The OCR stage parts cells by wide spaces; where it could not, rows are told by the values that end them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.page.missing_times import with_gaps
from gateway.engines.reader.page.running_balance import filled
from gateway.engines.reader.words.labels import field_of_label
from gateway.engines.reader.words.values import Kind, Value, amount_of, find_values
from gateway.engines.reader.words.wording import Wording

_ATTACHED = frozenset("hall street road park square station price number name date time no total".split())
"""Second words of a heading that is two words long, when nothing else tells where it ends."""
_NO_HEADS = ("money", "time", "phone", "email", "web")
_ROUTE = re.compile(r"[A-Z]{0,2}\d{1,3}[A-Z]?")
_PRICE = re.compile(r"-?\d+(?:[.,]\d{3})*[.,]\d{2}")
_SENTENCE_ZH = re.compile(r"[\u3400-\u9fff].{5,}[，；。、].{3,}")
"""What no head of a column is: a Chinese sentence, or a list."""
_PLACEHOLDER = re.compile(r"^[-–—/*x|.]+$")
_TOTAL_FIELDS = frozenset("total subtotal tax discount shipping balance deposit amount".split())
_TOTAL_ROW = re.compile(
    r"^(?:sum|all|overall|totals?|change|rounding|cash|card|visa|mastercard|tendered|given)\b|\b(?:sub)?total\b|\b(?:vat|tax|discount|shipping"
    r"|deposit|balance)\b"
    r"|\b(?:amount|deposit|already) (?:paid|due)\b|^(?:paid|due)\b|\bservice charge\b|合计|总计|小计"
    r"|总额|共计|应付|应收|实付"
    r"|实收|收款|现金|找零|优惠|折扣|服务费|税|抹零|已付|余款|积分|支付$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its label, and the cells beside it."""

    label: Wording
    cells: tuple[str, ...]
    """Empty where nothing stands."""
    line: SourceLine

    @property
    def is_total(self) -> bool:
        """True for a row that sums up others, or changes the sum: it is no item."""
        known = field_of_label(self.label.text)
        return (known is not None and known.name in _TOTAL_FIELDS) or _TOTAL_ROW.search(self.label.text) is not None


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was recognised."""

    header: tuple[Wording, ...]
    """One text per column beside the labels; empty texts in a list without a header."""
    corner: str
    """What stands over the labels."""
    header_line: SourceLine
    rows: tuple[Row, ...]
    caption: Wording
    """The lines above it, and the corner."""
    section: Wording
    """The line directly above it, if that is a short text: it may name this table alone."""
    has_header: bool = True

    @property
    def lines(self) -> tuple[SourceLine, ...]:
        """The header's line and those of the rows."""
        head = (self.header_line,) if self.has_header else ()
        return (*head, *(row.line for row in self.rows))

    @property
    def items(self) -> tuple[Row, ...]:
        """The rows that are no totals."""
        return tuple(row for row in self.rows if not row.is_total)

    def kind(self, column: int) -> Kind | None:
        """The kind of value that most cells of the column hold; None for text."""
        return _kind_of(tuple(row.cells[column] for row in self.rows))


@lru_cache(maxsize=1024)
def _kind_of(cells: tuple[str, ...]) -> Kind | None:
    filled_cells = [cell for cell in cells if cell and not _PLACEHOLDER.match(cell)]
    kinds = Counter(
        values[0].kind for cell in filled_cells if (values := find_values(cell)) and _is_value(cell, values)
    )
    if not kinds:
        return None
    kind, count = kinds.most_common(1)[0]
    return kind if count >= 0.5 * len(filled_cells) else None


def _is_value(cell: str, values: Sequence[Value]) -> bool:
    """True when the cell is a value and hardly anything else."""
    return sum(value.end - value.start for value in values) >= 0.6 * len(cell.replace(" ", ""))


def tables_of(document: SourceDocument) -> Iterator[Table]:
    """Every table of `document`: a header and at least two rows."""
    lines = document.lines
    place = 0
    while place < len(lines) - 2:
        found = _parted_table(document, place) or _counted_table(document, place)
        if found is None:
            place += 1
            continue
        yield found
        place += 1 + len(found.rows)


def section_of(above: Sequence[SourceLine]) -> Wording:
    """The line above, when it is a short text that may name what stands below it."""
    named = (
        above and not above[0].values and len(above[0].text.split()) <= 5 and not above[0].text.endswith((".", "。"))
    )
    return Wording.of(above[0].text if named else "")


def caption_of(document: SourceDocument, header: SourceLine, corner: str) -> Wording:
    """What stands over a table: the corner and the lines above the header, up to a row of the table before."""
    above: list[str] = []
    for line in document.before(header, 3):
        if len(line.cells) > 2 and line.values:  # a row of the table before says nothing of this one
            break
        above.append(line.text)
    return Wording.of(" ".join([corner, *above]))


def _parted_table(document: SourceDocument, place: int) -> Table | None:
    """The rows under a header whose cells wide spaces part, as long as they go on; at least two."""
    lines = document.lines[place:]
    header = lines[0]
    if (
        len(header.cells) < 2
        or any(":" in cell or _SENTENCE_ZH.search(cell) for cell in header.cells)
        or _states_values(header)
    ):
        return None
    if re.fullmatch(r"[(（]?\d{1,2}[)）.、:]", header.cells[0]):
        return None  # the tasks of a worksheet, their numbers set apart
    under: list[SourceLine] = []
    if lines[1].page != header.page:
        return None
    for line in lines[1:]:
        if len(line.cells) < 2 or abs(len(line.cells) - len(header.cells)) > 1 or line.text.endswith((".", "。")):
            break
        if any(re.search(r"[:：]$|\w: ", cell) for cell in line.cells[:1]):
            break
        if not line.values and any(row.values for row in under):  # the header of the next table
            break
        under.append(line)
    if len(under) < 2:
        return None
    width = Counter(len(line.cells) for line in under).most_common(1)[0][0]
    heads = list(header.cells)
    if len(heads) == width - 1:
        heads = _split_heads(heads)
    heads = _mended(heads)
    width = len(heads)
    grid = [_fitted(line.cells, width) for line in under]
    kept = next((number for number, cells in enumerate(grid) if cells is None), len(grid))
    fitting = [cells for cells in grid[:kept] if cells is not None]
    whole = with_gaps(fitting, width) or filled(heads, fitting, _opening(document, header))
    if kept < 2:
        return None
    if _labels_apart(whole, heads):
        heads, whole = ["", *heads], [("", *cells) for cells in whole]
    label = _label_column(whole, heads)
    rows = tuple(
        Row(_label(cells[label]), (*cells[:label], *cells[label + 1 :]), line)
        for cells, line in zip(whole, under, strict=False)
    )
    others = tuple(Wording.of(head) for number, head in enumerate(heads) if number != label)
    above = document.before(header, 1)
    return Table(others, heads[label], header, rows, caption_of(document, header, heads[label]), section_of(above))


def _opening(document: SourceDocument, header: SourceLine) -> Decimal | None:
    """The balance that is stated above a table."""
    stated = [line for line in document.before(header, 3) if re.search(r"balance|余额|结余", line.text, re.IGNORECASE)]
    return amount_of(stated[0].text) if stated else None


def _label(text: str) -> Wording:
    """What a row is called; empty for a dash, which says that nothing stands there."""
    return Wording.of("" if is_placeholder(text) else text)


def is_placeholder(cell: str) -> bool:
    """True for a dash or the like, which stands for an empty cell."""
    return _PLACEHOLDER.match(cell) is not None


def _labels_apart(grid: Sequence[Sequence[str]], heads: Sequence[str]) -> bool:
    """True for a part of a table without its labels: every column holds times, under heads that differ in a number."""
    named = {re.sub(r"\d+", "", head) for head in heads}
    numbered = all(re.search(r"\d", head) for head in heads)
    return (
        numbered
        and len(named) == 1
        and all(_kind_of(tuple(row[column] for row in grid)) == "time" for column in range(len(heads)))
    )


def _mended(heads: Sequence[str]) -> list[str]:
    """Heads of numbered things with a number that was read as a letter mended: "Line l" beside "Line 2"."""
    pairs = [head.rpartition(" ") for head in heads]
    nouns = Counter(noun for noun, _, number in pairs if noun and number.isdigit())
    return [
        f"{noun} {_LOOKALIKES[number]}" if nouns[noun] >= 2 and number in _LOOKALIKES else head
        for head, (noun, _, number) in zip(heads, pairs, strict=True)
    ]


_LOOKALIKES = {"l": "1", "I": "1", "i": "1", "|": "1", "O": "0", "S": "5", "Z": "2", "B": "8"}


def _split_heads(heads: list[str]) -> list[str]:
    """Heads that were read as one, parted; an empty corner where none can be parted."""
    for number, head in enumerate(heads):
        words = head.split()
        alone = all(len(other.split()) == 1 for other in heads if other is not head)
        if len(words) == 2 and (alone or words[0].endswith(".")) and words[1].lower() not in _ATTACHED:
            return [*heads[:number], *words, *heads[number + 1 :]]
        if not words[0].isascii() and len(head) == 4 and field_of_label(head[:2]) and field_of_label(head[2:]):
            return [*heads[:number], head[:2], head[2:], *heads[number + 1 :]]
    return ["", *heads]


def _fitted(cells: Sequence[str], width: int) -> tuple[str, ...] | None:
    """`cells` with two values that were read as one parted; one short at most, None when they do not fit."""
    if len(cells) == width - 1:
        for number, cell in enumerate(cells):
            values = find_values(cell)
            if len(values) == 2 and values[0].start == 0 and values[1].end == len(cell):
                return (*cells[:number], values[0].text, values[1].text, *cells[number + 1 :])
        for number, cell in enumerate(cells):
            values = find_values(cell)
            if (
                values
                and values[-1].end == len(cell)
                and values[-1].start > 1
                and values[-1].kind in ("number", "money")
            ):
                head = cell[: values[-1].start].strip()
                if head.isalpha() and number == 0:
                    return (head, values[-1].text, *cells[1:])
        return tuple(cells)
    if len(cells) == width + 1 and not find_values(cells[0]) and not find_values(cells[1]):
        return (f"{cells[0]} {cells[1]}", *cells[2:])
    return tuple(cells) if len(cells) == width else None


def _label_column(grid: Sequence[Sequence[str]], heads: Sequence[str]) -> int:
    """The first column, unless that only numbers or dates the rows and one other column is text."""
    kinds = [_kind_of(tuple(row[column] for row in grid)) for column in range(len(heads))]
    texts = [column for column, kind in enumerate(kinds) if kind is None and any(row[column] for row in grid)]
    dated = kinds[0] in ("number", "date", "time", "weekday", "code")
    return texts[0] if dated and len(texts) == 1 else 0


def _states_values(header: SourceLine) -> bool:
    """True for a line that holds what heads do not; the numbers of buses side by side look like a telephone's."""
    if len(header.cells) == 2 and _TOTAL_ROW.search(header.cells[0]) and amount_of(header.cells[1]) is not None:
        return True  # 件数合计 5 over the sums of a receipt
    if any(_PRICE.fullmatch(cell) for cell in header.cells[1:]):
        return True
    routes = all(_ROUTE.fullmatch(cell) for cell in header.cells[1:]) and len(header.cells) > 2
    return not routes and any(value.kind in _NO_HEADS for value in header.values)


def _counted_table(document: SourceDocument, place: int) -> Table | None:
    """A header and rows that end in as many values as the header has columns."""
    lines = document.lines
    header = lines[place]
    if lines[place + 1].page != header.page or header.text.endswith(("?", "？")):
        return None  # the last line of a letter is no header of the page after it, nor a question one of its options
    count = len(_cells(lines[place + 1]))
    rows = _rows(lines[place + 1 :], count) if count > 0 and not header.text.endswith((".", ":")) else []
    if _is_header(rows) or _is_heading(header, rows, count):
        return None
    heads = _heads(header, rows, count) if len(rows) >= 2 else None
    if heads is None:
        return None
    corner, columns = heads
    caption = caption_of(document, header, corner)
    return Table(
        tuple(map(Wording.of, columns)), corner, header, tuple(rows), caption, section_of(document.before(header))
    )


def _is_heading(header: SourceLine, rows: Sequence[Row], count: int) -> bool:
    """True for words over a list, "Main courses", that wide spaces do not part as they part every row of it.

    Options of a question, "a) 21" over "b) 27", are no table either.
    """
    letters = sum(re.fullmatch(r"[(]?[A-Ha-h]{1,2}[.)、:,]?", row.label.text) is not None for row in rows)
    if rows and letters >= len(rows) - 1 >= 1:
        return True
    return count == 1 and len(header.cells) == 1 and bool(rows) and all(len(row.line.cells) == 2 for row in rows)


def _is_header(rows: Sequence[Row]) -> bool:
    """True when the first row is the header itself: bare numbers of buses over columns of times."""
    if len(rows) < 3:
        return False
    first, *others = rows
    return all(
        cell.isdigit() and _kind_of(tuple(row.cells[column] for row in others)) == "time"
        for column, cell in enumerate(first.cells)
    )


def _rows(lines: Sequence[SourceLine], count: int) -> list[Row]:
    rows: list[Row] = []
    for line in lines:
        cells = _cells(line)
        if len(cells) != count or line.text.endswith((".", ":")) or len(line.cells) > count + 1:
            break
        start = len(line.text) - len(line.text.split(cells[0], 1)[1]) - len(cells[0]) if count else 0
        rows.append(Row(_label(line.text[:start].strip(" |")), tuple(cells), line))
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
