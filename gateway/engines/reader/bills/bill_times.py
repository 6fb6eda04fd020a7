"""When somebody came and went, as a bill states it: the technician's visit, a table from being opened to being paid.

The two times stand behind their words ("arrived 10:20, left 11:30") or behind both ("Time in / out: 10:20 / 11:50").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.bills.bill_wants import Wanted
from gateway.engines.reader.page.evidence import Finding
from gateway.engines.reader.page.lines import SourceDocument, SourceLine
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.amounts import minutes_of, span_minutes, spoken_minutes

SCORE = 4.0
_CLOCK = r"(?<![\d-])\d{1,2}[:.]\d{2}(?::\d{2})?(?!\d)\s?(?:[ap]\.?m\b\.?)?"
_TIME = re.compile(_CLOCK, re.IGNORECASE)
_CAME = (
    r"\barriv(?:ed?|al)\b|\btime in\b|\bclock(?:ed)? in\b|\bstart(?:ed)?\b|\bbegan\b|\bseated\b|\bentry\b"
    r"|开台|入座|到达|到店|上门时间|开始|进场|入场"
)
_WENT = (
    r"\bleft\b|\bleave\b|\bdepart(?:ed|ure)?\b|\bout\b|\bfinish(?:ed)?\b|\bend(?:ed)?\b|\bexit\b"
    r"|\bpaid\b|结账|买单|离开|离店|结束|完工|出场"
)
_BEGIN = re.compile(_CAME, re.IGNORECASE)
_END = re.compile(_WENT, re.IGNORECASE)
_HOURS = re.compile(r"\bopen(?:ing)?\b|\bhours\b|营业|\bmon(?:day)? ?(?:to|[-–])|周一|星期", re.IGNORECASE)
_ASKS_LONG = re.compile(
    r"\bhow (?:long|much time|many minutes)\b.*\b(?:here|there|stay(?:ed)?|visit|on site|spen[dt]|work|eat|ate|sit|sat"
    r"|park(?:ed)?|at the (?:table|house|restaurant))\b"
    r"|\bhow long\b.*\b(?:meal|dinner|lunch)\b"
    r"|(?:吃|待|坐|停|用餐|修|干|呆|做).{0,4}(?:多久|多长时间|几个?小时|多少分钟)|(?:用餐|停车|维修|上门).{0,4}(?:时长|多久)",
    re.IGNORECASE,
)
_ASKS_BEGIN = re.compile(
    r"\b(?:arrive|arrived|come|came|start|started|begin|began|get (?:here|there)|got (?:here|there)|sit|sat|seated)\b"
    r"|开台|入座|到|坐下|上门|开始|进场|来的",
    re.IGNORECASE,
)
_ASKS_END = re.compile(
    r"\b(?:leave|left|finish|finished|go|went|done|over|settled|paid|pay)\b|结账|结的?账|买单|离开|走的|结束|付",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stay:
    """From one time of day to another."""

    came: str
    went: str
    lines: tuple[SourceLine, ...]


def answer_stay(document: SourceDocument, wanted: Wanted, question: Question) -> Finding | None:
    """How long somebody stayed, when he came or when he went; None without both times."""
    long = _ASKS_LONG.search(question.text) is not None
    if not (long or wanted.want == "time"):
        return None
    stay = next(_stays(document), None)
    if stay is None:
        return None
    if not long:
        begins, ends = _ASKS_BEGIN.search(question.text), _ASKS_END.search(question.text)
        if bool(begins) == bool(ends):
            return None
        value = stay.came if begins else stay.went
        return Finding(sentence(value, question.language), stay.lines, SCORE, value)
    start, end = minutes_of(stay.came), minutes_of(stay.went)
    if start is None or end is None:
        return None
    value = spoken_minutes(span_minutes(start, end), question.language)
    told = (
        f"{value}（{stay.came}至{stay.went}）" if question.language == "zh" else f"{value}, {stay.came} to {stay.went}"
    )
    return Finding(sentence(told, question.language), stay.lines, SCORE, value)


def _stays(document: SourceDocument) -> Iterator[Stay]:
    lines = [line for line in document.lines if not _HOURS.search(line.text)]
    for line in lines:
        times = _TIME.findall(line.text)
        if len(times) == 2 and _follow(line.text):
            yield Stay(times[0].strip(), times[1].strip(), (line,))
    for line, below in pairwise(lines):
        first, second = _TIME.findall(line.text), _TIME.findall(below.text)
        if len(first) == 1 == len(second) and _BEGIN.search(line.text) and _END.search(below.text):
            yield Stay(first[0].strip(), second[0].strip(), (line, below))


def _follow(text: str) -> bool:
    """True when a word for coming stands before one for going, and before the first time."""
    begin, end, time = _BEGIN.search(text), _END.search(text), _TIME.search(text)
    return begin is not None and end is not None and time is not None and begin.start() < min(end.start(), time.start())
