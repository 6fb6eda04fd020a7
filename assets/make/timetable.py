"""A bus timetable: a table in which the answer lies where a row and a column meet."""

from __future__ import annotations

from assets.make.sheet import A4, Cell, Face, Sheet

_LEFT, _RIGHT = 110, 1130
_COLUMNS = (560, 750, 940, 1130)
_BUSES = ("Bus 10", "Bus 12", "Bus 14", "Bus 21")
_STOPS = (
    ("Harbor", "6:55", "7:10", "7:25", "7:50"),
    ("Market Square", "7:03", "7:18", "7:33", "7:58"),
    ("Central Station", "7:11", "7:26", "7:41", "8:06"),
    ("Hospital", "7:19", "7:34", "7:49", "8:14"),
    ("City Library", "7:24", "7:39", "7:54", "8:19"),
    ("University", "7:32", "7:47", "8:02", "8:27"),
)
_NOTES = (
    "Bus 21 does not run on Saturdays.",
    "Single ticket: $2.40",
    "Day ticket: $6.00",
    "Children under six travel free.",
    "Dogs are welcome on all buses. Bicycles are not allowed before 9:00.",
    "Lost property office: 555-0163, open 8:00 to 16:00",
)


def timetable() -> Sheet:
    """The morning buses of an invented town."""
    sheet = Sheet(*A4)
    sheet.write(Cell("Brackwater City Bus", _LEFT, Face.SANS_BOLD, 20))
    sheet.write(Cell("Timetable from Harbor to University", _LEFT, size=14), leading=54)
    sheet.write(Cell("Monday to Saturday, valid from September 1, 2026", _LEFT), leading=48)
    heads = (Cell(bus, at, Face.SANS_BOLD, align="right") for bus, at in zip(_BUSES, _COLUMNS, strict=True))
    sheet.write(Cell("Stop", _LEFT, Face.SANS_BOLD), *heads, leading=90)
    sheet.rule(_LEFT, _RIGHT)
    for stop, *times in _STOPS:
        cells = (Cell(time, at, align="right") for time, at in zip(times, _COLUMNS, strict=True))
        sheet.write(Cell(stop, _LEFT), *cells, leading=50)
    sheet.rule(_LEFT, _RIGHT, 24)
    sheet.skip(30)
    for note in _NOTES:
        sheet.write(Cell(note, _LEFT), leading=46)
    return sheet
