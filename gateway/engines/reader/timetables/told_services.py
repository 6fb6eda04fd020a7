"""Services that a timetable tells in a sentence: "Trains leave Ashby at 8:30, 11:30 and 15:00" under "Weekends"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.timetables.service_notes import Note
from gateway.engines.reader.timetables.timetable_cells import cells_of, is_timed
from gateway.engines.reader.words.amounts import minutes_of
from gateway.engines.reader.words.values import weekdays_in

LINES_OVER = 2
"""So many lines above a sentence may name its days."""
_T = r"\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\b\.?)?"
_TIMES = rf"(?P<times>{_T}(?:(?:, | and |, and |、|和|及){_T})+)"
_LEAVES = re.compile(
    r"\b(?:leaves?|leaving|departs?|departing|sails?|runs? from|starts? (?:at|from)|from)\b|发车|开出|出发|开往",
    re.IGNORECASE,
)

Told = tuple[str, int, str, SourceLine, frozenset[int] | None]
"""A stop, the minute, how the page writes it, where, and on which days."""


def told_departures(document: SourceDocument, notes: Sequence[Note], stops: Sequence[str]) -> Iterator[Told]:
    """Every departure from one of `stops` that a sentence of `notes` lists with others."""
    for note in notes:
        if note.mark or _LEAVES.search(note.text) is None or is_timed(cells_of(note.lines[0])):
            continue
        for stop in stops:
            for found in re.finditer(rf"{re.escape(stop)}(?: at|:|在|于)? ?{_TIMES}", note.text, re.IGNORECASE):
                days = _days(document, note)
                for time in re.findall(_T, found["times"], re.IGNORECASE):
                    minute = minutes_of(time)
                    if minute is not None:
                        yield stop, minute, time, _line(note, time), days


def _days(document: SourceDocument, note: Note) -> frozenset[int] | None:
    own = weekdays_in(note.text)
    if own:
        return own
    for line in document.before(note.lines[0], LINES_OVER):
        if (days := weekdays_in(line.text)) and len(line.text) < 60:
            return days
    return None


def _line(note: Note, time: str) -> SourceLine:
    return next((line for line in note.lines if time in line.text), note.lines[0])
