"""Timetables: dashes, what stops where, two buses at once, and rows with a cell that was not read."""

import pytest

from gateway.engines.reader.page.missing_times import with_gaps
from tests.gateway.engines.reader.asking import REFUSED, ask

BUSES = """RIVERSIDE TRANSIT
Stop   Bus 4   Bus 7   Bus 9   Bus 15
Central Station   7:05   7:20   7:40   8:00
Museum   7:12   -   7:47   8:07
Hospital   7:20   -   7:55   8:15
University   7:31   7:44   -   8:26
Airport   -   8:10   8:30   8:55"""
COACH = """Coach line 30 Ashford - Port Hale
Departures
   Mon-Fri   Sat   Sun
Ashford   6:15   7:30   9:00
Linden   6:40   7:55   9:25
Bramley   7:05   8:20   —
Port Hale   7:50   9:05   10:10"""


@pytest.mark.parametrize(
    ("question", "page", "said"),
    [
        ("Does bus 7 stop at the hospital?", BUSES, "No. Bus 7 has no time at Hospital."),
        ("Does bus 9 stop at the museum?", BUSES, "Yes. Museum, Bus 9: 7:47."),
        ("Does the coach stop at Bramley on Sunday?", COACH, "No. Sun has no time at Bramley."),
        ("Which buses stop at the hospital?", BUSES, "Bus 4, Bus 9, Bus 15."),
        ("Which bus does not stop at the university?", BUSES, "Bus 9."),
        ("How many buses go to the airport?", BUSES, "3: Bus 7, Bus 9, Bus 15."),
        ("Which stops does bus 7 serve?", BUSES, "Central Station, University, Airport."),
        ("Which bus is the first to reach the airport?", BUSES, "Airport, Bus 7: 8:10."),
        ("When does it leave Linden on weekdays?", COACH, "Linden, Mon-Fri: 6:40."),
        ("Does bus 21 stop at the hospital?", BUSES, REFUSED),
    ],
)
def test_dashes(question: str, page: str, said: str) -> None:
    """A dash says that it does not stop there; a bus that is not in the table is refused."""
    assert ask(question, page) == said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("When do buses 4 and 7 leave Central Station?", "Central Station, Bus 4: 7:05. Central Station, Bus 7: 7:20."),
        ("When is bus 9 at the museum and the hospital?", "Museum, Bus 9: 7:47. Hospital, Bus 9: 7:55."),
    ],
)
def test_two_at_once(question: str, said: str) -> None:
    """Two columns, or two rows, are answered one after the other."""
    assert ask(question, BUSES) == said


def test_a_cell_that_was_not_read() -> None:
    """The gap stands where the times above and below allow it; where two places would do, nothing is known."""
    rows = [("A", "7:05", "8:20", "9:40"), ("B", "7:12", "9:47"), ("C", "7:20", "8:31", "9:55"), ("D", "8:55", "10:30")]
    placed = with_gaps(rows, 4)
    assert placed is not None
    assert placed[1] == ("B", "7:12", "", "9:47")
    assert placed[3] == ("D", "", "", "")
    assert with_gaps([("A", "one", "two"), ("B", "three")], 3) is None
    page = BUSES.replace("Museum   7:12   -   7:47   8:07", "Museum   7:12   7:47   8:07")
    assert ask("When is bus 9 at the museum?", page) == "Museum, Bus 9: 7:47."
    assert ask("Does bus 7 stop at the museum?", page) == "No. Bus 7 has no time at Museum."
