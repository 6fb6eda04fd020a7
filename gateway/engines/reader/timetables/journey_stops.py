"""Which stops one service makes, and which of two services is the faster one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.timetables.place_names import places_in
from gateway.engines.reader.timetables.services import Service, services_of
from gateway.engines.reader.words.amounts import spoken_minutes

_SERVED = re.compile(
    r"\b(?:which|what) stops (?:does|do|will)\b.*|\bwhere does\b.*\bstop\b(?! at)|(?:停|经过|途经)(?:靠)?哪[些几]个?站",
    re.IGNORECASE,
)
_SKIPS = re.compile(r"\b(?:not|skips?|miss(?:es)?)\b|n['’]t\b|不停", re.IGNORECASE)
_FASTER = re.compile(r"\b(?:faster|quicker|fastest|quickest)\b|更快|最快|比较快", re.IGNORECASE)


def answer_served(study: Study, question: Question) -> Finding | None:
    """The stops that the service that is named makes, or those that it passes; None without one such service."""
    if _SERVED.search(question.text) is None:
        return None
    named = _named(question.text, services_of(study.document))
    if len(named) != 1:
        return None
    service = named[0]
    skipped = _SKIPS.search(question.text) is not None
    stops = [stop for stop, _ in service.passed] if skipped else [call.stop for call in service.calls]
    if not all(stops) or not stops or service.unread:
        return None
    told = ("、" if question.language == "zh" else ", ").join(dict.fromkeys(stops))
    lines = tuple(line for _, line in service.passed) if skipped else service.lines
    return Finding(sentence(told, question.language), lines[:3], 3.0)


def answer_faster(study: Study, question: Question) -> Finding | None:
    """Which of the services that are named takes less time, to the stop that is named or to its last."""
    if _FASTER.search(question.text) is None:
        return None
    services = services_of(study.document)
    named = _named(question.text, services)
    stops = list(dict.fromkeys(call.stop for service in services for call in service.calls))
    goals = [mention.stop for mention in places_in(question.text, stops)]
    if len(named) < 2 or len(goals) > 1:
        return None
    lasting = []
    for service in named:
        goal = next((call for call in service.calls if not goals or call.stop == goals[0]), None)
        goal = goal if goals else service.calls[-1]
        if goal is None or goal is service.calls[0]:
            return None
        lasting.append(((goal.minute - service.calls[0].minute) % (24 * 60), service))
    lasting.sort(key=lambda entry: entry[0])
    if lasting[0][0] == lasting[1][0]:
        return None
    mark, comma = ("：", "，") if question.language == "zh" else (": ", ", ")
    told = comma.join(
        f"{service.name}{mark}{spoken_minutes(minutes, question.language)}" for minutes, service in lasting
    )
    return Finding(sentence(told, question.language), lasting[0][1].lines[:3], 3.0, lasting[0][1].name)


def _named(text: str, services: Sequence[Service]) -> list[Service]:
    """The services whose names, or the numbers in them, the text says; none where two of them have one name."""
    found = []
    for service in services:
        if not service.has_own_name:
            continue
        code = service.name.rpartition(" ")[2]
        forms = [re.escape(service.name), *([re.escape(code)] if len(code) > 1 or code.isdigit() else [])]
        if any(re.search(rf"(?<![\w:.]){form}(?![\w:.]\w|\w)", text) for form in forms):
            found.append(service)
    names = [service.name for service in found]
    return found if len(set(names)) == len(names) else []
