"""Answers to questions for a field: "what is the total", "who sent it", "when is it due"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.engines.reader.asked.question import Question
from gateway.engines.reader.page.clause_titles import with_titles
from gateway.engines.reader.page.clauses import supposed_only
from gateway.engines.reader.page.entries import Entry, spoken_value
from gateway.engines.reader.page.evidence import Finding, Study, cover, discriminating
from gateway.engines.reader.page.letters import letter_part
from gateway.engines.reader.page.lines import SourceLine
from gateway.engines.reader.page.sentences import SourceSentence
from gateway.engines.reader.phrasing import field_is, quoted, sentence
from gateway.engines.reader.words.labels import concept_of, field_of_label, label_concept
from gateway.engines.reader.words.values import Kind, of_kinds
from gateway.engines.reader.words.vocabulary import FIELDS_BY_NAME, Field
from gateway.engines.reader.words.wording import Concept, Wording
from text.passages import stem

EXACT_LABEL = 3.0
"""The strength of a label that names the field exactly."""
UNIQUE_BY_FORM: tuple[Kind, ...] = ("email", "web")
"""Kinds of value that need no label to be what they are."""
_HAPPENS = frozenset("start begin happen held hold take place 开始 举行 召开 开".split())
"""What an event itself does."""
_STREET = re.compile(
    r"\d+[a-z]?,? (?:[A-Z][\w.]+ ){0,3}(?:street|st\.?|road|rd\.?|lane|avenue|ave\.?|drive|square|way|boulevard)\b"
    r"|路\d+号|街\d+号",
    re.IGNORECASE,
)


_CHANGED = re.compile(
    r"\b(?:late|overdue|previous|former|old|extra|unpaid|missed)\b|逾期|滞纳|上期|上月|以前", re.IGNORECASE
)
"""Words before a label that make it another."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    entry: Entry
    value: str
    score: float


def answer_field(study: Study, question: Question) -> Finding | None:
    """The value of the field that `question` names, or None when the document does not state it."""
    field = question.field
    if field is None:
        return None
    if field.name == "finding":  # whoever found it
        question = replace(question, concepts=())
    numbered = _numbered_so(study, question)
    if numbered is not None:
        return numbered
    candidates = list(_candidates(study, question, field))
    if field.name == "name" and (whole := _whole_name(study, question, field)) is not None:
        return whole
    if question.field_words not in field.labels:
        stated_plainly = [candidate for candidate in candidates if candidate.score >= EXACT_LABEL]
        candidates = stated_plainly if stated_plainly or _without_label(study, question, field) else candidates
    if not candidates:
        return _without_label(study, question, field)
    unlabelled = None if question.language == "en" else _without_label(study, question, field)
    if unlabelled is not None and all(_more_in_key(candidate, question) for candidate in candidates):
        return unlabelled
    if field.name == "address" and (nearer := _nearer_address(study, question, field, candidates)) is not None:
        return nearer
    best = max(candidates, key=lambda candidate: candidate.score)
    entry = best.entry
    text = field_is(field, question.field_words, best.value, question.language)
    if discriminating(study, question) or question.field_words not in field.labels:
        text = _with_key(entry, best.value, field, question)
    return Finding(text, entry.lines[-1:] + entry.lines[:-1], best.score, best.value)


def _numbered_so(study: Study, question: Question) -> Finding | None:
    """For "the work order number" where the page has "Work order 70193"."""
    if "number" not in question.tokens or question.asks != "what":
        return None
    said = {stem(token) for token in question.tokens}
    for entry in study.entries:
        key = [word for word in entry.key.stems if word not in ("no", "number")]
        wanted = [concept for concept in question.required if concept.asked != "number"]
        codes = of_kinds(entry.values, ("code", "number", "phone"))
        if len(key) > 1 and set(key) <= said and codes and all(entry.key.speaks_of(concept) for concept in wanted):
            return Finding(stated(entry.key.text, entry.value, question), entry.lines, EXACT_LABEL, entry.value)
    return None


def _more_in_key(candidate: _Candidate, question: Question) -> bool:
    """True when the key is a longer word than the question's: 停水日期 where 日期 was asked for."""
    return candidate.score < EXACT_LABEL and candidate.entry.key.text not in question.text


def _whole_name(study: Study, question: Question, field: Field) -> Finding | None:
    """First and last name together, where a form asks for them apart."""
    if discriminating(study, question) or (
        question.field_words != "name" and question.field_words not in ("full name", "applicant", "姓名", "名字")
    ):
        return None
    parts = [
        next((entry for entry in study.entries if entry.key.lowered in keys), None)
        for keys in (("first name", "given name"), ("last name", "surname", "family name"))
    ]
    if parts[0] is None or parts[1] is None:
        return None
    value = f"{parts[0].value} {parts[1].value}"
    text = field_is(field, "name", value, question.language)
    return Finding(text, (*parts[0].lines, *parts[1].lines), EXACT_LABEL, value)


def _with_key(entry: Entry, value: str, field: Field, question: Question) -> str:
    """The statement with the document's own words, when the question says more than the field's name."""
    known = field_of_label(entry.key.text)
    if known is not None and known.name == field.name and question.field_words not in " ".join(question.tokens):
        named = entry.key.lowered if entry.key.lowered in field.labels else question.field_words
        return field_is(field, named, value, question.language)
    if known is not None and known.name == field.name:
        return field_is(field, question.field_words, value, question.language)
    return stated(entry.key.text, value, question)


def stated(key: str, value: str, question: Question) -> str:
    """For "Annual fee: $15.00." in the document's words."""
    mark = "：" if question.language == "zh" else ": "
    return sentence(f"{key}{mark}{value}", question.language)


def _candidates(study: Study, question: Question, field: Field) -> Iterator[_Candidate]:
    label = study.label(field)
    loose = label_concept(field, loose=True) if field.loose else None
    for entry in study.entries:
        strength = _label_strength(entry, field, label, loose, question)
        if strength <= 0:
            continue
        value = spoken_value(entry, question.kinds)
        if not value and field.kinds and "percent" in question.kinds:
            value = next((found.text for found in entry.lines[0].values if found.kind == "percent"), "")
        if not value:
            continue
        around = study.surroundings(entry.lines, None)
        covered = cover(study, question.concepts, Wording.of(f"{entry.key.text} {entry.value}"), around)
        if not covered.missing:
            yield _Candidate(entry, value, strength + covered.score)


def _label_strength(entry: Entry, field: Field, label: Concept, loose: Concept | None, question: Question) -> float:
    """How well the entry's key names the field: 0 when it does not, or names another."""
    known = field_of_label(entry.key.text)
    if known is not None and (known.name == field.name or entry.key.lowered in field.labels):
        same_words = entry.key.lowered == question.field_words
        return EXACT_LABEL + (0.5 if same_words else 0.0)
    if loose is not None and entry.key.stems in loose.forms:
        return 1.5
    if known is not None:
        return 0.0
    without = Wording.of(re.sub(r"[(][^)]*[)]", "", entry.key.text).strip())
    if without.stems in label.forms:
        return EXACT_LABEL
    if not without.speaks_of(label):
        return 0.0
    if is_another(without.text, question):
        return 0.0
    words = [form for form in label.forms if len(form) <= len(without.stems) and without.stems[-len(form) :] == form]
    return 2.0 if words or (label.substrings and without.text.endswith(label.substrings)) else 1.0


def is_another(label: str, question: Question) -> bool:
    """True for a label that is another than the question's through one word: a fee for late rent is no rent."""
    return len(label.split()) <= 4 and _CHANGED.search(label) is not None and not _CHANGED.search(question.text)


def _without_label(study: Study, question: Question, field: Field) -> Finding | None:
    """Fields that letters and letterheads state by their form alone."""
    for kind in UNIQUE_BY_FORM:
        if field.kinds == (kind,):
            return _by_form(study, question, field, kind)
    if field.name in ("sender", "author", "recipient", "date"):
        if field.name == "date" and any(not concept.light for concept in question.required):
            return None  # the day of what a document is about is not the day on which it was written
        part = letter_part(study, field.name)
        if part is not None and not cover(study, question.concepts, study.all_words, None).missing:
            text, line = part
            return Finding(field_is(field, question.field_words, text, question.language), (line,), 2.0, text)
    if field.name == "address":
        return _address(study, question, field)
    if field.name == "phone":
        return _phone(study, question)
    return None


def _by_form(study: Study, question: Question, field: Field, kind: Kind) -> Finding | None:
    for line in study.document.lines:
        found = of_kinds(line.values, (kind,))
        missing = cover(study, question.concepts, line.wording, study.surroundings((line,), None)).missing
        if found and not [concept for concept in missing if not _labelled_so(line, concept)]:
            text = field_is(field, question.field_words, found[0].text, question.language)
            return Finding(text, (line,), 2.0)
    return None


def _labelled_so(line: SourceLine, concept: Concept) -> bool:
    """True when the line begins with a label of the person that is asked for: "From:" for the sender."""
    known = field_of_label(line.text.partition(":")[0])
    return known is not None and known.person and known.name == concept.asked


def _nearer_address(study: Study, question: Question, field: Field, candidates: Sequence[_Candidate]) -> Finding | None:
    """An address without a label beside what the question names, when no labelled one stands beside it."""
    if not question.required:
        return None
    for candidate in candidates:
        around = study.surroundings(candidate.entry.lines, None)
        if all(around.speaks_of(concept) for concept in question.required):
            return None
    unlabelled = _address(study, question, field)
    if unlabelled is None:
        return None
    around = study.surroundings(unlabelled.lines, None)
    return unlabelled if all(around.speaks_of(concept) for concept in question.required) else None


def _address(study: Study, question: Question, field: Field) -> Finding | None:
    best: Finding | None = None
    for line in study.document.lines:
        if not _STREET.search(line.text) or len(line.text.split()) > 10:
            continue
        covered = cover(study, question.concepts, line.wording, study.surroundings((line,), None))
        if not covered.missing and (best is None or covered.score + 1 > best.score):
            text = field_is(field, question.field_words, line.text.rstrip("."), question.language)
            best = Finding(text, (line,), covered.score + 1)
    return best


def answer_place(study: Study, question: Question) -> Finding | None:
    """The place or address, for "where is the library", when the question says nothing that leads elsewhere."""
    return _of_the_whole(study, question, ("place", "address")) if question.asks == "where" else None


def answer_when(study: Study, question: Question) -> Finding | None:
    """The time or date, for "when is the meeting", when all of the document is about the meeting."""
    if question.asks != "when" or not question.required:
        return None
    if any(concept.optional and concept.asked not in _HAPPENS for concept in question.concepts):
        return None  # "when was it built" is not answered by the date of a meeting
    time, day = (_of_the_whole(study, question, (name,)) for name in ("time", "date"))
    if time is None or day is None or time.lines == day.lines or day.value in time.value:
        return time or day
    return replace(day, text=f"{day.text} {time.text}", lines=(*day.lines, *time.lines))


def _of_the_whole(study: Study, question: Question, names: Sequence[str]) -> Finding | None:
    """The first of these fields that the document states, if nothing in the question leads to a part of it."""
    if question.field is not None or any(not concept.optional for concept in discriminating(study, question)):
        return None
    for name in names:
        field = FIELDS_BY_NAME[name]
        kinds = field.kinds if not question.kinds else question.kinds
        finding = answer_field(study, replace(question, field=field, field_words=field.labels[0], kinds=kinds))
        if finding is not None:
            return finding
    return None


def _phone(study: Study, question: Question) -> Finding | None:
    """A number under a label that names its owner ("Lost property office: 555-0163"), if the question names it too."""
    for entry in study.entries:
        numbers = of_kinds(entry.values, ("phone",))
        if not numbers or field_of_label(entry.key.text) is not None or not question.required:
            continue
        if not cover(study, question.required, entry.key, None).missing:
            return Finding(stated(entry.key.text, numbers[0].text, question), entry.lines, 2.0)
    return None


def field_sentence(study: Study, question: Question) -> Finding | None:
    """A sentence that speaks of the field and holds a value of its kind: "Rent is due on the first day"."""
    field = question.field
    if field is None:
        return None
    named = tuple(stem(word) for word in question.field_words.split())
    label = concept_of(field.name, (question.field_words,), optional=False) if named else label_concept(field)
    any_label = label_concept(field)
    labels = [label, any_label if field.kinds else _multiword(any_label)]
    if field.loose and field.kinds:
        labels.append(label_concept(field, loose=True))
    best: tuple[float, SourceSentence] | None = None
    tabled = {line.index for table in study.tables for line in table.lines}
    for sentence_found, clause in with_titles(study.sentences):
        if sentence_found.lines[0].index in tabled:
            continue
        wording = sentence_found.wording
        if not any(wording.speaks_of(name) for name in labels):
            continue
        if question.kinds and not of_kinds(sentence_found.values, prose_kinds(question)):
            continue
        if is_another(sentence_found.text.partition(":")[0], question):
            continue
        if field.kinds and supposed_only(sentence_found.text, question.text, labels[:1]):
            continue
        around = study.surroundings(sentence_found.lines, sentence_found.heading)
        covered = cover(study, question.concepts, wording, around)
        score = covered.score - 0.01 * len(wording.stems) + _of_clause(clause, wording, labels[0])
        if not covered.missing and (best is None or score > best[0]):
            best = (score, sentence_found)
    if best is None:
        return None
    return Finding(quoted(best[1].text, question.language), best[1].lines, 1.0 + best[0])


def _of_clause(clause: Wording | None, wording: Wording, label: Concept) -> float:
    """What it adds that the clause is about what is asked for, and that the sentence says it with these words."""
    titled = clause is not None and clause.speaks_of(label)
    return (0.5 if titled else 0.0) + (0.3 if wording.speaks_of(label) else 0.0)


_BY_DATE = re.compile(r"\b(?:by|until|till|before|no later than|not later than)\b[^.;,]{0,12}$", re.IGNORECASE)


def answer_deadline(study: Study, question: Question) -> Finding | None:
    """The sentence that says by when, for "by which date should it be done"."""
    if question.field is None or question.field.name != "due date" or question.language != "en":
        return None
    best: tuple[float, SourceSentence] | None = None
    for found in study.sentences:
        dates = [
            value for value in of_kinds(found.values, ("date", "weekday")) if _BY_DATE.search(found.text[: value.start])
        ]
        covered = cover(study, question.concepts, found.wording, study.surroundings(found.lines, found.heading))
        if dates and not covered.missing and (best is None or covered.score > best[0]):
            best = (covered.score, found)
    return Finding(quoted(best[1].text, question.language), best[1].lines, 1.0 + best[0]) if best else None


def prose_kinds(question: Question) -> tuple[Kind, ...]:
    """Kinds that answer in running text: a bare number is an amount in a labelled line only."""
    return ("money",) if "money" in question.kinds and question.field is not None else question.kinds


def _multiword(concept: Concept) -> Concept:
    """Only the forms too long to be ordinary words of a sentence."""
    forms = tuple(form for form in concept.forms if len(form) > 1)
    return Concept(concept.asked, forms, tuple(text for text in concept.substrings if len(text) > 1))
