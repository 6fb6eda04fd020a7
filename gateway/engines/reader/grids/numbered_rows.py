"""When, where and who for one of several numbered things, named alone or within a range: 3号楼 in 1号楼至4号楼."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.grids.numbered_things import asked_thing, numbers_of
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import quoted
from gateway.engines.reader.words.values import find_values, of_kinds

_NEW_STATEMENT = re.compile(r"(?<=[。；;!！])")


def answer_numbered_row(study: Study, question: Question) -> Finding | None:
    """The row or statement that names the thing, with the time or day that is asked for."""
    asked = asked_thing(question)
    if asked is None or question.asks != "when" or question.language != "zh":
        return None
    number, unit = asked
    for text, lines in _statements(study):
        if number not in numbers_of(text, unit):
            continue
        if _values(text, question):
            return Finding(quoted(text, question.language), lines, 2.5)
    return None


def names_others_only(study: Study, question: Question) -> bool:
    """True when the page numbers things of the sort that is asked about, and not this one: of 6组, 1至4组 says nothing.

    What holds for all of them holds for this one.
    """
    asked = asked_thing(question)
    if asked is None or question.asks != "when" or question.language != "zh":
        return False
    number, unit = asked
    named = [numbers_of(line.text, unit) for line in study.document.lines]
    return any(named) and not any(number in numbers for numbers in named)


def _statements(study: Study) -> Iterator[tuple[str, tuple[SourceLine, ...]]]:
    """Rows first, then sentences."""
    for line in study.document.lines:
        if len(line.cells) > 1:
            yield " ".join(line.cells), (line,)
    for found in study.sentences:
        for piece in _NEW_STATEMENT.split(found.text):
            yield piece, found.lines


def _values(text: str, question: Question) -> bool:
    return bool(of_kinds(find_values(text), question.kinds))
