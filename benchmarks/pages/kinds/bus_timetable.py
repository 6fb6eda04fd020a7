"""A bus timetable: the answer lies where a row and a column meet."""

from __future__ import annotations

from benchmarks.pages import accepted
from benchmarks.pages.chance import Chance
from benchmarks.pages.invented import conventions, phone, town
from benchmarks.pages.paper import RIGHT_OR_CENTRE, Align, Column, Paper
from benchmarks.pages.questions import Quiz

_STOPS = (
    "Town Hall|Central Station|Market Square|Hospital|Harbour|University|Old Mill|Stadium|Library|Castle Gate|"
    "Airport|Botanic Garden|Ferry Pier|Tram Depot|Technical College|Museum|Riverside|Observatory"
).split("|")
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


def _shown(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def draw(chance: Chance, paper: Paper) -> Quiz:
    """A table of five to nine stops and three to five buses."""
    place, writes, valid = town(chance), conventions(chance), chance.day()
    stops = chance.some(_STOPS, chance.number(5, 9))
    buses = chance.any_of(_NAMES)[: chance.number(3, 5)]
    starts = [chance.number(350, 420)]
    while len(starts) < len(buses):
        starts.append(starts[-1] + chance.number(25, 90, 5))
    offsets = [0]
    while len(offsets) < len(stops):
        offsets.append(offsets[-1] + chance.number(4, 14))
    paper.title(f"{place} Buses", 20)
    paper.line(f"Timetable from {stops[0]} to {stops[-1]}", align=paper.style.title_align, bold=True)
    paper.line(f"{chance.pick(_DAYS)}, valid from {writes.day(valid)}", align=paper.style.title_align)
    paper.skip(10)
    times = {(stop, bus): _shown(start + offset)
             for stop, offset in zip(stops, offsets, strict=True)
             for bus, start in zip(buses, starts, strict=True)}  # fmt: skip
    rows = [("Stop", *buses), *((stop, *(times[stop, bus] for bus in buses)) for stop in stops)]
    align: Align = chance.any_of(RIGHT_OR_CENTRE)
    paper.table(rows, (Column("left", 2), *(Column(align) for _ in buses)))
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
    for stop, bus in ((chance.any_of(stops[1:]), chance.any_of(buses)) for _ in range(3)):
        question = chance.pick(_WHEN).format(bus=bus, stop=f"the {stop}" if stop in _WITH_ARTICLE else stop)
        quiz.ask(
            "cell",
            question,
            accepted.clock(times[stop, bus]),
            "Stop " + " ".join(buses),
            stop + " " + times[stop, buses[0]],
        )
    other = chance.any_of([name for name in buses if name != bus])
    quiz.follow_up(f"And {other}?", accepted.clock(times[stop, other]), stop + " " + times[stop, buses[0]])
    quiz.ask(
        "count",
        "How many stops are in the timetable?",
        accepted.number(len(stops)),
        *(f"{stop} {times[stop, buses[0]]}" for stop in stops),
    )
    minutes = offsets[-1]
    first = (f"{stops[0]} {times[stops[0], buses[0]]}", f"{stops[-1]} {times[stops[-1], buses[0]]}")
    quiz.ask(
        "arithmetic",
        f"How many minutes does {buses[0]} take from {stops[0]} to {stops[-1]}?",
        accepted.number(minutes),
        *first,
    )
    quiz.ask("field", "How much is a single ticket?", accepted.money(ticket), "Single ticket:")
    quiz.ask("date", "From which date is the timetable valid?", accepted.day(valid), "valid from")
    quiz.ask("condition", f"Does {last} run on public holidays?", accepted.no(), notes[0])
    quiz.ask("condition", "From what time may I take a bicycle?", accepted.clock(early), notes[3])
    quiz.unanswerable("How much is a monthly pass?", f"When does {buses[0]} reach the Zoo?")
    return quiz


_WITH_ARTICLE = frozenset(("Town Hall", "Hospital", "Harbour", "University", "Stadium", "Library", "Airport", "Museum"))
