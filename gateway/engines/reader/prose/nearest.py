"""The sentence or entry nearest to a question: for questions put in other words than the document's.

It answers only where most of what is asked stands in one place, with a value of the kind that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.clause_titles import with_titles
from gateway.engines.reader.page.clauses import cut
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.page.likeness import Likeness, Sought, likeness, sought_of
from gateway.engines.reader.page.sentences import SourceSentence
from gateway.engines.reader.page.value_names import fit_of_sum
from gateway.engines.reader.phrasing import quoted, sentence, shortened, typeset
from gateway.engines.reader.prose.fitting_values import AFTER_VALUE, new_values
from gateway.engines.reader.prose.near import ASKS_CONDITION, CONDITION, Near, focus_of, newly_named
from gateway.engines.reader.prose.near_answers import can_answer
from gateway.engines.reader.prose.passages import (
    NAME,
    PLAIN_WHEN,
    is_topic,
)
from gateway.engines.reader.words.labels import field_of_label
from gateway.engines.reader.words.values import Value, of_kinds
from gateway.engines.reader.words.wording import Wording

LEAST_SHARE = 0.55
"""So much of what is asked, by weight, must be spoken of, when a value of a certain kind is asked for."""
LEAST_SHARE_OF_CONDITION = 0.48
LEAST_OF_PASSAGE = 0.32
"""What says less than this of what is asked is no answer, whatever else speaks for it."""
LEAST_SHARE_OF_TEXT = 0.6
"""The same where any words may answer."""
_POINTS_BACK = re.compile(
    r"(?:Otherwise|It|They|This|These|Those|He|She|His|Her|Their|Its|Then|Please do so|Do not|Stop|There|You)\b"
    r"|否则|它|其|届时|期间",
)


def answer_nearest(study: Study, question: Question) -> Finding | None:
    """The nearest place with what is asked for, quoted, or None when nothing is near enough."""
    asked = sought_of(study, question)
    if not asked or question.asks == "whether":
        return None
    candidates = [near for near in nearest(study, question, asked) if can_answer(near, question, asked)]
    if not candidates:
        return None
    best = max(candidates, key=lambda near: near.score)
    least = _least(question)
    if best.likeness.share < least:
        return None
    return _finding(best, question, asked)


def arbitrated(study: Study, question: Question, passage: Finding | None) -> Finding | None:
    """`passage`, or the nearest place when that is nearer to the question, or when the passage cannot be an answer."""
    asked = sought_of(study, question)
    if passage is None or not asked:
        return passage or answer_nearest(study, question)
    places = list(nearest(study, question, asked))
    same = [near for near in places if near.lines[0] in passage.lines or passage.lines[0] in near.lines]
    same = [near for near in same if typeset(near.text)[:SAME_TEXT] in passage.text] or same
    fitting = [near for near in places if can_answer(near, question, asked)]
    best = max(fitting, key=lambda near: near.score, default=None)
    mine = max((near.score for near in same if near in fitting), default=None)
    if best is None and same:
        return None
    if best is None or (mine is not None and best.score <= mine + NEARER):
        return passage if not same or max(near.likeness.share for near in same) >= LEAST_OF_PASSAGE else None
    if best.likeness.share < _least(question):
        spoken = not same or max(near.likeness.share for near in same) >= LEAST_OF_PASSAGE
        return passage if (mine is not None or not same) and spoken else None
    return _finding(best, question, asked)


def says_most(study: Study, question: Question, finding: Finding) -> bool:
    """True when the lines of `finding` say most of what is asked, whatever kind of value they hold."""
    places = nearest(study, question, sought_of(study, question))
    return any(near.likeness.share >= LEAST_OF_MOST for near in places if near.lines[0] in finding.lines)


LEAST_OF_MOST = 0.8


def _least(question: Question) -> float:
    if ASKS_CONDITION.search(question.text):
        return LEAST_SHARE_OF_CONDITION
    return LEAST_SHARE if question.kinds or question.asks in ("who", "where", "why") else LEAST_SHARE_OF_TEXT


SAME_TEXT = 40
"""Characters by which a quoted sentence is known again: two sentences may share a line."""
NEARER = 0.06
"""So much nearer another place must be to be chosen over one that covers all of the question."""


def nearest(study: Study, question: Question, asked: Sequence[Sought]) -> Iterator[Near]:
    """Every sentence and entry that shares a word with the question."""
    before: SourceSentence | None = None
    tabled = {line.index for table in study.tables for line in table.lines}
    for found, clause in with_titles(study.sentences):
        if found.lines[0].index in tabled:
            continue
        around: list[tuple[Wording, float]] = [(study.title, 0.5)]
        if clause is not None:
            around.append((clause, OF_CLAUSE_TITLE))
        if found.heading is not None and found.heading not in found.lines:
            around.append((found.heading.wording, 0.7))
        if before is not None and _POINTS_BACK.match(found.text):
            around.append((before.wording, 0.8))
        elif before is not None:
            around.append((before.wording, 0.45 if found.lines[0] in before.lines else 0.25))
        alike = _alike(question, asked, found, around)
        previous = before.wording if before is not None else None
        before = found
        linked = around[-1][1] == 0.8
        over = found.heading if found.heading not in found.lines else None
        topic = clause or (over.wording if over is not None and len(over.text.split()) <= SHORT_HEADING else None)
        of_clause = topic is not None and likeness(asked, topic, ()).share > 0
        titled = found.heading is not None and found.heading in found.lines and len(found.text.split()) <= 4
        if (
            (alike.own or linked or of_clause)
            and not titled
            and not found.text.rstrip('"”’ )）').endswith(("?", "？"))
            and not is_topic(found)
        ):
            score = alike.share + _fit(found.text, found.values, question) - 0.002 * len(found.wording.stems)
            score += fit_of_sum(found.text, found.values, asked) if "money" in question.kinds else 0.0
            yield Near(found.text, found.lines, found.values, alike, score, linked, previous, titled=of_clause)
    for entry in study.entries:
        if entry.lines[0].index in tabled:
            continue
        whole = Wording.of(f"{entry.key.text} {entry.value}")
        alike = likeness(asked, whole, [(study.title, 0.5)])
        in_key = likeness(asked, entry.key, ()).share
        if in_key > 0 and entry.value.strip() and not entry.value.endswith("?"):
            score = alike.share + 0.15 * in_key + _fit(entry.value, entry.values, question)
            yield Near(f"{entry.key.text}: {entry.value}", entry.lines, entry.values, alike, score, entry=entry)


def _alike(
    question: Question, asked: Sequence[Sought], found: SourceSentence, around: Sequence[tuple[Wording, float]]
) -> Likeness:
    """How alike a sentence is; what the question asks for by its sort ("which subject") may be named instead."""
    if "money" in question.kinds and of_kinds(found.values, ("money",)):
        around = [*around, (_OF_SUMS, OF_SUM)]
    alike = likeness(asked, found.wording, around)
    focus = focus_of(question)
    sort = next((word for word in asked if word.word == focus), None) if focus else None
    if (
        sort is None
        or sort in alike.own
        or len(asked) < 2
        or sum(word.weight for word in asked if word is not sort) < LEAST_OTHERS
        or ":" in found.text
        or not newly_named(found.text, question)
    ):
        return alike
    others = likeness([word for word in asked if word is not sort], found.wording, around)
    return others if others.share * NAMED_INSTEAD > alike.share else alike


SHORT_HEADING = 3
"""Words of a heading that is one topic."""
NAMED_INSTEAD = 0.9
LEAST_OTHERS = 0.75
"""So much, by weight, a question must ask besides the sort of thing that a sentence may name instead."""
_OF_SUMS = Wording.of("cost price charge pay money 费用 价格 收费 花费 付")
"""What a sum says by itself, and how far."""
OF_SUM = 0.8
OF_CLAUSE_TITLE = 0.85


def _fit(text: str, values: Sequence[Value], question: Question) -> float:
    """A little for a value of the kind that is asked for first, against one that only dates something else."""
    if ASKS_CONDITION.search(question.text) and CONDITION.search(text):
        return 0.08
    for rank, kind in enumerate(question.kinds):
        for value in of_kinds(values, (kind,)):
            if value.text.lower() in question.text.lower():
                continue
            if kind == "date" and question.asks == "when" and PLAIN_WHEN.match(question.text):
                return 0.24
            shifted = question.asks == "when" and kind == "duration" and AFTER_VALUE.match(text[value.end :])
            return -0.1 if shifted else 0.12 - 0.03 * rank
    if question.asks == "when" and CONDITION.search(text):
        return 0.05
    if question.asks == "who" and len(text.split()) <= 4 and NAME.search(text) and not values:
        return 0.1
    return 0.0


def _finding(near: Near, question: Question, asked: Sequence[Sought]) -> Finding:
    score = near.likeness.share
    if near.entry is not None:
        mark = "：" if question.language == "zh" else ": "
        text = sentence(f"{near.entry.key.text}{mark}{shortened(near.entry.value)}", question.language)
        known = field_of_label(near.entry.key.text)
        lines = near.entry.lines[-1:] + near.entry.lines[:-1]
        return Finding(text, lines, score + (0.2 if known else 0.0), near.entry.value)
    new = new_values(near.text, near.values, question) if question.kinds else []
    condition = CONDITION.search(near.text) if ASKS_CONDITION.search(question.text) else None
    needed = condition[0] if condition else new[0].text if new else ""
    return Finding(quoted(cut(near.text, asked, needed), question.language), near.lines, score)
