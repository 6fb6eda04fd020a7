"""The sentences of a document, over line ends, and the headings above them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.words.values import Value, find_values
from gateway.engines.reader.words.wording import Wording
from text.script import has_ideographs

LONGEST_SENTENCE_LINES = 6
LONGEST_CHINESE_HEADING = 14
_END = re.compile(r"(?<=[.!?])(?:[\"”')]*)\s+(?=[\"“(]?[A-Z0-9\u00c0-\u00de])|(?<=[。！？；])[”」』]?")
_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Nr|Tel|approx|etc|e\.g|i\.e|vs|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|[A-Z])\.$"
)
_FULL_LINE_SHARE = 0.7
_TERMINAL = tuple(".!?。！？；:")
_STATED = re.compile(r"(?![a-z]+ )[^:,，.。]{0,29}[^:,，.。\d]:")
_HEADING_NUMBER = re.compile(r"(?:§ ?)?\d{1,2}[.)]? (?=[A-Z][a-z])")
_NUMBERED = re.compile(r"(?:\d{1,2}[.)]|[-*•–]) ")


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """One sentence, or a line that is no part of one."""

    wording: Wording
    lines: tuple[SourceLine, ...]
    """The lines it stands on."""
    values: tuple[Value, ...]
    heading: SourceLine | None
    """The heading it stands under."""

    @property
    def text(self) -> str:
        """As written, line ends gone."""
        return self.wording.text


def sentences_of(document: SourceDocument, apart: Collection[SourceLine] = ()) -> Iterator[SourceSentence]:
    """Every sentence of `document`, in order. Lines in `apart` (those of tables) stand alone."""
    heading: SourceLine | None = None
    longest: dict[int, int] = {}
    for line in document.lines:
        longest[line.page] = max(longest.get(line.page, 0), len(line.text))
    block: list[SourceLine] = []
    for line in document.lines:
        alone = line in apart or (bool(block) and block[-1] in apart)
        if block and (
            alone or not (_runs_on(block, line, longest[line.page]) or _runs_on_narrowly(block, line, document))
        ):
            yield from _split(block, heading)
            block = []
        if not block and line not in apart and is_heading(line, document):
            heading = line
        block.append(line)
    yield from _split(block, heading)


def is_heading(line: SourceLine, document: SourceDocument) -> bool:
    """True for a short line without values and without an end mark, above a line that is none."""
    numbered = _HEADING_NUMBER.match(line.text)
    words = line.text[numbered.end() if numbered else 0 :].split()
    values = [value for value in line.values if numbered is None or value.start >= numbered.end() - 1]
    if line.text.endswith((".", ",", "!", "?", "。", "，", "？")) or values or len(words) > 5 or len(line.text) > 40:
        return False
    following = document.after(line)
    if "，" in line.text or (has_ideographs(line.text) and len(line.text) > LONGEST_CHINESE_HEADING):
        return False
    upright = (bool(words) and words[0][:1].isupper()) or has_ideographs(line.text)
    return upright and bool(following) and (":" not in line.text[:-1])


def section_under(heading: SourceLine, document: SourceDocument) -> tuple[SourceLine, ...]:
    """The lines from `heading` to the next heading."""
    lines: list[SourceLine] = []
    for line in document.lines[heading.index + 1 :]:
        if is_heading(line, document):
            break
        lines.append(line)
    return tuple(lines)


def _runs_on(block: list[SourceLine], line: SourceLine, longest: int) -> bool:
    last = block[-1]
    if last.page != line.page or last.text.endswith(_TERMINAL) or len(block) >= LONGEST_SENTENCE_LINES:
        return False
    if _NUMBERED.match(line.text) or _STATED.match(line.text) or len(last.text) < _FULL_LINE_SHARE * longest:
        return False
    if _STATED.match(block[0].text) and not line.text[:1].islower() and (len(block) == 1 or has_ideographs(line.text)):
        return False
    return len(last.text.split()) >= 6 or has_ideographs(last.text)


def _runs_on_narrowly(block: list[SourceLine], line: SourceLine, document: SourceDocument) -> bool:
    """The same for narrow columns: prose that fills its line as the lines beside it do, or goes on in small letters."""
    last = block[-1]
    if last.page != line.page or last.text.endswith(_TERMINAL) or len(block) >= LONGEST_SENTENCE_LINES:
        return False
    if _NUMBERED.match(line.text) or _STATED.match(line.text) or has_ideographs(last.text) or len(last.cells) > 1:
        return False
    words = " ".join(part.text for part in block).split()
    prose = sum(word[:1].islower() for word in words) >= 0.4 * len(words) and len(last.text.split()) >= 3
    if not prose:
        return False
    if line.text[:1].islower():
        return True
    beside = [near.text for near in (*document.before(last, 3), *document.after(last, 3)) if near.page == last.page]
    return len(last.text) >= _FULL_LINE_SHARE * max(map(len, beside), default=0)


def _split(block: list[SourceLine], heading: SourceLine | None) -> Iterator[SourceSentence]:
    if not block:
        return
    joiner = "" if has_ideographs(block[0].text[-1:]) else " "
    text = joiner.join(line.text for line in block)
    begins: list[int] = []
    place = 0
    for line in block:
        begins.append(place)
        place += len(line.text) + len(joiner)
    start = 0
    for end in [
        *(found.end() for found in _END.finditer(text) if not _ABBREVIATION.search(text[: found.start()])),
        len(text),
    ]:
        sentence = text[start:end].strip()
        if sentence:
            lines = tuple(
                line
                for line, begin in zip(block, begins, strict=True)
                if begin < end and begin + len(line.text) > start
            )
            yield SourceSentence(Wording.of(sentence), lines, find_values(sentence), heading)
        start = end
