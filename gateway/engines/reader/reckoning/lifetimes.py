"""What follows from a day and the clock or a length: how old somebody is, and when an agreement ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.dates import named, parse_date, shifted
from gateway.engines.reader.words.labels import field_of_label
from gateway.engines.reader.words.numbers import parse_chinese, words_to_digits
from gateway.engines.reader.words.values import of_kinds

_ASKS_AGE = re.compile(
    r"\bhow old (?:is|am|was) (?:i\b|the patient|mr|mrs|ms|he|she|my)|\bage of\b|多大年纪|多大了|几岁|多少岁|年龄",
    re.IGNORECASE,
)
_ASKS_END = re.compile(
    r"\bwhen (?:does|will|is) (?:the |my |our |this )?(?:tenancy|lease|contract|agreement|tenancy agreement|rental"
    r"|subscription|membership|term)\b.*\b(?:end|ends|expire|expires|over|run out|runs out|finish)\b"
    r"|(?:租期|合同|租约|协议).*(?:到期|结束|届满|到什么时候|到哪天|到几号|截止)",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"\b(?:begins?|starts?|commences?|beginning|starting|effective|from|runs from)\b|起|自|开始", re.IGNORECASE
)
_LENGTH = re.compile(
    r"\b(?P<count>\d{1,2})[- ](?P<unit>months?|years?|weeks?)\b"
    r"|(?P<zh>\d{1,2}|[一二两三四五六七八九十]{1,3})(?P<unit_zh>年|个月)(?!\d|\d*月)",
    re.IGNORECASE,
)
_RUNS = re.compile(r"\b(?:for|runs?|lasts?|term|period|duration|length)\b|租期|期限|为期|有效期|共", re.IGNORECASE)
_UNITS = {"年": "years", "个月": "months"}


def answer_age(question: Question, studies: Sequence[Study], now: datetime) -> Finding | None:
    """The age today of the only person whose date of birth a document states; None without one."""
    if not _ASKS_AGE.search(question.text):
        return None
    born = [
        (day, entry.value, entry.lines[-1])
        for study in studies
        for entry in study.entries
        if (known := field_of_label(entry.key.text)) is not None and known.name == "date of birth"
        if (day := parse_date(entry.value, now.date())) is not None and day < now.date()
    ]
    stated = any(
        (known := field_of_label(entry.key.text)) and known.name == "age"
        for study in studies
        for entry in study.entries
    )
    if len(born) != 1 or stated:
        return None
    ((day, written, line),) = born
    today = now.date()
    years = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    zh = question.language == "zh"
    text = (
        f"{years}岁，出生日期是{named(day, 'zh').partition('，')[0]}"
        if zh
        else f"{years} years old today, born on {_plain(day, written)}"
    )
    return Finding(sentence(text, question.language), (line,), 3.0, str(years))


def _plain(day: date, like: str = "") -> str:
    """The day in words, in the order in which `like` puts day and month."""
    written = named(day, "en").partition(", ")[2]
    month, number, year = written.replace(",", "").split()
    return f"{number} {month} {year}" if re.match(r"(?:[A-Za-z]+,? )?\d", like) else written


def answer_term_end(study: Study, question: Question) -> Finding | None:
    """The last day of an agreement of which the document states the first day and the length; None otherwise."""
    if not _ASKS_END.search(question.text) or question.asks not in ("when", "what"):
        return None
    starts, lengths = [], []
    for found in study.sentences:
        text = words_to_digits(found.text)
        dates = [value for value in of_kinds(found.values, ("date",)) if parse_date(value.text, date(2000, 1, 1))]
        begins = _BEGINS.search(found.text)
        if begins is not None and len(dates) > 1:
            return None  # both ends are stated
        if begins is not None and dates and re.search(r"\b\d{4}\b|\d{4}年", dates[0].text):
            starts.append((dates[0].text, found.lines[0]))
        length = _LENGTH.search(text)
        if (
            length is not None
            and _RUNS.search(found.text)
            and not re.search("notice|deposit|提前|押金", found.text, re.IGNORECASE)
        ):
            lengths.append((length, found.lines[-1]))
    if not starts or not lengths or len({match[0] for match, _ in lengths}) != 1:
        return None
    return _told(starts[0], lengths[0], question)


def _told(
    start: tuple[str, SourceLine], length: tuple[re.Match[str], SourceLine], question: Question
) -> Finding | None:
    first = parse_date(start[0], date(2000, 1, 1))
    written = length[0]["count"] or length[0]["zh"]
    count = int(written) if written.isdigit() else 2 if written == "两" else int(parse_chinese(written) or 0)
    unit = (length[0]["unit"] or _UNITS[length[0]["unit_zh"]]).lower().rstrip("s")
    after = shifted(first, count, unit) if first is not None and count else None
    if after is None:
        return None
    last = after - timedelta(days=1)
    if question.language == "zh":
        text = f"{named(last, 'zh').partition('，')[0]}（从{start[0]}起{length[0][0]}）"
    else:
        text = f"{_plain(last, start[0])} ({length[0][0]} from {start[0]})"
    return Finding(sentence(text, question.language), (start[1], length[1]), 3.0, text)
