"""What a question supposes: an hour of the day, a year told from the letter's own, a vehicle, a person with a name."""

import pytest

from tests.gateway.engines.reader.asking import REFUSED, REFUSED_ZH, ask

BUSES = """Alder Valley Bus
Timetable from Quay to Clinic
Stop   Bus 3   Bus 5   Bus 8
Quay   6:40   7:20   8:10
Train Station   6:52   7:32   8:22
Clinic   7:05   7:45   8:35
Bicycles are not allowed before 9:30. Dogs are welcome on all buses."""
BUSES_ZH = """青山公交时刻表
站名   1路   2路   3路
火车站   6:40   7:20   8:10
医院   7:05   7:45   8:35"""
LETTER = """Elm Court Housing
May 4, 2026
Dear Ms. Sato,
Please note that the monthly rent will rise from $700 to $735 on
January 1, 2027. A plumber from Quick Pipes will visit you on Monday.
Yours sincerely,
Ines Roth"""
REPORT = """Annual Report 2026
Millbrook Museum
It was a good year for the museum. The number of visitors rose by
8 percent to 31,400. The museum bought 210 paintings."""


@pytest.mark.parametrize("hour", ["eight o'clock", "8 o'clock", "9:00", "8 am"])
def test_an_hour_within_the_limits_decides(hour: str) -> None:
    """The sentence need not say the hour that the question supposes."""
    assert ask(f"Can I take my bicycle at {hour}?", BUSES).startswith("No.")


def test_an_hour_decides_nothing_for_a_sentence_without_hours() -> None:
    """That dogs are welcome says nothing of parrots at eight, nor does the limit for bicycles."""
    assert ask("Can I take my parrot at eight o'clock?", BUSES) == REFUSED


def test_what_may_be_brought_was_not_received() -> None:
    """To ask when one may bring it asks for the limit; to ask when it was brought in, for a day."""
    assert "9:30" in ask("From when on may I bring a bicycle?", BUSES)
    assert "June 3" in ask("When was it brought in?", "Repair order\nReceived: June 3, 2026\nBicycle: Rove 28")


@pytest.mark.parametrize("question", ["When does the train leave?", "Is there a ferry after eight?"])
def test_another_vehicle_is_not_answered(question: str) -> None:
    """A train that is asked for is none of the buses, though they stop at its station."""
    assert ask(question, BUSES) == REFUSED


def test_another_vehicle_is_not_answered_in_chinese() -> None:
    """Nor are the buses of a Chinese page trains; to ask when one reaches the station asks for no train."""
    assert ask("火车几点开？", BUSES_ZH) == REFUSED_ZH
    assert "6:40" in ask("1路公交车几点从火车站发车？", BUSES_ZH)


def test_the_named_vehicle_is_answered() -> None:
    """The train station is a stop of the bus."""
    assert "6:52" in ask("When does bus 3 reach the train station?", BUSES)


def test_next_year_is_told_from_the_date_of_the_letter() -> None:
    """It is the year after that of the page, where the page speaks of it."""
    assert "$735" in ask("What will she pay per month next year?", LETTER)
    assert ask("What did she pay per month last year?", LETTER) == REFUSED


def test_a_person_without_a_name_has_none() -> None:
    """A firm that sends somebody is not their name."""
    assert ask("What is the name of the plumber?", LETTER) == REFUSED
    named = LETTER.replace("A plumber from Quick Pipes", "Our plumber, Omar Haddad,")
    assert "Omar Haddad" in ask("What is the name of the plumber?", named)


def test_those_who_came_are_the_visitors() -> None:
    """Their number is not the percentage by which it rose; of what the page does not speak, nobody came."""
    assert "31,400" in ask("How many people came to the museum this year?", REPORT)
    assert "31,400" in ask("How many visitors came?", REPORT)
    assert ask("How many people came to the concert?", REPORT) == REFUSED
    assert ask("How many people came to the museum last year?", REPORT) == REFUSED
