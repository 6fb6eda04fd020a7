"""How long something takes, where the document states its ends: two stops of a bus, "from 9:00 to 16:00", two dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import likeness, sought_of
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.page.mentions import TableQuestion
from gateway.engines.reader.page.tables import Table
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.amounts import minutes_of, span_minutes, spoken_days, spoken_minutes
from gateway.engines.reader.words.dates import parse_date
from gateway.engines.reader.words.values import find_values, of_kinds
from gateway.engines.reader.words.wording import Wording

_ASKS = re.compile(
    r"\bhow (?:long|many (?:minutes|hours)|much time)\b|\b(?:duration|travel time|journey time"
    r"|length of the (?:trip|ride|journey))\b"
    r"|多长时间|多久|(?:多少|几)(?:分钟|个?小时)",
    re.IGNORECASE,
)
_ASKS_DAYS = re.compile(r"\bhow (?:long|many (?:days|nights|weeks))\b|多久|多长时间|(?:多少|几)[天晚夜]", re.IGNORECASE)
_NOT_LASTING = re.compile(
    r"\b(?:before|in advance|early|ahead|warranty|guarantee|valid|notice)\b|提前|之前|以前",
    re.IGNORECASE,
)
RANGE = re.compile(
    r"(?P<start>(?:上午|下午|早上|晚上)?\d{1,2}(?:[:.]\d{2}|[点时](?:\d{1,2}分)?) ?(?:[ap]\.?m\.?)?)"
    r"(?P<between>[^.。;；]{0,40}?(?:to|until|till|and|-|–|—|至|到|~)[^.。;；\d]{0,30}?)"
    r"(?P<end>(?:上午|下午|早上|晚上|中午)?\d{1,2}(?:[:.]\d{2}|[点时](?:\d{1,2}分)?) ?(?:[ap]\.?m\.?)?)",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    r"received|date in|brought|dropped|handed in|taken in|start|begin|from|opened|arriv|departure"
    r"|check-?in|开始|入住|送修|收到|开单",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"returned|picked up|handed back|ready|repaired|done|finished|collected|end|until|date out"
    r"|check-?out|结束|退房|取|完成|修好|结账",
    re.IGNORECASE,
)
LEAST_SHARE = 0.5
LEAST_STRANGE = 0.75
_LENGTHS = frozenset("nights days weeks".split())


def answer_ride(study: Study, question: Question) -> Finding | None:
    """The time between two places of a table of times: "how long does bus A take from the harbour to the hospital"."""
    if not _ASKS.search(question.text):
        return None
    asked = TableQuestion(study, question)
    for table in study.tables:
        timed = asked.of_kind(table, "time")
        if not timed:
            continue
        found = _between_rows(asked, table, timed) or _between_columns(asked, table, timed)
        if found is not None:
            return found
    return None


def _between_rows(asked: TableQuestion, table: Table, timed: Sequence[int]) -> Finding | None:
    rows = [mention for mention in asked.rows(table) if mention.score >= 0.6]
    if len(rows) > 2:
        rows = [mention for mention in rows if mention.score >= 0.99]
    named = [column for column in asked.columns(table) if column in timed]
    if len(rows) != 2 or asked.names_another(table) or (not named and _names_a_column(asked, table)):
        return None
    rows.sort(key=lambda mention: mention.place)
    for column in named or timed:
        ends = [minutes_of(mention.row.cells[column]) for mention in rows]
        if ends[0] is not None and ends[1] is not None:
            lines = tuple(mention.row.line for mention in rows)
            return _told(ends[0], ends[1], lines, asked.question, [mention.row.cells[column] for mention in rows])
    return None


def _names_a_column(asked: TableQuestion, table: Table) -> bool:
    """True when the question names a bus that the table does not have."""
    return bool(re.search(r"\b(?:bus|line|train|tram) [a-z0-9]\b", " ".join(asked.question.tokens)))


def _between_columns(asked: TableQuestion, table: Table, timed: Sequence[int]) -> Finding | None:
    rows = [mention for mention in asked.rows(table) if mention.score >= 0.6]
    if len(rows) != 1 or len(timed) < 2 or len(timed) > 6:
        return None
    row = rows[0].row
    named = sorted(column for column in timed if asked.names(table.header[column]) >= 0.6)
    start, end = (
        (named[0], named[-1])
        if len(named) >= 2
        else (timed[0], named[0] if named and named[0] != timed[0] else timed[-1])
    )
    first, last = minutes_of(row.cells[start]), minutes_of(row.cells[end])
    if first is None or last is None:
        return None
    return _told(first, last, (row.line,), asked.question, [row.cells[start], row.cells[end]])


def _told(start: int, end: int, lines: tuple[SourceLine, ...], question: Question, ends: Sequence[str]) -> Finding:
    length = spoken_minutes(span_minutes(start, end), question.language)
    if question.language == "zh":
        return Finding(sentence(f"{length}，从{ends[0]}到{ends[1]}", "zh"), lines, 3.0)
    return Finding(sentence(f"{length}, from {ends[0]} to {ends[1]}", "en"), lines, 3.0)


def answer_turnaround(study: Study, question: Question) -> Finding | None:
    """The days from one dated entry to the other, for "how many days did the repair take"."""
    if _NOT_LASTING.search(question.text) or not re.search(
        r"\b(?:take|took|last|how many nights)\b|用了|花了|[几多少][晚夜]", question.text
    ):
        return None
    return _between_entries(study, question)


def answer_interval(study: Study, question: Question) -> Finding | None:
    """The time between the two ends that a line, a sentence or two entries state, for "how long does it last"."""
    if _NOT_LASTING.search(question.text):
        return None
    return _within_a_line(study, question) or _between_entries(study, question)


def _within_a_line(study: Study, question: Question) -> Finding | None:
    if not _ASKS.search(question.text):
        return None
    asked = sought_of(study, question)
    best: tuple[float, Finding] | None = None
    tabled = {line.index for table in study.tables for line in table.lines}
    for number, found in enumerate(study.sentences):
        ends = RANGE.search(found.text)
        if ends is None or found.lines[0].index in tabled or states_money(found.text, ends):
            continue
        start, end = minutes_of(ends["start"]), minutes_of(ends["end"])
        if start is None or end is None:
            continue
        if "下午" in ends["end"] and end < 12 * 60:
            end += 12 * 60
        around = [(study.title, 1.0), *([(found.heading.wording, 0.7)] if found.heading else [])]
        following = study.sentences[number + 1] if number + 1 < len(study.sentences) else None
        if (following is not None and following.text.rstrip().endswith(("?", "？"))) or (
            following and "?" in following.text
        ):
            around.append((following.wording, 1.0))
        share = likeness(asked, found.wording, around).share if asked else 1.0
        if share >= LEAST_SHARE and (best is None or share > best[0]):
            best = (share, _told(start, end, found.lines, question, (ends["start"].strip(), ends["end"].strip())))
    return best[1] if best else None


def states_money(text: str, ends: re.Match[str]) -> bool:
    """True when the two ends are sums of money: "$2.00 per hour up to $9.00"."""
    return re.search(r"[$€£¥元]", text[max(0, ends.start() - 1) : ends.end() + 1]) is not None


def _between_entries(study: Study, question: Question) -> Finding | None:
    """For "Received: 2 June" and "Returned: 5 June", or two times of day, when the question says no more than that."""
    asked = sought_of(study, question)
    strange = [
        word
        for word in asked
        if word.weight > LEAST_STRANGE and not word.found_in(study.all_words) and word.asked not in _LENGTHS
    ]
    if strange or not (_ASKS_DAYS.search(question.text) or _ASKS.search(question.text)):
        return None
    days: list[tuple[date, SourceLine, str]] = []
    times: list[tuple[int, SourceLine, str]] = []
    for entry in study.entries:
        begins, ends = _BEGINNING.search(entry.key.text), _ENDING.search(entry.key.text)
        if begins is None and ends is None:
            continue
        dates = of_kinds(entry.values, ("date",))
        day = parse_date(dates[0].text, date(2000, 1, 1)) if dates else None
        clock = minutes_of(entry.value) if of_kinds(entry.values, ("time",)) else None
        if day is not None:
            days.append((day, entry.lines[-1], dates[0].text))
        elif clock is not None:
            times.append((clock, entry.lines[-1], entry.value))
    if len(days) == 2 and _ASKS_DAYS.search(question.text):
        length = spoken_days(days[1][0] - days[0][0], question.language)
        joined = (
            f"，从{days[0][2]}到{days[1][2]}" if question.language == "zh" else f", from {days[0][2]} to {days[1][2]}"
        )
        return Finding(sentence(length + joined, question.language), (days[0][1], days[1][1]), 2.0)
    if len(times) == 2 and _ASKS.search(question.text):
        return _told(times[0][0], times[1][0], (times[0][1], times[1][1]), question, (times[0][2], times[1][2]))
    return None


_COUNTS_TIME = re.compile(
    r"(?:几|多少)个?(?:小时|分钟|天|星期|月)|\bhow many (?:minutes|hours|days|weeks|months)\b", re.IGNORECASE
)


def answer_enumeration(study: Study, question: Question) -> Finding | None:
    """How many are named in a list: "Present: Ann, Ben and Cy" for "how many people were present"."""
    counted = re.search(r"几(?:栋|个(?!小时|分钟|星期|月)|位|名|种|项|座|家|号楼|门)", question.text)
    if (question.asks != "many" and counted is None) or _COUNTS_TIME.search(question.text):
        return None
    asked = sought_of(study, question)
    best: tuple[float, Finding] | None = None
    for entry in study.entries:
        value = _whole_value(study, entry.value, entry.lines[-1]).partition("，")[0]
        items = [
            item.strip()
            for item in re.split(r"[,;] |[、；]| and |(?<=[\u3400-\u9fff])[和及与](?=[\u3400-\u9fff])", value)
            if item.strip()
        ]
        single = counted is not None and len(items) == 1 and re.fullmatch(r"\d+(?:号楼|栋|单元|号门)", items[0])
        if (len(items) < 2 and not single) or any(len(item) > 30 or item.endswith((".", "。")) for item in items[:-1]):
            continue
        key_share = likeness(asked, entry.key, ((Wording.of(value), 0.7), (study.title, 0.5))).share
        if (
            key_share >= LEAST_SHARE
            and (best is None or key_share > best[0])
            and likeness(asked, entry.key, ((Wording.of(value), 1.0),)).share > 0
        ):
            count = sum(
                1
                for item in items
                if (len(item) < 30 and not find_values(item)) or question.language == "zh" or len(item) < 30
            )
            text = (
                f"一共有{count}个：{'、'.join(items)}" if question.language == "zh" else f"{count}: {', '.join(items)}"
            )
            best = (key_share, Finding(sentence(text[:140], question.language), entry.lines, 2.0))
    return best[1] if best else None


def _whole_value(study: Study, value: str, line: SourceLine) -> str:
    """A list with its next line, when it runs on."""
    below = study.document.after(line)
    runs_on = (
        below
        and below[0].page == line.page
        and ":" not in below[0].text
        and len(line.text) > 50
        and not below[0].values
    )
    if below and below[0].page == line.page and line.text.endswith((",", "、")):
        return f"{value.rstrip(',、')}{'、' if line.text.endswith('、') else ', '}{below[0].text}"
    if value.rstrip().endswith((",", "、", "and")) or (
        runs_on and not value.endswith((".", "。")) and len(below[0].text) < 60
    ):
        return f"{value} {below[0].text}" if below else value
    return value
