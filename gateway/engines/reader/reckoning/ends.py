"""When something begins and when it ends, where one sentence states both: "until when is it off", 几点开始停水."""

from __future__ import annotations

import re
from dataclasses import replace

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import likeness, sought_of
from gateway.engines.reader.phrasing import sentence
from gateway.engines.reader.reckoning.intervals import RANGE, states_money
from gateway.engines.reader.words.wording import tokens_of

_BEGINS = re.compile(
    r"\b(?:begins?|starts?|starting|beginning)\b|\bfrom (?:when|what time|which time)\b|开始|从(?:几点|什么时候|何时)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:ends?|finish(?:es)?|over|come back|back on|restored|resumes?)\b|\b(?:until|till) (?:when"
    r"|what time|which time)\b"
    r"|结束|恢复|到(?:几点|什么时候|何时)|几点(?:来水|来电)|什么时候(?:来水|来电)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b(?:when|what time|which time|until|how late)\b|几点|什么时候|何时|什么时间", re.IGNORECASE)
_AGAIN_ZH = (("恢复供水", "停水"), ("恢复供电", "停电"), ("恢复供气", "停气"), ("来水", "停水"), ("来电", "停电"))
"""What stands in the notice for what comes back."""
LEAST_SHARE = 0.5


def answer_end(study: Study, question: Question) -> Finding | None:
    """The beginning or the end of the hours of the sentence nearest to the question; None where none states both."""
    begins, ends = _BEGINS.search(question.text), _ENDS.search(question.text)
    if question.asks != "when" or not _CLOCK.search(question.text) or (begins is None) == (ends is None):
        return None
    text = question.text
    for again, off in _AGAIN_ZH:
        text = text.replace(again, off)
    text = (_BEGINS if begins else _ENDS).sub(" ", text)
    asked = sought_of(study, replace(question, text=text, tokens=tokens_of(text)))
    best: tuple[float, Finding] | None = None
    tabled = {line.index for table in study.tables for line in table.lines}
    for found in study.sentences:
        both = RANGE.search(found.text)
        if both is None or found.lines[0].index in tabled or states_money(found.text, both):
            continue
        own = likeness(asked, found.wording, ())
        share = likeness(asked, found.wording, [(study.title, 0.8)]).share if asked else 1.0
        if share < LEAST_SHARE or (asked and not own.own and len(asked) > 1) or (best and share + own.share <= best[0]):
            continue
        at = both["start" if begins else "end"].strip()
        told = f"{at}（{both[0].strip()}）" if question.language == "zh" else f"{at} ({both[0].strip()})"
        best = (share + own.share, Finding(sentence(told, question.language), found.lines, 2.0 + share, at))
    return best[1] if best else None
