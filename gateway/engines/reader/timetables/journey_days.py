"""On which days the services of a timetable run, and which run on some days only."""

from __future__ import annotations

import re

from gateway.engines.reader.page.evidence import Finding
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.timetables.journey_questions import Journey
from gateway.engines.reader.timetables.service_notes import has_span
from gateway.engines.reader.words.values import WEEKDAYS

_ONLY = re.compile(r"\bonly\b|只|仅", re.IGNORECASE)
_ASKS_SEASON = re.compile(
    r"\b(?:un)?till? (?:when|what date)\b|\bfrom when\b|\buntil which\b|到哪天|到几月|到什么时候为止", re.IGNORECASE
)
MOST_NAMED = 4


def answer_days(journey: Journey) -> Finding | None:
    """The days on which the service that is named runs; yes or no when one is asked for."""
    zh = journey.question.language == "zh"
    service = journey.service
    if service is None:
        return _only_on(journey) or _season(journey)
    if journey.question.asks == "whether":
        if not journey.days or service.days is None or journey.goal or journey.start:
            return None
        runs = journey.days <= service.days
        told = _spoken_days(service.days, journey.question.language)
        lead = ("是的" if runs else "不") if zh else ("Yes" if runs else "No")
        lines = tuple(line for note in service.notes for line in note.lines) or service.lines
        return Finding(
            f"{lead}{'。' if zh else '. '}{service.name}{'：' if zh else ': '}{told}{'。' if zh else '.'}", lines, 3.0
        )
    if not journey.asks_days or service.days is None:
        return None
    lines = tuple(line for note in service.notes for line in note.lines) or service.lines
    return Finding(
        sentence(_spoken_days(service.days, journey.question.language), journey.question.language), lines, 3.0
    )


def _spoken_days(days: frozenset[int], language: str) -> str:
    if language == "zh":
        return "、".join(f"星期{'一二三四五六日'[day]}" for day in sorted(days))
    return ", ".join(WEEKDAYS[day].capitalize() for day in sorted(days))


def _only_on(journey: Journey) -> Finding | None:
    """Which services run on the days that are named and on no others, where most run on more."""
    if not (journey.asks_which and journey.days and _ONLY.search(journey.question.text)) or journey.asks_time:
        return None
    chosen = [service for service in journey.considered if service.days == journey.days]
    if journey.start or journey.goal or not 0 < len(chosen) <= MOST_NAMED or len(chosen) * 2 > len(journey.considered):
        return None
    language = journey.question.language
    called = [service.name if service.has_own_name else service.calls[0].written for service in chosen]
    lines = tuple(line for service in chosen for note in service.notes for line in note.lines)
    told = ("、" if language == "zh" else ", ").join(dict.fromkeys(called))
    return Finding(sentence(told, language), tuple(dict.fromkeys((*lines, *chosen[0].lines))), 3.0)


def _season(journey: Journey) -> Finding | None:
    """Until when the services of a day run, where a note of theirs tells the season."""
    if not _ASKS_SEASON.search(journey.question.text):
        return None
    noted = {
        note.text: note
        for service in journey.considered
        if journey.runs_then(service)
        for note in service.notes
        if has_span(note.text)
    }
    if len(noted) != 1 or not journey.days:
        return None
    note = next(iter(noted.values()))
    return Finding(sentence(note.text, journey.question.language), note.lines, 3.0)
