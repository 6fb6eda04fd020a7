"""Whether an answer that names somebody names them in the role that is asked for: a consultant is no family doctor."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study

_ASKS_PERSON = re.compile(
    r"\bwho(?:se)?\b|\bname of\b|\bname\b|\b(?:phone|telephone|mobile) number\b|谁|哪位|叫什么|名字|姓什么|电话|手机",
    re.IGNORECASE,
)
_ROLES = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"\bgp\b|\bgeneral practitioner|\bfamily (?:doctor|physician)|\bprimary care|家庭医生|全科",
        r"\bana?esthetists?\b|\bana?esthesiologist|麻醉[师医]",
        r"\bsurgeons?\b|\boperat|\bperform|外科|主刀|手术",
        r"\bhead ?teacher|\bprincipal\b|\bhead ?(?:master|mistress)|校长",
        r"\bdrivers?\b|司机|驾驶员",
        r"\bguides?\b|导游|讲解员",
        r"\bguarantors?\b|担保人|保证人",
        r"\bwitness(?:es)?\b|见证人|证人",
        r"\bcashiers?\b|收银员?|served by",
        r"\bsponsors?\b|\bsponsored|赞助|冠名",
        r"\binsur(?:er|ance)|\bassurance\b|保险",
        r"\bsecurity (?:guard|officer)s?\b|保安",
        r"\bneighbou?rs?\b|邻居",
        r"\bcleaners?\b|保洁|清洁工",
        r"\binterpreters?\b|\btranslators?\b|翻译",
        r"\bnurses?\b|护士",
        r"\bphysiotherapists?\b|理疗师|康复师",
        r"\bpharmacists?\b|药师|药剂师",
        r"\b(?:vice|deputy)\b|副",
        r"\bchair(?:man|woman|person)?\b|主席|主任",
        r"\bwife\b|\bhusband\b|\bspouse\b|妻子|丈夫|爱人",
    )
)
"""Roles that only somebody called so has; each in both languages."""


def is_another_role(study: Study, question: Question, finding: Finding) -> bool:
    """True where somebody in a role is asked for, and neither the answer nor its lines speak of that role."""
    if question.asks == "whether" or _ASKS_PERSON.search(question.text) is None:
        return False
    near = [line.text for line in finding.lines]
    near += [
        above.text for line in finding.lines for above in study.document.lines[max(0, line.index - 1) : line.index]
    ]
    said = " ".join((finding.text, *near))
    return any(role.search(question.text) and not role.search(said) for role in _ROLES)
