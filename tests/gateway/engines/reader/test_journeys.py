"""Timetables of any layout: days in a column, times in four digits, two directions side by side, notes, Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.engines.reader.page.lines import documents_of
from gateway.engines.reader.timetables.place_names import places_in
from gateway.engines.reader.timetables.service_notes import days_after, is_outside
from gateway.engines.reader.timetables.services import services_of
from tests.gateway.engines.reader.asking import REFUSED, ask
from text.prompt import PromptPage

FERRY = """Corran Ferries - summer timetable
Days   Leaves   Arrives   Leaves   Arrives
   Portree   Ronay   Ronay   Portree
Mon, Wed,   07:20   08:30   08:50   10:00
Fri
Tue, Thu   16:45 A   18:20   18:40   19:50
Sat   08:05   09:15   09:45   10:55
Sun B   13:10   14:20   15:00   16:10
A Calls at the island of Orsay on the way.
B 31 May to 30 August only."""
TRAIN = """North Line
Monday to Friday
Train   401   403   405
Ashby   0612   0742   1015
Corley arr   0641   0811   1040
Corley dep   0645   0814   1042
Dunmore   0702   0831   1058x
x - stops only to set down passengers
Saturdays
Train   501   503
Ashby   0830   1630
Dunmore   0920   1720"""
TWO_WAYS = """Village Bus
Mon - Sat
Mill Lane   07:10   09:10   17:25   Rail Station   07:50   09:50   18:10
Clinic   07:24   -   17:39   Clinic   07:58   09:58   18:18
Rail Station   07:33   09:33   17:48   Mill Lane   08:12   10:12   18:32"""
CHINESE = """青山镇公交时刻表
站点   首班   第二班   末班
青山镇   6:30   8:40   17:50
石桥村   6:48   —   18:08
人民医院   7:10   9:20   18:30
周日第二班停开。"""
PIER = """Harbour shuttle from Pier 3
Mon-Thu   Fri   Sat   Sun
07:00   07:00   08:00   09:00
18:00   19:30   17:00   -"""


@pytest.mark.parametrize(
    ("question", "page", "said"),
    [
        ("When does the first boat leave Portree on Saturdays?", FERRY, "Portree, Sat: 08:05."),
        ("When does the 07:20 get to Ronay?", FERRY, "Ronay, Mon, Wed, Fri: 08:30."),
        ("What time is the last boat from Ronay on a Thursday?", FERRY, "Ronay, Tue, Thu: 18:40."),
        ("Is there a boat on Sundays in September?", FERRY, "No: 31 May to 30 August only."),
        ("Does the boat run on Sundays in July?", FERRY, "Yes: 13:10, 15:00."),
        ("When does train 405 get to Corley?", TRAIN, "Corley, 405: 10:40."),
        ("When does train 405 leave Corley?", TRAIN, "Corley, 405: 10:42."),
        ("What time is the first train from Ashby on Saturday?", TRAIN, "Ashby, 501: 08:30."),
        ("Which train gets to Dunmore before 9 am on weekdays?", TRAIN, "403: Ashby 07:42, Dunmore 08:31."),
        ("How long does train 401 take from Ashby to Dunmore?", TRAIN, "50 minutes."),
        ("When is the last bus from the Rail Station to Mill Lane?", TWO_WAYS, "Rail Station 18:10."),
        ("How long is the ride from Mill Lane to the Rail Station?", TWO_WAYS, "23 minutes."),
        ("Which bus does not stop at the clinic?", TWO_WAYS, "09:10."),
        ("末班车几点从青山镇出发？", CHINESE, "青山镇，末班：17:50。"),
        ("从青山镇到医院要多长时间？", CHINESE, "40分钟。"),
        ("哪一班不停石桥村？", CHINESE, "第二班。"),
        ("When is the last bus to the hospital?", CHINESE, "末班： 青山镇 17:50, 人民医院 18:30."),
        ("When does the last shuttle leave on Friday?", PIER, "Fri: 19:30."),
    ],
)
def test_whichever_way_it_is_printed(question: str, page: str, said: str) -> None:
    """Stops down or across, days beside or over the times, both ways side by side: the same questions are answered."""
    assert ask(question, page) == said


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("When does the first boat go on Mondays in winter?", FERRY),
        ("When is the last boat from Orkney?", FERRY),
        ("When does the 12:15 get to Ronay?", FERRY),
        ("When does train 411 leave Ashby?", TRAIN),
        ("When does the first train leave Ashby on Sunday?", TRAIN),
    ],
)
def test_what_is_not_shown(question: str, page: str) -> None:
    """A place, a time, a train or a season that the timetable does not have is refused."""
    assert ask(question, page) == REFUSED


def test_services() -> None:
    """There and back on one row are two services, a note narrows the days, a wrapped label is joined."""
    (document,) = documents_of((PromptPage("page.png", 1, tuple(FERRY.split("\n"))),))
    services = services_of(document)
    assert len(services) == 8
    assert services[0].days == frozenset({0, 2, 4})
    assert [(call.stop, call.role) for call in services[1].calls] == [("Ronay", "leaves"), ("Portree", "arrives")]
    assert [note.text for note in services[2].notes] == ["Calls at the island of Orsay on the way."]


def test_notes() -> None:
    """A note may name the only days, or take some away; dates in it exclude a month."""
    assert days_after("Bus E runs on Wednesdays and Fridays only.", None) == frozenset({2, 4})
    assert days_after("Does not run on Saturdays", frozenset({4, 5})) == frozenset({4})
    assert is_outside("31 May to 30 August only.", "in September") is True
    assert is_outside("31 May to 30 August only.", "on 2 June") is False
    assert is_outside("5月1日至8月30日", "9月有船吗") is True


def test_places_in_the_other_language() -> None:
    """大学 names "University", "hospital" names 人民医院, and a word that only one stop has is enough."""
    stops = ("Harbour Terminal", "University", "St Anne's Hospital")
    assert [mention.stop for mention in places_in("从大学回港口", stops)] == ["University", "Harbour Terminal"]
    assert [mention.stop for mention in places_in("to the hospital", stops)] == ["St Anne's Hospital"]
    assert [mention.stop for mention in places_in("to the hospital", ("青山镇", "人民医院"))] == ["人民医院"]


@given(st.lists(st.text(alphabet="A1:. -x5镇站", max_size=14), max_size=6))
def test_any_lines_are_read(lines: list[str]) -> None:
    """No page makes the search for services fail."""
    for document in documents_of((PromptPage("page.png", 1, tuple(lines)),)):
        services_of(document)
