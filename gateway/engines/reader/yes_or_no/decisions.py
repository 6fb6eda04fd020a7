"""Yes or no, where a sentence or a value decides it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.fields import answer_field
from gateway.engines.reader.page.evidence import Finding, Study, cover
from gateway.engines.reader.page.likeness import sought_of
from gateway.engines.reader.phrasing import answered, field_is, quoted
from gateway.engines.reader.prose.passages import is_topic
from gateway.engines.reader.words.values import amount_of, find_values, of_kinds, weekdays_in
from gateway.engines.reader.words.wording import Concept, Wording
from gateway.engines.reader.yes_or_no.leave import allows_nothing
from gateway.engines.reader.yes_or_no.polarity import is_title, opposed, polarity
from gateway.engines.reader.yes_or_no.predicates import says_predicate

_EXCEPTION = re.compile(r"\b(?:unless|except)\b|除.+外", re.IGNORECASE)
"""What holds only in part is for `verdicts`."""
_UNAFFECTED = re.compile(r"\b(?:not|un)\s?affected\b|不受影响", re.IGNORECASE)
_ASKS_PRICE = re.compile(r"\b(?:pay|cost|charge|expensive)\b|要钱|收费|付费|花钱", re.IGNORECASE)
_FREE = re.compile(r"\bfree\b|免费", re.IGNORECASE)
_MORE = frozenset("higher more greater over above larger bigger exceed later after".split())
_LESS = frozenset("lower less smaller under below cheaper earlier before".split())
_MENTION = frozenset("mention contain include say there have has list state anything something".split())
_MENTION_ZH = ("提到", "有没有", "是否有", "包括", "包含")


def decide(study: Study, question: Question) -> Finding | None:
    """Yes or no with the words it rests on, or None when nothing decides it."""
    if question.asks != "whether":
        return None
    candidates = list(_candidates(study, question))
    return max(candidates, key=lambda finding: finding.score) if candidates else None


def asks_for_mention(question: Question) -> bool:
    """True for "does it mention …", "is there a …": absence is a no."""
    return question.asks == "whether" and (
        bool(_MENTION & set(question.tokens)) or any(word in question.text for word in _MENTION_ZH)
    )


def compare(study: Study, question: Question) -> Finding | None:
    """For "Is the total higher than 400?", "Is the total $420?"."""
    if question.field is None:
        return None
    asked = [
        value
        for value in find_values(" ".join(question.tokens))
        if value.amount is not None or value.kind in ("date", "weekday")
    ]
    found = answer_field(study, question.without_values())
    if found is None or not asked:
        return None
    value = found.value
    stated_amount, amount = amount_of(value), asked[-1].amount
    words = set(question.tokens)
    if stated_amount is not None and amount is not None and words & (_MORE | _LESS):
        holds = stated_amount > amount if words & _MORE else stated_amount < amount
    elif asked[-1].kind in ("date", "weekday"):
        holds = Wording.of(asked[-1].text).distinct <= Wording.of(value).distinct
    elif amount is not None and stated_amount is not None and of_kinds(asked, ("money", "number", "percent")):
        holds = stated_amount == amount
    else:
        return None
    said = field_is(question.field, question.field_words, value, question.language)
    lead = ("是的，" if holds else "不，") if question.language == "zh" else ("Yes. " if holds else "No. ")
    return Finding(lead + said, found.lines, 3.0)


def _candidates(study: Study, question: Question) -> Iterator[Finding]:
    asked = sought_of(study, question)
    unknown = [word for word in asked if word.weight > 1.0]  # the document does not know them at all
    tabled = {line.index for table in study.tables for line in table.lines}
    for found in study.sentences:
        if (
            found.text.endswith("?")
            or is_topic(found)
            or is_title(found.text)
            or found.lines[0].index in tabled
            or _EXCEPTION.search(found.text)
        ):
            continue
        heading = found.heading if found.heading not in found.lines else None
        place = found.wording
        covered = cover(study, question.concepts, place, study.surroundings(found.lines, heading))
        against = [concept for concept in question.concepts if opposed(concept, place)]
        against += [concept for concept in covered.missing if _other_days(concept, place)]
        missing = [concept for concept in covered.missing if concept not in against]
        required = [concept for concept in question.required if not study.title.speaks_of(concept)]
        own = [concept for concept in required if place.speaks_of(concept) or concept in against]
        if (unknown and not against) or not says_predicate(found.text, question, asked):
            continue
        if missing or not (own or (not required and covered.own > 0)) or len(own) < 0.5 * len(required):
            continue
        if _UNAFFECTED.search(found.text):
            yield Finding(quoted(found.text, question.language), found.lines, covered.score)
            continue
        score = covered.score + len(against) - 0.01 * len(place.stems)
        verdict = polarity(found.text, question, asked)
        if any(_other_days(concept, place) for concept in against):
            verdict = "no"
        if verdict == "yes" and allows_nothing(found.text, question):
            continue
        yield Finding(answered(verdict, found.text, question.language), found.lines, score)


def _other_days(concept: Concept, place: Wording) -> bool:
    """True when the sentence names a range of days and the one asked for is not among them."""
    return concept.weekday is not None and len(weekdays_in(place.text)) > 1


def mentioned(study: Study, question: Question) -> Finding | None:
    """Where the document mentions what was asked about, quoted."""
    for found in study.sentences:
        if question.required and all(found.wording.speaks_of(concept) for concept in question.required):
            lead = "是的。" if question.language == "zh" else "Yes. "
            return Finding(lead + quoted(found.text, question.language), found.lines, 1.0)
    return None
