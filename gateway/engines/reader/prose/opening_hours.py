"""Opening hours: whether it is open on a day or at a time, and from when to when, by the days that a line names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.clauses import cut
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import FAINT_WEIGHT, sought_of
from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.phrasing import no, quoted, sentence, yes
from gateway.engines.reader.words.amounts import minutes_of
from gateway.engines.reader.words.values import find_values, of_kinds, weekdays_in
from gateway.engines.reader.words.wording import Wording
from text.passages import stem

_CLOCK = r"(?:上午|下午|早上|晚上|中午)?\d{1,2}(?:[:.]\d{2}|[点时](?:半|\d{1,2}分?)?)? ?(?:[ap]\.?m\.?)?"
_HOURS = re.compile(
    rf"(?P<start>{_CLOCK}) ?(?:to|until|till|and|-|–|—|至|到|~) ?(?P<end>{_CLOCK})(?![\d/%])", re.IGNORECASE
)
_DAY = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?\b|\b(?:weekends?|weekdays?"
    r"|working days?|daily"
    r"|every day)\b|(?:星期|周|礼拜)[一二三四五六日天末]|每[天日]|工作日",
    re.IGNORECASE,
)
_SHUT = re.compile(r"\b(?:closed|not open|no service)\b|闭馆|休息|关门|不开放|不营业|不办公|休馆|停业", re.IGNORECASE)
_OPEN = re.compile(
    r"\b(?:open(?:ing)?|opens|hours|closed|office|reception|surgery|consultations?)\b"
    r"|开放|营业|办公|开馆|开门|上班|工作时间|服务时间|接待|闭馆|门诊",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"\b(?:call|phone|ring|telephone|tel|dial|reach you|reached)\b|打电话|致电|电话|咨询|拨打", re.IGNORECASE
)
_ASKS_OPEN = re.compile(
    r"\b(?:open|opens|opened|closed?|closes|shut|shuts|visit|come|drop in|anyone there|working hours|staffed|work)\b"
    r"|开门|开馆|开放|营业|上班|下班|办公|关门|闭馆|休息|有人|去办",
    re.IGNORECASE,
)
_ASKS_SHUT = re.compile(r"\b(?:closed|shut)\b|关门|闭馆|休息|不开|不上班|不营业", re.IGNORECASE)
_PARTS = (
    (re.compile(r"\bmorning\b|上午|早上", re.IGNORECASE), 6 * 60, 12 * 60),
    (re.compile(r"\bafternoon\b|下午", re.IGNORECASE), 12 * 60 + 1, 18 * 60),
    (re.compile(r"\bevening\b|\bnight\b|晚上|夜里", re.IGNORECASE), 18 * 60 + 1, 24 * 60),
)
_ANYWHERE = frozenset(
    stem(word)
    for word in """
    shop store office practice clinic surgery place business company garage workshop reception desk counter centre
    center firm branch service team doctor staff somebody anybody someone anyone open close shut hour time day
    weekend weekday visit come drop call phone ring telephone reach number work
    until till from
    """.split()
)
"""Words for what opens that need not stand in the document, and words for opening."""
_ANYWHERE_ZH = re.compile(
    r"[开上下关闭休营办]|门|班|放|业|公|馆|店|里|你们|他们|你|去|来|打|电话|致电|咨询|天|时候|几点|点|周|星期|礼拜"
)
LONGEST_LABEL = 60
NIGHT = 24 * 60
LEAST_OPEN = 60
"""Minutes of an afternoon: open for less, it is not said to be open then."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Days, and the hours of them; no hours when it is closed."""

    days: frozenset[int]
    """0 for Monday; empty when the line names none."""
    hours: tuple[int, int] | None
    """Minutes from midnight."""
    text: str


@dataclass(frozen=True, slots=True)
class _Schedule:
    spans: tuple[_Span, ...]
    lines: tuple[SourceLine, ...]
    label: str

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


def answer_opening(study: Study, question: Question) -> Finding | None:
    """Yes or no for "is it open on Sunday", hours for "when does it close on Saturday"; None where no line tells."""
    calls = _CALL.search(question.text) is not None
    if question.asks not in ("whether", "when") or not (_ASKS_OPEN.search(question.text) or calls):
        return None
    days, asked = weekdays_in(question.text), _asked_hours(question)
    if not days and asked is None and not (question.asks == "when" and question.language == "zh"):
        return None
    schedule = _chosen(study, question, calls=calls)
    if schedule is None:
        return None
    if question.asks == "when":
        return _when(schedule, days, question)
    return _whether(schedule, days, asked, question)


def is_another_place(study: Study, question: Question) -> bool:
    """True when a day or a time of something is asked for that the document, which states hours, does not know."""
    if not (weekdays_in(question.text) or _asked_hours(question)) or not _ASKS_OPEN.search(question.text):
        return False
    schedules = list(schedules_of(study.document))
    return bool(schedules) and all(_strange(study, question, one) for one in schedules) and _is_unknown(study, question)


def _is_unknown(study: Study, question: Question) -> bool:
    return any(
        word.weight > 1.0 and word.found_in(study.all_words) == 0 and _ANYWHERE_ZH.sub("", word.word)
        for word in sought_of(study, question)
    )


def _whether(
    schedule: _Schedule, days: frozenset[int], asked: tuple[int, int] | None, question: Question
) -> Finding | None:
    named = frozenset().union(*(span.days for span in schedule.spans))
    verdicts = {_holds(schedule, day, asked) for day in (days or named or (None,))}
    if len(verdicts) != 1 or None in verdicts:
        return None
    holds = verdicts.pop() != (_ASKS_SHUT.search(question.text) is not None)
    told = (yes if holds else no)(cut(schedule.text, ()), question.language)
    return Finding(told, schedule.lines, 3.0)


def _holds(schedule: _Schedule, day: int | None, asked: tuple[int, int] | None) -> bool | None:
    """True when it is open on that day, at that time; None when the line does not tell."""
    if day is None:
        spans = [span for span in schedule.spans if not span.days]
    else:
        spans = [span for span in schedule.spans if day in span.days]
        if not spans and all(span.days for span in schedule.spans):
            return False
    if not spans:
        return None
    fewest = min(len(span.days) for span in spans)
    if any(span.hours is None and len(span.days) == fewest for span in spans) and day is not None:
        return False  # "daily, closed on Mondays": the day's own word counts
    open_ = [span.hours for span in spans if span.hours is not None]
    if asked is None:
        return bool(open_)
    if asked[0] == asked[1]:
        return any(start <= asked[0] < end for start, end in open_)
    return any(min(end, asked[1]) - max(start, asked[0]) >= LEAST_OPEN for start, end in open_)


def _when(schedule: _Schedule, days: frozenset[int], question: Question) -> Finding | None:
    wanted = [span for span in schedule.spans if not days or days <= span.days or not span.days]
    if not wanted:
        if days and all(span.days and not days & span.days for span in schedule.spans):
            return Finding(no(cut(schedule.text, ()), question.language), schedule.lines, 3.0)
        return None
    if any(span.hours is None for span in wanted) and days:
        return Finding(quoted(cut(schedule.text, ()), question.language), schedule.lines, 3.0)
    joined = ("，" if question.language == "zh" else ", ").join(span.text for span in wanted if span.hours is not None)
    return Finding(sentence(joined, question.language), schedule.lines, 3.0, joined) if joined else None


def _asked_hours(question: Question) -> tuple[int, int] | None:
    """The time of day that is asked about, as the minutes it begins and ends."""
    text = re.sub(r"\d{1,4}(?:年|月|日|号)", "", question.text)
    for found in _TIME.finditer(text):
        at = _minutes(found[0])
        if at is not None:
            return at, at
    return next(((start, end) for part, start, end in _PARTS if part.search(text)), None)


_TIME = re.compile(
    r"(?:上午|下午|早上|晚上|中午)?\d{1,2}(?:[:.]\d{2}|[点时]半?)(?: ?[ap]\.?m\b)?"
    r"|\b\d{1,2} ?[ap]\.?m\b|\bnoon\b|\bmidnight\b"
    r"|(?<=\bat )\d{1,2}\b(?! ?(?:%|days|hours))",
    re.IGNORECASE,
)


def _minutes(text: str) -> int | None:
    lowered = text.lower().strip()
    if lowered in ("noon", "midnight"):
        return 12 * 60 if lowered == "noon" else 0
    if "半" in lowered:
        return (_minutes(lowered.replace("半", "30分")) or 0) if re.search(r"\d", lowered) else None
    if (known := minutes_of(lowered)) is not None:
        return known
    found = re.search(r"(\d{1,2}) ?(?:([ap])\.?m)?", lowered)
    if found is None or int(found[1]) > 24:
        return None
    hour = int(found[1]) % 12 + 12 if found[2] == "p" else int(found[1])
    return hour * 60


def _chosen(study: Study, question: Question, *, calls: bool) -> _Schedule | None:
    """The schedule that the question means: of its kind, and beside all that the question names."""
    kind = _CALL if calls else _OPEN
    kept = [one for one in schedules_of(study.document) if kind.search(f"{one.label} {one.text}")]
    if calls and len(kept) > 1:
        kept = [one for one in kept if _CALL.search(one.text)] or kept
    fitting = [one for one in kept if not _strange(study, question, one)]
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    asked = sought_of(study, question)
    own = [sum(word.weight * word.found_in(Wording.of(f"{one.label} {one.text}")) for word in asked) for one in fitting]
    best = max(own)
    return fitting[own.index(best)] if own.count(best) == 1 else None


def _strange(study: Study, question: Question, schedule: _Schedule) -> bool:
    """True when the question names what opens, and neither the schedule nor the title is about that."""
    place = Wording.of(f"{schedule.label} {schedule.text} {study.title.text}")
    for word in sought_of(study, question):
        if word.weight <= FAINT_WEIGHT or word.word in _ANYWHERE or word.found_in(place) > 0:
            continue
        if weekdays_in(word.word) or weekdays_in(word.asked) or any(sign.isdigit() for sign in word.word):
            continue
        if not word.word.isascii() and not _ANYWHERE_ZH.sub("", word.word):
            continue
        if re.fullmatch("morning|afternoon|evening|night|today|noon", word.asked or word.word):
            continue
        return True
    return False


def schedules_of(document: SourceDocument) -> Iterator[_Schedule]:
    """Every run of lines that state hours, of days or of all of them."""
    place = 0
    lines = document.lines
    while place < len(lines):
        spans = _spans(lines[place])
        if not spans:
            place += 1
            continue
        run = [lines[place]]
        while (
            place + len(run) < len(lines)
            and (more := _spans(lines[place + len(run)]))
            and _DAY.match(lines[place + len(run)].text)
        ):
            spans += more
            run.append(lines[place + len(run)])
        first = run[0]
        above = document.before(first)
        label = _DAY.split(first.text)[0]
        if len(label.strip(" :(")) < 2 and above and len(above[0].text) <= LONGEST_LABEL:
            label = above[0].text
        yield _Schedule(tuple(spans), tuple(run), label)
        place += len(run)


def _spans(line: SourceLine) -> list[_Span]:
    """The days of a line with their hours; empty for a line that dates something, or names no hours."""
    text = line.text
    if of_kinds(find_values(text), ("date",)) or len(line.cells) > 4:
        return []
    hours = [found for found in _HOURS.finditer(text) if _is_hours(found)]
    shut = list(_SHUT.finditer(text))
    marks = sorted(
        [*((found.start(), found.end(), found) for found in hours), *((at.start(), at.end(), None) for at in shut)],
        key=lambda mark: mark[0],
    )
    spans: list[_Span] = []
    begin = 0
    for start, stop, found in marks:
        end = stop
        before = text[begin:start]
        named = list(_DAY.finditer(before))
        days = weekdays_in(before)
        after = text[end:]
        if not named and not spans and _DAY.search(after) and len(hours) == 1:
            days, end = weekdays_in(after), len(text)
            said = text[start:].strip(" .。")
        elif not named and spans and found is not None and spans[-1].hours is not None:
            days, said = spans[-1].days, text[start:end]
        else:
            said = text[begin + named[0].start() if named else start : end].strip(" ,;，；")
        begin = end
        if found is None:
            if days:
                spans.append(_Span(days, None, said))
            continue
        first, last = _minutes(found["start"]), _minutes(found["end"])
        if first is None or last is None:
            continue
        if last <= first:
            last += 12 * 60 if last + 12 * 60 > first and last < 12 * 60 else NIGHT
        spans.append(_Span(days, (first, last), said))
    return spans if any(span.days or span.hours for span in spans) else []


def _is_hours(found: re.Match[str]) -> bool:
    """True for two times of day: one at least is written as one."""
    return any(re.search(r"[:.点时]|[ap]\.?m", found[end], re.IGNORECASE) for end in ("start", "end"))
