"""Timetables whose columns were read apart, whose times are told in sentences, and keys in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engines.reader.page.lines import documents_of
from gateway.engines.reader.timetables.service_notes import notes_of
from gateway.engines.reader.timetables.services import services_of
from tests.gateway.engines.reader.asking import REFUSED, REFUSED_ZH, ask
from text.prompt import PromptPage

TORN = """5 Westgate - Milltown
Mondays to Fridays
Westgate, Depot   06:40
Mill School   -
Town Hall   06:58
Milltown   07:10
SATURDAYS
07:30   08:15
07:47   08:33
08:00   08:46
Westgate, Depot   09:30   11:30
Town Hall   09:46   11:46
Milltown   09:58   11:58"""
HALVES = """Ridge Coaches
To the airport - daily
Stop   Early
Creek, post office 4.50 am
Hill, general store   5.15 am
Airport, terminal 2. 6.55 am
Morning Midday Evening
7.30am   11.45am 5.15 pm
7.55am   12.10p m_ ‘5.40 pm
9.50am 2.05pm —-7.35 pm"""
UNKNOWN = """Valley Bus
Mondays to Fridays
Dale   06:40   07:10
Fern   06:50   07:20
Glen   07:05   07:35
Moor   07:15   07:45
08:40   09:10
09:15   09:45"""
TOLD = """Coast Line
Weekdays, toward Port Hay
Train   Elmford   Fairley   Port Hay
201   5:52 AM   6:01 AM   6:55 AM
205X   7:35 PM   _   8:26 PM
215F   9:50 PM   9:59 PM   10:50 PM
X Express. F Runs on Fridays only. — Train does not stop.
Weekends and holidays
Trains leave Elmford at 8:30 AM, 11:30 AM and 6:30 PM, and Port Hay at 10:00 AM and 8:00 PM."""


@pytest.mark.parametrize(
    ("question", "page", "said"),
    [
        ("When does the 07:30 from Westgate reach Milltown?", TORN, "Milltown 08:00."),
        ("When does the last bus on Saturday leave Westgate?", TORN, "Westgate, Depot 11:30."),
        ("How long does the Midday coach take from Creek to the airport?", HALVES, "140 minutes (2 hours 20 minutes)."),
        ("What time does the Evening coach leave Hill?", HALVES, "Hill, general store, Evening: 5.40 pm."),
        ("When does the last bus leave Dale?", UNKNOWN, REFUSED),
        ("When does the last train leave Port Hay on Sundays?", TOLD, "Port Hay 8:00 PM."),
        ("How many trains leave Elmford on Saturdays?", TOLD, "3: 8:30 AM, 11:30 AM, 6:30 PM."),
        ("Which train runs only on Fridays?", TOLD, "215F."),
        ("Which trains do not stop at Fairley?", TOLD, "205X."),
        ("When does train 205X get to Port Hay?", TOLD, "Port Hay, 205X: 8:26 PM."),
        ("晚上7:35的车停Fairley吗？", TOLD, "不。205X在Fairley不停。"),
    ],
)
def test_times(question: str, page: str, said: str) -> None:
    """Columns stand beside their stops again, a heading over them leads on, and what is not known is not told."""
    assert ask(question, page) == said


def test_a_row_of_dashes_left_no_print() -> None:
    """The columns of the right part are a row short where all of them have a dash."""
    (document,) = documents_of((PromptPage("page.png", 1, tuple(TORN.split("\n"))),))
    services = services_of(document)
    assert [len(service.calls) for service in services] == [3, 3, 3, 3, 3]
    assert [stop for stop, _ in services[1].passed] == ["Mill School"]
    assert services[1].days == frozenset(range(5))
    assert services[3].days == frozenset({5})


def test_keys_in_one_line() -> None:
    """Signs explained one after another are notes of their own, and a word that begins a line is none."""
    lines = ("S - schooldays only F - Fridays only", "X Express. F Runs on Fridays only.", "a lift leads to the deck")
    (document,) = documents_of((PromptPage("page.png", 1, lines),))
    assert [(note.mark, note.text) for note in notes_of(document)] == [
        ("S", "schooldays only"),
        ("F", "Fridays only"),
        ("X", "Express."),
        ("F", "Runs on Fridays only."),
        ("", "a lift leads to the deck"),
    ]


SEASON = """Corran Ferries
Days   Leaves   Arrives   Leaves   Arrives
   Portree   Ronay   Ronay   Portree
Tue, Thu   16:45 A   18:20   18:40   19:50
Sun B   13:10   14:20   15:00   16:10
A Calls at the island of Orsay on the way.
B 31 May to 30 August only.
Pier office, Portree - bookings 01632 960 770. Recorded information is on 01632 960 771.
The ship has a lift."""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Until when does the Sunday boat run?", "31 May to 30 August only."),
        ("Which boat calls at Orsay?", "Tue, Thu, Portree 16:45."),
        ("Which number do I ring to book?", "01632 960 770."),
        ("Which number do I ring about lost property?", REFUSED),
        ("Is there a restaurant on the ship?", REFUSED),
        ("船上有餐厅吗？", REFUSED_ZH),
        ("How many stops are in the timetable?", "2: Portree, Ronay."),
    ],
)
def test_around_the_table(question: str, said: str) -> None:
    """A season, a place in a note, the number for a purpose; what the page does not have is no other thing."""
    assert ask(question, SEASON) == said


@given(st.lists(st.text(alphabet="A1:. -m5镇站", max_size=16), max_size=8))
def test_any_lines_are_read(lines: list[str]) -> None:
    """No page makes the search for services fail."""
    for document in documents_of((PromptPage("page.png", 1, tuple(lines)),)):
        services_of(document)
