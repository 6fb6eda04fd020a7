"""Questions about a timetable: when one leaves or arrives, the first, the last, the next, which stops where, how long.

The question is read as conditions on the services of the page (`services`): the stops it names and their parts, a day,
a time, a name. What it leaves unexplained is not answered here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.timetables.journey_days import answer_days
from gateway.engines.reader.timetables.journey_questions import Journey, journey_of
from gateway.engines.reader.timetables.service_notes import is_outside
from gateway.engines.reader.timetables.services import Call, Service, services_of
from gateway.engines.reader.words.amounts import spoken_minutes

MOST_LISTED = 8


@dataclass(frozen=True, slots=True)
class _Ride:
    """A service that fits, with the calls that the question speaks of."""

    service: Service
    start: Call | None
    goal: Call | None

    @property
    def told(self) -> Call:
        """The call at the stop that is named; the first one where none is."""
        return self.goal or self.start or self.service.calls[0]


def answer_journey(study: Study, question: Question) -> Finding | None:
    """The answer to a question about the services of a timetable; None when it asks for something else."""
    services = services_of(study.document)
    if len(services) < 2:
        return None
    journey = journey_of(study, question, services)
    if journey is None:
        return None
    told = answer_days(journey)
    if told is not None:
        return told
    rules = (_runs, _stops_there) if question.asks == "whether" else (_stopping, _lasting, _counted, _moment)
    for rule in rules:
        found = rule(journey, _rides(journey, journey.considered))
        if found is not None:
            return found
    return None


def is_unsure_ride(study: Study, question: Question) -> bool:
    """True for the first, the last or the next of services of which the page has some that could not be read."""
    services = services_of(study.document)
    if not any(service.unread for service in services):
        return False
    journey = journey_of(study, question, services)
    return journey is not None and (journey.picks or journey.asks_number) and _is_unsure(journey)


def _rides(journey: Journey, services: Sequence[Service]) -> list[_Ride]:
    """The services that fit all conditions, in the order of their times."""
    rides = [
        _Ride(service, start, goal)
        for service in services
        if journey.allows(service) and journey.runs_then(service)
        for start, goal in [_ends(journey, service)]
        if (start is not None or journey.start is None) and (goal is not None or journey.goal is None)
    ]
    if journey.minute is not None:
        rides = _at_time(journey, rides)
    return sorted(rides, key=lambda ride: (ride.start or ride.told).minute)


def _ends(journey: Journey, service: Service) -> tuple[Call | None, Call | None]:
    """Where it is boarded and left: the second after the first."""
    calls = service.calls
    start = next(
        (at for at in range(len(calls) - 1, -1, -1) if calls[at].stop == journey.start and calls[at].role != "arrives"),
        None,
    )
    if start is not None and start == len(calls) - 1 > 0:
        start = None  # it ends there
    after = range((start or 0) + (1 if start is not None else 0), len(calls))
    fitting = [
        at for at in after if calls[at].stop == journey.goal and (calls[at].role != "leaves" or not journey.arrives)
    ]
    goal = fitting[0] if fitting else None
    if journey.start is None and goal == 0 and len(calls) > 1 and journey.arrives:
        goal = None  # it begins there
    if not journey.arrives and goal is not None and journey.start is None:
        goal = fitting[-1]
    return (calls[start] if start is not None else None), (calls[goal] if goal is not None else None)


def _at_time(journey: Journey, rides: list[_Ride]) -> list[_Ride]:
    """Those with the time that is named, where they are boarded; anywhere but at the goal when that is not said."""
    if journey.start is None:
        halves = (journey.minute, (journey.minute or 0) + 12 * 60)
        begun = [s for s in journey.considered if journey.runs_then(s) and s.calls[0].minute in halves]
        rides = [ride for ride in rides if not begun or ride.service in begun]
    for minute in (journey.minute, (journey.minute or 0) + 12 * 60):
        named = [ride for ride in rides if (ride.start or ride.service.calls[0]).minute == minute]
        named = named or [
            ride
            for ride in rides
            if (journey.start is None or ride.service.calls[0].minute == minute)
            and any(call.minute == minute and call is not ride.goal for call in ride.service.calls)
        ]
        if named:
            return named
    return []


def _runs(journey: Journey, rides: list[_Ride]) -> Finding | None:
    """For "is there a boat on Sundays", "is there a bus after nine"."""
    at_time = journey.minute is not None and (journey.goal or journey.start) is not None
    if not (journey.days or journey.after is not None or journey.by is not None or journey.months or at_time):
        return None
    rides = _within(journey, rides)
    if journey.service is not None and not journey.days:
        return None
    zh = journey.question.language == "zh"
    running = [
        ride for ride in rides if not any(is_outside(note.text, journey.question.text) for note in ride.service.notes)
    ]
    if running:
        times = _times(running, journey)
        return Finding(
            f"{'有' if zh else 'Yes'}{'，' if zh else ': '}{times}{'。' if zh else '.'}", running[0].service.lines, 3.0
        )
    if rides:
        note = next(note for note in rides[0].service.notes if is_outside(note.text, journey.question.text))
        told = f"没有：{note.text}" if zh else f"No: {note.text}"
        return Finding(told, (*note.lines, *rides[0].service.lines), 3.0)
    stop = journey.goal or journey.start
    passing = [
        (service, line)
        for service in journey.considered
        if journey.runs_then(service) and _is_at(service, journey.minute)
        for passed, line in service.passed
        if passed == stop
    ]
    if passing and stop:
        return _passed(journey, *passing[0], stop)
    if not journey.some_known or at_time:
        return None
    return Finding("没有。" if zh else "No, none is shown.", journey.lines, 3.0)


def _is_at(service: Service, minute: int | None) -> bool:
    """True for the service with a time that is named, by either half of the day."""
    return minute is None or any(call.minute in (minute, minute + 12 * 60) for call in service.calls)


def _stops_there(journey: Journey, rides: list[_Ride]) -> Finding | None:
    """For "does bus C stop at the hospital"."""
    only = journey.goal or journey.start
    if journey.service is None or only is None or (journey.goal and journey.start):
        return None
    zh = journey.question.language == "zh"
    name, stop = journey.service.name, only
    if (call := next((call for call in journey.service.calls if call.stop == stop), None)) is not None:
        if journey.negated:
            told = f"不，{name}在{stop}停：{call.written}" if zh else f"No. {stop}, {name}: {call.written}"
        else:
            told = f"是的。{stop}，{name}：{call.written}" if zh else f"Yes. {stop}, {name}: {call.written}"
        return Finding(sentence(told, journey.question.language), (call.line,), 3.0)
    line = next((line for passed, line in journey.service.passed if passed == stop), None)
    if line is None and (stop in journey.service.unread or not journey.same_table(stop)):
        return None
    lead = ("是的。" if zh else "Yes. ") if journey.negated else ("不。" if zh else "No. ")
    told = f"{name}在{stop}不停" if zh else f"{name} has no time at {stop}"
    return Finding(sentence(f"{lead}{told}", journey.question.language), (line,) if line else journey.lines, 3.0)


def _passed(journey: Journey, service: Service, line: SourceLine, stop: str) -> Finding:
    """That it does not stop there."""
    if journey.question.asks == "whether":
        told = (
            f"不。{service.name or _called(service)}在{stop}不停"
            if journey.question.language == "zh"
            else f"No. {service.name or _called(service)} has no time at {stop}"
        )
    elif journey.question.language == "zh":
        told = f"{service.name}在{stop}不停：表中是“–”"
    else:
        told = f"It does not stop there: {stop}, – for {service.name}"
    return Finding(sentence(told, journey.question.language), (line,), 3.0)


def _stopping(journey: Journey, rides: list[_Ride]) -> Finding | None:
    """Which services make a stop, or pass it; also the stops that one service passes."""
    if not journey.asks_which or journey.asks_time or journey.picks or journey.minute is not None:
        return None
    only = journey.goal or journey.start
    if only is None or (journey.goal and journey.start) or journey.service is not None:
        return None
    if journey.negated:
        chosen = [service for service in journey.considered if any(stop == only for stop, _ in service.passed)]
        lines = tuple(line for service in chosen for stop, line in service.passed if stop == only)
    else:
        chosen = [ride.service for ride in rides]
        lines = tuple(ride.told.line for ride in rides)
    if (
        not chosen
        or not _are_told_apart(journey, chosen)
        or len(chosen) > MOST_LISTED
        or any(only in service.unread for service in journey.considered)
    ):
        return None
    joined = ("、" if journey.question.language == "zh" else ", ").join(dict.fromkeys(map(_called, chosen)))
    if journey.question.asks == "many":
        joined = f"{len(chosen)}个：{joined}" if journey.question.language == "zh" else f"{len(chosen)}: {joined}"
    return Finding(sentence(joined, journey.question.language), tuple(dict.fromkeys(lines)), 3.0)


def _are_told_apart(journey: Journey, chosen: Sequence[Service]) -> bool:
    """True when no other service that runs with those chosen has the name of one of them."""
    return not any(
        other.name == service.name and other.days == service.days
        for service in chosen
        if service.has_own_name
        for other in journey.considered
        if other is not service
    )


def _called(service: Service) -> str:
    """Its name; its first time where it has none of its own."""
    return service.name if service.has_own_name else f"{service.calls[0].written}"


def _lasting(journey: Journey, rides: list[_Ride]) -> Finding | None:
    """How long the ride takes, where all that fit take the same; each one's time where few differ."""
    if not journey.asks_length or not rides:
        return None
    if (journey.start is None) != (journey.goal is None) and journey.service is None and journey.minute is None:
        rides = [ride for ride in rides if len(ride.service.calls) > 1]
    rides = _picked(journey, rides)
    lasting: dict[int, list[_Ride]] = {}
    lines: list[SourceLine] = []
    for ride in rides:
        start, goal = ride.start or ride.service.calls[0], ride.goal or ride.service.calls[-1]
        if start is goal:
            return None
        lasting.setdefault((goal.minute - start.minute) % (24 * 60), []).append(ride)
        lines += [start.line, goal.line]
    language = journey.question.language
    if len(lasting) == 1:
        (minutes,) = lasting
        return Finding(sentence(spoken_minutes(minutes, language), language), tuple(dict.fromkeys(lines)), 3.0)
    if not lasting or len(lasting) > 4:
        return None
    colon, comma = ("：", "；") if language == "zh" else (": ", "; ")
    told = comma.join(
        f"{'、'.join(_called(ride.service) for ride in its)}{colon}"
        f"{spoken_minutes(minutes, language).partition(' (')[0]}"
        for minutes, its in sorted(lasting.items())
    )
    return Finding(sentence(told, language), tuple(dict.fromkeys(lines)), 3.0)


def _counted(journey: Journey, rides: list[_Ride]) -> Finding | None:
    if not journey.asks_number:
        return None
    rides = _within(journey, rides)
    stop = journey.start or journey.goal
    if stop is None:  # those of one direction
        first = journey.considered[0].calls[0].stop
        starts = {ride.service.calls[0].stop for ride in rides}
        rides = [ride for ride in rides if len(starts) == 1 or ride.service.calls[0].stop == first]
    if not rides or _is_unsure(journey):
        return None
    times = _times(rides, journey)
    zh = journey.question.language == "zh"
    return Finding(
        sentence(f"{len(rides)}班：{times}" if zh else f"{len(rides)}: {times}", journey.question.language),
        _lines(rides),
        3.0,
    )


def _is_unsure(journey: Journey) -> bool:
    """True when a time at the stop was not read, which might be the one."""
    stops = [stop for stop in (journey.start, journey.goal) if stop]
    return any(
        service.unread and journey.runs_then(service) and (not stops or any(stop in service.unread for stop in stops))
        for service in journey.considered
    )


def _within(journey: Journey, rides: list[_Ride]) -> list[_Ride]:
    if journey.after is not None:
        rides = [ride for ride in rides if _boarding(ride, journey) > journey.after]
    if journey.by is not None:
        rides = [ride for ride in rides if _arriving(ride, journey) <= journey.by - (1 if journey.strictly else 0)]
    return rides


def _boarding(ride: _Ride, journey: Journey) -> int:
    return (ride.start or (ride.goal if ride.goal and not journey.start else None) or ride.service.calls[0]).minute


def _arriving(ride: _Ride, journey: Journey) -> int:
    return (ride.goal or ride.start or ride.service.calls[0]).minute


def _picked(journey: Journey, rides: list[_Ride]) -> list[_Ride]:
    """The first, the last, or the next of those that fit; all, when none of these is asked for."""
    rides = _within(journey, rides)
    if journey.ordinal is not None:
        return rides[journey.ordinal - 1 : journey.ordinal]
    by_time = sorted(rides, key=lambda ride: (ride.start or ride.told).minute)
    if journey.first or (journey.after is not None and journey.by is None):
        return by_time[:1]
    if journey.last or journey.by is not None:
        return by_time[-1:]
    return rides


def _moment(journey: Journey, rides: list[_Ride]) -> Finding | None:
    """When it leaves or arrives, or which one to take."""
    question = journey.question
    if not (journey.asks_time or journey.asks_which):
        return None
    if not rides and journey.service is not None and journey.asks_time and (stop := journey.goal or journey.start):
        line = next((line for passed, line in journey.service.passed if passed == stop), None)
        return _passed(journey, journey.service, line, stop) if line is not None else None
    if not rides:
        return None
    if journey.picks and _is_unsure(journey):
        return None
    chosen = _picked(journey, rides)
    if not chosen or (len(chosen) > 1 and not journey.asks_time):
        return None
    if len(chosen) > 1:
        open_ended = journey.start is None and journey.goal is None
        if len(chosen) > MOST_LISTED or (open_ended and len({ride.service.calls[0].stop for ride in chosen}) > 1):
            return None
        return Finding(sentence(_times(chosen, journey), question.language), _lines(chosen), 3.0)
    return _told(journey, chosen[0])


def _told(journey: Journey, ride: _Ride) -> Finding:
    zh = journey.question.language == "zh"
    start = ride.start or ride.service.calls[0]
    if journey.goal is None or ride.goal is None:
        calls = [ride.service.calls[-1] if journey.arrives else start]
    elif journey.asks_time and journey.start is not None and not journey.by:
        calls = [ride.goal if journey.arrives else start]
    elif journey.asks_time and not journey.picks:
        calls = [ride.goal]
    else:
        calls = list(dict.fromkeys((start, ride.goal)))
    if len(calls) > 1 and journey.arrives and journey.start is None and journey.asks_which and journey.by is None:
        calls = calls[-1:]
    parts = [f"{call.stop}{'' if zh and not call.stop.isascii() else ' '}{call.written}".strip() for call in calls]
    name, colon, comma = ride.service.name, "：" if zh else ": ", "，" if zh else ", "
    if len(calls) == 1 and name:
        told = f"{calls[0].stop}{comma if calls[0].stop else ''}{name}{colon}{calls[0].written}"
    else:
        told = (f"{name}{colon}" if ride.service.has_own_name else "") + comma.join(parts)
    value = (ride.goal if journey.arrives and ride.goal else calls[0]).written
    return Finding(
        sentence(told, journey.question.language),
        tuple(dict.fromkeys(call.line for call in calls)),
        3.0,
        value,
    )


def _times(rides: Sequence[_Ride], journey: Journey) -> str:
    """The times of several, where they are boarded, or reached when that is asked."""
    zh = journey.question.language == "zh"
    shown = []
    for ride in rides[:MOST_LISTED]:
        call = (
            ride.goal if (journey.arrives or ride.start is None) and ride.goal else ride.start or ride.service.calls[0]
        )
        named = ride.service.has_own_name and journey.told_apart
        shown.append(f"{ride.service.name} {call.written}" if named else call.written)
    return ("、" if zh else ", ").join(dict.fromkeys(shown))


def _lines(rides: Sequence[_Ride]) -> tuple[SourceLine, ...]:
    return tuple(dict.fromkeys(ride.told.line for ride in rides))
