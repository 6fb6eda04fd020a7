"""Yes, no, or only on a condition: what the sentence nearest to a yes-or-no question says, its exceptions apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.engines.reader.clauses import clauses_of, cut
from gateway.engines.reader.decisions import DENIED_NEGATIONS, NEGATION, opposed
from gateway.engines.reader.evidence import Finding, Study
from gateway.engines.reader.likeness import FAINT_WEIGHT, Sought, sought_of
from gateway.engines.reader.nearest import Near, nearest
from gateway.engines.reader.phrasing import no, on_condition, yes
from gateway.engines.reader.question import Question
from gateway.engines.reader.related import FAINT
from gateway.engines.reader.wording import Wording

Verdict = Literal["yes", "no", "condition"]

LEAST_SHARE = 0.47
"""So much of the question, by weight, must be spoken of."""
_UNLESS = re.compile(
    r"^(?P<main>.+?),? ?\b(?:unless|except(?:ed|ing)?(?: for| on| in| with| when| if)?|other than"
    r"|apart from)\b(?P<apart>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_ONLY = re.compile(
    r"^(?P<main>.*?),? ?\b(?:(?:but )?only (?:with|when|if|after|by|on|in|until|at|from|to)|as long as"
    r"|provided(?: that)?|must be"
    r" accompanied by|not without|need[s]? (?:the |an? )?(?:\w+ )?(?:permission|consent|approval) of)\b(?P<needed>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_UNLESS_ZH = re.compile(
    r"除(?:非)?(?P<apart>[^，,。]+?)(?:以外|之外|外)?[，,](?P<main>.+)"
    r"|(?P<main2>.*?)[，,](?P<apart2>[^，,。]+)除外",
)
_ONLY_ZH = re.compile(r"(?P<main>.*?)(?:须凭|须由|须经|必须由|只能|仅限|仅|凭|经)(?P<needed>.+)")
_WITHOUT_ZH = re.compile(
    r"(?:如无|若无|没有|无|未经|不凭)(?P<needed>[^，,。]+?)[，,]?(?:者)?(?:不得|不能|不可|禁止|请勿)",
)
_ALONE = re.compile(r"\b(?:alone|without|unaccompanied)\b|自己|独自|没有|不带|不用", re.IGNORECASE)
_TELEPHONE = re.compile(r"\b(?:phone|telephone|call|e-?mail|orally|verbally)\b|电话|口头", re.IGNORECASE)
_WRITTEN = re.compile(r"\b(?:in writing|written)\b|书面", re.IGNORECASE)
_FREE = re.compile(r"\bfree\b|免费", re.IGNORECASE)
_ASKS_PRICE = re.compile(r"\b(?:pay|cost|charge|charged)\b|要钱|收费|付费|花钱", re.IGNORECASE)


_SAID_APART = frozenset("alone without telephone phone e-mail email 自己 独自".split())
"""Words that the verdict looks at by themselves."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """A sentence without its exception."""

    main: str
    apart: str = ""
    """What is excepted."""
    needed: str = ""
    """Without which it does not hold."""


def answer_verdict(study: Study, question: Question, least: float = LEAST_SHARE) -> Finding | None:
    """Yes or no with the words it rests on, or None when no sentence is near enough to the question."""
    asked = tuple(
        word for word in sought_of(study, question) if word.asked not in _SAID_APART and word.word not in _SAID_APART
    )
    if question.asks != "whether" or not asked:
        return None
    subject = next((word for word in asked if word.weight > 0.4), None)
    candidates = [
        near for near in _all(study, question, asked) if near.likeness.share >= least and _about(near, subject, asked)
    ]
    if not candidates:
        return None
    if subject is not None and any(
        subject.found_in(near.lines[0].wording) >= 0.8 for near in _all(study, question, asked)
    ):
        candidates = [near for near in candidates if _speaks_of_subject(near, subject)]
        if not candidates:
            return None
    best = max(candidates, key=lambda near: near.score + 0.08 * _decides(near.text))
    verdict = _verdict(best, question, asked)
    text = cut(best.text, asked)
    put = {"yes": yes, "no": no, "condition": on_condition}[verdict]
    return Finding(put(text, question.language), best.lines, best.likeness.share)


def _speaks_of_subject(near: Near, subject: Sought) -> bool:
    """True when the sentence says it, or the one before does."""
    before = near.before is not None and subject.found_in(near.before) >= 0.8
    return subject.found_in(Wording.of(near.text)) >= 0.8 or before


def _all(study: Study, question: Question, asked: Sequence[Sought]) -> list[Near]:
    tabled = {line.index for table in (*study.tables, *study.lists) for line in table.lines}
    return [
        near for near in nearest(study, question, asked) if near.entry is None and near.lines[0].index not in tabled
    ]


def _about(near: Near, subject: Sought | None, asked: Sequence[Sought]) -> bool:
    """True when the place speaks of what the question is about, and of more than a word that is in every line."""
    if subject is None:
        return near.likeness.share >= 0.9
    own = [word for word in near.likeness.own if word.weight > 0.25]
    return bool(own) and (subject in own or len(own) >= 2 or near.likeness.share >= 0.75)


def _decides(text: str) -> bool:
    return bool(
        NEGATION.search(text)
        or _UNLESS.match(text)
        or _ONLY.match(text)
        or re.search(r"\b(?:may|can|must|allowed|permitted|free|welcome|included|accepted)\b|可以|允许|免费", text)
    )


def _verdict(near: Near, question: Question, asked: Sequence[Sought]) -> Verdict:
    parts = _parts(near.text)
    asked_negated = (
        NEGATION.search(re.sub(r"\bwithout\b|没有|是否|能不能|可不可以|是不是|有没有|不", "", question.text))
        is not None
    )
    if parts.needed:
        return _on_condition(parts, question, asked)
    negated = _negated(parts.main, asked)
    if any(opposed(concept, Wording.of(parts.main)) for concept in question.concepts):
        negated = not negated
    if _FREE.search(parts.main) and _ASKS_PRICE.search(question.text):
        negated = True
    if _WRITTEN.search(near.text) and _TELEPHONE.search(question.text) and not _TELEPHONE.search(near.text):
        negated = True
    if parts.apart and _speaks(parts.apart, parts.main, asked):
        negated = not negated
    return "yes" if negated == asked_negated else "no"


def _on_condition(parts: _Parts, question: Question, asked: Sequence[Sought]) -> Verdict:
    if _ALONE.search(question.text):
        return "no"
    negated = _negated(parts.main, asked) and not re.search(r"\bnot before\b", parts.main)
    if _speaks(parts.needed, parts.main, asked):
        return "no" if negated else "yes"
    return "no" if negated and not re.search(r"\bonly\b|须|凭", parts.main) else "condition"


def _speaks(piece: str, other: str, asked: Sequence[Sought]) -> bool:
    """True when the question names what only `piece` of the sentence says."""
    own, elsewhere = Wording.of(piece), Wording.of(other)
    return any(
        word.weight >= FAINT_WEIGHT
        and word.word not in FAINT
        and word.found_in(own) > 0.5
        and word.found_in(elsewhere) < word.found_in(own)
        for word in asked
    )


def _parts(text: str) -> _Parts:
    without = _WITHOUT_ZH.search(text)
    if without:
        return _Parts("", needed=without["needed"])
    found = _UNLESS_ZH.search(text)
    if found:
        return _Parts(found["main"] or found["main2"] or "", apart=found["apart"] or found["apart2"] or "")
    only_zh = _ONLY_ZH.match(text)
    if only_zh:
        return _Parts(only_zh["main"], needed=only_zh["needed"])
    unless = _UNLESS.match(text)
    if unless:
        return _Parts(unless["main"], apart=unless["apart"])
    only = _ONLY.match(text)
    return _Parts(only["main"], needed=only["needed"]) if only else _Parts(text)


def _negated(main: str, asked: Sequence[Sought]) -> bool:
    """Whether the clause that speaks most of the question denies it; of clauses alike, whether any does."""
    scored = [
        (sum(word.weight * word.found_in(Wording.of(clause)) for word in asked), clause) for clause in clauses_of(main)
    ]
    best = max((score for score, _ in scored), default=0.0)
    leading = [clause for score, clause in scored if score >= best - 0.05]
    return any(NEGATION.search(DENIED_NEGATIONS.sub("", clause)) for clause in leading)
