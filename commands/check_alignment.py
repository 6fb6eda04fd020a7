"""What differed, as lines under each other: expected, heard, and a letter below each word that is not the same.

expected  what is the *** total on this invoice
heard     what is the new tax   on **** invoice
                      I   S        D
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from commands.terminal import escaped
from evaluation.scores import Relation, Score

LEGEND = "S: another one was heard, I: one too many, D: one is missing"

_MARKS: dict[Relation, str] = {"equal": "", "substitute": "S", "insert": "I", "delete": "D"}
_STYLES: dict[Relation, str] = {"equal": "dim", "substitute": "bold red", "insert": "bold red", "delete": "bold red"}
_LABELS = ("expected  ", "heard     ", "          ")
_CONTEXT = {"word": 6, "character": 16}
"""So much of what is the same is shown around a difference."""
_MOST_LINES = 12
"""Lines of three; what is beyond is only counted."""


@dataclass(frozen=True, slots=True)
class _Column:
    expected: str
    heard: str
    relation: Relation

    @property
    def width(self) -> int:
        """Terminal cells."""
        return max(cell_len(self.expected), cell_len(self.heard))


def aligned(score: Score, width: int) -> list[Text]:
    """The differences of `score` in lines of at most `width` cells, with some of what is the same around them."""
    gap = " " if score.unit == "word" else ""
    columns = list(_columns(score))
    cut = _rows(columns, width - len(_LABELS[0]), len(gap))
    rows = [row for row in cut if any(column.relation != "equal" for column in row)]
    lines = [line for row in rows[:_MOST_LINES] for line in _lines(row, gap)]
    left = sum(column.relation != "equal" for row in rows[_MOST_LINES:] for column in row)
    if left:
        lines.append(Text(f"… and {left} more differences; --json has all of them", style="dim"))
    return lines


def _columns(score: Score) -> Iterator[_Column]:
    around = _CONTEXT[score.unit]
    elided = "…" if score.unit == "word" else " … "
    last = len(score.alignment) - 1
    for place, part in enumerate(score.alignment):
        if part.relation == "equal":
            head, tail = around * (place > 0), around * (place < last)
            tokens = part.expected
            if len(tokens) > head + tail + 1:
                yield from (_same(token) for token in tokens[:head])
                yield _Column(elided, elided, "equal")
                tokens = tokens[len(tokens) - tail :]
            yield from (_same(token) for token in tokens)
            continue
        for at in range(max(len(part.expected), len(part.heard))):
            expected = _visible(part.expected[at]) if at < len(part.expected) else ""
            heard = _visible(part.heard[at]) if at < len(part.heard) else ""
            yield _Column(expected or "*" * cell_len(heard), heard or "*" * cell_len(expected), part.relation)


def _rows(columns: Sequence[_Column], width: int, gap: int) -> Iterator[list[_Column]]:
    """Columns cut into rows that fit; a column wider than a row has one of its own."""
    row: list[_Column] = []
    used = 0
    for column in columns:
        if row and used + column.width > width:
            yield row
            row, used = [], 0
        row.append(column)
        used += column.width + gap
    if row:
        yield row


def _lines(row: Sequence[_Column], gap: str) -> Iterator[Text]:
    texts = (
        [column.expected for column in row],
        [column.heard for column in row],
        [_MARKS[column.relation] for column in row],
    )
    for label, cells in zip(_LABELS, texts, strict=True):
        line = Text(label, style="dim")
        for column, cell in zip(row, cells, strict=True):
            line.append(cell + " " * (column.width - cell_len(cell)), style=_STYLES[column.relation])
            line.append(gap)
        line.rstrip()
        if line.plain:
            yield line


def _same(token: str) -> _Column:
    return _Column(_visible(token), _visible(token), "equal")


def _visible(token: str) -> str:
    return "␣" if token == " " else escaped(token)
