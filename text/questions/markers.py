"""The numbers and letters that items of a list begin with: "1.", "(a)", "Q1", "一、", "（2）", "③", "A."."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Style = Literal[
    "question", "chinese", "chinese_bracket", "number", "closed_number", "bracket_number", "circled", "decimal",
    "letter", "bracket_letter", "capital", "roman", "capital_roman", "bullet", "bare_number",
]  # fmt: skip

NUMBER_STYLES: frozenset[Style] = frozenset(("number", "closed_number", "bare_number"))
"""What reading a picture takes for one another: "3." and "3)"."""


@dataclass(frozen=True, slots=True)
class Marker:
    """How an item is numbered."""

    style: Style
    printed: str
    """As on the page; empty for a bullet."""
    ordinal: int
    """1 for "1", "a" and "一"; 0 where it does not count, as a bullet."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line that begins an item, or all of a line that begins none."""

    marker: Marker | None
    text: str
    """Behind the marker."""
    whole: str
    """With the marker."""


_CHINESE_DIGITS = "一二三四五六七八九十"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_ROMANS = "|".join(sorted(_ROMAN, key=len, reverse=True))
_QUESTION = "(?:Question|QUESTION|Q|Exercise|Problem|Task)"
_PATTERNS: tuple[tuple[Style, str], ...] = (
    (
        "question",
        rf"(?:{_QUESTION}\s?\.?\s?(?P<n>\d{{1,3}})(?:\s*[.):：、-]+|(?=\s|$))|Q\s?[:：.]|问[:：])",
    ),
    ("question", rf"第\s?(?P<n>\d{{1,3}}|[{_CHINESE_DIGITS}]{{1,3}})\s?[题問问]\s?[:：.．、]?"),
    ("chinese", rf"(?P<n>[{_CHINESE_DIGITS}]{{1,3}})\s?[、.．]"),
    ("chinese_bracket", rf"[（(]\s?(?P<n>[{_CHINESE_DIGITS}]{{1,3}})\s?[)）][、.．]?"),
    ("circled", r"(?P<n>[①-⑳])[.、]?"),
    ("bracket_number", r"[（(\[]\s?(?P<n>\d{1,3})\s?[)）\]][.、．]?"),
    ("decimal", r"(?P<n>\d{1,2}(?:\.\d{1,2}){1,2})[.)、]?(?=\s+[^\W\d])"),
    ("closed_number", r"(?P<n>\d{1,3})\s?[)）](?!\d{3})"),
    ("number", r"(?P<n>\d{1,3})\s?(?:[.．](?!\d)|、|:(?=\s))"),
    ("roman", rf"(?:[（(]\s?(?P<n>{_ROMANS})\s?[)）]|(?P<m>{_ROMANS})[).](?=\s))"),
    ("capital_roman", rf"(?P<n>{_ROMANS.upper()})(?:[.、．)](?=\s|$)|、)"),
    ("bracket_letter", r"[（(]\s?(?P<n>[a-h])\s?[)）]"),
    ("letter", r"(?P<n>[a-h])(?:[)）]|[.．](?=\s))"),
    ("capital", r"(?:[（(]\s?(?P<n>[A-H])\s?[)）]|(?P<m>[A-H])\s?(?:[.．](?![A-Za-z]\.)|[、)）：]|:(?=\s)))"),
    ("bullet", r"(?P<n>[•·●○■◆▪➢►*–—-])(?=\s)|[•●■◆▪➢►]"),
    ("bare_number", r"(?P<n>\d{1,2})(?=\s+[A-Z])"),
)
_STARTS = tuple((style, re.compile(pattern)) for style, pattern in _PATTERNS)


def marked(text: str) -> Piece:
    """The piece that all of `text` is, with the marker it begins with."""
    stripped = text.strip()
    for style, pattern in _STARTS:
        found = pattern.match(stripped)
        if found is None:
            continue
        number = next((group for group in found.groups() if group), "")
        printed = "" if style == "bullet" else found[0].strip()
        ordinal = 0 if style == "bullet" else ordinal_of(number, style)
        return Piece(Marker(style, printed, ordinal), stripped[found.end() :].strip(), stripped)
    return Piece(None, stripped, stripped)


def ordinal_of(number: str, style: Style) -> int:
    """The place that `number` gives in its list, from 1; 0 where it gives none."""
    if not number:
        return 0
    if style in {"roman", "capital_roman"}:
        return _ROMAN[number.lower()]
    if style == "circled":
        return ord(number) - ord("①") + 1
    if number.isdecimal():
        return int(number)
    if style == "decimal":
        return int(number.rsplit(".", 1)[1])
    if number[0] in _CHINESE_DIGITS:
        return _chinese_number(number)
    return ord(number.lower()) - ord("a") + 1


def _chinese_number(number: str) -> int:
    tens, ten, ones = number.rpartition("十")
    if not ten:
        return _CHINESE_DIGITS.index(number[-1]) + 1
    first = _CHINESE_DIGITS.index(tens[-1]) + 1 if tens else 1
    return 10 * first + (_CHINESE_DIGITS.index(ones[0]) + 1 if ones else 0)


# ------------------------------------------------------------------------------------- several items on one line

_GAP = re.compile(r"\s{2,}|\t")
_INSIDE: tuple[tuple[Style, re.Pattern[str]], ...] = (
    (
        "capital",
        re.compile(r"(?:^|(?<=[\s；;，,.。?？)）_\u3400-\u9fff]))(?:[（(]\s?([A-H])\s?[)）]|([A-H])\s?[.．、)）：])"),
    ),
    ("bracket_letter", re.compile(r"(?<![A-Za-z\d])[（(]\s?([a-h])\s?[)）]()")),
    ("letter", re.compile(r"(?:^|(?<=\s))([a-h])[)）]()")),
    ("bracket_number", re.compile(r"(?:(?<![A-Za-z\d])\(|(?<![A-Za-z])（)\s?(\d{1,2})\s?[)）]()")),
    ("roman", re.compile(rf"(?<![A-Za-z\d])[（(]\s?({_ROMANS})\s?[)）]()")),
)
_MISREAD_OPTION = re.compile(r"(?:^|(?<=\s\s))([A-H])[a-h]?\s?[,，.](?=\s?\S)")
"""What reading a picture makes of "A、" at the beginning of a cell."""
_JOINING = re.compile(r"(?:and|or|to|,|&|和|或|与|、|至)?", re.IGNORECASE)
"""Between two letters that are only spoken of: "(a) and (b)"."""


def pieces_of(line: str) -> Iterator[Piece]:
    """The items that begin on a line: one, or several beside each other ("A. 3   B. 4", "1. 3+4=   2. 5+6=").

    Only markers that count on, or that stand behind a wide gap, part a line.
    """
    if len(_MISREAD_OPTION.findall(line)) > 1:
        line = _MISREAD_OPTION.sub(r"\1. ", line)
    begins = sorted({0, *_column_starts(line), *_run_starts(line)})
    for begin, end in zip(begins, [*begins[1:], len(line)], strict=True):
        if line[begin:end].strip() or not begin:
            yield marked(line[begin:end])


def _column_starts(line: str) -> Iterator[int]:
    """Where the second and further columns of items begin; the first must be numbered too."""
    first = marked(line).marker
    if first is None or first.style == "bullet":
        return
    for gap in _GAP.finditer(line.strip()):
        begin = gap.end() + len(line) - len(line.lstrip())
        marker = marked(line[begin:]).marker
        if marker is not None and marker.style != "bare_number" and marker.ordinal > 0:
            yield begin


def _run_starts(line: str) -> Iterator[int]:
    for style, pattern in _INSIDE:
        found = list(pattern.finditer(line))
        run: list[re.Match[str]] = []
        for match in found:
            ordinal = ordinal_of(match[1] or match[2], style)
            if run and ordinal == ordinal_of(run[-1][1] or run[-1][2], style) + 1:
                run.append(match)
            elif len(run) < 2:
                run = [match]
        if len(run) < 2 or not _counts_on(line, run, style):
            continue
        yield from (match.start() for match in run)


def _counts_on(line: str, run: list[re.Match[str]], style: Style) -> bool:
    """Whether the run begins a list, and something stands behind each of its markers."""
    first = ordinal_of(run[0][1] or run[0][2], style)
    if first != 1 and line[: run[0].start()].strip():
        return False
    ends = [match.start() for match in run[1:]]
    between = [line[match.end() : end].strip() for match, end in zip(run, ends, strict=False)]
    return all(_JOINING.fullmatch(text) is None for text in between)
