"""Grids of records: visits side by side, classes or buildings one below the other, each with when, where and who."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.words.numbers import parse_chinese
from gateway.engines.reader.words.values import find_values, of_kinds
from text.script import has_ideographs

LONGEST_HEAD = 28
"""Characters of a head; what is longer is a sentence."""
FEWEST_RECORDS = 2
FEWEST_NAMED = 2
"""So many heads must say when, where or who for the records to be those of visits, classes or the like."""

_PERSON_HEAD = (
    r"\b(?:with|doctor|nurse|teacher|leader|coach|contact|staff|person|guide|tutor|driver|speaker|name|who)\b"
    r"|负责人|联系人|老师|班主任|医生|值班|主讲|教练|司机|姓名|领队|师傅"
)
HEADS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (asks, re.compile(pattern, re.IGNORECASE))
    for asks, pattern in (
        ("when", r"\b(?:date|time|times|day|days|when|hours)\b|日期|时间|星期|时段|几点"),
        (
            "where",
            r"\b(?:where|place|room|location|venue|hall|address|building|gate)\b|地点|教室|房间|位置|地址|场地|诊室",
        ),
        (
            "who",
            _PERSON_HEAD,
        ),
        ("long", r"\b(?:length|duration|lasts?|how long)\b|时长|用时|课时"),
        ("many", r"\b(?:number|count|pupils|students|places|seats|people)\b|人数|数量|名额"),
        (
            "what",
            r"^(?:what|subject|activity|purpose|topic|visit|class|group)$|^(?:内容|事项|项目|班级|楼栋|区域|科目|车号)$",
        ),
    )
)
"""What a head says of its records, by what is asked."""
_PIECES = re.compile(r"[、,，/;；]| and |(?<=[楼班])和")
_NUMBERED_ZH = re.compile(r"[一二三四五六七八九十]+(?=\(|号|班|栋|楼|年级|组|单元|区|车)")
_NUMBER_EN = re.compile(r"\b(one|two|three|four|five|six|seven|eight|nine|ten)\b")
_WORDS_EN = "one two three four five six seven eight nine ten".split()
_RANGE_ZH = re.compile(r"(\d+)\D{0,3}(?:至|到|-|—|~)(\d+)")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a record says."""

    head: str
    text: str
    line: SourceLine


@dataclass(frozen=True, slots=True)
class Record:
    """One visit, class or building."""

    label: str
    said: tuple[Said, ...]
    """Its own label first, under the head over the labels."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Records with the same heads."""

    heads: tuple[str, ...]
    records: tuple[Record, ...]
    line: SourceLine
    """The first."""


def kinds_of_head(head: str) -> tuple[str, ...]:
    """What of "when", "where", "who", "long", "many" and "what" a head answers."""
    return tuple(asks for asks, pattern in HEADS if pattern.search(head))


def grids_of(document: SourceDocument) -> Iterator[Grid]:
    """Every grid of records, in order; a record is a row, or a column where the row's labels are the heads."""
    lines = document.lines
    at = 0
    while at < len(lines):
        block = _block(lines, at)
        grid = _grid(block) if block is not None else None
        if block is None or grid is None:
            at += 1
            continue
        yield grid
        at += len(block)


def _block(lines: Sequence[SourceLine], at: int) -> list[SourceLine] | None:
    """The lines of a grid that begins at `at`: a head of short cells, and rows with as many, or one more each."""
    head = lines[at]
    if len(head.cells) < FEWEST_RECORDS or any(not _is_head(cell) for cell in head.cells):
        return None
    width = 0
    block = [head]
    for line in lines[at + 1 :]:
        if line.page != head.page or len(line.cells) < FEWEST_RECORDS:
            break
        width = width or len(line.cells)
        if len(line.cells) != width:
            break
        block.append(line)
    if (
        len(block) <= FEWEST_RECORDS
        or width not in (len(head.cells), len(head.cells) + 1)
        or width < FEWEST_RECORDS + 1
    ):
        return None
    return block


def _is_head(cell: str) -> bool:
    return len(cell) <= LONGEST_HEAD and not of_kinds(find_values(cell), ("money", "time", "date", "phone"))


def _grid(block: Sequence[SourceLine]) -> Grid | None:
    head, rows = block[0], block[1:]
    corner = head.cells[0] if len(head.cells) == len(rows[0].cells) else ""
    across = head.cells[1:] if corner else head.cells
    down = tuple(line.cells[0] for line in rows)
    over, beside = _named(across), _named(down)
    if max(over, beside) < FEWEST_NAMED:
        return None
    if over >= beside:
        records = [
            Record(
                line.cells[0],
                tuple(Said(name, text, line) for name, text in zip((corner, *across), line.cells, strict=True)),
            )
            for line in rows
        ]
        heads = (corner, *across)
    else:
        records = [
            Record(
                label,
                (
                    Said(corner, label, head),
                    *(Said(line.cells[0], line.cells[place], line) for line in rows),
                ),
            )
            for place, label in enumerate(across, start=1)
        ]
        heads = (corner, *down)
    return Grid(heads, tuple(records), head) if len(records) >= FEWEST_RECORDS else None


def _named(heads: Sequence[str]) -> int:
    return sum(bool(kinds_of_head(head)) for head in heads)


def compact(text: str) -> str:
    """`text` without spaces and with plain brackets: 四 （3） 班 is 四(3)班."""
    return text.replace("（", "(").replace("）", ")").replace(" ", "").lower()


def numbers_in(text: str) -> tuple[int, ...]:
    """The numbers that number things, in order: 四(3)班 and "class 4 (3)" both have 4 and 3."""
    plain = _NUMBERED_ZH.sub(lambda found: str(parse_chinese(found[0]) or found[0]), compact(text))
    if not has_ideographs(text):
        plain = _NUMBER_EN.sub(lambda found: str(_WORDS_EN.index(found[1]) + 1), text.lower())
    return tuple(int(digits) for digits in re.findall(r"\d+", plain))


def is_numbered(label: str) -> bool:
    """True for a label that is a number with the name of its sort: 5号楼, "Building 5"."""
    return bool(numbers_in(label)) and len(re.sub(r"[\d\W]", "", label)) <= LONGEST_HEAD


def has_number(label: str, asked: tuple[int, ...]) -> bool:
    """True where the label, one of the things it names, or a thing in its range, has just these numbers."""
    pieces = [numbers_in(piece) for piece in _PIECES.split(label)]
    if asked in pieces:
        return True
    span = _RANGE_ZH.search(compact(label))
    return len(asked) == 1 and span is not None and int(span[1]) <= asked[0] <= int(span[2])
