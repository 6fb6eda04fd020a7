"""Which bus to take: the first and the last, the next after a time, the one to be there by a time, the 7:20 further on.

A timetable's columns may be the buses and its rows the stops, or the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.engines.reader.amounts import minutes_of, spoken_minutes
from gateway.engines.reader.evidence import Finding, Study
from gateway.engines.reader.lines import SourceLine
from gateway.engines.reader.mentions import TableQuestion
from gateway.engines.reader.numbers import words_to_digits
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.question import Question
from gateway.engines.reader.stops import is_travel
from gateway.engines.reader.tables import Table
from gateway.engines.reader.time_windows import minute_of_day
from gateway.engines.reader.values import weekdays_in
from gateway.engines.reader.wording import Wording

NAMED = 0.6
"""So much of a stop's name must be said for it to be meant."""
MOST_LISTED = 6
_T = r"(?:\d{1,2}(?:[:.]\d{2})?(?: ?[ap]\.?m\b\.?| ?o['’]?clock)?(?![:.]?\d)|noon|midday)"
_T_ZH = r"(?:(?:早上|上午|中午|下午|晚上)?(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:[:点时]半?(?:\d{1,2}分?)?))"
_BY = re.compile(
    rf"\b(?P<word>by|before|no later than|not later than) (?P<time>{_T})|(?P<zh>{_T_ZH})(?:之?前|以前)", re.IGNORECASE
)
_AFTER = re.compile(rf"\bafter (?P<time>{_T})|(?P<zh>{_T_ZH})(?:之?后|以后)", re.IGNORECASE)
_AT = re.compile(rf"(?P<time>(?<![\d:.])\d{{1,2}}[:.]\d{{2}}(?: ?[ap]\.?m\b\.?)?(?!\d))|(?P<zh>{_T_ZH})", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:first|earliest)\b|最早|首班|头班|第一[班趟]", re.IGNORECASE)
_LAST = re.compile(r"\b(?:last|latest|final)\b|最晚|末班|最后一?[班趟]", re.IGNORECASE)
_FASTER = re.compile(r"\b(?:faster|fastest|quicker|quickest|shortest)\b|最快|更快|哪[趟班路]车?快", re.IGNORECASE)
_LEAVING = re.compile(
    r"\b(?:from|leave|leaves|leaving|depart|departs|out of)(?: from)?(?: the| our| my)? $|[从在]$", re.IGNORECASE
)
_GOING = re.compile(r"\b(?:to|at|reach|reaches|in|arrive|towards?)(?: the| our| my)? $|到达?$|[去往]$", re.IGNORECASE)
_LEAVES = re.compile(r"\b(?:leaves?|leaving|departs?|starts?|go|goes)\b|出发|发车|开(?!放)", re.IGNORECASE)
_COUNTS = re.compile(r"\bhow many\b|几[班趟]|多少[班趟]", re.IGNORECASE)
_NUMBER = re.compile(r"[A-Z]{0,2}\d{1,3}[A-Z]?|\w*\d+[路班]")
"""What buses are called, and stops are not."""
_VEHICLE = re.compile(
    r"\b(?:bus|buses|tram|trams|train|trains|coach|coaches|ferry|ferries|boats?|services?|trips?|departures?|leave"
    r"|connections?|shuttles?)\b|车|首班|末班|头班|第[一二三]班|下一班|最后一班|班次|趟|船",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Time:
    minute: int
    written: str
    line: SourceLine


@dataclass(frozen=True, slots=True)
class _Trip:
    """One bus, with its times by the places of the stops."""

    name: str
    times: Mapping[int, _Time]


@dataclass(frozen=True, slots=True)
class _Board:
    """A timetable with what the question names of it."""

    stops: tuple[Wording, ...]
    trips: tuple[_Trip, ...]
    start: int | None
    """The stop that is left; None when none is named so."""
    goal: int | None
    """The stop that is gone to, or the only one named."""
    question: Question

    @property
    def only(self) -> int | None:
        """The stop that is named, whichever way."""
        return self.goal if self.goal is not None else self.start

    @property
    def told_apart(self) -> bool:
        """True when every bus has a name of its own."""
        names = [trip.name for trip in self.trips]
        return all(names) and len(set(names)) == len(names)


def answer_departure(study: Study, question: Question) -> Finding | None:
    """The bus, or its time, that a question about a timetable leads to; None when it asks for none."""
    if question.asks in ("whether", "why", "who") or not study.tables:
        return None
    asked = TableQuestion(study, question)
    for table in study.tables:
        if not asked.of_kind(table, "time") or asked.names_another(table) or _another_day(study, table, question):
            continue
        for board in _boards(asked, table):
            for rule in (_fastest, _limited, _ridden, _end, _count):
                found = rule(board)
                if found is not None:
                    return found
    return None


def _another_day(study: Study, table: Table, question: Question) -> bool:
    """True when the question names a day of the week that the timetable is not for, or not known to be for."""
    days = weekdays_in(question.text)
    stated = weekdays_in(f"{table.caption.text} {study.title.text}")
    return bool(days) and not days <= stated


def _boards(asked: TableQuestion, table: Table) -> Iterator[_Board]:
    timed = asked.of_kind(table, "time")
    rows = [row for row in table.rows if row.label.text and any(minutes_of(row.cells[at]) is not None for at in timed)]
    as_columns = tuple(
        _Trip(table.header[at].text, _times((place, row.cells[at], row.line) for place, row in enumerate(rows)))
        for at in timed
    )
    as_rows = tuple(
        _Trip(row.label.text, _times((place, row.cells[at], row.line) for place, at in enumerate(timed)))
        for row in rows
    )
    for stops, trips in (
        (tuple(row.label for row in rows), as_columns),
        (tuple(table.header[at] for at in timed), as_rows),
    ):
        board = _board(asked, table, stops, trips)
        if board is not None:
            yield board


def _times(cells: Iterator[tuple[int, str, SourceLine]]) -> dict[int, _Time]:
    found = {}
    for place, cell, line in cells:
        minute = minutes_of(cell)
        if minute is not None:
            found[place] = _Time(minute, cell, line)
    return found


def _board(asked: TableQuestion, table: Table, stops: tuple[Wording, ...], trips: tuple[_Trip, ...]) -> _Board | None:
    question = asked.question
    scores = [asked.names(stop) for stop in stops]
    best = max(scores, default=0.0)
    named = [place for place, score in enumerate(scores) if score >= max(NAMED, best - 0.1)]
    if len(named) > 2:
        return None
    asks_end = _FIRST.search(question.text) or _LAST.search(question.text)
    if not named and (
        not asks_end or not _VEHICLE.search(question.text) or any(_NUMBER.fullmatch(stop.text) for stop in stops)
    ):
        return None
    places = [*stops, *table.header, Wording.of(table.corner), table.caption, table.section]
    places += [row.label for row in table.rows]
    if any(
        not any(known.fullmatch(concept.asked) for known in (_FASTER, _VEHICLE))
        and not is_travel(concept.asked)
        and not _is_time(concept.asked)
        for concept in asked.unexplained(places)
    ):
        return None
    start, goal = _roles(question.text, [(place, stops[place]) for place in named])
    wanted = [trip for trip in trips if trip.name and _says(question.text, trip.name)]
    others = {trip.name for trip in trips} - {trip.name for trip in wanted}
    return _Board(stops, tuple(wanted) if wanted and others else trips, start, goal, question)


def _is_time(word: str) -> bool:
    return word[:1].isdigit() or word in ("noon", "midday", "am", "pm") or "点" in word


def _says(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w:.]){re.escape(name)}(?![\w:])", text, re.IGNORECASE) is not None


def _roles(text: str, named: Sequence[tuple[int, Wording]]) -> tuple[int | None, int | None]:
    """Which stop is left and which is gone to, by the words before them."""
    start = goal = None
    for place, stop in named:
        at = _place_of(stop, text)
        before = text[:at]
        if _LEAVING.search(before) or text[at + len(stop.text) :].lstrip().startswith(("开", "出发", "发车")):
            start = place if start is None else start
        elif _GOING.search(before) or goal is None:
            goal = place
        else:
            start = place
    return start, goal


def _place_of(stop: Wording, text: str) -> int:
    """Where the question names the stop: at its whole name, or at the first of its words that it says."""
    lowered = text.lower()
    whole = lowered.find(stop.lowered)
    if whole >= 0:
        return whole
    words = [lowered.find(word) for word in re.findall(r"[a-z]{3,}", stop.lowered)]
    return min((at for at in words if at >= 0), default=0)


def _moment(found: re.Match[str] | None) -> int | None:
    return None if found is None else minute_of_day((found["time"] or found["zh"]).replace(".", ":", 1))


def _limited(board: _Board) -> Finding | None:
    """The last bus that is there by a time, or the first after it."""
    text = words_to_digits(board.question.text)
    limit = _BY.search(text)
    latest, after = _moment(limit), _moment(_AFTER.search(text))
    stop = board.goal if latest is not None else board.start if board.start is not None else board.goal
    if stop is None or (latest is None) == (after is None):
        return None
    served = [trip for trip in board.trips if stop in trip.times]
    if after is not None:
        later = [trip for trip in served if trip.times[stop].minute > after]
        return _told(board, min(later, key=lambda trip: trip.times[stop].minute), stop) if later else None
    strictly = limit is not None and limit["word"] == "before"
    in_time = [trip for trip in served if trip.times[stop].minute < (latest or 0) + (0 if strictly else 1)]
    return _told(board, max(in_time, key=lambda trip: trip.times[stop].minute), stop) if in_time else None


def _ridden(board: _Board) -> Finding | None:
    """For "when does the 7:20 bus reach the hospital": the bus with that time, and its time at the stop."""
    minute = _moment(_AT.search(board.question.text))
    if minute is None or board.goal is None or board.question.asks not in ("when", "what", "long"):
        return None
    start = board.start
    taken = [
        trip
        for trip in board.trips
        if any(
            time.minute == minute
            for at, time in trip.times.items()
            if at == start or (start is None and at != board.goal)
        )
    ]
    if len(taken) != 1 or board.goal not in taken[0].times:
        return None
    return _told(board, taken[0], board.goal)


def _end(board: _Board) -> Finding | None:
    """The first or the last bus at a stop; at the first stop when none is named."""
    text = board.question.text
    first, last = _FIRST.search(text), _LAST.search(text)
    if (first is None) == (last is None) or len({trip.name for trip in board.trips}) < 2:
        return None
    asks_bus = board.question.asks == "what" and _VEHICLE.search(text)
    if board.question.asks != "when" and not asks_bus:
        return None
    if asks_bus and board.only is not None and board.told_apart:
        return None  # `stops` names it
    stop = board.start if board.start is not None and _LEAVES.search(text) else board.only
    stop = 0 if stop is None else stop
    both = [at for at in (board.start, board.goal) if at is not None]
    served = [trip for trip in board.trips if stop in trip.times and all(at in trip.times for at in both)]
    if not served:
        return None
    chosen = (min if first else max)(served, key=lambda trip: trip.times[stop].minute)
    return _told(board, chosen, stop)


def _count(board: _Board) -> Finding | None:
    """How many buses serve a stop in a day."""
    if not _COUNTS.search(board.question.text) or board.question.asks != "many" or board.only is None:
        return None
    if not _VEHICLE.search(board.question.text) or board.told_apart:
        return None
    stop = board.only
    times = [trip.times[stop] for trip in board.trips if stop in trip.times]
    if not times:
        return None
    listed = "、" if board.question.language == "zh" else ", "
    shown = f": {listed.join(time.written for time in times)}" if len(times) <= MOST_LISTED else ""
    told = f"{len(times)}班{shown.replace(': ', '：')}" if board.question.language == "zh" else f"{len(times)}{shown}"
    return Finding(sentence(told, board.question.language), tuple(dict.fromkeys(time.line for time in times)), 3.0)


def _fastest(board: _Board) -> Finding | None:
    """Which of the buses takes least time from its first stop, or the one named, to the stop that is named."""
    if not _FASTER.search(board.question.text) or board.goal is None:
        return None
    goal, start = board.goal, board.start if board.start is not None else 0
    lasting = [
        ((trip.times[goal].minute - trip.times[start].minute), trip)
        for trip in board.trips
        if goal in trip.times and start in trip.times and trip.name
    ]
    lasting.sort(key=lambda entry: entry[0])
    if len(lasting) < 2 or lasting[0][0] == lasting[1][0] or lasting[0][0] <= 0:
        return None
    zh = board.question.language == "zh"
    told = (", " if not zh else "，").join(
        f"{trip.name}{'：' if zh else ': '}{spoken_minutes(minutes, board.question.language)}"
        for minutes, trip in lasting[:3]
    )
    lines = tuple(dict.fromkeys(trip.times[goal].line for _, trip in lasting[:3]))
    return Finding(sentence(told, board.question.language), lines, 3.0)


def _told(board: _Board, trip: _Trip, stop: int) -> Finding:
    """The bus with its times where it is boarded and at `stop`: "38A: Old Town 6:35, Hospital 6:47"."""
    start = board.start if board.start is not None else min(trip.times)
    shown = sorted({at for at in (start, stop) if at in trip.times}, key=lambda at: trip.times[at].minute)
    zh = board.question.language == "zh"
    parts = [f"{board.stops[at].text}{'' if zh else ' '}{trip.times[at].written}" for at in shown]
    lead = f"{trip.name}{'：' if zh else ': '}" if trip.name else ""
    told = lead + ("，" if zh else ", ").join(parts)
    lines = (trip.times[stop].line, *(trip.times[at].line for at in shown))
    return Finding(sentence(told, board.question.language), tuple(dict.fromkeys(lines)), 3.0, trip.times[stop].written)
