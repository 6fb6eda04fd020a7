"""A worksheet or a test: its sections with what they count, and their items with options.

Numbers may begin again in every section, and several items may share a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.words.numbers import parse_chinese

LEAST_ITEMS = 3
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6}
_SECTION = re.compile(
    r"(?:section|part|exercise)\s+(?P<label>[A-H]|\d|I{1,3}|IV|VI?)(?![\w])[\s.:)–—-]*(?P<title>.*)"
    r"|(?P<han>[一二三四五六七八九十]{1,2})[、.:]\s*(?P<han_title>.+)"
    r"|第(?P<nth>[一二三四五六七八九])(?:部分|大题)[、.: ]*(?P<nth_title>.*)",
    re.IGNORECASE,
)
_START = re.compile(r"(?:Q(?:uestion)? ?)?(?P<plain>\d{1,2})\s?[.、):，]\s*|[(](?P<round>\d{1,2})[)]\s*", re.IGNORECASE)
_EACH = re.compile(
    r"(?P<n>\d{1,2}) ?(?:marks?|points?|pts?) (?:for )?each|each[^()]{0,20}?(?P<m>\d{1,2}) ?(?:marks?|points?)"
    r"|每(?:道|个)?(?:小?题|空|格|个)\s*(?P<zh>\d{1,2})\s*分",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"共\s*(?P<zh>\d{1,3})\s*分|[(](?:total:? ?)?(?P<n>\d{1,3}) ?(?:marks?|points?|pts?|分)[)]", re.IGNORECASE
)
_ASIDE = re.compile(r"(?:working|answer|解|答)[:：]?[\s_]*$", re.IGNORECASE)
_OPTION = re.compile(
    r"(?:(?<=\s)|^|(?<=[,，;；)。?？])|(?<=\s[\u3400-\u9fff])(?=A[.、]))[(]?(?P<letter>[A-Ha-h8])c?[.)、:]\s*"
)
_ENDED = (".", "?", "。", "？", ")", "!", "_")


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a sheet."""

    label: str
    """"A", or a number in digits; empty for what stands before any."""
    title: str
    each: int | None
    """What one item counts."""
    whole: int | None
    """What all of it counts, where that is said."""
    line: SourceLine


@dataclass(frozen=True, slots=True)
class Item:
    """One task."""

    number: int
    text: str
    """Without its number and its options."""
    options: tuple[tuple[str, str], ...]
    """Letters, in capitals, and what they offer."""
    points: int | None
    section: Section | None
    lines: tuple[SourceLine, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet."""

    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    first: int
    """The index of the line where the tasks begin."""

    def of(self, section: Section) -> tuple[Item, ...]:
        """The items of one section."""
        return tuple(item for item in self.items if item.section == section)

    def worth(self, section: Section) -> int | None:
        """What a section counts, said or summed."""
        items = self.of(section)
        if section.whole is not None:
            return section.whole
        if section.each is not None and items:
            return section.each * len(items)
        points = [item.points for item in items]
        return sum(point for point in points if point) if points and all(points) else None


def sheet_of(document: SourceDocument) -> Sheet | None:
    """The worksheet that `document` is; None when it is none."""
    sections: list[Section] = []
    items: list[Item] = []
    for line in document.lines:
        heading = _section(line)
        if heading is not None:
            sections.append(heading)
            continue
        section = sections[-1] if sections else None
        last = items[-1] if items and items[-1].section == section else None
        begun = _items_on(line, last.number if last else 0, section)
        if begun:
            items += begun
        elif last is not None and last.lines[-1].index == line.index - 1 and _goes_on(last, line):
            items[-1] = replace(last, text=f"{last.text} {line.text}", lines=(*last.lines, line))
    whole = tuple(_finished(item) for item in items)
    if len(whole) < LEAST_ITEMS or not _is_sheet(document, whole, sections):
        return None
    first = min(line.index for line in (whole[0].lines[0], *(part.line for part in sections[:1])))
    return Sheet(tuple(sections), whole, first)


def _is_sheet(document: SourceDocument, items: tuple[Item, ...], sections: list[Section]) -> bool:
    head = " ".join(line.text for line in document.lines[:5])
    named = re.search(
        r"worksheet|\btest\b|\bquiz\b|\bexam|homework|practice|\breview\b|卷|练习|测[试验]|作业|考试",
        head,
        re.IGNORECASE,
    )
    counted = any(part.each or part.whole for part in sections) or any(item.points for item in items)
    blanks = any(item.options or re.search(r"_{3}|\(\s*\)|=\s*$", item.text) for item in items)
    return bool(named) and (counted or blanks or len(sections) > 1)


def _section(line: SourceLine) -> Section | None:
    found = _SECTION.match(line.text)
    if found is None or (found["label"] and len(line.text) > 90):
        return None
    label = found["label"] or found["han"] or found["nth"]
    if found["label"]:
        label = str(_ROMAN[label.upper()]) if label.upper() in _ROMAN else label.upper()
    else:
        label = str(int(parse_chinese(label) or 0))
    title = found["title"] or found["han_title"] or found["nth_title"] or ""
    each, whole = _EACH.search(title), _WHOLE.search(_EACH.sub("", title))
    bare = re.split(r"[(（。]", title)[0].strip(" .:-")
    return Section(
        label,
        bare,
        int(next(group for group in each.groups() if group)) if each else None,
        int(whole["zh"] or whole["n"]) if whole else None,
        line,
    )


def _items_on(line: SourceLine, last: int, section: Section | None) -> list[Item]:
    """The items that begin on the line: the first at its start, others where their numbers follow."""
    first = _START.match(line.text)
    if first is None:
        return []
    number = int(first["plain"] or first["round"])
    decimal = first["plain"] and first[0][-1] == "." and re.match(r"\d", line.text[first.end() :])
    if number not in (last + 1, 1) and (last or decimal or number > 60):
        return []
    marks = [(number, first.start(), first.end())]
    for found in re.finditer(rf"(?<=[\s_)]){_START.pattern}", line.text[first.end() :], re.IGNORECASE):
        due = int(found["plain"] or found["round"])
        same = (found["plain"] is None) == (first["plain"] is None) and found[0].strip()[-1] == first[0].strip()[-1]
        if (
            same
            and due == marks[-1][0] + 1
            and not re.match(r"\d", line.text[first.end() + found.end() - 1 :][:1] if found[0][-1] == "." else "")
        ):
            marks.append((due, first.end() + found.start(), first.end() + found.end()))
    ends = [*(start for _, start, _ in marks[1:]), len(line.text)]
    return [
        Item(due, line.text[after:end].strip(), (), None, section, (line,))
        for (due, _, after), end in zip(marks, ends, strict=True)
    ]


def _goes_on(item: Item, line: SourceLine) -> bool:
    if _ASIDE.match(line.text):
        return False
    offered = _OPTION.match(line.text) or re.match(r"[(]?[A-H8]c?[.)、,]|[\u3400-\u9fff]A[.、]", line.text)
    return offered is not None or (not item.text.rstrip().endswith(_ENDED) and len(item.lines) < 5)


def _finished(item: Item) -> Item:
    """The item with its options and points parted from its text."""
    points = _WHOLE.search(item.text)
    text = _WHOLE.sub("", item.text).strip() if points else item.text
    marks: list[re.Match[str]] = []
    for found in _OPTION.finditer(text):
        letter = "B" if found["letter"] == "8" and len(marks) == 1 else found["letter"].upper()  # a B may be read as 8
        if letter == "ABCDEFGH"[len(marks) : len(marks) + 1]:
            marks.append(found)
    if len(marks) > 1:
        ends = [*(found.start() for found in marks[1:]), len(text)]
        options = tuple(
            (letter, text[found.end() : end].strip(" ,，;；"))
            for letter, found, end in zip("ABCDEFGH", marks, ends, strict=False)
        )
        text = text[: marks[0].start()].strip()
    else:
        options = ()
    each = item.section.each if item.section else None
    return replace(item, text=text, options=options, points=int(points["zh"] or points["n"]) if points else each)
