"""Sums that a page gives by a rule: two months' rent, the rest after the first 100, a third of what is above 120.

Also several monthly charges together, and a price by steps of time: "up to 2 hours 2.80, up to 4 hours 4.20".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import BY_RELATION, Sought, sought_of
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.numbers import words_to_digits
from gateway.engines.reader.words.values import amount_of, find_values, of_kinds
from gateway.engines.reader.words.wording import Wording
from text.passages import stem

SCORE = 2.8
_MONEY = r"(?P<currency>[A-Z]{0,2}[$€£¥])?(?P<amount>\d[\d,]*(?:\.\d+)?)"
_MULTIPLE = re.compile(r"\b(?P<count>\d+|one|two|three|half an?) months?['’]s? rent\b", re.IGNORECASE)
_RENT = re.compile(rf"\brent\b(?! (?:increase|rise))[^.;]{{0,24}}?{_MONEY}", re.IGNORECASE)
_FIRST = re.compile(
    rf"(?P<payer>\w+) pays? the first {_MONEY}[^.;]*?[;,.] (?:and )?the (?P<other>\w+) pays? the rest", re.IGNORECASE
)
_ABOVE = re.compile(
    rf"\bup to {_MONEY}[^.]*\bincluded\b[^.]*\.? .*?\b(?:above|over|more|beyond|excess)\b[^.]*"
    r"\b(?:shared|split|divided) equally (?:by|among|between) the (?P<people>\d+|two|three|four|five|six)",
    re.IGNORECASE | re.DOTALL,
)
_ASKED_SUM = re.compile(
    r"[$€£](?P<before>\d[\d,.]*\d|\d)|(?P<after>\d[\d,.]*) ?(?:dollars|euros?|pounds|yuan)", re.IGNORECASE
)
_TOGETHER = re.compile(
    r"\b(?:together|altogether|in all|in total|with|plus|too|as well|also|included)\b", re.IGNORECASE
)
_MONTHLY = re.compile(r"\b(?:each|every|per|a) month\b|\bmonthly\b", re.IGNORECASE)
_ONCE = re.compile(
    r"\b(?:deposit|commission|lost|late|returned|fee|each time|week|day|night|first payment)\b", re.IGNORECASE
)
_STEP = re.compile(rf"\bup to (?P<count>\d+) (?P<unit>hours?|days?|minutes?)(?: it costs|:)? {_MONEY}", re.IGNORECASE)
_STAY = re.compile(r"\b(?P<count>\d+) (?P<unit>hours?|days?|minutes?)\b", re.IGNORECASE)
_COUNTS: dict[str, int | Decimal] = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "half a": Decimal("0.5"),
    "half an": Decimal("0.5"),
}
_COMPARED = re.compile(
    r"(?P<now>\d+(?:\.\d+)?) ?(?P<unit>[a-z]+)[,;]? (?:which is |that is |and is )?"
    r"(?P<change>\d+(?:\.\d+)?) ?(?:[a-z]+ )?"
    r"(?P<way>less|lower|lighter|fewer|more|higher|heavier) than (?P<then>last (?:year|time|month)|before)",
    re.IGNORECASE,
)
_NO_CHARGE = frozenset(
    stem(word) for word in "month pay together altogether total included bill bills take too cost".split()
)


def answer_derived(study: Study, question: Question) -> Finding | None:
    """The sum that follows from a rule of the page; None where the question or the page has none of the sort."""
    if question.language != "en" or question.asks not in ("much", "many", "what"):
        return None
    return (
        _by_step(study, question)
        or _shared(study, question)
        or _of_rent(study, question)
        or _before(study, question)
        or _together(study, question)
    )


def _number(text: str) -> Decimal | None:
    known = _COUNTS.get(text.lower())
    return Decimal(known) if known is not None else amount_of(text)


def _plain(amount: Decimal) -> str:
    return f"{amount:,.2f}".removesuffix(".00")


def _by_step(study: Study, question: Question) -> Finding | None:
    """The price of the lowest step that the time asked about does not pass."""
    stay = _STAY.search(words_to_digits(question.text.lower()))
    if stay is None:
        return None
    asked = [word for word in sought_of(study, question) if word.weight >= NAMING]
    for found in study.sentences:
        steps = list(_STEP.finditer(words_to_digits(found.text)))
        steps = [step for step in steps if step["unit"].rstrip("s") == stay["unit"].rstrip("s")]
        said = Wording.of(" ".join(line.text for line in found.lines))
        if len(steps) < FEWEST or (asked and not any(word.found_in(said) >= BY_RELATION for word in asked)):
            continue
        fitting = [step for step in steps if int(step["count"]) >= int(stay["count"])]
        if fitting:
            return Finding(sentence(fitting[0][0], question.language), found.lines, SCORE)
    return None


FEWEST = 2
NAMING = 0.5


def _shared(study: Study, question: Question) -> Finding | None:
    """What one side pays of a sum in the question, where the page says how such a sum is shared."""
    sums = [found["before"] or found["after"] for found in _ASKED_SUM.finditer(question.text)]
    whole = amount_of(sums[0]) if len(sums) == 1 else None
    if whole is None:
        return None
    text, lines = _flat(study)
    for rule in _FIRST.finditer(text):
        bound = amount_of(rule["amount"])
        at = _line_at(lines, rule.start())
        if bound is not None and _speaks(study, question, rule[0]):
            rest = re.search(rf"\b{rule['other']}\b", question.text, re.IGNORECASE) is not None
            part = max(whole - bound, Decimal(0)) if rest else min(whole, bound)
            put = f"{whole} - {bound} = {_plain(part)}" if rest else f"{_plain(part)}"
            return Finding(sentence(put, question.language), (at,), SCORE, _plain(part))
    for rule in _ABOVE.finditer(text):
        bound, people = amount_of(rule["amount"]), _number(rule["people"])
        at = _line_at(lines, rule.start())
        if bound is not None and people and _speaks(study, question, at.text):
            part = max(whole - bound, Decimal(0)) / people
            put = f"({whole} - {bound}) / {people} = {_plain(part)}"
            return Finding(sentence(put, question.language), (at,), SCORE, _plain(part))
    return None


def _flat(study: Study) -> tuple[str, list[tuple[int, SourceLine]]]:
    """The whole page as one text, and where each line begins in it."""
    begins: list[tuple[int, SourceLine]] = []
    text = ""
    for line in study.document.lines:
        begins.append((len(text), line))
        text += line.text + " "
    return text, begins


def _line_at(begins: list[tuple[int, SourceLine]], place: int) -> SourceLine:
    return next(line for start, line in reversed(begins) if start <= place)


def _speaks(study: Study, question: Question, text: str) -> bool:
    """True when the rule names the thing that the sum in the question is of."""
    said = Wording.of(text)
    return any(word.found_in(said) > BY_RELATION and word.weight >= NAMING for word in sought_of(study, question))


def _of_rent(study: Study, question: Question) -> Finding | None:
    """So many months' rent in money, where the sentence that the question is about says so."""
    if question.asks == "what" and "money" not in question.kinds:
        return None
    rents = {found["amount"]: found["currency"] for found in _RENT.finditer(_flat(study)[0])}
    if not rents:
        return None
    amount, currency = next(iter(rents.items()))
    asked = [word for word in sought_of(study, question) if word.weight > LEAST and word.word not in _OF_CHARGES]
    for found in study.sentences:
        rule = _MULTIPLE.search(found.text)
        if rule is None or not asked:
            continue
        said = [word for word in asked if word.found_in(found.wording) >= BY_RELATION]
        if sum(word.weight for word in said) < MOST * sum(word.weight for word in asked):
            continue
        count, rent = _number(rule["count"]), amount_of(amount)
        if count is not None and rent is not None:
            put = f"{count} × {currency or ''}{_plain(rent)} = {currency or ''}{_plain(count * rent)}"
            return Finding(sentence(put, question.language), found.lines, SCORE)
    return None


LEAST = 0.3
MOST = 0.6


def _before(study: Study, question: Question) -> Finding | None:
    """What a thing was last time, where the page says what it is now and by how much that is less or more."""
    for found in study.sentences:
        rule = _COMPARED.search(found.text)
        if rule is None or rule["then"].lower() not in question.text.lower():
            continue
        asked = [word for word in sought_of(study, question) if word.word not in Wording.of(rule["then"]).distinct]
        if not asked or any(word.found_in(found.wording) < BY_RELATION for word in asked if word.weight > LEAST):
            continue
        now, change = Decimal(rule["now"]), Decimal(rule["change"])
        less = rule["way"].lower() in ("less", "lower", "lighter", "fewer")
        put = f"{now} {'+' if less else '-'} {change} = {now + change if less else now - change} {rule['unit']}"
        return Finding(sentence(put, question.language), found.lines, SCORE)
    return None


_OF_CHARGES = _NO_CHARGE | frozenset(stem(word) for word in "rent charge fee pay dollar".split())


@dataclass(frozen=True, slots=True)
class _Charge:
    wording: Wording
    amount: Decimal
    printed: str
    line: SourceLine


def _together(study: Study, question: Question) -> Finding | None:
    """The monthly charges that the question names, and the rent where it asks for a month's pay with them."""
    if not (_MONTHLY.search(question.text) and _TOGETHER.search(question.text)):
        return None
    charges = list(_charges(study))
    named: list[_Charge] = []
    bills = re.search(r"\bbills\b", question.text, re.IGNORECASE)
    for word in sought_of(study, question):
        if word.word in _NO_CHARGE and not (bills and word.word == stem("bill")):
            continue
        found = _charge_of(charges, word)
        if found is not None and found not in named:
            named.append(found)
    rent = next((charge for charge in charges if stem("rent") in charge.wording.stems[:2]), None)
    if len(named) == 1 and rent is not None and rent not in named:
        named.insert(0, rent)
    if len(named) < FEWEST:
        return None
    total = sum((charge.amount for charge in named), Decimal(0))
    put = f"{' + '.join(charge.printed for charge in named)} = {_plain(total)}"
    return Finding(sentence(put, question.language), tuple(charge.line for charge in named), SCORE, _plain(total))


def _charge_of(charges: list[_Charge], word: Sought) -> _Charge | None:
    saying = [charge for charge in charges if word.found_in(charge.wording) >= BY_RELATION]
    return max(saying, key=lambda charge: word.found_in(charge.wording), default=None)


def _charges(study: Study) -> Iterator[_Charge]:
    """Every line with one sum that is paid by the month."""
    for line in study.document.lines:
        sums = of_kinds(line.values, ("money",)) or of_kinds(find_values(line.cells[-1].replace("$$", "$")), ("money",))
        amount = amount_of(sums[0].text) if len(sums) == 1 else None
        monthly = _MONTHLY.search(line.text) or re.search(r"\bfixed\b", line.text)
        if amount is not None and monthly and not _ONCE.search(line.text):
            yield _Charge(line.wording, amount, sums[0].text, line)
