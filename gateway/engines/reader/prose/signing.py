"""When a paper was signed: the date beside the signatures, never any other date of it."""

from __future__ import annotations

import re

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.words.values import find_values, of_kinds
from text.passages import stem

_ASKS = re.compile(
    r"^(?:when|what date|(?:on )?(?:which|what) (?:day|date))\b.*\bsign(?:ed|s|ing)?\b"
    r"|签(?:字|署|名|订|约|的).{0,4}(?:什么时候|哪[一]?天|几号|日期)|(?:什么时候|哪[一]?天|几号).{0,6}签",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"\bsign(?:ed|atures?)\b|签字|签名|签署|签订|盖章", re.IGNORECASE)
_SIGNING = frozenset(stem(word) for word in "sign signed signing signature agreement contract lease form".split())
LINES_BELOW = 8
"""So many lines below the word "Signed" still belong to the signatures."""


def asks_signing(question: Question) -> bool:
    """True for "when did the tenants sign": nothing but a date beside signatures answers."""
    return _ASKS.search(question.text) is not None


def answer_signing(study: Study, question: Question) -> Finding | None:
    """The date beside the signature of the party that the question names, or of all; None when none is stated."""
    party = [
        concept for concept in question.required if stem(concept.asked) not in _SIGNING and "签" not in concept.asked
    ]
    lines = study.document.lines
    marked = [line.index for line in lines if _SIGNED.search(line.text)]
    beside = [line for line in lines if any(0 <= line.index - place <= LINES_BELOW for place in marked)]
    dated = [line for line in beside if of_kinds(find_values(line.text), ("date",))]
    if party:
        dated = [line for line in dated if all(line.wording.speaks_of(concept) for concept in party)]
    days = list(dict.fromkeys(of_kinds(find_values(line.text), ("date",))[-1].text for line in dated))
    if not days or (party and len(days) > 1):
        return None
    if len(days) > 1:
        told = ("；" if question.language == "zh" else "; ").join(line.text for line in dated)
    else:
        told = f"签署日期：{days[0]}" if question.language == "zh" else f"Signed on {days[0]}"
    return Finding(sentence(told, question.language), tuple(dated), 3.0, days[0])
