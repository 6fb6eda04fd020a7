"""What happens in a case: "what happens if I pay late" is answered by what follows, not by the case itself."""

from __future__ import annotations

import re
from itertools import pairwise

from gateway.engines.reader.clauses import LONGEST_ANSWER, cut
from gateway.engines.reader.decisions import NEGATION
from gateway.engines.reader.evidence import Finding, Study
from gateway.engines.reader.likeness import likeness, sought_of
from gateway.engines.reader.phrasing import quoted
from gateway.engines.reader.question import Question
from gateway.engines.reader.sentences import SourceSentence

LEAST_SHARE = 0.48
"""So much of the case, by weight, must be spoken of by the consequence and the sentence before it."""
_ASKS = re.compile(
    r"\bwhat (?:happens|will happen|would happen|if)\b|(?:会|将)(?:怎么样|怎样|如何|有什么后果)"
    r"|有什么后果|怎么处罚|怎么办",
    re.IGNORECASE,
)
_CONSEQUENCE = re.compile(
    r"\b(?:fees?|fines?|fined|penalt(?:y|ies)|charged?|surcharge|interest|costs?|lose|loses|lost|forfeit\w*|void"
    r"|cancel(?:led|ed)|refused|removed|reported|disconnected|suspended|terminated|will be|must pay)\b"
    r"|罚|违约金|滞纳金|收取|取消|作废|失效|扣除|停止|不予|视为",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"^(?:otherwise|if not|else|then|in (?:this|that) case|after (?:that|this))\b|\b(?:after (?:that|this)|thereafter"
    r"|in (?:this|that) case|otherwise)\b|^否则|^不然|逾期|届时",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(r"(?:otherwise|if not|else|in (?:this|that) case)\b|否则|不然", re.IGNORECASE)
_FAILS = re.compile(
    r"\b(?:late|miss|missed|forget|fail|fails|without|lose|break)\b|逾期|迟|过期|超过|忘", re.IGNORECASE
)
_CLOSE_LINES = 2


def answer_consequence(study: Study, question: Question) -> Finding | None:
    """The sentence that says what follows in the case asked for, or None when none does.

    Where that sentence only points back ("Otherwise …"), the one before it is quoted with it.
    """
    asked = sought_of(study, question) if _ASKS.search(question.text) else ()
    if not asked:
        return None
    fails = _denies(question.text)
    best: tuple[float, str, tuple[SourceSentence, ...]] | None = None
    for before, found in pairwise((None, *study.sentences)):
        if found is None or not _CONSEQUENCE.search(found.text) or found.text.endswith(("?", "？")):
            continue
        back = before is not None and _POINTS_BACK.search(found.text) is not None and _close(before, found)
        around = [(before.wording, 0.9)] if before is not None and back else []
        alike = likeness(asked, found.wording, around)
        if alike.share < LEAST_SHARE or not (alike.own or back) or (not back and fails != _denies(found.text)):
            continue
        whole = before is not None and back and _OTHERWISE.match(found.text) is not None
        told = (before, found) if before is not None and whole else (found,)
        text = " ".join(one.text for one in told) if question.language == "en" else "".join(one.text for one in told)
        if len(text) > LONGEST_ANSWER:
            told, text = (found,), cut(found.text, asked)
        if best is None or alike.share > best[0]:
            best = (alike.share, text, told)
    if best is None:
        return None
    lines = tuple(dict.fromkeys(line for one in best[2][::-1] for line in one.lines))
    return Finding(quoted(best[1], question.language), lines, 1.5 + best[0])


def _close(before: SourceSentence, found: SourceSentence) -> bool:
    last, first = before.lines[-1], found.lines[0]
    return last.page == first.page and first.index - last.index < _CLOSE_LINES


def _denies(text: str) -> bool:
    """True when `text` speaks of something that is not done, or done too late."""
    return NEGATION.search(text) is not None or _FAILS.search(text) is not None
