"""Entries whose key the question says word for word: "收银员是谁", "what is the course number"."""

from __future__ import annotations

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.fields import stated
from gateway.engines.reader.page.entries import Entry, spoken_value
from gateway.engines.reader.page.evidence import Finding, Study
from gateway.engines.reader.phrasing import field_is
from gateway.engines.reader.prose.passages import PLACE
from gateway.engines.reader.words.labels import field_of_label, label_concept
from gateway.engines.reader.words.related import FAINT, PERSONS
from gateway.engines.reader.words.synonyms import STOP_WORDS
from gateway.engines.reader.words.values import of_kinds
from gateway.engines.reader.words.wording import Wording
from text.passages import stem
from text.script import has_ideographs

_STOP_STEMS = frozenset(stem(word) for word in STOP_WORDS)
_WEAK_KEYS = frozenset(stem(word) for word in "no number date time name amount price total part item class".split())
"""Keys of one such word are named by many questions that ask for something else."""


def answer_named(study: Study, question: Question) -> Finding | None:
    """The value of the entry whose whole key stands in the question, when nothing else in the question leads away."""
    if question.asks in ("whether", "why", "how") or (question.asks == "many" and question.field is not None):
        return None
    best: tuple[float, Entry, str] | None = None
    for entry in study.entries:
        length = _named_length(entry.key, question)
        known = field_of_label(entry.key.text)
        other = question.field is not None and (known is None or known.name != question.field.name)
        if (
            other
            and question.language == "en"
            and question.field is not None
            and not entry.key.speaks_of(label_concept(question.field))
        ):
            continue
        if length == 0 or len(entry.value) > 80 or not _leads_nowhere_else(study, entry, question):
            continue
        value = _value(entry, question)
        if value and (best is None or length > best[0]):
            best = (length, entry, value)
    if best is None:
        return None
    _, entry, value = best
    known = field_of_label(entry.key.text)
    text = stated(entry.key.text, value, question)
    if known is not None and entry.key.lowered in known.labels:
        text = field_is(known, entry.key.lowered, value, question.language)
    return Finding(text, entry.lines[-1:] + entry.lines[:-1], 3.5 + 0.1 * best[0], value)


def _named_length(key: Wording, question: Question) -> float:
    """How many words, or characters, of the question are the key; 0 when it is not all there."""
    if has_ideographs(key.text):
        text = key.text.replace(" ", "")
        return len(text) if len(text) >= 2 and text in question.text.replace(" ", "") else 0.0
    content = [word for word in key.stems if word not in _STOP_STEMS]
    if not content or any(len(word) < 2 for word in content) or question.language == "zh":
        return 0.0
    asked = Wording.of(" ".join(question.tokens))
    if not set(content) <= asked.distinct or (len(content) == 1 and content[0] in _WEAK_KEYS):
        return 0.0
    return float(len(content))


def _leads_nowhere_else(study: Study, entry: Entry, question: Question) -> bool:
    """True when every other word that the question requires is of the document, of the value, or tells nothing."""
    whole = Wording.of(f"{entry.key.text} {entry.value}")
    known = field_of_label(entry.key.text)
    for concept in question.required:
        word = stem(concept.asked)
        owned = word in PERSONS and known is not None and known.name in ("phone", "email", "address", "website")
        if (
            word in FAINT
            or (word in PERSONS and not owned)
            or whole.speaks_of(concept)
            or study.title.speaks_of(concept)
        ):
            continue
        if has_ideographs(concept.asked) and (concept.asked in entry.key.text or entry.key.text in concept.asked):
            continue
        return False
    return True


def _value(entry: Entry, question: Question) -> str:
    if question.asks == "when" and not of_kinds(entry.values, ("date", "time", "weekday", "duration")):
        return ""
    if question.asks == "where" and not PLACE.search(entry.value):
        return ""
    if question.asks == "long" and not of_kinds(entry.values, ("duration",)):
        return ""
    if question.asks == "many" and not of_kinds(entry.values, ("number", "quantity", "duration", "percent")):
        return ""
    if question.asks == "who" and entry.values and of_kinds(entry.values, ("money", "date", "time", "phone")):
        return ""
    if not question.kinds or (entry.values and entry.values[0].kind == "code"):
        return entry.value
    if "code" in question.kinds:
        return entry.value if len(entry.value.split()) <= 4 else spoken_value(entry, question.kinds)
    return spoken_value(entry, question.kinds)
