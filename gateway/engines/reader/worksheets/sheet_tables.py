"""The small tables that tasks of a worksheet ask about: names and numbers, in rows or side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.worksheets.sheets import Sheet
from gateway.engines.reader.worksheets.worked_sums import written
from text.passages import stem

LEAST_ROWS = 3
_NUMBER = re.compile(r"\d{1,6}(?:\.\d+)?")
_ROW = re.compile(r"(?P<label>[^\d=+×÷?？]{2,30}?)\s+(?P<number>\d{1,6}(?:\.\d+)?)")
_ENDINGS = "day|sday|nesday|rsday|sday|urday|uary|ruary|ch|il|e|y|ust|t|tember|tember|ober|ember"
"""What makes short names of days and months long ones."""
_MORE = re.compile(
    r"\bhow (?:many|much) (?:more|fewer|less)\b|\bdifference\b|多多少|少多少|[多少]几|相差", re.IGNORECASE
)
_ALL = re.compile(r"\b(?:altogether|in total|in all|total)\b|一共|总共", re.IGNORECASE)
_MOST = re.compile(r"\b(?:most|highest|largest)\b|最多|最高", re.IGNORECASE)
_LEAST = re.compile(r"\b(?:least|fewest|lowest|smallest)\b|最少|最低", re.IGNORECASE)
_MANY = re.compile(r"\bhow (?:many|much)\b|[多少几]", re.IGNORECASE)

Pair = tuple[str, Fraction, SourceLine]
"""A name, its number, and where it stands."""


def pairs_of(lines: Sequence[SourceLine]) -> list[Pair]:
    """The names and numbers of the first small table in `lines`."""
    for above, below in pairwise(lines):
        names, numbers = _words(above), _words(below)
        numeric = len(names) == len(numbers) > LEAST_ROWS and all(map(_NUMBER.fullmatch, numbers[1:]))
        if numeric and not any(map(str.isdigit, above.text)):
            return [(name, Fraction(number), below) for name, number in zip(names[1:], numbers[1:], strict=True)]
    run: list[Pair] = []
    for line in lines:
        found = _ROW.fullmatch(" ".join(line.text.split()))
        if found is not None and (not run or run[-1][2].index == line.index - 1):
            run.append((found["label"].strip(" .:"), Fraction(found["number"]), line))
            continue
        if len(run) >= LEAST_ROWS:
            break
        run = []
    return run if len(run) >= LEAST_ROWS else []


def _words(line: SourceLine) -> list[str]:
    return [word.strip(" _.|") for word in line.text.split() if word.strip(" _.|")]


def of_table(task: str, pairs: Sequence[Pair]) -> tuple[str, tuple[SourceLine, ...]] | None:
    """What a task about the table comes to; None where it does not name what it needs."""
    if not pairs:
        return None
    named = [pair for pair in pairs if _is_named(pair[0], task)]
    if _MORE.search(task):
        if len(named) != 2:
            return None
        return written(abs(named[0][1] - named[1][1])), tuple(dict.fromkeys(pair[2] for pair in named))
    if _ALL.search(task):
        chosen = named if len(named) > 1 else pairs if not named else []
        return (written(sum((pair[1] for pair in chosen), Fraction(0))), (chosen[0][2],)) if chosen else None
    if (_MOST.search(task) or _LEAST.search(task)) and not named:
        pick = max if _MOST.search(task) else min
        value = pick(pair[1] for pair in pairs)
        best = [pair for pair in pairs if pair[1] == value]
        return (f"{best[0][0]} ({written(value)})", (best[0][2],)) if len(best) == 1 else None
    if len(named) == 1 and _MANY.search(task):
        return written(named[0][1]), (named[0][2],)
    return None


def _is_named(label: str, task: str) -> bool:
    """True when the task says the name, or the longer form of a short one: "Monday" for "Mon"."""
    words = [
        word for word in re.findall(r"[^\W\d_]+", label) if word.lower() not in ("mr", "mrs", "ms", "miss", "class")
    ]
    if not words:
        return False
    return all(
        word in task if not word.isascii() else re.search(rf"\b{word}(?:{_ENDINGS})?\b", task, re.IGNORECASE)
        for word in words
    )


def answer_sheet_table(study: Study, sheet: Sheet, question: Question) -> Finding | None:
    """The answer to a question about the table of a worksheet that names a row of it."""
    tasks = {line for item in sheet.items for line in item.lines}
    pairs = pairs_of([line for line in study.document.lines if line not in tasks])
    over = study.document.before(pairs[0][2], 2) if pairs else ()
    about = {stem(word) for line in over for word in re.findall(r"[a-z]{4,}", line.text.lower())}
    asked = {stem(word) for word in re.findall(r"[a-z]{4,}", question.text.lower())}
    if not (about & asked) and not any(_is_named(pair[0], question.text) for pair in pairs):
        return None
    found = of_table(question.text, pairs)
    return Finding(sentence(found[0], question.language), found[1], 3.0, found[0]) if found else None
