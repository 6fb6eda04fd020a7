"""Two documents at a time, with questions that only both together answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from benchmarks.pages import accepted
from benchmarks.pages.chance import Split
from benchmarks.pages.made import MadePage, page_of, quiz_of
from benchmarks.pages.questions import PageQuestion, Quiz, Where

_TRIES = 40


@dataclass(frozen=True, slots=True)
class MadePair:
    """Two pages and the questions about both; in `rests_on` the second is page 2."""

    name: str
    pages: tuple[MadePage, MadePage]
    questions: tuple[PageQuestion, ...]


@dataclass(frozen=True, slots=True)
class PairKind:
    """Which kinds are put together, whether two pages fit, and what is asked about them."""

    kinds: tuple[str, str]
    fits: Callable[[Quiz, Quiz], bool]
    asked: Callable[[Quiz, Quiz], tuple[PageQuestion, ...]]


def made_pair(name: str, damage: str, seed: int, split: Split = "development") -> MadePair:
    """The pair that these four name, always the same. Raises KeyError for a pair or a damage that there is not."""
    pair = PAIRS[name]
    for attempt in range(_TRIES):
        seeds = (1_000 + seed * 2 * _TRIES + attempt, 1_000 + seed * 2 * _TRIES + _TRIES + attempt)
        quizzes = [quiz_of(kind, damage, at, split) for kind, at in zip(pair.kinds, seeds, strict=True)]
        if pair.fits(*quizzes):
            break
    first, second = (
        page_of(quiz, kind, damage, at, split) for quiz, kind, at in zip(quizzes, pair.kinds, seeds, strict=True)
    )
    return MadePair(f"{name}-{damage}-{split}-{seed}", (first, second), pair.asked(*quizzes))


def _said(first: Quiz, second: Quiz) -> tuple[Where, ...]:
    """The lines that hold the facts of both."""
    there = second.where(str(second.facts["said"]))
    return (*first.where(str(first.facts["said"])), *((2, line) for _, line in there))


def _sum(quiz: Quiz) -> int:
    return int(str(quiz.facts["total"]))


def _day(quiz: Quiz) -> date:
    day = quiz.facts["day"]
    assert isinstance(day, date)
    return day


def _bills(bill: Quiz, invoice: Quiz) -> tuple[PageQuestion, ...]:
    one, other, where = _sum(bill), _sum(invoice), _said(bill, invoice)
    higher, lower = ("repair bill", "invoice") if one > other else ("invoice", "repair bill")
    return (
        PageQuestion(
            "largest", "Which is higher, the repair bill or the invoice?", accepted.rather(higher, lower), where
        ),
        PageQuestion(
            "sum", "What do the repair bill and the invoice come to together?", accepted.money(one + other), where
        ),
        PageQuestion(
            "arithmetic", "What is the difference between the two totals?", accepted.money(abs(one - other)), where
        ),
        PageQuestion("unanswerable", "Which of the two was paid by card?", None),
    )


def _days(letter: Quiz, message: Quiz) -> tuple[PageQuestion, ...]:
    visit, event, where = _day(letter), _day(message), _said(letter, message)
    name = str(message.facts["event"])
    between = abs((visit - event).days)
    first = accepted.rather("appointment", name) if visit < event else accepted.rather(name, "appointment")
    return (
        PageQuestion("date", f"Which comes first, the appointment at the clinic or the {name}?", first, where),
        PageQuestion(
            "arithmetic", f"How many days lie between the appointment and the {name}?", accepted.number(between), where
        ),
        PageQuestion("unanswerable", f"Who takes the patient to the {name}?", None),
    )


def _receipts(one: Quiz, other: Quiz) -> tuple[PageQuestion, ...]:
    where, (cheaper, dearer) = _said(one, other), sorted((one, other), key=_sum)
    return (
        PageQuestion("sum", "两张收据一共实付多少钱？", accepted.money(_sum(one) + _sum(other)), where),
        PageQuestion(
            "largest",
            "哪家店的实付金额更高？",
            accepted.rather(str(dearer.facts["shop"]), str(cheaper.facts["shop"])),
            where,
        ),
        PageQuestion("unanswerable", "两家店相距多远？", None),
    )


PAIRS: dict[str, PairKind] = {
    "bill_and_invoice": PairKind(
        ("repair_bill", "invoice"),
        lambda one, other: one.facts["sign"] == other.facts["sign"] and _sum(one) != _sum(other),
        _bills,
    ),
    "letter_and_email": PairKind(("clinic_letter", "email"), lambda one, other: _day(one) != _day(other), _days),
    "two_receipts_zh": PairKind(
        ("receipt_zh", "receipt_zh"),
        lambda one, other: one.facts["shop"] != other.facts["shop"] and _sum(one) != _sum(other),
        _receipts,
    ),
}
"""By name."""
