"""Whether an answer about a bill is borne out: the lines that it rests on speak of all that was asked."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.bills.bill_wants import Want, Wanted, wanted_of
from gateway.engines.reader.bills.reductions import asks_around_reduction
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.words.meanings import meant_by, term_names
from gateway.engines.reader.words.values import Kind, find_values, of_kinds

LINES_AROUND = 1
"""So many lines before those of an answer may say what it is about."""
SHARE = 0.5
"""So much of what is asked must be said; the rest may be put otherwise, as verbs are."""
_ALL_OF_IT = frozenset(("part", "labour", "piec", "pieces", "subtotal", "total"))
"""Words for what all of a bill is about."""
_STATED = frozenset(("insurance balance", "deposit", "change"))
"""Asked for without its name, which the answer must bear."""
_FIGURES: frozenset[Want] = frozenset(("money", "count", "date", "due", "time", "phone", "percent", "duration", "code"))
_FIGURE = re.compile(r"[\d一二两三四五六七八九十半]")
_FREE = re.compile(r"\b(?:free|nothing|waived|no charge|half|one|two|three|quarter)\b|免费", re.IGNORECASE)
_ODD_DATE = re.compile(r"\d[-/.年]\d{1,2}[-/.月]\d")
_KINDS: dict[Want, tuple[Kind, ...]] = {
    "money": ("money", "number", "percent", "quantity"),
    "time": ("time",),
    "date": ("date", "weekday", "duration"),
    "duration": ("duration", "time", "date", "number", "quantity"),
}
"""What may answer it."""
_CODE = re.compile(r"\d")


def lacks_value(study: Study, question: Question, finding: Finding) -> bool:
    """True for words without a figure where a bill is asked for one, and for lines that do not speak of what is asked.

    An answer of yes or no is the affair of the reader that gave it.
    """
    if study.bill is None or question.asks == "whether":
        return False
    wanted = wanted_of(question)
    if wanted.want in _FIGURES and _FIGURE.search(finding.text) is None and _FREE.search(finding.text) is None:
        return True
    kinds = _KINDS.get(wanted.want)
    said = finding.text
    if kinds and not (of_kinds(find_values(said), kinds) or _FREE.search(said) or _ODD_DATE.search(said)):
        return True
    if wanted.want == "code" and _CODE.search(finding.text) is None:
        return True
    if asks_around_reduction(question) or (wanted.want == "money" and "cashier" in wanted.required):
        return False
    return not _speaks_of_asked(study, wanted, _by_field(study, question, finding), finding)


def _by_field(study: Study, question: Question, finding: Finding) -> frozenset[str]:
    """What the words for a field mean, where a label of that field stands by the answer: it need not be that word."""
    field = question.field
    if field is None or not any(line.wording.speaks_of(study.label(field)) for line in finding.lines):
        return frozenset()
    return frozenset(meant_by(question.field_words).all)


def _speaks_of_asked(study: Study, wanted: Wanted, known: frozenset[str], finding: Finding) -> bool:
    asked = [word for word in wanted.required if word not in _ALL_OF_IT | known and not word.isdigit()]
    if wanted.triggered in _STATED:
        asked.append(wanted.triggered)
    if not asked:
        return True
    rows = {item.line for item in study.bill.items} if study.bill else set()
    own = rows | {one.line for one in study.bill.stated} if study.bill else rows
    said = [finding.text, *(line.text for line in finding.lines)]
    if not own & set(finding.lines):
        said += [near.text for line in finding.lines for near in study.document.before(line, LINES_AROUND)]
    meant = meant_by(" ".join(said))
    share = 1.0 if wanted.want == "any" and set(finding.lines) <= rows else SHARE
    if any(word in term_names() and not meant.says(word) for word in asked):
        return False
    return sum(meant.says(word) for word in asked) >= share * len(asked)
