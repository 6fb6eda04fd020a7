"""Questions about date and time: the clock, days of the week, differences of dates, dates so many days away."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gateway.engines.reader.words.dates import named, parse_date, shifted, weekday_name
from gateway.engines.reader.words.numbers import chinese_numbers_to_digits, ordinals_to_digits, words_to_digits
from gateway.engines.reader.words.values import weekday_of
from text.script import has_ideographs

_UNITS_ZH = {"天": "day", "周": "week", "星期": "week", "个星期": "week", "个月": "month", "年": "year"}
_UNIT_DAYS = {"day": 1, "week": 7}
_CITY_ZONES = {
    "beijing": "Asia/Shanghai",
    "boston": "America/New_York",
    "seattle": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles",
    "washington": "America/New_York",
    "delhi": "Asia/Kolkata",
    "北京": "Asia/Shanghai",
    "上海": "Asia/Shanghai",
    "东京": "Asia/Tokyo",
    "伦敦": "Europe/London",
    "巴黎": "Europe/Paris",
    "纽约": "America/New_York",
}
"""Cities that are no names of IANA time zones."""

_TIME = re.compile(
    r"(?:what time (?:is it|it is)|what is the (?:current )?time|tell me the time"
    r"|the time)(?: right)?(?: now)?(?: in (?P<city>[a-z ]+))?"
    r"|(?:现在|请问)*(?:(?P<place>.{2,4}?)(?:现在)?)?(?:是)?(?:几点(?:钟)?(?:了)?|什么时间(?:了)?)"
)
_NOW = re.compile(r"^(?:what time is it|现在|几点(?:钟)?了?$)|now$|current| in [a-z ]+$")
_TODAY = re.compile(
    r"what (?:is the |is )?(?:date|day|day of the week) (?:is it|is)? ?(?:today|now)?|what is (?:today"
    r"|current)(?: date| day)?|(?:the |today )?date(?: today)?"
    r"|what is the date(?: of)? today|(?:what|which) (?:day|date|weekday)(?: of the week)? (?:is it|it is"
    r"|do we have|have we)(?: today)?|what is the date|what day is (?:today|it today)"
    r"|今天(?:是)?(?:几号|几月几号|几月几日|什么日子|多少号|星期几|周几|礼拜几|哪一天|哪天)|(?:星期|周|礼拜)几"
    r"|现在是几月几号|今天的日期(?:是什么|是多少)?"
)
_OTHER_DAY = re.compile(
    r"what (?:is|was|will)(?: be)?(?: the)?(?: date| day)?(?: be)? ?(?P<day>(?:the )?day after tomorrow|tomorrow"
    r"|yesterday)"
    r"(?: date| day)?(?: be)?|(?P<zh>明天|昨天|后天|大后天|前天)是?(?:几号|几月几号|几月几日|多少号|什么日子)"
)
_PART = re.compile(
    r"(?:in )?(?:what|which) (?P<part>year|month) (?:is it|it is|is this|do we have|are we(?: in)?)(?: now)?"
    r"|what is the (?:current )?(?P<named>year|month)(?: now)?"
    r"|(?:今年|现在|今天)是?(?:哪|几|几几)(?P<zh>一?年|个?月)(?:份)?"
)
_IS_IT = re.compile(
    r"is (?:it|today) (?:a )?(?P<day>[a-z]+day)(?: today)?|今天是(?P<zh>(?:星期|周|礼拜)[一二三四五六日天])吗"
)
_WEEKDAY = re.compile(
    r"(?:what|which) (?:day|weekday)(?: of the week)? (?:is|was|will|does)(?: it)?(?: be)?(?: on"
    r"| fall on)? ?(?P<day>.+?)"
    r"(?: be| fall on)?|(?P<zh>.+?)(?:是|会是)?(?:星期几|周几|礼拜几)"
)
_BETWEEN = re.compile(
    r"how many (?P<unit>day|week)s?(?: are there| is it| are)? (?:between|from) (?P<start>.+?) (?:and|to"
    r"|until) (?P<end>.+)"
    r"|从?(?P<start_zh>.+?)(?:到|至|和)(?P<end_zh>.+?)(?:之间|一共)?(?:有|是|相差|差)?(?:多少|几)(?P<unit_zh>天|周"
    r"|个星期)"
)
_UNTIL = re.compile(
    r"how (?:many (?P<unit>day|week)s?|long)(?: is it| are there| are left| is left| left| do i have| remain(?:ing)?)*"
    r" (?:until|till|before|since) (?P<day>.+?)(?: is)?"
    r"|(?:离|距离|距)(?P<zh>.+?)(?:还有|还剩|有)(?:多少|几)(?P<unit_zh>天|周|个星期)"
)
_SHIFT = re.compile(
    r"what (?:is the )?(?:date|day)(?: is it| is| will it be| was it| will be)? ?(?:(?P<in>in) )?(?P<count>\d+|a) "
    r"(?P<unit>day|week|month|year)s?(?: (?P<how>from now|from today|ago|after|before|from)(?: (?P<day>.+))?)?"
    r"|(?P<day_zh>.*?)(?:再过|过)?(?P<count_zh>\d+)(?P<unit_zh>天|周|个星期|个月|年)(?P<how_zh>以?后|之后|以?前|之前)"
    r"(?:是)?(?:几号|几月几号|哪天|哪一天|星期几|什么日期)"
)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer from the calendar, with the mark of the line that gave a date, if one did."""

    text: str
    mark: str = ""


Resolve = Callable[[str], tuple[date, str] | None]
"""Finds the date a document gives for a phrase such as "the due date", and the mark of its line."""


def tell(question: str, now: datetime, language: str, resolve: Resolve) -> Told | None:
    """The answer to a question that date and clock decide by themselves, or None."""
    asked = _normal(question)
    for rule in (_between, _until, _shift, _today, _time, _weekday):
        told = rule(asked, now, language, resolve)
        if told is not None:
            return told
    return None


def is_about_now(question: str) -> bool:
    """True when the question speaks of now or today, so that no document can be meant."""
    asked = _normal(question)
    return bool(_NOW.search(asked)) or "today" in asked or "今天" in asked or bool(_PART.fullmatch(asked))


def _normal(question: str) -> str:
    text = question.lower().replace("’", "'").replace("what's", "what is").strip(" ?？。.!！")
    text = re.sub(r"'s\b", "", text)
    text = re.sub(r"^(?:do you know |please |can you |could you |tell me |请问|请告诉我|那么|and )+", "", text)
    if has_ideographs(text):
        return chinese_numbers_to_digits(text.replace(" ", "")) if _SHIFT_COUNT.search(text) else text.replace(" ", "")
    return ordinals_to_digits(words_to_digits(text))


_SHIFT_COUNT = re.compile(r"(?:天|周|星期|月|年)(?:以|之)?[前后]")


def _day(phrase: str, now: datetime, resolve: Resolve) -> tuple[date, str] | None:
    parsed = parse_date(phrase, now.date())
    return (parsed, "") if parsed else resolve(phrase)


def _time(asked: str, now: datetime, language: str, _resolve: Resolve) -> Told | None:
    found = _TIME.fullmatch(asked)
    if found is None:
        return None
    city = (found["city"] or found["place"] or "").strip()
    if city:
        zone = _zone(city)
        if zone is None:
            return None
        now = now.astimezone(zone)
    minutes = f"{now.minute:02d}"
    if language == "zh":
        return Told(f"{city}现在是{now.hour}点{minutes}分。" if now.minute else f"{city}现在是{now.hour}点整。")
    half = "a.m." if now.hour < 12 else "p.m."
    where = f" in {city.title()}" if city else ""
    return Told(f"It is {now.hour % 12 or 12}:{minutes} {half}{where}.".replace("..", "."))


def _zone(city: str) -> zoneinfo.ZoneInfo | None:
    names = zoneinfo.available_timezones()
    key = _CITY_ZONES.get(city)
    if key is None:
        ending = "/" + city.title().replace(" ", "_")
        key = next((name for name in sorted(names) if name.endswith(ending)), None)
    return zoneinfo.ZoneInfo(key) if key in names and key else None


def _today(asked: str, now: datetime, language: str, _resolve: Resolve) -> Told | None:
    part = _PART.fullmatch(asked)
    is_it = _IS_IT.fullmatch(asked)
    if is_it and (weekday := weekday_of(is_it["day"] or is_it["zh"])) is not None:
        holds, today = weekday == now.weekday(), named(now.date(), language)
        if language == "zh":
            return Told(f"{'是的' if holds else '不'}，今天是{today}。")
        return Told(f"{'Yes' if holds else 'No'}. Today is {today}.")
    other = _OTHER_DAY.fullmatch(asked)
    if other:
        day = parse_date(other["day"] or other["zh"], now.date())
        return _date_told(day, now.date(), language) if day is not None else None
    if part:
        year = "year" in (part["part"], part["named"]) or (part["zh"] or "").endswith("年")
        if language == "zh":
            return Told(f"现在是{now.year}年。" if year else f"现在是{now.month}月。")
        return Told(f"It is {now.year}." if year else f"It is {now.strftime('%B')}.")
    if not _TODAY.fullmatch(asked):
        return None
    return Told(
        f"今天是{named(now.date(), language)}。" if language == "zh" else f"Today is {named(now.date(), language)}."
    )


def _date_told(day: date, today: date, language: str) -> Told:
    full = named(day, language)
    return Told(f"是{full}。" if language == "zh" else f"It {'was' if day < today else 'is'} {full}.")


def _weekday(asked: str, now: datetime, language: str, resolve: Resolve) -> Told | None:
    found = _WEEKDAY.fullmatch(asked)
    phrase = found and (found["day"] or found["zh"])
    if not phrase:
        return None
    parsed = parse_date(phrase, now.date())
    day = (parsed, "") if parsed else resolve(phrase) if "of the week" in asked or language == "zh" else None
    if day is None:
        return None
    full = named(day[0], language)
    if language == "zh":
        return Told(f"{full.partition('，')[0]}是{weekday_name(day[0], language)}。", day[1])
    verb = "was" if day[0] < now.date() else "is"
    return Told(f"{full.partition(', ')[2]} {verb} a {weekday_name(day[0], language)}.", day[1])


def _between(asked: str, now: datetime, language: str, resolve: Resolve) -> Told | None:
    found = _BETWEEN.fullmatch(asked)
    if found is None:
        return None
    start = _day(found["start"] or found["start_zh"], now, resolve)
    end = _day(found["end"] or found["end_zh"], now, resolve)
    if start is None or end is None:
        return None
    return Told(_length(abs(end[0] - start[0]), found["unit"] or found["unit_zh"], language), start[1] or end[1])


def _until(asked: str, now: datetime, language: str, resolve: Resolve) -> Told | None:
    found = _UNTIL.fullmatch(asked)
    day = _day(found["day"] or found["zh"], now, resolve) if found else None
    if found is None or day is None:
        return None
    length = _length(abs(day[0] - now.date()), found["unit"] or found["unit_zh"] or "day", language)
    if day[0] < now.date():
        late = f"{named(day[0], language).partition('，')[0]}已经过去了：{length}" if language == "zh" else ""
        return Told(
            late or f"{named(day[0], language)} has passed. {length.replace('It is', 'It was').replace('.', ' ago.')}",
            day[1],
        )
    return Told(length, day[1])


def _length(span: timedelta, unit: str, language: str) -> str:
    unit = _UNITS_ZH.get(unit, unit)
    whole, rest = divmod(span.days, _UNIT_DAYS.get(unit, 1))
    if language == "zh":
        return f"{whole}周{f'零{rest}天' if rest else ''}。" if unit == "week" else f"{span.days}天。"
    said = f"{whole} {unit}{'' if whole == 1 else 's'}"
    return f"It is {said}{f' and {rest} day' + ('' if rest == 1 else 's') if rest else ''}."


def _shift(asked: str, now: datetime, language: str, resolve: Resolve) -> Told | None:
    found = _SHIFT.fullmatch(asked)
    if found is None:
        return None
    how = found["how"] or found["how_zh"] or ("from now" if found["in"] else "")
    if not how:
        return None
    phrase = found["day"] or found["day_zh"] or "today"
    start = _day(phrase, now, resolve)
    counted = found["count"] or found["count_zh"]
    count = (1 if counted == "a" else int(counted)) * (-1 if how in ("ago", "before") or "前" in how else 1)
    unit = found["unit"] or _UNITS_ZH[found["unit_zh"]]
    moved = shifted(start[0], count, unit) if start else None
    if start is None or moved is None:
        return None
    return Told(f"是{named(moved, language)}。" if language == "zh" else f"It is {named(moved, language)}.", start[1])
