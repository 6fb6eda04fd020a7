"""What a question about a timetable may say besides its stops, days and times: words of riding, of time, of asking."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.engines.reader.page.evidence import Study
from gateway.engines.reader.timetables.services import Service
from gateway.engines.reader.words.synonyms import STOP_WORDS
from gateway.engines.reader.words.values import MONTHS, weekdays_in
from text.passages import stem

_KNOWN = frozenset(
    stem(word)
    for word in """
    bus buses tram trams train trains coach ferry ferries boat boats ship service shuttle sailing sail crossing
    departure arrival connection leave leaving depart arrive arriving reach journey ride trip stop call get go
    run take catch travel first last earliest latest next final second third fourth morning afternoon evening
    noon midday midnight day days week weekday weekend today time times hour minute before after until till past
    long last there back return way one ones single many number does do please timetable schedule skip miss
    serve early soon late far stay board want need must make head use come bring get gets got arrived still
    again between pass without operate operates running scheduled due usually line route does't don't doesn't
    isn't public transport off set out which ought be at passes journeys outward outbound inbound
    """.split()
)
_KNOWN_ZH = re.compile(
    r"首班|头班|末班|最后一?[班趟]?|最早|最晚|下一[班趟]?|第[一二三四五六七八九十]+[班趟]?|班车|公交车?|巴士"
    r"|火车|列车|轮渡|渡轮|渡船|汽车|车次|班次|[车船班趟次]"
    r"|什么时候|什么时间|多长时间|几点钟?|多久|几分钟|多少分钟|几个?小时|哪[些几一]?[班趟个路天]?|何时|时候"
    r"|时间|每天|每日|工作日|周末|平时|早上|上午|中午"
    r"|下午|晚上|傍晚|早晨|出发|发车|到达|抵达|到站|经过|停靠|不停|返回|往返|需要|应该|可以|能"
    r"|星期[一二三四五六日天几]|周[一二三四五六日几]|礼拜[一二三四五六日天]"
    r"|一共|总共|多少|直接|直达|那[班趟个]?|这[班趟个]?"
    r"|[从到去往回开坐乘搭停要几点是的吗呢了有在至由自走请问我想得该赶上和之后前以内就才里一下号路发过不没为多达分钟最早晚能会哪]"
)


def has_more_to_say(left: str, study: Study, services: Sequence[Service]) -> bool:
    """True when the question says what neither riding nor the head of the page explains: "in winter", "to London"."""
    over = study.document.lines[: max(1, min(service.lines[0].index for service in services))]
    known = {word for line in over for word in line.wording.stems}
    months = {month[:3] for month in MONTHS}
    for word in re.findall(r"[a-z][a-z'’]+", left.lower()):
        plain = word.replace("’", "'")
        if plain in STOP_WORDS or stem(plain) in _KNOWN or plain in _KNOWN or plain[:3] in months or weekdays_in(plain):
            continue
        if stem(plain) in known or plain.endswith(("n't", "'s")):
            continue
        return True
    head = "".join(line.text for line in over)
    chinese = re.findall(r"[\u3400-\u9fff]+", _KNOWN_ZH.sub(" ", left))
    return any(len(run) > 1 and run not in head for run in chinese)
