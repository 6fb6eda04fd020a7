"""What happens in a case: "what happens if I pay late" is answered by what follows, not by the case itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.clauses import LONGEST_ANSWER, cut
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import FAINT_WEIGHT, Sought, likeness, sought_of
from gateway.engines.reader.page.sentences import SourceSentence
from gateway.engines.reader.phrasing import quoted
from gateway.engines.reader.prose.cases import Case, case_of
from gateway.engines.reader.words.wording import tokens_of
from gateway.engines.reader.yes_or_no.polarity import NEGATION
from text.passages import stem

LEAST_NAMED = 0.5
"""So much of what is named besides a known case must be spoken of."""
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
    r"|罚|违约金|滞纳金|收取|取消|作废|失效|扣除|停止|不予|视为|不退|没收|解除"
    r"|重新(?:预约|安排)|改(?:期|约|到|在|为)|推迟|延期|另行|需要?重新|顺延"
    r"|\bmoved to\b|\b(?:re)?(?:book|schedul)\w*\b",
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
_COMING = frozenset(stem(word) for word in "pay paid payment late come arrive attend appear miss time 迟 晚".split())
_CLOSE_LINES = 2


def answer_consequence(study: Study, question: Question) -> Finding | None:
    """The sentence that says what follows in the case asked for, or None when none does.

    Where that sentence only points back ("Otherwise …"), the one before it is quoted with it.
    """
    if not _ASKS.search(question.text):
        return None
    asked, case = sought_of(study, question), case_of(question.text)
    if case is None and not asked:
        return None
    named = _named_besides(asked, case, question)
    fails = _denies(question.text)
    best: tuple[float, str, tuple[SourceSentence, ...]] | None = None
    for before, found in pairwise((None, *study.sentences)):
        if found is None or not _CONSEQUENCE.search(found.text) or found.text.endswith(("?", "？")):
            continue
        back = before is not None and _POINTS_BACK.search(found.text) is not None and _close(before, found)
        around = [(before.wording, 0.9)] if before is not None and back else []
        alike = likeness(asked, found.wording, around)
        if case is not None:
            fitting = case.said.search(found.text) or (before is not None and back and case.said.search(before.text))
            share = likeness(named, found.wording, [*around, (study.title, 0.5)]).share if named else 1.0
            if not fitting or share < LEAST_NAMED:
                continue
            alike = replace(alike, share=1.0 + share)
        elif alike.share < LEAST_SHARE or not (alike.own or back) or (not back and fails != _denies(found.text)):
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


def asks_for_case(question: Question) -> bool:
    """True for a question what follows in a case that is known: what does not provide for it, does not answer it."""
    return _ASKS.search(question.text) is not None and case_of(question.text) is not None


def _named_besides(asked: Sequence[Sought], case: Case | None, question: Question) -> list[Sought]:
    """What a question names besides the case: the rent in "What happens if I pay the rent late"."""
    supposed = case.asked.search(question.text) if case is not None else None
    if supposed is None:
        return []
    words = tokens_of(supposed[0])
    return [
        word
        for word in asked
        if word.weight > FAINT_WEIGHT
        and word.word not in supposed[0]
        and word.asked not in words
        and word.word not in _COMING
    ]


def _close(before: SourceSentence, found: SourceSentence) -> bool:
    last, first = before.lines[-1], found.lines[0]
    return last.page == first.page and first.index - last.index < _CLOSE_LINES


def _denies(text: str) -> bool:
    """True when `text` speaks of something that is not done, or done too late."""
    return NEGATION.search(text) is not None or _FAILS.search(text) is not None
