"""Answers from what entries and sentences say: the place that covers all that was asked for, quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.fields import stated
from gateway.engines.reader.page.clauses import cut, supposed_only
from gateway.engines.reader.page.entries import Entry, spoken_value
from gateway.engines.reader.page.evidence import Finding, Study, cover, discriminating
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.page.sentences import SourceSentence, section_under
from gateway.engines.reader.phrasing import quoted
from gateway.engines.reader.words.values import Kind, of_kinds
from gateway.engines.reader.words.wording import Concept, Wording, tokens_of
from gateway.engines.reader.worksheets.choices import BLANK
from text.passages import stem

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
    r"\b(?:in|at|near|behind|opposite|next to|from|to|beside|outside|inside|under|above|by)"
    r" (?:the |our |my |your |a |room |hall |[A-Z])"
    r"|\bon the (?!(?:basis|condition|phone|telephone|bill|invoice|day|date|morning|evening|afternoon|following|same"
    r"|next)\b)[a-z]+"
    r"|\b(?:room|hall"
    r"|floor) \d"
    r"|[东西南北正后侧大]门|门口|[\u3400-\u9fff]旁|公告栏|大堂|大厅|岗亭|楼下|一楼"
    r"|在.*(?:楼|室|厅|路|街|号|门|广场|馆|处|场|店|院|校|中心|站)|位于|地点|地址"
)
NAME = re.compile(
    r"[A-Z][a-z]+(?: [A-Z]\.)? [A-Z][a-z]+|\b(?:Mr|Mrs|Ms|Dr|Prof)\b|\b(?:from|by|with|to) [A-Z]|[\u3400-\u9fff]{2,}"
)
DATED = 0.3
"""How much nearer a day makes a sentence where it is only asked when something is."""
PLAIN_WHEN = re.compile(r"when (?:is|was|are|were) (?:the|my|our|your)\b", re.IGNORECASE)
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
        if (
            score is None
            or BLANK.search(found.text)
            or found.text.endswith(("?", ","))
            or _is_beside(study, question, found)
        ):
            continue
        if question.asks == "how" and _MEANS.search(found.text):
            score += 0.3
        if "date" in question.kinds and any(
            value.kind == "date" and value.amount is not None for value in found.values
        ):
            score += DATED if PLAIN_WHEN.match(question.text) else 0.1
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


def _is_beside(study: Study, question: Question, found: SourceSentence) -> bool:
    """True for a sentence that is no answer, though it speaks of what the question does."""
    return (
        _needs(question, found.text)
        or _states_another(study, question, found)
        or (bool(question.kinds) and supposed_only(found.text, question.text, question.required))
        or leads_nowhere(question, found.text)
        or forbids_only(question, found.text)
    )


def _states_another(study: Study, question: Question, found: SourceSentence) -> bool:
    """True for a line of entries whose value of the wanted kind stands under a label that is not meant."""
    if not question.kinds or not question.required:
        return False
    entries = [entry for entry in study.entries if entry.lines[0] in found.lines]
    if len(entries) < LEAST_ENTRIES:
        return False
    holding = [entry for entry in entries if of_kinds(entry.values, question.kinds)]
    wordings = [Wording.of(f"{entry.key.text} {entry.value}") for entry in holding]
    return not any(wording.speaks_of(concept) for wording in wordings for concept in question.required)


LEAST_ENTRIES = 2
_WHERE_TO = re.compile(
    r"\b(?:room|floor|unit|ward|department|building|hall|clinic|office|entrance|reception|street|road|square|gate|desk"
    r"|counter|school|station)\b|[楼室厅路号门馆院]",
    re.IGNORECASE,
)
"""Where one can be told to go."""


_NAMES_IT = re.compile(r"^(?:what|which) ([a-z]+) (?:was|is) (?:it|this|that)\b", re.IGNORECASE)
_BARE_BEFORE = frozenset(
    "a an the of for after before during in on at to from by with and or your my our his her their this that any"
    " no".split()
)


def only_mentions(question: Question, text: str) -> bool:
    """True for "after surgery" where it is asked what surgery it was: the thing is named without saying which."""
    found = _NAMES_IT.search(question.text)
    if found is None:
        return False
    noun, words = stem(found[1].lower()), tokens_of(text)
    said = [at for at, word in enumerate(words) if stem(word) == noun]
    return all(at == 0 or words[at - 1] in _BARE_BEFORE for at in said)


def leads_nowhere(question: Question, text: str) -> bool:
    """True where nothing but "where" is asked and `text` names nothing that one can be told to go to."""
    nowhere = question.asks == "where" and not question.required and not _WHERE_TO.search(text)
    return nowhere or only_mentions(question, text)


def forbids_only(question: Question, text: str) -> bool:
    """True for "you need not bring a towel" where it is asked what should be brought."""
    return (
        _ASKS_DUTY.search(question.text) is not None
        and _NOT.search(question.text) is None
        and _NEED_NOT.search(text) is not None
    )


_ASKS_DUTY = re.compile(
    r"\bwhat (?:\w+ )?(?:should|must|shall|do) (?:i|we|you|he|she|they|the \w+) (?:have to |need to )?"
    r"(?:bring|take|wear|pack|carry|eat|drink|pay|do)\b|[要该须](?:自?带|穿|准备)什么",
    re.IGNORECASE,
)
_NEED_NOT = re.compile(
    r"^(?:\W*\w+){0,3}? (?:need not|do(?:es)? not (?:need|have) to|(?:must|may|should|shall) not|cannot)\b"
    r"|^(?:do not|don't)\b",
    re.IGNORECASE,
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


def lacks_measure(question: Question, text: str) -> bool:
    """True when a distance, a size, an age or a weight is asked for and `text` holds none."""
    return any(asked.search(question.text) and not given.search(text) for asked, given in _MEASURES)


_MEASURES = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(given, re.IGNORECASE))
    for asked, given in (
        (
            r"\bhow far\b(?! (?:in advance|ahead|before))|多远",
            r"\d ?(?:km|m|metres?|meters?|miles?|kilomet\w+|feet|minutes?|min|米|公里|分钟|里)\b|步行|\bwalk\b",
        ),
        (
            (
                r"\bhow (?:big|large|spacious) (?:is|are|was) (?:the |my |our |your )?(?:flat|apartment|house"
                r"|rooms?|garden|property|plot|office|hall|site|cottage|studio|home)\b|多大面积|面积(?:是|有)?多[大少]|平米"
            ),
            r"\d ?(?:m2|m²|sq|square|㎡|ha|hectares?|平方|平米|cm|mm|m\b|inch|litres?|l\b|kg|gb)|\brooms?\b",
        ),
        (r"\bhow old\b|多大年纪|几岁|多少岁", r"\byears?\b|\bage|\bborn\b|\bbirth|岁|出生|\bfrom \d{4}|\bsince\b"),
        (r"\bhow heavy\b|多重", r"\d ?(?:kg|g|lbs?|pounds?|tons?|tonnes?|kilo\w*|克|公斤|千克|斤)\b"),
        (r"\b(?:again|next time)\b", r"\b(?:again|next|follow\w*|return|every|later|repeat\w*|second)\b"),
    )
)
"""What is asked for, and what must then be given."""


def _needs(question: Question, text: str) -> bool:
    """True when the question asks for what `text` does not give: a cause, a place, somebody."""
    if lacks_measure(question, text):
        return True
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
            before = rf"(?<=\w )[A-Z]\w+,? (?:the |our |a )?(?i:{word})|[A-Z]\w+, (?:the |our |a )?(?i:{word})"
            match = re.search(f"{after}|{before}", text) or (form in text if not form.isascii() else None)
            if match:
                return form
    return None


_TOPIC = re.compile(r"(?:subject|re|regarding|topic|title|主题|事由|标题):", re.IGNORECASE)


def is_topic(found: SourceSentence) -> bool:
    """True for a line that only says what a letter is about, or has a blank to be filled in: it states nothing."""
    return _TOPIC.match(found.text) is not None or BLANK.search(found.text) is not None


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


def answer_where_to(study: Study, question: Question) -> Finding | None:
    """The sentence that says when to come to which place, for "where do I have to go"."""
    if question.asks != "where" or question.required or not _COMING.search(question.text):
        return None
    for found in study.sentences:
        if _WHERE_TO.search(found.text) and of_kinds(found.values, ("time", "date")) and PLACE.search(found.text):
            place = _WHERE_TO.search(found.text)
            return Finding(quoted(cut(found.text, (), place[0] if place else ""), question.language), found.lines, 1.0)
    return None


_COMING = re.compile(r"\b(?:go|come|be|meet|arrive|appear|report)\b|去|到|集合", re.IGNORECASE)


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
