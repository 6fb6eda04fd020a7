"""Signs that Tesseract's Chinese model is known to misread, put right in lines that hold Chinese.

Words keep their boxes; a sign that was read into white paper is taken out of its word. Rules see the line without
spaces, with `CELL` where cells stand apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from documents.read_words import ReadLine, ReadWord
from text.script import has_ideographs

CELL = "\x1f"
WIDE = 3
"""Spaces from which on a gap parts two cells."""
_IDEOGRAPH = "\u3400-\u4dbf\u4e00-\u9fff"

_READ_INTO_WHITE = (
    re.compile(rf"(?<=[：:])({CELL}?[，,。.=—”]*”[=—]*)(?=.)"),  # the white beside a full-width colon
    re.compile(rf"(?<=[：:])({CELL}?[=—，,。]+)(?=.)"),
    re.compile(rf"(?<={CELL})([，。、；”》〉’]+)(?=[^，。、；”》〉’])"),  # no cell begins with a closing mark
    re.compile(rf"(?<={CELL})([《〈“‘])(?=[^》〉”’{CELL}]+(?:{CELL}|$))"),
    re.compile(rf"(?<=\d)(。)(?={CELL}?[¥Y]\d)"),
    re.compile(r"(?<=[可内])(和)(?=凭)"),
    re.compile(rf"^[^\[]*(?<=\d)(\])(?=[{_IDEOGRAPH}])"),  # the edge of a full-width figure
)
_MISREAD = tuple(
    (re.compile(misread), meant)
    for misread, meant in (
        (r"[〈《(（]([^〈〉《》()（）]*)[)）]", r"(\1)"),  # a round bracket, told by its other half
        (r"(?<![A-Za-z])Y(?=\d+[.]\d\d(?!\d))", "¥"),
        (r"(?<=年)[\]\[|](?=月)", "1"),
        (r"(?<=\d)[lLI](?=[月日号层楼])", "1"),
        (rf"(?:^|(?<={CELL}))\](?=[{_IDEOGRAPH}])", "1"),
        (r"(?<=\d)一(?=\d)", "-"),  # from one figure to another; a dash of any length
        (rf"(?<=[{_IDEOGRAPH}])\](?=[{_IDEOGRAPH}])", "1"),
        (rf"^([{_IDEOGRAPH}]{{2,5}})[;；](?=[^，。；,;]*$)(?!$)", r"\1："),  # a label; clauses go on
        (rf"^(\d{{1,2}})[,，](?=[{_IDEOGRAPH}“])", r"\1、"),
        (rf"(?:^|(?<={CELL}))([A-H])[,，](?=[{_IDEOGRAPH}\d])", r"\1、"),
        ("(?<!租)赁(?!金)", "凭"),
        ("手电简", "手电筒"),
        ("闪门", "阀门"),
        ("师传(?![承授播达统说])", "师傅"),
        ("胶[圳襄衷]", "胶囊"),
        ("过(?=[佰仟拾])", "壹"),  # figures as they stand on cheques and bills
        ("喜(?=角)", "壹"),
        ("僚(?=[佰仟拾])", "叁"),
        (rf"(?:(?<=^\d)|(?<={CELL}\d)|(?<={CELL}\d\d))会(?={CELL}|$)", "盒"),  # so many of a thing
        (rf"^[:：](?=[{_IDEOGRAPH}])", "·"),
        ("照党", "照常"),
        ("铀笔", "铅笔"),
    )
)
"""What is read, and what it is, as long. Characters are taken for rarer ones, in words that do not exist."""


def with_signs_mended(lines: Sequence[ReadLine]) -> list[ReadLine]:
    """`lines` with the misread signs of Chinese ones put right; no line gets lost."""
    return [_mended(line) if any(has_ideographs(read.word.text) for read in line) else line for line in lines]


def _mended(line: ReadLine) -> ReadLine:
    text, places = _spelt(line)
    for misread, meant in _MISREAD:
        text = misread.sub(meant, text)
    gone: set[int] = set()
    if "“" not in text:
        gone.update(at for rule in _READ_INTO_WHITE for found in rule.finditer(text) for at in range(*found.span(1)))
    letters: list[list[str]] = [[] for _ in line]
    for at, (letter, place) in enumerate(zip(text, places, strict=True)):
        if place is not None and at not in gone:
            letters[place].append(letter)
    kept = [
        replace(read, word=replace(read.word, text="".join(its)))
        for read, its in zip(line, letters, strict=True)
        if its
    ]
    return _with_opened_brackets(kept) if kept else line


def _with_opened_brackets(line: Sequence[ReadWord]) -> ReadLine:
    """The line with a bracket where one is closed that was never opened: the white of a full-width one is a space."""
    words = list(line)
    opened = 0
    for place, read in enumerate(line):
        text = read.word.text
        opened += sum(map(text.count, "(（")) - sum(map(text.count, ")）"))
        if opened < 0:
            opened = 0
            begin = next((at for at in range(place, 0, -1) if line[at].gap), 0)
            between = "".join(one.word.text for one in line[begin:place])
            if line[begin].gap and line[begin].gap < WIDE and has_ideographs(line[begin - 1].word.text) and between:
                first = words[begin]
                words[begin] = replace(first, word=replace(first.word, text="(" + first.word.text), gap=0)
    return tuple(words)


def _spelt(line: ReadLine) -> tuple[str, list[int | None]]:
    """The line as rules see it, and for each of its characters the place of its word; None for `CELL`."""
    text = ""
    places: list[int | None] = []
    for place, read in enumerate(line):
        if place and read.gap >= WIDE:
            text += CELL
            places.append(None)
        text += read.word.text
        places += [place] * len(read.word.text)
    return text, places
