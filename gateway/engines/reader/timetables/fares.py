"""What a ride costs: from where to where, for whom, with which ticket, summed over all who ride."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.timetables.fare_tables import PASSENGERS, TICKETS, Fare, fares_of, kind_in, places_of
from gateway.engines.reader.timetables.journey_words import has_more_to_say
from gateway.engines.reader.timetables.place_names import places_in
from gateway.engines.reader.timetables.service_notes import notes_of
from gateway.engines.reader.timetables.services import Service, services_of
from gateway.engines.reader.timetables.tariffs import ages_of
from gateway.engines.reader.words.amounts import written_like
from gateway.engines.reader.words.numbers import parse_chinese, words_to_digits

_ASKS = re.compile(
    r"\b(?:how much|fares?|costs?|pay|price|charged?)\b|\b(?:single|return|ticket)s? to\b"
    r"|多少钱|票价|车费|车票|船票|几块|几元|费用",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"\b(?P<age>\d{1,2})[- ]years?[- ]olds?\b|\b(?:aged?|of) (?P<age2>\d{1,2})\b(?! (?:adult|child|people))"
    r"|(?P<zh>\d{1,2}|[一二三四五六七八九十]{1,3})岁",
    re.IGNORECASE,
)
_TWICE = re.compile(
    r"(?:round trip|return)s?(?: (?:ticket|fare)s?)?:? [a-z ]{0,12}(?:twice|double) the (?:one-way|single)"
    r"(?: (?:fare|price))?(?:,? (?:less|minus) (?P<off>\d{1,2}) ?%)?",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"\b(?:how much|cheapest|fares?|costs?|cost|pays?|paid|price|charged?|tickets?|together|altogether|all|total|in"
    r"|person|people|family|normal|standard|does|would|is|are|an?|and|my|years?|old|aged?)\b"
    r"|多少钱|票价|车费|车票|船票|几块钱?|几元|费用|票|买|张|位|名|个人|个|岁|和|带|我|两|一共|总共",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Party:
    """Passengers of one kind."""

    count: int
    kind: str
    age: int | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a question asks the price of."""

    stops: tuple[str, ...]
    """All stops of the page."""
    places: tuple[str, ...]
    parties: tuple[_Party, ...]
    ticket: str | None


def answer_fare(study: Study, question: Question) -> Finding | None:
    """The price of a ride; None for any other question, and where the page does not settle it."""
    known = _known(study, question)
    if known is None:
        return None
    fares, wanted = known
    if not wanted.places and sum(party.count for party in wanted.parties) < 2:
        return None  # one ticket that leads anywhere is the affair of the readers of tables
    parties = wanted.parties or (_Party(1, "adult"),)
    chosen = [_for(party, wanted, fares, study) for party in parties]
    priced = [(party.count, fare) for party, fare in zip(parties, chosen, strict=True) if fare is not None]
    if len(priced) < len(parties):
        return None
    lines = tuple(dict.fromkeys(fare.line for _, fare in priced))
    zh = question.language == "zh"
    if len(priced) == 1 and priced[0][0] == 1:
        fare = priced[0][1]
        told = f"{fare.name}{'：' if zh else ': '}{fare.price}"
        return Finding(sentence(told, question.language), lines, 3.0, fare.price)
    total = sum((count * fare.amount for count, fare in priced), Decimal(0))
    result = written_like(total, [fare.price for _, fare in priced if fare.amount] or ["0"])
    steps = " + ".join(f"{count} × {fare.price}" for count, fare in priced)
    told = f"{result}（{steps}）" if zh else f"{result} ({steps})"
    return Finding(sentence(told, question.language), lines, 3.0, result)


def is_unknown_fare(study: Study, question: Question) -> bool:
    """True for the price of a ride between stops for which the page states none."""
    known = _known(study, question)
    if known is None:
        return False
    fares, wanted = known
    led = [fare for fare in fares if places_of(fare.label, wanted.stops)]
    if led and wanted.places and not any(_leads(fare, wanted) for fare in led):
        return True
    parted = any(fare.passenger for fare in fares)
    reduced = [party for party in wanted.parties if party.kind not in ("adult", "child")]
    return parted and any(not any(_suits(party, fare) for fare in fares) for party in reduced)


def _known(study: Study, question: Question) -> tuple[Sequence[Fare], _Wanted] | None:
    """The fares, and what is wanted; None where it is no question about them, or says what is not understood."""
    if not _ASKS.search(question.text) or question.asks in ("whether", "when", "why"):
        return None
    services = services_of(study.document)
    if len(services) < 2:
        return None
    stops = _stops(services)
    fares = fares_of(study.document, notes_of(study.document), stops)
    if not fares:
        return None
    text = words_to_digits(question.text) if question.language == "en" else question.text
    mentions = places_in(text, stops)
    left = "".join(" " if any(m.start <= at < m.end for m in mentions) else sign for at, sign in enumerate(text))
    ticket = kind_in(left, TICKETS)
    parties = _parties(left)
    for _, words in (*PASSENGERS, *TICKETS):
        left = re.sub(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])", " ", left, flags=re.IGNORECASE)
    left = _KNOWN.sub(" ", re.sub(r"[\d一二三四五六七八九十]+", " ", left))
    if has_more_to_say(left, study, services):
        return None
    return fares, _Wanted(tuple(stops), tuple(dict.fromkeys(m.stop for m in mentions)), parties, ticket)


def _stops(services: Sequence[Service]) -> list[str]:
    named = [call.stop for service in services for call in service.calls]
    return list(dict.fromkeys(stop for stop in named if stop))


def _parties(text: str) -> tuple[_Party, ...]:
    """Who rides: "2 adults and a child of 8", 一个大人和一个小孩."""
    words = "|".join(words for _, words in PASSENGERS)
    found: list[_Party] = []
    for one in re.finditer(
        rf"(?:(?P<n>\d{{1,2}}|\ban?|\bone|[一两二三四五六七八九十])\s?(?:个|位|名|张)?\s?)?(?:\d{{1,2}}-year-old )?"
        rf"(?<![A-Za-z])(?P<who>{words})(?![A-Za-z])",
        text,
        re.IGNORECASE,
    ):
        kind = kind_in(one["who"], PASSENGERS) or "adult"
        age = _AGE.search(text[one.start() : one.end() + 12])
        written = (age["age"] or age["age2"] or age["zh"]) if age else None
        years = None if written is None else int(written) if written.isdigit() else int(parse_chinese(written) or 0)
        found.append(_Party(_count(one["n"]), kind, years))
    return tuple(found)


def _count(written: str | None) -> int:
    if written is None or written.lower() in ("a", "an", "one"):
        return 1
    return int(written) if written.isdigit() else 2 if written == "两" else int(parse_chinese(written) or 1)


def _leads(fare: Fare, wanted: _Wanted) -> bool:
    """True for a fare between the stops that are named; the heading may name the other end of all rides."""
    there, ends = places_of(fare.label, wanted.stops), places_of(fare.over, wanted.stops)
    if not there:
        return not wanted.places
    rest = set(wanted.places) - there
    return bool(there & set(wanted.places)) and (not rest or (len(rest) == 1 and (rest <= ends or not ends)))


def _for(party: _Party, wanted: _Wanted, fares: Sequence[Fare], study: Study) -> Fare | None:
    """The one fare for passengers of a kind; the simple ticket where none is named."""
    led = [fare for fare in fares if places_of(fare.label, wanted.stops)]
    fitting = [fare for fare in fares if _leads(fare, wanted)] if led and wanted.places else [
        fare for fare in fares if fare not in led
    ]  # fmt: skip
    parted = any(fare.passenger for fare in fitting)
    fitting = [fare for fare in fitting if (fare.passenger is None and not parted) or _suits(party, fare)]
    kinds = {fare.ticket for fare in fitting}
    if wanted.ticket is None:
        fitting = [fare for fare in fitting if fare.ticket in ("single", None)] if len(kinds) > 1 else fitting
    else:
        same = [fare for fare in fitting if fare.ticket == wanted.ticket]
        unnamed = [fare for fare in fitting if fare.ticket is None] if wanted.ticket == "single" else []
        if not same and wanted.ticket == "return":
            return _twice([fare for fare in fitting if fare.ticket in ("single", None)], study)
        fitting = same or unnamed
    prices = {fare.price for fare in fitting}
    return fitting[0] if len(prices) == 1 else None


def _suits(party: _Party, fare: Fare) -> bool:
    kind = fare.passenger
    ages = ages_of(fare.name) if kind == "child" else None
    if kind is None:
        return False
    if party.age is not None and ages is not None:
        return ages.low <= party.age <= ages.high
    others = re.search(party.kind, fare.name, re.IGNORECASE) is not None or (
        kind == "concession" and party.kind in ("student", "senior")
    )
    return kind == party.kind or others


def _twice(singles: Sequence[Fare], study: Study) -> Fare | None:
    """The return fare where a sentence says that it is twice the single one, less so much."""
    for line in study.document.lines:
        found = _TWICE.search(line.text)
        if found is not None and len({fare.price for fare in singles}) == 1:
            single = singles[0]
            amount = 2 * single.amount * (100 - int(found["off"] or 0)) / 100
            return Fare(single.label, single.head, single.over, written_like(amount, [single.price]), amount, line)
    return None
