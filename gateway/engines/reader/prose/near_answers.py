"""Whether a place near to a question can answer it: it has the kind of thing asked for, and speaks of its subject."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.fields import is_another
from gateway.engines.reader.page.likeness import BY_RELATION, Sought
from gateway.engines.reader.prose.fitting_values import SUM_IN_WORDS, WHEN_WORDS, new_values
from gateway.engines.reader.prose.near import ASKS_CONDITION, ASKS_TIME, CONDITION, FOCUS, Near, newly_named
from gateway.engines.reader.prose.passages import (
    CAUSE,
    NAME,
    PLACE,
    forbids_only,
    lacks_measure,
    leads_nowhere,
    name_beside,
)
from gateway.engines.reader.words.labels import field_of_label
from gateway.engines.reader.words.related import FAINT, PERSONS, ROLES, related_chinese
from gateway.engines.reader.words.values import of_kinds
from gateway.engines.reader.words.wording import Wording
from text.passages import stem

SHORT_LABEL = 6
"""Words of a line that is a label and its value, no sentence."""
_ORDINAL_DAY = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|last) (?:working )?(?:day|of)\b|\bby the \d",
    re.IGNORECASE,
)


def can_answer(near: Near, question: Question, asked: Sequence[Sought]) -> bool:
    """True when the place can answer: it has what kind of thing is asked for, and what the question is about."""
    text = near.text if near.entry is None else near.entry.value
    bare = near.entry is not None and bool(of_kinds(near.values, ("number",)))
    plain = "money" in question.kinds and (bare or SUM_IN_WORDS.search(text) is not None)
    if question.kinds and not plain and not new_values(text, near.values, question):
        if question.asks == "when" and WHEN_WORDS.search(text) and len(text.split()) > 3:
            return _speaks_of_focus(near, question, asked)
        timed = ASKS_TIME.search(question.text) is not None
        conditional = (question.asks == "when" and not timed) or ASKS_CONDITION.search(question.text)
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
    found = FOCUS.search(" ".join(question.tokens))
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
    return len(others) >= 1 and near.likeness.share >= 0.5 and newly_named(near.text, question)


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
