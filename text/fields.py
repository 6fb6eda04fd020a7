"""Labels and values of a form, an invoice, a letterhead: "Total: $420.00", "Name ........ Ann", "姓名：张三".

    for field in find_fields(placed_lines(text)):
        print(field.key, "=", field.value)

Only what the print itself ties together is a field: a colon, leaders, columns, a box to tick. Nothing is inferred.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from text.field_labels import is_amount, is_block_label, is_figure, is_known_label, is_label, is_lead_in
from text.placed_lines import Place, PlacedLine
from text.script import is_cjk

CHECKED, UNCHECKED = "yes", "no"
"""Values of a box that stands alone."""


@dataclass(frozen=True, slots=True)
class FoundField:
    """A label with its value."""

    key: str
    """As printed, without its colon."""
    value: str
    """Empty for a blank to be filled in. Of a row of boxes, what is ticked, by commas; of a single box `CHECKED` or
    `UNCHECKED`."""
    place: Place
    """The line of the label."""
    confidence: float | None = None
    """Of the words of the value, of the key where that is empty; 0..1, None where it is not known."""
    options: tuple[tuple[str, bool], ...] = ()
    """Of a row of boxes: what stands beside each, and whether it is ticked."""


@dataclass(frozen=True, slots=True)
class _Span:
    """A field within the text of a line."""

    key: str
    value: str
    begin: int
    end: int
    """Around the value; around the key where the value is empty."""
    options: tuple[tuple[str, bool], ...] = ()
    by_colon: bool = False


LONGEST_LINE = 4000
"""Characters; a longer line holds no field."""


def find_fields(lines: Iterable[PlacedLine]) -> tuple[FoundField, ...]:
    """The fields of one document, in reading order; several of one name are all there. Never fails."""
    lines = [line for line in lines if line.text.strip()]
    spans = [_spans_of(line.text) if len(line.text) <= LONGEST_LINE else [] for line in lines]
    for number, found in _columns(lines, spans):
        spans[number] = found
    fields: list[FoundField] = []
    number = 0
    while number < len(lines):
        line, found = lines[number], spans[number]
        fields += (_field(line, span) for span in found)
        number += 1
        if not found:
            continue
        taken = _continuation(lines, spans, number, found[-1])
        if taken is None:
            fields.pop()  # a heading of what stands below it
        elif taken:
            fields[-1] = _with_lines(fields[-1], lines[number : number + taken])
            number += taken
    return tuple(fields)


def _field(line: PlacedLine, span: _Span) -> FoundField:
    confidence = line.confidence_between(span.begin, span.end)
    return FoundField(span.key, span.value, line.place, confidence, span.options)


# ------------------------------------------------------------------------------------------------- within one line

_COLON = re.compile(r"\s*[:：](?!//)\s*")
_LEADERS = re.compile(r"\s*(?:\.{3,}|(?:\.\s){3,}\.?|…+|·{3,}|[_＿]{2,}|-{4,}|—{2,})\s*")
_GAP = re.compile(r"\s{3,}|\t+")
_LONG_BLANK = re.compile(r"[_＿.…]{2,}\s*")
_BLANK = re.compile(r"[\s_＿.…·—-]*")
_BRACKETED_LABEL = re.compile(r"【\s*([^【】\s][^【】]{0,19})】\s*([^【】]*)")
_BOX = re.compile(r"(?P<box>\[\s?[xX✓✔√*]?\s?\]|[☐☑☒□■✓✔❏❑]|[(（][xX✓✔√][)）])")
_TICKED = re.compile(r"[xX✓✔√*☑☒■]")


def _spans_of(text: str) -> list[_Span]:
    """The fields that a line states by its own signs; none for prose."""
    if len(_BOX.findall(text)) and (boxes := _boxes(text)):
        return boxes
    if bracketed := _bracketed(text):
        return bracketed
    if is_lead_in(text):
        return []
    spans: list[_Span] = []
    cells = list(_cells(text))
    for begin, cell in cells:
        found = _labelled(cell, begin) or _led(cell, begin)
        if found:
            spans += found
        elif spans and not spans[-1].value and spans[-1].by_colon:
            spans[-1] = replace(spans[-1], value=_filled(cell), begin=begin, end=begin + len(cell))
        elif not spans and len(cells) == 1:
            return _by_known_label(cell, begin)
        elif not spans or len(cells) > 2:
            return []  # a row of a table
    return spans


def _cells(text: str) -> Iterator[tuple[int, str]]:
    """(begin, text) of the pieces of a line that stand apart."""
    begin = 0
    for gap in [*_GAP.finditer(text), None]:
        end = gap.start() if gap else len(text)
        if text[begin:end].strip():
            yield begin + len(text[begin:end]) - len(text[begin:end].lstrip()), text[begin:end].strip()
        begin = gap.end() if gap else end


def _labelled(cell: str, offset: int) -> list[_Span]:
    """The fields of a cell with colons; several when known labels follow each other."""
    colons = [colon for colon in _COLON.finditer(cell) if not _in_a_figure(cell, colon)]
    if not colons or not is_label(cell[: colons[0].start()]):
        return []
    starts = [0]
    used = [colons[0]]
    for colon in colons[1:]:
        start = _label_start(cell, used[-1].end(), colon)
        if start is not None:
            starts.append(start)
            used.append(colon)
    spans: list[_Span] = []
    for place, (start, colon) in enumerate(zip(starts, used, strict=True)):
        end = starts[place + 1] if place + 1 < len(starts) else len(cell)
        spans += _span(cell, start, colon.start(), colon.end(), end, offset)
    return spans


def _span(cell: str, start: int, key_end: int, value_start: int, end: int, offset: int) -> Iterator[_Span]:
    key, printed = cell[start:key_end].strip(), cell[value_start:end].strip()
    value = _filled(printed)
    begin = offset + (value_start if value else start)
    yield _Span(key, value, begin, offset + (value_start + len(printed) if value else key_end), by_colon=True)


def _in_a_figure(cell: str, colon: re.Match[str]) -> bool:
    """Whether a colon stands in a time or a ratio: "9:40", "1 : 3"."""
    return cell[: colon.start()][-1:].isdigit() and cell[colon.end() :][:1].isdigit()


def _label_start(cell: str, after: int, colon: re.Match[str]) -> int | None:
    """Where the label before `colon` begins, behind the value that begins at `after`; None for no label."""
    between = cell[after : colon.start()]
    blanks = list(_LONG_BLANK.finditer(between))
    if blanks and is_label(between[blanks[-1].end() :]):
        return after + blanks[-1].end()
    words = [match.start() for match in re.finditer(r"\S+", between)]
    for start in words:  # the longest known one
        if (start or len(words) == 1) and is_known_label(between[start:]):
            return after + start
    if len(words) < 2 or not is_label(between[words[-1] :]):
        return None
    start = words[-1]
    in_figures = any(map(str.isdigit, between[words[-2] : start])) or cell[colon.end() :][:1].isdigit()
    return after + start if is_cjk(between[start]) or (between[start].isupper() and in_figures) else None


def _led(cell: str, offset: int) -> list[_Span]:
    """The fields of a cell with leaders: "Name ........ Ann", "Signature ________ Date ________"."""
    leaders = list(_LEADERS.finditer(cell))
    if not leaders:
        return []
    spans: list[_Span] = []
    start = 0
    for place, leader in enumerate(leaders):
        key = cell[start : leader.start()].strip()
        if not is_label(key) or key[-1] in ".!?。！？,，":
            return []
        end = leaders[place + 1].start() if place + 1 < len(leaders) else len(cell)
        after = cell[leader.end() : end].strip()
        if place + 1 < len(leaders):  # what follows is the next label
            spans.append(_Span(key, "", offset + start, offset + leader.start()))
            start = leader.end()
            continue
        if after and _is_sentence_rest(after):
            return []
        begin = offset + (leader.end() if after else start)
        spans.append(_Span(key, after, begin, offset + (end if after else leader.start())))
    return spans


def _is_sentence_rest(text: str) -> bool:
    """Whether what stands behind a row of dots goes on with a sentence, so that it was a gap in it."""
    return text[0] in ".,;!?。，；！？" or (text[0].islower() and len(text.split()) > 2)


def _filled(value: str) -> str:
    return "" if _BLANK.fullmatch(value) else value.strip().rstrip("_＿").rstrip()


def _bracketed(text: str) -> list[_Span]:
    found = list(_BRACKETED_LABEL.finditer(text))
    if not found or text[: found[0].start()].strip():
        return []
    return [
        _Span(match[1].strip(), _filled(match[2]), match.start(2) if match[2].strip() else match.start(1), match.end())
        for match in found
    ]


def _by_known_label(cell: str, offset: int) -> list[_Span]:
    """A field without a sign between its parts: "Subtotal $400.00", "Tel 555-0142", "姓名 张三"."""
    for match in reversed(list(re.finditer(r"\s+", cell))):
        key, value = cell[: match.start()], cell[match.end() :]
        amount = is_amount(value) and is_known_label(key, amounts=True)
        short = is_known_label(key) and (is_figure(value) or is_cjk(key[-1])) and len(value) <= 40
        if amount or short:
            return [_Span(key, value, offset + match.end(), offset + len(cell))]
    return []


# ------------------------------------------------------------------------------------------------------------ boxes


def _boxes(text: str) -> list[_Span]:
    """Boxes to tick: one field a row of them with a label in front, else one a box."""
    boxes = list(_BOX.finditer(text))
    before = text[: boxes[0].start()].strip()
    behind = not before or re.search(r"[:：?？]$", before) or len(boxes) > 1 or text[boxes[-1].end() :].strip()
    if not behind:  # "Newsletter [x]"
        return [_Span(before, _ticked(boxes[0]), 0, boxes[0].start())] if is_label(before) else []
    ends = [box.start() for box in boxes[1:]] + [len(text)]
    options = [
        (re.sub(r"[\s,;，；/]+$", "", text[box.end() : end].strip()), _TICKED.search(box[0]) is not None)
        for box, end in zip(boxes, ends, strict=True)
    ]
    options = [(name, ticked) for name, ticked in options if name]
    if not options:
        return []
    key = re.sub(r"\s*[:：]$", "", before)
    if key:
        value = ", ".join(name for name, ticked in options if ticked)
        return [_Span(key, value, 0, len(text), tuple(options))]
    return [_Span(name, CHECKED if ticked else UNCHECKED, 0, len(text)) for name, ticked in options]


def _ticked(box: re.Match[str]) -> str:
    return CHECKED if _TICKED.search(box[0]) else UNCHECKED


# --------------------------------------------------------------------------------------------- over several lines


def _columns(lines: Sequence[PlacedLine], spans: Sequence[list[_Span]]) -> Iterator[tuple[int, list[_Span]]]:
    """Lines of two cells, label and value, that state nothing by their own signs."""
    cells = [list(_cells(line.text)) if not found else [] for line, found in zip(lines, spans, strict=True)]
    pairs = [len(row) == 2 and is_label(row[0][1]) for row in cells]
    for number, row in enumerate(cells):
        if not pairs[number]:
            continue
        first, last = number, number
        while first and pairs[first - 1]:
            first -= 1
        while last + 1 < len(lines) and pairs[last + 1]:
            last += 1
        figures = sum(is_figure(cells[each][1][1]) for each in range(first, last + 1))
        is_head = number == first < last and not is_figure(row[1][1]) and figures == last - first
        if is_head or (first == last and not is_figure(row[1][1])):
            continue
        (_, key), (begin, value) = row
        yield number, [_Span(key, _filled(value), begin, begin + len(value))]


def _continuation(lines: Sequence[PlacedLine], spans: Sequence[list[_Span]], number: int, last: _Span) -> int | None:
    """How many lines from `number` on belong to the value of `last`; None when it heads them and is no field."""
    if not last.by_colon:
        return 0
    if last.value:
        goes_on = last.value[-1] in ",，" and number < len(lines) and not spans[number] and len(lines[number].text) < 60
        return int(goes_on)
    below = number
    while below < len(lines) and not spans[below] and len(lines[below].text) <= 60 and below - number < 6:
        below += 1
    count = below - number
    if is_block_label(last.key):
        return min(count, 4)
    if count == 0:
        return 0
    return 1 if count == 1 and below < len(lines) and spans[below] else None


def _with_lines(field: FoundField, lines: Sequence[PlacedLine]) -> FoundField:
    """The field with further lines of its value."""
    value = field.value
    known = [field.confidence] if value and field.confidence is not None else []
    for line in lines:
        text = line.text.strip()
        joint = "" if not value or (is_cjk(value[-1]) and is_cjk(text[0])) else " " if value[-1:] in ",，" else ", "
        value += joint + text
        confidence = line.confidence_between(0, len(line.text))
        known += [confidence] if confidence is not None else []
    return replace(field, value=value, confidence=sum(known) / len(known) if known else None)
