"""How many people, where an entry says it: 人数：限30人 for 最多多少人参加, "Guests: 4"."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.fields import stated
from gateway.engines.reader.page.entries import spoken_value
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import quoted

_ASKS = re.compile(
    r"(?:几|多少)(?:个|位|名)?(?:人|客人|顾客)|人数|\bhow many (?:people|persons|guests|participants|places)\b",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"(?:参加|报名|用餐|就餐|限定?|活动|总)?(?:人数|名额|限额)(?:限制|上限)?|(?:number of )?(?:people"
    r"|persons|guests|participants|places)"
    r"|party size|capacity|covers",
    re.IGNORECASE,
)


def answer_headcount(study: Study, question: Question) -> Finding | None:
    """What the only entry for the number of people says; None when there is none, or more than one."""
    if not (_ASKS.search(question.text) or _CAME.search(question.text)) or question.asks == "whether":
        return None
    found = [
        entry
        for entry in study.entries
        if _KEY.fullmatch(entry.key.text) and spoken_value(entry, ("quantity", "number"))
    ]
    if not found:
        return _told(study, question)
    if len(found) != 1:
        return None
    (entry,) = found
    return Finding(stated(entry.key.text, entry.value.rstrip("。."), question), entry.lines, 3.0, entry.value)


_CAME = re.compile(
    r"\bhow many (?:people|persons|visitors|guests) (?:have )?(?:came|come|visited|attended|turned up|took part)\b",
    re.IGNORECASE,
)
_NUMBER = r"(?P<number>\d+(?:,\d{3})*)(?!\d| ?(?:percent|per cent|%)|\.\d)"
_TOLD = re.compile(
    r"\bnumber of (?:visitors|guests|people|participants|attendees)\b[^.;]{0,20}? (?:was|is|reached|totall?ed"
    rf"|(?:rose|grew|increased|went up|fell|dropped|sank|decreased|went down)\b[^.;]*? to) {_NUMBER}",
    re.IGNORECASE,
)


def _told(study: Study, question: Question) -> Finding | None:
    """The sentence that says how many came: "the number of visitors rose by 5 percent to 300"."""
    if _CAME.search(question.text) is None:
        return None
    found = [(one, told) for one in study.sentences if (told := _TOLD.search(one.text)) is not None]
    if len(found) != 1:
        return None
    ((one, told),) = found
    around = study.surroundings(one.lines, one.heading)
    if any(not (one.wording.speaks_of(word) or around.speaks_of(word)) for word in question.required):
        return None
    return Finding(quoted(one.text, question.language), one.lines, 2.5, told["number"])
