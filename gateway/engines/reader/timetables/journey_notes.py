"""What the notes under a timetable say of one service: a place where only it calls, a condition it runs on."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.timetables.services import Service, services_of
from gateway.engines.reader.words.values import MONTHS, weekdays_in

_WHICH = re.compile(
    r"\b(?:which|what(?: time)?|when) (?:is |does |do )?(?:the )?(?:\w+ )?"
    r"(?:bus|train|tram|boat|ferry|coach|sailing|service|shuttle)\b|哪[班趟个]",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]{2,}")
_STOP_COUNT = re.compile(
    r"\bhow many stops (?:are|does|do|has|have)\b(?!.*\b(?:between|after|before|from|bus [A-Z\d]|train \d)\b)"
    r"|(?:一共|总共|共)有?(?:多少|几)个?站",
    re.IGNORECASE,
)
MOST_NAMED = 4


def answer_noted_place(study: Study, question: Question) -> Finding | None:
    """Which services go to a place that only their notes name; None for a stop of the table."""
    if _WHICH.search(question.text) is None:
        return None
    months = tuple(month[:3] for month in MONTHS)
    places = [
        word for word in _NAMED.findall(question.text) if not weekdays_in(word) and not word.lower().startswith(months)
    ]
    if not places:
        return None
    services = services_of(study.document)
    stops = " ".join(call.stop for service in services for call in service.calls)
    if any(place in stops for place in places):
        return None
    chosen = [service for service in services if any(all(p in note.text for p in places) for note in service.notes)]
    if not 0 < len(chosen) <= MOST_NAMED:
        return None
    told = "; ".join(_called(service) for service in chosen)
    note = next(note for note in chosen[0].notes if places[0] in note.text)
    return Finding(sentence(told, question.language), (*chosen[0].lines, *note.lines), 3.0)


def _called(service: Service) -> str:
    first = service.calls[0]
    return ", ".join(filter(None, (service.name, f"{first.stop} {first.written}".strip())))


def answer_stop_count(study: Study, question: Question) -> Finding | None:
    """How many stops the timetable has in all; None where a part of it, or one service, is asked about."""
    if _STOP_COUNT.search(question.text) is None:
        return None
    services = services_of(study.document)
    stops = list(dict.fromkeys(_plain(call.stop) for service in services for call in service.calls if call.stop))
    if len(services) < 2 or len(stops) < 2 or any(service.unread for service in services):
        return None
    passed = {_plain(stop) for service in services for stop, _ in service.passed}
    if not passed <= set(stops):
        return None
    listed = ("、" if question.language == "zh" else ", ").join(stops)
    told = f"{len(stops)}个：{listed}" if question.language == "zh" else f"{len(stops)}: {listed}"
    lines = tuple(dict.fromkeys(line for service in services for line in service.lines))
    return Finding(sentence(told, question.language), lines[:3], 3.0, str(len(stops)))


def _plain(stop: str) -> str:
    """The stop without what stands behind it in brackets: it may arrive and depart on two lines."""
    return re.sub(r"\s*[(（].*", "", stop)
