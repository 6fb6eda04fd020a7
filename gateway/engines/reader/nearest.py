"""The sentence or entry nearest to a question: for questions put in other words than the document's.

It answers only where most of what is asked stands in one place, with a value of the kind that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.engines.reader.clause_titles import with_titles
from gateway.engines.reader.clauses import cut
from gateway.engines.reader.entries import Entry
from gateway.engines.reader.evidence import Finding, Study
from gateway.engines.reader.fields import is_another
from gateway.engines.reader.fitting_values import AFTER_VALUE, SUM_IN_WORDS, WHEN_WORDS, new_values
from gateway.engines.reader.labels import field_of_label
from gateway.engines.reader.likeness import BY_RELATION, Likeness, Sought, likeness, sought_of
from gateway.engines.reader.lines import SourceLine
from gateway.engines.reader.passages import (
    CAUSE,
    NAME,
    PLACE,
    PLAIN_WHEN,
    forbids_only,
    is_topic,
    lacks_measure,
    leads_nowhere,
    name_beside,
)
from gateway.engines.reader.phrasing import quoted, sentence, shortened, typeset
from gateway.engines.reader.question import Question
from gateway.engines.reader.related import FAINT, PERSONS, ROLES, related_chinese
from gateway.engines.reader.sentences import SourceSentence
from gateway.engines.reader.value_names import fit_of_sum
from gateway.engines.reader.values import Value, of_kinds
from gateway.engines.reader.wording import Wording
from text.passages import stem

LEAST_SHARE = 0.55
"""So much of what is asked, by weight, must be spoken of, when a value of a certain kind is asked for."""
LEAST_SHARE_OF_CONDITION = 0.48
LEAST_OF_PASSAGE = 0.32
"""What says less than this of what is asked is no answer, whatever else speaks for it."""
LEAST_SHARE_OF_TEXT = 0.6
"""The same where any words may answer."""
CONDITION = re.compile(
    r"\b(?:unless|except|if|only (?:with|when|if|after|by|for|on|until)|provided|otherwise|without)\b"
    r"|除.{1,20}外|如|若|须|凭|只|仅|否则|不得",
    re.IGNORECASE,
)
_ASKS_CONDITION = re.compile(
    r"\bwhen (?:may|can|must)\b|\bwhen (?:will|is|are|does|do) .+ not\b|\b(?:condition|happens? (?:if|when)"
    r"|in what case|in which case|under what)\b|怎么办|什么条件|什么情况",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(
    r"\b(?:what|which) (?:time|day|date|hour)\b|\bwhen (?:should|shall|do i (?:have|need) to)\b|几点|哪一?天|几号",
    re.IGNORECASE,
)
"""A condition is no answer to these: they ask for a time or a day."""
_POINTS_BACK = re.compile(
    r"(?:Otherwise|It|They|This|These|Those|He|She|His|Her|Their|Its|Then|Please do so|Do not|Stop|There|You)\b"
    r"|否则|它|其|届时|期间",
)
_ORDINAL_DAY = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|last) (?:working )?(?:day|of)\b|\bby the \d",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Near:
    """A sentence or an entry, with how alike it is to the question."""

    text: str
    lines: tuple[SourceLine, ...]
    values: tuple[Value, ...]
    likeness: Likeness
    score: float
    linked: bool = False
    """True when its first words point back to the sentence before."""
    before: Wording | None = None
    """The sentence before."""
    entry: Entry | None = None
    titled: bool = False
    """True when the title of its clause speaks of what is asked for."""


def answer_nearest(study: Study, question: Question) -> Finding | None:
    """The nearest place with what is asked for, quoted, or None when nothing is near enough."""
    asked = sought_of(study, question)
    if not asked or question.asks == "whether":
        return None
    candidates = [near for near in nearest(study, question, asked) if _answers(near, question, asked)]
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
    fitting = [near for near in places if _answers(near, question, asked)]
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
    if _ASKS_CONDITION.search(question.text):
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
    focus = _focus(question)
    sort = next((word for word in asked if word.word == focus), None) if focus else None
    if (
        sort is None
        or sort in alike.own
        or len(asked) < 2
        or sum(word.weight for word in asked if word is not sort) < LEAST_OTHERS
        or ":" in found.text
        or not _newly_named(found.text, question)
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
"""How far a word of the question counts that the title of the clause says."""
SHORT_LABEL = 6
"""Words of a line that is a label and its value, no sentence."""


def _focus(question: Question) -> str:
    """The stem of the thing that the question asks for or counts; empty for none."""
    found = _FOCUS.search(" ".join(question.tokens)) if question.language == "en" else None
    return stem(found[1]) if found else ""


def _fit(text: str, values: Sequence[Value], question: Question) -> float:
    """A little for a value of the kind that is asked for first, against one that only dates something else."""
    if _ASKS_CONDITION.search(question.text) and CONDITION.search(text):
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


def _answers(near: Near, question: Question, asked: Sequence[Sought]) -> bool:
    """True when the place can answer: it has what kind of thing is asked for, and what the question is about."""
    text = near.text if near.entry is None else near.entry.value
    bare = near.entry is not None and bool(of_kinds(near.values, ("number",)))
    plain = "money" in question.kinds and (bare or SUM_IN_WORDS.search(text) is not None)
    if question.kinds and not plain and not new_values(text, near.values, question):
        if question.asks == "when" and WHEN_WORDS.search(text) and len(text.split()) > 3:
            return _speaks_of_focus(near, question, asked)
        timed = _ASKS_TIME.search(question.text) is not None
        conditional = (question.asks == "when" and not timed) or _ASKS_CONDITION.search(question.text)
        ordinal = question.asks == "when" and _ORDINAL_DAY.search(text)
        if not ordinal and not (conditional and CONDITION.search(text) and _says_itself(near)):
            return False
    if is_another(near.text.partition(":")[0], question) and ":" in near.text:
        return False
    if question.asks == "who" and not _answers_who(near, text, question, asked):
        return False
    if question.asks == "where" and not _is_place(near, text):
        return False
    if leads_nowhere(question, text) or lacks_measure(question, near.text) or forbids_only(question, text):
        return False
    labelled = near.entry is not None or len(text.split()) <= SHORT_LABEL
    if question.asks == "how" and labelled and of_kinds(near.values, ("money",)):
        return False
    if question.asks == "why" and not (CAUSE.search(text) or CONDITION.search(text)):
        return False
    if (
        (question.wants_name or _NAME_OF.search(question.text))
        and near.entry is None
        and not name_beside(near.text, question)
    ):
        return False
    telling = any(word.weight > 0.25 for word in near.likeness.own) or (near.titled and near.entry is None)
    return (telling or near.likeness.share >= 0.8) and _speaks_of_focus(near, question, asked)


def _answers_who(near: Near, text: str, question: Question, asked: Sequence[Sought]) -> bool:
    """True where somebody is named whom the question does not name, in the role that it asks for."""
    whole = Wording.of(near.text)
    if any(ROLES.fullmatch(word.word) and word.found_in(whole) < BY_RELATION for word in asked):
        return False
    if _WHICH_PERSON.search(question.text) and not _PERSON.search(text):
        return False
    return _named(text, question) or _new_role(text, question)


def _says_itself(near: Near) -> bool:
    """True when it says a word of the question, or the same in other words: one that leads to it makes no condition."""
    return near.linked or any(word.found_in(Wording.of(near.text)) > BY_RELATION for word in near.likeness.own)


def _is_place(near: Near, text: str) -> bool:
    if near.entry is None:
        return PLACE.search(text) is not None
    known = field_of_label(near.entry.key.text)
    return (known is not None and known.name in ("place", "address")) or PLACE.search(text) is not None


def _new_role(text: str, question: Question) -> bool:
    asked = question.text.lower()
    return any(found[0].lower() not in asked for found in ROLES.finditer(text))


def _named(text: str, question: Question) -> bool:
    """True when `text` names somebody whom the question does not name."""
    asked = question.text.lower()
    return any(found[0].lower() not in asked for found in NAME.finditer(text))


_NAME_OF = re.compile(r"\bname of (?:the|our|my|your)\b", re.IGNORECASE)
_WHICH_PERSON = re.compile(
    r"\b(?:which|what) (?:doctor|dentist|surgeon|teacher|nurse|person|employee|mechanic|technician|lawyer)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof)\.? [A-Z]|[A-Z][a-z]+ [A-Z][a-z]+")
_CAPITAL = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")


def _newly_named(text: str, question: Question) -> bool:
    """True when a name stands in the middle of `text` that the question does not say."""
    asked = question.text.lower()
    return any(found[0].lower() not in asked for found in _CAPITAL.finditer(text))


_FOCUS = re.compile(
    r"\b(?:which|what|how many|how much|whose|what is the|what are the|what was the|what kind of|what sort of"
    r"|what type of)"
    r" (?:other |different |exact |total |new |main )*([a-z][a-z-]+)"
)
_NO_FOCUS = frozenset(
    stem(word)
    for word in """
    is are was were do does did has have will would can must should may time date day days number amount much many long
    happens happen thing things else kind sort type percent percentage hour hours minute minutes week weeks month months
    year years money price cost name to of in the for on from at age condition conditions case way people person persons
    """.split()
)


def _speaks_of_focus(near: Near, question: Question, asked: Sequence[Sought]) -> bool:
    """True unless the question counts or names a thing ("which eye", "how many seats") that the place does not name."""
    if question.language == "zh":
        return _speaks_of_focus_chinese(near, question)
    found = _FOCUS.search(" ".join(question.tokens))
    focus = stem(found[1]) if found else ""
    if not focus or focus in _NO_FOCUS or focus in FAINT or focus in PERSONS:
        return True
    sought = next((word for word in asked if word.word == focus), None)
    if sought is None:
        return True
    if sought.weight > 1.0:  # the document does not know it
        return False
    whole = Wording.of(near.text)
    if sought.found_in(whole) > 0 or sought in near.likeness.own:
        return True
    others = [word for word in near.likeness.own if word.weight > 0.25]
    return len(others) >= 1 and near.likeness.share >= 0.5 and _newly_named(near.text, question)


_COUNTED_ZH = re.compile(
    r"(?<!哪)(?:多少|几)(?!(?:户|个|名|位)?(?:受|被|会|要|没))(?![天周月年日分小点号钱人])(?:个|户|名|位|张|种|栋|桶|件|辆|间|家|台|把|条|只|支|本|份|套|盒|瓶)?+([\u3400-\u9fff]{2})",
)


def _speaks_of_focus_chinese(near: Near, question: Question) -> bool:
    """True unless what is counted (有多少住户), or whose name is asked for (班主任叫什么), does not stand there."""
    if re.search("叫什么|姓什么", question.text) and near.entry is None and "叫" not in near.text:
        return False
    found = _COUNTED_ZH.search(question.text)
    if found is None or question.asks != "many" or found[1] in question.text[: found.start()]:
        return True
    noun = found[1]
    return noun in near.text or any(other in near.text for other in related_chinese(noun))


def _finding(near: Near, question: Question, asked: Sequence[Sought]) -> Finding:
    score = near.likeness.share
    if near.entry is not None:
        mark = "：" if question.language == "zh" else ": "
        text = sentence(f"{near.entry.key.text}{mark}{shortened(near.entry.value)}", question.language)
        known = field_of_label(near.entry.key.text)
        lines = near.entry.lines[-1:] + near.entry.lines[:-1]
        return Finding(text, lines, score + (0.2 if known else 0.0), near.entry.value)
    new = new_values(near.text, near.values, question) if question.kinds else []
    condition = CONDITION.search(near.text) if _ASKS_CONDITION.search(question.text) else None
    needed = condition[0] if condition else new[0].text if new else ""
    return Finding(quoted(cut(near.text, asked, needed), question.language), near.lines, score)
