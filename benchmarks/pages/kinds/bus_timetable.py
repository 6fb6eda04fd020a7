"""A bus timetable: the answer lies where a row and a column meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import conventions, phone, town
from benchmarks.pages.paper import RIGHT_OR_CENTRE, Align, Column, Paper
from benchmarks.pages.questions import Quiz

_STOPS = (
    "Town Hall|Central Station|Market Square|Hospital|Harbour|University|Old Mill|Stadium|Library|Castle Gate|"
    "Airport|Botanic Garden|Ferry Pier|Tram Depot|Technical College|Museum|Riverside|Observatory"
).split("|")
_WITH_ARTICLE = frozenset(("Town Hall", "Hospital", "Harbour", "University", "Stadium", "Library", "Airport", "Museum"))
_NAMES = (
    ("Bus A", "Bus B", "Bus C", "Bus D", "Bus E"),
    ("Bus 4", "Bus 7", "Bus 11", "Bus 15", "Bus 28"),
    ("Line 1", "Line 2", "Line 3", "Line 5", "Line 8"),
)
_DAYS = ("Monday to Friday", "Monday to Saturday", "Every day", "Saturdays and Sundays", "School days only")
_WHEN = (
    "When does {bus} reach {stop}?",
    "At what time is {bus} at {stop}?",
    "What time does {bus} stop at {stop}?",
    "{bus} arrives at {stop} when?",
)


@dataclass(frozen=True, slots=True)
class _Timetable:
    """When each bus is at each stop."""

    stops: Sequence[str]
    buses: Sequence[str]
    starts: Sequence[int]
    """Of each bus at the first stop, in minutes after midnight."""
    offsets: Sequence[int]
    """Of each stop, in minutes after the first."""

    def time(self, stop: str, bus: str) -> str:
        """When `bus` is at `stop`, as it is printed."""
        minutes = self.starts[self.buses.index(bus)] + self.offsets[self.stops.index(stop)]
        return f"{minutes // 60}:{minutes % 60:02d}"

    def begin(self, stop: str) -> str:
        """How the row of `stop` begins."""
        return f"{stop} {self.time(stop, self.buses[0])}"


def draw(chance: Chance, paper: Paper) -> Quiz:
    """A table of five to nine stops and three to five buses."""
    place, writes, valid = town(chance), conventions(chance), chance.day()
    timetable = _drawn_timetable(chance)
    stops, buses = timetable.stops, timetable.buses
    paper.title(f"{place} Buses", 20)
    paper.line(f"Timetable from {stops[0]} to {stops[-1]}", align=paper.style.title_align, bold=True)
    paper.line(f"{chance.pick(_DAYS)}, valid from {writes.day(valid)}", align=paper.style.title_align)
    paper.skip(10)
    _table(chance, paper, timetable)
    paper.skip(12)
    last, ticket, fine = buses[-1], chance.number(120, 480, 10), chance.number(3000, 9000, 500)
    age, early = chance.number(4, 7), chance.any_of(("9:00", "8:30", "9:30"))
    notes = (
        f"{last} does not run on public holidays.",
        f"Single ticket: {writes.money(ticket)}",
        f"Children under {age} travel free, only with an adult.",
        f"Bicycles are not allowed before {early}.",
        f"Travelling without a ticket costs {writes.money(fine)}.",
        f"Lost property: {phone(chance)}",
    )
    for note in notes:
        paper.line(note)
    quiz = Quiz(paper)
    _ask_times(chance, quiz, timetable)
    quiz.ask("field", "How much is a single ticket?", accepted.money(ticket), "Single ticket:")
    quiz.ask("date", "From which date is the timetable valid?", accepted.day(valid), "valid from")
    quiz.ask("condition", f"Does {last} run on public holidays?", accepted.no(), notes[0])
    quiz.ask("condition", "From what time may I take a bicycle?", accepted.clock(early), notes[3])
    quiz.unanswerable("How much is a monthly pass?", f"When does {buses[0]} reach the Zoo?")
    return quiz


def _drawn_timetable(chance: Chance) -> _Timetable:
    stops = chance.some(_STOPS, chance.number(5, 9))
    buses = chance.any_of(_NAMES)[: chance.number(3, 5)]
    starts = [chance.number(350, 420)]
    while len(starts) < len(buses):
        starts.append(starts[-1] + chance.number(25, 90, 5))
    offsets = [0]
    while len(offsets) < len(stops):
        offsets.append(offsets[-1] + chance.number(4, 14))
    return _Timetable(stops, buses, starts, offsets)


def _table(chance: Chance, paper: Paper, timetable: _Timetable) -> None:
    """A row for each stop, a column for each bus."""
    buses = timetable.buses
    rows = [
        ("Stop", *buses),
        *((stop, *(timetable.time(stop, bus) for bus in buses)) for stop in timetable.stops),
    ]
    align: Align = chance.any_of(RIGHT_OR_CENTRE)
    paper.table(rows, (Column("left", 2), *(Column(align) for _ in buses)))


def _ask_times(chance: Chance, quiz: Quiz, timetable: _Timetable) -> None:
    stops, buses = timetable.stops, timetable.buses
    head = "Stop " + " ".join(buses)
    for stop, bus in ((chance.any_of(stops[1:]), chance.any_of(buses)) for _ in range(3)):
        question = chance.pick(_WHEN).format(bus=bus, stop=f"the {stop}" if stop in _WITH_ARTICLE else stop)
        quiz.ask("cell", question, accepted.clock(timetable.time(stop, bus)), head, timetable.begin(stop))
    other = chance.any_of([name for name in buses if name != bus])
    quiz.follow_up(f"And {other}?", accepted.clock(timetable.time(stop, other)), timetable.begin(stop))
    quiz.ask(
        "count",
        "How many stops are in the timetable?",
        accepted.number(len(stops)),
        *(timetable.begin(stop) for stop in stops),
    )
    quiz.ask(
        "arithmetic",
        f"How many minutes does {buses[0]} take from {stops[0]} to {stops[-1]}?",
        accepted.number(timetable.offsets[-1]),
        timetable.begin(stops[0]),
        timetable.begin(stops[-1]),
    )
