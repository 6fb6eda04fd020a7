"""What a document states as key and value: "Due date: December 3", "Total $420.00", "250 grams of flour"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.words.labels import field_of_label
from gateway.engines.reader.words.values import Value, find_values
from gateway.engines.reader.words.wording import Wording

LONGEST_KEY_WORDS = 6
LONGEST_KEY_CHINESE = 12
_COLON = re.compile(r"(?<!\d):(?!//)|(?<=\d):(?!\d)")
_FILLER = re.compile(r"[\s.·…_=-]*(?:[(][^)]*[)])?[\s.·…_=-]*")
_OF = re.compile(r"^\s*(?:of |x )?")
_STREET = re.compile(r"\b(?:street|st|road|rd|lane|avenue|ave|drive|square|way|court|place|boulevard)\b", re.IGNORECASE)
_LATER_KEY_ZH = re.compile(r"(?<=[\d )）,，。；;])[\u3400-\u9fff]{1,6}$")
_JOINED_KEY_ZH = re.compile(
    r"(?:收银台|收银员|收银机|营业员|服务员|导购员|款台|台号|桌号|机号|店号|柜台|单号|小票号|流水号|订单号|工号|编号|卡号|房号"
    r"|(?:联系|咨询|服务|客服|固定|移动|办公)?电话|手机号?码?|传真|邮箱|地址|网址|邮编|日期|时间|性别|年龄|职务|职位|部门|班级|学号|姓名)$"
)
"""Labels that stand behind a value without a space: 王丽收银台：03."""
_KEYED_CELL = re.compile(r"(?P<key>[^:\d][^:]{0,40}):(?!//) ?(?P<value>.*\S.*)")
_LABELLED = re.compile(r"(?P<label>[^\d$€£¥:。]{1,40}?):? ?(?P<value>[$€£¥]?\d[^,，;；]*)")
_GREETING = re.compile(r"尊敬的|亲爱的|各位|Dear\b")
_LATER_KEY = re.compile(r"(?:[A-Z][\w./#-]*(?: [\w./#-]+){0,2})$")


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value."""

    key: Wording
    value: str
    lines: tuple[SourceLine, ...]
    """The line of the key, and that of the value when it is another."""
    values: tuple[Value, ...]
    """Recognised in `value`."""


def entries_of(document: SourceDocument) -> Iterator[Entry]:
    """Every entry of `document`, in order of lines."""
    for line in document.lines:
        found = list(_by_cells(line)) or list(_by_commas(line)) or list(_by_colon(line, document))
        found = found or list(_by_form(line)) or list(_by_next_line(line, document))
        yield from found or _beside_label(line, document)


def _entry(key: str, value: str, *lines: SourceLine) -> Entry:
    value = value.strip(" .;,") if value.endswith((";", ",")) else value.strip()
    return Entry(Wording.of(key.strip(" .-–—#*•")), value, lines, find_values(value))


def _by_cells(line: SourceLine) -> Iterator[Entry]:
    """For "Office: 555-0126   Fax: 555-0127": every stretch that wide spaces part has its key and value."""
    parts = [_KEYED_CELL.fullmatch(cell) for cell in line.cells]
    if len(parts) < 2 or any(part is None or not _is_key(part["key"]) for part in parts):
        return
    for part in parts:
        if part is not None:
            yield _entry(part["key"], part["value"], line)


def _beside_label(line: SourceLine, document: SourceDocument) -> Iterator[Entry]:
    """For a list of labels with a text each, parted by wide spaces alone: 着装要求   秋季校服、运动鞋."""
    if not _is_label_and_text(line):
        return
    near = (*document.before(line), *document.after(line))
    if any(_is_label_and_text(other) for other in near if other.page == line.page):
        yield _entry(line.cells[0], line.cells[1], line)


def _is_label_and_text(line: SourceLine) -> bool:
    """True for two cells of which the first is a short label without a value in it."""
    if len(line.cells) != PAIR or not _is_key(line.cells[0]) or ":" in line.cells[0]:
        return False
    return len(line.cells[0]) <= LONGEST_LABEL and not find_values(line.cells[0])


PAIR = 2
LONGEST_LABEL = 24
"""Characters of a label that only a wide space parts from its text."""


def _by_colon(line: SourceLine, document: SourceDocument) -> Iterator[Entry]:
    places = [found.start() for found in _COLON.finditer(line.text)]
    starts = [_key_start(line.text, previous, place) for previous, place in zip([0, *places], places, strict=False)]
    for number, place in enumerate(places):
        key = line.text[starts[number] : place]
        end = starts[number + 1] if number + 1 < len(places) else len(line.text)
        value = line.text[place + 1 : end]
        if not _is_key(key):
            continue
        if value.strip():
            yield _entry(key, value, line)
        elif end == len(line.text):
            yield from _value_below(key, line, document)


def _by_commas(line: SourceLine) -> Iterator[Entry]:
    """For "Fares: single $1.80, day ticket $4.50" and "Tel. 555-0177, fax 555-0178": labels with a value each."""
    start = _COLON.search(line.text)
    begin = start.end() if start and not line.text[: start.start()].endswith(("tel", "Tel")) else 0
    pieces = re.split(r"[,，;；、/] ?(?!\d)", line.text[begin:].rstrip(".。"))
    if len(pieces) < 2:
        return
    found = [_LABELLED.fullmatch(piece.strip()) for piece in pieces]
    if any(match is None or not find_values(match["value"]) for match in found):
        return
    for match in found:
        if match is not None:
            yield _entry(match["label"], match["value"], line)


def _key_start(text: str, previous: int, place: int) -> int:
    """Where the key before the colon at `place` begins: at the line's start, or after the last value."""
    if previous == 0:
        return 0
    between = text[previous + 1 : place]
    words = between.split(" ")
    for count in range(min(3, len(words) - 1), 0, -1):
        tail = " ".join(words[-count:])
        if field_of_label(tail) is not None:
            return place - len(tail)
    joined = _JOINED_KEY_ZH.search(between)
    if joined and joined.start() > 0:
        return previous + 1 + joined.start()
    later = _LATER_KEY.search(between) or _LATER_KEY_ZH.search(between)
    values = find_values(between)
    earliest = previous + 1 + (values[-1].end if values else 0)
    return max(earliest, previous + 1 + later.start()) if later else place


def _is_key(key: str) -> bool:
    words = key.split()
    chinese = sum("\u3400" <= character <= "\u9fff" for character in key)
    if _GREETING.match(key.strip()):
        return False
    return bool(words) and len(words) <= LONGEST_KEY_WORDS and chinese <= LONGEST_KEY_CHINESE


def _by_form(line: SourceLine) -> Iterator[Entry]:
    """A label without a colon before its value, or a quantity before what it is of."""
    run = _trailing(line)
    if run and run[0].start > 0 and not line.text.endswith("."):
        key = line.text[: run[0].start]
        if _is_key(key) and any(character.isalpha() for character in key) and "." not in key.rstrip(" ."):
            yield _entry(key, line.text[run[0].start :], line)
    first = line.values[0] if line.values else None
    if first is not None and first.start == 0 and first.kind in ("quantity", "number") and not line.text.endswith("."):
        key = _OF.sub("", line.text[first.end :])
        if key[:1].isalpha() and _is_key(key) and not _STREET.search(key) and not find_values(key):
            yield _entry(key, first.text, line)
    elif not run:
        yield from _by_known_label(line)


def _by_known_label(line: SourceLine) -> Iterator[Entry]:
    """For "Signature Nathan Walker": a label that documents use, then words, without a colon."""
    words = line.text.split()
    for count in range(min(3, len(words) - 1), 0, -1):
        label = " ".join(words[:count])
        rest = words[count:]
        if len(rest) <= 4 and field_of_label(label) is not None and label[:1].isupper() and rest[0][:1].isupper():
            yield _entry(label, " ".join(rest), line)
            return


def _trailing(line: SourceLine) -> list[Value]:
    """The values that end the line, with nothing between them but spaces."""
    run: list[Value] = []
    end = len(line.text)
    for value in reversed(line.values):
        if not _FILLER.fullmatch(line.text[value.end : end]):
            break
        run.insert(0, value)
        end = value.start
    return run


def _by_next_line(line: SourceLine, document: SourceDocument) -> Iterator[Entry]:
    if _is_key(line.text) and field_of_label(line.text) is not None:
        yield from _value_below(line.text, line, document)


def _value_below(key: str, line: SourceLine, document: SourceDocument) -> Iterator[Entry]:
    for below in document.after(line):
        if not _COLON.search(below.text) and field_of_label(below.text) is None and len(below.text.split()) <= 10:
            yield _entry(key, below.text, line, below)


def spoken_value(entry: Entry, kinds: Iterable[str]) -> str:
    """The part of the value that answers for `kinds`, a range kept whole; all of it when no kind is asked for.

    Empty when a kind is asked for and none is there.
    """
    wanted = list(kinds)
    if not wanted:
        return entry.value.strip()
    for kind in wanted:
        found = [value for value in entry.values if value.kind == kind]
        if found:
            last = found[-1] if kind in ("money", "number") and _is_row(entry) else _range_end(entry, found)
            first = last if kind in ("money", "number") and _is_row(entry) else found[0]
            return entry.value[first.start : last.end].strip()
    return ""


def _is_row(entry: Entry) -> bool:
    """True when the value is several cells: the last of them counts."""
    return len(entry.values) > 1 and all(
        _FILLER.fullmatch(entry.value[first.end : second.start])
        for first, second in zip(entry.values, entry.values[1:], strict=False)
    )


_RANGE = re.compile(r"\s*(?:to|and|until|till|-|–|—|至|到|~)\s*(?:下午|上午|晚上)?", re.IGNORECASE)


def _range_end(entry: Entry, found: list[Value]) -> Value:
    last = found[0]
    for value in found[1:]:
        if _RANGE.fullmatch(entry.value[last.end : value.start]):
            last = value
    return last
