"""A year told from the day of a letter: "next year" is 2027 to a page of 2026 that speaks of 2027."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.analysis import analyse
from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.letters import letter_part

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_RELATIVE = tuple(
    (re.compile(form, re.IGNORECASE), years)
    for form, years in (
        (r"\b(?:in )?(?:the )?next year\b|明年", 1),
        (r"\b(?:in )?(?:the )?last year\b|去年", -1),
    )
)


def with_year(study: Study, question: Question) -> Question | None:
    """`question` with the year that is meant, where the page is dated and names that year; None otherwise."""
    meant = _meant(study, question)
    if meant is None or meant[1] not in _YEAR.findall(study.all_words.text):
        return None
    form, year = meant
    return analyse(form.sub(f"{year}年" if question.language == "zh" else f"in {year}", question.text))


def is_of_another_year(study: Study, question: Question, finding: Finding) -> bool:
    """True where the question means a certain year, and the answer with its lines names only others."""
    said = " ".join((finding.text, *(line.text for line in finding.lines)))
    meant = _meant(study, question)
    if meant is None or question.asks == "whether" or meant[0].search(said):
        return False
    years = _YEAR.findall(said)
    return bool(years) and meant[1] not in years


def is_of_year(question: Question, finding: Finding) -> bool:
    """True where the answer or its lines name the years that the question names."""
    said = _YEAR.findall(" ".join((finding.text, *(line.text for line in finding.lines))))
    return set(_YEAR.findall(question.text)) <= set(said)


def _meant(study: Study, question: Question) -> tuple[re.Pattern[str], str] | None:
    """How the question puts its year, and which it is by the date of the page."""
    found = next(((form, years) for form, years in _RELATIVE if form.search(question.text)), None)
    written = letter_part(study, "date") if found is not None else None
    dated = _YEAR.search(written[0]) if written is not None else None
    return (found[0], str(int(dated[0]) + found[1])) if found is not None and dated is not None else None
