"""What a timetable's services are: a train that is asked for is none of the buses of the page."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Study
from gateway.engines.reader.timetables.services import services_of

_STATION = r"(?! ?(?:stations?|stops?|terminals?|landing|pier|quay|depot)\b)"
"""A place called so is no vehicle."""
_STATION_ZH = r"(?!总?站|码头|南站|北站|东站|西站)"
_KINDS = tuple(
    re.compile(rf"\b(?:{en})\b{_STATION}|(?:{zh}){_STATION_ZH}", re.IGNORECASE)
    for en, zh in (
        (r"bus(?:es)?|minibus(?:es)?|coach(?:es)?|shuttles?", "公交车?|巴士|大巴|汽车"),
        (r"trains?|rail|railways?|metro|subway|underground", "火车|列车|高铁|动车|铁路|地铁"),
        (r"trams?|streetcars?|tramways?", "有轨电车|电车"),
        (r"ferry|ferries|boats?|ships?|sailings?|vessels?|catamarans?", "渡轮|轮渡|渡船|轮船|客船|船"),
        (r"flights?|planes?|aeroplanes?|airplanes?", "飞机|航班"),
    )
)
LEAST_SERVICES = 2


def is_another_vehicle(study: Study, question: Question) -> bool:
    """True where the question names vehicles, the page is a timetable of others, and it names none of these."""
    asked = _kinds_in(question.text)
    if not asked or len(services_of(study.document)) < LEAST_SERVICES:
        return False
    named = _kinds_in(study.all_words.text)
    return bool(named) and asked.isdisjoint(named)


def _kinds_in(text: str) -> frozenset[int]:
    return frozenset(at for at, kind in enumerate(_KINDS) if kind.search(text))
