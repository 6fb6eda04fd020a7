"""Letters that book a visit: the day, time and place of it, with whom, how early to come, and what to bring.

A letter says these things in lines with a label, under a heading, or in a sentence; a question says "my appointment",
"the operation" or the name of what is done, and means the one visit that the letter is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.page.sentences import SourceSentence
from gateway.engines.reader.words.values import Value, find_values, of_kinds

NEAR_LABEL = 3
"""So many lines from the day of a visit its time, its place and its doctor stand."""
_VISIT = re.compile(
    r"\b(?:appointment|visit|consultation|operation|surgery|procedure|admission|admitted|booked|examination|treatment"
    r"|check-?up)\b|预约|就诊|手术|复诊",
    re.IGNORECASE,
)
_DAY_KEY = re.compile(
    r"(?:(?:appointment|procedure|admission|operation|surgery|visit|treatment|your|the) )*"
    r"(?:date|day|date and time|day and time|when)|就诊日期|预约日期|手术日期",
    re.IGNORECASE,
)
_TIME_KEY = re.compile(
    r"(?:(?:appointment|admission|arrival|visit|operation|your|the) )*(?:time|hour|arrival)|就诊时间|时间",
    re.IGNORECASE,
)
_PLACE_KEY = re.compile(r"(?:where|place|location|venue|clinic|room|address|department)|地点|诊室", re.IGNORECASE)
_PERSON_KEY = re.compile(
    r"(?:with|doctor|surgeon|consultant|specialist|physician|dentist|clinician|seen by)|医生|主刀", re.IGNORECASE
)
_TITLED = r"(?:Dr|Mr|Mrs|Ms|Miss|Prof|Professor|Nurse)\.? [A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*"
_WITH = re.compile(rf"\b(?:will see|seen by|(?:under|by|with)) (?P<name>{_TITLED})")
_BARE_LABEL = re.compile(r"(?P<key>Day|Date|Time|Where|When|With|Place|Location|Doctor|Surgeon) (?P<text>[A-Z\d].*)$")
"""A label that only one space parts from its text, where the columns were read as one."""
_GREETING = re.compile(r"^(?:Dear|Hello|Hi)\b|^尊敬的|^亲爱的")
_LETTER_DATE = re.compile(r"\b(?:sent|letter|written|printed|reference|born|birth)\b", re.IGNORECASE)
_EARLY = re.compile(
    r"\b(?P<minutes>\d{1,2}|ten|fifteen|twenty|thirty) minutes (?:early|earlier|before|ahead|in advance|prior)\b"
    r"|提前(?P<zh>\d{1,2})分钟",
    re.IGNORECASE,
)
_COME = re.compile(r"\b(?:arrive|come|be|report|check in|there|get)\b|到", re.IGNORECASE)
_WORDS = {"ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30}
_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?: ?(?P<half>[ap])\.?m\b\.?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """One thing that is said of a visit."""

    text: str
    line: SourceLine


@dataclass(frozen=True, slots=True)
class Visit:
    """The visit that a letter books."""

    day: Stated
    time: Stated | None
    place: Stated | None
    person: Stated | None


def visit_of(study: Study) -> Visit | None:
    """The one visit that the letter is about; None where it books none, or several side by side."""
    if not any(_VISIT.search(line.text) for line in study.document.lines):
        return None
    day = _labelled_day(study) or _day_under_heading(study) or _day_in_sentence(study)
    if day is None:
        return None
    return Visit(
        day,
        _labelled(study, _TIME_KEY, day.line, ("time",)) or _time_in(study, day),
        _labelled(study, _PLACE_KEY, day.line, ()),
        _person_labelled(study) or _person(study),
    )


def labels_of(line: SourceLine) -> Iterator[tuple[str, str]]:
    """The labels of a line, each with its text: "Date   1 May   Time   9 am" has two, "Where: Room 4" one."""
    cells = line.cells
    if len(cells) > 1 and len(cells) % 2 == 0:
        yield from zip(cells[::2], cells[1::2], strict=True)
    for cell in cells:
        key, colon, text = cell.partition(":")
        if colon and text.strip():
            yield key.strip(), text.strip()
    bare = _BARE_LABEL.match(line.text) if len(cells) == 1 else None
    if bare is not None:
        yield bare["key"], bare["text"]


def _greeting(study: Study) -> int:
    return next((line.index for line in study.document.lines if _GREETING.match(line.text)), -1)


def _labelled_day(study: Study) -> Stated | None:
    """A day under a label; the bare date of the letter itself, which stands alone above the greeting, is none."""
    greeting = _greeting(study)
    found: list[Stated] = []
    for line in study.document.lines:
        for key, text in labels_of(line):
            dates = of_kinds(find_values(text), ("date",))
            if not dates or not _DAY_KEY.fullmatch(key.strip()):
                continue
            bare = key.lower() in ("date", "日期") and line.index < greeting
            if not bare or _labelled(study, _TIME_KEY, line, ("time",)) is not None:
                found.append(Stated(text, line))
    return found[0] if len({stated.text for stated in found}) == 1 else None


def _labelled(study: Study, wanted: re.Pattern[str], near: SourceLine | None, kinds: Sequence[str]) -> Stated | None:
    """What stands under a label of the sort that is `wanted`, near a line, with a value of one of `kinds`."""
    for line in study.document.lines:
        if near is not None and abs(line.index - near.index) > NEAR_LABEL:
            continue
        for key, text in labels_of(line):
            values = [value for value in find_values(text) if value.kind in kinds]
            if wanted.fullmatch(key.strip()) and (values or not kinds):
                return Stated(text, line)
    return None


def _person_labelled(study: Study) -> Stated | None:
    """Somebody under a label: the line of a surgeon's fee names nobody."""
    stated = _labelled(study, _PERSON_KEY, None, ())
    return stated if stated is not None and re.search(r"[A-Z][a-z]+ [A-Z]|[\u3400-\u9fff]{2}", stated.text) else None


def _day_under_heading(study: Study) -> Stated | None:
    for found in study.sentences:
        heading = found.heading.text.strip(" :") if found.heading is not None else ""
        if _DAY_KEY.fullmatch(heading) and found.heading not in found.lines:
            date = next(iter(of_kinds(found.values, ("date",))), None)
            if date is not None:
                return Stated(date.text, found.lines[0])
    return None


def _day_in_sentence(study: Study) -> Stated | None:
    """The day in the first sentence below the greeting that books: "an appointment for you on 3 May at 9 am"."""
    greeting = _greeting(study)
    for found in study.sentences:
        if found.lines[0].index <= greeting or _LETTER_DATE.search(found.text):
            continue
        booking = _BOOKS.search(found.text)
        date = next((value for value in of_kinds(found.values, ("date",)) if _has_day(value)), None)
        if booking is not None and date is not None:
            return Stated(date.text, _line_with(found, date.text))
    return None


_BOOKS = re.compile(
    r"\b(?:appointment|visit|operation|procedure|surgery|admission) (?:\w+ ){0,6}?(?:is|on|for)\b|\b(?:booked|reserved"
    r"|scheduled|arranged)\b",
    re.IGNORECASE,
)


def _has_day(value: Value) -> bool:
    return re.search(r"\d", value.text) is not None


def _line_with(found: SourceSentence, text: str) -> SourceLine:
    return next((line for line in found.lines if text in line.text), found.lines[0])


def _time_in(study: Study, day: Stated) -> Stated | None:
    """The first time in the sentence of the day, or under the same heading."""
    for found in study.sentences:
        if day.line in found.lines and day.text in found.text:
            times = of_kinds(find_values(found.text[found.text.find(day.text) :]), ("time",))
            if times:
                return Stated(times[0].text, _line_with(found, times[0].text))
    return None


def _person(study: Study) -> Stated | None:
    """Whom the letter says one will see."""
    for found in study.sentences:
        match = _WITH.search(found.text)
        if match is not None and found.lines[0].index > _greeting(study):
            return Stated(match["name"], _line_with(found, match["name"]))
    return None


def minutes_early(study: Study) -> tuple[int, SourceLine] | None:
    """How many minutes before the time one is to be there, and where the letter says so."""
    for found in study.sentences:
        match = _EARLY.search(found.text)
        if match is not None and _COME.search(found.text):
            said = match["minutes"] or match["zh"]
            minutes = int(said) if said.isdigit() else _WORDS[said.lower()]
            return minutes, _line_with(found, match[0])
    return None


def earlier(time: str, minutes: int) -> str | None:
    """A time of day, so many minutes before `time`, written as that is; None for what is no time."""
    found = _CLOCK.search(time)
    if found is None:
        return None
    half = (found["half"] or "").lower()
    hour = int(found["hour"]) % 12 + 12 * (half == "p") if half else int(found["hour"])
    if hour > 23:
        return None
    moment = datetime(2000, 1, 2, hour, int(found["minute"] or 0), tzinfo=UTC) - timedelta(minutes=minutes)
    if not half:
        return f"{moment.hour}:{moment.minute:02d}"
    return f"{(moment.hour - 1) % 12 + 1}:{moment.minute:02d} {'pm' if moment.hour >= 12 else 'am'}"


def stated_answer(parts: Sequence[Stated | None], text: str) -> Finding:
    """`text` as an answer that rests on the lines of `parts`."""
    lines = tuple(dict.fromkeys(part.line for part in parts if part is not None))
    return Finding(text, lines, 2.6)
