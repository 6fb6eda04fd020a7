"""What a question asks of a timetable: stops and their parts, a day, a time, a service, and which of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Study
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.timetables.journey_words import has_more_to_say
from gateway.engines.reader.timetables.place_names import PlaceMention, places_in
from gateway.engines.reader.timetables.services import Service, services_of
from gateway.engines.reader.words.numbers import parse_chinese, words_to_digits
from gateway.engines.reader.words.values import MONTHS, weekdays_in
from gateway.engines.reader.yes_or_no.time_windows import minute_of_day
from text.script import has_ideographs

_T = (
    r"(?:\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\b\.?)?|\d{1,2} ?[ap]\.?m\b\.?|\d{1,2} ?o['’]clock|\d{4}(?!\d)|noon|midday"
    r"|midnight)"
)
_T_ZH = (
    r"(?:凌晨|早上|早晨|上午|中午|下午|傍晚|晚上)?(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
    r"(?:[:：]\d{2}|[点时](?:半|\d{1,2}分?|[一二三四五]?十?[一二三四五六七八九]?分?)?)"
)
_BY = re.compile(
    rf"\b(?P<word>by|before|no later than|not later than|until|till) (?P<time>{_T}|\d{{1,2}}(?!\d))"
    rf"|(?P<zh>{_T_ZH})(?:之?前|以前)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"\b(?:after|later than|from) (?P<time>{_T}|(?<=after )\d{{1,2}}(?!\d))|(?:过了)?(?P<zh>{_T_ZH})(?:之?后"
    rf"|以后|过后)",
    re.IGNORECASE,
)
_AT = re.compile(rf"(?<![\w:.])(?P<time>{_T})(?![\w])|(?P<zh>{_T_ZH})", re.IGNORECASE)
_PARTS = (
    (r"\bmornings?\b|早上|上午|早晨", 0, 12 * 60),
    (r"\bafternoons?\b|下午", 12 * 60, 18 * 60),
    (r"\bevenings?\b|晚上|傍晚", 17 * 60, 24 * 60),
)
_FIRST = re.compile(r"\b(?:first|earliest|soonest)\b|最早|首班|头班|第一[班趟]", re.IGNORECASE)
_LAST = re.compile(r"\b(?:last|latest|final)\b|最晚|末班|最后", re.IGNORECASE)
_NEXT = re.compile(r"\bnext\b|下一[班趟]", re.IGNORECASE)
_SECOND = re.compile(r"\b(?P<word>second|third|fourth)\b|第(?P<zh>[二三四五六七八九])[班趟]", re.IGNORECASE)
_ORDINALS = {"second": 2, "third": 3, "fourth": 4}
_NOT = re.compile(r"\b(?:not|never|skips?|miss(?:es)?|without)\b|n['’]t\b|不(?!同)", re.IGNORECASE)
_LENGTH = re.compile(
    r"\bhow (?:long|much time|many (?:minutes|hours))\b|\b(?:duration|(?:journey|travel|travelling) time)\b"
    r"|多长时间|多久"
    r"|(?:多少|几)(?:分钟|个?小时)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\bwhen\b|\bwhat time\b|\b(?:which|what) hour\b|\btimes?\b|几点|什么时[候间]|何时|时间", re.IGNORECASE
)
_WHICH = re.compile(r"\b(?:which|what)\b|哪|什么车", re.IGNORECASE)
_NUMBER = re.compile(
    r"\bhow (?:many (?:[a-z]+ )?(?:bus(?:es)?|trams?|trains?|coach(?:es)?|ferries|boats?|ships?|services"
    r"|shuttles|sailings|crossings"
    r"|departures|connections|trips|times)|often)\b|[几多少][班趟]",
    re.IGNORECASE,
)
_DAYS = re.compile(r"\b(?:what|which) days?\b|\bhow often\b|哪[几一]?天|星期几|周几|哪些天", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:costs?|fares?|prices?|tickets?|pay|single|return (?:ticket|fare|trip cost)"
    r"|charged?|phone|telephone|ring|e-?mail|address|seats?"
    r"|platforms?|bicycles?|bikes?|dogs?|wi-?fi|notice|advance|early|check in|valid|book)\b|多少钱|票|费|价"
    r"|电话|自行车|狗"
    r"|提前|预[定订约]|站台",
    re.IGNORECASE,
)
_OTHER_WAY = re.compile(
    r"\b(?:which|what|how many|next|first|last|the) stops?\b(?! at)|\bstop (?:after|before)\b|\b(?:column"
    r"|row)s?\b|几站|哪[些几个一]+站|站点"
    r"|\b(?:buses|trains|trams|lines|boats) [A-Z]?\d*[A-Z]? (?:and|or|&) ",
    re.IGNORECASE,
)
"""What asks for stops, or for two services at once, which other readers answer."""
_LEAVING = re.compile(
    r"\b(?:from|leav(?:e|es|ing)|depart(?:s|ing)?|out of|starts? (?:at|in)|go(?:es)? from|sails? from|start(?:s"
    r"|ing) from|catch \w+ (?:at|in))"
    r"(?: from)?(?: the| our| my)? $|[从在由自]$",
    re.IGNORECASE,
)
_GOING = re.compile(
    r"\b(?:to|reach(?:es)?|arriv(?:e|es|ing)(?: (?:at|in))?|into|for|towards?|get to|gets to|calls? at|back at"
    r"|back in)(?: the| our| my)? $"
    r"|[到去往回至](?:达)?$",
    re.IGNORECASE,
)
_ARRIVING = re.compile(
    r"\b(?:arriv\w+|reach\w*|get(?:s|ting)? (?:me |us )?(?:in|to|there|into)|due (?:at|in)|be (?:at|in|there)"
    r"|come in|land)\b|到(?!.{0,8}(?:开|出发|发车))",
    re.IGNORECASE,
)
_DEPARTING = re.compile(r"\b(?:leav\w+|depart\w*|start|set off|sails?|go|goes|run)\b|出发|发车|开", re.IGNORECASE)
_RIDING = re.compile(
    r"\b(?:bus(?:es)?|trams?|trains?|coach(?:es)?|ferry|ferries|boats?|ships?|services?|shuttles?|sailings?"
    r"|crossings?|departures?|arrivals?"
    r"|connections?|leaves?|leaving|departs?|departing|sails?|arrives?|arriving|journeys?|rides?|trip|stops?"
    r"|calls?|gets? to|reach(?:es)?)\b"
    r"|车|船|班|趟|出发|停靠?|航班|渡轮|轮渡|列车",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Journey:
    """A question about a timetable, taken apart."""

    question: Question
    considered: tuple[Service, ...]
    """All services of the page."""
    lines: tuple[SourceLine, ...]
    """Where the timetable stands, for an answer that says what it lacks."""
    start: str | None
    goal: str | None
    """Also the only stop that is named, whatever its part."""
    arrives: bool
    """True when the time at the goal is asked for."""
    service: Service | None
    days: frozenset[int]
    minute: int | None
    """The time of the one that is meant: "the 14:30"."""
    after: int | None
    by: int | None
    strictly: bool
    """True for "before", which leaves out the minute itself."""
    ordinal: int | None

    @property
    def told_apart(self) -> bool:
        """True when no two services of the page have one name."""
        names = [service.name for service in self.considered if service.has_own_name]
        return len(set(names)) == len(names)

    @property
    def months(self) -> bool:
        """True when it names a month."""
        return _names_month(self.question.text)

    @property
    def first(self) -> bool:
        """True for "the first"."""
        return _FIRST.search(self.question.text) is not None and self.service is None

    @property
    def last(self) -> bool:
        """True for "the last"."""
        return _LAST.search(self.question.text) is not None and self.service is None

    @property
    def picks(self) -> bool:
        """True when one of those that fit is wanted."""
        return bool(self.first or self.last or self.after is not None or self.by is not None or self.ordinal)

    @property
    def negated(self) -> bool:
        """True for "which do not stop"."""
        return _NOT.search(self.question.text) is not None

    @property
    def asks_length(self) -> bool:
        """True for "how long"."""
        return _LENGTH.search(self.question.text) is not None

    @property
    def asks_time(self) -> bool:
        """True for "when"."""
        return _TIME.search(self.question.text) is not None and not self.asks_length

    @property
    def asks_which(self) -> bool:
        """True for "which bus", "how many buses stop"."""
        return _WHICH.search(self.question.text) is not None or self.question.asks == "many"

    @property
    def asks_number(self) -> bool:
        """True for "how many boats"."""
        return _NUMBER.search(self.question.text) is not None

    @property
    def asks_days(self) -> bool:
        """True for "on which days"."""
        return _DAYS.search(self.question.text) is not None

    @property
    def some_known(self) -> bool:
        """True when the page says of some service on which days it runs, or no day is asked for."""
        return not self.days or any(service.days is not None for service in self.considered)

    def allows(self, service: Service) -> bool:
        """True for the service that is named, and for all where none is."""
        return self.service is None or service.name == self.service.name

    def runs_then(self, service: Service) -> bool:
        """True when it runs on the day that is asked for; where the page tells no days, no day may be asked for."""
        if not self.days:
            return True
        if service.days is None:
            return False
        return self.days <= service.days or (len(self.days) > 1 and bool(self.days & service.days))

    def same_table(self, stop: str) -> bool:
        """True when a service of the named one's table makes the stop: then it is known to pass it."""
        if self.service is None:
            return False
        mine = {call.line for call in self.service.calls} | {line for _, line in self.service.passed}
        lines = {line for service in self.considered for line in service.lines if mine & set(service.lines)}
        known = any(call.stop == stop and call.line in lines for service in self.considered for call in service.calls)
        return known or any(service.name == self.service.name for service in self.considered)


def journey_of(study: Study, question: Question, services: Sequence[Service]) -> Journey | None:
    """`question` as conditions on `services`; None when it asks for something else, or says what is not understood."""
    text = question.text
    if question.asks in ("why", "who", "much", "where") or _OTHER.search(text):
        return None
    stops = [stop for service in services for stop in _stops_of(service)]
    if _OTHER_WAY.search(text):
        return None
    mentions = places_in(text, stops)
    named, left = _named_service(text, services, mentions)
    if named is None and _names_another(text, services, study):
        return None
    days = weekdays_in(text)
    spoken = words_to_digits(left)
    by, after = _BY.search(spoken), _AFTER.search(spoken)
    at = _AT.search(_BY.sub(" ", _AFTER.sub(" ", spoken)))
    minute = _minute(at)
    known_time = minute is not None and any(call.minute == minute for service in services for call in service.calls)
    if not (_RIDING.search(text) or mentions or known_time or named is not None):
        return None
    if has_more_to_say(_without(left, mentions), study, services):
        return None
    start, goal = _roles(text, mentions)
    if len(mentions) > 2 or (start is not None and start == goal):
        return None
    parts = next(((first, last) for form, first, last in _PARTS if re.search(form, left, re.IGNORECASE)), None)
    limit_after, limit_by = _minute(after), _minute(by)
    if parts is not None and limit_after is None and limit_by is None and minute is None:
        services = tuple(service for service in services if parts[0] <= service.calls[0].minute < parts[1])
        if not services:
            return None
    if _NEXT.search(text) and limit_after is None and minute is not None:
        limit_after, minute = minute, None
    strictly = by is not None and by["word"] in ("before", "Before")
    arrives = _arrives(text, start, goal)
    ordinal = _ordinal(text) if named is None else None
    lines = tuple(dict.fromkeys(line for service in services for line in service.lines))[:1]
    return Journey(
        question,
        tuple(services),
        lines,
        start,
        goal,
        arrives,
        named,
        days,
        minute,
        limit_after,
        limit_by,
        strictly,
        ordinal,
    )


def is_unknown_ride(study: Study, question: Question) -> bool:
    """True for the first, last or next one from or to a place that the page does not have."""
    text = question.text
    if not _RIDING.search(text) or _OTHER.search(text) or _OTHER_WAY.search(text):
        return False
    if not (_FIRST.search(text) or _LAST.search(text) or _NEXT.search(text)):
        return False
    services = services_of(study.document)
    if len(services) < 2:
        return False
    mentions = places_in(text, [stop for service in services for stop in _stops_of(service)])
    return has_more_to_say(_without(_named_service(text, services, mentions)[1], mentions), study, services)


def _stops_of(service: Service) -> list[str]:
    return [*(call.stop for call in service.calls), *(stop for stop, _ in service.passed), *service.unread]


def _minute(found: re.Match[str] | None) -> int | None:
    if found is None:
        return None
    time = found["time"] or found["zh"]
    if re.fullmatch(r"\d{4}", time):
        time = f"{time[:2]}:{time[2:]}"
    return minute_of_day(time.replace(".", ":", 1) if re.match(r"\d{1,2}\.\d", time) else time)


def _ordinal(text: str) -> int | None:
    found = _SECOND.search(text)
    if found is None:
        return None
    return _ORDINALS[found["word"].lower()] if found["word"] else int(parse_chinese(found["zh"]) or 0)


def _roles(text: str, mentions: Sequence[PlaceMention]) -> tuple[str | None, str | None]:
    """Which stop is left and which is gone to, by the words around them; the only one without a part is the goal."""
    start = goal = None
    for mention in mentions:
        before, after = text[: mention.start], text[mention.end :].lstrip()
        going, leaving = _GOING.search(before), _LEAVING.search(before)
        sets_off = after.startswith(("开", "出发", "发车", "始发")) and not re.search("[到去]$", before)
        if sets_off or (leaving is not None and (going is None or going.start() < leaving.start())):
            start = start or mention.stop
        elif going is not None or goal is None:
            goal = mention.stop if goal is None or going is not None else goal
        else:
            start = start or mention.stop
    return start, goal


def _arrives(text: str, start: str | None, goal: str | None) -> bool:
    """True when it is the time at the goal that is asked for."""
    departing, arriving = _DEPARTING.search(text), _ARRIVING.search(text)
    if goal is None:
        return start is None and departing is None and arriving is not None
    if has_ideographs(text):
        return (
            re.search(r"几点(?:钟)?[能会才]?(?:到|抵)|到.{0,12}(?:是)?几点(?!.{0,3}(?:开|出发|发))|什么时候到", text)
            is not None
        )
    if start is not None and departing is not None and arriving is None:
        return False
    return arriving is not None


def _named_service(
    text: str, services: Sequence[Service], mentions: Sequence[PlaceMention]
) -> tuple[Service | None, str]:
    """The service that the question names, and the question without the name."""
    bare = "".join(" " if any(m.start <= at < m.end for m in mentions) else sign for at, sign in enumerate(text))
    best: tuple[int, Service, str] | None = None
    for service in services:
        if not service.has_own_name:
            continue
        name = service.name
        code = name.rpartition(" ")[2]
        forms = [rf"(?<![\w]){re.escape(name)}(?![A-Za-z\d])" if name.isascii() else re.escape(name)]
        if re.fullmatch(r"[A-Z]{0,2}\d{0,4}[A-Z]?", code) and code:
            vehicles = r"(?:bus|train|tram|line|route|service|coach|boat|ferry|no\.?|number)"
            forms += [
                rf"\b{vehicles} {code}(?![A-Za-z\d])",
                rf"(?<![A-Za-z\d:.]){code} ?[号路班次线]*(?:公交|班|列|快|火)?[车次路线班船]",
            ]
            forms += [rf"(?<![A-Za-z\d:.]){code}(?![A-Za-z\d:.])"] if len(code) > 1 else []
            forms.append(rf"第?{code}[号]?(?:航次|车次|班次|次)")
        if not name.isascii() and name.endswith("班"):
            forms.append(rf"{re.escape(name[:-1])}[班趟]?车?")
        for form in forms:
            found = re.search(form, bare, 0 if len(code) == 1 and form.startswith("(?<!") else re.IGNORECASE)
            if found is not None and (best is None or len(found[0]) > best[0]):
                best = (len(found[0]), service, bare[: found.start()] + " " * len(found[0]) + bare[found.end() :])
    return (best[1], best[2]) if best is not None else (None, bare)


def _names_another(text: str, services: Sequence[Service], study: Study) -> bool:
    """True for a bus by a letter or number that none of the page has; the route of the page itself is none."""
    found = re.search(
        r"\b(?:bus|train|tram|line|coach|service) (?P<en>(?-i:[A-Z]\d{0,3})|\d{1,4}[A-Z]?)(?![\w:.])"
        r"|(?<![A-Za-z\d:.])(?P<zh>[A-Z]?\d{1,4}|[A-Z])[号路班次线]*(?:公交|班|列)?[车次路线]"
        r"|第(?P<nth>[一二三四五六七八九])[班趟]",
        text,
        re.IGNORECASE,
    )
    if found is None:
        return False
    if found["nth"]:
        return any(re.fullmatch(r"第[一二三四五六七八九]班", service.name) for service in services)
    code = (found["en"] or found["zh"]).upper()
    first = min(service.lines[0].index for service in services)
    over = [line.text for line in study.document.lines[:first]]
    return not any(re.search(rf"(?<![\d:.]){code}(?![\d:.])", text) for text in over)


def _names_month(text: str) -> bool:
    names = "|".join(month[:3] for month in MONTHS)
    return re.search(rf"\b(?:{names})[a-z]*\b(?<!may)|\bin may\b|\d月", text, re.IGNORECASE) is not None


def _without(left: str, mentions: Sequence[PlaceMention]) -> str:
    """What is left of the question without the stops, the times, the days and the dates."""
    left = "".join(" " if any(m.start <= at < m.end for m in mentions) else sign for at, sign in enumerate(left))
    left = left if has_ideographs(left) else words_to_digits(left)
    for form in (_AT, re.compile(r"\d+(?:st|nd|rd|th)?|\d+月\d*[日号]?")):
        left = form.sub(" ", left)
    return left
