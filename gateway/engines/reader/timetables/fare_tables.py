"""The fares of a timetable: each price with the stop, the passenger and the ticket it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.timetables.place_names import places_in
from gateway.engines.reader.timetables.service_notes import Note
from gateway.engines.reader.words.values import amount_of

LEAST_ROWS = 2
LONGEST_LABEL = 45
"""Characters."""
_PRICE = r"(?:[$€£¥]\s?\d+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?\s?元|free|免费|[-–—])"
_ROW = re.compile(rf"(?P<label>\S.*?)\s+(?P<prices>{_PRICE}(?:\s+{_PRICE})*)", re.IGNORECASE)
_SENTENCE = re.compile(r"\b(?:cost|costs|charged?|pay|over|than|for|of|is|are)$|[.,;:，。；]$", re.IGNORECASE)
_FREE = re.compile(r"free|免费", re.IGNORECASE)

PASSENGERS = (
    ("adult", r"adults?|grown-?ups?|成人|成年人|大人"),
    ("child", r"child(?:ren)?|kids?|under \d{1,2}s?|儿童|小孩|孩子|小朋友"),
    ("student", r"students?|pupils?|学生"),
    ("senior", r"seniors?|pensioners?|senior citizens?|老人|老年人|长者"),
    ("concession", r"concessions?|reduced|优惠"),
)
TICKETS = (
    ("day", r"day (?:ticket|pass|card|return)s?|日票|一日票"),
    ("week", r"(?:7|seven)[- ]days?|week(?:ly)?(?: ticket| pass)?s?|周票"),
    ("month", r"month(?:ly)?(?: ticket| pass)?s?|月票"),
    ("several", r"carnets?|(?:ten|10)[- ](?:trip|ride|singles?|journey)s?(?: card| ticket)?s?|multi-?trip|次卡|次票"),
    ("return", r"(?<!day )returns?(?: (?:ticket|trip|fare|journey)s?)?|round[- ]?trips?|往返票?|来回票?"),
    ("single", r"singles?(?: (?:ticket|trip|fare)s?)?|one[- ]way(?: (?:ticket|trip|fare)s?)?|单程票?"),
)
"""Kinds of passengers and of tickets, by their words in both languages; of two that stand in a text, the first."""


@dataclass(frozen=True, slots=True)
class Fare:
    """One price."""

    label: str
    """Of its row."""
    head: str
    """Of its column."""
    over: str
    """What stands over the labels, and over the table."""
    price: str
    amount: Decimal
    line: SourceLine

    @property
    def name(self) -> str:
        """Row and column."""
        comma = ", " if self.label.isascii() else "，"
        return comma.join(filter(None, (self.label, self.head)))

    @property
    def passenger(self) -> str | None:
        """Which kind of passenger it is for, where that is said."""
        return kind_in(self.name, PASSENGERS)

    @property
    def ticket(self) -> str | None:
        """Which kind of ticket it is for, where that is said."""
        return kind_in(self.name, TICKETS) or kind_in(self.over, TICKETS)


def kind_in(text: str, kinds: Sequence[tuple[str, str]]) -> str | None:
    """The first kind whose words `text` has."""
    return next(
        (name for name, words in kinds if re.search(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])", text, re.IGNORECASE)),
        None,
    )


def fares_of(document: SourceDocument, notes: Sequence[Note], stops: Sequence[str]) -> tuple[Fare, ...]:
    """Every fare of `document`: in tables, and in sentences that lead to one of `stops` after another."""
    return (*_in_tables(document), *_in_sentences(notes, stops))


def _in_tables(document: SourceDocument) -> Iterator[Fare]:
    run: list[tuple[str, list[str], SourceLine]] = []
    for line in (*document.lines, None):
        row = _row(line) if line is not None else None
        if row is not None and (not run or run[-1][2].index == row[2].index - 1):
            run.append(row)
            continue
        if len(run) >= LEAST_ROWS:
            yield from _of_run(document, run)
        run = [row] if row is not None else []


def _row(line: SourceLine) -> tuple[str, list[str], SourceLine] | None:
    found = _ROW.fullmatch(" ".join(line.cells))
    if found is None or len(found["label"]) > LONGEST_LABEL or _SENTENCE.search(found["label"]):
        return None
    prices = re.findall(_PRICE, found["prices"], re.IGNORECASE)
    return (
        (found["label"], prices, line)
        if any(re.search(r"\d", price) for price in prices) or _FREE.search(prices[0])
        else None
    )


def _of_run(document: SourceDocument, run: Sequence[tuple[str, list[str], SourceLine]]) -> Iterator[Fare]:
    width = max(len(prices) for _, prices, _ in run)
    above = document.before(run[0][2], 2)
    corner, heads = _heads(above[0], width) if above else ("", [""] * width)
    over = " ".join([corner, *(line.text for line in above[1:] if heads[0] and len(line.text) <= LONGEST_LABEL)])
    for label, prices, line in run:
        if len(prices) != width:
            continue
        for head, price in zip(heads, prices, strict=True):
            amount = Decimal(0) if _FREE.search(price) else amount_of(price)
            if amount is not None:
                yield Fare(label, head, over.strip(), price, amount, line)


def _heads(line: SourceLine, width: int) -> tuple[str, list[str]]:
    """What stands over the labels, and over each column; heads that were read as one are parted at known words."""
    if len(line.text) > 80 or line.text.endswith((".", "。")):
        return "", [""] * width
    if len(line.cells) == width + 1:
        return line.cells[0], list(line.cells[1:])
    kinds = [len(_marks(cell)) for cell in line.cells]
    if len(line.cells) == width > 1 and (all(kinds) or not any(kinds)):
        return "", list(line.cells)
    marks = _marks(line.text)
    if len(marks) != width:
        return line.text if width == 1 else "", [""] * width
    ends = [*marks[1:], len(line.text)]
    return line.text[: marks[0]].strip(), [line.text[at:end].strip() for at, end in zip(marks, ends, strict=True)]


def _marks(text: str) -> list[int]:
    """Where words for passengers stand in a head; where there are none, words for tickets."""
    for kinds in (PASSENGERS, TICKETS):
        words = "|".join(words for _, words in kinds)
        found = [one.start() for one in re.finditer(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])", text, re.IGNORECASE)]
        if found:
            return found
    return []


def _in_sentences(notes: Sequence[Note], stops: Sequence[str]) -> Iterator[Fare]:
    """For "One way: Ashby to Corley $3.25; to Dunmore $4.50"."""
    names = "|".join(re.escape(stop) for stop in sorted(set(stops), key=len, reverse=True) if stop)
    if not names:
        return
    over, last = "", None
    for note in notes:
        found = list(re.finditer(rf"(?:to|至|到) ?(?P<goal>{names}):? ?(?P<price>{_PRICE})", note.text, re.IGNORECASE))
        if not found or note.mark:
            last = None
            continue
        if last is None or not (set(last.lines) & set(note.lines) and not note.text[: found[0].start()].strip()):
            over = note.text[: found[0].start("goal")]
        last = note
        for fare in found:
            amount = amount_of(fare["price"])
            if amount is not None:
                line = next((line for line in note.lines if fare["price"] in line.text), note.lines[0])
                yield Fare(fare["goal"], "", over, fare["price"], amount, line)


def places_of(text: str, stops: Sequence[str]) -> frozenset[str]:
    """Which of `stops` a label, or a heading, names."""
    return frozenset(mention.stop for mention in places_in(text, stops))
