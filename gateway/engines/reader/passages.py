"""Answers from what entries and sentences say: the place that covers all that was asked for, quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.engines.reader.entries import Entry, spoken_value
from gateway.engines.reader.evidence import Finding, Study, cover, discriminating
from gateway.engines.reader.fields import stated
from gateway.engines.reader.lines import SourceLine
from gateway.engines.reader.phrasing import quoted
from gateway.engines.reader.question import Question
from gateway.engines.reader.sentences import SourceSentence, section_under
from gateway.engines.reader.values import Kind, of_kinds
from gateway.engines.reader.wording import Concept, Wording

LEAST_OWN = 0.5
"""A place that shares no more with the question than a word of the title is no answer."""
LEAST_OF_ENTRY = 0.1
"""A key is more telling than a sentence: there any word of the question counts."""
LONGEST_SECTION = 4
"""Lines under a heading that are quoted with it."""
OWN_SHARE = 0.5
"""So much of what leads to a place, by weight, must stand in it; the rest may stand around it."""
CAUSE = re.compile(
    r"\b(?:because|due to|owing to|since|so that|sorry that|reason|as a result|therefore|for repairs?)\b|因|由于"
    r"|为了|原因",
    re.IGNORECASE,
)
PLACE = re.compile(
    r"\b(?:in|at|near|behind|opposite|next to|from|to) (?:the |our |my |your |a |room |hall |[A-Z])"
    r"|\bon the (?:back|front|left|right|top|bottom|ground|first|second|third|other)\b|\b(?:room|hall"
    r"|floor) \d"
    r"|在.*(?:楼|室|厅|路|街|号|门|广场|馆|处|场|店|院|校|中心|站)|位于|地点|地址"
)
NAME = re.compile(
    r"[A-Z][a-z]+(?: [A-Z]\.)? [A-Z][a-z]+|\b(?:Mr|Mrs|Ms|Dr|Prof)\b|\b(?:from|by|with|to) [A-Z]|[\u3400-\u9fff]{2,}"
)
_NOT = re.compile(r"\b(?:not|never|without)\b|n['’]t\b|不|没|未|禁止", re.IGNORECASE)
_MEANS = re.compile(r"\b(?:by|with|using|via|through)\b|用|通过")


def answer_passage(study: Study, question: Question) -> Finding | None:
    """The entry or sentence that best answers, or None when none covers the question."""
    if not question.concepts and not question.kinds:
        return None
    candidates = [*_entries(study, question), *_sentences(study, question)]
    if candidates:
        return max(candidates, key=lambda finding: finding.score)
    return _only_value(study, question)


def _entries(study: Study, question: Question) -> Iterator[Finding]:
    tabled = {line.index for table in study.tables for line in table.lines}
    for entry in study.entries:
        if entry.lines[0].index in tabled or (question.asks == "how" and of_kinds(entry.values, ("money",))):
            continue
        value = spoken_value(entry, question.kinds)
        if not value:
            continue
        whole = Wording.of(f"{entry.key.text} {entry.value}")
        score = _score(study, question, whole, entry.lines, None, LEAST_OF_ENTRY)
        in_key = [concept for concept in question.concepts if entry.key.speaks_of(concept)]
        if score is None or not in_key or _needs(question, entry.value) or _prose(entry):
            continue
        exact = 0.6 if _exact(entry, in_key) else 0.0
        text = stated(entry.key.text, value, question)
        yield Finding(text, entry.lines[-1:] + entry.lines[:-1], score + 0.4 + exact)


def _prose(entry: Entry) -> bool:
    """For "Step 1: Heat the oven." is a sentence with a number, not a key with a value."""
    return len(entry.value.split()) > 8 or (entry.value.endswith((".", "?", "。")) and len(entry.value.split()) > 4)


def _exact(entry: Entry, in_key: list[Concept]) -> bool:
    return len(entry.key.stems) <= sum(max((len(form) for form in concept.forms), default=1) for concept in in_key)


def _sentences(study: Study, question: Question) -> Iterator[Finding]:
    tabled = {line.index for table in study.tables for line in table.lines}
    for found in study.sentences:
        if found.lines[0].index in tabled:
            continue
        if question.kinds and not of_kinds(found.values, question.kinds):
            continue
        heading = found.heading if found.heading not in found.lines else None
        score = _score(study, question, found.wording, found.lines, heading, LEAST_OWN)
        if score is None or _needs(question, found.text) or found.text.endswith(("?", ",")):
            continue
        if question.asks == "how" and _MEANS.search(found.text):
            score += 0.3
        if "date" in question.kinds and any(
            value.kind == "date" and value.amount is not None for value in found.values
        ):
            score += 0.1
        if is_topic(found) and (question.field is None or question.field.name != "subject"):
            score -= 0.8
        bare_heading = found.heading if found.heading in found.lines else None
        named = name_beside(found.text, question)
        if question.wants_name and named is None:
            continue
        text = _under(study, bare_heading) if bare_heading is not None else found.text
        yield Finding(
            quoted(text, question.language),
            _cited(found, question),
            score
            - 0.01 * len(found.wording.stems)
            + (0.2 if of_kinds(found.values, question.kinds) else 0)
            - (1.0 if bare_heading is not None else 0.0),
        )


def _score(
    study: Study,
    question: Question,
    place: Wording,
    lines: Sequence[SourceLine],
    heading: SourceLine | None,
    least: float,
) -> float | None:
    covered = cover(study, question.concepts, place, study.surroundings(lines, heading))
    own = covered.own + (1.0 if question.asks == "why" and CAUSE.search(place.text) else 0.0)
    if covered.missing or own < least:
        return None
    leading = [concept for concept in discriminating(study, question) if not concept.optional]
    if leading:
        own = sum(1 for concept in leading if place.speaks_of(concept))
        if own < OWN_SHARE * len(leading):
            return None
        if any(concept.asked[:1].isdigit() and not place.speaks_of(concept) for concept in leading):
            return None
    return covered.score


def _needs(question: Question, text: str) -> bool:
    """True when the question asks for what `text` does not give: a cause, a place, somebody."""
    if _NOT.search(question.text) and not _NOT.search(text):
        return True
    if question.language == "zh" and re.search("叫什么|姓什么", question.text) and "叫" not in text:
        return len(text) > 6
    if question.asks == "why":
        return not CAUSE.search(text)
    if question.asks == "where":
        return not PLACE.search(text)
    if question.asks == "who":
        return not NAME.search(text)
    return False


def _cited(found: SourceSentence, question: Question) -> tuple[SourceLine, ...]:
    """The lines of the sentence, those with a value of the wanted kind first."""
    if not question.kinds:
        return found.lines
    return tuple(sorted(found.lines, key=lambda line: not of_kinds(line.values, question.kinds)))


def name_beside(text: str, question: Question) -> str | None:
    """A name directly beside what it is the name of ("our teacher, Laura Davis"); None when there is none."""
    for concept in question.required:
        for form in (*(" ".join(form) for form in concept.forms), *concept.substrings):
            word = re.escape(form) + r"\w*"
            after = rf"(?i:\b{word}),?(?: is| called| named)* (?:(?:Mr|Mrs|Ms|Dr)\. )?[A-Z]\w+"
            before = rf"\b(?!(?:An?|The|Our|Your|This|Each|Every)\b)[A-Z]\w+,? (?:the |our |a )?(?i:{word})"
            match = re.search(f"{after}|{before}", text) or (form in text if not form.isascii() else None)
            if match:
                return form
    return None


_TOPIC = re.compile(r"(?:subject|re|regarding|topic|title|主题|事由|标题):", re.IGNORECASE)


def is_topic(found: SourceSentence) -> bool:
    """True for a line that only says what a letter is about: it states nothing."""
    return _TOPIC.match(found.text) is not None


def _under(study: Study, heading: SourceLine) -> str:
    """A heading with the few short lines under it, or alone."""
    under = section_under(heading, study.document)
    if not 0 < len(under) <= LONGEST_SECTION:
        return heading.text
    prose = any(line.text.endswith((".", "。")) for line in under)
    return f"{heading.text}: {(' ' if prose else ', ').join(line.text for line in under)}"


def _only_value(study: Study, question: Question) -> Finding | None:
    """The one line that holds a value of the wanted kind, when the question says nothing else that could be missed."""
    if question.required or not question.kinds or question.field is not None:
        return None
    kinds: tuple[Kind, ...] = ("duration",) if question.asks == "long" else question.kinds
    holding = [found for found in study.sentences if of_kinds(found.values, kinds)]
    if len(holding) != 1:
        return None
    return Finding(quoted(holding[0].text, question.language), holding[0].lines, 0.5)


def answer_role(study: Study, question: Question) -> Finding | None:
    """For "Who is the property manager": the name above or below a line that is only the role."""
    if not (question.asks == "who" or question.wants_name) or not question.required:
        return None
    for line in study.document.lines:
        if len(line.wording.stems) > len(question.required) + 1 or line.values or ":" in line.text:
            continue
        if all(line.wording.speaks_of(concept) for concept in question.required):
            for near in (*study.document.before(line), *study.document.after(line)):
                if 1 < len(near.text.split()) <= 4 and not near.values and near.text.istitle():
                    return Finding(f"{near.text}, {line.text}.", (near, line), 2.0)
    return None
