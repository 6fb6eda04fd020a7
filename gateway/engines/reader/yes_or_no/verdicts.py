"""Yes, no, or only on a condition: what the sentence nearest to a yes-or-no question says, its exceptions apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.clauses import cut
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import BY_RELATION, Sought, sought_of
from gateway.engines.reader.phrasing import answered
from gateway.engines.reader.prose.near import Near
from gateway.engines.reader.prose.nearest import nearest
from gateway.engines.reader.words.values import of_kinds
from gateway.engines.reader.words.wording import Concept, Wording
from gateway.engines.reader.yes_or_no.leave import allows_nothing
from gateway.engines.reader.yes_or_no.polarity import NEGATION, polarity
from gateway.engines.reader.yes_or_no.predicates import says_predicate
from gateway.engines.reader.yes_or_no.time_windows import windows_in
from text.passages import stem
from text.script import has_ideographs

Verdict = Literal["yes", "no", "condition"]

LEAST_SHARE = 0.47
"""So much of the question, by weight, must be spoken of."""

LEAST_UNDECIDED = 0.7
"""The same where it says neither yes nor no, so that it must be quite to the point to be quoted."""
NEARER = 0.1
"""So much more of the question a sentence must say to be taken over those that name its subject."""
WEAKEST_SUBJECT = 0.5
"""The weight of a word that a question may be about."""

_DECIDING = re.compile(
    r"\b(?:may|can|must|allowed|permitted|free|welcome|included|accepted|unless|except|only|provided)\b"
    rf"|{NEGATION.pattern}|可以|允许|免费|须|只能|仅",
    re.IGNORECASE,
)
_SORTS = tuple(
    tuple(sort.split())
    for sort in (
        "water electricity power gas heating internet",
        "dog cat bird parrot rabbit hamster",
        "coffee tea water juice milk beer wine alcohol",
        "car bicycle bike motorcycle",
        "breakfast lunch dinner",
        "狗 猫 鸟 兔子",
        "停水 停电 停气",
    )
)
"""Things that are no names for each other, though one leads to the other."""
_ANYTHING = re.compile(r"\b(?:anything|any|all|every|nothing|no)\b|任何|所有|一切", re.IGNORECASE)
_SAID_APART = frozenset("alone without telephone phone e-mail email 自己 独自".split())
"""Words that the verdict looks at by themselves."""


def answer_verdict(study: Study, question: Question, least: float = LEAST_SHARE) -> Finding | None:
    """Yes or no with the words it rests on, or None when no sentence is near enough to the question."""
    sought = sought_of(study, question)
    asked = tuple(word for word in sought if word.asked not in _SAID_APART and word.word not in _SAID_APART)
    if question.asks != "whether" or not asked:
        return None
    text = " ".join(question.tokens)
    hours = tuple(word for word in asked if _is_hour(word.word, text))
    by_hours = bool(hours) and len(hours) < len(asked) and any(windows_in(found.text) for found in study.sentences)
    asked = tuple(word for word in asked if word not in hours) if by_hours else asked
    most = max(word.weight for word in asked)
    things = [word for word in asked if not _counts(word.word, text)] or asked
    subject = next((word for word in things if word.weight > max(0.4, most - 0.15)), None)
    candidates = [
        near
        for near in _all(study, question, asked)
        if near.likeness.share >= least
        and (not by_hours or windows_in(near.text))
        and _about(near, subject, asked)
        and _names(near, subject)
        and says_predicate(near.text, question, asked)
    ]
    if not candidates:
        return None
    if subject is not None and any(
        subject.found_in(near.lines[0].wording) >= 0.8 for near in _all(study, question, asked)
    ):
        nearest_of_all = max(candidates, key=lambda near: near.likeness.share)
        candidates = [near for near in candidates if _speaks_of_subject(near, subject)]
        if nearest_of_all.likeness.share > max((near.likeness.share for near in candidates), default=1.0) + NEARER:
            candidates = [nearest_of_all]
        if not candidates:
            return None
    best = max(candidates, key=lambda near: near.score + 0.08 * _decides(near.text))
    verdict = polarity(best.text, question, sought)
    if verdict == "yes" and allows_nothing(best.text, question):
        return None
    if verdict == "undecided" and best.likeness.share < LEAST_UNDECIDED:
        return None
    return Finding(answered(verdict, cut(best.text, asked), question.language), best.lines, best.likeness.share)


def _counts(word: str, text: str) -> bool:
    """True for the number of "2 cats": the cats are what is asked about; the hour of "11 p.m." is not counted."""
    return word.isdigit() and re.search(rf"\b{word} (?!o['’]clock)[a-z]{{3,}}", text) is not None


def _is_hour(word: str, text: str) -> bool:
    """True for the time of day that a question supposes: a sentence need not say it, its limits decide."""
    return re.search(rf"\bat {re.escape(word)}(?: ?(?:o['’]clock|[ap]\.?m\b)|(?<=\d:\d\d))", text) is not None


def _speaks_of_subject(near: Near, subject: Sought) -> bool:
    """True when the sentence says it, or the one before does."""
    before = near.before is not None and subject.found_in(near.before) >= 0.8
    return subject.found_in(Wording.of(near.text)) >= 0.8 or before


def _names(near: Near, subject: Sought | None) -> bool:
    """False where the sentence speaks of another thing of the subject's sort: of electricity, water says nothing."""
    if subject is None or subject.found_in(Wording.of(near.text)) > BY_RELATION or _ANYTHING.search(near.text):
        return True
    sort = next((sort for sort in _SORTS if subject.asked in sort or subject.word in sort), ())
    return not any(Wording.of(near.text).speaks_of(_named_as(other)) for other in sort)


def _named_as(word: str) -> Concept:
    return Concept(word, (), (word,)) if has_ideographs(word) else Concept(word, ((stem(word),),))


def _all(study: Study, question: Question, asked: Sequence[Sought]) -> list[Near]:
    tabled = {line.index for table in (*study.tables, *study.lists) for line in table.lines}
    return [
        near
        for near in nearest(study, question, asked)
        if near.entry is None and near.lines[0].index not in tabled and not _states_only(near)
    ]


def _states_only(near: Near) -> bool:
    """True for a heading of a word or two, and for a label with its sum: neither says yes or no."""
    words = near.text.split()
    if has_ideographs(near.text) or NEGATION.search(near.text):
        return False
    return len(words) < 3 or (len(words) < 6 and near.text[-1:].isdigit() and bool(of_kinds(near.values, ("money",))))


def _about(near: Near, subject: Sought | None, asked: Sequence[Sought]) -> bool:
    """True when the place speaks of what the question is about, and of more than a word that is in every line."""
    if subject is None:
        return near.likeness.share >= 0.9
    own = [word for word in near.likeness.own if word.weight > 0.25]
    return bool(own) and (subject in own or len(own) >= 2 or near.likeness.share >= 0.75)


def _decides(text: str) -> bool:
    return _DECIDING.search(text) is not None
